//! Where do the passages of a segment hold a term?

use super::schema::Fields;
use super::score::WeightedTerm;
use crate::query::Field as QueryField;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, TERMINATED, Term};

/// The passages of a segment that hold a term, by where they hold it.
pub(super) struct Lists {
    names: Cursor,
    headings: Cursor,
    text: Cursor,
}

/// Where a passage holds a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        let open = |field: Field, wanted: &[QueryField], option: IndexRecordOption| {
            if wanted.contains(&term.field) {
                Cursor::open(segment, field, &term.text, option)
            } else {
                Ok(Cursor::empty())
            }
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

    /// The next passage that holds the term, and where.
    pub(super) fn next(&mut self) -> Option<(DocId, Found)> {
        let doc = self.names.doc.min(self.headings.doc).min(self.text.doc);
        if doc == TERMINATED {
            return None;
        }
        let found = Found {
            in_name: self.names.take(doc) > 0,
            in_headings: self.headings.take(doc),
            in_text: self.text.take(doc),
        };
        Some((doc, found))
    }

    /// Where `doc` holds the term. Only for one passage: the lists are read from their beginning.
    pub(super) fn find(mut self, doc: DocId) -> Found {
        while let Some((next, found)) = self.next() {
            if next == doc {
                return found;
            }
            if next > doc {
                break;
            }
        }
        Found::default()
    }
}

/// A list of passages, read block by block.
struct Cursor {
    blocks: BlockSegmentPostings,
    at: usize,
    /// The passage the cursor stands at; `TERMINATED` beyond the last.
    doc: DocId,
}

impl Cursor {
    fn open(
        segment: &SegmentReader,
        field: Field,
        term: &str,
        option: IndexRecordOption,
    ) -> tantivy::Result<Self> {
        let term = Term::from_field_text(field, term);
        let blocks = segment
            .inverted_index(field)?
            .read_block_postings(&term, option)?;
        Ok(blocks.map_or_else(Self::empty, |blocks| {
            let mut cursor = Self {
                blocks,
                at: 0,
                doc: TERMINATED,
            };
            cursor.look();
            cursor
        }))
    }

    fn empty() -> Self {
        Self {
            blocks: BlockSegmentPostings::empty(),
            at: 0,
            doc: TERMINATED,
        }
    }

    fn look(&mut self) {
        self.doc = if self.at < self.blocks.block_len() {
            self.blocks.doc(self.at)
        } else {
            TERMINATED
        };
    }

    /// How often `doc` holds the term, where the cursor stands at it; it goes on to the next then.
    fn take(&mut self, doc: DocId) -> u32 {
        if self.doc != doc {
            return 0;
        }
        let frequency = self.blocks.freq(self.at);
        self.at += 1;
        if self.at == self.blocks.block_len() {
            self.blocks.advance();
            self.at = 0;
        }
        self.look();
        frequency
    }
}
