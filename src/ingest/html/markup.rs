//! What of the source is given to the parser?
//!
//! All tags that the guard lets pass, each with the offset it stands at, and all text. Nothing else: no comments, no
//! scripts, no attributes that are not read. What is left out leaves no trace, but for a place where two texts must not grow
//! together.
//!
//! The source is in pieces already, so tags and text go straight to the tree builder, as what the HTML standard calls tokens. What
//! takes more to understand (doctypes, the insides of raw elements and their tags, references inside attributes) is given to the
//! parser's tokenizer as markup.

use super::align::reference;
use super::guard::Verdict;
use super::source::{Attributes, Piece, Tag};
use html5ever::interface::TreeSink;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag as TagToken, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult, local_name, ns};
use memchr::memchr3;
use scraper::{Html, HtmlTreeSink};
use std::cell::Cell;
use std::ops::Range;

/// The attribute that carries the offset of a start tag through the parser: one of drawings, which nobody reads.
pub(super) const OFFSET: &str = "x";

type Handle = <HtmlTreeSink as TreeSink>::Handle;

/// The parser, and what it is given.
pub(super) struct Markup<'a> {
    source: &'a str,
    /// The source once more, of which what is given are parts.
    whole: StrTendril,
    tokenizer: Tokenizer<Builder>,
    /// Something was left out behind text, which must not grow together with what comes next (`<<!---->b>`).
    seam: bool,
    after_text: bool,
    begun: bool,
}

/// The tree builder. It is given tokens by the tokenizer and past it; the latter only while that is between two pieces.
struct Builder {
    builder: TreeBuilder<Handle, HtmlTreeSink>,
    /// Whether the tokenizer is inside a raw element: only its end tag is one.
    is_raw: Cell<bool>,
}

impl TokenSink for Builder {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let ends = matches!(&token, Token::TagToken(tag) if tag.kind == TagKind::EndTag);
        let result = self.builder.process_token(token, line);
        if ends {
            self.is_raw.set(false);
        }
        if matches!(
            result,
            TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext
        ) {
            self.is_raw.set(true);
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl<'a> Markup<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let sink = HtmlTreeSink::new(Html::new_document());
        let builder = Builder {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            is_raw: Cell::new(false),
        };
        let options = TokenizerOpts {
            discard_bom: false,
            ..TokenizerOpts::default()
        };
        Self {
            source,
            whole: StrTendril::from_slice(source),
            tokenizer: Tokenizer::new(builder, options),
            seam: false,
            after_text: false,
            begun: false,
        }
    }

    pub(super) fn text(&mut self, piece: &Piece) {
        if std::mem::take(&mut self.seam) {
            // The parser passes over it, and nothing grows across it.
            if self.is_raw() {
                self.read("\0".into());
            } else {
                self.give(Token::NullCharacterToken);
            }
        }
        let mut range = piece.range.clone();
        if !std::mem::replace(&mut self.begun, true)
            && self.source[range.clone()].starts_with('\u{FEFF}')
        {
            range.start += '\u{FEFF}'.len_utf8();
        }
        if self.is_raw() {
            self.read(self.part(&range));
        } else {
            self.characters(&range);
        }
        self.after_text = true;
    }

    pub(super) fn comment(&mut self, piece: &Piece) {
        let text = &self.source[piece.range.clone()];
        let doctype = text
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        if doctype {
            self.read(self.part(&piece.range));
            self.begun = true;
        }
        self.seam = self.after_text;
    }

    /// A start tag, and what is read of its attributes.
    pub(super) fn start(&mut self, piece: &Piece, tag: &Tag, attributes: &Attributes) {
        let offset = hexadecimal(piece.range.start);
        let is_plain = |value: &Range<usize>| {
            memchr3(b'&', b'\r', 0, &self.source.as_bytes()[value.clone()]).is_none()
        };
        let name = &self.source[tag.name.clone()];
        if self.is_raw() {
            // It is no tag there.
            self.read(self.part(&piece.range));
        } else if !is_plain_name(name)
            || !attributes
                .read
                .iter()
                .all(|attribute| is_plain(&attribute.value))
        {
            self.read(self.start_tag(name, &offset, attributes));
        } else {
            let mut read = Vec::with_capacity(attributes.read.len() + 1);
            read.push(attribute(local_name!("x"), offset));
            for own in &attributes.read {
                let name = local_name(&self.source[own.name.clone()]);
                // The first of two attributes of one name counts.
                if read
                    .iter()
                    .all(|other: &Attribute| other.name.local != name)
                {
                    read.push(attribute(name, self.part(&own.value)));
                }
            }
            self.give(Token::TagToken(TagToken {
                kind: TagKind::StartTag,
                name: local_name(name),
                self_closing: attributes.close,
                attrs: read,
                had_duplicate_attributes: false,
            }));
        }
        self.border();
    }

