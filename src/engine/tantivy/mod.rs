//! The embedded engine: an index in a folder, on tantivy.
//!
//! `layout` knows the folder, `schema` the fields, `records` how its record is kept, `read` and `write` the two sides,
//! `score` (with `postings`, `names` and `statistics`) how a passage is scored, `best` (with `bounds`) which passages have to be, `words` the words
//! that what is typed is compared to. "Document" and "segment" are tantivy's words, and stay in here.

mod articles;
mod best;
#[cfg(test)]
mod best_tests;
mod bounds;
mod check;
mod columns;
mod counts;
mod fault;
mod layout;
mod lock;
mod names;
mod old;
mod postings;
mod prepare;
mod read;
mod records;
mod restriction;
mod room;
mod schema;
mod score;
mod statistics;
mod storage;
mod tokens;
mod words;
mod write;

use super::{CommitInfo, Engine, Mark, Reader, Rebuild, Salvage, Writer};
use crate::error::{Error, ErrorKind, Result};
use layout::{Layout, REPAIR};
use lock::WriterLock;
use old::OldRecords;
use schema::Fields;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use storage::{Failure, Storage};

pub use check::check;
pub use layout::has_index;

/// An index in a folder.
pub struct TantivyEngine {
    folder: PathBuf,
    opened: RwLock<Arc<Opened>>,
}

/// The data folder that counted when it was opened.
struct Opened {
    layout: Layout,
    index: ::tantivy::Index,
    fields: Fields,
    failure: Failure,
}

impl Opened {
    fn open(layout: Layout) -> Result<Self> {
        let open = || -> ::tantivy::Result<_> {
            let storage = Storage::open(&layout.data_folder())?;
            let failure = storage.failure();
            Ok((::tantivy::Index::open(storage)?, failure))
        };
        let (index, failure) = guard(layout.folder(), open)?;
        Ok(Self::with(layout, index, failure))
    }

    /// Makes an empty index in the data folder of `layout`.
    fn create(layout: Layout) -> Result<Self> {
        let create = || -> ::tantivy::Result<_> {
            let storage = Storage::open(&layout.data_folder())?;
            let failure = storage.failure();
            let index = ::tantivy::Index::builder()
                .schema(Fields::schema())
                .settings(records::settings())
                .open_or_create(storage)?;
            Ok((index, failure))
        };
        let (index, failure) = create().map_err(|error| damaged(layout.folder(), error))?;
        Ok(Self::with(layout, index, failure))
    }

    fn with(layout: Layout, index: ::tantivy::Index, failure: Failure) -> Self {
        let fields = Fields::of(&index.schema());
        schema::register_tokenizers(&index);
        Self {
            layout,
            index,
            fields,
            failure,
        }
    }
}

impl TantivyEngine {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where the folder holds something else, `IncompatibleIndex` where it is of
    /// an older form, `NewerIndex` where it is of one that is not known yet, `Damaged` where files of it are.
    pub fn open(folder: &Path) -> Result<Self> {
        // Between the look at the marker and that at the data, another process may have put a new index in its place.
        let mut layout = Layout::open(folder)?;
        loop {
            match Opened::open(layout.clone()) {
                Ok(opened) => return Ok(Self::with(folder, opened)),
                Err(error) => {
                    let now = Layout::open(folder)?;
                    if now == layout {
                        return Err(error);
                    }
                    layout = now;
                }
            }
        }
    }

