//! How well does a passage answer a query?
//!
//! BM25 over the title, the headings and the text as if they were one field (BM25F with one length), plus a bonus for a
//! title that the query covers:
//!
//! ```text
//! score = Σ_t w_t idf(t) · tf/(tf + k1 (1 − b + b·len/avglen))  +  gate · Σ_{t in title} idf(t) · covered share of the title
//! tf    = weighted sum over the fields of how often t stands there;  len likewise
//! ```
//!
//! The sum is taken term by term in the order of the query, and every number in it is the same however the index is cut
//! into segments, so that neither the number of threads nor a merge ever shows in a score.

use super::schema::Fields;
use crate::query::{Clause, Field as QueryField, Occur, Query};
use std::sync::Arc;
use tantivy::columnar::ColumnValues;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// Saturation of term frequency; Lucene's and Robertson's default.
const K1: f32 = 1.2;
/// Strength of length normalisation; Lucene's and Robertson's default.
const B: f32 = 0.75;
/// How much a word of the title, of a heading and of the text counts as a word of the passage.
const FIELD_WEIGHTS: [f32; FIELDS] = [1.0, 1.0, 1.0];
/// How much the covered part of a title adds.
const TITLE_GATE: f32 = 2.0;

const FIELDS: usize = 3;
const TITLE: usize = 0;
const HEADING: usize = 1;

/// A query made ready to score the passages of one index.
pub(super) struct Scorer {
    terms: Vec<WeightedTerm>,
    average_length: f32,
}

/// A term whose presence adds to the score.
struct WeightedTerm {
    /// The term in each field it is looked for in.
    fields: [Option<Term>; FIELDS],
    /// Its inverse document frequency times its weight in the query.
    weight: f32,
}

impl Scorer {
    pub(super) fn new(
        query: &Query,
        fields: &Fields,
        searcher: &Searcher,
    ) -> tantivy::Result<Self> {
        let indexed = [fields.title, fields.heading, fields.text];
        let mut length = 0.0;
        for (field, weight) in indexed.iter().zip(FIELD_WEIGHTS) {
            for segment in searcher.segment_readers() {
                length += weight * segment.inverted_index(*field)?.total_num_tokens() as f32;
            }
        }
        let passages = searcher
            .segment_readers()
            .iter()
            .map(|segment| u64::from(segment.max_doc()))
            .sum::<u64>() as f32;
        let mut terms = Vec::new();
        for (term, field, count) in evidence(query) {
            let fields = terms_of(term, field, &indexed);
            let mut frequency = 0;
            for term in fields.iter().flatten() {
                frequency = frequency.max(searcher.doc_freq(term)?);
            }
            if frequency == 0 {
                continue;
            }
            let frequency = frequency as f32;
            let idf = (1.0 + (passages - frequency + 0.5) / (frequency + 0.5)).ln();
            terms.push(WeightedTerm {
                fields,
                weight: idf * (count as f32).sqrt(),
            });
        }
        Ok(Self {
            terms,
            average_length: (length / passages.max(1.0)).max(1.0),
        })
    }

    /// The score of every passage of a segment; 0 for those that hold none of the terms.
    pub(super) fn segment_scores(
        &self,
        segment: &SegmentReader,
        fields: &Fields,
    ) -> tantivy::Result<Vec<f32>> {
        let mut scores = vec![0f32; segment.max_doc() as usize];
        let mut titles = TitleMatches::new(segment)?;
        let lengths = Lengths::open(segment, fields, self.average_length)?;
        for term in &self.terms {
            let mut lists = open_lists(segment, term, fields)?;
            while let Some(doc) = lists.iter().flatten().map(FieldList::doc).min() {
                if doc == TERMINATED {
                    break;
                }
                let mut frequency = 0.0;
                for (index, list) in lists.iter_mut().enumerate() {
                    if let Some(list) = list
                        && list.doc() == doc
                    {
                        frequency += FIELD_WEIGHTS[index] * list.0.term_freq() as f32;
                        if index == TITLE {
                            titles.add(doc, term.weight);
                        }
                        list.0.advance();
                    }
                }
                scores[doc as usize] +=
                    term.weight * frequency / (frequency + lengths.normalisation(doc));
            }
        }
        titles.add_to(&mut scores);
        Ok(scores)
    }
}

