//! How do files become an index? walk → read in parallel → one writer → one commit.
//!
//! Files are read, parsed and cut into passages by workers; only what is indexed of an article is sent on, through a
//! bounded channel, so memory is bounded by the workers and not by the corpus. What the index holds afterwards does not
//! depend on the order in which workers finish.

mod preview;
mod report;
mod sources;
mod work;
mod write;

pub use preview::{Preview, preview, preview_bytes};
pub use report::{IndexReport, Severity, Skipped};

use crate::article::Format;
use crate::engine::Engine;
use crate::engine::manifest::Manifest;
use crate::error::{ErrorKind, Result};
use crate::ingest::walk::{self, WalkOptions};
use sources::{Given, Sources};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use work::{FileJob, Worker};
use write::Collector;

/// A change in how files are read makes them be read again, though they have not changed.
pub const RULES: u32 = 3;

/// The stack of a worker, in bytes. Parsers do not recurse on what they read; this is room for the ones we did not write.
const WORKER_STACK: usize = 16 << 20;

/// What is said of a folder in which nothing is read.
const NO_ARTICLES: &str =
    "no articles in this folder (files ending in .txt, .html, .mhtml, .md or .jsonl are read)";

/// How to index.
#[derive(Clone, Debug, Default)]
pub struct IndexOptions {
    /// The name of the source; by default the given folder's.
    pub source: Option<String>,
    /// How many threads parse, and how many write; 0 for as many as the machine has.
    pub threads: usize,
    /// What is walked into.
    pub walk: WalkOptions,
    /// How to read all files; by default each as its name says.
    pub format: Option<Format>,
}

