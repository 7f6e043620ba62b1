//! What is each block of a page: title, heading, text, or nothing of the article?

use super::blocks::{Block, Kind, Number};
use super::front;
use super::headings;
use super::levels::Ranks;
use super::noise::{self, PageHeading};
use super::stacks;
use crate::article::DropReason;
use std::collections::HashMap;

/// What a block is to its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// What the article calls itself.
    Title,
    /// A heading of this level.
    Heading(u8),
    /// Text of the article.
    Text,
    /// Nothing of the article.
    Dropped(DropReason),
}

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// One for each block.
    pub(super) roles: Vec<Role>,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) published: Option<String>,
}

/// How many signs show that a machine has flattened a page. One cross link may stand in any article.
const FLATTENED: usize = 2;

/// Reads a page.
pub(super) fn read(blocks: &mut [Block]) -> Page {
    let mut page = Page {
        roles: blocks
            .iter()
            .map(|block| noise::reason(block.text.as_str()).map_or(Role::Text, Role::Dropped))
            .collect(),
        ..Page::default()
    };
    take_back_rows(blocks);
    take_back_numbers(blocks);
    let shaped: Vec<bool> = (0..blocks.len())
        .map(|index| is_shaped(&blocks[index]) && !is_counted(blocks, index))
        .collect();
    front::read(&mut page, blocks, &shaped);
    let flattened = signs_of_flattening(blocks, &page.roles) >= FLATTENED;
    drop_page_headings(blocks, &shaped, &mut page.roles, flattened);
    drop_contents(blocks, &shaped, &mut page.roles);
    stacks::find_headings(blocks, &shaped, &mut page.roles, flattened);
    set_levels(blocks, &mut page.roles);
    page
}

/// A single line with an upright bar is no table.
fn take_back_rows(blocks: &mut [Block]) {
    let row: Vec<bool> = blocks.iter().map(|block| block.kind == Kind::Row).collect();
    for (index, block) in blocks.iter_mut().enumerate() {
        let neighbour = (index > 0 && row[index - 1]) || row.get(index + 1).is_some_and(|row| *row);
        if row[index] && !neighbour && block.text.as_str().matches(" | ").count() == 1 {
            block.kind = Kind::Plain;
        }
    }
}

/// A number that no other counts up from or to belongs to its sentence.
fn take_back_numbers(blocks: &mut [Block]) {
    let numbers: Vec<(usize, Number)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| match block.kind {
            Kind::Numbered(number) => Some((index, number)),
            _ => None,
        })
        .collect();
    for (place, (index, number)) in numbers.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| numbers.get(place));
        let after = numbers.get(place + 1);
        let counts = [before, after]
            .into_iter()
            .flatten()
            .any(|(_, other)| other.depth != number.depth || other.last.abs_diff(number.last) == 1);
        if !counts {
            blocks[*index].kind = Kind::Plain;
        }
    }
}

/// Whether a numbered line stands right beside the one before or after it: an item of a list, and no heading.
fn is_counted(blocks: &[Block], index: usize) -> bool {
    let Kind::Numbered(number) = blocks[index].kind else {
        return false;
    };
    let beside = |other: Option<&Block>| match other.map(|block| block.kind) {
        Some(Kind::Numbered(other)) => {
            other.depth == number.depth && other.last.abs_diff(number.last) == 1
        }
        _ => false,
    };
    beside(index.checked_sub(1).and_then(|before| blocks.get(before)))
        || beside(blocks.get(index + 1))
}

/// Whether a block could be a heading by its own looks.
fn is_shaped(block: &Block) -> bool {
    let text = block.text.as_str();
    match block.kind {
        Kind::Plain => headings::is_heading_shaped(text) && !noise::is_credit(text),
        Kind::Numbered(number) => text
            .get(number.length..)
            .is_some_and(headings::is_heading_shaped),
        Kind::Hashed(_) | Kind::Underlined(_) => true,
        Kind::Item | Kind::Row => false,
    }
}

/// Cross links, a trail that is glued together, and pinned pictures show that a page was flattened by a machine.
fn signs_of_flattening(blocks: &[Block], roles: &[Role]) -> usize {
    blocks
        .iter()
        .zip(roles)
        .map(|(block, role)| match role {
            Role::Dropped(DropReason::CrossLink) => 1,
            Role::Dropped(DropReason::Caption) if noise::is_pinned(block.text.as_str()) => 1,
            Role::Dropped(DropReason::Navigation) if front::is_glued_trail(block.text.as_str()) => {
                FLATTENED
            }
            _ => 0,
        })
        .sum()
}

