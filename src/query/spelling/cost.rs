//! How easily is one word typed for another? An edit distance in which what people really do costs less.
//!
//! Costs are in hundredths of an edit. They were set by hand, and kept where tests/spelling/misspelt.tsv had more queries
//! right and tests/spelling/rare_words.txt no more words wrong.

use super::sound::is_vowel;
use crate::analysis::LONGEST_LEXICON_WORD;

/// One edit, in the unit of all costs.
pub(super) const EDIT: u32 = 100;

/// Two neighbouring letters that changed places: the commonest slip.
const TRANSPOSED: u32 = 70;
/// A letter doubled, or a double letter made single.
const DOUBLED: u32 = 40;
/// A vowel for another: unstressed vowels sound alike.
const VOWEL: u32 = 60;
/// A vowel left out or added.
const EXTRA_VOWEL: u32 = 80;
/// A letter for one beside it on the keyboard.
const NEIGHBOURING_KEY: u32 = 80;
/// Another first letter: people get that one right, unless it is silent.
const FIRST_LETTER: u32 = 50;

/// Letters that are written for one another since they sound alike, either way, and what that costs.
const ALIKE: &[(&str, &str, u32)] = &[
    ("f", "ph", 50),
    ("f", "gh", 60),
    ("k", "ch", 50),
    ("k", "c", 40),
    ("k", "ck", 40),
    ("c", "ck", 40),
    ("c", "ch", 60),
    ("ch", "tch", 40),
    ("q", "c", 60),
    ("q", "g", 70),
    ("s", "c", 40),
    ("s", "sc", 40),
    ("s", "z", 40),
    ("s", "ps", 50),
    ("n", "pn", 50),
    ("n", "gn", 50),
    ("n", "kn", 50),
    ("r", "rh", 50),
    ("r", "rrh", 70),
    ("rr", "rrh", 50),
    ("r", "wr", 50),
    ("t", "th", 60),
    ("t", "pt", 60),
    ("w", "wh", 40),
    ("g", "gh", 50),
    ("g", "j", 40),
    ("j", "dg", 50),
    ("x", "cz", 50),
    ("xc", "cz", 50),
    ("x", "ks", 50),
    ("x", "cc", 50),
    ("x", "xc", 50),
    ("sh", "sc", 50),
    ("sh", "ti", 60),
    ("sh", "ci", 60),
    ("sk", "sch", 40),
    ("ti", "si", 50),
    ("ti", "ci", 50),
    ("i", "y", 40),
    ("e", "ae", 30),
    ("e", "oe", 30),
    ("e", "ea", 50),
    ("e", "ee", 40),
    ("ea", "ee", 40),
    ("ie", "ei", 40),
    ("e", "ei", 60),
    ("u", "eu", 50),
    ("u", "ou", 60),
    ("o", "au", 60),
    ("o", "ow", 60),
    ("oo", "u", 60),
    ("ow", "ou", 50),
    ("m", "gm", 50),
    ("m", "mb", 50),
    ("m", "mn", 50),
    ("gn", "n", 50),
    ("z", "x", 60),
    ("dt", "t", 60),
    ("y", "ey", 50),
    ("ie", "y", 50),
    ("us", "is", 40),
    ("er", "or", 40),
    ("er", "ar", 40),
    ("el", "le", 50),
    ("al", "le", 60),
    ("al", "el", 40),
    ("er", "re", 50),
    ("er", "ro", 60),
];

/// What typing `typed` for `meant` costs, in hundredths of an edit. Both are folded words of a lexicon.
pub(super) fn cost(typed: &str, meant: &str) -> u32 {
    const WIDTH: usize = LONGEST_LEXICON_WORD + 1;
    let (typed, meant) = (typed.as_bytes(), meant.as_bytes());
    if typed.len() >= WIDTH || meant.len() >= WIDTH {
        return u32::MAX;
    }
    let mut costs = [[0u32; WIDTH]; WIDTH];
    for read in 0..=typed.len() {
        for written in 0..=meant.len() {
            if read == 0 && written == 0 {
                continue;
            }
            let mut best = u32::MAX;
            let mut offer = |from_read: usize, from_written: usize, added: u32| {
                best = best.min(costs[from_read][from_written].saturating_add(added));
            };
            if read > 0 {
                offer(read - 1, written, extra(typed, read - 1));
            }
            if written > 0 {
                offer(read, written - 1, extra(meant, written - 1));
            }
            if read > 0 && written > 0 {
                offer(
                    read - 1,
                    written - 1,
                    changed(typed[read - 1], meant[written - 1]),
                );
            }
            if read > 1
                && written > 1
                && typed[read - 1] == meant[written - 2]
                && typed[read - 2] == meant[written - 1]
            {
                offer(read - 2, written - 2, TRANSPOSED);
            }
            for (one, other, added) in ALIKE {
                for (one, other) in [(one, other), (other, one)] {
                    if typed[..read].ends_with(one.as_bytes())
                        && meant[..written].ends_with(other.as_bytes())
                    {
                        offer(read - one.len(), written - other.len(), *added);
                    }
                }
            }
            costs[read][written] = best;
        }
    }
    let first_letter = match (typed.first(), meant.first()) {
        (Some(one), Some(other)) if one != other && !is_alike_at_the_start(typed, meant) => {
            FIRST_LETTER
        }
        _ => 0,
    };
    costs[typed.len()][meant.len()].saturating_add(first_letter)
}

