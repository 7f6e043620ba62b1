//! What does the page consist of, in reading order? The parsed tree as a flat list, every word with its place.
//!
//! A node's descendants are the nodes right behind it, up to its `end`. All that looks at the page from here on is a loop
//! over the list, so that no page, however nested, can overflow a stack. What readers do not see (scripts, styles,
//! pictures' sources, hidden elements) is not in the list.

use super::align::{Aligner, WordPart};
use super::guard::{Guard, Verdict};
use super::markup::{Markup, OFFSET};
use super::panels::Panels;
use super::source::{Piece, PieceKind, Tag, pieces};
use super::title::plain;
use html5ever::QualName;
use scraper::node::Element;
use scraper::{Html, Node as TreeNode};

/// A parsed page, and what is needed to find its words in the source.
pub(super) struct Tree<'a> {
    pub(super) html: Html,
    panels: Panels,
    aligner: Aligner<'a>,
}

/// Parses `source` within the bounds of [`Guard`].
pub(super) fn read(source: &str) -> Tree<'_> {
    let mut guard = Guard::default();
    let mut aligner = Aligner::new(source);
    let mut markup = Markup::new(source);
    let mut raw_is_read = false;
    let mut pieces = pieces(source);
    while let Some(piece) = pieces.next() {
        aligner.note(&piece);
        match &piece.kind {
            PieceKind::Text => markup.text(&piece),
            PieceKind::Comment => markup.comment(&piece),
            PieceKind::Raw => {
                if raw_is_read {
                    markup.text(&piece);
                }
            }
            PieceKind::Start(tag) => {
                raw_is_read = raw_is_read_of(source, &piece, tag);
                match guard.start(&source[tag.name.clone()]) {
                    Verdict::Keep => markup.start(&piece, tag, pieces.attributes()),
                    verdict => markup.left_out(verdict),
                }
            }
            PieceKind::End(tag) => match guard.end(&source[tag.name.clone()]) {
                Verdict::Keep => markup.end(&piece, tag),
                verdict => markup.left_out(verdict),
            },
        }
    }
    let html = markup.finish();
    Tree {
        panels: Panels::of(&html, source),
        html,
        aligner,
    }
}

/// An attribute of an element, one of those that [`is_read`](super::source::is_read) lets through.
pub(super) fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    debug_assert!(
        super::source::is_read(name.as_bytes()),
        "{name} is left out"
    );
    find_attr(element, name)
}

/// Where the start tag of an element stands.
pub(super) fn offset(element: &Element) -> Option<usize> {
    usize::from_str_radix(find_attr(element, OFFSET)?, 16).ok()
}

/// Elements have few attributes: looking through them takes less than making a name of the parser's kind to search for.
fn find_attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let is_named =
        |own: &QualName| &*own.local == name && own.ns == html5ever::ns!() && own.prefix.is_none();
    let (_, value) = element.attrs.iter().find(|(own, _)| is_named(own))?;
    Some(value)
}

/// Titles and structured data are metadata; other raw text is read by nobody.
fn raw_is_read_of(source: &str, piece: &Piece, tag: &Tag) -> bool {
    let name = &source[tag.name.clone()];
    name.eq_ignore_ascii_case("title")
        || (name.eq_ignore_ascii_case("script")
            && source[tag.name.end..piece.range.end]
                .to_ascii_lowercase()
                .contains("ld+json"))
}

/// The nodes of a page in reading order.
pub(super) struct Page<'a> {
    pub(super) nodes: Vec<Node<'a>>,
}

/// An element, or a run of text.
pub(super) struct Node<'a> {
    /// The place of the parent in the list; the first node is its own.
    pub(super) parent: usize,
    /// One behind the last descendant.
    pub(super) end: usize,
    /// Where its start tag stands in the source.
    pub(super) offset: usize,
    /// Whether it is a button that opens a part of the page, and is the heading of it.
    pub(super) heads_panel: bool,
    pub(super) kind: Kind<'a>,
}

/// The sorts of node.
pub(super) enum Kind<'a> {
    Element(&'a Element),
    Text(Text<'a>),
}

/// A run of text.
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<WordPart>,
    /// Characters, with white space collapsed.
    pub(super) chars: u32,
}

