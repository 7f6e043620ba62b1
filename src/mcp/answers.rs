//! What does a tool give back? The documents of the command line, as much of them as there is room for.

use super::tools::{
    ArticleArguments, LEAST_CHARACTERS, MOST_CHARACTERS, MOST_CONTEXT, MOST_RESULTS, MOST_SOURCES,
    PassageArguments, SearchArguments, SourcesArguments,
};
use crate::engine::Filter;
use crate::error::Error;
use crate::ingest::date::asked_day;
use crate::report::{
    IndexInfo, PassageReport, SearchReport, ShowReport, SourceReport, StoredReport,
};
use crate::serve::MOST_QUERY_LENGTH;
use crate::{KnowledgeBase, SearchOptions, Understanding};
use schemars::JsonSchema;
use serde::Serialize;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

/// Why a tool gives nothing back, for the model to read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// What was found: the document of `ibid search --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SearchAnswer {
    #[serde(flatten)]
    report: SearchReport,
    /// The offset that asks for further results; there where there may be some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    next_offset: Option<usize>,
    /// What to do with the answer; there where nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    advice: Option<&'static str>,
}

/// A passage: the document of `ibid show ID --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PassageAnswer {
    #[serde(flatten)]
    report: ShowReport,
    /// How many neighbours had no room.
    #[serde(skip_serializing_if = "is_zero")]
    left_out: usize,
}

/// A part of an article: the document of `ibid show ID --json`, with some of its passages.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ArticleAnswer {
    #[serde(flatten)]
    report: ShowReport,
    /// The offset that asks for further passages; there where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    next_offset: Option<usize>,
}

/// The sources of the library.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SourcesAnswer {
    schema_version: u32,
    /// Which state of the index this is.
    index: IndexInfo,
    /// How many sources there are.
    total: usize,
    /// The sources, by name.
    sources: Vec<SourceReport>,
    /// The offset that asks for further sources; there where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    next_offset: Option<usize>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde wants it.
fn is_zero(number: &usize) -> bool {
    *number == 0
}

const NOTHING_FOUND: &str = "nothing in this library matches; say so, or try other words for the same thing, and do not answer \
     from elsewhere as if it stood here";

const NOT_ALL_SEARCHED: &str = "a part of this library could not be searched, so nothing is known of what it holds; ask again in a \
     moment, or say so, and do not answer from elsewhere as if it stood here";

pub(super) fn search(library: &KnowledgeBase, wanted: &SearchArguments) -> Result<String, Refusal> {
    within("limit", wanted.limit, 1..=MOST_RESULTS)?;
    within("offset", wanted.offset, 0..=10_000)?;
    has_room(wanted.max_characters)?;
    if wanted.query.chars().count() > MOST_QUERY_LENGTH {
        return Err(Refusal(format!(
            "query is longer than {MOST_QUERY_LENGTH} characters"
        )));
    }
    let since = match wanted.since.as_deref().map(asked_day) {
        None => None,
        Some(Some(day)) => Some(day),
        Some(None) => {
            return Err(Refusal(
                "since is a day, written as in 2024-04-16".to_owned(),
            ));
        }
    };
    if let Some(most) = wanted.per_article {
        within("per_article", most, 1..=MOST_RESULTS)?;
    }
    let options = SearchOptions {
        limit: wanted.limit,
        offset: wanted.offset,
        filter: Filter {
            sources: wanted.sources.clone(),
            tags: wanted.tags.clone(),
            articles: wanted.articles.clone(),
            since,
            except: None,
        },
        per_article: wanted.per_article.and_then(NonZeroUsize::new),
        understanding: if wanted.exact {
            Understanding::Exact
        } else {
            Understanding::Full
        },
        declined: wanted.without.clone(),
        ..SearchOptions::default()
    };
    let mut report = library.search(&wanted.query, &options)?;
    let may_be_more = report.body.hits.len() == wanted.limit;
    let hits = std::mem::take(&mut report.body.hits);
    let found = hits.len();
    let advice = match report.body.partial {
        None => NOTHING_FOUND,
        Some(_) => NOT_ALL_SEARCHED,
    };
    let mut answer = SearchAnswer {
        advice: (found == 0 && wanted.offset == 0).then_some(advice),
        next_offset: Some(wanted.offset + found),
        report,
    };
    let room = wanted.max_characters.saturating_sub(length(&answer)?);
    answer.report.body.hits = fitting(hits, room)?;
    let kept = answer.report.body.hits.len();
    let is_more = may_be_more || kept < found;
    answer.next_offset = is_more.then_some(wanted.offset + kept);
    written(&answer)
}

