//! What is known of an index as a whole, and of the lengths of its passages? Scores are made from it.

use super::columns::Columns;
use super::schema::Fields;
use super::score::Scorer;
use crate::engine::Ranking;
use crate::engine::score::{TotalLengths, Word, Words};
use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;
use tantivy::{DocId, Searcher, SegmentReader, Term};

/// How many passages there are, deleted ones among them: the frequencies of terms count those too.
pub(super) fn passages(searcher: &Searcher) -> f32 {
    let passages: u64 = searcher
        .segment_readers()
        .iter()
        .map(|segment| u64::from(segment.max_doc()))
        .sum();
    passages as f32
}

/// In how many passages a term stands, in their text or in the names of their articles: whichever are more.
pub(super) fn frequency(searcher: &Searcher, fields: &Fields, term: &str) -> tantivy::Result<u64> {
    let mut frequency = 0;
    for field in [fields.names, fields.text] {
        frequency = frequency.max(searcher.doc_freq(&Term::from_field_text(field, term))?);
    }
    Ok(frequency)
}

/// What the scorers of one commit share: worked out when it is first needed.
#[derive(Default)]
pub(super) struct Statistics {
    lengths: OnceLock<TotalLengths>,
    words: RwLock<KnownWords>,
    columns: OnceLock<Vec<OnceLock<Columns>>>,
}

/// What is known of words of queries and of names.
#[derive(Default)]
struct KnownWords {
    by_text: HashMap<String, Word>,
}

/// What an index knows of words.
#[derive(Clone, Copy)]
pub(super) struct IndexWords<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    pub(super) statistics: &'a Statistics,
}

impl Words for IndexWords<'_> {
    type Error = tantivy::TantivyError;

    fn word(&self, term: &str) -> tantivy::Result<Word> {
        self.statistics.word(self.searcher, self.fields, term)
    }
}

impl Statistics {
    pub(super) fn lengths(
        &self,
        searcher: &Searcher,
        fields: &Fields,
    ) -> tantivy::Result<TotalLengths> {
        if let Some(lengths) = self.lengths.get() {
            return Ok(*lengths);
        }
        let lengths = total_lengths(searcher, fields)?;
        Ok(*self.lengths.get_or_init(|| lengths))
    }

    /// What is known of a term.
    pub(super) fn word(
        &self,
        searcher: &Searcher,
        fields: &Fields,
        term: &str,
    ) -> tantivy::Result<Word> {
        let known = self.words.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(word) = known.by_text.get(term) {
            return Ok(*word);
        }
        drop(known);
        let frequency = frequency(searcher, fields, term)?;
        let idf = Word::idf(frequency, passages(searcher));
        let mut words = self.words.write().unwrap_or_else(PoisonError::into_inner);
        let number = words.by_text.len() as u32;
        // Another query may have come first: its number holds.
        let word = *words.by_text.entry(term.to_owned()).or_insert(Word {
            number,
            idf,
            frequency,
        });
        Ok(word)
    }

    /// The columns of the segment whose place among those of the index is `ordinal`.
    pub(super) fn columns(&self, searcher: &Searcher, ordinal: usize) -> tantivy::Result<&Columns> {
        let segments = searcher.segment_readers();
        let all = self
            .columns
            .get_or_init(|| segments.iter().map(|_| OnceLock::new()).collect());
        if let Some(columns) = all[ordinal].get() {
            return Ok(columns);
        }
        let columns = Columns::open(&segments[ordinal])?;
        Ok(all[ordinal].get_or_init(|| columns))
    }
}

/// How many words the passages of an index have together.
///
/// Summed from the lengths that are kept of each passage. What tantivy counts itself is exact in a new segment and an
/// estimate in a merged one, so it would let the history of an index show in its scores.
fn total_lengths(searcher: &Searcher, fields: &Fields) -> tantivy::Result<TotalLengths> {
    let mut total = TotalLengths::default();
    for segment in searcher.segment_readers() {
        let sum = |field: Field| -> tantivy::Result<u64> {
            let lengths = segment.get_fieldnorms_reader(field)?;
            let docs = 0..segment.max_doc();
            Ok(docs.map(|doc| u64::from(lengths.fieldnorm(doc))).sum())
        };
        total.headings += sum(fields.heading)?;
        total.text += sum(fields.text)?;
    }
    Ok(total)
}

/// How long the passages of a segment are.
pub(super) struct Lengths {
    headings: FieldNormReader,
    text: FieldNormReader,
    /// What each length that a field can have adds below the line.
    of_headings: [f32; 256],
    of_text: [f32; 256],
}

impl Lengths {
    pub(super) fn open(segment: &SegmentReader, scorer: &Scorer<'_>) -> tantivy::Result<Self> {
        let Ranking { k1, b, heading, .. } = scorer.ranking;
        let share = |length: u32| k1 * b * length as f32 / scorer.average_length;
        let length = |id: usize| FieldNormReader::id_to_fieldnorm(id as u8);
        Ok(Self {
            headings: segment.get_fieldnorms_reader(scorer.fields.heading)?,
            text: segment.get_fieldnorms_reader(scorer.fields.text)?,
            of_headings: std::array::from_fn(|id| heading * share(length(id))),
            of_text: std::array::from_fn(|id| k1 * (1.0 - b) + share(length(id))),
        })
    }

    /// What BM25 adds to the term frequency below the line.
    pub(super) fn normalisation(&self, doc: DocId) -> f32 {
        self.of_headings[usize::from(self.headings.fieldnorm_id(doc))]
            + self.of_text[usize::from(self.text.fieldnorm_id(doc))]
    }
}

#[cfg(all(test, feature = "opensearch"))]
mod tests {
    use crate::engine::score::kept_length;
    use tantivy::fieldnorm::FieldNormReader;

    #[test]
    fn both_engines_keep_the_same_lengths() {
        for length in (0..5000).chain([65_535, 65_536, 1_000_003, u32::MAX >> 4]) {
            let id = FieldNormReader::fieldnorm_to_id(length);
            assert_eq!(
                kept_length(length),
                FieldNormReader::id_to_fieldnorm(id),
                "{length}"
            );
        }
    }
}
