//! Which terms does a text hold? One analysis for what is indexed, what is typed and what is highlighted.
//!
//! A term is a word in lower case, without accents and apostrophes, stemmed (Porter's second English stemmer). So
//! `Don’t`, `don't` and `dont` are one term, and so are `spasm` and `spasms`, `café` and `cafe`.

use frostem::{Algorithm, Stemmer};
use std::cell::RefCell;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A change in what this module does to text makes an index of an older number unreadable: its terms are others.
pub const VERSION: u32 = 1;

/// The longest word that becomes a term, in bytes; longer runs (encoded data, not words) only take up their position.
const LONGEST_WORD: usize = 128;

/// How far apart the last word of one line and the first of the next stand: no phrase reaches across a list item or a
/// paragraph.
const LINE_GAP: u32 = 8;

/// One occurrence of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The term.
    pub term: String,
    /// The bytes of the text it stands for.
    pub span: Range<usize>,
    /// Its place among the words of the text, counted from 0.
    pub position: u32,
}

/// All tokens of `text`, for short texts (a query, a passage that is printed).
pub fn tokens(text: &str) -> Vec<Token> {
    collect(TokenStream::new(text))
}

fn collect(mut stream: TokenStream<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    while let Some(span) = stream.advance() {
        tokens.push(Token {
            term: stream.term().to_owned(),
            span,
            position: stream.position(),
        });
    }
    tokens
}

/// Reads the tokens of a text one by one without allocating for each.
pub struct TokenStream<'a> {
    text: &'a str,
    /// Where the search for the next word goes on.
    offset: usize,
    form: Form,
    folded: String,
    /// The hash of the folded word, where it is of letters and digits of ASCII alone.
    plain: Option<Plain>,
    term: String,
    position: u32,
    next_position: u32,
    /// The same word without the note digits glued to it, still to be given.
    without_digits: Option<Range<usize>>,
    /// The beginnings of the words that are wanted; all are where there is none.
    wanted: Option<&'a [Beginning]>,
}

/// What is known of a word of letters and digits of ASCII.
#[derive(Clone, Copy)]
struct Plain {
    hash: u64,
    has_digit: bool,
}

/// What becomes of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It is folded and stemmed: a term.
    Term,
    /// It is folded only: the word as it is written.
    Written,
}

/// The first byte of a term. Stemming changes the end of a word, never this (`dying` is `die`, so the second may change),
/// and a word that begins otherwise need not be stemmed to know that it is another.
pub type Beginning = u8;

/// The beginning of a term or of a folded word.
pub fn beginning(term: &str) -> Beginning {
    term.bytes().next().unwrap_or(0)
}

/// The tokens of `text` whose words begin as one of `wanted` does; their positions are those among all words.
pub fn tokens_beginning(text: &str, wanted: &[Beginning]) -> Vec<Token> {
    let mut stream = TokenStream::new(text);
    stream.wanted = Some(wanted);
    collect(stream)
}

