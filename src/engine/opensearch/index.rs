//! How is one index on a cluster read and written? Its documents by id, its searches, and many writes at once.

use super::bulk::Operation;
use super::client::{Again, Answer, Body, Client, Method, reason, reason_of};
use super::cluster::Cluster;
use super::schema::MOST_HITS;
use crate::engine::Partial;
use crate::error::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many times a search is tried that not all shards answered, before what there is of an answer is taken.
const TRIES: u32 = 3;
/// How long to wait before such a search is tried again.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause before what a server refused is sent again.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The share of the time that a request may take after which the server is to give what it has.
const SERVER_SHARE: f64 = 0.8;

/// What leads to the shard of all documents that are no passages: where that one answers, they are all there.
pub(super) const ROUTING: &str = "ibid";

/// An index on a cluster.
#[derive(Clone)]
pub(super) struct Index {
    pub(super) client: Arc<Client>,
    pub(super) cluster: Cluster,
    /// The name of the index itself, which the name that it is asked for by leads to.
    pub(super) name: String,
}

/// A document that was read by its id.
pub(super) struct Document {
    pub(super) index: String,
    pub(super) source: Value,
    pub(super) version: Version,
}

/// Which write a document is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) number: i64,
    pub(super) term: i64,
}

/// When a document may be written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Where {
    /// In any case.
    Any,
    /// Where there is none of that id.
    Absent,
    /// Where it is as it was.
    Unchanged(Version),
}

/// What a search gave.
pub(super) struct SearchAnswer {
    pub(super) body: Value,
    /// Where not all of the index answered.
    pub(super) partial: Option<Partial>,
}

impl Index {
    /// A request to the index; `path` follows its name.
    pub(super) fn send(
        &self,
        method: &Method,
        path: &str,
        body: Body<'_>,
        again: Again,
    ) -> Result<Answer> {
        let path = format!("/{}{path}", self.name);
        self.client.send(method, &path, body, again)
    }

    /// The document with this id that is no passage; `None` where there is none.
    pub(super) fn get(&self, id: &str) -> Result<Option<Document>> {
        self.document(&format!("{id}?routing={ROUTING}"))
    }

    /// The passage with this id; `None` where there is none.
    pub(super) fn passage(&self, id: &str) -> Result<Option<Document>> {
        self.document(id)
    }

    /// The sources of the documents with these ids that are no passages; `None` for one that is not there.
    pub(super) fn get_all(&self, ids: &[String]) -> Result<Vec<Option<Value>>> {
        let path = format!("/_mget?routing={ROUTING}");
        let body = json!({"ids": ids});
        let answer = self.send(&Method::POST, &path, Body::Json(&body), Again::Briefly)?;
        if answer.status != 200 {
            return Err(self.failed("read", &answer));
        }
        let mut body = answer.json()?;
        let documents = body["docs"].as_array_mut().map(std::mem::take);
        let documents = documents.unwrap_or_default();
        if documents.len() != ids.len() {
            return Err(self.refused("read", "its answer is not of what was asked"));
        }
        let documents = documents.into_iter();
        let sources = documents.map(|mut document| {
            if document["error"].is_object() {
                return Err(self.refused("read", &reason_of(&document)));
            }
            let is_there = document["found"] == true;
            Ok(is_there.then(|| document["_source"].take()))
        });
        sources.collect()
    }

    fn document(&self, id: &str) -> Result<Option<Document>> {
        let answer = self.send(
            &Method::GET,
            &format!("/_doc/{id}"),
            Body::Empty,
            Again::Briefly,
        )?;
        match answer.status {
            200 => {}
            404 if !is_no_index(&answer) => return Ok(None),
            _ => return Err(self.failed("read", &answer)),
        }
        let mut body = answer.json()?;
        Ok(Some(Document {
            index: body["_index"].as_str().unwrap_or_default().to_owned(),
            version: Version {
                number: body["_seq_no"].as_i64().unwrap_or(-1),
                term: body["_primary_term"].as_i64().unwrap_or(-1),
            },
            source: body["_source"].take(),
        }))
    }

    /// Writes a document; `None` where it may not be written, as it is another or there is one.
    pub(super) fn put(&self, id: &str, source: &Value, when: Where) -> Result<Option<Version>> {
        self.try_to_put(id, source, when, Again::Patiently)
    }

