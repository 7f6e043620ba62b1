//! Which part of the page is the article?
//!
//! The method of Mozilla's Readability (Arc90's before it), on a flat list: blocks that cannot be the article are taken
//! out by their names, paragraphs give points to the elements around them, the best element and the siblings that
//! resemble it are the article, and in it lists and boxes with the look of a menu are taken out again. Where less than
//! 500 characters are left, the same is tried with fewer of these rules. Every step is a loop over all nodes, with
//! numbers that are summed from the last node to the first, so that the time is linear in the size of the page.

use super::boxes;
use super::clean::{Cleaning, clean};
use super::dom::Page;
use super::features::{Features, Marks};
use super::paragraphs::own_runs;
use crate::article::DropReason;
use std::ops::Range;

/// The page, with what is the article marked in it.
pub(super) struct Content {
    /// For each node, whether it belongs to the article.
    pub(super) kept: Vec<bool>,
    /// For each node at which something was taken out, why.
    pub(super) gone: Vec<Option<DropReason>>,
}

/// Rules that are given up one after the other until enough text is found.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// Take out what is named like something around an article.
    pub(super) strip_unlikely: bool,
    /// Let names count for and against an element.
    pub(super) weigh_names: bool,
    /// Take boxes out of the article that do not look like text.
    pub(super) clean: bool,
}

/// An article has this many characters; with less, something was taken for furniture that is none.
const ENOUGH: u32 = 500;

/// Finds the article. `title` is what the page calls itself.
pub(super) fn find(page: &Page<'_>, features: &Features, title: &str) -> Content {
    let mut over = boxes::consent(page, features);
    over.extend(boxes::dialogs(page, features));
    let mut rules = Rules {
        strip_unlikely: true,
        weigh_names: true,
        clean: true,
    };
    let mut best: Option<(u32, Content)> = None;
    loop {
        let mut attempt = Attempt::new(page, features, rules);
        for above in &over {
            attempt.gone[*above] = Some(DropReason::Furniture);
        }
        attempt.strip(title);
        attempt.choose();
        let content = attempt.finish();
        let chars: u32 = (0..page.nodes.len())
            .filter(|node| content.kept[*node])
            .filter_map(|node| page.text(node))
            .map(|text| text.chars)
            .sum();
        if chars >= ENOUGH {
            return content;
        }
        if best.as_ref().is_none_or(|(most, _)| chars > *most) {
            best = Some((chars, content));
        }
        match rules {
            Rules {
                strip_unlikely: true,
                ..
            } => rules.strip_unlikely = false,
            Rules {
                weigh_names: true, ..
            } => rules.weigh_names = false,
            Rules { clean: true, .. } => rules.clean = false,
            Rules { .. } => break,
        }
    }
    best.map_or_else(
        || Content {
            kept: vec![false; page.nodes.len()],
            gone: vec![None; page.nodes.len()],
        },
        |(_, content)| content,
    )
}

/// A run of nodes that is read as a paragraph, and the innermost element that gets points for it.
pub(super) struct Unit {
    pub(super) nodes: Range<usize>,
    pub(super) around: usize,
}

/// One try at finding the article.
pub(super) struct Attempt<'p, 'a> {
    pub(super) page: &'p Page<'a>,
    pub(super) features: &'p Features,
    pub(super) rules: Rules,
    pub(super) gone: Vec<Option<DropReason>>,
    /// `div`s that are nothing but a paragraph.
    pub(super) paragraph: Vec<bool>,
    /// How many runs of a `div`'s own text are paragraphs.
    pub(super) own_paragraphs: Vec<u32>,
    pub(super) units: Vec<Unit>,
    pub(super) scores: Vec<Option<f32>>,
    pub(super) kept: Vec<bool>,
    /// Whether the article is an element with some of its siblings, and not the whole body.
    pub(super) joined: bool,
}

impl<'p, 'a> Attempt<'p, 'a> {
    fn new(page: &'p Page<'a>, features: &'p Features, rules: Rules) -> Self {
        let count = page.nodes.len();
        Self {
            page,
            features,
            rules,
            gone: vec![None; count],
            paragraph: vec![false; count],
            own_paragraphs: vec![0; count],
            units: Vec::new(),
            scores: vec![None; count],
            kept: vec![false; count],
            joined: false,
        }
    }

