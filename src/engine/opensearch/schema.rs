//! Which fields has a passage on the server, and how is an index made there?
//!
//! Text is told apart into words here, as everywhere; the server is given lists of them, which it only takes apart at spaces
//! ([`Listed`]). Scores are made here too: what the server ranks by (`similarity`, see `candidates`) says which passages are worth
//! scoring.

use super::cluster::ClusterOptions;
use crate::analysis::{self, TokenStream};
use crate::engine::Ranking;
use crate::passage;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A change in the fields, in what is kept or in what it is kept as makes indexes of an older number unreadable.
const FORMAT: u32 = 1;

/// What stands for a position without a word.
const NOTHING: &str = "_";
/// What stands between words of one position.
const OR: char = '|';
/// The largest distance between two words that is told from larger ones: that over the end of a line. It is one more than
/// `position_increment_gap`.
const MOST_DISTANCE: u32 = 9;
/// More bytes than the alternatives of one position have.
const LONGEST_TOKEN: u32 = 1024;
/// How many characters of a keyword are indexed at the most: the server refuses more than 32,766 bytes.
const LONGEST_KEYWORD: u32 = 8191;
/// How many hits one request may ask for.
pub(super) const MOST_HITS: usize = 10_000;
/// How many values one clause may have.
pub(super) const MOST_VALUES: usize = 50_000;

/// What wrote an index, and in which form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Form {
    pub(super) made_by: String,
    pub(super) format: u32,
    pub(super) analysis: u32,
    pub(super) passages: u32,
}

impl Form {
    pub(super) fn current() -> Self {
        Self {
            made_by: format!("ibid {}", env!("CARGO_PKG_VERSION")),
            format: FORMAT,
            analysis: analysis::VERSION,
            passages: passage::VERSION,
        }
    }

    fn numbers(&self) -> [u32; 3] {
        [self.format, self.analysis, self.passages]
    }

    /// Whether this version reads it.
    pub(super) fn is_current(&self) -> bool {
        self.numbers() == Self::current().numbers()
    }

    /// Whether it is of a form that is not known yet.
    pub(super) fn is_newer(&self) -> bool {
        let ours = Self::current().numbers();
        self.numbers()
            .iter()
            .zip(ours)
            .any(|(theirs, ours)| *theirs > ours)
    }
}

/// The body of the request that makes an index, which `alias` leads to where it is given.
pub(super) fn index(options: &ClusterOptions, alias: Option<&str>) -> Value {
    let words = |similarity: &str| {
        json!({"type": "text", "analyzer": "listed", "similarity": similarity,
            "norms": similarity == "ibid", "position_increment_gap": MOST_DISTANCE - 1})
    };
    let set_of_words =
        json!({"type": "text", "analyzer": "listed", "norms": false, "index_options": "docs"});
    let keyword = json!({"type": "keyword", "ignore_above": LONGEST_KEYWORD});
    let only_found =
        json!({"type": "keyword", "ignore_above": LONGEST_KEYWORD, "doc_values": false});
    let only_read = json!({"type": "integer", "index": false});
    // What is written becomes visible by a commit, and that asks for it.
    let refresh = options.refresh;
    let refresh = refresh.map_or_else(|| "-1".to_owned(), |each| format!("{}s", each.as_secs()));
    let mut aliases = json!({});
    if let Some(alias) = alias {
        aliases[alias] = json!({});
    }
    json!({
        "aliases": aliases,
        "settings": {"index": {
            "number_of_shards": options.shards,
            "number_of_replicas": options.replicas,
            "refresh_interval": refresh,
            "max_result_window": MOST_HITS,
            "similarity": {"ibid": {"type": "scripted", "script": {"source": similarity()}}},
            "analysis": {
                "tokenizer": {"listed": {"type": "whitespace", "max_token_length": LONGEST_TOKEN}},
                "filter": {
                    "nothing": {"type": "stop", "stopwords": [NOTHING]},
                    "alternatives": {"type": "pattern_capture", "preserve_original": false, "patterns": ["([^|]+)"]},
                },
                "analyzer": {"listed": {"type": "custom", "tokenizer": "listed", "filter": ["nothing", "alternatives"]}},
            },
        }},
        "mappings": {
            "dynamic": false,
            "_meta": {"ibid": Form::current()},
            // Of a passage only its record is kept; documents that are no passages have no field of these names.
            "_source": {"excludes": [
                "added", "number", "position", "passages", "heading_length", "text_length", "name_words", "published",
                "article", "source", "tag", "passage", "file", "whole_name", "title", "heading", "own", "text", "names",
            ]},
            "properties": {
                "added": {"type": "long"},
                "number": {"type": "long"},
                "position": {"type": "integer"},
                "passages": only_read,
                "heading_length": only_read,
                "text_length": only_read,
                "name_words": only_read,
                "published": {"type": "integer"},
                "article": keyword,
                "source": keyword,
                "tag": keyword,
                "passage": only_found,
                "file": only_found,
                "whole_name": only_found,
                "title": words("boolean"),
                "heading": words("boolean"),
                "own": words("ibid"),
                "text": set_of_words,
                "names": set_of_words,
            },
        },
    })
}

/// What a word gives to a passage that has it, as the server works it out. The weight of the word and the average length of passages
/// come in one number, the boost of the clause: the length before the point, the weight behind it. So nothing is ranked by the
/// server's own statistics, which count what was deleted, and differ from shard to shard.
fn similarity() -> String {
    let Ranking { k1, b, .. } = Ranking::default();
    format!(
        "double length = Math.floor(query.boost); double share = query.boost - length; \
         return share * doc.freq / (doc.freq + {} + {} * doc.length / length);",
        k1 * (1.0 - b),
        k1 * b
    )
}

