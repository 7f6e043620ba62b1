//! Pages made to break a parser, or broken by accident: each is read on a small stack, in a time that grows with its
//! length only. Sizes are such that a quadratic step would take minutes.

use super::super::Parsed;
use super::dom::{self, Page};
use super::parse;
use std::fmt::Write as _;

/// Reads a page on a stack of 2 MB, the smallest that threads are given by default.
fn read(page: String) -> Parsed {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(move || {
            let parsed = parse(&page);
            check_places(&parsed, &page);
            parsed
        })
        .expect("a thread")
        .join()
        .expect("no page may end in a panic")
}

/// Every word with a place stands there: tags aside, its letters begin with those of the source.
fn check_places(parsed: &Parsed, page: &str) {
    for block in parsed.sections.iter().flat_map(|section| &section.blocks) {
        for word in block.text.words() {
            let text = &block.text.as_str()[word.text.start as usize..word.text.end as usize];
            let source = &page[word.source.start as usize..word.source.end as usize];
            assert!(
                source.starts_with('&') || source.chars().next() == text.chars().next(),
                "{text:?} is not at {source:?}"
            );
        }
    }
}

fn text(parsed: &Parsed) -> String {
    let texts: Vec<String> = parsed
        .sections
        .iter()
        .map(|section| section.text())
        .collect();
    texts.join("\n\n")
}

const PARAGRAPH: &str = "<p>A cramp in the calf at night is painful, sudden, and mostly harmless; stretching the \
                         foot towards the shin ends it within a minute or two.</p>";

#[test]
fn elements_may_be_nested_without_end() {
    for (tag, times) in [
        ("div", 100_000),
        ("span", 100_000),
        ("b", 100_000),
        ("ul><li", 10_000),
        ("blockquote", 20_000),
        ("custom-box", 100_000),
        ("object", 20_000),
        ("svg><g", 100_000),
        ("details", 20_000),
    ] {
        let page = format!("{}<p>deep pain</p>", format!("<{tag}>").repeat(times));
        let parsed = read(page);
        assert!(
            text(&parsed).contains("deep pain") || tag.starts_with("svg") || tag == "object",
            "the text inside of {tag} is read"
        );
    }
}

#[test]
fn text_behind_closed_nesting_is_read_as_ever() {
    let page = format!(
        "{}deep{}{}",
        "<div>".repeat(50_000),
        "</div>".repeat(50_000),
        PARAGRAPH.repeat(8)
    );
    assert!(text(&read(page)).contains("A cramp in the calf"));
}

#[test]
fn tables_may_be_nested_without_end() {
    let page = format!(
        "{}cell{}",
        "<table><tr><td>".repeat(5_000),
        "</td></tr></table>".repeat(5_000)
    );
    assert!(text(&read(page)).contains("cell"));
}

#[test]
fn end_tags_that_close_nothing_do_not_hide_the_nesting() {
    for unit in [
        "<div><table><tr><td></div>",
        "<b><div></b>",
        "<span><div></span>",
        "<a><div></a><p>",
        "<p><font size=1>x",
    ] {
        read(format!("{}{PARAGRAPH}", unit.repeat(10_000)));
    }
}

/// Tags in an order that no author writes, the same for the same seed.
fn jumble(seed: u64, count: usize) -> String {
    const NAMES: [&str; 26] = [
        "div", "p", "span", "b", "i", "a", "font", "table", "tr", "td", "tbody", "ul", "li", "dl",
        "dd", "h2", "button", "object", "form", "select", "option", "svg", "caption", "details",
        "x-box", "template",
    ];
    let mut state = seed;
    let mut page = String::new();
    for number in 0..count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let draw = (state >> 33) as usize;
        // Each seed has its own few favourites, so that some pages nest far and some hardly at all.
        let name = NAMES[(draw % 7 + seed as usize * 5) % NAMES.len()];
        match draw / 7 % 5 {
            0 => _ = write!(page, "</{name}>"),
            1 => _ = write!(page, "w{number} "),
            _ => _ = write!(page, "<{name}>"),
        }
    }
    page
}

#[test]
fn no_order_of_tags_nests_deeper_than_the_bound() {
    for seed in 0..60 {
        let source = jumble(seed, 4_000);
        let mut tree = dom::read(&source);
        let page = Page::of(&mut tree);
        let deepest = (0..page.nodes.len())
            .map(|node| page.ancestors(node).count())
            .max();
        assert!(deepest < Some(600), "seed {seed} nests to {deepest:?}");
        read(source.clone());
    }
}

#[test]
fn words_are_found_again_however_the_parser_moves_them() {
    let (mut found, mut lost) = (0, 0);
    for seed in 0..60 {
        let source = jumble(seed, 2_000);
        let mut tree = dom::read(&source);
        for node in Page::of(&mut tree).nodes {
            let dom::Kind::Text(text) = node.kind else {
                continue;
            };
            for word in &text.words {
                let letters = &text.text[word.text.start as usize..word.text.end as usize];
                match word.place() {
                    Some(place) => {
                        assert_eq!(&source[place], letters);
                        found += 1;
                    }
                    None => lost += 1,
                }
            }
        }
    }
    assert!(lost * 20 < found, "{lost} of {found} words have no place");
}

#[test]
fn formatting_left_open_is_not_built_again_in_every_paragraph() {
    let mut page = String::new();
    for number in 0..20_000 {
        let _ = write!(page, "<p><font color=c{number}>pain {number} ");
    }
    let parsed = read(page);
    assert!(text(&parsed).contains("pain 19999"));
}

#[test]
fn tags_that_are_never_closed_do_not_matter() {
    let page = format!(
        "<html><body><div><ul>{}<p>the end",
        "<li>one more cramp, <b>at night".repeat(20_000)
    );
    assert!(text(&read(page)).contains("the end"));
}

