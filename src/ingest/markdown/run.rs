//! Which words does a run of inline text have, and where does each stand? Markup inside a word does not split it.

use crate::article::MappedText;
use crate::ingest::repair::push_repaired_word;
use std::ops::Range;

/// Collects the words of one run from the pieces of text that a Markdown parser gives.
pub(super) struct Run<'s> {
    source: &'s str,
    text: MappedText,
    word: String,
    place: Range<usize>,
}

impl<'s> Run<'s> {
    /// A run of words from `source`, without any yet.
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            text: MappedText::new(),
            word: String::new(),
            place: 0..0,
        }
    }

    /// Adds a piece of text. It is what the parser made of `source[range]`, which for entities, escapes and code spans
    /// is not the same bytes. A piece that begins without white space goes on with the word before it.
    pub(super) fn push(&mut self, text: &str, range: Range<usize>) {
        let source = self.source.get(range.clone()).unwrap_or_default();
        let same = source == text;
        let mut rest = source;
        for (index, piece) in text.split(char::is_whitespace).enumerate() {
            if index > 0 {
                self.end_word();
            }
            if piece.is_empty() {
                continue;
            }
            let place = if same {
                let start = range.start + (piece.as_ptr() as usize - text.as_ptr() as usize);
                start..start + piece.len()
            } else if let Some(at) = rest.find(piece) {
                let start = range.end - rest.len() + at;
                rest = &rest[at + piece.len()..];
                start..start + piece.len()
            } else {
                // Not found once, the pieces after it are not looked for: one search through the text is enough.
                let start = range.end - rest.len();
                rest = "";
                start.min(range.start)..range.end
            };
            self.extend_word(piece, place);
        }
    }

    /// Ends the word that is under way, as a line break does.
    pub(super) fn end_word(&mut self) {
        if !self.word.is_empty() {
            push_repaired_word(&mut self.text, &self.word, self.place.clone());
            self.word.clear();
        }
    }

    /// The words so far; the run is empty afterwards.
    pub(super) fn take(&mut self) -> MappedText {
        self.end_word();
        std::mem::take(&mut self.text)
    }

    /// The words so far; the last one is ended.
    pub(super) fn so_far(&mut self) -> &MappedText {
        self.end_word();
        &self.text
    }

    fn extend_word(&mut self, piece: &str, place: Range<usize>) {
        if self.word.is_empty() {
            self.place = place;
        } else {
            self.place.end = self.place.end.max(place.end);
        }
        self.word.push_str(piece);
    }
}
