//! Plain text whose markup is gone: which lines are headings, which belong to the page and not to the article?

use super::Parsed;
use super::outline::Outline;
use crate::article::{BlockKind, MappedText};

/// Reads plain text.
pub fn parse(source: &str) -> Parsed {
    let mut outline = Outline::new();
    outline.block(
        BlockKind::Paragraph,
        MappedText::from_source(source, 0..source.len()),
    );
    Parsed {
        sections: outline.finish(),
        ..Parsed::default()
    }
}
