//! Where is an index? In a folder, or on a cluster; and which engine opens what is there?
//!
//! It is here only that one engine is told from the other.

#[cfg(feature = "opensearch")]
use crate::engine::opensearch::{Cluster, ClusterOptions, OpenSearchEngine};
use crate::engine::tantivy::{self, TantivyEngine};
use crate::engine::{Checked, Engine, Rebuild};
use crate::error::Result;
#[cfg(not(feature = "opensearch"))]
use crate::error::{Error, ErrorKind};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where an index is.
#[derive(Clone, Debug, PartialEq)]
pub enum Location {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// On a cluster of OpenSearch.
    #[cfg(feature = "opensearch")]
    Cluster(Box<Cluster>),
}

/// How long to wait for another process that is making the index.
const WAIT_FOR_MAKER: Duration = Duration::from_secs(10);

impl Location {
    /// Whether this is the address of an index on a cluster, `https://host:9200/name`, and no folder.
    pub fn is_address(text: &Path) -> bool {
        #[cfg(feature = "opensearch")]
        let is_address = Cluster::is_address;
        #[cfg(not(feature = "opensearch"))]
        let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        text.to_str().is_some_and(is_address)
    }

    /// Reads what a person gave: the address of an index on a cluster, which is talked to as `options` say, or else a folder.
    ///
    /// # Errors
    /// `Usage` where an address is not whole.
    #[cfg(feature = "opensearch")]
    pub fn read(text: &Path, options: ClusterOptions) -> Result<Self> {
        match text.to_str() {
            Some(address) if Self::is_address(text) => {
                let cluster = Cluster::parse(address, options)?;
                Ok(Self::Cluster(Box::new(cluster)))
            }
            _ => Ok(text.into()),
        }
    }

    /// Reads what a person gave: a folder.
    ///
    /// # Errors
    /// `Usage` where it is the address of an index on a cluster, which this build of the program does not know.
    #[cfg(not(feature = "opensearch"))]
    pub fn read(text: &Path) -> Result<Self> {
        if Self::is_address(text) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} is on a cluster, and this build of ibid knows folders only",
                    text.display()
                ),
            )
            .with_advice("build it with the feature `opensearch`"));
        }
        Ok(text.into())
    }

    /// The folder, where it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            #[cfg(feature = "opensearch")]
            Self::Cluster(_) => None,
        }
    }

    /// The folder, as a walk through the folders around it would come upon it, which does not enter it; an empty path, which no
    /// walk comes upon, where it is not a folder.
    pub fn left_out(&self) -> PathBuf {
        let folder = self.folder();
        folder.map_or_else(PathBuf::new, |folder| {
            folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
        })
    }

    pub(super) fn exists(&self) -> Result<bool> {
        match self {
            Self::Folder(folder) => tantivy::has_index(folder),
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => OpenSearchEngine::exists(cluster),
        }
    }

    pub(super) fn open(&self) -> Result<Box<dyn Engine>> {
        Ok(match self {
            Self::Folder(folder) => Box::new(TantivyEngine::open(folder)?),
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => Box::new(OpenSearchEngine::open(cluster)?),
        })
    }

    pub(super) fn open_or_create(&self) -> Result<Box<dyn Engine>> {
        Ok(match self {
            Self::Folder(folder) => {
                Box::new(TantivyEngine::open_or_create(folder, WAIT_FOR_MAKER)?)
            }
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => Box::new(OpenSearchEngine::open_or_create(cluster)?),
        })
    }

    /// Begins to make the index anew, with at most `threads` threads; `wait` is how long to wait for another writer.
    pub(super) fn rebuild(&self, threads: usize, wait: Duration) -> Result<Rebuild> {
        match self {
            Self::Folder(folder) => TantivyEngine::rebuild(folder, threads, wait),
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => OpenSearchEngine::rebuild(cluster, wait),
        }
    }

    pub(super) fn check(&self) -> Result<Checked> {
        match self {
            Self::Folder(folder) => tantivy::check(folder),
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => OpenSearchEngine::check(cluster),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => fmt::Display::fmt(&folder.display(), formatter),
            #[cfg(feature = "opensearch")]
            Self::Cluster(cluster) => fmt::Display::fmt(cluster, formatter),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

impl From<&PathBuf> for Location {
    fn from(folder: &PathBuf) -> Self {
        Self::Folder(folder.clone())
    }
}

impl From<&Path> for Location {
    fn from(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }
}

impl From<&Self> for Location {
    fn from(location: &Self) -> Self {
        location.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_folder() {
        for address in ["https://a:9200/kb", "http://localhost:9200/kb"] {
            assert!(Location::is_address(Path::new(address)), "{address}");
        }
        for folder in ["index", "/srv/index", "https", "./https://a:9200/kb", ""] {
            assert!(!Location::is_address(Path::new(folder)), "{folder}");
        }
    }

    #[test]
    fn a_folder_is_shown_as_it_was_given_and_left_out_as_a_walk_comes_upon_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let given = folder.path().join("a/..");
        std::fs::create_dir(folder.path().join("a")).expect("made");
        let location = Location::from(&given);
        assert_eq!(location.to_string(), given.display().to_string());
        let real = folder.path().canonicalize().expect("it is there");
        assert_eq!(location.left_out(), real);
        // One that is not there yet is left out by the name it will have.
        let missing = Location::from(folder.path().join("missing"));
        assert_eq!(missing.left_out(), folder.path().join("missing"));
    }

    #[cfg(feature = "opensearch")]
    #[test]
    fn a_cluster_has_no_folder_that_could_be_left_out_or_be_in_the_way() {
        let location = Location::Cluster(Box::new(Cluster {
            hosts: vec!["https://a:9200".to_owned(), "https://b:9200".to_owned()],
            index: "kb".to_owned(),
            options: ClusterOptions::default(),
        }));
        assert_eq!(location.folder(), None);
        assert_eq!(location.left_out(), Path::new(""));
        assert!(location.to_string().ends_with("/kb"), "{location}");
    }

    #[cfg(not(feature = "opensearch"))]
    #[test]
    fn an_address_is_refused_where_clusters_are_not_known() {
        let error = Location::read(Path::new("https://a:9200/kb")).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("opensearch"), "{error}");
    }
}
