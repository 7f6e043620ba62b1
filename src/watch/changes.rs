//! What has changed since the last look? The system tells it event by event, on a thread of its own.

use crate::ingest::walk::{Hidden, IGNORE_FILE_NAMES, IgnoreFiles, Links, WalkOptions};
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many paths are kept; beyond that everything counts as changed.
const MOST: usize = 1000;

/// What has changed, and was not looked at yet.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Which paths, as the walk comes upon them.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Whether any path may have.
    pub(super) everything: bool,
    /// Why the system will not tell of all further changes.
    pub(super) unwatched: Option<String>,
    /// When the first and the last of it was told.
    told: Option<(Instant, Instant)>,
    /// Whether not to wait for quiet.
    is_urgent: bool,
}

impl Changes {
    fn add(&mut self, path: PathBuf) {
        self.tell();
        if self.everything {
            return;
        }
        self.paths.insert(path);
        if self.paths.len() > MOST {
            self.all();
        }
    }

    fn all(&mut self) {
        self.tell();
        self.everything = true;
        self.paths.clear();
    }

    fn tell(&mut self) {
        let now = Instant::now();
        let first = self.told.map_or(now, |(first, _)| first);
        self.told = Some((first, now));
    }
}

/// What is watched, as events name it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Folders.
    pub(super) folders: Vec<PathBuf>,
    /// Single files.
    pub(super) files: Vec<PathBuf>,
}

/// The changes and the scope, shared with the thread of the events.
#[derive(Clone)]
pub(super) struct Pending {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    changes: Changes,
    scope: Scope,
    /// The folder of the index, whose own changes are none.
    own: Option<PathBuf>,
    walk: WalkOptions,
}

impl Pending {
    pub(super) fn new(own: Option<&Path>, walk: &WalkOptions) -> Self {
        Self {
            shared: Arc::new(Mutex::new(Shared {
                changes: Changes::default(),
                scope: Scope::default(),
                own: own.map(Path::to_owned),
                walk: *walk,
            })),
        }
    }

    pub(super) fn set_scope(&self, scope: Scope) {
        self.lock().scope = scope;
    }

    /// Takes what the system tells.
    pub(super) fn take_event(&self, event: notify::Result<Event>) {
        let mut shared = self.lock();
        match event {
            Ok(event) => shared.event(event),
            Err(error) => {
                shared.changes.unwatched = Some(super::roots::reason(&error));
                shared.changes.all();
            }
        }
    }

    /// Everything is to be looked at, at once.
    pub(super) fn everything(&self) {
        let mut shared = self.lock();
        shared.changes.all();
        shared.changes.is_urgent = true;
    }

    /// Whether it is time to look: it has been quiet for a while, or has not been for long.
    pub(super) fn is_due(&self, now: Instant, quiet: Duration, longest: Duration) -> bool {
        let shared = self.lock();
        let is_time = |(first, last): (Instant, Instant)| {
            now.saturating_duration_since(last) >= quiet
                || now.saturating_duration_since(first) >= longest
        };
        shared.changes.is_urgent || shared.changes.told.is_some_and(is_time)
    }

    pub(super) fn take(&self) -> Changes {
        std::mem::take(&mut self.lock().changes)
    }

    /// What was taken could not be looked at, and is to be taken again.
    pub(super) fn give_back(&self, changes: Changes) {
        let mut shared = self.lock();
        let newer = std::mem::replace(&mut shared.changes, changes);
        shared.changes.tell();
        shared.changes.unwatched = newer.unwatched;
        shared.changes.is_urgent |= newer.is_urgent;
        if newer.everything {
            shared.changes.all();
        }
        for path in newer.paths {
            shared.changes.add(path);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn event(&mut self, event: Event) {
        if event.need_rescan() {
            return self.changes.all();
        }
        // That a file is opened or read is no change; we do so ourselves.
        let is_change = match event.kind {
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            _ => true,
        };
        if !is_change {
            return;
        }
        for path in event.paths {
            match self.meaning(&path) {
                Meaning::Nothing => {}
                Meaning::Path => self.changes.add(path),
                Meaning::Everything => self.changes.all(),
            }
        }
    }

    fn meaning(&self, path: &Path) -> Meaning {
        if self.own.as_ref().is_some_and(|own| path.starts_with(own)) {
            return Meaning::Nothing;
        }
        if self.scope.files.iter().any(|file| file == path) {
            return Meaning::Path;
        }
        let meanings = self.scope.folders.iter().map(|folder| {
            let Ok(inside) = path.strip_prefix(folder) else {
                return Meaning::Nothing;
            };
            self.meaning_inside(inside)
        });
        meanings.max().unwrap_or(Meaning::Nothing)
    }

    /// What a change of a path inside a given folder means.
    fn meaning_inside(&self, inside: &Path) -> Meaning {
        // Behind a link a path has several names, of which the system tells one.
        if inside.as_os_str().is_empty() || self.walk.links == Links::Follow {
            return Meaning::Everything;
        }
        let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let skips = self.walk.hidden == Hidden::Skip;
        let above = inside.parent().unwrap_or(Path::new(""));
        if skips && above.components().any(is_hidden) {
            return Meaning::Nothing;
        }
        let name = inside.file_name().unwrap_or_default();
        if self.walk.ignore_files == IgnoreFiles::Obey
            && IGNORE_FILE_NAMES
                .iter()
                .any(|known| name == OsStr::new(known))
        {
            return Meaning::Everything;
        }
        if skips && inside.components().next_back().is_some_and(is_hidden) {
            return Meaning::Nothing;
        }
        Meaning::Path
    }
}

/// What is to be looked at again; of two the greater counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    Nothing,
    Path,
    Everything,
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, Flag, ModifyKind};

