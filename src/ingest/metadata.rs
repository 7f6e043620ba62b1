//! What do an article's own statements about itself mean? Addresses, labels and language tags, whichever format they
//! were written in.

/// `text` where it is the address of a web page (`http` or `https`); any other address, such as a path inside a site, is
/// none that a reader could follow.
pub(super) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let readable = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (web && readable && rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
        .then(|| text.to_owned())
}

/// `text` as a BCP 47 tag, or `None` where it has not the shape of one (RFC 5646, section 2.1: a language of 2 to 8
/// letters, then subtags of 1 to 8 letters and digits). The `_` of a POSIX locale is read as `-`.
pub(super) fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut subtags = tag.split('-');
    let language = subtags.next()?;
    let is_language = (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (is_language && subtags.all(rest)).then_some(tag)
}

/// `text` with each run of white space made one space, none around it, and its words as they were meant.
pub(super) fn one_line(text: &str) -> String {
    super::repair::repair_line(text)
}

/// Adds what is not among the `labels` yet, and is not blank.
pub(super) fn add_labels<'a>(labels: &mut Vec<String>, texts: impl IntoIterator<Item = &'a str>) {
    let mut known: std::collections::HashSet<String> = labels.iter().cloned().collect();
    for text in texts {
        let label = one_line(text);
        if !label.is_empty() && known.insert(label.clone()) {
            labels.push(label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_web_pages_are_kept() {
        for good in [
            "https://a.example/x?y#z",
            "HTTP://a.example",
            "http://[::1]/",
        ] {
            assert_eq!(web_address(good).as_deref(), Some(good));
        }
        for bad in [
            "/path",
            "javascript:alert(1)",
            "ftp://a.example",
            "https://",
            "https://a b",
            "",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_language_has_the_shape_of_a_tag() {
        assert_eq!(language_tag("en_GB").as_deref(), Some("en-GB"));
        assert_eq!(language_tag(" no ").as_deref(), Some("no"));
        for bad in ["", "english (us)", "e", "en-", "12"] {
            assert_eq!(language_tag(bad), None, "{bad}");
        }
    }

    #[test]
    fn labels_are_added_once_and_never_blank() {
        let mut labels = vec!["heat".to_owned()];
        add_labels(&mut labels, ["heat", " first \n aid", "", "first aid"]);
        assert_eq!(labels, ["heat", "first aid"]);
    }
}
