//! What does `ibid search` do without a query? On a terminal it opens a prompt that searches as one types.
//!
//! Keys and answers change a state (`state`), a state has a frame (`frame`), a frame is drawn (`screen`); only the loop in here
//! knows of all of them, and only `screen`, `keys` and `listener` know of a terminal.

mod edit;
mod foot;
mod frame;
mod keys;
mod list;
mod listener;
mod passage;
mod screen;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod worker;

use super::Outcome;
use super::args::Search;
use super::config::Settings;
use super::first_run;
use super::output::{Failure, Output, counted};
use super::signal;
use crossbeam_channel::{Receiver, select};
use frame::Frame;
use ibid::{Error, ErrorKind, SearchOptions};
use keys::Key;
use screen::Screen;
use state::{State, Step};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;
use worker::Worker;

/// How often it is looked whether the terminal has another size, or the system asks for an end.
const GLANCE: Duration = Duration::from_millis(100);

/// What the keyboard sends.
type Keys = Receiver<io::Result<Key>>;

/// Whether there is a terminal at both ends that can show a prompt.
pub(super) fn is_possible() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

pub(super) fn run(
    command: &Search,
    settings: &Settings,
    output: &Output,
) -> Result<Outcome, Failure> {
    let options = SearchOptions::from(&command.wanted);
    let library = Arc::new(first_run::open(settings, output)?);
    signal::listen()?;
    let commit = library.commit();
    let greeting = format!(
        "{}, {}",
        counted(commit.articles, "article"),
        counted(commit.passages, "passage")
    );
    let size = Screen::size().ok_or_else(terminal_is_gone)?;
    let mut state = State::new(size, greeting, options.offset, options.limit);
    let worker = Worker::start(Arc::clone(&library), options)?;
    let mut screen = Screen::enter(output.style())?;
    // Only now, so that no key is read as a terminal gives it line by line.
    let ended = listener::start()
        .map_err(Failure::from)
        .and_then(|keys| converse(&mut state, &keys, &worker, &mut screen));
    drop(screen);
    // The process is about to end, and the system takes back at once what would be given back file by file.
    std::mem::forget(library);
    ended.map(|()| Outcome::Success)
}

fn converse(
    state: &mut State,
    keys: &Keys,
    worker: &Worker,
    screen: &mut Screen,
) -> Result<(), Failure> {
    loop {
        screen.paint(Frame::of(state), state.size)?;
        select! {
            recv(keys) -> key => {
                let key = key.map_err(|_| ended_early())??;
                if press_all(state, key, keys)? == Step::Leave {
                    return Ok(());
                }
            }
            recv(worker.answers) -> answer => state.answer(answer.map_err(|_| ended_early())?),
            default(GLANCE) => {}
        }
        if signal::is_stopped() {
            return Err(Error::new(ErrorKind::Interrupted, "stopped").into());
        }
        let Some(size) = Screen::size() else {
            return Err(terminal_is_gone().into());
        };
        state.resize(size);
        if let Some(request) = state.take_request() {
            worker.ask(request);
        }
    }
}

/// Takes in a key, and all that were pressed since: whoever types fast is searched for once.
fn press_all(state: &mut State, first: Key, keys: &Keys) -> Result<Step, Failure> {
    let mut next = Some(Ok(first));
    while let Some(key) = next {
        if state.press(key?) == Step::Leave {
            return Ok(Step::Leave);
        }
        next = keys.try_recv().ok();
    }
    Ok(Step::GoOn)
}

fn terminal_is_gone() -> Error {
    Error::new(ErrorKind::Io, "the terminal is gone")
}

fn ended_early() -> Error {
    Error::new(
        ErrorKind::Engine,
        "the prompt ended because of a defect in ibid",
    )
    .with_advice("please report it; RUST_BACKTRACE=1 tells more")
}
