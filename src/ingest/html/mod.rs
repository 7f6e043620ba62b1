//! A saved web page: what is the article, under which headings, and where does each word stand in the source?
//!
//! In the order of the work: `source` cuts the page into pieces, `guard` bounds how deep it may be nested, `markup` is what
//! is left for the parser, `dom` its tree as a flat list whose words `align` finds in the source. `metadata` and `title`
//! read what the page says of itself. `main_content` (with `features`, `paragraphs` and `clean`) chooses what is the
//! article, `furniture` what in it is not. `structure` (with `layout` and `assembly`) reads the rest into headings and
//! blocks, and `sift` takes out blocks that only point elsewhere.

mod align;
mod assembly;
mod clean;
mod dom;
mod features;
mod furniture;
mod guard;
mod layout;
mod main_content;
mod markup;
mod metadata;
mod paragraphs;
mod sift;
mod source;
mod structure;
mod title;

use super::Parsed;
use super::outline::Outline;
use crate::article::{DropReason, Dropped};
use dom::Page;
use encoding_rs::Encoding;
use main_content::Content;
use std::borrow::Cow;
use structure::{Item, ItemKind};
use unicode_normalization::UnicodeNormalization;

/// Of what was left out, this many bytes are kept as text.
const DROPPED_TEXT: usize = 200;

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
    let mut content = main_content::find(&page, &own_title);
    let features = features::Features::of(&page);
    furniture::mark(&page, &features, &mut content.kept, &mut content.gone);
    let layout = layout::Layout::of(&page, &content.kept);
    let items = structure::items(&page, &content.kept, &layout);
    let first_level = items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::Heading { level: 1, .. }))
        .count();
    let items = items
        .into_iter()
        .filter(|item| !is_title(item, &own_title, first_level))
        .collect();
    let (items, out) = sift::sift(items);
    let mut dropped = left_out(&page, &features, &content);
    dropped.extend(out.into_iter().map(|(reason, item)| Dropped {
        reason,
        text: shorten(item.text.as_str()),
        offset: item.offset,
    }));
    dropped.sort_by_key(|dropped| dropped.offset);
    let mut outline = Outline::new();
    for item in items {
        match item.kind {
            ItemKind::Heading { level, anchor } => outline.heading(level, &item.text, anchor),
            ItemKind::Block(kind) => outline.block(kind, item.text),
        }
    }
    Parsed {
        title: metadata.title.map(|title| repair(&title).into_owned()),
        url: metadata.url,
        published: metadata.published,
        language: metadata.language,
        aliases: Vec::new(),
        tags: metadata.tags,
        sections: outline.finish(),
        dropped,
    }
}

/// Whether an item is the article's own title, which stands over all sections and not among them.
fn is_title(item: &Item, title: &str, first_level: usize) -> bool {
    let ItemKind::Heading { level, .. } = item.kind else {
        return false;
    };
    let heading = item.text.as_str();
    let alike = |least| {
        title::similarity(title, heading) > least || title::similarity(heading, title) > least
    };
    title::plain(heading) == title::plain(title)
        || (level == 1 && (alike(0.75) || (first_level == 1 && alike(0.4))))
}

/// Lists the parts of the page that are not in the article: each as large as it can be without holding any of it.
fn left_out(page: &Page<'_>, features: &features::Features, content: &Content) -> Vec<Dropped> {
    let mut holds_kept = content.kept.clone();
    for node in (1..page.nodes.len()).rev() {
        if holds_kept[node] {
            holds_kept[page.nodes[node].parent] = true;
        }
    }
    let mut dropped = Vec::new();
    let mut node = page.body().unwrap_or(page.nodes.len());
    while node < page.nodes.len() {
        if holds_kept[node] {
            node += 1;
            continue;
        }
        let end = page.nodes[node].end;
        let text = page.plain(node, DROPPED_TEXT);
        // The title is not lost: it is the article's.
        let title = content.gone[node] == Some(DropReason::Duplicate);
        if !text.is_empty() && !title {
            let place = (node..end)
                .filter_map(|node| page.text(node))
                .find(|text| text.chars > 0)
                .and_then(|text| text.words.first()?.place());
            dropped.push(Dropped {
                reason: content.gone[node].unwrap_or_else(|| features.reason(page, node)),
                text: repair(&text).into_owned(),
                offset: place.map_or(page.nodes[node].offset, |place| place.start),
            });
        }
        node = end;
    }
    dropped
}

fn shorten(text: &str) -> String {
    if text.len() <= DROPPED_TEXT {
        return text.to_owned();
    }
    let end = (0..=DROPPED_TEXT)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    format!("{}…", text[..end].trim_end())
}

/// A word as it is meant: invisible characters gone, ligatures in letters, accents on their letters.
fn repair(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let visible = word.chars().filter(|c| {
        !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}')
    });
    let mut letters = String::with_capacity(word.len());
    for c in visible {
        match c {
            '\u{FB00}' => letters.push_str("ff"),
            '\u{FB01}' => letters.push_str("fi"),
            '\u{FB02}' => letters.push_str("fl"),
            '\u{FB03}' => letters.push_str("ffi"),
            '\u{FB04}' => letters.push_str("ffl"),
            '\u{FB05}' | '\u{FB06}' => letters.push_str("st"),
            '\u{A0}' => letters.push(' '),
            c => letters.push(c),
        }
    }
    Cow::Owned(letters.nfc().collect())
}
