//! How do many passages get to the server? In requests of some size, of which so many are under way at once; who sends faster waits.

use super::bulk::Operation;
use super::index::Index;
use crate::error::{Error, Result};
use crossbeam_channel::{Sender, bounded};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Threads that send what they are given.
pub(super) struct Senders {
    index: Index,
    batch: Vec<Operation>,
    bytes: usize,
    /// Opened with the first batch.
    running: Option<Running>,
    failure: Arc<Mutex<Option<Error>>>,
}

struct Running {
    batches: Sender<Vec<Operation>>,
    threads: Vec<JoinHandle<()>>,
}

impl Senders {
    pub(super) fn new(index: &Index) -> Self {
        Self {
            index: index.clone(),
            batch: Vec::new(),
            bytes: 0,
            running: None,
            failure: Arc::default(),
        }
    }

    /// Sends a write some time; waits where as many as may be are under way.
    ///
    /// # Errors
    /// What went wrong with one before.
    pub(super) fn send(&mut self, operation: Operation) -> Result<()> {
        let most = self.index.cluster.options.bulk_bytes;
        if !self.batch.is_empty() && self.bytes + operation.lines.len() > most {
            self.flush()?;
        }
        self.bytes += operation.lines.len();
        self.batch.push(operation);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return self.failed();
        }
        let (index, failure) = (&self.index, &self.failure);
        let running = self
            .running
            .get_or_insert_with(|| Running::new(index, failure));
        // Nobody takes it any more where all threads have failed.
        let _failed = running.batches.send(batch);
        self.failed()
    }

    /// Sends the rest, and waits until all is done.
    ///
    /// # Errors
    /// What went wrong with any of it.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.flush()?;
        self.stop();
        self.failed()
    }

    /// Sends nothing more, and waits for what is under way.
    pub(super) fn abandon(&mut self) {
        self.batch.clear();
        self.bytes = 0;
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert_with(|| Error::new(crate::error::ErrorKind::Interrupted, "given up"));
        drop(failure);
        self.stop();
    }

    fn stop(&mut self) {
        if let Some(Running { batches, threads }) = self.running.take() {
            drop(batches);
            for thread in threads {
                let _said_elsewhere = thread.join();
            }
        }
    }

    fn failed(&self) -> Result<()> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }
}

impl Running {
    fn new(index: &Index, failure: &Arc<Mutex<Option<Error>>>) -> Self {
        let count = index.cluster.options.bulk_requests.max(1);
        let (batches, waiting) = bounded::<Vec<Operation>>(1);
        let threads = (0..count).map(|_| {
            let (index, failure, waiting) = (index.clone(), Arc::clone(failure), waiting.clone());
            std::thread::spawn(move || {
                for batch in waiting {
                    let is_over = || failure.lock().unwrap_or_else(PoisonError::into_inner);
                    if is_over().is_some() {
                        return;
                    }
                    if let Err(error) = index.bulk_at_once(batch) {
                        is_over().get_or_insert(error);
                        return;
                    }
                }
            })
        });
        Self {
            batches,
            threads: threads.collect(),
        }
    }
}

impl Drop for Senders {
    fn drop(&mut self) {
        self.abandon();
    }
}
