//! Of which level is a heading? The article's own sections have level 2; what is written in a lesser way stands below.

use super::blocks::{Block, Kind};
use super::headings::{self, Case};

/// How the headings of a page are ranked by how they are written.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    /// The characters that underline, the highest rank first.
    underlines: Vec<char>,
    /// Headings In Title Case are the rule.
    titled: bool,
    /// Some headings are IN CAPITALS and others are not.
    capitals: bool,
    /// Some headings end with a colon and others do not.
    labels: bool,
}

impl Ranks {
    /// The ranks among these headings.
    pub(super) fn of<'a>(headings: impl Iterator<Item = &'a Block>) -> Self {
        let mut ranks = Self::default();
        let (mut titled, mut upper, mut labels, mut plain) = (0usize, 0usize, 0usize, 0usize);
        for block in headings {
            let text = block.text.as_str();
            match block.kind {
                Kind::Underlined(character) if !ranks.underlines.contains(&character) => {
                    ranks.underlines.push(character);
                }
                Kind::Plain | Kind::Numbered(_) => {
                    plain += 1;
                    labels += usize::from(text.ends_with(':'));
                    match headings::case(text) {
                        Case::Every | Case::Title => titled += 1,
                        Case::Upper => upper += 1,
                        Case::Sentence | Case::Lower => {}
                    }
                }
                _ => {}
            }
        }
        ranks.titled = titled >= 3 && titled * 2 > plain;
        // A single word in capitals may be an abbreviation.
        ranks.capitals = upper >= 2 && upper < plain;
        ranks.labels = labels < plain;
        ranks
    }

    /// The level of a heading that follows text (or another heading) and stands before a list (or something else).
    pub(super) fn level(&self, block: &Block, follows_text: bool, before_list: bool) -> u8 {
        let text = block.text.as_str();
        match block.kind {
            Kind::Hashed(hashes) => hashes.clamp(2, 6),
            Kind::Numbered(number) => number.depth.saturating_add(1).clamp(2, 6),
            Kind::Underlined(character) => {
                let rank = self
                    .underlines
                    .iter()
                    .position(|other| *other == character)
                    .unwrap_or_default();
                rank.saturating_add(2).min(6) as u8
            }
            _ if self.capitals && headings::case(text) != Case::Upper => 3,
            _ if self.labels && text.ends_with(':') => 3,
            // A short line between a paragraph and a list, where headings are In Title Case: "How to use it?"
            _ if self.titled
                && follows_text
                && headings::case(text) == Case::Sentence
                && (before_list || text.ends_with('?'))
                && text.split_whitespace().count() <= headings::SHORT =>
            {
                3
            }
            _ => 2,
        }
    }
}
