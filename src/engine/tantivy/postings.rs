//! Where do the passages of a segment hold a term, or a phrase?
//!
//! A list is read twice over: which passages are on it, block by block, as marks of a window of passages; and how often a passage
//! has the term, only for the passages that this is asked of. What is skipped is not decoded.

use super::schema::Fields;
use crate::engine::score::{Found, count_phrase};
use crate::query::Field as QueryField;
use std::sync::Arc;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

/// The marks of a window of neighbouring passages: a number each.
pub(super) struct Marks<'a> {
    /// The first passage.
    pub(super) start: DocId,
    pub(super) marks: &'a mut [u64],
    /// Where it is kept which passages have any mark: a bit each.
    pub(super) any: Option<&'a mut [u64]>,
}

impl Marks<'_> {
    /// The first passage after the window.
    fn end(&self) -> DocId {
        self.start + self.marks.len() as DocId
    }

    fn set(&mut self, doc: DocId, bit: u64) {
        self.set_all(&[doc], bit);
    }

    fn set_all(&mut self, docs: &[DocId], bit: u64) {
        for doc in docs {
            self.marks[(doc - self.start) as usize] |= bit;
        }
        if let Some(any) = &mut self.any {
            for doc in docs {
                let place = doc - self.start;
                any[(place / 64) as usize] |= 1 << (place % 64);
            }
        }
    }
}

/// The passages of a segment that hold a term in one field.
pub(super) struct List {
    index: Arc<InvertedIndexReader>,
    term: TermInfo,
    option: IndexRecordOption,
    /// For marks.
    docs: BlockSegmentPostings,
    at: usize,
    /// For counts; opened when the first is asked for.
    counts: Option<BlockSegmentPostings>,
}

impl List {
    /// `None` where no passage holds the term.
    fn open(
        segment: &SegmentReader,
        field: Field,
        term: &str,
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<Self>> {
        let index = segment.inverted_index(field)?;
        let Some(info) = index.get_term_info(&Term::from_field_text(field, term))? else {
            return Ok(None);
        };
        let docs = index.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        Ok(Some(Self {
            index,
            term: info,
            option,
            docs,
            at: 0,
            counts: None,
        }))
    }

    /// How many passages are on it.
    pub(super) fn len(&self) -> u32 {
        self.term.doc_freq
    }

    /// The passage that is marked next, if it is not before `from`; [`TERMINATED`] behind the last.
    pub(super) fn next(&mut self, from: DocId) -> DocId {
        loop {
            let docs = self.docs.docs();
            match docs.last() {
                None => return TERMINATED,
                Some(last) if *last >= from => {
                    if docs.get(self.at).is_none_or(|doc| *doc < from) {
                        self.at += docs[self.at..].partition_point(|doc| *doc < from);
                    }
                    return docs[self.at];
                }
                Some(_) => self.at = self.docs.seek(from).min(self.docs.docs().len()),
            }
            if self.at >= self.docs.docs().len() {
                self.docs.advance();
                self.at = 0;
            }
        }
    }

    /// Marks its passages that are in the window, which begins no earlier than the one before, and says whether there are any.
    pub(super) fn mark(&mut self, window: &mut Marks<'_>, bit: u64) -> bool {
        let end = window.end();
        if self.next(window.start) >= end {
            return false;
        }
        loop {
            let docs = &self.docs.docs()[self.at..];
            let Some(last) = docs.last() else {
                return true;
            };
            let inside = if *last < end {
                docs.len()
            } else {
                docs.partition_point(|doc| *doc < end)
            };
            window.set_all(&docs[..inside], bit);
            if inside < docs.len() {
                self.at += inside;
                return true;
            }
            self.docs.advance();
            self.at = 0;
        }
    }

    /// How often `doc` has the term. To be asked of passages in their order.
    fn count(&mut self, doc: DocId) -> tantivy::Result<u32> {
        let counts = match &mut self.counts {
            Some(counts) => counts,
            closed => closed.insert(
                self.index
                    .read_block_postings_from_terminfo(&self.term, self.option)?,
            ),
        };
        let at = counts.seek(doc);
        Ok(if counts.docs().get(at) == Some(&doc) {
            counts.freq(at)
        } else {
            0
        })
    }
}

/// The passages of a segment that hold a term, by where they hold it.
pub(super) struct Lists {
    pub(super) names: Option<List>,
    headings: Option<List>,
    text: Option<List>,
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
                List::open(segment, field, term, option)
            } else {
                Ok(None)
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

    /// Gives `take` the list of names, and where `own` is true those of headings and text.
    pub(super) fn for_each(&mut self, own: bool, take: impl FnMut(&mut List)) {
        let names = self.names.iter_mut();
        let (headings, text) = (self.headings.iter_mut(), self.text.iter_mut());
        let wanted = headings.chain(text).filter(|_| own);
        names.chain(wanted).for_each(take);
    }

    /// Those of headings and text.
    pub(super) fn own(&mut self) -> impl Iterator<Item = &mut List> {
        self.headings.iter_mut().chain(&mut self.text)
    }

    /// Where `doc` holds the term. To be asked of passages in their order.
    pub(super) fn find(&mut self, doc: DocId) -> tantivy::Result<Found> {
        let count = |list: &mut Option<List>| match list {
            Some(list) => list.count(doc),
            None => Ok(0),
        };
        Ok(Found {
            in_name: count(&mut self.names)? > 0,
            in_headings: count(&mut self.headings)?,
            in_text: count(&mut self.text)?,
        })
    }
}

/// The passages of a segment that hold a phrase in one of several wordings. All wordings have the same terms, each with its
/// distance from the first.
pub(super) struct Phrase<'q> {
    wordings: &'q [Vec<(u32, String)>],
    headings: Conjunction<'q>,
    text: Conjunction<'q>,
    /// Those whose names have all the words.
    names: Vec<DocId>,
}

