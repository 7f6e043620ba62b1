//! How are changes sent to a cluster, and made visible together?
//!
//! Passages are sent as they come, each with the number of this transaction, which nobody searches for yet. A commit asks the server to
//! let searches see them, counts them, and then replaces the state: from then on they are found, and what they replace is not. What
//! was replaced is deleted afterwards; where that is interrupted, the next writer goes on with it.

use super::bulk::Operation;
use super::client::Again;
use super::dictionary::{self, Counts, Dictionary};
use super::index::{Index, Version};
use super::lock::{self, Lock};
use super::prepare::{PassagePreparer, Ready};
use super::schema::MOST_VALUES;
use super::send::Senders;
use super::state::{self, Before, Commit, DictionaryParts, Parts, Removed, STATE, State};
use super::tally::Tally;
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::score::TotalLengths;
use crate::engine::{CommitInfo, Prepared, Preparer, Record, Writer, stored};
use crate::error::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Changes to an index on a cluster.
pub(super) struct ClusterWriter {
    /// Ends before the lock is given back.
    senders: Senders,
    index: Index,
    state: State,
    version: Version,
    lock: Lock,
    /// Where a new index takes the place of another.
    replaces: Option<Replaced>,
    transaction: u64,
    /// How many articles were added and taken out: the number of the next.
    number: u64,
    /// How many passages were sent.
    passages: u64,
    /// The articles and files of which something was added, by hash.
    added: HashSet<u64>,
    hasher: RandomState,
    /// What earlier transactions lose.
    removed_files: BTreeSet<String>,
    removed_articles: BTreeSet<String>,
    /// What this transaction has added itself and loses again: the field, its value, and the number before which.
    taken_back: Vec<(&'static str, String, u64)>,
    /// The words of the articles that were added.
    counts: Counts,
    /// Those of the articles that were added and taken out again.
    uncounted: Vec<Tally>,
}

/// The index that a new one takes the place of.
pub(super) struct Replaced {
    pub(super) index: Index,
    /// Which state it had when the lock was taken; nothing where it has none.
    pub(super) version: Option<Version>,
}

impl ClusterWriter {
    /// Goes on with the index that is there.
    pub(super) fn open(index: &Index, lock: Lock) -> Result<Self> {
        // Read once the lock is held: nobody else can commit between the two.
        let Some((state, version, _)) = State::read(index)? else {
            return Err(super::foreign(&index.cluster));
        };
        let mut writer = Self::with(index.clone(), state, version, lock, None);
        writer.clean()?;
        Ok(writer)
    }

    /// Writes an index that is to take the place of another, whose last commit was `generation`.
    pub(super) fn rebuild(
        index: &Index,
        state: State,
        version: Version,
        lock: Lock,
        replaces: Replaced,
    ) -> Self {
        Self::with(index.clone(), state, version, lock, Some(replaces))
    }

    fn with(
        index: Index,
        state: State,
        version: Version,
        lock: Lock,
        replaces: Option<Replaced>,
    ) -> Self {
        let transaction = match &replaces {
            None => lock.transaction,
            Some(_) => 1,
        };
        Self {
            senders: Senders::new(&index),
            index,
            state,
            version,
            lock,
            replaces,
            transaction,
            number: 0,
            passages: 0,
            added: HashSet::new(),
            hasher: RandomState::new(),
            removed_files: BTreeSet::new(),
            removed_articles: BTreeSet::new(),
            taken_back: Vec::new(),
            counts: Counts::default(),
            uncounted: Vec::new(),
        }
    }

    /// Takes out what writers have left that did not come to their end, and what a commit has left to be deleted.
    fn clean(&mut self) -> Result<()> {
        self.index.refresh()?;
        let counts = self.state.commit.added();
        self.index.delete(&json!({"bool": {
            // Not those of writers that came later, should the lock be lost meanwhile.
            "filter": [{"range": {"added": {"lt": self.transaction}}}],
            "must_not": [counts],
        }}))?;
        self.purge()
    }

