//! What does an article say of itself before its text begins? YAML between `---` lines, or TOML between `+++` lines.
//!
//! YAML is read entry by entry: articles are written by hand, and one entry that is no YAML (`title: Cramps: a guide`)
//! must not cost the others.

use crate::article::{DropReason, Dropped};
use crate::ingest::{date, metadata};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use std::ops::Range;

/// The most bytes of front matter; where no closing line comes before, there is none.
const MOST_BYTES: usize = 64 * 1024;

/// What front matter says.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    /// The byte at which the article's text begins.
    pub(super) end: usize,
    /// `title`.
    pub(super) title: Option<String>,
    /// The first of `url`, `canonical` that is the address of a web page.
    pub(super) url: Option<String>,
    /// The first of `date`, `published`, `lastmod` that names a day.
    pub(super) published: Option<String>,
    /// The first of `lang`, `language` that has the shape of a language tag.
    pub(super) language: Option<String>,
    /// `aliases`, but for paths: to some site generators these are addresses that lead to the page.
    pub(super) aliases: Vec<String>,
    /// `tags`, then `keywords`, then `categories`.
    pub(super) tags: Vec<String>,
    /// What could not be read.
    pub(super) dropped: Vec<Dropped>,
}

/// Reads the front matter at the top of `source`; `None` where there is none, which is also where a rule stands at the
/// top of the text, without a closing line or without `key: value` after it.
pub(super) fn read(source: &str) -> Option<FrontMatter> {
    let start = source.len() - source.trim_start_matches(['\r', '\n']).len();
    let mut lines = lines(source, start);
    let opening = lines.next()?;
    let closings: &[&str] = match source[opening.clone()].trim_end() {
        "---" => &["---", "..."],
        "+++" => &["+++"],
        _ => return None,
    };
    let closing = lines
        .take_while(|line| line.end - opening.end <= MOST_BYTES)
        .find(|line| closings.contains(&source[line.clone()].trim_end()))?;
    let contents = opening.end..closing.start;
    let mut front_matter = if closings.contains(&"+++") {
        read_toml(source, contents)?
    } else {
        read_yaml(source, contents)?
    };
    front_matter.end = closing.end;
    Some(front_matter)
}

/// The lines of `source` from byte `start`, each with its line feed.
fn lines(source: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    source[start..]
        .split_inclusive('\n')
        .scan(start, |at, line| {
            let begin = *at;
            *at += line.len();
            Some(begin..*at)
        })
}

/// The value of one entry.
#[derive(Debug)]
enum Value {
    Text(String),
    List(Vec<String>),
}

/// Entries in the order they were written, their keys in lower case.
#[derive(Default)]
struct Entries(Vec<(String, Value)>);

impl Entries {
    /// The texts of `key`; of one text, its parts at `separator`.
    fn texts<'a>(&'a self, key: &'a str, separator: Option<char>) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(name, _)| name == key)
            .flat_map(move |(_, value)| match (value, separator) {
                (Value::Text(text), Some(separator)) => text.split(separator).collect::<Vec<_>>(),
                (Value::Text(text), None) => vec![text.as_str()],
                (Value::List(texts), _) => texts.iter().map(String::as_str).collect(),
            })
    }

    /// What `read` makes of the first text under `keys`, tried in order, of which it makes anything.
    fn first(&self, keys: &[&str], read: impl Fn(&str) -> Option<String>) -> Option<String> {
        keys.iter()
            .find_map(|key| self.texts(key, None).find_map(&read))
    }

    fn front_matter(&self, dropped: Vec<Dropped>) -> FrontMatter {
        let mut aliases = Vec::new();
        let names = self
            .texts("aliases", None)
            .filter(|alias| !alias.starts_with('/') && !alias.contains("://"));
        metadata::add_labels(&mut aliases, names);
        let mut tags = Vec::new();
        for key in ["tags", "keywords", "categories"] {
            metadata::add_labels(&mut tags, self.texts(key, Some(',')));
        }
        FrontMatter {
            end: 0,
            title: self.first(&["title"], |text| {
                Some(metadata::one_line(text)).filter(|title| !title.is_empty())
            }),
            url: self.first(&["url", "canonical"], metadata::web_address),
            published: self.first(&["date", "published", "lastmod"], date::find_date),
            language: self.first(&["lang", "language"], metadata::language_tag),
            aliases,
            tags,
            dropped,
        }
    }
}

