//! Where can a test make the writing of an index go wrong? At each step that changes a file, in debug builds only.
//!
//! `IBID_FAULT=crash@N` ends the process before the Nth step, as a kill or a power cut would; `IBID_FAULT=full@N` lets that step
//! and all after it fail, as a full disk does. Release builds hold none of this.

use std::io;

/// Goes before each step that changes a file of the index.
#[cfg(not(debug_assertions))]
#[inline]
pub(super) fn step() -> io::Result<()> {
    Ok(())
}

/// Goes before each step that changes a file of the index.
#[cfg(debug_assertions)]
pub(super) fn step() -> io::Result<()> {
    match *FAULT {
        Some(fault) => fault.take(),
        None => Ok(()),
    }
}

#[cfg(debug_assertions)]
static FAULT: std::sync::LazyLock<Option<Fault>> =
    std::sync::LazyLock::new(|| Fault::parse(&std::env::var("IBID_FAULT").ok()?));

#[cfg(debug_assertions)]
static STEPS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[cfg(debug_assertions)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Crash(u64),
    Full(u64),
}

#[cfg(debug_assertions)]
impl Fault {
    fn parse(text: &str) -> Option<Self> {
        let (kind, step) = text.split_once('@')?;
        let step = step.parse().ok()?;
        match kind {
            "crash" => Some(Self::Crash(step)),
            "full" => Some(Self::Full(step)),
            _ => None,
        }
    }

    fn take(self) -> io::Result<()> {
        let now = STEPS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        match self {
            Self::Crash(step) if now == step => std::process::abort(),
            Self::Full(step) if now >= step => Err(io::ErrorKind::StorageFull.into()),
            Self::Crash(_) | Self::Full(_) => Ok(()),
        }
    }
}