/// Whether two words begin with letters that sound alike.
fn is_alike_at_the_start(typed: &[u8], meant: &[u8]) -> bool {
    let begin = |one: &str, other: &str| {
        typed.starts_with(one.as_bytes()) && meant.starts_with(other.as_bytes())
    };
    ALIKE
        .iter()
        .any(|(one, other, _)| begin(one, other) || begin(other, one))
}

/// What one letter too many costs in `word`, at `at`.
fn extra(word: &[u8], at: usize) -> u32 {
    let letter = word[at];
    let beside = |other: Option<&u8>| other == Some(&letter);
    if beside(word.get(at + 1)) || (at > 0 && beside(word.get(at - 1))) {
        DOUBLED
    } else if is_vowel(letter) && at > 0 {
        EXTRA_VOWEL
    } else {
        EDIT
    }
}

/// What writing one letter for another costs.
fn changed(one: u8, other: u8) -> u32 {
    if one == other {
        0
    } else if is_vowel(one) && is_vowel(other) {
        VOWEL
    } else if are_neighbouring_keys(one, other) {
        NEIGHBOURING_KEY
    } else {
        EDIT
    }
}

/// Whether two letters are beside each other on a QWERTY keyboard, in a row or across two.
fn are_neighbouring_keys(one: u8, other: u8) -> bool {
    /// The rows, and how far each is set in, in quarters of a key.
    const ROWS: [(&[u8], i32); 3] = [(b"qwertyuiop", 0), (b"asdfghjkl", 1), (b"zxcvbnm", 3)];
    let place = |letter: u8| {
        ROWS.iter().enumerate().find_map(|(row, (keys, inset))| {
            let column = keys.iter().position(|key| *key == letter)?;
            Some((row as i32, 4 * column as i32 + inset))
        })
    };
    match (place(one), place(other)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            (row - other_row).abs() <= 1 && (column - other_column).abs() <= 4
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_do_costs_less_than_an_edit() {
        for (typed, meant, most) in [
            ("feevr", "fever", TRANSPOSED),
            ("feverr", "fever", DOUBLED),
            ("vomitting", "vomiting", DOUBLED),
            ("dandruf", "dandruff", DOUBLED),
            ("diabetis", "diabetes", VOWEL),
            ("cancwr", "cancer", NEIGHBOURING_KEY),
            ("encefalitis", "encephalitis", 50),
            ("kronic", "chronic", 50),
            ("oedema", "edema", 30),
            ("neumonia", "pneumonia", 50),
        ] {
            assert!(cost(typed, meant) <= most, "{typed} {meant}");
            assert!(most < EDIT);
        }
    }

    #[test]
    fn any_other_letter_costs_an_edit_and_the_first_more() {
        assert_eq!(cost("felver", "fever"), EDIT);
        assert_eq!(cost("feter", "fever"), EDIT);
        assert_eq!(cost("lever", "fever"), EDIT + FIRST_LETTER);
        assert_eq!(cost("fever", "fever"), 0);
        assert_eq!(cost(&"a".repeat(40), "fever"), u32::MAX);
    }

    #[test]
    fn keys_are_neighbours_in_a_row_and_across_two() {
        for (one, other) in [(b'e', b'w'), (b'g', b'b'), (b's', b'x'), (b'm', b'n')] {
            assert!(are_neighbouring_keys(one, other));
        }
        for (one, other) in [(b'a', b'p'), (b'q', b'z'), (b'e', b'u')] {
            assert!(!are_neighbouring_keys(one, other));
        }
    }
}
