//! Where the passages of real pages stand: spans begin with the first word, end with the last, and hold no heading of
//! another section.

use super::{Done, invariants::wrong_span};
use ibid::article::Format;
use ibid::ingest::{Input, ingest};
use ibid::passage::passages;
use serde_json::Value;
use std::path::Path;

/// There have to be at least so many passages of each sort of file. All of them are looked at.
const LEAST: usize = 200;

/// What is wrong with the spans of the passages of `files`, each with its name.
fn check(format: Format, files: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut spans = Vec::new();
    for (name, bytes) in files {
        let input = Input {
            id: name,
            source: "shared",
            path: name,
            format,
            bytes,
        };
        let Ok(ingested) = ingest(&input) else {
            continue;
        };
        for passage in passages(&ingested.article) {
            let wrong = wrong_span(bytes, &ingested.article, &passage, <[u8]>::to_vec);
            spans.push((passage.id, wrong));
        }
    }
    assert!(spans.len() >= LEAST, "{} passages", spans.len());
    spans
        .into_iter()
        .filter_map(|(id, wrong)| wrong.map(|what| format!("{id}: {what}")))
        .collect()
}

pub(super) fn of_pages(shared: &Path) -> Done {
    let lines = std::fs::read_to_string(shared.join("extraction/pages.jsonl")).unwrap();
    let pages: Vec<(String, Vec<u8>)> = lines
        .lines()
        .map(|line| {
            let page: Value = serde_json::from_str(line).unwrap();
            let text = |field: &str| page[field].as_str().unwrap().to_owned();
            (text("id"), text("html").into_bytes())
        })
        .collect();
    let wrong = check(Format::Html, &pages);
    assert!(
        wrong.is_empty(),
        "{} spans: {}",
        wrong.len(),
        wrong.join("\n")
    );
    Done::Passed
}

pub(super) fn of_texts(shared: &Path) -> Done {
    let mut wrong = Vec::new();
    for layout in ["blank_lines", "tight", "wrapped_78"] {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(shared.join("headings").join(layout)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((format!("{layout}/{name}"), std::fs::read(&path).unwrap()));
        }
        files.sort();
        wrong.extend(check(Format::Text, &files));
    }
    assert!(
        wrong.is_empty(),
        "{} spans: {}",
        wrong.len(),
        wrong.join("\n")
    );
    Done::Passed
}
