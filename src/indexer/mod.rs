//! How do files become an index? walk → read in parallel → one writer → one commit.
//!
//! Files are read, parsed and cut into passages by workers; only what is indexed of an article is sent on, through a
//! bounded channel, so memory is bounded by the workers and not by the corpus. What the index holds afterwards does not
//! depend on the order in which workers finish.

mod again;
mod changes;
mod json_lines;
mod pages;
mod preview;
mod rebuild;
mod report;
mod run;
mod settle;
mod sources;
mod stamps;
mod work;
mod write;

pub use changes::{SourceChanges, changes, files_under};
pub use preview::{Preview, preview, preview_bytes};
pub use rebuild::{Unrestorable, rebuild};
pub use report::{IndexReport, RepeatedBlocks, Severity, Skipped};

use crate::article::Format;
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::{ArticleEntry, CommitInfo, Engine, Prepared, Preparer, Reader, Writer};
use crate::error::{ErrorKind, Result};
use crate::ingest::walk::WalkOptions;
use crate::passage::Passage;
use pages::Pages;
use run::{Inputs, Run};
use sources::Sources;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use work::{Common, FileJob, Limits, Worker};
use write::Collector;

/// A change in how files are read makes them be read again, though they have not changed.
pub const RULES: u32 = 4;

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
    /// The largest file that is read, in bytes; by default 256 MB, and no bound for JSON lines.
    pub largest_file: Option<u64>,
    /// What becomes of the articles of a given path that is missing, or empty.
    pub missing: Missing,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// Where it is not empty, only these paths and what lies under them is looked at, of all that was given: absolute, with links
    /// resolved as far as the given path that holds them.
    pub only: Vec<PathBuf>,
    /// What becomes of files that have not changed, and of which not all could be taken the last time.
    pub partial: Partial,
}

/// What becomes of files that have not changed, and of which not all could be taken the last time: a line of them was malformed,
/// or the id of an article was another file's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Partial {
    /// They are read again, and what is wrong with them is said again.
    #[default]
    ReadAgain,
    /// They are left as they are. Where an article's id has become free, they are to be read again some time.
    Leave,
}

/// What becomes of the articles of a given path that is missing, or is a folder without articles: a disk that is not mounted
/// looks like that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are kept.
    #[default]
    Keep,
    /// They are taken out.
    Prune,
}

