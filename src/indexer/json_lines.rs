//! How is a file of JSON lines read by several workers at once, as if one had read it from its start to its end?
//!
//! The worker that has the file cuts it into batches of lines, and every worker that has nothing else to do takes one. What they
//! read waits for its turn: messages are sent in the order of lines, and of lines with one id the first counts. Only so many
//! batches are under way at a time; meanwhile the worker that cuts reads as well.

use super::report::Skipped;
use super::work::{DEFECT, FileJob, Message, Worker, hash, record};
use crate::engine::Prepared;
use crate::engine::manifest::{FileRecord, Stamp};
use crate::ingest::lines::{Batch, Batches, EndOfFile, JsonLineError, Line, repeats};
use crossbeam_channel::{Receiver, Sender};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many batches of a file are under way for each worker: one that is read, and one that waits.
const BATCHES_FOR_EACH: usize = 2;

/// How many bytes of lines are under way, where a batch is of long lines: more are not cut while any is.
const MOST_BYTES: usize = 8 << 20;

/// Where workers take lines of each other's files from.
#[derive(Clone)]
pub(super) struct SharedLines {
    sender: Sender<LinesJob>,
    pub(super) receiver: Receiver<LinesJob>,
    most: usize,
}

impl SharedLines {
    /// For so many workers.
    pub(super) fn new(workers: usize) -> Self {
        let most = workers * BATCHES_FOR_EACH;
        let (sender, receiver) = crossbeam_channel::bounded(most);
        Self {
            sender,
            receiver,
            most,
        }
    }
}

/// Some lines of a file, to be read by any worker.
pub(super) struct LinesJob {
    file: Arc<LinesFile>,
    /// Which batch it is, counted from 0.
    number: u64,
    batch: Batch,
}

/// A file of which lines are read.
struct LinesFile {
    job: Arc<FileJob>,
    purpose: Purpose,
    progress: Mutex<Progress>,
    /// Something of it was sent.
    was_sent: Condvar,
    sent: Mutex<Sent>,
}

/// What lines are read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Their articles.
    Articles,
    /// What is wrong with them.
    Faults,
}

/// How far the reading of a file has come.
#[derive(Default)]
struct Progress {
    /// Batches that were read, and whose turn it is not.
    read: BTreeMap<u64, ReadBatch>,
    /// The batch whose turn it is to be sent.
    next: u64,
    is_sending: bool,
    /// How many batches were cut and not sent, ...
    under_way: usize,
    /// ... and how many bytes they have.
    bytes: usize,
    /// Whether nothing more is to be read: nobody listens, or a parser has failed.
    is_over: bool,
}

struct ReadBatch {
    bytes: usize,
    lines: Vec<(u64, ReadLine)>,
}

/// What came of a line by itself.
enum ReadLine {
    /// What it is, where it is the first with this id.
    Article(String, Box<Result<Prepared, JsonLineError>>),
    /// It is an article, of which nothing else was asked.
    Known(String),
    Malformed(String),
    /// The parser failed, once the id was known or before.
    Defect(Option<String>),
}

/// What was sent of a file.
#[derive(Default)]
struct Sent {
    /// The first line with an id.
    first: HashMap<String, u64>,
    has_articles: bool,
    has_defect: bool,
}

impl LinesFile {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker<'_> {
    pub(super) fn read_json_lines_file(&self, job: &Arc<FileJob>, size: u64, stamp: Option<Stamp>) {
        let hashed = File::open(&job.real).and_then(|file| {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(file)?;
            Ok(hasher.finalize().to_hex().to_string())
        });
        let file = hashed.and_then(|hash| Ok((hash, File::open(&job.real)?)));
        match file {
            Ok((hash, file)) => {
                let reader = BufReader::with_capacity(1 << 18, file);
                self.read_json_lines(job, reader, size, hash, stamp);
            }
            Err(error) => self.fail_io(job, &error),
        }
    }

    /// Reads JSON lines that are at hand.
    pub(super) fn read_json_bytes(&self, job: &Arc<FileJob>, bytes: &[u8], stamp: Option<Stamp>) {
        self.read_json_lines(job, bytes, bytes.len() as u64, hash(bytes), stamp);
    }

