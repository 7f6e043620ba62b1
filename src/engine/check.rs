//! Is an index whole? What every engine's check gives, and how the passages that are there are held against what is known of them.

use super::CommitInfo;
use super::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is damaged; nothing where all is whole.
    pub damaged: Vec<Damage>,
    /// Which commit was looked at; none where it cannot be opened.
    pub commit: Option<CommitInfo>,
    /// What is known of its sources; none where that cannot be read.
    pub manifest: Option<Manifest>,
}

/// A part of the index, or an article, that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The part (of the embedded engine, a file inside the index folder), or the id of the article.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Damage {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            reason: reason.into(),
        }
    }
}

/// The passages that are there of an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    /// How many there are as the article says.
    expected: u64,
    positions: BTreeSet<u32>,
    /// Whether a passage was counted twice.
    twice: bool,
}

impl Counted {
    /// Counts a passage by its position in an article that says it has `expected` of them.
    pub(crate) fn add(&mut self, expected: u64, position: u32) {
        self.expected = self.expected.max(expected);
        self.twice |= !self.positions.insert(position);
    }
}

/// What does not fit together: the passages of every article, by its id, what is known of the sources, and what the commit says of
/// itself at `commit_place`.
pub(crate) fn compare(
    articles: &BTreeMap<String, Counted>,
    manifest: &Manifest,
    commit: CommitInfo,
    commit_place: &str,
) -> Vec<Damage> {
    let mut damaged = Vec::new();
    for (id, counted) in articles {
        let there = counted.positions.len() as u64;
        let last = counted
            .positions
            .last()
            .map_or(0, |last| u64::from(*last) + 1);
        if counted.twice {
            damaged.push(Damage::new(id, "a passage of this article is there twice"));
        } else if there != counted.expected || last != counted.expected {
            damaged.push(Damage::new(
                id,
                format!("{there} of its {} passages are there", counted.expected),
            ));
        }
    }
    let mut known = BTreeSet::new();
    for (key, file) in &manifest.files {
        for id in &file.articles {
            known.insert(id.as_str());
            if !articles.contains_key(id) {
                damaged.push(Damage::new(
                    id,
                    format!("the article of {key} is not there"),
                ));
            }
        }
    }
    for id in articles.keys() {
        if !known.contains(id.as_str()) {
            damaged.push(Damage::new(id, "the article is there and of no known file"));
        }
    }
    let passages: u64 = articles
        .values()
        .map(|counted| counted.positions.len() as u64)
        .sum();
    if (commit.articles, commit.passages) != (articles.len() as u64, passages) {
        damaged.push(Damage::new(
            commit_place,
            format!(
                "the commit says {} articles with {} passages, and {} with {passages} are there",
                commit.articles,
                commit.passages,
                articles.len()
            ),
        ));
    }
    damaged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_there_twice_or_unknown_is_named_and_so_is_a_commit_that_says_otherwise() {
        let mut articles: BTreeMap<String, Counted> = BTreeMap::new();
        for (id, expected, positions) in [
            ("whole", 2, &[0, 1][..]),
            ("short", 3, &[0, 2]),
            ("twice", 1, &[0, 0]),
        ] {
            for position in positions {
                let counted = articles.entry(id.to_owned()).or_default();
                counted.add(expected, *position);
            }
        }
        let commit = CommitInfo {
            generation: 1,
            articles: 3,
            passages: 5,
        };
        let found = |commit| {
            compare(&articles, &Manifest::default(), commit, "the commit")
                .into_iter()
                .map(|damage| format!("{}: {}", damage.place, damage.reason))
                .collect::<Vec<_>>()
        };
        let mut expected = vec![
            "short: 2 of its 3 passages are there",
            "twice: a passage of this article is there twice",
            "short: the article is there and of no known file",
            "twice: the article is there and of no known file",
            "whole: the article is there and of no known file",
        ];
        assert_eq!(found(commit), expected);
        expected
            .push("the commit: the commit says 4 articles with 5 passages, and 3 with 5 are there");
        let commit = CommitInfo {
            articles: 4,
            ..commit
        };
        assert_eq!(found(commit), expected);
    }
}
