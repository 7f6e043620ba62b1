//! Which passages may be found at all, whatever they say?

use super::best::Gate;
use super::schema::Fields;
use crate::engine::Filter;
use crate::engine::names::day_number;
use crate::query::{Clause, Field as QueryField, Occur, Query};
use std::ops::Bound;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{
    BooleanQuery, EnableScoring, PhraseQuery, Query as EngineQuery, RangeQuery, Scorer, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Searcher, SegmentReader, Term};

/// Which passages may be found, as queries of the engine.
pub(super) struct Restriction {
    /// All of these match; where there is none, any passage may be found.
    required: Vec<Box<dyn EngineQuery>>,
    /// None of these does.
    excluded: Vec<Box<dyn EngineQuery>>,
}

impl Restriction {
    /// By what a query says that must be there, or must not, and by a filter.
    pub(super) fn new(query: &Query, filter: &Filter, fields: &Fields) -> Self {
        let clauses = |occur: Occur| -> Vec<Box<dyn EngineQuery>> {
            let clauses = query.clauses.iter().filter(|clause| clause.occur == occur);
            clauses.map(|clause| clause_query(clause, fields)).collect()
        };
        let mut restriction = Self::of_filter(filter, fields);
        restriction.required.extend(clauses(Occur::Must));
        restriction.excluded.extend(clauses(Occur::MustNot));
        restriction
    }

    /// By a filter alone.
    pub(super) fn of_filter(filter: &Filter, fields: &Fields) -> Self {
        let mut restriction = Self {
            required: Vec::new(),
            excluded: Vec::new(),
        };
        let tags: Vec<String> = filter.tags.iter().map(|tag| tag.to_lowercase()).collect();
        for (field, values) in [
            (fields.source, &filter.sources),
            (fields.article, &filter.articles),
            (fields.tag, &tags),
        ] {
            if !values.is_empty() {
                let terms = values
                    .iter()
                    .map(|value| Term::from_field_text(field, value));
                restriction
                    .required
                    .push(Box::new(TermSetQuery::new(terms)));
            }
        }
        if let Some(day) = filter.since.as_deref().and_then(day_number) {
            let first = Bound::Included(Term::from_field_u64(fields.published, day));
            let query = RangeQuery::new(first, Bound::Unbounded);
            restriction.required.push(Box::new(query));
        }
        if let Some(id) = &filter.except {
            let term = Term::from_field_text(fields.passage, id);
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            restriction.excluded.push(Box::new(query));
        }
        restriction
    }

    /// For one segment.
    ///
    /// Each query is run by itself: tantivy's exclusion drives the excluded query beyond the end of a segment, which that
    /// of a phrase does not stand.
    pub(super) fn open<'a>(
        &self,
        segment: &'a SegmentReader,
        searcher: &Searcher,
    ) -> tantivy::Result<OpenRestriction<'a>> {
        let open = |queries: &[Box<dyn EngineQuery>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            let scorers = queries.iter().map(|query| {
                query
                    .weight(EnableScoring::disabled_from_searcher(searcher))?
                    .scorer(segment, 1.0)
            });
            scorers.collect()
        };
        Ok(OpenRestriction {
            alive: segment.alive_bitset(),
            required: open(&self.required)?,
            excluded: open(&self.excluded)?,
        })
    }
}

/// Which passages of a segment may be found.
pub(super) struct OpenRestriction<'a> {
    alive: Option<&'a AliveBitSet>,
    required: Vec<Box<dyn Scorer>>,
    excluded: Vec<Box<dyn Scorer>>,
}

impl Gate for OpenRestriction<'_> {
    fn keeps_back(&self) -> bool {
        self.alive.is_some() || !self.required.is_empty() || !self.excluded.is_empty()
    }

    fn most(&self) -> u64 {
        let sizes = self.required.iter();
        sizes
            .map(|query| u64::from(query.size_hint()))
            .min()
            .unwrap_or(u64::MAX)
    }

    fn next(&mut self, from: DocId) -> DocId {
        let required = self.required.iter_mut();
        required
            .map(|query| reach(&mut **query, from))
            .max()
            .unwrap_or(from)
    }

    fn lets(&mut self, doc: DocId) -> bool {
        self.alive.is_none_or(|alive| alive.is_alive(doc))
            && self
                .required
                .iter_mut()
                .all(|query| reach(&mut **query, doc) == doc)
            && !self
                .excluded
                .iter_mut()
                .any(|query| reach(&mut **query, doc) == doc)
    }
}

/// The first passage from `from` on that a query finds.
fn reach(query: &mut dyn Scorer, from: DocId) -> DocId {
    if query.doc() < from {
        query.seek(from)
    } else {
        query.doc()
    }
}

/// The clause's word or phrase, in any of the fields it is looked for in.
fn clause_query(clause: &Clause, fields: &Fields) -> Box<dyn EngineQuery> {
    let wanted: &[Field] = match clause.field {
        QueryField::Any => &[fields.title, fields.heading, fields.text],
        QueryField::Title => &[fields.title],
        QueryField::Heading => &[fields.heading],
    };
    let alternatives: Vec<Box<dyn EngineQuery>> = wanted
        .iter()
        .map(|field| -> Box<dyn EngineQuery> {
            let terms = clause
                .terms
                .iter()
                .map(|(at, term)| (*at as usize, Term::from_field_text(*field, term)));
            if let [(_, term)] = clause.terms.as_slice() {
                Box::new(TermQuery::new(
                    Term::from_field_text(*field, term),
                    IndexRecordOption::Basic,
                ))
            } else {
                Box::new(PhraseQuery::new_with_offset(terms.collect()))
            }
        })
        .collect();
    Box::new(BooleanQuery::union(alternatives))
}
