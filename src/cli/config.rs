//! Where is the index? Flags beat the environment, which beats `ibid.toml`, which beats defaults.

#[cfg(feature = "opensearch")]
use super::cluster::ClusterTable;
use ibid::engine::Ranking;
use ibid::{Error, ErrorKind, KnowledgeBase, Location, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const FILE: &str = "ibid.toml";

/// What `ibid.toml` may say. It never runs a command.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The index: a folder, relative to the file, or an address on a cluster.
    index: Option<PathBuf>,
    /// Files of vocabularies, relative to the file.
    #[serde(default)]
    vocabulary: Vec<PathBuf>,
    /// How much each kind of evidence counts.
    #[serde(default)]
    ranking: RankingTable,
    /// How a cluster is talked to.
    #[cfg(feature = "opensearch")]
    #[serde(default)]
    opensearch: ClusterTable,
    /// The same, in a build that knows no clusters.
    #[cfg(not(feature = "opensearch"))]
    #[serde(default, rename = "opensearch")]
    _opensearch: serde::de::IgnoredAny,
}

/// `[ranking]`: what it leaves out keeps its default.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RankingTable {
    k1: Option<f32>,
    b: Option<f32>,
    heading: Option<f32>,
    name: Option<f32>,
    name_steepness: Option<f32>,
    article: Option<f32>,
}

impl RankingTable {
    /// # Errors
    /// `Usage` where a weight is negative or no number, or `b` is above 1.
    fn ranking(self, path: &Path) -> Result<Ranking> {
        let default = Ranking::default();
        let ranking = Ranking {
            k1: self.k1.unwrap_or(default.k1),
            b: self.b.unwrap_or(default.b),
            heading: self.heading.unwrap_or(default.heading),
            name: self.name.unwrap_or(default.name),
            name_steepness: self.name_steepness.unwrap_or(default.name_steepness),
            article: self.article.unwrap_or(default.article),
        };
        let weights = [
            ("k1", ranking.k1, f32::MAX),
            ("b", ranking.b, 1.0),
            ("heading", ranking.heading, f32::MAX),
            ("name", ranking.name, f32::MAX),
            ("name_steepness", ranking.name_steepness, f32::MAX),
            ("article", ranking.article, f32::MAX),
        ];
        for (name, value, most) in weights {
            if !(0.0..=most).contains(&value) {
                let range = if most > 1.0 {
                    "0 or more"
                } else {
                    "between 0 and 1"
                };
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!(
                        "{}: ranking.{name} has to be {range}, not {value}",
                        path.display()
                    ),
                ));
            }
        }
        Ok(ranking)
    }
}

/// Where things are, and how they are done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    /// Where the index is.
    pub(super) index: Location,
    /// Whether it is a folder, and nobody asked for it in particular.
    pub(super) index_is_default: bool,
    /// The folder that is indexed where none is named.
    pub(super) corpus: PathBuf,
    /// How much each kind of evidence counts.
    pub(super) ranking: Ranking,
    /// A person's own vocabularies.
    pub(super) vocabulary: Vec<PathBuf>,
}

impl Settings {
    /// Looks in all places. `flag` is what `--index` said.
    ///
    /// # Errors
    /// Where an `ibid.toml` cannot be read, or says something unknown.
    pub(super) fn find(flag: Option<&Path>) -> Result<Self> {
        let environment = std::env::var_os("IBID_INDEX")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let here = std::env::current_dir()
            .map_err(|error| Error::io("read", Path::new("the current folder"), error))?;
        Self::from(flag, environment, &here)
    }

    fn from(flag: Option<&Path>, environment: Option<PathBuf>, here: &Path) -> Result<Self> {
        let found = find_file(here);
        let (path, folder, file) = match &found {
            Some((path, text)) => {
                let folder = path.parent().unwrap_or(here);
                (path.as_path(), relative(folder, here), read(path, text)?)
            }
            None => (Path::new(FILE), PathBuf::new(), File::default()),
        };
        let ranking = file.ranking.ranking(path)?;
        let asked = flag.map(Path::to_owned).or(environment);
        let index_is_default = asked.is_none();
        let index = asked.unwrap_or_else(|| match file.index {
            Some(address) if Location::is_address(&address) => address,
            index => folder.join(index.unwrap_or("index".into())),
        });
        #[cfg(feature = "opensearch")]
        let index = file.opensearch.locate(&index, path, &folder)?;
        #[cfg(not(feature = "opensearch"))]
        let index = Location::read(&index)?;
        Ok(Self {
            // Only a folder is filled on a first run.
            index_is_default: index_is_default && index.folder().is_some(),
            vocabulary: file
                .vocabulary
                .iter()
                .map(|path| folder.join(path))
                .collect(),
            index,
            corpus: folder.join("corpus"),
            ranking,
        })
    }

