//! Which boxes inside the article lead away from it: cards of other stories, calls to act, embedded posts, pull quotes? And
//! which box, wherever it stands, asks for consent?
//!
//! Sites name such boxes as they like, so they are told by what they are made of: a heading that is a link elsewhere, a
//! button that stands alone beside a few words, a quotation signed with an address, buttons to accept and to reject.

use super::dom::{Page, is_heading};
use super::features::Features;
use crate::article::DropReason;

/// Elements that boxes are made of.
pub(super) fn is_box(tag: &str) -> bool {
    matches!(
        tag,
        "div" | "section" | "aside" | "article" | "li" | "figure" | "blockquote"
    )
}

/// What has to be known of the whole article before its boxes are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// Most of its headings are links to other pages: then a linked heading tells nothing.
    linked_headings: bool,
}

impl Habits {
    pub(super) fn of(page: &Page<'_>, kept: &[bool]) -> Self {
        let (mut headings, mut linked) = (0, 0);
        for node in (0..page.nodes.len()).filter(|node| kept[*node]) {
            if is_heading(page.tag(node)) {
                headings += 1;
                linked += u32::from(link_of_heading(page, node).is_some());
            }
        }
        Self {
            linked_headings: linked * 2 > headings,
        }
    }
}

/// Why a box of an article is no part of it, by what it is made of.
pub(super) fn reason(
    page: &Page<'_>,
    features: &Features,
    node: usize,
    habits: Habits,
) -> Option<DropReason> {
    /// Larger boxes are parts of the article, or are looked at one by one.
    const LARGEST: u32 = 1_500;
    /// Boxes are made of few nodes; the bound keeps nested ones from being looked through again and again.
    const MOST_NODES: usize = 80;
    let tag = page.tag(node);
    let end = page.nodes[node].end;
    let chars = features.chars(node..end);
    if chars == 0 || chars > LARGEST || end - node > MOST_NODES {
        return None;
    }
    if tag == "a" {
        return is_card(page, features, node, habits).then_some(DropReason::CrossLink);
    }
    if matches!(tag, "ul" | "ol") {
        return is_link_list(page, features, node).then_some(DropReason::CrossLink);
    }
    if tag == "blockquote" && is_embedded_post(page, node) {
        return Some(DropReason::Furniture);
    }
    if !is_box(tag) {
        return None;
    }
    if is_teaser(page, features, node, habits) {
        return Some(DropReason::CrossLink);
    }
    is_call_to_act(page, features, node).then_some(DropReason::Advert)
}

/// Whether a link leads to another page.
fn leads_away(page: &Page<'_>, link: usize) -> bool {
    page.attr(link, "href")
        .map(str::trim)
        .is_some_and(|href| !href.is_empty() && !href.starts_with('#') && !href.starts_with("java"))
}

/// The link to another page that is all there is in a heading, or around it.
fn link_of_heading(page: &Page<'_>, heading: usize) -> Option<usize> {
    let end = page.nodes[heading].end;
    let inside = (heading + 1..end.min(heading + 6)).find(|node| page.tag(*node) == "a");
    let link = inside.or_else(|| {
        page.ancestors(heading)
            .take(3)
            .find(|around| page.tag(*around) == "a")
    })?;
    let whole = inside.is_none_or(|link| {
        // Nothing but the link has text.
        (heading + 1..link)
            .chain(page.nodes[link].end..end)
            .filter_map(|node| page.text(node))
            .all(|text| text.chars == 0)
    });
    (whole && leads_away(page, link)).then_some(link)
}

/// Headlines of other stories: a list in which every line is a link elsewhere. Where a line before it announces it, it
/// is meant to be read.
fn is_link_list(page: &Page<'_>, features: &Features, list: usize) -> bool {
    let end = page.nodes[list].end;
    let mut lines = 0;
    for item in page.children(list).filter(|child| page.tag(*child) == "li") {
        let all = features.chars(item..page.nodes[item].end);
        let link = (item + 1..page.nodes[item].end)
            .find(|inner| page.tag(*inner) == "a" && leads_away(page, *inner));
        let linked = link.is_some_and(|link| {
            features.chars(link..page.nodes[link].end) == all && !is_button(page, features, link)
        });
        // One or two words are an entry of an index, and not a headline.
        if !linked || page.plain(item, 200).split_whitespace().count() < 4 {
            return false;
        }
        lines += 1;
    }
    let before = (list.saturating_sub(40)..list)
        .rev()
        .find(|node| page.text(*node).is_some_and(|text| text.chars > 0));
    let announced = before.is_some_and(|before| {
        let headed = page
            .ancestors(before)
            .take(2)
            .any(|around| is_heading(page.tag(around)));
        let colon = page
            .text(before)
            .is_some_and(|text| text.text.trim_end().ends_with(':'));
        headed || colon
    });
    // In a list inside of a list, lines are details of the one around them.
    let inner = page
        .ancestors(list)
        .take(3)
        .any(|around| page.tag(around) == "li");
    lines >= 2 && end > list && !announced && !inner
}

