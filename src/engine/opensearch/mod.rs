//! The engine past one machine: an index on a cluster of OpenSearch.
//!
//! `cluster` knows where it is, `client` talks to it, `index` reads and writes one index of it; `schema` knows the fields of a passage and
//! `prepare` fills them, `state` knows what is kept beside the passages; `writer` (with `send` and `lock`) and `reader` are the two
//! sides. A reader's `search` has the server give `candidates` and scores them by their `evidence`; `dictionary` knows how often words
//! are there (`tally`: what an article adds), `whole_names` what articles are called, `counts` how hits are spread, `places` what was read. "Document" and "shard" are the server's words, and stay in here.

mod bulk;
mod candidates;
mod client;
mod cluster;
mod counts;
mod dictionary;
mod evidence;
mod index;
mod lock;
mod places;
mod prepare;
mod reader;
mod schema;
mod search;
mod send;
mod state;
mod tally;
mod whole_names;
mod writer;

use super::{
    Checked, Counted, Damage, Engine, Mark, Reader, Rebuild, Record, Salvage, Writer, compare,
    stored,
};
use crate::error::{Error, ErrorKind, Result};
use client::{Again, Body, Client, Method};
use index::{Index, Where, no_index};
use lock::Lock;
use reader::ClusterReader;
use schema::Form;
use serde_json::{Value, json};
use state::{Commit, STATE, State};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use writer::{ClusterWriter, Replaced};

pub use cluster::{Cluster, ClusterOptions, Password};

/// How often a check is begun again because the index has changed meanwhile.
const TRIES: u32 = 20;

/// An index on a cluster.
pub struct OpenSearchEngine {
    /// By the name that it is asked for by, which leads to another index where it is rebuilt.
    index: Index,
}

impl OpenSearchEngine {
    /// Whether there is an index of ours at this address.
    ///
    /// # Errors
    /// `ForeignIndex` where the name is that of something else, `Unavailable` where the cluster does not answer.
    pub fn exists(cluster: &Cluster) -> Result<bool> {
        match Self::open(cluster) {
            Ok(_) => Ok(true),
            Err(error) => match error.kind() {
                ErrorKind::NoIndex => Ok(false),
                ErrorKind::IncompatibleIndex | ErrorKind::NewerIndex | ErrorKind::Damaged => {
                    Ok(true)
                }
                _ => Err(error),
            },
        }
    }

    /// Opens the index at this address.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where the name is that of something else, `IncompatibleIndex` where it is of
    /// an older form, `NewerIndex` where it is of one that is not known yet, `Unavailable` where the cluster does not answer.
    pub fn open(cluster: &Cluster) -> Result<Self> {
        let engine = Self::of(cluster)?;
        if State::read(&engine.index)?.is_none() {
            return Err(foreign(cluster));
        }
        Ok(engine)
    }

    /// Opens the index at this address, or makes an empty one where there is none.
    ///
    /// # Errors
    /// As [`OpenSearchEngine::open`].
    pub fn open_or_create(cluster: &Cluster) -> Result<Self> {
        let engine = Self::of(cluster)?;
        match State::read(&engine.index) {
            Ok(Some(_)) => return Ok(engine),
            // One that a run left which was killed while it made it, or somebody else's.
            Ok(None) if engine.is_ours()? => {}
            Ok(None) => return Err(foreign(cluster)),
            Err(error) if error.kind() == ErrorKind::NoIndex => {
                let first = numbered(&cluster.index, 1);
                create(&engine.index.client, cluster, &first, Some(&cluster.index))?;
                // One of that name may be there already that the name does not lead to.
                engine.own_name().map_err(|error| match error.kind() {
                    ErrorKind::NoIndex => foreign(cluster),
                    _ => error,
                })?;
            }
            Err(error) => return Err(error),
        }
        begin(&engine.index, Commit::default())?;
        Ok(engine)
    }

