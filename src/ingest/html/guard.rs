//! How deep may a page be nested before a tree is built of it?
//!
//! The tree builder looks through all open elements at every tag, and opens elements of formatting (`<b>`, `<font>`)
//! again in every block that they were left open across. A page of a few megabytes that nests without end, or that
//! leaves thousands of `<font>` open, would take hours and all memory. So a cheap model of the tree builder's stack runs
//! first, and tags that would nest deeper than any real page does are left out of what is parsed. The text stays, and
//! so do all offsets, because nothing in the source is rewritten.
//!
//! The model has to err on the side of too deep: an element that the real parser still holds open must be open here.

use std::collections::HashMap;

/// Deeper elements are not opened; their text belongs to the element around them. Browsers stop at 512; the deepest of
/// 130 saved news and blog pages has 38 levels.
const DEEPEST: usize = 192;

/// How many elements of formatting may be open at once.
const MOST_FORMATTING: usize = 12;

/// How many nodes may be built. Past this, tags only separate words, and the rest of the page is one paragraph. An
/// element with its text takes about 1.2 kB from the parser to the article (measured), so this bounds a page to 500 MB.
const MOST_NODES: usize = 400_000;

/// What is done with a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is parsed.
    Keep,
    /// It is left out.
    Skip,
    /// It is left out, and what stands before it is another word than what follows.
    Separate,
}

/// Follows the tags of a page, and says which of them may be parsed.
#[derive(Debug, Default)]
pub(super) struct Guard {
    open: Vec<Open>,
    /// Formatting that was not closed by its own end tag: it may be gone from `open` and is opened again.
    formatting: Vec<Open>,
    skipped: HashMap<Name, usize>,
    nodes: usize,
    roots: usize,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    name: Name,
    sort: Sort,
    /// How many elements are open that shut off formatting inside from formatting outside, this one included.
    cells: usize,
}

/// A tag's name in lower case, cut at 16 bytes (no element that has rules of its own has a longer one).
type Name = [u8; 16];

/// Elements that the tree builder treats alike, as far as the stack goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Never open: `<br>`.
    Void,
    /// `<html>`, `<head>`, `<body>`: one each.
    Root,
    /// Reopened in the next block when left open: `<b>`.
    Formatting,
    /// Ends at the next block: `<p>`.
    Paragraph,
    /// Ends at the next one: `<h2>`.
    Heading,
    /// `<li>`, `<dd>`, `<dt>`: ends at the next of its kind.
    Item,
    /// `<option>`.
    Option,
    /// `<tr>`, `<td>` and the like.
    TablePart,
    /// Closes nothing outside of itself: `<table>`, `<td>`, `<object>`.
    Barrier,
    /// Other blocks.
    Block,
    /// Everything else: `<span>`, `<custom-element>`.
    Other,
}

