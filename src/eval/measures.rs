//! How good is a ranking? The usual measures, defined as trec_eval defines them unless said otherwise.

use super::qrels::{Drops, Qrels};
use super::run::Run;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

/// A number between 0 and 1 that says how good the ranking of a topic is; 1 is best.
///
/// The depth `k` is how many of the first passages are looked at. "Relevant" means graded at least
/// [`Options::least_relevant`]. Where less than `k` passages were found, those missing count as not relevant.
///
/// Parsed without regard to case from `ndcg@10`, `map`, `map@10`, `mrr@10`, `p@5` or `precision@5`, `r@100` or
/// `recall@100`, `s@10` or `success@10`, `jdg@10` or `judged@10`; printed as `nDCG@10`, `MAP`, `MAP@10`, `MRR@10`, `P@5`,
/// `R@100`, `S@10`, `Jdg@10`. Measures sort in that family order, then by depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Normalised discounted cumulative gain: the sum of grade / log2(rank + 1), divided by that of the best possible
    /// ranking of everything judged. Grades below 0 gain nothing. trec_eval's `ndcg_cut`.
    ///
    /// Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002; with the gain
    /// linear in the grade, and the discount from rank 2 on, as trec_eval has it.
    Ndcg(NonZeroUsize),
    /// Mean average precision of the first `k`: the sum of the precisions at the relevant passages among them, divided by
    /// the number of all relevant passages, found or not. trec_eval's `map_cut`.
    MapAt(NonZeroUsize),
    /// Mean average precision of the whole ranking. trec_eval's `map`.
    ///
    /// Buckley and Voorhees, "Evaluating evaluation measure stability", SIGIR 2000.
    Map,
    /// Mean reciprocal rank: 1 / the rank of the first relevant passage, 0 if there is none among the first `k`.
    /// trec_eval's `recip_rank`, cut at `k`.
    ///
    /// Voorhees, "The TREC-8 question answering track report", TREC 1999.
    Mrr(NonZeroUsize),
    /// Precision: the relevant share of the first `k`, even if less were found. trec_eval's `P`.
    Precision(NonZeroUsize),
    /// Recall: the share of all relevant passages that is among the first `k`. trec_eval's `recall`.
    Recall(NonZeroUsize),
    /// Success: 1 if one of the first `k` is relevant. trec_eval's `success`.
    Success(NonZeroUsize),
    /// The judged share of the first `k`, of those that were found: how far the other measures can be trusted. Not in
    /// trec_eval; where less than `k` were found it is the share of these.
    Judged(NonZeroUsize),
}

impl Measure {
    /// What is reported unless something else is asked for.
    pub const STANDARD: [Self; 10] = [
        Self::Ndcg(depth(10)),
        Self::MapAt(depth(10)),
        Self::Map,
        Self::Mrr(depth(10)),
        Self::Precision(depth(1)),
        Self::Precision(depth(5)),
        Self::Precision(depth(10)),
        Self::Recall(depth(100)),
        Self::Success(depth(10)),
        Self::Judged(depth(10)),
    ];

    /// How many passages a ranking must have for this measure to see all it looks at; `None` if it looks at all.
    pub fn depth(self) -> Option<NonZeroUsize> {
        match self {
            Self::Map => None,
            Self::Ndcg(k)
            | Self::MapAt(k)
            | Self::Mrr(k)
            | Self::Precision(k)
            | Self::Recall(k)
            | Self::Success(k)
            | Self::Judged(k) => Some(k),
        }
    }

    fn score(self, ranking: &JudgedRanking) -> f64 {
        let k = self.depth().map_or(usize::MAX, NonZeroUsize::get);
        match self {
            Self::Ndcg(_) => ranking.ndcg(k),
            Self::MapAt(_) | Self::Map => ranking.average_precision(k),
            Self::Mrr(_) => ranking.reciprocal_rank(k),
            Self::Precision(_) => ratio(ranking.relevant_among(k), k),
            Self::Recall(_) => ratio(ranking.relevant_among(k), ranking.all_relevant),
            Self::Success(_) => ratio(ranking.relevant_among(k).min(1), 1),
            Self::Judged(_) => ranking.judged_share(k),
        }
    }
}

