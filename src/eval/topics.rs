//! Which queries does a test collection ask? Topics as TSV, TREC `<top>` or BEIR JSON lines, told apart by their content.

use super::{is_id_header, malformed, numbered_lines, read_text, without_mark};
use crate::error::{Error, ErrorKind, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Second columns by which the header line of a TSV is known, in lower case.
const QUERY_HEADERS: [&str; 5] = ["query", "text", "title", "topic", "question"];

const EXPECTED_TSV: &str =
    "expected `id<TAB>query` (topics are that, TREC `<top>`, or JSON lines with `_id` and `text`)";

/// A query of a test collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What qrels and runs call it; never empty, without white space.
    pub id: String,
    /// What is searched for; never blank.
    pub query: String,
}

/// Reads the topics of a file.
///
/// # Errors
/// The file cannot be read, or is not what [`parse_topics`] reads.
pub fn read_topics(path: &Path) -> Result<Vec<Topic>> {
    let (text, name) = read_text(path)?;
    parse_topics(&text, &name)
}

/// Reads topics in the order they are written; `name` is what errors call the input.
///
/// The first character that is not white space tells the form:
/// - `{`: BEIR's JSON lines, `{"_id": "1", "text": "leg cramps"}`, other fields ignored
///   ([BEIR](https://github.com/beir-cellar/beir)).
/// - `<`: TREC topics, `<top>` with `<num>` and `<title>`, whose tags may be closed or, as in the classic files, end where
///   the next tag begins. The title is the query. Ids are kept as they are written, zeros in front included.
/// - anything else: `id<TAB>query`, one a line, after an optional header line.
///
/// # Errors
/// A line that is not of that form, a blank query, an id that is blank, has white space in it or came before, and an
/// input without topics are [`ErrorKind::Unreadable`], each with the line.
pub fn parse_topics(text: &str, name: &str) -> Result<Vec<Topic>> {
    let mut topics = Topics::new(name);
    match without_mark(text).trim_start().chars().next() {
        Some('{') => parse_json_lines(text, &mut topics)?,
        Some('<') => parse_trec(text, &mut topics)?,
        _ => parse_tsv(text, &mut topics)?,
    }
    topics.finish()
}

/// The topics read so far, each checked as it comes.
struct Topics<'a> {
    name: &'a str,
    topics: Vec<Topic>,
    /// The line that gave each id.
    lines: BTreeMap<String, usize>,
}

impl<'a> Topics<'a> {
    fn new(name: &'a str) -> Self {
        Self {
            name,
            topics: Vec::new(),
            lines: BTreeMap::new(),
        }
    }

    fn add(&mut self, line: usize, id: &str, query: &str) -> Result<()> {
        let (id, query) = (id.trim(), query.trim());
        if id.is_empty() {
            return Err(self.malformed(line, "the topic's id is empty"));
        }
        if id.contains(char::is_whitespace) {
            return Err(self.malformed(
                line,
                format!(
                    "the topic's id `{id}` has white space in it, which runs and qrels cannot hold"
                ),
            ));
        }
        if query.is_empty() {
            return Err(self.malformed(line, format!("the query of topic `{id}` is empty")));
        }
        if let Some(first) = self.lines.insert(id.to_owned(), line) {
            return Err(self.malformed(
                line,
                format!("topic `{id}` was given on line {first} already"),
            ));
        }
        self.topics.push(Topic {
            id: id.to_owned(),
            query: query.to_owned(),
        });
        Ok(())
    }

    fn malformed(&self, line: usize, message: impl AsRef<str>) -> Error {
        malformed(self.name, line, message)
    }

    fn finish(self) -> Result<Vec<Topic>> {
        if self.topics.is_empty() {
            return Err(Error::new(
                ErrorKind::Unreadable,
                format!("{}: there are no topics in it", self.name),
            ));
        }
        Ok(self.topics)
    }
}

