//! How is a page read again that was read before, and has not changed since?

use super::pages::Repeated;
use super::work::{FileJob, Message, Worker, hash};
use crate::article::Format;
use crate::ingest::repeated::{fingerprints, leave_out};
use crate::ingest::{self, Input};
use std::sync::Arc;

/// A page that was read before, and is to be read again as it was.
pub(super) struct Again {
    pub(super) file: Arc<FileJob>,
    /// The hash of its contents.
    pub(super) hash: String,
    pub(super) size: u64,
    pub(super) purpose: Purpose,
}

/// What a page is read again for.
pub(super) enum Purpose {
    /// What blocks it has.
    Blocks,
    /// The article without what repeats.
    Article(Repeated),
}

impl Worker<'_> {
    /// Reads a page again that has not changed since.
    pub(super) fn read_again(&self, again: &Again) {
        let read = || self.page_as_it_was(again);
        let message = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
        let not_again = || Message::NotAgain {
            file: Arc::clone(&again.file),
        };
        self.send(message.ok().flatten().unwrap_or_else(not_again));
    }

    fn page_as_it_was(&self, again: &Again) -> Option<Message> {
        let job = &again.file;
        let data = std::fs::metadata(&job.real).ok()?;
        if !data.is_file() || data.len() != again.size {
            return None;
        }
        let bytes = std::fs::read(&job.real).ok()?;
        if hash(&bytes) != again.hash {
            return None;
        }
        let input = Input {
            id: &job.id,
            source: &job.source,
            path: &job.shown,
            format: Format::Html,
            bytes: &bytes,
        };
        let mut article = ingest::ingest_unnamed(&input).ok()?.article;
        let file = Arc::clone(job);
        Some(match &again.purpose {
            Purpose::Blocks => Message::Blocks {
                file,
                prints: fingerprints(&article),
            },
            Purpose::Article(repeated) => {
                leave_out(&mut article, repeated);
                ingest::add_names(&mut article);
                let article = self.prepare(job, &article);
                Message::Again { file, article }
            }
        })
    }
}
