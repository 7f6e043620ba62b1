//! Who may write to an index on a cluster? Whoever holds its lock: one process at a time, for a while that it makes longer again and
//! again.
//!
//! A process that is gone, or cannot reach the cluster, loses the lock when that while is over. Should it come back, it cannot commit:
//! whoever took the lock from it has written the state anew, so it cannot replace the one that it knows.

use super::client::Again;
use super::index::{Document, Index, Where};
use super::state::{self, STATE};
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// The document.
const LOCK: &str = "lock";
/// How long it is held without being asked for again. Clocks of the machines that write may differ by less.
const LEASE: Duration = Duration::from_secs(30);
/// How often it is asked for again.
const RENEWAL: Duration = Duration::from_secs(5);
/// How long to wait before a lock that another holds is asked for again.
const PAUSE: Duration = Duration::from_millis(200);

/// The right to write, for as long as this lives.
pub(super) struct Lock {
    /// The number of who has it: each has a higher one than all before.
    pub(super) transaction: u64,
    shared: Arc<Shared>,
    renewal: Option<JoinHandle<()>>,
}

struct Shared {
    index: Index,
    holder: Mutex<Holder>,
    is_over: AtomicBool,
    is_lost: AtomicBool,
}

/// What stands in the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Holder {
    /// Told from all others; empty where nobody holds it.
    holder: String,
    host: String,
    /// What tells the machine, and the processes that can be seen there, from others; nothing where it is not known.
    machine: Option<String>,
    process: u32,
    /// When it was asked for last, in milliseconds since 1970.
    renewed: u64,
    /// The last number that was given.
    transaction: u64,
}

impl Holder {
    /// Whether it is held.
    fn is_held(&self, now: u64) -> bool {
        !self.holder.is_empty()
            && !self.is_gone()
            && now.saturating_sub(self.renewed) < millis(LEASE)
    }

    /// Whether its process ran on this machine, and is no more.
    fn is_gone(&self) -> bool {
        let processes = std::path::Path::new("/proc");
        let is_here = self.machine.is_some() && self.machine == machine();
        is_here
            && processes.join("1").exists()
            && !processes.join(self.process.to_string()).exists()
    }
}

impl Lock {
    /// Takes the lock of an index of whatever form, waiting for it as long as `wait` where another holds it.
    ///
    /// # Errors
    /// `Locked` where another still holds it then.
    pub(super) fn take(index: &Index, wait: Duration) -> Result<Self> {
        let start = Instant::now();
        loop {
            let known = index.get(LOCK)?;
            let holder: Holder = match &known {
                Some(Document { source, .. }) => parse(source),
                None => Holder::default(),
            };
            let now = now();
            if holder.is_held(now) {
                if start.elapsed() >= wait {
                    return Err(held(index, &holder));
                }
                std::thread::sleep(PAUSE);
                continue;
            }
            let last = state::last_transaction(index)?;
            let mine = Holder {
                holder: format!("{:032x}", fastrand::u128(..)),
                host: host(),
                machine: machine(),
                process: std::process::id(),
                renewed: now,
                transaction: holder.transaction.max(last) + 1,
            };
            let when = known.map_or(Where::Absent, |known| Where::Unchanged(known.version));
            if write(index, &mine, when)? {
                if !holder.holder.is_empty() {
                    fence(index)?;
                }
                return Ok(Self::hold(index, mine));
            }
        }
    }

    fn hold(index: &Index, holder: Holder) -> Self {
        let transaction = holder.transaction;
        let shared = Arc::new(Shared {
            index: index.clone(),
            holder: Mutex::new(holder),
            is_over: AtomicBool::new(false),
            is_lost: AtomicBool::new(false),
        });
        let renewing = Arc::clone(&shared);
        let renewal = std::thread::Builder::new()
            .name("ibid-lock".to_owned())
            .spawn(move || renewing.renew())
            .ok();
        Self {
            transaction,
            shared,
            renewal,
        }
    }

    /// # Errors
    /// `Locked` where another has taken it, as far as is known.
    pub(super) fn check(&self) -> Result<()> {
        if self.shared.is_lost.load(Relaxed) {
            return Err(lost(&self.shared.index));
        }
        Ok(())
    }

    /// Looks whether it is still held.
    ///
    /// # Errors
    /// `Locked` where another has taken it.
    pub(super) fn verify(&self) -> Result<()> {
        if !self.shared.is_mine()? {
            self.shared.is_lost.store(true, Relaxed);
        }
        self.check()
    }
}