impl Guard {
    /// Whether a start tag may be parsed.
    pub(super) fn start(&mut self, name: &str) -> Verdict {
        let name = fold(name);
        let sort = sort(&name);
        if self.nodes >= MOST_NODES {
            return self.spent(sort);
        }
        match sort {
            Sort::Root => {
                // Each repeated one would be merged into the first, attribute by attribute.
                self.roots += 1;
                return if self.roots > 6 {
                    Verdict::Skip
                } else {
                    Verdict::Keep
                };
            }
            Sort::Void => {
                self.nodes += 1;
                return Verdict::Keep;
            }
            Sort::Formatting => {
                if name_is_bytes(&name, b"a") {
                    // A link ends at the next link.
                    self.close_formatting(&name);
                }
                if self.formatting.len() >= MOST_FORMATTING {
                    return self.skip(name);
                }
            }
            Sort::TablePart => {
                let Some(table) = self.rposition(|open| name_is(open, b"table")) else {
                    // Outside of a table these tags are nothing.
                    return Verdict::Keep;
                };
                self.close_table_part(&name, table);
            }
            Sort::Paragraph | Sort::Block => self.close_paragraph(),
            Sort::Heading => {
                self.close_paragraph();
                if self
                    .open
                    .last()
                    .is_some_and(|open| open.sort == Sort::Heading)
                {
                    self.open.pop();
                }
            }
            Sort::Item => self.close_item(&name),
            Sort::Option => {
                if self
                    .open
                    .last()
                    .is_some_and(|open| open.sort == Sort::Option)
                {
                    self.open.pop();
                }
            }
            Sort::Barrier | Sort::Other => {}
        }
        if self.open.len() >= DEEPEST {
            return self.skip(name);
        }
        self.nodes += 1;
        let cell = matches!(
            trimmed(&name),
            b"td" | b"th" | b"caption" | b"object" | b"applet" | b"marquee" | b"template"
        );
        let opened = Open {
            name,
            sort,
            cells: self.cells() + usize::from(cell),
        };
        match sort {
            Sort::Formatting => self.formatting.push(opened),
            Sort::Other | Sort::Option => {}
            // All open formatting is built once more inside a new block.
            _ => self.nodes += self.formatting.len(),
        }
        self.open.push(opened);
        Verdict::Keep
    }

    /// Whether an end tag may be parsed.
    pub(super) fn end(&mut self, name: &str) -> Verdict {
        let name = fold(name);
        let sort = sort(&name);
        if let Some(skipped) = self.skipped.get_mut(&name) {
            // The innermost elements of this name are those that were not opened.
            *skipped -= 1;
            if *skipped == 0 {
                self.skipped.remove(&name);
            }
            return Verdict::Skip;
        }
        if self.nodes >= MOST_NODES {
            return self.spent(sort);
        }
        let found = match sort {
            // An end tag without its start opens an empty element: `</p>`, `</br>`.
            Sort::Void | Sort::Root => {
                self.nodes += 1;
                return Verdict::Keep;
            }
            Sort::Formatting => {
                self.close_formatting(&name);
                return Verdict::Keep;
            }
            Sort::TablePart => self.in_scope(&name, |open| name_is(open, b"table")),
            _ if name_is_table(&name) => self.rposition(|open| open.name == name),
            Sort::Barrier => self.rposition(|open| open.name == name),
            Sort::Heading => self.in_scope_by(|open| open.sort == Sort::Heading, is_barrier),
            Sort::Other => self.in_scope(&name, |open| {
                !matches!(open.sort, Sort::Other | Sort::Formatting)
            }),
            Sort::Paragraph | Sort::Item | Sort::Option | Sort::Block => {
                self.in_scope(&name, is_barrier)
            }
        };
        match found {
            Some(at) => self.truncate(at),
            None => self.nodes += 1,
        }
        self.nodes += self.formatting.len();
        Verdict::Keep
    }

    fn spent(&self, sort: Sort) -> Verdict {
        match sort {
            Sort::Formatting | Sort::Other => Verdict::Skip,
            _ => Verdict::Separate,
        }
    }

    fn skip(&mut self, name: Name) -> Verdict {
        // A page of ever new names could fill the memory here; real names are few.
        if self.skipped.len() < 1000 || self.skipped.contains_key(&name) {
            *self.skipped.entry(name).or_default() += 1;
        }
        match sort(&name) {
            Sort::Formatting | Sort::Other => Verdict::Skip,
            _ => Verdict::Separate,
        }
    }

    fn rposition(&self, wanted: impl Fn(&Open) -> bool) -> Option<usize> {
        self.open.iter().rposition(wanted)
    }

    fn in_scope(&self, name: &Name, barrier: impl Fn(&Open) -> bool) -> Option<usize> {
        self.in_scope_by(|open| open.name == *name, barrier)
    }

    fn in_scope_by(
        &self,
        wanted: impl Fn(&Open) -> bool,
        barrier: impl Fn(&Open) -> bool,
    ) -> Option<usize> {
        let found = self.rposition(|open| wanted(open) || barrier(open))?;
        wanted(&self.open[found]).then_some(found)
    }

