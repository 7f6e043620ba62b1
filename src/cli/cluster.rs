//! How is a cluster talked to? `[opensearch]` of `ibid.toml`, and the environment, which beats it.

use ibid::engine::opensearch::{ClusterOptions, Password};
use ibid::{Error, ErrorKind, Location, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many shards a cluster lets an index have, unless it is told otherwise.
const SHARDS: RangeInclusive<i64> = 1..=1024;
/// The bounds of the other numbers only keep out what cannot be meant.
const REPLICAS: RangeInclusive<i64> = 0..=1000;
const REFRESH: RangeInclusive<i64> = 0..=86_400;
const TIMEOUT: RangeInclusive<i64> = 1..=3600;
const PATIENCE: RangeInclusive<i64> = 0..=86_400;
/// A cluster takes no request of more than 100 MB, unless it is told otherwise.
const BULK_BYTES: RangeInclusive<i64> = 65_536..=100_000_000;
const BULK_REQUESTS: RangeInclusive<i64> = 1..=64;

/// `[opensearch]`: what it leaves out keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClusterTable {
    user: Option<String>,
    /// It is not to stand in a file that is shared.
    password: Option<IgnoredAny>,
    /// A file that holds nothing else, relative to `ibid.toml`.
    password_file: Option<PathBuf>,
    /// A file of the certificates that are trusted, relative to `ibid.toml`.
    ca: Option<PathBuf>,
    shards: Option<i64>,
    replicas: Option<i64>,
    /// In seconds; 0 for never.
    refresh: Option<i64>,
    /// In seconds.
    timeout: Option<i64>,
    /// In seconds.
    patience: Option<i64>,
    bulk_bytes: Option<i64>,
    bulk_requests: Option<i64>,
}

impl ClusterTable {
    /// Where the index is that `text` names, with how it is talked to where that is on a cluster. The table is that of the file at
    /// `path`, in a folder that is reached as `folder`. The environment is looked at, and the password is read, only where there is
    /// a cluster to be talked to.
    ///
    /// # Errors
    /// `Usage` where a number is out of its range, a password is in the table, or an address is not whole.
    pub(super) fn locate(self, text: &Path, path: &Path, folder: &Path) -> Result<Location> {
        let password_file = self.password_file.as_ref().map(|file| folder.join(file));
        let options = self.options(path, folder)?;
        if !Location::is_address(text) {
            return Ok(text.into());
        }
        let mut options = options.with_environment()?;
        if let (None, Some(file)) = (&options.password, password_file) {
            options.password = Some(Password::from_file(&file)?);
        }
        Location::read(text, options)
    }

    fn options(self, path: &Path, folder: &Path) -> Result<ClusterOptions> {
        if self.password.is_some() {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("{}: opensearch.password is not read", path.display()),
            )
            .with_advice(
                "name a file of its own with opensearch.password_file, or set IBID_OPENSEARCH_PASSWORD",
            ));
        }
        let number = |name: &str, value: Option<i64>, range: RangeInclusive<i64>| match value {
            Some(value) if !range.contains(&value) => Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{}: opensearch.{name} has to be between {} and {}, not {value}",
                    path.display(),
                    range.start(),
                    range.end()
                ),
            )),
            value => Ok(value),
        };
        // Each is in a range that all of these types hold.
        let seconds = |value: i64| Duration::from_secs(value.unsigned_abs());
        let count = |value: i64| value.unsigned_abs() as u32;
        let size = |value: i64| value.unsigned_abs() as usize;
        let default = ClusterOptions::default();
        Ok(ClusterOptions {
            user: self.user,
            ca: self.ca.map(|file| folder.join(file)),
            shards: number("shards", self.shards, SHARDS)?.map_or(default.shards, count),
            replicas: number("replicas", self.replicas, REPLICAS)?.map_or(default.replicas, count),
            refresh: number("refresh", self.refresh, REFRESH)?
                .filter(|refresh| *refresh > 0)
                .map_or(default.refresh, |refresh| Some(seconds(refresh))),
            timeout: number("timeout", self.timeout, TIMEOUT)?.map_or(default.timeout, seconds),
            patience: number("patience", self.patience, PATIENCE)?
                .map_or(default.patience, seconds),
            bulk_bytes: number("bulk_bytes", self.bulk_bytes, BULK_BYTES)?
                .map_or(default.bulk_bytes, size),
            bulk_requests: number("bulk_requests", self.bulk_requests, BULK_REQUESTS)?
                .map_or(default.bulk_requests, size),
            ..default
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://search.example:9200/kb";

    fn locate(table: &str, text: &str, folder: &Path) -> Result<Location> {
        let table: ClusterTable = toml::from_str(table).expect("a table");
        table.locate(Path::new(text), Path::new("ibid.toml"), folder)
    }

    #[test]
    fn what_the_table_says_counts_and_its_paths_are_relative_to_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("secret"), "sesame\n").expect("written");
        let table = "user = \"reader\"\npassword_file = \"secret\"\nca = \"ca.pem\"\nshards = 3\nreplicas = 0\n\
                     refresh = 60\ntimeout = 5\npatience = 0\nbulk_bytes = 1048576\nbulk_requests = 2\n";
        let location = locate(table, ADDRESS, folder.path()).expect("a cluster");
        let Location::Cluster(cluster) = location else {
            panic!("{location} is no cluster");
        };
        let expected = ClusterOptions {
            user: Some("reader".to_owned()),
            password: Some(Password::new("sesame".to_owned())),
            ca: Some(folder.path().join("ca.pem")),
            shards: 3,
            replicas: 0,
            refresh: Some(Duration::from_secs(60)),
            timeout: Duration::from_secs(5),
            patience: Duration::ZERO,
            bulk_bytes: 1 << 20,
            bulk_requests: 2,
        };
        assert_eq!(cluster.options, expected);
    }

    #[test]
    fn what_is_out_of_its_range_is_refused_wherever_the_index_is() {
        for (name, value) in [
            ("shards", 0),
            ("replicas", -1),
            ("refresh", -1),
            ("timeout", 0),
            ("patience", -1),
            ("bulk_bytes", 1),
            ("bulk_requests", 0),
        ] {
            for text in [ADDRESS, "index"] {
                let error = locate(&format!("{name} = {value}\n"), text, Path::new(""))
                    .expect_err("refused");
                assert_eq!(error.kind(), ErrorKind::Usage);
                let said = format!("ibid.toml: opensearch.{name} has to be between ");
                assert!(error.to_string().starts_with(&said), "{error}");
            }
        }
    }

    #[test]
    fn a_password_does_not_stand_in_the_table_and_is_not_repeated() {
        let error = locate("password = \"sesame\"\n", ADDRESS, Path::new("")).expect_err("refused");
        let said = error.to_string();
        assert!(
            said.contains("password_file") && said.contains("IBID_OPENSEARCH_PASSWORD"),
            "{said}"
        );
        assert!(!said.contains("sesame"), "{said}");
    }

    #[test]
    fn the_password_of_a_cluster_is_not_asked_for_where_the_index_is_in_a_folder() {
        let table = "password_file = \"missing\"\n";
        let location = locate(table, "index", Path::new("")).expect("a folder");
        assert_eq!(location, Path::new("index").into());
        let error = locate(table, ADDRESS, Path::new("")).expect_err("missing");
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