impl<'q> Phrase<'q> {
    pub(super) fn open(
        segment: &SegmentReader,
        wordings: &'q [Vec<(u32, String)>],
        fields: &Fields,
    ) -> tantivy::Result<Self> {
        let terms = wordings.first().map_or(&[][..], Vec::as_slice);
        Ok(Self {
            wordings,
            headings: Conjunction::open(segment, fields.heading, terms)?,
            text: Conjunction::open(segment, fields.text, terms)?,
            names: holding_all(segment, fields.names, terms)?,
        })
    }

    /// The next passage whose names, or where `own` is true whose text or headings may hold it, if it is not before `from`
    /// ([`TERMINATED`] behind the last); and how many there are at the most.
    pub(super) fn next(&mut self, from: DocId, own: bool) -> (DocId, u32) {
        let name = self.names[self.names.partition_point(|doc| *doc < from)..].first();
        let mut next = (name.copied().unwrap_or(TERMINATED), self.names.len() as u32);
        if own {
            for list in [&mut self.headings, &mut self.text] {
                next = (next.0.min(list.next(from)), next.1 + list.most());
            }
        }
        next
    }

    /// Marks the passages of a window whose text or headings hold it, or where `may` is true, that may hold it as they have all
    /// its words.
    pub(super) fn mark_own(&mut self, window: &mut Marks<'_>, bit: u64, may: bool) {
        let end = window.end();
        for list in [&mut self.headings, &mut self.text] {
            let mut doc = list.next(window.start);
            while doc < end {
                if may || list.count(self.wordings) > 0 {
                    window.set(doc, bit);
                }
                doc = list.next(doc + 1);
            }
        }
    }

    /// Marks the passages of a window whose names have all its words, and says whether there are any.
    pub(super) fn mark_names(&self, window: &mut Marks<'_>, bit: u64) -> bool {
        let first = self.names.partition_point(|doc| *doc < window.start);
        let end = self.names.partition_point(|doc| *doc < window.end());
        window.set_all(&self.names[first..end], bit);
        first < end
    }

    /// Where `doc` holds it; a name does that has all its words. To be asked of passages in their order, of a phrase that marks
    /// nothing.
    pub(super) fn find(&mut self, doc: DocId) -> Found {
        Found {
            in_name: self.names.binary_search(&doc).is_ok(),
            in_headings: self.headings.find(doc, self.wordings),
            in_text: self.text.find(doc, self.wordings),
        }
    }
}

