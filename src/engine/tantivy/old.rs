//! What can still be read of an index that is made anew, whatever its form is and whatever else of it is damaged? The records of
//! those segments whose store is as it was written.

use super::layout::Layout;
use super::storage::Storage;
use crate::engine::stored;
use crate::engine::{Record, Salvage};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tantivy::index::SegmentComponent;
use tantivy::schema::Value;
use tantivy::{Index, SegmentReader, TantivyDocument};

/// How many blocks of a store are kept unpacked: they are read one after the other.
const BLOCKS: usize = 1;

/// An index that is only read for its records.
pub(super) struct OldRecords {
    index: Index,
}

impl OldRecords {
    pub(super) fn open(layout: &Layout) -> Option<Self> {
        let open = || Index::open(Storage::open(&layout.data_folder())?);
        let index = catch_unwind(AssertUnwindSafe(open)).ok()?.ok()?;
        Some(Self { index })
    }
}

impl Salvage for OldRecords {
    fn read(&self) -> Vec<Record> {
        let mut records = Vec::new();
        for segment in self.index.searchable_segments().unwrap_or_default() {
            let store = segment.meta().relative_path(SegmentComponent::Store);
            let read = || -> tantivy::Result<Vec<Record>> {
                if !self.index.directory().validate_checksum(&store)? {
                    return Ok(Vec::new());
                }
                let segment = SegmentReader::open(&segment)?;
                let field = segment.schema().get_field("record")?;
                let store = segment.get_store_reader(BLOCKS)?;
                let mut records = Vec::new();
                for doc in segment.doc_ids_alive() {
                    let document: TantivyDocument = store.get(doc)?;
                    let text = document.get_first(field).and_then(|value| value.as_str());
                    records.extend(text.and_then(|text| stored::read(text).ok()));
                }
                Ok(records)
            };
            // What cannot be made sense of is lost, and is said to be by who asked for it.
            if let Ok(Ok(found)) = catch_unwind(AssertUnwindSafe(read)) {
                records.extend(found);
            }
        }
        records
    }
}
