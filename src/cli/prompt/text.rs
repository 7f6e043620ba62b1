//! How does text become lines of a screen? Cleaned of what could speak to a terminal, with its looks, broken to a width.

use ibid::report::printable;
use unicode_width::UnicodeWidthChar;

/// What a stretch of text looks like; what that means in colours is the screen's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    #[default]
    Plain,
    Title,
    Match,
    Place,
    Faint,
}

/// A line of a screen. Nothing gets in that could make a terminal do anything but show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    spans: Vec<(String, Look)>,
    width: usize,
}

impl Line {
    pub(super) fn of(text: &str, look: Look) -> Self {
        Self::default().with(text, look)
    }

    pub(super) fn with(mut self, text: &str, look: Look) -> Self {
        self.push(text, look);
        self
    }

    pub(super) fn push(&mut self, text: &str, look: Look) {
        self.push_clean(&clean(text), look);
    }

    fn push_clean(&mut self, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        self.width += columns(text);
        match self.spans.last_mut() {
            Some((last, same)) if *same == look => last.push_str(text),
            _ => self.spans.push((text.to_owned(), look)),
        }
    }

    /// This line behind another.
    pub(super) fn after(self, mut start: Self) -> Self {
        for (text, look) in self.spans {
            start.push_clean(&text, look);
        }
        start
    }

    pub(super) fn spans(&self) -> impl Iterator<Item = (&str, Look)> {
        self.spans.iter().map(|(text, look)| (text.as_str(), *look))
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn has(&self, wanted: Look) -> bool {
        self.spans.iter().any(|(_, look)| *look == wanted)
    }

    /// As much of it as `width` columns hold; `…` says that there was more.
    pub(super) fn clipped(self, width: usize) -> Self {
        if self.width <= width {
            return self;
        }
        let mut kept = Self::default();
        let mut room = width.saturating_sub(1);
        for (text, look) in &self.spans {
            let fits = fitting(text, room);
            kept.push_clean(&text[..fits], *look);
            if fits < text.len() {
                break;
            }
            room -= columns(text);
        }
        if width > 0 {
            kept.push_clean("…", Look::Faint);
        }
        kept
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.spans().map(|(text, _)| text).collect()
    }
}

/// `text` on one line, without anything that could speak to a terminal.
pub(super) fn clean(text: &str) -> String {
    printable(&text.replace("\r\n", " ").replace(char::is_whitespace, " "))
}

pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// How many bytes of `text` fit into `room` columns.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += columns_of(letter);
        if used > room {
            return at;
        }
    }
    text.len()
}

/// Text of several looks, broken between words to `width` columns; a word that is wider is broken anywhere.
pub(super) fn wrap(parts: &[(&str, Look)], width: usize) -> Vec<Line> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = Line::default();
    for word in words(parts) {
        let wide: usize = word.iter().map(|(letter, _)| columns_of(*letter)).sum();
        if line.width > 0 && line.width + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
        } else if line.width > 0 {
            line.push_clean(" ", Look::Plain);
        }
        for (letter, look) in word {
            if line.width > 0 && line.width + columns_of(letter) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push_clean(letter.encode_utf8(&mut [0; 4]), look);
        }
    }
    if !line.spans.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of the parts, cleaned; a word may change its look in the middle.
fn words(parts: &[(&str, Look)]) -> Vec<Vec<(char, Look)>> {
    let mut words = Vec::new();
    let mut word = Vec::new();
    for (text, look) in parts {
        for letter in clean(text).chars() {
            if letter != ' ' {
                word.push((letter, *look));
            } else if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn lines_are_broken_between_words_and_a_long_word_anywhere() {
        let lines = wrap(&[("one two three", Look::Plain)], 8);
        assert_eq!(texts(&lines), ["one two", "three"]);
        let lines = wrap(&[("a/very/long/path.txt:7", Look::Place)], 8);
        assert_eq!(texts(&lines), ["a/very/l", "ong/path", ".txt:7"]);
    }

    #[test]
    fn wide_signs_take_two_columns() {
        let lines = wrap(&[("頭痛頭痛", Look::Plain)], 5);
        assert_eq!(texts(&lines), ["頭痛", "頭痛"]);
        assert_eq!(lines[0].width(), 4);
    }

    #[test]
    fn a_word_that_changes_its_look_in_the_middle_stays_whole() {
        let lines = wrap(&[("cramp", Look::Match), ("s at night", Look::Plain)], 20);
        assert_eq!(texts(&lines), ["cramps at night"]);
        let spans: Vec<_> = lines[0].spans().collect();
        assert_eq!(spans, [("cramp", Look::Match), ("s at night", Look::Plain)]);
    }

    #[test]
    fn what_is_cut_off_leaves_a_sign() {
        assert_eq!(Line::of("cramps", Look::Plain).clipped(6).text(), "cramps");
        assert_eq!(Line::of("cramps", Look::Plain).clipped(4).text(), "cra…");
        assert_eq!(Line::of("頭痛頭痛", Look::Plain).clipped(4).text(), "頭…");
        assert_eq!(Line::of("cramps", Look::Plain).clipped(0).text(), "");
    }

    #[test]
    fn nothing_gets_in_that_could_speak_to_a_terminal() {
        let evil = "a\x1b[31mb\u{202E}c\u{9b}5m\td\ne\r\nf";
        assert_eq!(Line::of(evil, Look::Plain).text(), "a[31mbc5m d e f");
        assert_eq!(
            texts(&wrap(&[(evil, Look::Plain)], 80)),
            ["a[31mbc5m d e f"]
        );
    }
}
