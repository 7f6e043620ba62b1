//! A saved web page: what is the article, under which headings, and where does each word stand in the source?
//!
//! In the order of the work: `source` cuts the page into pieces, `guard` bounds how deep it may be nested, `markup` is what
//! is left for the parser, `dom` its tree as a flat list whose words `align` finds in the source, with the parts that a
//! button opens (`panels`). `metadata` and `title` read what the page says of itself,
//! `saved` what the browser says that saved it. `main_content` (with `features`,
//! `paragraphs` and `clean`) chooses what is the article, `furniture` (with `boxes` and `pull_quotes`) what in it is not.
//! `structure` (with `layout` and `assembly`) reads the rest into headings and blocks, `bold_headings` finds headings that
//! no tag marks, and `sift` (with `notices`) takes out blocks that point elsewhere or speak of the page.

mod align;
mod assembly;
mod bold_headings;
mod boxes;
mod clean;
mod dom;
mod features;
mod furniture;
mod guard;
mod layout;
mod main_content;
mod markup;
mod metadata;
mod notices;
mod panels;
mod paragraphs;
mod pull_quotes;
mod saved;
mod sift;
mod source;
mod structure;
mod title;

use super::Parsed;
use super::date;
use super::outline::Outline;
use super::repair::repair_word;
use crate::article::{DropReason, Dropped};
use dom::Page;
use encoding_rs::Encoding;
use features::Features;
use main_content::Content;
use structure::{Item, ItemKind};

/// Of what was left out, this many bytes are kept as text; longer parts are split where they can be, menus
/// aside.
const DROPPED_TEXT: usize = 200;

/// With this many parts left out, further ones are not split.
const MOST_DROPPED: usize = 500;

/// What the page's `<meta>` says of its encoding, looked for where the HTML standard looks (the first 1,024 bytes).
pub fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    source::pieces(&head).find_map(|piece| {
        let source::PieceKind::Start(tag) = &piece.kind else {
            return None;
        };
        if !head[tag.name.clone()].eq_ignore_ascii_case("meta") {
            return None;
        }
        let attributes = head[tag.name.end..piece.range.end].to_ascii_lowercase();
        // Both `charset="…"` and `content="text/html; charset=…"`.
        let (_, value) = attributes.split_once("charset")?;
        let label: String = value
            .trim_start()
            .strip_prefix('=')?
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
            .collect();
        let encoding = Encoding::for_label(label.as_bytes())?;
        // A page whose markup reads as ASCII is not UTF-16, whatever it says.
        let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
        Some(if wide { encoding_rs::UTF_8 } else { encoding })
    })
}

/// Reads a web page.
pub fn parse(source: &str) -> Parsed {
    let mut tree = dom::read(source);
    let metadata = metadata::read(&tree.html);
    let page = Page::of(&mut tree);
    let own_title = metadata.title.clone().unwrap_or_default();
    let features = Features::of(&page);
    let mut content = main_content::find(&page, &features, &own_title);
    furniture::mark(&page, &features, &mut content.kept, &mut content.gone);
    let layout = layout::Layout::of(&page, &content.kept);
    let items = structure::items(&page, &content.kept, &layout);
    let first_level = items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::Heading { level: 1, .. }))
        .count();
    let mut items: Vec<Item> = items
        .into_iter()
        .filter(|item| !is_title(item, &own_title, first_level))
        .collect();
    bold_headings::promote(&mut items);
    // A line in heavy type may be the title, too.
    items.retain(|item| !is_title(item, &own_title, first_level));
    let mut dropped = left_out(&page, &features, &content);
    let (items, out) = sift::sift(items, &dropped);
    dropped.extend(out.into_iter().map(|(reason, item)| Dropped {
        reason,
        text: shorten(item.text.as_str()),
        offset: item.offset,
    }));
    dropped.sort_by_key(|dropped| dropped.offset);
    let published = metadata
        .published
        .or_else(|| printed_date(&dropped, items.first()?, items.last()?));
    let mut outline = Outline::new();
    for item in items {
        match item.kind {
            ItemKind::Heading { level, anchor } => outline.heading(level, &item.text, anchor),
            ItemKind::Block(kind) => outline.block(kind, item.text),
        }
    }
    Parsed {
        title: metadata.title.map(|title| repaired(&title)),
        url: metadata.url.or_else(|| saved::address(source)),
        published,
        language: metadata.language,
        aliases: Vec::new(),
        tags: metadata.tags,
        sections: outline.finish(),
        dropped,
    }
}