/// A text as a list of its words that the server only takes apart: a value a line, the words of each apart by spaces.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Listed {
    pub(super) lines: Vec<String>,
    /// How many words there are.
    pub(super) words: u32,
}

impl Listed {
    /// The words of a text; `seen` looks at the stream at each.
    pub(super) fn new(text: &str, mut seen: impl FnMut(&TokenStream<'_>)) -> Self {
        let mut listed = Self::default();
        let mut terms = TokenStream::new(text);
        let mut last: Option<u32> = None;
        while terms.advance().is_some() {
            seen(&terms);
            let distance = last.map_or(0, |last| terms.position() - last);
            listed.push(last.is_none(), distance, terms.term());
            last = Some(terms.position());
        }
        listed
    }

    fn push(&mut self, is_first: bool, distance: u32, term: &str) {
        self.words += 1;
        match self.lines.last_mut() {
            Some(line) if !is_first && distance < MOST_DISTANCE => {
                if distance == 0 {
                    line.push(OR);
                } else {
                    line.push(' ');
                    for _ in 1..distance {
                        line.push_str(NOTHING);
                        line.push(' ');
                    }
                }
                line.push_str(term);
            }
            _ => self.lines.push(term.to_owned()),
        }
    }

    /// The lines of headings and text as those of one field, in which no phrase leads from the one to the other.
    pub(super) fn together(headings: &Self, text: &Self) -> Vec<String> {
        let mut lines = headings.lines.clone();
        if !lines.is_empty() {
            lines.push(NOTHING.to_owned());
        }
        lines.extend(text.lines.iter().cloned());
        lines
    }
}

/// A phrase as the texts that a field has to hold side by side: one, or two where words share a position.
pub(super) fn phrase(terms: &[(u32, String)]) -> Vec<String> {
    let shared = |at: &u32| terms.iter().filter(|(other, _)| other == at).count();
    let texts = terms.iter().map(|(at, _)| shared(at)).max().unwrap_or(0);
    (0..texts)
        .map(|which| {
            let mut text = String::new();
            let mut last: Option<u32> = None;
            for (at, _) in terms {
                if last == Some(*at) {
                    continue;
                }
                if let Some(last) = last {
                    text.push(' ');
                    for _ in 1..(at - last).min(MOST_DISTANCE) {
                        text.push_str(NOTHING);
                        text.push(' ');
                    }
                }
                let alternatives: Vec<&str> = terms
                    .iter()
                    .filter(|(other, _)| other == at)
                    .map(|(_, term)| term.as_str())
                    .collect();
                text.push_str(alternatives[which.min(alternatives.len() - 1)]);
                last = Some(*at);
            }
            text
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_with_their_distances() {
        let list = |text: &str| Listed::new(text, |_| {}).lines;
        assert_eq!(list(""), Vec::<String>::new());
        assert_eq!(list("Back spasms\n\nhurt"), ["back spasm", "hurt"]);
        assert_eq!(list("sciatica5 hurt"), ["sciatica5|sciatica hurt"]);
        let long = "a".repeat(200);
        assert_eq!(list(&format!("back {long} hurt")), ["back _ hurt"]);
        assert_eq!(Listed::new("sciatica5 hurt", |_| {}).words, 3);
        let (headings, text) = (Listed::new("One", |_| {}), Listed::new("two", |_| {}));
        assert_eq!(Listed::together(&headings, &text), ["one", "_", "two"]);
        assert_eq!(Listed::together(&Listed::default(), &text), ["two"]);
    }

    #[test]
    fn a_phrase_is_asked_for_as_it_is_listed() {
        let terms = |list: &[(u32, &str)]| -> Vec<(u32, String)> {
            list.iter()
                .map(|(at, term)| (*at, (*term).to_owned()))
                .collect()
        };
        assert_eq!(phrase(&terms(&[(0, "back"), (1, "spasm")])), ["back spasm"]);
        assert_eq!(
            phrase(&terms(&[(0, "back"), (3, "hurt")])),
            ["back _ _ hurt"]
        );
        assert_eq!(
            phrase(&terms(&[(0, "sciatica5"), (0, "sciatica"), (1, "hurt")])),
            ["sciatica5 hurt", "sciatica hurt"]
        );
        assert_eq!(
            phrase(&terms(&[(0, "a"), (30, "b")])),
            [format!("a {}b", "_ ".repeat(8))]
        );
    }

    #[test]
    fn an_index_of_another_form_is_told_from_one_of_this() {
        let form = Form::current();
        assert!(form.is_current() && !form.is_newer());
        let newer = Form {
            analysis: form.analysis + 1,
            ..form.clone()
        };
        assert!(!newer.is_current() && newer.is_newer());
        let older = Form { format: 0, ..form };
        assert!(!older.is_current() && !older.is_newer());
    }

    #[test]
    fn an_index_is_made_as_the_options_say() {
        let mut options = ClusterOptions::default();
        let made = index(&options, Some("kb"));
        assert_eq!(made["settings"]["index"]["refresh_interval"], "-1");
        assert_eq!(made["aliases"], json!({"kb": {}}));
        options.refresh = Some(std::time::Duration::from_secs(60));
        (options.shards, options.replicas) = (3, 0);
        let settings = index(&options, None)["settings"]["index"].take();
        assert_eq!(settings["refresh_interval"], "60s");
        assert_eq!(
            (
                &settings["number_of_shards"],
                &settings["number_of_replicas"]
            ),
            (&json!(3), &json!(0))
        );
    }
}