impl<'a> TokenStream<'a> {
    /// A stream at the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            form: Form::Term,
            folded: String::new(),
            plain: None,
            term: String::new(),
            position: 0,
            next_position: 0,
            without_digits: None,
            wanted: None,
        }
    }

    /// A stream at the start of `text` that gives words as they are written instead of terms: folded, not stemmed.
    pub fn as_written(text: &'a str) -> Self {
        Self {
            form: Form::Written,
            ..Self::new(text)
        }
    }

    /// The current term.
    pub fn term(&self) -> &str {
        &self.term
    }

    /// The word of the current term as it is written (folded, not stemmed) and its hash, where it [belongs in a
    /// lexicon](is_lexicon_word).
    pub(crate) fn lexicon_word(&self) -> Option<(&str, u64)> {
        let plain = self.plain.filter(|plain| !plain.has_digit)?;
        let lengths = SHORTEST_LEXICON_WORD..=LONGEST_LEXICON_WORD;
        lengths
            .contains(&self.folded.len())
            .then_some((&self.folded, plain.hash))
    }

    /// The position of the current term.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Goes to the next token and gives the bytes of the text it stands for.
    pub fn advance(&mut self) -> Option<Range<usize>> {
        if let Some(span) = self.without_digits.take() {
            self.make_term(span.clone());
            return Some(span);
        }
        loop {
            let span = self.next_word()?;
            self.position = self.next_position;
            self.next_position += 1;
            if span.len() > LONGEST_WORD {
                continue;
            }
            self.make_term(span.clone());
            if self.term.is_empty() {
                continue;
            }
            self.without_digits = word_with_note_digits(&self.text[span.clone()])
                .map(|length| span.start..span.start + length);
            return Some(span);
        }
    }

    /// The bytes of the next word.
    fn next_word(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        while self.offset < bytes.len() {
            let byte = bytes[self.offset];
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() {
                    break;
                }
                if byte == b'\n' {
                    self.next_position += LINE_GAP;
                }
                self.offset += 1;
                continue;
            }
            let letter = self.text[self.offset..].chars().next()?;
            if letter.is_alphanumeric() {
                break;
            }
            self.offset += letter.len_utf8();
        }
        let start = self.offset;
        if let Some(end) = end_of_plain_word(bytes, start) {
            self.offset = end;
            return Some(start..end);
        }
        let mut end = start;
        let mut rest = self.text[start..].char_indices().peekable();
        let mut previous = '\0';
        while let Some((at, letter)) = rest.next() {
            let at = start + at;
            if letter.is_alphanumeric() {
                if stands_alone(letter) {
                    if end == start {
                        end = at + letter.len_utf8();
                    }
                    break;
                }
                end = at + letter.len_utf8();
            } else if is_combining_mark(letter) {
                end = at + letter.len_utf8();
                continue;
            } else if !(joins(letter) || joins_numbers(letter, previous, &self.text[at..]))
                || !rest
                    .peek()
                    .is_some_and(|(_, next)| next.is_alphanumeric() || joins(*next))
            {
                break;
            }
            previous = letter;
        }
        self.offset = end;
        (end > start).then_some(start..end)
    }

    fn make_term(&mut self, span: Range<usize>) {
        self.term.clear();
        self.plain = None;
        let first = self.text.as_bytes()[span.start].to_ascii_lowercase();
        if first.is_ascii() && self.wanted.is_some_and(|wanted| !wanted.contains(&first)) {
            return;
        }
        let word = &self.text[span];
        self.plain = fold_plain(word, &mut self.folded);
        if self.plain.is_none() {
            fold(word, &mut self.folded);
            // Another spelling of a word may be plain.
            self.plain = plain(&self.folded);
        }
        let is_wanted = |wanted: &[Beginning]| wanted.contains(&beginning(&self.folded));
        if !self.wanted.is_none_or(is_wanted) {
            return;
        }
        let has_digit = || self.folded.bytes().any(|byte| byte.is_ascii_digit());
        let is_kept = self.form == Form::Written
            || self.plain.map_or_else(has_digit, |plain| plain.has_digit);
        if is_kept {
            self.term.push_str(&self.folded);
        } else {
            let hash = self
                .plain
                .map_or_else(|| hash(&self.folded), |plain| plain.hash);
            STEMS.with_borrow_mut(|stems| stems.stem(&self.folded, hash, &mut self.term));
        }
    }
}

thread_local! {
    static STEMS: RefCell<Stems> = RefCell::new(Stems::new());
}

/// A stemmer that remembers. Few words make up most of any text, and stemming one anew takes longer than all else that is done
/// with it.
struct Stems {
    stemmer: Stemmer,
    /// Words and their stems, each where the hash of the word says; a later word takes the place of an earlier one. What is not
    /// needed takes no memory: a query needs few of them, and of one array of zeros the system gives only what is written to.
    known: Vec<u8>,
}

/// A word and its stem side by side: the length of the word, that of the stem, the word, the stem; a stem that the word begins
/// with is marked by [`BEGINS`] in its length, and not repeated. All zero where there is none.
type Known = [u8; KNOWN];