    /// As [`Index::put`], and how long it is tried.
    pub(super) fn try_to_put(
        &self,
        id: &str,
        source: &Value,
        when: Where,
        again: Again,
    ) -> Result<Option<Version>> {
        let condition = match when {
            Where::Any => String::new(),
            Where::Absent => "&op_type=create".to_owned(),
            Where::Unchanged(Version { number, term }) => {
                format!("&if_seq_no={number}&if_primary_term={term}")
            }
        };
        let path = format!("/_doc/{id}?routing={ROUTING}{condition}");
        let answer = self.send(&Method::PUT, &path, Body::Json(source), again)?;
        match answer.status {
            200 | 201 => {
                let body = answer.json()?;
                Ok(Some(Version {
                    number: body["_seq_no"].as_i64().unwrap_or(-1),
                    term: body["_primary_term"].as_i64().unwrap_or(-1),
                }))
            }
            409 => Ok(None),
            _ => Err(self.failed("write to", &answer)),
        }
    }

    /// Makes all that was written visible to searches, on every shard.
    pub(super) fn refresh(&self) -> Result<()> {
        let until = Instant::now() + self.cluster.options.patience;
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.send(&Method::POST, "/_refresh", Body::Empty, Again::Patiently)?;
            if answer.status != 200 {
                return Err(self.failed("refresh", &answer));
            }
            let shards = answer.json()?["_shards"].take();
            if shards["failed"] == 0 && shards["successful"].as_u64() > Some(0) {
                return Ok(());
            }
            if Instant::now() >= until {
                return Err(self.refused("refresh", "not all shards answer"));
            }
            std::thread::sleep((PAUSE * tries).min(LONGEST_PAUSE));
        }
    }

    /// How many documents a query finds; all shards have to answer.
    pub(super) fn count(&self, query: &Value) -> Result<u64> {
        let body = json!({"size": 0, "track_total_hits": true, "query": query});
        let answer = self.search_whole(&body, Again::Patiently)?;
        let total = answer["hits"]["total"]["value"].as_u64();
        total.ok_or_else(|| self.refused("count", "its answer has no total"))
    }

    /// A search. Where shards do not answer it is tried again, and then what there is is given, and said to be only a part.
    pub(super) fn search(&self, body: &Value) -> Result<SearchAnswer> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.search_once(body, Again::Briefly)?;
            if answer.partial.is_none() || tries >= TRIES {
                return Ok(answer);
            }
            std::thread::sleep(PAUSE * tries);
        }
    }

    /// A search that all shards have to answer.
    pub(super) fn search_whole(&self, body: &Value, again: Again) -> Result<Value> {
        let until = Instant::now() + self.cluster.options.patience;
        let mut tries = 0;
        loop {
            tries += 1;
            let SearchAnswer { body, partial } = self.search_once(body, again)?;
            let Some(partial) = partial else {
                return Ok(body);
            };
            let is_enough = match again {
                Again::Patiently => Instant::now() >= until,
                _ => tries >= TRIES,
            };
            if is_enough {
                let Partial {
                    shards,
                    answered,
                    reason,
                } = partial;
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!(
                        "only {answered} of {shards} shards of the index at {} answer: {reason}",
                        self.cluster
                    ),
                )
                .with_advice("see to the nodes of the cluster, and try again"));
            }
            std::thread::sleep((PAUSE * tries).min(LONGEST_PAUSE));
        }
    }

    fn search_once(&self, body: &Value, again: Again) -> Result<SearchAnswer> {
        let mut body = body.clone();
        let most = self.cluster.options.timeout.mul_f64(SERVER_SHARE);
        body["timeout"] = json!(format!("{}ms", most.as_millis()));
        let path = "/_search?allow_partial_search_results=true";
        let answer = self.send(&Method::POST, path, Body::Json(&body), again)?;
        if answer.status != 200 {
            return Err(self.failed("search", &answer));
        }
        let body = answer.json()?;
        let partial = partial(&body);
        Ok(SearchAnswer { body, partial })
    }

    /// Gives `take` every document that a query finds, in the order of `sort`, which tells them apart; `what` says what of them is
    /// wanted. All shards have to answer.
    pub(super) fn each(
        &self,
        query: &Value,
        sort: &[&str],
        what: &Value,
        again: Again,
        mut take: impl FnMut(&Value) -> Result<()>,
    ) -> Result<()> {
        let mut after = Value::Null;
        loop {
            let mut body = what.clone();
            body["query"] = query.clone();
            body["sort"] = sort
                .iter()
                .map(|field| json!({(*field): "asc"}))
                .collect::<Value>();
            if body["size"].is_null() {
                body["size"] = json!(MOST_HITS);
            }
            body["track_total_hits"] = json!(false);
            if !after.is_null() {
                body["search_after"] = after;
            }
            let answer = self.search_whole(&body, again)?;
            let hits = answer["hits"]["hits"]
                .as_array()
                .map_or(&[][..], Vec::as_slice);
            for hit in hits {
                take(hit)?;
            }
            match hits.last() {
                Some(last) if hits.len() as u64 == body["size"].as_u64().unwrap_or(0) => {
                    after = last["sort"].clone();
                }
                _ => return Ok(()),
            }
        }
    }

    /// Takes out every passage that a query finds; gives how many. What is written must be visible to searches before.
    pub(super) fn delete(&self, query: &Value) -> Result<u64> {
        let mut deleted: HashSet<String> = HashSet::new();
        let mut rounds_for_nothing = 0;
        loop {
            let body = json!({"size": MOST_HITS, "query": query, "_source": false, "sort": ["_doc"], "track_total_hits": false});
            let answer = self.search_whole(&body, Again::Patiently)?;
            let hits = answer["hits"]["hits"]
                .as_array()
                .map_or(&[][..], Vec::as_slice);
            if hits.is_empty() {
                return Ok(deleted.len() as u64);
            }
            let before = deleted.len();
            deleted.extend(
                hits.iter()
                    .filter_map(|hit| Some(hit["_id"].as_str()?.to_owned())),
            );
            if deleted.len() == before {
                rounds_for_nothing += 1;
                if rounds_for_nothing >= TRIES {
                    return Err(self.refused("delete from", "what was deleted is still found"));
                }
                std::thread::sleep(PAUSE * rounds_for_nothing);
            }
            let ids = hits.iter().filter_map(|hit| hit["_id"].as_str());
            self.bulk(ids.map(Operation::delete_passage).collect())?;
            self.refresh()?;
        }
    }

    /// How much room it takes on the disks of the cluster, all copies together, in bytes.
    pub(super) fn bytes(&self) -> Result<u64> {
        let path = "/_stats/store";
        let answer = self.send(&Method::GET, path, Body::Empty, Again::Briefly)?;
        if answer.status != 200 {
            return Err(self.failed("read", &answer));
        }
        let bytes = &answer.json()?["_all"]["total"]["store"]["size_in_bytes"];
        Ok(bytes.as_u64().unwrap_or(0))
    }

    /// What came of a request that did not succeed; `doing` reads as "cannot {doing} the index".
    pub(super) fn failed(&self, doing: &str, answer: &Answer) -> Error {
        if is_no_index(answer) {
            return no_index(&self.cluster);
        }
        let why = reason(answer);
        match answer.status {
            429 | 502..=504 => self.refused(doing, &why),
            _ if is_block(&why) => self.refused(doing, &why),
            status => Error::new(
                ErrorKind::Engine,
                format!(
                    "cannot {doing} the index at {}: {why} ({status})",
                    self.cluster
                ),
            ),
        }
    }

    /// The server does not do it now, and may do it later.
    pub(super) fn refused(&self, doing: &str, why: &str) -> Error {
        let error = Error::new(
            ErrorKind::Unavailable,
            format!("cannot {doing} the index at {}: {why}", self.cluster),
        );
        error.with_advice(if is_block(why) {
            "a node has no room left on its disk: make room, and where the cluster does not lift the block by itself, set index.blocks.read_only_allow_delete to null"
        } else {
            "see to the nodes of the cluster, and try again"
        })
    }
}