    /// Deletes what the last commit took out.
    fn purge(&mut self) -> Result<()> {
        let Some(removed) = self.state.commit.removed.clone() else {
            return Ok(());
        };
        self.index.delete(&removed.query(&self.index.name))?;
        self.state.commit.removed = None;
        match self.state.replace(&self.index, self.version)? {
            Some(version) => self.version = version,
            None => return Err(lock::lost(&self.index)),
        }
        self.index.bulk(removed.lists())
    }

    fn hash(&self, kind: &str, value: &str) -> u64 {
        self.hasher.hash_one((kind, value))
    }

    fn take_out(&mut self, field: &'static str, value: &str) {
        self.number += 1;
        if self.added.contains(&self.hash(field, value)) {
            self.taken_back.push((field, value.to_owned(), self.number));
        }
        let removed = match field {
            "file" => &mut self.removed_files,
            _ => &mut self.removed_articles,
        };
        removed.insert(value.to_owned());
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<CommitInfo> {
        self.senders.finish()?;
        self.index.refresh()?;
        self.take_back()?;
        self.verify()?;
        let old = self.state.commit.clone();
        let removed = self.removed(&old)?;
        let (articles, passages) = manifest.totals();
        let text = serde_json::to_string(manifest).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write a manifest", error)
        })?;
        let parts = state::parts(&format!("manifest-{}", self.transaction), &text);
        let parts_of_manifest = Parts {
            transaction: self.transaction,
            parts: parts.len(),
            hash: state::hash(&text),
        };
        let mut documents = parts;
        let gone = removed.as_ref().map(
            |removed| json!({"bool": {"filter": [old.added(), removed.query(&self.index.name)]}}),
        );
        let (dictionary, words) = self.dictionary(&old, gone.as_ref())?;
        documents.extend(words);
        self.index.bulk(documents)?;
        let lengths = self.lengths(&old, gone.as_ref())?;
        let generation = old.generation + 1;
        let mut commit = Commit {
            generation,
            articles,
            passages,
            headings: lengths.headings,
            text: lengths.text,
            live: old.live.clone(),
            folders: manifest
                .sources
                .iter()
                .map(|(name, source)| (name.clone(), source.given.clone()))
                .collect(),
            manifest: Some(parts_of_manifest),
            dictionary: Some(dictionary),
            whole_from: if removed.is_some() {
                generation
            } else {
                old.whole_from
            },
            removed,
            before: Some(Before {
                manifest: old.manifest.clone(),
                dictionary: old.dictionary,
            }),
        };
        commit.add(self.transaction);
        self.lock.verify()?;
        let info = commit.info();
        self.state.commit = commit;
        match self.state.replace(&self.index, self.version)? {
            Some(version) => self.version = version,
            None => return Err(lock::lost(&self.index)),
        }
        if let Some(replaced) = &self.replaces {
            self.swap(replaced)?;
            self.replaces = None;
        }
        // The commit is made; nothing that fails from here on makes it less so, and the next run does it again.
        let _done_next_time = self.purge();
        let _slower_next_time = self.keep_times(manifest);
        let _left_there = self.forget(old.before.as_ref());
        Ok(info)
    }

    /// Deletes what this transaction has added and taken out again.
    fn take_back(&mut self) -> Result<()> {
        for (field, value, number) in std::mem::take(&mut self.taken_back) {
            let query = json!({"bool": {"filter": [
                {"term": {"added": self.transaction}},
                {"term": {field: value}},
                {"range": {"number": {"lt": number}}},
            ]}});
            let taken = self.tallies(&query)?;
            self.uncounted.extend(taken);
            self.passages -= self.index.delete(&query)?;
        }
        Ok(())
    }

