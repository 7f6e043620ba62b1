//! How near is what was extracted to the truth? Shared with `benches/extraction`.
//!
//! Text: the multiset of 4-word shingles, a word being a run of letters, digits and underscores in lower case; a text of
//! fewer words is one shingle. Precision is meaned over the pages with an output, recall over the pages with a truth, and
//! F1 is the harmonic mean of the two means. Headings: the multiset of white-space-collapsed, lower-cased headings, with
//! matches, predictions and truths summed over all pages before precision, recall and F1 are taken.

use std::collections::HashMap;
use std::hash::Hash;

const SHINGLE: usize = 4;

/// What an extractor says of a page, or what is true of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The whole text, headings included.
    pub(crate) text: String,
    /// The headings in it.
    pub(crate) headings: Vec<String>,
}

/// Scores summed over the pages of a set.
#[derive(Debug, Default)]
pub(crate) struct Scorer {
    precisions: Vec<f64>,
    recalls: Vec<f64>,
    found: usize,
    predicted: usize,
    real: usize,
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    /// What part of the prediction is true.
    pub(crate) precision: f64,
    /// What part of the truth was predicted.
    pub(crate) recall: f64,
}

impl Score {
    /// The harmonic mean.
    pub(crate) fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum == 0.0 {
            0.0
        } else {
            2.0 * self.precision * self.recall / sum
        }
    }
}

impl Scorer {
    /// Adds a page, and gives the F1 of its text.
    pub(crate) fn add(&mut self, truth: &Reading, prediction: &Reading) -> f64 {
        let (wanted, given) = (shingles(&truth.text), shingles(&prediction.text));
        let both = common(&wanted, &given) as f64;
        let precision = (!given.is_empty()).then(|| both / size(&given) as f64);
        let recall = (!wanted.is_empty()).then(|| both / size(&wanted) as f64);
        self.precisions.extend(precision);
        self.recalls.extend(recall);
        let (wanted, given) = (
            count(headings(&truth.headings)),
            count(headings(&prediction.headings)),
        );
        self.found += common(&wanted, &given);
        self.predicted += size(&given);
        self.real += size(&wanted);
        Score {
            precision: precision.unwrap_or(0.0),
            recall: recall.unwrap_or(0.0),
        }
        .f1()
    }

    /// The score of the text.
    pub(crate) fn text(&self) -> Score {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        Score {
            precision: mean(&self.precisions),
            recall: mean(&self.recalls),
        }
    }

    /// The score of the headings.
    pub(crate) fn headings(&self) -> Score {
        Score {
            precision: self.found as f64 / self.predicted.max(1) as f64,
            recall: self.found as f64 / self.real.max(1) as f64,
        }
    }
}

/// White space collapsed to single spaces.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shingles(text: &str) -> HashMap<String, usize> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return HashMap::new();
    }
    count(
        words
            .windows(SHINGLE.min(words.len()))
            .map(|shingle| shingle.join(" ")),
    )
}

fn headings(headings: &[String]) -> impl Iterator<Item = String> {
    headings
        .iter()
        .map(|heading| squeeze(heading).to_lowercase())
        .filter(|heading| !heading.is_empty())
}

fn count<T: Eq + Hash>(items: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

fn common<T: Eq + Hash>(one: &HashMap<T, usize>, other: &HashMap<T, usize>) -> usize {
    one.iter()
        .map(|(item, times)| other.get(item).map_or(0, |others| *times.min(others)))
        .sum()
}

fn size<T>(counts: &HashMap<T, usize>) -> usize {
    counts.values().sum()
}