#[test]
fn a_page_of_20_megabytes_is_read() {
    let script = format!(
        "<script>{}</script>",
        "if (a < b) { cramp('<p>'); } ".repeat(290_000)
    );
    let paragraphs = PARAGRAPH.repeat(3 * 1024 * 1024 / PARAGRAPH.len());
    let page = format!(
        "<article>{paragraphs}{script}{paragraphs}{script}<p>The end is read.</p></article>"
    );
    assert!(page.len() > 20 * 1024 * 1024);
    assert!(text(&read(page)).ends_with("The end is read."));
}

#[test]
fn a_line_of_10_megabytes_is_read() {
    let page = format!(
        "<p>{}",
        "pain-relief-and-rest, ".repeat(10 * 1024 * 1024 / 22)
    );
    assert!(text(&read(page)).ends_with("rest,"));
    read(format!("<p>{}</p>", "a".repeat(10 * 1024 * 1024)));
    read(format!("<p>{}</p>", "&amp".repeat(1024 * 1024)));
    read("<".repeat(1024 * 1024));
    read("&".repeat(1024 * 1024));
    read("<!".repeat(1024 * 1024));
    read("<!--".repeat(1024 * 1024));
    read("<script>".repeat(500_000));
    read("</p>".repeat(500_000));
}

#[test]
fn nul_bytes_are_passed_over() {
    let page = PARAGRAPH.replace("night", "ni\0ght").repeat(4) + "\0\0<p\0>\0</p\0>";
    let parsed = read(page);
    assert!(text(&parsed).contains("at night is"), "{}", text(&parsed));
}

#[test]
fn a_page_that_breaks_off_is_read_up_to_there() {
    let page = format!(
        "<!doctype html><html lang=en><head><title>Cramps</title><script>var a = '<p>';</script></head><body>\
         <!-- menu --><h1>Cramps</h1>{PARAGRAPH}<h2 id=\"why\">Why &amp; when</h2>{PARAGRAPH}<ul><li>salt</ul>\
         <table><tr><td>a<td>b</table><img src='data:image/png;base64,AAAA' alt=\"x>y\">{PARAGRAPH}</body></html>"
    );
    for end in 0..page.len() {
        parse(&page[..end]);
    }
    assert!(text(&read(page[..page.len() - 30].to_owned())).contains("A cramp in the calf"));
}

#[test]
fn ten_thousand_headings_are_kept() {
    let mut page = String::from("<article>");
    for number in 0..10_000 {
        let _ = write!(
            page,
            "<h{0} id=h{number}>Cause {number}</h{0}>{PARAGRAPH}",
            2 + number % 5
        );
    }
    let parsed = read(page);
    let last = parsed.sections.last().expect("sections");
    assert_eq!(last.heading(), Some("Cause 9999"));
    assert_eq!(last.anchor.as_deref(), Some("h9999"));
}

#[test]
fn pictures_inside_addresses_cost_nothing() {
    let picture = format!(
        "<img src=\"data:image/png;base64,{}\">",
        "iVBORw0KGgo".repeat(400_000)
    );
    let page = format!(
        "<article>{}{picture}{}{picture}{}</article>",
        PARAGRAPH,
        PARAGRAPH,
        PARAGRAPH.repeat(3)
    );
    assert!(text(&read(page)).contains("A cramp in the calf"));
}

#[test]
fn a_tag_may_have_very_many_attributes() {
    let mut tag = String::from("<div");
    for number in 0..200_000 {
        let _ = write!(tag, " a{number}=1");
    }
    let page = format!("{tag}>{}</div>", PARAGRAPH.repeat(4));
    assert!(text(&read(page)).contains("A cramp in the calf"));
    let many = (0..100_000).fold(String::new(), |mut page, number| {
        let _ = write!(page, "<body b{number}=1>");
        page
    });
    read(many + PARAGRAPH);
}

#[test]
fn structured_data_may_be_deep_or_broken() {
    for data in [
        "[".repeat(500_000),
        "{\"@graph\":[".repeat(100_000),
        "{\"headline\": \"unclosed".to_owned(),
        "\u{FEFF}null".to_owned(),
    ] {
        let page = format!(
            "<script type=\"application/ld+json\">{data}</script><title>Cramps</title>{PARAGRAPH}"
        );
        assert_eq!(read(page).title.as_deref(), Some("Cramps"));
    }
}

#[test]
fn pages_without_an_article_are_taken_as_far_as_they_make_sense() {
    for page in [
        "",
        "<html></html>",
        "<body></body>",
        "<frameset><frame src=x></frameset>",
        "<form><input name=user><input type=password><button>Log in</button></form>",
        "<ul><li><a href=a>A</a><li><a href=b>B</a></ul>",
        "just words, no markup",
        "<title>only a title</title>",
        "<svg><p>out of the drawing</p></svg>",
        "<select><option>one<option>two</select>",
        "<plaintext>all of this is text</p>",
        "<template><p>not shown</p></template>",
    ] {
        read(page.to_owned());
    }
    assert!(text(&read("just words, no markup".to_owned())).contains("just words"));
}

#[test]
fn boxes_in_boxes_cost_no_more_than_their_number() {
    let nested = "<div class=\"quote user-card\"><a href=/x><button aria-expanded=false>Accept all cookies</button>".repeat(20_000);
    let panels: String = (0..3_000)
        .map(|n| format!("<button aria-controls=p{n}>What is it?</button><div id=p{n} hidden><p>It is nothing, and it passes within days.</p>"))
        .collect();
    let lists = "<dl><dt>Why?</dt><dd><p><b>So</b><br>".repeat(20_000);
    for page in [nested, panels, lists] {
        read(page);
    }
}