impl<'a> Page<'a> {
    /// Lists what can be read in the body of `tree`.
    pub(super) fn of(tree: &'a mut Tree<'_>) -> Self {
        let Tree {
            html,
            panels,
            aligner,
        } = tree;
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut seen = vec![false; aligner.source().len()];
        let mut parent = 0;
        let mut next = Some(html.tree.root());
        // Depth first, by hand: `next` is what is looked at, `parent` the listed element around it.
        while let Some(node) = next {
            let mut descend = true;
            match node.value() {
                TreeNode::Element(element) => {
                    let offset = offset(element);
                    // Elements that the parser opened again carry the offset of the first.
                    if let Some(offset) = offset
                        && let Some(seen) = seen.get_mut(offset)
                        && !std::mem::replace(seen, true)
                    {
                        aligner.seek(offset);
                    }
                    descend = is_read(element) || panels.opens(offset);
                    if descend {
                        let around = nodes.get(parent).map_or(0, |around| around.offset);
                        nodes.push(Node {
                            parent,
                            end: 0,
                            offset: offset.unwrap_or(around),
                            heads_panel: panels.is_heading(offset),
                            kind: Kind::Element(element),
                        });
                        parent = nodes.len() - 1;
                    }
                }
                TreeNode::Text(text) if !nodes.is_empty() => {
                    let (words, letters) = aligner.words(text);
                    let offset = words
                        .iter()
                        .find_map(WordPart::place)
                        .map_or(nodes[parent].offset, |place| place.start);
                    nodes.push(Node {
                        parent,
                        end: nodes.len() + 1,
                        offset,
                        heads_panel: false,
                        kind: Kind::Text(Text {
                            text,
                            chars: (letters + words.len().saturating_sub(1)) as u32,
                            words,
                        }),
                    });
                }
                _ => {}
            }
            if descend && let Some(child) = node.first_child() {
                next = Some(child);
                continue;
            }
            let mut done = node;
            next = loop {
                let listed = matches!(
                    (done.value(), nodes.get(parent).map(|node| &node.kind)),
                    (TreeNode::Element(element), Some(Kind::Element(open)))
                        if std::ptr::eq(*open, element)
                );
                if listed {
                    nodes[parent].end = nodes.len();
                    parent = nodes[parent].parent;
                }
                if let Some(sibling) = done.next_sibling() {
                    break Some(sibling);
                }
                match done.parent() {
                    Some(up) => done = up,
                    None => break None,
                }
            };
        }
        Self { nodes }
    }

    /// The element at `node`, if it is one.
    pub(super) fn element(&self, node: usize) -> Option<&'a Element> {
        match self.nodes[node].kind {
            Kind::Element(element) => Some(element),
            Kind::Text(_) => None,
        }
    }

    /// The name of the element at `node`; empty for text.
    pub(super) fn tag(&self, node: usize) -> &'a str {
        self.element(node).map_or("", Element::name)
    }

    /// An attribute of the element at `node`.
    pub(super) fn attr(&self, node: usize, name: &str) -> Option<&'a str> {
        attr(self.element(node)?, name)
    }

    /// The id of the element at `node`, where it names a part of the page. An id that is made of the words of a heading,
    /// for links to it, says nothing about what is there (`id="social-life"`).
    pub(super) fn telling_id(&self, node: usize) -> Option<&'a str> {
        let id = self.attr(node, "id")?;
        let tag = self.tag(node);
        if is_heading(tag) || is_inline(tag) {
            return None;
        }
        let end = self.nodes[node].end.min(node + 8);
        let heading = (node + 1..end).find(|inner| is_heading(self.tag(*inner)));
        // One word alone may as well be a name: a box with the id `comments` and the heading "Comments" holds comments.
        let of_heading = id.contains(['-', '_'])
            && heading
                .is_some_and(|heading| plain(&self.plain(heading, 200)).starts_with(&plain(id)));
        Some(id).filter(|_| !of_heading)
    }

    /// The run of text at `node`, if it is one.
    pub(super) fn text(&self, node: usize) -> Option<&Text<'a>> {
        match &self.nodes[node].kind {
            Kind::Text(text) => Some(text),
            Kind::Element(_) => None,
        }
    }

    /// The children of `node`, in order.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes[node].end;
        std::iter::successors(Some(node + 1).filter(|child| *child < end), move |child| {
            Some(self.nodes[*child].end).filter(|next| *next < end)
        })
    }

    /// The elements around `node`, from the inside out.
    pub(super) fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(node), |at| {
            let parent = self.nodes[*at].parent;
            (parent != *at).then_some(parent)
        })
        .skip(1)
    }

    /// The `body`, or all there is.
    pub(super) fn body(&self) -> Option<usize> {
        if self.nodes.is_empty() {
            return None;
        }
        Some(
            self.children(0)
                .find(|child| self.tag(*child) == "body")
                .unwrap_or(0),
        )
    }

    /// The words of `node` and all in it, with single spaces, cut off after about `most` bytes.
    pub(super) fn plain(&self, node: usize, most: usize) -> String {
        self.plain_range(node, self.nodes[node].end, most)
    }

    /// The words of the nodes from `start` up to `end`; see [`Page::plain`].
    pub(super) fn plain_range(&self, start: usize, end: usize, most: usize) -> String {
        let mut plain = String::new();
        let mut space = false;
        let mut blocks: Vec<usize> = Vec::new();
        for node in start..end {
            while blocks.last().is_some_and(|block| *block <= node) {
                blocks.pop();
                space = true;
            }
            let Some(text) = self.text(node) else {
                // In menus, links stand side by side without a space.
                space |= self.tag(node) == "a";
                if !is_inline(self.tag(node)) {
                    blocks.push(self.nodes[node].end);
                    space = true;
                }
                continue;
            };
            for part in &text.words {
                space |= part.text.start > 0;
                if plain.len() > most {
                    plain.push('…');
                    return plain;
                }
                if space && !plain.is_empty() {
                    plain.push(' ');
                }
                plain.push_str(&text.text[part.text.start as usize..part.text.end as usize]);
                space = false;
            }
            space |= text.text.ends_with(char::is_whitespace);
        }
        plain
    }
}

