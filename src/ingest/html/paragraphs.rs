//! What on the page is a paragraph, once all that cannot be the article is taken out?

use super::dom::Page;
use super::features::{Features, Marks, is_unlikely};
use super::main_content::{Attempt, Unit};
use super::title::similarity;
use crate::article::DropReason;
use std::ops::Range;

impl Attempt<'_, '_> {
    /// Takes out what cannot be the article, and collects the paragraphs of the rest.
    pub(super) fn strip(&mut self, title: &str) {
        let Some(body) = self.page.body() else {
            return;
        };
        let repeats_title = |node: usize, tag: &str| {
            matches!(tag, "h1" | "h2") && is_title(title, tag, &self.page.plain(node, 400))
        };
        // Where an h1 is the title, wherever it stands, no h2 is.
        let has_title = (body + 1..self.page.nodes[body].end)
            .any(|node| self.page.tag(node) == "h1" && repeats_title(node, "h1"));
        let mut title_is_open = !title.is_empty();
        let mut inside_paragraph = vec![false; self.page.nodes.len()];
        let mut node = body + 1;
        while node < self.page.nodes[body].end {
            let tag = self.page.tag(node);
            if tag.is_empty() {
                node += 1;
                continue;
            }
            if self.gone[node].is_some() {
                node = self.page.nodes[node].end;
                continue;
            }
            let is_title = title_is_open && !(has_title && tag == "h2") && repeats_title(node, tag);
            let reason = if is_title {
                title_is_open = false;
                Some(DropReason::Duplicate)
            } else if self.rules.strip_unlikely {
                self.unlikely(node, tag)
            } else {
                None
            };
            if reason.is_some() || (self.needs_content(tag) && self.is_hollow(node)) {
                self.gone[node] = Some(reason.unwrap_or(DropReason::Furniture));
                node = self.page.nodes[node].end;
                continue;
            }
            let scored = matches!(
                tag,
                "section" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "td" | "pre"
            );
            if scored && !inside_paragraph[node] {
                self.units.push(Unit {
                    nodes: node..self.page.nodes[node].end,
                    around: self.page.nodes[node].parent,
                });
            }
            if tag == "div" {
                self.collect_div(node, &mut inside_paragraph);
            }
            node += 1;
        }
    }

    fn needs_content(&self, tag: &str) -> bool {
        matches!(
            tag,
            "div" | "section" | "header" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        )
    }

    /// No text, and no elements but breaks and rules.
    fn is_hollow(&self, node: usize) -> bool {
        self.features.chars(node..self.page.nodes[node].end) == 0
            && self
                .page
                .children(node)
                .all(|child| matches!(self.page.tag(child), "" | "br" | "hr"))
    }

    fn unlikely(&self, node: usize, tag: &str) -> Option<DropReason> {
        let role = self.page.attr(node, "role").unwrap_or("");
        if matches!(
            role,
            "menu"
                | "menubar"
                | "complementary"
                | "navigation"
                | "alert"
                | "alertdialog"
                | "dialog"
        ) {
            return Some(self.features.reason(self.page, node));
        }
        let unlikely = self.features.marks[node].contains(Marks::UNLIKELY)
            && !self.features.marks[node].contains(Marks::MAYBE)
            && !matches!(tag, "a" | "body")
            && !self.is_called_header(node, tag);
        let in_table = || {
            self.page
                .ancestors(node)
                .take(4)
                .any(|around| matches!(self.page.tag(around), "table" | "code"))
        };
        (unlikely && !in_table()).then(|| self.features.reason(self.page, node))
    }

    /// Whether an element is a heading or the frame of one, and is only called so.
    fn is_called_header(&self, node: usize, tag: &str) -> bool {
        (is_part_heading(tag) && self.is_named_header(node)) || self.frames_heading(node)
    }

    /// Whether all that speaks against a heading is that it is called one (`class="section-header"`).
    fn is_named_header(&self, node: usize) -> bool {
        let words = ["class", "id"]
            .into_iter()
            .filter_map(|name| self.page.attr(node, name))
            .flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric()));
        let mut named = false;
        let mut name = String::new();
        for word in words {
            if word.eq_ignore_ascii_case("header") {
                named = true;
            } else {
                name.push_str(word);
                name.push(' ');
            }
        }
        named && !is_unlikely(&name.to_ascii_lowercase())
    }

    /// Whether an element is the frame of a heading (`<div class="section-header"><h2>`), and holds little else.
    fn frames_heading(&self, node: usize) -> bool {
        let end = self.page.nodes[node].end;
        // Such frames are small; the bound keeps nested ones from being looked through again and again.
        if end - node > 16 {
            return false;
        }
        let heading = (node + 1..end).find(|inner| is_part_heading(self.page.tag(*inner)));
        heading.is_some_and(|heading| {
            let all = self.features.chars(node..end);
            let own = self.features.chars(heading..self.page.nodes[heading].end);
            all > 0 && own * 10 >= all * 9
        })
    }

    /// A `div` may be a paragraph itself, or hold paragraphs that have no element.
    fn collect_div(&mut self, div: usize, inside_paragraph: &mut [bool]) {
        let runs = own_runs(self.page, self.features, div);
        let range = div..self.page.nodes[div].end;
        let blocks: Vec<usize> = self
            .page
            .children(div)
            .filter(|child| !self.features.phrasing[*child])
            .take(2)
            .collect();
        let only_paragraph = match (runs.as_slice(), blocks.as_slice()) {
            ([_], []) => true,
            ([], [block]) => self.page.tag(*block) == "p",
            _ => false,
        };
        if only_paragraph && self.features.link_density(range.clone()) < 0.25 {
            if let Some(block) = blocks.first() {
                inside_paragraph[*block] = true;
            }
            self.paragraph[div] = true;
        } else if runs.is_empty() && !self.features.holds_block(range.clone()) {
            self.paragraph[div] = true;
        } else {
            self.own_paragraphs[div] = runs.len() as u32;
            self.units
                .extend(runs.into_iter().map(|nodes| Unit { nodes, around: div }));
            return;
        }
        self.units.push(Unit {
            nodes: range,
            around: self.page.nodes[div].parent,
        });
    }
}

/// Headings of parts of an article. The first level is the site's as often as not, and the last are for labels.
fn is_part_heading(tag: &str) -> bool {
    matches!(tag, "h2" | "h3" | "h4")
}

/// Whether a heading repeats the title of the page. "Symptoms" does not repeat "Sciatica: symptoms and causes", unless it
/// is what stands over the whole page.
fn is_title(title: &str, tag: &str, heading: &str) -> bool {
    match tag {
        "h1" => similarity(title, heading) > 0.75,
        "h2" => similarity(title, heading) > 0.75 && similarity(heading, title) > 0.5,
        _ => false,
    }
}

/// Runs of text and inline elements right inside `div`, two line breaks apart or more.
pub(super) fn own_runs(page: &Page<'_>, features: &Features, div: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut breaks = 0;
    for child in page.children(div) {
        let range = child..page.nodes[child].end;
        let blank = page.text(child).is_some_and(|text| text.chars == 0);
        if page.tag(child) == "br" {
            breaks += 1;
            open &= breaks < 2;
        } else if !features.phrasing[child] {
            open = false;
        } else if !blank {
            breaks = 0;
            match runs.last_mut().filter(|_| open) {
                Some(run) => run.end = range.end,
                None => runs.push(range),
            }
            open = true;
        }
    }
    runs
}
