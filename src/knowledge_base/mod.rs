//! The one way in for programs: open a knowledge base, index into it, search it.
//!
//! `search` answers queries, `articles` shows, lists and takes out, `following` goes along with what others commit.

mod articles;
mod following;
mod search;

pub use following::Following;
pub use search::{Counting, Duplicates, Explanations, SearchOptions};

use crate::engine::tantivy::{self, TantivyEngine, has_index};
use crate::engine::{CommitInfo, Engine, Mark, Ranking, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::indexer::{self, IndexOptions, Progress, Unrestorable};
use crate::report::{CheckReport, IndexReport, StatusReport};
use crate::understanding::Understander;
use crate::vocabulary::format::Mistake;
use crate::vocabulary::{BUILT_IN, Vocabularies, Vocabulary};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

/// An index, for searching and for writing.
///
/// It sees one commit; [`KnowledgeBase::refresh`] goes on to the last one. What it wrote itself it sees at once.
pub struct KnowledgeBase {
    folder: PathBuf,
    engine: Box<dyn Engine>,
    reader: RwLock<Arc<dyn Reader>>,
    ranking: Ranking,
    understander: Understander,
    /// The files of vocabularies that are no part of the index.
    vocabulary_files: Vec<PathBuf>,
    /// What was searched when it was opened.
    mark: Mark,
}

/// How long to wait for another process that is making the index.
const WAIT_FOR_MAKER: Duration = Duration::from_secs(10);

impl KnowledgeBase {
    /// Whether there is an index at `folder`.
    ///
    /// # Errors
    /// `ForeignIndex` where the folder holds something else.
    pub fn exists(folder: &Path) -> Result<bool> {
        has_index(folder)
    }

    /// Opens the index at `folder`.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where the folder holds something else, `IncompatibleIndex` where it is of an
    /// older form, which [`KnowledgeBase::rebuild`] mends, `NewerIndex` where it is of a form that is not known yet, `Damaged`
    /// where files of it are.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let engine = TantivyEngine::open(&folder)?;
        Self::with(folder, Box::new(engine))
    }

    /// Opens the index at `folder`, or makes an empty one.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and `Io` where the folder cannot be written.
    pub fn open_or_create(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let engine = TantivyEngine::open_or_create(&folder, WAIT_FOR_MAKER)?;
        Self::with(folder, Box::new(engine))
    }

    fn with(folder: PathBuf, engine: Box<dyn Engine>) -> Result<Self> {
        // Looked at first: what is committed in between makes it differ from what is there, and that is harmless.
        let mark = engine.mark()?;
        let reader = RwLock::new(Arc::from(engine.reader()?));
        let understander = Understander::new(engine.vocabularies()?);
        Ok(Self {
            folder,
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
        let own = own_folder(&self.folder);
        let report = indexer::index(&*self.engine, &own, paths, options, progress)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// As [`KnowledgeBase::index`], with the index at `folder`: it is made where there is none, and made anew where it is of an older
    /// form. All that was given is looked at then, whatever `options` restricts the run to.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open_or_create`], [`KnowledgeBase::index`] and [`KnowledgeBase::rebuild`].
    pub fn index_into(
        folder: &Path,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let all = || IndexOptions {
            only: Vec::new(),
            ..options.clone()
        };
        match Self::open_or_create(folder) {
            Ok(library) if library.commit().generation == 0 => {
                library.index(paths, &all(), progress)
            }
            Ok(library) => library.index(paths, options, progress),
            Err(error) if error.kind() == ErrorKind::IncompatibleIndex => {
                progress.rebuilding();
                let (_, report) = Self::rebuild(folder, paths, &all(), progress)?;
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }

    /// What [`KnowledgeBase::index`] would do with the index at `folder`, if there is one; nothing is written.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and as [`KnowledgeBase::index`].
    pub fn plan(
        folder: &Path,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let engine = match has_index(folder)? {
            true => Some(TantivyEngine::open(folder)?),
            false => None,
        };
        let known = engine.as_ref().map(|engine| engine as &dyn Engine);
        let report = indexer::plan(known, &own_folder(folder), paths, options, progress)?;
        Ok(report.into())
    }

    /// Makes the index at `folder` anew, beside the old one, from the files that one knows and from those of `paths`, and puts it
    /// in its place: for an index of an older form.
    ///
    /// # Errors
    /// `NotFound` where articles would be lost because their files are not there, unless `options` says to prune; else as
    /// [`KnowledgeBase::index`]. The old index stays as it was then.
    pub fn rebuild(
        folder: impl Into<PathBuf>,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<(Self, IndexReport)> {
        let folder = folder.into();
        let rebuild = TantivyEngine::rebuild(&folder, indexer::threads(options), options.wait)?;
        let own = own_folder(&folder);
        let refuse = Unrestorable::Refuse;
        let (report, _) = indexer::rebuild(rebuild, &own, paths, options, refuse, progress)?;
        Ok((Self::open(folder)?, report.into()))
    }

    /// Whether the index at `folder` is whole: the checksum of every file, and every passage of every article; and whether its
    /// sources are as they were read. The index is only read.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`]; damage is no error.
    pub fn check(folder: &Path) -> Result<CheckReport> {
        let mut checked = tantivy::check(folder)?;
        if let Ok(engine) = TantivyEngine::open(folder) {
            for (name, bytes) in engine.vocabularies()? {
                if Vocabulary::from_bytes(&name, bytes).is_none() {
                    checked.damaged.push(tantivy::Damage {
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
        Ok(CheckReport::new(folder, checked, changes))
    }

    /// Checks the index at `folder`, and where it is damaged makes it anew from its sources. What cannot be read again is taken
    /// over from the old index where that can still be read, and is listed as lost where not.
    ///
    /// # Errors
    /// As [`KnowledgeBase::check`], and where the index cannot be written.
    pub fn repair(
        folder: &Path,
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<CheckReport> {
        let found = Self::check(folder)?;
        if found.damaged.is_empty() {
            return Ok(found);
        }
        let rebuild = TantivyEngine::rebuild(folder, indexer::threads(options), options.wait)?;
        let own = own_folder(folder);
        let list = Unrestorable::List;
        let (report, lost) = indexer::rebuild(rebuild, &own, &[], options, list, progress)?;
        Ok(Self::check(folder)?.after_repair(found, report, lost))
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
        let reader = self.reader();
        Ok(StatusReport::new(
            &self.folder,
            reader.commit(),
            reader.bytes()?,
            &reader.manifest()?,
        ))
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

/// The index folder, as a walk through the folders around it would come upon it.
fn own_folder(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}
