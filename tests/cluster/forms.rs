//! What becomes of an index on a cluster that another version made?

use crate::Done;
use crate::articles::{self, word};
use crate::support::{Cluster, Site};
use serde_json::json;

/// An older form is rebuilt beside the index, and takes its place with all that was kept with it; a newer one is left alone.
pub(crate) fn rebuilt(cluster: &Cluster) -> Done {
    let site = Site::new(cluster, "forms", "shards = 2\nreplicas = 1");
    articles::write(&site, "first", 0, 10);
    site.write("words.txt", "shin splints, tibial stress\n");
    site.ok(&["index", "articles"]);
    site.ok(&["vocabulary", "import", "words.txt", "--name", "mine"]);
    let search = ["search", "--json", &word('x', 7)];
    let before = site.json(&search);
    let set_form = |number: u64| {
        let path = format!("/{}/_doc/state?routing=ibid", site.name);
        let mut state = cluster.ask("GET", &path, None)["_source"].take();
        assert!(state["ibid"]["format"].is_u64(), "{state}");
        state["ibid"]["format"] = json!(number);
        let written = cluster.ask("PUT", &path, Some(&state));
        assert_eq!(written["result"], "updated", "{written}");
    };

    set_form(1000);
    for args in [&search[..], &["index", "articles"], &["check"]] {
        let ran = site.run(args);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        assert!(
            ran.stderr.contains("made by a newer version"),
            "{}",
            ran.stderr
        );
    }

    set_form(0);
    let ran = site.run(&search);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("made in an older form"),
        "{}",
        ran.stderr
    );
    let indexed = site.json(&["index", "articles", "--json"]);
    assert_eq!(indexed["updated"], before["index"]["articles"], "{indexed}");
    let after = site.json(&search);
    assert_eq!(after["hits"], before["hits"]);
    assert_eq!(after["index"]["generation"], 2);
    assert!(site.ok(&["vocabulary", "list"]).stdout.contains("mine"));
    site.ok(&["check"]);
    let there = cluster.ask("GET", &format!("/{}/_alias", site.name), None);
    let names: Vec<&String> = there.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 1, "{there}");
    assert!(
        names[0].starts_with(&format!("{}-000002-", site.name)),
        "{there}"
    );
    Done::Passed
}

/// Whole pages that are pasted into a search are answered as in a folder, though the server takes so many clauses only.
pub(crate) fn long_questions(cluster: &Cluster) -> Done {
    let site = Site::new(cluster, "long", "shards = 1");
    articles::write(&site, "first", 0, 20);
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let page = std::fs::read_to_string(format!("{corpus}/insomnia.md")).unwrap();
    let page = page.replace(['"', '-', ':'], " ");
    site.ok(&["index", "articles", corpus]);
    let folder =
        |args: &[&str]| crate::support::Running::start(&mut site.command("index", args)).wait();
    assert_eq!(folder(&["index", "articles", corpus]).code, 0);
    let first: String = page
        .split_whitespace()
        .take(120)
        .collect::<Vec<_>>()
        .join(" ");
    for question in [first.as_str(), page.as_str()] {
        let args = ["search", "--json", "-n", "5", "--", question];
        let (here, there) = (folder(&args), site.ok(&args));
        let ids = |text: &str| -> Vec<String> {
            let answer: serde_json::Value = serde_json::from_str(text).unwrap();
            let hits = answer["hits"].as_array().unwrap();
            hits.iter()
                .map(|hit| format!("{} {}", hit["id"], hit["score"]))
                .collect()
        };
        assert!(!ids(&here.stdout).is_empty());
        assert_eq!(ids(&here.stdout), ids(&there.stdout));
    }
    Done::Passed
}
