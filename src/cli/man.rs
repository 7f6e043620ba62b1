//! `ibid man`: the man page of a command, or those of all, from what the command line is made of.

use super::Outcome;
use super::args::{Args, Man};
use super::output::{Failure, Output};
use clap::{Command, CommandFactory};
use ibid::{Error, ErrorKind};
use std::io;
use std::path::Path;

pub(super) fn run(command: &Man, output: &mut Output) -> Result<Outcome, Failure> {
    match &command.all {
        Some(folder) => write_all(folder)?,
        None => output.bytes(&named_page(&command.command)?)?,
    }
    Ok(Outcome::Success)
}

/// All commands as they are called: `ibid-search`, with the options that hold for all. Of `help`, which is in every command, there
/// is no page.
fn all_commands() -> Command {
    let mut all = Args::command().disable_help_subcommand(true);
    all.build();
    all
}

/// The page of the command that these words name; of `ibid` itself where there are none.
fn named_page(words: &[String]) -> Result<Vec<u8>, Error> {
    let mut command = all_commands();
    for word in words {
        let Some(named) = command.find_subcommand(word) else {
            return Err(unknown(words, &command));
        };
        command = named.clone();
    }
    page(&command)
        .map_err(|error| Error::with_cause(ErrorKind::Io, "cannot write the man page", error))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .source(concat!("ibid ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    Ok(page)
}

fn unknown(words: &[String], command: &Command) -> Error {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let advice = if known.is_empty() {
        format!("{} has no commands of its own", command.get_name())
    } else {
        format!("there are {}", known.join(", "))
    };
    let what = format!("there is no command {:?}", words.join(" "));
    Error::new(ErrorKind::Usage, what).with_advice(advice)
}

/// Writes the page of every command into a folder, which is made where it is not there.
fn write_all(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .and_then(|()| write_pages(&all_commands(), folder))
        .map_err(|error| {
            let what = format!("cannot write the man pages into {}", folder.display());
            Error::with_cause(ErrorKind::Io, what, error)
        })
}

/// Writes the page of a command, and those of the commands below it.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name());
    std::fs::write(folder.join(format!("{name}.1")), page(command)?)?;
    for below in command.get_subcommands() {
        write_pages(below, folder)?;
    }
    Ok(())
}
