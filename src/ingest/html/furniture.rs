//! Which elements inside the main content are no part of the article: captions, tables of contents, boxes whose names
//! tell what they are?

use super::boxes::{self, Habits};
use super::dom::{Page, is_heading, is_inline};
use super::features::Features;
use super::pull_quotes::Runs;
use crate::article::DropReason;

/// Labels and pull quotes are made of fewer nodes; the bound keeps nested boxes from being looked through again and again.
const SMALL: usize = 80;

/// Marks elements inside the article that do not belong to it.
pub(super) fn mark(
    page: &Page<'_>,
    features: &Features,
    kept: &mut [bool],
    gone: &mut [Option<DropReason>],
) {
    let total: u32 = (0..page.nodes.len())
        .filter(|node| kept[*node])
        .filter_map(|node| page.text(node))
        .map(|text| text.chars)
        .sum();
    let habits = Habits::of(page, kept);
    let mut runs = Runs::default();
    let mut node = 0;
    while node < page.nodes.len() {
        let range = node..page.nodes[node].end;
        let reason = if kept[node] && page.element(node).is_some() {
            reason(page, features, node, total, habits).or_else(|| {
                let chars = features.chars(range.clone());
                let quote = (25..400).contains(&chars)
                    && range.len() < SMALL
                    && may_be_pull_quote(page, node);
                (quote && runs.repeat(page, kept, node)).then_some(DropReason::Duplicate)
            })
        } else {
            None
        };
        match reason {
            Some(reason) => {
                gone[node] = Some(reason);
                kept[range.clone()].fill(false);
                node = range.end;
            }
            None => node += 1,
        }
    }
}

fn reason(
    page: &Page<'_>,
    features: &Features,
    node: usize,
    total: u32,
    habits: Habits,
) -> Option<DropReason> {
    let tag = page.tag(node);
    let range = node..page.nodes[node].end;
    if tag == "figcaption" {
        return Some(DropReason::Caption);
    }
    let chars = features.chars(range.clone());
    if chars == 0 {
        return None;
    }
    let density = features.link_density(range);
    if matches!(tag, "ul" | "ol" | "nav" | "div") && is_contents(page, node, chars) {
        return Some(DropReason::Navigation);
    }
    if matches!(tag, "figure" | "div" | "p" | "span") && chars < 400 && is_picture(page, node) {
        return Some(DropReason::Caption);
    }
    let label = page.attr(node, "aria-label").unwrap_or("");
    if label.to_ascii_lowercase().starts_with("advert") && chars < 600 {
        return Some(DropReason::Advert);
    }
    if tag == "td" && density > 0.6 && is_side_cell(page, features, node, chars) {
        return Some(DropReason::Navigation);
    }
    let frame = matches!(
        tag,
        "html"
            | "body"
            | "main"
            | "article"
            | "table"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "thead"
            | "tbody"
    );
    if frame || is_heading(tag) {
        return None;
    }
    // A box that holds much of the article is the article, whatever it is called.
    let small = u64::from(chars) * 3 < u64::from(total) || chars < 200;
    if !small {
        return None;
    }
    let names = Names::of(page, node);
    if chars < 300
        && page.nodes[node].end - node < SMALL
        && !matches!(tag, "li" | "a" | "cite")
        && (!is_inline(tag) || stands_alone(page, node))
        && !(node..page.nodes[node].end).any(|inner| is_heading(page.tag(inner)))
        && is_label(page, node, chars)
    {
        return Some(DropReason::Furniture);
    }
    names
        .reason(density, chars)
        .or_else(|| boxes::reason(page, features, node, habits))
}

/// Whether an element is a box for a picture, so that its words are about the picture.
fn is_picture(page: &Page<'_>, node: usize) -> bool {
    let end = page.nodes[node].end;
    // Such boxes are small; the bound keeps nested ones from being looked through again and again.
    if end - node > 40 {
        return false;
    }
    let mut picture = false;
    for inner in node + 1..end {
        match page.tag(inner) {
            "img" | "picture" => picture = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "table" | "pre" => return false,
            _ => {}
        }
    }
    picture
        && (page.tag(node) == "figure"
            || Names::of(page, node).has(&[
                "figure",
                "image",
                "img",
                "photo",
                "picture",
                "pic",
                "thumb",
                "thumbnail",
                "illustration",
                "media",
            ]))
}

/// Whether an element may be a sentence of the text in large letters.
fn may_be_pull_quote(page: &Page<'_>, node: usize) -> bool {
    match page.tag(node) {
        "blockquote" | "aside" => true,
        "div" | "p" | "figure" | "section" | "span" | "q" => {
            Names::of_class(page, node).words.iter().any(|word| {
                matches!(
                    word.as_str(),
                    "pull" | "pullquote" | "pullbox" | "quote" | "blockquote"
                )
            })
        }
        _ => false,
    }
}

/// Whether an inline element stands right in a box, and no text runs on before or behind it.
fn stands_alone(page: &Page<'_>, node: usize) -> bool {
    let around = page.nodes[node].parent;
    let runs_on = |beside: Option<usize>| {
        beside
            .and_then(|beside| page.text(beside))
            .is_some_and(|text| text.chars > 0)
    };
    boxes::is_box(page.tag(around))
        && !runs_on(Some(node - 1).filter(|before| page.nodes[*before].parent == around))
        && !runs_on(Some(page.nodes[node].end).filter(|behind| *behind < page.nodes[around].end))
}

/// Whether a cell full of links stands beside one that holds the text of the page.
fn is_side_cell(page: &Page<'_>, features: &Features, cell: usize, chars: u32) -> bool {
    let row = page.nodes[cell].parent;
    let beside = features.chars(row..page.nodes[row].end) - chars;
    beside > 500 && beside > 4 * chars
}

