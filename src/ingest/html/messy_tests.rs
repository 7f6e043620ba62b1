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
        "Loading dose: two tablets at once",
        "Gargling does not replace antibiotics.",
        "Ada Quill, an author of the study, is not so sure.",
        "Anna Berg has been free of cramps since March.",
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

#[test]
fn a_box_that_asks_for_consent_is_told_by_its_words() {
    let ask = "<div class=q7><div><h2>Your choices</h2><p>We use cookies and similar technologies, and so do our partners, \
               to show you adverts. With your consent they may keep personal data about you, as our privacy policy says. \
               Cookies that are necessary are always on, and you can refuse all others, for this page and for all pages.</p>\
               <button>Accept all</button><button>Reject</button></div></div>";
    let parsed = page(ask);
    assert!(!all(&parsed).contains("cookies"));
    assert!(reason(&parsed, "Your choices").is_some());
    let about = page(
        "<h2>Oat cookies</h2><p>These cookies have partners: tea and milk. I accept that not all like them.</p>",
    );
    assert!(all(&about).contains("These cookies"));
}

#[test]
fn cards_of_other_stories_are_cross_links() {
    for card in [
        "<a href=/kit><img src=k.jpg><h3>What belongs in a kit</h3><p>It fits on one page.</p></a>",
        "<div><h3><a href=/kit>What belongs in a kit</a></h3><p>It fits on one page.</p></div>",
        "<div><h3>What belongs in a kit</h3><p>It fits on one page, and on the inside of the lid, where nobody looks for it when a knee is bleeding.</p>\
         <a href=/kit>Read the full story</a></div>",
    ] {
        let parsed = page(&format!("<h2>What helps</h2>{}{card}", prose("stretching")));
        assert_eq!(paths(&parsed), ["What helps"], "{card}");
        assert_eq!(
            reason(&parsed, "belongs in a kit"),
            Some(DropReason::CrossLink),
            "{card}"
        );
    }
}

#[test]
fn headings_that_are_links_stay_where_all_of_them_are() {
    let part = |name: &str| {
        format!("<div><h2><a href=/{name}>{name}</a></h2><p>Short and sweet.</p></div>")
    };
    let parsed = page(&(part("Causes") + &part("Signs") + &part("Care")));
    assert_eq!(paths(&parsed), ["Causes", "Signs", "Care"]);
}

#[test]
fn a_call_to_act_is_an_advert_but_for_an_emergency() {
    let parsed = page(
        "<h2>What helps</h2><p>Stretching does, as a rule.</p>\
         <div><h3>Tired of cramps?</h3><p>We see new patients within a week, in the evening too, and you will sleep through the night, as most do.</p><a href=/book>Request an appointment</a></div>\
         <div><h3>Chest pain too?</h3><p>Do not wait for it to pass. This is an emergency.</p><a href=tel:911>Call 911</a></div>",
    );
    assert_eq!(reason(&parsed, "Tired of cramps"), Some(DropReason::Advert));
    assert!(all(&parsed).contains("Do not wait"));
}

#[test]
fn a_pull_quote_is_a_duplicate_and_another_quotation_is_not() {
    let quote = |text: &str| format!("<blockquote><p>{text}</p></blockquote>");
    let parsed = page(&format!(
        "{}{}",
        quote("“It passes, in most people, within days”"),
        quote("“I jump out of bed and curse until it lets go of me.”")
    ));
    assert_eq!(reason(&parsed, "“It passes"), Some(DropReason::Duplicate));
    assert!(all(&parsed).contains("I jump out of bed"));
}

#[test]
fn embedded_posts_are_not_read() {
    let parsed = page(
        "<blockquote><p>Pickle juice works, trust me.</p>— A. Runner (@arunner) <a href=https://s.example/1>May 3, 2024</a></blockquote>",
    );
    assert!(!all(&parsed).contains("Pickle"));
}

#[test]
fn a_heading_that_is_called_a_header_is_one() {
    let parsed = page(&format!(
        "<h2 class=\"header\">Causes</h2>{}<div class=\"section-header\"><h2>Signs</h2></div>{}",
        prose("causes"),
        prose("signs")
    ));
    assert_eq!(paths(&parsed), ["Causes", "Signs"]);
}

#[test]
fn a_heading_over_nothing_but_what_was_left_out_goes_with_it() {
    let parsed = page(&format!(
        "<h2>Causes</h2>{}<h2>Patient stories</h2><div><a href=/s><h3>Back on the trail</h3><p>Marisol walks again.</p></a></div>",
        prose("causes")
    ));
    assert_eq!(paths(&parsed), ["Causes"]);
}

#[test]
fn bold_lines_over_text_are_headings_where_there_are_several() {
    let bold = |lines: &[&str]| -> String {
        lines
            .iter()
            .map(|line| format!("<p><strong>{line}</strong></p>{}", prose(line)))
            .collect()
    };
    let three = page(&bold(&["What it is", "Why it comes", "What helps?"]));
    assert_eq!(paths(&three), ["What it is", "Why it comes", "What helps?"]);
    let one = page(&bold(&["What it is"]));
    assert!(paths(&one).is_empty());
    let sentences = page(&bold(&["Rest first.", "Then stretch.", "Call us."]));
    assert!(paths(&sentences).is_empty());
    let marked = page(&format!("<h2>Care</h2>{}", bold(&["Heat", "Cold", "Rest"])));
    assert_eq!(paths(&marked), ["Care"], "the page has headings of its own");
}

