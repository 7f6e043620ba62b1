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
//! is cut into segments: neither threads nor merges ever show in a score. Which passages are worth the work, `best` tells.

use super::bounds::{Bounds, Mark};
use super::columns::Columns;
use super::names::NameScores;
use super::postings::{Found, Lists, Marks, Phrase};
use super::schema::Fields;
use super::statistics::{Lengths, Statistics, Word, passages};
use crate::engine::{ExpansionExplanation, Explanation, Ranking, TermExplanation};
use crate::query::{Field as QueryField, Occur, Query};
use tantivy::{DocId, Searcher, SegmentReader, TERMINATED};

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
    pub(super) total_weight: f32,
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
    pub(super) typed_weight: f32,
    pub(super) variants: Vec<WeightedVariant>,
    /// The weight of the idea in the query.
    pub(super) weight: f32,
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
pub(super) const ALL: f32 = 0.9999;

/// What typed words of an idea count for.
pub(super) struct Share {
    /// What their evidence is multiplied by.
    pub(super) evidence: f32,
    /// How much of the idea's weight they cover.
    pub(super) covered: f32,
}

/// What the words of a known phrase count for where they stand apart from each other: all of them, and only some.
const ALL_APART: f32 = 0.5;
const SOME_APART: f32 = 0.25;

/// Where the passages of one segment have the words of a query.
pub(super) struct Evidence<'a> {
    scorer: &'a Scorer<'a>,
    bounds: &'a Bounds,
    segment: &'a SegmentReader,
    lengths: Lengths,
    terms: Vec<Lists>,
    ideas: Vec<IdeaLists<'a>>,
}

/// Where an idea is found.
struct IdeaLists<'a> {
    /// The words of the phrase that was typed, side by side; opened when it is first asked for.
    together: Option<Phrase<'a>>,
    variants: Vec<VariantLists<'a>>,
}

