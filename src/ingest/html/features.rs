//! What can be told of each node before anything is decided: its names, its text, its links?

use super::dom::Page;
use crate::article::DropReason;
use std::collections::HashMap;
use std::ops::Range;

/// What the class and the id of an element hint at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// The names of things around an article.
    pub(super) const UNLIKELY: Marks = Marks(1);
    /// Names of what may be the article after all.
    pub(super) const MAYBE: Marks = Marks(2);
    /// Buttons to share the article.
    pub(super) const SHARE: Marks = Marks(4);

    pub(super) fn contains(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }
}

// What a word hints at, as bits.
const UNLIKELY: u8 = 1;
const MAYBE: u8 = 2;
const NEGATIVE: u8 = 4;
const POSITIVE: u8 = 8;

/// The words that classes and ids are told by, in order. They are those of Mozilla's Readability (Apache 2.0), which were won on
/// the pages of its test suite.
const WORDS: [(&str, u8); 61] = [
    ("-ad-", UNLIKELY | NEGATIVE),
    ("ad-break", UNLIKELY),
    ("agegate", UNLIKELY),
    ("ai2html", UNLIKELY),
    ("and", MAYBE),
    ("article", MAYBE | POSITIVE),
    ("banner", UNLIKELY | NEGATIVE),
    ("blog", POSITIVE),
    ("body", MAYBE | POSITIVE),
    ("breadcrumbs", UNLIKELY),
    ("column", MAYBE),
    ("com-", NEGATIVE),
    ("combx", UNLIKELY | NEGATIVE),
    ("comment", UNLIKELY | NEGATIVE),
    ("community", UNLIKELY),
    ("contact", NEGATIVE),
    ("content", MAYBE | POSITIVE),
    ("cover-wrap", UNLIKELY),
    ("disqus", UNLIKELY),
    ("entry", POSITIVE),
    ("extra", UNLIKELY),
    ("footer", UNLIKELY | NEGATIVE),
    ("gdpr", UNLIKELY | NEGATIVE),
    ("h-entry", POSITIVE),
    ("header", UNLIKELY),
    ("hentry", POSITIVE),
    ("hidden", NEGATIVE),
    ("layout", MAYBE),
    ("legends", UNLIKELY),
    ("main", MAYBE | POSITIVE),
    ("masthead", NEGATIVE),
    ("mathjax", MAYBE),
    ("media", NEGATIVE),
    ("menu", UNLIKELY),
    ("meta", NEGATIVE),
    ("outbrain", NEGATIVE),
    ("page", POSITIVE),
    ("pager", UNLIKELY),
    ("pagination", UNLIKELY),
    ("popup", UNLIKELY),
    ("post", POSITIVE),
    ("promo", NEGATIVE),
    ("related", UNLIKELY | NEGATIVE),
    ("remark", UNLIKELY),
    ("replies", UNLIKELY),
    ("rss", UNLIKELY),
    ("scroll", NEGATIVE),
    ("shadow", MAYBE),
    ("share", NEGATIVE),
    ("shopping", NEGATIVE),
    ("shoutbox", UNLIKELY | NEGATIVE),
    ("sidebar", UNLIKELY | NEGATIVE),
    ("skyscraper", UNLIKELY | NEGATIVE),
    ("social", UNLIKELY),
    ("sponsor", UNLIKELY | NEGATIVE),
    ("story", POSITIVE),
    ("supplemental", UNLIKELY),
    ("tags", NEGATIVE),
    ("text", POSITIVE),
    ("widget", NEGATIVE),
    ("yom-remote", UNLIKELY),
];

/// For each first byte, which of [`WORDS`] begin with it: from the first up to the second.
const BY_FIRST: [(u8, u8); 128] = {
    let mut by_first = [(0, 0); 128];
    let mut word = 0;
    while word < WORDS.len() {
        let first = WORDS[word].0.as_bytes()[0] as usize;
        if by_first[first].1 == 0 {
            by_first[first].0 = word as u8;
        }
        word += 1;
        by_first[first].1 = word as u8;
    }
    by_first
};

/// Numbers and flags for every node of a page.
pub(super) struct Features {
    pub(super) marks: Vec<Marks>,
    /// How much the names of an element speak for it: 25 a good one, -25 a bad one, of class and id each.
    pub(super) weights: Vec<i8>,
    /// Whether a node is text, or holds nothing but what runs on in a line.
    pub(super) phrasing: Vec<bool>,
    /// Sums over all nodes before a node, so that the sum over a subtree is a difference.
    sums: Vec<Sums>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    chars: u32,
    commas: u32,
    link_chars: f64,
    blocks: u32,
}

