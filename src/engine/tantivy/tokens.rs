//! How do words come into the index that were told apart before? As a text that lists them, which is read back without looking
//! at letters again.
//!
//! Text is split into terms by the workers, once for all fields that need them. Tantivy takes texts and has a tokenizer split them:
//! this is a text of that kind, for each token how far it stands from the one before, how long it is, and the token. Both numbers
//! are of digits to the base 64, the lowest first, each a byte of ASCII.

use crate::analysis::TokenStream as Terms;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Of a number, another digit follows.
const MORE: u8 = 0x40;

/// Lists the terms of `text`, and has `seen` look at the stream at each.
pub(super) fn list_terms(text: &str, mut seen: impl FnMut(&Terms<'_>)) -> String {
    // Two bytes a token, and what stands between two words is left out.
    let mut list = List(Vec::with_capacity(text.len() + text.len() / 4));
    let mut terms = Terms::new(text);
    let mut last = 0;
    while terms.advance().is_some() {
        seen(&terms);
        list.push(terms.position() - last, terms.term());
        last = terms.position();
    }
    list.into_text()
}

/// Tokens and the numbers before them.
#[derive(Default)]
struct List(Vec<u8>);

impl List {
    fn push(&mut self, distance: u32, token: &str) {
        self.push_number(distance);
        self.push_number(token.len() as u32);
        self.0.extend_from_slice(token.as_bytes());
    }

    fn push_number(&mut self, mut number: u32) {
        while number >= u32::from(MORE) {
            self.0.push((number % u32::from(MORE)) as u8 | MORE);
            number /= u32::from(MORE);
        }
        self.0.push(number as u8);
    }

    fn into_text(self) -> String {
        String::from_utf8(self.0).unwrap_or_else(|_| unreachable!("texts and ASCII are UTF-8"))
    }
}

/// The different words of an article that a lexicon keeps.
#[derive(Default)]
pub(super) struct LexiconWords {
    list: List,
    /// Those in the list, by their hashes.
    known: HashSet<u64, BuildHasherDefault<AsItIs>>,
}

impl LexiconWords {
    /// Takes the word that a stream is at.
    pub(super) fn add(&mut self, terms: &Terms<'_>) {
        if let Some((word, hash)) = terms.lexicon_word()
            && self.known.insert(hash)
        {
            self.list.push(1, word);
        }
    }

    /// All of them, listed.
    pub(super) fn into_list(self) -> String {
        self.list.into_text()
    }
}

/// The hash of what is a hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        // The table looks at the upper bits too, which the hash of a word has spread less well.
        self.0 = hash ^ hash.rotate_left(32);
    }
}

/// Reads a list of tokens.
#[derive(Clone)]
pub(super) struct ListReader;

/// The tokens of a list.
pub(super) struct ListStream<'a> {
    list: &'a str,
    token: Token,
}

impl Tokenizer for ListReader {
    type TokenStream<'a> = ListStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ListStream<'a> {
        ListStream {
            list: text,
            token: Token {
                position: 0,
                ..Token::default()
            },
        }
    }
}

impl ListStream<'_> {
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let digit = *self.list.as_bytes().first()?;
            self.list = self.list.get(1..)?;
            number |= usize::from(digit & (MORE - 1)) << shift;
            if digit & MORE == 0 {
                return Some(number);
            }
            shift += 6;
        }
    }

    fn read(&mut self) -> Option<()> {
        let distance = self.number()?;
        let length = self.number()?;
        let (token, rest) = self.list.split_at_checked(length)?;
        self.token.position += distance;
        self.token.text.clear();
        self.token.text.push_str(token);
        self.list = rest;
        Some(())
    }
}

impl TokenStream for ListStream<'_> {
    fn advance(&mut self) -> bool {
        self.read().is_some()
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Token as Term, tokens};

    fn read(list: &str) -> Vec<(String, usize)> {
        let mut reader = ListReader;
        let mut stream = reader.token_stream(list);
        let mut found = Vec::new();
        while stream.advance() {
            let token = stream.token();
            assert_eq!(token.position_length, 1);
            found.push((token.text.clone(), token.position));
        }
        found
    }

    #[test]
    fn what_is_listed_is_what_the_analysis_gives() {
        let far = format!("first{}last", "\n".repeat(70_000));
        let long = "a".repeat(127);
        for text in [
            "",
            "Don’t stretch, ran 38.5 km; sciatica5 and naïve cafés.\n\nΑσθένεια 東京 B12",
            "one\ntwo\n\n\nthree",
            &far,
            &long,
        ] {
            let expected: Vec<(String, usize)> = tokens(text)
                .into_iter()
                .map(|Term { term, position, .. }| (term, position as usize))
                .collect();
            assert_eq!(read(&list_terms(text, |_| {})), expected, "{text:.40}");
        }
    }

    #[test]
    fn each_word_of_a_lexicon_is_listed_once_as_it_is_written() {
        let mut words = LexiconWords::default();
        for text in [
            "Cramps and cramps, B12, at it",
            "the Cramp’s sciatica5 cramps",
        ] {
            list_terms(text, |terms| words.add(terms));
        }
        let words: Vec<String> = read(&words.into_list())
            .into_iter()
            .map(|word| word.0)
            .collect();
        assert_eq!(words, ["cramps", "and", "the", "sciatica"]);
    }
}
