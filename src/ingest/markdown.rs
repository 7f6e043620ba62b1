//! Markdown.

use super::Parsed;

/// Reads Markdown.
pub fn parse(source: &str) -> Parsed {
    super::text::parse(source)
}
