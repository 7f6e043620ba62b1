//! Which words does the index hold as they are written, and in how many articles? What is typed is compared to them.

use super::schema::Fields;
use crate::query::spelling::{Neighbourhood, Reading, WordCount};
use std::collections::BTreeMap;
use tantivy::{Searcher, Term};
use tantivy_fst::Automaton;

/// How many articles have this word, those that were deleted and still count among them.
pub(super) fn count(searcher: &Searcher, fields: &Fields, word: &str) -> tantivy::Result<u64> {
    searcher.doc_freq(&Term::from_field_text(fields.words, word))
}

/// The words within `distance` edits of `word`, by their letters.
pub(super) fn similar(
    searcher: &Searcher,
    fields: &Fields,
    word: &str,
    distance: u8,
) -> tantivy::Result<Vec<WordCount>> {
    let Some(neighbourhood) = Neighbourhood::new(word, distance) else {
        return Ok(Vec::new());
    };
    let mut found: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.words)?;
        let mut words = index
            .terms()
            .search(WordAutomaton(neighbourhood))
            .into_stream()?;
        while let Some((word, information)) = words.next() {
            let uses = u64::from(information.doc_freq);
            if let Some(known) = found.get_mut(word) {
                *known += uses;
            } else {
                found.insert(word.to_vec(), uses);
            }
        }
    }
    let counts = found.into_iter().map(|(word, uses)| WordCount {
        word: String::from_utf8_lossy(&word).into_owned(),
        uses,
    });
    Ok(counts.collect())
}

/// A neighbourhood, to walk a dictionary with.
struct WordAutomaton<'a>(Neighbourhood<'a>);

impl Automaton for WordAutomaton<'_> {
    type State = Reading;

    fn start(&self) -> Reading {
        self.0.start()
    }

    fn is_match(&self, reading: &Reading) -> bool {
        self.0.holds(reading)
    }

    fn can_match(&self, reading: &Reading) -> bool {
        self.0.may_hold(reading)
    }

    fn accept(&self, reading: &Reading, letter: u8) -> Reading {
        self.0.read(reading, letter)
    }
}
