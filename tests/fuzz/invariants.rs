//! What holds of every article, whatever its file was: places inside the file, ids that can be used, and spans that say what
//! their passages say.
#![allow(dead_code)] // Included by several test targets, of which each uses a part.

use encoding_rs::Encoding;
use ibid::article::{Article, Format};
use ibid::ingest::decode::decode;
use ibid::ingest::{mhtml, repair::repair_word};
use ibid::passage::{Passage, passages};
use std::collections::HashSet;

/// What must hold of any reading of any file; every breach of it.
pub(crate) fn breaches(bytes: &[u8], article: &Article) -> Vec<String> {
    let mut found = Vec::new();
    let lines = line_count(bytes);
    let passages = passages(article);
    let mut ids = HashSet::new();
    for passage in &passages {
        let id = &passage.id;
        let [first, last] = passage.locator.lines;
        let [start, end] = passage.locator.bytes;
        if !(1 <= first && first <= last && last <= lines) {
            found.push(format!("{id}: lines {first} to {last} of {lines}"));
        }
        if !(start <= end && end <= bytes.len() as u64) {
            found.push(format!("{id}: bytes {start} to {end} of {}", bytes.len()));
        }
        if !ids.insert(id) {
            found.push(format!("{id} is the id of two passages"));
        }
        if id.is_empty() || id.chars().any(|c| c.is_control() || c.is_whitespace()) {
            found.push(format!("{id:?} is no id"));
        }
        if passage.text.trim().is_empty() {
            found.push(format!("{id} says nothing"));
        }
        for heading in &passage.heading_path {
            if heading.is_empty() || heading.contains('\n') {
                found.push(format!("{id}: the heading {heading:?}"));
            }
        }
        let unseen = |c: char| c.is_control() && c != '\n';
        if passage.text.contains(unseen) {
            found.push(format!("{id} holds control characters: {:?}", passage.text));
        }
    }
    for dropped in &article.dropped {
        let line = article.source_map.line(dropped.offset);
        if !(1..=lines).contains(&line) {
            found.push(format!("left out on line {line} of {lines}"));
        }
    }
    found
}

/// Every section whose text reaches into that of the one before, or of which words stand out of order.
pub(crate) fn disorder(article: &Article) -> Vec<String> {
    let mut found = Vec::new();
    let mut end = 0;
    for section in &article.sections {
        let name = section.heading().unwrap_or_default();
        let place = &section.source;
        if place.start < end || place.end < place.start {
            found.push(format!("{name:?} stands at {place:?}, before {end}"));
        }
        end = end.max(place.end);
        let mut at = place.start;
        for word in section.blocks.iter().flat_map(|block| block.text.words()) {
            if (word.source.start as usize) < at || word.source.end as usize > place.end {
                found.push(format!(
                    "{name:?}: a word at {:?}, outside {at} to {}",
                    word.source, place.end
                ));
            }
            at = word.source.start as usize;
        }
    }
    found
}

/// Every word that has a place and does not stand there. For files that are no MHTML.
pub(crate) fn misplaced_words(bytes: &[u8], article: &Article) -> Vec<String> {
    let mut found = Vec::new();
    for block in article.sections.iter().flat_map(|section| &section.blocks) {
        for word in block.text.words() {
            let said = &block.text.as_str()[word.text.start as usize..word.text.end as usize];
            let place = article
                .source_map
                .locate(&(word.source.start as usize..word.source.end as usize));
            let [start, end] = place.bytes.map(|byte| byte as usize);
            let Some(cited) = bytes.get(start..end) else {
                found.push(format!("{said:?} at {start} to {end}"));
                continue;
            };
            let (there, said_letters) = (letters(&read(cited, article)), bare(said));
            let stands_there = match article.source.format {
                // Of a word that the page cuts in two, a part may have no place, or the next best.
                Format::Html => {
                    (!there.is_empty() && said_letters.contains(&there))
                        || holds(&there, &said_letters)
                }
                // Marks may stand in a word.
                Format::Markdown => holds(&letters(&decoded(cited, article)), &said_letters),
                // What was a doubly encoded space parts a word of the file.
                Format::Text | Format::JsonLines => there.contains(&said_letters),
            };
            if there != said_letters && !stands_there {
                let cited = decoded(cited, article);
                found.push(format!("{said:?} is not at {start}: {cited:?}"));
            }
        }
    }
    found
}

