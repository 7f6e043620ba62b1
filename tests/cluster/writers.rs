//! What happens where two write at once, and where one is killed?

use crate::Done;
use crate::articles::{self, SECTIONS, word};
use crate::support::{Cluster, Site};
use std::time::Duration;

/// Small requests, so that a run lasts.
const SLOW: &str = "shards = 3\nreplicas = 1\nbulk_bytes = 65536\nbulk_requests = 1";

/// As many as take some seconds.
const ARTICLES: usize = 150;

pub(crate) fn two_at_once(cluster: &Cluster) -> Done {
    let site = Site::new(cluster, "two", SLOW);
    articles::write(&site, "0", 0, 1);
    site.ok(&["index", "articles"]);
    articles::write(&site, "1", 1, ARTICLES);

    let before = cluster.taken(&site);
    let mut first = site.spawn(&["index", "articles", "--json"]);
    assert!(
        first.until_taken(&site, before, 1),
        "over before the other began"
    );
    let refused = site.run(&["index", "articles", "--wait", "0"]);
    let mut second = site.spawn(&["index", "articles", "--json", "--wait", "300"]);
    let (was_running, waits) = (!first.is_over(), !second.is_over());
    assert!(was_running && waits, "over before the other was refused");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("another process is writing"),
        "{}",
        refused.stderr
    );

    let [first, second] = [first.wait(), second.wait()];
    assert_eq!(
        (first.code, second.code),
        (0, 0),
        "{}{}",
        first.stderr,
        second.stderr
    );
    let second: serde_json::Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!(second["unchanged"], ARTICLES);
    articles::all_are_there_once(&site, ARTICLES);
    Done::Passed
}

pub(crate) fn killed(cluster: &Cluster) -> Done {
    let site = Site::new(cluster, "killed", SLOW);
    articles::write(&site, "0", 0, 10);
    site.ok(&["index", "articles"]);
    let status = site.json(&["status", "--json"]);
    // What is there is changed as well: an old section may not be lost to a run that came to nothing.
    articles::write(&site, "0", 0, 8);
    articles::write(&site, "1", 10, ARTICLES);

    for quarters in 1..4 {
        let before = cluster.taken(&site);
        let mut run = site.spawn(&["index", "articles"]);
        let moment = (ARTICLES * SECTIONS * quarters / 4) as u64;
        if run.until_taken(&site, before, moment) {
            run.kill();
            assert_eq!(run.wait().code, -1);
        } else {
            panic!("over before it was killed");
        }
        assert_eq!(site.json(&["status", "--json"])["index"], status["index"]);
        let found = site.json(&[
            "search",
            "--json",
            "--exact",
            "--no-fold",
            "-n",
            "50",
            &word('z', 9),
        ]);
        assert_eq!(found["total"], SECTIONS);
        let new = site.run(&["search", "--json", "--exact", &word('z', 20)]);
        assert_eq!(new.code, 1, "{}", new.stdout);
        assert_eq!(
            site.run(&["search", "--json", "--exact", &word('z', 7)])
                .code,
            0
        );
    }

    // Who was killed holds on to the lock for no longer than half a minute.
    let ran = site.ok(&["index", "articles", "--wait", "60"]);
    assert!(ran.took < Duration::from_secs(120), "{:?}", ran.took);
    let listed = site.json(&["list", "--json"]);
    assert_eq!(listed["articles"].as_array().unwrap().len(), ARTICLES - 2);
    articles::write(&site, "0", 0, 10);
    site.ok(&["index", "articles"]);
    articles::all_are_there_once(&site, ARTICLES);
    Done::Passed
}
