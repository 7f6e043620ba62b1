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
//! Sums are taken in the order of the query from statistics of the whole index, so every number is the same however an engine
//! cuts its index into parts, and whichever engine it is: an engine says what is known of words ([`Words`]) and which of them a
//! passage has ([`Evidence`]), and all that is made of it is made here.

use super::{ExpansionExplanation, Explanation, Ranking, TermExplanation};
use crate::query::{Field as QueryField, Occur, Query};

/// A word of a query or a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Stands for the word wherever words are compared.
    pub(crate) number: u32,
    /// The inverse document frequency: [`Word::idf`].
    pub(crate) idf: f32,
    /// In how many passages it stands.
    pub(crate) frequency: u64,
}

impl Word {
    /// The inverse document frequency of a word that `frequency` of so many passages have (Robertson and Sparck Jones, kept above 0
    /// as Lucene does).
    pub(crate) fn idf(frequency: u64, passages: f32) -> f32 {
        let found = frequency as f32;
        (1.0 + (passages - found + 0.5) / (found + 0.5)).ln()
    }
}

/// What an index knows of words.
pub(crate) trait Words {
    /// What can go wrong.
    type Error;

    /// What is known of a term.
    fn word(&self, term: &str) -> Result<Word, Self::Error>;
}

/// How many words the passages of an index have together, by their lengths as they are kept: [`kept_length`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TotalLengths {
    pub(crate) headings: u64,
    pub(crate) text: u64,
}

/// Where a passage holds a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) in_name: bool,
    pub(crate) in_headings: u32,
    pub(crate) in_text: u32,
}

impl Found {
    pub(crate) fn is_any(self) -> bool {
        self.in_name || self.in_headings > 0 || self.in_text > 0
    }
}

/// What a passage has of a query.
pub(crate) trait Evidence {
    /// What can go wrong.
    type Error;

    /// Whether it may have the term at this place in the query; where not, it is not asked for it.
    fn may_have_term(&self, _at: usize) -> bool {
        true
    }

    /// Whether it may have any variant of this idea; where not, it is not asked for them.
    fn may_have_variants(&self, _idea: usize) -> bool {
        true
    }

    /// Where it has the term at this place in the query.
    fn term(&mut self, at: usize) -> Result<Found, Self::Error>;

    /// Where it has one of what means the same as an idea; a name has a phrase that has all its words.
    fn variant(&mut self, idea: usize, which: usize) -> Result<Found, Self::Error>;

    /// Whether its text or headings have the words of an idea as a phrase, in one of its wordings.
    fn is_together(&mut self, idea: usize) -> Result<bool, Self::Error>;

    /// What BM25 adds to the term frequency below the line.
    fn normalisation(&self) -> f32;
}

/// A query with what its words weigh in one index.
pub(crate) struct WeightedQuery {
    pub(crate) ranking: Ranking,
    pub(crate) terms: Vec<WeightedTerm>,
    /// What some of the terms mean, where other words mean the same.
    pub(crate) ideas: Vec<Idea>,
    /// The weight of all terms, of those too that no passage has.
    pub(crate) total_weight: f32,
    pub(crate) average_length: f32,
}

/// A term whose presence adds to the score.
pub(crate) struct WeightedTerm {
    pub(crate) text: String,
    /// Stands for the term wherever words are compared.
    pub(crate) number: u32,
    pub(crate) surface: String,
    pub(crate) field: QueryField,
    pub(crate) weight: f32,
    /// Whether any passage has it.
    is_known: bool,
    /// Whether it belongs to an idea, and counts with it.
    pub(crate) has_idea: bool,
}

/// Terms that mean something together, and the words and phrases that mean the same. However many of these a passage has,
/// they are evidence of one thing: the best of them counts.
pub(crate) struct Idea {
    /// What was typed, as places among the terms of the query.
    pub(crate) terms: Vec<usize>,
    /// The phrases that these terms make where they stand together.
    pub(crate) wordings: Vec<Vec<(u32, String)>>,
    /// What the terms weigh together.
    pub(crate) typed_weight: f32,
    pub(crate) variants: Vec<WeightedVariant>,
    /// The weight of the idea in the query.
    pub(crate) weight: f32,
}

/// A word or phrase that means what was typed.
pub(crate) struct WeightedVariant {
    pub(crate) from: String,
    pub(crate) surface: String,
    pub(crate) terms: Vec<(u32, String)>,
    /// What stands for each of the terms wherever words are compared.
    pub(crate) numbers: Vec<u32>,
    pub(crate) weight: f32,
}

/// The share of a phrase's weight from which on all its words are there, with room for rounding.
pub(crate) const ALL: f32 = 0.9999;

/// What typed words of an idea count for.
pub(crate) struct Share {
    /// What their evidence is multiplied by.
    pub(crate) evidence: f32,
    /// How much of the idea's weight they cover.
    pub(crate) covered: f32,
}

