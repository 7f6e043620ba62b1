//! How are hits written as CSV (RFC 4180)?

use super::HitReport;
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
        rows.write_record(COLUMNS)?;
        Ok(Self { rows })
    }

    /// Writes the hits of a query.
    pub fn write(&mut self, query: &str, hits: &[HitReport]) -> io::Result<()> {
        for hit in hits {
            self.rows.write_record([
                query,
                &hit.rank.to_string(),
                &hit.score.to_string(),
                &hit.article.id,
                &hit.article.title,
                &hit.heading_path.join(" > "),
                &hit.article.path,
                hit.article.url.as_deref().unwrap_or_default(),
                &hit.locator.lines[0].to_string(),
                &hit.locator.lines[1].to_string(),
                &hit.snippet.text,
                &hit.text,
            ])?;
        }
        Ok(())
    }

    /// Writes what is left in the buffer.
    pub fn end(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}