    /// Closes everything from `at` on. Formatting among it stays to be opened again, unless a cell that it was opened in
    /// is closed as well.
    fn truncate(&mut self, at: usize) {
        self.open.truncate(at);
        let cells = self.cells();
        self.formatting.retain(|open| open.cells <= cells);
    }

    fn cells(&self) -> usize {
        self.open.last().map_or(0, |open| open.cells)
    }

    /// Closes the innermost formatting of this name, where no cell is between. What it holds stays open.
    fn close_formatting(&mut self, name: &Name) {
        let cells = self.cells();
        let wanted = |open: &Open| open.name == *name && open.cells == cells;
        if let Some(at) = self.formatting.iter().rposition(wanted) {
            self.formatting.remove(at);
            if let Some(at) = self.open.iter().rposition(wanted) {
                self.open.remove(at);
            }
        }
    }

    fn close_paragraph(&mut self) {
        if let Some(at) = self.in_scope_by(
            |open| open.sort == Sort::Paragraph,
            |open| is_barrier(open) || name_is(open, b"button"),
        ) {
            self.truncate(at);
        }
    }

    fn close_item(&mut self, name: &Name) {
        let list = name_is_bytes(name, b"li");
        let same = |open: &Open| open.sort == Sort::Item && (name_is(open, b"li") == list);
        let stop = |open: &Open| {
            !same(open)
                && !matches!(open.sort, Sort::Other | Sort::Formatting | Sort::Paragraph)
                && !name_is(open, b"div")
                && !name_is(open, b"address")
        };
        if let Some(at) = self.in_scope_by(same, stop) {
            self.truncate(at);
        }
        self.close_paragraph();
    }

    fn close_table_part(&mut self, name: &Name, table: usize) {
        let rank = table_rank(name);
        let inner = self.open[table + 1..]
            .iter()
            .position(|open| table_rank(&open.name) >= rank);
        if let Some(at) = inner {
            self.truncate(table + 1 + at);
        }
    }
}

/// How far inside a table a part stands, the outermost with the highest rank; 0 for all other elements.
fn table_rank(name: &Name) -> u8 {
    match trimmed(name) {
        b"thead" | b"tbody" | b"tfoot" | b"caption" | b"colgroup" => 3,
        b"tr" => 2,
        b"td" | b"th" => 1,
        _ => 0,
    }
}

fn is_barrier(open: &Open) -> bool {
    open.sort == Sort::Barrier || matches!(trimmed(&open.name), b"td" | b"th" | b"caption")
}

fn name_is(open: &Open, name: &[u8]) -> bool {
    trimmed(&open.name) == name
}

fn name_is_bytes(name: &Name, other: &[u8]) -> bool {
    trimmed(name) == other
}

fn name_is_table(name: &Name) -> bool {
    trimmed(name) == b"table"
}

