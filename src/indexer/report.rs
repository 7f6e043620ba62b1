//! What did a run of the indexer do?

use crate::engine::CommitInfo;

/// What a run of the indexer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexReport {
    /// Articles that are new.
    pub added: u64,
    /// Articles that replace an older reading of themselves.
    pub updated: u64,
    /// Articles of files that have not changed.
    pub unchanged: u64,
    /// Articles that their file no longer holds, or whose file is gone.
    pub removed: u64,
    /// Those among the added whose file had another name before: they are among the removed too.
    pub moved: u64,
    /// What was not read, by path and line.
    pub skipped: Vec<Skipped>,
    /// What was read with a caveat, by path.
    pub warnings: Vec<String>,
    /// The sites of which other blocks repeat than before.
    pub repeated: Vec<RepeatedBlocks>,
    /// The commit that is searched from now on.
    pub commit: CommitInfo,
}

/// What repeats across the pages of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedBlocks {
    /// The host that the pages were published at, or the folder they lie in.
    pub site: String,
    /// How many pages there are.
    pub pages: u64,
    /// How many blocks at least half of them hold.
    pub blocks: u64,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file or folder.
    pub path: String,
    /// The line, in a file of JSON lines.
    pub line: Option<u64>,
    /// Why, and what to do.
    pub reason: String,
    /// Whether it is an error.
    pub severity: Severity,
}

/// Whether something that was not read should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is lost: a file without text, a format that is not read.
    Note,
    /// Input that could not be read.
    Error,
}

impl Skipped {
    /// Input that could not be read.
    pub fn error(path: String, reason: String) -> Self {
        Self {
            path,
            line: None,
            reason,
            severity: Severity::Error,
        }
    }

    /// Something that need not be read.
    pub fn note(path: String, reason: String) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(path, reason)
        }
    }

    /// The same, of one line of the file.
    pub fn at_line(self, line: u64) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

impl IndexReport {
    pub(super) fn new(commit: CommitInfo) -> Self {
        Self {
            added: 0,
            updated: 0,
            unchanged: 0,
            removed: 0,
            moved: 0,
            skipped: Vec::new(),
            warnings: Vec::new(),
            repeated: Vec::new(),
            commit,
        }
    }

    pub(super) fn skip(&mut self, skipped: Skipped) {
        self.skipped.push(skipped);
    }

    /// Whether some input could not be read.
    pub fn has_errors(&self) -> bool {
        self.skipped
            .iter()
            .any(|skipped| skipped.severity == Severity::Error)
    }
}
