//! Which blocks of the main content, as they are read, are no part of the article: pointers to other articles, date
//! lines, labels, repetitions?

use super::super::date;
use super::notices::{self, Position};
use super::structure::{Item, ItemKind};
use crate::article::{BlockKind, DropReason, Dropped};
use std::collections::HashSet;

/// Takes items out of the article that point elsewhere or repeat it; gives what was taken out. `dropped` is what was left
/// out of the page before.
pub(super) fn sift(items: Vec<Item>, dropped: &[Dropped]) -> (Vec<Item>, Vec<(DropReason, Item)>) {
    let mut reasons: Vec<Option<DropReason>> = items.iter().map(item_reason).collect();
    related_sections(&items, &mut reasons);
    pointed_at(&items, &mut reasons);
    begging_sections(&items, &mut reasons);
    imprint(&items, &mut reasons);
    about_page(&items, &mut reasons);
    repeated(&items, &mut reasons);
    hollow_headings(&items, dropped, &mut reasons);
    let mut kept = Vec::with_capacity(items.len());
    let mut dropped = Vec::new();
    for (item, reason) in items.into_iter().zip(reasons) {
        match reason {
            Some(reason) => dropped.push((reason, item)),
            None => kept.push(item),
        }
    }
    (kept, dropped)
}

fn item_reason(item: &Item) -> Option<DropReason> {
    let text = item.text.as_str();
    if matches!(item.kind, ItemKind::Heading { .. }) && date::date_line(text).is_some() {
        return Some(DropReason::Furniture);
    }
    if matches!(item.kind, ItemKind::Block(_)) {
        if is_pointer(text, item.link_chars) {
            return Some(DropReason::CrossLink);
        }
        if is_trail(text, item.link_chars) {
            return Some(DropReason::Navigation);
        }
        if is_sponsored(text) {
            return Some(DropReason::Advert);
        }
        if is_label(text) {
            return Some(DropReason::Furniture);
        }
    }
    None
}

/// "Also check: …", "Read more about …": a cue, and then the name of another article.
fn is_pointer(text: &str, link_chars: usize) -> bool {
    const CUES: [&str; 38] = [
        "also check",
        "also read",
        "also see",
        "see also",
        "read also",
        "read more",
        "read next",
        "read this",
        "related",
        "related article",
        "related articles",
        "related reading",
        "related post",
        "related posts",
        "related story",
        "related stories",
        "related content",
        "related links",
        "related topics",
        "recommended",
        "recommended reading",
        "you may also like",
        "you might also like",
        "you may like",
        "more on this",
        "more on this topic",
        "more from",
        "further reading",
        "don't miss",
        "must read",
        "up next",
        "next article",
        "previous article",
        "learn more",
        "find out more",
        "more information",
        "check out",
        "keep reading",
    ];
    if text.len() > 300 {
        return false;
    }
    let lower = text.to_lowercase().replace('’', "'");
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let Some(cue) = CUES
        .iter()
        .filter(|cue| lower.starts_with(**cue))
        .max_by_key(|cue| cue.len())
    else {
        return false;
    };
    let rest = &lower[cue.len()..];
    let letters = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(char::len_utf8)
        .sum::<usize>();
    let linked = link_chars * 2 >= letters;
    let weak = matches!(
        *cue,
        "learn more"
            | "find out more"
            | "more information"
            | "check out"
            | "read this"
            | "recommended"
    );
    match rest.trim_start().chars().next() {
        // The cue alone, with what it points at lost or in the next block.
        None => linked || !weak,
        Some(':' | '|' | '»' | '>' | '→' | '–' | '—') => !weak || link_chars > 0,
        _ => rest.starts_with(|c: char| !c.is_alphanumeric()) && linked,
    }
}

/// "You are here: Home » Pain » Back".
fn is_trail(text: &str, link_chars: usize) -> bool {
    if text.len() >= 200 {
        return false;
    }
    let steps = text.matches(['»', '›', '>']).count();
    (steps > 0 && text.to_lowercase().starts_with("you are here"))
        || (steps > 1 && link_chars * 3 > text.len() && !text.ends_with('.'))
}