const KNOWN: usize = 64;

const BEGINS: u8 = 0x80;

impl Stems {
    /// How many words are remembered: enough for nineteen of twenty words of a text.
    const SLOTS: usize = 1 << 13;

    fn new() -> Self {
        Self {
            stemmer: Stemmer::new(Algorithm::English),
            known: vec![0; KNOWN * Self::SLOTS],
        }
    }

    /// Adds the stem of a folded word with this hash to `term`.
    fn stem(&mut self, word: &str, hash: u64, term: &mut String) {
        let (slots, _) = self.known.as_chunks_mut::<KNOWN>();
        let known = &mut slots[hash as usize % Self::SLOTS];
        if let Some(stem) = stem_in(known, word) {
            return term.push_str(stem);
        }
        let stem = self.stemmer.stem(word);
        let (from, end) = (2 + word.len(), 2 + word.len() + stem.len());
        if end <= known.len() {
            known[0] = word.len() as u8;
            known[2..from].copy_from_slice(word.as_bytes());
            known[1] = stem.len() as u8;
            if word.starts_with(&*stem) {
                known[1] |= BEGINS;
            } else {
                known[from..end].copy_from_slice(stem.as_bytes());
            }
        }
        term.push_str(&stem);
    }
}

/// The stem that is remembered of `word`.
fn stem_in<'a>(known: &'a Known, word: &'a str) -> Option<&'a str> {
    if usize::from(known[0]) != word.len() {
        return None;
    }
    let from = 2 + word.len();
    if known.get(2..from)? != word.as_bytes() {
        return None;
    }
    if known[1] & BEGINS != 0 {
        return word.get(..usize::from(known[1] ^ BEGINS));
    }
    std::str::from_utf8(known.get(from..from + usize::from(known[1]))?).ok()
}

/// A hash of a word (FNV-1a, Fowler, Noll and Vo), the same on every machine.
pub(crate) fn hash(word: &str) -> u64 {
    finish_hash(word.bytes().fold(HASH_OF_NOTHING, hash_byte))
}

const HASH_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

fn hash_byte(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

fn finish_hash(hash: u64) -> u64 {
    // The last bytes reach the upper bits only.
    hash ^ (hash >> 32)
}

/// The shortest word that a lexicon keeps, in letters: of shorter ones each is an edit away from a dozen others.
pub const SHORTEST_LEXICON_WORD: usize = 3;

/// The longest word that a lexicon keeps, in letters. The longest of common medical words (such as
/// `pseudohypoparathyroidism`) have about 25; what is longer is a formula, or words joined by mistake.
pub const LONGEST_LEXICON_WORD: usize = 32;

/// Whether a folded word belongs in a lexicon, to which what is typed is compared: it is of Latin letters alone, and
/// neither too short nor too long to be told from others by its spelling.
pub fn is_lexicon_word(folded: &str) -> bool {
    (SHORTEST_LEXICON_WORD..=LONGEST_LEXICON_WORD).contains(&folded.len())
        && folded.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The first word of `text` as it is written in a lexicon: folded, not stemmed. `None` where there is no word, or more
/// than one.
pub fn written_word(text: &str) -> Option<String> {
    let mut stream = TokenStream::as_written(text);
    stream.advance()?;
    let word = stream.term().to_owned();
    stream.next_word().is_none().then_some(word)
}

/// Where a word ends that begins at `start`, where that can be told from its bytes: it is of letters and digits of ASCII,
/// and what follows is no sign that may join it to more. Nearly all words are such, so this is what indexing waits for.
fn end_of_plain_word(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        end += 1;
    }
    let last = bytes[start..end].last()?;
    let is_border = match bytes.get(end) {
        None | Some(b' ') => true,
        Some(b'.' | b',') => !last.is_ascii_digit(),
        Some(next) => next.is_ascii() && !joins(char::from(*next)),
    };
    is_border.then_some(end)
}

/// Scripts written without spaces: each sign is a word.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2FA1F}')
}

