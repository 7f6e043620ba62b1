//! What does an engine hand over when its index is to be made anew?

use super::manifest::Manifest;
use super::{CommitInfo, Reader, Record, Writer};

/// A new index that is written beside the old one, and takes its place with the commit.
pub struct Rebuild {
    /// Writes the new index.
    pub writer: Box<dyn Writer>,
    /// The old one, where its form and state still let it be read.
    pub reader: Option<Box<dyn Reader>>,
    /// What can be read of the old one where that is not so.
    pub old: Option<Box<dyn Salvage>>,
    /// What the old one knew of its sources.
    pub manifest: Manifest,
    /// What the old one held last.
    pub commit: CommitInfo,
}

/// An index that is only read for its records, whatever its form is and whatever else of it is damaged.
pub trait Salvage: Send {
    /// All records that can be read, in no order; the paths of their articles are as that form of index keeps them.
    fn read(&self) -> Vec<Record>;
}
