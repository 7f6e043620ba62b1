//! Which passages of an index answer a query best?
//!
//! The passages of a segment are looked at in windows of some thousand, at the borders of articles. In a window the words of the
//! query are marked; what a mark allows at the most (`bounds`) rules out nearly all passages as soon as the best known so far are
//! good, and only of the rest it is looked up how often they have what. As more is known, words that could no longer bring a passage
//! among the best by themselves stop leading to passages (MaxScore: Turtle and Flood 1995): they are looked at only beside others.
//!
//! What is left out could not have been among the best, so the answer is the same as if all had been scored, in every digit.

use super::articles::Articles;
use super::bounds::{Bounds, Mark, ROUNDING};
use super::names::NameScores;
use super::postings::Marks;
use super::score::{Evidence, Scorer};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use tantivy::{DocId, SegmentReader};

/// How many passages a window has, where most of them may match: the marks of so many stay in the nearest cache.
const WINDOW: DocId = 2048;
/// From how many passages to a match on the windows are as small as they can be: one article.
const SPARSE: u64 = 64;

/// Up to how many matching passages are counted.
pub(super) const MOST_COUNTED: u64 = 10_000;

/// Which passages of a segment may be found at all.
pub(super) trait Gate {
    /// Whether any is kept back.
    fn keeps_back(&self) -> bool;
    /// How many are let through at the most, as far as is known.
    fn most(&self) -> u64;
    /// The first passage from `from` on that may be let through.
    fn next(&mut self, from: DocId) -> DocId;
    /// Whether this passage is let through. To be asked of passages in their order.
    fn lets(&mut self, doc: DocId) -> bool;
}

/// The scores that a passage has to reach to be among the best.
pub(super) struct Best {
    wanted: usize,
    scores: BinaryHeap<Reverse<Ordered>>,
    /// How many passages match; beyond [`MOST_COUNTED`] not all are counted.
    pub(super) total: u64,
}

impl Best {
    pub(super) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            scores: BinaryHeap::new(),
            total: 0,
        }
    }

    /// What a passage has to have to be among the best: more than it can where none is wanted.
    fn least(&self) -> f32 {
        if self.wanted == 0 {
            return f32::INFINITY;
        }
        match self.scores.peek() {
            Some(Reverse(Ordered(least))) if self.scores.len() >= self.wanted => *least,
            _ => 0.0,
        }
    }

    fn push(&mut self, score: f32) {
        self.scores.push(Reverse(Ordered(score)));
        if self.scores.len() > self.wanted {
            self.scores.pop();
        }
    }

    fn is_counting(&self) -> bool {
        self.total <= MOST_COUNTED
    }

    /// Whether there is nothing left to find out.
    pub(super) fn is_done(&self) -> bool {
        self.wanted == 0 && !self.is_counting()
    }
}

/// A passage that has words of the query.
struct Passage {
    /// Its place in the window.
    at: usize,
    mark: Mark,
    /// The most that it has by itself, and by its article's names.
    most: (f32, f32),
    may_be_found: bool,
    /// What it gives by itself, where that was worked out.
    given: Option<f32>,
}

/// A search of one segment.
pub(super) struct Pass<'a> {
    scorer: &'a Scorer<'a>,
    bounds: &'a Bounds,
    evidence: Evidence<'a>,
    names: NameScores<'a>,
    articles: &'a Articles,
    passages: DocId,
    /// The most that an article can give to its passages.
    most_of_article: f32,
    /// The window that is looked at: its first passage, and what its passages have.
    start: DocId,
    own: Vec<u64>,
    in_names: Vec<u64>,
    /// Whether any name in the window has a word of the query.
    has_names: bool,
    /// The places of passages that were led to, a bit each.
    led_to: Vec<u64>,
    /// Whether each passage of the window may be found; empty where all may.
    let_through: Vec<bool>,
    /// The passages of the article that is looked at.
    of_article: Vec<Passage>,
    found: Vec<(DocId, f32)>,
}

impl<'a> Pass<'a> {
    /// For the segment whose place among those of the index is `ordinal`.
    pub(super) fn open(
        scorer: &'a Scorer<'a>,
        bounds: &'a Bounds,
        segment: &'a SegmentReader,
        ordinal: usize,
    ) -> tantivy::Result<Self> {
        Ok(Self {
            scorer,
            bounds,
            evidence: Evidence::open(scorer, bounds, segment)?,
            names: NameScores::open(scorer, ordinal)?,
            articles: scorer.columns(ordinal)?.articles(),
            passages: segment.max_doc(),
            most_of_article: scorer.ranking.article * bounds.most(),
            start: 0,
            own: Vec::new(),
            in_names: Vec::new(),
            has_names: false,
            led_to: Vec::new(),
            let_through: Vec::new(),
            of_article: Vec::new(),
            found: Vec::new(),
        })
    }

