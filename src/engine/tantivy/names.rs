//! What does an article's name give to the score of its passages?

use super::columns::Columns;
use super::score::Scorer;
use super::statistics::Word;
use crate::query::Field as QueryField;
use std::collections::HashMap;
use tantivy::DocId;

/// What the names of the articles of a segment give.
pub(super) struct NameScores<'a> {
    scorer: &'a Scorer<'a>,
    columns: &'a Columns,
    /// By the number of the names: the passages of an article share them.
    known: HashMap<u64, f32>,
}

impl<'a> NameScores<'a> {
    /// For the segment whose place among those of the index is `ordinal`.
    pub(super) fn open(scorer: &'a Scorer<'a>, ordinal: usize) -> tantivy::Result<Self> {
        Ok(Self {
            scorer,
            columns: scorer.columns(ordinal)?,
            known: HashMap::new(),
        })
    }

    /// What the names of the passage's article give.
    pub(super) fn get(&mut self, doc: DocId) -> tantivy::Result<f32> {
        let Some(number) = self.columns.names(doc)? else {
            return Ok(0.0);
        };
        if let Some(known) = self.known.get(&number) {
            return Ok(*known);
        }
        let best = self.columns.with_names(number, |names| self.best(names))?;
        let score = self.scorer.ranking.name * best;
        self.known.insert(number, score);
        Ok(score)
    }

    /// The most that one of these names gives.
    fn best(&self, names: &str) -> tantivy::Result<f32> {
        let mut best = 0f32;
        for name in names.lines() {
            // Of most names of an article no word was asked for; what their words weigh need not be known.
            if name.split(' ').any(|term| self.scorer.is_asked(term)) {
                let words = name.split(' ').map(|term| self.scorer.word(term));
                best = best.max(self.name(&words.collect::<tantivy::Result<Vec<Word>>>()?));
            }
        }
        Ok(best)
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
