//! Under which headings does a run of text stand? A stack of headings that never loses a parent.

use crate::article::{Block, BlockKind, MappedText, Section};

/// Builds sections from headings and blocks given in reading order.
#[derive(Debug, Default)]
pub struct Outline {
    stack: Vec<(u8, String)>,
    sections: Vec<Section>,
    current: Section,
}

impl Outline {
    /// An outline whose first blocks stand before any heading.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a section under a heading of `level` (1 to 6). Headings of the same or a lower rank are closed; a level may
    /// be left out (an `h4` right under an `h2` is its child). A heading without words opens nothing.
    pub fn heading(&mut self, level: u8, text: &MappedText, anchor: Option<String>) {
        if text.is_empty() {
            return;
        }
        self.close();
        while self.stack.last().is_some_and(|(open, _)| *open >= level) {
            self.stack.pop();
        }
        self.stack.push((level, text.as_str().to_owned()));
        self.current = Section {
            id: None,
            heading_path: self.stack.iter().map(|(_, text)| text.clone()).collect(),
            level,
            anchor,
            blocks: Vec::new(),
            source: text.source().unwrap_or_default(),
        };
    }

    /// Adds a run of text to the open section. A run without words is nothing.
    pub fn block(&mut self, kind: BlockKind, text: MappedText) {
        if text.is_empty() {
            return;
        }
        if let Some(place) = text.source() {
            if self.current.blocks.is_empty() {
                self.current.source = place;
            } else {
                self.current.source.start = self.current.source.start.min(place.start);
                self.current.source.end = self.current.source.end.max(place.end);
            }
        }
        self.current.blocks.push(Block { kind, text });
    }

    /// Whether anything was given yet.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
            && self.current.blocks.is_empty()
            && self.current.heading_path.is_empty()
    }

    /// All sections in reading order.
    pub fn finish(mut self) -> Vec<Section> {
        self.close();
        self.sections
    }

    fn close(&mut self) {
        let section = std::mem::take(&mut self.current);
        if !section.heading_path.is_empty() || !section.blocks.is_empty() {
            self.sections.push(section);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(lines: &[(u8, &str)]) -> Vec<(Vec<String>, String)> {
        let mut outline = Outline::new();
        for (level, text) in lines {
            match level {
                0 => outline.block(BlockKind::Paragraph, MappedText::unmapped(text)),
                level => outline.heading(*level, &MappedText::unmapped(text), None),
            }
        }
        outline
            .finish()
            .into_iter()
            .map(|section| (section.heading_path.clone(), section.text()))
            .collect()
    }

    #[test]
    fn text_before_the_first_heading_belongs_to_none() {
        let sections = build(&[(0, "before"), (2, "A"), (0, "after")]);
        assert_eq!(sections[0], (vec![], "before".into()));
        assert_eq!(sections[1], (vec!["A".into()], "after".into()));
    }

    #[test]
    fn a_heading_keeps_its_whole_path() {
        let sections = build(&[
            (2, "A"),
            (3, "B"),
            (0, "b"),
            (4, "C"),
            (0, "c"),
            (3, "D"),
            (0, "d"),
            (2, "E"),
        ]);
        let paths: Vec<_> = sections.iter().map(|(path, _)| path.join(">")).collect();
        assert_eq!(paths, ["A", "A>B", "A>B>C", "A>D", "E"]);
        assert_eq!(
            sections[0].1, "",
            "a heading whose text stands under its sub-headings is there, without text"
        );
    }

    #[test]
    fn a_skipped_level_does_not_lose_the_parent() {
        let sections = build(&[
            (2, "A"),
            (4, "deep"),
            (0, "x"),
            (3, "B"),
            (0, "y"),
            (1, "Z"),
            (0, "z"),
        ]);
        let paths: Vec<_> = sections.iter().map(|(path, _)| path.join(">")).collect();
        assert_eq!(paths, ["A", "A>deep", "A>B", "Z"]);
    }
}