    /// The passages of the segment that are among the best, and others, with their scores.
    pub(super) fn run(
        mut self,
        gate: &mut impl Gate,
        best: &mut Best,
    ) -> tantivy::Result<Vec<(DocId, f32)>> {
        let mut from = 0;
        let (mut light, mut light_below) = (0, 0.0);
        while !best.is_done() {
            let least = best.least();
            if !best.is_counting() && least > light_below {
                (light, light_below) = (self.bounds.too_light(least, self.most_of_article), least);
            }
            let Some((start, end)) = self.window(from, light, gate) else {
                break;
            };
            self.mark(start, end, light, best.is_counting());
            if self.may_hold_best(light, least) {
                if light != 0 {
                    self.mark_light(light);
                }
                self.look_through(gate);
                if best.is_counting() {
                    best.total += self.count();
                }
                self.score(best)?;
            }
            from = end;
        }
        Ok(self.found)
    }

    /// Gives `take` every passage of the segment that matches and may be found, in order.
    pub(super) fn each(
        mut self,
        gate: &mut impl Gate,
        mut take: impl FnMut(DocId),
    ) -> tantivy::Result<()> {
        let mut from = 0;
        while let Some((start, end)) = self.window(from, 0, gate) {
            self.mark(start, end, 0, true);
            self.look_through(gate);
            for at in self.led_to(0).filter(|at| self.may_be_found(*at)) {
                take(start + at as DocId);
            }
            from = end;
        }
        Ok(())
    }

    /// The next passages to look at, from `from` on: where they begin, and before which they end. Words that are `light` do not
    /// lead there.
    fn window(&mut self, from: DocId, light: u64, gate: &mut impl Gate) -> Option<(DocId, DocId)> {
        let (next, entries) = self.evidence.next(from, !light);
        let next = next.max(gate.next(from));
        if next >= self.passages {
            return None;
        }
        let start = self.articles.first(next).max(from);
        let size = self.window_size(entries.min(gate.most()));
        let end = start.saturating_add(size).min(self.passages);
        Some((start, self.articles.next_first(end)))
    }

    /// How many passages to look at at once, where the lists that lead to them have so many entries.
    fn window_size(&self, entries: u64) -> DocId {
        if entries.saturating_mul(SPARSE) < u64::from(self.passages) {
            1
        } else {
            WINDOW
        }
    }

    /// Goes to the window from `start` to before `end`, and marks all words in it but the `light` ones.
    fn mark(&mut self, start: DocId, end: DocId, light: u64, is_counting: bool) {
        self.start = start;
        let size = (end - start) as usize;
        self.own.clear();
        self.own.resize(size, 0);
        self.led_to.clear();
        self.led_to.resize(size.div_ceil(64), 0);
        // Names are rare: most windows have none.
        if self.has_names || self.in_names.len() != size {
            self.in_names.clear();
            self.in_names.resize(size, 0);
        }
        self.has_names = self.evidence.mark_names(&mut Marks {
            start,
            marks: &mut self.in_names,
            any: Some(&mut self.led_to),
        });
        let mut window = Marks {
            start,
            marks: &mut self.own,
            any: Some(&mut self.led_to),
        };
        // Where it is counted, phrases that are not there must not be.
        self.evidence.mark_own(&mut window, !light, !is_counting);
    }

    /// Marks the light words beside those that led here.
    fn mark_light(&mut self, light: u64) {
        let mut window = Marks {
            start: self.start,
            marks: &mut self.own,
            any: None,
        };
        self.evidence.mark_own(&mut window, light, true);
    }

    /// The places of the passages that were led to, from `from` on.
    fn led_to(&self, from: usize) -> impl Iterator<Item = usize> {
        let first = from / 64;
        let words = self.led_to.iter().enumerate().skip(first);
        words.flat_map(move |(at, bits)| {
            let skipped = if at == first { from % 64 } else { 0 };
            let mut left = bits & (u64::MAX << skipped);
            std::iter::from_fn(move || {
                let place = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (place < 64).then_some(at * 64 + place)
            })
        })
    }