/// A link to another page with a heading in it, or with a picture and two lines: one thing to click on.
fn is_card(page: &Page<'_>, features: &Features, link: usize, habits: Habits) -> bool {
    if !leads_away(page, link) {
        return false;
    }
    let end = page.nodes[link].end;
    let heading = (link + 1..end).find(|node| is_heading(page.tag(*node)));
    let picture = (link + 1..end).any(|node| matches!(page.tag(node), "img" | "picture"));
    let lines = (link + 1..end)
        .filter(|node| matches!(page.tag(*node), "p" | "div" | "span" | "strong"))
        .filter(|node| features.chars(*node..page.nodes[*node].end) > 0)
        .count();
    match heading {
        Some(heading) => {
            let other =
                features.chars(link..end) > features.chars(heading..page.nodes[heading].end) + 10;
            other || picture || !habits.linked_headings
        }
        None => picture && lines >= 2 && features.chars(link..end) > 20,
    }
}

/// A heading that leads to another page, over a few words about that page or over its beginning.
fn is_teaser(page: &Page<'_>, features: &Features, node: usize, habits: Habits) -> bool {
    /// What a card says of the story that it leads to.
    const LONGEST: u32 = 300;
    let end = page.nodes[node].end;
    let mut headings = (node + 1..end).filter(|inner| is_heading(page.tag(*inner)));
    let (Some(heading), None) = (headings.next(), headings.next()) else {
        return false;
    };
    if leads_to_whole(page, node) {
        return true;
    }
    let Some(link) = link_of_heading(page, heading).filter(|link| *link > node) else {
        return false;
    };
    if page.tag(heading) == "h1" {
        return false;
    }
    let target = page.attr(link, "href");
    let again = (page.nodes[heading].end..end).any(|other| {
        page.tag(other) == "a"
            && page.attr(other, "href") == target
            && features.chars(other..page.nodes[other].end) > 3
    });
    let rest = features.chars(node..end) - features.chars(heading..page.nodes[heading].end);
    again || (!habits.linked_headings && rest <= LONGEST)
}

/// Whether a box ends in a link to the rest of what begins in it.
fn leads_to_whole(page: &Page<'_>, node: usize) -> bool {
    const CUES: [&str; 8] = [
        "read the full",
        "read full",
        "read the whole",
        "read the story",
        "read article",
        "read story",
        "continue reading",
        "full story",
    ];
    let Some(last) = (node + 1..page.nodes[node].end)
        .rev()
        .find(|inner| page.text(*inner).is_some_and(|text| text.chars > 0))
    else {
        return false;
    };
    let link = page
        .ancestors(last)
        .take_while(|around| *around > node)
        .find(|around| page.tag(*around) == "a" && leads_away(page, *around));
    link.is_some_and(|link| {
        let text = page.plain(link, 100).to_lowercase();
        CUES.iter().any(|cue| text.starts_with(cue))
    })
}

/// A few words and a button: "Ready to walk without pain? Request an appointment".
fn is_call_to_act(page: &Page<'_>, features: &Features, node: usize) -> bool {
    const LONGEST: u32 = 350;
    let end = page.nodes[node].end;
    let chars = features.chars(node..end);
    if chars > LONGEST
        || !(node + 1..end).any(|inner| is_heading(page.tag(inner)) || page.tag(inner) == "p")
    {
        return false;
    }
    let mut button = false;
    for inner in node + 1..end {
        match page.tag(inner) {
            // What is listed is content, as a rule.
            "li" | "table" | "dl" | "details" | "summary" | "pre" => return false,
            "h1" => return false,
            _ if page.nodes[inner].heads_panel => return false,
            "a" | "button" => button |= is_button(page, features, inner),
            _ => {}
        }
    }
    // In an emergency there is something to do, too.
    button && {
        let text = page.plain(node, 400).to_lowercase();
        let words = || text.split(|c: char| !c.is_alphanumeric());
        !words().any(|word| {
            matches!(
                word,
                "911"
                    | "999"
                    | "112"
                    | "111"
                    | "000"
                    | "988"
                    | "emergency"
                    | "urgent"
                    | "poison"
                    | "hotline"
                    | "helpline"
                    | "lifeline"
                    | "crisis"
                    | "suicide"
            )
        })
    }
}

/// Whether a link or a button asks to act, in a line of its own.
fn is_button(page: &Page<'_>, features: &Features, link: usize) -> bool {
    const ACTS: [&str; 24] = [
        "book ",
        "request ",
        "schedule ",
        "make an appointment",
        "find a ",
        "find an ",
        "get directions",
        "donate",
        "give ",
        "support ",
        "subscribe",
        "sign up",
        "sign me up",
        "join ",
        "shop ",
        "buy ",
        "order ",
        "get started",
        "contact us",
        "call us",
        "call now",
        "call ",
        "become a ",
        "download ",
    ];
    let mut text = page.plain(link, 60).to_lowercase();
    text.push(' ');
    if text.len() > 45 || !ACTS.iter().any(|act| text.starts_with(act)) {
        return false;
    }
    // A line of its own: nothing beside it but other links.
    let around = page.nodes[link].parent;
    let alone =
        is_box(page.tag(around)) || features.link_density(around..page.nodes[around].end) > 0.9;
    let heads = page
        .ancestors(link)
        .take(2)
        .any(|up| is_heading(page.tag(up)));
    alone && !heads
}