/// Every passage whose span does not begin with its first word, does not end with its last, or holds a heading of another
/// section. `undo` gives back the bytes of the page from those of the file.
pub(crate) fn wrong_spans(
    bytes: &[u8],
    article: &Article,
    undo: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<String> {
    passages(article)
        .iter()
        .filter_map(|passage| {
            wrong_span(bytes, article, passage, &undo).map(|what| format!("{}: {what}", passage.id))
        })
        .collect()
}

/// What is wrong with the span of a passage.
pub(crate) fn wrong_span(
    bytes: &[u8],
    article: &Article,
    passage: &Passage,
    undo: impl Fn(&[u8]) -> Vec<u8>,
) -> Option<String> {
    let [start, end] = passage.locator.bytes.map(|byte| byte as usize);
    let cited = read(&undo(bytes.get(start..end)?), article);
    let there = letters(&cited);
    // The sign of a list item and the bars between cells stand in no file.
    let said = passage.text.strip_prefix("- ").unwrap_or(&passage.text);
    let mut words = said.split_whitespace().filter(|word| *word != "|");
    let first = words.next()?;
    let last = words.next_back().unwrap_or(first);
    let begins = match bare(first) {
        letters if letters.is_empty() => cited.trim_start().starts_with(first),
        letters => there.starts_with(&letters),
    };
    if !begins {
        return Some(format!("begins with {there:.40?}, not {first:?}"));
    }
    let ends = match bare(last) {
        letters if letters.is_empty() => cited.trim_end().ends_with(last),
        letters => there.ends_with(&letters),
    };
    if !ends {
        return Some(format!("ends with {:?}, not {last:?}", tail(&there)));
    }
    let lines: HashSet<String> = cited.lines().map(letters).collect();
    let said = bare(&passage.text);
    let sections = &article.sections;
    let place = |index: usize| article.source_map.locate(&sections[index].source).bytes;
    (0..sections.len())
        .filter(|index| {
            !passage
                .heading_path
                .starts_with(&sections[*index].heading_path)
        })
        .filter_map(|index| Some((index, sections[index].heading()?)))
        .find(|(index, heading)| {
            let heading = bare(heading);
            if heading.is_empty() || !lines.contains(&heading) || said.contains(&heading) {
                return false;
            }
            // A heading stands right before its own text. Where else the words stand, as in a table of contents that was
            // left out inside the passage, they are none.
            let before = index.checked_sub(1).map_or(0, |before| place(before)[1]) as usize;
            let own = place(*index)[usize::from(sections[*index].blocks.is_empty())] as usize;
            let right_before = read(&undo(bytes.get(before..own).unwrap_or_default()), article);
            !letters(&right_before).contains(&heading) || (before < end && own > start)
        })
        .map(|(_, heading)| format!("holds the heading {heading:?}"))
}

/// Whether the letters of `word` stand in `text` in this order.
fn holds(text: &str, word: &str) -> bool {
    let mut letters = text.chars();
    word.chars()
        .all(|letter| letters.any(|there| there == letter))
}

fn tail(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(40);
    text.chars().skip(skipped).collect()
}

/// How many lines an editor shows.
fn line_count(bytes: &[u8]) -> u64 {
    let feeds = if mhtml::is_mhtml(bytes) {
        bytes.iter().filter(|byte| **byte == b'\n').count()
    } else {
        decode(bytes, None).text.matches('\n').count()
    };
    feeds as u64 + 1
}

/// What some bytes of a file say, markup and all.
fn decoded(bytes: &[u8], article: &Article) -> String {
    let encoding = Encoding::for_label(article.source.encoding.as_bytes()).expect("an encoding");
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// What a reader sees of some bytes of a file.
fn read(bytes: &[u8], article: &Article) -> String {
    let text = decoded(bytes, article);
    match article.source.format {
        Format::Html => without_markup(&text),
        Format::Markdown => without_markup(&text).replace('\\', ""),
        Format::Text | Format::JsonLines => text,
    }
}

/// Letters and digits, each word repaired, in lower case.
fn letters(text: &str) -> String {
    bare(&text.split_whitespace().map(repair_word).collect::<String>())
}

/// Letters and digits in lower case.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Text without tags and comments, character references resolved; what is a block of its own is a line.
fn without_markup(text: &str) -> String {
    const INSIDE_WORDS: [&str; 24] = [
        "a", "abbr", "acronym", "b", "big", "cite", "code", "em", "font", "i", "ins", "kbd",
        "label", "mark", "nobr", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
    ];
    let mut out = String::with_capacity(text.len());
    // Where the source breaks its lines says nothing.
    let text = text.replace('\n', " ");
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
        } else if rest.starts_with('<')
            && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
        {
            let name: String = rest[1..]
                .trim_start_matches('/')
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_lowercase();
            let closes = rest.starts_with("</");
            let tag = rest;
            rest = behind_tag(rest);
            if !closes && tag[..tag.len() - rest.len()].contains("display:none") {
                rest = rest
                    .find(&format!("</{name}"))
                    .map_or("", |end| &rest[end..]);
            }
            if matches!(name.as_str(), "script" | "style" | "noscript") && !closes {
                rest = rest
                    .to_ascii_lowercase()
                    .find(&format!("</{name}"))
                    .map_or("", |end| &rest[end..]);
            }
            if !INSIDE_WORDS.contains(&name.as_str()) {
                out.push('\n');
            }
        } else if let Some((letters, length)) = reference(rest) {
            out.push_str(&letters);
            rest = &rest[length..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out + rest
}

/// What follows the tag at the head of `text`; a `>` inside a quoted value does not end it.
fn behind_tag(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return &text[at + 1..],
            b'=' => {
                let value = text[at + 1..].trim_start();
                let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                    at += 1;
                    continue;
                };
                let start = text.len() - value.len() + 1;
                match text[start..].find(quote) {
                    Some(length) => at = start + length + 1,
                    None => return "",
                }
            }
            _ => at += 1,
        }
    }
    ""
}

/// The characters that a reference at the head of `text` stands for, and its length.
fn reference(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix('&')?;
    if let Some(number) = inside.strip_prefix('#') {
        let is_hex = number.starts_with(['x', 'X']);
        let end = number
            .bytes()
            .skip(usize::from(is_hex))
            .position(|byte| !(byte.is_ascii_digit() || (is_hex && byte.is_ascii_hexdigit())))
            .map_or(number.len(), |end| end + usize::from(is_hex));
        let digits = &number[..end];
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => digits.parse().ok()?,
        };
        let length = 2 + end + usize::from(number[end..].starts_with(';'));
        return Some((char::from_u32(code)?.to_string(), length));
    }
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .map_or(inside.len(), |end| {
            end + usize::from(inside[end..].starts_with(';'))
        });
    (1..=end).rev().find_map(|length| {
        let (first, second) = html5ever::data::NAMED_ENTITIES.get(&inside[..length])?;
        let letters: String = [*first, *second]
            .into_iter()
            .filter(|code| *code != 0)
            .filter_map(char::from_u32)
            .collect();
        (!letters.is_empty()).then_some((letters, length + 1))
    })
}
