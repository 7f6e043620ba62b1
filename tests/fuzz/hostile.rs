//! Files made to break a parser: each is read on a stack of 2 MB, into no more than it holds. Sizes are such that a step
//! whose work grows faster than the file would take minutes.

use crate::invariants::{breaches, disorder};
use crate::mutation::as_mhtml;
use crate::random::Random;
use ibid::article::{Article, Format};
use ibid::ingest::lines::{JsonLineError, read_json_lines};
use ibid::ingest::{Input, NoArticle, read};
use ibid::passage::passages;
use std::fmt::Write as _;

const PARAGRAPH: &str = "A cramp in the calf at night is painful, sudden, and mostly harmless; stretching the foot towards the \
                         shin ends it within a minute or two.";

const MB: usize = 1024 * 1024;

/// Runs on the smallest stack that threads are given by default.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(2 * MB)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no file may end in a panic")
}

/// Reads a file, and checks what was made of it.
fn article(format: Format, bytes: impl Into<Vec<u8>>) -> Result<Article, NoArticle> {
    let bytes = bytes.into();
    on_a_small_stack(move || {
        let input = Input {
            id: "kb/a",
            source: "kb",
            path: "kb/a",
            format,
            bytes: &bytes,
        };
        let article = read(&input)?.article;
        check(&article, &bytes);
        Ok(article)
    })
}

/// What is made of a file is no larger than the file, but for a little that each section and each part that was left out has
/// besides, of which there are no more than lines or tags.
fn check(article: &Article, bytes: &[u8]) {
    let broken = [breaches(bytes, article), disorder(article)].concat();
    assert!(broken.is_empty(), "{:#?}", &broken[..broken.len().min(5)]);
    let text: usize = article
        .sections
        .iter()
        .map(|section| section.text().len())
        .sum();
    let headings: usize = article
        .sections
        .iter()
        .flat_map(|section| section.heading_path.last())
        .map(String::len)
        .sum();
    let dropped: usize = article
        .dropped
        .iter()
        .map(|dropped| dropped.text.len())
        .sum();
    // Legacy letters are up to three bytes of UTF-8, and a cell has its bar.
    let most = 3 * bytes.len() + 1000;
    assert!(
        text + headings + dropped <= most,
        "{text} + {headings} + {dropped} of {}",
        bytes.len()
    );
    assert!(article.sections.len() + article.dropped.len() <= bytes.len() / 2 + 2);
    let indexed: usize = passages(article)
        .iter()
        .map(|passage| passage.text.len())
        .sum();
    assert!(indexed <= text + 1, "{indexed} of {text}");
    assert!(
        article
            .sections
            .iter()
            .all(|section| section.heading_path.len() <= 6)
    );
}

/// The text of a file that gives an article.
fn text(format: Format, bytes: impl Into<Vec<u8>>) -> String {
    let article = article(format, bytes).expect("an article");
    let texts: Vec<String> = article
        .sections
        .iter()
        .map(|section| section.text())
        .collect();
    texts.join("\n\n")
}

const ALL: [Format; 3] = [Format::Html, Format::Markdown, Format::Text];

/// A page as it is, and as MHTML in both encodings.
fn carried(page: &str) -> [Vec<u8>; 3] {
    let bytes = page.as_bytes();
    [
        bytes.to_vec(),
        as_mhtml(bytes, "quoted-printable"),
        as_mhtml(bytes, "base64"),
    ]
}

#[test]
fn elements_nested_without_end() {
    for (open, times) in [
        ("<div>", 100_000),
        ("<span>", 100_000),
        ("<table><tr><td>", 5_000),
        ("<blockquote>", 100_000),
        ("<ul><li>", 50_000),
    ] {
        let page = format!("{}<p>{PARAGRAPH}</p>", open.repeat(times));
        for file in carried(&page) {
            assert!(text(Format::Html, file).contains(PARAGRAPH), "{open}");
        }
        assert!(
            text(Format::Markdown, page.clone()).contains("A cramp"),
            "{open}"
        );
        article(Format::Text, page).expect("text is whatever it is");
    }
}

