//! What does `index` print?

use super::SCHEMA_VERSION;
use super::search::IndexInfo;
use crate::indexer::{self, RepeatedBlocks, Severity, Skipped};
use schemars::JsonSchema;
use serde::Serialize;

/// What a run of the indexer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexReport {
    /// 1.
    pub schema_version: u32,
    /// Articles that are new.
    pub added: u64,
    /// Articles that replace an older reading of themselves.
    pub updated: u64,
    /// Articles of files that have not changed.
    pub unchanged: u64,
    /// Articles that their file no longer holds, or whose file is gone.
    pub removed: u64,
    /// Those among the added whose file had another name before; under that name they are among the removed.
    pub moved: u64,
    /// What was not read.
    pub skipped: Vec<SkippedReport>,
    /// What was read with a caveat.
    pub warnings: Vec<String>,
    /// What repeats across the pages of a site and is left out of them as furniture; only the sites of which that is something
    /// else than before.
    pub repeated: Vec<RepeatedReport>,
    /// Which state of the index is searched from now on.
    pub index: IndexInfo,
}

/// What repeats across the pages of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepeatedReport {
    /// The host that the pages were published at, or the folder they lie in.
    pub site: String,
    /// How many pages there are.
    pub pages: u64,
    /// How many blocks (paragraphs, lists, tables) at least half of them hold.
    pub blocks: u64,
}

impl From<RepeatedBlocks> for RepeatedReport {
    fn from(repeated: RepeatedBlocks) -> Self {
        let RepeatedBlocks {
            site,
            pages,
            blocks,
        } = repeated;
        Self {
            site,
            pages,
            blocks,
        }
    }
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SkippedReport {
    /// The file or folder.
    pub path: String,
    /// The line, in a file of JSON lines.
    pub line: Option<u64>,
    /// Why.
    pub reason: String,
    /// Whether it is an error: input that should have been read and could not be.
    pub error: bool,
}

impl From<Skipped> for SkippedReport {
    fn from(skipped: Skipped) -> Self {
        Self {
            path: skipped.path,
            line: skipped.line,
            reason: skipped.reason,
            error: skipped.severity == Severity::Error,
        }
    }
}

impl From<indexer::IndexReport> for IndexReport {
    fn from(report: indexer::IndexReport) -> Self {
        let skipped = report.skipped.into_iter().map(SkippedReport::from);
        Self {
            schema_version: SCHEMA_VERSION,
            added: report.added,
            updated: report.updated,
            unchanged: report.unchanged,
            removed: report.removed,
            moved: report.moved,
            skipped: skipped.collect(),
            warnings: report.warnings,
            repeated: report
                .repeated
                .into_iter()
                .map(RepeatedReport::from)
                .collect(),
            index: report.commit.into(),
        }
    }
}
