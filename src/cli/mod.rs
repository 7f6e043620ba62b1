//! What does each command do with what was typed? Arguments become plain options, one file a command does the work, and
//! all printing and every exit code is in here.

mod args;
mod check;
#[cfg(feature = "opensearch")]
mod cluster;
mod config;
mod eval;
mod export;
mod first_run;
mod index;
mod library;
mod man;
mod output;
mod parse;
#[cfg(feature = "prompt")]
mod prompt;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod signal;
mod vocabulary;
#[cfg(feature = "watch")]
mod watch;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use config::Settings;
use ibid::{Error, ErrorKind};
use output::{Failure, Output};
use std::process::ExitCode;

/// How a command ended, where it was not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All is well, or at least one passage was found.
    Success,
    /// What was looked for is not there.
    NothingFound,
    /// Something could not be read; the rest was done.
    SomeFailed,
}

/// Runs the command that was typed, and says how it ended.
pub(crate) fn main() -> ExitCode {
    // What panics is caught, there or here, and said in words; who looks for the defect asks for more.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let args = Args::parse();
    let mut output = Output::new(args.color);
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let outcome = run(args, &mut output)?;
        output.flush()?;
        Ok(outcome)
    }));
    let outcome = done.unwrap_or_else(|panic| Err(defect(&*panic).into()));
    match outcome {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Ok(Outcome::SomeFailed) => ExitCode::from(2),
        // Whoever read the output has read enough.
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Error(error)) if error.kind() == ErrorKind::Interrupted => {
            output.note(&error.to_string());
            ExitCode::from(signal::INTERRUPTED)
        }
        Err(Failure::Error(error)) => {
            output.error(&error.to_string());
            ExitCode::from(2)
        }
    }
}

/// What is said of a panic that nobody expected.
fn defect(panic: &(dyn std::any::Any + Send)) -> Error {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("for no stated reason");
    Error::new(
        ErrorKind::Engine,
        format!("ended because of a defect in ibid ({what})"),
    )
    .with_advice("please report it; RUST_BACKTRACE=1 tells more")
}

fn run(args: Args, output: &mut Output) -> Result<Outcome, Failure> {
    let settings = || Settings::find(args.index.as_deref());
    match args.command {
        Command::Index(command) => index::run(command, &settings()?, output),
        #[cfg(feature = "watch")]
        Command::Watch(command) => watch::run(command, &settings()?, output),
        Command::Search(command) => search::run(&command, &settings()?, output),
        Command::Export(command) => export::run(&command, &settings()?, output),
        Command::Parse(command) => parse::run(&command, settings, output),
        Command::Show(command) => library::show(&command, &settings()?, output),
        Command::List(command) => library::list(&command, &settings()?, output),
        Command::Status(command) => library::status(&command, &settings()?, output),
        Command::Remove(command) => library::remove(&command, &settings()?, output),
        Command::Check(command) => check::run(&command, &settings()?, output),
        Command::Eval(command) => eval::run(&command, &settings()?, output),
        Command::Vocabulary(command) => vocabulary::run(&command, &settings()?, output),
        #[cfg(feature = "serve")]
        Command::Serve(command) => serve::run(&command, &settings()?, output),
        #[cfg(feature = "serve")]
        Command::Mcp => {
            ibid::mcp::serve_stdio(serve::follow(&settings()?)?, output::note)?;
            Ok(Outcome::Success)
        }
        Command::Schema(command) => {
            output.json(&ibid::report::schema(command.document))?;
            Ok(Outcome::Success)
        }
        Command::Completions(command) => {
            let mut script = Vec::new();
            clap_complete::generate(command.shell, &mut Args::command(), "ibid", &mut script);
            output.bytes(&script)?;
            Ok(Outcome::Success)
        }
        Command::Man(command) => man::run(&command, output),
    }
}
