//! How does a word sound? A key that is equal for spellings a reader would say alike.
//!
//! Made in the manner of Metaphone (L. Philips, "Hanging on the Metaphone", Computer Language 7(12), 1990), with the Greek
//! and Latin spellings that health English is full of, and with a mark where a vowel stands, since Metaphone's dropping
//! of all vowels makes too many short words alike.

/// Stands for any vowels.
const VOWEL: u8 = b'a';
/// Stands for `sh`, and for the `ti` of `-tion`.
const HUSH: u8 = b'x';

/// The key of a folded word: letters for its consonants' sounds, one mark for each run of vowels.
pub(super) fn key(word: &str) -> Vec<u8> {
    let letters = word.as_bytes();
    let mut key: Vec<u8> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let (sounds, length) = sound_at(letters, at);
        for sound in sounds {
            // A double letter is one sound, and so are two vowels.
            if key.last() != Some(sound) {
                key.push(*sound);
            }
        }
        at += length;
    }
    key
}

/// How many sounds of one key another lacks, has too many or has otherwise, in halves of a sound: a vowel more or less is a
/// half, as vowels are swallowed.
pub(super) fn distance(one: &[u8], other: &[u8]) -> u32 {
    let lost = |sound: u8| if sound == VOWEL { 1 } else { 2 };
    let mut row = vec![0];
    for sound in other {
        row.push(row[row.len() - 1] + lost(*sound));
    }
    for sound in one {
        let mut diagonal = row[0];
        row[0] += lost(*sound);
        for (index, wanted) in other.iter().enumerate() {
            let changed = diagonal + if sound == wanted { 0 } else { 2 };
            diagonal = row[index + 1];
            row[index + 1] = changed
                .min(diagonal + lost(*sound))
                .min(row[index] + lost(*wanted));
        }
    }
    row[other.len()]
}

/// The sounds of the letters that begin at `at`, and how many letters they are.
fn sound_at(letters: &[u8], at: usize) -> (&'static [u8], usize) {
    let rest = &letters[at..];
    let begins = |pattern: &str| rest.starts_with(pattern.as_bytes());
    let next = |distance: usize| rest.get(distance).copied().unwrap_or(0);
    if at == 0 {
        for (silent, sound) in [
            ("pn", "n"),
            ("ps", "s"),
            ("pt", "t"),
            ("gn", "n"),
            ("kn", "n"),
            ("mn", "n"),
            ("wr", "r"),
            ("x", "s"),
        ] {
            if begins(silent) {
                return (sound.as_bytes(), silent.len());
            }
        }
        if begins("h") {
            return (b"h", 1);
        }
    }
    match rest[0] {
        b'e' if rest.len() == 1 && at > 1 => (b"", 1),
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => (&[VOWEL], 1),
        b'w' if is_vowel(next(1)) => (b"w", 1),
        b'w' => (b"", 1),
        b'b' if at > 0 && rest == b"b" && letters[at - 1] == b'm' => (b"", 1),
        b'p' if begins("ph") => (b"f", 2),
        b'g' if begins("gh") && at > 0 => (b"", 2),
        b'g' if rest == b"gm" => (b"", 1),
        b'd' if begins("dg") && is_front(next(2)) => (b"j", 2),
        b'g' if is_front(next(1)) => (b"j", 1),
        b't' if begins("tch") => (b"k", 3),
        b't' if begins("tio") || begins("tia") => (&[HUSH], 2),
        b's' if begins("sion") => (&[HUSH], 2),
        b's' if begins("sh") => (&[HUSH], 2),
        b'c' if begins("cio") || begins("cia") => (&[HUSH], 2),
        b's' if begins("sch") => (b"sk", 3),
        b's' if begins("sc") && is_front(next(2)) => (b"s", 2),
        b'x' if begins("xc") && is_front(next(2)) => (b"ks", 2),
        b'c' if begins("cz") || (begins("cc") && is_front(next(2))) => (b"ks", 2),
        b'c' if begins("ch") => (b"k", 2),
        b'c' if begins("ck") => (b"k", 2),
        b'c' if is_front(next(1)) => (b"s", 1),
        b'c' | b'q' => (b"k", 1),
        b'x' => (b"ks", 1),
        b'z' => (b"s", 1),
        b'h' => (b"", 1),
        _ => (single(rest[0]), 1),
    }
}

/// A letter's own sound.
fn single(letter: u8) -> &'static [u8] {
    const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    let index = usize::from(letter.wrapping_sub(b'a'));
    LETTERS.get(index..=index).unwrap_or_default()
}

/// Whether a letter is a vowel.
pub(super) fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Whether `c` and `g` are soft before a letter.
fn is_front(letter: u8) -> bool {
    matches!(letter, b'e' | b'i' | b'y')
}

#[cfg(test)]
mod tests {
    use super::{distance, key};

    #[test]
    fn a_swallowed_vowel_is_half_a_sound() {
        let between = |one: &str, other: &str| distance(&key(one), &key(other));
        assert_eq!(between("hemroids", "hemorrhoids"), 1);
        assert_eq!(between("colestrol", "cholesterol"), 1);
        assert_eq!(between("infetion", "infection"), 2);
        assert_eq!(between("diarea", "diarrhea"), 0);
    }

    #[test]
    fn spellings_that_sound_alike_have_one_key() {
        for (typed, right) in [
            ("neumonia", "pneumonia"),
            ("soriasis", "psoriasis"),
            ("rumatoid", "rheumatoid"),
            ("diarea", "diarrhea"),
            ("diarhea", "diarrhea"),
            ("flem", "phlegm"),
            ("exema", "eczema"),
            ("excema", "eczema"),
            ("kronic", "chronic"),
            ("bronkitis", "bronchitis"),
            ("encefalitis", "encephalitis"),
            ("sifilis", "syphilis"),
            ("limfoma", "lymphoma"),
            ("anaemia", "anemia"),
            ("oedema", "edema"),
            ("thum", "thumb"),
            ("diaphram", "diaphragm"),
            ("siatica", "sciatica"),
            ("tackycardia", "tachycardia"),
            ("prednizone", "prednisone"),
            ("siezure", "seizure"),
            ("nife", "knife"),
        ] {
            assert_eq!(key(typed), key(right), "{typed} {right}");
        }
    }

    #[test]
    fn words_that_sound_otherwise_have_other_keys() {
        for (one, other) in [("colon", "clan"), ("cough", "couch"), ("heart", "heat")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }
}
