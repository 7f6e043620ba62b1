//! What does a worker do with one file? Reads it, parses it, cuts it into passages, and sends on what is indexed.

use super::json_lines::SharedLines;
use super::pages::{Page, Pages, Reading, Repeated, host};
use super::report::Skipped;
use super::stamps::{self, stamp};
use super::{IndexOptions, Partial, RULES};
use crate::article::{Article, Format};
use crate::engine::manifest::{FileRecord, Manifest, Stamp};
use crate::engine::{ArticleEntry, Prepared, Preparer};
use crate::ingest::repeated::{Fingerprint, fingerprints, leave_out};
use crate::ingest::walk::{NamedFormat, format_of, sniff};
use crate::ingest::{self, Input};
use crate::passage::passages;
use crossbeam_channel::Sender;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read as one article, in bytes. A page is some hundred kilobytes; what is larger than this is no
/// article, and would take the memory of many.
const LARGEST_ARTICLE: u64 = 256 << 20;

/// Why a parser that panicked gave no article.
pub(super) const DEFECT: &str =
    "could not be read because of a defect in ibid; please report it with the file";

/// Why a file was passed over that holds something else.
pub(super) const NO_FORMAT: &str = "not an article format";

/// Why a document was passed over.
pub(super) fn not_yet(format: &str) -> String {
    format!("{format} files are not read yet")
}

/// Why a file of `bytes` bytes is not read, where it is too large: for the bound that was said, or else for one article.
pub(super) fn too_large(bytes: u64, bound: Option<u64>, format: Option<Format>) -> Option<String> {
    let is_article = format != Some(Format::JsonLines);
    let largest = bound.or_else(|| is_article.then_some(LARGEST_ARTICLE))?;
    let advice = match bound {
        Some(_) => "raise --max-file-size to read it",
        None => "no single article is; split it up, or raise --max-file-size",
    };
    (bytes > largest).then(|| format!("is larger than {}; {advice}", size(largest)))
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
    /// Its path inside the source.
    pub(super) inside: String,
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
        article: Prepared,
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
        /// How it was read, where it is a web page.
        page: Option<Reading>,
    },
    /// A page that was read before, read by what repeats across its site now.
    Again {
        file: Arc<FileJob>,
        article: Prepared,
    },
    /// The blocks of a page that has not changed.
    Blocks {
        file: Arc<FileJob>,
        prints: Vec<Fingerprint>,
    },
    /// A page cannot be read again: it is not there, or not as it was.
    NotAgain { file: Arc<FileJob> },
    /// The file is as it was when it was last read; `stamp` tells that the next time, where it can be trusted.
    Unchanged {
        file: Arc<FileJob>,
        articles: u64,
        stamp: Option<Stamp>,
    },
    /// The file was there when its folder was looked at, and is not any more.
    Vanished { file: Arc<FileJob> },
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

/// What all workers go by.
pub(super) struct Common<'a> {
    /// The last commit.
    pub(super) before: &'a Manifest,
    pub(super) limits: Limits,
    pub(super) pages: &'a Pages,
    /// Makes articles ready for the writer.
    pub(super) preparer: Arc<dyn Preparer>,
}

pub(super) struct Worker<'a> {
    pub(super) common: &'a Common<'a>,
    sender: Sender<Message>,
    /// Where other workers take lines of its files from, while it has any.
    pub(super) shared: Option<SharedLines>,
}

/// What a worker goes by, whatever file it reads.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The largest file that is read, in bytes, where that was said.
    pub(super) largest: Option<u64>,
    /// What becomes of files of which not all could be taken, and that have not changed.
    pub(super) partial: Partial,
    /// What was changed before this, in nanoseconds since 1970, has a time of its own: what is changed from now on gets a later
    /// one.
    pub(super) settled: i64,
}

impl Limits {
    /// As of now.
    pub(super) fn new(options: &IndexOptions) -> Self {
        Self {
            largest: options.largest_file,
            partial: options.partial,
            settled: stamps::settled(),
        }
    }
}

impl<'a> Worker<'a> {
    pub(super) fn new(common: &'a Common<'a>, sender: Sender<Message>) -> Self {
        Self {
            common,
            sender,
            shared: None,
        }
    }

