//! Where do the passages of a segment hold a term?

use super::schema::Fields;
use crate::query::Field as QueryField;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

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
        term: &str,
        wanted_field: QueryField,
        fields: &Fields,
    ) -> tantivy::Result<Self> {
        let open = |field: Field, wanted: &[QueryField], option: IndexRecordOption| {
            if wanted.contains(&wanted_field) {
                Cursor::open(segment, field, term, option)
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

/// The passages of a segment that hold a word or a phrase, with where they hold it, in any order. A name holds a phrase
/// that has all its words.
pub(super) fn variant(
    segment: &SegmentReader,
    terms: &[(u32, String)],
    fields: &Fields,
    mut take: impl FnMut(DocId, Found),
) -> tantivy::Result<()> {
    if let [(_, term)] = terms {
        let mut lists = Lists::open(segment, term, QueryField::Any, fields)?;
        while let Some((doc, found)) = lists.next() {
            take(doc, found);
        }
        return Ok(());
    }
    let headings = phrase(segment, fields.heading, terms)?;
    let text = phrase(segment, fields.text, terms)?;
    let names = holding_all(segment, fields.names, terms)?;
    let mut headings = headings.into_iter().peekable();
    let mut text = text.into_iter().peekable();
    let mut names = names.into_iter().peekable();
    loop {
        let nexts = [
            headings.peek().map(|(doc, _)| *doc),
            text.peek().map(|(doc, _)| *doc),
            names.peek().copied(),
        ];
        let Some(doc) = nexts.into_iter().flatten().min() else {
            return Ok(());
        };
        let found = Found {
            in_headings: headings
                .next_if(|(next, _)| *next == doc)
                .map_or(0, |(_, count)| count),
            in_text: text
                .next_if(|(next, _)| *next == doc)
                .map_or(0, |(_, count)| count),
            in_name: names.next_if_eq(&doc).is_some(),
        };
        take(doc, found);
    }
}

/// The passages of a segment whose `field` has all of these terms, in the order of the segment.
fn holding_all(
    segment: &SegmentReader,
    field: Field,
    terms: &[(u32, String)],
) -> tantivy::Result<Vec<DocId>> {
    let mut all: Option<Vec<DocId>> = None;
    for (_, term) in terms {
        let mut cursor = Cursor::open(segment, field, term, IndexRecordOption::Basic)?;
        let mut holding = Vec::new();
        while cursor.doc != TERMINATED {
            let doc = cursor.doc;
            cursor.take(doc);
            if all
                .as_ref()
                .is_none_or(|all| all.binary_search(&doc).is_ok())
            {
                holding.push(doc);
            }
        }
        if holding.is_empty() {
            return Ok(holding);
        }
        all = Some(holding);
    }
    Ok(all.unwrap_or_default())
}

/// The passages of a segment whose `field` has these terms at these distances from the first, and how often, in the order
/// of the segment.
fn phrase(
    segment: &SegmentReader,
    field: Field,
    terms: &[(u32, String)],
) -> tantivy::Result<Vec<(DocId, u32)>> {
    let mut found = Vec::new();
    wordings(
        segment,
        field,
        std::slice::from_ref(&terms),
        |doc, count| {
            found.push((doc, count));
        },
    )?;
    Ok(found)
}

/// Gives `take` the passages of a segment that have one of several wordings in their headings or their text, in any order.
/// All wordings have the same terms.
pub(super) fn together(
    segment: &SegmentReader,
    all: &[Vec<(u32, String)>],
    fields: &Fields,
    mut take: impl FnMut(DocId),
) -> tantivy::Result<()> {
    for field in [fields.heading, fields.text] {
        wordings(segment, field, all, |doc, _| take(doc))?;
    }
    Ok(())
}

/// Gives `take` the passages of a segment whose `field` has one of several wordings, and how often it has the first that it
/// has, in the order of the segment. All wordings have the same terms, each with its distance from the first.
fn wordings<W: AsRef<[(u32, String)]>>(
    segment: &SegmentReader,
    field: Field,
    all: &[W],
    mut take: impl FnMut(DocId, u32),
) -> tantivy::Result<()> {
    let Some(first) = all.first() else {
        return Ok(());
    };
    let inverted = segment.inverted_index(field)?;
    let mut lists: Vec<(&str, SegmentPostings)> = Vec::new();
    for (_, term) in first.as_ref() {
        if lists.iter().any(|(known, _)| known == term) {
            continue;
        }
        let key = Term::from_field_text(field, term);
        let option = IndexRecordOption::WithFreqsAndPositions;
        let Some(postings) = inverted.read_postings(&key, option)? else {
            return Ok(());
        };
        lists.push((term, postings));
    }
    // The rarest leads, so that of the others only what could match is looked at.
    lists.sort_by_key(|(_, postings)| postings.doc_freq());
    let mut positions: Vec<Vec<u32>> = vec![Vec::new(); lists.len()];
    let mut doc = lists.first().map_or(TERMINATED, |(_, lead)| lead.doc());
    'docs: while doc != TERMINATED {
        for at in 1..lists.len() {
            let other = &mut lists[at].1;
            if other.doc() < doc {
                other.seek(doc);
            }
            let reached = other.doc();
            if reached > doc {
                doc = lists[0].1.seek(reached);
                continue 'docs;
            }
        }
        for ((_, postings), positions) in lists.iter_mut().zip(&mut positions) {
            postings.positions(positions);
        }
        let of_term = |term: &str| {
            let list = lists.iter().position(|(known, _)| *known == term);
            list.map_or(&[][..], |list| positions[list].as_slice())
        };
        let count = all
            .iter()
            .map(|wording| count(wording.as_ref(), of_term))
            .find(|count| *count > 0);
        if let Some(count) = count {
            take(doc, count);
        }
        doc = lists[0].1.advance();
    }
    Ok(())
}

/// How often terms stand at these distances from the first, which has the distance 0, where a term has these positions.
fn count<'a>(wording: &[(u32, String)], positions: impl Fn(&str) -> &'a [u32]) -> u32 {
    let [(_, first), others @ ..] = wording else {
        return 0;
    };
    let stands = |start: &&u32| {
        others
            .iter()
            .all(|(distance, term)| positions(term).binary_search(&(**start + distance)).is_ok())
    };
    positions(first).iter().filter(stands).count() as u32
}