/// A line of text that says of itself that it was paid for.
fn is_sponsored(text: &str) -> bool {
    const SIGNS: [&str; 6] = [
        "advertisement",
        "sponsor's message",
        "sponsored by",
        "sponsored content",
        "sponsored:",
        "paid content",
    ];
    if text.len() >= 250 {
        return false;
    }
    let lower = text.to_lowercase().replace('’', "'");
    SIGNS.iter().any(|sign| lower.starts_with(sign))
}

/// A block that is nothing but a label of the page.
fn is_label(text: &str) -> bool {
    const LABELS: [&str; 26] = [
        "advertisement",
        "advertisements",
        "advertising",
        "sponsored",
        "sponsored content",
        "continue reading below",
        "article continues below advertisement",
        "story continues below advertisement",
        "scroll to continue",
        "share",
        "share this",
        "share this article",
        "share this post",
        "share on facebook",
        "share on twitter",
        "tweet",
        "print",
        "email",
        "pin it",
        "skip to main content",
        "skip to content",
        "back to top",
        "return to top",
        "loading",
        "this article continues below",
        "click to enlarge",
    ];
    if text.len() > 60 {
        return false;
    }
    let plain = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    LABELS.contains(&plain.as_str())
}

/// "Related articles", and the links under it, up to the next heading that is not under it.
fn related_sections(items: &[Item], reasons: &mut [Option<DropReason>]) {
    let mut index = 0;
    while index < items.len() {
        let ItemKind::Heading { level, .. } = &items[index].kind else {
            index += 1;
            continue;
        };
        let end = (index + 1..items.len())
            .find(|next| matches!(&items[*next].kind, ItemKind::Heading { level: other, .. } if other <= level))
            .unwrap_or(items.len());
        let heading = items[index].text.as_str();
        if is_contents_heading(heading) {
            // The list itself was taken out by its links.
            reasons[index] = Some(DropReason::Navigation);
            index += 1;
            continue;
        }
        if is_related_heading(heading) {
            let (mut links, mut letters) = (0, 0);
            for item in &items[index + 1..end] {
                links += item.link_chars;
                letters += item.text.as_str().len();
            }
            if links * 2 >= letters {
                reasons[index..end].fill(Some(DropReason::CrossLink));
                index = end;
                continue;
            }
        }
        index += 1;
    }
}

/// Lines that are links and nothing else, right behind a line that points elsewhere ("Don't miss:").
fn pointed_at(items: &[Item], reasons: &mut [Option<DropReason>]) {
    for index in 1..items.len() {
        let item = &items[index];
        let letters = item
            .text
            .as_str()
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(char::len_utf8)
            .sum::<usize>();
        let block = matches!(item.kind, ItemKind::Block(_));
        let behind = reasons[index - 1] == Some(DropReason::CrossLink);
        if reasons[index].is_none() && behind && block && letters > 0 && item.link_chars >= letters
        {
            reasons[index] = Some(DropReason::CrossLink);
        }
    }
}

fn is_contents_heading(text: &str) -> bool {
    const NAMES: [&str; 6] = [
        "contents",
        "table of contents",
        "in this article",
        "on this page",
        "jump to",
        "what's in this article",
    ];
    let lower = text.to_lowercase().replace('’', "'");
    NAMES.contains(&lower.trim_end_matches([':', '.']))
}

