//! What does an article's name give to the score of its passages?

use super::schema::NAME_TERMS;
use super::score::Scorer;
use crate::query::Field as QueryField;
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

/// What the names of the articles of a segment give.
pub(super) struct NameScores<'a> {
    scorer: &'a Scorer<'a>,
    names: Option<StrColumn>,
    /// By the ordinal of the names: the passages of an article share them.
    known: HashMap<u64, f32>,
    idf: MutexGuard<'a, HashMap<String, f32>>,
}

impl<'a> NameScores<'a> {
    pub(super) fn open(scorer: &'a Scorer<'a>, segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            scorer,
            names: segment.fast_fields().str(NAME_TERMS)?,
            known: HashMap::new(),
            idf: scorer
                .statistics
                .idf
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
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
