//! What would be made of a file, or of all files of a folder? The same reading as for the index, indexing nothing.
//!
//! Files of a folder are read in parallel and told of in the order of their names. Each has a channel of its own; the
//! channels stand in a queue that is bounded, and so is each of them, so memory is bounded by the workers, however many
//! files there are and however many articles a file of JSON lines holds.

use super::report::Skipped;
use super::sources::{FileName, Sources, encode};
use super::work::may_hold_articles;
use super::{IndexOptions, WORKER_STACK, threads};
use crate::article::{Article, Format, Locator, Source, SourceMap};
use crate::error::Error;
use crate::ingest::lines::{JsonLineError, read_json_lines};
use crate::ingest::walk::{Found, NamedFormat, format_of, sniff, walk};
use crate::ingest::{self, Input, NoArticle};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How many articles of a file wait to be told of.
const WAITING: usize = 16;

/// One thing that the reading of a file came upon.
#[derive(Debug)]
pub enum Preview {
    /// An article.
    Article(Box<Article>),
    /// Something to know about it.
    Warning(String),
    /// Something that could not be read.
    Skipped(Skipped),
    /// A file that was read and holds no text: what there is of it (its name, what was left out), and why.
    WithoutText(Box<Article>, Skipped),
}

/// Reads a file, or the files of a folder, as the indexer would, and calls `sink` with what it finds, until that says
/// that it has seen enough. `leave_out` (the index, where it lies inside the folder) is not entered.
///
/// # Errors
/// Where there is no such path, and what `sink` returns.
pub fn preview<E: From<Error>>(
    path: &Path,
    leave_out: &Path,
    options: &IndexOptions,
    mut sink: impl FnMut(Preview) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut sources = Sources::default();
    let given = sources.add(path, options.source.as_deref())?;
    let threads = if given.is_file { 1 } else { threads(options) };
    let (job_sender, jobs) = bounded::<Job>(threads * 4);
    let (queue, waiting) = bounded::<Receiver<Preview>>(threads * 4);
    std::thread::scope(|scope| {
        for number in 0..threads {
            let jobs = jobs.clone();
            std::thread::Builder::new()
                .name(format!("ibid-reader-{number}"))
                .stack_size(WORKER_STACK)
                .spawn_scoped(scope, move || jobs.iter().for_each(|job| job.read()))
                .map_err(|error| Error::io("start a reader for", path, error))?;
        }
        drop(jobs);
        let walker = Walker {
            sources: &sources,
            format: options.format,
            queue,
            jobs: job_sender,
        };
        let real = given.real;
        scope.spawn(move || {
            if given.is_file {
                let _one_only = walker.send(real, true);
            } else {
                walker.walk(path, &real, leave_out, options);
            }
        });
        // Consumed here, so that where `sink` has seen enough all others stop at their next send.
        for previews in waiting {
            previews.iter().try_for_each(&mut sink)?;
        }
        Ok(())
    })
}

/// Reads an article that is in no file, as [`preview`] reads one that is.
///
/// # Errors
/// What `sink` returns.
pub fn preview_bytes<E>(
    name: &str,
    format: Option<Format>,
    bytes: &[u8],
    mut sink: impl FnMut(Preview) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let id = encode(name);
    let name = FileName {
        shown: id.clone(),
        inside: id.clone(),
        source: "stdin".to_owned(),
        id,
    };
    let mut outcome = Ok(());
    read_bytes(&name, format, bytes, &mut |preview| {
        if outcome.is_ok() {
            outcome = sink(preview);
        }
    });
    outcome
}

/// Finds the files, in order.
struct Walker<'a> {
    sources: &'a Sources,
    format: Option<Format>,
    queue: Sender<Receiver<Preview>>,
    jobs: Sender<Job>,
}

impl Walker<'_> {
    fn walk(&self, path: &Path, real: &Path, leave_out: &Path, options: &IndexOptions) {
        let mut readable = 0usize;
        walk(real, &options.walk, leave_out, &options.only, |found| {
            match found {
                Found::File(file) => {
                    readable += usize::from(may_hold_articles(&file, options.format));
                    return self.send(file, false);
                }
                Found::Left(file, reason) => {
                    if may_hold_articles(&file, options.format) {
                        self.say(Skipped::note(file.display().to_string(), reason));
                    }
                }
                Found::Unreadable(file, reason) => {
                    self.say(Skipped::error(file.display().to_string(), reason));
                }
            }
            ControlFlow::Continue(())
        });
        if readable == 0 {
            self.say(Skipped::error(
                path.display().to_string(),
                super::NO_ARTICLES.to_owned(),
            ));
        }
    }

    /// Has a file read, unless nobody listens any more.
    fn send(&self, real: PathBuf, named: bool) -> ControlFlow<()> {
        let Some(name) = self.sources.name(&real) else {
            return ControlFlow::Continue(());
        };
        let (sender, previews) = bounded(WAITING);
        let job = Job {
            real,
            name,
            named,
            format: self.format,
            sender,
        };
        // In the queue first: whoever takes the job may wait for its turn.
        if self.queue.send(previews).is_err() || self.jobs.send(job).is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn say(&self, skipped: Skipped) {
        let (sender, previews) = bounded(1);
        let _room_for_one = sender.send(Preview::Skipped(skipped));
        let _nobody_listens = self.queue.send(previews);
    }
}