/// The keys whose values are read.
const KEYS: [&str; 12] = [
    "title",
    "url",
    "canonical",
    "date",
    "published",
    "lastmod",
    "lang",
    "language",
    "aliases",
    "tags",
    "keywords",
    "categories",
];

fn drop(source: &str, place: Range<usize>) -> Dropped {
    Dropped {
        reason: DropReason::Furniture,
        text: metadata::one_line(&source[place.clone()]),
        offset: place.start,
    }
}

/// TOML that has no `key = value` in its first line is not front matter; what is no TOML after that is dropped whole.
fn read_toml(source: &str, contents: Range<usize>) -> Option<FrontMatter> {
    let text = &source[contents.clone()];
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    if !first.is_none_or(|line| line.starts_with('[') || line.contains('=')) {
        return None;
    }
    let Ok(table) = toml::from_str::<toml::Table>(text) else {
        return Some(Entries::default().front_matter(vec![drop(source, contents)]));
    };
    let mut entries = Entries::default();
    // Zola keeps tags and categories in a table of their own.
    let taxonomies = table.get("taxonomies").and_then(toml::Value::as_table);
    for (key, value) in table.iter().chain(taxonomies.into_iter().flatten()) {
        let key = key.to_lowercase();
        if KEYS.contains(&key.as_str()) {
            entries
                .0
                .extend(toml_value(value).map(|value| (key, value)));
        }
    }
    Some(entries.front_matter(Vec::new()))
}

fn toml_value(value: &toml::Value) -> Option<Value> {
    match value {
        toml::Value::Array(values) => {
            Some(Value::List(values.iter().filter_map(toml_text).collect()))
        }
        value => toml_text(value).map(Value::Text),
    }
}

fn toml_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Datetime(moment) => Some(moment.to_string()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(_) | toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}

/// YAML of which the first line is no `key: value`, or less than half of the lines that begin at the margin are, is not
/// front matter.
fn read_yaml(source: &str, contents: Range<usize>) -> Option<FrontMatter> {
    let mut chunks: Vec<(Option<&str>, Range<usize>)> = Vec::new();
    let (mut keys, mut strays) = (0usize, 0usize);
    for place in lines(&source[..contents.end], contents.start) {
        let line = source[place.clone()].trim_end();
        let goes_on = line.is_empty()
            || line.starts_with([' ', '\t', '#', ']', '}'])
            || line == "-"
            || line.starts_with("- ");
        if goes_on {
            match chunks.last_mut() {
                Some((_, chunk)) => chunk.end = place.end,
                None if line.starts_with('#') => {}
                None => return None,
            }
            continue;
        }
        let key = yaml_key(line);
        if chunks.is_empty() && key.is_none_or(|key| key.contains(' ')) {
            return None;
        }
        keys += usize::from(key.is_some());
        strays += usize::from(key.is_none());
        chunks.push((key, place));
    }
    if strays > keys {
        return None;
    }
    let mut entries = Entries::default();
    let mut dropped = Vec::new();
    for (key, place) in chunks {
        let Some(key) = key.map(str::to_lowercase) else {
            dropped.push(drop(source, place));
            continue;
        };
        if !KEYS.contains(&key.as_str()) {
            continue;
        }
        match yaml_value(&source[place.clone()]) {
            Ok(value) => entries.0.extend(value.map(|value| (key, value))),
            Err(NotYaml) => dropped.push(drop(source, place)),
        }
    }
    Some(entries.front_matter(dropped))
}