impl Features {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let count = page.nodes.len();
        let mut marks = vec![Marks::default(); count];
        let mut weights = vec![0; count];
        // Pages name hundreds of elements alike; each name is looked through once.
        let mut classes: HashMap<&str, (i8, Marks)> = HashMap::new();
        for node in 0..count {
            let Some(element) = page.element(node) else {
                continue;
            };
            if let Some(class) = super::dom::attr(element, "class") {
                let (weight, own) = *classes.entry(class).or_insert_with(|| hints(class));
                weights[node] += weight;
                marks[node] = own;
            }
            if let Some(id) = page.telling_id(node) {
                let (weight, own) = hints(id);
                weights[node] += weight;
                marks[node] = Marks(marks[node].0 | own.0);
            }
        }
        let mut phrasing = vec![true; count];
        for node in (0..count).rev() {
            let tag = page.tag(node);
            let own = tag.is_empty()
                || is_phrasing(tag)
                || (matches!(tag, "a" | "del" | "ins") && phrasing[node]);
            phrasing[node] = own;
            if !own {
                // Only links and marks of editing ask for what is in them; a block is one wherever it stands.
                phrasing[page.nodes[node].parent] = false;
            }
        }
        let mut features = Self {
            marks,
            weights,
            phrasing,
            sums: Vec::new(),
        };
        features.sums = sums(page, |_| true);
        features
    }

    /// The same, with the text of all that is `gone` counted as nothing.
    pub(super) fn without(&self, page: &Page<'_>, gone: &[Option<DropReason>]) -> Self {
        Self {
            marks: Vec::new(),
            weights: Vec::new(),
            phrasing: Vec::new(),
            sums: sums(page, |node| gone[node].is_none()),
        }
    }

    /// Characters of text among `nodes`.
    pub(super) fn chars(&self, nodes: Range<usize>) -> u32 {
        self.sums[nodes.end].chars - self.sums[nodes.start].chars
    }

    /// Commas of any script among `nodes`.
    pub(super) fn commas(&self, nodes: Range<usize>) -> u32 {
        self.sums[nodes.end].commas - self.sums[nodes.start].commas
    }

    /// The share of the characters that stand in links; links within the page count for less.
    pub(super) fn link_density(&self, nodes: Range<usize>) -> f32 {
        let links = self.sums[nodes.end].link_chars - self.sums[nodes.start].link_chars;
        match self.chars(nodes) {
            0 => 0.0,
            chars => (links / f64::from(chars)) as f32,
        }
    }

    /// Whether there is a block among `nodes`, the first aside.
    pub(super) fn holds_block(&self, nodes: Range<usize>) -> bool {
        self.sums[nodes.end].blocks > self.sums[nodes.start + 1].blocks
    }

    /// Why an element that was taken out does not belong to the article, by its names and its tag.
    pub(super) fn reason(&self, page: &Page<'_>, node: usize) -> DropReason {
        let tag = page.tag(node);
        let mut name = String::new();
        let attributes = [
            page.attr(node, "class"),
            page.telling_id(node),
            page.attr(node, "role"),
            page.attr(node, "aria-label"),
        ];
        for attribute in attributes.into_iter().flatten() {
            name.push_str(attribute);
            name.push(' ');
        }
        name.make_ascii_lowercase();
        reason_of(tag, &name, self.link_density(node..page.nodes[node].end))
    }
}

fn reason_of(tag: &str, name: &str, link_density: f32) -> DropReason {
    const BY_NAME: [(DropReason, &[&str]); 6] = [
        (
            DropReason::Comment,
            &[
                "comment",
                "disqus",
                "replies",
                "respond",
                "shoutbox",
                "remark",
                "discussion",
            ],
        ),
        (
            DropReason::Caption,
            &[
                "caption",
                "image-credit",
                "photo-credit",
                "photocredit",
                "legends",
            ],
        ),
        (
            DropReason::Advert,
            &[
                "advert",
                "-ad-",
                "ad-break",
                "adslot",
                "ad-slot",
                "sponsor",
                "promo",
                "newsletter",
                "subscri",
                "signup",
                "sign-up",
                "outbrain",
                "taboola",
                "skyscraper",
                "shopping",
                "donat",
            ],
        ),
        (
            DropReason::Navigation,
            &[
                "nav",
                "menu",
                "breadcrumb",
                "pagination",
                "pager",
                "toc",
                "table-of-contents",
                "jump",
            ],
        ),
        (
            DropReason::CrossLink,
            &[
                "related",
                "recommend",
                "recirc",
                "read-more",
                "readmore",
                "more-from",
                "also-like",
                "popular",
                "trending",
                "tags",
            ],
        ),
        (
            DropReason::Furniture,
            &[
                "share", "social", "footer", "header", "cookie", "gdpr", "author", "byline",
                "meta", "bio",
            ],
        ),
    ];
    if tag == "nav" {
        return DropReason::Navigation;
    }
    let by_name = BY_NAME
        .iter()
        .find(|(_, words)| words.iter().any(|word| name.contains(word)));
    match (by_name, tag) {
        (Some((DropReason::Furniture, _)), _) | (None, "header" | "footer")
            if link_density > 0.5 =>
        {
            DropReason::Navigation
        }
        (Some((reason, _)), _) => *reason,
        (None, "figcaption") => DropReason::Caption,
        (None, "header" | "footer" | "button" | "form" | "input" | "select") => {
            DropReason::Furniture
        }
        _ if link_density > 0.5 => DropReason::CrossLink,
        _ => DropReason::Furniture,
    }
}

