//! The one way in for programs: open a knowledge base, index into it, search it.
//!
//! `location` says where it is, `search` answers queries, `articles` shows, lists and takes out, `following` goes along with what
//! others commit.

mod articles;
mod following;
mod location;
mod search;
#[cfg(test)]
pub(crate) mod tests;

pub use following::Following;
pub use location::Location;
pub use search::{Counting, Duplicates, Explanations, SearchOptions};

use crate::engine::{CommitInfo, Damage, Engine, Mark, Ranking, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::indexer::{self, IndexOptions, Progress, Unrestorable};
use crate::report::{CheckReport, IndexReport, StatusReport};
use crate::understanding::Understander;
use crate::vocabulary::format::Mistake;
use crate::vocabulary::{BUILT_IN, Vocabularies, Vocabulary};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::UNIX_EPOCH;

/// An index, for searching and for writing.
///
/// It sees one commit; [`KnowledgeBase::refresh`] goes on to the last one. What it wrote itself it sees at once.
pub struct KnowledgeBase {
    location: Location,
    engine: Box<dyn Engine>,
    reader: RwLock<Arc<dyn Reader>>,
    ranking: Ranking,
    understander: Understander,
    /// The files of vocabularies that are no part of the index.
    vocabulary_files: Vec<PathBuf>,
    /// What was searched when it was opened.
    mark: Mark,
}

/// How often what is read may be replaced before a question is given up.
const MOST_REPLACED: usize = 5;

impl KnowledgeBase {
    /// Whether there is an index at `location`.
    ///
    /// # Errors
    /// `ForeignIndex` where something else is there, `Unavailable` where a cluster does not answer.
    pub fn exists(location: impl Into<Location>) -> Result<bool> {
        location.into().exists()
    }

    /// Opens the index at `location`.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where something else is there, `IncompatibleIndex` where it is of an
    /// older form, which [`KnowledgeBase::rebuild`] mends, `NewerIndex` where it is of a form that is not known yet, `Damaged`
    /// where parts of it are, `Unavailable` where a cluster does not answer.
    pub fn open(location: impl Into<Location>) -> Result<Self> {
        let location = location.into();
        let engine = location.open()?;
        Self::with(location, engine)
    }

    /// Opens the index at `location`, or makes an empty one.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and `Io` where it cannot be written.
    pub fn open_or_create(location: impl Into<Location>) -> Result<Self> {
        let location = location.into();
        let engine = location.open_or_create()?;
        Self::with(location, engine)
    }

    fn with(location: Location, engine: Box<dyn Engine>) -> Result<Self> {
        // Looked at first: what is committed in between makes it differ from what is there, and that is harmless.
        let mark = engine.mark()?;
        let reader = RwLock::new(Arc::from(engine.reader()?));
        let understander = Understander::new(engine.vocabularies()?);
        Ok(Self {
            location,
            engine,
            reader,
            ranking: Ranking::default(),
            understander,
            vocabulary_files: Vec::new(),
            mark,
        })
    }

    /// Which commit is searched, and how much it holds.
    pub fn commit(&self) -> CommitInfo {
        self.reader().commit()
    }

    /// Stands for all that its answers follow from, as it was when it was opened: the last commit, the vocabularies, how hits are
    /// ranked. While it is that of [`KnowledgeBase::mark_now`], opening it anew would change no answer.
    pub fn mark(&self) -> Mark {
        self.ranked_mark(self.mark)
    }

    /// What [`KnowledgeBase::mark`] would be if it were opened now. Costs a look at a few files.
    ///
    /// # Errors
    /// Where there is no index any more.
    pub fn mark_now(&self) -> Result<Mark> {
        let files = self.vocabulary_files.iter();
        let mark = files.fold(self.engine.mark()?, |mark, path| {
            mark.with(&file_state(path))
        });
        Ok(self.ranked_mark(mark))
    }

    /// `mark`, with how hits are ranked.
    fn ranked_mark(&self, mark: Mark) -> Mark {
        if self.ranking == Ranking::default() {
            return mark;
        }
        mark.with(format!("{:?}", self.ranking).as_bytes())
    }

    /// Goes on to the last commit.
    ///
    /// # Errors
    /// Where the index cannot be read; the commit that was seen before is kept.
    pub fn refresh(&self) -> Result<()> {
        let reader = Arc::from(self.engine.reader()?);
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
        Ok(())
    }

    /// Brings the index in step with files and folders: adds what is new, replaces what has changed, takes out what is gone.
    ///
    /// # Errors
    /// Where nothing could be committed. Single files that could not be read are listed in the report instead.
    pub fn index(
        &self,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let own = self.location.left_out();
        let report = indexer::index(&*self.engine, &own, paths, options, progress)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// As [`KnowledgeBase::index`], with the index at `location`: it is made where there is none, and made anew where it is of an older
    /// form. All that was given is looked at then, whatever `options` restricts the run to.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open_or_create`], [`KnowledgeBase::index`] and [`KnowledgeBase::rebuild`].
    pub fn index_into(
        location: impl Into<Location>,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let location = location.into();
        let all = || IndexOptions {
            only: Vec::new(),
            ..options.clone()
        };
        match Self::open_or_create(&location) {
            Ok(library) if library.commit().generation == 0 => {
                library.index(paths, &all(), progress)
            }
            Ok(library) => library.index(paths, options, progress),
            Err(error) if error.kind() == ErrorKind::IncompatibleIndex => {
                progress.rebuilding();
                let (_, report) = Self::rebuild(location, paths, &all(), progress)?;
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }

    /// What [`KnowledgeBase::index`] would do with the index at `location`, if there is one; nothing is written.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and as [`KnowledgeBase::index`].
    pub fn plan(
        location: impl Into<Location>,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let location = location.into();
        let engine = match location.exists()? {
            true => Some(location.open()?),
            false => None,
        };
        let own = location.left_out();
        let report = indexer::plan(engine.as_deref(), &own, paths, options, progress)?;
        Ok(report.into())
    }

    /// Makes the index at `location` anew, beside the old one, from the files that one knows and from those of `paths`, and puts it
    /// in its place: for an index of an older form.
    ///
    /// # Errors
    /// `NotFound` where articles would be lost because their files are not there, unless `options` says to prune; else as
    /// [`KnowledgeBase::index`]. The old index stays as it was then.
    pub fn rebuild(
        location: impl Into<Location>,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<(Self, IndexReport)> {
        let location = location.into();
        let rebuild = location.rebuild(indexer::threads(options), options.wait)?;
        let own = location.left_out();
        let refuse = Unrestorable::Refuse;
        let (report, _) = indexer::rebuild(rebuild, &own, paths, options, refuse, progress)?;
        Ok((Self::open(location)?, report.into()))
    }

    /// Whether the index at `location` is whole: the checksum of every file, where it is in a folder, and every passage of every article; and whether its
    /// sources are as they were read. The index is only read.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`]; damage is no error.
    pub fn check(location: impl Into<Location>) -> Result<CheckReport> {
        let location = location.into();
        let mut checked = location.check()?;
        if let Ok(engine) = location.open() {
            for (name, bytes) in engine.vocabularies()? {
                if Vocabulary::from_bytes(&name, bytes).is_none() {
                    checked.damaged.push(Damage {
                        place: format!("the vocabulary {name}"),
                        reason: "is damaged, or was imported by another version; import it again"
                            .to_owned(),
                    });
                }
            }
        }
        let changes = checked
            .manifest
            .as_ref()
            .map(indexer::changes)
            .unwrap_or_default();
        Ok(CheckReport::new(location.to_string(), checked, changes))
    }

    /// Checks the index at `location`, and where it is damaged makes it anew from its sources. What cannot be read again is taken
    /// over from the old index where that can still be read, and is listed as lost where not.
    ///
    /// # Errors
    /// As [`KnowledgeBase::check`], and where the index cannot be written.
    pub fn repair(
        location: impl Into<Location>,
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<CheckReport> {
        let location = location.into();
        let found = Self::check(&location)?;
        if found.damaged.is_empty() {
            return Ok(found);
        }
        let rebuild = location.rebuild(indexer::threads(options), options.wait)?;
        let own = location.left_out();
        let list = Unrestorable::List;
        let (report, lost) = indexer::rebuild(rebuild, &own, &[], options, list, progress)?;
        Ok(Self::check(&location)?.after_repair(found, report, lost))
    }

    /// Adds or updates one article that is in no file, under the name `name`.
    ///
    /// # Errors
    /// Where nothing could be committed.
    pub fn index_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        options: &IndexOptions,
    ) -> Result<IndexReport> {
        let report = indexer::index_bytes(&*self.engine, name, bytes, options)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// How much each kind of evidence counts from now on.
    pub fn set_ranking(&mut self, ranking: Ranking) {
        self.ranking = ranking;
    }

    /// Adds a vocabulary from a file: Solr's synonyms format, a table of two or three columns, or OBO. What is wrong with it
    /// is told in the warnings of every answer, and stops nothing.
    pub fn add_vocabulary(&mut self, path: &Path) {
        self.understander.add_file(path);
        self.vocabulary_files.push(path.to_owned());
        self.mark = self.mark.with(&file_state(path));
    }

    /// The vocabularies that are used.
    pub fn vocabularies(&self) -> &Vocabularies {
        self.understander.vocabularies()
    }

    /// Compiles a vocabulary from a file and keeps it with the index under `name`, in place of one that had the name; says
    /// what it holds, and which of its lines could not be understood.
    ///
    /// # Errors
    /// `Usage` where the name is that of the built-in vocabulary, or blank; as [`Vocabulary::read`] where the file cannot be
    /// read; `Io` where the index cannot be written.
    pub fn import_vocabulary(
        &mut self,
        name: &str,
        path: &Path,
    ) -> Result<(Vocabulary, Vec<Mistake>)> {
        if name.trim().is_empty() || name == BUILT_IN {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("a vocabulary cannot be called {name:?}; choose a name with --name"),
            ));
        }
        let (mut vocabulary, mistakes) = Vocabulary::read(path)?;
        name.clone_into(&mut vocabulary.name);
        self.engine
            .set_vocabulary(name, Some(vocabulary.as_bytes()))?;
        self.understander = Understander::new(self.engine.vocabularies()?);
        Ok((vocabulary, mistakes))
    }

    /// Forgets a vocabulary that was imported, and says whether there was one.
    ///
    /// # Errors
    /// `Io` where the index cannot be written.
    pub fn remove_vocabulary(&mut self, name: &str) -> Result<bool> {
        let is_there = self
            .engine
            .vocabularies()?
            .iter()
            .any(|(known, _)| known == name);
        if is_there {
            self.engine.set_vocabulary(name, None)?;
            self.understander = Understander::new(self.engine.vocabularies()?);
        }
        Ok(is_there)
    }

    /// The size of the index, and what it was made from.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn status(&self) -> Result<StatusReport> {
        // Of the last commit: what is known of the sources of older ones is not kept.
        self.refresh()?;
        self.ask(|reader| {
            Ok(StatusReport::new(
                self.location.to_string(),
                reader.commit(),
                reader.bytes()?,
                &reader.manifest()?,
            ))
        })
    }

    /// Asks the commit that is seen; where that has been replaced while it was read, and is no longer whole, the last one. A question
    /// is asked of one commit from its beginning to its end.
    fn ask<T>(&self, question: impl Fn(&dyn Reader) -> Result<T>) -> Result<T> {
        for _ in 0..MOST_REPLACED {
            match question(&*self.reader()) {
                Err(error) if error.kind() == ErrorKind::Superseded => self.refresh()?,
                answer => return answer,
            }
        }
        question(&*self.reader())
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What tells that a file has changed.
fn file_state(path: &Path) -> Vec<u8> {
    let state = path.metadata().map(|metadata| {
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        format!("{} {:?} {modified:?}", path.display(), metadata.len())
    });
    state.unwrap_or_default().into_bytes()
}