/// The key of a line `key: value`, without quotes.
fn yaml_key(line: &str) -> Option<&str> {
    /// Longer than any key that is read, and than what site generators define.
    const LONGEST: usize = 64;
    let (key, rest) = line.split_once(':')?;
    let key = key.trim_end();
    let bare = key.trim_matches(['"', '\'']);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    (!bare.is_empty()
        && bare.len() <= LONGEST
        && bare.chars().all(plain)
        && (rest.is_empty() || rest.starts_with([' ', '\t'])))
    .then_some(bare)
}

/// An entry that cannot be read.
struct NotYaml;

/// The value of an entry `key: value`; `None` where it has none.
fn yaml_value(entry: &str) -> Result<Option<Value>, NotYaml> {
    if !is_tame(entry) {
        return plain_value(entry).map(Some).ok_or(NotYaml);
    }
    let closed_at_the_margin = ["\n]", "\n}"].iter().any(|close| entry.contains(close));
    let loaded = if closed_at_the_margin {
        // YAML wants the bracket that closes a list indented; people, and some formatters, put it under the key.
        Yaml::load_from_str(&entry.replace("\n]", "\n ]").replace("\n}", "\n }"))
    } else {
        Yaml::load_from_str(entry)
    };
    let documents = match loaded {
        Ok(documents) => documents,
        Err(_) => return plain_value(entry).map(Some).ok_or(NotYaml),
    };
    let value = documents
        .first()
        .and_then(Yaml::as_mapping)
        .and_then(|mapping| mapping.values().next())
        .ok_or(NotYaml)?;
    Ok(match untagged(value) {
        Yaml::Sequence(items) => Some(Value::List(
            items
                .iter()
                .filter_map(|item| yaml_text(item).map(|text| text.unwrap_or_default()))
                .collect(),
        )),
        value => match yaml_text(value) {
            Some(Some(text)) => Some(Value::Text(text)),
            // A number is taken as it was written: `1.10` is not `1.1`.
            Some(None) => plain_value(entry),
            None => None,
        },
    })
}

fn untagged<'a, 'input>(mut value: &'a Yaml<'input>) -> &'a Yaml<'input> {
    while let Yaml::Tagged(_, inner) = value {
        value = inner;
    }
    value
}

/// The text of a scalar; `Some(None)` for a scalar that is no string and whose spelling is lost; `None` for all else.
fn yaml_text(value: &Yaml<'_>) -> Option<Option<String>> {
    match untagged(value) {
        Yaml::Value(Scalar::String(text)) => Some(Some(text.to_string())),
        Yaml::Value(Scalar::Integer(number)) => Some(Some(number.to_string())),
        Yaml::Value(Scalar::FloatingPoint(_) | Scalar::Boolean(_)) => Some(None),
        _ => None,
    }
}

/// The value of an entry of one line as it stands there, where that is no collection and no open quotation.
fn plain_value(entry: &str) -> Option<Value> {
    let (_, value) = entry.trim_end().split_once(':')?;
    let value = value.trim();
    let quoted_in_part = |quote: char| !value[1..].contains(quote);
    let broken = match value.chars().next()? {
        '[' | '{' | '|' | '>' | '&' | '*' | '!' => true,
        quote @ ('"' | '\'') => quoted_in_part(quote),
        _ => false,
    };
    (!broken && !value.contains('\n')).then(|| Value::Text(value.to_owned()))
}

