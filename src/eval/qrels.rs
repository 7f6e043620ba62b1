//! Which passages answer which topic, and how well? Judgments as TREC's four columns or BEIR's TSV.

use super::{is_id_header, malformed, numbered_lines, read_text};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Passages to leave out of a run before it is scored, by topic.
pub type Drops = BTreeMap<String, BTreeSet<String>>;

/// The grades of the judged passages of each topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qrels {
    topics: BTreeMap<String, BTreeMap<String, i32>>,
}

impl Qrels {
    /// Grades a passage for a topic; returns the grade that it had before.
    pub fn insert(&mut self, topic: &str, passage: &str, grade: i32) -> Option<i32> {
        self.topics
            .entry(topic.to_owned())
            .or_default()
            .insert(passage.to_owned(), grade)
    }

    /// The judged passages of a topic with their grades; `None` if nothing was judged for it.
    pub fn grades(&self, topic: &str) -> Option<&BTreeMap<String, i32>> {
        self.topics.get(topic)
    }

    /// Every judged topic with its grades, by id.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, i32>)> {
        self.topics
            .iter()
            .map(|(topic, grades)| (topic.as_str(), grades))
    }
}

/// Reads the judgments of a file.
///
/// # Errors
/// The file cannot be read, or is not what [`parse_qrels`] reads.
pub fn read_qrels(path: &Path) -> Result<Qrels> {
    let (text, name) = read_text(path)?;
    parse_qrels(&text, &name)
}

/// Reads judgments; `name` is what errors call the input.
///
/// The first line tells the form: TREC's `topic iteration passage grade` between any white space, the iteration unused
/// ([trec_eval](https://github.com/usnistgov/trec_eval)), or BEIR's `topic<TAB>passage<TAB>grade`
/// ([BEIR](https://github.com/beir-cellar/beir)). A header line is skipped. Grades are whole numbers, kept as given even
/// where negative, as some tracks mark junk.
///
/// # Errors
/// A line that is not of that form, a passage with two different grades for a topic, and an input without judgments are
/// [`ErrorKind::Unreadable`], each with the line.
pub fn parse_qrels(text: &str, name: &str) -> Result<Qrels> {
    let mut qrels = Qrels::default();
    let mut form = None;
    for (number, line) in numbered_lines(text) {
        let form = match form {
            Some(form) => form,
            None => {
                let told = Form::of(line).ok_or_else(|| {
                    malformed(
                        name,
                        number,
                        "expected `topic 0 passage grade` or `topic<TAB>passage<TAB>grade`",
                    )
                })?;
                form = Some(told);
                if told.is_header(line) {
                    continue;
                }
                told
            }
        };
        let (topic, passage, grade) = form
            .read(line)
            .ok_or_else(|| malformed(name, number, form.expected()))?;
        match qrels.insert(topic, passage, grade) {
            Some(before) if before != grade => {
                return Err(malformed(
                    name,
                    number,
                    format!(
                        "`{passage}` is graded {grade} for topic `{topic}`, but {before} before"
                    ),
                ));
            }
            _ => {}
        }
    }
    if qrels.topics.is_empty() {
        return Err(Error::new(
            ErrorKind::Unreadable,
            format!("{name}: there are no judgments in it"),
        ));
    }
    Ok(qrels)
}

/// Reads a file of passages to leave out of runs, such as those that are neither an answer nor none.
///
/// # Errors
/// The file cannot be read, or is not what [`parse_drops`] reads.
pub fn read_drops(path: &Path) -> Result<Drops> {
    let (text, name) = read_text(path)?;
    parse_drops(&text, &name)
}

/// Reads passages to leave out of runs, `topic passage` a line; `name` is what errors call the input.
///
/// # Errors
/// A line that has not two columns is [`ErrorKind::Unreadable`].
pub fn parse_drops(text: &str, name: &str) -> Result<Drops> {
    let mut drops = Drops::new();
    for (number, line) in numbered_lines(text) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [topic, passage] = columns[..] else {
            return Err(malformed(name, number, "expected `topic passage`"));
        };
        drops
            .entry(topic.to_owned())
            .or_default()
            .insert(passage.to_owned());
    }
    Ok(drops)
}

/// How the lines of a file are written.
#[derive(Clone, Copy)]
enum Form {
    Trec,
    Beir,
}

impl Form {
    /// A passage's id in BEIR's form may hold blanks, so three tabbed columns are looked for first.
    fn of(line: &str) -> Option<Self> {
        if line.split('\t').count() == 3 {
            Some(Self::Beir)
        } else if line.split_whitespace().count() == 4 {
            Some(Self::Trec)
        } else {
            None
        }
    }