/// A depth that is known to be above 0.
const fn depth(k: usize) -> NonZeroUsize {
    match NonZeroUsize::new(k) {
        Some(k) => k,
        None => NonZeroUsize::MIN,
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self {
            Self::Ndcg(_) => "nDCG",
            Self::MapAt(_) | Self::Map => "MAP",
            Self::Mrr(_) => "MRR",
            Self::Precision(_) => "P",
            Self::Recall(_) => "R",
            Self::Success(_) => "S",
            Self::Judged(_) => "Jdg",
        };
        match self.depth() {
            // As one text, so that a width given by the caller applies to the whole name.
            Some(k) => f.pad(&format!("{family}@{k}")),
            None => f.pad(family),
        }
    }
}

impl FromStr for Measure {
    type Err = Error;

    /// # Errors
    /// A name that is no measure, or has no depth where one is needed, or a depth of 0, is [`ErrorKind::Usage`].
    fn from_str(name: &str) -> Result<Self> {
        let unknown = || {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "`{name}` is no measure: expected map, or one of ndcg, map, mrr, p, recall, success, judged with a depth above 0, such as ndcg@10"
                ),
            )
        };
        let lower = name.trim().to_ascii_lowercase();
        if lower == "map" {
            return Ok(Self::Map);
        }
        let (family, k) = lower.split_once('@').ok_or_else(unknown)?;
        // A sign would be read as part of the number.
        if !k.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(unknown());
        }
        let k = k.parse().map_err(|_| unknown())?;
        match family {
            "ndcg" => Ok(Self::Ndcg(k)),
            "map" => Ok(Self::MapAt(k)),
            "mrr" => Ok(Self::Mrr(k)),
            "p" | "precision" => Ok(Self::Precision(k)),
            "r" | "recall" => Ok(Self::Recall(k)),
            "s" | "success" => Ok(Self::Success(k)),
            "jdg" | "judged" => Ok(Self::Judged(k)),
            _ => Err(unknown()),
        }
    }
}

/// What becomes of passages in a run that nobody judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unjudged {
    /// They keep their ranks and count as not relevant, as in trec_eval.
    #[default]
    NotRelevant,
    /// They are removed before scoring, so that a system is not punished for what the judges never saw: the condensed list
    /// of Sakai, "Alternatives to bpref", SIGIR 2007.
    Removed,
}

/// How a run is scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The smallest grade that counts as relevant, for all measures but nDCG, which goes by the grades; 1 by default.
    pub least_relevant: i32,
    /// What becomes of passages that nobody judged.
    pub unjudged: Unjudged,
    /// Passages that are left out of the run first.
    pub drop: Drops,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            least_relevant: 1,
            unjudged: Unjudged::default(),
            drop: Drops::new(),
        }
    }
}

/// How good a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// The mean of each measure over the topics; 0 if there are no topics.
    pub mean: BTreeMap<Measure, f64>,
    /// The measures of each topic that was scored, by the topic's id.
    pub per_topic: BTreeMap<String, BTreeMap<Measure, f64>>,
}

/// Scores a run by some measures, on every topic of the qrels that has a relevant passage. A topic that is not in the run
/// scores 0; a topic of the run that is not in the qrels is not looked at.
pub fn evaluate(qrels: &Qrels, run: &Run, measures: &[Measure], options: &Options) -> Scores {
    let per_topic: BTreeMap<String, BTreeMap<Measure, f64>> = qrels
        .topics()
        .map(|(topic, grades)| (topic, JudgedRanking::new(topic, grades, run, options)))
        .filter(|(_, ranking)| ranking.all_relevant > 0)
        .map(|(topic, ranking)| {
            let scores = measures
                .iter()
                .map(|measure| (*measure, measure.score(&ranking)))
                .collect();
            (topic.to_owned(), scores)
        })
        .collect();
    let mean = measures
        .iter()
        .map(|measure| {
            let sum = total(per_topic.values().map(|scores| scores[measure]));
            (*measure, sum / per_topic.len().max(1) as f64)
        })
        .collect();
    Scores { mean, per_topic }
}

