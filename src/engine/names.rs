//! What does an article give to be found by its names, and by its day?

use super::ArticleEntry;
use crate::analysis::TokenStream;

/// The title and the other names of an article, ready to be indexed.
pub(crate) struct Names {
    /// A line each.
    pub(crate) text: String,
    /// The different terms of each, a line each, a space between two.
    pub(crate) terms: String,
    /// All terms of each.
    pub(crate) whole: Vec<String>,
}

impl Names {
    /// Of an article; `seen` looks at the stream at each term.
    pub(crate) fn of(entry: &ArticleEntry, mut seen: impl FnMut(&TokenStream<'_>)) -> Self {
        let mut names = Self {
            text: String::new(),
            terms: String::new(),
            whole: Vec::new(),
        };
        for name in std::iter::once(&entry.title).chain(&entry.aliases) {
            let mut terms: Vec<String> = Vec::new();
            let mut whole = String::new();
            let mut stream = TokenStream::new(name);
            while stream.advance().is_some() {
                if !whole.is_empty() {
                    whole.push(' ');
                }
                seen(&stream);
                whole.push_str(stream.term());
                if !terms.iter().any(|known| known == stream.term()) {
                    terms.push(stream.term().to_owned());
                }
            }
            if terms.is_empty() {
                continue;
            }
            if !names.terms.is_empty() {
                names.text.push('\n');
                names.terms.push('\n');
            }
            if !names.whole.contains(&whole) {
                names.whole.push(whole);
            }
            names.text.push_str(name);
            names.terms.push_str(&terms.join(" "));
        }
        names
    }
}

/// `2024-04-16` as 20240416, which orders as days do.
pub(crate) fn day_number(day: &str) -> Option<u64> {
    day.replace('-', "").parse().ok()
}
