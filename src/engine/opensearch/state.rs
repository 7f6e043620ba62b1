//! What is kept of a commit on the server, beside the passages, and how is it read?
//!
//! ```text
//! state                      which commit counts, and what it is made of: replaced in one step
//! lock                       who may write
//! manifest-T-N               what is known of the sources, in parts
//! words-T-N, terms-T-N       how many articles have each word, and how many passages each term
//! removed-T-files-N, -articles-N   what transaction T took out, until it is gone
//! stamps-N, blocks-N         short cuts, no part of a commit
//! vocabularies, vocabulary-NAME-N  vocabularies that were imported
//! ```
//!
//! Each writer has a number of its own, its transaction, which is in every passage it sends (`added`). The state says which
//! transactions count, so what a writer sent that did not come to its end is never found, whenever it arrives.

use super::bulk::Operation;
use super::index::{Document, Index, ROUTING, Version, Where};
use super::schema::Form;
use crate::engine::manifest::Manifest;
use crate::engine::score::TotalLengths;
use crate::engine::{CommitInfo, Mark};
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const STATE: &str = "state";
const VOCABULARIES: &str = "vocabularies";

/// How many bytes of a text are kept in one document, at the most.
const PART: usize = 1 << 20;

/// What counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) ibid: Form,
    pub(super) commit: Commit,
}

/// A commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Commit {
    pub(super) generation: u64,
    pub(super) articles: u64,
    pub(super) passages: u64,
    /// How many words the headings and the texts of all passages have, by their lengths as they are kept.
    pub(super) headings: u64,
    pub(super) text: u64,
    /// The transactions whose passages count: the first and the last of each row of them.
    pub(super) live: Vec<[u64; 2]>,
    /// The folder of each source, as it was given.
    pub(super) folders: BTreeMap<String, String>,
    pub(super) manifest: Option<Parts>,
    pub(super) dictionary: Option<DictionaryParts>,
    /// What was taken out of earlier transactions, as long as it is not gone.
    pub(super) removed: Option<Removed>,
    /// The first commit of which nothing is gone: readers of earlier ones may miss passages.
    pub(super) whole_from: u64,
    /// The commit before, whose manifest and dictionary are still there for those who read it.
    pub(super) before: Option<Before>,
}

/// A text in several documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Parts {
    pub(super) transaction: u64,
    pub(super) parts: usize,
    /// BLAKE3 of the whole.
    pub(super) hash: String,
}

/// In how many documents the words are that an index holds; each has its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DictionaryParts {
    pub(super) transaction: u64,
    /// Words as they are written.
    pub(super) words: u64,
    /// Terms.
    pub(super) terms: u64,
}

/// What a transaction took out of earlier ones: whole files, and single articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Removed {
    pub(super) transaction: u64,
    /// In how many documents their names are.
    pub(super) files: usize,
    pub(super) articles: usize,
}

/// What is left of a commit that does not count any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) manifest: Option<Parts>,
    pub(super) dictionary: Option<DictionaryParts>,
}

impl Commit {
    pub(super) fn info(&self) -> CommitInfo {
        CommitInfo {
            generation: self.generation,
            articles: self.articles,
            passages: self.passages,
        }
    }

    pub(super) fn lengths(&self) -> TotalLengths {
        TotalLengths {
            headings: self.headings,
            text: self.text,
        }
    }

    /// Lets a transaction count that is later than all that do.
    pub(super) fn add(&mut self, transaction: u64) {
        match self.live.last_mut() {
            Some([_, last]) if *last + 1 == transaction => *last = transaction,
            _ => self.live.push([transaction, transaction]),
        }
    }

    /// The query for the passages of the transactions that count, also those that were taken out and are not gone.
    pub(super) fn added(&self) -> Value {
        let ranges = self.live.iter();
        let ranges: Vec<Value> = ranges
            .map(|[first, last]| json!({"range": {"added": {"gte": first, "lte": last}}}))
            .collect();
        match ranges.as_slice() {
            [] => json!({"match_none": {}}),
            [one] => one.clone(),
            _ => json!({"bool": {"should": ranges}}),
        }
    }

    /// The query for the passages that can be found.
    pub(super) fn alive(&self, index: &str) -> Value {
        match &self.removed {
            None => self.added(),
            Some(removed) => {
                json!({"bool": {"filter": [self.added()], "must_not": [removed.query(index)]}})
            }
        }
    }
}

