//! How was this word meant? Undoes what publishing and wrong decoding did to words: invisible characters, ligatures,
//! and UTF-8 that was once read as Windows-1252 ("donâ€™t").

use crate::article::MappedText;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The word as it is read: soft hyphens, zero-width and control characters removed, Latin ligatures spelled out, doubly
/// encoded UTF-8 decoded where it can mean nothing else, in Unicode normalization form C. May be empty.
pub fn repair_word(word: &str) -> Cow<'_, str> {
    if word
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
    {
        return Cow::Borrowed(word);
    }
    let mut repaired: Cow<'_, str> = Cow::Borrowed(word);
    if word.contains(['\u{C2}', '\u{C3}', '\u{E2}', '\u{EF}', '\u{F0}']) {
        repaired = Cow::Owned(undo_double_encoding(word));
    }
    if repaired
        .chars()
        .any(|c| is_invisible(c) || ligature(c).is_some())
    {
        repaired = Cow::Owned(spell_out(&repaired));
    }
    if !is_nfc(&repaired) {
        repaired = Cow::Owned(repaired.nfc().collect());
    }
    repaired
}

/// Appends the words of `source[range]`, each repaired and with its own place; a word of which nothing is left is left
/// out.
pub fn push_repaired(text: &mut MappedText, source: &str, range: std::ops::Range<usize>) {
    let base = source.as_ptr() as usize;
    for word in source[range].split_whitespace() {
        let start = word.as_ptr() as usize - base;
        push_repaired_word(text, word, start..start + word.len());
    }
}

/// Appends a word as it was meant; a word of which nothing is left is left out. One in which there was a doubly encoded
/// space is two words at one place.
pub fn push_repaired_word(text: &mut MappedText, word: &str, place: std::ops::Range<usize>) {
    for repaired in repair_word(word).split_whitespace() {
        text.push_word(repaired, place.clone());
    }
}

/// Every word of `text` as it was meant, with single spaces between them.
pub fn repair_line(text: &str) -> String {
    if is_plain_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        for repaired in repair_word(word).split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(repaired);
        }
    }
    line
}

/// Whether a text is of visible signs of ASCII, with single spaces between its words and none around them. Most lines are.
pub(crate) fn is_plain_line(text: &str) -> bool {
    let mut before = b' ';
    let is_plain = text.bytes().all(|byte| {
        let goes_on = byte.is_ascii_graphic() || (byte == b' ' && before != b' ');
        before = byte;
        goes_on
    });
    is_plain && (before != b' ' || text.is_empty())
}

/// Whether a reader never sees this character: soft hyphens, zero-width characters, direction marks, controls.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
        || (c.is_control() && !c.is_whitespace())
}

fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

fn spell_out(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut characters = word.chars().peekable();
    while let Some(c) = characters.next() {
        if let Some(letters) = ligature(c) {
            out.push_str(letters);
            continue;
        }
        // Joiners hold emoji together and shape some scripts; beside Latin letters they are debris.
        let joins = matches!(c, '\u{200C}' | '\u{200D}')
            && out
                .chars()
                .next_back()
                .is_some_and(|before| !before.is_ascii())
            && characters.peek().is_some_and(|after| !after.is_ascii());
        if joins || !is_invisible(c) {
            out.push(c);
        }
    }
    out
}

/// Decodes runs of characters that are the bytes of UTF-8 read as Windows-1252 or Latin-1, and mends what such a run
/// becomes once its invisible bytes were lost on the way ("donât", "itâs").
fn undo_double_encoding(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut index = 0;
    while let Some(&c) = characters.get(index) {
        if let Some((decoded, used)) = doubly_encoded(&characters[index..]) {
            out.push(decoded);
            index += used;
            continue;
        }
        let rest = &characters[index + 1..];
        match c {
            'â' if rest.first() == Some(&'€') => {
                // The third byte of a closing quotation mark has no character in Windows-1252 and gets lost.
                out.push('”');
                index += 2;
                continue;
            }
            'â' if is_lost_apostrophe(&out, rest) => out.push('’'),
            // Half of a doubly encoded no-break space, whose other half ended the word.
            'Â' if rest.is_empty() && !out.ends_with(char::is_uppercase) => {}
            _ => out.push(c),
        }
        index += 1;
    }
    out
}