/// A file to be read.
struct Job {
    real: PathBuf,
    name: FileName,
    /// Whether it was named itself, and not found in a folder.
    named: bool,
    format: Option<Format>,
    sender: Sender<Preview>,
}

impl Job {
    /// Reads the file. A parser that panics costs this file and no other.
    fn read(&self) {
        let mut sink = |preview| {
            // Where nobody listens any more, what is left of the file goes nowhere.
            let _nobody_listens = self.sender.send(preview);
        };
        let read = std::panic::AssertUnwindSafe(|| self.read_named_file(&mut sink));
        match std::panic::catch_unwind(read) {
            Ok(Ok(())) => {}
            Ok(Err(reason)) => sink(Preview::Skipped(self.error(&reason))),
            Err(_) => sink(Preview::Skipped(self.error(super::work::DEFECT))),
        }
    }

    fn read_named_file(&self, sink: &mut impl FnMut(Preview)) -> std::result::Result<(), String> {
        let unreadable = |error| super::work::unreadable(&error);
        let size = std::fs::metadata(&self.real).map_err(unreadable)?.len();
        let format = match (self.format, format_of(&self.real)) {
            (Some(format), _) | (None, NamedFormat::Known(format)) => Some(format),
            (None, NamedFormat::NotYet(name)) => {
                self.skip(super::work::not_yet(name), sink);
                return Ok(());
            }
            (None, NamedFormat::NoArticle) if !self.named => {
                self.skip(super::work::NO_FORMAT.to_owned(), sink);
                return Ok(());
            }
            (None, NamedFormat::NoArticle | NamedFormat::Unknown) => None,
        };
        if format == Some(Format::JsonLines) {
            let file = File::open(&self.real).map_err(unreadable)?;
            read_lines(&self.name, BufReader::with_capacity(1 << 18, file), sink);
            return Ok(());
        }
        if let Some(reason) = super::work::too_large(size, None, format) {
            return Err(reason);
        }
        let bytes = std::fs::read(&self.real).map_err(unreadable)?;
        if format.is_none() && !self.named && ingest::decode::is_binary(&bytes) {
            self.skip(super::work::NO_FORMAT.to_owned(), sink);
            return Ok(());
        }
        read_bytes(&self.name, format, &bytes, sink);
        Ok(())
    }

    fn skip(&self, reason: String, sink: &mut impl FnMut(Preview)) {
        sink(Preview::Skipped(Skipped::note(
            self.name.shown.clone(),
            reason,
        )));
    }

    fn error(&self, reason: &str) -> Skipped {
        Skipped::error(self.name.shown.clone(), reason.to_owned())
    }
}

fn read_bytes(
    name: &FileName,
    format: Option<Format>,
    bytes: &[u8],
    sink: &mut impl FnMut(Preview),
) {
    let format = format.unwrap_or_else(|| sniff(bytes));
    if format == Format::JsonLines {
        return read_lines(name, bytes, sink);
    }
    let input = Input {
        id: &name.id,
        source: &name.source,
        path: &name.shown,
        format,
        bytes,
    };
    let (article, reason) = match ingest::read(&input) {
        Ok(read) => {
            for warning in read.warnings {
                sink(Preview::Warning(format!("{}: {warning}", name.shown)));
            }
            if read.article.has_text() {
                return sink(Preview::Article(Box::new(read.article)));
            }
            (read.article, NoArticle::NoText)
        }
        Err(reason) if reason.is_error() => {
            return sink(Preview::Skipped(Skipped::error(
                name.shown.clone(),
                reason.to_string(),
            )));
        }
        Err(reason) => (nothing(name, format, bytes.len() as u64), reason),
    };
    let skipped = Skipped::note(name.shown.clone(), reason.to_string());
    sink(Preview::WithoutText(Box::new(article), skipped));
}

fn read_lines(name: &FileName, reader: impl std::io::BufRead, sink: &mut impl FnMut(Preview)) {
    read_json_lines(reader, &name.source, &name.shown, |number, line| {
        let path = || name.shown.clone();
        sink(match line {
            Ok(article) => Preview::Article(Box::new(article)),
            Err(JsonLineError::Malformed(reason)) => {
                Preview::Skipped(Skipped::error(path(), reason).at_line(number))
            }
            Err(JsonLineError::NoText(reason)) => {
                Preview::Skipped(Skipped::note(path(), reason).at_line(number))
            }
        });
    });
}

/// An article of which nothing was read but its name.
fn nothing(name: &FileName, format: Format, size: u64) -> Article {
    Article {
        id: name.id.clone(),
        title: ingest::title_from_path(&name.shown),
        url: None,
        published: None,
        language: None,
        aliases: Vec::new(),
        tags: Vec::new(),
        source: Source {
            name: name.source.clone(),
            path: name.shown.clone(),
            format,
            encoding: encoding_rs::UTF_8.name(),
            bytes: size,
        },
        sections: Vec::new(),
        dropped: Vec::new(),
        source_map: SourceMap::whole(Locator::default()),
    }
}
