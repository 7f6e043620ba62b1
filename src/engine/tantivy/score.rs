//! How well does a passage answer a query?
//!
//! ```text
//! score   = passage + article + name
//! passage = coverage · Σ_t w(t) · tf/(tf + k1 (1 − b + b·len/avglen))     BM25 over headings and text as one field
//! article = A · the best `passage` of the article
//! name    = N · max over the article's names of  Σ_{t in query and name} w(t) · share^S
//! ```
//!
//! `w(t)` is the inverse document frequency times the root of how often `t` was typed; `coverage` is the share of the query's
//! weight whose words the passage or its article's names have; `share` is the share of a name's own weight that the query has.
//! Counting a title's words as words of each passage, as summed fields do, lets a title drown the text; counting the name by
//! its covered share keeps what a title says of a question that names it, and leaves others to the text.
//!
//! Sums are taken in the order of the query from statistics of the whole index, so every number is the same however the index
//! is cut into segments: neither threads nor merges ever show in a score. The name's part is worked out only for passages that
//! it could bring among those asked for.

use super::names::NameScores;
use super::postings::Lists;
use super::schema::{ARTICLE, Fields};
use super::statistics::{Lengths, Statistics, frequency, passages};
use crate::engine::{Explanation, Ranking, TermExplanation};
use crate::query::{Field as QueryField, Occur, Query};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use tantivy::{DocId, Searcher, SegmentReader};

/// Room for the rounding of sums when a bound is compared with a score.
const ROUNDING: f32 = 1.0001;

/// A query made ready to score the passages of one index.
pub(super) struct Scorer<'a> {
    searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    pub(super) statistics: &'a Statistics,
    pub(super) ranking: Ranking,
    pub(super) terms: Vec<WeightedTerm>,
    /// The weight of all terms, of those too that no passage has.
    total_weight: f32,
    pub(super) average_length: f32,
}

/// A term whose presence adds to the score.
pub(super) struct WeightedTerm {
    pub(super) text: String,
    surface: String,
    pub(super) field: QueryField,
    pub(super) weight: f32,
}

/// The evidence for each passage of a segment, all but that of names.
pub(super) struct SegmentScores {
    /// What the passage and its article give; negative where the passage does not match.
    partial: Vec<f32>,
    /// The most that names can add; empty where no name has a word of the query.
    name_bound: Vec<f32>,
}

/// Marks a passage that does not match: every score is 0 or more.
const NO_MATCH: f32 = -1.0;

impl<'a> Scorer<'a> {
    pub(super) fn new(
        query: &Query,
        ranking: &Ranking,
        fields: &'a Fields,
        searcher: &'a Searcher,
        statistics: &'a Statistics,
    ) -> tantivy::Result<Self> {
        let lengths = statistics.lengths(searcher, fields)?;
        let length = ranking.heading * lengths.headings as f32 + lengths.text as f32;
        let passages = passages(searcher);
        let mut scorer = Self {
            searcher,
            fields,
            statistics,
            ranking: *ranking,
            terms: Vec::new(),
            total_weight: 0.0,
            average_length: (length / passages.max(1.0)).max(1.0),
        };
        for (text, surface, field, count) in evidence(query) {
            let weight = scorer.idf(text)? * (count as f32).sqrt();
            scorer.total_weight += weight;
            scorer.terms.push(WeightedTerm {
                text: text.to_owned(),
                surface: surface.to_owned(),
                field,
                weight,
            });
        }
        Ok(scorer)
    }

    /// The inverse document frequency of a term (Robertson and Sparck Jones, kept above 0 as Lucene does).
    pub(super) fn idf(&self, term: &str) -> tantivy::Result<f32> {
        let frequency = frequency(self.searcher, self.fields, term)? as f32;
        let passages = passages(self.searcher);
        Ok((1.0 + (passages - frequency + 0.5) / (frequency + 0.5)).ln())
    }

    /// What is known of the passages of a segment without looking at names one by one.
    pub(super) fn segment(&self, segment: &SegmentReader) -> tantivy::Result<SegmentScores> {
        let size = segment.max_doc() as usize;
        let mut evidence = vec![0f32; size];
        let mut covered = vec![0f32; size];
        let mut name_bound = Vec::new();
        let lengths = Lengths::open(segment, self)?;
        for term in &self.terms {
            let mut lists = Lists::open(segment, term, self.fields)?;
            while let Some(doc) = lists.next_doc() {
                let found = lists.take(doc);
                let index = doc as usize;
                covered[index] += term.weight;
                let frequency =
                    self.ranking.heading * found.in_headings as f32 + found.in_text as f32;
                if frequency > 0.0 {
                    evidence[index] +=
                        term.weight * frequency / (frequency + lengths.normalisation(doc));
                }
                if found.in_name {
                    if name_bound.is_empty() {
                        name_bound = vec![0f32; size];
                    }
                    name_bound[index] += self.ranking.name * term.weight;
                }
            }
        }
        let articles = segment.fast_fields().str(ARTICLE)?;
        let articles = articles.as_ref().map(|column| column.ords());
        let ordinal = |doc: usize| {
            articles
                .and_then(|ords| ords.first(doc as DocId))
                .unwrap_or(0) as usize
        };
        let mut best = vec![0f32; 1];
        let mut partial = evidence;
        for (doc, score) in partial.iter_mut().enumerate() {
            if covered[doc] <= 0.0 {
                *score = NO_MATCH;
                continue;
            }
            *score *= covered[doc] / self.total_weight;
            let article = ordinal(doc);
            if article >= best.len() {
                best.resize(article + 1, 0.0);
            }
            // A passage that was replaced is no evidence for its article.
            let is_alive = segment
                .alive_bitset()
                .is_none_or(|alive| alive.is_alive(doc as DocId));
            if is_alive {
                best[article] = best[article].max(*score);
            }
        }
        for (doc, score) in partial.iter_mut().enumerate() {
            if *score != NO_MATCH {
                *score += self.ranking.article * best.get(ordinal(doc)).copied().unwrap_or(0.0);
            }
        }
        Ok(SegmentScores {
            partial,
            name_bound,
        })
    }

