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

use super::schema::{ARTICLE, Fields, NAME_TERMS};
use crate::engine::{Explanation, Ranking, TermExplanation};
use crate::query::{Field as QueryField, Occur, Query};
use std::collections::HashMap;
use tantivy::columnar::StrColumn;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// Room for the rounding of sums when a bound is compared with a score.
const ROUNDING: f32 = 1.0001;

/// A query made ready to score the passages of one index.
pub(super) struct Scorer<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    ranking: Ranking,
    terms: Vec<WeightedTerm>,
    /// The weight of all terms, of those too that no passage has.
    total_weight: f32,
    average_length: f32,
}

/// A term whose presence adds to the score.
struct WeightedTerm {
    text: String,
    surface: String,
    field: QueryField,
    weight: f32,
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
        lengths: TotalLengths,
    ) -> tantivy::Result<Self> {
        let length = ranking.heading * lengths.headings as f32 + lengths.text as f32;
        let passages = passages(searcher);
        let mut scorer = Self {
            searcher,
            fields,
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

    /// The inverse document frequency of a term (Robertson and Sparck Jones, kept above 0 as Lucene does), by the field in
    /// which most passages have it.
    fn idf(&self, term: &str) -> tantivy::Result<f32> {
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
        let threshold = self.least_of_best(matches, wanted);
        let mut names = NameScores::open(scorer, segment)?;
        let mut finished = Vec::new();
        for doc in matches {
            let bound = self.name_bound[*doc as usize];
            if (partial(*doc) + bound) * ROUNDING < threshold {
                continue;
            }
            let name = if bound > 0.0 { names.get(*doc)? } else { 0.0 };
            finished.push((*doc, partial(*doc) + name));
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

/// How many passages there are, deleted ones among them: the frequencies of terms count those too.
fn passages(searcher: &Searcher) -> f32 {
    let passages: u64 = searcher
        .segment_readers()
        .iter()
        .map(|segment| u64::from(segment.max_doc()))
        .sum();
    passages as f32
}

/// In how many passages a term stands, by the field in which most have it.
pub(super) fn frequency(searcher: &Searcher, fields: &Fields, term: &str) -> tantivy::Result<u64> {
    let mut frequency = 0;
    for field in [fields.names, fields.heading, fields.text] {
        frequency = frequency.max(searcher.doc_freq(&Term::from_field_text(field, term))?);
    }
    Ok(frequency)
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

/// The passages of a segment that hold a term, by where they hold it.
struct Lists {
    names: Option<SegmentPostings>,
    headings: Option<SegmentPostings>,
    text: Option<SegmentPostings>,
}

/// Where a passage holds a term.
#[derive(Clone, Copy, Default)]
struct Found {
    in_name: bool,
    in_headings: u32,
    in_text: u32,
}

impl Found {
    fn is_any(self) -> bool {
        self.in_name || self.in_headings > 0 || self.in_text > 0
    }
}

impl Lists {
    fn open(
        segment: &SegmentReader,
        term: &WeightedTerm,
        fields: &Fields,
    ) -> tantivy::Result<Self> {
        let open = |field: Field,
                    wanted: &[QueryField],
                    option: IndexRecordOption|
         -> tantivy::Result<Option<SegmentPostings>> {
            if !wanted.contains(&term.field) {
                return Ok(None);
            }
            let term = Term::from_field_text(field, &term.text);
            Ok(segment
                .inverted_index(field)?
                .read_postings(&term, option)?)
        };
        Ok(Self {
            names: open(
                fields.names,
                &[QueryField::Any, QueryField::Title],
                IndexRecordOption::Basic,
            )?,
            headings: open(
                fields.heading,
                &[QueryField::Any, QueryField::Heading],
                IndexRecordOption::WithFreqs,
            )?,
            text: open(
                fields.text,
                &[QueryField::Any],
                IndexRecordOption::WithFreqs,
            )?,
        })
    }

    fn all(&mut self) -> [&mut Option<SegmentPostings>; 3] {
        [&mut self.names, &mut self.headings, &mut self.text]
    }

    /// The first passage that was not taken yet.
    fn next_doc(&self) -> Option<DocId> {
        [&self.names, &self.headings, &self.text]
            .into_iter()
            .flatten()
            .map(DocSet::doc)
            .min()
            .filter(|doc| *doc != TERMINATED)
    }

    /// Where `doc`, which no list is beyond, holds the term; the lists go on to the next.
    fn take(&mut self, doc: DocId) -> Found {
        let frequency = |list: &mut Option<SegmentPostings>| match list {
            Some(list) if list.doc() == doc => {
                let frequency = list.term_freq();
                list.advance();
                frequency
            }
            _ => 0,
        };
        Found {
            in_name: frequency(&mut self.names) > 0,
            in_headings: frequency(&mut self.headings),
            in_text: frequency(&mut self.text),
        }
    }

    /// Where `doc` holds the term.
    fn seek(&mut self, doc: DocId) -> Found {
        for list in self.all().into_iter().flatten() {
            if list.doc() < doc {
                list.seek(doc);
            }
        }
        self.take(doc)
    }
}

/// How many words the passages of an index have together.
///
/// Summed from the lengths that are kept of each passage. What tantivy counts itself is exact in a new segment and an
/// estimate in a merged one, so it would let the history of an index show in its scores.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TotalLengths {
    headings: u64,
    text: u64,
}

impl TotalLengths {
    pub(super) fn of(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let mut total = Self::default();
        for segment in searcher.segment_readers() {
            let sum = |field: Field| -> tantivy::Result<u64> {
                let lengths = segment.get_fieldnorms_reader(field)?;
                let docs = 0..segment.max_doc();
                Ok(docs.map(|doc| u64::from(lengths.fieldnorm(doc))).sum())
            };
            total.headings += sum(fields.heading)?;
            total.text += sum(fields.text)?;
        }
        Ok(total)
    }
}

/// How long the passages of a segment are.
struct Lengths {
    headings: FieldNormReader,
    text: FieldNormReader,
    heading_weight: f32,
    k1: f32,
    b: f32,
    average: f32,
}

impl Lengths {
    fn open(segment: &SegmentReader, scorer: &Scorer<'_>) -> tantivy::Result<Self> {
        Ok(Self {
            headings: segment.get_fieldnorms_reader(scorer.fields.heading)?,
            text: segment.get_fieldnorms_reader(scorer.fields.text)?,
            heading_weight: scorer.ranking.heading,
            k1: scorer.ranking.k1,
            b: scorer.ranking.b,
            average: scorer.average_length,
        })
    }

    /// What BM25 adds to the term frequency below the line.
    fn normalisation(&self, doc: DocId) -> f32 {
        let length = self.heading_weight * self.headings.fieldnorm(doc) as f32
            + self.text.fieldnorm(doc) as f32;
        self.k1 * (1.0 - self.b + self.b * length / self.average)
    }
}

/// What the names of the articles of a segment give.
struct NameScores<'a> {
    scorer: &'a Scorer<'a>,
    names: Option<StrColumn>,
    /// By the ordinal of the names: the passages of an article share them.
    known: HashMap<u64, f32>,
    idf: HashMap<String, f32>,
}

impl<'a> NameScores<'a> {
    fn open(scorer: &'a Scorer<'a>, segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            scorer,
            names: segment.fast_fields().str(NAME_TERMS)?,
            known: HashMap::new(),
            idf: HashMap::new(),
        })
    }

    /// What the names of the passage's article give.
    fn get(&mut self, doc: DocId) -> tantivy::Result<f32> {
        let Some(names) = &self.names else {
            return Ok(0.0);
        };
        let Some(ordinal) = names.ords().first(doc) else {
            return Ok(0.0);
        };
        if let Some(known) = self.known.get(&ordinal) {
            return Ok(*known);
        }
        let mut text = String::new();
        names.ord_to_str(ordinal, &mut text)?;
        let mut best = 0f32;
        for name in text.lines() {
            best = best.max(self.name(name)?);
        }
        let score = self.scorer.ranking.name * best;
        self.known.insert(ordinal, score);
        Ok(score)
    }

    fn name(&mut self, name: &str) -> tantivy::Result<f32> {
        let (mut typed, mut covered, mut all) = (0f32, 0f32, 0f32);
        for term in name.split(' ') {
            let idf = match self.idf.get(term) {
                Some(idf) => *idf,
                None => {
                    let idf = self.scorer.idf(term)?;
                    self.idf.insert(term.to_owned(), idf);
                    idf
                }
            };
            all += idf;
            let known = self
                .scorer
                .terms
                .iter()
                .find(|known| known.text == term && known.field != QueryField::Heading);
            if let Some(known) = known {
                covered += idf;
                typed += known.weight;
            }
        }
        Ok(typed * (covered / all.max(f32::MIN_POSITIVE)).powf(self.scorer.ranking.name_steepness))
    }
}