/// What the words of a known phrase count for where they stand apart from each other: all of them, and only some.
const ALL_APART: f32 = 0.5;
const SOME_APART: f32 = 0.25;

impl WeightedQuery {
    /// A query, in an index of so many passages.
    pub(crate) fn new<W: Words>(
        query: &Query,
        ranking: &Ranking,
        words: &W,
        passages: f32,
        lengths: TotalLengths,
    ) -> Result<Self, W::Error> {
        let length = ranking.heading * lengths.headings as f32 + lengths.text as f32;
        let mut weighted = Self {
            ranking: *ranking,
            terms: Vec::new(),
            ideas: Vec::new(),
            total_weight: 0.0,
            average_length: (length / passages.max(1.0)).max(1.0),
        };
        for (text, surface, field, count) in evidence(query) {
            let word = words.word(text)?;
            weighted.terms.push(WeightedTerm {
                text: text.to_owned(),
                number: word.number,
                surface: surface.to_owned(),
                field,
                weight: word.idf * (count as f32).sqrt(),
                is_known: word.frequency > 0,
                has_idea: false,
            });
        }
        weighted.add_ideas(query, words)?;
        let plain = weighted.terms.iter().filter(|term| !term.has_idea);
        let ideas = weighted.ideas.iter().map(|idea| idea.weight);
        weighted.total_weight = plain.map(|term| term.weight).chain(ideas).sum();
        Ok(weighted)
    }

