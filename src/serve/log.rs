//! What is written down of each request? A line of JSON, in which nobody's question stands.
//!
//! What people ask about their health is theirs: the log has the route of a request, never its query string.

use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Where lines of the log go: to a thread of their own, so that no request waits for whoever reads them. Where that one does not
/// read on, lines are lost, and it is told how many.
#[derive(Clone)]
pub(crate) struct Log {
    lines: SyncSender<Line>,
    lost: Arc<AtomicU64>,
    requests: Requests,
}

/// What is written.
enum Line {
    /// A line of the log of requests.
    Request(String),
    /// A message for who runs the server.
    Note(String),
}

/// How many lines wait to be written at the most.
const MOST_LINES: usize = 4096;

/// Whether requests are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requests {
    /// A line of JSON each.
    #[default]
    Json,
    /// They are not.
    Off,
}

/// A request that was answered.
#[derive(Debug, Serialize)]
pub(crate) struct Entry<'a> {
    /// When it came, in UTC (RFC 3339).
    pub(super) time: String,
    /// The address of who asked.
    pub(super) client: String,
    pub(super) method: &'a str,
    /// The route, not the address: what is searched for stays with who searches.
    pub(super) route: &'a str,
    pub(super) status: u16,
    /// The length of what was sent, where that is known beforehand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    /// How long it took until the answer began, in milliseconds.
    pub(super) ms: f64,
}

impl Log {
    /// `write` takes a line of the log of requests, `note` a message for who runs the server. With it comes what tells when all that
    /// was written down has been taken, after the last copy of the log is gone.
    pub(crate) fn new(
        write: impl Fn(&str) + Send + 'static,
        note: impl Fn(&str) + Send + 'static,
        requests: Requests,
    ) -> (Self, Written) {
        let (lines, waiting) = sync_channel(MOST_LINES);
        let (done, written) = sync_channel(1);
        let lost = Arc::new(AtomicU64::new(0));
        let missed = Arc::clone(&lost);
        std::thread::spawn(move || {
            for line in waiting {
                match line {
                    Line::Request(line) => write(&line),
                    Line::Note(message) => note(&message),
                }
                let missed = missed.swap(0, Ordering::Relaxed);
                if missed > 0 {
                    note(&format!(
                        "{missed} lines of the log were lost: nobody read them"
                    ));
                }
            }
            let _nobody_waits = done.send(());
        });
        let log = Self {
            lines,
            lost,
            requests,
        };
        (log, Written(written))
    }

    pub(super) fn is_on(&self) -> bool {
        self.requests == Requests::Json
    }

    pub(super) fn request(&self, entry: &Entry<'_>) {
        if let Ok(line) = serde_json::to_string(entry) {
            self.line(Line::Request(line));
        }
    }

    pub(crate) fn note(&self, message: impl Into<String>) {
        self.line(Line::Note(message.into()));
    }

    fn line(&self, line: Line) {
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Tells when a log has been written.
pub(crate) struct Written(Receiver<()>);

impl Written {
    /// Waits for it, but no longer than `limit`.
    pub(crate) fn wait(&self, limit: Duration) {
        let _read_or_not = self.0.recv_timeout(limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_log_that_nobody_reads_holds_nobody_up() {
        let (go_on, held) = sync_channel::<()>(1);
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let note = move |message: &str| {
            let _held_until_the_test_goes_on = held.recv();
            heard.lock().expect("not poisoned").push(message.to_owned());
        };
        let (log, written) = Log::new(|_| {}, note, Requests::Json);
        for number in 0..MOST_LINES + 100 {
            log.note(number.to_string());
        }
        drop(go_on);
        drop(log);
        written.wait(Duration::from_secs(60));
        let told = told.lock().expect("not poisoned");
        assert_eq!(told[0], "0");
        assert!(
            told.iter()
                .any(|line| line.contains("lines of the log were lost"))
        );
        assert!(told.len() <= MOST_LINES + 3, "{}", told.len());
    }
}
