//! What a reader of an article may rely on where the page is messy: parts that unfold, boxes that beg, cards that lead away.

use super::super::Parsed;
use super::parse;
use crate::article::DropReason;

/// A page whose article, with a title and enough text to be one, ends in `content`.
fn page(content: &str) -> Parsed {
    parse(&format!(
        "<!DOCTYPE html><html lang=en><head><title>Night cramps | Calm Calves</title></head><body>\
         <div><a href=\"/\">Calm Calves</a> <a href=\"/all\">All pages</a></div>\
         <div class=page><h1>Night cramps</h1>{}{}{content}</div></body></html>",
        prose("cramps"),
        prose("salt")
    ))
}

/// A paragraph that looks like one, about `what`.
fn prose(what: &str) -> String {
    format!(
        "<p>This is what we know about {what}: it is common, it is seldom dangerous, and it passes, in most people, \
         within days. Nobody has to bear it without help, and a pharmacist can tell you more about {what}.</p>"
    )
}

fn paths(parsed: &Parsed) -> Vec<String> {
    parsed
        .sections
        .iter()
        .map(|section| section.heading_path.join(" > "))
        .filter(|path| !path.is_empty())
        .collect()
}

fn all(parsed: &Parsed) -> String {
    parsed
        .sections
        .iter()
        .map(|section| format!("{}\n{}", section.heading_path.join("\n"), section.text()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn reason(parsed: &Parsed, needle: &str) -> Option<DropReason> {
    parsed
        .dropped
        .iter()
        .find(|dropped| dropped.text.contains(needle))
        .map(|dropped| dropped.reason)
}

#[test]
fn a_button_is_the_heading_of_the_part_that_it_opens() {
    let item = |id: &str, label: &str| {
        format!(
            "<div><button class=b aria-expanded=false aria-controls={id}>{label}</button>\
             <div id={id} hidden>{}</div></div>",
            prose(label)
        )
    };
    let parsed = page(&format!(
        "<h2>Questions</h2>{}{}<h2>More</h2>{}",
        item("a", "Does salt help?"),
        item("b", "Stretching"),
        item("c", "Does it come back?")
    ));
    assert_eq!(
        paths(&parsed),
        [
            "Questions",
            "Questions > Does salt help?",
            "Questions > Stretching",
            "More",
            "More > Does it come back?"
        ]
    );
    assert!(all(&parsed).contains("what we know about Stretching"));
}

#[test]
fn menus_searches_and_sources_that_a_button_opens_stay_hidden() {
    let parsed = page(
        "<div><button aria-expanded=false aria-controls=m>Menu</button><div id=m hidden><a href=/x>Where to find us today</a></div></div>\
         <div><button aria-expanded=false aria-controls=s>Search</button><div id=s hidden>What are you looking for today? <input></div></div>\
         <div><button class=x aria-expanded=false aria-controls=r>6 sources</button><div id=r hidden><p>Annals of Calves and Shins, 2019, page 4</p></div></div>",
    );
    let text = all(&parsed);
    for hidden in ["Where to find us", "looking for", "Annals", "sources"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn lines_about_the_page_are_left_out_with_a_reason() {
    for (line, expected) in [
        (
            "This post may contain affiliate links, for which we earn a little.",
            DropReason::Advert,
        ),
        (
            "If you buy through links here, we may earn a commission.",
            DropReason::Advert,
        ),
        (
            "Sign up for our newsletter and never miss a cramp.",
            DropReason::Advert,
        ),
        ("Was this article helpful?", DropReason::Furniture),
        ("1,204 people found this useful", DropReason::Furniture),
        ("You are visitor number 77,310", DropReason::Furniture),
        ("4.6 out of 5 (318 ratings)", DropReason::Furniture),
        ("Listen to this story, 19 minutes", DropReason::Furniture),
        (
            "Your browser does not support this video",
            DropReason::Furniture,
        ),
        (
            "Words by Ada Quill. Pictures by Jun Park.",
            DropReason::Furniture,
        ),
        (
            "Ada Quill is a writer in Leeds who covers legs.",
            DropReason::Furniture,
        ),
        (
            "This article was amended on 1 July 2023 to correct a name.",
            DropReason::Furniture,
        ),
        (
            "The information on this page is no substitute for a visit.",
            DropReason::Furniture,
        ),
    ] {
        let parsed = page(&format!("<p>{line}</p>"));
        assert!(!all(&parsed).contains(line), "{line}");
        assert_eq!(reason(&parsed, line), Some(expected), "{line}");
    }
}

#[test]
fn sentences_of_an_article_are_no_notices() {
    for line in [
        "Affiliates of the clinic share its laboratory.",
        "Was this the first time that your calf cramped at night?",
        "Like many people, you may find that this comes and goes.",
        "Salt is an old remedy, and the author of the first trial of it was a sailor.",
        "Reach for your toes and hold for ten seconds.",
        "Contact your doctor if it lasts.",
        "By the second week most people sleep through.",
        "12 weeks is the usual course.",
    ] {
        assert!(
            all(&page(&format!("<p>{line}</p>"))).contains(line),
            "{line}"
        );
    }
}

#[test]
fn a_heading_that_asks_the_reader_goes_with_its_lines() {
    let parsed = page(
        "<h2>What helps</h2><p>Stretching does, as a rule.</p><h3>Leave a reply</h3><p>We print the kind ones.</p>\
         <h3>Was this page useful?</h3>",
    );
    assert_eq!(paths(&parsed), ["What helps"]);
    assert!(!all(&parsed).contains("kind ones"));
}
