//! How does tantivy reach its files? Through its own memory-mapped directory, without its locks.
//!
//! Its reader takes a lock, for which it opens a file for writing: a search would fail in a folder that may only be read, and
//! would wait where a commit is just being cleaned up after. Ours takes none: where a file is gone by the time it is opened, there
//! is a newer commit, and that one is opened (see `read`). That there is one writer is `lock`'s to see to.

use super::fault;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};
use tantivy::{Directory, TantivyError};

/// The folder of tantivy's files.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    files: MmapDirectory,
    failure: Failure,
}

/// What went wrong first when something was written. Tantivy's threads tell nobody why they ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure(Arc<Mutex<Option<(io::ErrorKind, String)>>>);

impl Failure {
    fn note(&self, error: &io::Error) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| (error.kind(), error.to_string()));
    }

    /// The failure, if there was one, as an error of its kind.
    pub(super) fn take(&self) -> Option<io::Error> {
        let (kind, message) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        Some(io::Error::new(kind, message))
    }

    fn watch<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.note(error))
    }
}

impl Storage {
    pub(super) fn open(folder: &Path) -> Result<Self, TantivyError> {
        Ok(Self {
            files: MmapDirectory::open(folder)?,
            failure: Failure::default(),
        })
    }

    pub(super) fn failure(&self) -> Failure {
        self.failure.clone()
    }

    fn step(&self) -> io::Result<()> {
        self.failure.watch(fault::step())
    }
}

impl Directory for Storage {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.step().map_err(|error| DeleteError::IoError {
            io_error: Arc::new(error),
            filepath: path.to_owned(),
        })?;
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let wrap = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        self.step().map_err(wrap)?;
        let file = self.files.open_write(path).inspect_err(|error| {
            if let OpenWriteError::IoError { io_error, .. } = error {
                self.failure.note(io_error);
            }
        })?;
        let file = file
            .into_inner()
            .map_err(|error| wrap(error.into_error()))?;
        Ok(BufWriter::new(Box::new(WatchedFile {
            file,
            failure: self.failure(),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.step()?;
        self.failure.watch(self.files.atomic_write(path, data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.step()?;
        self.failure.watch(self.files.sync_directory())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// A file that is being written.
struct WatchedFile {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    failure: Failure,
}

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = fault::step().and_then(|()| self.file.write(bytes));
        self.failure.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.failure.watch(flushed)
    }
}

impl TerminatingWrite for WatchedFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        let ended = fault::step().and_then(|()| self.file.terminate_ref(token));
        self.failure.watch(ended)
    }
}
