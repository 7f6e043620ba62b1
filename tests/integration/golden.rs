//! The results of queries on the sample corpus, written down, with how good they are. A change in ranking shows here.
//!
//! `tests/golden/queries.tsv` holds a query and the passage that answers it best, a line each; `results.txt` what is found.
//! `IBID_BLESS=1 cargo test golden` writes the results anew.

use super::support::Sandbox;
use ibid::eval::{Measure, Options, Qrels, Run, evaluate};
use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent};
use std::fmt::Write;
use std::path::Path;

/// How many of the best passages are written down.
const SHOWN: usize = 3;

#[test]
fn golden_results_of_the_sample_corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sandbox = Sandbox::new();
    let library = KnowledgeBase::open_or_create(sandbox.path().join("index")).unwrap();
    library
        .index(&[root.join("corpus")], &IndexOptions::default(), &Silent)
        .unwrap();
    let queries = std::fs::read_to_string(root.join("tests/golden/queries.tsv")).unwrap();
    let (mut qrels, mut run) = (Qrels::default(), Run::default());
    let mut results = String::new();
    for (number, line) in queries.lines().enumerate() {
        let (query, answer) = line.split_once('\t').unwrap();
        let hits = library.run(query, &SearchOptions::default()).unwrap().hits;
        let topic = number.to_string();
        qrels.insert(&topic, answer, 1);
        run.insert(
            &topic,
            hits.iter()
                .map(|hit| (hit.run_id().to_owned(), f64::from(hit.score))),
        );
        writeln!(results, "{query}").unwrap();
        for hit in hits.iter().take(SHOWN) {
            let mark = if hit.run_id() == answer { '*' } else { ' ' };
            writeln!(results, "  {mark} {}", hit.run_id()).unwrap();
        }
    }
    let measures: Vec<Measure> = ["mrr@10", "success@1", "recall@10"]
        .map(|name| name.parse().unwrap())
        .to_vec();
    let scores = evaluate(&qrels, &run, &measures, &Options::default());
    for (measure, value) in &scores.mean {
        writeln!(results, "{measure} {value:.4}").unwrap();
    }
    let path = root.join("tests/golden/results.txt");
    if std::env::var_os("IBID_BLESS").is_some() {
        std::fs::write(&path, &results).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        results == expected,
        "the results differ from tests/golden/results.txt; look at `git diff` after IBID_BLESS=1 cargo test golden"
    );
}