#[test]
fn markdown_nested_without_end() {
    for open in [
        "> ", "- ", "1. ", "  ", "\t", "[", "![", "*", "_", "`", "~~", "<a ", "| ", "\\", "&",
        "[^1]: ", "# ",
    ] {
        let page = format!("{}{PARAGRAPH}\n\nThe end is read.\n", open.repeat(100_000));
        let read = text(Format::Markdown, page);
        // What is a block of code or a table without end has the end in it.
        assert!(read.contains("The end is read."), "{open:?}: {:.80}", read);
    }
}

#[test]
fn twenty_megabytes() {
    let script = format!(
        "<script>{}</script>",
        "if (a < b) { cramp('<p>'); } ".repeat(8 * MB / 29)
    );
    let paragraphs = format!("<p>{PARAGRAPH}</p>\n").repeat(2 * MB / PARAGRAPH.len());
    let page = format!(
        "<article>{paragraphs}{script}{paragraphs}{script}<p>The end is read.</p></article>"
    );
    assert!(page.len() > 20 * MB);
    for file in carried(&page) {
        assert!(text(Format::Html, file).ends_with("The end is read."));
    }
}

#[test]
fn five_megabytes_of_text() {
    let mut plain = String::new();
    for number in 0..5 * MB / PARAGRAPH.len() {
        let _ = write!(plain, "{number}: {PARAGRAPH}\n\n");
    }
    for format in [Format::Markdown, Format::Text] {
        assert!(text(format, plain.clone()).ends_with(PARAGRAPH));
    }
}

#[test]
fn a_line_of_ten_megabytes() {
    let words = "pain-relief-and-rest, ".repeat(10 * MB / 22);
    for format in ALL {
        assert!(text(format, words.clone()).ends_with("rest,"), "{format:?}");
        // One word that long is none that anybody looks for, but it is read.
        article(format, "a".repeat(10 * MB)).expect("an article");
    }
    let file = as_mhtml(words.as_bytes(), "base64");
    assert!(text(Format::Html, file).ends_with("rest,"));
    let line = format!("{{\"_id\":\"a\",\"text\":\"{words}\"}}");
    assert_eq!(json_lines(line.as_bytes()), [Ok(1)]);
}

#[test]
fn ten_thousand_headings() {
    let (mut page, mut markdown, mut plain) = (String::new(), String::new(), String::new());
    let mut sections = Vec::new();
    for number in 0..10_000 {
        let level = 2 + number % 5;
        let _ = write!(
            page,
            "<h{level} id=h{number}>Cause {number}</h{level}><p>{PARAGRAPH}</p>"
        );
        let _ = write!(
            markdown,
            "{} Cause {number}\n\n{PARAGRAPH}\n\n",
            "#".repeat(level)
        );
        let _ = write!(plain, "Cause Number {number}\n\n{PARAGRAPH}\n\n");
        sections.push(format!(
            "{{\"heading\":\"Cause {number}\",\"text\":\"{PARAGRAPH}\"}}"
        ));
    }
    for file in carried(&page) {
        let article = article(Format::Html, file).expect("an article");
        let last = article.sections.last().expect("a section");
        assert_eq!(
            (last.heading(), last.anchor.as_deref()),
            (Some("Cause 9999"), Some("h9999"))
        );
        assert_eq!(article.sections.len(), 10_000);
    }
    let read = article(Format::Markdown, markdown).expect("an article");
    assert_eq!(
        read.sections.last().and_then(|last| last.heading()),
        Some("Cause 9999")
    );
    article(Format::Text, plain).expect("an article");
    let line = format!(
        "{{\"id\":\"a\",\"title\":\"\",\"sections\":[{}]}}",
        sections.join(",")
    );
    assert_eq!(json_lines(line.as_bytes()), [Ok(10_000)]);
}