/// Names of what forums and blogs say of the one who wrote.
const PEOPLE: [&str; 9] = [
    "signature",
    "sig",
    "postprofile",
    "usercard",
    "userinfo",
    "reputation",
    "bio",
    "tagline",
    "disclosure",
];

/// Names of labels and counters.
const MARKS: [&str; 21] = [
    "author",
    "rank",
    "badge",
    "badges",
    "votes",
    "votecell",
    "votecount",
    "likes",
    "rating",
    "ratings",
    "stars",
    "kicker",
    "eyebrow",
    "timestamp",
    "timestamps",
    "stats",
    "player",
    "views",
    "permalink",
    "pubdate",
    "feedback",
];

/// Whether an element is called something that stands around a text: who wrote it, how often it was liked. It holds no
/// heading, or it would be a section; an id does not count, since it may be made of any words; and what runs on in a
/// sentence is a part of it.
fn is_label(page: &Page<'_>, node: usize, chars: u32) -> bool {
    let names = Names::of_class(page, node);
    let user = names.has(&["user"]) && names.has(&["card", "info", "profile", "details"]);
    user || names.has(&PEOPLE) || (chars < 150 && names.has(&MARKS))
}

/// The words in the class and the id of an element.
struct Names {
    words: Vec<String>,
}

impl Names {
    fn of(page: &Page<'_>, node: usize) -> Self {
        Self::in_names([page.attr(node, "class"), page.telling_id(node)])
    }

    fn of_class(page: &Page<'_>, node: usize) -> Self {
        Self::in_names([page.attr(node, "class"), None])
    }

    fn in_names(names: [Option<&str>; 2]) -> Self {
        let mut words = Vec::new();
        for name in names.into_iter().flatten() {
            let mut word = String::new();
            let mut small = false;
            for c in name.chars().take(400) {
                // `relatedPosts` is two words, as is `related-posts`.
                if (!c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && small))
                    && !word.is_empty()
                {
                    words.push(std::mem::take(&mut word));
                }
                small = c.is_ascii_lowercase();
                if c.is_ascii_alphanumeric() {
                    word.push(c.to_ascii_lowercase());
                }
            }
            if !word.is_empty() {
                words.push(word);
            }
        }
        Self { words }
    }

    fn has(&self, names: &[&str]) -> bool {
        self.words.iter().any(|word| names.contains(&word.as_str()))
    }

    fn reason(&self, density: f32, chars: u32) -> Option<DropReason> {
        if self.words.is_empty() {
            return None;
        }
        if self.has(&["caption", "figcaption"]) && !self.has(&["no"]) && chars < 600 {
            return Some(DropReason::Caption);
        }
        if self.has(&[
            "advert",
            "advertisement",
            "advertising",
            "adslot",
            "adsbygoogle",
            "ads",
            "sponsored",
            "outbrain",
            "taboola",
            "promo",
            "adbox",
            "adunit",
            "adwrap",
            "adwrapper",
            "adcontainer",
        ]) || (self.has(&["ad"]) && chars < 200)
        {
            return Some(DropReason::Advert);
        }
        if self.has(&["newsletter", "subscribe", "subscription", "signup", "optin"])
            && chars < 1_500
        {
            return Some(DropReason::Advert);
        }
        if self.has(&["comments", "commentlist", "disqus", "respond"]) {
            return Some(DropReason::Comment);
        }
        if self.has(&[
            "breadcrumb",
            "breadcrumbs",
            "toc",
            "pagination",
            "pager",
            "navigation",
            "nav",
        ]) && density > 0.3
        {
            return Some(DropReason::Navigation);
        }
        if self.has(&[
            "related",
            "recirc",
            "recommended",
            "recommendations",
            "readmore",
            "trending",
            "popular",
        ]) && density > 0.3
        {
            return Some(DropReason::CrossLink);
        }
        if self.has(&["tags", "tagcloud", "taglist"]) && density > 0.5 {
            return Some(DropReason::CrossLink);
        }
        if self.has(&["tools", "toolbar", "actions", "foot"]) && chars < 200 {
            return Some(DropReason::Furniture);
        }
        if self.has(&["gallery", "slideshow", "carousel"]) && chars < 1_000 && density < 0.3 {
            return Some(DropReason::Caption);
        }
        if self.has(&[
            "share", "sharing", "social", "cookie", "cookies", "byline", "gdpr",
        ]) && chars < 300
        {
            return Some(DropReason::Furniture);
        }
        if (self.has(&["author"]) && self.has(&["bio", "box", "card", "info", "about"]))
            && chars < 1_500
        {
            return Some(DropReason::Furniture);
        }
        None
    }
}

/// Whether a list is a table of contents: three links or more, all to places in the page, and hardly any other words.
fn is_contents(page: &Page<'_>, node: usize, chars: u32) -> bool {
    if chars > 4_000 {
        return false;
    }
    let mut links = 0;
    let mut link_chars = 0;
    let mut at = node;
    while at < page.nodes[node].end {
        if page.tag(at) == "a" {
            if !page
                .attr(at, "href")
                .is_some_and(|href| href.starts_with('#') && href.len() > 1)
            {
                return false;
            }
            links += 1;
            link_chars += (at..page.nodes[at].end)
                .filter_map(|inner| page.text(inner))
                .map(|text| text.chars)
                .sum::<u32>();
        }
        at += 1;
    }
    // Between the links there may be a heading such as "In this article".
    links >= 3 && link_chars * 10 >= chars.saturating_sub(40) * 8
}
