//! Which words are within a few edits of another? The edit distance, one letter at a time.
//!
//! Taken letter by letter it serves a list of words and an automaton over a dictionary alike: what is known of a prefix
//! is known of every word that begins with it. A Levenshtein automaton made in advance answers each letter sooner, but for
//! three edits takes 13 ms to make in each process (levenshtein_automata 0.2.1, with transpositions), which is four times
//! what this takes to read the dictionaries of 6,000 articles.

use crate::analysis::LONGEST_LEXICON_WORD;

const WIDTH: usize = LONGEST_LEXICON_WORD + 1;

/// All words within some edits of one word: letters left out, added, changed, or two neighbours transposed (the restricted
/// distance of Damerau and Levenshtein: no letter is edited twice). Letters are bytes, as lexicons hold Latin letters only.
#[derive(Clone, Copy, Debug)]
pub struct Neighbourhood<'a> {
    word: &'a [u8],
    distance: u8,
}

/// How far what was read of a word is from each beginning of the word in the middle of a [`Neighbourhood`].
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The distance to the beginning of each length; `u8::MAX` stands for one that is too far.
    row: [u8; WIDTH],
    before: [u8; WIDTH],
    last: u8,
    length: usize,
}

impl<'a> Neighbourhood<'a> {
    /// The words within `distance` edits of `word`; `None` where `word` is longer than any word of a lexicon.
    pub fn new(word: &'a str, distance: u8) -> Option<Self> {
        (word.len() <= LONGEST_LEXICON_WORD).then_some(Self {
            word: word.as_bytes(),
            distance,
        })
    }

    /// Nothing read yet.
    pub fn start(&self) -> Reading {
        let mut row = [u8::MAX; WIDTH];
        for (edits, cell) in (0..=self.distance).zip(&mut row[..=self.word.len()]) {
            *cell = edits;
        }
        Reading {
            row,
            before: [u8::MAX; WIDTH],
            last: 0,
            length: 0,
        }
    }

    /// One more letter read.
    pub fn read(&self, reading: &Reading, letter: u8) -> Reading {
        let reach = usize::from(self.distance);
        let length = reading.length + 1;
        let mut row = [u8::MAX; WIDTH];
        if length <= reach {
            row[0] = length as u8;
        }
        let first = length.saturating_sub(reach).max(1);
        let last = (length + reach).min(self.word.len());
        for at in first..=last {
            let wanted = self.word[at - 1];
            let changed = reading.row[at - 1].saturating_add(u8::from(wanted != letter));
            let added = reading.row[at].saturating_add(1);
            let left_out = row[at - 1].saturating_add(1);
            let mut edits = changed.min(added).min(left_out);
            if at > 1 && wanted == reading.last && self.word[at - 2] == letter {
                edits = edits.min(reading.before[at - 2].saturating_add(1));
            }
            row[at] = if edits <= self.distance {
                edits
            } else {
                u8::MAX
            };
        }
        Reading {
            row,
            before: reading.row,
            last: letter,
            length,
        }
    }

    /// Whether what was read is one of the words.
    pub fn holds(&self, reading: &Reading) -> bool {
        reading.row[self.word.len()] <= self.distance
    }

    /// Whether one of the words begins with what was read.
    pub fn may_hold(&self, reading: &Reading) -> bool {
        let reach = usize::from(self.distance);
        let first = reading.length.saturating_sub(reach);
        let last = (reading.length + reach).min(self.word.len());
        first <= last
            && reading.row[first..=last]
                .iter()
                .any(|edits| *edits != u8::MAX)
    }
}

/// How many letters two words have in common at their beginning.
pub(super) fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(one: &str, other: &str, distance: u8) -> bool {
        let neighbourhood = Neighbourhood::new(one, distance).unwrap();
        let mut reading = neighbourhood.start();
        for letter in other.bytes() {
            reading = neighbourhood.read(&reading, letter);
        }
        neighbourhood.holds(&reading)
    }

    #[test]
    fn letters_left_out_added_changed_and_transposed_are_one_edit_each() {
        for (one, other, distance) in [
            ("asthma", "asthma", 0),
            ("asma", "asthma", 2),
            ("feverr", "fever", 1),
            ("fevwr", "fever", 1),
            ("feevr", "fever", 1),
            ("hemroids", "hemorrhoids", 3),
            ("siezure", "seizure", 1),
            ("", "abc", 3),
        ] {
            assert!(is_near(one, other, distance), "{one} {other}");
            assert!(is_near(other, one, distance), "{other} {one}");
            let less = distance.checked_sub(1);
            assert!(!less.is_some_and(|less| is_near(one, other, less)));
        }
    }
}
