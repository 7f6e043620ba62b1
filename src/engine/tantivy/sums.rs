//! What is known of the passages of a segment while their scores are summed?
//!
//! One place a passage, kept from query to query, of which only those that were written to are cleaned.

use tantivy::DocId;

/// What was summed up for one passage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    /// What its own words give; in the end what the passage and its article give.
    pub(super) evidence: f32,
    /// The weight of the words of the query that it or its article's names have: more than 0 where it matches.
    pub(super) covered: f32,
    /// The most that names can add.
    pub(super) name_bound: f32,
    /// The best of the article, at the place of the article's first passage.
    pub(super) best: f32,
}

/// The sums of the passages of one segment.
#[derive(Default)]
pub(super) struct Scratch {
    sums: Vec<Sum>,
    /// The passages that match.
    pub(super) matches: Vec<DocId>,
    /// The places that were written to as first passages of an article.
    pub(super) firsts: Vec<DocId>,
}

impl Scratch {
    pub(super) fn reserve(&mut self, size: usize) {
        if self.sums.len() < size {
            self.sums.resize(size, Sum::default());
        }
    }

    pub(super) fn clear(&mut self) {
        for doc in self.matches.drain(..).chain(self.firsts.drain(..)) {
            self.sums[doc as usize] = Sum::default();
        }
    }

    pub(super) fn at(&self, doc: DocId) -> &Sum {
        &self.sums[doc as usize]
    }

    pub(super) fn at_mut(&mut self, doc: DocId) -> &mut Sum {
        &mut self.sums[doc as usize]
    }

    /// The place of a passage that has a word of the query.
    pub(super) fn matching(&mut self, doc: DocId) -> &mut Sum {
        let sum = &mut self.sums[doc as usize];
        if sum.covered == 0.0 {
            self.matches.push(doc);
        }
        sum
    }
}
