//! What a reader of an article may rely on, on pages written in the manner of health sites, news, FAQs and content farms.

use super::super::{Parsed, date};
use super::{declared_encoding, parse};
use crate::article::{BlockKind, DropReason};

/// A page whose main part is `content`, in the midst of what sites put around it.
fn site(content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><title>Night cramps | Calm Calves</title>\
         <meta property=\"og:site_name\" content=\"Calm Calves\"></head><body>\
         <header class=\"site-header\"><a href=\"/\">Calm Calves</a><nav><ul><li><a href=\"/a\">Conditions A to Z</a></li>\
         <li><a href=\"/b\">Ask a nurse</a></li></ul></nav></header>\
         <div class=\"cookie-banner\">We use cookies. <button>Fine</button></div>\
         <main><article><h1>Night cramps</h1>{content}</article>\
         <aside><h2>Most read</h2><ul><li><a href=\"/c\">Ten teas</a></li></ul></aside></main>\
         <footer><p>Calm Calves is not a doctor.</p></footer></body></html>"
    )
}

/// A paragraph that looks like one, about `what`.
fn prose(what: &str) -> String {
    format!(
        "<p>This is what we know about {what}: it is common, it is seldom dangerous, and it passes, in most people, \
         within days. Nobody has to bear it without help, and a pharmacist can tell you more.</p>"
    )
}

fn texts(parsed: &Parsed) -> Vec<String> {
    parsed
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
        .map(|block| block.text.as_str().to_owned())
        .collect()
}

fn all(parsed: &Parsed) -> String {
    texts(parsed).join("\n")
}

fn paths(parsed: &Parsed) -> Vec<String> {
    parsed
        .sections
        .iter()
        .map(|section| section.heading_path.join(" > "))
        .collect()
}

fn reason(parsed: &Parsed, needle: &str) -> Option<DropReason> {
    parsed
        .dropped
        .iter()
        .find(|dropped| dropped.text.contains(needle))
        .map(|dropped| dropped.reason)
}

#[test]
fn the_article_is_kept_and_the_site_around_it_is_not() {
    let parsed = parse(&site(&(prose("cramps") + &prose("rest") + &prose("salt"))));
    assert_eq!(parsed.title.as_deref(), Some("Night cramps"));
    assert_eq!(texts(&parsed).len(), 3);
    for (needle, expected) in [
        ("Conditions A to Z", DropReason::Navigation),
        ("not a doctor", DropReason::Furniture),
        ("We use cookies", DropReason::Furniture),
    ] {
        assert!(!all(&parsed).contains(needle), "{needle} is left out");
        assert_eq!(reason(&parsed, needle), Some(expected), "{needle}");
    }
    assert!(reason(&parsed, "Ten teas").is_some());
    let offsets: Vec<usize> = parsed
        .dropped
        .iter()
        .map(|dropped| dropped.offset)
        .collect();
    assert!(
        offsets.is_sorted(),
        "what was left out is in the order of the page"
    );
}

#[test]
fn headings_keep_their_levels_and_the_title_is_not_among_them() {
    let parsed = parse(&site(&format!(
        "{0}<h2>Causes</h2>{0}<h3>Salt</h3>{0}<h4>How much</h4>{0}<h3>Water</h3>{0}<h2>Treatment</h2>{0}",
        prose("it")
    )));
    assert_eq!(
        paths(&parsed),
        [
            "",
            "Causes",
            "Causes > Salt",
            "Causes > Salt > How much",
            "Causes > Water",
            "Treatment"
        ]
    );
    let levels: Vec<u8> = parsed
        .sections
        .iter()
        .map(|section| section.level)
        .collect();
    assert_eq!(levels, [0, 2, 3, 4, 3, 2]);
}

