//! What does `eval` print?

use super::SCHEMA_VERSION;
use crate::eval::{Comparison, Measure, Scores};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How relevant the results were.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EvalReport {
    /// 1.
    pub schema_version: u32,
    /// How many topics have a relevant passage, which is what the means are over.
    pub topics: u64,
    /// The mean of each measure, by its name (`nDCG@10`, `MAP`, …).
    pub measures: BTreeMap<String, f64>,
    /// The same of each topic, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, f64>>")]
    pub per_topic: Option<BTreeMap<String, BTreeMap<String, f64>>>,
    /// How the run compares with another, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ComparisonReport")]
    pub comparison: Option<ComparisonReport>,
}

/// How a run compares with another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ComparisonReport {
    /// How much better it is in the mean.
    pub mean_difference: f64,
    /// How likely so great a difference is by chance (paired randomisation test, two-sided).
    pub p: f64,
    /// On how many topics it is better.
    pub better: u64,
    /// On how many topics it is worse.
    pub worse: u64,
}

impl EvalReport {
    /// The report of scores; `per_topic` says whether each topic is in it.
    pub fn new(scores: &Scores, comparison: Option<&Comparison>, per_topic: bool) -> Self {
        let named = |values: &BTreeMap<Measure, f64>| -> BTreeMap<String, f64> {
            let named = values
                .iter()
                .map(|(measure, value)| (measure.to_string(), *value));
            named.collect()
        };
        Self {
            schema_version: SCHEMA_VERSION,
            topics: scores.per_topic.len() as u64,
            measures: named(&scores.mean),
            per_topic: per_topic.then(|| {
                let topics = scores.per_topic.iter();
                topics
                    .map(|(topic, values)| (topic.clone(), named(values)))
                    .collect()
            }),
            comparison: comparison.map(|comparison| ComparisonReport {
                mean_difference: comparison.mean_difference,
                p: comparison.p,
                better: comparison.better as u64,
                worse: comparison.worse as u64,
            }),
        }
    }
}
