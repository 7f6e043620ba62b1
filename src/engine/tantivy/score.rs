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
use super::postings::{self, Found, Lists};
use super::schema::{Fields, POSITION};
use super::statistics::{Lengths, Statistics, Word, passages};
use super::sums::Scratch;
use crate::engine::{ExpansionExplanation, Explanation, Ranking, TermExplanation};
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
    /// What some of the terms mean, where other words mean the same.
    pub(super) ideas: Vec<Idea>,
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
    /// Whether any passage has it.
    is_known: bool,
    /// Whether it belongs to an idea, and counts with it.
    pub(super) has_idea: bool,
}

/// Terms that mean something together, and the words and phrases that mean the same. However many of these a passage has,
/// they are evidence of one thing: the best of them counts.
pub(super) struct Idea {
    /// What was typed, as places among the terms of the query.
    pub(super) terms: Vec<usize>,
    /// The phrases that these terms make where they stand together.
    wordings: Vec<Vec<(u32, String)>>,
    /// What the terms weigh together.
    typed_weight: f32,
    pub(super) variants: Vec<WeightedVariant>,
    /// The weight of the idea in the query.
    weight: f32,
}

/// A word or phrase that means what was typed.
pub(super) struct WeightedVariant {
    from: String,
    surface: String,
    terms: Vec<(u32, String)>,
    /// What stands for each of the terms wherever words are compared.
    pub(super) numbers: Vec<u32>,
    pub(super) weight: f32,
}

/// The share of a phrase's weight from which on all its words are there, with room for rounding.
const ALL: f32 = 0.9999;

/// What typed words of an idea count for.
struct Share {
    /// What their evidence is multiplied by.
    evidence: f32,
    /// How much of the idea's weight they cover.
    covered: f32,
}