fn is_related_heading(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "related",
        "you may also like",
        "you might also like",
        "you may like",
        "more from",
        "more on",
        "more stories",
        "more articles",
        "read more",
        "read next",
        "recommended",
        "recent posts",
        "latest",
        "popular",
        "trending",
        "also read",
        "see also",
        "keep reading",
        "up next",
        "share this",
        "tags",
        "further reading",
    ];
    let lower = text.to_lowercase();
    text.len() < 60
        && WORDS.iter().any(|word| {
            lower
                .strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
}

/// "Was this page helpful?", "Leave a reply", and the few lines under it.
fn begging_sections(items: &[Item], reasons: &mut [Option<DropReason>]) {
    /// A section with more text than this is one, whatever its heading says.
    const LONGEST: usize = 500;
    for index in 0..items.len() {
        if reasons[index].is_some() || !matches!(items[index].kind, ItemKind::Heading { .. }) {
            continue;
        }
        let Some(reason) = notices::section_reason(items[index].text.as_str()) else {
            continue;
        };
        let end = (index + 1..items.len())
            .find(|next| matches!(items[*next].kind, ItemKind::Heading { .. }))
            .unwrap_or(items.len());
        let letters: usize = items[index + 1..end]
            .iter()
            .map(|item| item.text.as_str().len())
            .sum();
        if letters <= LONGEST {
            reasons[index..end].fill(Some(reason));
        }
    }
}

/// A heading under which everything was left out goes with it ("Our specialists", and the cards of six people).
fn hollow_headings(items: &[Item], dropped: &[Dropped], reasons: &mut [Option<DropReason>]) {
    /// What belongs to the last heading is rarely further from it, in bytes of markup.
    const NEAR: usize = 2_000;
    let mut offsets: Vec<(usize, DropReason)> = dropped
        .iter()
        .map(|dropped| (dropped.offset, dropped.reason))
        .chain(
            items
                .iter()
                .zip(&*reasons)
                .filter_map(|(item, reason)| Some((item.offset, (*reason)?))),
        )
        .collect();
    offsets.sort_unstable_by_key(|(offset, _)| *offset);
    // What stands behind an item, seen from the end: the next line or heading that stays.
    let mut next: Option<usize> = None;
    for index in (0..items.len()).rev() {
        if reasons[index].is_some() {
            continue;
        }
        if let ItemKind::Heading { level, .. } = items[index].kind {
            let empty = next.is_none_or(|next| {
                matches!(items[next].kind, ItemKind::Heading { level: other, .. } if other <= level)
            });
            let end = next.map_or(items[index].offset + NEAR, |next| items[next].offset);
            let first = offsets.partition_point(|(offset, _)| *offset <= items[index].offset);
            let within = offsets.get(first).filter(|(offset, _)| *offset < end);
            // A picture with its caption is something to stand under a heading, and a label may belong to one.
            let led_away = |reason| !matches!(reason, DropReason::Caption | DropReason::Furniture);
            if let Some((_, reason)) = within.filter(|(_, reason)| empty && led_away(*reason)) {
                reasons[index] = Some(*reason);
                continue;
            }
        }
        next = Some(index);
    }
}

/// Lines that `notices` knows.
fn about_page(items: &[Item], reasons: &mut [Option<DropReason>]) {
    let mut behind = reasons.iter().filter(|reason| reason.is_none()).count();
    let mut before = 0;
    for (item, reason) in items.iter().zip(reasons) {
        if reason.is_some() {
            continue;
        }
        behind -= 1;
        if matches!(
            item.kind,
            ItemKind::Block(BlockKind::Paragraph | BlockKind::ListItem)
        ) {
            *reason = notices::reason(item.text.as_str(), Position { before, behind });
        }
        before += usize::from(reason.is_none());
    }
}

/// Lines about the article and not of it: who wrote it and when, who reviewed it, whose it is.
fn imprint(items: &[Item], reasons: &mut [Option<DropReason>]) {
    let count = items.len();
    // How many lines of the article stand before.
    let mut before = 0;
    for (index, item) in items.iter().enumerate() {
        let text = item.text.as_str();
        let short = text.len() <= 200 && matches!(item.kind, ItemKind::Block(_));
        if reasons[index].is_some() {
            continue;
        }
        if !short {
            before += 1;
            continue;
        }
        let lower = text.to_lowercase();
        let about = date::date_line(text).is_some()
            || is_byline(&lower, before)
            || (before < 4 && is_dated_byline(text))
            || (before < 4 && is_dateline(&lower))
            || (index + 4 > count && is_copyright(&lower));
        if about {
            reasons[index] = Some(DropReason::Furniture);
        } else {
            before += 1;
        }
    }
}

/// "Medically reviewed by …", "By …" near the top, "Page last reviewed: 3 May 2023. Next review due: …".
fn is_byline(lower: &str, index: usize) -> bool {
    const BY: [&str; 10] = [
        "by ",
        "written by",
        "medically reviewed",
        "reviewed by",
        "fact checked",
        "fact-checked",
        "edited by",
        "posted by",
        "published by",
        "date published",
    ];
    const DATED: [&str; 10] = [
        "page last",
        "last updated",
        "last reviewed",
        "last medically",
        "next review",
        "updated",
        "posted",
        "published",
        "first published",
        "reviewed",
    ];
    let starts = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    let short = lower.split_whitespace().count() <= 16;
    // "By the second week most people walk again." is a sentence; "Page last reviewed: 3 May 2023." is none.
    let sentence = lower.trim_end().ends_with('.');
    let by = !sentence && starts(&BY) && (index < 6 || !lower.starts_with("by "));
    let dated =
        starts(&DATED) && date::find_date(lower).is_some() && (!sentence || starts(&DATED[..5]));
    short && (by || dated)
}

/// The day in a line about the article, such as "Posted on 3 May 2023 by Ada Quill".
pub(super) fn imprint_date(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let told = [
        "published",
        "posted",
        "updated",
        "reviewed",
        "written",
        "submitted",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || is_byline(&lower, 0)
        || is_dateline(&lower)
        || is_dated_byline(text);
    if !told {
        return None;
    }
    numbered_date(text).or_else(|| date::find_date(text))
}

/// "May 19, 2021 by Perry Nunez".
fn is_dated_byline(text: &str) -> bool {
    text.len() <= 120
        && text.split_once(" by ").is_some_and(|(day, name)| {
            date::date_line(day).is_some()
                && name.split_whitespace().count() <= 6
                && name.starts_with(char::is_uppercase)
        })
}

/// A date in numbers alone, where only one of them can be the day: `14/03/2022`, not `04/03/2022`.
fn numbered_date(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word
            .trim_matches(|c: char| !c.is_ascii_digit())
            .split(['/', '.'])
            .map(|part| part.parse::<u16>().ok());
        let (first, second, year) = (parts.next()??, parts.next()??, parts.next()??);
        let (day, month) = match (first, second) {
            (13..=31, 1..=12) => (first, second),
            (1..=12, 13..=31) => (second, first),
            _ => return None,
        };
        // The calendar is asked whether there is such a day.
        date::find_date(&format!("{year:04}-{month:02}-{day:02}"))
            .filter(|_| parts.next().is_none())
    })
}

