//! What happens where a part of the index is gone, or takes nothing more?

use crate::Done;
use crate::articles::{self, word};
use crate::support::{Cluster, Site};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn full_disk(cluster: &Cluster) -> Done {
    let settings = "shards = 3\nreplicas = 1\nbulk_bytes = 65536\nbulk_requests = 1\ntimeout = 10\npatience = 5";
    let site = Site::new(cluster, "full", settings);
    articles::write(&site, "0", 0, 10);
    site.ok(&["index", "articles"]);
    let status = site.json(&["status", "--json"]);
    articles::write(&site, "1", 10, 150);

    // What a cluster does by itself where a disk is nearly full.
    let path = format!("/{}/_settings", site.name);
    let block = |value: Value| {
        let body = json!({"index.blocks.read_only_allow_delete": value});
        let answer = cluster.ask("PUT", &path, Some(&body));
        assert_eq!(answer["acknowledged"], true, "{answer}");
    };
    let before = cluster.taken(&site);
    let mut run = site.spawn(&["index", "articles"]);
    assert!(
        run.until_taken(&site, before, 100),
        "over before the disk was full"
    );
    block(json!(true));
    let ran = run.wait();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.took < Duration::from_secs(60), "{:?}", ran.took);
    assert!(ran.stderr.contains("disk"), "{}", ran.stderr);
    // Again, with the block from the beginning.
    let ran = site.run(&["index", "articles"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("disk"), "{}", ran.stderr);

    assert_eq!(site.json(&["status", "--json"])["index"], status["index"]);
    assert_eq!(site.run(&["search", &word('z', 9)]).code, 0);
    assert_eq!(site.run(&["search", "--exact", &word('z', 20)]).code, 1);
    block(Value::Null);
    site.ok(&["index", "articles"]);
    articles::all_are_there_once(&site, 150);
    Done::Passed
}

pub(crate) fn gone(cluster: &Cluster) -> Done {
    if let Some(skipped) = cluster.lacks(3) {
        return skipped;
    }
    let settings = "shards = 3\nreplicas = 0\nbulk_bytes = 65536\ntimeout = 10\npatience = 5";
    let site = Site::new(cluster, "gone", settings);
    articles::write(&site, "0", 0, 50);
    site.ok(&["index", "articles"]);
    cluster.wait();
    let query = [
        "search",
        "--json",
        "--exact",
        "--no-fold",
        "-n",
        "20",
        "leg cramp",
    ];
    let whole = site.json(&query);
    assert!(whole.get("partial").is_none(), "{whole}");
    let status = site.json(&["status", "--json"]);
    articles::write(&site, "1", 50, 100);

    // The state of the index is in one of the shards: without that one, nothing can be said of any.
    let (mut told, mut refused) = (0, 0);
    for node in 1..=3 {
        let shards = cluster.ask(
            "GET",
            &format!("/_cat/shards/{}?format=json&h=node", site.name),
            None,
        );
        let held = shards
            .as_array()
            .unwrap()
            .iter()
            .filter(|shard| shard["node"] == format!("node-{node}"));
        if held.count() == 0 {
            continue;
        }
        cluster.kill(node);
        let ran = site.run(&query);
        assert!(ran.took < Duration::from_secs(40), "{:?}", ran.took);
        if ran.code == 0 {
            told += 1;
            let found: Value = serde_json::from_str(&ran.stdout).unwrap();
            let partial = &found["partial"];
            assert_eq!(partial["shards"], 3, "{found}");
            assert!(partial["answered"].as_u64().unwrap() < 3, "{found}");
            assert!(!partial["reason"].as_str().unwrap().is_empty(), "{found}");
            let warnings = found["warnings"].to_string();
            assert!(
                warnings.contains("shard") || warnings.contains("part"),
                "{warnings}"
            );
            // What is found is true, if not all of it.
            assert!(found["total"].as_u64() < whole["total"].as_u64(), "{found}");
            let none = site.run(&["search", "--exact", "nosuchwordatall"]);
            assert_eq!(
                none.code, 2,
                "nothing can be said of what was not looked at: {}",
                none.stderr
            );
        } else {
            refused += 1;
            assert_eq!(ran.code, 2, "{}", ran.stderr);
            assert!(
                !ran.stderr.trim().is_empty() && !ran.stderr.contains("panicked"),
                "{}",
                ran.stderr
            );
        }
        let ran = site.run(&["index", "articles"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.took < Duration::from_secs(60), "{:?}", ran.took);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);

        cluster.restart(node);
        assert_eq!(site.json(&query)["hits"], whole["hits"]);
        assert_eq!(site.json(&["status", "--json"])["index"], status["index"]);
        assert_eq!(site.run(&["check"]).code, 0);
    }
    assert!(
        told > 0,
        "no search told of a part ({refused} were refused)"
    );
    site.ok(&["index", "articles"]);
    articles::all_are_there_once(&site, 100);
    Done::Passed
}