/// The ranking of a topic as the judges see it.
struct JudgedRanking {
    /// What is known of each passage that was found, best first.
    found: Vec<Judgment>,
    /// The grades above 0 of everything judged, highest first.
    ideal: Vec<i32>,
    /// How many of the judged passages are relevant.
    all_relevant: usize,
}

/// What is known of a passage in a ranking.
#[derive(Clone, Copy)]
struct Judgment {
    /// `None` if nobody judged it.
    grade: Option<i32>,
    relevant: bool,
}

impl JudgedRanking {
    fn new(topic: &str, grades: &BTreeMap<String, i32>, run: &Run, options: &Options) -> Self {
        let dropped = options.drop.get(topic);
        let found = run
            .ranking(topic)
            .iter()
            .filter(|passage| !dropped.is_some_and(|dropped| dropped.contains(&passage.id)))
            .map(|passage| grades.get(&passage.id).copied())
            .filter(|grade| grade.is_some() || options.unjudged == Unjudged::NotRelevant)
            .map(|grade| Judgment {
                grade,
                relevant: grade.is_some_and(|grade| grade >= options.least_relevant),
            })
            .collect();
        let mut ideal: Vec<i32> = grades
            .values()
            .copied()
            .filter(|grade| *grade > 0)
            .collect();
        ideal.sort_unstable_by(|left, right| right.cmp(left));
        Self {
            found,
            ideal,
            all_relevant: grades
                .values()
                .filter(|grade| **grade >= options.least_relevant)
                .count(),
        }
    }

    fn ndcg(&self, k: usize) -> f64 {
        let ideal = discounted_gain(self.ideal.iter().copied(), k);
        if ideal == 0.0 {
            return 0.0;
        }
        let grades = self
            .found
            .iter()
            .map(|judgment| judgment.grade.unwrap_or(0));
        discounted_gain(grades, k) / ideal
    }

    fn average_precision(&self, k: usize) -> f64 {
        let mut relevant = 0;
        let mut sum = 0.0;
        for (index, judgment) in self.found.iter().take(k).enumerate() {
            if judgment.relevant {
                relevant += 1;
                sum += ratio(relevant, index + 1);
            }
        }
        sum / self.all_relevant as f64
    }

    fn reciprocal_rank(&self, k: usize) -> f64 {
        self.found
            .iter()
            .take(k)
            .position(|judgment| judgment.relevant)
            .map_or(0.0, |index| ratio(1, index + 1))
    }

    fn relevant_among(&self, k: usize) -> usize {
        let first = self.found.iter().take(k);
        first.filter(|judgment| judgment.relevant).count()
    }

    fn judged_share(&self, k: usize) -> f64 {
        let first = self.found.iter().take(k);
        let judged = first.filter(|judgment| judgment.grade.is_some()).count();
        ratio(judged, self.found.len().min(k).max(1))
    }
}

fn discounted_gain(grades: impl Iterator<Item = i32>, k: usize) -> f64 {
    total(
        grades
            .take(k)
            .enumerate()
            .map(|(index, grade)| f64::from(grade.max(0)) / ((index + 2) as f64).log2()),
    )
}