#[test]
fn nul_bytes_are_passed_over() {
    for format in ALL {
        let page = PARAGRAPH
            .replace("night", "ni\0ght")
            .replace("calf", "\0calf")
            + "\n\n";
        let read = text(format, page.repeat(4));
        assert!(
            read.contains("in the calf at night is"),
            "{format:?}: {read}"
        );
    }
    let page = format!("<p>{}</p>", PARAGRAPH.replace("night", "ni\0ght"));
    for file in carried(&page.repeat(4)) {
        assert!(text(Format::Html, file).contains("at night is"));
    }
    let line =
        "{\"_id\":\"a\",\"text\":\"at ni\\u0000ght\"}\n{\"_id\":\"b\0\",\"text\":\"x\"}\n\0\n";
    assert_eq!(json_lines(line.as_bytes()), [Ok(1), Err(()), Err(())]);
}

#[test]
fn files_that_break_off_are_read_up_to_there() {
    let page = format!(
        "<!doctype html><html lang=en><head><title>Cramps</title><script>var a = '<p>';</script></head><body><!-- menu -->\
         <h1>Cramps</h1><p>{PARAGRAPH}</p><h2 id=\"why\">Why &amp; when</h2><p>{PARAGRAPH} Ça va — bien.</p><ul><li>salt</ul>\
         <table><tr><td>a<td>b</table><img src='data:image/png;base64,AAAA' alt=\"x>y\"></body></html>"
    );
    let markdown = format!(
        "---\ntitle: \"Cramps\"\ntags: [a, b]\n---\n\n# Cramps\n\n{PARAGRAPH}\n\n## Why &amp; *when*\n\n- [salt](x \"y\")\n- ![a](b)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n<div>Ça va</div>\n"
    );
    let line = format!(
        "{{\"id\":\"a\",\"title\":\"Ça\",\"sections\":[{{\"heading\":\"é\\u00e9\",\"text\":\"{PARAGRAPH}\"}}]}}"
    );
    on_a_small_stack(move || {
        for (format, whole) in carried(&page)
            .into_iter()
            .map(|file| (Format::Html, file))
            .chain([
                (Format::Markdown, markdown.clone().into()),
                (Format::Text, markdown.into()),
            ])
        {
            for end in 0..whole.len() {
                let input = Input {
                    id: "a",
                    source: "s",
                    path: "a",
                    format,
                    bytes: &whole[..end],
                };
                if let Ok(ingested) = read(&input) {
                    check(&ingested.article, &whole[..end]);
                }
            }
        }
        for end in 1..line.len() {
            assert_eq!(json_lines(&line.as_bytes()[..end]), [Err(())]);
        }
    });
}

#[test]
fn a_wrong_statement_of_the_encoding_loses_no_letter() {
    let (legacy, _, _) = encoding_rs::WINDOWS_1252
        .encode("Don’t drink café au lait at night – it keeps you awake, “really”. ");
    for stated in [
        "utf-8",
        "utf-16",
        "utf-16be",
        "shift_jis",
        "x-user-defined",
        "nonsense",
        "",
        "iso-2022-jp",
    ] {
        let mut page =
            format!("<html><head><meta charset=\"{stated}\"></head><body><p>").into_bytes();
        page.extend(legacy.repeat(4));
        let read = article(Format::Html, page).expect("an article");
        let all = text_of(&read);
        assert!(all.contains("au lait at night"), "{stated}: {all}");
        if stated != "shift_jis" && stated != "x-user-defined" {
            assert!(all.contains("Don’t drink café"), "{stated}: {all}");
        }
        let page = format!(
            "<html><head><meta charset=\"{stated}\"></head><body><p>Don’t drink café au lait at night."
        );
        assert!(
            text(Format::Html, page).contains("Don’t drink café"),
            "{stated}"
        );
        let file = format!(
            "MIME-Version: 1.0\nContent-Type: text/html; charset=\"{stated}\"\nContent-Transfer-Encoding: 8bit\n\n<p>Don’t drink café au lait."
        );
        assert!(
            text(Format::Html, file).contains("Don’t drink café"),
            "{stated}"
        );
    }
}