#[test]
fn a_heading_is_reached_by_the_id_nearest_to_it() {
    let parsed = parse(&site(&format!(
        "{0}<h2 id=own>Own</h2>{0}<h2><a name=inner></a>Inner</h2>{0}<a id=before></a><h2>Before</h2>{0}\
         <section id=around><h2>Around</h2>{0}</section><section id=two><h2>First of two</h2>{0}<h2>Second of two</h2>{0}</section>",
        prose("it")
    )));
    let anchors: Vec<(&str, Option<&str>)> = parsed
        .sections
        .iter()
        .filter_map(|section| Some((section.heading()?, section.anchor.as_deref())))
        .collect();
    assert_eq!(
        anchors,
        [
            ("Own", Some("own")),
            ("Inner", Some("inner")),
            ("Before", Some("before")),
            ("Around", Some("around")),
            ("First of two", None),
            ("Second of two", None),
        ]
    );
}

#[test]
fn every_word_is_found_where_it_stands() {
    let source = site(
        &(prose("cramps")
            + "<p>Sore&nbsp;calves &amp; <b>k</b>nees &mdash; ca&#102;&eacute;, H<sub>2</sub>O, na\u{AD}us<i>ea</i>.</p>"
            + &prose("rest")),
    );
    let parsed = parse(&source);
    let block = parsed.sections[0]
        .blocks
        .iter()
        .find(|block| block.text.as_str().starts_with("Sore"))
        .expect("the paragraph");
    assert_eq!(
        block.text.as_str(),
        "Sore calves & knees — café, H2O, nausea."
    );
    let words: Vec<&str> = block
        .text
        .words()
        .iter()
        .map(|word| &source[word.source.start as usize..word.source.end as usize])
        .collect();
    assert_eq!(
        words,
        [
            "Sore",
            "calves",
            "&amp;",
            "k</b>nees",
            "&mdash;",
            "ca&#102;&eacute;,",
            "H<sub>2</sub>O,",
            "na\u{AD}us<i>ea</i>.",
        ]
    );
    let section = &parsed.sections[0];
    assert!(source[section.source.clone()].starts_with("This is what we know about cramps"));
    assert!(
        source[section.source.clone()].ends_with("can tell you more."),
        "the place is tight"
    );
}

#[test]
fn words_that_are_printed_twice_have_the_place_of_their_own() {
    let source = site(&format!(
        "<script>var text = 'rest and water';</script><!-- rest and water -->{}<p title='rest and water'>Drink, then rest and water \
         the plants, then drink again and rest some more until the evening comes.</p>{}",
        prose("rest"),
        prose("water")
    ));
    let parsed = parse(&source);
    let block = &parsed.sections[0].blocks[1];
    let place = block.text.source().expect("a place");
    assert_eq!(
        &source[place],
        "Drink, then rest and water the plants, then drink again and rest some more until the evening comes."
    );
}

#[test]
fn formatting_that_is_left_open_does_not_move_a_word() {
    let source = site(&format!(
        "<p><b>Pain one, pain two, and more words to make it long enough.<p>Pain two, pain one, and more words to make it long.{}",
        prose("it")
    ));
    let parsed = parse(&source);
    let second = &parsed.sections[0].blocks[1].text;
    assert_eq!(
        second.source().map(|place| place.start),
        source.find("Pain two, pain one"),
        "the parser opens <b> again, the cursor stays"
    );
}

#[test]
fn lists_give_a_block_for_each_item_of_any_depth() {
    let parsed = parse(&site(&format!(
        "{0}<ul><li>Heat<ul><li>a bottle</li><li>a bath</li></ul></li><li><p>Cold</p></li><li></li></ul>{0}",
        prose("it")
    )));
    let items: Vec<String> = parsed.sections[0]
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::ListItem)
        .map(|block| block.text.as_str().to_owned())
        .collect();
    assert_eq!(items, ["Heat", "a bottle", "a bath", "Cold"]);
}

