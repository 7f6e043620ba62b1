//! Which lines speak of the page, its makers and its readers, and not of its subject?
//!
//! Disclosures, counters, ratings, bios, disclaimers, labels of players, requests to share and to sign up. Each is told by
//! its words, since such lines stand in elements like any other. What could be a sentence of an article as well counts
//! only at the beginning or the end of it.

use crate::article::DropReason;

/// Where a line stands among the lines of the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// How many lines stand before it.
    pub(super) before: usize,
    /// How many lines stand behind it.
    pub(super) behind: usize,
}

impl Position {
    fn near_end(self) -> bool {
        self.behind < 5
    }

    fn near_edge(self) -> bool {
        self.before < 4 || self.near_end()
    }
}

/// Longer lines are never a notice.
const LONGEST: usize = 400;

/// Why a line is a notice, if it is one.
pub(super) fn reason(text: &str, position: Position) -> Option<DropReason> {
    if text.len() > LONGEST {
        return None;
    }
    let lower = text.to_lowercase().replace('’', "'");
    let lower = lower.as_str();
    if is_disclosure(lower) || asks_for_money_or_address(lower) {
        return Some(DropReason::Advert);
    }
    let about = asks_reader(lower)
        || is_player(lower)
        || is_count(lower)
        || is_rating(lower)
        || is_credit(text, lower)
        || is_review_note(lower)
        || (position.near_edge() && is_disclaimer(lower))
        || (position.near_edge() && is_history(lower))
        || (position.before < 3 && is_day_in_chinese(text))
        || (position.near_end() && is_bio(text, lower))
        || (position.before == 0 && position.behind > 3 && is_kicker(text));
    about.then_some(DropReason::Furniture)
}

/// Why the section under a heading is no part of the article, by the words of the heading alone. It has to be short.
pub(super) fn section_reason(heading: &str) -> Option<DropReason> {
    const REPLY: [&str; 14] = [
        "your answer",
        "leave a reply",
        "leave a comment",
        "leave a response",
        "write a reply",
        "write a comment",
        "post a reply",
        "post a comment",
        "post your comment",
        "add a comment",
        "add your comment",
        "join the conversation",
        "join the discussion",
        "cancel reply",
    ];
    const ABOUT: [&str; 5] = [
        "who is online",
        "post navigation",
        "share this",
        "share this article",
        "share this story",
    ];
    let lower = heading.to_lowercase().replace('’', "'");
    let lower = lower.trim_end_matches([':', '!', '.', '…']).trim();
    if REPLY.iter().any(|name| lower.starts_with(name)) {
        return Some(DropReason::Comment);
    }
    if asks_reader(lower) || ABOUT.contains(&lower) {
        return Some(DropReason::Furniture);
    }
    if asks_for_money_or_address(lower) {
        return Some(DropReason::Advert);
    }
    None
}

fn begins(lower: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| lower.starts_with(start))
}

fn has(lower: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| lower.contains(part))
}

/// "We may earn a commission from links on this page."
fn is_disclosure(lower: &str) -> bool {
    let earns = has(lower, &["commission", "affiliate", "earn us", "compensat"]);
    (earns
        && has(
            lower,
            &["affiliate link", "affiliate prog", "affiliate partner"],
        ))
        || (earns && lower.contains("earn") && has(lower, &["link", "buy", "purchase"]))
}

