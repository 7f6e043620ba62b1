//! How is a file of JSON lines read? Line by line, in the memory of its longest line, whatever its size.

use super::jsonl::{self, JsonArticle};
use super::names;
use crate::article::{Article, Format, Locator, Source, SourceMap};
use std::collections::HashMap;
use std::io::{BufRead, Read};

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// Why a line gave no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonLineError {
    /// It could not be read as one.
    Malformed(String),
    /// It is one, without text.
    NoText(String),
}

/// Whether all of a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfFile {
    /// It was.
    Reached,
    /// Reading failed before.
    NotReached,
}

/// Calls `sink` with the number of every line that is not blank, counted from 1, and its article, or why there is none.
/// `source` is the name of the source and `path` the path that the articles will have. Of lines with one id the first
/// counts.
pub fn read_json_lines(
    reader: impl BufRead,
    source: &str,
    path: &str,
    mut sink: impl FnMut(u64, Result<Article, JsonLineError>),
) -> EndOfFile {
    let mut lines = Lines::new(reader);
    let mut seen: HashMap<String, u64> = HashMap::new();
    loop {
        let start = lines.offset;
        let next = lines.number + 1;
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => return EndOfFile::Reached,
            Err(reason) => {
                sink(next, Err(JsonLineError::Malformed(reason)));
                if lines.is_broken {
                    return EndOfFile::NotReached;
                }
                continue;
            }
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let locator = Locator {
            lines: [next, next],
            bytes: [start, start + line.len() as u64],
        };
        let parsed = jsonl::parse_line(line)
            .map_err(JsonLineError::Malformed)
            .and_then(|json| match seen.get(&json.id) {
                Some(first) => Err(JsonLineError::Malformed(format!(
                    "repeats the id {:?} of line {first}",
                    json.id
                ))),
                None => {
                    seen.insert(json.id.clone(), next);
                    article(json, source, path, locator)
                }
            });
        sink(next, parsed);
    }
}

fn article(
    json: JsonArticle,
    source: &str,
    path: &str,
    locator: Locator,
) -> Result<Article, JsonLineError> {
    let mut article = Article {
        id: json.id,
        title: json.parsed.title.unwrap_or_default(),
        url: json.parsed.url,
        published: json.parsed.published,
        language: json.parsed.language,
        aliases: json.parsed.aliases,
        tags: json.parsed.tags,
        source: Source {
            name: source.to_owned(),
            path: path.to_owned(),
            format: Format::JsonLines,
            encoding: "UTF-8",
            bytes: locator.bytes[1] - locator.bytes[0],
        },
        sections: json.parsed.sections,
        dropped: json.parsed.dropped,
        source_map: SourceMap::whole(locator),
    };
    if article.has_text() {
        names::add_names(&mut article);
        Ok(article)
    } else {
        Err(JsonLineError::NoText(format!(
            "the article {:?} has no text",
            article.id
        )))
    }
}

/// The lines of a reader, each in the same buffer.
struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    /// The number of the line given last, counted from 1.
    number: u64,
    /// The byte at which the next line begins.
    offset: u64,
    /// Whether the reader failed, so that nothing follows.
    is_broken: bool,
}

impl<R: BufRead> Lines<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
            number: 0,
            offset: 0,
            is_broken: false,
        }
    }

    /// The next line without its end and without a byte order mark, or why it cannot be had.
    fn next(&mut self) -> Result<Option<&[u8]>, String> {
        self.line.clear();
        let read = (&mut self.reader)
            .take(LONGEST_LINE + 1)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| self.broken(&error))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.offset += read as u64;
        if read as u64 > LONGEST_LINE {
            let rest = self.skip_line().map_err(|error| self.broken(&error))?;
            self.offset += rest;
            return Err(format!("is longer than {} MB", LONGEST_LINE >> 20));
        }
        let mut line = self.line.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        line = line.strip_suffix(b"\n").unwrap_or(line);
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    fn broken(&mut self, error: &std::io::Error) -> String {
        self.is_broken = true;
        format!("cannot be read: {error}")
    }

    fn skip_line(&mut self) -> std::io::Result<u64> {
        let mut skipped = 0;
        if self.line.ends_with(b"\n") {
            return Ok(0);
        }
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(skipped);
            }
            let (length, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            };
            self.reader.consume(length);
            skipped += length as u64;
            if ended {
                return Ok(skipped);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, Result<String, JsonLineError>)> {
        let mut found = Vec::new();
        let end = read_json_lines(text, "s", "s/a.jsonl", |number, line| {
            found.push((number, line.map(|article| article.id)));
        });
        assert_eq!(end, EndOfFile::Reached);
        found
    }

    #[test]
    fn a_bad_line_costs_no_other_and_is_named_by_its_number() {
        let found = read(
            b"\xef\xbb\xbf{\"_id\":\"a\",\"text\":\"x\"}\r\n\nnot json\n{\"_id\":\"a\",\"text\":\"y\"}\n{\"_id\":\"b\",\"text\":\"\"}\n{\"_id\":\"c\",\"text\":\"z\"}",
        );
        let numbers: Vec<u64> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 4, 5, 6]);
        assert_eq!(found[0].1, Ok("a".to_owned()));
        assert!(matches!(&found[1].1, Err(JsonLineError::Malformed(_))));
        assert_eq!(
            found[2].1,
            Err(JsonLineError::Malformed(
                "repeats the id \"a\" of line 1".to_owned()
            ))
        );
        assert!(matches!(&found[3].1, Err(JsonLineError::NoText(_))));
        assert_eq!(found[4].1, Ok("c".to_owned()));
    }

    #[test]
    fn an_article_is_cited_by_its_line() {
        let text = b"{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":\"b\",\"text\":\"y\"}\n";
        let mut places = Vec::new();
        read_json_lines(&text[..], "s", "p", |_, line| {
            let article = line.expect("an article");
            places.push(article.source_map.locate(&(0..0)));
        });
        assert_eq!(places[1].lines, [2, 2]);
        assert_eq!(
            &text[places[1].bytes[0] as usize..places[1].bytes[1] as usize],
            b"{\"_id\":\"b\",\"text\":\"y\"}"
        );
    }
}
