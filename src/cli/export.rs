//! `ibid export`: the top results of one query or many, as a file.

use super::Outcome;
use super::args::{Export, ExportFormat};
use super::config::Settings;
use super::first_run;
use super::output::{Failure, Output};
use super::search::{Hits, outcome, query_text};
use ibid::eval::{Topic, read_topics};
use ibid::report::{
    CsvWriter, HitLine, NamedSearch, ResultsWriter, SCHEMA_VERSION, SearchBody, write_json,
    write_json_line, write_trec,
};
use ibid::{Error, ErrorKind, KnowledgeBase, SearchOptions};
use std::cell::Cell;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The id of the one query of a run that was typed and has no id.
const ONLY_QUERY: &str = "1";

pub(super) fn run(
    command: &Export,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    if command.format == ExportFormat::Trec && command.wanted.offset > 0 {
        return Err(Error::new(
            ErrorKind::Usage,
            "a run begins at its first rank; leave out --offset, or choose another --format",
        )
        .into());
    }
    if command.format == ExportFormat::Trec && command.wanted.per_article.is_some() {
        return Err(Error::new(
            ErrorKind::Usage,
            "a run is not limited per article; leave out --per-article, or choose another --format",
        )
        .into());
    }
    let queries = match &command.queries {
        Some(path) => Queries::Many(read_topics(path)?),
        None => Queries::One(query_text(&command.query)?),
    };
    let library = first_run::open(settings, output)?;
    let file = command
        .output
        .as_ref()
        .filter(|path| *path != Path::new("-"));
    let hits = match file {
        Some(path) => to_file(path, |out| write(command, &library, &queries, out, output))?,
        None => {
            let mut out = BufWriter::new(std::io::stdout());
            let hits = write(command, &library, &queries, &mut out, output)?;
            out.flush()?;
            hits
        }
    };
    Ok(outcome(hits))
}

/// What is exported.
enum Queries {
    /// A query that was typed.
    One(String),
    /// Queries with ids, from a file.
    Many(Vec<Topic>),
}

impl Queries {
    /// Each query with the name it has in lines and rows.
    fn named(&self) -> Vec<(&str, &str)> {
        match self {
            Self::One(text) => vec![(text, text)],
            Self::Many(topics) => topics
                .iter()
                .map(|topic| (topic.id.as_str(), topic.query.as_str()))
                .collect(),
        }
    }
}

/// Writes the results, and says whether there were any.
fn write(
    command: &Export,
    library: &KnowledgeBase,
    queries: &Queries,
    out: &mut dyn Write,
    output: &Output,
) -> Result<Hits, Failure> {
    let options = SearchOptions::from(&command.wanted);
    let hits = Cell::new(Hits::default());
    let take = |name: &str, body: &SearchBody| {
        for warning in &body.warnings {
            output.warning(&format!("{name}: {warning}"));
        }
        hits.set(hits.get().max(Hits::of(body)));
    };
    let answer = |name: &str, text: &str| -> Result<NamedSearch, Failure> {
        let body = library.answer(text, &options)?;
        take(name, &body);
        Ok(NamedSearch {
            id: name.to_owned(),
            body,
        })
    };
    match (command.format, queries) {
        (ExportFormat::Json, Queries::One(text)) => {
            let named = answer(text, text)?;
            write_json(out, &ibid::report::SearchReport::new(named.body))?;
        }
        (ExportFormat::Json, Queries::Many(topics)) => {
            let mut results = ResultsWriter::begin(out)?;
            for topic in topics {
                results.write(out, &answer(&topic.id, &topic.query)?)?;
            }
            results.end(out)?;
        }
        (ExportFormat::Ndjson, queries) => {
            for (name, text) in queries.named() {
                for hit in &answer(name, text)?.body.hits {
                    let line = HitLine {
                        schema_version: SCHEMA_VERSION,
                        query: name,
                        hit,
                    };
                    write_json_line(out, &line)?;
                }
            }
        }
        (ExportFormat::Csv, queries) => {
            let mut rows = CsvWriter::begin(out)?;
            for (name, text) in queries.named() {
                rows.write(name, &answer(name, text)?.body.hits)?;
            }
            rows.end()?;
        }
        (ExportFormat::Trec, queries) => {
            for (name, text) in queries.named() {
                let body = library.run(text, &options)?;
                take(name, &body);
                let name = match queries {
                    Queries::One(_) => ONLY_QUERY,
                    Queries::Many(_) => name,
                };
                write_trec(out, name, &body.hits)?;
            }
        }
    }
    Ok(hits.get())
}

/// Writes a file that is there whole or, where anything fails, as it was before. What is no file (a device, a pipe) is
/// written to as it is.
fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<Hits, Failure>,
) -> Result<Hits, Failure> {
    let fail = |error: std::io::Error| Failure::from(Error::io("write", path, error));
    // A link stays a link: what it leads to is written.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let before = std::fs::metadata(&target).ok();
    if before.as_ref().is_some_and(std::fs::Metadata::is_dir) {
        return Err(fail(std::io::ErrorKind::IsADirectory.into()));
    }
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(&target)
            .map_err(fail)?;
        let mut out = BufWriter::new(file);
        let hits = write(&mut out)?;
        out.flush()?;
        return Ok(hits);
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!(
                "cannot write {}: there is no folder {}",
                path.display(),
                folder.display()
            ),
        )
        .into());
    }
    let file = new_file(folder).map_err(fail)?;
    let mut out = BufWriter::new(file);
    let hits = write(&mut out)?;
    let file = out.into_inner().map_err(|error| fail(error.into_error()))?;
    if let Some(before) = before {
        std::fs::set_permissions(file.path(), before.permissions()).map_err(fail)?;
    }
    file.persist(&target).map_err(|error| fail(error.error))?;
    Ok(hits)
}

/// A new file in `folder`, which others may read where the person's own new files may be read.
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ibid-export-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
