//! How are hits printed for people? Rank, title, headings, the snippet with its matches standing out, and where to look.

use super::{HitReport, SearchBody};
use std::io::{self, Write};
use unicode_width::UnicodeWidthChar;

/// Whether what is printed may hold colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Letters only.
    Plain,
    /// With the escape sequences of a terminal.
    Coloured,
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const MATCH: &str = "\x1b[1;33m";
const PATH: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// The narrowest width that lines are still broken to; below it a terminal breaks them itself.
const NARROWEST: usize = 20;

/// Writes for people.
pub struct TerminalWriter {
    style: Style,
    /// The columns of the terminal; `None` where lines are not to be broken.
    width: Option<usize>,
}

impl TerminalWriter {
    /// A writer for a terminal of `width` columns; `None` for a pipe, where each part of a hit is one line.
    pub fn new(style: Style, width: Option<usize>) -> Self {
        Self {
            style,
            width: width.map(|width| width.max(NARROWEST)),
        }
    }

    /// Writes the hits, a blank line between two.
    pub fn search(&self, out: &mut dyn Write, body: &SearchBody) -> io::Result<()> {
        let digits = body.hits.last().map_or(1, |hit| hit.rank.to_string().len());
        for (index, hit) in body.hits.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            self.hit(out, hit, digits)?;
        }
        Ok(())
    }

    fn hit(&self, out: &mut dyn Write, hit: &HitReport, digits: usize) -> io::Result<()> {
        let rank = format!("{:>digits$}. ", hit.rank);
        let indent = " ".repeat(rank.len());
        let title = if hit.article.title.trim().is_empty() {
            &hit.article.id
        } else {
            &hit.article.title
        };
        self.lines(out, &rank, &indent, &[(title, BOLD)])?;
        if !hit.heading_path.is_empty() {
            let path = hit.heading_path.join(" > ");
            self.lines(out, &indent, &indent, &[(&path, "")])?;
        }
        let mut parts = Vec::new();
        let mut from = 0;
        for [start, end] in &hit.snippet.highlights {
            parts.push((&hit.snippet.text[from..*start], ""));
            parts.push((&hit.snippet.text[*start..*end], MATCH));
            from = *end;
        }
        parts.push((&hit.snippet.text[from..], ""));
        self.lines(out, &indent, &indent, &parts)?;
        let place = format!("{}:{}", hit.article.path, hit.locator.lines[0]);
        // A place is for copying, so it is never broken.
        write!(out, "{indent}{}", self.styled(&printable(&place), PATH))?;
        if let Some(date) = &hit.article.published {
            write!(out, "  {}", self.styled(&printable(date), DIM))?;
        }
        writeln!(out)
    }

    /// Writes text of several styles, broken between words; `first` stands before the first line and `indent` before all
    /// others.
    fn lines(
        &self,
        out: &mut dyn Write,
        first: &str,
        indent: &str,
        parts: &[(&str, &str)],
    ) -> io::Result<()> {
        let room = self.width.map_or(usize::MAX, |width| {
            width.saturating_sub(indent.len()).max(NARROWEST / 2)
        });
        write!(out, "{first}")?;
        let mut used = 0;
        for word in words(parts) {
            let width: usize = word.iter().map(|(text, _)| columns(text)).sum();
            if used > 0 && used + 1 + width > room {
                write!(out, "\n{indent}")?;
                used = 0;
            } else if used > 0 {
                write!(out, " ")?;
                used += 1;
            }
            for (text, style) in &word {
                write!(out, "{}", self.styled(text, style))?;
            }
            used += width;
        }
        writeln!(out)
    }

    fn styled(&self, text: &str, style: &str) -> String {
        match self.style {
            Style::Coloured if !style.is_empty() => format!("{style}{text}{RESET}"),
            Style::Coloured | Style::Plain => text.to_owned(),
        }
    }
}

/// The words of styled text; a word may change its style in the middle.
fn words<'a>(parts: &[(&str, &'a str)]) -> Vec<Vec<(String, &'a str)>> {
    let mut words: Vec<Vec<(String, &str)>> = Vec::new();
    let mut open = false;
    for (text, style) in parts {
        for (index, word) in text.split(char::is_whitespace).enumerate() {
            open = open && index == 0;
            if word.is_empty() {
                continue;
            }
            let word = printable(word);
            match words.last_mut() {
                Some(last) if open => last.push((word, style)),
                _ => words.push(vec![(word, style)]),
            }
            open = true;
        }
        open = open && !text.ends_with(char::is_whitespace);
    }
    words
}

/// `text` without the characters that could make a terminal do something else than show them: control characters, and the
/// marks that change the direction of what follows.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| {
            !letter.is_control()
                && !matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
        })
        .collect()
}

fn columns(text: &str) -> usize {
    text.chars().map(|letter| letter.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(width: Option<usize>, style: Style, parts: &[(&str, &str)]) -> String {
        let mut out = Vec::new();
        TerminalWriter::new(style, width)
            .lines(&mut out, "1. ", "   ", parts)
            .expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn lines_are_broken_between_words_and_keep_their_indent() {
        assert_eq!(
            lines(
                Some(20),
                Style::Plain,
                &[("one two three four five six", "")]
            ),
            "1. one two three\n   four five six\n"
        );
        assert_eq!(
            lines(None, Style::Plain, &[("one two three four five six", "")]),
            "1. one two three four five six\n"
        );
    }

    #[test]
    fn a_word_that_is_marked_in_part_is_not_torn() {
        assert_eq!(
            lines(
                None,
                Style::Plain,
                &[("called ", ""), ("sciatica", MATCH), ("5 here", "")]
            ),
            "1. called sciatica5 here\n"
        );
        assert_eq!(
            lines(None, Style::Coloured, &[("x ", ""), ("y", MATCH)]),
            format!("1. x {MATCH}y{RESET}\n")
        );
    }

    #[test]
    fn an_article_cannot_speak_to_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\u{202E}c\u{7}"), "a[31mbc");
    }

    #[test]
    fn wide_signs_take_two_columns() {
        assert_eq!(
            lines(Some(20), Style::Plain, &[("頭痛頭痛頭痛 頭痛頭", "")]),
            "1. 頭痛頭痛頭痛\n   頭痛頭\n"
        );
    }
}