    pub(super) fn end(&mut self, piece: &Piece, tag: &Tag) {
        let name = &self.source[tag.name.clone()];
        if self.is_raw() || !is_plain_name(name) {
            self.read(self.part(&piece.range));
        } else {
            self.give(Token::TagToken(TagToken {
                kind: TagKind::EndTag,
                name: local_name(name),
                self_closing: false,
                attrs: Vec::new(),
                had_duplicate_attributes: false,
            }));
        }
        self.border();
    }

    pub(super) fn left_out(&mut self, verdict: Verdict) {
        if verdict == Verdict::Separate {
            if self.is_raw() {
                self.read("\n".into());
            } else {
                self.give(Token::CharacterTokens("\n".into()));
            }
            self.begun = true;
        }
        self.seam = self.after_text;
    }

    /// The tree of all that was given.
    pub(super) fn finish(self) -> Html {
        self.tokenizer.end();
        self.tokenizer.sink.builder.sink.finish()
    }

    fn border(&mut self) {
        self.begun = true;
        self.seam = false;
        self.after_text = false;
    }

    fn is_raw(&self) -> bool {
        self.tokenizer.sink.is_raw.get()
    }

    fn part(&self, range: &Range<usize>) -> StrTendril {
        self.whole
            .subtendril(range.start as u32, range.len() as u32)
    }

    /// Gives a token to the tree builder.
    fn give(&self, token: Token) {
        // What is asked of the tokenizer for raw elements is never asked here: their tags go through it.
        let _nothing_to_do = self.tokenizer.sink.process_token(token, 1);
    }

    /// Has the tokenizer read markup.
    fn read(&self, markup: StrTendril) {
        let input = BufferQueue::default();
        input.push_back(markup);
        // It stops at scripts, and where a page names its encoding.
        while !matches!(self.tokenizer.feed(&input), TokenizerResult::Done) {}
    }

    /// Gives text as it is meant: with references resolved, and all ends of lines alike.
    fn characters(&self, range: &Range<usize>) {
        let mut rest = &self.source[range.clone()];
        let special = |text: &str| memchr3(b'&', b'\r', 0, text.as_bytes());
        if special(rest).is_none() {
            if !rest.is_empty() {
                self.give(Token::CharacterTokens(self.part(range)));
            }
            return;
        }
        let mut text = StrTendril::new();
        while let Some(at) = special(rest) {
            text.push_slice(&rest[..at]);
            let found = rest.as_bytes()[at];
            rest = &rest[at..];
            let length = match (found, reference(rest)) {
                (b'&', Some((first, second, length))) => {
                    text.push_char(first);
                    if let Some(second) = second {
                        text.push_char(second);
                    }
                    length
                }
                (b'&', None) => {
                    text.push_char('&');
                    1
                }
                (b'\r', _) => {
                    text.push_char('\n');
                    1 + usize::from(rest[1..].starts_with('\n'))
                }
                _ => {
                    if !text.is_empty() {
                        self.give(Token::CharacterTokens(std::mem::take(&mut text)));
                    }
                    self.give(Token::NullCharacterToken);
                    1
                }
            };
            rest = &rest[length..];
        }
        text.push_slice(rest);
        if !text.is_empty() {
            self.give(Token::CharacterTokens(text));
        }
    }

    /// A start tag as markup.
    fn start_tag(&self, name: &str, offset: &str, attributes: &Attributes) -> StrTendril {
        let mut markup = format!("<{name} {OFFSET}={offset}");
        for attribute in &attributes.read {
            let value = &self.source[attribute.value.clone()];
            markup.push(' ');
            markup.push_str(&self.source[attribute.name.clone()]);
            if value.is_empty() {
                continue;
            }
            let before = self.source.as_bytes()[attribute.value.start - 1];
            let quote = matches!(before, b'"' | b'\'').then_some(char::from(before));
            markup.push('=');
            markup.extend(quote);
            markup.push_str(value);
            markup.extend(quote);
        }
        markup.push_str(if attributes.close { " />" } else { ">" });
        markup.into()
    }
}

/// Whether a name is of ASCII letters and the like, and none of those after which the tokenizer reads otherwise.
fn is_plain_name(name: &str) -> bool {
    const OTHERWISE: [&str; 10] = [
        "script",
        "style",
        "textarea",
        "title",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "noscript",
        "plaintext",
    ];
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        && !OTHERWISE
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name))
}

/// A name as the parser knows it, which is in lower case.
fn local_name(name: &str) -> LocalName {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        LocalName::from(name.to_ascii_lowercase())
    } else {
        LocalName::from(name)
    }
}

fn attribute(name: LocalName, value: StrTendril) -> Attribute {
    Attribute {
        name: QualName::new(None, ns!(), name),
        value,
    }
}

fn hexadecimal(number: usize) -> StrTendril {
    let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
    let digit = |at: u32| char::from_digit((number >> (at * 4)) as u32 & 0xF, 16);
    (0..digits).rev().filter_map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_hexadecimal() {
        for number in [0, 9, 10, 16, 0xFF, 0x100, 0xABCDEF, usize::MAX] {
            assert_eq!(&*hexadecimal(number), format!("{number:x}"));
        }
    }
}
