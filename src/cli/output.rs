//! Where does what is printed go? Results to standard output; everything else to standard error.

use super::args::Color;
use ibid::report::{Style, printable, write_json};
use ibid::{Error, ErrorKind};
use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, Write};

/// Why a command did not come to its end.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error, to be printed.
    Error(Error),
    /// Nobody reads standard output any more.
    ClosedPipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::Error(Error::with_cause(
                ErrorKind::Io,
                "cannot write the results",
                error,
            ))
        }
    }
}

/// So many of something: `1 article`, `2 articles`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// The two streams.
pub(super) struct Output {
    out: BufWriter<io::Stdout>,
    color: Color,
}

impl Output {
    pub(super) fn new(color: Color) -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
            color,
        }
    }

    /// Whether standard output takes colours.
    pub(super) fn style(&self) -> Style {
        let coloured = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                io::stdout().is_terminal() && !unwanted
            }
        };
        if coloured {
            Style::Coloured
        } else {
            Style::Plain
        }
    }

    /// The columns of the terminal; `None` where standard output is none and COLUMNS does not say.
    pub(super) fn width(&self) -> Option<usize> {
        let stated = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .filter(|columns| *columns > 0);
        let seen = || {
            io::stdout().is_terminal().then(|| {
                terminal_size::terminal_size_of(io::stdout())
                    .map_or(80, |(width, _)| usize::from(width.0))
            })
        };
        stated.or_else(seen)
    }

    /// Standard output.
    pub(super) fn results(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    pub(super) fn json(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        Ok(write_json(&mut self.out, document)?)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.out.write_all(bytes)?)
    }

    /// One line of results; what could upset a terminal is left out.
    pub(super) fn line(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", printable(line))?)
    }

    /// Something to know, on standard error.
    pub(super) fn note(&self, message: &str) {
        note(message);
    }

    pub(super) fn warning(&self, message: &str) {
        note(&format!("warning: {message}"));
    }

    pub(super) fn error(&self, message: &str) {
        note(&format!("error: {message}"));
    }

    /// A document on a line of its own, which is written out at once.
    #[cfg(feature = "watch")]
    pub(super) fn json_line(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        ibid::report::write_json_line(&mut self.out, document)?;
        self.flush()
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

/// Something to know, on standard error.
pub(super) fn note(message: &str) {
    // Where standard error is closed too, there is nobody left to tell.
    let _nobody_listens = writeln!(io::stderr().lock(), "ibid: {}", printable(message));
}

/// A line of a log, on standard error.
#[cfg(feature = "serve")]
pub(super) fn log_line(line: &str) {
    let _nobody_listens = writeln!(io::stderr().lock(), "{line}");
}