/// A post of a social network: a quotation that is signed with an account and dated by a link.
fn is_embedded_post(page: &Page<'_>, quote: usize) -> bool {
    const NETWORKS: [&str; 9] = [
        "twitter",
        "tweet",
        "instagram",
        "tiktok",
        "bluesky",
        "mastodon",
        "reddit",
        "facebook",
        "fb-post",
    ];
    let class = page.attr(quote, "class").unwrap_or("").to_ascii_lowercase();
    if NETWORKS.iter().any(|network| class.contains(network)) {
        return true;
    }
    let link = (quote + 1..page.nodes[quote].end).any(|node| page.tag(node) == "a");
    link && page.plain(quote, 1_500).contains("(@")
}

/// The boxes of a page that ask for consent to be followed about.
pub(super) fn consent(page: &Page<'_>, features: &Features) -> Vec<usize> {
    /// Boxes that list every partner are longer, but such lists come from scripts.
    const LARGEST: u32 = 8_000;
    /// The bounds keep what is nested from being looked through again and again.
    const MOST_NODES: usize = 2_000;
    /// A page has two or three such buttons.
    const MOST_BUTTONS: usize = 12;
    let mut boxes: Vec<usize> = Vec::new();
    let buttons = (0..page.nodes.len())
        .filter(|node| {
            matches!(page.tag(*node), "button" | "a") || page.attr(*node, "role") == Some("button")
        })
        .filter(|node| (3..=40).contains(&features.chars(*node..page.nodes[*node].end)))
        .filter(|node| is_answer(&page.plain(*node, 50)))
        .take(MOST_BUTTONS);
    for button in buttons {
        if boxes
            .iter()
            .any(|found| (*found..page.nodes[*found].end).contains(&button))
        {
            continue;
        }
        let largest = page
            .ancestors(button)
            .take_while(|around| {
                let end = page.nodes[*around].end;
                !matches!(page.tag(*around), "body" | "html" | "main" | "article")
                    && features.chars(*around..end) <= LARGEST
                    && end - around <= MOST_NODES
            })
            .filter(|around| asks_for_consent(page, *around))
            .last();
        boxes.extend(largest);
    }
    boxes
}

/// The boxes of a page that open over it: those that begin with a button to close them.
pub(super) fn dialogs(page: &Page<'_>, features: &Features) -> Vec<usize> {
    const LARGEST: u32 = 1_500;
    /// The bound keeps what is nested from being looked through again and again.
    const MOST_NODES: usize = 500;
    /// How far a button may stand inside of what it closes.
    const DEEP: usize = 3;
    (0..page.nodes.len())
        .filter(|node| page.tag(*node) == "button" && closes(page, features, *node))
        .filter_map(|button| {
            page.ancestors(button)
                .take(DEEP)
                .take_while(|around| {
                    let range = *around..page.nodes[*around].end;
                    if range.len() > MOST_NODES {
                        return false;
                    }
                    let first = features.chars(*around..button) == 0;
                    let frame = matches!(page.tag(*around), "body" | "html" | "main" | "article");
                    let title = range.clone().any(|node| page.tag(node) == "h1");
                    first && !frame && features.chars(range) <= LARGEST && !title
                })
                .last()
        })
        .collect()
}

/// Whether a button closes what it stands in.
fn closes(page: &Page<'_>, features: &Features, button: usize) -> bool {
    let chars = features.chars(button..page.nodes[button].end);
    let text = page.plain(button, 12).to_lowercase();
    (1..=8).contains(&chars)
        && matches!(
            text.as_str(),
            "close" | "dismiss" | "×" | "✕" | "✖" | "x" | "close ×" | "× close"
        )
}

/// What a person can answer.
fn is_answer(text: &str) -> bool {
    const ANSWERS: [&str; 16] = [
        "accept",
        "i accept",
        "agree",
        "i agree",
        "allow all",
        "allow cookies",
        "reject",
        "decline",
        "got it",
        "manage cookies",
        "manage preferences",
        "manage options",
        "cookie settings",
        "cookie preferences",
        "only necessary",
        "save preferences",
    ];
    let lower = text.to_lowercase();
    ANSWERS.iter().any(|answer| lower.starts_with(answer))
}

/// Whether the words of a box are about cookies and consent, and about little else.
fn asks_for_consent(page: &Page<'_>, node: usize) -> bool {
    const WORDS: [&str; 12] = [
        "cookie",
        "consent",
        "privacy",
        "partner",
        "personal data",
        "personal information",
        "tracking",
        "advert",
        "accept",
        "reject",
        "preferences",
        "similar technologies",
    ];
    if (node..page.nodes[node].end).any(|inner| page.tag(inner) == "h1") {
        return false;
    }
    let text = page.plain(node, 8_000).to_lowercase();
    let found: usize = WORDS.iter().map(|word| text.matches(word).count()).sum();
    (text.contains("cookie") || text.contains("consent")) && found >= 3 && found * 120 >= text.len()
}
