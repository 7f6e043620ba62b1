//! Which word was meant? Corrections of what a person typed, from the words that the index and a vocabulary know.
//!
//! A word that is known is never corrected, however much likelier another is. Of the others one is only corrected where a
//! known word is so near, in spelling or in sound, that hardly another can have been meant: a wrong correction costs a
//! reader more than a missing one, which finds nothing and shows that it does.

mod cost;
mod distance;
mod judge;
mod sound;
mod word_list;

use crate::analysis;
use crate::error::Result;
use judge::{Candidate, Judged, Standing};
use std::ops::Range;

pub use distance::{Neighbourhood, Reading};
pub use word_list::WordList;

/// A word, and how often it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordCount {
    /// The word, folded.
    pub word: String,
    /// In how many articles of an index, or terms of a vocabulary, it is.
    pub uses: u64,
}

/// Words that are spelt right: those of an index, of a vocabulary. All are folded as [`analysis::written_word`] does.
pub trait Lexicon {
    /// In how many articles or terms a word is, or two words side by side (`back pain`); 0 where it is not known.
    ///
    /// # Errors
    /// Where the lexicon cannot be read.
    fn uses(&self, text: &str) -> Result<u64>;

    /// The words within `distance` edits of `word`: letters left out, added, changed, or two neighbours transposed.
    ///
    /// # Errors
    /// Where the lexicon cannot be read.
    fn similar(&self, word: &str, distance: u8) -> Result<Vec<WordCount>>;

    /// From how many uses on a word is common enough to be meant by what is farther from it.
    fn common_from(&self) -> u64;
}

/// The shortest word that is corrected, in letters: of three letters, any word is an edit away from many.
const SHORTEST: usize = 4;

/// What was meant by some of the words of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Which of the typed words, counted from 0: one, or two that should have been one.
    pub words: Range<usize>,
    /// What was meant, folded: one word, or two that were run together.
    pub meant: Vec<String>,
}

/// What was meant by the words of a query, in their order; words without a correction are not mentioned.
///
/// `typed` are words that stood side by side, each without its operators.
///
/// # Errors
/// Where a lexicon cannot be read.
pub fn correct_words(typed: &[&str], lexicons: &[&dyn Lexicon]) -> Result<Vec<Correction>> {
    let mut corrections = Vec::new();
    let mut at = 0;
    while at < typed.len() {
        let correction = match typed.get(at + 1) {
            Some(next) => {
                joined(typed[at], next, |text| uses(text, lexicons))?.map(|word| (2, vec![word]))
            }
            None => None,
        };
        let correction = match correction {
            Some(correction) => Some(correction),
            None => correct_word(typed[at], lexicons)?.map(|words| (1, words)),
        };
        let length = correction.as_ref().map_or(1, |(length, _)| *length);
        if let Some((length, meant)) = correction {
            corrections.push(Correction {
                words: at..at + length,
                meant,
            });
        }
        at += length;
    }
    Ok(corrections)
}

/// What was meant by one word: another, or two.
fn correct_word(typed: &str, lexicons: &[&dyn Lexicon]) -> Result<Option<Vec<String>>> {
    if let Some((first, second)) = split(typed, |text| uses(text, lexicons))? {
        return Ok(Some(vec![first, second]));
    }
    Ok(correct(typed, lexicons)?.map(|word| vec![word]))
}

/// How many edits are looked for first.
const NEAR: u8 = 2;

/// A word whose term is that of a known word finds what that finds (`stomache` what `stomach` does), and is left alone unless
/// the word that was likely meant is used so many times as often: `migrane` has the term of `migrans`.
const FAR_MORE: u64 = 2;

