//! What is each block of a page: title, heading, text, or nothing of the article? Blocks are seen here side by side.

use super::blocks::{Block, Kind, Number};
use super::headings::{self, Case};
use super::noise;
use crate::article::DropReason;
use crate::ingest::date;
use std::collections::HashMap;

/// What a block is to its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    /// A heading of this level.
    Heading(u8),
    Text,
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

/// How many blocks the head of a page may have before its title: a menu, a trail, a date, a byline.
const HEAD: usize = 30;

/// Signs of flattening from which on a heading-shaped line under a heading is taken for a caption.
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
    rows_that_are_none(blocks);
    numbers_that_are_none(blocks);
    let shaped: Vec<bool> = (0..blocks.len())
        .map(|index| is_shaped(&blocks[index]) && !is_counted(blocks, index))
        .collect();
    let title = page.find_title(blocks, &shaped);
    page.drop_head(blocks, &shaped, title);
    page.drop_copies_of_title(blocks, title);
    let flattened = page.signs_of_flattening(blocks) >= FLATTENED;
    page.drop_page_headings(blocks, &shaped, flattened);
    page.drop_contents(blocks, &shaped);
    page.find_headings(blocks, &shaped, flattened);
    page.set_levels(blocks);
    page
}

/// A single line with an upright bar is no table.
fn rows_that_are_none(blocks: &mut [Block]) {
    let row: Vec<bool> = blocks.iter().map(|block| block.kind == Kind::Row).collect();
    for (index, block) in blocks.iter_mut().enumerate() {
        let neighbour = (index > 0 && row[index - 1]) || row.get(index + 1).is_some_and(|row| *row);
        if row[index] && !neighbour && block.text.as_str().matches(" | ").count() == 1 {
            block.kind = Kind::Plain;
        }
    }
}

