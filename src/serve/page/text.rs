//! How does text that anybody may have written get into a page? Without signs that nobody sees, in elements that keep it apart.
//!
//! `maud` escapes whatever it is given; nothing here goes around that.

use crate::report::printable;
use maud::{Markup, html};
use std::ops::Range;

/// `text` without the signs that could make it look like something else than it is: control characters, and the marks that
/// change the direction of what follows. A line feed becomes a space.
pub(super) fn clean(text: &str) -> String {
    let lines = text.split(['\n', '\r', '\t']);
    let lines: Vec<String> = lines.map(printable).collect();
    lines.join(" ").replace('\u{61C}', "")
}

/// A piece of such text within a line of our own: whatever direction it has, it keeps it to itself.
pub(super) fn apart(text: &str) -> Markup {
    html! { bdi { (clean(text)) } }
}

/// `text[part]` with what stands out in it. `highlights` are byte ranges of `text`, in order and apart from each other.
pub(super) fn marked(text: &str, part: Range<usize>, highlights: &[Range<usize>]) -> Markup {
    let mut at = part.start;
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    for highlight in highlights {
        let start = highlight.start.clamp(at, part.end);
        let end = highlight.end.clamp(start, part.end);
        // A range that cuts a letter in two is not one of this text.
        let (Some(before), Some(inside)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        pieces.push((before, false));
        pieces.push((inside, true));
        at = end;
    }
    pieces.push((text.get(at..part.end).unwrap_or_default(), false));
    html! {
        @for (piece, stands_out) in pieces {
            @if piece.is_empty() {}
            @else if stands_out { mark { (clean(piece)) } }
            @else { (clean(piece)) }
        }
    }
}

/// What a passage is made of: lines, and what they are.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Paragraph(Range<usize>),
    /// The items of a list, without their marks.
    List(Vec<Range<usize>>),
    /// The cells of a table, row by row.
    Table(Vec<Vec<Range<usize>>>),
}

const ITEM: &str = "- ";
const CELL: &str = " | ";
/// What a snippet begins with that does not begin where its passage does.
const LEFT_OUT: &str = "… ";

/// Where each line stands.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let span = at..at + line.len();
        at = span.end + 1;
        span
    })
}

/// The blocks of a passage as it is printed: paragraphs apart by a blank line, an item or a row to a line.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut run: Vec<Range<usize>> = Vec::new();
    for span in lines(text) {
        let line = &text[span.clone()];
        let is_item = line.starts_with(ITEM);
        if line.trim().is_empty() || is_item {
            finish(text, &mut run, &mut blocks);
        }
        if line.trim().is_empty() {
            blocks.push(Block::List(Vec::new()));
        } else if is_item {
            let item = span.start + ITEM.len()..span.end;
            match blocks.last_mut() {
                Some(Block::List(items)) if !items.is_empty() => items.push(item),
                _ => blocks.push(Block::List(vec![item])),
            }
        } else {
            run.push(span);
        }
    }
    finish(text, &mut run, &mut blocks);
    // An empty list only kept two others apart.
    blocks.retain(|block| !matches!(block, Block::List(items) if items.is_empty()));
    blocks
}

/// Lines that follow each other are a table where they have cells; otherwise each stands for itself.
fn finish(text: &str, run: &mut Vec<Range<usize>>, blocks: &mut Vec<Block>) {
    let lines = std::mem::take(run);
    let has_cells = |line: &Range<usize>| text[line.clone()].contains(CELL);
    if lines.len() > 1 && lines.iter().any(has_cells) {
        let rows = lines.into_iter().map(|line| cells(text, line));
        blocks.push(Block::Table(rows.collect()));
    } else {
        blocks.extend(lines.into_iter().map(Block::Paragraph));
    }
}

fn cells(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = line.start;
    for (at, mark) in text[line.clone()].match_indices(CELL) {
        cells.push(start..line.start + at);
        start = line.start + at + mark.len();
    }
    cells.push(start..line.end);
    cells
}

/// A passage as paragraphs, lists and tables, with what stands out in it.
pub(super) fn passage(text: &str, highlights: &[Range<usize>]) -> Markup {
    let piece = |part: &Range<usize>| marked(text, part.clone(), highlights);
    html! {
        @for block in blocks(text) {
            @match block {
                Block::Paragraph(part) => { p dir="auto" { (piece(&part)) } }
                Block::List(items) => {
                    ul { @for item in &items { li dir="auto" { (piece(item)) } } }
                }
                Block::Table(rows) => {
                    // What scrolls has to be reached by keys too.
                    div.table role="region" aria-label="Table" tabindex="0" {
                        table { tbody { @for row in &rows {
                            tr { @for cell in row { td dir="auto" { (piece(cell)) } } }
                        } } }
                    }
                }
            }
        }
    }
}