/// Is told how far the work has come. Called from several threads.
pub trait Progress: Sync {
    /// Another file was found.
    fn found(&self);
    /// A file is done with.
    fn done(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn found(&self) {}
    fn done(&self) {}
}

/// Adds or updates the articles of files and folders, in one commit. Where nothing changed there is no commit.
///
/// `leave_out` is not entered: the index itself, where it lies in a folder that is indexed.
///
/// # Errors
/// Where a source has the name of another, or the index cannot be written: nothing is committed then. A file that cannot
/// be read is no error: it is listed in the report, and costs no other file.
pub fn index(
    engine: &dyn Engine,
    leave_out: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport> {
    let threads = threads(options);
    let writer = engine.writer(threads)?;
    // Read once the writer is held: nobody else can commit between the two.
    let reader = engine.reader()?;
    let mut manifest = reader.manifest()?;
    let mut report = IndexReport::new(reader.commit());
    let (sources, given) = match find_sources(&manifest, paths, options, &mut report) {
        Ok(found) => found,
        Err(error) => {
            writer.rollback()?;
            return Err(error);
        }
    };
    let before = manifest.clone();
    let mut collector = Collector::new(writer, &mut manifest);
    run(
        &before,
        &sources,
        &given,
        leave_out,
        options,
        threads,
        progress,
        &mut collector,
        &mut report,
    )?;
    collector.finish(&sources, &mut report)?;
    Ok(report)
}

/// Adds one article from standard input under the id `id`.
///
/// # Errors
/// Where the index cannot be written.
pub fn index_bytes(
    engine: &dyn Engine,
    id: &str,
    bytes: &[u8],
    options: &IndexOptions,
) -> Result<IndexReport> {
    let source = sources::encode(options.source.as_deref().unwrap_or("stdin"));
    sources::check_name(&source)?;
    let writer = engine.writer(1)?;
    let reader = engine.reader()?;
    let mut manifest = reader.manifest()?;
    let mut report = IndexReport::new(reader.commit());
    let before = manifest.clone();
    let name = sources::encode(id);
    let key = format!("{source}/{name}");
    let job = FileJob {
        real: PathBuf::new(),
        shown: name.clone(),
        id: match options.source {
            Some(_) => key.clone(),
            None => name,
        },
        key,
        source,
        format: options.format,
        named: true,
    };
    let job_source = job.source.clone();
    let mut collector = Collector::new(writer, &mut manifest);
    let (sender, receiver) = crossbeam_channel::unbounded();
    Worker::new(&before, &sender).read_bytes(&Arc::new(job), bytes);
    drop(sender);
    for message in receiver {
        collector.take(message, &mut report)?;
    }
    let mut sources = Sources::of(&before);
    sources.add_nowhere(&job_source);
    collector.finish(&sources, &mut report)?;
    Ok(report)
}

fn threads(options: &IndexOptions) -> usize {
    match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// The sources of the paths. A path that is not there is reported, and costs no other.
fn find_sources(
    manifest: &Manifest,
    paths: &[PathBuf],
    options: &IndexOptions,
    report: &mut IndexReport,
) -> Result<(Sources, Vec<Given>)> {
    let mut sources = Sources::of(manifest);
    let mut given = Vec::new();
    for path in paths {
        match sources.add(path, options.source.as_deref()) {
            Ok(path) => given.push(path),
            Err(error) if error.kind() == ErrorKind::Usage => return Err(error),
            Err(error) => report.skip(Skipped::error(
                path.display().to_string(),
                error.to_string(),
            )),
        }
    }
    Ok((sources, given))
}

/// Starts a walker and the workers, and collects what they send.
#[allow(clippy::too_many_arguments)]
fn run(
    before: &Manifest,
    sources: &Sources,
    given: &[Given],
    leave_out: &Path,
    options: &IndexOptions,
    threads: usize,
    progress: &dyn Progress,
    collector: &mut Collector<'_>,
    report: &mut IndexReport,
) -> Result<()> {
    let (job_sender, jobs) = crossbeam_channel::bounded::<Arc<FileJob>>(threads * 16);
    let (sender, messages) = crossbeam_channel::bounded(threads * 16);
    std::thread::scope(|scope| {
        for number in 0..threads {
            let (jobs, sender) = (jobs.clone(), sender.clone());
            std::thread::Builder::new()
                .name(format!("ibid-worker-{number}"))
                .stack_size(WORKER_STACK)
                .spawn_scoped(scope, move || {
                    let worker = Worker::new(before, &sender);
                    for job in jobs {
                        worker.read_file(&job);
                        progress.done();
                    }
                })
                .map_err(|error| crate::error::Error::io("start a worker for", leave_out, error))?;
        }
        drop(jobs);
        let walker = {
            let sender = sender.clone();
            move || {
                walk_all(
                    given,
                    sources,
                    leave_out,
                    options,
                    progress,
                    &job_sender,
                    &sender,
                );
            }
        };
        scope.spawn(walker);
        drop(sender);
        // Consumed here, so that where the writer fails the receiver is gone and all others stop at their next send.
        for message in messages {
            collector.take(message, report)?;
        }
        Ok(())
    })
}

/// Sends every file under the given paths to the workers, in order.
fn walk_all(
    given: &[Given],
    sources: &Sources,
    leave_out: &Path,
    options: &IndexOptions,
    progress: &dyn Progress,
    jobs: &crossbeam_channel::Sender<Arc<FileJob>>,
    messages: &crossbeam_channel::Sender<work::Message>,
) {
    // Two given paths may lead to one file.
    let mut sent = HashSet::new();
    for path in given {
        let mut readable = 0usize;
        let mut send = |real: PathBuf, named: bool| {
            if given.len() > 1 && !sent.insert(real.clone()) {
                readable += 1;
                return;
            }
            let Some(name) = sources.name(&real) else {
                return;
            };
            readable += usize::from(named || work::may_hold_articles(&real, options.format));
            progress.found();
            // The workers are gone only where the writer has failed, which ends all of this.
            let _workers_gone = jobs.send(Arc::new(FileJob {
                real,
                key: name.id.clone(),
                id: name.id,
                source: name.source,
                shown: name.shown,
                format: options.format,
                named,
            }));
        };
        if path.is_file {
            send(path.real.clone(), true);
            continue;
        }
        walk::walk(&path.real, options.walk, leave_out, |found| match found {
            walk::Found::File(real) => send(real, false),
            walk::Found::Unreadable(real, reason) => {
                let _writer_gone = messages.send(work::Message::Unreadable(Skipped::error(
                    real.display().to_string(),
                    reason,
                )));
            }
        });
        if readable == 0 {
            let _writer_gone = messages.send(work::Message::Unreadable(Skipped::error(
                path.path.display().to_string(),
                NO_ARTICLES.to_owned(),
            )));
        }
    }
}
