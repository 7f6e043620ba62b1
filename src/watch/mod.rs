//! How is an index kept in step with its folders? By a loop that waits until something has changed and it has been quiet for a
//! moment, and then runs the indexer over what has changed.
//!
//! `changes` gathers what the system tells, `roots` knows what is watched and whether it is still there, `mounts` knows file systems
//! that do not tell, `said` what need not be said again. Between two runs nothing of the index is held: another process may write
//! to it, rebuild it or delete it.

mod changes;
mod mounts;
mod roots;
mod said;

use crate::error::{Error, ErrorKind, Result};
use crate::indexer::{IndexOptions, Partial, Progress};
use crate::knowledge_base::{KnowledgeBase, Location};
use crate::report::{IndexReport, SkippedReport};
use changes::{Changes, Pending};
use roots::Roots;
use said::Said;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How to watch.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// How to index. `only` and `partial` are the watch's own.
    pub index: IndexOptions,
    /// For how long nothing has to change before the index is brought in step.
    pub quiet: Duration,
    /// After how long it is brought in step though it was never quiet.
    pub longest: Duration,
    /// Everything is looked at this often, and the system is not asked to tell of changes.
    pub poll: Option<Duration>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            index: IndexOptions::default(),
            quiet: Duration::from_millis(300),
            longest: Duration::from_secs(5),
            poll: None,
        }
    }
}

/// What there is to tell while watching.
#[derive(Debug)]
pub enum News<'a> {
    /// Everything was brought in step once, and is watched from now on.
    Watching,
    /// The index was brought in step.
    InStep(&'a Step<'a>),
    /// It could not be, and is again after this time.
    Failed(&'a Error, Duration),
    /// After a failure it was.
    Recovered,
    /// The system does not tell of all changes, for this reason; everything is looked at this often.
    Polling(&'a str, Duration),
    /// A given path that was gone is there again.
    Back(&'a Path),
}

/// What one run did.
#[derive(Debug)]
pub struct Step<'a> {
    /// All of it. Where only what has changed was looked at, only that is counted.
    pub report: &'a IndexReport,
    /// Whether it is the first, which looked at everything.
    pub is_first: bool,
    /// What was not read, and was not said to be before.
    pub skipped: Vec<&'a SkippedReport>,
    /// What is to be known, and was not said before.
    pub warnings: Vec<&'a str>,
}

impl Step<'_> {
    /// Whether any article was added, replaced or taken out.
    pub fn has_changes(&self) -> bool {
        self.report.added + self.report.updated + self.report.removed > 0
    }
}

/// How often it is asked whether to stop.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether what was given is still there.
const LOOK: Duration = Duration::from_secs(1);

/// How often everything is looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_secs(30);

/// How long to wait after a failure: at first, and at the most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How many changed paths are looked at one by one; where there are more, a look at everything is cheaper.
const FEW: usize = 200;