    /// Gives points, and marks the best element and its likes as kept.
    fn choose(&mut self) {
        let Some(body) = self.page.body() else {
            return;
        };
        spread(self.page, &mut self.gone);
        let sums = self.features.without(self.page, &self.gone);
        for unit in &self.units {
            let chars = sums.chars(unit.nodes.clone());
            if chars < 25 || self.gone[unit.nodes.start].is_some() {
                continue;
            }
            let points = 2.0 + sums.commas(unit.nodes.clone()) as f32 + (chars / 100).min(3) as f32;
            let around = std::iter::once(unit.around).chain(self.page.ancestors(unit.around));
            for (level, element) in around.take(5).enumerate() {
                let divider = match level {
                    0 => 1.0,
                    1 => 2.0,
                    _ => level as f32 * 3.0,
                };
                if self.page.tag(element) == "html" {
                    break;
                }
                let score = self.scores[element].unwrap_or_else(|| self.first_score(element));
                self.scores[element] = Some(score + points / divider);
            }
        }
        let mut candidates: Vec<(usize, f32)> = Vec::new();
        for node in 0..self.page.nodes.len() {
            if let Some(score) = &mut self.scores[node] {
                *score *= 1.0 - sums.link_density(node..self.page.nodes[node].end);
                if *score > 0.0 {
                    candidates.push((node, *score));
                }
            }
        }
        // The sort is stable: of equals, the first in the page is the best.
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
        candidates.truncate(5);
        match candidates.first() {
            Some((top, _)) if *top != body => {
                let top = self.best_around(*top, body, &candidates);
                self.joined = true;
                self.keep_siblings(top, &sums);
            }
            _ => self.keep(body + 1..self.page.nodes[body].end),
        }
        self.clean(&sums);
    }

    fn first_score(&self, node: usize) -> f32 {
        let by_tag = match self.page.tag(node) {
            "div" if self.paragraph[node] => 0.0,
            "div" => 5.0,
            "pre" | "td" | "blockquote" => 3.0,
            "address" | "ol" | "ul" | "dl" | "dd" | "dt" | "li" | "form" => -3.0,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" => -5.0,
            _ => 0.0,
        };
        by_tag + self.weight(node)
    }

    fn weight(&self, node: usize) -> f32 {
        if self.rules.weigh_names {
            f32::from(self.features.weights[node])
        } else {
            0.0
        }
    }

    /// An element around the best one, where others that are nearly as good, or more points, are found there.
    fn best_around(&mut self, top: usize, body: usize, candidates: &[(usize, f32)]) -> usize {
        let mut top = top;
        let top_score = self.scores[top].unwrap_or_default();
        let rivals: Vec<usize> = candidates[1..]
            .iter()
            .filter(|(_, score)| *score >= 0.75 * top_score)
            .map(|(node, _)| *node)
            .collect();
        if rivals.len() >= 3 {
            let shared = self
                .page
                .ancestors(top)
                .take_while(|around| *around > body)
                .find(|around| {
                    let end = self.page.nodes[*around].end;
                    rivals
                        .iter()
                        .filter(|rival| (*around + 1..end).contains(*rival))
                        .count()
                        >= 3
                });
            top = shared.unwrap_or(top);
        }
        let mut last = self.scores[top].unwrap_or_else(|| self.first_score(top));
        self.scores[top] = Some(last);
        let threshold = last / 3.0;
        for around in self.page.ancestors(top).take_while(|around| *around > body) {
            let Some(score) = self.scores[around] else {
                continue;
            };
            if score < threshold {
                break;
            }
            if score > last {
                top = around;
                break;
            }
            last = score;
        }
        for around in self.page.ancestors(top).take_while(|around| *around > body) {
            let elements = self
                .page
                .children(around)
                .filter(|child| self.page.element(*child).is_some() && self.gone[*child].is_none())
                .take(2)
                .count();
            if elements != 1 || self.own_paragraphs[around] > 0 {
                break;
            }
            top = around;
        }
        if self.scores[top].is_none() {
            self.scores[top] = Some(self.first_score(top));
        }
        top
    }

