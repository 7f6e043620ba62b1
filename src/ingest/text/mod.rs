//! Plain text whose markup is gone: which lines are headings, which belong to the page and not to the article?
//!
//! The way of a text: lines → `blocks` (what belongs together) → `page` (what each block is), which asks `noise`
//! what belongs to the page, `front` for title and date, `stacks` and `headings` which lines are headings, and
//! `levels` of which level → sections. Every step looks at each block a fixed number of times.
//!
//! The title is the first line that could be a heading where no prose stands before it: an article without a title of
//! its own gives that place to its first heading.

mod blocks;
mod cues;
mod front;
mod headings;
mod levels;
mod noise;
mod page;
mod stacks;

use super::Parsed;
use super::outline::Outline;
use crate::article::{BlockKind, Dropped, MappedText};
use blocks::{Block, Kind};
use page::Role;

/// Reads plain text.
pub fn parse(source: &str) -> Parsed {
    let mut blocks = blocks::blocks(source);
    let page = page::read(&mut blocks);
    let mut outline = Outline::new();
    let mut dropped = Vec::new();
    for (block, role) in blocks.into_iter().zip(&page.roles) {
        match role {
            Role::Heading(level) => outline.heading(*level, &block.text, None),
            Role::Text => add_text(&mut outline, block),
            Role::Title => {}
            Role::Dropped(reason) => dropped.push(Dropped {
                reason: *reason,
                offset: block.text.source().map_or(0, |place| place.start),
                text: block.text.as_str().to_owned(),
            }),
        }
    }
    Parsed {
        title: page.title,
        url: page.url,
        published: page.published,
        sections: outline.finish(),
        dropped,
        ..Parsed::default()
    }
}

fn add_text(outline: &mut Outline, block: Block) {
    let kind = match block.kind {
        Kind::Item => BlockKind::ListItem,
        Kind::Row => BlockKind::TableRow,
        Kind::Numbered(number) => {
            let text = without_head(&block.text, number.length);
            return outline.block(BlockKind::ListItem, text);
        }
        Kind::Plain | Kind::Hashed(_) | Kind::Underlined(_) => BlockKind::Paragraph,
    };
    outline.block(kind, block.text);
}

/// The text without its first `length` bytes, which end with a space.
fn without_head(text: &MappedText, length: usize) -> MappedText {
    let mut rest = MappedText::new();
    for word in text
        .words()
        .iter()
        .filter(|word| word.text.start as usize >= length)
    {
        rest.push_word(
            &text.as_str()[word.text.start as usize..word.text.end as usize],
            word.source.start as usize..word.source.end as usize,
        );
    }
    rest
}

#[cfg(test)]
mod tests;
