//! What did a system rank for each topic? Runs in TREC's form, ordered as trec_eval orders them.

use super::{malformed, numbered_lines, read_text};
use crate::error::Result;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// A passage of a run, and the score it was ranked by.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPassage {
    /// The passage's id.
    pub id: String,
    /// Never NaN.
    pub score: f64,
}

/// The passages that were found for each topic.
///
/// Their order is trec_eval's, whatever order they came in: the higher score first, and among equal scores the id that
/// sorts later, by its bytes. So a ranking scores the same straight from a search as after it was written to a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    topics: BTreeMap<String, Vec<RankedPassage>>,
}

impl Run {
    /// Sets what was found for a topic, replacing what it had.
    ///
    /// Of a passage that comes more than once only the first counts. A score that is NaN counts as the lowest there is.
    pub fn insert(&mut self, topic: &str, found: impl IntoIterator<Item = (String, f64)>) {
        let mut seen = BTreeSet::new();
        let mut ranked: Vec<RankedPassage> = found
            .into_iter()
            .filter(|(id, _)| seen.insert(id.clone()))
            .map(|(id, score)| RankedPassage {
                id,
                score: if score.is_nan() {
                    f64::NEG_INFINITY
                } else {
                    score
                },
            })
            .collect();
        ranked.sort_by(trec_eval_order);
        self.topics.insert(topic.to_owned(), ranked);
    }

    /// What was found for a topic, best first; nothing if the topic is not in the run.
    pub fn ranking(&self, topic: &str) -> &[RankedPassage] {
        self.topics.get(topic).map_or(&[], Vec::as_slice)
    }

    /// Every topic of the run with what was found for it, by id.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &[RankedPassage])> {
        self.topics
            .iter()
            .map(|(topic, ranked)| (topic.as_str(), ranked.as_slice()))
    }

    /// The run in TREC's form, `topic Q0 passage rank score tag` a line, ranks from 1. Scores keep every digit, so reading
    /// the text gives the same run. Ids and `tag` must be without white space.
    pub fn to_trec(&self, tag: &str) -> String {
        let mut text = String::new();
        for (topic, ranked) in self.topics() {
            for (index, passage) in ranked.iter().enumerate() {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "{topic} Q0 {} {} {} {tag}",
                    passage.id,
                    index + 1,
                    passage.score
                );
            }
        }
        text
    }
}

fn trec_eval_order(left: &RankedPassage, right: &RankedPassage) -> Ordering {
    right
        .score
        .partial_cmp(&left.score)
        .unwrap_or(Ordering::Equal)
        .then_with(|| right.id.cmp(&left.id))
}

/// Reads the run of a file.
///
/// # Errors
/// The file cannot be read, or is not what [`parse_run`] reads.
pub fn read_run(path: &Path) -> Result<Run> {
    let (text, name) = read_text(path)?;
    parse_run(&text, &name)
}