    fn columns(self, line: &str) -> Option<(&str, &str, &str)> {
        let columns: Vec<&str> = match self {
            Self::Trec => line.split_whitespace().collect(),
            Self::Beir => line.split('\t').map(str::trim).collect(),
        };
        match (self, &columns[..]) {
            (Self::Trec, &[topic, _, passage, grade]) | (Self::Beir, &[topic, passage, grade]) => {
                Some((topic, passage, grade))
            }
            _ => None,
        }
    }

    fn is_header(self, line: &str) -> bool {
        self.columns(line)
            .is_some_and(|(topic, _, grade)| is_id_header(topic) && grade.parse::<i32>().is_err())
    }

    fn read(self, line: &str) -> Option<(&str, &str, i32)> {
        let (topic, passage, grade) = self.columns(line)?;
        if topic.is_empty() || passage.is_empty() {
            return None;
        }
        Some((topic, passage, grade.parse().ok()?))
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Trec => "expected `topic 0 passage grade`, the grade a whole number",
            Self::Beir => "expected `topic<TAB>passage<TAB>grade`, the grade a whole number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = parse_qrels(text, "qrels").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        error.to_string()
    }

    fn flat(qrels: &Qrels) -> Vec<(&str, &str, i32)> {
        qrels
            .topics()
            .flat_map(|(topic, grades)| {
                grades
                    .iter()
                    .map(move |(passage, grade)| (topic, passage.as_str(), *grade))
            })
            .collect()
    }

    #[test]
    fn trec_columns_stand_between_any_white_space_and_grades_may_be_negative() {
        let qrels =
            parse_qrels("\u{feff}2 0 b 1\r\n\r\n1\t0\ta\t-2\n1  0  c   3\n", "qrels").unwrap();
        assert_eq!(flat(&qrels), [("1", "a", -2), ("1", "c", 3), ("2", "b", 1)]);
        assert_eq!(qrels.grades("3"), None);
    }

    #[test]
    fn beir_columns_stand_between_tabs_with_or_without_a_header() {
        let expected = [("q1", "d 1", 2), ("q1", "d2", 0)];
        let with = parse_qrels(
            "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq1\td2\t0\n",
            "qrels",
        )
        .unwrap();
        let without = parse_qrels("q1\td 1\t2\r\nq1\td2\t0\r\n", "qrels").unwrap();
        assert_eq!(flat(&with), expected);
        assert_eq!(flat(&without), expected);
    }

    #[test]
    fn a_line_of_another_form_names_file_line_and_what_is_expected() {
        assert_eq!(
            error("1 0 a 1\n1 0 b\n"),
            "qrels:2: expected `topic 0 passage grade`, the grade a whole number"
        );
        assert_eq!(
            error("1 0 a 1\n1 0 b 1.5\n"),
            "qrels:2: expected `topic 0 passage grade`, the grade a whole number"
        );
        assert_eq!(
            error("q\td\t1\nq\td\tyes\n"),
            "qrels:2: expected `topic<TAB>passage<TAB>grade`, the grade a whole number"
        );
        assert_eq!(
            error("\n1 cramps\n"),
            "qrels:2: expected `topic 0 passage grade` or `topic<TAB>passage<TAB>grade`"
        );
        // Only a header that names its columns is one.
        assert!(error("1\td\thigh\n").starts_with("qrels:1: "));
    }

    #[test]
    fn a_judgment_may_be_repeated_but_not_contradicted() {
        assert!(parse_qrels("1 0 a 1\n1 0 a 1\n", "qrels").is_ok());
        assert_eq!(
            error("1 0 a 1\n2 0 a 2\n1 0 a 0\n"),
            "qrels:3: `a` is graded 0 for topic `1`, but 1 before"
        );
    }

    #[test]
    fn an_input_without_judgments_is_an_error() {
        assert_eq!(error(""), "qrels: there are no judgments in it");
        assert_eq!(
            error("query-id\tcorpus-id\tscore\n"),
            "qrels: there are no judgments in it"
        );
    }

    #[test]
    fn drops_are_two_columns() {
        let drops = parse_drops("1 a\r\n\n1\tb\n2 a\n", "drops").unwrap();
        assert_eq!(drops["1"], BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(drops["2"].len(), 1);
        assert_eq!(
            parse_drops("1 a\n1 0 a 1\n", "drops")
                .unwrap_err()
                .to_string(),
            "drops:2: expected `topic passage`"
        );
    }
}
