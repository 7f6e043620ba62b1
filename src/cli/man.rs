//! `ibid man`: the man page of a command, or those of all, from what the command line is made of.

use super::Outcome;
use super::args::{Args, Man};
use super::output::{Failure, Output};
use clap::{Command, CommandFactory};
use ibid::{Error, ErrorKind};
use std::path::Path;

pub(super) fn run(command: &Man, output: &mut Output) -> Result<Outcome, Failure> {
    match &command.all {
        Some(folder) => write_all(folder)?,
        None => output.bytes(&page(&command.command)?)?,
    }
    Ok(Outcome::Success)
}

/// All commands as they are called: `ibid-search`, with the options that hold for all. Of `help`, which every one has, there is
/// no page.
fn all_commands() -> Command {
    let mut all = Args::command().disable_help_subcommand(true);
    all.build();
    all
}

/// The page of the command that these words name; of `ibid` itself where there are none.
fn page(words: &[String]) -> Result<Vec<u8>, Error> {
    let mut command = if words.is_empty() {
        Args::command()
    } else {
        all_commands()
    };
    for word in words {
        let Some(named) = command.find_subcommand(word) else {
            return Err(unknown(words, &command));
        };
        command = named.clone();
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::with_cause(ErrorKind::Io, "cannot write the man page", error))?;
    Ok(page)
}

fn unknown(words: &[String], command: &Command) -> Error {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let advice = if known.is_empty() {
        format!(
            "`ibid man` prints the page of all, and {} has no commands",
            command.get_name()
        )
    } else {
        format!("there are {}", known.join(", "))
    };
    Error::new(
        ErrorKind::Usage,
        format!("there is no command {:?}", words.join(" ")),
    )
    .with_advice(advice)
}

/// Writes the page of every command into a folder, which is made where it is not there.
fn write_all(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Args::command(), folder))
        .map_err(|error| {
            let what = format!("cannot write the man pages into {}", folder.display());
            Error::with_cause(ErrorKind::Io, what, error)
        })
}
