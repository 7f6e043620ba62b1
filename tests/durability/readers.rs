//! Many search while one writes: nobody fails, nobody sees half a commit.

use crate::support::{Sandbox, article};
use ibid::{KnowledgeBase, SearchOptions};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const ARTICLES: usize = 30;
/// Readers that start a process for each query, and readers that keep an index open and go on to each commit.
const PROCESSES: usize = 3;
const LIBRARIES: usize = 2;
const QUERIES_OF_A_PROCESS: usize = 80;
const QUERIES_OF_A_LIBRARY: usize = 2_000;
const FEWEST_COMMITS: usize = 25;

fn write_reading(sandbox: &Sandbox, number: usize) {
    for article_number in 0..ARTICLES {
        let text = format!("common words of reading{number}.");
        let sections = [("One", text.as_str()), ("Two", &text)];
        sandbox.write(
            &format!("kb/{article_number:02}.txt"),
            article(&format!("Article {article_number}"), &sections),
        );
    }
}

#[test]
fn readers_in_several_processes_never_fail_while_articles_change() {
    let sandbox = Sandbox::new();
    write_reading(&sandbox, 0);
    sandbox.ok(&["index", "kb"]);
    let is_done = AtomicBool::new(false);
    let commits = AtomicUsize::new(0);
    let asked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut number = 0;
            while !is_done.load(Ordering::SeqCst) {
                number += 1;
                write_reading(&sandbox, number);
                sandbox.ok(&["index", "kb"]);
                commits.fetch_add(1, Ordering::SeqCst);
            }
        });
        let processes: Vec<_> = (0..PROCESSES)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..QUERIES_OF_A_PROCESS {
                        let output = sandbox
                            .command(&[
                                "search",
                                "--json",
                                "--exact",
                                "--no-fold",
                                "-n100",
                                "common words",
                            ])
                            .stdin(Stdio::null())
                            .output()
                            .unwrap();
                        let told = String::from_utf8_lossy(&output.stderr).into_owned();
                        assert_eq!(output.status.code(), Some(0), "{told}");
                        let report: serde_json::Value =
                            serde_json::from_slice(&output.stdout).unwrap();
                        assert_whole(
                            report["hits"]
                                .as_array()
                                .unwrap()
                                .iter()
                                .map(|hit| hit["text"].as_str().unwrap()),
                        );
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        let libraries: Vec<_> = (0..LIBRARIES)
            .map(|_| {
                scope.spawn(|| {
                    let library = KnowledgeBase::open(sandbox.path().join("index")).unwrap();
                    let options = SearchOptions {
                        limit: 100,
                        duplicates: ibid::Duplicates::Keep,
                        ..SearchOptions::default()
                    };
                    let mut queries = 0;
                    while queries < QUERIES_OF_A_LIBRARY
                        || commits.load(Ordering::SeqCst) < FEWEST_COMMITS
                    {
                        queries += 1;
                        library.refresh().unwrap();
                        let report = library.search("common words", &options).unwrap();
                        assert_whole(report.body.hits.iter().map(|hit| hit.text.as_str()));
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        let results: Vec<_> = processes
            .into_iter()
            .chain(libraries)
            .map(|reader| reader.join())
            .collect();
        is_done.store(true, Ordering::SeqCst);
        writer.join().unwrap();
        for result in results {
            result.unwrap();
        }
    });
    let (asked, commits) = (asked.into_inner(), commits.into_inner());
    println!("{asked} queries during {commits} commits");
    assert!(asked >= PROCESSES * QUERIES_OF_A_PROCESS + LIBRARIES * QUERIES_OF_A_LIBRARY);
    assert!(commits >= FEWEST_COMMITS);
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

/// Every passage is there, and all are of one reading.
fn assert_whole<'a>(texts: impl Iterator<Item = &'a str>) {
    let texts: Vec<&str> = texts.collect();
    assert_eq!(texts.len(), 2 * ARTICLES);
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
}