/// Whether an element is a heading.
pub(super) fn is_heading(tag: &str) -> bool {
    matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element's text runs on in the line around it.
pub(super) fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "rb"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "img"
    )
}

/// Whether anything in an element can be read by a person who looks at the page.
fn is_read(element: &Element) -> bool {
    if matches!(element.name(), "html" | "body") {
        // Some pages are hidden as a whole until a script has run.
        return true;
    }
    if matches!(
        element.name(),
        "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "math"
            | "head"
            | "iframe"
            | "canvas"
            | "audio"
            | "video"
            | "map"
            | "datalist"
            | "textarea"
            | "title"
            | "meta"
            | "link"
    ) {
        return false;
    }
    if element.attrs.len() <= 1 {
        // Its place in the source, and nothing that would hide it.
        return element.name() != "dialog";
    }
    if attr(element, "hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) {
        return false;
    }
    if attr(element, "style").is_some_and(hides) {
        return false;
    }
    // What is shown only where a part of the page cannot be.
    let field = matches!(element.name(), "input" | "select");
    if attr(element, "fallback").is_some() || (!field && attr(element, "placeholder").is_some()) {
        return false;
    }
    if attr(element, "class").is_some_and(is_for_screen_readers) {
        return false;
    }
    if attr(element, "aria-modal") == Some("true") && attr(element, "role") == Some("dialog") {
        return false;
    }
    // Parts that open and shut are hidden from screen readers while they are shut; they are text all the same.
    let panel = attr(element, "aria-labelledby").is_some()
        || matches!(attr(element, "role"), Some("region" | "tabpanel"));
    element.name() != "dialog" && (attr(element, "aria-hidden") != Some("true") || panel)
}

/// Whether classes are those by which style sheets keep a text for screen readers alone.
fn is_for_screen_readers(classes: &str) -> bool {
    classes.split_ascii_whitespace().any(|class| {
        matches!(
            class,
            "sr-only"
                | "visually-hidden"
                | "visuallyhidden"
                | "screen-reader-text"
                | "screen-reader-only"
                | "element-invisible"
        )
    })
}

/// Whether an inline style hides its element, or moves it off the screen.
fn hides(style: &str) -> bool {
    let (mut positioned, mut far) = (false, false);
    for rule in style.split(';') {
        let Some((property, value)) = rule.split_once(':') else {
            continue;
        };
        let (property, value) = (property.trim(), value.trim());
        let is = |wanted: &str| {
            value
                .get(..wanted.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        };
        let named = |name: &str| property.eq_ignore_ascii_case(name);
        if (named("display") && is("none")) || (named("visibility") && is("hidden")) {
            return true;
        }
        // `-999px` and beyond.
        let away = value.strip_prefix('-').is_some_and(|rest| {
            rest.bytes().take_while(u8::is_ascii_digit).count() >= 3 && !rest.ends_with('%')
        });
        if named("text-indent") && away {
            return true;
        }
        positioned |= named("position") && (is("absolute") || is("fixed"));
        far |= away && (named("left") || named("top") || named("right"));
    }
    positioned && far
}