/// A sum that is 0 where there is nothing to add; the standard one is -0, which would be printed so.
pub(super) fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{parse_drops, parse_qrels, parse_run};

    /// Topic 1 has relevant passages a (3), b (1), d (2); j is junk (-1), n is judged 0. The run finds u (unjudged), a, n,
    /// b, j in this order, and never d. Topic 2 is not in the run. Topic 3 has no relevant passage.
    const QRELS: &str = "1 0 a 3\n1 0 b 1\n1 0 d 2\n1 0 j -1\n1 0 n 0\n2 0 a 1\n3 0 a 0\n";
    const RUN: &str = "1 Q0 u 1 9 x\n1 Q0 a 2 8 x\n1 Q0 n 3 7 x\n1 Q0 b 4 6 x\n1 Q0 j 5 5 x\n3 Q0 a 1 1 x\n4 Q0 a 1 1 x\n";

    fn measure(name: &str) -> Measure {
        name.parse().unwrap()
    }

    fn score_topic(name: &str, topic: &str, options: &Options) -> f64 {
        let scores = evaluate(
            &parse_qrels(QRELS, "qrels").unwrap(),
            &parse_run(RUN, "run").unwrap(),
            &[measure(name)],
            options,
        );
        scores.per_topic[topic][&measure(name)]
    }

    #[track_caller]
    fn assert_scores(options: &Options, expected: &[(&str, f64)]) {
        for (name, expected) in expected {
            let found = score_topic(name, "1", options);
            assert!(
                (found - expected).abs() < 1e-9,
                "{name}: {found} is not {expected}"
            );
        }
    }

    #[test]
    fn unjudged_passages_keep_their_ranks_and_count_as_not_relevant() {
        let log2_5 = 5_f64.log2();
        // Gains by rank: 0, 3, 0, 1, 0 (junk gains nothing). The discount of rank 4 is log2(5).
        // The ideal ranking is a (3), d (2), b (1): 3/log2(2) + 2/log2(3) + 1/log2(4).
        let gain = 3.0 / 3_f64.log2() + 1.0 / log2_5;
        let ideal = 3.0 + 2.0 / 3_f64.log2() + 1.0 / 2.0;
        // Worked out by hand from log2(3) = 1.584963 and log2(5) = 2.321928: 2.323466 / 4.761860.
        assert!((gain / ideal - 0.487932).abs() < 1e-6);
        assert_scores(
            &Options::default(),
            &[
                ("ndcg@10", gain / ideal),
                // Cut at 2: 3/log2(3) over 3 + 2/log2(3).
                ("ndcg@2", (3.0 / 3_f64.log2()) / (3.0 + 2.0 / 3_f64.log2())),
                ("ndcg@1", 0.0),
                // Relevant at ranks 2 and 4, three relevant in all: (1/2 + 2/4) / 3.
                ("map", 1.0 / 3.0),
                ("map@4", 1.0 / 3.0),
                // Cut at 3 only the first is left: (1/2) / 3. All three relevant count, even where fewer fit in.
                ("map@3", 1.0 / 6.0),
                ("map@2", 1.0 / 6.0),
                ("mrr@10", 1.0 / 2.0),
                ("mrr@1", 0.0),
                ("p@1", 0.0),
                ("p@2", 1.0 / 2.0),
                ("p@4", 2.0 / 4.0),
                // Five were found, but the precision at 10 divides by 10.
                ("p@10", 2.0 / 10.0),
                ("r@2", 1.0 / 3.0),
                ("r@100", 2.0 / 3.0),
                ("s@1", 0.0),
                ("s@2", 1.0),
                // u is the only one of the five that nobody judged.
                ("jdg@10", 4.0 / 5.0),
                ("jdg@2", 1.0 / 2.0),
            ],
        );
    }

    #[test]
    fn the_condensed_list_closes_the_ranks_of_unjudged_passages() {
        // What is left is a, n, b, j: gains 3, 0, 1, 0.
        let ideal = 3.0 + 2.0 / 3_f64.log2() + 1.0 / 2.0;
        assert_scores(
            &Options {
                unjudged: Unjudged::Removed,
                ..Options::default()
            },
            &[
                ("ndcg@10", (3.0 + 1.0 / 2.0) / ideal),
                // Relevant at ranks 1 and 3: (1/1 + 2/3) / 3.
                ("map", 5.0 / 9.0),
                ("mrr@10", 1.0),
                ("p@2", 1.0 / 2.0),
                ("jdg@10", 1.0),
            ],
        );
    }

    #[test]
    fn dropped_passages_leave_the_run_of_their_topic_but_not_the_qrels() {
        let options = Options {
            drop: parse_drops("1 a\n1 u\n2 n\n", "drops").unwrap(),
            ..Options::default()
        };
        // What is left is n, b, j; a still counts as relevant and not found: (1/2) / 3.
        assert_scores(
            &options,
            &[
                ("map", 1.0 / 6.0),
                ("mrr@10", 1.0 / 2.0),
                ("r@100", 1.0 / 3.0),
                ("jdg@10", 1.0),
            ],
        );
    }

    #[test]
    fn the_least_relevant_grade_moves_all_measures_but_ndcg() {
        let strict = Options {
            least_relevant: 2,
            ..Options::default()
        };
        // Only a (rank 2) and d (not found) are graded 2 or more.
        assert_scores(
            &strict,
            &[("map", 1.0 / 4.0), ("r@100", 1.0 / 2.0), ("p@4", 1.0 / 4.0)],
        );
        assert_eq!(
            score_topic("ndcg@10", "1", &strict),
            score_topic("ndcg@10", "1", &Options::default())
        );
        // From grade 0 on, n (rank 3) is relevant too, but u, which nobody judged, is not: (1/2 + 2/3 + 3/4) / 4.
        let lenient = Options {
            least_relevant: 0,
            ..Options::default()
        };
        assert_scores(&lenient, &[("map", 23.0 / 48.0), ("s@1", 0.0)]);
        assert_eq!(score_topic("ndcg@10", "3", &lenient), 0.0);
    }

    #[test]
    fn the_mean_is_over_topics_with_a_relevant_passage_found_or_not() {
        let scores = evaluate(
            &parse_qrels(QRELS, "qrels").unwrap(),
            &parse_run(RUN, "run").unwrap(),
            &Measure::STANDARD,
            &Options::default(),
        );
        // Topic 2 is not in the run and scores 0, topic 3 has nothing to find, topic 4 is not judged.
        assert_eq!(scores.per_topic.keys().collect::<Vec<_>>(), ["1", "2"]);
        assert!(scores.per_topic["2"].values().all(|score| *score == 0.0));
        // (1/2 + 0) / 2 and (1/3 + 0) / 2.
        assert_eq!(scores.mean[&measure("mrr@10")], 1.0 / 4.0);
        assert!((scores.mean[&Measure::Map] - 1.0 / 6.0).abs() < 1e-9);
        assert_eq!(
            scores.mean.keys().copied().collect::<Vec<_>>(),
            Measure::STANDARD
        );
    }

    #[test]
    fn without_topics_every_mean_is_zero() {
        let qrels = parse_qrels("1 0 a 0\n", "qrels").unwrap();
        let scores = evaluate(
            &qrels,
            &Run::default(),
            &[Measure::Map],
            &Options::default(),
        );
        assert_eq!(scores.mean[&Measure::Map].to_string(), "0");
        assert!(scores.per_topic.is_empty());
    }

    #[test]
    fn a_topic_without_results_scores_zero_and_not_minus_zero() {
        for measure in Measure::STANDARD {
            let score = score_topic(&measure.to_string(), "2", &Options::default());
            assert_eq!(score.to_string(), "0", "{measure}");
        }
    }

    #[test]
    fn every_name_is_read_in_any_case_and_printed_in_one_way() {
        for (names, printed) in [
            (
                &["ndcg@10", "NDCG@10", "nDCG@010", " ndcg@10 "][..],
                "nDCG@10",
            ),
            (&["map", "MAP"], "MAP"),
            (&["map@10"], "MAP@10"),
            (&["mrr@7"], "MRR@7"),
            (&["p@5", "Precision@5"], "P@5"),
            (&["r@100", "recall@100", "R@100"], "R@100"),
            (&["s@1", "Success@1"], "S@1"),
            (&["jdg@10", "judged@10", "Jdg@10"], "Jdg@10"),
        ] {
            for name in names {
                assert_eq!(measure(name).to_string(), printed);
            }
            assert_eq!(measure(printed).to_string(), printed);
        }
        assert_eq!(
            format!("{:>8}|{:<5}|", measure("p@5"), Measure::Map),
            "     P@5|MAP  |"
        );
    }

    #[test]
    fn what_is_no_measure_is_bad_usage_and_names_those_that_are() {
        for name in [
            "", "ndcg", "mrr", "ndcg@", "ndcg@0", "p@-1", "p@+1", "p@1.5", "bpref", "bpref@10",
            "map@",
        ] {
            let error = name.parse::<Measure>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            let message = error.to_string();
            assert!(
                message.starts_with(&format!("`{name}` is no measure: expected map")),
                "{message}"
            );
        }
    }
}