/// Is told how far the work has come, and may end it. Called from several threads.
pub trait Progress: Sync {
    /// Another file was found.
    fn found(&self) {}
    /// A file is done with.
    fn done(&self) {}
    /// Another process is writing, as `reason` says, and is waited for.
    fn waiting(&self, reason: &str) {
        let _ = reason;
    }
    /// The index is of an older form, and is made anew.
    fn rebuilding(&self) {}
    /// Whether to stop, leaving the index as it was.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {}

/// Brings the index in step with files and folders, in one commit: adds what is new, replaces what has changed, takes out what is
/// gone. Where nothing changed there is no commit.
///
/// `leave_out` is not entered: the index itself, where it lies in a folder that is indexed.
///
/// # Errors
/// Where a source has the name of another, the index cannot be written, or `progress` says to stop: nothing is committed then. A
/// file that cannot be read is no error: it is listed in the report, and costs no other file.
pub fn index(
    engine: &dyn Engine,
    leave_out: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport> {
    let writer = writer(engine, threads(options), options.wait, progress)?;
    // Read once the writer is held: nobody else can commit between the two.
    let reader = engine.reader()?;
    update(writer, Some(&*reader), leave_out, paths, options, progress)
}

/// What [`index`] would do, writing nothing. `known` is the index, where there is one.
///
/// # Errors
/// As [`index`].
pub fn plan(
    known: Option<&dyn Engine>,
    leave_out: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport> {
    let reader = known.map(|engine| engine.reader()).transpose()?;
    let reader = reader.as_deref();
    let commit = reader.map(Reader::commit).unwrap_or_default();
    let writer = Box::new(Nowhere(commit));
    update(writer, reader, leave_out, paths, options, progress)
}

/// Takes changes and makes none.
struct Nowhere(CommitInfo);

impl Writer for Nowhere {
    fn remove_file(&mut self, _file: &str) -> Result<()> {
        Ok(())
    }

    fn remove_article(&mut self, _id: &str) -> Result<()> {
        Ok(())
    }

    fn preparer(&self) -> Arc<dyn Preparer> {
        Arc::new(Unwritten)
    }

    fn add(&mut self, _article: Prepared) -> Result<()> {
        Ok(())
    }

    fn keep_blocks(&mut self, _blocks: &KeptBlocks) -> Result<()> {
        Ok(())
    }

    fn commit(self: Box<Self>, _manifest: &Manifest) -> Result<CommitInfo> {
        Ok(self.0)
    }

    fn rollback(self: Box<Self>) -> Result<()> {
        Ok(())
    }

    fn keep_stamps(self: Box<Self>, _manifest: &Manifest) -> Result<()> {
        Ok(())
    }
}

/// Makes nothing ready.
struct Unwritten;

impl Preparer for Unwritten {
    fn prepare(&self, _file: &str, article: &ArticleEntry, _passages: &[Passage]) -> Prepared {
        Prepared::new(article, ())
    }
}

/// Opens the engine for writing; who waits for another writer is told so.
fn writer(
    engine: &dyn Engine,
    threads: usize,
    wait: Duration,
    progress: &dyn Progress,
) -> Result<Box<dyn Writer>> {
    match engine.writer(threads, Duration::ZERO) {
        Err(error) if error.kind() == ErrorKind::Locked && !wait.is_zero() => {
            progress.waiting(&error.to_string());
            // In short turns, so that who waits can be stopped.
            let until = Instant::now() + wait;
            loop {
                let left = until.saturating_duration_since(Instant::now());
                match engine.writer(threads, left.min(TURN)) {
                    Err(_) if progress.is_stopped() => return Err(run::stopped()),
                    Err(error) if error.kind() == ErrorKind::Locked && left > TURN => {}
                    writer => return writer,
                }
            }
        }
        writer => writer,
    }
}

/// How long another writer is waited for before it is asked whether to go on.
const TURN: Duration = Duration::from_millis(250);

fn update(
    writer: Box<dyn Writer>,
    reader: Option<&dyn Reader>,
    leave_out: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport> {
    let commit = reader.map(Reader::commit).unwrap_or_default();
    let mut manifest = reader
        .map(Reader::manifest)
        .transpose()?
        .unwrap_or_default();
    let mut report = IndexReport::new(commit);
    let inputs = match Inputs::find(&manifest, paths, options, &mut report) {
        Ok(inputs) => inputs,
        Err(error) => {
            writer.rollback()?;
            return Err(error);
        }
    };
    let before = manifest.clone();
    let mut collector = Collector::new(writer, &mut manifest);
    let run = Run {
        before: &before,
        listed: &[],
        inputs: &inputs,
        leave_out,
        options,
        progress,
    };
    if let Err(error) = run.go(&mut collector, reader, &mut report) {
        collector.abandon()?;
        return Err(error);
    }
    collector.finish(&inputs.sources, &mut report)?;
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
    let writer = writer(engine, 1, options.wait, &Silent)?;
    let reader = engine.reader()?;
    let mut manifest = reader.manifest()?;
    let mut report = IndexReport::new(reader.commit());
    let before = manifest.clone();
    let name = sources::encode(id);
    let key = format!("{source}/{name}");
    let job = FileJob {
        real: PathBuf::new(),
        shown: name.clone(),
        inside: name.clone(),
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
    let pages = Pages::default();
    let common = Common {
        before: &before,
        limits: Limits::new(&IndexOptions::default()),
        pages: &pages,
        preparer: collector.preparer(),
    };
    Worker::new(&common, sender).read_bytes(&Arc::new(job), bytes);
    for message in receiver {
        collector.take(message, &mut report)?;
    }
    let mut sources = Sources::of(&before);
    sources.add_nowhere(&job_source);
    collector.finish(&sources, &mut report)?;
    Ok(report)
}

/// How many threads are meant.
pub fn threads(options: &IndexOptions) -> usize {
    match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}