/// The word that was meant by `typed`, folded; `None` where `typed` is known, or it cannot be said what was meant.
///
/// Left alone are words of fewer than four letters, words with digits, abbreviations (capitals only) and words that a query
/// ignores anyhow.
///
/// # Errors
/// Where a lexicon cannot be read.
pub fn correct(typed: &str, lexicons: &[&dyn Lexicon]) -> Result<Option<String>> {
    let Some(word) = correctable(typed) else {
        return Ok(None);
    };
    if uses(&word, lexicons)? > 0 {
        return Ok(None);
    }
    if let Some(meant) = nearest(&word, word.len(), lexicons)? {
        return Ok(Some(meant));
    }
    // Vocabularies have words in the singular.
    let Some(singular) = singular(&word) else {
        return Ok(None);
    };
    if uses(singular, lexicons)? > 0 {
        return Ok(None);
    }
    Ok(nearest(singular, word.len(), lexicons)?.and_then(|meant| plural(&meant)))
}

/// A word without the `s` of its plural, where it may have one: Latin words in `-us` and `-is` have none.
fn singular(word: &str) -> Option<&str> {
    let singular = word.strip_suffix('s')?;
    let is_plural = singular.len() >= SHORTEST && !singular.ends_with(['s', 'u', 'i']);
    is_plural.then_some(singular)
}

/// The plural of a word that adds an `s`; `None` of one that adds more.
fn plural(word: &str) -> Option<String> {
    (!word.ends_with(['s', 'x', 'z', 'y', 'h'])).then(|| format!("{word}s"))
}

/// The known word that was meant by an unknown one of `letters` letters as it was typed, where hardly another can have been.
fn nearest(word: &str, letters: usize, lexicons: &[&dyn Lexicon]) -> Result<Option<String>> {
    let sound = sound::key(word);
    let farthest = reach(letters);
    // What is near is looked for first: it takes a tenth of the time, and rarely is what lies farther off likelier.
    for distance in [farthest.min(NEAR), farthest] {
        let candidates = similar(word, distance, lexicons)?;
        let of_same_term = candidates
            .iter()
            .filter(|candidate| is_same_term(word, &candidate.word))
            .map(|candidate| candidate.uses)
            .max();
        let best = candidates
            .into_iter()
            .map(|candidate| Judged::new(word, letters, &sound, candidate))
            .filter(Judged::is_likely)
            .min_by(|a, b| (a.rank, &a.word).cmp(&(b.rank, &b.word)));
        if let Some(best) = best {
            let is_it = of_same_term.is_none_or(|uses| uses.saturating_mul(FAR_MORE) < best.uses);
            return Ok(is_it.then_some(best.word));
        }
        if distance == farthest {
            break;
        }
    }
    Ok(None)
}

/// How often a word, or two side by side, is used in the lexicon that uses it most; 0 where none knows it.
fn uses(text: &str, lexicons: &[&dyn Lexicon]) -> Result<u64> {
    let mut most = 0;
    for lexicon in lexicons {
        most = most.max(lexicon.uses(text)?);
    }
    Ok(most)
}

/// The words of all lexicons within `distance` edits, each once.
fn similar(word: &str, distance: u8, lexicons: &[&dyn Lexicon]) -> Result<Vec<Candidate>> {
    let mut found: Vec<Candidate> = Vec::new();
    for lexicon in lexicons {
        let common_from = lexicon.common_from();
        let counts = lexicon.similar(word, distance)?.into_iter();
        found.extend(counts.map(|WordCount { word, uses }| Candidate {
            standing: if uses >= common_from {
                Standing::Common
            } else {
                Standing::Rare
            },
            word,
            uses,
        }));
    }
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found.dedup_by(|later, first| {
        let is_same = later.word == first.word;
        if is_same {
            first.standing = first.standing.max(later.standing);
            first.uses = first.uses.max(later.uses);
        }
        is_same
    });
    Ok(found)
}

