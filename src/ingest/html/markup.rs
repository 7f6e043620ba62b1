//! What of the source is given to the parser?
//!
//! All tags that the guard lets pass, each with the offset it stands at, and all text. Nothing else: no comments, no
//! scripts, no attributes that are not read. What is left out leaves no trace, but for a place where two texts must not grow
//! together.

use super::guard::Verdict;
use super::source::{Piece, Tag};

/// The attribute that carries the offset of a start tag through the parser. Every tag has one, so its name is short, and one
/// that the parser knows (of drawings, where nobody reads it).
pub(super) const OFFSET: &str = "x";

/// The markup that is given to the parser.
pub(super) struct Markup<'a> {
    source: &'a str,
    markup: String,
    /// Something was left out behind text, which must not grow together with what comes next (`<<!---->b>`).
    seam: bool,
    after_text: bool,
}

impl<'a> Markup<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            markup: String::with_capacity(source.len() / 2),
            seam: false,
            after_text: false,
        }
    }

    pub(super) fn text(&mut self, piece: &Piece) {
        if std::mem::take(&mut self.seam) {
            // The parser passes over it, and nothing grows across it.
            self.markup.push('\0');
        }
        self.markup.push_str(&self.source[piece.range.clone()]);
        self.after_text = true;
    }

    pub(super) fn comment(&mut self, piece: &Piece) {
        let text = &self.source[piece.range.clone()];
        let doctype = text
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        if doctype {
            self.markup.push_str(text);
        }
        self.seam = self.after_text;
    }

    /// A start tag, and what is read of its attributes.
    pub(super) fn start(&mut self, piece: &Piece, tag: &Tag, attributes: &str) {
        self.markup.push('<');
        self.markup.push_str(&self.source[tag.name.clone()]);
        // The first of two attributes of one name counts.
        self.markup.push(' ');
        self.markup.push_str(OFFSET);
        self.markup.push('=');
        push_hexadecimal(&mut self.markup, piece.range.start);
        self.markup.push_str(attributes);
        self.markup.push('>');
        self.border();
    }

    pub(super) fn end(&mut self, piece: &Piece) {
        self.markup.push_str(&self.source[piece.range.clone()]);
        self.border();
    }

    pub(super) fn left_out(&mut self, verdict: Verdict) {
        if verdict == Verdict::Separate {
            self.markup.push('\n');
        }
        self.seam = self.after_text;
    }

    /// The markup, complete.
    pub(super) fn finish(self) -> String {
        self.markup
    }

    fn border(&mut self) {
        self.seam = false;
        self.after_text = false;
    }
}

fn push_hexadecimal(text: &mut String, number: usize) {
    let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        let digit = (number >> (digit * 4)) as u32 & 0xF;
        text.extend(char::from_digit(digit, 16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_hexadecimal() {
        for number in [0, 9, 10, 16, 0xFF, 0x100, 0xABCDEF, usize::MAX] {
            let mut text = String::new();
            push_hexadecimal(&mut text, number);
            assert_eq!(text, format!("{number:x}"));
        }
    }
}