fn sums(page: &Page<'_>, counts: impl Fn(usize) -> bool) -> Vec<Sums> {
    let mut all = Vec::with_capacity(page.nodes.len() + 1);
    let mut sum = Sums::default();
    all.push(sum);
    // The innermost link around the node, as its end and how much its text counts.
    let mut link = (0, 0.0);
    for (node, listed) in page.nodes.iter().enumerate() {
        let tag = page.tag(node);
        if tag == "a" && node >= link.0 {
            let inside = page
                .attr(node, "href")
                .is_some_and(|href| href.len() > 1 && href.starts_with('#'));
            link = (listed.end, if inside { 0.3 } else { 1.0 });
        }
        if let Some(text) = page.text(node)
            && text.chars > 0
            && counts(node)
        {
            sum.chars += text.chars;
            sum.commas += text.text.chars().filter(|c| is_comma(*c)).count() as u32;
            if node < link.0 {
                sum.link_chars += f64::from(text.chars) * link.1;
            }
        }
        sum.blocks += u32::from(matches!(
            tag,
            "blockquote" | "dl" | "div" | "img" | "ol" | "p" | "pre" | "table" | "ul"
        ));
        all.push(sum);
    }
    all
}

fn is_comma(c: char) -> bool {
    matches!(
        c,
        ',' | '\u{060C}'
            | '\u{FE50}'
            | '\u{FE10}'
            | '\u{FE11}'
            | '\u{2E41}'
            | '\u{2E34}'
            | '\u{2E32}'
            | '\u{FF0C}'
    )
}

fn is_phrasing(tag: &str) -> bool {
    matches!(
        tag,
        "abbr"
            | "b"
            | "bdo"
            | "br"
            | "button"
            | "cite"
            | "code"
            | "data"
            | "dfn"
            | "em"
            | "embed"
            | "i"
            | "img"
            | "input"
            | "kbd"
            | "label"
            | "mark"
            | "meter"
            | "object"
            | "output"
            | "progress"
            | "q"
            | "ruby"
            | "samp"
            | "select"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "var"
            | "wbr"
            | "font"
    )
}

/// What the words hint at that a name in lower case holds, all together: each place in it is looked at once.
fn words_in(name: &str) -> u8 {
    let bytes = name.as_bytes();
    let mut found = 0;
    for (at, first) in bytes.iter().enumerate() {
        let Some((from, to)) = BY_FIRST.get(usize::from(*first)) else {
            continue;
        };
        for (word, hint) in &WORDS[usize::from(*from)..usize::from(*to)] {
            if bytes[at..].starts_with(word.as_bytes()) {
                found |= hint;
            }
        }
    }
    found
}

/// What a class or an id tells: how much it weighs, and what it marks.
fn hints(name: &str) -> (i8, Marks) {
    let lower = name.to_ascii_lowercase();
    let words = words_in(&lower);
    let negative =
        words & NEGATIVE != 0 || lower.split_ascii_whitespace().any(|word| word == "hid");
    let positive = words & POSITIVE != 0;
    let weight = 25 * (i8::from(positive) - i8::from(negative));
    let mut marks = 0;
    if words & UNLIKELY != 0 {
        marks |= Marks::UNLIKELY.0;
    }
    if words & MAYBE != 0 {
        marks |= Marks::MAYBE.0;
    }
    if lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| matches!(word, "share" | "sharedaddy"))
    {
        marks |= Marks::SHARE.0;
    }
    (weight, Marks(marks))
}

/// Whether names in lower case are those of things around an article.
pub(super) fn is_unlikely(name: &str) -> bool {
    words_in(name) & UNLIKELY != 0
}
