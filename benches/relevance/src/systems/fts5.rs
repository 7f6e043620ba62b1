//! SQLite's full-text search, FTS5.

use super::{Found, System, words};
use crate::collection::Collection;
use anyhow::Result;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

/// `rank` is the negative of BM25 with these weights for id, title, heading and text, so that the best comes first. Ordering by
/// it, and not by `bm25(…)`, is what <https://sqlite.org/fts5.html#sorting_by_auxiliary_function_results> advises for speed.
const SCHEMA: &str = "
    CREATE VIRTUAL TABLE sections USING fts5(id UNINDEXED, title, heading, text, tokenize = 'porter');
    INSERT INTO sections(sections, rank) VALUES ('rank', 'bm25(0.0, 3.0, 2.0, 1.0)');
";

/// Caches the whole file, where the default is 2 MB.
const CACHE: &str = "PRAGMA cache_size = -262144; PRAGMA mmap_size = 268435456;";

/// A database of the sections.
pub(crate) struct Fts5 {
    connection: Connection,
    build_time: Duration,
}

impl Fts5 {
    /// Indexes the sections, a row each, in one transaction, and merges the index into one.
    pub(crate) fn build(folder: &Path, collection: &Collection) -> Result<Self> {
        let begun = Instant::now();
        let mut connection = Connection::open(folder.join("sections.db"))?;
        connection.execute_batch(CACHE)?;
        connection.execute_batch(SCHEMA)?;
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction
                .prepare("INSERT INTO sections(id, title, heading, text) VALUES (?, ?, ?, ?)")?;
            for section in &collection.sections {
                insert.execute(params![
                    section.id,
                    section.title,
                    section.heading,
                    section.text
                ])?;
            }
        }
        transaction.commit()?;
        connection.execute_batch("INSERT INTO sections(sections) VALUES ('optimize')")?;
        Ok(Self {
            connection,
            build_time: begun.elapsed(),
        })
    }
}

impl System for Fts5 {
    fn name(&self) -> &str {
        "SQLite FTS5, weights 3,2,1"
    }

    fn build_time(&self) -> Duration {
        self.build_time
    }

    fn rank(&mut self, query: &str, depth: usize) -> Result<Found> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, -rank FROM sections WHERE sections MATCH ? ORDER BY rank LIMIT ?",
        )?;
        let rows = statement.query_map(params![alternatives(query), depth as i64], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A hit is the id, title, heading and text.
    fn answer(&mut self, query: &str, hits: usize) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, title, heading, text FROM sections WHERE sections MATCH ? ORDER BY rank LIMIT ?",
        )?;
        let mut rows = statement.query(params![alternatives(query), hits as i64])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            for column in 0..4 {
                std::hint::black_box(row.get::<_, String>(column)?);
            }
            count += 1;
        }
        Ok(count)
    }
}

/// The words of a query as FTS5's alternatives, quoted so that none of them is taken for syntax.
fn alternatives(query: &str) -> String {
    let quoted: Vec<String> = words(query)
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect();
    quoted.join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_quoted() {
        assert_eq!(
            alternatives("leg cramps AND?"),
            "\"leg\" OR \"cramps\" OR \"and\""
        );
    }
}