impl Shared {
    fn renew(&self) {
        while !self.is_over.load(Relaxed) {
            std::thread::park_timeout(RENEWAL);
            if self.is_over.load(Relaxed) {
                return;
            }
            match self.is_mine() {
                Ok(true) => {}
                Ok(false) => {
                    self.is_lost.store(true, Relaxed);
                    return;
                }
                // A later try may reach the cluster.
                Err(_) => continue,
            }
            let mut holder = self.holder().clone();
            holder.renewed = now();
            let document = self.index.get(LOCK);
            if let Ok(Some(document)) = document
                && parse(&document.source).holder == holder.holder
            {
                let _tried_again = write(&self.index, &holder, Where::Unchanged(document.version));
            }
        }
    }

    fn is_mine(&self) -> Result<bool> {
        let found = match self.index.get(LOCK) {
            Err(error) if error.kind() == ErrorKind::NoIndex => None,
            found => found?,
        };
        let mine = &self.holder().holder;
        Ok(found.is_some_and(|document| parse(&document.source).holder == *mine))
    }

    fn holder(&self) -> MutexGuard<'_, Holder> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Relaxed);
        if let Some(renewal) = self.renewal.take() {
            renewal.thread().unpark();
            let _panicked = renewal.join();
        }
        let mut holder = self.shared.holder().clone();
        if let Ok(Some(document)) = self.shared.index.get(LOCK)
            && parse(&document.source).holder == holder.holder
        {
            holder.holder.clear();
            let _ends_by_itself = write(
                &self.shared.index,
                &holder,
                Where::Unchanged(document.version),
            );
        }
    }
}

/// Writes the state as it is once more, so that who knew it cannot replace it.
fn fence(index: &Index) -> Result<()> {
    while let Some(state) = index.get(STATE)? {
        let when = Where::Unchanged(state.version);
        if index.put(STATE, &state.source, when)?.is_some() {
            break;
        }
    }
    Ok(())
}

fn write(index: &Index, holder: &Holder, when: Where) -> Result<bool> {
    let source = serde_json::to_value(holder)
        .map_err(|error| Error::with_cause(ErrorKind::Engine, "cannot write the lock", error))?;
    if index
        .try_to_put(LOCK, &source, when, Again::Briefly)?
        .is_some()
    {
        return Ok(true);
    }
    // The first of several tries may have succeeded, and its answer been lost.
    let now = index.get(LOCK)?;
    Ok(now.is_some_and(|now| now.source == source))
}

/// Of what is not understood, nobody holds it.
fn parse(source: &Value) -> Holder {
    serde_json::from_value(source.clone()).unwrap_or_default()
}

fn held(index: &Index, holder: &Holder) -> Error {
    Error::new(
        ErrorKind::Locked,
        format!(
            "another process is writing to the index at {} (process {} on {})",
            index.cluster, holder.process, holder.host
        ),
    )
    .with_advice("try again when it is done, or wait for it with --wait")
}

/// Another has taken the lock, or committed.
pub(super) fn lost(index: &Index) -> Error {
    Error::new(
        ErrorKind::Locked,
        format!(
            "another process has taken the lock of the index at {}, as this one did not reach the cluster for too long",
            index.cluster
        ),
    )
    .with_advice("`ibid status` shows what was committed; run it again")
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    let name = name.or_else(|| std::env::var("COMPUTERNAME").ok());
    name.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}

/// What tells this start of this machine, and the processes that can be seen here, from others.
fn machine() -> Option<String> {
    let start = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let processes = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", start.trim(), processes.display()))
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_with_its_time_or_its_process() {
        let mine = Holder {
            holder: "a".to_owned(),
            host: host(),
            machine: machine(),
            process: std::process::id(),
            renewed: 1_000_000,
            transaction: 3,
        };
        assert!(mine.is_held(1_000_001));
        assert!(mine.is_held(999_000), "a clock that is behind");
        assert!(!mine.is_held(1_000_000 + millis(LEASE)));
        let given_back = Holder {
            holder: String::new(),
            ..mine.clone()
        };
        assert!(!given_back.is_held(1_000_001));
        let elsewhere = Holder {
            machine: Some("elsewhere".to_owned()),
            process: u32::MAX,
            ..mine.clone()
        };
        assert!(elsewhere.is_held(1_000_001));
        if machine().is_some() {
            let gone = Holder {
                process: u32::MAX,
                ..mine
            };
            assert!(!gone.is_held(1_000_001));
        }
    }
}
