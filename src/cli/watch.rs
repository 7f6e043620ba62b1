//! `ibid watch`: the index follows its folders, and says what it did.

use super::args::Watch;
use super::config::Settings;
use super::index::{Bar, counts, options, paths, print_skipped};
use super::output::{Failure, Output};
use super::{Outcome, signal};
use ibid::watch::{News, Step, WatchOptions, watch};
use ibid::{Error, ErrorKind, Progress};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) fn run(
    command: Watch,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    if command.paths.iter().any(|path| path == Path::new("-")) {
        return Err(Error::new(
            ErrorKind::Usage,
            "standard input cannot be watched; `ibid index -` reads it once",
        )
        .into());
    }
    let options = WatchOptions {
        index: options(command.reading, command.patience),
        quiet: Duration::from_millis(command.debounce),
        poll: command.poll.map(Duration::from_secs),
        ..WatchOptions::default()
    };
    let paths = paths(command.paths, settings, options.index.missing)?;
    signal::listen()?;
    let bar = FirstBar {
        bar: Bar::new(),
        is_shown: AtomicBool::new(true),
    };
    let mut teller = Teller {
        paths: &paths,
        poll: options.poll,
        json: command.json,
        bar: &bar,
        output,
    };
    let mut failure = None;
    let mut tell = |news: News<'_>| match teller.tell(&news) {
        Ok(()) => ControlFlow::Continue(()),
        Err(failed) => {
            failure = Some(failed);
            ControlFlow::Break(())
        }
    };
    let ended = watch(&settings.index, &paths, &options, &bar, &mut tell);
    bar.hide();
    match failure {
        Some(failure) => Err(failure),
        None => Ok(ended.map(|()| Outcome::Success)?),
    }
}

struct Teller<'a> {
    paths: &'a [PathBuf],
    poll: Option<Duration>,
    json: bool,
    bar: &'a FirstBar,
    output: &'a mut Output,
}

impl Teller<'_> {
    fn tell(&mut self, news: &News<'_>) -> Result<(), Failure> {
        self.bar.hide();
        match news {
            News::Watching => self.output.note(&self.watching()),
            News::InStep(step) => self.tell_step(step)?,
            News::Failed(error, pause) => self.output.error(&format!(
                "{error}; tried again in {} s, and then less and less often",
                pause.as_secs()
            )),
            News::Recovered => self.output.note("the index could be written again"),
            News::Polling(reason, every) => self.output.warning(&format!(
                "{reason}; everything is looked at every {} s (--poll SECONDS says how often)",
                every.as_secs()
            )),
            News::Back(path) => self
                .output
                .note(&format!("{} is back, and is read", path.display())),
        }
        Ok(())
    }

    fn watching(&self) -> String {
        let paths: Vec<String> = self
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let how = match self.poll {
            Some(every) => format!("looking every {} s at", every.as_secs()),
            None => "watching".to_owned(),
        };
        format!("{how} {}; Ctrl-C ends it", paths.join(", "))
    }

    fn tell_step(&mut self, step: &Step<'_>) -> Result<(), Failure> {
        for warning in &step.warnings {
            self.output.warning(warning);
        }
        for skipped in &step.skipped {
            print_skipped(skipped, self.output);
        }
        if !step.is_first && !step.has_changes() {
            return Ok(());
        }
        if self.json {
            return self.output.json_line(step.report);
        }
        self.output.line(&counts(step.report))?;
        self.output.flush()
    }
}

/// The progress bar of the first run; later ones show none.
struct FirstBar {
    bar: Bar,
    is_shown: AtomicBool,
}

impl FirstBar {
    fn hide(&self) {
        if self.is_shown.swap(false, Ordering::Relaxed) {
            self.bar.clear();
        }
    }

    fn is_shown(&self) -> bool {
        self.is_shown.load(Ordering::Relaxed)
    }
}

impl Progress for FirstBar {
    fn found(&self) {
        if self.is_shown() {
            self.bar.found();
        }
    }

    fn done(&self) {
        if self.is_shown() {
            self.bar.done();
        }
    }

    fn waiting(&self, reason: &str) {
        self.bar.waiting(reason);
    }

    fn rebuilding(&self) {
        self.bar.rebuilding();
    }

    fn is_stopped(&self) -> bool {
        self.bar.is_stopped()
    }
}