#[test]
fn a_definition_stands_with_its_term() {
    let parsed = parse(&site(&format!(
        "{0}<dl><dt>Myalgia</dt><dd>Pain in a muscle.</dd><dt>Is it bad?</dt><dd><p>Seldom.</p></dd></dl>{0}",
        prose("it")
    )));
    assert!(
        parsed.sections[0]
            .text()
            .contains("- Myalgia: Pain in a muscle.\n- Is it bad? Seldom.")
    );
}

#[test]
fn a_table_of_data_is_read_row_by_row() {
    let parsed = parse(&site(&format!(
        "{0}<table><tr><th>Drug</th><th>Dose</th><th>Note</th></tr><tr><td>Ibuprofen</td><td></td><td>with <b>food</b></td></tr></table>{0}",
        prose("it")
    )));
    let rows: Vec<String> = parsed.sections[0]
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::TableRow)
        .map(|block| block.text.as_str().to_owned())
        .collect();
    assert_eq!(rows, ["Drug | Dose | Note", "Ibuprofen | | with food"]);
}

#[test]
fn a_table_that_only_lays_out_the_page_is_no_table() {
    let parsed = parse(&format!(
        "<title>Cramps</title><table><tr><td width=120><a href=x>Home</a></td><td><h2>Causes</h2>{0}{0}<h2>Help</h2>{1}</td></tr></table>",
        prose("causes"),
        prose("help")
    ));
    assert_eq!(paths(&parsed), ["Causes", "Help"]);
    assert!(
        parsed.sections[0]
            .blocks
            .iter()
            .all(|block| block.kind == BlockKind::Paragraph)
    );
}

#[test]
fn questions_that_fold_are_headings() {
    let parsed = parse(&site(&format!(
        "{0}<h2>Questions</h2><details><summary>Is it a clot?</summary>{1}</details><details open><summary>Can I drive?</summary>{2}</details>\
         <h2>Sources</h2>{0}",
        prose("cramps"),
        prose("clots"),
        prose("driving")
    )));
    assert_eq!(
        paths(&parsed),
        [
            "",
            "Questions",
            "Questions > Is it a clot?",
            "Questions > Can I drive?",
            "Sources"
        ]
    );
}

#[test]
fn an_answer_that_is_shut_is_text() {
    let parsed = parse(&site(&format!(
        "{0}<h2 id=q>Is it a clot?</h2><div role=region aria-labelledby=q aria-hidden=true><p>Hardly ever, when both legs hurt, \
         and the pain goes within minutes.</p></div>{0}",
        prose("it")
    )));
    assert!(all(&parsed).contains("Hardly ever"));
}

#[test]
fn a_button_in_a_heading_is_its_text() {
    let parsed = parse(&site(&format!(
        "{0}<h2><button aria-expanded=false>What helps?</button></h2>{0}",
        prose("it")
    )));
    assert_eq!(paths(&parsed), ["", "What helps?"]);
}

#[test]
fn two_line_breaks_are_the_border_of_a_paragraph() {
    let parsed = parse(&site(&format!(
        "<div>First we rest, and we wait,<br>as nurses say, for it to pass.<br><br>Then we walk, slowly at first, and further every day.</div>{}",
        prose("it")
    )));
    assert_eq!(
        texts(&parsed)[..2],
        [
            "First we rest, and we wait, as nurses say, for it to pass.",
            "Then we walk, slowly at first, and further every day."
        ]
    );
}

#[test]
fn blocks_part_words_and_inline_elements_do_not() {
    let parsed = parse(&site(&format!(
        "<div><div>One</div><div>two</div>three<p>four</p>five<span>six</span><wbr>seven</div>{}",
        prose("it")
    )));
    assert_eq!(
        texts(&parsed)[..5],
        ["One", "two", "three", "four", "fivesixseven"]
    );
}

