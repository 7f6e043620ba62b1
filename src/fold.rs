//! Which hits say the same? Near-duplicate passages are folded under the best one, so that ten hits are ten answers.

use crate::engine::Hit;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroUsize;

/// How many words make a shingle, the unit in which texts are compared (Broder 1997).
const SHINGLE: usize = 3;

/// The share of all shingles of two passages that both have, from which on they say the same. Two copies of a paragraph of
/// sixty words in which three words were changed still share .75.
const SAME: f64 = 0.75;

/// A hit, and the ids of the passages after it that say the same.
#[derive(Clone, Debug)]
pub struct Folded {
    /// The best of them.
    pub hit: Hit,
    /// The others, best first.
    pub duplicates: Vec<String>,
}

impl Folded {
    /// A hit that nothing is folded under.
    pub fn alone(hit: Hit) -> Self {
        Self {
            hit,
            duplicates: Vec::new(),
        }
    }
}

/// Folds ranked hits, which are given one by one, best first.
#[derive(Default)]
pub struct Folder {
    per_article: Option<NonZeroUsize>,
    kept: Vec<Folded>,
    shingles: Vec<Vec<u64>>,
    by_prefix: HashMap<u64, Vec<usize>, BuildHasherDefault<AsIs>>,
    of_article: HashMap<String, usize>,
}

impl Folder {
    /// A folder that keeps of each article at most `per_article` hits of those that are left.
    pub fn new(per_article: Option<NonZeroUsize>) -> Self {
        Self {
            per_article,
            ..Self::default()
        }
    }

    /// How many hits are left so far.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether no hit is left so far.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Takes the next hit.
    pub fn push(&mut self, hit: Hit) {
        let shingles = shingles(&hit.record.passage.text);
        let mut candidates: Vec<usize> = prefix(&shingles)
            .iter()
            .filter_map(|shingle| self.by_prefix.get(shingle))
            .flatten()
            .copied()
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        let same = candidates
            .into_iter()
            .find(|index| say_the_same(&shingles, &self.shingles[*index]));
        if let Some(index) = same {
            self.kept[index].duplicates.push(hit.record.passage.id);
            return;
        }
        if let Some(most) = self.per_article {
            let article = hit.record.article.id.clone();
            let count = self.of_article.entry(article).or_default();
            if *count >= most.get() {
                return;
            }
            *count += 1;
        }
        for shingle in prefix(&shingles) {
            let kept = self.kept.len();
            self.by_prefix.entry(*shingle).or_default().push(kept);
        }
        self.shingles.push(shingles);
        self.kept.push(Folded::alone(hit));
    }

    /// What is left, best first.
    pub fn finish(self) -> Vec<Folded> {
        self.kept
    }
}

/// Of sorted shingles the first that have to be compared: two sets of which [`SAME`] is shared have one of these in common
/// (Chaudhuri, Ganti and Kaushik 2006).
fn prefix(shingles: &[u64]) -> &[u64] {
    let shared = (shingles.len() as f64 * SAME).ceil() as usize;
    &shingles[..(shingles.len() - shared + 1).min(shingles.len())]
}

/// Whether two sorted sets of shingles share [`SAME`] of all they have.
fn say_the_same(a: &[u64], b: &[u64]) -> bool {
    let (mut both, mut left, mut right) = (0usize, 0, 0);
    while left < a.len() && right < b.len() {
        both += usize::from(a[left] == b[right]);
        let (from_left, from_right) = (a[left], b[right]);
        left += usize::from(from_left <= from_right);
        right += usize::from(from_right <= from_left);
    }
    both as f64 >= SAME * (a.len() + b.len() - both) as f64
}

