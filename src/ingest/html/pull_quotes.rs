//! Does a box only repeat what the article says?
//!
//! Magazines set a sentence of the text in large letters beside it, often shortened by a few words. Such a box is told by
//! its words: most runs of three words in it are in the article a second time.

use super::dom::Page;
use std::collections::HashMap;
use std::ops::Range;

/// How often each run of three words is in an article. Counted when it is first asked for: most articles have no box that
/// could be a pull quote.
#[derive(Default)]
pub(super) struct Runs {
    times: Option<HashMap<u64, u32>>,
}

impl Runs {
    /// Whether most of what stands in `node` is found in the rest of the article, too.
    pub(super) fn repeat(&mut self, page: &Page<'_>, kept: &[bool], node: usize) -> bool {
        let times = self.times.get_or_insert_with(|| {
            let mut times = HashMap::new();
            for run in runs(page, 0..page.nodes.len(), kept) {
                *times.entry(run).or_default() += 1;
            }
            times
        });
        let (mut all, mut again) = (0, 0);
        for run in runs(page, node..page.nodes[node].end, kept) {
            all += 1;
            again += usize::from(times.get(&run).is_some_and(|times| *times > 1));
        }
        all >= 3 && again * 3 >= all * 2
    }
}

/// Hashes of the runs of three words in `nodes`.
fn runs(page: &Page<'_>, nodes: Range<usize>, kept: &[bool]) -> Vec<u64> {
    let mut words: Vec<u64> = Vec::new();
    for text in nodes
        .filter(|node| kept[*node])
        .filter_map(|node| page.text(node))
    {
        for word in text.text.split(|c: char| !c.is_alphanumeric()) {
            if !word.is_empty() {
                let letters = word.chars().flat_map(char::to_lowercase);
                words.push(letters.map(u64::from).fold(FIRST, mix));
            }
        }
    }
    words
        .windows(3)
        .map(|run| run.iter().copied().fold(FIRST, mix))
        .collect()
}

/// What a hash begins with (FNV-1a, Fowler, Noll and Vo).
const FIRST: u64 = 0xcbf2_9ce4_8422_2325;

/// Adds a number to a hash.
fn mix(hash: u64, number: u64) -> u64 {
    // Without the turn, upper bits would never reach lower ones.
    (hash ^ number)
        .wrapping_mul(0x0100_0000_01b3)
        .rotate_left(29)
}
