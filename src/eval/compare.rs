//! Is one run really better than another, or was it luck? The paired randomisation test.

use super::measures::{Measure, Scores, total};
use crate::error::{Error, ErrorKind, Result};

/// How many random sign flips a comparison makes: enough that a p of 0.05 is known to about 0.004 (two standard errors).
const ROUNDS: u32 = 10_000;

/// The seed of every comparison, so that the same scores always give the same p.
const SEED: u64 = 1;

/// Differences below this are rounding, not better or worse.
const ROUNDING: f64 = 1e-9;

/// How a run does against a baseline by one measure, on the same topics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// How many topics both were scored on.
    pub topics: usize,
    /// The mean over the topics of the run's score less the baseline's.
    pub mean_difference: f64,
    /// How many topics the run scores higher on.
    pub better: usize,
    /// How many topics the run scores lower on.
    pub worse: usize,
    /// How often a difference at least as large, to either side, would come about by chance; 1 where nothing differs.
    pub p: f64,
}

/// Compares a run with a baseline by one measure.
///
/// The test is Fisher's paired randomisation test, as Smucker, Allan and Carterette, "A comparison of statistical
/// significance tests for information retrieval evaluation", CIKM 2007, recommend it: if the two do not differ, each
/// topic's difference could as well have the other sign, so the signs are flipped at random 10,000 times, and p is the
/// share of rounds whose sum is at least as far from 0 as the observed one. The observed one counts as a round, so that p is
/// never 0 (Phipson and Smyth, "Permutation p-values should never be zero", 2010). The random numbers are always the same.
///
/// # Errors
/// Scores on different topics, or without this measure, are [`ErrorKind::Usage`].
pub fn compare(measure: Measure, baseline: &Scores, run: &Scores) -> Result<Comparison> {
    if !baseline.per_topic.keys().eq(run.per_topic.keys()) {
        return Err(Error::new(
            ErrorKind::Usage,
            "runs that were scored on different topics cannot be compared",
        ));
    }
    let differences: Vec<f64> = baseline
        .per_topic
        .values()
        .zip(run.per_topic.values())
        .map(|(before, after)| Some(after.get(&measure)? - before.get(&measure)?))
        .collect::<Option<_>>()
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                format!("both runs must be scored by {measure} to be compared by it"),
            )
        })?;
    let topics = differences.len();
    Ok(Comparison {
        topics,
        mean_difference: total(differences.iter().copied()) / topics.max(1) as f64,
        better: differences.iter().filter(|d| **d > ROUNDING).count(),
        worse: differences.iter().filter(|d| **d < -ROUNDING).count(),
        p: randomisation_test(&differences),
    })
}

/// The two-sided p of the paired randomisation test.
fn randomisation_test(differences: &[f64]) -> f64 {
    // Flipped sums add up in the same order but round differently.
    const SLACK: f64 = 1e-12;
    let observed = differences.iter().sum::<f64>().abs();
    let mut random = SplitMix64 { state: SEED };
    let as_large = (0..ROUNDS)
        .filter(|_| {
            let flipped: f64 = differences
                .iter()
                .map(|difference| {
                    if random.coin() {
                        *difference
                    } else {
                        -difference
                    }
                })
                .sum();
            flipped.abs() >= observed - SLACK
        })
        .count();
    (as_large + 1) as f64 / f64::from(ROUNDS + 1)
}

/// A small random number generator: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// with the constants of Vigna's [splitmix64.c](https://prng.di.unimi.it/splitmix64.c).
struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn scores(values: &[f64]) -> Scores {
        let per_topic = values
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), BTreeMap::from([(Measure::Map, *value)])))
            .collect();
        Scores {
            mean: BTreeMap::new(),
            per_topic,
        }
    }

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // The first outputs of splitmix64.c for the seed 1234567.
        let mut random = SplitMix64 { state: 1_234_567 };
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(random.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn topics_better_and_worse_are_counted_and_rounding_is_neither() {
        let comparison = compare(
            Measure::Map,
            &scores(&[0.5, 0.5, 0.3, 0.1 + 0.2, 0.3]),
            &scores(&[0.7, 0.6, 0.2, 0.3, 0.1 + 0.2]),
        )
        .unwrap();
        assert_eq!(
            (comparison.topics, comparison.better, comparison.worse),
            (5, 2, 1)
        );
        // (0.2 + 0.1 - 0.1 + 0 + 0) / 5.
        assert!((comparison.mean_difference - 0.04).abs() < 1e-9);
    }

    #[test]
    fn p_is_near_the_exact_one() {
        // Five topics, each better by the same: only 2 of the 32 ways to sign them sum up as far from 0.
        let all_better = randomisation_test(&[0.1; 5]);
        assert!((all_better - 2.0 / 32.0).abs() < 0.01, "{all_better}");
        // Differences 3, 2, -1 sum up to 4. Of the 8 ways to sign them, ±(3+2+1) and ±(3+2-1) are at least that far: 4/8.
        let mixed = randomisation_test(&[0.3, 0.2, -0.1]);
        assert!((mixed - 4.0 / 8.0).abs() < 0.02, "{mixed}");
    }

    #[test]
    fn p_is_never_zero_and_the_same_for_both_sides() {
        // Only 2 of 2^30 ways to sign them get as far: no round does, and the observed one alone is counted.
        assert_eq!(randomisation_test(&[0.25; 30]), 1.0 / 10_001.0);
        assert_eq!(randomisation_test(&[-0.25; 30]), 1.0 / 10_001.0);
        assert_eq!(
            randomisation_test(&[0.5, -0.25, 0.125]),
            randomisation_test(&[-0.5, 0.25, -0.125])
        );
    }

    #[test]
    fn nothing_differs_between_a_run_and_itself() {
        for values in [&[0.5, 0.2, 0.0][..], &[]] {
            let same = scores(values);
            let comparison = compare(Measure::Map, &same, &same).unwrap();
            assert_eq!(comparison.p, 1.0);
            assert_eq!(comparison.mean_difference.to_string(), "0");
            assert_eq!((comparison.better, comparison.worse), (0, 0));
        }
    }

    #[test]
    fn runs_scored_on_different_topics_or_by_other_measures_are_not_compared() {
        let (one, two) = (scores(&[0.5]), scores(&[0.5, 0.6]));
        assert_eq!(
            compare(Measure::Map, &one, &two).unwrap_err().kind(),
            ErrorKind::Usage
        );
        let other = "p@5".parse().unwrap();
        assert_eq!(
            compare(other, &one, &one).unwrap_err().to_string(),
            "both runs must be scored by P@5 to be compared by it"
        );
    }
}
