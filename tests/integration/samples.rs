//! The articles in `corpus/`, which are of every format: read without a complaint, documented, found and cited.

use crate::support::{Sandbox, hit_ids, hits};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The files of `corpus/`, and a sandbox with a copy of it.
fn samples() -> (Vec<PathBuf>, Sandbox) {
    let sandbox = Sandbox::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap() {
        let path = entry.unwrap().path();
        let name = Path::new("corpus").join(path.file_name().unwrap());
        sandbox.write(name.to_str().unwrap(), std::fs::read(&path).unwrap());
        let is_article = ["txt", "md", "html", "jsonl"]
            .map(Some)
            .contains(&name.extension().and_then(|name| name.to_str()));
        if is_article && !name.ends_with("SOURCES.md") {
            names.push(name);
        }
    }
    (names, sandbox)
}

#[test]
fn every_sample_is_read_without_a_complaint() {
    let (_, sandbox) = samples();
    let ran = sandbox.ok(&["index", "--json"]);
    assert_eq!(ran.stderr, "");
    let report = ran.json();
    assert_eq!(
        (&report["skipped"], &report["warnings"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
    let list = sandbox.json(&["list", "--json"]);
    let mut formats: Vec<&str> = list["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["format"].as_str().unwrap())
        .collect();
    formats.sort_unstable();
    formats.dedup();
    assert_eq!(formats, ["html", "jsonl", "markdown", "text"]);
}

#[test]
fn what_parse_prints_of_each_sample_validates() {
    let (names, sandbox) = samples();
    let [any, own] = [&["schema"][..], &["schema", "parse"]]
        .map(|args| jsonschema::validator_for(&sandbox.json(args)).unwrap());
    for name in names {
        let text = sandbox
            .ok(&["parse", "--json", name.to_str().unwrap()])
            .stdout;
        for document in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            let document = document.unwrap();
            assert!(
                own.is_valid(&document) && any.is_valid(&document),
                "{}",
                name.display()
            );
            assert!(
                !document["sections"].as_array().unwrap().is_empty(),
                "{}",
                name.display()
            );
        }
    }
}

#[test]
fn every_passage_of_every_sample_can_be_shown_and_stands_inside_its_file() {
    let (_, sandbox) = samples();
    sandbox.ok(&["index"]);
    let list = sandbox.json(&["list", "--json"]);
    for article in list["articles"].as_array().unwrap() {
        let path = article["path"].as_str().unwrap();
        let bytes = std::fs::read(sandbox.path().join(path)).unwrap();
        let lines_before = |offset: usize| {
            bytes[..offset]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
        };
        let shown = sandbox.json(&["show", "--json", article["id"].as_str().unwrap()]);
        let passages = shown["articles"][0]["passages"].as_array().unwrap();
        assert_eq!(article["passages"], passages.len(), "{path}");
        for passage in passages {
            let id = passage["id"].as_str().unwrap();
            let side = |field: &str, side: usize| {
                passage["locator"][field][side].as_u64().unwrap() as usize
            };
            let (start, end) = (side("bytes", 0), side("bytes", 1));
            assert!(start < end && end <= bytes.len(), "{id}");
            assert_eq!(
                (side("lines", 0), side("lines", 1)),
                (1 + lines_before(start), 1 + lines_before(end - 1)),
                "{id}"
            );
            assert!(!passage["text"].as_str().unwrap().trim().is_empty(), "{id}");
        }
    }
}

#[test]
fn threads_do_not_show_in_any_format() {
    let (_, sandbox) = samples();
    sandbox.ok(&["--index", "one", "index", "-j", "1", "corpus"]);
    sandbox.ok(&["--index", "eight", "index", "-j", "8", "corpus"]);
    for query in [
        "charley horse at night",
        "back spasm",
        "\"call a doctor\"",
        "heading:symptoms fever",
        "diabetes",
    ] {
        let [one, eight] = ["one", "eight"].map(|index| {
            let args = ["--index", index, "export", "-n", "500", "--", query];
            sandbox.run(&args).stdout
        });
        assert!(one == eight, "{query}");
    }
}

#[test]
fn a_hit_in_any_format_marks_what_was_searched_for() {
    let (_, sandbox) = samples();
    sandbox.ok(&["index"]);
    let report = sandbox.json(&["search", "--json", "--exact", "-n", "100", "pain"]);
    assert!(hit_ids(&report).len() > 20);
    for hit in hits(&report) {
        let text = hit["snippet"]["text"].as_str().unwrap();
        for highlight in hit["snippet"]["highlights"].as_array().unwrap() {
            let [start, end] = [0, 1].map(|side| highlight[side].as_u64().unwrap() as usize);
            assert!(
                text[start..end].to_lowercase().starts_with("pain"),
                "{}: {}",
                hit["id"],
                &text[start..end]
            );
        }
    }
}
