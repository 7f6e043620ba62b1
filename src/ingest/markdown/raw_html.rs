//! Where does a piece of HTML inside Markdown end, and which element is it? Enough to strip tags; pages are read elsewhere.

use pulldown_cmark::{Event, Parser};

/// A piece of markup: a tag, a comment, a declaration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Markup<'s> {
    /// The element's name as it is written; empty for what is no tag.
    pub(super) name: &'s str,
    /// Whether it is an end tag.
    pub(super) closing: bool,
    /// The byte after it.
    pub(super) end: usize,
}

/// The tag or declaration that begins with the `<` at byte `at` and ends before `limit`.
pub(super) fn markup(source: &str, at: usize, limit: usize) -> Option<Markup<'_>> {
    let bytes = source.as_bytes().get(..limit)?;
    let mut name_start = at + 1;
    let closing = bytes.get(name_start) == Some(&b'/');
    name_start += usize::from(closing);
    let first = bytes.get(name_start)?;
    if !first.is_ascii_alphabetic() && !matches!(first, b'!' | b'?') {
        return None;
    }
    let name_length = bytes[name_start..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
        .count();
    let end = tag_end(bytes, name_start + name_length)?;
    Some(Markup {
        name: &source[name_start..name_start + name_length],
        closing,
        end,
    })
}

/// The byte after the `>` that closes a tag; a `>` inside a quoted attribute value does not.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (index, byte) in bytes.iter().enumerate().skip(from) {
        match (quote, byte) {
            (Some(open), _) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') if after_equals => quote = Some(*byte),
            _ => {}
        }
        after_equals = *byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    None
}

/// The first place of `needle`, ASCII case ignored, at or after byte `from`.
pub(super) fn find_ignoring_case(source: &str, needle: &str, from: usize) -> Option<usize> {
    source
        .as_bytes()
        .get(from..)?
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
        .map(|at| from + at)
}

/// The character reference at the head of `text` (which begins with `&`): what it means, and its length in bytes.
pub(super) fn character_reference(text: &str) -> Option<(String, usize)> {
    /// The longest name in HTML's list, `&CounterClockwiseContourIntegral;`, has 33 bytes.
    const LONGEST: usize = 33;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')? + 1;
    let reference = &text[..end];
    let inner = &reference[1..end - 1];
    if inner.is_empty()
        || !inner
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    {
        return None;
    }
    // The Markdown parser knows the list of names; what it does not decode stays in pieces, or as it was.
    match Parser::new(reference)
        .into_offset_iter()
        .find(|(event, _)| matches!(event, Event::Text(_)))?
    {
        (Event::Text(text), range) if range == (0..end) && *text != *reference => {
            Some((text.into_string(), end))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_at_its_own_bracket() {
        let source = r#"<a title="x > y" href='>'>text"#;
        let tag = markup(source, 0, source.len()).expect("it is a tag");
        assert_eq!((tag.name, &source[tag.end..]), ("a", "text"));
        assert_eq!(markup("a < b > c", 2, 9), None);
        assert_eq!(markup("<div", 0, 4), None);
        assert!(markup("</DIV >", 0, 7).is_some_and(|tag| tag.closing));
    }

    #[test]
    fn character_references_are_known_by_name_and_number() {
        for (reference, meaning) in [
            ("&eacute;x", "é"),
            ("&amp;", "&"),
            ("&#176;", "°"),
            ("&#38;", "&"),
        ] {
            assert_eq!(
                character_reference(reference)
                    .map(|(text, _)| text)
                    .as_deref(),
                Some(meaning),
                "{reference}"
            );
        }
        for text in ["&", "&;", "&no such;", "&nosuchname;", "& more; text"] {
            assert_eq!(character_reference(text), None, "{text}");
        }
    }
}
