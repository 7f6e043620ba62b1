//! Of which pieces does the text of a page consist: tags, comments, raw stretches (scripts, styles), words to read?
//!
//! A scan of the source as it is, with offsets, which the tree builder does not give. It follows the tokenizer of the
//! HTML standard as far as the borders between pieces go; it builds nothing and looks at each byte a few times at most.

use memchr::{memchr, memchr2};
use std::ops::Range;

/// A stretch of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) range: Range<usize>,
}

/// What a stretch of the source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Characters and character references.
    Text,
    /// The inside of a `script`, `style` or the like: nothing in it is a tag.
    Raw,
    /// A comment, a doctype, a processing instruction, or a tag that the end of the source cuts off.
    Comment,
    /// `<name …>`.
    Start(Tag),
    /// `</name>`.
    End(Tag),
}

/// A tag, with what has to be known of it before a tree is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Where the name stands; it may be in capitals.
    pub(super) name: Range<usize>,
    /// `<name … />`.
    pub(super) self_closing: bool,
}

/// Longer attribute values (pictures inside `data:` addresses) are cut: no rule looks further into one.
const LONGEST_VALUE: usize = 4096;

/// The tree builder compares each attribute of a tag with all before it, so their number has to have a bound.
const MOST_ATTRIBUTES: usize = 200;

/// Elements whose inside is not markup.
const RAW: [&str; 9] = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
];

/// Walks over the pieces of `source`.
pub(super) fn pieces(source: &str) -> Pieces<'_> {
    Pieces {
        source,
        at: 0,
        raw: None,
        foreign: 0,
        attributes: Attributes::default(),
    }
}

/// See [`pieces`].
pub(super) struct Pieces<'a> {
    source: &'a str,
    at: usize,
    /// The raw element whose inside comes next.
    raw: Option<&'static str>,
    /// How many `svg` and `math` elements are open: inside them `<title/>` and the like are ordinary elements.
    foreign: usize,
    /// See [`Pieces::attributes`].
    attributes: Attributes,
}

/// What is read of the attributes of a tag.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) read: Vec<Attribute>,
    /// Whether the tag closes itself.
    pub(super) close: bool,
}

/// An attribute, by the places of its parts.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    /// Without quotation marks; the end of a very long one is left out.
    pub(super) value: Range<usize>,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let start = self.at;
        if start >= self.source.len() {
            return None;
        }
        let kind = match self.raw.take() {
            Some(name) => {
                self.at = raw_end(self.source, start, name);
                // Titles and text areas hold character references, but no reader's text.
                PieceKind::Raw
            }
            None => self.piece(),
        };
        if self.at == start {
            // An empty raw element.
            return self.next();
        }
        Some(Piece {
            kind,
            range: start..self.at,
        })
    }
}

impl Pieces<'_> {
    /// What is read of the attributes of the tag that came last.
    pub(super) fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    fn piece(&mut self) -> PieceKind {
        let bytes = self.source.as_bytes();
        let start = self.at;
        if bytes[start] != b'<' || !opens_markup(bytes, start) {
            self.at = text_end(bytes, start + 1);
            return PieceKind::Text;
        }
        match bytes[start + 1] {
            b'!' if bytes[start..].starts_with(b"<!--") => {
                self.at = comment_end(self.source, start);
                PieceKind::Comment
            }
            b'/' if bytes[start + 2].is_ascii_alphabetic() => self.tag(start + 2),
            byte if byte.is_ascii_alphabetic() => self.tag(start + 1),
            _ => {
                self.at = find(bytes, start, b'>').map_or(bytes.len(), |end| end + 1);
                PieceKind::Comment
            }
        }
    }

    /// Reads a tag whose name begins at `name_start`.
    fn tag(&mut self, name_start: usize) -> PieceKind {
        let bytes = self.source.as_bytes();
        let name_end = (name_start..bytes.len())
            .find(|at| bytes[*at].is_ascii_whitespace() || matches!(bytes[*at], b'/' | b'>'))
            .unwrap_or(bytes.len());
        self.attributes.read.clear();
        self.attributes.close = false;
        let Some(end) = attributes(self.source, name_end, &mut self.attributes) else {
            self.at = bytes.len();
            return PieceKind::Comment;
        };
        self.at = end;
        let tag = Tag {
            name: name_start..name_end,
            self_closing: bytes[end - 2] == b'/',
        };
        let name = &self.source[tag.name.clone()];
        let closing = bytes[name_start - 1] == b'/';
        if name.eq_ignore_ascii_case("svg") || name.eq_ignore_ascii_case("math") {
            match (closing, tag.self_closing) {
                (true, _) => self.foreign = self.foreign.saturating_sub(1),
                (false, true) => {}
                (false, false) => self.foreign += 1,
            }
        }
        if closing {
            return PieceKind::End(tag);
        }
        if self.foreign == 0 {
            self.raw = RAW.into_iter().find(|raw| raw.eq_ignore_ascii_case(name));
        }
        PieceKind::Start(tag)
    }
}

