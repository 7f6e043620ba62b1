//! A saved web page: what is the article, under which headings, and where does each word stand in the source?

use super::Parsed;
use encoding_rs::Encoding;

/// What the page's `<meta>` says of its encoding, looked for where the HTML standard looks (the first 1,024 bytes).
pub fn declared_encoding(_bytes: &[u8]) -> Option<&'static Encoding> {
    None
}

/// Reads a web page.
pub fn parse(source: &str) -> Parsed {
    super::text::parse(source)
}
