//! What of the source is given to the parser?
//!
//! All tags that the guard lets pass, each with the offset it stands at, and all text. Nothing else: no comments, no
//! scripts, no pictures inside addresses. What is left out leaves no trace, but for a place where two texts must not grow
//! together.

use super::guard::Verdict;
use super::source::{Piece, Tag};
use std::fmt::Write as _;

/// The attribute that carries the offset of a start tag through the parser.
pub(super) const OFFSET: &str = "data-source-offset";

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

    pub(super) fn start(&mut self, piece: &Piece, tag: &Tag) {
        self.markup.push('<');
        self.markup.push_str(&self.source[tag.name.clone()]);
        // Writing into a string cannot fail.
        let _ = write!(self.markup, " {OFFSET}=\"{:x}\"", piece.range.start);
        let mut at = tag.name.end;
        for surplus in &tag.surplus {
            self.markup.push_str(&self.source[at..surplus.start]);
            at = surplus.end;
        }
        self.markup.push_str(&self.source[at..piece.range.end]);
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