fn text_of(article: &Article) -> String {
    article
        .sections
        .iter()
        .map(|section| section.text())
        .collect()
}

#[test]
fn what_is_empty_or_no_text_is_told_apart() {
    let mut random = Random(7);
    let noise: Vec<u8> = (0..MB).map(|_| random.below(256) as u8).collect();
    for format in ALL {
        for empty in [&b""[..], b" \n\t\r\n"] {
            assert_eq!(
                article(format, empty).err(),
                Some(NoArticle::Empty),
                "{format:?}"
            );
        }
        assert_eq!(
            article(format, noise.clone()).err(),
            Some(NoArticle::Binary),
            "{format:?}"
        );
    }
    assert_eq!(
        article(Format::Html, as_mhtml(&noise, "base64")).err(),
        Some(NoArticle::Binary),
        "a page that is none"
    );
    assert!(json_lines(b"\n \n").is_empty());
    assert!(json_lines(&noise).iter().all(Result::is_err));
}

#[test]
fn json_nested_without_end_or_broken() {
    for data in [
        "[".repeat(MB),
        "{\"sections\":".repeat(100_000),
        format!(
            "{{\"id\":\"a\",\"sections\":[{}",
            "{\"heading_path\":[".repeat(100_000)
        ),
        "\"".to_owned(),
        "{\"_id\":\"a\",\"text\":\"\\ud800\"}".to_owned(),
        format!("{{\"_id\":\"{}\",\"text\":\"\"}}", "x".repeat(MB)),
    ] {
        assert_eq!(json_lines(data.as_bytes()), [Err(())], "{data:.40}");
    }
    let deep: Vec<String> = (0..10_000).map(|level| format!("\"{level}\"")).collect();
    let line = format!(
        "{{\"id\":\"a\",\"sections\":[{{\"heading_path\":[{}],\"text\":\"x\"}}]}}",
        deep.join(",")
    );
    assert_eq!(json_lines(line.as_bytes()), [Ok(1)]);
}

/// How many sections each line has, or that it is none.
fn json_lines(bytes: &[u8]) -> Vec<Result<usize, ()>> {
    let bytes = bytes.to_vec();
    on_a_small_stack(move || {
        let mut found = Vec::new();
        read_json_lines(bytes.as_slice(), "kb", "kb/a.jsonl", |_, line| {
            found.push(match line {
                Ok(article) => {
                    let broken = breaches(&bytes, &article);
                    assert!(broken.is_empty(), "{:#?}", &broken[..broken.len().min(5)]);
                    Ok(article.sections.len())
                }
                Err(JsonLineError::Malformed(_) | JsonLineError::NoText(_)) => Err(()),
            });
        });
        found
    })
}

#[test]
fn data_inside_addresses_never_shows() {
    let data = "iVBORw0KGgoAAAANSUhEUgAA".repeat(5 * MB / 24);
    let page = format!(
        "<style>b {{ background: url(data:image/png;base64,{data}) }}</style><article><p>{PARAGRAPH}</p>\
         <p><img src=\"data:image/png;base64,{data}\" alt=leg></p><p style='background:url(data:x,{data})'>{PARAGRAPH}</p>\
         <p><a href=data:text/plain,{data}>{PARAGRAPH}</a> {PARAGRAPH}</p></article>"
    );
    for file in carried(&page) {
        let article = article(Format::Html, file).expect("an article");
        let all = text_of(&article);
        assert!(all.contains(PARAGRAPH) && !all.contains("iVBOR"));
        assert!(
            article
                .dropped
                .iter()
                .all(|dropped| !dropped.text.contains("iVBOR"))
        );
    }
}
