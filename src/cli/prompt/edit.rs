//! What does a key do to the line that is typed? Text and a cursor, moved by what a person sees as one sign.

use super::text::{clean, columns};
use unicode_width::UnicodeWidthChar;

/// The longest query, in bytes: far more than a paragraph. A whole file that is pasted by mistake is not searched for letter by
/// letter.
const LONGEST: usize = 10_000;

/// Joins two signs to one, as in emoji of several people.
const JOINER: char = '\u{200D}';

/// The line that is typed.
#[derive(Clone, Debug, Default)]
pub(super) struct EditLine {
    text: String,
    /// Where the next letter goes, in bytes; never inside a sign.
    cursor: usize,
}

impl EditLine {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes in what was typed or pasted, on one line; what is beyond the longest query is left out.
    pub(super) fn insert(&mut self, typed: &str) {
        let mut typed = clean(typed);
        let mut room = LONGEST.saturating_sub(self.text.len()).min(typed.len());
        while !typed.is_char_boundary(room) {
            room -= 1;
        }
        typed.truncate(room);
        self.text.insert_str(self.cursor, &typed);
        self.cursor += typed.len();
    }

    pub(super) fn left(&mut self) {
        self.cursor = self.before();
    }

    pub(super) fn right(&mut self) {
        self.cursor = self.behind();
    }

    pub(super) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(super) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    pub(super) fn erase_before(&mut self) {
        self.erase(self.before(), self.cursor);
    }

    pub(super) fn erase_behind(&mut self) {
        self.erase(self.cursor, self.behind());
    }

    pub(super) fn erase_to_start(&mut self) {
        self.erase(0, self.cursor);
    }

    pub(super) fn erase_to_end(&mut self) {
        self.erase(self.cursor, self.text.len());
    }

    pub(super) fn erase_word(&mut self) {
        let words = self.text[..self.cursor].trim_end();
        let start = words
            .char_indices()
            .rfind(|(_, letter)| letter.is_whitespace())
            .map_or(0, |(at, space)| at + space.len_utf8());
        self.erase(start, self.cursor);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What shows of the line in `room` columns, and in which of them the cursor stands.
    pub(super) fn window(&self, room: usize) -> (&str, usize) {
        let mut start = 0;
        let mut column = columns(&self.text[..self.cursor]);
        while column >= room.max(1) {
            // What is typed before an accent or a joiner stands inside a sign.
            let end = next(&self.text, start).min(self.cursor);
            column -= columns(&self.text[start..end]);
            start = end;
        }
        (&self.text[start..], column)
    }

    fn erase(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        let mut start = self.cursor;
        while let Some(letter) = self.text[..start].chars().next_back() {
            start -= letter.len_utf8();
            let is_joined = self.text[..start].ends_with(JOINER);
            if !continues(letter) && !is_joined {
                break;
            }
        }
        start
    }

    fn behind(&self) -> usize {
        next(&self.text, self.cursor)
    }
}

/// Whether a letter is shown as part of the sign before it: accents, joiners, variants.
fn continues(letter: char) -> bool {
    letter.width() == Some(0)
}

/// The end of the sign that begins at `start`.
fn next(text: &str, start: usize) -> usize {
    let mut letters = text[start..].char_indices();
    let mut is_joined = true;
    letters
        .find(|(_, letter)| {
            let goes_on = is_joined || continues(*letter);
            is_joined = *letter == JOINER;
            !goes_on
        })
        .map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> EditLine {
        let mut line = EditLine::default();
        line.insert(text);
        line
    }

    #[test]
    fn what_is_pasted_becomes_one_line() {
        assert_eq!(
            line("leg\ncramps\r\nat\tnight\x1b").text(),
            "leg cramps at night"
        );
    }

    #[test]
    fn letters_go_where_the_cursor_is() {
        let mut line = line("lg");
        line.left();
        line.insert("e");
        assert_eq!(line.text(), "leg");
        line.home();
        line.insert("my ");
        line.end();
        line.insert("!");
        assert_eq!(line.text(), "my leg!");
    }

    #[test]
    fn a_sign_of_several_letters_is_one() {
        for sign in ["e\u{301}", "👩\u{200D}🔬", "頭", "ß"] {
            let mut line = line(&format!("a{sign}b"));
            line.left();
            line.left();
            line.erase_behind();
            assert_eq!(line.text(), "ab", "{sign}");
            line.insert(sign);
            line.erase_before();
            assert_eq!(line.text(), "ab", "{sign}");
            line.home();
            line.insert(sign);
            line.home();
            line.right();
            line.insert("|");
            assert_eq!(line.text(), format!("{sign}|ab"));
        }
    }

    #[test]
    fn words_and_halves_of_the_line_are_erased() {
        let mut line = line("sudden leg cramps  ");
        line.erase_word();
        assert_eq!(line.text(), "sudden leg ");
        line.left();
        line.erase_word();
        assert_eq!(line.text(), "sudden  ");
        line.erase_to_end();
        assert_eq!(line.text(), "sudden ");
        line.erase_to_start();
        assert!(line.is_empty());
        for press in [
            EditLine::left,
            EditLine::right,
            EditLine::erase_before,
            EditLine::erase_behind,
            EditLine::erase_word,
        ] {
            press(&mut line);
            assert!(line.is_empty());
        }
    }

    #[test]
    fn the_cursor_always_shows() {
        let mut line = line("頭痛 and nausea");
        assert_eq!(line.window(40), ("頭痛 and nausea", 15));
        assert_eq!(line.window(7), ("nausea", 6));
        line.home();
        assert_eq!(line.window(7).1, 0);
        line.right();
        assert_eq!(line.window(3).1, 2);
        for room in 0..20 {
            assert!(line.window(room).1 <= room);
        }
    }

    #[test]
    fn a_cursor_inside_a_sign_does_no_harm() {
        let mut line = line("🔬\u{301}");
        line.home();
        line.insert("👩\u{200D}");
        for room in 0..6 {
            let (_, column) = line.window(room);
            assert!(column <= room);
        }
        line.erase_before();
        line.erase_behind();
        assert!(line.is_empty());
    }

    #[test]
    fn the_line_has_an_end() {
        let line = line(&"é".repeat(LONGEST));
        assert_eq!(line.text().len(), LONGEST);
    }
}
