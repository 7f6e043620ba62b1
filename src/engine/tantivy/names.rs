//! What does an article's name give to the score of its passages?

use super::schema::NAME_TERMS;
use super::score::Scorer;
use super::statistics::{KnownNames, Word};
use crate::query::Field as QueryField;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

/// What the names of the articles of a segment give.
pub(super) struct NameScores<'a> {
    scorer: &'a Scorer<'a>,
    names: Option<StrColumn>,
    /// The words of names, from the queries before.
    words: &'a RwLock<KnownNames>,
    /// By the ordinal of the names: the passages of an article share them.
    known: HashMap<u64, f32>,
}

impl<'a> NameScores<'a> {
    /// For the segment whose place among those of the index is `ordinal`.
    pub(super) fn open(
        scorer: &'a Scorer<'a>,
        segment: &SegmentReader,
        ordinal: usize,
    ) -> tantivy::Result<Self> {
        Ok(Self {
            scorer,
            names: segment.fast_fields().str(NAME_TERMS)?,
            words: scorer.statistics.names(scorer.searcher, ordinal),
            known: HashMap::new(),
        })
    }

    /// What the names of the passage's article give.
    pub(super) fn get(&mut self, doc: DocId) -> tantivy::Result<f32> {
        let Some(names) = &self.names else {
            return Ok(0.0);
        };
        let Some(ordinal) = names.ords().first(doc) else {
            return Ok(0.0);
        };
        if let Some(known) = self.known.get(&ordinal) {
            return Ok(*known);
        }
        let words = self.words(names, ordinal)?;
        let best = words.iter().map(|name| self.name(name)).fold(0.0, f32::max);
        let score = self.scorer.ranking.name * best;
        self.known.insert(ordinal, score);
        Ok(score)
    }

    /// The words of each name.
    fn words(&self, names: &StrColumn, ordinal: u64) -> tantivy::Result<Arc<[Vec<Word>]>> {
        let known = self.words.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = known.get(&ordinal) {
            return Ok(Arc::clone(words));
        }
        drop(known);
        let mut text = String::new();
        names.ord_to_str(ordinal, &mut text)?;
        let words: Arc<[Vec<Word>]> = text
            .lines()
            .map(|name| name.split(' ').map(|term| self.scorer.word(term)).collect())
            .collect::<tantivy::Result<_>>()?;
        let mut known = self.words.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(ordinal, Arc::clone(&words));
        Ok(words)
    }

    fn name(&self, name: &[Word]) -> f32 {
        let (mut typed, mut all) = (0f32, 0f32);
        let mut is_covered = vec![false; name.len()];
        let place = |number: u32| name.iter().position(|word| word.number == number);
        for (word, is_covered) in name.iter().zip(&mut is_covered) {
            all += word.idf;
            let known = self.scorer.terms.iter().find(|known| {
                known.number == word.number && known.field != QueryField::Heading && !known.has_idea
            });
            if let Some(known) = known {
                *is_covered = true;
                typed += known.weight;
            }
        }
        for idea in &self.scorer.ideas {
            // Of what was typed and what means the same, the heaviest that the name has.
            let mut best = (0f32, Vec::new());
            for term in idea.terms.iter().map(|term| &self.scorer.terms[*term]) {
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
        typed * (covered / all.max(f32::MIN_POSITIVE)).powf(self.scorer.ranking.name_steepness)
    }
}