    /// Counts what was sent.
    fn verify(&self) -> Result<()> {
        let there = self
            .index
            .count(&json!({"term": {"added": self.transaction}}))?;
        if there == self.passages {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Engine,
            format!(
                "{} passages were sent to the index at {}, and {there} are there; nothing was committed",
                self.passages, self.index.cluster
            ),
        )
        .with_advice("run it again"))
    }

    /// What earlier transactions lose; nothing where they have none of what was taken out.
    fn removed(&self, old: &Commit) -> Result<Option<Removed>> {
        if self.removed_files.is_empty() && self.removed_articles.is_empty() {
            return Ok(None);
        }
        let parts = |names: &BTreeSet<String>| names.len().div_ceil(MOST_VALUES);
        let removed = Removed {
            transaction: self.transaction,
            files: parts(&self.removed_files),
            articles: parts(&self.removed_articles),
        };
        self.index.bulk(self.removed_lists(&removed))?;
        let gone = json!({"bool": {"filter": [old.added(), removed.query(&self.index.name)]}});
        if self.index.count(&gone)? > 0 {
            return Ok(Some(removed));
        }
        self.index.bulk(removed.lists())?;
        Ok(None)
    }

    fn removed_lists(&self, removed: &Removed) -> Vec<Operation> {
        let mut lists = Vec::new();
        for (kind, names) in [
            ("files", &self.removed_files),
            ("articles", &self.removed_articles),
        ] {
            let names: Vec<&String> = names.iter().collect();
            for (part, values) in names.chunks(MOST_VALUES).enumerate() {
                let id = state::removed_id(removed.transaction, kind, part);
                lists.push(Operation::put(&id, &json!({"values": values})));
            }
        }
        lists
    }

    /// The counts of words after this transaction, and the documents that hold them.
    fn dictionary(
        &mut self,
        old: &Commit,
        gone: Option<&Value>,
    ) -> Result<(DictionaryParts, Vec<Operation>)> {
        let mut counts = std::mem::take(&mut self.counts);
        counts.merge(Dictionary::new(self.index.clone(), old.dictionary, old.passages).counts()?);
        for tally in std::mem::take(&mut self.uncounted) {
            counts.subtract(&tally);
        }
        if let Some(gone) = gone {
            for tally in self.tallies(gone)? {
                counts.subtract(&tally);
            }
        }
        Ok(counts.write(self.transaction))
    }

    /// What the articles that a query finds have added to the counts of words.
    fn tallies(&self, query: &Value) -> Result<Vec<Tally>> {
        let what = json!({"_source": ["record"], "size": 1000});
        let order = ["added", "number", "position"];
        let mut tallies = Vec::new();
        let mut article: Vec<Record> = Vec::new();
        let mut finish = |article: &mut Vec<Record>| {
            let records = std::mem::take(article);
            if let Some(first) = records.first() {
                let passages = records.iter().map(|record| &record.passage);
                tallies.push(Tally::of(&first.article, passages));
            }
        };
        self.index
            .each(query, &order, &what, Again::Patiently, |hit| {
                let id = hit["_id"].as_str().unwrap_or_default();
                let text = hit["_source"]["record"].as_str().unwrap_or_default();
                let record =
                    stored::read(text).map_err(|error| state::damaged(&self.index, id, error))?;
                if record.passage.position == 0 {
                    finish(&mut article);
                }
                article.push(record);
                Ok(())
            })?;
        finish(&mut article);
        Ok(tallies)
    }

    /// How many words all passages have after this transaction.
    fn lengths(&self, old: &Commit, gone: Option<&Value>) -> Result<TotalLengths> {
        let sum = |query: &Value| -> Result<TotalLengths> {
            let body = json!({"size": 0, "query": query, "aggs": {
                "headings": {"sum": {"field": "heading_length"}},
                "text": {"sum": {"field": "text_length"}},
            }});
            let answer = self.index.search_whole(&body, Again::Patiently)?;
            let number = |name: &str| {
                answer["aggregations"][name]["value"]
                    .as_f64()
                    .unwrap_or(0.0) as u64
            };
            Ok(TotalLengths {
                headings: number("headings"),
                text: number("text"),
            })
        };
        let new = sum(&json!({"term": {"added": self.transaction}}))?;
        let lost = gone.map(sum).transpose()?.unwrap_or_default();
        Ok(TotalLengths {
            headings: (old.headings + new.headings).saturating_sub(lost.headings),
            text: (old.text + new.text).saturating_sub(lost.text),
        })
    }

    /// Puts the new index in the place of the old one, in one step, where nobody has written to that one meanwhile.
    fn swap(&self, replaced: &Replaced) -> Result<()> {
        for (name, bytes) in state::vocabularies(&replaced.index)? {
            state::set_vocabulary(&self.index, &name, Some(&bytes))?;
        }
        super::set_block(&replaced.index, true)?;
        let swap = || {
            let now = replaced.index.get(STATE)?.map(|state| state.version);
            if now != replaced.version {
                return Err(lock::lost(&self.index));
            }
            super::swap(&self.index, &replaced.index.name)
        };
        let swapped = swap();
        if swapped.is_err() {
            let _said_already = super::set_block(&replaced.index, false);
        }
        swapped
    }

    fn keep_times(&self, manifest: &Manifest) -> Result<()> {
        let stamps = manifest.stamps()?;
        state::keep(&self.index, "stamps", &String::from_utf8_lossy(&stamps))
    }

    /// Deletes what is left of a commit that nobody reads any more.
    fn forget(&self, before: Option<&Before>) -> Result<()> {
        let Some(before) = before else {
            return Ok(());
        };
        let mut documents = Vec::new();
        if let Some(manifest) = &before.manifest {
            let id = |part| format!("manifest-{}-{part}", manifest.transaction);
            documents.extend((0..manifest.parts).map(|part| Operation::delete(&id(part))));
        }
        if let Some(parts) = before.dictionary {
            documents.extend(dictionary::ids(parts).map(|id| Operation::delete(&id)));
        }
        self.index.bulk(documents)
    }

    /// Forgets what was sent; what is left of it is never found, and the next writer deletes it.
    fn abandon(&mut self) {
        self.senders.abandon();
        if self.replaces.is_some() {
            let _left_there = super::delete_unused(&self.index);
        } else if self.passages > 0 {
            let mine = json!({"term": {"added": self.transaction}});
            let _done_next_time = self.index.refresh().and_then(|()| self.index.delete(&mine));
        }
    }
}

