//! Citations: what is highlighted is what was searched for, and a locator leads to the passage in the file on disk.

use crate::support::{Sandbox, article, hits};
use ibid::analysis::tokens;
use serde_json::Value;
use std::collections::HashSet;

/// The sample articles that are plain text, under one of the shapes that files come in.
fn samples(change: impl Fn(String) -> Vec<u8>) -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for entry in std::fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path.file_name().unwrap().to_str().unwrap();
            sandbox.write(
                &format!("kb/{name}"),
                change(std::fs::read_to_string(&path).unwrap()),
            );
        }
    }
    sandbox.ok(&["index", "kb"]);
    sandbox
}

const QUERIES: [&str; 9] = [
    "back spasm",
    "what helps at night",
    "doctor",
    "\"call a doctor\"",
    "pain fever throat cough",
    "dont sleep",
    "sciatica",
    "heat or ice",
    "dizzy when standing up",
];

fn numbers(value: &Value) -> [usize; 2] {
    [0, 1].map(|side| value[side].as_u64().unwrap() as usize)
}

#[test]
fn highlights_are_the_words_of_the_query_in_order_and_apart() {
    let sandbox = samples(String::into_bytes);
    let mut seen = 0;
    for query in QUERIES {
        let mut terms: HashSet<String> =
            tokens(query).into_iter().map(|token| token.term).collect();
        let report = sandbox.run(&["search", "--json", "-n", "50", query]).json();
        for expansion in report["query"]["expansions"].as_array().unwrap() {
            for meant in expansion["to"].as_array().unwrap() {
                let tokens = tokens(meant.as_str().unwrap()).into_iter();
                terms.extend(tokens.map(|token| token.term));
            }
        }
        for hit in hits(&report) {
            let text = hit["snippet"]["text"].as_str().unwrap();
            let mut after = 0;
            for highlight in hit["snippet"]["highlights"].as_array().unwrap() {
                let [start, end] = numbers(highlight);
                assert!(
                    after <= start && start < end,
                    "{query}: {highlight} in {text}"
                );
                let marked = text
                    .get(start..end)
                    .unwrap_or_else(|| panic!("{highlight} cuts a character in {text}"));
                for token in tokens(marked) {
                    assert!(terms.contains(&token.term), "{query}: {marked:?}");
                }
                after = end;
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} highlights were looked at");
}

#[test]
fn a_snippet_is_part_of_its_passage() {
    let sandbox = samples(String::into_bytes);
    for query in QUERIES {
        let report = sandbox.run(&["search", "--json", "-n", "50", query]).json();
        for hit in hits(&report) {
            let snippet = hit["snippet"]["text"].as_str().unwrap();
            let inside = snippet.trim_start_matches("… ").trim_end_matches(" …");
            assert!(
                hit["text"].as_str().unwrap().contains(inside),
                "{snippet:?}"
            );
        }
    }
}

#[test]
fn curly_lost_and_straight_apostrophes_are_highlighted_alike() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.txt",
        article(
            "Rest",
            &[(
                "",
                "They can’t sleep. They can't rest. They cant eat, and the crème brûlée’s cold.",
            )],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let marked = |query: &str| -> Vec<String> {
        let report = sandbox.json(&["search", "--json", query]);
        let snippet = &report["hits"][0]["snippet"];
        let text = snippet["text"].as_str().unwrap();
        let highlights = snippet["highlights"].as_array().unwrap();
        highlights
            .iter()
            .map(numbers)
            .map(|[start, end]| text[start..end].to_owned())
            .collect()
    };
    for query in ["\"can't\"", "\"can’t\"", "\"cant\""] {
        assert_eq!(marked(query), ["can’t", "can't", "cant"], "{query}");
    }
    assert_eq!(marked("creme brulees"), ["crème", "brûlée’s"]);
}

/// Every passage of every article, with its locator, against the bytes of the file that `decode` reads.
fn check_locators(sandbox: &Sandbox, decode: impl Fn(&[u8]) -> String) {
    let mut seen = 0;
    let list = sandbox.json(&["list", "--json"]);
    for article in list["articles"].as_array().unwrap() {
        let path = article["path"].as_str().unwrap();
        let bytes = std::fs::read(sandbox.path().join(path)).unwrap();
        let shown = sandbox.json(&["show", "--json", article["id"].as_str().unwrap()]);
        for passage in shown["articles"][0]["passages"].as_array().unwrap() {
            let id = &passage["id"];
            let [start, end] = numbers(&passage["locator"]["bytes"]);
            let cited = decode(&bytes[start..end]);
            let said = tokens(passage["text"].as_str().unwrap());
            let cited_words = tokens(&cited);
            let ends = |words: &[ibid::analysis::Token]| {
                [words.first(), words.last()].map(|word| word.map(|word| word.term.clone()))
            };
            assert_eq!(ends(&cited_words), ends(&said), "{id}: {cited:?}");
            let line = |offset: usize| 1 + decode(&bytes[..offset]).matches('\n').count();
            let last = decode(&bytes[start..end]).trim_end().len();
            assert!(last > 0, "{id}");
            assert_eq!(
                numbers(&passage["locator"]["lines"]),
                [line(start), line(end)],
                "{id}"
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} passages were looked at");
}

fn utf_8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_locator_leads_to_the_passages_first_and_last_word() {
    check_locators(&samples(String::into_bytes), utf_8);
}

#[test]
fn a_locator_counts_what_an_editor_counts_in_files_of_windows() {
    let windows = samples(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes());
    check_locators(&windows, utf_8);
}

#[test]
fn a_locator_counts_the_bytes_on_disk_in_other_encodings() {
    let decode = |bytes: &[u8]| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).unwrap()
    };
    let wide = samples(|text| {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    });
    check_locators(&wide, decode);
}

#[test]
fn the_line_beside_a_path_is_the_passages_first() {
    let sandbox = samples(String::into_bytes);
    let report = sandbox.json(&["search", "--json", "back spasm"]);
    let text = sandbox.ok(&["search", "back spasm"]).stdout;
    let places: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().split("  ").next())
        .filter(|line| line.starts_with("kb/"))
        .collect();
    let expected: Vec<String> = hits(&report)
        .iter()
        .map(|hit| {
            format!(
                "{}:{}",
                hit["article"]["path"].as_str().unwrap(),
                hit["locator"]["lines"][0]
            )
        })
        .collect();
    assert_eq!(places, expected);
}