fn parse_tsv(text: &str, topics: &mut Topics<'_>) -> Result<()> {
    for (index, (number, line)) in numbered_lines(text).enumerate() {
        let Some((id, query)) = line.split_once('\t') else {
            return Err(topics.malformed(number, EXPECTED_TSV));
        };
        if query.trim_end().contains('\t') {
            return Err(topics.malformed(
                number,
                format!("{EXPECTED_TSV}, found more than two columns"),
            ));
        }
        if index == 0 && is_header(id, query) {
            continue;
        }
        topics.add(number, id, query)?;
    }
    Ok(())
}

fn is_header(id: &str, query: &str) -> bool {
    is_id_header(id) && QUERY_HEADERS.contains(&query.trim().to_ascii_lowercase().as_str())
}

fn parse_json_lines(text: &str, topics: &mut Topics<'_>) -> Result<()> {
    const EXPECTED: &str = "expected a JSON object with `_id` and `text`";
    for (number, line) in numbered_lines(text) {
        // The parser's own message counts lines from this one, so only its column is of use.
        let value: Value = serde_json::from_str(line).map_err(|cause| {
            topics.malformed(
                number,
                format!("{EXPECTED}, found no JSON (column {})", cause.column()),
            )
        })?;
        let id = match &value["_id"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return Err(topics.malformed(number, EXPECTED)),
        };
        let Value::String(query) = &value["text"] else {
            return Err(topics.malformed(number, EXPECTED));
        };
        topics.add(number, &id, query)?;
    }
    Ok(())
}

/// A `<top>` that is being read.
struct Top {
    line: usize,
    /// The line and the text of `<num>`.
    num: Option<(usize, String)>,
    /// The line and the text of `<title>`.
    title: Option<(usize, String)>,
}

fn parse_trec(text: &str, topics: &mut Topics<'_>) -> Result<()> {
    let mut top: Option<Top> = None;
    for field in fields(without_mark(text)) {
        let name = field.name.to_ascii_lowercase();
        match (name.as_str(), &mut top) {
            ("top" | "/top", _) => {
                if let Some(finished) = top.take() {
                    add_top(finished, topics)?;
                }
                if name == "top" {
                    top = Some(Top {
                        line: field.line,
                        num: None,
                        title: None,
                    });
                }
            }
            ("num", Some(top)) => set_once(&mut top.num, &field, "Number:", topics)?,
            ("title", Some(top)) => set_once(&mut top.title, &field, "Topic:", topics)?,
            ("num" | "title", None) => {
                return Err(
                    topics.malformed(field.line, "expected `<top>` before `<num>` and `<title>`")
                );
            }
            // The description, the narrative, and whatever wraps the topics.
            _ => {}
        }
    }
    top.map_or(Ok(()), |unclosed| add_top(unclosed, topics))
}

/// Fills `<num>` or `<title>`, without the label that the classic files put in front.
fn set_once(
    slot: &mut Option<(usize, String)>,
    field: &Field<'_>,
    label: &str,
    topics: &Topics<'_>,
) -> Result<()> {
    if slot.is_some() {
        return Err(topics.malformed(
            field.line,
            format!("expected `<top>` before a second `<{}>`", field.name),
        ));
    }
    let text = field.text.trim();
    let text = match text.get(..label.len()) {
        Some(start) if start.eq_ignore_ascii_case(label) => &text[label.len()..],
        _ => text,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    *slot = Some((field.line, without_entities(&words.join(" "))));
    Ok(())
}

fn add_top(top: Top, topics: &mut Topics<'_>) -> Result<()> {
    let Some((line, id)) = top.num else {
        return Err(topics.malformed(top.line, "expected `<num>` in this `<top>`"));
    };
    let Some((_, query)) = top.title else {
        return Err(topics.malformed(
            line,
            format!("expected a `<title>` in the `<top>` of topic `{id}`"),
        ));
    };
    topics.add(line, &id, &query)
}

/// The characters that a file with closed tags, being XML, has to write as entities.
fn without_entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// A tag, and the text from it to the next one.
struct Field<'a> {
    /// The line of the tag, counted from 1.
    line: usize,
    /// The tag's name, with the `/` of a closing one, without attributes.
    name: &'a str,
    text: &'a str,
}

