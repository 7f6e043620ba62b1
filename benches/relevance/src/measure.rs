//! How well, and how fast, does a system answer?

use crate::collection::Collection;
use crate::systems::{Found, Measured, System};
use anyhow::Result;
use ibid::eval::{Measure, Options, Qrels, Run, evaluate};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// How many sections are ranked for a topic, as TREC runs usually have at least: enough that dropping and condensing still
/// leave ten.
pub(crate) const RUN_DEPTH: usize = 100;

/// How many hits an answer has whose time is taken: what a page of results shows.
pub(crate) const HITS: usize = 10;

/// How often each query is timed, after once that is not.
pub(crate) const ROUNDS: usize = 5;

/// A line of the table.
pub(crate) struct Row {
    /// The system.
    pub(crate) name: String,
    /// nDCG@10, one for each of [`columns`].
    pub(crate) scores: Vec<f64>,
    /// The median time over all queries and rounds.
    pub(crate) median_milliseconds: f64,
    /// The mean of the same.
    pub(crate) mean_milliseconds: f64,
    /// The mean over all queries when they were first asked, before anything is remembered; NaN where that was not timed.
    pub(crate) first_milliseconds: f64,
    /// How long building its index took.
    pub(crate) build: Duration,
}

impl Row {
    /// Scores what a system found.
    pub(crate) fn new(measured: &Measured, collection: &Collection) -> Self {
        let mut scores = Vec::new();
        for (set, found) in collection.topic_sets.iter().zip(&measured.found) {
            let mut run = Run::default();
            for (topic, found) in set.topics.iter().zip(found) {
                run.insert(&topic.id, found.iter().cloned());
            }
            scores.push(ndcg(&set.qrels, &run, &set.options));
            if set.is_condensed_too {
                scores.push(ndcg(&set.qrels, &run, &set.condensed_options()));
            }
        }
        Self {
            name: measured.name.clone(),
            scores,
            median_milliseconds: median(&measured.milliseconds),
            mean_milliseconds: mean(&measured.milliseconds),
            first_milliseconds: mean(&measured.first_milliseconds),
            build: measured.build,
        }
    }
}

/// The heads of the score columns.
pub(crate) fn columns(collection: &Collection) -> Vec<String> {
    let mut heads = Vec::new();
    for set in &collection.topic_sets {
        heads.push(set.name.to_owned());
        if set.is_condensed_too {
            heads.push(format!("{}, condensed", set.name));
        }
    }
    heads
}

/// Times all topics with each system: one round of all queries for the first time, then [`ROUNDS`] that the table counts,
/// each system once a round, so that what else the machine does meets all of them alike. Ranks them in between.
pub(crate) fn rows(mut systems: Vec<Box<dyn System>>, collection: &Collection) -> Result<Vec<Row>> {
    let mut all = Vec::new();
    for system in &mut systems {
        // Before anything is ranked, as ranking would let a system remember the queries.
        let first_milliseconds = round(system.as_mut(), collection)?;
        all.push(Measured {
            name: system.name().to_owned(),
            build: system.build_time(),
            found: found(system.as_mut(), collection)?,
            first_milliseconds,
            milliseconds: Vec::new(),
        });
    }
    for _ in 0..ROUNDS {
        for (system, measured) in systems.iter_mut().zip(&mut all) {
            let taken = round(system.as_mut(), collection)?;
            measured.milliseconds.extend(taken);
        }
    }
    Ok(all.iter().map(|one| Row::new(one, collection)).collect())
}

/// How long a system takes to answer each query of each set.
fn round(system: &mut dyn System, collection: &Collection) -> Result<Vec<f64>> {
    let timed = collection.queries().map(|query| {
        let begun = Instant::now();
        std::hint::black_box(system.answer(query, HITS)?);
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    });
    timed.collect()
}

/// What a system finds for each topic of each set.
fn found(system: &mut dyn System, collection: &Collection) -> Result<Vec<Vec<Found>>> {
    collection
        .topic_sets
        .iter()
        .map(|set| {
            let topics = set.topics.iter();
            topics
                .map(|topic| system.rank(&topic.query, RUN_DEPTH))
                .collect()
        })
        .collect()
}

fn ndcg(qrels: &Qrels, run: &Run, options: &Options) -> f64 {
    let measure = Measure::Ndcg(NonZeroUsize::new(10).unwrap_or(NonZeroUsize::MIN));
    evaluate(qrels, run, &[measure], options).mean[&measure]
}

/// The middle one, or the mean of the two in the middle; NaN where there is none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// NaN where there is none.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn the_mean_of_nothing_is_no_number() {
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
        assert!(mean(&[]).is_nan());
    }
}