/// The different shingles of a text, by their hashes, sorted; case and punctuation do not count.
fn shingles(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(word_number)
        .collect();
    let mut shingles: Vec<u64> = if words.len() < SHINGLE {
        vec![combine(words.into_iter())]
    } else {
        let windows = words.windows(SHINGLE);
        windows
            .map(|window| combine(window.iter().copied()))
            .collect()
    };
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// A number for a word in any case.
fn word_number(word: &str) -> u64 {
    if word.is_ascii() {
        combine(
            word.bytes()
                .map(|byte| u64::from(byte.to_ascii_lowercase())),
        )
    } else {
        combine(word.chars().flat_map(char::to_lowercase).map(u64::from))
    }
}

/// One number for several: FNV-1a over whole numbers, closed with the mix of SplitMix64. Quick, and the same on every
/// machine; nothing here has to withstand texts that are made to collide, which would fold no more than each other.
fn combine(values: impl Iterator<Item = u64>) -> u64 {
    let hash = values.fold(0xcbf2_9ce4_8422_2325u64, |hash, value| {
        (hash ^ value).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Takes a number that is a hash already for its own.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = combine(bytes.iter().map(|byte| u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Format, Locator};
    use crate::engine::{ArticleEntry, Record};
    use crate::passage::Passage;

    fn hit(article: &str, heading: &str, text: &str) -> Hit {
        Hit {
            score: 1.0,
            record: Record {
                article: ArticleEntry {
                    id: article.into(),
                    title: article.into(),
                    path: article.into(),
                    source: "s".into(),
                    format: Format::Text,
                    url: None,
                    published: None,
                    language: None,
                    aliases: vec![],
                    tags: vec![],
                    passages: 1,
                },
                passage: Passage {
                    id: format!("{article}#{heading}"),
                    section_id: None,
                    position: 0,
                    heading_path: vec![heading.into()],
                    level: 2,
                    anchor: None,
                    locator: Locator::default(),
                    text: text.into(),
                },
            },
        }
    }

    fn fold(hits: Vec<Hit>, per_article: Option<NonZeroUsize>) -> Vec<Folded> {
        let mut folder = Folder::new(per_article);
        hits.into_iter().for_each(|hit| folder.push(hit));
        folder.finish()
    }

    fn shape(folded: &[Folded]) -> Vec<(String, Vec<String>)> {
        let shape = folded.iter().map(|folded| {
            (
                folded.hit.record.passage.id.clone(),
                folded.duplicates.clone(),
            )
        });
        shape.collect()
    }

    const ADVICE: &str = "Most attacks pass within a few days, and keeping on the move as far as the pain allows helps more \
        than lying in bed, which makes the muscles stiff and weak and the next attack likelier than it was before.";

    #[test]
    fn passages_that_say_the_same_are_folded_under_the_best() {
        let changed = ADVICE
            .replace("few days", "FEW days -")
            .replace("likelier", "more likely");
        let folded = fold(
            vec![
                hit("a", "x", ADVICE),
                hit("b", "y", "Something else is said here."),
                hit("c", "z", &changed),
            ],
            None,
        );
        assert_eq!(
            shape(&folded),
            [
                ("a#x".to_owned(), vec!["c#z".to_owned()]),
                ("b#y".to_owned(), vec![])
            ]
        );
    }

    #[test]
    fn a_passage_that_says_more_is_not_folded() {
        let more = format!(
            "{ADVICE} See a doctor where the pain goes down the leg, where a foot is numb or weak, or where it \
            wakes you at night, and at once where you cannot hold your water or your bowels."
        );
        assert_eq!(
            fold(vec![hit("a", "x", ADVICE), hit("b", "y", &more)], None).len(),
            2
        );
    }

    #[test]
    fn short_passages_are_the_same_only_word_for_word() {
        let folded = fold(
            vec![
                hit("a", "x", "Rest."),
                hit("b", "y", "rest"),
                hit("c", "z", "Ice."),
            ],
            None,
        );
        assert_eq!(folded.len(), 2);
    }

    #[test]
    fn an_article_gives_as_many_hits_as_it_may_and_its_duplicates_do_not_count() {
        let one = NonZeroUsize::new(1);
        let folded = fold(
            vec![
                hit("a", "x", "first answer of a"),
                hit("a", "y", "second answer of it"),
                hit("b", "z", "an answer of b"),
                hit("a", "w", "First answer of A!"),
            ],
            one,
        );
        assert_eq!(
            shape(&folded),
            [
                ("a#x".to_owned(), vec!["a#w".to_owned()]),
                ("b#z".to_owned(), vec![])
            ]
        );
    }
}