    /// Has other workers read lines of its files as well.
    pub(super) fn sharing(self, shared: SharedLines) -> Self {
        Self {
            shared: Some(shared),
            ..self
        }
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
                self.read_json_bytes(job, bytes, None);
            } else {
                self.read_article(job, format, bytes, None);
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
        let data = match std::fs::metadata(&job.real) {
            Ok(data) if data.is_file() => data,
            Ok(_) => return self.fail(job, "is no file, so it cannot be read"),
            Err(error) => return self.fail_io(job, &error),
        };
        // What is changed from here on is newer than its stamp.
        let stamp = stamp(&data).filter(|stamp| {
            stamp.modified < self.common.limits.settled
                && stamp.changed < self.common.limits.settled
        });
        if self.is_as_it_was(job, data.len(), stamp) {
            return;
        }
        if let Some(reason) = too_large(data.len(), self.common.limits.largest, format) {
            return self.fail(job, &reason);
        }
        if format == Some(Format::JsonLines) {
            return self.read_json_lines_file(job, data.len(), stamp);
        }
        if format.is_none() && !job.named && has_binary_head(&job.real) {
            return self.without_article(job, NO_FORMAT);
        }
        let bytes = match std::fs::read(&job.real) {
            Ok(bytes) => bytes,
            Err(error) => return self.fail_io(job, &error),
        };
        match format {
            Some(format) => self.read_article(job, format, &bytes, stamp),
            None if ingest::decode::is_binary(&bytes) && !job.named => {
                self.without_article(job, NO_FORMAT);
            }
            None if sniff(&bytes) == Format::JsonLines => {
                self.read_json_bytes(job, &bytes, stamp);
            }
            None => self.read_article(job, sniff(&bytes), &bytes, stamp),
        }
    }

    fn read_article(&self, job: &Arc<FileJob>, format: Format, bytes: &[u8], stamp: Option<Stamp>) {
        let hash = hash(bytes);
        if self.is_unchanged(job, &hash, stamp) {
            return;
        }
        let input = Input {
            id: &job.id,
            source: &job.source,
            path: &job.shown,
            format,
            bytes,
        };
        match ingest::ingest_unnamed(&input) {
            Ok(mut ingested) => {
                for warning in ingested.warnings {
                    self.send(Message::Warning(format!("{}: {warning}", job.shown)));
                }
                let size = bytes.len() as u64;
                // What came from standard input cannot be read again, so it is no page among others.
                if format == Format::Html && !job.real.as_os_str().is_empty() {
                    return self.read_page(job, ingested.article, size, hash, stamp);
                }
                ingest::add_names(&mut ingested.article);
                self.send_article(job, &ingested.article);
                self.read(job, size, hash, stamp);
            }
            Err(reason) if reason.is_error() => self.fail(job, &reason.to_string()),
            Err(reason) => self.without_article(job, &reason.to_string()),
        }
    }

    /// Goes on with a page as soon as it can be told what repeats across its site.
    fn read_page(
        &self,
        job: &Arc<FileJob>,
        article: Article,
        size: u64,
        hash: String,
        stamp: Option<Stamp>,
    ) {
        let record = FileRecord {
            stamp,
            host: Some(host(article.url.as_deref())),
            ..record(job, size, hash)
        };
        let page = Page {
            file: Arc::clone(job),
            site: record.site(&job.key).unwrap_or_default(),
            prints: fingerprints(&article).into(),
            record,
            article,
        };
        for (page, repeated) in self.common.pages.admit(page) {
            self.finish_page(page, repeated);
        }
    }

    /// Leaves out of a page what repeats, and sends on what is indexed of it.
    pub(super) fn finish_page(&self, page: Page, used: Repeated) {
        let Page {
            file,
            mut article,
            record,
            prints,
            ..
        } = page;
        self.guard(&Arc::clone(&file), || {
            leave_out(&mut article, &used);
            ingest::add_names(&mut article);
            self.send_article(&file, &article);
            let page = Some(Reading { prints, used });
            self.send(Message::Read { file, record, page });
        });
    }

    fn send_article(&self, job: &Arc<FileJob>, article: &Article) {
        self.send(Message::Article {
            file: Arc::clone(job),
            article: self.prepare(job, article),
            line: None,
        });
    }

