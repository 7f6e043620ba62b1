//! What are the headings and the blocks of the article, in reading order?
//!
//! One walk over the kept nodes. Words that only inline elements cut are one word; blocks, cells and two line breaks in a
//! row are borders.

use super::assembly::{Assembly, Style};
use super::bold_headings::looks_like_heading;
use super::dom::{Page, is_inline};
use super::layout::Layout;
use crate::article::{BlockKind, MappedText};

/// A heading or a block of the article, before it is decided whether it stays.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) text: MappedText,
    /// Where it begins in the source.
    pub(super) offset: usize,
    /// How many characters of it stand in links.
    pub(super) link_chars: usize,
    /// Whether all of it is in heavy type.
    pub(super) bold: bool,
}

/// The sorts of [`Item`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// A heading of a level from 1 to 6.
    Heading { level: u8, anchor: Option<String> },
    /// A run of text.
    Block(BlockKind),
}

/// Lists what `kept` marks of the page.
pub(super) fn items(page: &Page<'_>, kept: &[bool], layout: &Layout) -> Vec<Item> {
    let mut walk = Walk {
        page,
        layout,
        items: Vec::new(),
        text: Assembly::default(),
        open: Vec::new(),
        breaks: 0,
        last_level: 1,
        fold_level: None,
    };
    for (node, kept) in kept.iter().enumerate() {
        walk.close(node);
        if *kept {
            walk.node(node);
        }
    }
    walk.close(usize::MAX);
    walk.flush();
    walk.items
}

/// An element that is read in its own way, while the walk is inside it.
struct Open {
    end: usize,
    sort: Sort,
}

enum Sort {
    Heading {
        level: u8,
        anchor: Option<String>,
    },
    /// A list item; whether its blocks are run together, and whether its first text was given out.
    Item {
        joined: bool,
        begun: bool,
    },
    Term,
    Definition {
        begun: bool,
    },
    /// A table whose rows are lines.
    Table,
    Row {
        cells: usize,
    },
    Cell,
    Details {
        level: u8,
    },
    Link,
    Bold,
    Preformatted,
    /// Any other block.
    Block,
    /// A note mark or the like: its words are not read.
    Silent,
}