/// Whether the server refuses to write as a disk is full.
pub(super) fn is_block(reason: &str) -> bool {
    reason.contains("blocked by") || reason.contains("flood")
}

/// Whether the answer says that there is no such index.
pub(super) fn is_no_index(answer: &Answer) -> bool {
    answer.status == 404
        && answer
            .json()
            .is_ok_and(|body| body["error"]["type"] == "index_not_found_exception")
}

pub(super) fn no_index(cluster: &Cluster) -> Error {
    Error::new(
        ErrorKind::NoIndex,
        format!("there is no index at {cluster}"),
    )
    .with_advice("`ibid index PATH` makes one")
}

/// What is missing of an answer, where not all shards gave one.
fn partial(body: &Value) -> Option<Partial> {
    let shards = &body["_shards"];
    let number = |name: &str| shards[name].as_u64().unwrap_or(0) as u32;
    let is_late = body["timed_out"] == true;
    let (total, answered) = (number("total"), number("successful"));
    if total > 0 && answered >= total && !is_late {
        return None;
    }
    let reason = match shards["failures"].as_array().and_then(|all| all.first()) {
        Some(failure) => reason_of(&json!({"error": failure["reason"]})),
        None if is_late => "a node did not answer in time".to_owned(),
        None => "a shard is on no node that is there".to_owned(),
    };
    Some(Partial {
        shards: total,
        answered: if is_late {
            answered.min(total.saturating_sub(1))
        } else {
            answered
        },
        reason,
    })
}
