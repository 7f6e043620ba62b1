//! What does an article add to the counts of words? Those of its terms, passage by passage, and those of its words as they are
//! written, once.

use crate::analysis::TokenStream;
use crate::engine::ArticleEntry;
use crate::engine::names::Names;
use crate::passage::Passage;
use std::collections::{HashMap, HashSet};

/// The counts of one article.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// In the text of how many of its passages each term stands.
    pub(super) terms: HashMap<String, InText>,
    /// The terms of its names.
    pub(super) names: HashSet<String>,
    /// Its words as they are written.
    pub(super) words: Vec<String>,
    /// Those of them that are known, by their hashes.
    known: HashSet<u64>,
    /// How many passages it has.
    pub(super) passages: u32,
}

/// In how many passages a term stands, and the number of the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct InText {
    pub(super) passages: u32,
    last: u32,
}

impl Tally {
    /// Of an article with these passages.
    pub(super) fn of<'p>(
        entry: &ArticleEntry,
        passages: impl IntoIterator<Item = &'p Passage>,
    ) -> Self {
        let mut tally = Self::default();
        Names::of(entry, |terms| tally.name(terms));
        for passage in passages {
            tally.begin_passage();
            let headings = passage.heading_path.join("\n");
            for (text, is_text) in [(headings.as_str(), false), (passage.text.as_str(), true)] {
                let mut terms = TokenStream::new(text);
                while terms.advance().is_some() {
                    if is_text {
                        tally.text(&terms);
                    } else {
                        tally.word(&terms);
                    }
                }
            }
        }
        tally
    }

    /// Goes on to the next passage.
    pub(super) fn begin_passage(&mut self) {
        self.passages += 1;
    }

    /// Counts a term of a name.
    pub(super) fn name(&mut self, terms: &TokenStream<'_>) {
        if !self.names.contains(terms.term()) {
            self.names.insert(terms.term().to_owned());
        }
        self.word(terms);
    }

    /// Counts a term of the passage's text.
    pub(super) fn text(&mut self, terms: &TokenStream<'_>) {
        let now = self.passages;
        match self.terms.get_mut(terms.term()) {
            Some(known) if known.last == now => {}
            Some(known) => {
                known.passages += 1;
                known.last = now;
            }
            None => {
                let first = InText {
                    passages: 1,
                    last: now,
                };
                self.terms.insert(terms.term().to_owned(), first);
            }
        }
        self.word(terms);
    }

    /// Counts a word as it is written: all that headings add.
    pub(super) fn word(&mut self, terms: &TokenStream<'_>) {
        if let Some((word, hash)) = terms.lexicon_word()
            && self.known.insert(hash)
        {
            self.words.push(word.to_owned());
        }
    }
}
