//! What is compared? One file a library, each behind [`System`] but Lucene, which lives in a process of its own.

mod bare_tantivy;
mod fts5;
mod knowledge_base;
pub(crate) mod lucene;

pub(crate) use bare_tantivy::{BareTantivy, QueriedFields};
pub(crate) use fts5::Fts5;
pub(crate) use knowledge_base::{Help, IbidKnowledgeBase};

use anyhow::Result;
use std::time::Duration;

/// The ids of the sections that were found, best first, each with its score, higher being better.
pub(crate) type Found = Vec<(String, f64)>;

/// A search library with an index of the sections.
pub(crate) trait System {
    /// What the table calls it.
    fn name(&self) -> &str;

    /// How long building its index took.
    fn build_time(&self) -> Duration;

    /// The best `depth` sections for a query.
    fn rank(&mut self, query: &str, depth: usize) -> Result<Found>;

    /// Answers a query as a program would, with all that is shown of each hit; gives back how many there are.
    fn answer(&mut self, query: &str, hits: usize) -> Result<usize>;
}

/// What was measured of a system.
pub(crate) struct Measured {
    /// What the table calls it.
    pub(crate) name: String,
    /// How long building its index took.
    pub(crate) build: Duration,
    /// What it found for each topic of each set, in their order.
    pub(crate) found: Vec<Vec<Found>>,
    /// The time of each query when it was first asked; empty where that was not timed.
    pub(crate) first_milliseconds: Vec<f64>,
    /// The time of each timed query.
    pub(crate) milliseconds: Vec<f64>,
}

/// The words of a query in lower case, for libraries whose query parser would take signs and words such as `OR` for syntax.
fn words(query: &str) -> Vec<String> {
    query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_no_query_syntax() {
        assert_eq!(
            words("What's +BP OR \"title:(x)\"?"),
            ["what", "s", "bp", "or", "title", "x"]
        );
    }
}
