//! How many of the passages that match has each source, each subject label and each year?
//!
//! The count of a value says how many passages are found if it is chosen, so each kind of value is counted among the passages that
//! the filters of the other kinds let through.

use super::best::{Gate, Pass};
use super::bounds::Bounds;
use super::restriction::Restriction;
use super::schema::{Fields, PUBLISHED};
use super::score::Scorer;
use crate::engine::{Count, Counts, Filter};
use crate::query::Query;
use std::collections::BTreeMap;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

/// How many values of a kind are told at the most.
const MOST_VALUES: usize = 100;

/// The counts of what `scorer`, which is of `query`, finds.
pub(super) fn count(
    searcher: &Searcher,
    fields: &Fields,
    scorer: &Scorer<'_>,
    query: &Query,
    filter: &Filter,
) -> tantivy::Result<Counts> {
    let bounds = Bounds::new(scorer);
    let kinds = Kinds::new(query, filter, fields);
    let (mut sources, mut tags, mut years) = Default::default();
    for (ordinal, segment) in searcher.segment_readers().iter().enumerate() {
        let mut always = kinds.always.open(segment, searcher)?;
        let mut source = kinds.source.open(segment, searcher)?;
        let mut tag = kinds.tag.open(segment, searcher)?;
        let mut day = kinds.day.open(segment, searcher)?;
        let mut of_sources = Passages::none(segment);
        let mut of_tags = Passages::none(segment);
        let mut of_days = Vec::new();
        let pass = Pass::open(scorer, &bounds, segment, ordinal)?;
        pass.each(&mut always, |doc| {
            let (in_source, has_tag, in_time) = (source.lets(doc), tag.lets(doc), day.lets(doc));
            if has_tag && in_time {
                of_sources.add(doc);
            }
            if in_source && in_time {
                of_tags.add(doc);
            }
            if in_source && has_tag {
                of_days.push(doc);
            }
        })?;
        count_terms(segment, fields.source, &of_sources, &mut sources)?;
        count_terms(segment, fields.tag, &of_tags, &mut tags)?;
        count_years(segment, &of_days, &mut years)?;
    }
    let mut years: Vec<Count> = counts(years);
    years.reverse();
    Ok(Counts {
        sources: most_frequent(counts(sources)),
        tags: most_frequent(counts(tags)),
        years,
    })
}

/// What a filter demands, apart by the kind of value.
struct Kinds {
    always: Restriction,
    source: Restriction,
    tag: Restriction,
    day: Restriction,
}

impl Kinds {
    fn new(query: &Query, filter: &Filter, fields: &Fields) -> Self {
        let always = Filter {
            articles: filter.articles.clone(),
            except: filter.except.clone(),
            ..Filter::default()
        };
        let source = Filter {
            sources: filter.sources.clone(),
            ..Filter::default()
        };
        let tag = Filter {
            tags: filter.tags.clone(),
            ..Filter::default()
        };
        let day = Filter {
            since: filter.since.clone(),
            ..Filter::default()
        };
        Self {
            always: Restriction::new(query, &always, fields),
            source: Restriction::of_filter(&source, fields),
            tag: Restriction::of_filter(&tag, fields),
            day: Restriction::of_filter(&day, fields),
        }
    }
}

/// Some passages of a segment, a bit each.
struct Passages(Vec<u64>);

impl Passages {
    fn none(segment: &SegmentReader) -> Self {
        Self(vec![0; (segment.max_doc() as usize).div_ceil(64)])
    }

    fn add(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    fn has(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] & (1 << (doc % 64)) != 0
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }
}

/// Adds up, for every value that a field has in a segment, the passages with it among `passages`.
fn count_terms(
    segment: &SegmentReader,
    field: Field,
    passages: &Passages,
    counts: &mut BTreeMap<String, u64>,
) -> tantivy::Result<()> {
    if passages.is_empty() {
        return Ok(());
    }
    let inverted = segment.inverted_index(field)?;
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        let info = terms.value().clone();
        let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        let mut count = 0;
        while postings.doc() != TERMINATED {
            count += u64::from(passages.has(postings.doc()));
            postings.advance();
        }
        if count > 0 {
            let value = String::from_utf8_lossy(terms.key()).into_owned();
            *counts.entry(value).or_default() += count;
        }
    }
    Ok(())
}

/// Adds up how many of `passages` were published in which year.
fn count_years(
    segment: &SegmentReader,
    passages: &[DocId],
    counts: &mut BTreeMap<String, u64>,
) -> tantivy::Result<()> {
    let days = segment.fast_fields().u64(PUBLISHED)?;
    let mut years: BTreeMap<u64, u64> = BTreeMap::new();
    for doc in passages {
        if let Some(day) = days.first(*doc) {
            *years.entry(day / 10_000).or_default() += 1;
        }
    }
    for (year, count) in years {
        *counts.entry(format!("{year:04}")).or_default() += count;
    }
    Ok(())
}

fn counts(counts: BTreeMap<String, u64>) -> Vec<Count> {
    counts
        .into_iter()
        .map(|(value, passages)| Count { value, passages })
        .collect()
}

/// Those with the most passages first, in the order of their names where they have as many.
fn most_frequent(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_by(|a, b| b.passages.cmp(&a.passages).then(a.value.cmp(&b.value)));
    counts.truncate(MOST_VALUES);
    counts
}