/// Characters inside a word that are no part of its term: apostrophes in all their forms, and what is invisible.
fn joins(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '\u{2018}'
            | '\u{2019}'
            | '\u{201B}'
            | '\u{02BC}'
            | '\u{02B9}'
            | '\u{2032}'
            | '\u{FF07}'
            | '`'
            | '\u{00B4}'
            | '\u{00AD}'
            | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
    )
}

/// A point between two digits (`38.5`), or a comma before a group of exactly three (`64,000`).
fn joins_numbers(letter: char, previous: char, rest: &str) -> bool {
    let digits_after = || {
        let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit);
        digits.take(4).count()
    };
    previous.is_ascii_digit()
        && match letter {
            '.' => digits_after() > 0,
            ',' => digits_after() == 3,
            _ => false,
        }
}

/// How many bytes of `word` come before note digits glued to it (`sciatica5`): only in words of four or more lower-case
/// letters, so that `B12`, `BRCA2` and `S1` stay what they are.
fn word_with_note_digits(word: &str) -> Option<usize> {
    const FEWEST_LETTERS: usize = 4;
    const MOST_DIGITS: usize = 3;
    if word.bytes().next_back()?.is_ascii_alphabetic() {
        return None;
    }
    let letters = word.trim_end_matches(|c: char| c.is_numeric());
    let digits = word[letters.len()..].chars().count();
    ((1..=MOST_DIGITS).contains(&digits)
        && letters.chars().count() >= FEWEST_LETTERS
        && letters.chars().all(char::is_lowercase))
    .then_some(letters.len())
}

/// Folds a word of letters and digits of ASCII; `None` where it is another.
fn fold_plain(word: &str, folded: &mut String) -> Option<Plain> {
    folded.clear();
    folded.push_str(word);
    folded.make_ascii_lowercase();
    plain(folded)
}

fn plain(folded: &str) -> Option<Plain> {
    let mut hash = HASH_OF_NOTHING;
    let mut has_digit = false;
    for byte in folded.bytes() {
        if !byte.is_ascii_lowercase() {
            if !byte.is_ascii_digit() {
                return None;
            }
            has_digit = true;
        }
        hash = hash_byte(hash, byte);
    }
    let hash = finish_hash(hash);
    Some(Plain { hash, has_digit })
}