#[test]
fn note_marks_go_and_exponents_stay() {
    let parsed = parse(&site(&format!(
        "<p>Cramps are common.<sup><a href=\"#fn1\">1</a></sup> Most pass<sup id=r class=reference><a href=\"#cite-2\">[2]</a></sup>, \
         a muscle of 20 cm<sup>2</sup> or 3 cm³ on the 4<sup>th</sup> day<a href=\"#ref3\">[3]</a>.<sup>1,4</sup></p>{}",
        prose("it")
    )));
    assert_eq!(
        texts(&parsed)[0],
        "Cramps are common. Most pass, a muscle of 20 cm2 or 3 cm³ on the 4th day."
    );
}

#[test]
fn what_nobody_sees_is_not_read() {
    let parsed = parse(&site(&format!(
        "{0}<p hidden>gone one</p><p style=\"color:red; DISPLAY : none\">gone two</p><p aria-hidden=true>gone three</p>\
         <noscript>gone four</noscript><template><p>gone five</p></template><svg><text>gone six</text></svg>\
         <style>p::after {{ content: 'gone seven' }}</style>{0}",
        prose("it")
    )));
    assert!(!all(&parsed).contains("gone"), "{}", all(&parsed));
}

#[test]
fn pointers_to_other_articles_are_cross_links() {
    let parsed = parse(&site(&format!(
        "{0}<p>Also Check: How to sleep with a sore back</p><p><strong>Read more:</strong> <a href=/x>Salt and you</a></p>\
         <p><a href=/y>Learn more about potassium</a></p>{0}<p>Related pain in the back often follows, and can be treated.</p>\
         <h3>You may also like</h3><ul><li><a href=/1>Five shoes</a></li><li><a href=/2>Six chairs</a></li></ul>",
        prose("it")
    )));
    for gone in [
        "Also Check: How",
        "Read more: Salt",
        "Learn more about",
        "You may also like",
        "Six chairs",
    ] {
        assert!(!all(&parsed).contains(gone), "{gone}");
        assert_eq!(reason(&parsed, gone), Some(DropReason::CrossLink), "{gone}");
    }
    assert!(
        all(&parsed).contains("Related pain in the back"),
        "a sentence that begins like a pointer is none"
    );
    assert_eq!(paths(&parsed), [""]);
}

#[test]
fn captions_contents_and_date_lines_are_no_text() {
    let parsed = parse(&site(&format!(
        "<p class=meta-line>By Ada Quill</p><p>Last updated on 3 May 2023</p><h2>On this page</h2>\
         <ul><li><a href=#a>Causes</a></li><li><a href=#b>Signs of it</a></li><li><a href=#c>What helps</a></li></ul>{0}\
         <figure><img src=a.png><figcaption>A calf, seen from behind</figcaption></figure>\
         <div class=\"wp-caption\"><img src=b.png><p class=\"wp-caption-text\">Stretching at a wall</p></div>\
         <h2 id=a>Causes</h2>{0}<h2 id=b>Signs of it</h2>{0}<h2 id=c>What helps</h2>{0}",
        prose("it")
    )));
    for (needle, expected) in [
        ("A calf, seen", DropReason::Caption),
        ("Stretching at", DropReason::Caption),
        ("Signs of it What", DropReason::Navigation),
        ("Last updated", DropReason::Furniture),
        ("Ada Quill", DropReason::Furniture),
    ] {
        assert!(!all(&parsed).contains(needle), "{needle}");
        assert_eq!(reason(&parsed, needle), Some(expected), "{needle}");
    }
    assert_eq!(paths(&parsed), ["", "Causes", "Signs of it", "What helps"]);
}

#[test]
fn comments_newsletters_and_adverts_are_told_apart() {
    let parsed = parse(&site(&format!(
        "{0}<div class=\"newsletter-box\"><h3>Get our letter</h3><p>Tips for calm calves, every Sunday, in your mail.</p></div>\
         <div class=\"adslot\"><p>Magic socks, now for half the price, only today.</p></div>{0}\
         <div id=\"comments\"><h2>2 thoughts</h2><p>Barb: Worked for me, after years, thank you so much.</p><p>Al: Not for me, sadly.</p></div>",
        prose("it")
    )));
    assert_eq!(reason(&parsed, "every Sunday"), Some(DropReason::Advert));
    assert_eq!(reason(&parsed, "Magic socks"), Some(DropReason::Advert));
    assert_eq!(reason(&parsed, "Worked for me"), Some(DropReason::Comment));
    assert_eq!(
        paths(&parsed),
        [""],
        "their headings are left out with them"
    );
}

