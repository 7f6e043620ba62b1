//! `ibid index`: files and folders in, one commit, and what became of each.

use super::Outcome;
use super::args::Index;
use super::config::Settings;
use super::output::{Failure, Output};
use ibid::indexer::IndexOptions;
use ibid::report::IndexReport;
use ibid::{Error, ErrorKind, KnowledgeBase, Progress, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Read;
use std::path::{Path, PathBuf};

pub(super) fn run(
    command: Index,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let options = IndexOptions {
        source: command.source,
        threads: command.threads.map_or(0, usize::from),
        walk: (&command.walk).into(),
        format: command.format.map(Into::into),
    };
    let report = if command.paths == [Path::new("-")] {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
            Error::with_cause(ErrorKind::Io, "cannot read standard input", error)
        })?;
        KnowledgeBase::open_or_create(&settings.index)?.index_bytes(
            &command.name,
            &bytes,
            &options,
        )?
    } else {
        let paths = if command.paths.is_empty() {
            if !settings.corpus.exists() {
                return Err(no_corpus(&settings.corpus).into());
            }
            vec![settings.corpus.clone()]
        } else {
            command.paths
        };
        refuse_stdin_among(&paths)?;
        // Where nothing of what was named is there, no empty index is left behind.
        if let Some(path) = paths.first()
            && let Err(error) = std::fs::metadata(path)
            && paths.iter().all(|path| std::fs::metadata(path).is_err())
        {
            return Err(cannot_find(path, error).into());
        }
        let library = KnowledgeBase::open_or_create(&settings.index)?;
        index_with_progress(&library, &paths, &options)?
    };
    print(&report, command.json, output)?;
    if report.skipped.iter().any(|skipped| skipped.error) {
        return Ok(Outcome::SomeFailed);
    }
    Ok(Outcome::Success)
}

fn no_corpus(corpus: &Path) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!(
            "there is no folder {} to index; name files or folders, such as `ibid index articles/`",
            corpus.display()
        ),
    )
}

fn cannot_find(path: &Path, error: std::io::Error) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::io("find", path, error);
    }
    Error::new(
        ErrorKind::NotFound,
        format!(
            "there is no file or folder {}; check how it is spelt, and from where",
            path.display()
        ),
    )
}

fn refuse_stdin_among(paths: &[PathBuf]) -> Result<()> {
    if paths.iter().any(|path| path == Path::new("-")) {
        return Err(Error::new(
            ErrorKind::Usage,
            "`-` reads one article from standard input and goes with no other path",
        ));
    }
    Ok(())
}

/// Indexes with a progress bar, which is shown only where standard error is a terminal.
pub(super) fn index_with_progress(
    library: &KnowledgeBase,
    paths: &[PathBuf],
    options: &IndexOptions,
) -> Result<IndexReport> {
    let bar = Bar(ProgressBar::new(0));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {elapsed}") {
        bar.0.set_style(style);
    }
    let report = library.index(paths, options, &bar);
    bar.0.finish_and_clear();
    report
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn found(&self) {
        self.0.inc_length(1);
    }

    fn done(&self) {
        self.0.inc(1);
    }
}

fn print(report: &IndexReport, json: bool, output: &mut Output) -> Result<(), Failure> {
    for warning in &report.warnings {
        output.warning(warning);
    }
    for skipped in &report.skipped {
        let place = match skipped.line {
            Some(line) => format!("{}:{line}", skipped.path),
            None => skipped.path.clone(),
        };
        if skipped.error {
            output.error(&format!("{place}: {}", skipped.reason));
        } else {
            output.note(&format!("skipped {place}: {}", skipped.reason));
        }
    }
    if json {
        return output.json(report);
    }
    output.line(&format!(
        "{} added, {} updated, {} unchanged, {} removed, {} skipped",
        report.added,
        report.updated,
        report.unchanged,
        report.removed,
        report.skipped.len()
    ))?;
    output.line(&format!(
        "the index holds {} articles with {} passages",
        report.index.articles, report.index.passages
    ))
}