/// Whether the YAML parser takes an entry in its stride. It copies what is anchored and what an alias names, and frees
/// nested collections by recursion, so that a few kilobytes can ask for gigabytes or for a deep stack; no article's
/// title or tags need any of that.
fn is_tame(entry: &str) -> bool {
    /// Columns before the text of a line.
    const MOST_INDENTATION: usize = 64;
    /// Collections that a line opens.
    const MOST_OPENED: usize = 16;
    entry.lines().all(|line| {
        let indentation = line.len() - line.trim_start().len();
        let bytes = line.as_bytes();
        let blocks = bytes
            .windows(2)
            .filter(|pair| matches!(pair[0], b'-' | b'?' | b':') && pair[1].is_ascii_whitespace())
            .count();
        let flows = bytes
            .iter()
            .filter(|byte| matches!(byte, b'[' | b'{'))
            .count();
        let references = std::iter::once((b' ', bytes.first()))
            .chain(bytes.iter().copied().zip(bytes.iter().skip(1).map(Some)))
            .zip(bytes.iter().skip(1).map(Some).chain([None]))
            .any(|((before, mark), after)| {
                matches!(mark, Some(b'&' | b'*'))
                    && (before.is_ascii_whitespace() || matches!(before, b'[' | b'{' | b',' | b':'))
                    && after.is_some_and(|after| !after.is_ascii_whitespace())
            });
        indentation <= MOST_INDENTATION
            && blocks <= MOST_OPENED
            && flows <= MOST_OPENED
            && !references
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(source: &str) -> FrontMatter {
        read(source).expect("it is front matter")
    }

    #[test]
    fn yaml_says_what_the_article_is() {
        let source = "---\n# made by hand\ntitle: \"Sore feet\"\ndate: 2023-02-01T08:00:00Z\nurl: https://a.example/feet\n\
                      description: |\n  Long\n\n  text.\nTags:\n- feet\n- 2024\nkeywords: shoes, feet\n\
                      aliases: [aching feet, /old/feet, \"foot pain\"]\nlang: en_GB\n---\nText";
        let front_matter = read_all(source);
        assert_eq!(front_matter.title.as_deref(), Some("Sore feet"));
        assert_eq!(front_matter.published.as_deref(), Some("2023-02-01"));
        assert_eq!(front_matter.url.as_deref(), Some("https://a.example/feet"));
        assert_eq!(front_matter.tags, ["feet", "2024", "shoes"]);
        assert_eq!(front_matter.aliases, ["aching feet", "foot pain"]);
        assert_eq!(front_matter.language.as_deref(), Some("en-GB"));
        assert_eq!(&source[front_matter.end..], "Text");
        assert!(front_matter.dropped.is_empty());
    }

    #[test]
    fn toml_says_what_the_article_is() {
        let source = "+++\ntitle = 'Sore feet'\nlastmod = 2023-02-01\ncanonical = \"https://a.example/feet\"\n\
                      aliases = \"aching feet\"\n[taxonomies]\ntags = [\"feet\", \"shoes\"]\n+++\nText";
        let front_matter = read_all(source);
        assert_eq!(front_matter.title.as_deref(), Some("Sore feet"));
        assert_eq!(front_matter.published.as_deref(), Some("2023-02-01"));
        assert_eq!(front_matter.url.as_deref(), Some("https://a.example/feet"));
        assert_eq!(front_matter.tags, ["feet", "shoes"]);
        assert_eq!(front_matter.aliases, ["aching feet"]);
        assert_eq!(&source[front_matter.end..], "Text");
    }

    #[test]
    fn the_first_of_several_statements_that_can_be_used_is_used() {
        let front_matter = read_all(
            "---\nlastmod: 2024-01-02\npublished: 2 Jan 2023\ndate: soon\nurl: /feet\ncanonical: http://a.example\n---\n",
        );
        assert_eq!(front_matter.published.as_deref(), Some("2023-01-02"));
        assert_eq!(front_matter.url.as_deref(), Some("http://a.example"));
    }

    #[test]
    fn a_broken_entry_costs_no_other_and_is_listed() {
        let source = "---\ntitle: Sore feet: what helps\ntags: [feet, \nno yaml at all\ndate: 2023-02-01\naliases: \"open\n---\nText";
        let front_matter = read_all(source);
        assert_eq!(front_matter.title.as_deref(), Some("Sore feet: what helps"));
        assert_eq!(front_matter.published.as_deref(), Some("2023-02-01"));
        let dropped: Vec<_> = front_matter
            .dropped
            .iter()
            .map(|dropped| (dropped.reason, dropped.text.as_str(), dropped.offset))
            .collect();
        assert_eq!(
            dropped,
            [
                (
                    DropReason::Furniture,
                    "tags: [feet,",
                    source.find("tags").unwrap()
                ),
                (
                    DropReason::Furniture,
                    "no yaml at all",
                    source.find("no").unwrap()
                ),
                (
                    DropReason::Furniture,
                    "aliases: \"open",
                    source.find("ali").unwrap()
                ),
            ]
        );
    }

    #[test]
    fn broken_toml_is_listed_and_no_text() {
        let source = "+++\ntitle = open\n+++\nText";
        let front_matter = read_all(source);
        assert_eq!(front_matter.title, None);
        assert_eq!(front_matter.dropped[0].text, "title = open");
        assert_eq!(&source[front_matter.end..], "Text");
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        for source in [
            "---\nA sentence.\n---\n",
            "---\n\ntitle: x\n---\n",
            "---\ntitle: x\n",
            "---\nPlease note: this is text.\n---\n",
            "---\nNote: this\nis a text that\ngoes on.\n---\n",
            "---\n- a\n---\n",
            "+++\nA sentence.\n+++\n",
            "----\ntitle: x\n----\n",
            "text\n---\ntitle: x\n---\n",
            "",
        ] {
            assert!(read(source).is_none(), "{source}");
        }
        let long = format!("---\ntitle: x\n{}---\n", "# more\n".repeat(10_000));
        assert!(read(&long).is_none(), "no closing line within the bounds");
    }

    #[test]
    fn a_title_that_is_a_number_stays_as_it_was_written() {
        assert_eq!(
            read_all("---\ntitle: 1.10\n---\n").title.as_deref(),
            Some("1.10")
        );
        assert_eq!(
            read_all("---\ntitle: true\n---\n").title.as_deref(),
            Some("true")
        );
        assert_eq!(read_all("---\ntitle: ~\n---\n").title, None);
        assert_eq!(read_all("---\ntitle:\n---\n").title, None);
    }

    #[test]
    fn a_list_may_be_closed_under_its_key() {
        assert_eq!(
            read_all("---\ntags: [\n  feet,\n  shoes\n]\n---\n").tags,
            ["feet", "shoes"]
        );
        assert_eq!(
            read_all("---\ntitle: >\n  Sore\n  feet\n---\n")
                .title
                .as_deref(),
            Some("Sore feet")
        );
    }

    #[test]
    fn yaml_that_would_grow_or_nest_without_end_is_not_expanded() {
        let fill = |entry: &str| entry.repeat(60_000 / entry.len());
        let indented: String = (0..300)
            .map(|depth| format!("{}-\n", " ".repeat(depth + 1)))
            .collect();
        for value in [
            fill("["),
            fill("{"),
            fill("- "),
            fill("? "),
            fill("&a "),
            fill("&a ["),
            fill("!t "),
            fill("*a,"),
            fill("\""),
            fill("'"),
            fill(": "),
            fill("a: "),
            format!("\n{indented}"),
            format!(
                "[&a \"{}\", {}]",
                fill("x").split_off(30_000),
                fill("*a, ").split_off(30_000)
            ),
            format!("\n{}", fill("  - [a, b]\n")),
            format!("\n{}", fill("  a: b\n")),
        ] {
            let source = format!("---\ntags: {value}\ntitle: Feet\n---\n");
            let begin = std::time::Instant::now();
            let title = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn(move || read_all(&source).title)
                .expect("a thread starts")
                .join()
                .expect("no panic");
            assert_eq!(title.as_deref(), Some("Feet"));
            assert!(
                begin.elapsed().as_secs() < 5,
                "{:?}: {}",
                begin.elapsed(),
                &value[..20]
            );
        }
    }
}