pub(super) fn passage(
    library: &KnowledgeBase,
    wanted: &PassageArguments,
) -> Result<String, Refusal> {
    within("context", wanted.context, 0..=MOST_CONTEXT)?;
    has_room(wanted.max_characters)?;
    let missing = || {
        Refusal(format!(
            "no passage has the id {:?}; take the id of a hit as it stands, whole",
            wanted.id
        ))
    };
    let alone = library.show(&wanted.id, 0)?.ok_or_else(missing)?;
    let is_article = alone
        .articles
        .iter()
        .any(|stored| stored.article.id == wanted.id);
    if is_article {
        return Err(Refusal(format!(
            "{:?} is the id of an article, which get_article gives",
            wanted.id
        )));
    }
    let around = |context| {
        let report = library.show(&wanted.id, context);
        report.map(Option::unwrap_or_default)
    };
    let passages = |report: &ShowReport| -> usize {
        let stored = report.articles.iter();
        stored.map(|stored| stored.passages.len()).sum()
    };
    // What is near says more than what is far.
    let mut context = wanted.context;
    let mut answer = PassageAnswer {
        report: around(context)?,
        left_out: 0,
    };
    let all = passages(&answer.report);
    while context > 0 && length(&answer)? > wanted.max_characters {
        context -= 1;
        answer.report = around(context)?;
        answer.left_out = all - passages(&answer.report);
    }
    written(&answer)
}

pub(super) fn article(
    library: &KnowledgeBase,
    wanted: &ArticleArguments,
) -> Result<String, Refusal> {
    has_room(wanted.max_characters)?;
    let missing = || {
        Refusal(format!(
            "no article has the id {:?}; take article.id of a hit as it stands, whole",
            wanted.id
        ))
    };
    let report = library.show(&wanted.id, 0)?.ok_or_else(missing)?;
    let schema_version = report.schema_version;
    let stored = report.articles.into_iter();
    let Some(StoredReport { article, passages }) = stored
        .into_iter()
        .find(|stored| stored.article.id == wanted.id)
    else {
        return Err(missing());
    };
    let total = passages.len();
    if wanted.offset >= total {
        return Err(Refusal(format!(
            "the article has {total} passages, and offset is beyond them"
        )));
    }
    let passages: Vec<PassageReport> = passages.into_iter().skip(wanted.offset).collect();
    let stored = StoredReport {
        article,
        passages: Vec::new(),
    };
    let mut answer = ArticleAnswer {
        report: ShowReport {
            schema_version,
            articles: vec![stored],
        },
        next_offset: Some(total),
    };
    let room = wanted.max_characters.saturating_sub(length(&answer)?);
    let passages = fitting(passages, room)?;
    let next = wanted.offset + passages.len();
    answer.next_offset = (next < total).then_some(next);
    if let Some(stored) = answer.report.articles.first_mut() {
        stored.passages = passages;
    }
    written(&answer)
}

pub(super) fn sources(
    library: &KnowledgeBase,
    wanted: &SourcesArguments,
) -> Result<String, Refusal> {
    within("limit", wanted.limit, 1..=MOST_SOURCES)?;
    let status = library.status()?;
    let total = status.sources.len();
    let sources = status.sources.into_iter();
    let sources: Vec<SourceReport> = sources.skip(wanted.offset).take(wanted.limit).collect();
    let next = wanted.offset.saturating_add(sources.len());
    written(&SourcesAnswer {
        schema_version: status.schema_version,
        index: status.index,
        total,
        next_offset: (next < total && !sources.is_empty()).then_some(next),
        sources,
    })
}

/// # Errors
/// Where a number is out of its bounds.
fn within(name: &str, number: usize, bounds: RangeInclusive<usize>) -> Result<(), Refusal> {
    if bounds.contains(&number) {
        return Ok(());
    }
    let (least, most) = bounds.into_inner();
    Err(Refusal(format!(
        "{name} is a number from {least} to {most}"
    )))
}

/// # Errors
/// Where so many characters are too few for an answer, or too many.
fn has_room(characters: usize) -> Result<(), Refusal> {
    within(
        "max_characters",
        characters,
        LEAST_CHARACTERS..=MOST_CHARACTERS,
    )
}

/// The first of `parts` that have room in so many characters, each whole; the first of all in any case.
fn fitting<T: Serialize>(parts: Vec<T>, room: usize) -> Result<Vec<T>, Refusal> {
    let mut used = 0;
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        // A comma stands between two.
        used += length(&part)? + 1;
        if used > room && !kept.is_empty() {
            break;
        }
        kept.push(part);
    }
    Ok(kept)
}

fn length(part: &impl Serialize) -> Result<usize, Refusal> {
    Ok(written(part)?.chars().count())
}

fn written(document: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(document).map_err(|error| Refusal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge_base::tests::answering_in_part;

    #[test]
    fn a_model_is_told_that_a_part_could_not_be_searched_and_not_that_nothing_is_there() {
        let (_folder, library) = answering_in_part();
        let answer = |query: &str| {
            let wanted = serde_json::from_value(serde_json::json!({"query": query}));
            let answer = search(&library, &wanted.expect("arguments")).expect("answered");
            serde_json::from_str::<serde_json::Value>(&answer).expect("JSON")
        };
        let nothing = answer("zebra");
        assert_eq!(nothing["hits"], serde_json::json!([]));
        assert_eq!(nothing["advice"], NOT_ALL_SEARCHED);
        let found = answer("calf");
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));
        for answer in [nothing, found] {
            assert_eq!(answer["partial"]["answered"], 2);
            let warning = answer["warnings"][0].as_str().expect("a warning");
            assert!(
                warning.starts_with("only 2 of 3 shards answered"),
                "{warning}"
            );
        }
    }
}