    /// Takes what else is searched for.
    fn add_ideas<W: Words>(&mut self, query: &Query, words: &W) -> Result<(), W::Error> {
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
                    let word = words.word(term)?;
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

    /// Whether a term is among those that are searched for.
    pub(super) fn is_asked(&self, term: &str) -> bool {
        let typed = self.terms.iter().map(|known| known.text.as_str());
        let variants = self.ideas.iter().flat_map(|idea| &idea.variants);
        let meant = variants.flat_map(|variant| variant.terms.iter().map(|(_, text)| &**text));
        typed.chain(meant).any(|known| known == term)
    }

    /// What a passage gives by itself; `None` where it has no word of the query.
    pub(crate) fn passage<E: Evidence>(&self, evidence: &mut E) -> Result<Option<f32>, E::Error> {
        let (mut given, mut covered) = (0f32, 0f32);
        for (at, term) in self.terms.iter().enumerate() {
            if term.has_idea || !evidence.may_have_term(at) {
                continue;
            }
            let found = evidence.term(at)?;
            if found.is_any() {
                covered += term.weight;
                given += self.given(term.weight, found, evidence);
            }
        }
        for (at, idea) in self.ideas.iter().enumerate() {
            let (mut typed, mut typed_weight) = (0f32, 0f32);
            for place in &idea.terms {
                if !evidence.may_have_term(*place) {
                    continue;
                }
                let term = &self.terms[*place];
                let found = evidence.term(*place)?;
                if found.is_any() {
                    typed += self.given(term.weight, found, evidence);
                    typed_weight += term.weight;
                }
            }
            let (mut variant, mut has_variant) = (0f32, false);
            if evidence.may_have_variants(at) {
                for (which, of_idea) in idea.variants.iter().enumerate() {
                    let found = evidence.variant(at, which)?;
                    if found.is_any() {
                        has_variant = true;
                        variant = variant.max(self.given(of_idea.weight, found, evidence));
                    }
                }
            }
            if typed_weight == 0.0 && !has_variant {
                continue;
            }
            let share = idea.share(typed_weight, evidence.is_together(at)?);
            given += (share.evidence * typed).max(variant);
            covered += if has_variant {
                idea.weight
            } else {
                share.covered
            };
        }
        let is_match = covered > 0.0;
        Ok(is_match.then(|| given * (covered / self.total_weight)))
    }

    /// What a term or phrase of this weight gives to a passage that has it.
    fn given(&self, weight: f32, found: Found, evidence: &impl Evidence) -> f32 {
        let frequency = self.ranking.heading * found.in_headings as f32 + found.in_text as f32;
        if frequency > 0.0 {
            weight * frequency / (frequency + evidence.normalisation())
        } else {
            0.0
        }
    }

    /// The most that one of these names gives: a line each, a space between two terms.
    pub(crate) fn names<W: Words>(&self, names: &str, words: &W) -> Result<f32, W::Error> {
        let mut best = 0f32;
        for name in names.lines() {
            // Of most names of an article no word was asked for; what their words weigh need not be known.
            if name.split(' ').any(|term| self.is_asked(term)) {
                let words = name.split(' ').map(|term| words.word(term));
                best = best.max(self.name(&words.collect::<Result<Vec<Word>, _>>()?));
            }
        }
        Ok(self.ranking.name * best)
    }

    /// What a name of these words gives, before its weight.
    fn name(&self, name: &[Word]) -> f32 {
        let (mut typed, mut all) = (0f32, 0f32);
        let mut is_covered = vec![false; name.len()];
        let place = |number: u32| name.iter().position(|word| word.number == number);
        for (word, is_covered) in name.iter().zip(&mut is_covered) {
            all += word.idf;
            let known = self.terms.iter().find(|known| {
                known.number == word.number && known.field != QueryField::Heading && !known.has_idea
            });
            if let Some(known) = known {
                *is_covered = true;
                typed += known.weight;
            }
        }
        for idea in &self.ideas {
            // Of what was typed and what means the same, the heaviest that the name has.
            let mut best = (0f32, Vec::new());
            for term in idea.terms.iter().map(|term| &self.terms[*term]) {
                if let Some(place) = place(term.number) {
                    best.0 += term.weight;
                    best.1.push(place);
                }
            }
            for variant in &idea.variants {
                let places: Option<Vec<usize>> = variant
                    .numbers
                    .iter()
                    .map(|number| place(*number))
                    .collect();
                if let Some(places) = places
                    && variant.weight > best.0
                {
                    best = (variant.weight, places);
                }
            }
            typed += best.0;
            best.1.iter().for_each(|place| is_covered[*place] = true);
        }
        let covered = name.iter().zip(&is_covered);
        let covered: f32 = covered
            .filter(|(_, is)| **is)
            .map(|(word, _)| word.idf)
            .sum();
        typed * (covered / all.max(f32::MIN_POSITIVE)).powf(self.ranking.name_steepness)
    }

    /// The parts of the score of a passage that gives `own` by itself; the best of its article gives `best`, and its names `name`.
    pub(crate) fn explain<E: Evidence>(
        &self,
        evidence: &mut E,
        own: f32,
        best: f32,
        name: f32,
    ) -> Result<Explanation, E::Error> {
        let mut covered = 0f32;
        let mut terms = Vec::new();
        for (at, term) in self.terms.iter().enumerate() {
            let found = evidence.term(at)?;
            if found.is_any() && !term.has_idea {
                covered += term.weight;
            }
            terms.push(TermExplanation {
                surface: term.surface.clone(),
                in_headings: found.in_headings,
                in_text: found.in_text,
                in_name: found.in_name,
                score: self.given(term.weight, found, evidence),
            });
        }
        let mut expansions = Vec::new();
        for (at, idea) in self.ideas.iter().enumerate() {
            let first = expansions.len();
            for (which, variant) in idea.variants.iter().enumerate() {
                let found = evidence.variant(at, which)?;
                if found.is_any() {
                    expansions.push(ExpansionExplanation {
                        from: variant.from.clone(),
                        to: variant.surface.clone(),
                        in_headings: found.in_headings,
                        in_text: found.in_text,
                        in_name: found.in_name,
                        score: self.given(variant.weight, found, evidence),
                    });
                }
            }
            let has_any = |term: &&usize| {
                let found = &terms[**term];
                found.in_name || found.in_headings + found.in_text > 0
            };
            let there = idea.terms.iter().filter(has_any);
            let typed_weight: f32 = there.map(|term| self.terms[*term].weight).sum();
            let is_together = evidence.is_together(at)?;
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
        Ok(Explanation {
            score: partial + name,
            passage,
            coverage,
            article: partial - passage,
            name,
            terms,
            expansions,
        })
    }

    /// What a passage of these lengths, as they are kept, has added below the line.
    #[cfg(feature = "opensearch")]
    pub(crate) fn normalisation(&self, headings: u32, text: u32) -> f32 {
        let Ranking { k1, b, heading, .. } = self.ranking;
        let share = |length: u32| k1 * b * length as f32 / self.average_length;
        heading * share(headings) + (k1 * (1.0 - b) + share(text))
    }
}

impl Idea {
    /// What typed words of this weight count for, together or apart.
    pub(crate) fn share(&self, typed_weight: f32, is_together: bool) -> Share {
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

/// How often terms stand at these distances from the first, which has the distance 0, where a term has these positions.
pub(crate) fn count_phrase<'a>(
    wording: &[(u32, String)],
    positions: impl Fn(&str) -> &'a [u32],
) -> u32 {
    let [(_, first), others @ ..] = wording else {
        return 0;
    };
    let stands = |start: &&u32| {
        others
            .iter()
            .all(|(distance, term)| positions(term).binary_search(&(**start + distance)).is_ok())
    };
    positions(first).iter().filter(stands).count() as u32
}

/// The length that is kept of a passage of so many words: with four significant bits, as Lucene's `SmallFloat` keeps it in a byte
/// and tantivy's field norms do.
#[cfg(feature = "opensearch")]
pub(crate) fn kept_length(words: u32) -> u32 {
    const EXACT: u32 = 24;
    let Some(beyond) = words.checked_sub(EXACT) else {
        return words;
    };
    let bits = u32::BITS - beyond.leading_zeros();
    let lost = bits.saturating_sub(4);
    EXACT + ((beyond >> lost) << lost)
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