/// The character that a doubly encoded run at the head of `characters` stands for, and the length of the run. Only
/// lead bytes whose characters start no such run in any real spelling are taken: `Ü“` may well be German.
fn doubly_encoded(characters: &[char]) -> Option<(char, usize)> {
    let length = match characters.first()? {
        'Â' | 'Ã' => 2,
        'â' | 'ï' => 3,
        'ð' => 4,
        _ => return None,
    };
    let mut bytes = [0u8; 4];
    for (byte, c) in bytes.iter_mut().zip(characters.get(..length)?) {
        *byte = windows_1252_byte(*c)?;
    }
    let decoded = std::str::from_utf8(&bytes[..length]).ok()?;
    decoded.chars().next().map(|c| (c, length))
}

/// The byte that is read as `c` in Windows-1252, or in Latin-1 where Windows-1252 has no such character.
fn windows_1252_byte(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match c {
        '\u{80}'..='\u{FF}' => u8::try_from(u32::from(c)).ok(),
        _ => HIGH
            .iter()
            .position(|high| *high == c)
            .map(|index| 0x80 + index as u8),
    }
}

/// Whether an `â` between `before` and `after` is all that is left of an apostrophe: an English contraction or a
/// possessive of ASCII letters. A French word such as "mât" is none.
fn is_lost_apostrophe(before: &str, after: &[char]) -> bool {
    let letters = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    if letters.is_empty() || !letters.is_ascii() {
        return false;
    }
    let ending: String = after
        .iter()
        .take_while(|c| c.is_alphanumeric())
        .take(3)
        .collect::<String>()
        .to_lowercase();
    match ending.as_str() {
        "t" => letters.ends_with(['n', 'N']),
        "s" => true,
        "re" | "ll" | "ve" | "m" | "d" => {
            const STEMS: [&str; 13] = [
                "i", "you", "he", "she", "it", "we", "they", "who", "that", "there", "what",
                "would", "could",
            ];
            STEMS.contains(&letters.to_lowercase().as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_words_are_decoded() {
        for (broken, whole) in [
            ("donâ€™t", "don’t"),
            ("donâ\u{80}\u{99}t", "don’t"),
            ("Donât", "Don’t"),
            ("providerâs", "provider’s"),
            ("theyâre", "they’re"),
            ("MÃ©niÃ¨re", "Ménière"),
            ("38Â°C", "38°C"),
            ("wordÂ", "word"),
            ("â€œhotâ€\u{9d}", "“hot”"),
            ("â€œhotâ€", "“hot”"),
            ("youâ€™re", "you’re"),
            ("â€¢", "•"),
        ] {
            assert_eq!(repair_word(broken), whole, "{broken}");
        }
    }

    #[test]
    fn words_that_may_be_meant_so_stay() {
        for word in [
            "mât",
            "théâtre",
            "MENÜ“",
            "NÃO",
            "château",
            "Ménière",
            "naïve",
            "pâté",
            "Â",
            "TÂ",
        ] {
            let expected = if word == "Â" { "" } else { word };
            assert_eq!(repair_word(word), expected);
        }
    }

    #[test]
    fn what_no_reader_sees_is_removed() {
        assert_eq!(repair_word("mus\u{AD}cle"), "muscle");
        assert_eq!(repair_word("\u{FEFF}pain\u{200B}"), "pain");
        assert_eq!(repair_word("a\0b"), "ab");
        assert_eq!(repair_word("in\u{FB02}amed"), "inflamed");
        assert_eq!(repair_word("e\u{301}clair"), "éclair");
        assert_eq!(
            repair_word("👩\u{200D}🔬"),
            "👩\u{200D}🔬",
            "an emoji stays in one piece"
        );
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(repair_word("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn a_doubly_encoded_space_parts_two_words() {
        let source = "38â€‰degrees";
        let mut text = MappedText::new();
        push_repaired(&mut text, source, 0..source.len());
        assert_eq!(text.as_str(), "38 degrees");
        assert_eq!(
            repair_line(" 38â€‰degrees\tor\0 more "),
            "38 degrees or more"
        );
    }

    #[test]
    fn repaired_words_keep_their_places() {
        let source = "it donâ€™t\u{A0}hurt \u{200B} here";
        let mut text = MappedText::new();
        push_repaired(&mut text, source, 0..source.len());
        assert_eq!(text.as_str(), "it don’t hurt here");
        let place = text.source_of(3..8).expect("the word has a place");
        assert_eq!(&source[place], "donâ€™t");
    }
}
