//! Who may write to an index? Whoever holds the lock of its folder: one process at a time.
//!
//! The lock is the operating system's, on the file `lock`: it ends with the process that holds it, however that ends, so nobody has
//! to clean up after a crash. What stands in the file says who holds it, and since when, to those who wait.

use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The name of the file.
pub(super) const LOCK: &str = "lock";

/// How long to wait before a lock that another holds is asked for again.
const PAUSE: Duration = Duration::from_millis(25);

/// How long a lock is asked for even by who does not want to wait: a process that is just being started holds on to the files of
/// the one that starts it for a moment.
const MOMENT: Duration = Duration::from_millis(200);

/// The right to write, for as long as this lives.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

/// Who holds a lock.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    command: String,
    since: String,
}

impl WriterLock {
    /// Takes the lock of an index folder, waiting for it as long as `wait` where another holds it.
    ///
    /// # Errors
    /// `Locked` where another still holds it then; `Io` where the folder cannot be written.
    pub(super) fn take(folder: &Path, wait: Duration) -> Result<Self> {
        let path = folder.join(LOCK);
        let fail = |error| {
            Error::io("write the index", folder, error)
                .with_advice("check who may write to the folder")
        };
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fail)?;
        let until = Instant::now() + wait.max(MOMENT);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(fail(error)),
                Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                    return Err(held(&mut file, folder));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
        let mut lock = Self { file };
        // On a full disk nothing is said of the holder; the lock is held all the same.
        let _nothing_said = lock.sign();
        Ok(lock)
    }

    /// Writes down who holds the lock.
    fn sign(&mut self) -> std::io::Result<()> {
        let program = std::env::args_os().next();
        let program = program
            .as_deref()
            .and_then(|path| Path::new(path).file_name()?.to_str())
            .unwrap_or("ibid");
        let command = std::env::args_os().nth(1);
        let command = command.as_deref().and_then(|word| word.to_str());
        let holder = Holder {
            process: std::process::id(),
            command: command.map_or(program.to_owned(), |word| format!("{program} {word}")),
            since: jiff::Timestamp::now()
                .strftime("%Y-%m-%d %H:%M:%S UTC")
                .to_string(),
        };
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(&serde_json::to_vec(&holder)?)
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // What is left in it is read by nobody while nobody holds it.
        let _stays_signed = self.file.set_len(0);
    }
}

fn held(file: &mut File, folder: &Path) -> Error {
    let mut text = Vec::new();
    let _unsigned = file.rewind().and_then(|()| file.read_to_end(&mut text));
    let who = match serde_json::from_slice::<Holder>(&text) {
        Ok(Holder {
            process,
            command,
            since,
        }) => format!("process {process} ({command}) since {since}"),
        Err(_) => "another process".to_owned(),
    };
    Error::new(
        ErrorKind::Locked,
        format!(
            "the index at {} is being written by {who}; searching goes on; try again when it is done",
            folder.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_by_one_who_is_named_and_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = WriterLock::take(folder.path(), Duration::ZERO).expect("taken");
        let error = WriterLock::take(folder.path(), Duration::ZERO).expect_err("held");
        assert_eq!(error.kind(), ErrorKind::Locked);
        let message = error.to_string();
        assert!(
            message.contains(&format!("process {}", std::process::id())),
            "{message}"
        );
        assert!(message.contains(" since "), "{message}");
        drop(lock);
        WriterLock::take(folder.path(), Duration::ZERO).expect("given back");
    }

    #[test]
    fn what_a_dead_process_left_in_the_file_is_in_nobodys_way() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join(LOCK),
            "{\"process\":1,\"command\":\"ibid index\",\"since\":\"yesterday\"}",
        )
        .expect("written");
        WriterLock::take(folder.path(), Duration::ZERO).expect("taken");
    }

    #[test]
    fn who_waits_gets_the_lock_when_it_is_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = WriterLock::take(folder.path(), Duration::ZERO).expect("taken");
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| WriterLock::take(folder.path(), Duration::from_secs(60)).is_ok());
            std::thread::sleep(Duration::from_millis(50));
            drop(lock);
            assert!(waiting.join().expect("no panic"));
        });
    }
}
