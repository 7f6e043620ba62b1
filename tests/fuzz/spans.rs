//! What a citation leads to: the span of every passage begins with its first word, ends with its last, and holds no heading
//! of another section. Words are compared after the repairs that reading makes.

use crate::invariants::{wrong_span, wrong_spans};
use crate::mutation::{article, as_mhtml, files};
use ibid::article::{Article, Format};
use ibid::ingest::{decode::decode, mhtml};
use ibid::passage::passages;

/// The passages and what is wrong with them.
#[derive(Default)]
struct Seen {
    passages: usize,
    wrong: Vec<String>,
}

impl Seen {
    fn add(
        &mut self,
        name: &str,
        bytes: &[u8],
        article: &Article,
        undo: impl Fn(&[u8]) -> Vec<u8>,
    ) {
        self.passages += passages(article).len();
        let wrong = wrong_spans(bytes, article, undo);
        self.wrong
            .extend(wrong.into_iter().map(|what| format!("{name}: {what}")));
    }

    fn check(&self, least: usize) {
        assert!(self.passages >= least, "{} passages", self.passages);
        let wrong = self.wrong.join("\n");
        assert!(wrong.is_empty(), "of {} passages:\n{wrong}", self.passages);
    }
}

/// The articles of the corpus and the pages of the tests, each with its format.
fn articles() -> Vec<(String, Format, Vec<u8>)> {
    let mut all = Vec::new();
    for (folder, extension, format) in [
        ("corpus", "html", Format::Html),
        ("corpus", "md", Format::Markdown),
        ("corpus", "txt", Format::Text),
        ("tests/pages", "html", Format::Html),
    ] {
        for (path, bytes) in files(folder, &[extension]) {
            all.push((path.display().to_string(), format, bytes));
        }
    }
    all
}

#[test]
fn spans_of_the_corpus_say_what_their_passages_say() {
    let mut seen = Seen::default();
    for (name, format, bytes) in articles() {
        let article = article(format, &bytes).expect("an article");
        seen.add(&name, &bytes, &article, <[u8]>::to_vec);
    }
    seen.check(200);
}

#[test]
fn a_span_that_is_wrong_is_noticed() {
    let (mut moved, mut stretched) = (0, 0);
    for (_, format, bytes) in articles() {
        let article = article(format, &bytes).expect("an article");
        let all = passages(&article);
        for (passage, next) in all.iter().zip(&all[1..]) {
            let mut wrong = passage.clone();
            wrong.locator.bytes[0] += 3;
            let what = wrong_span(&bytes, &article, &wrong, <[u8]>::to_vec);
            moved += usize::from(what.is_some());
            if passage.heading_path == next.heading_path {
                continue;
            }
            // From here to the end of the next passage, whose heading is in between.
            wrong = next.clone();
            wrong.locator.bytes[0] = passage.locator.bytes[0];
            wrong.locator.lines[0] = passage.locator.lines[0];
            wrong.text = format!("{}\n\n{}", passage.text, next.text);
            wrong.heading_path = passage.heading_path.clone();
            let what = wrong_span(&bytes, &article, &wrong, <[u8]>::to_vec);
            // Where the words of the heading are in the text too, they are not told apart.
            stretched += usize::from(what.is_some());
        }
    }
    assert!(moved > 300 && stretched > 200, "{moved} and {stretched}");
}

#[test]
fn spans_inside_mhtml_are_those_of_the_page_in_it() {
    let mut seen = 0;
    for (name, format, page) in articles() {
        if format != Format::Html {
            continue;
        }
        let plain = passages(&article(format, &page).expect("an article"));
        // Of base64 the smallest span is what makes three bytes.
        for (transfer, step) in [("quoted-printable", 1), ("base64", 3)] {
            let file = as_mhtml(&page, transfer);
            let inside = passages(&article(format, &file).expect("an article"));
            assert_eq!(inside.len(), plain.len(), "{name}");
            for (inside, plain) in inside.iter().zip(&plain) {
                assert_eq!(inside.text, plain.text, "{name}");
                let [start, end] = inside.locator.bytes.map(|byte| byte as usize);
                let header = format!(
                    "MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: {transfer}\n\n"
                );
                let part = [header.as_bytes(), &file[start..end]].concat();
                let cited = mhtml::page(&part).expect("a page").bytes;
                let [start, end] = plain.locator.bytes.map(|byte| byte as usize);
                let end = end.next_multiple_of(step).min(page.len());
                let wanted = &page[start / step * step..end];
                assert!(cited == wanted, "{name}: {transfer}: {}", inside.id);
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "{seen} passages");
}

#[test]
fn spans_in_other_encodings_say_what_their_passages_say() {
    let mut seen = Seen::default();
    for (name, format, bytes) in articles() {
        if format == Format::Html {
            continue;
        }
        let text = decode(&bytes, None).text;
        let wide: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let (legacy, _, lost) = encoding_rs::WINDOWS_1252.encode(&text);
        for bytes in [Some(wide), (!lost).then(|| legacy.into_owned())]
            .into_iter()
            .flatten()
        {
            let article = article(format, &bytes).expect("an article");
            seen.add(&name, &bytes, &article, <[u8]>::to_vec);
        }
    }
    seen.check(200);
}
