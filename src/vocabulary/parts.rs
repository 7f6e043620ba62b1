//! Which clinical term do two plain words build? `joint` and `pain` build `arthralgia`.

use crate::analysis;
use std::cmp::Ordering;

/// The parts that a plain word, by its term, stands for: a line each, sorted, as `build.rs` writes them from
/// `words/word_parts.txt`. The kind of the part and the term, a tab, and the parts with a comma between two.
const PARTS: &str = include_str!(concat!(env!("OUT_DIR"), "/word_parts.txt"));

/// The shortest stem of a root that builds a word; shorter ones are parts of too many others.
const SHORTEST_ROOT: usize = 3;

/// The parts of one kind that a word, by its term, stands for.
fn parts(kind: &str, term: &str) -> impl Iterator<Item = &'static str> + Clone {
    let key = |line: &'static str| line.split_once('\t').unwrap_or((line, ""));
    let order = |known: &str| match known.split_once(' ') {
        Some((of_kind, of_term)) => of_kind.cmp(kind).then_with(|| of_term.cmp(term)),
        None => Ordering::Less,
    };
    let (mut start, mut end) = (0, PARTS.len());
    let mut found = "";
    while start < end {
        // The line around the middle.
        let middle = start + (end - start) / 2;
        let first = PARTS[start..middle]
            .rfind('\n')
            .map_or(start, |at| start + at + 1);
        let last = PARTS[middle..end].find('\n').map_or(end, |at| middle + at);
        let (known, of_word) = key(&PARTS[first..last]);
        match order(known) {
            Ordering::Equal => {
                found = of_word;
                break;
            }
            Ordering::Less => start = last + 1,
            Ordering::Greater => end = first,
        }
    }
    found.split(',').filter(|part| !part.is_empty())
}

/// The words that two plain words may build, each with its term: a root and a suffix in either order, or a prefix and a
/// root's plain meaning. Not all of them exist; those that no text has find nothing.
pub(crate) fn build(first: &str, second: &str) -> Vec<(String, String)> {
    let mut built = Vec::new();
    for (root, suffix) in [(first, second), (second, first)] {
        let roots = parts("root", root).filter(|root| root.len() >= SHORTEST_ROOT);
        let suffixes = parts("suffix", suffix);
        for root in roots {
            for suffix in suffixes.clone() {
                // A vowel links two consonants.
                let link = if suffix.starts_with(['a', 'e', 'i', 'o', 'u', 'y']) {
                    ""
                } else {
                    "o"
                };
                built.push(format!("{root}{link}{suffix}"));
            }
        }
    }
    let word = |surface: String| {
        let term = analysis::tokens(&surface).into_iter().next()?.term;
        Some((surface, term))
    };
    built.sort_unstable();
    built.dedup();
    built.into_iter().filter_map(word).collect()
}