    /// What is indexed of an article.
    pub(super) fn prepare(&self, job: &FileJob, article: &Article) -> Prepared {
        let passages = passages(article);
        let mut entry = ArticleEntry::new(article, passages.len());
        entry.path.clone_from(&job.inside);
        let preparer = &self.common.preparer;
        preparer.prepare(&job.key, &entry, &passages)
    }

    /// What the last commit knows of a file, where it was read by the rules that hold now.
    pub(super) fn known(&self, job: &FileJob) -> Option<&FileRecord> {
        let format = job.format.map(Format::name);
        self.common
            .before
            .files
            .get(&job.key)
            .filter(|known| known.rules == RULES && known.format.as_deref() == format)
    }

    /// Whether size and times say that a file has not changed; the last commit's reading of it stands then.
    fn is_as_it_was(&self, job: &Arc<FileJob>, size: u64, stamp: Option<Stamp>) -> bool {
        let known = self
            .known(job)
            .filter(|known| known.size == size && known.stamp.is_some() && known.stamp == stamp);
        if let Some(known) = known {
            self.unchanged(job, known, stamp);
        }
        known.is_some()
    }

    pub(super) fn is_unchanged(
        &self,
        job: &Arc<FileJob>,
        hash: &str,
        stamp: Option<Stamp>,
    ) -> bool {
        let Some(known) = self.known(job) else {
            return false;
        };
        if known.hash == hash {
            self.unchanged(job, known, stamp);
            return true;
        }
        let is_left = self.common.limits.partial == Partial::Leave && known.partial == hash;
        if is_left {
            self.unchanged(job, known, None);
        }
        is_left
    }

    pub(super) fn unchanged(&self, job: &Arc<FileJob>, known: &FileRecord, stamp: Option<Stamp>) {
        self.send(Message::Unchanged {
            file: Arc::clone(job),
            articles: known.articles.len() as u64,
            stamp,
        });
    }

    pub(super) fn read(&self, job: &Arc<FileJob>, size: u64, hash: String, stamp: Option<Stamp>) {
        self.send(Message::Read {
            file: Arc::clone(job),
            record: FileRecord {
                stamp,
                ..record(job, size, hash)
            },
            page: None,
        });
    }

    pub(super) fn without_article(&self, job: &Arc<FileJob>, reason: &str) {
        self.send(Message::WithoutArticle {
            file: Arc::clone(job),
            skipped: Skipped::note(job.shown.clone(), reason.to_owned()),
        });
    }

    pub(super) fn fail_io(&self, job: &Arc<FileJob>, error: &std::io::Error) {
        if error.kind() == std::io::ErrorKind::NotFound && !job.named {
            return self.send(Message::Vanished {
                file: Arc::clone(job),
            });
        }
        self.fail(job, &unreadable(error));
    }

    pub(super) fn fail(&self, job: &FileJob, reason: &str) {
        self.send(Message::Unreadable(Skipped::error(
            job.shown.clone(),
            reason.to_owned(),
        )));
    }

    /// Sends a message, whether anybody listens or not.
    pub(super) fn send(&self, message: Message) {
        let _does_listen = self.tell(message);
    }

    /// Sends a message, and says whether anybody listens.
    pub(super) fn tell(&self, message: Message) -> bool {
        // The receiver is gone only where the run is over: the writer has failed, and says so itself, or a stop was asked for.
        self.sender.send(message).is_ok()
    }
}

/// What is known of a file that was read; its articles are known to the writer.
pub(super) fn record(job: &FileJob, size: u64, hash: String) -> FileRecord {
    FileRecord {
        size,
        hash,
        partial: String::new(),
        malformed: false,
        rules: RULES,
        format: job.format.map(|format| format.name().to_owned()),
        named: job.named,
        host: None,
        stamp: None,
        articles: Vec::new(),
        passages: 0,
    }
}

/// Whether what a file begins with says that it holds no text. What cannot be read here is found out about later.
fn has_binary_head(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head));
    read.is_ok() && ingest::decode::is_binary(&head)
}

/// A number of bytes, for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_485_760 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

pub(super) fn hash(bytes: &[u8]) -> String {
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
