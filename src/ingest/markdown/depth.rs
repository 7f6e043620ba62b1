//! How deep may containers nest? The parser looks at every list and quote around for each line, so that a line of a
//! million `>` would cost as much for each line after it.

use std::borrow::Cow;

/// The bytes at the head of a line in which lists and quotes may begin: a hundred levels, where people write five.
const MOST_MARKERS: usize = 256;

/// `text`, with the markers of lists and quotes that stand beyond the bounds made spaces. Its length, its lines and its
/// words stay as they are.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    let mut blanked: Option<Vec<u8>> = None;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let bytes = line.as_bytes();
        let head = bytes
            .iter()
            .take_while(|byte| {
                matches!(
                    byte,
                    b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')' | b'0'..=b'9'
                )
            })
            .count();
        for at in MOST_MARKERS..head {
            let before_space = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
            let marker = bytes[at] == b'>'
                || before_space && matches!(bytes[at], b'-' | b'+' | b'*' | b'.' | b')');
            if marker {
                blanked.get_or_insert_with(|| text.as_bytes().to_vec())[start + at] = b' ';
            }
        }
        start += line.len();
    }
    match blanked.map(String::from_utf8) {
        Some(Ok(blanked)) => Cow::Owned(blanked),
        // Only ASCII took the place of ASCII: the error does not occur.
        Some(Err(_)) | None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_beyond_the_bounds_become_spaces() {
        let text = format!("{}a > b\n> c\n", "> ".repeat(200));
        let expected = format!("{}{}a > b\n> c\n", "> ".repeat(128), "  ".repeat(72));
        assert_eq!(bounded(&text), expected);
    }

    #[test]
    fn numbers_and_what_people_write_stay() {
        for text in [
            format!("{}1. a", "- ".repeat(20)),
            "7".repeat(500),
            format!("{}é", ".".repeat(500)),
        ] {
            assert!(matches!(bounded(&text), Cow::Borrowed(_)), "{text}");
        }
    }
}
