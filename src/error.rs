//! What can go wrong, as one type: what kind of failure, what was being done, and why.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The closed set of failures a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request itself cannot be carried out as given (a blank query, a bad pattern, a bad setting).
    Usage,
    /// A file, folder or id that was named is not there.
    NotFound,
    /// The operating system refused to read or write.
    Io,
    /// An input was read but is not what it claims to be.
    Unreadable,
    /// There is no index at the place that was asked.
    NoIndex,
    /// The index folder holds files that are not an index of ours.
    ForeignIndex,
    /// The index was made in an older form, which this version does not read and can rebuild.
    IncompatibleIndex,
    /// The index was made by a newer version, in a form that this one does not know.
    NewerIndex,
    /// Files of the index are damaged or missing.
    Damaged,
    /// It was asked to stop, and did.
    Interrupted,
    /// Another process is writing to the index.
    Locked,
    /// A cluster, or a part of one that is needed, does not answer, or refuses who asks.
    Unavailable,
    /// What was being read has been replaced by a later commit, and is no longer whole: to be opened anew, and asked again.
    Superseded,
    /// The engine failed.
    Engine,
}

/// A failure: its kind, what was being done, the cause beneath it, and what to do about it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
    advice: Option<Cow<'static, str>>,
}

impl Error {
    /// An error that is the first to notice the failure.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
            advice: None,
        }
    }

    /// An error with the failure beneath it.
    pub fn with_cause(
        kind: ErrorKind,
        message: impl Into<String>,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: Some(cause.into()),
            advice: None,
        }
    }

    /// A failed operating-system call on `path`; `doing` reads as "cannot {doing} {path}".
    pub fn io(doing: &str, path: &Path, cause: std::io::Error) -> Self {
        let kind = match cause.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            _ => ErrorKind::Io,
        };
        Self::with_cause(kind, format!("cannot {doing} {}", path.display()), cause)
    }

    /// The same error with what to do about it, which is printed after everything else.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The message and the whole chain of causes, without the advice.
    pub fn what(&self) -> String {
        let mut what = self.message.clone();
        let mut next = self.cause.as_deref().map(|cause| cause as &dyn StdError);
        while let Some(cause) = next {
            what.push_str(&format!(": {cause}"));
            next = cause.source();
        }
        what
    }

    /// Which of the closed set of failures this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    /// Prints the message, the whole chain of causes and the advice on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        match &self.advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    /// The chain is part of the message, so that nobody who prints an [`Error`] loses it.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        None
    }
}
