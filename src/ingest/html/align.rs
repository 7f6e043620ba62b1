//! Where in the source does each word of the page stand?
//!
//! The tree gives text without places. But each element carries the offset of its own start tag (see `dom`), so that a
//! cursor can be put there, and from there on the characters of the tree's text and those of the source, tags skipped
//! and character references resolved, are the same. Text that the parser moved (out of a table) or dropped is looked
//! for a little further on; where it is not found, the word has no place rather than a wrong one.

use super::source::{Piece, PieceKind};
use html5ever::data::NAMED_ENTITIES;
use std::ops::Range;

/// How many words ahead a word is looked for that is not where it should be.
const LOOK_AHEAD: usize = 48;

/// A word, or a part of one that an element or the end of a text node cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WordPart {
    /// Where it stands in the text node.
    pub(super) text: Range<u32>,
    /// Where it stands in the source; an empty range at 0 where that is not known.
    pub(super) source: Range<u32>,
}

impl WordPart {
    /// The place in the source, where it is known.
    pub(super) fn place(&self) -> Option<Range<usize>> {
        (self.source.end > self.source.start)
            .then_some(self.source.start as usize..self.source.end as usize)
    }
}

/// Reads the text of the source from beginning to end.
pub(super) struct Aligner<'a> {
    source: &'a str,
    /// The stretches of text, in order.
    runs: Vec<Range<usize>>,
    cursor: Cursor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    run: usize,
    at: usize,
}

impl<'a> Aligner<'a> {
    /// An aligner that stands at the beginning.
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            runs: Vec::new(),
            cursor: Cursor { run: 0, at: 0 },
        }
    }

    /// What it reads.
    pub(super) fn source(&self) -> &'a str {
        self.source
    }

    /// Takes note of a piece of the source. All pieces are given before the first word is looked for.
    pub(super) fn note(&mut self, piece: &Piece) {
        if piece.kind == PieceKind::Text {
            self.runs.push(piece.range.clone());
        }
    }

    /// Puts the cursor at the first text behind `offset`.
    pub(super) fn seek(&mut self, offset: usize) {
        // Mostly the next tag is near: try the neighbours before searching.
        let mut run = self.cursor.run;
        let ahead =
            self.runs.get(run).is_some_and(|next| next.end <= offset) || run == self.runs.len();
        if ahead && self.runs.get(run + 1).is_some_and(|next| next.end > offset) {
            run += 1;
        } else {
            run = self.runs.partition_point(|text| text.end <= offset);
        }
        let at = self
            .runs
            .get(run)
            .map_or(self.source.len(), |text| text.start.max(offset));
        self.cursor = Cursor { run, at };
    }

    /// The words of a text node, which is the next in the order of the page, and how many characters they have.
    pub(super) fn words(&mut self, text: &str) -> (Vec<WordPart>, usize) {
        let mut words = Vec::new();
        let (mut letters, mut at) = (0, 0);
        while let Some(start) = find(text, at, |is_space| !is_space) {
            let end = find(text, start, |is_space| is_space).unwrap_or(text.len());
            let word = &text[start..end];
            let place = self.place(word).unwrap_or(0..0);
            words.push(WordPart {
                text: start as u32..end as u32,
                source: place.start as u32..place.end as u32,
            });
            letters += word.chars().count();
            at = end;
        }
        (words, letters)
    }

    fn place(&mut self, word: &str) -> Option<Range<usize>> {
        let mut cursor = self.cursor;
        for _ in 0..LOOK_AHEAD {
            self.skip_space(&mut cursor);
            let mut end = cursor;
            if let Some(place) = self.matches(word, &mut end) {
                self.cursor = end;
                return Some(place);
            }
            if !self.skip_word(&mut cursor) {
                break;
            }
        }
        None
    }

    /// Whether `word` stands at the cursor, which is moved behind it.
    fn matches(&self, word: &str, cursor: &mut Cursor) -> Option<Range<usize>> {
        if self.is_as_written(word, *cursor) {
            let start = cursor.at;
            cursor.at += word.len();
            return Some(start..cursor.at);
        }
        let mut place: Option<Range<usize>> = None;
        let mut wanted = word.chars().filter(|c| *c != '\0').peekable();
        while wanted.peek().is_some() {
            let (characters, range) = self.next(cursor)?;
            for c in characters {
                if wanted.next() != Some(c) {
                    return None;
                }
            }
            match &mut place {
                Some(place) => place.end = range.end,
                None => place = Some(range),
            }
        }
        place
    }

    /// Whether the very bytes of `word` stand at the cursor, and mean themselves: nearly all words are such.
    fn is_as_written(&self, word: &str, cursor: Cursor) -> bool {
        let rest = self
            .runs
            .get(cursor.run)
            .and_then(|run| self.source.as_bytes().get(cursor.at..run.end));
        let is_there = rest.is_some_and(|rest| rest.starts_with(word.as_bytes()));
        is_there && !word.bytes().any(|byte| matches!(byte, b'&' | b'\0'))
    }

    fn skip_space(&self, cursor: &mut Cursor) {
        let Some(run) = self.runs.get(cursor.run) else {
            return;
        };
        cursor.at = cursor.at.max(run.start);
        // Most of what stands between words is a space, or nothing.
        while cursor.at < run.end {
            match self.source.as_bytes()[cursor.at] {
                b' ' | b'\t'..=b'\r' => cursor.at += 1,
                b'!'..=b'%' | b'\''..=b'~' => return,
                _ => break,
            }
        }
        loop {
            let before = *cursor;
            let space = self
                .next(cursor)
                .is_some_and(|(mut characters, _)| characters.all(char::is_whitespace));
            if !space {
                *cursor = before;
                return;
            }
        }
    }

    /// Moves behind the word at the cursor; `false` at the end of the source.
    fn skip_word(&self, cursor: &mut Cursor) -> bool {
        let run = cursor.run;
        let mut any = false;
        loop {
            let before = *cursor;
            match self.next(cursor) {
                None => return any,
                Some((mut characters, _)) => {
                    if any && (cursor.run != run || characters.any(char::is_whitespace)) {
                        *cursor = before;
                        return true;
                    }
                    any = true;
                }
            }
        }
    }

    /// The next character (a reference may stand for two), and where it stands.
    fn next(
        &self,
        cursor: &mut Cursor,
    ) -> Option<(impl Iterator<Item = char> + use<>, Range<usize>)> {
        loop {
            let run = self.runs.get(cursor.run)?;
            if cursor.at >= run.end {
                cursor.run += 1;
                cursor.at = self.runs.get(cursor.run)?.start;
                continue;
            }
            cursor.at = cursor.at.max(run.start);
            let rest = &self.source[cursor.at..run.end];
            let start = cursor.at;
            let c = rest.chars().next()?;
            if c == '\0' {
                cursor.at += 1;
                continue;
            }
            let (first, second, length) = match c {
                '&' => reference(rest).unwrap_or(('&', None, 1)),
                _ => (c, None, c.len_utf8()),
            };
            cursor.at += length;
            return Some((std::iter::once(first).chain(second), start..cursor.at));
        }
    }
}