    /// Begins to write the index at this address anew, whatever its form or state, beside the old one; `wait` is how long to wait for
    /// another writer.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `NewerIndex` where a newer version made it, `Locked` where another is writing to it.
    pub fn rebuild(cluster: &Cluster, wait: Duration) -> Result<Rebuild> {
        let engine = Self::of(cluster)?;
        if let Err(error) = State::read(&engine.index)
            && matches!(error.kind(), ErrorKind::NewerIndex | ErrorKind::NoIndex)
        {
            return Err(error);
        }
        if !engine.is_ours()? {
            return Err(foreign(cluster));
        }
        let lock = Lock::take(&engine.index, wait)?;
        // All that is known of the old index is read once nobody else can change it.
        let old = Index {
            name: engine.own_name()?,
            ..engine.index.clone()
        };
        let document = old.get(STATE)?;
        let version = document.map(|document| document.version);
        let is_current = match State::read(&old) {
            Ok(state) => state.is_some(),
            Err(error) => match error.kind() {
                ErrorKind::IncompatibleIndex | ErrorKind::Damaged => false,
                _ => return Err(error),
            },
        };
        let known = old_commit(&old).and_then(|commit| {
            let manifest = state::read_manifest(&old, &commit)?;
            Ok((commit, manifest))
        });
        let (commit, manifest) = known.map_err(|error| match error.kind() {
            ErrorKind::Damaged => error.with_advice(
                "without the record of its sources it cannot be rebuilt: index them into an index of another name",
            ),
            _ => error,
        })?;
        let name = next_name(&cluster.index, &old.name);
        create(&engine.index.client, cluster, &name, None)?;
        let index = Index {
            name,
            ..engine.index.clone()
        };
        let (new_state, new_version) = begin(
            &index,
            Commit {
                generation: commit.generation,
                ..Commit::default()
            },
        )?;
        let reader: Option<Box<dyn Reader>> = if is_current {
            Some(engine.reader()?)
        } else {
            None
        };
        let salvage = Passages {
            index: old.clone(),
            alive: commit.alive(&old.name),
        };
        let replaced = Replaced {
            index: old,
            version,
        };
        Ok(Rebuild {
            writer: Box::new(ClusterWriter::rebuild(
                &index,
                new_state,
                new_version,
                lock,
                replaced,
            )),
            reader,
            old: Some(Box::new(salvage)),
            manifest,
            commit: commit.info(),
        })
    }

    /// Checks the index at this address: whether all its shards answer, and every passage of every article is there once.
    ///
    /// # Errors
    /// As [`OpenSearchEngine::open`]. Damage is no error.
    pub fn check(cluster: &Cluster) -> Result<Checked> {
        let engine = match Self::open(cluster) {
            Err(error) if error.kind() == ErrorKind::Damaged => {
                return Ok(Checked {
                    damaged: vec![Damage::new(STATE, error.what())],
                    ..Checked::default()
                });
            }
            engine => engine?,
        };
        for _ in 1..TRIES {
            match engine.checked() {
                Err(error) if error.kind() == ErrorKind::Superseded => {}
                checked => return checked,
            }
        }
        engine.checked()
    }

    fn checked(&self) -> Result<Checked> {
        let reader = self.cluster_reader()?;
        let commit = reader.commit();
        let mut checked = Checked {
            commit: Some(commit),
            ..Checked::default()
        };
        let manifest = match reader.manifest() {
            Ok(manifest) => manifest,
            Err(error) if error.kind() == ErrorKind::Damaged => {
                checked.damaged.push(Damage::new("manifest", error.what()));
                return Ok(checked);
            }
            Err(error) => return Err(error),
        };
        let mut articles: BTreeMap<String, Counted> = BTreeMap::new();
        reader.each_passage(|article, position, passages| {
            articles
                .entry(article.to_owned())
                .or_default()
                .add(passages, position);
        })?;
        reader.still()?;
        checked.damaged = compare(&articles, &manifest, commit, STATE);
        checked.damaged.sort();
        checked.manifest = Some(manifest);
        Ok(checked)
    }

    fn of(cluster: &Cluster) -> Result<Self> {
        Ok(Self {
            index: Index {
                client: Arc::new(Client::new(cluster)?),
                cluster: cluster.clone(),
                name: cluster.index.clone(),
            },
        })
    }

    /// Whether the index that is there was made by us.
    fn is_ours(&self) -> Result<bool> {
        let mappings = self.describe("/_mapping")?;
        let mut mappings = mappings.as_object().into_iter().flatten();
        Ok(mappings.all(|(_, index)| index["mappings"]["_meta"]["ibid"].is_object()))
    }

    /// The name of the index itself.
    fn own_name(&self) -> Result<String> {
        let aliases = self.describe("/_alias")?;
        let names: Vec<&String> = aliases
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .collect();
        match names.as_slice() {
            [name] => Ok((*name).clone()),
            _ => Err(foreign(&self.index.cluster)),
        }
    }

    fn describe(&self, what: &str) -> Result<Value> {
        let answer = self
            .index
            .send(&Method::GET, what, Body::Empty, Again::Briefly)?;
        if answer.status != 200 {
            return Err(self.index.failed("read", &answer));
        }
        answer.json()
    }

    fn cluster_reader(&self) -> Result<ClusterReader> {
        let Some((state, _, name)) = State::read(&self.index)? else {
            return Err(foreign(&self.index.cluster));
        };
        let index = Index {
            name,
            ..self.index.clone()
        };
        Ok(ClusterReader::new(index, state.commit))
    }
}

impl Engine for OpenSearchEngine {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        Ok(Box::new(self.cluster_reader()?))
    }

    fn mark(&self) -> Result<Mark> {
        state::mark(&self.index)
    }

    fn writer(&self, _threads: usize, wait: Duration) -> Result<Box<dyn Writer>> {
        let lock = Lock::take(&self.index, wait)?;
        let index = Index {
            name: self.own_name()?,
            ..self.index.clone()
        };
        Ok(Box::new(ClusterWriter::open(&index, lock)?))
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        state::vocabularies(&self.index)
    }

    fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        state::set_vocabulary(&self.index, name, bytes)
    }
}