impl Removed {
    /// The deletion of the documents that list it.
    pub(super) fn lists(&self) -> Vec<Operation> {
        let ids = |kind: &'static str, parts: usize| {
            let transaction = self.transaction;
            (0..parts).map(move |part| Operation::delete(&removed_id(transaction, kind, part)))
        };
        ids("files", self.files)
            .chain(ids("articles", self.articles))
            .collect()
    }

    /// The query for the passages that were taken out, in the index `index`.
    pub(super) fn query(&self, index: &str) -> Value {
        let lists = |field: &str, kind: &str, parts: usize| -> Vec<Value> {
            (0..parts)
                .map(|part| {
                    let id = removed_id(self.transaction, kind, part);
                    json!({"terms": {field: {"index": index, "id": id, "path": "values", "routing": ROUTING}}})
                })
                .collect()
        };
        let mut lists_of_all = lists("file", "files", self.files);
        lists_of_all.extend(lists("article", "articles", self.articles));
        json!({"bool": {
            "filter": [{"range": {"added": {"lt": self.transaction}}}],
            "should": lists_of_all,
            "minimum_should_match": 1,
        }})
    }
}

pub(super) fn removed_id(transaction: u64, kind: &str, part: usize) -> String {
    format!("removed-{transaction}-{kind}-{part}")
}

impl State {
    /// The state of an index; `None` where it has none, and so is none of ours, or not yet.
    ///
    /// # Errors
    /// `NoIndex` where there is no index, `IncompatibleIndex` and `NewerIndex` where it is of another form.
    pub(super) fn read(index: &Index) -> Result<Option<(Self, Version, String)>> {
        let Some(Document {
            index: name,
            source,
            version,
        }) = index.get(STATE)?
        else {
            return Ok(None);
        };
        let form: Form = parse(index, source["ibid"].clone())?;
        if form.is_newer() {
            return Err(Error::new(
                ErrorKind::NewerIndex,
                format!(
                    "the index at {} was made by a newer version ({}), in a form that this one does not know",
                    index.cluster, form.made_by
                ),
            )
            .with_advice("use that version, or another index with --index"));
        }
        if !form.is_current() {
            return Err(Error::new(
                ErrorKind::IncompatibleIndex,
                format!(
                    "the index at {} was made in an older form (by {})",
                    index.cluster, form.made_by
                ),
            )
            .with_advice("`ibid index` rebuilds it from its sources"));
        }
        Ok(Some((parse(index, source)?, version, name)))
    }

    /// As JSON.
    pub(super) fn to_value(&self) -> Result<Value> {
        serde_json::to_value(self)
            .map_err(|error| Error::with_cause(ErrorKind::Engine, "cannot write the state", error))
    }

    /// Puts it in the place of the one of that version, and says whether that was still there.
    pub(super) fn replace(&self, index: &Index, version: Version) -> Result<Option<Version>> {
        let source = self.to_value()?;
        let written = index.put(STATE, &source, Where::Unchanged(version))?;
        if written.is_some() {
            return Ok(written);
        }
        // The first of several tries may have succeeded, and its answer been lost.
        let now = index.get(STATE)?;
        Ok(now
            .filter(|now| now.source == source)
            .map(|now| now.version))
    }
}

fn parse<T: serde::de::DeserializeOwned>(index: &Index, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| damaged(index, "state", error))
}

/// A document is not what was written.
pub(super) fn damaged(
    index: &Index,
    what: &str,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::with_cause(
        ErrorKind::Damaged,
        format!(
            "the document {what} of the index at {} is damaged or missing",
            index.cluster
        ),
        cause,
    )
    .with_advice("`ibid check --repair` rebuilds the index from its sources")
}

/// The last transaction that counts in an index of whatever form; 0 where that cannot be read.
pub(super) fn last_transaction(index: &Index) -> Result<u64> {
    let state = index.get(STATE)?;
    let last =
        state.and_then(|state| state.source["commit"]["live"].as_array()?.last()?[1].as_u64());
    Ok(last.unwrap_or(0))
}

/// The documents that hold a text: `PREFIX-0` and so on.
pub(super) fn parts(prefix: &str, text: &str) -> Vec<Operation> {
    let mut rest = text;
    let mut all = Vec::new();
    while !rest.is_empty() || all.is_empty() {
        let mut end = rest.len().min(PART);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (part, after) = rest.split_at(end);
        let source = json!({"content": part});
        all.push(Operation::put(&format!("{prefix}-{}", all.len()), &source));
        rest = after;
    }
    all
}

/// The text that so many documents hold; `None` where one is missing.
pub(super) fn read_parts(index: &Index, prefix: &str, parts: usize) -> Result<Option<String>> {
    let mut text = String::new();
    for part in 0..parts {
        let Some(document) = index.get(&format!("{prefix}-{part}"))? else {
            return Ok(None);
        };
        text.push_str(document.source["content"].as_str().unwrap_or_default());
    }
    Ok(Some(text))
}

