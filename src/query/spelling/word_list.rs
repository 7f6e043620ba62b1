//! Which words and pairs of words does a list of terms hold? A lexicon in memory.

use super::distance::{Neighbourhood, common_prefix};
use super::{Lexicon, WordCount};
use crate::analysis::{self, TokenStream};
use crate::error::Result;
use std::collections::{HashMap, HashSet};

/// From how many terms on a word is common. In a vocabulary of some 20,000 terms, most of the corrections of
/// tests/spelling/misspelt.tsv that are right though more than a letter or two was changed are to words with more, and few of
/// those that unknown words would wrongly get.
const COMMON: u64 = 10;

/// The words of a list of terms (a vocabulary's), to be looked through for neighbours, and the pairs of words that stand side
/// by side in them.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    /// By their letters.
    words: Vec<WordCount>,
    pairs: HashSet<String>,
}

impl WordList {
    /// The words and pairs of words of `terms`, each a word or a phrase.
    pub fn of_terms<'a>(terms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut uses: HashMap<String, u64> = HashMap::new();
        let mut pairs = HashSet::new();
        for term in terms {
            let mut before: Option<String> = None;
            let mut words = TokenStream::as_written(term);
            while words.advance().is_some() {
                let word = words.term().to_owned();
                if let Some(before) = before {
                    pairs.insert(format!("{before} {word}"));
                }
                if analysis::is_lexicon_word(&word) {
                    *uses.entry(word.clone()).or_default() += 1;
                }
                before = Some(word);
            }
        }
        let mut words: Vec<WordCount> = uses
            .into_iter()
            .map(|(word, uses)| WordCount { word, uses })
            .collect();
        words.sort_unstable_by(|a, b| a.word.cmp(&b.word));
        Self { words, pairs }
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

impl Lexicon for WordList {
    fn uses(&self, text: &str) -> Result<u64> {
        if text.contains(' ') {
            return Ok(u64::from(self.pairs.contains(text)));
        }
        let place = self
            .words
            .binary_search_by(|known| known.word.as_str().cmp(text));
        Ok(place.map_or(0, |index| self.words[index].uses))
    }

    /// What was worked out for the letters that a word shares with the one before it is not worked out again, and what can
    /// no longer become a neighbour is passed over.
    fn similar(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        let Some(neighbourhood) = Neighbourhood::new(word, distance) else {
            return Ok(Vec::new());
        };
        let reach = usize::from(distance);
        let mut found = Vec::new();
        let mut readings = vec![neighbourhood.start()];
        let mut read: &[u8] = &[];
        for candidate in &self.words {
            let letters = candidate.word.as_bytes();
            readings.truncate(common_prefix(read, letters) + 1);
            if letters.len().abs_diff(word.len()) <= reach {
                for letter in &letters[readings.len() - 1..] {
                    let reading = readings[readings.len() - 1];
                    if !neighbourhood.may_hold(&reading) {
                        break;
                    }
                    readings.push(neighbourhood.read(&reading, *letter));
                }
                if let Some(reading) = readings.get(letters.len())
                    && neighbourhood.holds(reading)
                {
                    found.push(candidate.clone());
                }
            }
            read = &letters[..readings.len() - 1];
        }
        Ok(found)
    }

    fn common_from(&self) -> u64 {
        COMMON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similar(list: &WordList, word: &str, distance: u8) -> Vec<String> {
        let found = list.similar(word, distance).unwrap();
        found.into_iter().map(|count| count.word).collect()
    }

    fn is_near(one: &str, other: &str, distance: u8) -> bool {
        let neighbourhood = Neighbourhood::new(one, distance).unwrap();
        let mut reading = neighbourhood.start();
        for letter in other.bytes() {
            reading = neighbourhood.read(&reading, letter);
        }
        neighbourhood.holds(&reading)
    }

    #[test]
    fn the_words_and_the_pairs_of_terms_are_known() {
        let list = WordList::of_terms(["low back pain", "Pain", "vitamin B12", "Crohn's disease"]);
        for (text, uses) in [
            ("pain", 2),
            ("crohns", 1),
            ("back pain", 1),
            ("low back", 1),
            ("low pain", 0),
            ("vitamin b12", 1),
            ("b12", 0),
            ("gout", 0),
        ] {
            assert_eq!(list.uses(text).unwrap(), uses, "{text}");
        }
    }

    #[test]
    fn the_list_finds_what_a_look_at_every_word_finds() {
        let words: Vec<String> = (0..4000u32)
            .map(|n| {
                let mixed = n.wrapping_mul(2_654_435_761);
                let letter = |k: u32| char::from(b'a' + ((mixed >> (3 * k)) % 4) as u8);
                (0..3 + n % 6).map(letter).collect()
            })
            .collect();
        let list = WordList::of_terms(words.iter().map(String::as_str));
        assert!(list.len() > 1000);
        for word in words.iter().step_by(97) {
            for distance in 0..=3 {
                let expected: Vec<String> = list
                    .words
                    .iter()
                    .map(|known| known.word.clone())
                    .filter(|known| is_near(word, known, distance))
                    .collect();
                assert_eq!(
                    similar(&list, word, distance),
                    expected,
                    "{word} {distance}"
                );
            }
        }
    }

    #[test]
    fn a_word_longer_than_any_of_a_lexicon_has_no_neighbours() {
        let list = WordList::of_terms(["gout"]);
        assert!(similar(&list, &"a".repeat(40), 3).is_empty());
        assert!(similar(&WordList::default(), "gout", 3).is_empty());
    }
}
