//! Where do the passages of a segment hold a term?

use super::schema::Fields;
use super::score::WeightedTerm;
use crate::query::Field as QueryField;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

/// The passages of a segment that hold a term, by where they hold it.
pub(super) struct Lists {
    names: Option<SegmentPostings>,
    headings: Option<SegmentPostings>,
    text: Option<SegmentPostings>,
}

/// Where a passage holds a term.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) in_name: bool,
    pub(super) in_headings: u32,
    pub(super) in_text: u32,
}

impl Found {
    pub(super) fn is_any(self) -> bool {
        self.in_name || self.in_headings > 0 || self.in_text > 0
    }
}

impl Lists {
    pub(super) fn open(
        segment: &SegmentReader,
        term: &WeightedTerm,
        fields: &Fields,
    ) -> tantivy::Result<Self> {
        let open = |field: Field,
                    wanted: &[QueryField],
                    option: IndexRecordOption|
         -> tantivy::Result<Option<SegmentPostings>> {
            if !wanted.contains(&term.field) {
                return Ok(None);
            }
            let term = Term::from_field_text(field, &term.text);
            Ok(segment
                .inverted_index(field)?
                .read_postings(&term, option)?)
        };
        Ok(Self {
            names: open(
                fields.names,
                &[QueryField::Any, QueryField::Title],
                IndexRecordOption::Basic,
            )?,
            headings: open(
                fields.heading,
                &[QueryField::Any, QueryField::Heading],
                IndexRecordOption::WithFreqs,
            )?,
            text: open(
                fields.text,
                &[QueryField::Any],
                IndexRecordOption::WithFreqs,
            )?,
        })
    }

    fn all(&mut self) -> [&mut Option<SegmentPostings>; 3] {
        [&mut self.names, &mut self.headings, &mut self.text]
    }

    /// The first passage that was not taken yet.
    pub(super) fn next_doc(&self) -> Option<DocId> {
        [&self.names, &self.headings, &self.text]
            .into_iter()
            .flatten()
            .map(DocSet::doc)
            .min()
            .filter(|doc| *doc != TERMINATED)
    }

    /// Where `doc`, which no list is beyond, holds the term; the lists go on to the next.
    pub(super) fn take(&mut self, doc: DocId) -> Found {
        let frequency = |list: &mut Option<SegmentPostings>| match list {
            Some(list) if list.doc() == doc => {
                let frequency = list.term_freq();
                list.advance();
                frequency
            }
            _ => 0,
        };
        Found {
            in_name: frequency(&mut self.names) > 0,
            in_headings: frequency(&mut self.headings),
            in_text: frequency(&mut self.text),
        }
    }

    /// Where `doc` holds the term.
    pub(super) fn seek(&mut self, doc: DocId) -> Found {
        for list in self.all().into_iter().flatten() {
            if list.doc() < doc {
                list.seek(doc);
            }
        }
        self.take(doc)
    }
}