/// Keeps a text that is no part of a commit, in place of what was kept under that name.
pub(super) fn keep(index: &Index, name: &str, text: &str) -> Result<()> {
    let parts = parts(name, text);
    let head = json!({"parts": parts.len(), "hash": hash(text)});
    index.bulk(parts)?;
    index.put(name, &head, Where::Any)?;
    Ok(())
}

/// What [`keep`] kept; `None` where there is nothing, or not all of it.
pub(super) fn kept(index: &Index, name: &str) -> Result<Option<String>> {
    let Some(head) = index.get(name)? else {
        return Ok(None);
    };
    let parts = head.source["parts"].as_u64().unwrap_or(0) as usize;
    let text = read_parts(index, name, parts)?;
    Ok(text.filter(|text| head.source["hash"] == hash(text)))
}

pub(super) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The manifest of a commit.
pub(super) fn read_manifest(index: &Index, commit: &Commit) -> Result<Manifest> {
    let Some(parts) = &commit.manifest else {
        return Ok(Manifest::default());
    };
    let name = format!("manifest-{}", parts.transaction);
    let text = read_parts(index, &name, parts.parts)?
        .filter(|text| hash(text) == parts.hash)
        .ok_or_else(|| damaged(index, &name, "its checksum is another"))?;
    let mut manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| damaged(index, &name, error))?;
    // Without them every file is read to see whether it has changed, which is slower and no less right.
    if let Ok(Some(stamps)) = kept(index, "stamps") {
        manifest.set_stamps(stamps.as_bytes());
    }
    Ok(manifest)
}

/// Stands for the commit and the vocabularies that are there now.
pub(super) fn mark(index: &Index) -> Result<Mark> {
    let mut state = Vec::new();
    for id in [STATE, VOCABULARIES] {
        match index.get(id)? {
            Some(document) => {
                let Version { number, term } = document.version;
                state.push(format!("{} {number} {term}", document.index));
            }
            None => state.push(String::new()),
        }
    }
    Ok(Mark::of(state.join("\n").as_bytes()))
}

/// The vocabularies that are kept, by name.
pub(super) fn vocabularies(index: &Index) -> Result<Vec<(String, Vec<u8>)>> {
    use base64::Engine as _;
    let mut all = Vec::new();
    for name in vocabulary_names(index)?.0 {
        let key = vocabulary_key(&name);
        let bytes =
            kept(index, &key)?.and_then(|text| base64::prelude::BASE64_STANDARD.decode(text).ok());
        // What is not whole is said to be damaged by whoever reads it.
        all.push((name, bytes.unwrap_or_default()));
    }
    Ok(all)
}

/// Keeps a vocabulary, or forgets it where there are no bytes.
pub(super) fn set_vocabulary(index: &Index, name: &str, bytes: Option<&[u8]>) -> Result<()> {
    use base64::Engine as _;
    if let Some(bytes) = bytes {
        let text = base64::prelude::BASE64_STANDARD.encode(bytes);
        keep(index, &vocabulary_key(name), &text)?;
    }
    loop {
        let (mut names, version) = vocabulary_names(index)?;
        names.retain(|known| known != name);
        if bytes.is_some() {
            names.push(name.to_owned());
        }
        names.sort();
        let when = version.map_or(Where::Absent, Where::Unchanged);
        if index
            .put(VOCABULARIES, &json!({"vocabularies": names}), when)?
            .is_some()
        {
            return Ok(());
        }
    }
}

fn vocabulary_names(index: &Index) -> Result<(Vec<String>, Option<Version>)> {
    let Some(document) = index.get(VOCABULARIES)? else {
        return Ok((Vec::new(), None));
    };
    let names = document.source["vocabularies"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let names = names
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned));
    Ok((names.collect(), Some(document.version)))
}

/// What the documents of a vocabulary are called: names may hold anything.
fn vocabulary_key(name: &str) -> String {
    format!("vocabulary-{}", &hash(name)[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_that_follow_each_other_are_one_row() {
        let mut commit = Commit::default();
        assert_eq!(commit.added(), json!({"match_none": {}}));
        for transaction in [1, 2, 5, 6] {
            commit.add(transaction);
        }
        assert_eq!(commit.live, [[1, 2], [5, 6]]);
    }

    #[test]
    fn a_long_text_is_kept_in_parts_that_end_between_letters() {
        let text = "é".repeat(PART);
        let all = parts("p", &text);
        assert_eq!(all.len(), 2);
        assert_eq!(parts("p", "").len(), 1);
        assert_eq!(all[1].what, "p-1");
    }
}