impl Writer for ClusterWriter {
    fn preparer(&self) -> Arc<dyn Preparer> {
        Arc::new(PassagePreparer)
    }

    fn remove_file(&mut self, file: &str) -> Result<()> {
        self.take_out("file", file);
        Ok(())
    }

    fn remove_article(&mut self, id: &str) -> Result<()> {
        self.take_out("article", id);
        Ok(())
    }

    fn add(&mut self, article: Prepared) -> Result<()> {
        self.lock.check()?;
        let id = article.id.clone();
        let ready = article
            .into_ready::<Ready>()
            .ok_or_else(|| Error::new(ErrorKind::Engine, "made ready for another engine"))?
            .map_err(|error| {
                Error::with_cause(ErrorKind::Engine, format!("cannot write {id:?}"), error)
            })?;
        self.number += 1;
        self.added.insert(self.hash("article", &id));
        self.added.insert(self.hash("file", &ready.file));
        self.counts.add(&ready.tally);
        for passage in ready.passages {
            let (transaction, number) = (self.transaction, self.number);
            let lines = format!(
                "{{\"index\":{{\"_id\":\"{}\"}}}}\n{{\"added\":{transaction},\"number\":{number},{}\n",
                passage_id(transaction, number, passage.position),
                passage.body
            );
            self.passages += 1;
            self.senders.send(Operation {
                what: format!("passage {} of {id:?}", passage.position + 1),
                lines: lines.into_bytes(),
            })?;
        }
        Ok(())
    }

    fn keep_blocks(&mut self, blocks: &KeptBlocks) -> Result<()> {
        use base64::Engine as _;
        let text = base64::prelude::BASE64_STANDARD.encode(blocks.as_bytes());
        state::keep(&self.index, "blocks", &text)
    }

    fn commit(mut self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo> {
        let committed = self.finish(manifest);
        // What was sent to the index itself is left to the next writer, who sees whether it counts: an answer may have been lost.
        if committed.is_err() && self.replaces.is_some() {
            let _left_there = super::delete_unused(&self.index);
        }
        committed
    }

    fn rollback(mut self: Box<Self>) -> Result<()> {
        self.abandon();
        Ok(())
    }

    fn keep_stamps(mut self: Box<Self>, manifest: &Manifest) -> Result<()> {
        self.keep_times(manifest)?;
        self.abandon();
        Ok(())
    }
}

/// The id of the document of a passage: the same however often it is sent.
pub(super) fn passage_id(transaction: u64, number: u64, position: u32) -> String {
    format!("p-{transaction}-{number}-{position}")
}