    fn pending(walk: WalkOptions) -> Pending {
        pending_beside(Some(Path::new("/kb/index")), walk)
    }

    fn pending_beside(own: Option<&Path>, walk: WalkOptions) -> Pending {
        let pending = Pending::new(own, &walk);
        pending.set_scope(Scope {
            folders: vec![PathBuf::from("/kb")],
            files: vec![PathBuf::from("/other/one.txt")],
        });
        pending
    }

    fn changed(pending: &Pending, path: &str) {
        pending.take_event(Ok(
            Event::new(EventKind::Create(CreateKind::Any)).add_path(PathBuf::from(path))
        ));
    }

    #[test]
    fn only_what_may_hold_articles_counts_as_changed() {
        let pending = pending(WalkOptions::default());
        for path in [
            "/kb/index/data-1/meta.json",
            "/kb/index",
            "/kb/.git/index",
            "/kb/.a.txt.swp",
            "/kb/.hidden/.gitignore",
            "/other/two.txt",
        ] {
            changed(&pending, path);
        }
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        pending.take_event(Ok(Event::new(opened).add_path(PathBuf::from("/kb/a.txt"))));
        let changes = pending.take();
        assert!(
            changes.paths.is_empty() && !changes.everything,
            "{changes:?}"
        );
        for path in ["/kb/a.txt", "/kb/deep/b", "/other/one.txt"] {
            changed(&pending, path);
        }
        let changes = pending.take();
        assert!(!changes.everything);
        let paths: Vec<_> = changes
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        assert_eq!(paths, ["/kb/a.txt", "/kb/deep/b", "/other/one.txt"]);
    }

    #[test]
    fn where_the_index_is_in_no_folder_no_change_is_its_own() {
        let pending = pending_beside(None, WalkOptions::default());
        changed(&pending, "/kb/index/a.txt");
        assert_eq!(pending.take().paths.len(), 1);
    }

    #[test]
    fn a_file_of_what_is_ignored_a_lost_event_and_very_many_paths_mean_everything() {
        let pending = pending(WalkOptions::default());
        changed(&pending, "/kb/deep/.ibidignore");
        assert!(pending.take().everything);
        let lost = Event::new(EventKind::Modify(ModifyKind::Any)).set_flag(Flag::Rescan);
        pending.take_event(Ok(lost));
        assert!(pending.take().everything);
        for number in 0..=MOST {
            changed(&pending, &format!("/kb/{number}.txt"));
        }
        let changes = pending.take();
        assert!(changes.everything && changes.paths.is_empty());
    }

    #[test]
    fn hidden_files_count_where_they_are_read_and_links_where_they_are_followed() {
        let hidden = pending(WalkOptions {
            hidden: Hidden::Read,
            ..WalkOptions::default()
        });
        changed(&hidden, "/kb/.notes/a.txt");
        assert_eq!(hidden.take().paths.len(), 1);
        let links = pending(WalkOptions {
            links: Links::Follow,
            ..WalkOptions::default()
        });
        changed(&links, "/kb/out/a.txt");
        assert!(links.take().everything);
    }

    #[test]
    fn it_is_time_when_it_is_quiet_or_has_not_been_for_long() {
        let pending = pending(WalkOptions::default());
        let (quiet, longest) = (Duration::from_secs(60), Duration::from_secs(600));
        let now = Instant::now();
        assert!(!pending.is_due(now + longest, quiet, longest));
        changed(&pending, "/kb/a.txt");
        let now = Instant::now();
        assert!(!pending.is_due(now, quiet, longest));
        assert!(pending.is_due(now + quiet, quiet, longest));
        assert!(pending.is_due(now + quiet, quiet * 100, quiet));
    }

    #[test]
    fn what_could_not_be_looked_at_is_kept_with_what_came_since() {
        let pending = pending(WalkOptions::default());
        changed(&pending, "/kb/a.txt");
        let changes = pending.take();
        changed(&pending, "/kb/b.txt");
        pending.give_back(changes);
        assert_eq!(pending.take().paths.len(), 2);
    }
}
