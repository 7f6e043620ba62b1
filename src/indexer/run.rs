//! How are the files of the given paths found, and handed out to workers? A walker, some workers, and one that collects.

use super::json_lines::SharedLines;
use super::pages::Pages;
use super::report::{IndexReport, Skipped};
use super::settle;
use super::sources::{FileName, Given, Scope, Sources};
use super::work::{Common, FileJob, Limits, Message, Worker, may_hold_articles};
use super::write::Collector;
use super::{IndexOptions, Missing, Progress, WORKER_STACK, threads};
use crate::article::Format;
use crate::engine::Reader;
use crate::engine::manifest::Manifest;
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::walk::{self, Found};
use crossbeam_channel::{Receiver, Sender};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What was given to be indexed.
pub(super) struct Inputs {
    pub(super) sources: Sources,
    given: Vec<Given>,
    /// What was given, is known, and is not there any more: its articles are to be taken out.
    gone: Vec<Scope>,
}

impl Inputs {
    /// The sources of the paths. A path that is not there is reported, and costs no other.
    ///
    /// # Errors
    /// `Usage` where a source would have the name of another.
    pub(super) fn find(
        manifest: &Manifest,
        paths: &[PathBuf],
        options: &IndexOptions,
        report: &mut IndexReport,
    ) -> Result<Self> {
        let mut inputs = Self {
            sources: Sources::of(manifest),
            given: Vec::new(),
            gone: Vec::new(),
        };
        for path in paths {
            let error = match inputs.sources.add(path, options.source.as_deref()) {
                Ok(given) => {
                    inputs.look_for_folder(&given, manifest, options, report);
                    inputs.given.push(given);
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::Usage => return Err(error),
                Err(error) => error,
            };
            let reason = if error.kind() != ErrorKind::NotFound {
                error.to_string()
            } else if let Some(scope) = inputs.sources.known_scope(path, manifest) {
                if options.missing == Missing::Prune {
                    inputs.gone.push(scope);
                    continue;
                }
                format!("is not there; {}", kept(manifest, &scope))
            } else {
                "is not there; check how it is spelt, and from where".to_owned()
            };
            report.skip(Skipped::error(path.display().to_string(), reason));
        }
        Ok(inputs)
    }
}

impl Inputs {
    /// A file may have taken the place of a folder, which is missing then.
    fn look_for_folder(
        &mut self,
        given: &Given,
        manifest: &Manifest,
        options: &IndexOptions,
        report: &mut IndexReport,
    ) {
        if !given.is_file {
            return;
        }
        let scope = self.sources.scope(&given.real).inside();
        if !manifest.files.keys().any(|key| scope.holds(key)) {
            return;
        }
        if options.missing == Missing::Prune {
            self.gone.push(scope);
        } else {
            let reason = format!("is a file, and was a folder; {}", kept(manifest, &scope));
            report.skip(Skipped::error(given.path.display().to_string(), reason));
        }
    }
}

fn no_worker(error: std::io::Error) -> Error {
    Error::with_cause(ErrorKind::Io, "cannot start a worker", error)
}

/// What is said of the articles of a path that is missing.
fn kept(manifest: &Manifest, scope: &Scope) -> String {
    let articles: usize = manifest
        .files
        .iter()
        .filter(|(key, _)| scope.holds(key))
        .map(|(_, file)| file.articles.len())
        .sum();
    format!("its articles ({articles}) are kept; --prune takes them out")
}

/// One run over the inputs.
pub(super) struct Run<'a> {
    /// What the workers go by to tell what has not changed.
    pub(super) before: &'a Manifest,
    /// Files that are read before what is given, by their keys.
    pub(super) listed: &'a [String],
    pub(super) inputs: &'a Inputs,
    pub(super) leave_out: &'a Path,
    pub(super) options: &'a IndexOptions,
    pub(super) progress: &'a dyn Progress,
}

/// What the walker came upon.
#[derive(Default)]
pub(super) struct Seen {
    /// The keys of all files that are there.
    files: HashSet<String>,
    /// The given folders, and whether articles may be in them.
    folders: Vec<(PathBuf, bool)>,
    /// What could not be looked into.
    unreadable: Vec<PathBuf>,
}

impl Seen {
    /// The files that are gone, of those that were given.
    pub(super) fn vanished(
        &self,
        before: &Manifest,
        inputs: &Inputs,
        options: &IndexOptions,
    ) -> Vec<String> {
        let sources = &inputs.sources;
        let mut scopes: Vec<Scope> = self
            .folders
            .iter()
            .filter(|(_, has_articles)| *has_articles || options.missing == Missing::Prune)
            .map(|(folder, _)| sources.scope(folder))
            .collect();
        scopes.extend(inputs.gone.iter().cloned());
        let unreadable: Vec<Scope> = self
            .unreadable
            .iter()
            .map(|path| sources.scope(path))
            .collect();
        let only: Vec<Scope> = options
            .only
            .iter()
            .map(|path| sources.scope(path))
            .collect();
        let holds = |scopes: &[Scope], key: &str| scopes.iter().any(|scope| scope.holds(key));
        before
            .files
            .iter()
            .filter(|(key, _)| !self.files.contains(*key) && holds(&scopes, key))
            .filter(|(key, _)| only.is_empty() || holds(&only, key))
            .filter(|(key, _)| !holds(&unreadable, key))
            // What was given by name need not be found in a folder.
            .filter(|(key, file)| !(file.named && sources.is_there(key)))
            .map(|(key, _)| key.clone())
            .collect()
    }
}