/// Makes an index of this name, unless there is one.
fn create(client: &Client, cluster: &Cluster, name: &str, alias: Option<&str>) -> Result<()> {
    let body = schema::index(&cluster.options, alias);
    let path = format!("/{name}");
    let answer = client.send(&Method::PUT, &path, Body::Json(&body), Again::Patiently)?;
    if answer.is_success()
        || answer.error_type().as_deref() == Some("resource_already_exists_exception")
    {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Engine,
        format!(
            "cannot make an index at {cluster}: {}",
            client::reason(&answer)
        ),
    ))
}

/// Writes the first state of an index, unless there is one.
fn begin(index: &Index, commit: Commit) -> Result<(State, index::Version)> {
    let state = State {
        ibid: Form::current(),
        commit,
    };
    if let Some(version) = index.put(STATE, &state.to_value()?, Where::Absent)? {
        return Ok((state, version));
    }
    // Another was as quick, or an answer was lost.
    let (state, version, _) = State::read(index)?.ok_or_else(|| no_index(&index.cluster))?;
    Ok((state, version))
}

/// The commit of an index of whatever form; of one that was never committed to, nothing of anything.
fn old_commit(index: &Index) -> Result<Commit> {
    let Some(mut state) = index.get(STATE)? else {
        return Ok(Commit::default());
    };
    serde_json::from_value(state.source["commit"].take())
        .map_err(|error| state::damaged(index, STATE, error))
}

/// Lets the name that an index is asked for by lead to `index` in place of the index `old`, which is deleted: in one step.
fn swap(index: &Index, old: &str) -> Result<()> {
    let alias = &index.cluster.index;
    let body = json!({"actions": [
        {"remove_index": {"index": old}},
        {"add": {"index": index.name, "alias": alias}},
    ]});
    let path = "/_aliases";
    let answer = index
        .client
        .send(&Method::POST, path, Body::Json(&body), Again::Patiently)?;
    // The first of several tries may have succeeded, and its answer been lost.
    if answer.is_success() || leads_to(index)? {
        return Ok(());
    }
    Err(index.failed("put in its place", &answer))
}

/// Whether any name leads to an index, beside its own.
fn leads_to(index: &Index) -> Result<bool> {
    let answer = index.send(&Method::GET, "/_alias", Body::Empty, Again::Briefly)?;
    if index::is_no_index(&answer) {
        return Ok(false);
    }
    if !answer.is_success() {
        return Err(index.failed("read", &answer));
    }
    let aliases = &answer.json()?[&index.name]["aliases"];
    Ok(aliases
        .as_object()
        .is_some_and(|aliases| !aliases.is_empty()))
}

/// Deletes an index that no name leads to.
fn delete_unused(index: &Index) -> Result<()> {
    if leads_to(index)? {
        return Ok(());
    }
    index
        .send(&Method::DELETE, "", Body::Empty, Again::Briefly)
        .map(|_| ())
}

/// Refuses all writes to an index, or does not any more.
fn set_block(index: &Index, is_blocked: bool) -> Result<()> {
    let value = if is_blocked { json!(true) } else { Value::Null };
    let body = json!({"index.blocks.write": value});
    let answer = index.send(
        &Method::PUT,
        "/_settings",
        Body::Json(&body),
        Again::Patiently,
    )?;
    if answer.is_success() {
        return Ok(());
    }
    Err(index.failed("change", &answer))
}

/// The name of the index behind the name that it is asked for by.
fn numbered(name: &str, number: u32) -> String {
    format!("{name}-{number:06}")
}

/// A name that no index has had: also where two take the same number, each has its own.
fn next_name(name: &str, old: &str) -> String {
    let number = old.strip_prefix(&format!("{name}-"));
    let number = number.and_then(|number| number.get(..6)?.parse::<u32>().ok());
    let next = numbered(name, number.unwrap_or(0) + 1);
    format!("{next}-{:08x}", fastrand::u32(..))
}

/// The passages of an index of another form, for their records.
struct Passages {
    index: Index,
    alive: Value,
}

impl Salvage for Passages {
    fn read(&self) -> Vec<Record> {
        let what = json!({"_source": ["record"], "size": 1000});
        let order = ["added", "number", "position"];
        let mut records = Vec::new();
        let _what_there_is = self
            .index
            .each(&self.alive, &order, &what, Again::Patiently, |hit| {
                let text = hit["_source"]["record"].as_str().unwrap_or_default();
                records.extend(stored::read(text));
                Ok(())
            });
        records
    }
}

/// The name is that of something else.
fn foreign(cluster: &Cluster) -> Error {
    Error::new(
        ErrorKind::ForeignIndex,
        format!(
            "{cluster} is something else than an index of ibid; choose another name with --index"
        ),
    )
}