/// A number that no other counts up from or to belongs to its sentence.
fn numbers_that_are_none(blocks: &mut [Block]) {
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

fn is_shaped(block: &Block) -> bool {
    match block.kind {
        Kind::Plain => {
            headings::is_heading_shaped(block.text.as_str())
                && !noise::is_credit(block.text.as_str())
        }
        Kind::Numbered(number) => block
            .text
            .as_str()
            .get(number.length..)
            .is_some_and(headings::is_heading_shaped),
        Kind::Hashed(_) | Kind::Underlined(_) => true,
        Kind::Item | Kind::Row => false,
    }
}

impl Page {
    /// The block that is the title: before any prose, the first line that could be a heading and is not of the page.
    /// A trail of links that ends with a later line names that line.
    fn find_title(&mut self, blocks: &[Block], shaped: &[bool]) -> Option<usize> {
        let head = blocks.len().min(HEAD);
        let glued: Vec<String> = blocks[..head]
            .iter()
            .map(|block| block.text.as_str())
            .filter(|text| text.len() <= 300 && text.starts_with("Home"))
            .map(noise::letters)
            .collect();
        let named = (0..head).find(|index| {
            let letters = noise::letters(blocks[*index].text.as_str());
            letters.len() >= 4
                && glued
                    .iter()
                    .any(|trail| trail.len() > letters.len() && trail.ends_with(&letters))
        });
        let title = named.or_else(|| {
            let prose = blocks[..head]
                .iter()
                .zip(&self.roles)
                .position(|(block, role)| {
                    *role == Role::Text && headings::is_prose(block) && !is_head_line(block)
                })
                .unwrap_or(head);
            (0..prose).find(|index| {
                shaped[*index] && self.roles[*index] == Role::Text && !is_head_line(&blocks[*index])
            })
        })?;
        self.roles[title] = Role::Title;
        self.title = Some(
            blocks[title]
                .text
                .as_str()
                .trim_start_matches(['#', ' '])
                .to_owned(),
        );
        Some(title)
    }

    /// Dates, bylines and addresses around the title, and the trail before it.
    fn drop_head(&mut self, blocks: &[Block], shaped: &[bool], title: Option<usize>) {
        let first_prose = blocks
            .iter()
            .zip(&self.roles)
            .position(|(block, role)| {
                *role == Role::Text && headings::is_prose(block) && !is_head_line(block)
            })
            .unwrap_or(blocks.len());
        let title_letters = title.map(|index| noise::letters(blocks[index].text.as_str()));
        let mut last_credit = None;
        for (index, block) in blocks.iter().enumerate() {
            let text = block.text.as_str();
            if text.len() > 300 {
                continue;
            }
            let at_head = index <= first_prose.min(HEAD);
            let at_edge = at_head || index + 5 >= blocks.len();
            if at_edge
                && self.published.is_none()
                && (date::date_line(text).is_some()
                    || (is_furniture(self.roles[index]) && noise::is_credit(text)))
            {
                self.published = date::find_date(text);
            }
            if self.roles[index] == Role::Title {
                continue;
            }
            if at_head && is_address(text) {
                self.url.get_or_insert_with(|| text.to_owned());
                self.roles[index] = Role::Dropped(DropReason::Furniture);
            } else if at_head
                && text.starts_with("Home")
                && is_trail(text, title_letters.as_deref())
            {
                self.roles[index] = Role::Dropped(DropReason::Navigation);
            } else if at_edge && self.roles[index] == Role::Text && noise::is_credit(text) {
                self.roles[index] = Role::Dropped(DropReason::Furniture);
            }
            if at_head && is_furniture(self.roles[index]) {
                last_credit = Some(index);
            }
        }
        // Articles in one file have their bylines and dates in the middle of it.
        let credits: Vec<usize> = (0..blocks.len())
            .filter(|index| {
                self.roles[*index] == Role::Text && noise::is_credit(blocks[*index].text.as_str())
            })
            .collect();
        for pair in credits.windows(2) {
            if let [one, other] = pair
                && one + 1 == *other
            {
                self.roles[*one] = Role::Dropped(DropReason::Furniture);
                self.roles[*other] = Role::Dropped(DropReason::Furniture);
            }
        }
        // The publisher's name and the like, between the title and a date or a byline.
        if let (Some(title), Some(last)) = (title, last_credit) {
            for index in title + 1..last {
                if self.roles[index] == Role::Text
                    && shaped[index]
                    && !headings::is_prose(&blocks[index])
                {
                    self.roles[index] = Role::Dropped(DropReason::Furniture);
                }
            }
        }
    }

    fn drop_copies_of_title(&mut self, blocks: &[Block], title: Option<usize>) {
        let Some(title) = title else { return };
        let letters = noise::letters(blocks[title].text.as_str());
        for (index, block) in blocks.iter().enumerate() {
            let text = block.text.as_str();
            if index != title
                && self.roles[index] == Role::Text
                && text.len() <= 300
                && matches!(
                    block.kind,
                    Kind::Plain | Kind::Hashed(_) | Kind::Underlined(_)
                )
                && noise::letters(text) == letters
            {
                self.roles[index] = Role::Dropped(DropReason::Duplicate);
            }
        }
    }

    /// Cross links, a trail that is glued together, and pinned pictures show that a page was flattened by a machine.
    fn signs_of_flattening(&self, blocks: &[Block]) -> usize {
        blocks
            .iter()
            .zip(&self.roles)
            .map(|(block, role)| match role {
                Role::Dropped(DropReason::CrossLink) => 1,
                Role::Dropped(DropReason::Caption) if noise::is_pinned(block.text.as_str()) => 1,
                Role::Dropped(DropReason::Navigation) if is_glued(block.text.as_str()) => FLATTENED,
                _ => 0,
            })
            .sum()
    }

    /// Headings over lists of other articles and the like, and the titles that stand under them.
    fn drop_page_headings(&mut self, blocks: &[Block], shaped: &[bool], flattened: bool) {
        let mut index = 0;
        while index < blocks.len() {
            let text = blocks[index].text.as_str();
            if self.roles[index] != Role::Text || !shaped[index] || !noise::is_page_heading(text) {
                index += 1;
                continue;
            }
            self.roles[index] = Role::Dropped(DropReason::Furniture);
            let first = index + 1;
            let mut end = first;
            while end < blocks.len() && (shaped[end] || matches!(self.roles[end], Role::Dropped(_)))
            {
                end += 1;
            }
            let titles: Vec<usize> = (first..end)
                .filter(|index| self.roles[*index] == Role::Text)
                .collect();
            // Before text that goes on, the last line is its heading, or the last two are a heading and a caption.
            let kept = match end < blocks.len() {
                false => 0,
                true if flattened => 2,
                true => 1,
            };
            for title in &titles[..titles.len().saturating_sub(kept)] {
                self.roles[*title] = Role::Dropped(DropReason::Navigation);
            }
            index = end.max(first);
        }
    }

    /// A table of contents: three lines or more in a row that are headings further down.
    fn drop_contents(&mut self, blocks: &[Block], shaped: &[bool]) {
        let mut last_place = HashMap::new();
        for (index, block) in blocks.iter().enumerate() {
            if shaped[index] && self.roles[index] == Role::Text {
                last_place.insert(noise::letters(block.text.as_str()), index);
            }
        }
        let is_entry = |index: usize| {
            self.roles[index] == Role::Text
                && (shaped[index] || matches!(blocks[index].kind, Kind::Item | Kind::Numbered(_)))
                && blocks[index].text.as_str().len() <= 200
        };
        let mut entries = Vec::new();
        let mut start = 0;
        while start < blocks.len() {
            let mut end = start;
            while end < blocks.len() && is_entry(end) {
                end += 1;
            }
            let found: Vec<usize> = (start..end)
                .filter(|index| {
                    let letters = noise::letters(blocks[*index].text.as_str());
                    last_place.get(&letters).is_some_and(|place| *place >= end)
                })
                .collect();
            if found.len() >= 3 {
                let before = start
                    .checked_sub(1)
                    .filter(|index| shaped[*index] || blocks[*index].text.as_str().ends_with(':'));
                let labels = before
                    .into_iter()
                    .chain(start..end)
                    .filter(|index| noise::is_contents_label(blocks[*index].text.as_str()));
                entries.extend(labels.filter(|index| self.roles[*index] == Role::Text));
                entries.extend(found);
            }
            start = end + 1;
        }
        for index in entries {
            self.roles[index] = Role::Dropped(DropReason::Navigation);
        }
    }

    fn find_headings(&mut self, blocks: &[Block], shaped: &[bool], flattened: bool) {
        let stacks = self.stacks(blocks, shaped);
        let aired = is_aired(blocks);
        // What could be a heading by what stands around it shows how the headings of this page are written.
        let mut likely: Vec<usize> = stacks
            .iter()
            .filter(|stack| self.is_led_by(blocks, stack))
            .flat_map(|stack| stack.members.iter().copied())
            .filter(|index| !aired || blocks[*index].blank_before)
            .collect();
        // Where blank lines keep paragraphs apart, they stand on both sides of a heading, or on hardly any's far side.
        let apart = likely
            .iter()
            .filter(|index| blocks[**index].stands_apart())
            .count();
        if aired && apart * 4 >= likely.len() {
            likely.retain(|index| blocks[*index].stands_apart());
        }
        let style = headings::Style::of(likely.iter().map(|index| blocks[*index].text.as_str()));
        let mut is_likely = vec![false; blocks.len()];
        for index in likely {
            is_likely[index] = true;
        }
        for stack in &stacks {
            for (place, index) in stack.members.iter().enumerate() {
                let block = &blocks[*index];
                let text = block.text.as_str();
                let before_list = blocks
                    .get(*index + 1)
                    .is_some_and(|next| next.kind == Kind::Item);
                let alone = stack.members.len() == 1;
                let last = place + 1 == stack.members.len() || flattened;
                if block.is_marked()
                    || style.is_linked(text)
                    || (is_likely[*index] && style.fits(text, alone, before_list))
                    || (last && stack.next != Next::End && style.is_plainly(text))
                {
                    self.roles[*index] = Role::Heading(2);
                }
            }
            if flattened {
                self.drop_captions(blocks, stack);
            }
        }
    }

    /// The runs of lines that could be headings by their shape.
    fn stacks(&self, blocks: &[Block], shaped: &[bool]) -> Vec<Stack> {
        let mut stacks = Vec::new();
        let mut previous = None;
        let mut index = 0;
        while index < blocks.len() {
            if self.roles[index] != Role::Text || !shaped[index] {
                if self.roles[index] == Role::Text
                    && headings::has_words(blocks[index].text.as_str())
                {
                    previous = Some(index);
                }
                index += 1;
                continue;
            }
            let mut members = vec![index];
            let mut end = index + 1;
            while end < blocks.len() {
                match self.roles[end] {
                    Role::Text if shaped[end] => members.push(end),
                    Role::Dropped(DropReason::CrossLink)
                    | Role::Text
                    | Role::Title
                    | Role::Heading(_) => break,
                    Role::Dropped(_) => {}
                }
                end += 1;
            }
            // A cross link ends a section, unless the text goes on right behind it.
            let mut next = end;
            while next < blocks.len() && matches!(self.roles[next], Role::Dropped(_)) {
                next += 1;
            }
            let next = match self.roles.get(next) {
                None => Next::End,
                Some(Role::Text) if next == end || !shaped[next] => Next::Text(next),
                Some(_) => Next::CrossLink,
            };
            stacks.push(Stack {
                members,
                previous,
                next,
            });
            previous = None;
            index = end;
        }
        stacks
    }

    /// Whether lines of this shape, standing where they stand, lead what follows.
    fn is_led_by(&self, blocks: &[Block], stack: &Stack) -> bool {
        /// As many short lines in a row are a list, a table or code: of 48 articles' headings, 3 in 100 stand so.
        const LIST: usize = 5;
        let leads = matches!(stack.next, Next::Text(next) if headings::is_prose(&blocks[next]));
        // What goes on after a colon, or after a fragment, is more of the same.
        let follows = stack.previous.is_none_or(|previous| {
            let block = &blocks[previous];
            headings::is_prose(block)
                && !(block.kind == Kind::Plain && block.text.as_str().ends_with(':'))
        });
        leads && follows && stack.members.len() < LIST
    }

    /// In a flattened page lines between a heading and its text are captions, and lines without text at the end are
    /// titles of other pages.
    fn drop_captions(&mut self, blocks: &[Block], stack: &Stack) {
        if stack.next == Next::End {
            for index in &stack.members {
                self.roles[*index] = Role::Dropped(DropReason::Navigation);
            }
            return;
        }
        if !matches!(stack.next, Next::Text(_)) {
            return;
        }
        let mut under_heading = false;
        for (place, index) in stack.members.iter().enumerate() {
            let last = place + 1 == stack.members.len();
            let heading = matches!(self.roles[*index], Role::Heading(_));
            let text = blocks[*index].text.as_str();
            if under_heading && headings::is_question(text) {
                // The text begins with it.
                self.roles[*index] = Role::Text;
                under_heading = false;
            } else if under_heading && blocks[*index].kind == Kind::Plain && (last || !heading) {
                self.roles[*index] = Role::Dropped(DropReason::Caption);
            } else {
                under_heading |= heading;
            }
        }
    }

    fn set_levels(&mut self, blocks: &[Block]) {
        let headings: Vec<usize> = (0..blocks.len())
            .filter(|index| matches!(self.roles[*index], Role::Heading(_)))
            .collect();
        let ranks = Ranks::of(blocks, &headings);
        for index in headings {
            let follows_text = index > 0 && self.roles[index - 1] == Role::Text;
            let before_list = blocks
                .get(index + 1)
                .is_some_and(|next| next.kind == Kind::Item);
            self.roles[index] =
                Role::Heading(ranks.level(&blocks[index], follows_text, before_list));
        }
    }
}

/// How the headings of a page are ranked by how they are written.
#[derive(Debug, Default)]
struct Ranks {
    /// The characters that underline, the highest rank first.
    underlines: Vec<char>,
    /// Headings In Title Case are the rule.
    titled: bool,
    /// Some headings are IN CAPITALS and others are not.
    capitals: bool,
    /// Some headings end with a colon and others do not.
    labels: bool,
}

impl Ranks {
    fn of(blocks: &[Block], headings: &[usize]) -> Self {
        let mut ranks = Self::default();
        let (mut titled, mut upper, mut labels, mut plain) = (0usize, 0usize, 0usize, 0usize);
        for index in headings {
            let block = &blocks[*index];
            let text = block.text.as_str();
            match block.kind {
                Kind::Underlined(character) if !ranks.underlines.contains(&character) => {
                    ranks.underlines.push(character);
                }
                Kind::Plain => {
                    plain += 1;
                    labels += usize::from(text.ends_with(':'));
                    match headings::case(text) {
                        Case::Every | Case::Title => titled += 1,
                        Case::Upper => upper += 1,
                        Case::Sentence | Case::Lower => {}
                    }
                }
                _ => {}
            }
        }
        ranks.titled = titled >= 3 && titled * 2 > plain;
        ranks.capitals = upper >= 2 && upper < plain;
        ranks.labels = labels < plain;
        ranks
    }

    fn level(&self, block: &Block, follows_text: bool, before_list: bool) -> u8 {
        let text = block.text.as_str();
        match block.kind {
            Kind::Hashed(hashes) => hashes.clamp(2, 6),
            Kind::Numbered(number) => (number.depth + 1).clamp(2, 6),
            Kind::Underlined(character) => {
                let rank = self.underlines.iter().position(|other| *other == character);
                (rank.unwrap_or_default() + 2).min(6) as u8
            }
            _ if self.capitals => 2 + u8::from(headings::case(text) != Case::Upper),
            _ if self.labels && text.ends_with(':') => 3,
            // A short line between a paragraph and a list, where headings are In Title Case: "How to use it?"
            _ if self.titled
                && follows_text
                && headings::case(text) == Case::Sentence
                && (before_list || text.ends_with('?'))
                && text.split_whitespace().count() <= headings::SHORT =>
            {
                3
            }
            _ => 2,
        }
    }
}

/// Lines that could all be headings, one after the other.
#[derive(Debug)]
struct Stack {
    members: Vec<usize>,
    /// The block of text before it, if no heading-shaped line comes between.
    previous: Option<usize>,
    next: Next,
}

/// What follows a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A block of text.
    Text(usize),
    /// A cross link that ends a section.
    CrossLink,
    /// Nothing of the article.
    End,
}

