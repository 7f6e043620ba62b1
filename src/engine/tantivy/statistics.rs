//! What is known of an index as a whole, and of the lengths of its passages? Scores are made from it.

use super::schema::Fields;
use super::score::Scorer;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
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
    /// The inverse document frequencies of the words of names, which the next query asks for again.
    pub(super) idf: Mutex<HashMap<String, f32>>,
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
        let lengths = TotalLengths::of(searcher, fields)?;
        Ok(*self.lengths.get_or_init(|| lengths))
    }
}

/// How many words the passages of an index have together.
///
/// Summed from the lengths that are kept of each passage. What tantivy counts itself is exact in a new segment and an
/// estimate in a merged one, so it would let the history of an index show in its scores.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TotalLengths {
    pub(super) headings: u64,
    pub(super) text: u64,
}

impl TotalLengths {
    fn of(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let mut total = Self::default();
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
}

/// How long the passages of a segment are.
pub(super) struct Lengths {
    headings: FieldNormReader,
    text: FieldNormReader,
    heading_weight: f32,
    k1: f32,
    b: f32,
    average: f32,
}

impl Lengths {
    pub(super) fn open(segment: &SegmentReader, scorer: &Scorer<'_>) -> tantivy::Result<Self> {
        Ok(Self {
            headings: segment.get_fieldnorms_reader(scorer.fields.heading)?,
            text: segment.get_fieldnorms_reader(scorer.fields.text)?,
            heading_weight: scorer.ranking.heading,
            k1: scorer.ranking.k1,
            b: scorer.ranking.b,
            average: scorer.average_length,
        })
    }

    /// What BM25 adds to the term frequency below the line.
    pub(super) fn normalisation(&self, doc: DocId) -> f32 {
        let length = self.heading_weight * self.headings.fieldnorm(doc) as f32
            + self.text.fieldnorm(doc) as f32;
        self.k1 * (1.0 - self.b + self.b * length / self.average)
    }
}
