//! How does a program that runs for long see what others commit meanwhile?

use super::KnowledgeBase;
use crate::error::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};

/// A knowledge base that is opened anew when something else would be searched: a later commit, an index that was rebuilt, another
/// vocabulary. It holds no lock of the index, so nobody waits for it who writes.
pub struct Following {
    open: Box<dyn Fn() -> Result<KnowledgeBase> + Send + Sync>,
    library: RwLock<Arc<KnowledgeBase>>,
    /// Held by whoever opens it anew, with what went wrong when that was tried last.
    opening: Mutex<Option<String>>,
}

impl Following {
    /// Follows what `open` opens.
    ///
    /// # Errors
    /// What `open` fails with.
    pub fn new(open: impl Fn() -> Result<KnowledgeBase> + Send + Sync + 'static) -> Result<Self> {
        let library = RwLock::new(Arc::new(open()?));
        Ok(Self {
            open: Box::new(open),
            library,
            opening: Mutex::default(),
        })
    }

    /// The knowledge base as it is now. While one caller opens it anew, others get it as it was; and so do all while it cannot be
    /// opened, which `tell` is told once of each reason.
    pub fn now(&self, tell: impl FnOnce(&Error)) -> Arc<KnowledgeBase> {
        let library = self.last();
        let mark = library.mark_now();
        let mut reason = match self.opening.try_lock() {
            Ok(reason) => reason,
            // Whoever opened it then did not come to an end; somebody has to try again.
            Err(TryLockError::Poisoned(left)) => left.into_inner(),
            Err(TryLockError::WouldBlock) => return library,
        };
        let opened = match mark {
            Ok(mark) if mark == library.mark() => {
                *reason = None;
                return library;
            }
            // What does not say where it stands cannot be opened either, and trying may take long.
            Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
            _ => (self.open)(),
        };
        match opened {
            Ok(opened) => {
                *reason = None;
                let opened = Arc::new(opened);
                let mut library = self.library.write().unwrap_or_else(PoisonError::into_inner);
                *library = Arc::clone(&opened);
                opened
            }
            Err(error) => {
                let what = error.to_string();
                if reason.as_ref() != Some(&what) {
                    tell(&error);
                    *reason = Some(what);
                }
                library
            }
        }
    }

    /// The knowledge base as it was opened last.
    pub fn last(&self) -> Arc<KnowledgeBase> {
        Arc::clone(&self.library.read().unwrap_or_else(PoisonError::into_inner))
    }
}