#[test]
fn a_bold_line_before_a_single_break_is_a_heading_too() {
    let parsed = page(
        "<p><b>At night</b><br>Cramps come when the calf is short and the foot points down.</p>\
         <p><b>By day</b><br>They come after an hour on your feet in flat shoes.</p>\
         <p><b>In water</b><br>They come when it is cold, and are the only ones that are a danger.</p>",
    );
    assert_eq!(paths(&parsed), ["At night", "By day", "In water"]);
}

#[test]
fn questions_of_a_definition_list_are_headings_and_terms_are_not() {
    let answer =
        "It does for most people, and for the others there are other things that can be tried.";
    let parsed = page(&format!(
        "<h2>Asked</h2><dl><dt>Does salt help?</dt><dd>{answer}</dd><dt>Does heat?</dt><dd><p>{answer} Truly.</p></dd></dl>\
         <h2>Words</h2><dl><dt>Calf</dt><dd>the muscle behind the shin</dd></dl>"
    ));
    assert_eq!(
        paths(&parsed),
        [
            "Asked",
            "Asked > Does salt help?",
            "Asked > Does heat?",
            "Words"
        ]
    );
    assert!(all(&parsed).contains("- Calf: the muscle behind the shin"));
}

#[test]
fn a_first_heading_that_says_more_than_the_title_is_kept() {
    let parsed = parse(&format!(
        "<meta property=og:title content=\"Calves at night\"><h1>Seven nurses tell what they do</h1>{0}<h2>Heat</h2>{0}",
        prose("cramps")
    ));
    assert_eq!(parsed.title.as_deref(), Some("Calves at night"));
    assert_eq!(paths(&parsed)[0], "Seven nurses tell what they do");
}

#[test]
fn a_box_that_begins_with_a_button_to_close_it_is_over_the_page() {
    let parsed = page(
        "<div><button>×</button><h2>Make us your homepage</h2><p>Click on the wheel, and then on the second line of the list.</p></div>",
    );
    assert!(!all(&parsed).contains("second line"));
}

#[test]
fn what_is_off_the_screen_is_not_read() {
    let parsed = page(
        "<p style=\"position:absolute; left:-9999px\">gone one</p><p style=\"text-indent:-5000px\">gone two</p>\
         <p class=\"note sr-only\">gone three</p><amp-img><div placeholder>gone four</div><div fallback>gone five</div></amp-img>\
         <p style=\"position:relative;left:-2px;text-indent:-20px\">still here</p>",
    );
    assert!(!all(&parsed).contains("gone"));
    assert!(all(&parsed).contains("still here"));
}

#[test]
fn a_list_of_headlines_is_a_cross_link_unless_it_is_announced() {
    let list = "<ul><li><a href=/1>Dentist opens after a wait of five years</a></li>\
                <li><a href=/2>Hospital waiting times fall for the third month</a></li></ul>";
    let parsed = page(&format!("<div>{list}</div>{}", prose("rest")));
    assert_eq!(
        reason(&parsed, "Dentist opens"),
        Some(DropReason::CrossLink)
    );
    let announced = page(&format!(
        "<p>Two leaflets that we like:</p>{list}{}",
        prose("rest")
    ));
    assert!(all(&announced).contains("- Dentist opens"));
}

#[test]
fn the_name_of_the_site_before_a_colon_is_no_part_of_the_title() {
    for before in [
        "<h1><a href=/>The Slow Kettle</a></h1>",
        "<p><a href=\"https://kettle.example/\">The Slow Kettle</a></p>",
        "<p>Tea</p>",
    ] {
        let parsed = parse(&format!(
            "<title>The Slow Kettle: Pills: part two</title>{before}<h3>Pills: part two</h3>{}",
            prose("pills")
        ));
        assert_eq!(parsed.title.as_deref(), Some("Pills: part two"), "{before}");
    }
    let own = parse(&format!("<title>Gout: what helps</title>{}", prose("gout")));
    assert_eq!(own.title.as_deref(), Some("Gout: what helps"));
}

#[test]
fn a_thread_is_called_by_its_subject_and_not_by_its_board() {
    let parsed = parse(&format!(
        "<title>Sore Backs • View topic - Belt - yes or no?</title><h1>Sore Backs</h1><h2>Belt - yes or no?</h2>{0}\
         <h3>Re: Belt - yes or no?</h3>{0}",
        prose("belts")
    ));
    assert_eq!(parsed.title.as_deref(), Some("Belt - yes or no?"));
    assert!(!paths(&parsed).iter().any(|path| path.contains("Belt")));
}

#[test]
fn the_day_of_publication_is_told_from_the_day_of_an_update() {
    for dates in [
        "<time datetime=2024-03-11>Updated 11 March</time> <time datetime=2024-03-08>8 March</time>",
        "<span>Updated</span> <time datetime=2024-03-11>11 March</time> <span>Published</span> <time datetime=2024-03-08>8 March</time>",
        "<time class=upd datetime=2024-03-11>Last modified</time><abbr class=published title=2024-03-08T10:00>10:00</abbr>",
        "<p>Submitted by office on 8 March 2024</p>",
        "<p>March 8, 2024 by Ada Quill</p>",
    ] {
        let parsed = parse(&format!("<h1>Cramps</h1>{dates}{0}{0}{0}", prose("cramps")));
        assert_eq!(parsed.published.as_deref(), Some("2024-03-08"), "{dates}");
    }
    let numbers = parse(&format!(
        "<h1>Cramps</h1><p>Submitted by office on Fri, 28/03/2024 - 10:12</p>{0}{0}",
        prose("cramps")
    ));
    assert_eq!(numbers.published.as_deref(), Some("2024-03-28"));
}