    fn read_json_lines(
        &self,
        job: &Arc<FileJob>,
        reader: impl BufRead,
        size: u64,
        hash: String,
        stamp: Option<Stamp>,
    ) {
        if self.is_unchanged(job, &hash, stamp) {
            return;
        }
        if let Some(known) = self
            .known(job)
            .filter(|known| known.malformed && known.partial == hash)
        {
            // What is wrong with it is said again, and nothing is written.
            let (sent, _) = self.read_lines(job, Purpose::Faults, reader);
            if sent.has_defect {
                return self.broken(job);
            }
            return self.unchanged(job, known, None);
        }
        let (sent, end) = self.read_lines(job, Purpose::Articles, reader);
        if sent.has_defect {
            return self.broken(job);
        }
        if !sent.has_articles {
            return self.without_article(job, "there is no article in it");
        }
        // What could not be read to its end, or was written to since its hash was taken, is read again next time, whether it has
        // changed or not.
        let is_settled = match std::fs::metadata(&job.real) {
            Ok(data) => {
                data.len() == size
                    && stamp.is_none_or(|then| super::stamps::stamp(&data) == Some(then))
            }
            Err(_) => job.real.as_os_str().is_empty(),
        };
        let hash = match end {
            EndOfFile::Reached if is_settled => hash,
            EndOfFile::Reached | EndOfFile::NotReached => FileRecord::UNREAD.to_owned(),
        };
        self.read(job, size, hash, stamp);
    }

    fn broken(&self, job: &Arc<FileJob>) {
        self.fail(job, DEFECT);
        self.send(Message::Broken {
            file: Arc::clone(job),
            record: record(job, 0, FileRecord::UNREAD.to_owned()),
        });
    }

    /// Reads all lines, with the other workers; gives what was sent of them when all was.
    fn read_lines(
        &self,
        job: &Arc<FileJob>,
        purpose: Purpose,
        reader: impl BufRead,
    ) -> (Sent, EndOfFile) {
        let file = Arc::new(LinesFile {
            job: Arc::clone(job),
            purpose,
            progress: Mutex::default(),
            was_sent: Condvar::new(),
            sent: Mutex::default(),
        });
        let most = self.shared.as_ref().map_or(1, |shared| shared.most);
        let mut batches = Batches::new(reader);
        for (number, batch) in (0..).zip(batches.by_ref()) {
            let bytes = batch.bytes();
            self.help_until(&file, |now| {
                now.under_way == 0 || (now.under_way < most && now.bytes + bytes <= MOST_BYTES)
            });
            let mut progress = file.progress();
            if progress.is_over {
                break;
            }
            progress.under_way += 1;
            progress.bytes += bytes;
            drop(progress);
            self.share(LinesJob {
                file: Arc::clone(&file),
                number,
                batch,
            });
        }
        self.help_until(&file, |now| now.under_way == 0);
        let end = match file.progress().is_over {
            true => EndOfFile::NotReached,
            false => batches.end(),
        };
        let sent = std::mem::take(&mut *file.sent());
        (sent, end)
    }

    /// Leaves a batch to whoever is free, or reads it where all are busy.
    fn share(&self, job: LinesJob) {
        let left = match &self.shared {
            Some(shared) => shared.sender.try_send(job).err(),
            None => return self.read_batch(job),
        };
        if let Some(full) = left {
            self.read_batch(full.into_inner());
        }
    }

