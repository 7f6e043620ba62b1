//! A real page of a content farm, against its truth.

use super::{Done, ibid};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

fn truth(shared: &Path) -> Value {
    let path = shared.join("acceptance/back-spasms.truth.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn page(shared: &Path) -> String {
    shared
        .join("acceptance/back-spasms.txt")
        .display()
        .to_string()
}

/// Words as the truth compares them: case folded, without punctuation and note digits.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
            if bare.is_empty() { word } else { bare }
        })
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

pub(super) fn sections(shared: &Path) -> Done {
    let truth = truth(shared);
    let nowhere = TempDir::new().unwrap();
    let ran = ibid(nowhere.path(), &["parse", "--json", &page(shared)]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let parsed: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(parsed["article"]["title"], truth["title"]);
    assert_eq!(parsed["article"]["published"], truth["published"]);
    // A sub-section belongs to the section it stands under.
    let mut found: Vec<(String, String)> = Vec::new();
    for section in parsed["sections"].as_array().unwrap() {
        let path = strings(&section["heading_path"]);
        let heading = path
            .first()
            .expect("nothing stands before the first heading");
        let text = section["text"].as_str().unwrap();
        match found.last_mut() {
            Some((last, all)) if last == heading && path.len() > 1 => {
                all.push('\n');
                all.push_str(text);
            }
            _ => found.push(((*heading).to_owned(), text.to_owned())),
        }
    }
    let expected = truth["sections"].as_array().unwrap();
    let headings: Vec<&str> = found.iter().map(|(heading, _)| heading.as_str()).collect();
    let expected_headings: Vec<&str> = expected
        .iter()
        .map(|section| section["heading"].as_str().unwrap())
        .collect();
    assert_eq!(headings, expected_headings);
    for ((heading, text), expected) in found.iter().zip(expected) {
        let text = words(text);
        let first = words(expected["first_words"].as_str().unwrap());
        let last = words(expected["last_words"].as_str().unwrap());
        assert!(
            text.starts_with(&first),
            "{heading} begins with {:?}",
            &text[..8.min(text.len())]
        );
        assert!(
            text.ends_with(&last),
            "{heading} ends with {:?}",
            &text[text.len().saturating_sub(8)..]
        );
    }
    let all: String = found.iter().map(|(_, text)| text.as_str()).collect();
    let dropped: Vec<&str> = parsed["dropped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dropped| dropped["text"].as_str().unwrap())
        .collect();
    for kind in ["cross_links", "captions", "page_furniture"] {
        for line in strings(&truth[kind]) {
            assert!(!all.contains(line), "{line:?} is in a section");
            // What is listed may have been repaired, so it is compared from its first ASCII word on.
            let tail = line.split_once(": ").map_or(line, |(_, tail)| tail);
            assert!(
                dropped.iter().any(|text| text.contains(tail)),
                "{line:?} is not listed as left out"
            );
        }
    }
    Done::Passed
}

pub(super) fn queries(shared: &Path) -> Done {
    let truth = truth(shared);
    let index = TempDir::new().unwrap();
    assert_eq!(ibid(index.path(), &["index", &page(shared)]).code, 0);
    for query in truth["queries_top_heading"].as_array().unwrap() {
        let text = query["query"].as_str().unwrap();
        let ran = ibid(index.path(), &["search", "--json", text]);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let path = strings(&report["hits"][0]["heading_path"]);
        let wanted = strings(&query["top1_is_one_of"]);
        assert!(
            path.iter().any(|heading| wanted.contains(heading)),
            "{text:?} finds {path:?} first"
        );
    }
    for text in strings(&truth["queries_without_hits"]) {
        let ran = ibid(index.path(), &["search", "--exact", "--json", text]);
        assert_eq!(ran.code, 1, "{text}: {}", ran.stdout);
    }
    let ran = ibid(index.path(), &["search", "--json", "sciatica"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let snippet = &report["hits"][0]["snippet"];
    let text = snippet["text"].as_str().unwrap();
    let marked: Vec<&str> = snippet["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| &text[span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize])
        .collect();
    assert_eq!(marked, ["sciatica"]);
    Done::Passed
}
