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
use super::schema::{Fields, POSITION};
use super::statistics::{Lengths, Statistics, Word, passages};
use super::sums::Scratch;
use crate::engine::{Explanation, Ranking, TermExplanation};
use crate::query::{Field as QueryField, Occur, Query};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use tantivy::{DocId, Searcher, SegmentReader};

/// Room for the rounding of sums when a bound is compared with a score.
const ROUNDING: f32 = 1.0001;

/// A query made ready to score the passages of one index.
pub(super) struct Scorer<'a> {
    pub(super) searcher: &'a Searcher,
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
    /// Stands for the term wherever words are compared.
    pub(super) number: u32,
    surface: String,
    pub(super) field: QueryField,
    pub(super) weight: f32,
}

/// The evidence for each passage of a segment, all but that of names.
pub(super) struct SegmentScores<'a> {
    statistics: &'a Statistics,
    sums: Scratch,
    has_names: bool,
}

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
            let word = scorer.word(text)?;
            let weight = word.idf * (count as f32).sqrt();
            scorer.total_weight += weight;
            scorer.terms.push(WeightedTerm {
                text: text.to_owned(),
                number: word.number,
                surface: surface.to_owned(),
                field,
                weight,
            });
        }
        Ok(scorer)
    }

    /// What is known of a term.
    pub(super) fn word(&self, term: &str) -> tantivy::Result<Word> {
        self.statistics.word(self.searcher, self.fields, term)
    }

    /// What is known of the passages of a segment without looking at names one by one.
    pub(super) fn segment(&self, segment: &SegmentReader) -> tantivy::Result<SegmentScores<'a>> {
        let mut scores = SegmentScores {
            statistics: self.statistics,
            sums: self.statistics.scratch(segment.max_doc() as usize),
            has_names: false,
        };
        let lengths = Lengths::open(segment, self)?;
        for term in &self.terms {
            let mut lists = Lists::open(segment, term, self.fields)?;
            while let Some((doc, found)) = lists.next() {
                let sum = scores.sums.matching(doc);
                sum.covered += term.weight;
                let frequency =
                    self.ranking.heading * found.in_headings as f32 + found.in_text as f32;
                if frequency > 0.0 {
                    sum.evidence +=
                        term.weight * frequency / (frequency + lengths.normalisation(doc));
                }
                if found.in_name {
                    scores.has_names = true;
                    sum.name_bound += self.ranking.name * term.weight;
                }
            }
        }
        self.add_articles(segment, &mut scores.sums)?;
        Ok(scores)
    }

    /// Multiplies what passages give by their coverage, and adds what their articles give.
    fn add_articles(&self, segment: &SegmentReader, sums: &mut Scratch) -> tantivy::Result<()> {
        // The passages of an article stand side by side in one segment, in their order. So the place of a passage tells
        // where its article begins, also where an older version of the article is still there.
        let positions = segment.fast_fields().u64(POSITION)?.first_or_default_col(0);
        let matches = std::mem::take(&mut sums.matches);
        let mut firsts = Vec::with_capacity(matches.len());
        for doc in &matches {
            let sum = sums.at_mut(*doc);
            sum.evidence *= sum.covered / self.total_weight;
            let evidence = sum.evidence;
            let first = doc.saturating_sub(positions.get_val(*doc) as DocId);
            firsts.push(first);
            let best = &mut sums.at_mut(first).best;
            *best = best.max(evidence);
        }
        for (doc, first) in matches.iter().zip(&firsts) {
            let best = sums.at(*first).best;
            sums.at_mut(*doc).evidence += self.ranking.article * best;
        }
        (sums.matches, sums.firsts) = (matches, firsts);
        Ok(())
    }

    /// The parts of the score of one passage.
    pub(super) fn explain(
        &self,
        segment: &SegmentReader,
        ordinal: usize,
        doc: DocId,
    ) -> tantivy::Result<Option<Explanation>> {
        let scores = self.segment(segment)?;
        let sum = *scores.sums.at(doc);
        if sum.covered == 0.0 {
            return Ok(None);
        }
        let lengths = Lengths::open(segment, self)?;
        let (mut evidence, mut covered) = (0f32, 0f32);
        let mut terms = Vec::new();
        for term in &self.terms {
            let found = Lists::open(segment, term, self.fields)?.find(doc);
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
        let partial = sum.evidence;
        let name = if sum.name_bound > 0.0 {
            NameScores::open(self, segment, ordinal)?.get(doc)?
        } else {
            0.0
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

impl SegmentScores<'_> {
    /// The passages that have any word of the query, deleted ones among them, in any order.
    pub(super) fn matches(&self) -> &[DocId] {
        &self.sums.matches
    }

    /// The full scores of those of `matches` that can be among the best `wanted`. `ordinal` is the place of the segment among
    /// those of the index.
    pub(super) fn finish(
        &self,
        scorer: &Scorer<'_>,
        segment: &SegmentReader,
        ordinal: usize,
        matches: &[DocId],
        wanted: usize,
    ) -> tantivy::Result<Vec<(DocId, f32)>> {
        let partial = |doc: DocId| self.sums.at(doc).evidence;
        let mut threshold = self.least_of_best(matches, wanted);
        let bound = |doc: DocId| {
            let sum = self.sums.at(doc);
            (sum.evidence + sum.name_bound) * ROUNDING
        };
        let mut finished = Vec::new();
        let mut with_names = Vec::new();
        for doc in matches {
            if self.sums.at(*doc).name_bound > 0.0 {
                if bound(*doc) >= threshold {
                    with_names.push((Ordered(bound(*doc)), *doc));
                }
            } else if partial(*doc) >= threshold {
                finished.push((*doc, partial(*doc)));
            }
        }
        if !self.has_names {
            return Ok(finished);
        }
        // Those that could be best come first, so that what they reach soon rules out the rest.
        let mut with_names = BinaryHeap::from(with_names);
        let mut names = NameScores::open(scorer, segment, ordinal)?;
        let mut best: BinaryHeap<Reverse<Ordered>> = BinaryHeap::new();
        while let Some((Ordered(bound), doc)) = with_names.pop() {
            if bound < threshold {
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
        let evidence = |doc: &DocId| self.sums.at(*doc).evidence;
        let mut scores: Vec<f32> = matches.iter().map(evidence).collect();
        let (_, least, _) = scores.select_nth_unstable_by(wanted - 1, |a, b| b.total_cmp(a));
        *least
    }
}

impl Drop for SegmentScores<'_> {
    fn drop(&mut self) {
        self.statistics.give_back(std::mem::take(&mut self.sums));
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
