//! What are the words of a sentence, and what stands between them?

use crate::analysis;
use std::cell::OnceCell;
use std::ops::Range;

/// What is longer than this, in bytes, is no sentence that defines anything (a table run together, data): only so much of
/// it is looked at.
const LONGEST_SENTENCE: usize = 1_000;

/// A sentence as a row of words.
pub(super) struct Sentence<'a> {
    text: &'a str,
    /// The letters of all words in lower case, without apostrophes.
    letters: String,
    words: Vec<Word>,
}

struct Word {
    span: Range<usize>,
    letters: Range<usize>,
    /// Stemmed only where it is asked for, which few words are.
    term: OnceCell<String>,
}

impl<'a> Sentence<'a> {
    /// The words of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        let text = &text[..boundary_before(text, LONGEST_SENTENCE)];
        let mut sentence = Self {
            text,
            letters: String::with_capacity(text.len()),
            words: Vec::new(),
        };
        let mut start = None;
        for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
            if letter.is_alphanumeric() {
                start.get_or_insert((at, sentence.letters.len()));
                sentence.letters.extend(letter.to_lowercase());
                continue;
            }
            // As `analysis` has it, an apostrophe between two letters parts no word.
            let joins = matches!(letter, '\'' | '’' | '\u{AD}' | '\u{200B}')
                && text[at + letter.len_utf8()..].starts_with(char::is_alphanumeric);
            if !joins && let Some((from, letters)) = start.take() {
                let letters = letters..sentence.letters.len();
                sentence.words.push(Word {
                    span: from..at,
                    letters,
                    term: OnceCell::new(),
                });
            }
        }
        sentence
    }

    /// The words before one of them, as a sentence of its own.
    pub(super) fn before(&self, index: usize) -> Sentence<'a> {
        let end = self
            .words
            .get(index)
            .map_or(self.text.len(), |word| word.span.start);
        Sentence::new(&self.text[..end])
    }

    /// The first word behind a byte of the text.
    pub(super) fn word_after(&self, offset: usize) -> usize {
        self.words.partition_point(|word| word.span.start < offset)
    }

    /// How many words it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// A word as `analysis` has it: names are compared by their terms.
    pub(super) fn term(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| {
            word.term.get_or_init(|| {
                // Of a word with a note digit glued to it, the last term is the one without.
                let last = analysis::tokens(&self.text[word.span.clone()]).pop();
                last.map(|token| token.term).unwrap_or_default()
            })
        })
    }

    /// A word in lower case without apostrophes, as function words are compared; the empty string past the end.
    pub(super) fn plain(&self, index: usize) -> &str {
        self.words
            .get(index)
            .map_or("", |word| &self.letters[word.letters.clone()])
    }

    /// What stands before a word, and after the last where `index` is the number of words.
    pub(super) fn gap(&self, index: usize) -> &str {
        let start = match index.checked_sub(1) {
            Some(previous) => self
                .words
                .get(previous)
                .map_or(self.text.len(), |w| w.span.end),
            None => 0,
        };
        let end = self
            .words
            .get(index)
            .map_or(self.text.len(), |w| w.span.start);
        self.text.get(start..end).unwrap_or("")
    }

    /// The text from the first to the last of some words, or nothing where there are none.
    pub(super) fn slice(&self, words: Range<usize>) -> &str {
        match self.words.get(words) {
            Some([first, .., last]) => &self.text[first.span.start..last.span.end],
            Some([only]) => &self.text[only.span.clone()],
            _ => "",
        }
    }

    /// The word before which the bracket is closed that is open before word `from` (the number of words where it is closed
    /// behind the last). `None` where it never is, or another is opened first.
    pub(super) fn closing(&self, from: usize) -> Option<usize> {
        /// No name is that long.
        const MOST_WORDS: usize = 30;
        (from + 1..=self.len().min(from + MOST_WORDS))
            .find(|at| self.gap(*at).contains(['(', ')', '[', ']']))
            .filter(|at| {
                self.gap(*at)
                    .trim_start_matches(|sign| !"()[]".contains(sign))
                    .starts_with([')', ']'])
            })
    }

    /// Whether the words from the one numbered `from` are these.
    pub(super) fn matches(&self, from: usize, plain: &[&str]) -> bool {
        plain
            .iter()
            .enumerate()
            .all(|(index, word)| self.plain(from + index) == *word)
    }

    /// How many words from the one numbered `from` are among `plain`, up to `most`.
    pub(super) fn count_among(&self, from: usize, plain: &[&str], most: usize) -> usize {
        (from..from + most)
            .take_while(|at| plain.contains(&self.plain(*at)))
            .count()
    }
}

/// The last border of two characters at or before a byte.
pub(super) fn boundary_before(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