/// Whether the long paragraphs of the page stand apart by blank lines.
fn is_aired(blocks: &[Block]) -> bool {
    let long = blocks
        .iter()
        .filter(|block| block.kind == Kind::Plain && block.text.as_str().len() > 100);
    let (mut apart, mut all) = (0usize, 0usize);
    for block in long {
        all += 1;
        apart += usize::from(block.stands_apart());
    }
    apart * 3 > all
}

fn is_furniture(role: Role) -> bool {
    role == Role::Dropped(DropReason::Furniture)
}

/// A line such as stands around a title: a date, a byline, an address.
fn is_head_line(block: &Block) -> bool {
    let text = block.text.as_str();
    noise::is_credit(text) || is_address(text) || (text.starts_with("Home") && is_glued(text))
}

fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(' ')
}

fn is_trail(text: &str, title: Option<&str>) -> bool {
    is_glued(text) || title.is_some_and(|title| noise::letters(text).ends_with(title))
}

/// Whether a menu, a rubric and a title were written without spaces between them: `HomeRubric NameTitle Of It`.
fn is_glued(text: &str) -> bool {
    text.strip_prefix("Home").is_some_and(|rest| {
        rest.starts_with(char::is_uppercase)
            && rest
                .chars()
                .zip(rest.chars().skip(1))
                .any(|(a, b)| a.is_lowercase() && b.is_uppercase())
    })
}