/// "Sign up for our newsletter", "Support us with $3 a month".
fn asks_for_money_or_address(lower: &str) -> bool {
    const STARTS: [&str; 22] = [
        "sign up for our",
        "sign up for the",
        "sign up for free",
        "sign up to our",
        "sign up here",
        "sign up now",
        "subscribe to our",
        "subscribe to the",
        "subscribe now",
        "subscribe for",
        "join our newsletter",
        "join our mailing",
        "join the newsletter",
        "get our newsletter",
        "get the newsletter",
        "get our free",
        "follow us on",
        "like us on",
        "find us on",
        "pin this for later",
        "pin it for later",
        "support our journalism",
    ];
    let crowd = lower
        .strip_prefix("join ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    lower.len() < 200
        && (begins(lower, &STARTS)
            || crowd
            || has(
                lower,
                &["sign up here", "subscribe here", "subscribe today"],
            ))
}

/// "Was this page helpful?"
fn asks_reader(lower: &str) -> bool {
    let opinion = begins(
        lower,
        &[
            "was this",
            "is this",
            "did you find",
            "did this",
            "were these",
            "how helpful",
            "rate this",
        ],
    ) && has(
        lower,
        &[
            "helpful",
            "useful",
            "answer your question",
            "rate this",
            "what you were looking for",
        ],
    );
    let share = begins(
        lower,
        &[
            "share this ",
            "share this:",
            "like this post",
            "like this article",
            "enjoyed this",
            "did you make this",
            "tag @",
            "tell us what you think",
            "have you been affected",
            "are you affected by",
            "do you have a story",
            "got a story",
            "have a news tip",
        ],
    );
    lower.len() < 160 && (opinion || share)
}

/// What a player, a picture or an advert shows where it cannot be shown.
fn is_player(lower: &str) -> bool {
    const STARTS: [&str; 12] = [
        "your browser does not",
        "your browser doesn't",
        "your browser cannot",
        "sorry, your browser",
        "javascript is disabled",
        "please enable javascript",
        "no ad to show",
        "listen to this",
        "listen to the article",
        "listen now",
        "watch: ",
        "watch now",
    ];
    // "Loading dose: two tablets" is none.
    let loads = lower.starts_with("loading") && lower.ends_with(['…', '.']);
    (lower.len() < 160 && begins(lower, &STARTS)) || (lower.len() < 60 && loads)
}

/// "14 comments", "1,204 people found this useful", "You are visitor 77,310", "37".
fn is_count(lower: &str) -> bool {
    const WHAT: [&str; 16] = [
        "comment",
        "view",
        "like",
        "share",
        "repl",
        "vote",
        "follower",
        "point",
        "upvote",
        "source",
        "reference",
        "retweet",
        "post",
        "answer",
        "people",
        "users",
    ];
    if lower.len() > 120 {
        return false;
    }
    let visited = has(
        lower,
        &[
            "you are visitor",
            "visitor number",
            "page has been visited",
            "page has been viewed",
            "found this helpful",
            "found this useful",
        ],
    );
    let lead = ["view all ", "show all ", "see all "]
        .iter()
        .find_map(|start| lower.strip_prefix(start))
        .unwrap_or(lower);
    let rest = lead.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, ',' | '.' | '+' | ' ' | '(' | ')')
    });
    let digits = rest.len() < lead.len() && lead.starts_with(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix("k ").unwrap_or(rest);
    let words = rest.split_whitespace().count();
    visited
        || (digits && rest.is_empty() && lead.len() < 8)
        || (digits && words == 1 && begins(rest, &WHAT))
        || (lead.len() < lower.len() && begins(lead, &WHAT))
}

/// "4.6 out of 5 (318 ratings)", "★★★★★".
fn is_rating(lower: &str) -> bool {
    let scored = lower.len() < 100
        && has(lower, &["out of 5", "/5", "★", "☆", "⭐"])
        && has(lower, &["rating", "vote", "review", "stars"]);
    let stars = !lower.is_empty()
        && lower
            .chars()
            .all(|c| matches!(c, '★' | '☆' | '⭐' | ' ') || c.is_ascii_digit() || c == '.');
    scored || (stars && lower.contains(['★', '☆', '⭐']))
}

/// "Words by Ada Lindholm. Pictures by Jun Park.", "By Lakeview Clinic Staff", "Submitted by editor on …".
fn is_credit(text: &str, lower: &str) -> bool {
    const STARTS: [&str; 17] = [
        "words by ",
        "words: ",
        "text by ",
        "story by ",
        "photographs by ",
        "photographs: ",
        "photography by ",
        "photography: ",
        "photos by ",
        "pictures by ",
        "illustration by ",
        "illustrations by ",
        "illustration: ",
        "submitted by ",
        "asked by ",
        "answered by ",
        "checked by ",
    ];
    let words = text.split_whitespace().count();
    let names = text
        .split_whitespace()
        .skip(1)
        .all(|word| word.starts_with(|c: char| c.is_uppercase()) || word == "and");
    (words <= 14 && begins(lower, &STARTS))
        || ((3..=8).contains(&words)
            && lower.starts_with("by ")
            && names
            && !text.ends_with(['.', ':', '?']))
}

