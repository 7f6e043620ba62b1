//! What stands at the head of a page? The title, the day of publication, and the trail, bylines and addresses around
//! them.

use super::blocks::{Block, Kind};
use super::headings;
use super::noise;
use super::page::{Page, Role};
use crate::article::DropReason;
use crate::ingest::date;

/// How many blocks the head of a page may have: a menu, a trail, a date, a byline, the title.
const HEAD: usize = 30;

/// How many blocks the tail of a page may have that holds a date or a byline.
const TAIL: usize = 5;

/// No line of a page's head is longer, in bytes.
const LONGEST: usize = 300;

/// Finds title, date and address, and leaves out what stands around them.
pub(super) fn read(page: &mut Page, blocks: &[Block], shaped: &[bool]) {
    let title = find_title(page, blocks, shaped);
    drop_credits(page, blocks, title);
    if let Some(title) = title {
        drop_copies(page, blocks, title);
    }
}

/// The block that is the title: before any prose, the first line that could be a heading and is not of the page. A trail
/// that ends with one of the lines names that line.
fn find_title(page: &mut Page, blocks: &[Block], shaped: &[bool]) -> Option<usize> {
    let head = blocks.len().min(HEAD);
    let trails: Vec<String> = blocks[..head]
        .iter()
        .map(|block| block.text.as_str())
        .filter(|text| text.len() <= LONGEST && text.starts_with("Home"))
        .map(noise::key)
        .collect();
    let is_named = |index: usize| {
        let text = blocks[index].text.as_str();
        if trails.is_empty() || text.len() > LONGEST {
            return false;
        }
        let key = noise::key(text);
        trails
            .iter()
            .any(|trail| key.len() >= 4 && trail.len() > key.len() && trail.ends_with(&key))
    };
    let named = (0..head).find(|index| is_named(*index));
    if named.is_none() {
        // A trail whose last link no line repeats holds the title itself.
        page.title = blocks[..head]
            .iter()
            .find_map(|block| last_link(block.text.as_str()))
            .map(str::to_owned);
        if page.title.is_some() {
            return None;
        }
    }
    let title = named.or_else(|| {
        (0..first_prose(page, blocks).min(head)).find(|index| {
            let block = &blocks[*index];
            shaped[*index]
                && page.roles[*index] == Role::Text
                && !is_head_line(block)
                && noise::page_heading(block.text.as_str()).is_none()
        })
    })?;
    page.roles[title] = Role::Title;
    page.title = Some(blocks[title].text.as_str().to_owned());
    Some(title)
}

/// The first block that is text of the article.
fn first_prose(page: &Page, blocks: &[Block]) -> usize {
    (0..blocks.len())
        .find(|index| {
            page.roles[*index] == Role::Text
                && headings::is_prose(&blocks[*index])
                && !is_head_line(&blocks[*index])
        })
        .unwrap_or(blocks.len())
}

/// Dates, bylines, addresses and the trail.
fn drop_credits(page: &mut Page, blocks: &[Block], title: Option<usize>) {
    let head = first_prose(page, blocks).min(HEAD);
    let title_key = title.map(|index| noise::key(blocks[index].text.as_str()));
    let mut last_credit = None;
    let mut credit_before = false;
    for (index, block) in blocks.iter().enumerate() {
        let text = block.text.as_str();
        let role = page.roles[index];
        let listed = matches!(block.kind, Kind::Item | Kind::Row);
        let open = role == Role::Text && !listed && text.len() <= LONGEST;
        let credit =
            (open || role == Role::Dropped(DropReason::Furniture)) && noise::is_credit(text);
        let at_head = index <= head;
        let at_edge = at_head || index + TAIL >= blocks.len();
        if credit && at_edge && page.published.is_none() {
            page.published = date::find_date(text);
        }
        let reason = if open && at_head && is_address(text) {
            page.url.get_or_insert_with(|| text.to_owned());
            Some(DropReason::Furniture)
        } else if open && at_head && is_trail(text, title_key.as_deref()) {
            Some(DropReason::Navigation)
        } else if open && ((at_edge && credit) || (at_head && noise::is_head_label(text))) {
            Some(DropReason::Furniture)
        } else if open && credit && credit_before {
            // Of several articles in one file, each has its byline and date.
            page.roles[index - 1] = Role::Dropped(DropReason::Furniture);
            Some(DropReason::Furniture)
        } else {
            None
        };
        if let Some(reason) = reason {
            page.roles[index] = Role::Dropped(reason);
        }
        if at_head && page.roles[index] == Role::Dropped(DropReason::Furniture) {
            last_credit = Some(index);
        }
        credit_before = open && credit;
    }
    if let (Some(title), Some(last)) = (title, last_credit) {
        drop_publisher(page, blocks, title, last);
    }
}

/// The publisher's name and the like, between the title and a date or a byline: two lines at most, none of them text.
fn drop_publisher(page: &mut Page, blocks: &[Block], title: usize, last_credit: usize) {
    let between: Vec<usize> = (title + 1..last_credit)
        .filter(|index| page.roles[*index] == Role::Text)
        .collect();
    if between.len() <= 2
        && between
            .iter()
            .all(|index| !headings::is_prose(&blocks[*index]))
    {
        for index in between {
            page.roles[index] = Role::Dropped(DropReason::Furniture);
        }
    }
}

/// Lines that say the title once more.
fn drop_copies(page: &mut Page, blocks: &[Block], title: usize) {
    let key = noise::key(blocks[title].text.as_str());
    for (index, block) in blocks.iter().enumerate() {
        let text = block.text.as_str();
        if page.roles[index] == Role::Text
            && text.len() <= LONGEST
            && !matches!(block.kind, Kind::Item | Kind::Row)
            && noise::key(text) == key
        {
            page.roles[index] = Role::Dropped(DropReason::Duplicate);
        }
    }
}

/// A line such as stands around a title: a date, a byline, an address.
fn is_head_line(block: &Block) -> bool {
    let text = block.text.as_str();
    text.len() <= LONGEST
        && (noise::is_credit(text)
            || noise::is_head_label(text)
            || is_address(text)
            || is_glued_trail(text))
}

fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(' ')
}

fn is_trail(text: &str, title: Option<&str>) -> bool {
    text.starts_with("Home")
        && (is_glued_trail(text) || title.is_some_and(|title| noise::key(text).ends_with(title)))
}

/// Whether a menu, a rubric and a title were written without spaces between them: `HomeRubric NameTitle Of It`.
pub(super) fn is_glued_trail(text: &str) -> bool {
    text.strip_prefix("Home")
        .is_some_and(|rest| rest.starts_with(char::is_uppercase) && last_seam(rest).is_some())
}

/// The title at the end of a glued trail: three words or more, because the seam may be within a name.
fn last_link(text: &str) -> Option<&str> {
    if text.len() > LONGEST || !is_glued_trail(text) {
        return None;
    }
    let title = text.get(last_seam(text)?..)?;
    (title.split_whitespace().count() >= 3).then_some(title)
}

/// Where a capital follows a small letter for the last time, in bytes.
fn last_seam(text: &str) -> Option<usize> {
    text.char_indices()
        .zip(text.chars().skip(1))
        .filter(|((_, a), b)| a.is_lowercase() && b.is_uppercase())
        .map(|((at, a), _)| at + a.len_utf8())
        .last()
}
