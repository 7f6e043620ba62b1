//! `ibid index`: files and folders in, one commit, and what became of each.

use super::args::{Index, Patience, Reading};
use super::config::Settings;
use super::output::{Failure, Output, counted, note};
use super::{Outcome, signal};
use ibid::indexer::{IndexOptions, Missing};
use ibid::report::{IndexReport, SkippedReport};
use ibid::{Error, ErrorKind, KnowledgeBase, Progress, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Read;
use std::path::{Path, PathBuf};

pub(super) fn run(
    command: Index,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let options = options(command.reading, command.patience);
    let report = if command.paths == [Path::new("-")] {
        if command.dry_run {
            return Err(Error::new(
                ErrorKind::Usage,
                "--dry-run looks at files and folders; `ibid parse -` shows what becomes of standard input",
            )
            .into());
        }
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
            Error::with_cause(ErrorKind::Io, "cannot read standard input", error)
        })?;
        signal::listen()?;
        KnowledgeBase::open_or_create(&settings.index)?.index_bytes(
            &command.name,
            &bytes,
            &options,
        )?
    } else {
        refuse_stdin_among(&command.paths)?;
        let paths = paths(command.paths, settings, options.missing)?;
        signal::listen()?;
        let bar = Bar::new();
        let report = if command.dry_run {
            KnowledgeBase::plan(&settings.index, &paths, &options, &bar)
        } else {
            KnowledgeBase::index_into(&settings.index, &paths, &options, &bar)
        };
        bar.clear();
        report?
    };
    print(&report, command.json, command.dry_run, output)?;
    if report.skipped.iter().any(|skipped| skipped.error) {
        return Ok(Outcome::SomeFailed);
    }
    Ok(Outcome::Success)
}

/// How to index, as it was typed.
pub(super) fn options(reading: Reading, patience: Patience) -> IndexOptions {
    IndexOptions {
        source: reading.source,
        threads: reading.threads.map_or(0, usize::from),
        walk: (&reading.walk).into(),
        format: reading.format.map(Into::into),
        largest_file: reading.max_file_size,
        missing: if reading.prune {
            Missing::Prune
        } else {
            Missing::Keep
        },
        wait: patience.into(),
        ..IndexOptions::default()
    }
}

/// What was named, or `corpus/`. Where nothing of it is there, no empty index is left behind.
///
/// # Errors
/// `NotFound` where nothing is there, and there is no index either.
pub(super) fn paths(
    named: Vec<PathBuf>,
    settings: &Settings,
    missing: Missing,
) -> Result<Vec<PathBuf>> {
    let paths = if named.is_empty() {
        if !settings.corpus.exists() && missing == Missing::Keep {
            return Err(no_corpus(&settings.corpus));
        }
        vec![settings.corpus.clone()]
    } else {
        named
    };
    let is_all_missing = paths.iter().all(|path| std::fs::metadata(path).is_err());
    if let Some(path) = paths.first()
        && let Err(error) = std::fs::metadata(path)
        && is_all_missing
        && !KnowledgeBase::exists(&settings.index)?
    {
        return Err(cannot_find(path, error));
    }
    Ok(paths)
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

/// A progress bar, which is shown only where standard error is a terminal, and stops the work on Ctrl-C.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {elapsed}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn found(&self) {
        self.bar.inc_length(1);
    }

    fn done(&self) {
        self.bar.inc(1);
    }

    fn waiting(&self, reason: &str) {
        self.bar.suspend(|| note(&format!("waiting: {reason}")));
    }

    fn rebuilding(&self) {
        self.bar
            .suspend(|| note("the index is of an older form, and is rebuilt from its sources"));
    }

    fn is_stopped(&self) -> bool {
        signal::is_stopped()
    }
}

fn print(
    report: &IndexReport,
    json: bool,
    dry_run: bool,
    output: &mut Output,
) -> Result<(), Failure> {
    for warning in &report.warnings {
        output.warning(warning);
    }
    for skipped in &report.skipped {
        print_skipped(skipped, output);
    }
    for repeated in &report.repeated {
        let (blocks, stand) = match repeated.blocks {
            1 => ("1 block".to_owned(), "stands"),
            blocks => (format!("{blocks} blocks"), "stand"),
        };
        output.note(&format!(
            "left out as furniture: {blocks} that {stand} on at least half of the {} pages of {}",
            repeated.pages, repeated.site
        ));
    }
    if json {
        return output.json(report);
    }
    let would_be = if dry_run { "would be: " } else { "" };
    output.line(&format!("{would_be}{}", counts(report)))?;
    output.line(&format!(
        "the index holds {} with {}",
        counted(report.index.articles, "article"),
        counted(report.index.passages, "passage")
    ))
}

/// What was not read, on standard error.
pub(super) fn print_skipped(skipped: &SkippedReport, output: &Output) {
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

/// What became of the articles, on one line.
pub(super) fn counts(report: &IndexReport) -> String {
    let moved = match report.moved {
        0 => String::new(),
        moved => format!(" ({moved} of them moved)"),
    };
    format!(
        "{} added, {} updated, {} unchanged, {} removed{moved}, {} skipped",
        report.added,
        report.updated,
        report.unchanged,
        report.removed,
        report.skipped.len()
    )
}