    /// Whether any passage of the window could be among the best if it had the `light` words as well.
    fn may_hold_best(&self, light: u64, least: f32) -> bool {
        light == 0
            || self.led_to(0).any(|at| {
                let mark = self.mark_at(at);
                let with_light = Mark {
                    own: mark.own | light,
                    ..mark
                };
                let (passage, name) = self.bounds.of(with_light);
                passage + self.most_of_article + name >= least
            })
    }

    fn mark_at(&self, at: usize) -> Mark {
        Mark {
            own: self.own[at],
            names: self.in_names[at],
        }
    }

    /// Finds out which passages of the window may be found.
    fn look_through(&mut self, gate: &mut impl Gate) {
        if gate.keeps_back() {
            let mut let_through = std::mem::take(&mut self.let_through);
            let_through.clear();
            let_through.resize(self.own.len(), false);
            for at in self.led_to(0) {
                let_through[at] = gate.lets(self.start + at as DocId);
            }
            self.let_through = let_through;
        }
    }

    fn may_be_found(&self, at: usize) -> bool {
        self.let_through.get(at).copied().unwrap_or(true)
    }

    fn count(&self) -> u64 {
        if self.let_through.is_empty() {
            let ones = self.led_to.iter().map(|bits| u64::from(bits.count_ones()));
            return ones.sum();
        }
        self.let_through.iter().filter(|lets| **lets).count() as u64
    }

    /// Scores the passages of the window that could be among the best.
    fn score(&mut self, best: &mut Best) -> tantivy::Result<()> {
        let mut at = 0;
        while let Some(place) = self.could_be_best(at, best.least() - self.most_of_article) {
            let article = self.articles.around(self.start + place as DocId);
            let first = (article.start.max(self.start) - self.start) as usize;
            at = ((article.end - self.start) as usize).clamp(place + 1, self.own.len());
            self.score_article(first, at, best)?;
        }
        Ok(())
    }

    /// The first place from `from` on whose passage may be found and could have so much.
    fn could_be_best(&self, from: usize, least: f32) -> Option<usize> {
        let could_be = |at: &usize| {
            let own = self.own[*at];
            if self.has_names && self.in_names[*at] != 0 {
                let (passage, name) = self.bounds.of(self.mark_at(*at));
                passage + name >= least
            } else {
                own != 0 && self.bounds.without_names(own) >= least
            }
        };
        self.led_to(from)
            .find(|at| could_be(at) && self.may_be_found(*at))
    }

    /// Scores the passages of an article, from one place in the window to before another.
    fn score_article(&mut self, first: usize, end: usize, best: &mut Best) -> tantivy::Result<()> {
        let weight = self.scorer.ranking.article;
        let mut passages = std::mem::take(&mut self.of_article);
        passages.clear();
        passages.extend((first..end).filter_map(|at| {
            let mark = self.mark_at(at);
            (!mark.is_empty()).then(|| Passage {
                at,
                mark,
                most: self.bounds.of(mark),
                may_be_found: self.may_be_found(at),
                given: None,
            })
        }));
        let most = passages.iter().map(|passage| passage.most.0);
        let of_article = weight * ROUNDING * most.fold(0.0, f32::max);
        let least = best.least();
        let could_be = |passage: &Passage| {
            let (own, name) = passage.most;
            passage.may_be_found && own + of_article + name >= least
        };
        if passages.iter().any(could_be) {
            let mut highest = 0f32;
            for passage in &mut passages {
                let is_needed = could_be(passage) || passage.most.0 > highest;
                let doc = self.start + passage.at as DocId;
                if is_needed {
                    passage.given = self.evidence.passage(doc, passage.mark)?;
                    highest = highest.max(passage.given.unwrap_or(0.0));
                }
            }
            for passage in passages.iter().filter(|passage| passage.may_be_found) {
                if let Some(given) = passage.given {
                    self.finish(passage, given + weight * highest, best)?;
                }
            }
        }
        self.of_article = passages;
        Ok(())
    }

    /// Adds what names give to what a passage and its article do, and keeps the passage where that is enough.
    fn finish(&mut self, passage: &Passage, partial: f32, best: &mut Best) -> tantivy::Result<()> {
        if partial * ROUNDING + passage.most.1 < best.least() {
            return Ok(());
        }
        let doc = self.start + passage.at as DocId;
        let name = if passage.mark.names == 0 {
            0.0
        } else {
            self.names.get(doc)?
        };
        let score = partial + name;
        if score >= best.least() {
            self.found.push((doc, score));
            best.push(score);
        }
        Ok(())
    }
}

/// A score that orders as numbers do.
#[derive(Clone, Copy, PartialEq)]
struct Ordered(f32);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