#[test]
fn a_box_beside_the_text_that_is_text_is_kept() {
    let parsed = parse(&site(&format!(
        "{0}<aside class=callout><h2>When to call a nurse</h2><p>Call when one leg is swollen, warm and red, or when you \
         cannot breathe well after a cramp that did not go away.</p></aside>{0}\
         <aside><a href=/1>Five shoes we love, and you will too</a> <a href=/2>Six chairs for a calm back, tested by us</a></aside>",
        prose("it")
    )));
    assert!(all(&parsed).contains("swollen, warm and red"));
    assert!(!all(&parsed).contains("Five shoes"));
    assert_eq!(paths(&parsed), ["", "When to call a nurse"]);
}

#[test]
fn a_page_that_stands_in_a_form_is_read() {
    let state = "<input type=hidden name=state value=x>".repeat(9);
    let parsed = parse(&format!(
        "<title>Cramps</title><body><form action=page.aspx>{state}<div><h2>Causes</h2>{}{}</div></form></body>",
        prose("causes"),
        prose("help")
    ));
    assert_eq!(paths(&parsed), ["Causes"]);
    assert_eq!(texts(&parsed).len(), 2);
}

#[test]
fn a_paragraph_that_is_printed_twice_is_read_once() {
    let parsed = parse(&site(&format!(
        "{}{}<p>Rest, water and a slow walk help more people than any pill.</p>{}{}\
         <p>Rest, water and a slow walk help more people than any pill.</p>{}",
        prose("cramps"),
        prose("rest"),
        prose("salt"),
        prose("water"),
        prose("walks")
    )));
    assert_eq!(all(&parsed).matches("more people than any pill").count(), 1);
    assert_eq!(reason(&parsed, "more people"), Some(DropReason::Duplicate));
}

#[test]
fn the_title_is_freed_of_the_name_of_the_site() {
    for (head, body, expected) in [
        (
            "<title>Leg pain - Symptoms and causes - Mayfair Clinic</title>",
            "",
            "Leg pain - Symptoms and causes",
        ),
        ("<title>Leg pain | Mayfair</title>", "", "Leg pain"),
        (
            "<title>Mayfair: Leg pain at night</title>",
            "",
            "Mayfair: Leg pain at night",
        ),
        (
            "<title>Mayfair » Leg pain</title><meta property=og:site_name content=Mayfair>",
            "",
            "Leg pain",
        ),
        (
            "<title>Leg pain in 2024 | Mayfair</title>",
            "<h1>Leg Pain in 2024</h1>",
            "Leg Pain in 2024",
        ),
        (
            "<title>x</title><meta property=og:title content='Leg pain &amp;amp; rest'>",
            "",
            "Leg pain & rest",
        ),
        (
            "<title>A | B</title><script type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebSite\",\"name\":\"B\"},\
             {\"@type\":[\"NewsArticle\"],\"headline\":\"Leg pain, explained\"}]}</script>",
            "",
            "Leg pain, explained",
        ),
        (
            "",
            "<h1><a href='https://mayfair.example/'>Mayfair</a></h1><h1>Leg pain</h1>",
            "Leg pain",
        ),
    ] {
        let page = format!(
            "<html><head>{head}</head><body>{body}{}</body>",
            prose("it")
        );
        assert_eq!(
            parse(&page).title.as_deref(),
            Some(expected),
            "{head}{body}"
        );
    }
}