struct Walk<'p, 'a> {
    page: &'p Page<'a>,
    layout: &'p Layout,
    items: Vec<Item>,
    text: Assembly,
    open: Vec<Open>,
    breaks: usize,
    /// The level of the last heading that was not a summary.
    last_level: u8,
    /// The level of the headings of what unfolds here.
    fold_level: Option<u8>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: usize) {
        if self
            .open
            .last()
            .is_some_and(|open| matches!(open.sort, Sort::Silent))
        {
            return;
        }
        let end = self.page.nodes[node].end;
        if let Some(text) = self.page.text(node) {
            let (mut style, mut preformatted) = (Style::default(), false);
            for open in &self.open {
                match open.sort {
                    Sort::Link => style.link = true,
                    Sort::Bold => style.bold = true,
                    Sort::Preformatted => preformatted = true,
                    _ => {}
                }
            }
            let mut read = 0;
            for part in &text.words {
                let (start, stop) = (part.text.start as usize, part.text.end as usize);
                let gap = &text.text[read..start];
                read = stop;
                if !gap.is_empty() {
                    self.text.space();
                    if preformatted && gap.bytes().filter(|byte| *byte == b'\n').count() > 1 {
                        self.flush();
                    }
                }
                self.breaks = 0;
                self.text.push(&text.text[start..stop], part.place(), style);
            }
            if read < text.text.len() {
                self.text.space();
            }
            return;
        }
        let tag = self.page.tag(node);
        if self.layout.silent[node] {
            self.open.push(Open {
                end,
                sort: Sort::Silent,
            });
            return;
        }
        let inline_context = self.open.iter().rev().any(|open| {
            matches!(
                open.sort,
                Sort::Heading { .. } | Sort::Row { .. } | Sort::Term
            )
        });
        let sort = match tag {
            "br" => {
                self.text.space();
                self.breaks += 1;
                // A line in heavy type before a single break may be a heading, too.
                let alone = self.text.is_bold() && looks_like_heading(self.text.text.as_str());
                if (self.breaks > 1 || alone) && !inline_context && !self.is_joined() {
                    self.flush();
                }
                return;
            }
            _ if self.page.nodes[node].heads_panel && !inline_context => {
                self.flush();
                let level = *self.fold_level.get_or_insert((self.last_level + 1).min(6));
                Sort::Heading {
                    level,
                    anchor: self.layout.anchor(self.page, node),
                }
            }
            "a" => Sort::Link,
            "b" | "strong" => Sort::Bold,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !inline_context => {
                self.flush();
                let level = tag.as_bytes()[1] - b'0';
                self.last_level = level;
                // What unfolds under another heading starts anew; a heading inside of a panel does not end the row.
                self.fold_level = self.fold_level.filter(|fold| *fold <= level);
                Sort::Heading {
                    level,
                    anchor: self.layout.anchor(self.page, node),
                }
            }
            "summary" if !inline_context => {
                self.flush();
                Sort::Heading {
                    level: self.details_level(),
                    anchor: self.layout.anchor(self.page, node),
                }
            }
            "details" => {
                self.flush();
                let level = (self.details_level_around() + 1).min(6);
                Sort::Details { level }
            }
            "li" if !inline_context => {
                self.flush();
                Sort::Item {
                    joined: self.layout.joined[node],
                    begun: false,
                }
            }
            "dt" if self.layout.question[node] && !inline_context => {
                self.flush();
                Sort::Heading {
                    level: self.fold_level(),
                    anchor: self.layout.anchor(self.page, node),
                }
            }
            "dt" if !inline_context => {
                self.flush();
                Sort::Term
            }
            "dd" if self.layout.question[node] && !inline_context => {
                self.flush();
                Sort::Block
            }
            "dd" if !inline_context => {
                if self.layout.follows_term[node] {
                    self.text.colon();
                } else {
                    self.flush();
                }
                Sort::Definition { begun: false }
            }
            "table" if self.layout.data[node] && !inline_context => {
                self.flush();
                Sort::Table
            }
            "tr" if self
                .open
                .iter()
                .rev()
                .any(|open| matches!(open.sort, Sort::Table))
                && !inline_context =>
            {
                self.flush();
                Sort::Row { cells: 0 }
            }
            "td" | "th" if inline_context => {
                self.text.space();
                if let Some(Open {
                    sort: Sort::Row { cells },
                    ..
                }) = self
                    .open
                    .iter_mut()
                    .rev()
                    .find(|open| matches!(open.sort, Sort::Row { .. }))
                {
                    *cells += 1;
                    if *cells > 1 {
                        self.text.bar();
                    }
                }
                Sort::Cell
            }
            "pre" => {
                self.border(inline_context);
                Sort::Preformatted
            }
            _ if is_inline(tag) => return,
            _ => {
                self.border(inline_context);
                Sort::Block
            }
        };
        self.open.push(Open { end, sort });
    }

    /// A block begins or ends.
    fn border(&mut self, inline_context: bool) {
        self.text.space();
        if !inline_context && !self.is_joined() {
            self.flush();
        }
    }

    /// Whether blocks are run together here, as in the first lines of a list item.
    fn is_joined(&self) -> bool {
        let around = self.open.iter().rev().find(|open| {
            matches!(
                open.sort,
                Sort::Item { .. } | Sort::Definition { .. } | Sort::Heading { .. }
            )
        });
        match around.map(|open| &open.sort) {
            Some(Sort::Item { joined, .. }) => *joined,
            Some(Sort::Definition { begun }) => !begun && self.text.is_short(),
            Some(Sort::Heading { .. }) => true,
            _ => false,
        }
    }

    /// The level of a heading of what unfolds or answers here.
    fn fold_level(&mut self) -> u8 {
        *self.fold_level.get_or_insert((self.last_level + 1).min(6))
    }

    fn details_level_around(&self) -> u8 {
        self.open
            .iter()
            .rev()
            .find_map(|open| match open.sort {
                Sort::Details { level } => Some(level),
                _ => None,
            })
            .unwrap_or(self.last_level)
    }

    /// The level of a summary: the one of its `details`.
    fn details_level(&self) -> u8 {
        self.open
            .iter()
            .rev()
            .find_map(|open| match open.sort {
                Sort::Details { level } => Some(level),
                _ => None,
            })
            .unwrap_or((self.last_level + 1).min(6))
    }

    /// Leaves the elements that end before `node`.
    fn close(&mut self, node: usize) {
        while self.open.last().is_some_and(|open| open.end <= node) {
            let inline_context = self.open[..self.open.len() - 1].iter().rev().any(|open| {
                matches!(
                    open.sort,
                    Sort::Heading { .. } | Sort::Row { .. } | Sort::Term
                )
            });
            match &self.open[self.open.len() - 1].sort {
                Sort::Heading { level, anchor } => {
                    let kind = ItemKind::Heading {
                        level: *level,
                        anchor: anchor.clone(),
                    };
                    self.open.pop();
                    self.give(kind);
                    continue;
                }
                Sort::Item { .. }
                | Sort::Definition { .. }
                | Sort::Row { .. }
                | Sort::Table
                | Sort::Details { .. } => {
                    self.flush();
                }
                Sort::Block | Sort::Preformatted => self.border(inline_context),
                Sort::Term => {
                    let followed = self
                        .layout
                        .term_has_definition(self.open[self.open.len() - 1].end);
                    if !followed {
                        self.flush();
                    }
                    self.text.space();
                }
                Sort::Cell => self.text.space(),
                Sort::Link | Sort::Bold | Sort::Silent => {}
            }
            self.open.pop();
        }
    }

    /// Gives out the text so far as a block of the kind that stands here.
    fn flush(&mut self) {
        self.breaks = 0;
        if self.text.is_empty() {
            self.text = Assembly::default();
            return;
        }
        let around = self.open.iter_mut().rev().find(|open| {
            matches!(
                open.sort,
                Sort::Item { .. }
                    | Sort::Definition { .. }
                    | Sort::Term
                    | Sort::Row { .. }
                    | Sort::Heading { .. }
            )
        });
        let kind = match around.map(|open| &mut open.sort) {
            Some(Sort::Row { .. }) => BlockKind::TableRow,
            Some(Sort::Item { begun, .. } | Sort::Definition { begun }) => {
                if std::mem::replace(begun, true) {
                    BlockKind::Paragraph
                } else {
                    BlockKind::ListItem
                }
            }
            Some(Sort::Term) => BlockKind::ListItem,
            _ => BlockKind::Paragraph,
        };
        self.give(ItemKind::Block(kind));
    }

    fn give(&mut self, kind: ItemKind) {
        let mut assembly = std::mem::take(&mut self.text);
        assembly.space();
        if assembly.words == 0 {
            return;
        }
        let offset = assembly.text.source().map_or(0, |place| place.start);
        self.items.push(Item {
            kind,
            offset,
            link_chars: assembly.link_chars,
            bold: assembly.is_bold(),
            text: assembly.text,
        });
    }
}
