//! What does a worker do with one file? Reads it, parses it, cuts it into passages, and sends on what is indexed.

use super::RULES;
use super::report::Skipped;
use crate::article::{Article, Format};
use crate::engine::ArticleEntry;
use crate::engine::manifest::{FileRecord, Manifest};
use crate::ingest::lines::{EndOfFile, JsonLineError, read_json_lines};
use crate::ingest::walk::{NamedFormat, format_of, sniff};
use crate::ingest::{self, Input};
use crate::passage::{Passage, passages};
use crossbeam_channel::Sender;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read as one article, in bytes. A page is some hundred kilobytes; what is larger than this is no
/// article, and would take the memory of many.
pub(super) const LARGEST_ARTICLE: u64 = 256 << 20;

/// Why a parser that panicked gave no article.
pub(super) const DEFECT: &str =
    "could not be read because of a defect in ibid; please report it with the file";

/// Why a file was passed over that holds something else.
pub(super) const NO_FORMAT: &str = "not an article format";

/// Why a document was passed over.
pub(super) fn not_yet(format: &str) -> String {
    format!("{format} files are not read yet")
}

/// Why a file was not read that is larger than [`LARGEST_ARTICLE`].
pub(super) fn too_large() -> String {
    format!(
        "is larger than {} MB, which no single article is; split it up",
        LARGEST_ARTICLE >> 20
    )
}

/// A file to be read.
#[derive(Debug)]
pub(super) struct FileJob {
    /// Where it is.
    pub(super) real: PathBuf,
    /// `<source>/<path inside it>`, by which the manifest knows it.
    pub(super) key: String,
    /// The id of its article.
    pub(super) id: String,
    /// The name of its source.
    pub(super) source: String,
    /// Its path as a person would type it.
    pub(super) shown: String,
    /// How to read it, where that was said.
    pub(super) format: Option<Format>,
    /// Whether it was named itself, and not found in a folder.
    pub(super) named: bool,
}

/// What a worker sends to the writer. All messages of a file come in order.
pub(super) enum Message {
    /// An article, ready to be indexed.
    Article {
        file: Arc<FileJob>,
        entry: ArticleEntry,
        passages: Vec<Passage>,
        /// Its line in a file of JSON lines.
        line: Option<u64>,
    },
    /// A part of a file, or something in a folder, that was not read.
    Unreadable(Skipped),
    /// A line of a file that could not be read; the rest was.
    LineFailed {
        file: Arc<FileJob>,
        skipped: Skipped,
    },
    /// Reading stopped in the middle of a file.
    Broken {
        file: Arc<FileJob>,
        record: FileRecord,
    },
    /// Something to know about a file that was read.
    Warning(String),
    /// The file was read to its end; `record` lacks the articles, which the writer knows.
    Read {
        file: Arc<FileJob>,
        record: FileRecord,
    },
    /// The file is as it was when it was last read.
    Unchanged { articles: u64 },
    /// The file was read and holds no article any more, if it ever did.
    WithoutArticle {
        file: Arc<FileJob>,
        skipped: Skipped,
    },
}

/// Whether a folder that holds this file can be said to hold articles.
pub(super) fn may_hold_articles(path: &Path, format: Option<Format>) -> bool {
    format.is_some()
        || matches!(
            format_of(path),
            NamedFormat::Known(_) | NamedFormat::Unknown
        )
}