/// "Ada Quill • June 27, 2024 • 5 min read".
fn is_dateline(lower: &str) -> bool {
    let parted = lower.contains(['•', '|', '·', '—'])
        || lower.contains("min read")
        || lower.contains("minute read");
    lower.len() <= 120
        && parted
        && !lower.ends_with('.')
        && (date::find_date(lower).is_some() || lower.contains(" read"))
}

fn is_copyright(lower: &str) -> bool {
    lower.contains('©')
        || lower.contains("all rights reserved")
        || lower.contains("copyright ")
        || lower.contains("(c) 2")
}

/// Pages print a paragraph twice for small and large screens, or repeat a sentence as a pull quote. Where much of an
/// article is repeated, it is made so (a song, a form, filler text), and stays.
fn repeated(items: &[Item], reasons: &mut [Option<DropReason>]) {
    let mut seen: HashSet<&str> = HashSet::new();
    let (mut all, mut twice) = (0, 0);
    let mut again = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let text = item.text.as_str();
        all += text.len();
        let long = text.len() >= 50 && matches!(item.kind, ItemKind::Block(_));
        if reasons[index].is_none() && long && !seen.insert(text) {
            twice += text.len();
            again.push(index);
        }
    }
    if twice * 5 < all {
        for index in again {
            reasons[index] = Some(DropReason::Duplicate);
        }
    }
}