/// Brings the index at `location` in step with `paths`, and again whenever they change, until `progress` says to stop or `tell` breaks
/// off. Articles come and go whole: a run that is stopped leaves the index as it was.
///
/// Who searches the index in the same process calls [`KnowledgeBase::refresh`] when it was brought in step.
///
/// A given path that vanishes keeps its articles, unless `options` says to prune, and is read again when it is back. The writer's
/// lock is held only during a run.
///
/// # Errors
/// As [`KnowledgeBase::index_into`], where the first run cannot succeed however often it is tried. What fails later is told, and
/// tried again.
pub fn watch(
    location: impl Into<Location>,
    paths: &[PathBuf],
    options: &WatchOptions,
    progress: &dyn Progress,
    tell: &mut dyn FnMut(News<'_>) -> ControlFlow<()>,
) -> Result<()> {
    let now = Instant::now();
    let location = location.into();
    let own = location
        .folder()
        .map(|folder| roots::real_path(folder).unwrap_or_else(|| folder.to_owned()));
    let pending = Pending::new(own.as_deref(), &options.index.walk);
    let mut watch = Watch {
        location: &location,
        own: own.clone(),
        paths,
        options,
        progress,
        tell,
        roots: Roots::new(paths, own, options.index.walk, pending.clone()),
        pending,
        poll: options.poll,
        said: Said::default(),
        is_first: true,
        partial: Partial::ReadAgain,
        has_partial: false,
        is_incomplete: false,
        failure: None,
        pause: PAUSES.0,
        try_at: now,
        look_at: now,
        poll_at: now,
    };
    match watch.run() {
        ControlFlow::Break(end) => end,
        ControlFlow::Continue(never) => match never {},
    }
}

/// How a step of the loop ends that is not to be the last; else how all of it ends.
type Flow<T = ()> = ControlFlow<Result<()>, T>;

/// What no function returns.
enum Never {}

struct Watch<'a> {
    location: &'a Location,
    /// Its folder, where it is in one, with links resolved.
    own: Option<PathBuf>,
    paths: &'a [PathBuf],
    options: &'a WatchOptions,
    progress: &'a dyn Progress,
    tell: &'a mut dyn FnMut(News<'_>) -> ControlFlow<()>,
    roots: Roots,
    pending: Pending,
    /// How often everything is looked at, where it is.
    poll: Option<Duration>,
    said: Said,
    is_first: bool,
    /// What the next run does with files of which not all could be taken.
    partial: Partial,
    /// Whether there are such files, as far as is known.
    has_partial: bool,
    /// Whether something that was given is missing or empty: which articles are gone is found out by a look at everything.
    is_incomplete: bool,
    /// What went wrong the last time.
    failure: Option<String>,
    pause: Duration,
    try_at: Instant,
    look_at: Instant,
    poll_at: Instant,
}