pub(super) struct Worker<'a> {
    before: &'a Manifest,
    sender: &'a Sender<Message>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(before: &'a Manifest, sender: &'a Sender<Message>) -> Self {
        Self { before, sender }
    }

    /// Reads a file. A parser that panics costs this file and no other.
    pub(super) fn read_file(&self, job: &Arc<FileJob>) {
        self.guard(job, || self.read_named_file(job));
    }

    fn guard(&self, job: &Arc<FileJob>, read: impl FnOnce()) {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).is_err() {
            self.fail(job, DEFECT);
            self.send(Message::Broken {
                file: Arc::clone(job),
                record: record(job, 0, FileRecord::UNREAD.to_owned()),
            });
        }
    }

    /// Reads an article that is not in a file.
    pub(super) fn read_bytes(&self, job: &Arc<FileJob>, bytes: &[u8]) {
        let format = job
            .format
            .unwrap_or_else(|| match format_of(Path::new(&job.id)) {
                NamedFormat::Known(format) => format,
                _ => sniff(bytes),
            });
        self.guard(job, || {
            if format == Format::JsonLines {
                self.read_json_lines(job, bytes, bytes.len() as u64, hash(bytes));
            } else {
                self.read_article(job, format, bytes);
            }
        });
    }

    fn read_named_file(&self, job: &Arc<FileJob>) {
        let format = match (job.format, format_of(&job.real)) {
            (Some(format), _) | (None, NamedFormat::Known(format)) => Some(format),
            (None, NamedFormat::NotYet(name)) => {
                return self.without_article(job, &not_yet(name));
            }
            (None, NamedFormat::NoArticle) if !job.named => {
                return self.without_article(job, NO_FORMAT);
            }
            (None, NamedFormat::NoArticle | NamedFormat::Unknown) => None,
        };
        let size = match std::fs::metadata(&job.real) {
            Ok(data) => data.len(),
            Err(error) => return self.fail(job, &unreadable(&error)),
        };
        if format == Some(Format::JsonLines) {
            return self.read_json_lines_file(job, size);
        }
        if size > LARGEST_ARTICLE {
            return self.fail(job, &too_large());
        }
        let bytes = match std::fs::read(&job.real) {
            Ok(bytes) => bytes,
            Err(error) => return self.fail(job, &unreadable(&error)),
        };
        match format {
            Some(format) => self.read_article(job, format, &bytes),
            None if ingest::decode::is_binary(&bytes) && !job.named => {
                self.without_article(job, NO_FORMAT);
            }
            None if sniff(&bytes) == Format::JsonLines => {
                self.read_json_lines(job, bytes.as_slice(), size, hash(&bytes));
            }
            None => self.read_article(job, sniff(&bytes), &bytes),
        }
    }

    fn read_article(&self, job: &Arc<FileJob>, format: Format, bytes: &[u8]) {
        let hash = hash(bytes);
        if self.is_unchanged(job, &hash) {
            return;
        }
        let input = Input {
            id: &job.id,
            source: &job.source,
            path: &job.shown,
            format,
            bytes,
        };
        match ingest::ingest(&input) {
            Ok(ingested) => {
                for warning in ingested.warnings {
                    self.send(Message::Warning(format!("{}: {warning}", job.shown)));
                }
                self.send_article(job, &ingested.article, None);
                self.read(job, bytes.len() as u64, hash);
            }
            Err(reason) if reason.is_error() => self.fail(job, &reason.to_string()),
            Err(reason) => self.without_article(job, &reason.to_string()),
        }
    }

    fn read_json_lines_file(&self, job: &Arc<FileJob>, size: u64) {
        let hashed = File::open(&job.real).and_then(|file| {
            let mut hasher = blake3::Hasher::new();
            std::io::copy(&mut BufReader::new(file), &mut hasher)?;
            Ok(hasher.finalize().to_hex().to_string())
        });
        let file = hashed.and_then(|hash| Ok((hash, File::open(&job.real)?)));
        match file {
            Ok((hash, file)) => {
                self.read_json_lines(job, BufReader::with_capacity(1 << 18, file), size, hash);
            }
            Err(error) => self.fail(job, &unreadable(&error)),
        }
    }

    fn read_json_lines(&self, job: &Arc<FileJob>, reader: impl BufRead, size: u64, hash: String) {
        if self.is_unchanged(job, &hash) {
            return;
        }
        let mut holds_articles = false;
        let end = read_json_lines(reader, &job.source, &job.shown, |number, line| match line {
            Ok(article) => {
                holds_articles = true;
                self.send_article(job, &article, Some(number));
            }
            Err(JsonLineError::NoText(reason)) => self.send(Message::Unreadable(
                Skipped::note(job.shown.clone(), reason).at_line(number),
            )),
            Err(JsonLineError::Malformed(reason)) => self.send(Message::LineFailed {
                file: Arc::clone(job),
                skipped: Skipped::error(job.shown.clone(), reason).at_line(number),
            }),
        });
        if !holds_articles {
            return self.without_article(job, "there is no article in it");
        }
        // What could not be read to its end is read again next time, whether it has changed or not.
        let hash = match end {
            EndOfFile::Reached => hash,
            EndOfFile::NotReached => FileRecord::UNREAD.to_owned(),
        };
        self.read(job, size, hash);
    }

    fn send_article(&self, job: &Arc<FileJob>, article: &Article, line: Option<u64>) {
        let passages = passages(article);
        self.send(Message::Article {
            file: Arc::clone(job),
            entry: ArticleEntry::new(article, passages.len()),
            passages,
            line,
        });
    }

    fn is_unchanged(&self, job: &FileJob, hash: &str) -> bool {
        let known = self.before.files.get(&job.key).filter(|known| {
            let format = job.format.map(Format::name);
            known.hash == hash && known.rules == RULES && known.format.as_deref() == format
        });
        if let Some(known) = known {
            self.send(Message::Unchanged {
                articles: known.articles.len() as u64,
            });
        }
        known.is_some()
    }

    fn read(&self, job: &Arc<FileJob>, size: u64, hash: String) {
        self.send(Message::Read {
            file: Arc::clone(job),
            record: record(job, size, hash),
        });
    }

    fn without_article(&self, job: &Arc<FileJob>, reason: &str) {
        self.send(Message::WithoutArticle {
            file: Arc::clone(job),
            skipped: Skipped::note(job.shown.clone(), reason.to_owned()),
        });
    }

    fn fail(&self, job: &FileJob, reason: &str) {
        self.send(Message::Unreadable(Skipped::error(
            job.shown.clone(),
            reason.to_owned(),
        )));
    }

    fn send(&self, message: Message) {
        // The receiver is gone only where the writer has failed, and then says so itself.
        let _writer_gone = self.sender.send(message);
    }
}

/// What is known of a file that was read; its articles are known to the writer.
fn record(job: &FileJob, size: u64, hash: String) -> FileRecord {
    FileRecord {
        size,
        hash,
        rules: RULES,
        format: job.format.map(|format| format.name().to_owned()),
        articles: Vec::new(),
        passages: 0,
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Why a file was not read that the system does not give.
pub(super) fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "cannot be read: permission denied; change its permissions".to_owned()
        }
        _ => format!("cannot be read: {error}"),
    }
}
