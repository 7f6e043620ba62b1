//! Which lines in heavy type are headings, though no tag says so?
//!
//! A writer who does not know the button for headings makes a line bold, and does so all over the article. So one such
//! line tells nothing, but several of them, each short, without a full stop, and with text behind it, are headings.

use super::super::date;
use super::structure::{Item, ItemKind};
use crate::article::BlockKind;

/// Fewer bold lines may be anything.
const FEWEST: usize = 3;

/// With fewer bold lines than one to so many bytes of text (some 250 words), they do not divide the article.
const LONGEST: usize = 1_500;

/// Makes headings of bold lines, one level below the heading that they stand under.
pub(super) fn promote(items: &mut [Item]) {
    let found: Vec<usize> = (0..items.len())
        .filter(|index| is_candidate(items, *index))
        .collect();
    let headed = items.iter().any(|item| {
        matches!(item.kind, ItemKind::Heading { level: 2.., .. })
            && date::date_line(item.text.as_str()).is_none()
    });
    let letters: usize = items.iter().map(|item| item.text.as_str().len()).sum();
    if found.len() < FEWEST || headed || letters > LONGEST * found.len() {
        return;
    }
    let mut found = found.into_iter().peekable();
    let mut level = 1;
    for (index, item) in items.iter_mut().enumerate() {
        if let ItemKind::Heading { level: own, .. } = item.kind {
            level = own;
        } else if found.next_if_eq(&index).is_some() {
            item.kind = ItemKind::Heading {
                level: (level + 1).min(6),
                anchor: None,
            };
        }
    }
}

fn is_candidate(items: &[Item], index: usize) -> bool {
    let item = &items[index];
    let text = item.text.as_str();
    let over_text = items.get(index + 1).is_some_and(|next| {
        matches!(next.kind, ItemKind::Block(_)) && !next.bold && next.text.as_str().len() > 20
    });
    item.kind == ItemKind::Block(BlockKind::Paragraph)
        && item.bold
        && item.link_chars == 0
        && over_text
        && looks_like_heading(text)
}

/// Short, beginning like a sentence and not ending like one.
pub(super) fn looks_like_heading(text: &str) -> bool {
    let first = text.chars().next();
    text.len() <= 100
        && text.split_whitespace().count() <= 14
        && first
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '“' | '"' | '¿'))
        && text.contains(char::is_alphabetic)
        && !text.ends_with(['.', ',', ';', '!', '…'])
}