/// Whether the `<` at `at` begins anything but text.
fn opens_markup(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'!' | b'?') => true,
        Some(b'/') => bytes.get(at + 2).is_some(),
        Some(byte) => byte.is_ascii_alphabetic(),
        None => false,
    }
}

fn text_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = find(bytes, at, b'<') {
        if opens_markup(bytes, found) {
            return found;
        }
        at = found + 1;
    }
    bytes.len()
}

fn comment_end(source: &str, start: usize) -> usize {
    let inside = &source[start + 4..];
    if inside.starts_with('>') {
        return start + 5;
    }
    if inside.starts_with("->") {
        return start + 6;
    }
    let plain = inside.find("-->").map(|at| start + 4 + at + 3);
    let odd = inside[..plain.map_or(inside.len(), |end| end - start - 4)]
        .find("--!>")
        .map(|at| start + 4 + at + 4);
    odd.or(plain).unwrap_or(source.len())
}

/// Where a tag ends (behind its `>`), whose attributes begin at `from`; adds those that are read. `None` where the source ends
/// first.
fn attributes(source: &str, from: usize, attributes: &mut Attributes) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = from;
    let mut count = 0;
    loop {
        let before = at;
        while bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
        {
            at += 1;
        }
        if *bytes.get(at)? == b'>' {
            attributes.close = bytes[before..at].last() == Some(&b'/');
            return Some(at + 1);
        }
        let start = at;
        at += 1;
        while !matches!(*bytes.get(at)?, b'=' | b'>' | b'/') && !bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let name_end = at;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let mut value = at..at;
        if bytes[at] == b'=' {
            at += 1;
            while bytes.get(at)?.is_ascii_whitespace() {
                at += 1;
            }
            let quote = bytes[at];
            (value, at) = match quote {
                b'"' | b'\'' => {
                    let close = find(bytes, at + 1, quote)?;
                    (at + 1..close, close + 1)
                }
                _ => {
                    let close = (at..bytes.len())
                        .find(|at| bytes[*at] == b'>' || bytes[*at].is_ascii_whitespace())?;
                    (at..close, close)
                }
            };
        } else {
            at = name_end;
        }
        count += 1;
        if count > MOST_ATTRIBUTES || !is_read(&bytes[start..name_end]) {
            continue;
        }
        if value.len() > LONGEST_VALUE {
            // A cut inside a reference does no harm at the end of a value that nothing reads.
            let longest = value.start + LONGEST_VALUE;
            value.end = (value.start..=longest)
                .rev()
                .find(|at| source.is_char_boundary(*at))
                .unwrap_or(value.start);
        }
        attributes.read.push(Attribute {
            name: start..name_end,
            value,
        });
    }
}

/// Whether anything depends on an attribute: what is made of the tree (see [`super::dom::attr`]), or the building of it.
pub(super) fn is_read(name: &[u8]) -> bool {
    let mut folded = [0; 16];
    let Some(folded) = folded.get_mut(..name.len()) else {
        return false;
    };
    folded.copy_from_slice(name);
    folded.make_ascii_lowercase();
    matches!(
        &*folded,
        b"aria-controls"
            | b"aria-expanded"
            | b"aria-hidden"
            | b"aria-label"
            | b"aria-labelledby"
            | b"aria-modal"
            | b"class"
            | b"colspan"
            | b"content"
            | b"datatable"
            | b"datetime"
            | b"fallback"
            | b"hidden"
            | b"href"
            | b"http-equiv"
            | b"id"
            | b"itemprop"
            | b"lang"
            | b"name"
            | b"placeholder"
            | b"property"
            | b"pubdate"
            | b"rel"
            | b"role"
            | b"style"
            | b"summary"
            | b"title"
            | b"type"
            | b"xml:lang"
            // The parser's own.
            | b"color"
            | b"encoding"
            | b"face"
            | b"form"
            | b"shadowrootmode"
            | b"size"
    )
}