/// Where the next character of `text` from `at` on is that is white space, or none, as `wanted` says.
fn find(text: &str, at: usize, wanted: impl Fn(bool) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at;
    while let Some(byte) = bytes.get(at) {
        let (is_space, length) = if byte.is_ascii() {
            (matches!(byte, b' ' | b'\t'..=b'\r'), 1)
        } else {
            let c = text[at..].chars().next()?;
            (c.is_whitespace(), c.len_utf8())
        };
        if wanted(is_space) {
            return Some(at);
        }
        at += length;
    }
    None
}

/// The character reference at the head of `text`: one or two characters, and its length in bytes. As the HTML standard
/// says for text (in attributes there are other rules).
pub(super) fn reference(text: &str) -> Option<(char, Option<char>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let (radix, start) = match bytes.get(2) {
            Some(b'x' | b'X') => (16, 3),
            _ => (10, 2),
        };
        let digits = bytes[start.min(bytes.len())..]
            .iter()
            .take_while(|byte| (**byte as char).is_digit(radix))
            .count();
        if digits == 0 {
            return None;
        }
        let end = start + digits;
        let number = u32::from_str_radix(&text[start..end], radix).unwrap_or(u32::MAX);
        let c = match number {
            0x80..=0x9F => html5ever::data::C1_REPLACEMENTS[(number - 0x80) as usize]
                .or(char::from_u32(number)),
            0 => None,
            _ => char::from_u32(number),
        };
        let semicolon = usize::from(bytes.get(end) == Some(&b';'));
        return Some((
            c.unwrap_or(char::REPLACEMENT_CHARACTER),
            None,
            end + semicolon,
        ));
    }
    let mut found = None;
    // The table holds each beginning of a name too, so that the search ends early.
    for end in 2..=bytes.len() {
        if !text.is_char_boundary(end) {
            break;
        }
        match NAMED_ENTITIES.get(&text[1..end]) {
            None => break,
            Some((0, _)) => {}
            Some((first, second)) => {
                let second = (*second != 0).then(|| char::from_u32(*second)).flatten();
                found = char::from_u32(*first).map(|first| (first, second, end));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::source::pieces;
    use super::*;

    fn aligner(source: &str) -> Aligner<'_> {
        let mut aligner = Aligner::new(source);
        pieces(source).for_each(|piece| aligner.note(&piece));
        aligner
    }

    fn places<'a>(source: &'a str, text: &str) -> Vec<&'a str> {
        aligner(source)
            .words(text)
            .0
            .iter()
            .map(|part| part.place().map_or("?", |place| &source[place]))
            .collect()
    }

    #[test]
    fn words_are_found_behind_tags_scripts_and_references() {
        let source = "<p>Na&iuml;ve <script>Naive lie</script><b>A&amp;E</b><!-- pain --> visits&nbsp;&#8212; pain&hellip;</p>";
        assert_eq!(
            places(source, "Naïve A&E visits\u{a0}— pain…"),
            ["Na&iuml;ve", "A&amp;E", "visits", "&#8212;", "pain&hellip;"]
        );
    }

    #[test]
    fn references_are_read_as_browsers_read_them() {
        for (text, c, length) in [
            ("&lt;b", '<', 4),
            ("&copy2020", '©', 5),
            ("&notit;", '¬', 4),
            ("&notin;", '∉', 7),
            ("&#x2019;s", '’', 8),
            ("&#146;s", '’', 6),
            ("&#0;", '\u{FFFD}', 4),
            ("&#99999999999;", '\u{FFFD}', 14),
        ] {
            assert_eq!(reference(text), Some((c, None, length)), "{text}");
        }
        for text in ["&", "& ", "&é", "&#", "&#x;", "&#;", "&nosuch;", "&;"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_that_is_not_there_does_not_lead_the_others_astray() {
        assert_eq!(
            places("one two three", "one missing two three"),
            ["one", "?", "two", "three"]
        );
        assert_eq!(places("one dropped two", "one two"), ["one", "two"]);
    }

    #[test]
    fn seeking_finds_the_text_behind_an_offset() {
        let source = "<p>pain</p><p>pain</p><p>pain</p>";
        let mut aligner = aligner(source);
        for offset in [22, 0, 11] {
            aligner.seek(offset);
            assert_eq!(
                aligner.words("pain").0[0].place(),
                Some(offset + 3..offset + 7)
            );
        }
    }
}
