//! What is watched, and is it still there? The given paths, which may vanish, come back, or be replaced by others.

use super::changes::{Pending, Scope};
use super::mounts;
use crate::ingest::walk::{self, WalkOptions};
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Whether each folder is watched by itself. inotify watches single folders; notify would add those below by itself, but gives up at
/// the first that it may not read, and watches those too that are never read (`.git`, the index). Elsewhere the system watches what
/// is below.
const EACH_FOLDER: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// The given paths.
pub(super) struct Roots {
    roots: Vec<Root>,
    /// The folder of the index, which is not watched.
    own: Option<PathBuf>,
    walk: WalkOptions,
    pending: Pending,
    watcher: Option<RecommendedWatcher>,
}

struct Root {
    given: PathBuf,
    /// `None` where it is not there.
    place: Option<Place>,
}

/// Where a given path is, and which folder that is: another of the same name is another place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    real: PathBuf,
    is_file: bool,
    /// The device, the number there, and the birth of the folder that is watched.
    identity: (u64, u64, Option<SystemTime>),
}

impl Place {
    fn of(given: &Path) -> Option<Self> {
        let real = given.canonicalize().ok()?;
        let is_file = !real.is_dir();
        let mut place = Self {
            real,
            is_file,
            identity: (0, 0, None),
        };
        // A file is replaced whenever an editor saves it; its folder is not.
        let data = std::fs::metadata(place.folder()).ok()?;
        let (device, number) = number(&data);
        place.identity = (device, number, data.created().ok());
        Some(place)
    }

    /// The folder that is watched.
    fn folder(&self) -> &Path {
        match self.real.parent() {
            Some(parent) if self.is_file => parent,
            _ => &self.real,
        }
    }
}

#[cfg(unix)]
fn number(data: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn number(_data: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

impl Roots {
    /// Of these paths nothing is watched yet.
    pub(super) fn new(
        paths: &[PathBuf],
        own: Option<PathBuf>,
        walk: WalkOptions,
        pending: Pending,
    ) -> Self {
        let roots = paths.iter().map(|path| Root {
            given: path.clone(),
            place: None,
        });
        Self {
            roots: roots.collect(),
            own,
            walk,
            pending,
            watcher: None,
        }
    }

    /// The given paths that are not what they were: gone, back, or another folder of the same name.
    pub(super) fn look(&mut self) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        for root in &mut self.roots {
            let place = Place::of(&root.given);
            if place != root.place {
                root.place = place;
                changed.push(root.given.clone());
            }
        }
        if !changed.is_empty() {
            // What is gone is watched no more, under whatever name it lives on.
            self.watcher = None;
            let mut scope = Scope::default();
            for place in self.roots.iter().filter_map(|root| root.place.as_ref()) {
                if place.is_file {
                    scope.files.push(place.real.clone());
                } else {
                    scope.folders.push(place.real.clone());
                }
            }
            self.pending.set_scope(scope);
        }
        changed
    }

    /// Whether a given path was there when it was last looked.
    pub(super) fn is_there(&self, given: &Path) -> bool {
        self.roots
            .iter()
            .any(|root| root.given == given && root.place.is_some())
    }

    /// Watches all that is there; what is watched already stays so.
    ///
    /// # Errors
    /// Why not all of it can be.
    pub(super) fn watch_all(&mut self) -> Result<(), String> {
        if !EACH_FOLDER && self.watcher.is_some() {
            return Ok(());
        }
        for place in self.places() {
            if place.is_file {
                self.watch_one(place.folder(), RecursiveMode::NonRecursive)?;
            } else {
                self.watch_folder(&place.real, &[])?;
            }
        }
        Ok(())
    }

    fn places(&self) -> Vec<Place> {
        let places = self.roots.iter().filter_map(|root| root.place.clone());
        places.collect()
    }

    /// Watches those of the paths that are folders, and what lies under them, where the system does not do so by itself.
    ///
    /// # Errors
    /// Why not all of it can be.
    pub(super) fn watch_folders(&mut self, paths: &[PathBuf]) -> Result<(), String> {
        if !EACH_FOLDER {
            return Ok(());
        }
        let is_folder = |path: &&PathBuf| path.is_dir();
        let folders: Vec<PathBuf> = paths.iter().filter(is_folder).cloned().collect();
        if folders.is_empty() {
            return Ok(());
        }
        for place in self.places().into_iter().filter(|place| !place.is_file) {
            self.watch_folder(&place.real, &folders)?;
        }
        Ok(())
    }

    /// Watches a given folder; where `only` is not empty, only these of what lies under it.
    fn watch_folder(&mut self, folder: &Path, only: &[PathBuf]) -> Result<(), String> {
        if !EACH_FOLDER {
            return self.watch_one(folder, RecursiveMode::Recursive);
        }
        let (options, own) = (self.walk, self.own.clone().unwrap_or_default());
        let mut result = Ok(());
        walk::folders(folder, &options, &own, only, |below| {
            result = self.watch_one(below, RecursiveMode::NonRecursive);
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        result
    }

    fn watch_one(&mut self, folder: &Path, mode: RecursiveMode) -> Result<(), String> {
        let watcher = match &mut self.watcher {
            Some(watcher) => watcher,
            none => {
                let pending = self.pending.clone();
                let config = Config::default().with_follow_symlinks(false);
                let tell = move |event| pending.take_event(event);
                let watcher = RecommendedWatcher::new(tell, config).map_err(|e| reason(&e))?;
                none.insert(watcher)
            }
        };
        match watcher.watch(folder, mode) {
            Ok(()) => Ok(()),
            Err(error) if is_of_the_folder(&error) => Ok(()),
            Err(error) => Err(reason(&error)),
        }
    }

    /// Why changes of some given path may go untold, though it can be watched.
    pub(super) fn silent(&self) -> Option<String> {
        self.roots.iter().find_map(|root| {
            let kind = mounts::remote(&root.place.as_ref()?.real)?;
            Some(format!(
                "{} is on a file system ({kind}) that others may change without this system being told",
                root.given.display()
            ))
        })
    }

    /// A path that was changed, as a person would type it.
    pub(super) fn shown(&self, path: &Path) -> Option<String> {
        self.roots.iter().find_map(|root| {
            let inside = path.strip_prefix(&root.place.as_ref()?.real).ok()?;
            let shown: PathBuf = root
                .given
                .join(inside)
                .components()
                .filter(|part| !matches!(part, std::path::Component::CurDir))
                .collect();
            Some(shown.display().to_string())
        })
    }
}

/// Whether a failure concerns one folder, which the walk for articles names: it is gone again, or may not be read.
fn is_of_the_folder(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(
            error.kind(),
            std::io::ErrorKind::NotFound
                | std::io::ErrorKind::PermissionDenied
                | std::io::ErrorKind::NotADirectory
        ),
        _ => false,
    }
}

/// Why the system does not watch, and what to do.
pub(super) fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => {
            "the system watches no more folders; raise fs.inotify.max_user_watches".to_owned()
        }
        _ => format!("the system does not watch: {error}"),
    }
}

/// The path with its links resolved, as far as it is there.
pub(super) fn real_path(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let (there, real) = absolute
        .ancestors()
        .find_map(|folder| Some((folder, folder.canonicalize().ok()?)))?;
    Some(real.join(absolute.strip_prefix(there).ok()?))
}
