//! Which lines belong to the page and not to the article? Each rule knows a kind of line by the words such lines are
//! made of, on any page; none knows a particular page.

use super::cues::{self, is_one_of};
use crate::article::DropReason;
use crate::ingest::date;

/// Longer blocks are never taken for noise: the longest kind, cookie notes, stays well below it. In bytes.
const LONGEST: usize = 400;

/// Why a line of these words is left out, wherever in the article it stands; `None` for text.
pub(super) fn reason(text: &str) -> Option<DropReason> {
    if text.len() > LONGEST {
        return None;
    }
    let words = words(text);
    if cross_link(text) || leads_to_the_whole(&words) {
        return Some(DropReason::CrossLink);
    }
    if caption(text, &words) {
        return Some(DropReason::Caption);
    }
    if advert(&words) {
        return Some(DropReason::Advert);
    }
    if trail(text) || menu(&words) || is_button(&words) || points_onward(text) {
        return Some(DropReason::Navigation);
    }
    if counts_comments(&words) || is_comment_form(text) {
        return Some(DropReason::Comment);
    }
    if share(&words) || copyright(text, &words) || cookies(&words) || byline(text, &words) {
        return Some(DropReason::Furniture);
    }
    None
}

/// What stands under a heading that is none of the article's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageHeading {
    /// Titles of other articles.
    Links,
    /// Nothing, or nothing that was kept.
    Leftover,
}

/// Whether a line is a heading that pages put over what is not the article.
pub(super) fn page_heading(text: &str) -> Option<PageHeading> {
    let letters = letters(text);
    if text.len() > 60 {
        None
    } else if is_one_of(&cues::LINK_LISTS, &letters) || (letters != "related" && is_cue(&letters)) {
        Some(PageHeading::Links)
    } else {
        is_one_of(&cues::LEFTOVERS, &letters).then_some(PageHeading::Leftover)
    }
}

/// Whether a line stands over a table of contents.
pub(super) fn is_contents_label(text: &str) -> bool {
    text.len() <= 60 && is_one_of(&cues::CONTENTS, &letters(text))
}

/// Whether a line, at the head of an article, says who wrote, checked or published it, and when.
pub(super) fn is_credit(text: &str) -> bool {
    if text.len() > 200 {
        return false;
    }
    let words = words(text);
    name_line(text, &words)
        || byline(text, &words)
        || reading_time(&words)
        || date::date_line(text).is_some()
        || is_dated_credit(text, &words)
}

/// Whether a line at the head of an article begins with a label such as `Source:`.
pub(super) fn is_head_label(text: &str) -> bool {
    text.len() <= 200 && is_one_of(&cues::HEAD_LABELS, &label(text))
}