/// Headings over lists of other articles and the like, and the titles that stand under them. With text of its own, such
/// a heading is one like any other.
fn drop_page_headings(blocks: &[Block], shaped: &[bool], roles: &mut [Role], flattened: bool) {
    let mut index = 0;
    while index < blocks.len() {
        let start = index;
        index += 1;
        if roles[start] != Role::Text || !shaped[start] {
            continue;
        }
        let Some(heading) = noise::page_heading(blocks[start].text.as_str()) else {
            continue;
        };
        let is_link = |index: usize| {
            shaped[index]
                || (heading == PageHeading::Links
                    && blocks[index].kind == Kind::Item
                    && is_title(&blocks[index]))
        };
        let mut end = index;
        let is_heading = |index: usize| {
            shaped[index] && noise::page_heading(blocks[index].text.as_str()).is_some()
        };
        while end < blocks.len()
            && !is_heading(end)
            && (is_link(end) || matches!(roles[end], Role::Dropped(_)))
        {
            end += 1;
        }
        if end == index && end < blocks.len() && !is_heading(end) {
            continue;
        }
        roles[start] = Role::Dropped(DropReason::Furniture);
        let titles: Vec<usize> = (index..end)
            .filter(|index| roles[*index] == Role::Text)
            .collect();
        // Before text that goes on, the last line is its heading, or the last two are a heading and a caption.
        let lines = titles
            .iter()
            .rev()
            .take_while(|index| shaped[**index])
            .count();
        let kept = match end < blocks.len() {
            false => 0,
            true if flattened => lines.min(2),
            true => lines.min(1),
        };
        for title in &titles[..titles.len().saturating_sub(kept)] {
            roles[*title] = Role::Dropped(DropReason::Navigation);
        }
        index = end;
    }
}

/// Whether an item reads like a title and not like a sentence.
fn is_title(block: &Block) -> bool {
    let text = block.text.as_str();
    text.len() <= 160 && !text.ends_with(['.', ';', ','])
}

/// A table of contents: three lines or more in a row that are headings further down.
fn drop_contents(blocks: &[Block], shaped: &[bool], roles: &mut [Role]) {
    /// Fewer may be a list whose points are taken up one by one.
    const ENTRIES: usize = 3;
    let key = |index: usize| {
        noise::key(
            blocks[index]
                .text
                .as_str()
                .trim_start_matches(|c: char| !c.is_alphabetic()),
        )
    };
    let mut places = HashMap::new();
    for index in 0..blocks.len() {
        if shaped[index] && roles[index] == Role::Text {
            places.insert(key(index), index);
        }
    }
    let is_entry = |index: usize| {
        roles[index] == Role::Text
            && (shaped[index] || matches!(blocks[index].kind, Kind::Item | Kind::Numbered(_)))
            && blocks[index].text.as_str().len() <= 200
    };
    let is_label = |index: usize| noise::is_contents_label(blocks[index].text.as_str());
    let mut contents = Vec::new();
    let mut start = 0;
    while start < blocks.len() {
        let mut end = start;
        while end < blocks.len() && is_entry(end) {
            end += 1;
        }
        let entries: Vec<usize> = (start..end)
            .filter(|index| places.get(&key(*index)).is_some_and(|place| *place >= end))
            .collect();
        if entries.len() >= ENTRIES {
            let before = start
                .checked_sub(1)
                .filter(|index| roles[*index] == Role::Text);
            contents.extend(
                before
                    .into_iter()
                    .chain(start..end)
                    .filter(|index| is_label(*index)),
            );
            contents.extend(entries);
        }
        start = end + 1;
    }
    for index in contents {
        roles[index] = Role::Dropped(DropReason::Navigation);
    }
}

fn set_levels(blocks: &[Block], roles: &mut [Role]) {
    let headings: Vec<usize> = (0..blocks.len())
        .filter(|index| matches!(roles[*index], Role::Heading(_)))
        .collect();
    let ranks = Ranks::of(headings.iter().map(|index| &blocks[*index]));
    for index in headings {
        let follows_text = index > 0 && roles[index - 1] == Role::Text;
        let before_list = stacks::is_before_list(blocks, index);
        roles[index] = Role::Heading(ranks.level(&blocks[index], follows_text, before_list));
    }
}
