//! What would be made of one file? The same reading as for the index, indexing nothing.

use super::report::Skipped;
use super::sources::{Sources, encode};
use crate::article::{Article, Format};
use crate::error::{Error, Result};
use crate::ingest::lines::{JsonLineError, read_json_lines};
use crate::ingest::walk::{NamedFormat, format_of, sniff};
use crate::ingest::{self, Input, NoArticle};
use std::path::Path;

/// One thing that the reading of a file came upon.
#[derive(Debug)]
pub enum Preview {
    /// An article.
    Article(Box<Article>),
    /// Something to know about it.
    Warning(String),
    /// Something that could not be read.
    Skipped(Skipped),
}

/// Reads a file as the indexer would, and calls `sink` with what it finds. `source` and `format` are what was said of
/// them, if anything.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn preview(
    path: &Path,
    source: Option<&str>,
    format: Option<Format>,
    sink: impl FnMut(Preview),
) -> Result<()> {
    let mut sources = Sources::default();
    let given = sources.add(path, source)?;
    let name = sources
        .name(&given.real)
        .unwrap_or_else(|| unreachable!("a source that was just added holds its own path"));
    let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, error))?;
    let format = format.or(match format_of(path) {
        NamedFormat::Known(format) => Some(format),
        NamedFormat::NotYet(_) | NamedFormat::NoArticle | NamedFormat::Unknown => None,
    });
    read(&name.id, &name.source, &name.shown, format, &bytes, sink);
    Ok(())
}

/// Reads an article that is in no file, as [`preview`] reads one that is.
pub fn preview_bytes(name: &str, format: Option<Format>, bytes: &[u8], sink: impl FnMut(Preview)) {
    let id = encode(name);
    read(&id, "stdin", &id, format, bytes, sink);
}

fn read(
    id: &str,
    source: &str,
    path: &str,
    format: Option<Format>,
    bytes: &[u8],
    mut sink: impl FnMut(Preview),
) {
    let format = format.unwrap_or_else(|| sniff(bytes));
    if format == Format::JsonLines {
        read_json_lines(bytes, source, path, |number, line| {
            sink(match line {
                Ok(article) => Preview::Article(Box::new(article)),
                Err(JsonLineError::Malformed(reason)) => {
                    Preview::Skipped(Skipped::error(path.to_owned(), reason).at_line(number))
                }
                Err(JsonLineError::NoText(reason)) => {
                    Preview::Skipped(Skipped::note(path.to_owned(), reason).at_line(number))
                }
            });
        });
        return;
    }
    let input = Input {
        id,
        source,
        path,
        format,
        bytes,
    };
    match ingest::ingest(&input) {
        Ok(ingested) => {
            for warning in ingested.warnings {
                sink(Preview::Warning(format!("{path}: {warning}")));
            }
            sink(Preview::Article(Box::new(ingested.article)));
        }
        Err(reason) => {
            let skipped = match reason {
                NoArticle::Binary => Skipped::error,
                NoArticle::Empty | NoArticle::NoText => Skipped::note,
            };
            sink(Preview::Skipped(skipped(
                path.to_owned(),
                reason.to_string(),
            )));
        }
    }
}