/// The ASCII letters of `text` in lower case and nothing else, so that lost, curly and garbled apostrophes, spaces and
/// entities make no difference.
pub(super) fn letters(text: &str) -> String {
    /// The longest entity in use, `&rsquo;`, without its ends.
    const ENTITY: usize = 6;
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '&' {
            let end = rest
                .bytes()
                .take(ENTITY)
                .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
                .count();
            if rest[end..].starts_with(';') {
                rest = &rest[end + 1..];
            }
        } else if c.is_ascii_alphabetic() {
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

/// Letters and digits of any script, in lower case: two lines of one key say the same.
pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_cue(letters: &str) -> bool {
    is_one_of(&cues::CROSS_LINKS, letters)
}

/// The letters before a line's first colon, if it has one near its beginning.
fn label(text: &str) -> String {
    text.split_once(':')
        .filter(|(label, _)| label.len() <= 30)
        .map(|(label, _)| letters(label))
        .unwrap_or_default()
}

/// Lower-case runs of letters and digits; an apostrophe does not end a word.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace(['\'', '’'], "").to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A cue, a colon (or a dash, an arrow), and a title.
fn cross_link(text: &str) -> bool {
    const SEPARATORS: [&str; 7] = [":", " – ", " — ", " - ", " >", "»", "›"];
    let head: String = text.chars().take(40).collect();
    let Some((at, separator)) = SEPARATORS
        .iter()
        .filter_map(|separator| head.find(separator).map(|at| (at, separator)))
        .min()
    else {
        return false;
    };
    // In garbled text a character of the cue may be three, so the offset is of the same text.
    let title = text[at + separator.len()..].trim();
    is_cue(&letters(&head[..at])) && !title.is_empty() && looks_like_title(title)
}

/// `Read the full story on ...`: what was left out of this page. "Read the full leaflet" is advice.
fn leads_to_the_whole(words: &[String]) -> bool {
    const WHOLE: [&str; 9] = [
        "story",
        "article",
        "post",
        "interview",
        "transcript",
        "report",
        "statement",
        "review",
        "column",
    ];
    let mut words = words.iter().map(String::as_str);
    words.len() <= 14
        && words.next() == Some("read")
        && words.find(|word| *word != "the" && *word != "our") == Some("full")
        && words.next().is_some_and(|word| WHOLE.contains(&word))
}

/// Titles are short, and no sentence that ends with a full stop.
fn looks_like_title(text: &str) -> bool {
    (!text.ends_with('.') || text.ends_with("..")) && text.split_whitespace().count() <= 24
}

fn caption(text: &str, words: &[String]) -> bool {
    if words.len() > 30 {
        return false;
    }
    let Some(first) = words.first() else {
        return false;
    };
    let inner = text.trim_start_matches(['(', '[', '*']);
    let label = label(inner);
    if is_one_of(&cues::CAPTION_LABELS, &label) {
        return true;
    }
    let second = words.get(1).map_or("", String::as_str);
    // A name glued to the word, as where a line break was lost: "CreditJane Roe".
    let glued = text
        .strip_prefix("Credit")
        .is_some_and(|rest| rest.starts_with(char::is_uppercase));
    // "(Artist: Jane Roe)"
    let bracketed =
        text.starts_with('(') && text.ends_with(')') && is_one_of(&cues::BRACKETED_LABELS, &label);
    let labelled = glued
        || bracketed
        || matches!(
            (first.as_str(), second),
            (
                "photo" | "image" | "picture" | "illustration",
                "credit" | "by" | "courtesy" | "source" | "via" | "from"
            )
        );
    let only = words.len() == 1
        && matches!(
            first.as_str(),
            "image"
                | "photo"
                | "photos"
                | "slideshow"
                | "gallery"
                | "credit"
                | "credits"
                | "caption"
        );
    let agency = words.len() <= 10
        && !text.ends_with('.')
        && words.iter().any(|word| is_one_of(&cues::AGENCIES, word));
    labelled || is_pinned(text) || only || agency
}

/// `Pin on Board Name`, `Board name on Pinterest`: what a picture taken from that site is called.
pub(super) fn is_pinned(text: &str) -> bool {
    let words = words(text);
    let [first, second, .., before_last, last] = words.as_slice() else {
        return false;
    };
    words.len() <= 30
        && ((first == "pin" && matches!(second.as_str(), "on" | "by"))
            || (last == "pinterest" && matches!(before_last.as_str(), "on" | "via")))
}

/// `Comments (5 posted)`, `3 comments`.
fn counts_comments(words: &[String]) -> bool {
    let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    words.len() <= 4
        && words
            .iter()
            .any(|word| word == "comments" || word == "comment")
        && words.iter().any(number)
        && words.iter().all(|word| {
            number(word)
                || matches!(
                    word.as_str(),
                    "comments" | "comment" | "posted" | "so" | "far"
                )
        })
}

/// What buttons say: `Learn more`, `Play Video`, `Next`.
fn is_button(words: &[String]) -> bool {
    words.len() <= 3 && is_one_of(&cues::BUTTONS, &words.concat())
}

fn advert(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    let has = |word: &str| words.iter().any(|other| other == word);
    let label = match first {
        "ad" | "ads" => words.len() == 1,
        "advertisement" | "advertisements" | "sponsored" | "advertising" => {
            words.len() <= 2 || (words.len() <= 6 && (has("continue") || has("below") || has("by")))
        }
        _ => false,
    };
    let asks = matches!(
        first,
        "sign" | "subscribe" | "join" | "get" | "enter" | "receive" | "want"
    );
    let sign_up = words.len() <= 40
        && asks
        && (has("newsletter")
            || has("newsletters")
            || has("inbox")
            || (has("email") && has("address")));
    label || sign_up
}

/// `Home > Conditions > Back`, `You are here: …`.
fn trail(text: &str) -> bool {
    if text.chars().count() > 200 {
        return false;
    }
    let arrows = [" > ", " » ", " › ", " / ", " :: "]
        .iter()
        .map(|arrow| (text.matches(arrow).count(), *arrow != " / "))
        .max()
        .unwrap_or_default();
    let home = text.starts_with("Home") || text.starts_with("HOME");
    letters(text).starts_with("youarehere")
        || (home && arrows.0 >= 1)
        || (arrows.0 >= 2 && arrows.1 && !text.ends_with('.'))
}

/// `More on backs ›`: an arrow at the end leads to another page.
fn points_onward(text: &str) -> bool {
    text.ends_with(['›', '»', '→', '►']) && text.len() <= 120
}

fn menu(words: &[String]) -> bool {
    words.len() >= 2
        && words.len() <= 24
        && words.iter().all(|word| is_one_of(&cues::MENU, word))
        && words.iter().any(|word| is_one_of(&cues::MENU_SIGNS, word))
}

fn share(words: &[String]) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let known = |word: &String| {
        is_one_of(&cues::SHARE, word) || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let counted = first.bytes().all(|byte| byte.is_ascii_digit())
        && words.get(1).is_some_and(|word| word == "shares");
    words.len() <= 16
        && (counted || is_one_of(&cues::SHARE_FIRST, first))
        && words.iter().all(known)
        && (words.len() >= 2 || is_one_of(&cues::SHARE_ALONE, first))
}

fn copyright(text: &str, words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    let year =
        |word: &String| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let marked = text.starts_with('©')
        || text.starts_with("(c) ")
        || text.starts_with("(C) ")
        || first == "copyright";
    (marked && words.iter().take(4).any(year)) || letters(text).contains("allrightsreserved")
}

fn cookies(words: &[String]) -> bool {
    let has = |word: &str| words.iter().any(|other| other == word);
    has("cookies")
        && (has("uses") || has("use") || has("accept"))
        && words
            .iter()
            .any(|word| is_one_of(&cues::COOKIE_SIGNS, word))
}

/// `Written by …`, `Medically reviewed by …`, `Author: …`: short, and no sentence.
fn byline(text: &str, words: &[String]) -> bool {
    if words.len() > 24 || (text.ends_with('.') && words.len() > 8) {
        return false;
    }
    if is_one_of(&cues::CREDIT_LABELS, &label(text)) {
        return true;
    }
    // "Checked by the nurse" is a sentence; names are capitalised.
    let names = text
        .split_once(" by ")
        .is_some_and(|(_, names)| names.starts_with(char::is_uppercase));
    names
        && words
            .iter()
            .position(|word| word == "by")
            .is_some_and(|by| {
                let (before, credit) = words[..by].split_at(by.saturating_sub(1));
                by <= 5
                    && credit.iter().any(|word| is_one_of(&cues::CREDITS, word))
                    && before.iter().all(|word| {
                        is_one_of(&cues::CREDITS, word) || is_one_of(&cues::BEFORE_CREDITS, word)
                    })
            })
}

/// `Posted on April 16, 2024 by Jane Roe`
fn is_dated_credit(text: &str, words: &[String]) -> bool {
    words.len() <= 14
        && !text.ends_with('.')
        && words
            .first()
            .is_some_and(|word| is_one_of(&cues::CREDITS, word))
        && date::find_date(text).is_some()
}

/// `5 min read`
fn reading_time(words: &[String]) -> bool {
    words.len() <= 4
        && words
            .iter()
            .any(|word| matches!(word.as_str(), "min" | "mins" | "minute" | "minutes"))
        && words
            .iter()
            .any(|word| matches!(word.as_str(), "read" | "reading"))
}

/// What forms for comments say.
fn is_comment_form(text: &str) -> bool {
    let letters = letters(text);
    letters.starts_with("youremailaddresswillnotbepublished")
        || letters.starts_with("savemynameemail")
        || matches!(
            letters.as_str(),
            "postacomment" | "leaveacomment" | "leaveareply" | "addacomment" | "writeacomment"
        )
}

/// `By Jane Roe`, `By Jane Roe, MD`: a name and nothing else.
fn name_line(text: &str, words: &[String]) -> bool {
    let Some(name) = text
        .strip_prefix("By ")
        .or_else(|| text.strip_prefix("by "))
    else {
        return false;
    };
    (2..=14).contains(&words.len())
        && !text.ends_with(['.', '?', '!'])
        && name.starts_with(char::is_uppercase)
        && name
            .split_whitespace()
            .filter(|word| word.chars().count() > 3)
            .all(|word| word.starts_with(|c: char| !c.is_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_the_whole_of_a_story_is_a_cross_link_and_advice_is_not() {
        for line in [
            "Read the full story on knees",
            "Read our full interview with Jane Roe",
            "read full article",
        ] {
            assert_eq!(reason(line), Some(DropReason::CrossLink), "{line}");
        }
        for line in [
            "Read the full leaflet before you take it",
            "Read the label in full",
            "A full report follows",
        ] {
            assert_eq!(reason(line), None, "{line}");
        }
    }

    #[test]
    fn a_cue_a_colon_and_a_title_are_a_cross_link_however_they_are_spelt() {
        for line in [
            "Also Check: Ten Teas For A Cold",
            "DONT MISS: Ten Teas For A Cold",
            "Don’t Miss: Ten Teas For A Cold",
            "Donât Miss: Ten Teas For A Cold",
            "Donâ€™t Miss: Ten Teas For A Cold",
            "Don&rsquo;t miss: Is tea good for a cold?",
            "You May Also Like – Ten Teas For A Cold",
            "Related article: Ten teas",
            "READ MORE: Ten teas",
            "Up next » Ten teas",
        ] {
            assert_eq!(reason(line), Some(DropReason::CrossLink), "{line}");
        }
    }

    #[test]
    fn lines_of_a_page_are_known_by_their_kind() {
        use DropReason::{Advert, Caption, Comment, Furniture, Navigation};
        for (line, expected) in [
            ("Pin on Good Health", Caption),
            ("25 ideas for sore feet on Pinterest", Caption),
            ("Image: a nurse with a cup", Caption),
            ("(Photo credit: Jane Roe)", Caption),
            ("Photo by Jane Roe", Caption),
            ("CreditJane Roe", Caption),
            ("Home > Health > Feet", Navigation),
            ("You are here: Health / Feet", Navigation),
            ("Skip to main content", Navigation),
            (
                "Home | Topics A-Z | About us | Contact | Privacy",
                Navigation,
            ),
            ("Learn more", Navigation),
            ("More on feet ›", Navigation),
            ("Share on Facebook", Furniture),
            ("128 shares", Furniture),
            ("Print this page | Email this page", Furniture),
            ("© 2021 Foot Weekly", Furniture),
            ("All Rights Reserved.", Furniture),
            (
                "This website uses cookies to improve your experience.",
                Furniture,
            ),
            ("Medically reviewed by Jane Roe, MD", Furniture),
            ("Author: Jane Roe", Furniture),
            ("ADVERTISEMENT", Advert),
            ("Sponsored content", Advert),
            ("Sign up for our free newsletter", Advert),
            ("Comments (5)", Comment),
        ] {
            assert_eq!(reason(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn sentences_that_begin_like_noise_are_text() {
        for line in [
            "See also: the section on fever describes what to do in the first night.",
            "Related: pain in the hip, which is often felt in the knee.",
            "Home remedies help with most colds.",
            "Share your bed with nobody while the rash lasts.",
            "Print out the diary and fill it in.",
            "Pin the splint to the sleeve.",
            "Approved by the authorities in 1999, it is taken once a day.",
            "Reviewed by the nurse, the dose may change.",
            "The image shows a healthy joint.",
            "Sign your name on the form.",
            "Do not eat cookies while you use insulin.",
            "(Note: children need less)",
            "Ad hoc doses are unwise",
            "Next steps",
            "Comments on the dose",
        ] {
            assert_eq!(reason(line), None, "{line}");
        }
    }

    #[test]
    fn a_credit_is_a_name_or_a_date_and_no_sentence() {
        for line in [
            "By Jane Roe, MD",
            "Posted on May 3, 2020 by Jane Roe",
            "May 3, 2020",
            "4 minute read",
        ] {
            assert!(is_credit(line), "{line}");
        }
        for line in [
            "By and large",
            "By Mouth.",
            "By then it is too late",
            "Read for a minute and then rest",
        ] {
            assert!(!is_credit(line), "{line}");
        }
    }
}
