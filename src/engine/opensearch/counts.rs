//! How many of the passages that match has each source, each subject label and each year?
//!
//! They are asked for beside an answer, which says where shards did not answer. As on the embedded engine, each kind of value is counted among the passages that the filters of the other kinds let through.

use super::candidates::{Candidates, Restriction};
use super::index::Index;
use crate::engine::{Count, Counts, Filter};
use crate::error::Result;
use crate::query::Query;
use serde_json::{Value, json};

/// How many values of a kind are told at the most.
const MOST_VALUES: usize = 100;
/// How many of each shard are looked at, so that the counts of those that are told are whole.
const MOST_OF_SHARD: usize = 10_000;

/// The counts of what `query` finds among the passages that `alive` does.
pub(super) fn count(
    index: &Index,
    alive: &Value,
    query: &Query,
    candidates: &Candidates<'_>,
    filter: &Filter,
) -> Result<Counts> {
    let always = Filter {
        articles: filter.articles.clone(),
        except: filter.except.clone(),
        ..Filter::default()
    };
    let matching = candidates.matching();
    let always = Restriction::new(query, &always).with(&[alive, &matching]);
    let others = |source: bool, tag: bool, day: bool| {
        let filter = Filter {
            sources: if source {
                filter.sources.clone()
            } else {
                Vec::new()
            },
            tags: if tag { filter.tags.clone() } else { Vec::new() },
            since: if day { filter.since.clone() } else { None },
            ..Filter::default()
        };
        Restriction::of_filter(&filter).with(&[])
    };
    let terms = |field: &str| {
        json!({"values": {"terms": {"field": field, "size": MOST_VALUES, "shard_size": MOST_OF_SHARD,
            "order": [{"_count": "desc"}, {"_key": "asc"}]}}})
    };
    let years = json!({"values": {"histogram": {"field": "published", "interval": 10_000, "min_doc_count": 1}}});
    let body = json!({"size": 0, "track_total_hits": false, "query": always, "aggs": {
        "sources": {"filter": others(false, true, true), "aggs": terms("source")},
        "tags": {"filter": others(true, false, true), "aggs": terms("tag")},
        "years": {"filter": others(true, true, false), "aggs": years},
    }});
    let answer = index.search(&body)?;
    let counts = |kind: &str, name: &dyn Fn(&Value) -> Option<String>| -> Vec<Count> {
        let buckets = answer.body["aggregations"][kind]["values"]["buckets"].as_array();
        let buckets = buckets.map_or(&[][..], Vec::as_slice).iter();
        let counts = buckets.filter_map(|bucket| {
            Some(Count {
                value: name(&bucket["key"])?,
                passages: bucket["doc_count"].as_u64()?,
            })
        });
        counts.collect()
    };
    let word = |key: &Value| key.as_str().map(str::to_owned);
    let year = |key: &Value| Some(format!("{:04}", key.as_f64()? as u64 / 10_000));
    let mut years = counts("years", &year);
    years.reverse();
    Ok(Counts {
        sources: counts("sources", &word),
        tags: counts("tags", &word),
        years,
    })
}
