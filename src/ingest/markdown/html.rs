//! What does HTML inside Markdown say? Its text, and of its elements those that make headings, list items and table rows.

use super::{Body, OpenHeading, Row, raw_html};
use crate::article::BlockKind;
use std::ops::Range;

/// What pieces of HTML say about the text after them.
#[derive(Default)]
pub(super) struct HtmlState {
    /// Everything before this byte is inside a tag, a comment, a script or a style sheet.
    pub(super) hidden_until: usize,
    /// No tag that begins before this byte is closed.
    open_until: usize,
    /// The end of the block around.
    pub(super) block_end: usize,
    /// Closing marks that were looked for and do not come any more.
    absent: Vec<&'static str>,
    /// The kind of the block that an HTML block has open.
    pub(super) kind: Option<BlockKind>,
}

/// Where a piece of HTML stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a block of its own, where its elements are the article's blocks.
    Block,
    /// In a line of Markdown.
    Line,
}

impl Body<'_> {
    /// HTML: its text without its tags. Headings, list items and table cells that are written in HTML count as such.
    pub(super) fn html(&mut self, range: Range<usize>, place: Place) {
        let limit = match place {
            Place::Block => self.html.block_end.max(range.end),
            Place::Line => range.end,
        };
        let mut at = range.start.max(self.html.hidden_until);
        while at < range.end {
            let rest = &self.source[at..range.end];
            let plain = rest.find(['<', '&']).unwrap_or(rest.len());
            self.text(&rest[..plain], at..at + plain);
            let rest = &rest[plain..];
            at += plain;
            if rest.starts_with('&')
                && let Some((meaning, length)) = raw_html::character_reference(rest)
            {
                self.text(&meaning, at..at + length);
                at += length;
            } else if rest.starts_with('<') && self.markup(at, limit, place) {
                at = self.html.hidden_until;
            } else if !rest.is_empty() {
                self.text(&rest[..1], at..at + 1);
                at += 1;
            }
        }
    }

    /// Follows the tag or comment at byte `at`; whether there is one.
    fn markup(&mut self, at: usize, limit: usize, place: Place) -> bool {
        if self.source[at..].starts_with("<!--") {
            self.hide_until("-->", at + 4, limit);
            return true;
        }
        if at < self.html.open_until {
            return false;
        }
        let Some(markup) = raw_html::markup(self.source, at, limit) else {
            let inside = &self.source[at + 1..limit];
            let inside = inside.strip_prefix('/').unwrap_or(inside);
            if inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
                self.html.open_until = limit;
            }
            return false;
        };
        self.html.hidden_until = markup.end;
        let name = markup.name.to_ascii_lowercase();
        match (name.as_str(), markup.closing) {
            ("script", false) => self.hide_until("</script>", markup.end, limit),
            ("style", false) => self.hide_until("</style>", markup.end, limit),
            (
                "" | "a" | "abbr" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data" | "del"
                | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "mark" | "q" | "s" | "samp"
                | "small" | "span" | "strike" | "strong" | "sub" | "sup" | "time" | "tt" | "u"
                | "var" | "wbr",
                _,
            ) => {}
            (name, closing) if place == Place::Block => self.html_block(name, closing),
            _ => self.run.end_word(),
        }
        true
    }

    /// A tag of an HTML block that is no part of a line.
    fn html_block(&mut self, name: &str, closing: bool) {
        match (name, closing) {
            ("br" | "img" | "hr", _) => return self.line_break(),
            ("td" | "th", _) if self.row.is_some() => {
                // The end tag of a cell may be left out.
                if closing || !self.run.so_far().is_empty() {
                    self.end_cell();
                }
                return;
            }
            ("tr" | "table", _) if self.row.is_some() => self.end_row(),
            _ if self.row.is_some() => return self.run.end_word(),
            _ => self.end_run(),
        }
        self.html.kind = None;
        match (name, closing) {
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) if self.asides == 0 => {
                self.heading = Some(OpenHeading {
                    level: name.as_bytes()[1] - b'0',
                    anchor: None,
                });
            }
            ("li", false) => self.html.kind = Some(BlockKind::ListItem),
            ("tr", false) => self.row = Some(Row::default()),
            _ => {}
        }
    }

    /// Hides everything up to and with the next `mark`; where none comes, up to the end of the block.
    fn hide_until(&mut self, mark: &'static str, from: usize, limit: usize) {
        let found = if self.html.absent.contains(&mark) {
            None
        } else {
            raw_html::find_ignoring_case(self.source, mark, from)
        };
        if found.is_none() {
            self.html.absent.push(mark);
        }
        self.html.hidden_until = found.map_or(limit.max(self.html.block_end), |at| at + mark.len());
    }
}
