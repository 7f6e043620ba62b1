//! What does an answer say, and what of it may be repeated?

use crate::error::{Error, ErrorKind, Result};
use serde_json::Value;

/// How much of a reason is repeated, in characters.
pub(super) const LONGEST_REASON: usize = 300;

/// What a node answered, whatever its status.
#[derive(Clone, Debug)]
pub(in super::super) struct Answer {
    pub(in super::super) status: u16,
    pub(in super::super) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// `Engine` where it is something else.
    pub(in super::super) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Error::with_cause(
                ErrorKind::Engine,
                format!(
                    "the cluster answered ({}) what is no JSON: {:?}",
                    self.status,
                    readable(&String::from_utf8_lossy(
                        &self.body[..self.body.len().min(80)]
                    ))
                ),
                error,
            )
        })
    }

    /// Whether the status says that what was asked for was done.
    pub(in super::super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status says that a later try may end otherwise.
    pub(super) fn may_be_another_later(&self) -> bool {
        matches!(self.status, 429 | 502 | 503 | 504)
    }

    /// The `type` of the error, as `cluster_block_exception`.
    pub(in super::super) fn error_type(&self) -> Option<String> {
        let json: Value = serde_json::from_slice(&self.body).ok()?;
        Some(json["error"]["type"].as_str()?.to_owned())
    }
}

/// Why the server did not do what it was asked to: the root cause that it names, in one line of at most 300 characters.
pub(in super::super) fn reason(answer: &Answer) -> String {
    let said = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(json) => said(&json),
        Err(_) => {
            let start = &answer.body[..answer.body.len().min(4 * LONGEST_REASON)];
            Some(readable(&String::from_utf8_lossy(start)))
        }
    };
    said.filter(|said| !said.is_empty())
        .unwrap_or_else(|| format!("status {}", answer.status))
}

/// Why the server did not do one of several things it was asked to, by its part of the answer.
pub(in super::super) fn reason_of(json: &Value) -> String {
    said(json).unwrap_or_else(|| "it does not say why".to_owned())
}

/// The root cause of an error, as the server names it.
fn said(json: &Value) -> Option<String> {
    let error = &json["error"];
    [
        &error["root_cause"][0]["reason"],
        &error["reason"],
        &error["root_cause"][0]["type"],
        &error["type"],
        error,
        &json["message"],
    ]
    .into_iter()
    .find_map(|place| place.as_str().filter(|said| !said.trim().is_empty()))
    .map(readable)
}

/// Text of a server, cut, in one line, and without what would change a terminal.
pub(super) fn readable(text: &str) -> String {
    let mut kept = String::new();
    let letters = text
        .split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty());
    for word in letters {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    match kept.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &kept[..end]),
        None => kept,
    }
}
