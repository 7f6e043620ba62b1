//! What happens on Ctrl-C, and when the system asks the program to end? Work that changes the index is brought to a clean stop.

use ibid::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a program that was interrupted, as shells know it: 128 and the number of SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether it is listened already: the system allows it once.
static LISTENS: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C, SIGTERM or SIGHUP asks for a clean stop, and the second ends the program at once.
///
/// # Errors
/// Where the system does not allow it.
pub(super) fn listen() -> Result<()> {
    if LISTENS.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::SeqCst) {
            // What was committed is whole whenever this comes.
            #[allow(clippy::exit)]
            std::process::exit(i32::from(INTERRUPTED));
        }
    })
    .map_err(|error| Error::with_cause(ErrorKind::Io, "cannot listen for Ctrl-C", error))
}

/// Whether a stop was asked for.
pub(super) fn is_stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}