#[test]
fn address_day_language_and_subjects_are_read() {
    let parsed = parse(
        "<html lang=en_US><head><link rel='Canonical' href='https://example.org/a'><meta property=og:url content='https://example.org/b'>\
         <meta property=article:published_time content=2023-02-01T08:00:00Z><meta property=article:tag content=Cramps>\
         <meta property=article:tag content=cramps><meta name=keywords content='legs, night'></head><body><p>Text.",
    );
    assert_eq!(parsed.url.as_deref(), Some("https://example.org/a"));
    assert_eq!(parsed.published.as_deref(), Some("2023-02-01"));
    assert_eq!(parsed.language.as_deref(), Some("en-US"));
    assert_eq!(parsed.tags, ["Cramps", "legs", "night"]);
    let parsed = parse(
        "<link rel=canonical href='javascript:alert(1)'><p>Text <time datetime=2020-05-06>long ago</time>.",
    );
    assert_eq!(parsed.url, None, "only addresses on the web");
    assert_eq!(parsed.published, date::find_date("2020-05-06"));
    assert_eq!(parsed.language, None);
}

#[test]
fn a_day_that_is_only_printed_is_read() {
    for line in [
        "<p>Last updated on 3 May 2023</p>",
        "<div class=byline>Ada Quill | May 3, 2023 | 4 min read</div>",
        "<p class=post-meta>Posted on May 3rd, 2023 by Ada Quill</p>",
    ] {
        let parsed = parse(&site(
            &(line.to_owned() + &prose("it") + &prose("rest") + &prose("salt")),
        ));
        assert_eq!(parsed.published.as_deref(), Some("2023-05-03"), "{line}");
        assert!(!all(&parsed).contains("2023"), "{line}");
    }
    let parsed = parse(&site(
        &(prose("it")
            + "<p>The law of 3 May 2023 changed what pharmacists may sell.</p>"
            + &prose("rest")),
    ));
    assert_eq!(
        parsed.published, None,
        "a day in a sentence is not that of publication"
    );
}

#[test]
fn an_id_that_repeats_a_heading_says_nothing_about_the_section() {
    let parsed = parse(&site(&format!(
        "{0}<h2 id=eich-promotion-media>Promotion and media</h2>{0}<section id=related-conditions><h2>Related conditions</h2>{0}</section>\
         <div id=comments><h2>3 Comments</h2><p>Great, thanks, this was really helpful, and it saved my back.</p></div>",
        prose("it")
    )));
    assert_eq!(
        paths(&parsed),
        ["", "Promotion and media", "Related conditions"]
    );
    assert_eq!(reason(&parsed, "saved my back"), Some(DropReason::Comment));
}

#[test]
fn a_heading_of_a_word_of_the_title_stays_a_heading() {
    let parsed = parse(&format!(
        "<title>Sciatica: Symptoms and Causes</title><h2>Symptoms</h2>{0}<h2>Causes</h2>{0}",
        prose("it")
    ));
    assert_eq!(paths(&parsed), ["Symptoms", "Causes"]);
}

#[test]
fn the_encoding_that_a_page_declares_is_found() {
    for (page, name) in [
        ("<meta charset=\"iso-8859-1\">", Some("windows-1252")),
        (
            "<!-- <meta charset=koi8-r> --><META Charset='Shift_JIS'>",
            Some("Shift_JIS"),
        ),
        (
            "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1250\">",
            Some("windows-1250"),
        ),
        ("<meta charset=utf-16>", Some("UTF-8")),
        ("<p>charset=koi8-r", None),
        ("<meta charset=nonsense><meta charset=big5>", Some("Big5")),
        ("", None),
    ] {
        assert_eq!(
            declared_encoding(page.as_bytes()).map(|found| found.name()),
            name,
            "{page}"
        );
    }
    let late = format!("{}<meta charset=big5>", " ".repeat(1024));
    assert_eq!(
        declared_encoding(late.as_bytes()),
        None,
        "only the first 1,024 bytes count"
    );
}