/// Where the inside of the raw element `name` ends: before its end tag.
fn raw_end(source: &str, start: usize, name: &str) -> usize {
    let bytes = source.as_bytes();
    // A script may hold a comment that holds a whole script element, whose end tag does not count.
    let mut in_comment = false;
    let mut in_inner = false;
    let mut at = start;
    loop {
        // A dash means something only where a comment may end.
        let found = if in_comment || in_inner {
            memchr2(b'<', b'-', &bytes[at..])
        } else {
            memchr(b'<', &bytes[at..])
        };
        let Some(found) = found.map(|found| at + found) else {
            return bytes.len();
        };
        let rest = &bytes[found..];
        at = found + 1;
        if rest[0] == b'-' {
            if rest.starts_with(b"-->") {
                (in_comment, in_inner) = (false, false);
            }
        } else if names_tag(&rest[1..], "/", name) {
            if !in_inner {
                return found;
            }
            in_inner = false;
        } else if name == "script" {
            if rest.starts_with(b"<!--") {
                in_comment = true;
                at = found + 2;
            } else if in_comment && names_tag(&rest[1..], "", name) {
                in_inner = true;
            }
        }
    }
}

/// Whether `bytes` begin with `prefix`, `name` and the end of a name.
fn names_tag(bytes: &[u8], prefix: &str, name: &str) -> bool {
    let length = prefix.len() + name.len();
    bytes.starts_with(prefix.as_bytes())
        && bytes
            .get(prefix.len()..length)
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && bytes
            .get(length)
            .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    memchr(wanted, bytes.get(from..)?).map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces in a shorthand: `t` text, `r` raw, `c` comment, `<` start, `>` end.
    fn shape(source: &str) -> String {
        let mut end = 0;
        let mut shape = String::new();
        for piece in pieces(source) {
            assert_eq!(piece.range.start, end, "pieces leave no gap in {source}");
            end = piece.range.end;
            shape.push(match piece.kind {
                PieceKind::Text => 't',
                PieceKind::Raw => 'r',
                PieceKind::Comment => 'c',
                PieceKind::Start(_) => '<',
                PieceKind::End(_) => '>',
            });
        }
        assert_eq!(end, source.len(), "pieces reach the end of {source}");
        shape
    }

    #[test]
    fn a_page_falls_into_its_pieces() {
        assert_eq!(shape("<!doctype html><p class='a>b'>x &lt; y</p>"), "c<t>");
        assert_eq!(shape("a < b and c <3 <- d"), "t");
        assert_eq!(shape("<script>if (a<b) '</p>'</script>x"), "<r>t");
        assert_eq!(
            shape("<script><!-- <script>a</script> --></script>x"),
            "<r>t"
        );
        assert_eq!(shape("<STYLE></style ><b>"), "<><");
        assert_eq!(shape("<svg><title/>a</svg>b"), "<<t>t");
        assert_eq!(shape("a<!-- <p> -->b<!-->c<!--->d"), "tctctct");
    }

    #[test]
    fn a_source_that_ends_inside_a_piece_is_read_to_its_end() {
        for (source, expected) in [
            ("a<p class=\"x", "tc"),
            ("a<p", "tc"),
            ("a<", "t"),
            ("a</", "t"),
            ("a<!-- b", "tc"),
            ("<script>x", "<r"),
            ("<a href=x", "c"),
        ] {
            assert_eq!(shape(source), expected, "{source}");
        }
    }

    /// What is read of the first tag's attributes.
    fn attributes_of(source: &str) -> (Vec<(&str, &str)>, bool) {
        let mut pieces = pieces(source);
        assert!(matches!(
            pieces.next().map(|piece| piece.kind),
            Some(PieceKind::Start(_))
        ));
        let Attributes { read, close } = pieces.attributes();
        let read = read.iter().map(|attribute| {
            (
                &source[attribute.name.clone()],
                &source[attribute.value.clone()],
            )
        });
        (read.collect(), *close)
    }

    #[test]
    fn attributes_that_nothing_reads_are_left_out() {
        for (source, expected, closes) in [
            ("<p>", &[][..], false),
            (
                "<p onclick=\"a>b\" CLASS = 'x y' data-id=3 hidden>",
                &[("CLASS", "x y"), ("hidden", "")],
                false,
            ),
            ("<a href=/back/>", &[("href", "/back/")], false),
            ("<br/>", &[], true),
            ("<br class=x />", &[("class", "x")], true),
            ("<br hidden/>", &[("hidden", "")], true),
            ("<a href= >", &[("href", "")], false),
            ("<a a-very-long-name-indeed=x id=y>", &[("id", "y")], false),
        ] {
            let (read, close) = attributes_of(source);
            assert_eq!((&*read, close), (expected, closes), "{source}");
        }
    }

    #[test]
    fn attributes_have_bounds() {
        let long = format!("<img style=\"data:{}\" id=x>", "é".repeat(40_000));
        let (read, _) = attributes_of(&long);
        assert!(read[0].1.len() <= LONGEST_VALUE && read[1] == ("id", "x"));
        let many = format!("<p {}>", "id=1 ".repeat(5_000));
        assert_eq!(attributes_of(&many).0.len(), MOST_ATTRIBUTES);
    }
}
