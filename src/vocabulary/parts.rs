//! Which clinical term do two plain words build? `joint` and `pain` build `arthralgia`.

use crate::analysis;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The parts, as a nurse may edit them: `root: kidney = nephr, ren`, `suffix: pain, ache = algia`, `prefix: fast = tachy`.
const PARTS: &str = include_str!("words/word_parts.txt");

/// The shortest stem of a root that builds a word; shorter ones are parts of too many others.
const SHORTEST_ROOT: usize = 3;

/// The parts that a plain word, by its term, stands for.
#[derive(Default)]
struct Parts {
    roots: HashMap<String, Vec<&'static str>>,
    suffixes: HashMap<String, Vec<&'static str>>,
    prefixes: HashMap<String, Vec<&'static str>>,
}

static BY_WORD: LazyLock<Parts> = LazyLock::new(|| read(PARTS));

fn read(text: &'static str) -> Parts {
    let mut parts = Parts::default();
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(':') else {
            continue;
        };
        let map = match kind.trim() {
            "root" => &mut parts.roots,
            "suffix" => &mut parts.suffixes,
            "prefix" => &mut parts.prefixes,
            _ => continue,
        };
        let Some((words, stems)) = rest.split_once('=') else {
            continue;
        };
        for word in words.split(',') {
            let tokens = analysis::tokens(word);
            let [token] = tokens.as_slice() else {
                continue;
            };
            let known = map.entry(token.term.clone()).or_default();
            known.extend(
                stems
                    .split(',')
                    .map(str::trim)
                    .filter(|stem| !stem.is_empty()),
            );
        }
    }
    parts
}

/// The words that two plain words may build, each with its term: a root and a suffix in either order, or a prefix and a
/// root's plain meaning. Not all of them exist; those that no text has find nothing.
pub(crate) fn build(first: &str, second: &str) -> Vec<(String, String)> {
    let parts = &*BY_WORD;
    let mut built = Vec::new();
    for (root, suffix) in [(first, second), (second, first)] {
        let (Some(roots), Some(suffixes)) = (parts.roots.get(root), parts.suffixes.get(suffix))
        else {
            continue;
        };
        for root in roots.iter().filter(|root| root.len() >= SHORTEST_ROOT) {
            for suffix in suffixes {
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