/// The terms that add to the score, in the order of the query, with the field they are looked for in and how often they
/// were typed.
fn evidence(query: &Query) -> Vec<(&str, QueryField, u32)> {
    let mut evidence: Vec<(&str, QueryField, u32)> = Vec::new();
    let clauses = query
        .clauses
        .iter()
        .filter(|clause| clause.occur != Occur::MustNot);
    for Clause {
        field,
        terms,
        count,
        ..
    } in clauses
    {
        for (_, term) in terms {
            let known = evidence
                .iter_mut()
                .find(|(known, known_field, _)| known == term && known_field == field);
            match known {
                Some((_, _, known_count)) => *known_count += count,
                None => evidence.push((term, *field, *count)),
            }
        }
    }
    evidence
}

fn terms_of(term: &str, field: QueryField, indexed: &[Field; FIELDS]) -> [Option<Term>; FIELDS] {
    std::array::from_fn(|index| {
        let wanted = match field {
            QueryField::Any => true,
            QueryField::Title => index == TITLE,
            QueryField::Heading => index == HEADING,
        };
        wanted.then(|| Term::from_field_text(indexed[index], term))
    })
}

/// The passages of a segment that hold a term in one field.
struct FieldList(SegmentPostings);

impl FieldList {
    fn doc(&self) -> DocId {
        self.0.doc()
    }
}

fn open_lists(
    segment: &SegmentReader,
    term: &WeightedTerm,
    fields: &Fields,
) -> tantivy::Result<[Option<FieldList>; FIELDS]> {
    let indexed = [fields.title, fields.heading, fields.text];
    let mut lists = [const { None }; FIELDS];
    for (index, list) in lists.iter_mut().enumerate() {
        if let Some(term) = &term.fields[index] {
            *list = segment
                .inverted_index(indexed[index])?
                .read_postings(term, IndexRecordOption::WithFreqs)?
                .map(FieldList);
        }
    }
    Ok(lists)
}

/// How long the passages of a segment are.
struct Lengths {
    readers: [FieldNormReader; FIELDS],
    average: f32,
}

impl Lengths {
    fn open(segment: &SegmentReader, fields: &Fields, average: f32) -> tantivy::Result<Self> {
        Ok(Self {
            readers: [
                segment.get_fieldnorms_reader(fields.title)?,
                segment.get_fieldnorms_reader(fields.heading)?,
                segment.get_fieldnorms_reader(fields.text)?,
            ],
            average,
        })
    }

    /// What BM25 adds to the term frequency below the line.
    fn normalisation(&self, doc: DocId) -> f32 {
        let length: f32 = self
            .readers
            .iter()
            .zip(FIELD_WEIGHTS)
            .map(|(reader, weight)| weight * reader.fieldnorm(doc) as f32)
            .sum();
        K1 * (1.0 - B + B * length / self.average)
    }
}

/// Which words of the titles of a segment the query holds.
struct TitleMatches {
    title_words: Arc<dyn ColumnValues<u64>>,
    /// Sum of the weights, and number, of the query's words in the title; empty until the first is found.
    matches: Vec<(f32, u32)>,
    passages: usize,
}

impl TitleMatches {
    fn new(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            title_words: segment
                .fast_fields()
                .column_first_or_default::<u64>(super::schema::TITLE_WORDS)?,
            matches: Vec::new(),
            passages: segment.max_doc() as usize,
        })
    }

    fn add(&mut self, doc: DocId, weight: f32) {
        if self.matches.is_empty() {
            self.matches = vec![(0.0, 0); self.passages];
        }
        let (mass, words) = &mut self.matches[doc as usize];
        *mass += weight;
        *words += 1;
    }

    fn add_to(&self, scores: &mut [f32]) {
        for (doc, (mass, words)) in self.matches.iter().enumerate() {
            if *words > 0 {
                let all = self.title_words.get_val(doc as u32).max(1) as f32;
                scores[doc] += TITLE_GATE * mass * (*words as f32 / all).min(1.0);
            }
        }
    }
}