/// Lower case, compatibility forms and ligatures undone, without accents, apostrophes and invisible characters.
fn fold(word: &str, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        let is_left_out = |byte: u8| matches!(byte, b'\'' | b'`' | b',');
        if folded.bytes().any(is_left_out) {
            folded.retain(|letter| !matches!(letter, '\'' | '`' | ','));
        }
        return;
    }
    for letter in word
        .nfkd()
        .filter(|c| !joins(*c) && *c != ',' && !is_combining_mark(*c))
    {
        for lower in letter.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'þ' => folded.push_str("th"),
                'ı' => folded.push('i'),
                lower if is_combining_mark(lower) => {}
                lower => folded.push(lower),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.term).collect()
    }

    #[test]
    fn curly_straight_and_lost_apostrophes_are_equal() {
        for text in ["don't", "don’t", "dont", "DON'T", "don\u{02BC}t"] {
            assert_eq!(terms(text), ["dont"], "{text}");
        }
        assert_eq!(
            terms("'quoted'"),
            ["quot"],
            "an apostrophe at a border is none of the word's"
        );
    }

    #[test]
    fn accents_case_ligatures_and_composition_are_folded() {
        assert_eq!(terms("Café CAFE\u{301} cafe"), ["cafe", "cafe", "cafe"]);
        assert_eq!(terms("œdème"), terms("oedeme"));
        assert_eq!(terms("ﬁngers"), terms("fingers"));
        assert_eq!(terms("Straße"), terms("strasse"));
    }

    #[test]
    fn a_word_as_written_is_folded_and_keeps_its_ending() {
        assert_eq!(written_word("Crohn’s").as_deref(), Some("crohns"));
        assert_eq!(written_word(" Spasms,").as_deref(), Some("spasms"));
        assert_eq!(written_word("CAFÉS").as_deref(), Some("cafes"));
        assert_eq!(written_word("x-ray"), None, "two words");
        assert_eq!(written_word("?!"), None);
        let mut stream = TokenStream::as_written("sciatica5 helps");
        let mut words = Vec::new();
        while stream.advance().is_some() {
            words.push(stream.term().to_owned());
        }
        assert_eq!(words, ["sciatica5", "sciatica", "helps"]);
    }

    #[test]
    fn a_lexicon_keeps_words_of_latin_letters_neither_short_nor_endless() {
        assert!(is_lexicon_word("gout"));
        for word in ["", "mg", "b12", "αλφα", &"a".repeat(33)] {
            assert!(!is_lexicon_word(word), "{word}");
        }
    }

    #[test]
    fn words_that_begin_otherwise_are_passed_over_and_keep_their_position() {
        let wanted = [beginning("spasm"), beginning("b12")];
        let found = tokens_beginning("Back spasms, B12 and a spa5sm", &wanted);
        let all = tokens("Back spasms, B12 and a spa5sm");
        assert_eq!(
            found,
            [
                all[0].clone(),
                all[1].clone(),
                all[2].clone(),
                all[5].clone()
            ]
        );
    }

    #[test]
    fn stemming_never_changes_how_a_word_begins() {
        for word in [
            "yellowish",
            "dying",
            "skies",
            "gently",
            "ugly",
            "early",
            "only",
            "news",
            "inning",
            "as",
            "is",
            "yes",
            "ties",
            "lying",
        ] {
            assert_eq!(beginning(&terms(word)[0]), beginning(word), "{word}");
        }
    }

    #[test]
    fn plurals_and_forms_share_a_stem() {
        assert_eq!(terms("spasms cramping"), terms("spasm cramp"));
    }

    #[test]
    fn a_note_digit_hides_no_word_and_names_with_digits_stay_whole() {
        assert_eq!(terms("sciatica5"), ["sciatica5", "sciatica"]);
        let tokens = tokens("called sciatica5 .");
        assert_eq!(tokens[1].position, tokens[2].position);
        assert_eq!(tokens[2].span, 7..15, "the highlight leaves the digit out");
        assert_eq!(
            terms("B12 BRCA2 S1 T4 h1n1"),
            ["b12", "brca2", "s1", "t4", "h1n1"]
        );
    }

    #[test]
    fn numbers_keep_their_point_and_lose_their_thousands_comma() {
        assert_eq!(
            terms("38.5 64,000 2,3,4 end.5"),
            ["38.5", "64000", "2", "3", "4", "end", "5"]
        );
    }

    #[test]
    fn hyphens_and_slashes_part_words_and_invisible_signs_do_not() {
        assert_eq!(terms("x-ray and/or"), ["x", "ray", "and", "or"]);
        assert_eq!(terms("mus\u{AD}cle ten\u{200B}don"), ["muscl", "tendon"]);
    }

    #[test]
    fn signs_of_scripts_without_spaces_are_words() {
        assert_eq!(terms("頭痛 help"), ["頭", "痛", "help"]);
    }

    #[test]
    fn no_phrase_reaches_across_a_line() {
        let tokens = tokens("back\nspasm now");
        assert!(tokens[1].position > tokens[0].position + 1);
        assert_eq!(tokens[2].position, tokens[1].position + 1);
    }

    #[test]
    fn punctuation_emoji_and_data_give_no_terms() {
        assert!(terms("?! -- 🤕 \u{301} '").is_empty());
        assert!(terms(&"A".repeat(5000)).is_empty());
    }

    #[test]
    fn spans_lie_on_character_borders() {
        let text = "Crème brûlée’s “naïve” é́ ﬃ 頭痛 64,000.5 x";
        for token in tokens(text) {
            assert!(text.get(token.span.clone()).is_some(), "{token:?}");
        }
    }
}