impl Run<'_> {
    /// Reads all files, takes out what is gone, and decides what is left out of the pages; `reader` is of the last commit.
    ///
    /// # Errors
    /// `Interrupted` where it was stopped; else where the collector fails.
    pub(super) fn go(
        &self,
        collector: &mut Collector<'_>,
        reader: Option<&dyn Reader>,
        report: &mut IndexReport,
    ) -> Result<()> {
        let pages = Pages::of(self.before);
        let seen = self.read_all(&pages, collector, report)?;
        for file in seen.vanished(self.before, self.inputs, self.options) {
            collector.vanish(&file)?;
        }
        settle::settle(self, collector, pages.into_waiting(), reader, report)
    }

    /// Starts a walker and the workers, and collects what they send.
    fn read_all(
        &self,
        pages: &Pages,
        collector: &mut Collector<'_>,
        report: &mut IndexReport,
    ) -> Result<Seen> {
        let threads = threads(self.options);
        let (job_sender, jobs) = crossbeam_channel::bounded::<Arc<FileJob>>(threads * 16);
        let (sender, messages) = crossbeam_channel::bounded(threads * 16);
        let common = &self.common(pages, collector);
        let shared = SharedLines::new(threads);
        std::thread::scope(|scope| {
            for number in 0..threads {
                let worker = Worker::new(common, sender.clone()).sharing(shared.clone());
                let jobs = jobs.clone();
                std::thread::Builder::new()
                    .name(format!("ibid-worker-{number}"))
                    .stack_size(WORKER_STACK)
                    .spawn_scoped(scope, move || self.work(worker, &jobs))
                    .map_err(no_worker)?;
            }
            drop((jobs, shared));
            let walker = scope.spawn(move || {
                let mut walker = Walker {
                    run: self,
                    seen: Seen::default(),
                    jobs: job_sender,
                    messages: sender,
                };
                walker.walk_all();
                walker.seen
            });
            // Consumed here, so that where the writer fails the receiver is gone and all others stop at their next send.
            self.take_all(messages, collector, report)?;
            match walker.join() {
                Ok(seen) => Ok(seen),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

impl Run<'_> {
    /// What workers go by.
    fn common<'a>(&'a self, pages: &'a Pages, collector: &Collector<'_>) -> Common<'a> {
        Common {
            before: self.before,
            limits: Limits::new(self.options),
            pages,
            preparer: collector.preparer(),
        }
    }

    /// Reads files, and lines of the files of other workers, until there are no more of either.
    fn work(&self, mut worker: Worker<'_>, jobs: &Receiver<Arc<FileJob>>) {
        let Some(lines) = worker.shared.as_ref().map(|shared| shared.receiver.clone()) else {
            return;
        };
        loop {
            // Lines first: what was cut takes memory.
            crossbeam_channel::select_biased! {
                recv(lines) -> batch => if let Ok(batch) = batch {
                    worker.read_batch(batch);
                },
                recv(jobs) -> job => match job {
                    Ok(_) if self.progress.is_stopped() => return,
                    Ok(job) => {
                        worker.read_file(&job);
                        self.progress.done();
                    }
                    Err(_) => break,
                },
            }
        }
        // There are lines as long as a worker has a file to share.
        worker.shared = None;
        for batch in lines {
            worker.read_batch(batch);
        }
    }

    /// Has workers do what is asked for, and collects what they send.
    ///
    /// # Errors
    /// As [`Run::go`].
    pub(super) fn share_out<Job: Send>(
        &self,
        jobs: Vec<Job>,
        work: impl Fn(&Worker<'_>, Job) + Sync,
        collector: &mut Collector<'_>,
        report: &mut IndexReport,
    ) -> Result<()> {
        let threads = threads(self.options).min(jobs.len());
        let (sender, messages) = crossbeam_channel::bounded(threads * 16);
        let (jobs, none) = (Mutex::new(jobs.into_iter()), Pages::default());
        let common = &self.common(&none, collector);
        let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
        std::thread::scope(|scope| {
            for number in 0..threads {
                let worker = Worker::new(common, sender.clone());
                let (next, work) = (&next, &work);
                std::thread::Builder::new()
                    .name(format!("ibid-again-{number}"))
                    .stack_size(WORKER_STACK)
                    .spawn_scoped(scope, move || {
                        while let Some(job) = next()
                            && !self.progress.is_stopped()
                        {
                            work(&worker, job);
                        }
                    })
                    .map_err(no_worker)?;
            }
            drop(sender);
            self.take_all(messages, collector, report)
        })
    }

    /// Has the collector take what the workers send, until all are done.
    ///
    /// # Errors
    /// As [`Run::go`].
    fn take_all(
        &self,
        messages: Receiver<Message>,
        collector: &mut Collector<'_>,
        report: &mut IndexReport,
    ) -> Result<()> {
        for message in messages {
            if self.progress.is_stopped() {
                break;
            }
            collector.take(message, report)?;
        }
        if self.progress.is_stopped() {
            return Err(stopped());
        }
        Ok(())
    }
}

pub(super) fn stopped() -> Error {
    Error::new(
        ErrorKind::Interrupted,
        "stopped; the index is as it was before",
    )
}

/// Sends every file of the inputs to the workers, in order.
struct Walker<'a> {
    run: &'a Run<'a>,
    seen: Seen,
    jobs: Sender<Arc<FileJob>>,
    messages: Sender<Message>,
}

impl Walker<'_> {
    fn walk_all(&mut self) {
        let Run {
            inputs, options, ..
        } = self.run;
        for key in self.run.listed {
            if let (Some(real), Some(name)) = (inputs.sources.path(key), inputs.sources.named(key))
            {
                let known = self.run.before.files.get(key);
                let named = known.is_none_or(|file| file.named);
                let format = known.and_then(|file| Format::of_name(file.format.as_deref()?));
                self.send(real, name, named, format);
            }
        }
        for given in &inputs.given {
            if !self.is_looked_at(&given.real) {
                continue;
            }
            if given.is_file {
                self.offer(given.real.clone(), true);
                continue;
            }
            // Where only some paths are looked at, articles may be elsewhere in the folder.
            let has_articles = self.walk(&given.real)
                || (!options.only.is_empty() && self.holds_articles(&given.real));
            self.seen.folders.push((given.real.clone(), has_articles));
            let is_known = |key: &String| inputs.sources.scope(&given.real).holds(key);
            let may_go =
                options.missing == Missing::Prune && self.run.before.files.keys().any(is_known);
            if has_articles || may_go {
                continue;
            }
            let mut reason = super::NO_ARTICLES.to_owned();
            if self.run.before.files.keys().any(is_known) {
                let scope = inputs.sources.scope(&given.real);
                reason = format!("{reason}; {}", kept(self.run.before, &scope));
            }
            self.say(Skipped::error(given.path.display().to_string(), reason));
        }
    }

    /// Sends every file of a folder, and says whether articles may be in it.
    fn walk(&mut self, folder: &Path) -> bool {
        let options = self.run.options;
        let mut has_articles = false;
        walk::walk(
            folder,
            &options.walk,
            self.run.leave_out,
            &options.only,
            |found| {
                if self.run.progress.is_stopped() {
                    return ControlFlow::Break(());
                }
                match found {
                    Found::File(real) => {
                        has_articles |= may_hold_articles(&real, options.format);
                        self.offer(real, false);
                    }
                    Found::Left(real, reason) => {
                        if may_hold_articles(&real, options.format) {
                            self.say(Skipped::note(self.shown(&real), reason));
                        }
                    }
                    Found::Unreadable(real, reason) => {
                        self.say(Skipped::error(self.shown(&real), reason));
                        self.seen.unreadable.push(real);
                    }
                }
                ControlFlow::Continue(())
            },
        );
        has_articles
    }

    /// Whether a given path has to do with what is looked at.
    fn is_looked_at(&self, given: &Path) -> bool {
        let only = &self.run.options.only;
        let concerns = |path: &PathBuf| path.starts_with(given) || given.starts_with(path);
        only.is_empty() || only.iter().any(concerns)
    }

    /// Whether articles may be anywhere in a folder.
    fn holds_articles(&self, folder: &Path) -> bool {
        let options = self.run.options;
        let mut holds = false;
        walk::walk(
            folder,
            &options.walk,
            self.run.leave_out,
            &[],
            |found| match found {
                Found::File(real) if may_hold_articles(&real, options.format) => {
                    holds = true;
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            },
        );
        holds
    }

    /// A path as a person would type it.
    fn shown(&self, real: &Path) -> String {
        let name = self.run.inputs.sources.name(real);
        name.map_or_else(|| real.display().to_string(), |name| name.shown)
    }

    fn offer(&mut self, real: PathBuf, named: bool) {
        if let Some(name) = self.run.inputs.sources.name(&real) {
            self.send(real, name, named, self.run.options.format);
        }
    }

    fn send(&mut self, real: PathBuf, name: FileName, named: bool, format: Option<Format>) {
        // Two given paths may lead to one file.
        if !self.seen.files.insert(name.id.clone()) {
            return;
        }
        self.run.progress.found();
        let job = FileJob {
            real,
            key: name.id.clone(),
            id: name.id,
            source: name.source,
            inside: name.inside,
            shown: name.shown,
            format,
            named,
        };
        // The workers are gone only where the writer has failed, which ends all of this.
        let _workers_gone = self.jobs.send(Arc::new(job));
    }

    fn say(&self, skipped: Skipped) {
        let _writer_gone = self.messages.send(Message::Unreadable(skipped));
    }
}
