//! What does an article's name give to the score of its passages?

use super::columns::Columns;
use super::score::Scorer;
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
        let words = self.scorer.words();
        let score = self
            .columns
            .with_names(number, |names| self.scorer.names(names, &words))?;
        self.known.insert(number, score);
        Ok(score)
    }
}