    /// Keeps `top`, and siblings with points enough or the look of a paragraph.
    fn keep_siblings(&mut self, top: usize, sums: &Features) {
        let parent = self.page.nodes[top].parent;
        let top_score = self.scores[top].unwrap_or_default();
        let threshold = (top_score * 0.2).max(10.0);
        let class = self.page.attr(top, "class").unwrap_or("");
        let siblings: Vec<usize> = self.page.children(parent).collect();
        for sibling in siblings {
            if self.gone[sibling].is_some() {
                continue;
            }
            let range = sibling..self.page.nodes[sibling].end;
            let like = !class.is_empty() && self.page.attr(sibling, "class") == Some(class);
            let bonus = if like { top_score * 0.2 } else { 0.0 };
            let keep = sibling == top
                || match self.scores[sibling] {
                    Some(score) if score > 0.0 => score + bonus >= threshold,
                    _ => {
                        (self.page.tag(sibling) == "p" || self.paragraph[sibling])
                            && self.is_sentence(range.clone(), sums)
                    }
                };
            if keep {
                self.keep(range);
            }
        }
        if self.page.tag(parent) == "div" {
            for run in own_runs(self.page, self.features, parent) {
                if self.is_sentence(run.clone(), sums) {
                    self.keep(run);
                }
            }
        }
    }

    fn is_sentence(&self, nodes: Range<usize>, sums: &Features) -> bool {
        let chars = sums.chars(nodes.clone());
        let density = sums.link_density(nodes.clone());
        if chars > 80 {
            return density < 0.25;
        }
        let text = self.page.plain_range(nodes.start, nodes.end, 400);
        chars > 0 && density == 0.0 && (text.ends_with('.') || text.contains(". "))
    }

    fn keep(&mut self, nodes: Range<usize>) {
        self.kept[nodes].fill(true);
    }

    /// Takes boxes out of the article that are not read as text.
    fn clean(&mut self, sums: &Features) {
        for node in 0..self.page.nodes.len() {
            if !self.kept[node] || self.gone[node].is_some() {
                continue;
            }
            let range = node..self.page.nodes[node].end;
            let tag = self.page.tag(node);
            let marks = self.features.marks[node];
            let out = (marks.contains(Marks::SHARE) && sums.chars(range) < ENOUGH)
                || matches!(tag, "object" | "embed" | "footer" | "input" | "select")
                || (tag == "aside" && !self.is_callout(node, sums))
                || (tag == "button" && !self.names_something(node))
                || (matches!(tag, "h1" | "h2") && self.weight(node) < 0.0);
            if out {
                self.gone[node] = Some(self.features.reason(self.page, node));
            }
        }
        spread(self.page, &mut self.gone);
        if !self.rules.clean {
            return;
        }
        for forms in [true, false] {
            let cleaning = Cleaning {
                kept: &self.kept,
                paragraph: &self.paragraph,
                own_paragraphs: &self.own_paragraphs,
                weigh_names: self.rules.weigh_names,
                joined: self.joined,
                forms,
            };
            clean(self.page, self.features, &mut self.gone, &cleaning);
            spread(self.page, &mut self.gone);
        }
    }

    /// A box beside the text may belong to it ("When to call a doctor"): running text, under no name that says otherwise.
    fn is_callout(&self, aside: usize, sums: &Features) -> bool {
        let range = aside..self.page.nodes[aside].end;
        sums.chars(range.clone()) > 80
            && sums.link_density(range) < 0.1
            && self.weight(aside) >= 0.0
            && !self.features.marks[aside].contains(Marks::UNLIKELY)
            && !self
                .page
                .ancestors(aside)
                .any(|around| self.page.tag(around) == "aside")
    }

    /// A button may be all there is in a heading that opens and shuts.
    fn names_something(&self, button: usize) -> bool {
        if self.page.nodes[button].heads_panel {
            return true;
        }
        self.page.ancestors(button).take(2).any(|around| {
            matches!(
                self.page.tag(around),
                "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt"
            )
        })
    }

    fn finish(self) -> Content {
        let mut kept = self.kept;
        for (kept, gone) in kept.iter_mut().zip(&self.gone) {
            *kept &= gone.is_none();
        }
        Content {
            kept,
            gone: self.gone,
        }
    }
}

/// What is taken out takes out all inside it.
pub(super) fn spread(page: &Page<'_>, gone: &mut [Option<DropReason>]) {
    for node in 1..page.nodes.len() {
        if gone[node].is_none() {
            gone[node] = gone[page.nodes[node].parent];
        }
    }
}
