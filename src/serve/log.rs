//! What is written down of each request? A line of JSON, in which nobody's question stands.
//!
//! What people ask about their health is theirs: the log has the route of a request, never its query string.

use serde::Serialize;
use std::sync::Arc;

/// Where lines of the log go.
#[derive(Clone)]
pub(crate) struct Log {
    write: Arc<dyn Fn(&str) + Send + Sync>,
    note: Arc<dyn Fn(&str) + Send + Sync>,
    requests: Requests,
}

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
    /// The length of the answer before it is compressed, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    /// How long it took until the answer began, in milliseconds.
    pub(super) ms: f64,
}

impl Log {
    /// `write` takes a line of the log of requests, `note` a message for who runs the server.
    pub(crate) fn new(
        write: impl Fn(&str) + Send + Sync + 'static,
        note: impl Fn(&str) + Send + Sync + 'static,
        requests: Requests,
    ) -> Self {
        Self {
            write: Arc::new(write),
            note: Arc::new(note),
            requests,
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.requests == Requests::Json
    }

    pub(super) fn request(&self, entry: &Entry<'_>) {
        if let Ok(line) = serde_json::to_string(entry) {
            (self.write)(&line);
        }
    }

    pub(super) fn note(&self, message: &str) {
        (self.note)(message);
    }
}
