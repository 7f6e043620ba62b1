//! Which passages of a segment belong to one article?
//!
//! The passages of an article stand side by side in one segment, in their order. So the place of a passage in its article tells where
//! the article begins, also where an older version of it is still there.

use super::schema::POSITION;
use std::ops::Range;
use std::sync::Arc;
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, SegmentReader};

/// The articles of a segment.
pub(super) struct Articles {
    positions: Arc<dyn ColumnValues<u64>>,
    passages: DocId,
}

impl Articles {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            positions: segment.fast_fields().u64(POSITION)?.first_or_default_col(0),
            passages: segment.max_doc(),
        })
    }

    /// The place of a passage in its article.
    pub(super) fn position(&self, doc: DocId) -> u64 {
        self.positions.get_val(doc)
    }

    /// The first passage of the article that `doc` belongs to.
    pub(super) fn first(&self, doc: DocId) -> DocId {
        doc.saturating_sub(self.position(doc) as DocId)
    }

    /// The first passage from `doc` on that begins an article.
    pub(super) fn next_first(&self, mut doc: DocId) -> DocId {
        while doc < self.passages && self.position(doc) > 0 {
            doc += 1;
        }
        doc.min(self.passages)
    }

    /// All passages of the article that `doc` belongs to.
    pub(super) fn around(&self, doc: DocId) -> Range<DocId> {
        self.first(doc)..self.next_first(doc + 1)
    }
}