    /// Reads batches, of whatever file, until `is_there` says that the reading of this one has come so far.
    fn help_until(&self, file: &LinesFile, is_there: impl Fn(&Progress) -> bool) {
        loop {
            let now = file.progress();
            let (next, under_way) = (now.next, now.under_way);
            if is_there(&now) {
                return;
            }
            drop(now);
            let batch = self
                .shared
                .as_ref()
                .and_then(|shared| shared.receiver.try_recv().ok());
            match batch {
                Some(batch) => self.read_batch(batch),
                // Others have all that is under way, and every one of them sends it or leaves it to the one who is sending.
                None => {
                    let is_same =
                        |now: &mut Progress| (now.next, now.under_way) == (next, under_way);
                    let _now = file
                        .was_sent
                        .wait_while(file.progress(), is_same)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Reads lines of a file, and sends what comes of them when it is their turn.
    pub(super) fn read_batch(&self, job: LinesJob) {
        let LinesJob {
            file,
            number,
            batch,
        } = job;
        let mut lines = Vec::new();
        if !file.progress().is_over {
            for line in batch.lines() {
                let read = self.read_line(&file, &line);
                let is_defect = matches!(read, ReadLine::Defect(None));
                lines.push((line.number(), read));
                if is_defect {
                    break;
                }
            }
        }
        let bytes = batch.bytes();
        drop(batch);
        file.progress()
            .read
            .insert(number, ReadBatch { bytes, lines });
        self.send_what_is_next(&file);
    }

    fn read_line(&self, file: &LinesFile, line: &Line<'_>) -> ReadLine {
        let job = &*file.job;
        let parsed = match catch_unwind(AssertUnwindSafe(|| line.parse())) {
            Ok(Ok(parsed)) => parsed,
            Ok(Err(reason)) => return ReadLine::Malformed(reason),
            Err(_) => return ReadLine::Defect(None),
        };
        let id = parsed.id().to_owned();
        let article = || parsed.into_article(&job.source, &job.shown);
        let read = catch_unwind(AssertUnwindSafe(|| match (file.purpose, article()) {
            (Purpose::Articles, Ok(article)) => Some(Ok(self.prepare(job, &article))),
            (Purpose::Faults, Ok(_)) => None,
            (_, Err(reason)) => Some(Err(reason)),
        }));
        match read {
            Ok(Some(read)) => ReadLine::Article(id, Box::new(read)),
            Ok(None) => ReadLine::Known(id),
            Err(_) => ReadLine::Defect(Some(id)),
        }
    }

    /// Sends all batches whose turn it is, unless another worker is at it: that one sends them as well.
    fn send_what_is_next(&self, file: &LinesFile) {
        let mut now = file.progress();
        if now.is_sending {
            return;
        }
        now.is_sending = true;
        loop {
            let next = now.next;
            let Some(batch) = now.read.remove(&next) else {
                break;
            };
            let mut is_over = now.is_over;
            drop(now);
            let mut sent = file.sent();
            for (number, line) in batch.lines {
                is_over = is_over || !self.send_line(file, &mut sent, number, line);
            }
            drop(sent);
            now = file.progress();
            now.is_over = is_over;
            now.next += 1;
            now.under_way -= 1;
            now.bytes -= batch.bytes;
            file.was_sent.notify_all();
        }
        now.is_sending = false;
    }

    /// Sends what came of a line, and says whether to go on.
    fn send_line(&self, file: &LinesFile, sent: &mut Sent, number: u64, line: ReadLine) -> bool {
        let id = match &line {
            ReadLine::Article(id, _) | ReadLine::Known(id) | ReadLine::Defect(Some(id)) => Some(id),
            ReadLine::Malformed(_) | ReadLine::Defect(None) => None,
        };
        let first = id.and_then(|id| sent.first.get(id).map(|first| (id, *first)));
        let fault = match first {
            Some((id, first)) => repeats(id, first),
            None => {
                if let Some(id) = id {
                    sent.first.insert(id.clone(), number);
                }
                match line {
                    ReadLine::Known(_) => return true,
                    ReadLine::Article(_, read) => match *read {
                        Ok(article) => {
                            sent.has_articles = true;
                            return self.tell(Message::Article {
                                file: Arc::clone(&file.job),
                                article,
                                line: Some(number),
                            });
                        }
                        Err(fault) => fault,
                    },
                    ReadLine::Malformed(reason) => JsonLineError::Malformed(reason),
                    ReadLine::Defect(_) => {
                        sent.has_defect = true;
                        return false;
                    }
                }
            }
        };
        let path = file.job.shown.clone();
        self.tell(match (fault, file.purpose) {
            (JsonLineError::NoText(reason), _) => {
                Message::Unreadable(Skipped::note(path, reason).at_line(number))
            }
            (JsonLineError::Malformed(reason), Purpose::Faults) => {
                Message::Unreadable(Skipped::error(path, reason).at_line(number))
            }
            (JsonLineError::Malformed(reason), Purpose::Articles) => Message::LineFailed {
                file: Arc::clone(&file.job),
                skipped: Skipped::error(path, reason).at_line(number),
            },
        })
    }
}
