//! `ibid index`: files and folders in, one commit, and what became of each.

use super::args::Index;
use super::config::Settings;
use super::output::{Failure, Output};
use super::{Outcome, signal};
use ibid::indexer::{IndexOptions, Missing};
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
        largest_file: command.max_file_size,
        missing: if command.prune {
            Missing::Prune
        } else {
            Missing::Keep
        },
        wait: command.patience.into(),
        only: Vec::new(),
    };
    signal::listen()?;
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
        KnowledgeBase::open_or_create(&settings.index)?.index_bytes(
            &command.name,
            &bytes,
            &options,
        )?
    } else {
        let paths = if command.paths.is_empty() {
            if !settings.corpus.exists() && !command.prune {
                return Err(no_corpus(&settings.corpus).into());
            }
            vec![settings.corpus.clone()]
        } else {
            command.paths
        };
        refuse_stdin_among(&paths)?;
        // Where nothing of what was named is there, no empty index is left behind.
        let is_all_missing = paths.iter().all(|path| std::fs::metadata(path).is_err());
        if let Some(path) = paths.first()
            && let Err(error) = std::fs::metadata(path)
            && is_all_missing
            && !KnowledgeBase::exists(&settings.index)?
        {
            return Err(cannot_find(path, error).into());
        }
        let bar = Bar::new(output);
        let report = if command.dry_run {
            KnowledgeBase::plan(&settings.index, &paths, &options, &bar)
        } else {
            index_with_progress(&settings.index, &paths, &options, &bar, output)
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

/// Indexes; an index of an older form is made anew first.
pub(super) fn index_with_progress(
    index: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    bar: &Bar<'_>,
    output: &Output,
) -> Result<IndexReport> {
    match KnowledgeBase::open_or_create(index) {
        Ok(library) => library.index(paths, options, bar),
        Err(error) if error.kind() == ErrorKind::IncompatibleIndex => {
            output.note("the index is of an older form, and is rebuilt from its sources");
            let (_, report) = KnowledgeBase::rebuild(index, paths, options, bar)?;
            Ok(report)
        }
        Err(error) => Err(error),
    }
}

/// A progress bar, which is shown only where standard error is a terminal, and stops the work on Ctrl-C.
pub(super) struct Bar<'a> {
    bar: ProgressBar,
    output: &'a Output,
}

impl<'a> Bar<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {elapsed}") {
            bar.set_style(style);
        }
        Self { bar, output }
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar<'_> {
    fn found(&self) {
        self.bar.inc_length(1);
    }

    fn done(&self) {
        self.bar.inc(1);
    }

    fn waiting(&self, reason: &str) {
        self.bar
            .suspend(|| self.output.note(&format!("waiting: {reason}")));
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
    let moved = match report.moved {
        0 => String::new(),
        moved => format!(" ({moved} of them moved)"),
    };
    let would_be = if dry_run { "would be: " } else { "" };
    output.line(&format!(
        "{would_be}{} added, {} updated, {} unchanged, {} removed{moved}, {} skipped",
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
