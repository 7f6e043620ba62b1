//! Which address leads a reader to a passage?

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What need not be encoded in a text directive. `-`, `,` and `&` are its own syntax, so they are
/// (<https://wicg.github.io/scroll-to-text-fragment/#syntax>).
const TEXT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'~');

/// What need not be encoded in an anchor (RFC 3986, fragment).
const ANCHOR: &AsciiSet = &TEXT
    .remove(b'-')
    .remove(b',')
    .remove(b'&')
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'!')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'$')
    .remove(b'\'');

/// How many words name the start and the end of a passage: enough to be found once in an article.
const WORDS: usize = 6;

/// The article's address with the passage's anchor, or else with a text fragment that names its first and last words;
/// `None` where the article has no address.
pub(super) fn link(url: Option<&str>, anchor: Option<&str>, text: &str) -> Option<String> {
    let url = url?;
    let page = url.split_once('#').map_or(url, |(page, _)| page);
    if let Some(anchor) = anchor {
        return Some(format!("{page}#{}", utf8_percent_encode(anchor, ANCHOR)));
    }
    let mut lines = text
        .lines()
        .map(|line| line.trim_start_matches("- "))
        .filter(|line| !line.is_empty());
    let first = lines.next()?;
    let last = lines.next_back().unwrap_or(first);
    let words: Vec<&str> = first.split_whitespace().collect();
    let start = words[..words.len().min(WORDS)].join(" ");
    let last_words: Vec<&str> = last.split_whitespace().collect();
    let end = last_words[last_words.len().saturating_sub(WORDS)..].join(" ");
    let is_short = std::ptr::eq(first, last) && words.len() <= 2 * WORDS;
    let encode = |text: &str| utf8_percent_encode(text, TEXT).to_string();
    Some(if is_short {
        format!("{page}#:~:text={}", encode(&words.join(" ")))
    } else {
        format!("{page}#:~:text={},{}", encode(&start), encode(&end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://example.org/a";

    #[test]
    fn an_anchor_goes_before_a_text_fragment() {
        let linked = link(Some("https://example.org/a#top"), Some("when-to call"), "x");
        assert_eq!(
            linked.as_deref(),
            Some("https://example.org/a#when-to%20call")
        );
        assert_eq!(link(None, Some("x"), "x"), None);
    }

    #[test]
    fn a_fragment_names_the_first_and_last_words() {
        let text = "One two three four five six seven, eight.\n\n- nine-ten & more";
        assert_eq!(
            link(Some(PAGE), None, text).as_deref(),
            Some(
                "https://example.org/a#:~:text=One%20two%20three%20four%20five%20six,nine%2Dten%20%26%20more"
            )
        );
        assert_eq!(
            link(Some(PAGE), None, "Just rest.").as_deref(),
            Some("https://example.org/a#:~:text=Just%20rest.")
        );
    }
}