    /// The parts of the score of one passage.
    pub(super) fn explain(
        &self,
        segment: &SegmentReader,
        doc: DocId,
    ) -> tantivy::Result<Option<Explanation>> {
        let scores = self.segment(segment)?;
        if !scores.is_match(doc) {
            return Ok(None);
        }
        let lengths = Lengths::open(segment, self)?;
        let (mut evidence, mut covered) = (0f32, 0f32);
        let mut terms = Vec::new();
        for term in &self.terms {
            let mut lists = Lists::open(segment, term, self.fields)?;
            let found = lists.seek(doc);
            let frequency = self.ranking.heading * found.in_headings as f32 + found.in_text as f32;
            let mut score = 0.0;
            if found.is_any() {
                covered += term.weight;
            }
            if frequency > 0.0 {
                score = term.weight * frequency / (frequency + lengths.normalisation(doc));
                evidence += score;
            }
            terms.push(TermExplanation {
                surface: term.surface.clone(),
                in_headings: found.in_headings,
                in_text: found.in_text,
                in_name: found.in_name,
                score,
            });
        }
        let coverage = covered / self.total_weight;
        let passage = evidence * coverage;
        let partial = scores.partial[doc as usize];
        let name = match scores.name_bound.get(doc as usize) {
            Some(bound) if *bound > 0.0 => NameScores::open(self, segment)?.get(doc)?,
            _ => 0.0,
        };
        Ok(Some(Explanation {
            score: partial + name,
            passage,
            coverage,
            article: partial - passage,
            name,
            terms,
        }))
    }
}

impl SegmentScores {
    /// Whether the passage has any word of the query.
    pub(super) fn is_match(&self, doc: DocId) -> bool {
        self.partial[doc as usize] >= 0.0
    }

    /// The full scores of those of `matches` that can be among the best `wanted`.
    pub(super) fn finish(
        &self,
        scorer: &Scorer<'_>,
        segment: &SegmentReader,
        matches: &[DocId],
        wanted: usize,
    ) -> tantivy::Result<Vec<(DocId, f32)>> {
        let partial = |doc: DocId| self.partial[doc as usize];
        if self.name_bound.is_empty() {
            return Ok(matches.iter().map(|doc| (*doc, partial(*doc))).collect());
        }
        let mut threshold = self.least_of_best(matches, wanted);
        let bound = |doc: DocId| (partial(doc) + self.name_bound[doc as usize]) * ROUNDING;
        let mut finished = Vec::new();
        let mut with_names = Vec::new();
        for doc in matches {
            if self.name_bound[*doc as usize] > 0.0 {
                if bound(*doc) >= threshold {
                    with_names.push(*doc);
                }
            } else if partial(*doc) >= threshold {
                finished.push((*doc, partial(*doc)));
            }
        }
        // Those that could be best come first, so that what they reach soon rules out the rest.
        with_names.sort_unstable_by(|a, b| bound(*b).total_cmp(&bound(*a)));
        let mut names = NameScores::open(scorer, segment)?;
        let mut best: BinaryHeap<Reverse<Ordered>> = BinaryHeap::new();
        for doc in with_names {
            if bound(doc) < threshold {
                break;
            }
            let score = partial(doc) + names.get(doc)?;
            finished.push((doc, score));
            best.push(Reverse(Ordered(score)));
            if best.len() > wanted {
                best.pop();
            }
            if best.len() == wanted
                && let Some(Reverse(Ordered(least))) = best.peek()
            {
                threshold = threshold.max(*least);
            }
        }
        Ok(finished)
    }

    /// A score that at least `wanted` of `matches` reach; 0 where there are fewer.
    fn least_of_best(&self, matches: &[DocId], wanted: usize) -> f32 {
        if wanted == 0 || matches.len() < wanted {
            return 0.0;
        }
        let mut scores: Vec<f32> = matches
            .iter()
            .map(|doc| self.partial[*doc as usize])
            .collect();
        let (_, least, _) = scores.select_nth_unstable_by(wanted - 1, |a, b| b.total_cmp(a));
        *least
    }
}

/// A score that orders as numbers do.
#[derive(Clone, Copy, PartialEq)]
struct Ordered(f32);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The terms that add to the score, in the order of the query: the term, what was typed, the field it is looked for in, and
/// how often it was typed.
fn evidence(query: &Query) -> Vec<(&str, &str, QueryField, u32)> {
    let mut evidence: Vec<(&str, &str, QueryField, u32)> = Vec::new();
    let clauses = query
        .clauses
        .iter()
        .filter(|clause| clause.occur != Occur::MustNot);
    for clause in clauses {
        for (_, term) in &clause.terms {
            let known = evidence
                .iter_mut()
                .find(|(known, _, field, _)| known == term && *field == clause.field);
            match known {
                Some((_, _, _, count)) => *count += clause.count,
                None => {
                    // A word of a phrase is called by its term.
                    let surface = if clause.terms.len() == 1 {
                        clause.surface.as_str()
                    } else {
                        term.as_str()
                    };
                    evidence.push((term, surface, clause.field, clause.count));
                }
            }
        }
    }
    evidence
}