/// "Next review due January 2027", "Page last reviewed: 30/3/2023".
fn is_review_note(lower: &str) -> bool {
    const STARTS: [&str; 9] = [
        "page last ",
        "last reviewed",
        "last updated",
        "last medically",
        "last checked",
        "next review",
        "review due",
        "originally published",
        "this page was last",
    ];
    lower.split_whitespace().count() <= 12
        && begins(lower, &STARTS)
        && lower.contains(|c: char| c.is_ascii_digit())
}

/// "This information does not replace the advice of a doctor."
fn is_disclaimer(lower: &str) -> bool {
    // "Gargling does not replace antibiotics" is none.
    let replaces = has(
        lower,
        &[
            "no substitute for",
            "not a substitute for",
            "not intended as a substitute",
            "not intended to replace",
            "does not replace",
        ],
    ) && has(
        lower,
        &[
            "advice",
            "professional",
            "doctor",
            "physician",
            "visit",
            "medical care",
            "consultation",
        ],
    );
    let says = has(
        lower,
        &[
            "not intended to diagnose",
            "not intended to be medical",
            "not responsible for the content",
            "for information only",
            "for informational purposes",
            "for general information",
            "for educational purposes",
            "not medical advice",
            "not constitute medical",
            "doctor-patient relationship",
            "provided as a service",
            "editorial process",
            "sourcing guidelines",
        ],
    );
    replaces || says
}

/// "This article was amended on …", "Ann Lee contributed to this report."
fn is_history(lower: &str) -> bool {
    let amended = begins(
        lower,
        &[
            "this article was ",
            "this story was ",
            "this post was ",
            "this page was ",
            "this article has been ",
            "this story has been ",
            "an earlier version of this",
            "a version of this article",
            "editor's note: this",
        ],
    ) && has(
        lower,
        &[
            "updated",
            "amended",
            "published",
            "corrected",
            "edited",
            "earlier version",
            "appeared",
            "version of this",
        ],
    );
    amended
        || lower.contains("contributed to this report")
        || lower.contains("contributed reporting")
}

/// "某报2016年10月14日07:17": in Chinese and Japanese, a short line with year, month and day.
fn is_day_in_chinese(text: &str) -> bool {
    text.chars().count() <= 40
        && !text.ends_with('。')
        && ["年", "月", "日"].iter().all(|part| text.contains(part))
}

/// "Ada Lindholm is a contributing editor.", "Reach her at …"
fn is_bio(text: &str, lower: &str) -> bool {
    const ROLES: [&str; 18] = [
        "writer",
        "editor",
        "author",
        "journalist",
        "reporter",
        "columnist",
        "correspondent",
        "blogger",
        "contributor",
        "freelance",
        "writes about",
        "writes for",
        "covers ",
        "her last piece",
        "his last piece",
        "follow him",
        "follow her",
        "follow them",
    ];
    let reach = begins(lower, &["reach ", "contact ", "email ", "follow "]) && lower.contains('@');
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
    let named = words.len() == 6 && words[..2].iter().all(capital);
    // The verb follows the name, an initial or a degree; "Ada Quill, who wrote the study, says" is no bio.
    let verb = words.windows(2).skip(2).take(2).any(|pair| match pair[0] {
        "is" | "was" => matches!(pair[1], "a" | "an" | "the" | "our" | "based"),
        "has" => matches!(pair[1], "covered" | "written" | "reported" | "been"),
        "writes" | "covers" | "reports" => true,
        _ => false,
    });
    reach || (named && verb && has(lower, &ROLES))
}

/// "Health": the part of the site, over the first line.
fn is_kicker(text: &str) -> bool {
    let words = text.split_whitespace().count();
    words <= 3
        && text.len() < 40
        && text.starts_with(|c: char| c.is_uppercase())
        && text
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '&' | '-'))
        && text.len() > 5
}
