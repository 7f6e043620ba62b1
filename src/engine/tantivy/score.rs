//! What do the passages of a segment have of a query? The lists of its words, as evidence for the score.
//!
//! How a score is made of it, `engine/score.rs` says; which passages are worth the work, `best` tells.

use super::bounds::{Bounds, Mark};
use super::columns::Columns;
use super::names::NameScores;
use super::postings::{Lists, Marks, Phrase};
use super::schema::Fields;
use super::statistics::{IndexWords, Lengths, Statistics, passages};
use crate::engine::score::{self, Found, WeightedQuery, WeightedVariant};
use crate::engine::{Explanation, Ranking};
use crate::query::{Field as QueryField, Query};
use std::ops::Deref;
use tantivy::{DocId, Searcher, SegmentReader, TERMINATED};

/// A query made ready to score the passages of one index.
pub(super) struct Scorer<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    pub(super) statistics: &'a Statistics,
    query: WeightedQuery,
}

impl Deref for Scorer<'_> {
    type Target = WeightedQuery;

    fn deref(&self) -> &WeightedQuery {
        &self.query
    }
}

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

/// One passage of a segment, with what it is known to have.
struct PassageEvidence<'e, 'a> {
    lists: &'e mut Evidence<'a>,
    doc: DocId,
    any: u64,
}

impl score::Evidence for PassageEvidence<'_, '_> {
    type Error = tantivy::TantivyError;

    fn may_have_term(&self, at: usize) -> bool {
        self.any & self.lists.bounds.term(at) != 0
    }

    fn may_have_variants(&self, idea: usize) -> bool {
        self.any & self.lists.bounds.variants(idea) != 0
    }

    fn term(&mut self, at: usize) -> tantivy::Result<Found> {
        self.lists.terms[at].find(self.doc)
    }

    fn variant(&mut self, idea: usize, which: usize) -> tantivy::Result<Found> {
        self.lists.variant(idea, which, self.doc)
    }

    fn is_together(&mut self, idea: usize) -> tantivy::Result<bool> {
        self.lists.is_together(idea, self.doc)
    }

    fn normalisation(&self) -> f32 {
        self.lists.lengths.normalisation(self.doc)
    }
}

impl<'a> Scorer<'a> {
    pub(super) fn new(
        query: &Query,
        ranking: &Ranking,
        fields: &'a Fields,
        searcher: &'a Searcher,
        statistics: &'a Statistics,
    ) -> tantivy::Result<Self> {
        let words = IndexWords {
            searcher,
            fields,
            statistics,
        };
        let lengths = statistics.lengths(searcher, fields)?;
        let query = WeightedQuery::new(query, ranking, &words, passages(searcher), lengths)?;
        Ok(Self {
            searcher,
            fields,
            statistics,
            query,
        })
    }

    /// What is known of words.
    pub(super) fn words(&self) -> IndexWords<'a> {
        IndexWords {
            searcher: self.searcher,
            fields: self.fields,
            statistics: self.statistics,
        }
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
        let name = NameScores::open(self, ordinal)?.get(doc)?;
        let mut passage = PassageEvidence {
            lists: &mut lists,
            doc,
            any: u64::MAX,
        };
        self.query.explain(&mut passage, own, best, name).map(Some)
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
                        marks: Box::new(open_variant(variant, segment, fields)?),
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
        let scorer = self.scorer;
        scorer.query.passage(&mut PassageEvidence {
            lists: self,
            doc,
            any: mark.own | mark.names,
        })
    }

    /// Where a passage has one of what means the same as an idea.
    fn variant(&mut self, idea: usize, which: usize, doc: DocId) -> tantivy::Result<Found> {
        let variant = &self.scorer.ideas[idea].variants[which];
        match &mut self.ideas[idea].variants[which] {
            VariantLists::Word(lists) => lists.find(doc),
            VariantLists::Phrase { finds, .. } => Ok(match finds {
                Some(phrase) => phrase.find(doc),
                closed => {
                    let phrase = Box::new(open_variant(variant, self.segment, self.scorer.fields)?);
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

/// Opens the lists of a variant of several words.
fn open_variant<'a>(
    variant: &'a WeightedVariant,
    segment: &SegmentReader,
    fields: &Fields,
) -> tantivy::Result<Phrase<'a>> {
    Phrase::open(segment, std::slice::from_ref(&variant.terms), fields)
}
