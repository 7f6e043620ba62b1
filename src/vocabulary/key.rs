//! When do two phrases count as the same? When they have the same stems, whatever their order and small words.

use super::table::number;
use crate::analysis::{self, Token};

/// Words that make no difference to what a phrase names: "swelling of the ankle" is "ankle swelling". Words such as `no`,
/// `not`, `up` and `out` do make one.
const SMALL: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "been", "by", "do", "does", "for", "from", "had", "has",
    "have", "her", "his", "i", "im", "in", "is", "it", "its", "ive", "me", "my", "of", "on", "or",
    "our", "that", "the", "their", "this", "to", "was", "with", "you", "your",
];

/// Whether a folded word makes no difference to what a phrase names.
pub(crate) fn is_small(word: &str) -> bool {
    SMALL.binary_search(&word).is_ok()
}

/// What a word counts as in a phrase: its term; but an inflammation is not the organ that it shares its stem with (`hepatitis`,
/// `hepatic`).
pub(crate) fn key_term(word: &str, term: &str) -> String {
    let word = word.to_lowercase();
    if word.ends_with("itis") {
        word
    } else {
        term.to_owned()
    }
}

/// Whether a word makes no difference to what a phrase names: a small one, unless it is the last (`vitamin a`), or a letter
/// written as a name is (`hepatitis A virus`).
pub(crate) fn is_passed_over(word: &str, is_last: bool) -> bool {
    !is_last && word != "A" && is_small(&word.to_lowercase())
}

/// A word or phrase of a vocabulary, analysed.
pub(crate) struct Analysed {
    /// All its terms in order.
    pub(crate) terms: Vec<String>,
    /// What counts, in order.
    pub(crate) content: Vec<String>,
}

/// Analyses a word or phrase as texts are.
pub(crate) fn analyse(phrase: &str) -> Analysed {
    let mut terms: Vec<String> = Vec::new();
    let mut content = Vec::new();
    let mut tokens = analysis::tokens(phrase);
    // A word and the same word without its note digits stand at one place.
    tokens.dedup_by_key(|token| token.position);
    let last = tokens.last().map(|token| token.position);
    for Token {
        term,
        span,
        position,
    } in tokens
    {
        let word = &phrase[span];
        if !is_passed_over(word, last == Some(position)) {
            content.push(key_term(word, &term));
        }
        terms.push(term);
    }
    Analysed { terms, content }
}

/// The number of the phrase that has these content terms, in any order.
pub(crate) fn key<'a>(content: impl Iterator<Item = &'a str>) -> u64 {
    let mut terms: Vec<&str> = content.collect();
    terms.sort_unstable();
    terms.dedup();
    number(&terms)
}

/// The number of an abbreviation that is known by its capitals only.
pub(crate) fn capitals_key(abbreviation: &str) -> u64 {
    number(&["=", abbreviation])
}

/// The number under which other spellings of a term are kept.
pub(crate) fn spelling_key(term: &str) -> u64 {
    number(&["~", term])
}

/// The number under which the term is kept that stands for this one inside phrases.
pub(crate) fn form_key(term: &str) -> u64 {
    number(&["^", term])
}

/// The number under which it is kept that a word, in lower case, is never expanded alone.
pub(crate) fn never_alone_key(word: &str) -> u64 {
    number(&["!", word])
}

/// Whether a word is written as an abbreviation: two to six letters or digits, all letters capitals, at least two of them.
pub(crate) fn is_abbreviation(word: &str) -> bool {
    word.len() <= 6
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && word.bytes().filter(u8::is_ascii_uppercase).count() >= 2
}
