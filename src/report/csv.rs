//! How are hits written as CSV (RFC 4180)?
//!
//! A spreadsheet runs a cell that begins like a formula. Articles are strangers' texts, so such a cell gets an apostrophe in front,
//! which spreadsheets do not show.

use super::HitReport;
use std::borrow::Cow;
use std::io::{self, Write};

const COLUMNS: [&str; 12] = [
    "query",
    "rank",
    "score",
    "article_id",
    "title",
    "heading_path",
    "path",
    "url",
    "line_start",
    "line_end",
    "snippet",
    "text",
];

/// Writes hits, a row each, under a header that is there even where no hit is.
pub struct CsvWriter<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header.
    pub fn begin(out: W) -> io::Result<Self> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record(COLUMNS).map_err(io_error)?;
        Ok(Self { rows })
    }

    /// Writes the hits of a query.
    pub fn write(&mut self, query: &str, hits: &[HitReport]) -> io::Result<()> {
        for hit in hits {
            let (score, rank) = (hit.score.to_string(), hit.rank.to_string());
            let [first, last] = hit.locator.lines.map(|line| line.to_string());
            let path = hit.heading_path.join(" > ");
            let row: [Cow<'_, str>; 12] = [
                harmless(query),
                rank.into(),
                score.into(),
                harmless(&hit.article.id),
                harmless(&hit.article.title),
                harmless(&path),
                harmless(&hit.article.path),
                harmless(hit.article.url.as_deref().unwrap_or_default()),
                first.into(),
                last.into(),
                harmless(&hit.snippet.text),
                harmless(&hit.text),
            ];
            let row = row.iter().map(|cell| cell.as_bytes());
            self.rows.write_record(row).map_err(io_error)?;
        }
        Ok(())
    }

    /// Writes what is left in the buffer.
    pub fn end(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

/// A text that no spreadsheet takes for a formula (OWASP, "CSV injection").
fn harmless(text: &str) -> Cow<'_, str> {
    // A file's name may hold what would upset a terminal; texts have lost it when they were read.
    if text.contains(|letter: char| letter.is_control() && letter != '\n' && letter != '\t') {
        let clean: String = text
            .chars()
            .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
            .collect();
        return Cow::Owned(harmless(&clean).into_owned());
    }
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{text}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// The error beneath one of the writer: its own conversion hides of which kind it is, and a closed pipe is no failure.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