    /// Opens the index, ranking as the settings say.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`].
    pub(super) fn open(&self) -> Result<KnowledgeBase> {
        let mut library = KnowledgeBase::open(&self.index)?;
        self.prepare(&mut library);
        Ok(library)
    }

    /// Lets a search be as the settings say.
    pub(super) fn prepare(&self, library: &mut KnowledgeBase) {
        library.set_ranking(self.ranking);
        for path in &self.vocabulary {
            library.add_vocabulary(path);
        }
    }
}

/// The nearest `ibid.toml`, from `here` upwards.
fn find_file(here: &Path) -> Option<(PathBuf, std::io::Result<String>)> {
    here.ancestors()
        .map(|folder| folder.join(FILE))
        .find(|path| path.is_file())
        .map(|path| {
            let text = std::fs::read_to_string(&path);
            (path, text)
        })
}

fn read(path: &Path, text: &std::io::Result<String>) -> Result<File> {
    let text = text.as_ref().map_err(|error| {
        Error::new(
            ErrorKind::Io,
            format!("cannot read {}: {error}", path.display()),
        )
    })?;
    toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Error::new(
            ErrorKind::Usage,
            format!("{}:{line}: {}", path.display(), error.message()),
        )
    })
}

/// `folder`, which holds `here`, as it is reached from there: `` or `..` or `../..`.
fn relative(folder: &Path, here: &Path) -> PathBuf {
    match here.strip_prefix(folder) {
        Ok(down) => down.iter().map(|_| "..").collect(),
        Err(_) => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_beat_the_environment_which_beats_the_file_which_beats_the_default() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path().join("a/b");
        std::fs::create_dir_all(&here).expect("made");
        let settings = |flag: Option<&str>, environment: Option<&str>| {
            Settings::from(flag.map(Path::new), environment.map(PathBuf::from), &here)
                .expect("settings")
        };
        assert_eq!(settings(None, None).index, Path::new("index").into());
        std::fs::write(folder.path().join(FILE), "index = \"kb\"\n").expect("written");
        assert_eq!(settings(None, None).index, Path::new("../../kb").into());
        assert_eq!(settings(None, None).corpus, Path::new("../../corpus"));
        assert!(settings(None, None).index_is_default);
        assert_eq!(settings(None, Some("env")).index, Path::new("env").into());
        assert_eq!(
            settings(Some("flag"), Some("env")).index,
            Path::new("flag").into()
        );
        assert!(!settings(None, Some("env")).index_is_default);
    }

    #[cfg(feature = "opensearch")]
    #[test]
    fn an_index_on_a_cluster_is_named_in_all_places_and_is_none_to_be_made_on_a_first_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path().join("below");
        std::fs::create_dir(&here).expect("made");
        let text = "index = \"https://a:9200/kb\"\n[opensearch]\nshards = 2\n";
        std::fs::write(folder.path().join(FILE), text).expect("written");
        let settings = |flag: Option<&str>| Settings::from(flag.map(Path::new), None, &here);
        let named = settings(None).expect("settings");
        assert_eq!(named.index.to_string(), "https://a:9200/kb");
        assert!(!named.index_is_default);
        let flag = settings(Some("http://localhost/other")).expect("settings");
        assert_eq!(flag.index.to_string(), "http://localhost:9200/other");
        let folder = settings(Some("kb")).expect("settings");
        assert_eq!(folder.index, Path::new("kb").into());
        let error = settings(Some("https://a:9200/")).expect_err("no name");
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    #[test]
    fn weights_of_the_ranking_are_taken_from_the_file_and_checked() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = |text: &str| {
            std::fs::write(folder.path().join(FILE), text).expect("written");
            Settings::from(None, None, folder.path())
        };
        let ranking = settings("[ranking]\nb = 0.3\n").expect("settings").ranking;
        assert_eq!(
            ranking,
            Ranking {
                b: 0.3,
                ..Ranking::default()
            }
        );
        for text in [
            "[ranking]\nb = 1.5\n",
            "[ranking]\nname = -1\n",
            "[ranking]\nk1 = nan\n",
        ] {
            let error = settings(text).expect_err("refused");
            assert!(error.to_string().contains("ibid.toml: ranking."), "{error}");
        }
    }

    #[test]
    fn a_mistake_in_the_file_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "index = \"kb\"\nindx = 1\n").expect("written");
        let error = Settings::from(None, None, folder.path()).expect_err("refused");
        assert!(
            error
                .to_string()
                .contains("ibid.toml:2: unknown field `indx`"),
            "{error}"
        );
    }
}