/// The passages of a segment whose `field` has all of these terms, in the order of the segment.
fn holding_all(
    segment: &SegmentReader,
    field: Field,
    terms: &[(u32, String)],
) -> tantivy::Result<Vec<DocId>> {
    let mut lists = Vec::with_capacity(terms.len());
    for (_, term) in terms {
        match List::open(segment, field, term, IndexRecordOption::Basic)? {
            Some(list) => lists.push(list),
            None => return Ok(Vec::new()),
        }
    }
    lists.sort_by_key(List::len);
    let mut all = Vec::new();
    let mut doc = 0;
    while doc != TERMINATED && !lists.is_empty() {
        // Each list goes on to where one before it stands; where none had to go further, all have the passage.
        let reached = lists.iter_mut().fold(doc, |doc, list| list.next(doc));
        if reached == doc {
            all.push(doc);
            doc += 1;
        } else {
            doc = reached;
        }
    }
    Ok(all)
}

/// The passages of a segment one field of which has all of some terms.
struct Conjunction<'q> {
    /// The rarest first, so that of the others only what could match is looked at. Empty where a term is nowhere.
    lists: Vec<(&'q str, SegmentPostings)>,
    /// Room for the positions of each.
    positions: Vec<Vec<u32>>,
}

impl<'q> Conjunction<'q> {
    fn open(
        segment: &SegmentReader,
        field: Field,
        terms: &'q [(u32, String)],
    ) -> tantivy::Result<Self> {
        let inverted = segment.inverted_index(field)?;
        let mut lists: Vec<(&str, SegmentPostings)> = Vec::new();
        for (_, term) in terms {
            if lists.iter().any(|(known, _)| known == term) {
                continue;
            }
            let key = Term::from_field_text(field, term);
            let option = IndexRecordOption::WithFreqsAndPositions;
            match inverted.read_postings(&key, option)? {
                Some(postings) => lists.push((term, postings)),
                None => {
                    lists.clear();
                    break;
                }
            }
        }
        lists.sort_by_key(|(_, postings)| postings.doc_freq());
        let positions = vec![Vec::new(); lists.len()];
        Ok(Self { lists, positions })
    }

    /// The next passage that has all terms, if it is not before `from`; [`TERMINATED`] behind the last.
    fn next(&mut self, from: DocId) -> DocId {
        let Some(((_, lead), others)) = self.lists.split_first_mut() else {
            return TERMINATED;
        };
        let mut doc = seek(lead, from);
        'docs: while doc != TERMINATED {
            for (_, other) in &mut *others {
                let reached = seek(other, doc);
                if reached > doc {
                    doc = seek(lead, reached);
                    continue 'docs;
                }
            }
            break;
        }
        doc
    }

    /// How many passages it has at the most.
    fn most(&self) -> u32 {
        let lead = self.lists.first();
        lead.map_or(0, |(_, postings)| postings.doc_freq())
    }

    /// How often the passage that it stands at has the first of these wordings that it has.
    fn count(&mut self, wordings: &[Vec<(u32, String)>]) -> u32 {
        for ((_, postings), positions) in self.lists.iter_mut().zip(&mut self.positions) {
            postings.positions(positions);
        }
        let of_term = |term: &str| {
            let list = self.lists.iter().position(|(known, _)| *known == term);
            list.map_or(&[][..], |list| self.positions[list].as_slice())
        };
        wordings
            .iter()
            .map(|wording| count_phrase(wording, of_term))
            .find(|count| *count > 0)
            .unwrap_or(0)
    }

    /// How often `doc` has the first of these wordings that it has.
    fn find(&mut self, doc: DocId, wordings: &[Vec<(u32, String)>]) -> u32 {
        for (_, postings) in &mut self.lists {
            if seek(postings, doc) != doc {
                return 0;
            }
        }
        self.count(wordings)
    }
}

/// The first passage of a list from `from` on.
fn seek(list: &mut SegmentPostings, from: DocId) -> DocId {
    if list.doc() < from {
        list.seek(from)
    } else {
        list.doc()
    }
}
