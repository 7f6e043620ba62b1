//! How is a file of JSON lines read? Line by line, in the memory of its longest line, whatever its size; or cut into batches of
//! lines, which can be read beside each other.

use super::jsonl::{self, JsonArticle};
use super::names;
use crate::article::{Article, Format, Locator, Source, SourceMap};
use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::ops::Range;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// From how many bytes on a batch of lines is closed: some dozen articles, so that what a batch costs beside its lines is nothing.
const BATCH: usize = 256 << 10;
/// How many lines a batch has at the most: lines of a few bytes take less memory than what is noted of each.
const MOST_LINES: usize = 4096;

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
                Some(first) => Err(repeats(&json.id, *first)),
                None => {
                    seen.insert(json.id.clone(), next);
                    article(json, source, path, locator)
                }
            });
        sink(next, parsed);
    }
}

/// Why a line gives no article whose id an earlier line, `first`, has.
pub fn repeats(id: &str, first: u64) -> JsonLineError {
    JsonLineError::Malformed(format!("repeats the id {id:?} of line {first}"))
}

/// The lines of a reader, cut into batches.
pub struct Batches<R> {
    lines: Lines<R>,
    is_over: bool,
}

/// Some lines that follow each other.
pub struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Cut>,
}

/// A line of a batch.
struct Cut {
    locator: Locator,
    /// Where it is in the bytes of the batch, or why it could not be had.
    line: Result<Range<usize>, String>,
}

impl<R: BufRead> Batches<R> {
    /// Batches from the first line on.
    pub fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
            is_over: false,
        }
    }

    /// Whether all of the reader was read, once there are no more batches.
    pub fn end(&self) -> EndOfFile {
        if self.lines.is_broken {
            EndOfFile::NotReached
        } else {
            EndOfFile::Reached
        }
    }
}

impl<R: BufRead> Iterator for Batches<R> {
    type Item = Batch;

    /// The next lines that are not blank; at least one.
    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch {
            bytes: Vec::new(),
            lines: Vec::new(),
        };
        while !self.is_over && batch.bytes.len() < BATCH && batch.lines.len() < MOST_LINES {
            let (start, number) = (self.lines.offset, self.lines.number + 1);
            let (line, length) = match self.lines.next() {
                Ok(None) => {
                    self.is_over = true;
                    break;
                }
                Ok(Some(line)) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(Some(line)) => {
                    let from = batch.bytes.len();
                    batch.bytes.extend_from_slice(line);
                    (Ok(from..batch.bytes.len()), line.len() as u64)
                }
                Err(reason) => {
                    self.is_over = self.lines.is_broken;
                    (Err(reason), 0)
                }
            };
            let locator = Locator {
                lines: [number, number],
                bytes: [start, start + length],
            };
            batch.lines.push(Cut { locator, line });
        }
        (!batch.lines.is_empty()).then_some(batch)
    }
}

impl Batch {
    /// How many bytes its lines have.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|cut| Line {
            locator: cut.locator,
            line: match &cut.line {
                Ok(range) => Ok(&self.bytes[range.clone()]),
                Err(reason) => Err(reason),
            },
        })
    }
}

/// A line, to be read by itself.
pub struct Line<'a> {
    locator: Locator,
    line: Result<&'a [u8], &'a str>,
}

/// What a line says, before it is made an article.
pub struct ParsedLine {
    locator: Locator,
    json: JsonArticle,
}

impl Line<'_> {
    /// Its number, counted from 1.
    pub fn number(&self) -> u64 {
        self.locator.lines[0]
    }

    /// Reads what it says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self) -> Result<ParsedLine, String> {
        let json = jsonl::parse_line(self.line?)?;
        let locator = self.locator;
        Ok(ParsedLine { locator, json })
    }
}

impl ParsedLine {
    /// The id of its article.
    pub fn id(&self) -> &str {
        &self.json.id
    }

    /// The article, as [`read_json_lines`] gives it.
    ///
    /// # Errors
    /// `NoText` where it has none.
    pub fn into_article(self, source: &str, path: &str) -> Result<Article, JsonLineError> {
        article(self.json, source, path, self.locator)
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

    /// The number of a line, its bytes, and its id, or why there is none.
    type Found = (u64, [u64; 2], Result<String, String>);

    /// The lines of each batch.
    fn in_batches(text: &[u8]) -> Vec<Vec<Found>> {
        let mut batches = Batches::new(text);
        let found = batches
            .by_ref()
            .map(|batch| {
                let lines = batch.lines().map(|line| {
                    let parsed = line.parse().map(|parsed| parsed.id().to_owned());
                    (line.number(), line.locator.bytes, parsed)
                });
                lines.collect()
            })
            .collect();
        assert_eq!(batches.end(), EndOfFile::Reached);
        found
    }

    #[test]
    fn batches_hold_the_lines_that_are_read_one_by_one() {
        let text = b"\xef\xbb\xbf{\"_id\":\"a\",\"text\":\"x\"}\r\n\r\n \nnot json\n{\"_id\":\"b\",\"text\":\"y\"}";
        let found = in_batches(text);
        assert_eq!(found.len(), 1);
        let numbers: Vec<u64> = found[0].iter().map(|(number, _, _)| *number).collect();
        assert_eq!(numbers, [1, 4, 5]);
        assert_eq!(found[0][0].2, Ok("a".to_owned()));
        assert!(found[0][1].2.is_err());
        assert_eq!(found[0][2].2, Ok("b".to_owned()));
        let [start, end] = found[0][2].1;
        assert_eq!(
            &text[start as usize..end as usize],
            b"{\"_id\":\"b\",\"text\":\"y\"}"
        );
        assert!(in_batches(b"").is_empty());
        assert!(in_batches(b"\n\n  \n").is_empty());
    }

    #[test]
    fn a_batch_is_closed_when_it_is_large_and_a_line_is_never_cut() {
        let words = "x ".repeat(BATCH / 4);
        let text: String = (0..7)
            .map(|id| format!("{{\"_id\":\"{id}\",\"text\":\"{words}\"}}\n"))
            .collect();
        let found = in_batches(text.as_bytes());
        let counts: Vec<usize> = found.iter().map(Vec::len).collect();
        assert_eq!(counts, [2, 2, 2, 1]);
        let ids: Vec<String> = found
            .iter()
            .flatten()
            .map(|(_, _, id)| id.clone().expect("an article"))
            .collect();
        assert_eq!(ids, ["0", "1", "2", "3", "4", "5", "6"]);
    }

    #[test]
    fn a_line_that_is_too_long_costs_no_other_in_a_batch() {
        let mut text = b"{\"_id\":\"a\",\"text\":\"x\"}\n".to_vec();
        text.resize(text.len() + LONGEST_LINE as usize + 10, b'y');
        text.extend_from_slice(b"\n{\"_id\":\"b\",\"text\":\"y\"}\n");
        let found: Vec<_> = in_batches(&text).into_iter().flatten().collect();
        assert_eq!(found[0].2, Ok("a".to_owned()));
        assert_eq!(
            (found[1].0, &found[1].2),
            (2, &Err("is longer than 64 MB".to_owned()))
        );
        assert_eq!((found[2].0, &found[2].2), (3, &Ok("b".to_owned())));
        let [start, end] = found[2].1;
        assert_eq!(
            &text[start as usize..end as usize],
            b"{\"_id\":\"b\",\"text\":\"y\"}"
        );
    }
}