/// The folded form of what was typed, where it may be corrected at all.
fn correctable(typed: &str) -> Option<String> {
    let capitals = typed.chars().filter(|letter| letter.is_uppercase()).count();
    if capitals > 1 && !typed.chars().any(char::is_lowercase) {
        return None;
    }
    let word = analysis::written_word(typed)?;
    let may_be =
        word.len() >= SHORTEST && analysis::is_lexicon_word(&word) && !super::is_ignored(&word);
    may_be.then_some(word)
}

/// How many edits away a word of this many letters is looked for.
fn reach(letters: usize) -> u8 {
    match letters {
        0..=4 => 1,
        5..=6 => 2,
        _ => 3,
    }
}

/// Whether two words are one term, so that whoever types one finds the other anyhow.
fn is_same_term(one: &str, other: &str) -> bool {
    let term = |word: &str| analysis::tokens(word).pop().map(|token| token.term);
    analysis::beginning(one) == analysis::beginning(other) && term(one) == term(other)
}

/// The one word that two neighbouring words were meant to be (`heart burn`), folded: where it is known, and better than the
/// two are as a phrase. `known` says how well a word, or two with a space between them, is known; 0 where not at all.
///
/// # Errors
/// Those of `known`.
pub fn joined(
    first: &str,
    second: &str,
    known: impl Fn(&str) -> Result<u64>,
) -> Result<Option<String>> {
    let (Some(first), Some(second)) = (part(first), part(second)) else {
        return Ok(None);
    };
    let joined = format!("{first}{second}");
    let as_one = known(&joined)?;
    let is_likely = as_one > 0 && as_one > known(&format!("{first} {second}"))?;
    Ok(is_likely.then_some(joined))
}

/// A word that may be a part of another, folded.
fn part(typed: &str) -> Option<String> {
    let word = analysis::written_word(typed)?;
    (analysis::is_lexicon_word(&word) && !super::is_ignored(&word)).then_some(word)
}

