//! Who waits for keys? A thread of its own: a terminal that sends half a sequence, or has gone away, holds up nobody else.

use super::keys::Key;
use crossbeam_channel::{Receiver, unbounded};
use crossterm::event;
use ibid::{Error, ErrorKind, Result};
use std::io;
use std::thread;

/// The keys that are pressed from now on. The thread ends with the program, as nothing can end its waiting.
pub(super) fn start() -> Result<Receiver<io::Result<Key>>> {
    let (pressed, keys) = unbounded();
    thread::Builder::new()
        .name("keys".to_owned())
        .spawn(move || {
            loop {
                let key = event::read().map(Key::of).transpose();
                let is_last = matches!(key, Some(Err(_)));
                let is_unheard = key.is_some_and(|key| pressed.send(key).is_err());
                if is_last || is_unheard {
                    return;
                }
            }
        })
        .map_err(|error| {
            let what = "cannot start the thread that waits for keys";
            Error::with_cause(ErrorKind::Io, what, error)
        })?;
    Ok(keys)
}