/// The day that a line says which was left out inside the article, or right before it.
fn printed_date(dropped: &[Dropped], first: &Item, last: &Item) -> Option<String> {
    /// A byline is rarely further from the text, in bytes of markup.
    const NEAR: usize = 5_000;
    dropped
        .iter()
        .filter(|line| line.reason == DropReason::Furniture && line.text.len() <= DROPPED_TEXT)
        .filter(|line| line.offset + NEAR > first.offset && line.offset <= last.offset + NEAR)
        .find_map(|line| date::date_line(&line.text).or_else(|| sift::imprint_date(&line.text)))
}

/// Whether an item is the article's own title, which stands over all sections and not among them. A first heading that
/// says more than the title is kept: its words are nowhere else.
fn is_title(item: &Item, title: &str, first_level: usize) -> bool {
    let ItemKind::Heading { level, .. } = item.kind else {
        return false;
    };
    let heading = item.text.as_str();
    // Replies in a forum repeat it.
    let heading = ["Re: ", "RE: ", "re: "]
        .iter()
        .find_map(|reply| heading.strip_prefix(reply))
        .unwrap_or(heading);
    let in_title = title::similarity(title, heading);
    let of_title = title::similarity(heading, title);
    title::plain(heading) == title::plain(title)
        || (level == 1
            && (in_title > 0.75
                || (of_title > 0.75 && in_title > 0.4)
                || (first_level == 1 && in_title > 0.6)))
}

/// Lists the parts of the page that are not in the article: each as large as it can be without holding any of it, and
/// short enough to be shown.
fn left_out(page: &Page<'_>, features: &Features, content: &Content) -> Vec<Dropped> {
    let mut holds_kept = content.kept.clone();
    for node in (1..page.nodes.len()).rev() {
        if holds_kept[node] {
            holds_kept[page.nodes[node].parent] = true;
        }
    }
    let begin = content.kept.iter().position(|kept| *kept);
    let mut dropped = Vec::new();
    // The part that is being split, as its end and its reason.
    let mut around: Option<(usize, DropReason)> = None;
    let mut node = page.body().unwrap_or(page.nodes.len());
    while node < page.nodes.len() {
        if holds_kept[node] {
            node += 1;
            continue;
        }
        let end = page.nodes[node].end;
        let chars = features.chars(node..end);
        // The title is not lost: it is the article's.
        let title = content.gone[node] == Some(DropReason::Duplicate)
            && matches!(page.tag(node), "h1" | "h2");
        if chars == 0 || title {
            node = end;
            continue;
        }
        around = around.filter(|(end, _)| node < *end);
        let own = content.gone[node].unwrap_or_else(|| features.reason(page, node));
        let mut reason = match around {
            Some((_, around)) if own == DropReason::Furniture => around,
            _ => own,
        };
        if reason == DropReason::CrossLink && begin.is_none_or(|begin| node < begin) {
            // Links before the article lead through the site.
            reason = DropReason::Navigation;
        }
        let long = chars as usize > DROPPED_TEXT && reason != DropReason::Navigation;
        if long && end > node + 2 && dropped.len() < MOST_DROPPED {
            if around.is_none() {
                around = Some((end, reason));
            }
            node += 1;
            continue;
        }
        let place = (node..end)
            .filter_map(|node| page.text(node))
            .find(|text| text.chars > 0)
            .and_then(|text| text.words.first()?.place());
        dropped.push(Dropped {
            reason,
            text: repaired(&page.plain(node, DROPPED_TEXT)),
            offset: place.map_or(page.nodes[node].offset, |place| place.start),
        });
        node = end;
    }
    dropped
}

/// Every word of `text` as it was meant, with single spaces.
fn repaired(text: &str) -> String {
    let words: Vec<_> = text
        .split_whitespace()
        .map(repair_word)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// As much of a text that was left out as is kept.
pub(super) fn shorten(text: &str) -> String {
    if text.len() <= DROPPED_TEXT {
        return text.to_owned();
    }
    let end = (0..=DROPPED_TEXT)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    format!("{}…", text[..end].trim_end())
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod messy_tests;
#[cfg(test)]
mod tests;