/// The two words that one was meant to be (`backpain`), folded: they are known side by side, and of all such pairs
/// this is the best known. `None` where the word is known itself. `known` is as for [`joined`].
///
/// # Errors
/// Those of `known`.
pub fn split(typed: &str, known: impl Fn(&str) -> Result<u64>) -> Result<Option<(String, String)>> {
    let Some(word) = correctable(typed) else {
        return Ok(None);
    };
    if known(&word)? > 0 {
        return Ok(None);
    }
    let shortest = analysis::SHORTEST_LEXICON_WORD;
    let mut pairs = Vec::new();
    for at in shortest..=word.len().saturating_sub(shortest) {
        let (first, second) = word.split_at(at);
        let rarer = known(first)?.min(known(second)?);
        if rarer > 0 {
            let together = known(&format!("{first} {second}"))?;
            pairs.push((together, rarer, first, second));
        }
    }
    let best = pairs
        .into_iter()
        .filter(|(together, ..)| *together > 0)
        .max();
    Ok(best.map(|(_, _, first, second)| (first.to_owned(), second.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    /// Words with their uses, and the pairs `back pain`, `sore throat` and `ear ring`.
    fn lexicon() -> WordList {
        let terms = [
            ("pneumonia", 20),
            ("diarrhea", 20),
            ("seizure", 20),
            ("fibromyalgia", 12),
            ("hemorrhoid", 12),
            ("headache", 20),
            ("vomiting", 12),
            ("dandruff", 5),
            ("cancer", 40),
            ("fever", 40),
            ("diabetes", 40),
            ("heartburn", 9),
            ("earring", 1),
            ("ear ring", 3),
            ("back pain", 9),
            ("sore throat", 9),
            ("charley horse", 1),
            ("stomach", 20),
            ("cafe", 1),
            ("eyes", 20),
            ("covid", 20),
            ("sepsis", 9),
            ("septal", 3),
        ];
        WordList::of_terms(
            terms
                .iter()
                .flat_map(|(term, uses)| std::iter::repeat_n(*term, *uses)),
        )
    }

    fn meant(typed: &str) -> Option<String> {
        correct(typed, &[&lexicon()]).unwrap()
    }

    fn meant_by_all(typed: &str) -> String {
        let typed: Vec<&str> = typed.split(' ').collect();
        let corrections = correct_words(&typed, &[&lexicon()]).unwrap();
        let shown = corrections.iter().map(|correction| {
            let words = &typed[correction.words.clone()];
            format!("{}: {}", words.join(" "), correction.meant.join(" "))
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn slips_of_the_fingers_are_put_right() {
        for (typed, word) in [
            ("headahce", "headache"),
            ("dandruf", "dandruff"),
            ("cancwr", "cancer"),
            ("feevr", "fever"),
            ("Feverr", "fever"),
            ("eyse", "eyes"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(word), "{typed}");
        }
    }

    #[test]
    fn words_written_as_they_sound_are_put_right() {
        for (typed, word) in [
            ("diarea", "diarrhea"),
            ("neumonia", "pneumonia"),
            ("siezure", "seizure"),
            ("fibermyalgia", "fibromyalgia"),
            ("diabetis", "diabetes"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(word), "{typed}");
        }
    }

    #[test]
    fn a_plural_is_put_right_by_its_singular() {
        assert_eq!(meant("hemroids").as_deref(), Some("hemorrhoids"));
    }

    #[test]
    fn what_is_known_is_left_alone() {
        for typed in ["charley", "cafe", "café", "Fever", "CANCER"] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_form_of_a_known_word_is_left_alone() {
        assert_eq!(meant("stomache"), None);
        assert_eq!(meant("seizures"), None);
        assert_eq!(meant("vomitting"), None, "the term of vomiting");
    }

    #[test]
    fn short_words_abbreviations_and_words_with_digits_are_left_alone() {
        for typed in [
            "MS", "FEVR", "b12", "covid19", "fvr", "eye", "", "?", "x-ray", "熱",
        ] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }

    #[test]
    fn words_that_a_query_ignores_are_left_alone() {
        assert_eq!(correct("every", &[&lexicon()]).unwrap(), None);
    }

    #[test]
    fn a_word_that_is_merely_near_is_left_alone() {
        for typed in ["sepal", "lever", "dancer", "paternoster", "etching"] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }

    #[test]
    fn two_words_that_are_one_are_joined_unless_they_are_a_phrase() {
        assert_eq!(meant_by_all("heart burn"), "heart burn: heartburn");
        assert_eq!(
            meant_by_all("my Heart burn feevr"),
            "Heart burn: heartburn, feevr: fever"
        );
        assert_eq!(meant_by_all("ear ring"), "");
        assert_eq!(meant_by_all("back pain"), "");
    }

    #[test]
    fn one_word_that_is_a_known_pair_is_split() {
        assert_eq!(meant_by_all("backpain"), "backpain: back pain");
        assert_eq!(meant_by_all("sorethroat"), "sorethroat: sore throat");
        assert_eq!(meant_by_all("throatpain"), "", "never seen side by side");
    }

    #[test]
    fn of_several_lexicons_the_one_that_knows_a_word_decides() {
        let other = WordList::of_terms(["feevr"]);
        assert_eq!(correct("feevr", &[&lexicon(), &other]).unwrap(), None);
        assert_eq!(correct("feevr", &[]).unwrap(), None);
    }

    #[test]
    fn what_fails_to_be_read_is_no_word_left_alone() {
        struct Damaged;
        impl Lexicon for Damaged {
            fn uses(&self, _text: &str) -> Result<u64> {
                Err(Error::new(ErrorKind::Engine, "damaged"))
            }
            fn similar(&self, _word: &str, _distance: u8) -> Result<Vec<WordCount>> {
                Ok(Vec::new())
            }
            fn common_from(&self) -> u64 {
                1
            }
        }
        assert!(correct("feevr", &[&Damaged]).is_err());
        assert!(correct_words(&["heart", "burn"], &[&Damaged]).is_err());
    }
}
