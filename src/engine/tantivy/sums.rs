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

/// What is known of one idea in one passage, while its words and what means the same are looked through.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IdeaSum {
    /// What the words that were typed give, their weight in the passage or its names, and that in the names alone.
    pub(super) typed: f32,
    pub(super) typed_weight: f32,
    pub(super) typed_in_name: f32,
    /// Whether they stand together as a phrase.
    pub(super) is_together: bool,
    /// The most that one of the others gives, whether there is one, and the most that one gives in the names.
    pub(super) variant: f32,
    pub(super) has_variant: bool,
    pub(super) variant_in_name: f32,
}

impl IdeaSum {
    fn is_empty(&self) -> bool {
        self.typed_weight == 0.0 && !self.has_variant
    }
}

/// The sums of the passages of one segment.
#[derive(Default)]
pub(super) struct Scratch {
    sums: Vec<Sum>,
    ideas: Vec<IdeaSum>,
    /// The passages that have the idea that is looked at.
    with_idea: Vec<DocId>,
    /// The passages that match.
    pub(super) matches: Vec<DocId>,
    /// The places that were written to as first passages of an article.
    pub(super) firsts: Vec<DocId>,
}

impl Scratch {
    pub(super) fn reserve(&mut self, size: usize) {
        if self.sums.len() < size {
            self.sums.resize(size, Sum::default());
            self.ideas.resize(size, IdeaSum::default());
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

    /// What is known of the idea that is looked at.
    pub(super) fn idea(&mut self, doc: DocId) -> &mut IdeaSum {
        let idea = &mut self.ideas[doc as usize];
        if idea.is_empty() {
            self.with_idea.push(doc);
        }
        idea
    }

    /// Gives all that is known of the idea to `take`, with the sum of the passage, and is ready for the next idea.
    pub(super) fn finish_idea(&mut self, mut take: impl FnMut(&IdeaSum, &mut Sum)) {
        let mut with_idea = std::mem::take(&mut self.with_idea);
        for doc in with_idea.drain(..) {
            let idea = std::mem::take(&mut self.ideas[doc as usize]);
            take(&idea, self.matching(doc));
        }
        self.with_idea = with_idea;
    }
}