/// What the words of a known phrase count for where they stand apart from each other: all of them, and only some.
const ALL_APART: f32 = 0.5;
const SOME_APART: f32 = 0.25;

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
            ideas: Vec::new(),
            total_weight: 0.0,
            average_length: (length / passages.max(1.0)).max(1.0),
        };
        for (text, surface, field, count) in evidence(query) {
            let word = scorer.word(text)?;
            scorer.terms.push(WeightedTerm {
                text: text.to_owned(),
                number: word.number,
                surface: surface.to_owned(),
                field,
                weight: word.idf * (count as f32).sqrt(),
                is_known: word.frequency > 0,
                has_idea: false,
            });
        }
        scorer.add_ideas(query)?;
        let plain = scorer.terms.iter().filter(|term| !term.has_idea);
        let ideas = scorer.ideas.iter().map(|idea| idea.weight);
        scorer.total_weight = plain.map(|term| term.weight).chain(ideas).sum();
        Ok(scorer)
    }

    /// Takes what else is searched for.
    fn add_ideas(&mut self, query: &Query) -> tantivy::Result<()> {
        for expansion in &query.expansions {
            let typed: Vec<usize> = expansion
                .clauses
                .iter()
                .filter_map(|clause| {
                    let (_, text) = query.clauses.get(*clause)?.terms.first()?;
                    let is_it =
                        |term: &WeightedTerm| term.text == *text && term.field == QueryField::Any;
                    self.terms.iter().position(is_it)
                })
                .collect();
            let Some(first) = typed.first() else {
                continue;
            };
            let all_known = typed.iter().all(|term| self.terms[*term].is_known);
            let typed_weight: f32 = typed.iter().map(|term| self.terms[*term].weight).sum();
            let known = typed.iter().filter(|term| self.terms[**term].is_known);
            let known_weight: f32 = known.map(|term| self.terms[*term].weight).sum();
            // No variant weighs more than what was typed, unless no text has that.
            let most = if all_known { typed_weight } else { f32::MAX };
            let mut heaviest = 0f32;
            let mut variants = Vec::new();
            for variant in &expansion.variants {
                let mut idf = 0f32;
                let mut numbers = Vec::new();
                let mut is_known = true;
                for (_, term) in &variant.terms {
                    let word = self.word(term)?;
                    idf += word.idf;
                    numbers.push(word.number);
                    is_known &= word.frequency > 0;
                }
                if !is_known {
                    continue;
                }
                heaviest = heaviest.max(idf);
                variants.push(WeightedVariant {
                    from: expansion.from.clone(),
                    surface: variant.surface.clone(),
                    terms: variant.terms.clone(),
                    numbers,
                    weight: variant.weight * idf.min(most),
                });
            }
            if variants.is_empty() {
                continue;
            }
            // Words that were typed twice may belong to two phrases; the first has them.
            let own: Vec<usize> = typed
                .iter()
                .copied()
                .filter(|term| !self.terms[*term].has_idea)
                .collect();
            if own.is_empty() {
                let of_first = |idea: &&mut Idea| idea.terms.contains(first);
                if let Some(idea) = self.ideas.iter_mut().find(of_first) {
                    idea.variants.extend(variants);
                }
                continue;
            }
            let own_weight: f32 = own.iter().map(|term| self.terms[*term].weight).sum();
            let weight = if all_known {
                own_weight
            } else {
                known_weight.max(heaviest.min(typed_weight))
            };
            for term in &own {
                self.terms[*term].has_idea = true;
            }
            // Of a phrase that shares words with another only what it does not share is left, and that is no phrase.
            let wordings = if own.len() == typed.len() {
                expansion.wordings.clone()
            } else {
                Vec::new()
            };
            self.ideas.push(Idea {
                terms: own,
                wordings,
                typed_weight: own_weight,
                variants,
                weight,
            });
        }
        Ok(())
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
        for term in self.terms.iter().filter(|term| !term.has_idea) {
            let mut lists = Lists::open(segment, &term.text, term.field, self.fields)?;
            while let Some((doc, found)) = lists.next() {
                let sum = scores.sums.matching(doc);
                sum.covered += term.weight;
                sum.evidence += self.evidence(term.weight, found, doc, &lengths);
                if found.in_name {
                    scores.has_names = true;
                    sum.name_bound += self.ranking.name * term.weight;
                }
            }
        }
        for idea in &self.ideas {
            scores.has_names |= self.add_idea(idea, segment, &lengths, &mut scores.sums)?;
        }
        self.add_articles(segment, &mut scores.sums)?;
        Ok(scores)
    }

    /// What a term or phrase of this weight gives to a passage that has it.
    fn evidence(&self, weight: f32, found: Found, doc: DocId, lengths: &Lengths) -> f32 {
        let frequency = self.ranking.heading * found.in_headings as f32 + found.in_text as f32;
        if frequency > 0.0 {
            weight * frequency / (frequency + lengths.normalisation(doc))
        } else {
            0.0
        }
    }

    /// Adds what an idea gives, and says whether any name has it.
    fn add_idea(
        &self,
        idea: &Idea,
        segment: &SegmentReader,
        lengths: &Lengths,
        sums: &mut Scratch,
    ) -> tantivy::Result<bool> {
        for term in idea.terms.iter().map(|term| &self.terms[*term]) {
            let mut lists = Lists::open(segment, &term.text, term.field, self.fields)?;
            while let Some((doc, found)) = lists.next() {
                let sum = sums.idea(doc);
                sum.typed += self.evidence(term.weight, found, doc, lengths);
                sum.typed_weight += term.weight;
                if found.in_name {
                    sum.typed_in_name += term.weight;
                }
            }
        }
        postings::together(segment, &idea.wordings, self.fields, |doc| {
            sums.idea(doc).is_together = true;
        })?;
        for variant in &idea.variants {
            postings::variant(segment, &variant.terms, self.fields, |doc, found| {
                let given = self.evidence(variant.weight, found, doc, lengths);
                let sum = sums.idea(doc);
                sum.variant = sum.variant.max(given);
                sum.has_variant = true;
                if found.in_name {
                    sum.variant_in_name = sum.variant_in_name.max(variant.weight);
                }
            })?;
        }
        let mut has_names = false;
        sums.finish_idea(|of_idea, sum| {
            let share = idea.share(of_idea.typed_weight, of_idea.is_together);
            sum.evidence += (share.evidence * of_idea.typed).max(of_idea.variant);
            sum.covered += if of_idea.has_variant {
                idea.weight
            } else {
                share.covered
            };
            let in_name = of_idea.typed_in_name.max(of_idea.variant_in_name);
            has_names |= in_name > 0.0;
            sum.name_bound += self.ranking.name * in_name;
        });
        Ok(has_names)
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
        let mut covered = 0f32;
        let mut terms = Vec::new();
        for term in &self.terms {
            let found = Lists::open(segment, &term.text, term.field, self.fields)?.find(doc);
            if found.is_any() && !term.has_idea {
                covered += term.weight;
            }
            terms.push(TermExplanation {
                surface: term.surface.clone(),
                in_headings: found.in_headings,
                in_text: found.in_text,
                in_name: found.in_name,
                score: self.evidence(term.weight, found, doc, &lengths),
            });
        }
        let mut expansions = Vec::new();
        for idea in &self.ideas {
            let first = expansions.len();
            for variant in &idea.variants {
                let mut found = Found::default();
                postings::variant(segment, &variant.terms, self.fields, |other, there| {
                    if other == doc {
                        found = there;
                    }
                })?;
                if found.is_any() {
                    expansions.push(ExpansionExplanation {
                        from: variant.from.clone(),
                        to: variant.surface.clone(),
                        in_headings: found.in_headings,
                        in_text: found.in_text,
                        in_name: found.in_name,
                        score: self.evidence(variant.weight, found, doc, &lengths),
                    });
                }
            }
            let has_any = |term: &&usize| {
                let found = &terms[**term];
                found.in_name || found.in_headings + found.in_text > 0
            };
            let there = idea.terms.iter().filter(has_any);
            let typed_weight: f32 = there.map(|term| self.terms[*term].weight).sum();
            let mut is_together = false;
            postings::together(segment, &idea.wordings, self.fields, |other| {
                is_together |= other == doc;
            })?;
            let share = idea.share(typed_weight, is_together);
            covered += if expansions.len() > first {
                idea.weight
            } else {
                share.covered
            };
            idea.terms
                .iter()
                .for_each(|term| terms[*term].score *= share.evidence);
            // The best counts, and the others give nothing.
            let typed: f32 = idea.terms.iter().map(|term| terms[*term].score).sum();
            let variants = &mut expansions[first..];
            let best = (0..variants.len())
                .rev()
                .max_by(|a, b| variants[*a].score.total_cmp(&variants[*b].score))
                .filter(|best| variants[*best].score > typed);
            for (index, variant) in variants.iter_mut().enumerate() {
                if best != Some(index) {
                    variant.score = 0.0;
                }
            }
            if best.is_some() {
                idea.terms.iter().for_each(|term| terms[*term].score = 0.0);
            }
        }
        let given = terms.iter().map(|term| term.score);
        let evidence: f32 = given
            .chain(expansions.iter().map(|expansion| expansion.score))
            .sum();
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
            expansions,
        }))
    }
}

impl Idea {
    /// What typed words of this weight count for, together or apart.
    fn share(&self, typed_weight: f32, is_together: bool) -> Share {
        let covered = typed_weight.min(self.weight);
        if self.wordings.is_empty() || is_together {
            return Share {
                evidence: 1.0,
                covered,
            };
        }
        let share = typed_weight / self.typed_weight;
        if share >= ALL {
            Share {
                evidence: ALL_APART,
                covered: ALL_APART * covered,
            }
        } else {
            Share {
                evidence: SOME_APART * share,
                covered: SOME_APART * covered,
            }
        }
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
