//! How are many documents written at once? What the server refuses for the time being is sent again, and nothing is left out.

use super::client::{Again, Body, Method, reason_of};
use super::index::{Index, LONGEST_PAUSE, ROUTING, is_block};
use crate::error::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What is asked of the server when many documents are written: only what is needed to see what became of each.
const BULK: &str =
    "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

/// One of many writes.
#[derive(Debug)]
pub(super) struct Operation {
    /// What is written, for people.
    pub(super) what: String,
    /// The lines that say it to the server.
    pub(super) lines: Vec<u8>,
}

impl Index {
    /// Does many writes, in requests of `bulk_bytes` at the most. What the server refuses for the time being is sent again, until
    /// that has brought nothing for as long as `patience`; each write leaves the same behind however often it is done.
    ///
    /// # Errors
    /// Where a write is refused for good, or for too long. Others may have been done then.
    pub(super) fn bulk(&self, operations: Vec<Operation>) -> Result<()> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for operation in operations {
            if bytes > 0 && bytes + operation.lines.len() > self.cluster.options.bulk_bytes {
                self.bulk_at_once(std::mem::take(&mut batch))?;
                bytes = 0;
            }
            bytes += operation.lines.len();
            batch.push(operation);
        }
        self.bulk_at_once(batch)
    }

    /// As [`Index::bulk`], in one request.
    pub(super) fn bulk_at_once(&self, operations: Vec<Operation>) -> Result<()> {
        let patience = self.cluster.options.patience;
        let mut left = operations;
        let mut until = Instant::now() + patience;
        let mut tries = 0u32;
        while !left.is_empty() {
            let lines: Vec<u8> = left
                .iter()
                .flat_map(|write| write.lines.iter().copied())
                .collect();
            let answer = self.send(&Method::POST, BULK, Body::Lines(&lines), Again::Patiently)?;
            match answer.status {
                200 => {}
                413 if left.len() > 1 => {
                    let rest = left.split_off(left.len() / 2);
                    self.bulk_at_once(left)?;
                    left = rest;
                    continue;
                }
                _ => return Err(self.failed("write to", &answer)),
            }
            let body = answer.json()?;
            if body["errors"] == false {
                return Ok(());
            }
            let items = body["items"].as_array().map_or(&[][..], Vec::as_slice);
            if items.len() != left.len() {
                return Err(self.refused("write to", "its answer is not of what was asked"));
            }
            let before = left.len();
            let mut refusal = String::new();
            let mut again = Vec::new();
            for (write, item) in left.into_iter().zip(items) {
                match Outcome::of(item) {
                    Outcome::Done => {}
                    Outcome::Later(reason) => {
                        refusal = reason;
                        again.push(write);
                    }
                    Outcome::Never(reason) => {
                        return Err(Error::new(
                            ErrorKind::Engine,
                            format!(
                                "the cluster at {} does not take {}: {reason}",
                                self.cluster, write.what
                            ),
                        ));
                    }
                }
            }
            left = again;
            if left.len() < before {
                until = Instant::now() + patience;
                tries = 0;
            } else if Instant::now() >= until {
                return Err(self.refused("write to", &refusal));
            }
            if !left.is_empty() {
                tries += 1;
                pause(tries);
            }
        }
        Ok(())
    }
}

impl Operation {
    /// Writes a document that is no passage, in place of one with this id, if there is one.
    pub(super) fn put(id: &str, source: &Value) -> Self {
        let head = json!({"index": {"_id": id, "routing": ROUTING}});
        Self {
            what: id.to_owned(),
            lines: format!("{head}\n{source}\n").into_bytes(),
        }
    }

    /// Takes the document with this id out that is no passage.
    pub(super) fn delete(id: &str) -> Self {
        let head = json!({"delete": {"_id": id, "routing": ROUTING}});
        Self {
            what: id.to_owned(),
            lines: format!("{head}\n").into_bytes(),
        }
    }

    /// Takes the passage with this id out.
    pub(super) fn delete_passage(id: &str) -> Self {
        Self {
            what: id.to_owned(),
            lines: format!("{}\n", json!({"delete": {"_id": id}})).into_bytes(),
        }
    }
}

/// What became of one of many writes.
enum Outcome {
    Done,
    /// It may be done later.
    Later(String),
    Never(String),
}

impl Outcome {
    fn of(item: &Value) -> Self {
        let (kind, item) = match item.as_object().and_then(|item| item.iter().next()) {
            Some((kind, item)) => (kind.as_str(), item),
            None => return Self::Later("no answer".to_owned()),
        };
        let why = || reason_of(item);
        match item["status"].as_u64().unwrap_or(0) {
            200..=299 => Self::Done,
            404 if kind == "delete" => Self::Done,
            429 | 502..=504 => Self::Later(why()),
            403 if is_block(&why()) => Self::Later(why()),
            // The index is closing or moving, or its shard is.
            404 | 500 if item["error"]["type"] == "shard_not_found_exception" => Self::Later(why()),
            _ => Self::Never(why()),
        }
    }
}

/// Waits before something is sent again: up to twice as long each time, by chance, so that not all writers come back at once.
fn pause(tries: u32) {
    let most = Duration::from_millis(100 << tries.min(6)).min(LONGEST_PAUSE);
    std::thread::sleep(most.mul_f64(0.5 + fastrand::f64() / 2.0));
}
