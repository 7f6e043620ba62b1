//! What does `check` print?

use super::SCHEMA_VERSION;
use super::index::SkippedReport;
use super::search::IndexInfo;
use crate::engine::Checked;
use crate::indexer::{self, SourceChanges};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether an index is whole, and in step with its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckReport {
    /// 1.
    pub schema_version: u32,
    /// Where the index is.
    pub path: String,
    /// Which state of the index was looked at; `null` where it cannot be opened.
    pub index: Option<IndexInfo>,
    /// What is damaged; of a repair: what still is.
    pub damaged: Vec<DamageReport>,
    /// The paths of files that have changed since they were read.
    pub changed: Vec<String>,
    /// The paths of files that are gone.
    pub vanished: Vec<String>,
    /// Files that are there and cannot be read.
    pub unreadable: Vec<DamageReport>,
    /// What `--repair` did; `null` where it was not asked for, or nothing was damaged.
    pub repair: Option<RepairReport>,
}

/// Something that is damaged, or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DamageReport {
    /// The file, or the id of the article.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepairReport {
    /// What was damaged before.
    pub damaged: Vec<DamageReport>,
    /// How many articles were read again from their sources.
    pub restored: u64,
    /// How many articles were taken over from the old index, because their sources are not there.
    pub kept: u64,
    /// The ids of the articles that are lost: their sources are not there, and the old index could not be read.
    pub lost: Vec<String>,
    /// What was not read.
    pub skipped: Vec<SkippedReport>,
}

impl CheckReport {
    pub(crate) fn new(path: String, checked: Checked, changes: SourceChanges) -> Self {
        let damaged = checked.damaged.into_iter().map(|damage| DamageReport {
            place: damage.place,
            reason: damage.reason,
        });
        let unreadable = changes.unreadable.into_iter();
        Self {
            schema_version: SCHEMA_VERSION,
            path,
            index: checked.commit.map(IndexInfo::from),
            damaged: damaged.collect(),
            changed: changes.changed,
            vanished: changes.vanished,
            unreadable: unreadable
                .map(|(place, reason)| DamageReport { place, reason })
                .collect(),
            repair: None,
        }
    }

    pub(crate) fn after_repair(
        self,
        before: Self,
        report: indexer::IndexReport,
        lost: Vec<String>,
    ) -> Self {
        let skipped = report.skipped.into_iter().map(SkippedReport::from);
        Self {
            repair: Some(RepairReport {
                damaged: before.damaged,
                restored: report.added + report.updated,
                kept: report.unchanged,
                lost,
                skipped: skipped.collect(),
            }),
            ..self
        }
    }
}