    /// Opens the index in `folder`, or makes an empty one where there is none; waits as long as `wait` for another process that
    /// is making one.
    ///
    /// # Errors
    /// As [`TantivyEngine::open`], and where the folder cannot be written.
    pub fn open_or_create(folder: &Path, wait: Duration) -> Result<Self> {
        if has_index(folder)? {
            return Self::open(folder);
        }
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::io("make the index folder", folder, error))?;
        let _lock = WriterLock::take(folder, wait)?;
        if has_index(folder)? {
            return Self::open(folder);
        }
        let opened = Opened::create(Layout::create(folder)?)?;
        opened.layout.write_marker()?;
        opened.layout.clean(0);
        Ok(Self::with(folder, opened))
    }

    /// Begins to write the index in `folder` anew, whatever its form or state; `wait` is how long to wait for another writer.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `NewerIndex` where a newer version made it, `Locked` where another is writing to it, `Io`
    /// where the folder cannot be written.
    pub fn rebuild(folder: &Path, threads: usize, wait: Duration) -> Result<Rebuild> {
        let old = match Layout::of_any_form(folder) {
            Ok(layout) => Some(layout),
            Err(error) if error.kind() == ErrorKind::Damaged => Layout::guess(folder),
            Err(error) => return Err(error),
        };
        if let Err(error) = Layout::open(folder)
            && error.kind() == ErrorKind::NewerIndex
        {
            return Err(error);
        }
        let lock = WriterLock::take(folder, wait)?;
        let reader = Self::open(folder).and_then(|engine| engine.reader()).ok();
        let (commit, manifest) = match reader
            .as_ref()
            .and_then(|reader| Some((reader.commit(), reader.manifest().ok()?)))
        {
            Some(known) => known,
            // What another version wrote, or what damage left.
            None => {
                let newest = old.as_ref().and_then(Layout::newest_manifest);
                let (generation, manifest) = newest.unwrap_or_default();
                let (articles, passages) = manifest.totals();
                let commit = CommitInfo {
                    generation,
                    articles,
                    passages,
                };
                (commit, manifest)
            }
        };
        let opened = Opened::create(Layout::create(folder)?)?;
        let writer = write::TantivyWriter::rebuild(&opened, lock, threads, commit.generation)?;
        Ok(Rebuild {
            writer: Box::new(writer),
            reader,
            old: old
                .as_ref()
                .and_then(OldRecords::open)
                .map(|old| Box::new(old) as Box<dyn Salvage>),
            manifest,
            commit,
        })
    }

    fn with(folder: &Path, opened: Opened) -> Self {
        Self {
            folder: folder.to_owned(),
            opened: RwLock::new(Arc::new(opened)),
        }
    }

    /// The data folder that counts now: another than before, where the index was rebuilt.
    fn opened(&self) -> Result<Arc<Opened>> {
        let opened = Arc::clone(&self.opened.read().unwrap_or_else(PoisonError::into_inner));
        if Layout::open(&self.folder)? == opened.layout {
            return Ok(opened);
        }
        let opened = Self::open(&self.folder)?.opened;
        let opened = opened.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
        Ok(opened)
    }
}

impl Engine for TantivyEngine {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        Ok(Box::new(read::TantivyReader::open(self)?))
    }

    fn mark(&self) -> Result<Mark> {
        Layout::open(&self.folder)?.mark()
    }

    fn writer(&self, threads: usize, wait: Duration) -> Result<Box<dyn Writer>> {
        let lock = WriterLock::take(&self.folder, wait)?;
        let writer = write::TantivyWriter::open(&*self.opened()?, lock, threads)?;
        Ok(Box::new(writer))
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        self.opened()?.layout.vocabularies()
    }

    fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        self.opened()?.layout.set_vocabulary(name, bytes)
    }
}

/// Reads the index in `folder`. Tantivy panics over what its files cannot hold, unless they are damaged.
fn guard<T>(folder: &Path, read: impl FnOnce() -> ::tantivy::Result<T>) -> Result<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| damaged(folder, error)),
        Err(_) => Err(Error::new(
            ErrorKind::Damaged,
            format!(
                "the index at {} holds what cannot be made sense of",
                folder.display()
            ),
        )
        .with_advice(REPAIR)),
    }
}

/// An error of tantivy, with the folder and what its user can do.
fn damaged(folder: &Path, error: ::tantivy::TantivyError) -> Error {
    use ::tantivy::TantivyError;
    use ::tantivy::directory::error::{OpenDirectoryError, OpenReadError};
    let message = format!("the index at {} is damaged", folder.display());
    match error {
        // What the system did not refuse, tantivy could not make sense of.
        TantivyError::IoError(cause)
            if cause.raw_os_error().is_some()
                || matches!(
                    cause.kind(),
                    std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::StorageFull
                ) =>
        {
            let cause = std::io::Error::new(cause.kind(), cause.to_string());
            Error::io("read or write the index", folder, cause)
        }
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. })
            if io_error.kind() == std::io::ErrorKind::PermissionDenied =>
        {
            let cause = std::io::Error::new(io_error.kind(), io_error.to_string());
            Error::io("read the index", folder, cause).with_advice("see who may read there")
        }
        // What was found in place of what was expected would come with the error.
        error => {
            let cause = error.to_string();
            let cause = cause.split(" Content: ").next().unwrap_or(&cause);
            Error::with_cause(ErrorKind::Damaged, message, cause).with_advice(REPAIR)
        }
    }
}
