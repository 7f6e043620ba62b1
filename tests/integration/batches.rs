//! A file of JSON lines is read by several workers at once, and nothing shows of that.

use super::claims::FullEngine;
use super::support::Sandbox;
use ibid::engine::Engine;
use ibid::engine::tantivy::TantivyEngine;
use ibid::indexer::{self, IndexOptions, Progress};
use ibid::{ErrorKind, Silent};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Some megabytes of articles, with faults: many batches.
fn many_lines() -> String {
    let mut lines = String::from("\u{FEFF}");
    for number in 0..3000 {
        let id = match number {
            // Of lines that are far from each other and have one id the first counts.
            2500 => 7,
            2999 => 2000,
            _ => number,
        };
        let text = format!("Line {number} is about calves. ").repeat(40);
        lines += &match number {
            100 => "not json\r\n".to_owned(),
            1200 => "{\"_id\":\"empty\",\"text\":\"\"}\r\n".to_owned(),
            1300 => "\r\n".to_owned(),
            // It has no text, and is the first with its id all the same.
            1400 => "{\"_id\":\"1500\",\"text\":\"\"}\n".to_owned(),
            _ => format!(
                "{}\r\n",
                json!({"_id": id.to_string(), "title": format!("Article {id}"), "text": text})
            ),
        };
    }
    lines
}

fn without_times(mut report: Value) -> Value {
    if let Some(report) = report.as_object_mut() {
        report.remove("seconds");
        report.remove("elapsed");
    }
    report
}

#[test]
fn a_file_says_the_same_whatever_the_number_of_threads() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.jsonl", many_lines());
    sandbox.write(
        "kb/b.jsonl",
        many_lines().replace("\"_id\":\"", "\"_id\":\"b"),
    );
    let mut first = None;
    for threads in ["1", "2", "8"] {
        let index = format!("index-{threads}");
        let ask = |args: &[&str]| sandbox.run(&[&["--index", &index], args].concat());
        let report = ask(&["index", "--json", "-j", threads, "kb"]);
        let report = without_times(serde_json::from_str(&report.stdout).unwrap());
        let found: Vec<String> = [
            &["list", "--json"][..],
            &["search", "--json", "-n", "50", "line 2500 calves"],
            &["search", "--json", "-n", "50", "line 1500"],
            &["show", "--json", "7"],
        ]
        .iter()
        .map(|args| ask(args).stdout)
        .collect();
        let all = (report, found);
        match &first {
            None => first = Some(all),
            Some(first) => assert_eq!(&all, first, "{threads} threads"),
        }
    }
    let (report, found) = first.unwrap();
    let skipped: Vec<(String, u64)> = report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|skipped| skipped["path"] == "kb/a.jsonl")
        .map(|skipped| {
            let reason = skipped["reason"].as_str().unwrap();
            (reason.to_owned(), skipped["line"].as_u64().unwrap())
        })
        .collect();
    let reason = |line: u64| {
        let found = skipped.iter().find(|skipped| skipped.1 == line);
        found.map(|skipped| skipped.0.as_str())
    };
    assert!(reason(101).unwrap().starts_with("not JSON"), "{skipped:?}");
    assert_eq!(reason(1201), Some("the article \"empty\" has no text"));
    assert_eq!(reason(1401), Some("the article \"1500\" has no text"));
    assert_eq!(reason(1501), Some("repeats the id \"1500\" of line 1401"));
    assert_eq!(reason(2501), Some("repeats the id \"7\" of line 8"));
    assert_eq!(reason(3000), Some("repeats the id \"2000\" of line 2001"));
    assert_eq!(skipped.len(), 6);
    assert!(found[3].contains("Line 7 is about"));
}

#[test]
fn a_file_that_was_read_is_not_read_again_and_its_faults_are_said_again() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.jsonl", many_lines());
    let first = sandbox.run(&["index", "--json", "kb"]).json();
    let second = sandbox.run(&["index", "--json", "kb"]).json();
    assert_eq!(second["skipped"], first["skipped"]);
    assert_eq!(second["unchanged"], first["added"]);
    assert_eq!(second["commit"], first["commit"]);
}

/// Stops after it was asked some times.
struct StopsSoon(AtomicUsize);

impl Progress for StopsSoon {
    fn is_stopped(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 300
    }
}

fn index(engine: &dyn Engine, kb: &Path, threads: usize, progress: &dyn Progress) -> ErrorKind {
    let options = IndexOptions {
        threads,
        ..IndexOptions::default()
    };
    indexer::index(
        engine,
        Path::new("/none"),
        &[kb.to_owned()],
        &options,
        progress,
    )
    .unwrap_err()
    .kind()
}

#[test]
fn a_stop_or_a_writer_that_fails_ends_a_file_in_its_midst() {
    let sandbox = Sandbox::new();
    for name in ["a", "b", "c"] {
        let lines = many_lines().replace("\"_id\":\"", &format!("\"_id\":\"{name}"));
        sandbox.write(&format!("kb/{name}.jsonl"), lines);
    }
    let kb = sandbox.path().join("kb");
    let engine =
        || TantivyEngine::open_or_create(&sandbox.path().join("index"), Duration::ZERO).unwrap();
    for threads in [1, 2, 8] {
        let soon = StopsSoon(AtomicUsize::new(0));
        let kind = index(&engine(), &kb, threads, &soon);
        assert_eq!(kind, ErrorKind::Interrupted, "{threads} threads");
        let kind = index(&FullEngine(engine()), &kb, threads, &Silent);
        assert_eq!(kind, ErrorKind::Io, "{threads} threads");
        assert_eq!(engine().reader().unwrap().commit().generation, 0);
    }
}