/// Cuts text at its tags. Classic topics do not close them, so a field ends where any tag begins.
fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    let mut start_of_text = 0;
    for (open, _) in text.match_indices('<') {
        let Some((name, end)) = tag(&text[open..]) else {
            continue;
        };
        if let Some(before) = fields.last_mut() {
            before.text = &text[start_of_text..open];
        }
        line += text[counted..open].matches('\n').count();
        counted = open;
        start_of_text = open + end;
        fields.push(Field {
            line,
            name,
            text: &text[start_of_text..],
        });
    }
    fields
}

/// The name of the tag that `text` begins with, and the length of the tag. A `<` that means "less than" begins none.
fn tag(text: &str) -> Option<(&str, usize)> {
    let line = text.lines().next()?;
    let end = line.find('>')?;
    let inner = &line[1..end];
    let name = inner.split_whitespace().next()?;
    let is_name =
        inner.starts_with(|first: char| first.is_ascii_alphabetic() || "/?!".contains(first));
    (is_name && !inner.contains('<')).then_some((name, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(text: &str) -> Vec<(String, String)> {
        parse_topics(text, "topics")
            .unwrap()
            .into_iter()
            .map(|topic| (topic.id, topic.query))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(id, query)| ((*id).to_owned(), (*query).to_owned()))
            .collect()
    }

    fn error(text: &str) -> String {
        let error = parse_topics(text, "topics").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        error.to_string()
    }

    #[test]
    fn tsv_keeps_the_order_and_skips_blank_lines_header_mark_and_carriage_returns() {
        assert_eq!(
            topics("\u{feff}qid\tText\r\n9\tleg cramps at night\r\n\r\n10\t stiff neck \r\n"),
            pairs(&[("9", "leg cramps at night"), ("10", "stiff neck")])
        );
    }

    #[test]
    fn a_header_is_known_only_by_both_columns_and_only_on_the_first_line() {
        assert_eq!(topics("id\tcramps"), pairs(&[("id", "cramps")]));
        assert_eq!(topics("1\tquery"), pairs(&[("1", "query")]));
        assert_eq!(
            topics("1\ta\nid\tquery"),
            pairs(&[("1", "a"), ("id", "query")])
        );
    }

    #[test]
    fn a_line_without_a_tab_names_file_line_and_what_is_expected() {
        let message = error("1\tcramps\n\n2 stiff neck\n");
        assert!(
            message.starts_with("topics:3: expected `id<TAB>query`"),
            "{message}"
        );
        assert!(error("1\tcramps\tleg").starts_with("topics:1: expected"));
    }

    #[test]
    fn a_repeated_id_names_both_lines() {
        assert_eq!(
            error("a\tx\nb\ty\na\tz\n"),
            "topics:3: topic `a` was given on line 1 already"
        );
        assert_eq!(
            error("{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":\"a\",\"text\":\"y\"}\n"),
            "topics:2: topic `a` was given on line 1 already"
        );
        assert_eq!(
            error("<top>\n<num> 1\n<title> x\n</top>\n<top>\n<num> 1\n<title> y\n</top>"),
            "topics:6: topic `1` was given on line 2 already"
        );
    }

    #[test]
    fn an_empty_query_or_id_is_an_error() {
        assert_eq!(
            error("1\tx\n2\t  \n"),
            "topics:2: the query of topic `2` is empty"
        );
        assert_eq!(error("\tcramps"), "topics:1: the topic's id is empty");
        assert_eq!(
            error("{\"_id\":\"7\",\"text\":\" \"}"),
            "topics:1: the query of topic `7` is empty"
        );
        assert!(error("a b\tcramps").starts_with("topics:1: the topic's id `a b` has white space"));
    }

    #[test]
    fn an_input_without_topics_is_an_error() {
        for text in ["", "\u{feff}\r\n \n", "id\tquery\n", "<topics>\n</topics>"] {
            assert_eq!(error(text), "topics: there are no topics in it", "{text:?}");
        }
    }

    #[test]
    fn classic_trec_topics_leave_their_tags_open() {
        let text = "\n<top>\n\n<num> Number: 301 \n<title> International\n   Organized Crime \n\n\
                    <desc> Description: \nIdentify organizations.\n\n<narr> Narrative: \nA title: none.\n\n</top>\n\n\
                    <top>\n<num> Number: 302\n<dom> Domain: Health\n<title> Topic:  Polio < 5 years\n<desc> Is it gone?\n</top>\n";
        assert_eq!(
            topics(text),
            pairs(&[
                ("301", "International Organized Crime"),
                ("302", "Polio < 5 years")
            ])
        );
    }

    #[test]
    fn less_than_in_a_title_begins_no_tag() {
        assert_eq!(
            topics(
                "<top><num>1</num><title>Polio < 5 and > 2 years</title></top>\n<top>\n<num> 2\n<title> Pulse <b or c<desc> Which?\n</top>"
            ),
            pairs(&[("1", "Polio < 5 and > 2 years"), ("2", "Pulse <b or c")])
        );
    }

    #[test]
    fn closed_trec_tags_are_read_in_any_case_and_any_wrapping() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\r\n<topics task=\"x\">\r\n<TOP><NUM>C041</NUM>\
                    <title lang=\"en\">Heat &amp; cold</title><desc>Which?</desc></TOP>\r\n\
                    <top>\r\n<title>Back spasms</title>\r\n<num>042</num>\r\n</top></topics>\r\n";
        assert_eq!(
            topics(text),
            pairs(&[("C041", "Heat & cold"), ("042", "Back spasms")])
        );
    }

    #[test]
    fn a_top_that_is_never_closed_ends_where_the_next_begins() {
        assert_eq!(
            topics("<top>\n<num> 1\n<title> a\n<top>\n<num> 2\n<title> b\n"),
            pairs(&[("1", "a"), ("2", "b")])
        );
    }

    #[test]
    fn a_trec_topic_without_number_or_title_names_its_line() {
        assert_eq!(
            error("<top>\n<num> 1\n<title> a\n</top>\n<top>\n<title> b\n</top>"),
            "topics:5: expected `<num>` in this `<top>`"
        );
        assert_eq!(
            error("<top>\n<num> Number: 201\n<desc> Only this\n</top>"),
            "topics:2: expected a `<title>` in the `<top>` of topic `201`"
        );
        assert_eq!(
            error("<top>\n<num> 1\n<title> a\n<num> 2\n<title> b\n</top>"),
            "topics:4: expected `<top>` before a second `<num>`"
        );
        assert_eq!(
            error("<num> 1\n<title> a\n"),
            "topics:1: expected `<top>` before `<num>` and `<title>`"
        );
    }

    #[test]
    fn beir_lines_may_have_more_fields_and_ids_that_are_numbers() {
        assert_eq!(
            topics(
                "{\"_id\": \"q1\", \"text\": \"leg\\tcramps\", \"metadata\": {}}\r\n\n{\"_id\": 2, \"text\": \"b\"}"
            ),
            pairs(&[("q1", "leg\tcramps"), ("2", "b")])
        );
    }

    #[test]
    fn a_beir_line_that_is_not_one_names_its_line() {
        let good = "{\"_id\":\"1\",\"text\":\"a\"}\n";
        for bad in [
            "2\tb",
            "{\"_id\":\"2\"",
            "{\"_id\":\"2\"}",
            "{\"text\":\"b\"}",
            "[1]",
            "{\"_id\":\"2\",\"text\":3}",
        ] {
            let message = error(&format!("{good}{bad}\n"));
            assert!(
                message.starts_with("topics:2: expected a JSON object with `_id` and `text`"),
                "{bad}: {message}"
            );
        }
    }
}