impl Watch<'_> {
    fn run(&mut self) -> Flow<Never> {
        self.pending.everything();
        loop {
            if self.progress.is_stopped() {
                return ControlFlow::Break(Ok(()));
            }
            let now = Instant::now();
            if self.options.poll.is_none() && now >= self.look_at {
                self.look_at = now + LOOK;
                self.look()?;
            }
            if self.poll.is_some() && now >= self.poll_at {
                self.pending.everything();
            }
            let (quiet, longest) = (self.options.quiet, self.options.longest);
            if self.pending.is_due(now, quiet, longest) && now >= self.try_at {
                self.step()?;
            } else {
                std::thread::sleep(TICK.min(self.options.quiet));
            }
        }
    }

    /// Whether what was given is still there, and still the same.
    fn look(&mut self) -> Flow {
        let changed = self.roots.look();
        if !changed.is_empty() {
            self.try_at = Instant::now();
            self.watch_roots()?;
            // What happened while nothing was watched is found by a look at everything.
            self.pending.everything();
        }
        for path in changed {
            if !self.is_first && self.roots.is_there(&path) {
                self.tell(News::Back(&path))?;
            }
        }
        ControlFlow::Continue(())
    }

    fn watch_roots(&mut self) -> Flow {
        match self.roots.watch_all() {
            Err(reason) => self.poll_because(&reason),
            Ok(()) => ControlFlow::Continue(()),
        }
    }

    fn poll_because(&mut self, reason: &str) -> Flow {
        if self.poll.is_some() {
            return ControlFlow::Continue(());
        }
        self.poll = Some(POLL);
        self.poll_at = Instant::now() + POLL;
        self.tell(News::Polling(reason, POLL))
    }

    /// Brings the index in step with what has changed.
    fn step(&mut self) -> Flow {
        let changes = self.pending.take();
        if let Some(reason) = &changes.unwatched {
            self.poll_because(reason)?;
        }
        let only = self.only(&changes);
        // A new folder is watched before it is read, so nothing that comes into it afterwards is missed.
        if self.options.poll.is_none() && !self.is_first {
            if only.is_empty() {
                self.watch_roots()?;
            } else if let Err(reason) = self.roots.watch_folders(&only) {
                self.poll_because(&reason)?;
            }
        }
        let options = IndexOptions {
            only,
            partial: self.partial,
            ..self.options.index.clone()
        };
        let progress = Repeated {
            progress: self.progress,
            is_repeated: self.failure.is_some(),
        };
        let run = self.has_place_for_index().and_then(|()| {
            KnowledgeBase::index_into(self.location, self.paths, &options, &progress)
        });
        match run {
            Ok(report) => self.succeeded(&report, &options),
            Err(error) if error.kind() == ErrorKind::Interrupted => ControlFlow::Break(Ok(())),
            Err(error) if self.is_first && is_final(&error) => ControlFlow::Break(Err(error)),
            Err(error) => {
                self.pending.give_back(changes);
                self.failed(&error)
            }
        }
    }

    /// Where an index lies inside a folder that is gone, a new one in a new folder would be in the way of its coming back.
    fn has_place_for_index(&self) -> Result<()> {
        match self.own.as_deref().and_then(Path::parent) {
            Some(parent) if !self.is_first && !parent.exists() => Err(Error::new(
                ErrorKind::NotFound,
                format!(
                    "the index {} is gone, with the folder that held it",
                    self.location
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The paths to look at; none where everything is to be looked at.
    fn only(&self, changes: &Changes) -> Vec<PathBuf> {
        let is_full = self.is_first
            || self.is_incomplete
            || changes.everything
            || changes.paths.len() > FEW
            || self.partial == Partial::ReadAgain;
        if is_full {
            Vec::new()
        } else {
            changes.paths.iter().cloned().collect()
        }
    }

    fn succeeded(&mut self, report: &IndexReport, options: &IndexOptions) -> Flow {
        let is_full = options.only.is_empty();
        if is_full && let Some(every) = self.poll {
            self.poll_at = Instant::now() + every;
        }
        self.pause = PAUSES.0;
        if self.failure.take().is_some() {
            self.tell(News::Recovered)?;
        }
        self.is_incomplete = report.skipped.iter().any(|skipped| {
            let is_given = |path: &PathBuf| path.display().to_string() == skipped.path;
            skipped.error && self.paths.iter().any(is_given)
        });
        if self.is_incomplete && self.options.poll.is_none() {
            // So that its coming back is seen, however soon it comes.
            self.look()?;
        }
        let shown: Vec<String> = options
            .only
            .iter()
            .filter_map(|path| self.roots.shown(path))
            .collect();
        let (skipped, warnings) = self
            .said
            .news(report, if is_full { None } else { Some(&shown) });
        let step = Step {
            report,
            is_first: self.is_first,
            skipped,
            warnings,
        };
        self.tell(News::InStep(&step))?;
        let has_errors = report.skipped.iter().any(|skipped| skipped.error);
        self.has_partial = has_errors || (self.has_partial && options.partial == Partial::Leave);
        self.partial = Partial::Leave;
        // An article that is gone may have left its id to one that was refused it.
        if report.removed > 0 && self.has_partial && options.partial == Partial::Leave {
            self.partial = Partial::ReadAgain;
            self.pending.everything();
        }
        if self.is_first {
            self.is_first = false;
            self.tell(News::Watching)?;
            if let (None, Some(reason)) = (self.options.poll, self.roots.silent()) {
                self.poll_because(&reason)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn failed(&mut self, error: &Error) -> Flow {
        let message = error.to_string();
        let pause = self.pause;
        self.try_at = Instant::now() + pause;
        self.pause = (pause * 2).min(PAUSES.1);
        if self.failure.as_ref() == Some(&message) {
            return ControlFlow::Continue(());
        }
        self.failure = Some(message);
        self.tell(News::Failed(error, pause))
    }

    fn tell(&mut self, news: News<'_>) -> Flow {
        (self.tell)(news).map_break(Ok)
    }
}

/// Whether trying again is of no use: somebody has to do something first.
fn is_final(error: &Error) -> bool {
    use ErrorKind::{Io, Locked, Superseded, Unavailable};
    !matches!(error.kind(), Locked | Io | Superseded | Unavailable)
}

/// Does not say again that another process is waited for.
struct Repeated<'a> {
    progress: &'a dyn Progress,
    is_repeated: bool,
}

impl Progress for Repeated<'_> {
    fn found(&self) {
        self.progress.found();
    }

    fn done(&self) {
        self.progress.done();
    }

    fn waiting(&self, reason: &str) {
        if !self.is_repeated {
            self.progress.waiting(reason);
        }
    }

    fn rebuilding(&self) {
        self.progress.rebuilding();
    }

    fn is_stopped(&self) -> bool {
        self.progress.is_stopped()
    }
}
