//! How do pieces of text grow into words, and words into a block, each with its place?

use super::super::repair::repair_word;
use crate::article::MappedText;
use std::borrow::Cow;
use std::ops::Range;

/// What a part of a word stands in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    pub(super) link: bool,
    pub(super) bold: bool,
}

/// A block as it grows, word by word.
#[derive(Default)]
pub(super) struct Assembly {
    pub(super) text: MappedText,
    word: String,
    place: Option<Range<usize>>,
    /// Bytes of the words that stand in links.
    pub(super) link_chars: usize,
    /// Bytes of the words that stand in heavy type.
    pub(super) bold_chars: usize,
    /// Bytes of all words.
    pub(super) chars: usize,
    /// How many words were read.
    pub(super) words: usize,
}

impl Assembly {
    /// Adds a part of a word.
    pub(super) fn push(&mut self, part: &str, place: Option<Range<usize>>, style: Style) {
        self.word.push_str(part);
        self.chars += part.len();
        if style.link {
            self.link_chars += part.len();
        }
        if style.bold {
            self.bold_chars += part.len();
        }
        self.place = match (self.place.take(), place) {
            (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
            (a, b) => a.or(b),
        };
    }

    /// Ends a word.
    pub(super) fn space(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let place = self.place.take();
        let mut push = |text: &mut MappedText, word: &str| {
            self.words += 1;
            match &place {
                Some(place) => text.push_word(word, place.clone()),
                None => {
                    text.push_unmapped(word);
                }
            }
        };
        match repair_word(&self.word) {
            // It is whole, so it is one word.
            Cow::Borrowed(word) if word.is_ascii() => push(&mut self.text, word),
            repaired => {
                for word in repaired.split_whitespace() {
                    push(&mut self.text, word);
                }
            }
        }
        self.word.clear();
    }

    /// Marks the border between two cells.
    pub(super) fn bar(&mut self) {
        self.space();
        self.text.push_unmapped("|");
    }

    /// Marks the border between a term and its definition.
    pub(super) fn colon(&mut self) {
        let ends = |c: char| matches!(c, ':' | '?' | '!' | '.' | ';' | '–' | '—' | '-');
        self.word_again();
        if !self.word.is_empty() && !self.word.ends_with(ends) {
            self.word.push(':');
        }
        self.space();
    }

    /// Takes the last word back, to add to it.
    fn word_again(&mut self) {
        if !self.word.is_empty() || self.text.is_empty() {
            return;
        }
        let mut shorter = MappedText::new();
        let words = self.text.words();
        let Some((last, others)) = words.split_last() else {
            return;
        };
        if last.text.end as usize != self.text.as_str().len() {
            return;
        }
        let text = self.text.as_str();
        for word in others {
            shorter.push_word(
                &text[word.text.start as usize..word.text.end as usize],
                word.source.start as usize..word.source.end as usize,
            );
        }
        // A text with words that have no place is left as it is: they would be lost.
        if shorter.as_str().len() + usize::from(!others.is_empty()) != last.text.start as usize {
            return;
        }
        let word = text[last.text.start as usize..].to_owned();
        let place = last.source.start as usize..last.source.end as usize;
        self.words -= 1;
        self.text = shorter;
        self.word = word;
        self.place = Some(place);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.word.is_empty()
    }

    /// Whether all of it is in heavy type.
    pub(super) fn is_bold(&self) -> bool {
        self.chars > 0 && self.bold_chars == self.chars
    }

    pub(super) fn is_short(&self) -> bool {
        self.text.as_str().len() < 200
    }
}