fn fold(name: &str) -> Name {
    let mut folded = [0; 16];
    for (to, from) in folded.iter_mut().zip(name.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    folded
}

fn trimmed(name: &Name) -> &[u8] {
    let end = name
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(name.len());
    &name[..end]
}

fn sort(name: &Name) -> Sort {
    match trimmed(name) {
        b"html" | b"head" | b"body" => Sort::Root,
        b"area" | b"base" | b"basefont" | b"bgsound" | b"br" | b"col" | b"embed" | b"frame"
        | b"hr" | b"image" | b"img" | b"input" | b"keygen" | b"link" | b"meta" | b"param"
        | b"source" | b"track" | b"wbr" => Sort::Void,
        b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small"
        | b"strike" | b"strong" | b"tt" | b"u" => Sort::Formatting,
        b"p" => Sort::Paragraph,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Sort::Heading,
        b"li" | b"dd" | b"dt" => Sort::Item,
        b"option" | b"optgroup" => Sort::Option,
        b"thead" | b"tbody" | b"tfoot" | b"caption" | b"colgroup" | b"tr" | b"td" | b"th" => {
            Sort::TablePart
        }
        b"table" | b"applet" | b"marquee" | b"object" | b"template" | b"svg" | b"math"
        | b"foreignobject" => Sort::Barrier,
        b"address" | b"article" | b"aside" | b"blockquote" | b"button" | b"center" | b"details"
        | b"dialog" | b"dir" | b"div" | b"dl" | b"fieldset" | b"figcaption" | b"figure"
        | b"footer" | b"form" | b"frameset" | b"header" | b"hgroup" | b"iframe" | b"listing"
        | b"main" | b"menu" | b"nav" | b"noembed" | b"noframes" | b"noscript" | b"ol"
        | b"plaintext" | b"pre" | b"script" | b"search" | b"section" | b"select" | b"style"
        | b"summary" | b"textarea" | b"title" | b"ul" | b"xmp" => Sort::Block,
        _ => Sort::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How deep the model is after `tags` (`/name` closes), repeated `times` times.
    fn depth(tags: &[&str], times: usize) -> usize {
        let mut guard = Guard::default();
        for tag in tags.iter().cycle().take(tags.len() * times) {
            match tag.strip_prefix('/') {
                Some(name) => guard.end(name),
                None => guard.start(tag),
            };
        }
        guard.open.len()
    }

    #[test]
    fn tags_that_close_each_other_do_not_add_up() {
        for tags in [
            &["p"][..],
            &["li"],
            &["p", "b", "/b"],
            &["dt", "dd"],
            &["div", "p", "/div"],
            &["h2"],
            &["ul", "li", "p", "/ul"],
            &["table", "tr", "td", "p", "/table"],
            &["P", "DIV", "/div"],
        ] {
            assert!(
                depth(tags, 1_000) < 8,
                "{tags:?} leaves {}",
                depth(tags, 1_000)
            );
        }
        let rows: Vec<&str> = std::iter::once("table")
            .chain(["tr", "td", "p"].repeat(500))
            .collect();
        assert!(depth(&rows, 1) < 8, "rows and cells end at the next");
    }

    #[test]
    fn what_the_parser_would_hold_open_is_open_here() {
        // The end tags close nothing: a cell and a block are in the way.
        for tags in [
            &["div", "table", "tr", "td", "/div"][..],
            &["span", "div", "/span"],
            &["b", "div", "/b"],
        ] {
            let depth = depth(tags, 1_000);
            assert!(
                (DEEPEST - 1..=DEEPEST).contains(&depth),
                "{tags:?} leaves {depth}"
            );
        }
    }

    #[test]
    fn a_skipped_element_takes_its_end_tag_with_it() {
        let mut guard = Guard::default();
        for _ in 0..DEEPEST + 10 {
            guard.start("div");
        }
        for _ in 0..10 {
            assert_eq!(guard.end("div"), Verdict::Skip);
        }
        assert_eq!(guard.end("div"), Verdict::Keep);
        assert_eq!(guard.open.len(), DEEPEST - 1);
        assert_eq!(guard.start("div"), Verdict::Keep, "there is room again");
    }

    #[test]
    fn formatting_that_is_never_closed_has_a_bound_of_its_own() {
        let mut guard = Guard::default();
        let kept = (0..1_000)
            .filter(|_| {
                guard.start("p");
                guard.start("font") == Verdict::Keep
            })
            .count();
        assert_eq!(kept, MOST_FORMATTING);
    }

    #[test]
    fn past_the_most_nodes_tags_only_separate_words() {
        let mut guard = Guard::default();
        for _ in 0..MOST_NODES {
            assert_eq!(guard.start("br"), Verdict::Keep);
        }
        assert_eq!(guard.start("br"), Verdict::Separate);
        assert_eq!(guard.start("p"), Verdict::Separate);
        assert_eq!(guard.end("p"), Verdict::Separate);
        assert_eq!(guard.start("b"), Verdict::Skip);
    }
}