/// Reads a run; `name` is what errors call the input. An empty one is a run that found nothing.
///
/// A line is `topic Q0 passage rank score tag` between any white space ([trec_eval](https://github.com/usnistgov/trec_eval));
/// the tag may be missing. The rank is not used: the score decides.
///
/// # Errors
/// A line that is not of that form is [`ErrorKind::Unreadable`](crate::error::ErrorKind::Unreadable).
pub fn parse_run(text: &str, name: &str) -> Result<Run> {
    let mut found: BTreeMap<&str, Vec<(String, f64)>> = BTreeMap::new();
    for (number, line) in numbered_lines(text) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (&[topic, _, passage, _, score] | &[topic, _, passage, _, score, _]) = &columns[..]
        else {
            return Err(malformed(
                name,
                number,
                "expected `topic Q0 passage rank score tag`",
            ));
        };
        let score = match score.parse::<f64>() {
            Ok(score) if !score.is_nan() => score,
            _ => {
                return Err(malformed(
                    name,
                    number,
                    format!(
                        "expected `topic Q0 passage rank score tag`, but `{score}` is no score"
                    ),
                ));
            }
        };
        found
            .entry(topic)
            .or_default()
            .push((passage.to_owned(), score));
    }
    let mut run = Run::default();
    for (topic, passages) in found {
        run.insert(topic, passages);
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn ids<'a>(run: &'a Run, topic: &str) -> Vec<&'a str> {
        run.ranking(topic)
            .iter()
            .map(|passage| passage.id.as_str())
            .collect()
    }

    #[test]
    fn the_score_orders_not_the_rank_and_ties_go_to_the_later_id() {
        let run = parse_run(
            "\u{feff}1 Q0 a 1 0.5 x\r\n1 Q0 c 2 2e0 x\r\n1 Q0 B 3 0.5 x\r\n1 Q0 b 4 0.50 x\r\n1 Q0 d 5 -1 x\r\n",
            "run",
        )
        .unwrap();
        assert_eq!(ids(&run, "1"), ["c", "b", "a", "B", "d"]);
        assert!(run.ranking("2").is_empty());
    }

    #[test]
    fn numbers_order_as_numbers_and_negative_zero_is_zero() {
        let run = parse_run(
            "1 Q0 a 1 9 x\n1 Q0 b 2 10 x\n1 Q0 c 3 0 x\n1 Q0 d 4 -0.0 x\n1 Q0 b2 5 -0 x\n",
            "run",
        )
        .unwrap();
        assert_eq!(ids(&run, "1"), ["b", "a", "d", "c", "b2"]);
    }

    #[test]
    fn the_first_line_of_a_passage_counts_even_if_a_later_one_scores_higher() {
        let run = parse_run(
            "1 Q0 a 1 1 x\n1 Q0 b 2 2 x\n1 Q0 a 3 3 x\n2 Q0 a 1 7 x\n",
            "run",
        )
        .unwrap();
        assert_eq!(ids(&run, "1"), ["b", "a"]);
        assert_eq!(run.ranking("1")[1].score, 1.0);
        assert_eq!(run.ranking("2")[0].score, 7.0);
    }

    #[test]
    fn topics_may_be_interleaved_and_the_tag_missing() {
        let run = parse_run("2 Q0 a 1 1\n1 Q0 a 1 1\n2 Q0 b 2 2\n", "run").unwrap();
        assert_eq!(ids(&run, "2"), ["b", "a"]);
        assert_eq!(
            run.topics().map(|(topic, _)| topic).collect::<Vec<_>>(),
            ["1", "2"]
        );
    }

    #[test]
    fn a_line_that_is_no_ranked_passage_names_file_line_and_what_is_expected() {
        for bad in [
            "1 Q0 b 2",
            "1 Q0 b 2 1 x y",
            "1 Q0 b 2 high x",
            "1 Q0 b 2 NaN x",
        ] {
            let error = parse_run(&format!("1 Q0 a 1 1 x\n\n{bad}\n"), "run").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unreadable);
            let message = error.to_string();
            assert!(
                message.starts_with("run:3: expected `topic Q0 passage rank score tag`"),
                "{bad}: {message}"
            );
        }
    }

    #[test]
    fn an_empty_run_is_one_that_found_nothing() {
        assert_eq!(parse_run("", "run").unwrap(), Run::default());
    }

    #[test]
    fn a_written_run_is_read_back_the_same() {
        let mut run = Run::default();
        run.insert(
            "2",
            [
                ("a#x".to_owned(), 0.1 + 0.2),
                ("b".to_owned(), f64::from(0.1_f32)),
            ],
        );
        run.insert("10", [("c".to_owned(), -1e-300), ("d".to_owned(), 1e300)]);
        let text = run.to_trec("ibid");
        assert!(text.starts_with("10 Q0 d 1 1"), "{text}");
        assert!(
            text.ends_with("\n2 Q0 b 2 0.10000000149011612 ibid\n"),
            "{text}"
        );
        assert_eq!(parse_run(&text, "run").unwrap(), run);
    }

    #[test]
    fn a_score_that_is_not_a_number_goes_last() {
        let mut run = Run::default();
        run.insert(
            "1",
            [
                ("a".to_owned(), f64::NAN),
                ("b".to_owned(), -5.0),
                ("c".to_owned(), 1.0),
            ],
        );
        assert_eq!(ids(&run, "1"), ["c", "b", "a"]);
    }
}
