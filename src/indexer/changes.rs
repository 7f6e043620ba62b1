//! Which sources have changed since they were read, or are gone?

use super::sources::Sources;
use super::stamps;
use crate::engine::manifest::{FileRecord, Manifest};
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The files that are not as they were read, by the paths a person would type, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceChanges {
    /// Those with other contents than before.
    pub changed: Vec<String>,
    /// Those that are not there.
    pub vanished: Vec<String>,
    /// Those that cannot be read, with the reason.
    pub unreadable: Vec<(String, String)>,
}

enum State {
    Same,
    Changed,
    Vanished,
    Unreadable(String),
}

/// Compares the files of a manifest with what is there. Files whose size and times are as they were count as unchanged; of all
/// others the contents are compared. What came from standard input cannot change.
pub fn changes(manifest: &Manifest) -> SourceChanges {
    let sources = Sources::of(manifest);
    let files: Vec<_> = manifest
        .files
        .iter()
        .filter_map(|(key, file)| Some((key, file, sources.path(key)?)))
        .collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut states: Vec<(usize, State)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut states = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some((_, file, path)) = files.get(number) else {
                            return states;
                        };
                        states.push((number, state(path, file)));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    });
    states.sort_by_key(|(number, _)| *number);
    let mut changes = SourceChanges::default();
    for (number, state) in states {
        let key = files[number].0;
        let shown = sources
            .named(key)
            .map_or_else(|| key.clone(), |name| name.shown);
        match state {
            State::Same => {}
            State::Changed => changes.changed.push(shown),
            State::Vanished => changes.vanished.push(shown),
            State::Unreadable(reason) => changes.unreadable.push((shown, reason)),
        }
    }
    changes
}

/// The files at or under paths, as a person types them.
pub fn files_under(manifest: &Manifest, paths: &[String]) -> HashSet<String> {
    let sources = Sources::of(manifest);
    let scopes: Vec<_> = paths
        .iter()
        .filter_map(|path| sources.known_scope(Path::new(path), manifest))
        .collect();
    let is_under = |key: &&String| scopes.iter().any(|scope| scope.holds(key));
    manifest.files.keys().filter(is_under).cloned().collect()
}

fn state(path: &Path, file: &FileRecord) -> State {
    let look = || -> io::Result<bool> {
        let data = std::fs::metadata(path)?;
        if !data.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        if data.len() == file.size && file.stamp.is_some() && stamps::stamp(&data) == file.stamp {
            return Ok(true);
        }
        // A file that was not read whole is not known by what it holds.
        if data.len() != file.size || file.hash == FileRecord::UNREAD {
            return Ok(data.len() == file.size);
        }
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(hasher.finalize().to_hex().as_str() == file.hash)
    };
    match look() {
        Ok(true) => State::Same,
        Ok(false) => State::Changed,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            State::Vanished
        }
        Err(error) => State::Unreadable(error.to_string()),
    }
}
