//! The embedded engine: an index in a folder, on tantivy.
//!
//! `layout` knows the folder, `schema` the fields, `stored` what is kept of a passage, `read` and `write` the two sides,
//! `score` (with `postings`, `names` and `statistics`) how a passage is scored, `words` the words
//! that what is typed is compared to. "Document" and "segment" are tantivy's words, and stay in here.

mod layout;
mod names;
mod postings;
mod read;
mod schema;
mod score;
mod statistics;
mod stored;
mod sums;
mod words;
mod write;

use super::{Engine, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use layout::Layout;
use schema::Fields;
use std::path::Path;

pub use layout::has_index;

/// An index in a folder.
pub struct TantivyEngine {
    layout: Layout,
    index: ::tantivy::Index,
    fields: Fields,
}

impl TantivyEngine {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where the folder holds something else, `IncompatibleIndex` where
    /// another version made it.
    pub fn open(folder: &Path) -> Result<Self> {
        let layout = Layout::open(folder)?;
        let index = ::tantivy::Index::open_in_dir(layout.engine_folder())
            .map_err(|error| damaged(folder, error))?;
        Ok(Self::with(layout, index))
    }

    /// Opens the index in `folder`, or makes an empty one where there is none.
    ///
    /// # Errors
    /// As [`TantivyEngine::open`], and where the folder cannot be written.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        if has_index(folder)? {
            return Self::open(folder);
        }
        let layout = Layout::create(folder)?;
        let directory = ::tantivy::directory::MmapDirectory::open(layout.engine_folder())
            .map_err(|error| damaged(folder, error.into()))?;
        let index = ::tantivy::Index::builder()
            .schema(Fields::schema())
            .open_or_create(directory)
            .map_err(|error| damaged(folder, error))?;
        layout.write_marker()?;
        Ok(Self::with(layout, index))
    }

    fn with(layout: Layout, index: ::tantivy::Index) -> Self {
        let fields = Fields::of(&index.schema());
        schema::register_tokenizers(&index);
        Self {
            layout,
            index,
            fields,
        }
    }
}

impl Engine for TantivyEngine {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        Ok(Box::new(read::TantivyReader::open(self)?))
    }

    fn writer(&self, threads: usize) -> Result<Box<dyn Writer>> {
        Ok(Box::new(write::TantivyWriter::open(self, threads)?))
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        self.layout.vocabularies()
    }

    fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        self.layout.set_vocabulary(name, bytes)
    }
}

/// An error of tantivy, with the folder and what its user can do.
fn damaged(folder: &Path, error: ::tantivy::TantivyError) -> Error {
    use ::tantivy::TantivyError;
    match error {
        TantivyError::LockFailure(..) => Error::new(
            ErrorKind::Locked,
            format!(
                "another process is writing to the index {}; try again when it is done",
                folder.display()
            ),
        ),
        TantivyError::IoError(cause) => Error::with_cause(
            ErrorKind::Io,
            format!("cannot read or write the index {}", folder.display()),
            cause.to_string(),
        ),
        TantivyError::IncompatibleIndex(cause) => Error::with_cause(
            ErrorKind::IncompatibleIndex,
            format!(
                "the index {} was made by another version; delete the folder and index again",
                folder.display()
            ),
            format!("{cause:?}"),
        ),
        error => Error::with_cause(
            ErrorKind::Engine,
            format!(
                "the index {} is damaged; delete the folder and index again",
                folder.display()
            ),
            error,
        ),
    }
}
