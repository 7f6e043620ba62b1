//! Where is a passage, and what does it say? Its place is the number of its document; those that a search read last are kept.

use super::index::Index;
use super::state::damaged;
use super::writer::passage_id;
use crate::engine::{Place, Record, stored};
use crate::error::Result;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How many records are kept that were read: more than a page looks at.
const MOST_KEPT: usize = 1024;

/// The records of one commit.
pub(super) struct Records {
    index: Index,
    /// The folder of each source, as it was given.
    folders: BTreeMap<String, String>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    records: HashMap<u128, Record>,
    /// The first was kept longest.
    order: VecDeque<u128>,
}

impl Records {
    pub(super) fn new(index: Index, folders: BTreeMap<String, String>) -> Self {
        Self {
            index,
            folders,
            kept: Mutex::default(),
        }
    }

    /// The place of a hit.
    pub(super) fn place(&self, hit: &Value) -> Result<Place> {
        let id = hit["_id"].as_str().unwrap_or_default();
        place_of(id).ok_or_else(|| damaged(&self.index, id, "it is no passage"))
    }

    /// The record of a hit.
    pub(super) fn read(&self, hit: &Value) -> Result<Record> {
        let text = hit["_source"]["record"].as_str().unwrap_or_default();
        let mut record = stored::read(text).map_err(|error| {
            damaged(&self.index, hit["_id"].as_str().unwrap_or_default(), error)
        })?;
        let article = &mut record.article;
        if let Some(folder) = self.folders.get(&article.source)
            && !folder.is_empty()
        {
            article.path = Path::new(folder).join(&article.path).display().to_string();
        }
        Ok(record)
    }

    /// The record of a hit, which is kept for [`Records::fetch`].
    pub(super) fn keep(&self, Place(place): Place, hit: &Value) -> Result<Record> {
        let record = self.read(hit)?;
        let mut kept = self.kept();
        if kept.records.insert(place, record.clone()).is_none() {
            kept.order.push_back(place);
        }
        while kept.order.len() > MOST_KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.records.remove(&oldest);
            }
        }
        Ok(record)
    }

    /// The record at a place.
    pub(super) fn fetch(&self, Place(place): Place) -> Result<Record> {
        if let Some(record) = self.kept().records.get(&place) {
            return Ok(record.clone());
        }
        let (transaction, number, position) = numbers(place);
        let id = passage_id(transaction, number, position);
        let document = self.index.passage(&id)?;
        let document = document.ok_or_else(|| damaged(&self.index, &id, "it is not there"))?;
        self.read(&serde_json::json!({"_id": id, "_source": document.source}))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of the document with this id.
fn place_of(id: &str) -> Option<Place> {
    let mut numbers = id.strip_prefix("p-")?.splitn(3, '-');
    let mut next = || numbers.next()?.parse::<u64>().ok();
    let (transaction, number, position) = (next()?, next()?, next()?);
    let transaction = u32::try_from(transaction).ok()?;
    let position = u32::try_from(position).ok()?;
    Some(Place(
        u128::from(transaction) << 96 | u128::from(number) << 32 | u128::from(position),
    ))
}

/// What [`place_of`] was made from.
fn numbers(place: u128) -> (u64, u64, u32) {
    ((place >> 96) as u64, (place >> 32) as u64, place as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_one_document() {
        let Some(Place(place)) = place_of("p-7-4294967297-3") else {
            panic!("no place");
        };
        let (transaction, number, position) = numbers(place);
        assert_eq!(
            passage_id(transaction, number, position),
            "p-7-4294967297-3"
        );
        for id in ["state", "p-1-2", "p-a-1-2", "p-4294967296-1-1"] {
            assert_eq!(place_of(id), None, "{id}");
        }
    }
}