/// Where one that means the same is found.
enum VariantLists<'a> {
    Word(Box<Lists>),
    Phrase {
        /// For marks.
        marks: Box<Phrase<'a>>,
        /// For what single passages have; opened when it is first asked for.
        finds: Option<Box<Phrase<'a>>>,
    },
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
            // A word that was typed twice is one term, and counts by its weight.
            let mut typed: Vec<usize> = expansion
                .clauses
                .iter()
                .filter_map(|clause| {
                    let (_, text) = query.clauses.get(*clause)?.terms.first()?;
                    let is_it =
                        |term: &WeightedTerm| term.text == *text && term.field == QueryField::Any;
                    self.terms.iter().position(is_it)
                })
                .collect();
            let mut seen = Vec::new();
            typed.retain(|term| {
                let is_new = !seen.contains(term);
                seen.push(*term);
                is_new
            });
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

    /// Whether a term is among those that are searched for.
    pub(super) fn is_asked(&self, term: &str) -> bool {
        let typed = self.terms.iter().map(|known| known.text.as_str());
        let variants = self.ideas.iter().flat_map(|idea| &idea.variants);
        let meant = variants.flat_map(|variant| variant.terms.iter().map(|(_, text)| &**text));
        typed.chain(meant).any(|known| known == term)
    }

    /// The columns of the segment whose place among those of the index is `ordinal`.
    pub(super) fn columns(&self, ordinal: usize) -> tantivy::Result<&'a Columns> {
        self.statistics.columns(self.searcher, ordinal)
    }

    /// The parts of the score of one passage.
    pub(super) fn explain(
        &self,
        segment: &SegmentReader,
        ordinal: usize,
        doc: DocId,
    ) -> tantivy::Result<Option<Explanation>> {
        let bounds = Bounds::new(self);
        let articles = self.columns(ordinal)?.articles();
        let mut evidence = Evidence::open(self, &bounds, segment)?;
        let (mut own, mut best, mut is_match) = (0f32, 0f32, false);
        for other in articles.around(doc) {
            if let Some(passage) = evidence.passage(other, Mark::UNKNOWN)? {
                best = best.max(passage);
                if other == doc {
                    (own, is_match) = (passage, true);
                }
            }
        }
        if !is_match {
            return Ok(None);
        }
        let mut lists = Evidence::open(self, &bounds, segment)?;
        let mut covered = 0f32;
        let mut terms = Vec::new();
        for (at, term) in self.terms.iter().enumerate() {
            let found = lists.terms[at].find(doc)?;
            if found.is_any() && !term.has_idea {
                covered += term.weight;
            }
            terms.push(TermExplanation {
                surface: term.surface.clone(),
                in_headings: found.in_headings,
                in_text: found.in_text,
                in_name: found.in_name,
                score: lists.given(term.weight, found, doc),
            });
        }
        let mut expansions = Vec::new();
        for (at, idea) in self.ideas.iter().enumerate() {
            let first = expansions.len();
            for (which, variant) in idea.variants.iter().enumerate() {
                let found = lists.variant(at, which, doc)?;
                if found.is_any() {
                    expansions.push(ExpansionExplanation {
                        from: variant.from.clone(),
                        to: variant.surface.clone(),
                        in_headings: found.in_headings,
                        in_text: found.in_text,
                        in_name: found.in_name,
                        score: lists.given(variant.weight, found, doc),
                    });
                }
            }
            let has_any = |term: &&usize| {
                let found = &terms[**term];
                found.in_name || found.in_headings + found.in_text > 0
            };
            let there = idea.terms.iter().filter(has_any);
            let typed_weight: f32 = there.map(|term| self.terms[*term].weight).sum();
            let is_together = lists.is_together(at, doc)?;
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
        let given: f32 = given
            .chain(expansions.iter().map(|expansion| expansion.score))
            .sum();
        let coverage = covered / self.total_weight;
        let passage = given * coverage;
        let partial = own + self.ranking.article * best;
        let name = NameScores::open(self, ordinal)?.get(doc)?;
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
    pub(super) fn share(&self, typed_weight: f32, is_together: bool) -> Share {
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

impl<'a> Evidence<'a> {
    pub(super) fn open(
        scorer: &'a Scorer<'a>,
        bounds: &'a Bounds,
        segment: &'a SegmentReader,
    ) -> tantivy::Result<Self> {
        let fields = scorer.fields;
        let terms = scorer.terms.iter();
        let ideas = scorer.ideas.iter().map(|idea| {
            let variants = idea.variants.iter().map(|variant| {
                Ok(match variant.terms.as_slice() {
                    [(_, term)] => VariantLists::Word(Box::new(Lists::open(
                        segment,
                        term,
                        QueryField::Any,
                        fields,
                    )?)),
                    _ => VariantLists::Phrase {
                        marks: Box::new(variant.open(segment, fields)?),
                        finds: None,
                    },
                })
            });
            Ok(IdeaLists {
                together: None,
                variants: variants.collect::<tantivy::Result<_>>()?,
            })
        });
        Ok(Self {
            scorer,
            bounds,
            segment,
            lengths: Lengths::open(segment, scorer)?,
            terms: terms
                .map(|term| Lists::open(segment, &term.text, term.field, fields))
                .collect::<tantivy::Result<_>>()?,
            ideas: ideas.collect::<tantivy::Result<_>>()?,
        })
    }

    /// The next passage that is on a list of names, or on one of a word with any of the bits `own`, and how many entries all these
    /// lists have; it is not before `from`.
    pub(super) fn next(&mut self, from: DocId, own: u64) -> (DocId, u64) {
        let (mut next, mut entries) = (TERMINATED, 0);
        let mut take = |doc: DocId, count: u32| {
            next = next.min(doc);
            entries += u64::from(count);
        };
        let bounds = self.bounds;
        for (at, lists) in self.terms.iter_mut().enumerate() {
            lists.for_each(bounds.term(at) & own != 0, |list| {
                take(list.next(from), list.len());
            });
        }
        for (at, idea) in self.ideas.iter_mut().enumerate() {
            let is_wanted = bounds.variants(at) & own != 0;
            for variant in &mut idea.variants {
                match variant {
                    VariantLists::Word(lists) => {
                        lists.for_each(is_wanted, |list| take(list.next(from), list.len()));
                    }
                    VariantLists::Phrase { marks, .. } => {
                        let (doc, count) = marks.next(from, is_wanted);
                        take(doc, count);
                    }
                }
            }
        }
        (next, entries)
    }

    /// Marks the passages of a window that have words with any of the bits `wanted` in their text and headings. Where `may` is true,
    /// the words of a phrase need not stand together for its mark.
    pub(super) fn mark_own(&mut self, window: &mut Marks<'_>, wanted: u64, may: bool) {
        for (at, lists) in self.terms.iter_mut().enumerate() {
            let bit = self.bounds.term(at);
            if bit & wanted != 0 {
                lists.own().for_each(|list| {
                    list.mark(window, bit);
                });
            }
        }
        for (at, idea) in self.ideas.iter_mut().enumerate() {
            let bit = self.bounds.variants(at);
            if bit & wanted == 0 {
                continue;
            }
            for variant in &mut idea.variants {
                match variant {
                    VariantLists::Word(lists) => {
                        lists.own().for_each(|list| {
                            list.mark(window, bit);
                        });
                    }
                    VariantLists::Phrase { marks, .. } => marks.mark_own(window, bit, may),
                }
            }
        }
    }

    /// Marks the passages of a window whose articles' names have words of the query, and says whether there are any.
    pub(super) fn mark_names(&mut self, window: &mut Marks<'_>) -> bool {
        let mut any = false;
        for (at, lists) in self.terms.iter_mut().enumerate() {
            if let Some(names) = &mut lists.names {
                any |= names.mark(window, self.bounds.term(at));
            }
        }
        for (at, idea) in self.ideas.iter_mut().enumerate() {
            let bit = self.bounds.variants(at);
            for variant in &mut idea.variants {
                match variant {
                    VariantLists::Word(lists) => {
                        if let Some(names) = &mut lists.names {
                            any |= names.mark(window, bit);
                        }
                    }
                    VariantLists::Phrase { marks, .. } => any |= marks.mark_names(window, bit),
                }
            }
        }
        any
    }

    /// What a passage gives by itself; `None` where it has no word of the query. To be asked of passages in their order.
    pub(super) fn passage(&mut self, doc: DocId, mark: Mark) -> tantivy::Result<Option<f32>> {
        let any = mark.own | mark.names;
        let (mut evidence, mut covered) = (0f32, 0f32);
        for (at, term) in self.scorer.terms.iter().enumerate() {
            if term.has_idea || any & self.bounds.term(at) == 0 {
                continue;
            }
            let found = self.terms[at].find(doc)?;
            if found.is_any() {
                covered += term.weight;
                evidence += self.given(term.weight, found, doc);
            }
        }
        for (at, idea) in self.scorer.ideas.iter().enumerate() {
            let (mut typed, mut typed_weight) = (0f32, 0f32);
            for place in &idea.terms {
                if any & self.bounds.term(*place) == 0 {
                    continue;
                }
                let term = &self.scorer.terms[*place];
                let found = self.terms[*place].find(doc)?;
                if found.is_any() {
                    typed += self.given(term.weight, found, doc);
                    typed_weight += term.weight;
                }
            }
            let (mut variant, mut has_variant) = (0f32, false);
            if any & self.bounds.variants(at) != 0 {
                for (which, of_idea) in idea.variants.iter().enumerate() {
                    let found = self.variant(at, which, doc)?;
                    if found.is_any() {
                        has_variant = true;
                        variant = variant.max(self.given(of_idea.weight, found, doc));
                    }
                }
            }
            if typed_weight == 0.0 && !has_variant {
                continue;
            }
            let share = idea.share(typed_weight, self.is_together(at, doc)?);
            evidence += (share.evidence * typed).max(variant);
            covered += if has_variant {
                idea.weight
            } else {
                share.covered
            };
        }
        let is_match = covered > 0.0;
        Ok(is_match.then(|| evidence * (covered / self.scorer.total_weight)))
    }

    /// What a term or phrase of this weight gives to a passage that has it.
    fn given(&self, weight: f32, found: Found, doc: DocId) -> f32 {
        let heading = self.scorer.ranking.heading;
        let frequency = heading * found.in_headings as f32 + found.in_text as f32;
        if frequency > 0.0 {
            weight * frequency / (frequency + self.lengths.normalisation(doc))
        } else {
            0.0
        }
    }

    /// Where a passage has one of what means the same as an idea.
    fn variant(&mut self, idea: usize, which: usize, doc: DocId) -> tantivy::Result<Found> {
        let variant = &self.scorer.ideas[idea].variants[which];
        match &mut self.ideas[idea].variants[which] {
            VariantLists::Word(lists) => lists.find(doc),
            VariantLists::Phrase { finds, .. } => Ok(match finds {
                Some(phrase) => phrase.find(doc),
                closed => {
                    let phrase = Box::new(variant.open(self.segment, self.scorer.fields)?);
                    closed.insert(phrase).find(doc)
                }
            }),
        }
    }

    /// Whether a passage has the words of an idea as a phrase.
    fn is_together(&mut self, idea: usize, doc: DocId) -> tantivy::Result<bool> {
        let wordings = &self.scorer.ideas[idea].wordings;
        if wordings.is_empty() {
            return Ok(false);
        }
        let phrase = match &mut self.ideas[idea].together {
            Some(phrase) => phrase,
            closed => closed.insert(Phrase::open(self.segment, wordings, self.scorer.fields)?),
        };
        let found = phrase.find(doc);
        Ok(found.in_headings + found.in_text > 0)
    }
}

impl WeightedVariant {
    fn open<'a>(&'a self, segment: &SegmentReader, fields: &Fields) -> tantivy::Result<Phrase<'a>> {
        Phrase::open(segment, std::slice::from_ref(&self.terms), fields)
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
