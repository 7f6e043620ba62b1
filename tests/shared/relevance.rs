//! Judged queries over thousands of articles.

use super::{Done, Ran, ibid};
use ibid::eval::{Measure, Options, Unjudged, evaluate, read_qrels, read_run};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

fn medqa(shared: &Path) -> PathBuf {
    shared.join("relevance/medqa")
}

/// The articles, indexed once for all tests.
fn indexed(shared: &Path) -> &'static (TempDir, Ran) {
    static INDEXED: OnceLock<(TempDir, Ran)> = OnceLock::new();
    INDEXED.get_or_init(|| {
        let index = TempDir::new().unwrap();
        let ran = index_into(&index, shared, "2");
        (index, ran)
    })
}

fn index_into(index: &TempDir, shared: &Path, threads: &str) -> Ran {
    let articles = medqa(shared).join("articles.jsonl").display().to_string();
    ibid(index.path(), &["index", "--json", "-j", threads, &articles])
}

fn run(index: &TempDir, shared: &Path, topics: &str) -> String {
    let topics = medqa(shared).join(topics).display().to_string();
    let ran = ibid(
        index.path(),
        &[
            "export",
            "--queries",
            &topics,
            "--format",
            "trec",
            "-n",
            "100",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

pub(super) fn all_articles_are_indexed(shared: &Path) -> Done {
    let (_, ran) = indexed(shared);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["added"], 6164);
    assert_eq!(report["index"]["articles"], 6164);
    assert!(report["index"]["passages"].as_u64().unwrap() >= 17_896);
    Done::Passed
}

pub(super) fn a_run_has_section_ids(shared: &Path) -> Done {
    let (index, _) = indexed(shared);
    let articles = std::fs::read_to_string(medqa(shared).join("articles.jsonl")).unwrap();
    let mut sections = HashSet::new();
    for line in articles.lines() {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        for section in article["sections"].as_array().unwrap() {
            sections.insert(section["id"].as_str().unwrap().to_owned());
        }
    }
    let mut reported = HashSet::new();
    for line in run(index, shared, "topics.dev.summary.tsv").lines() {
        let columns: Vec<&str> = line.split(' ').collect();
        let [topic, "Q0", id, rank, score, "ibid"] = columns[..] else {
            panic!("not a line of a run: {line:?}");
        };
        assert!(sections.contains(id), "{id} is no section");
        assert!(
            reported.insert((topic.to_owned(), id.to_owned())),
            "{topic} {id} is reported twice"
        );
        assert!(rank.parse::<u32>().unwrap() <= 100);
        assert!(score.parse::<f32>().unwrap() > 0.0);
    }
    Done::Passed
}

/// The table that evaluate.py prints, by measure.
fn reference(shared: &Path, run: &Path, condensed: bool) -> Option<Vec<(Measure, f64)>> {
    let output = Command::new("python3")
        .arg(shared.join("relevance/evaluate.py"))
        .arg(medqa(shared).join("qrels.dev.txt"))
        .arg(run)
        .args(condensed.then_some("--condensed"))
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let names = lines[0]
        .split_whitespace()
        .map(|name| name.parse().unwrap());
    let row = lines[if condensed { 2 } else { 1 }].split_whitespace();
    let values = row.filter_map(|cell| cell.parse().ok());
    Some(names.zip(values).collect())
}

pub(super) fn measures_agree(shared: &Path) -> Done {
    let (index, _) = indexed(shared);
    let folder = TempDir::new().unwrap();
    let qrels = read_qrels(&medqa(shared).join("qrels.dev.txt")).unwrap();
    for topics in [
        "topics.dev.summary.tsv",
        "topics.dev.keywords.tsv",
        "topics.dev.full.tsv",
    ] {
        let path = folder.path().join(topics);
        std::fs::write(&path, run(index, shared, topics)).unwrap();
        let ours = read_run(&path).unwrap();
        for (condensed, unjudged) in [(false, Unjudged::NotRelevant), (true, Unjudged::Removed)] {
            let Some(expected) = reference(shared, &path, condensed) else {
                return Done::Skipped("there is no python3 to run evaluate.py".to_owned());
            };
            assert_eq!(expected.len(), Measure::STANDARD.len());
            let options = Options {
                unjudged,
                ..Options::default()
            };
            let scores = evaluate(&qrels, &ours, &Measure::STANDARD, &options);
            for (measure, value) in expected {
                let mean = scores.mean[&measure];
                assert!(
                    (mean - value).abs() < 0.000_051,
                    "{topics} {measure}: {mean} is not {value}"
                );
            }
        }
    }
    Done::Passed
}

pub(super) fn threads_never_show(shared: &Path) -> Done {
    let (index, _) = indexed(shared);
    for threads in ["1", "8"] {
        let other = TempDir::new().unwrap();
        assert_eq!(index_into(&other, shared, threads).code, 0);
        let topics = "topics.dev.full.tsv";
        assert!(
            run(index, shared, topics) == run(&other, shared, topics),
            "-j {threads} prints another run"
        );
    }
    Done::Passed
}