/// Part of a passage in which lines are no matter: items are told from each other by a dot.
pub(super) fn snippet(text: &str, highlights: &[Range<usize>]) -> Markup {
    html! {
        @for line in lines(text).filter(|line| !text[line.clone()].trim().is_empty()) {
            @let content = &text[line.clone()];
            // What was left out before an item stands before its mark.
            @let left_out = if content.starts_with(LEFT_OUT) { LEFT_OUT } else { "" };
            @let is_item = content[left_out.len()..].starts_with(ITEM);
            @let start = line.start + if is_item { left_out.len() + ITEM.len() } else { 0 };
            @if is_item { (left_out) span.dot { "• " } }
            (marked(text, start..line.end, highlights)) " "
        }
    }
}

/// The host of an address that may be made a link: one of the web, as plain as addresses are. Whatever else a file gives for its
/// address (a script, data, a name with a password) is only shown.
pub(super) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let is_plain = |letter: char| {
        !letter.is_whitespace()
            && !matches!(letter, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    if !rest.chars().all(is_plain) || clean(rest) != rest {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    let is_host = !host.is_empty() && !host.contains('@') && !host.starts_with([':', '.']);
    is_host.then_some(host)
}

/// A language as pages state it, where it has the form of one (BCP 47): what is none would only mislead who reads aloud.
pub(super) fn language(stated: Option<&str>) -> Option<&str> {
    let tag = stated?;
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let is_primary =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (is_primary && parts.all(is_part)).then_some(tag)
}

/// `path:line`, as the command line shows where a passage stands.
pub(super) fn place(path: &str, line: u64) -> String {
    format!("{}:{line}", clean(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice::from_ref;

    #[test]
    fn what_stands_out_is_marked_at_its_bytes_and_escaped() {
        let text = "Fièvre <b> élevée";
        assert_eq!(
            marked(text, 0..text.len(), &[0..7, 12..20]).into_string(),
            "<mark>Fièvre</mark> &lt;b&gt; <mark>élevée</mark>"
        );
        // A range that cuts a letter, and one beyond the end.
        assert_eq!(marked("é", 0..2, from_ref(&(0..1))).into_string(), "é");
        assert_eq!(
            marked("ab", 0..2, from_ref(&(1..9))).into_string(),
            "a<mark>b</mark>"
        );
        assert_eq!(
            marked("one two", 0..3, from_ref(&(2..5))).into_string(),
            "on<mark>e</mark>"
        );
    }

    #[test]
    fn passages_have_paragraphs_lists_and_tables() {
        let text =
            "First.\n\n- ice\n- rest é\n\n- apart\n\nName | Dose\nA | 1\n\nlone | line\n\nLast.";
        let ice = text.find("rest").expect("rest");
        assert_eq!(
            passage(text, from_ref(&(ice..ice + 4))).into_string(),
            "<p dir=\"auto\">First.</p><ul><li dir=\"auto\">ice</li><li dir=\"auto\"><mark>rest</mark> é</li></ul>\
             <ul><li dir=\"auto\">apart</li></ul><div class=\"table\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">\
             <table><tbody><tr><td dir=\"auto\">Name</td><td dir=\"auto\">Dose</td></tr>\
             <tr><td dir=\"auto\">A</td><td dir=\"auto\">1</td></tr></tbody></table></div>\
             <p dir=\"auto\">lone | line</p><p dir=\"auto\">Last.</p>"
        );
    }

    #[test]
    fn a_snippet_tells_items_apart_and_keeps_its_marks() {
        let text = "… - aches\n\n- fever\n- chills …";
        let at = text.find("chills").expect("chills");
        assert_eq!(
            snippet(text, from_ref(&(at..at + 6))).into_string(),
            "… <span class=\"dot\">• </span>aches <span class=\"dot\">• </span>fever <span class=\"dot\">• </span><mark>chills</mark> … "
        );
    }

    #[test]
    fn signs_that_nobody_sees_are_left_out() {
        assert_eq!(
            clean("a\u{0}b\u{1b}[31m\u{202E}c\u{2066}d\u{200F}e\u{61C}f\ng\r\nh"),
            "ab[31mcdef g  h"
        );
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(host("https://a.example/b?c#d"), Some("a.example"));
        assert_eq!(host("HTTP://a.example:80"), Some("a.example:80"));
        for other in [
            "javascript:alert(1)",
            "javascript://a.example/%0aalert(1)",
            " https://a.example",
            "java\nscript:alert(1)",
            "data:text/html,<script>1</script>",
            "//a.example",
            "https:/a.example",
            "https:\\\\a.example",
            "https://bank.example@a.example/",
            "https://",
            "https:///a",
            "https://a.example/\"onclick=",
            "https://a.example/\u{202E}gpj.exe",
            "https://a.example/\u{0}",
            "ftp://a.example",
            "/a",
            "",
        ] {
            assert_eq!(host(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_language_has_the_form_of_one() {
        assert_eq!(language(Some("en-GB")), Some("en-GB"));
        assert_eq!(language(Some("zh-Hant-TW")), Some("zh-Hant-TW"));
        for other in ["", "english", "e", "en_GB", "en-", "en\" onload=", "12"] {
            assert_eq!(language(Some(other)), None, "{other}");
        }
        assert_eq!(language(None), None);
    }
}
