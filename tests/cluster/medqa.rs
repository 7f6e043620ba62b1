//! Do the judged questions find on a cluster what they find in a folder, and does it keep every section whatever becomes of its nodes?
//! These need the shared data (IBID_SHARED).

use crate::Done;
use crate::support::{Cluster, Running, Site};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// How many sections there are.
const SECTIONS: usize = 17_896;
/// How many passages they make.
const PASSAGES: u64 = 20_358;
/// How far the relevance may be from that of the embedded engine.
const NEAR: f64 = 0.005;
/// The share of questions whose ten best have to be the same in the same order, in percent.
const SAME: usize = 95;

/// The folder of the judged questions, or why there is none.
fn folder() -> Result<PathBuf, Done> {
    let shared = std::env::var_os("IBID_SHARED").filter(|shared| !shared.is_empty());
    match shared {
        Some(shared) => Ok(PathBuf::from(shared)
            .canonicalize()
            .unwrap()
            .join("relevance/medqa")),
        None => Err(Done::Skipped("IBID_SHARED is not set".to_owned())),
    }
}

pub(crate) fn answers_alike(cluster: &Cluster) -> Done {
    let folder = match folder() {
        Ok(folder) => folder,
        Err(skipped) => return skipped,
    };
    let site = Site::new(cluster, "medqa", "shards = 1");
    let articles = folder.join("articles.jsonl");
    let articles = articles.to_str().unwrap();
    site.ok(&["index", articles]);
    let on_folder = |args: &[&str]| {
        let ran = Running::start(&mut site.command("index", args)).wait();
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        ran.stdout
    };
    on_folder(&["index", articles]);
    let qrels = folder.join("qrels.dev.txt");
    for variant in ["summary", "keywords", "full"] {
        let topics = folder.join(format!("topics.dev.{variant}.tsv"));
        let topics = topics.to_str().unwrap();
        let export = [
            "export",
            "--queries",
            topics,
            "--format",
            "trec",
            "-n",
            "10",
        ];
        let (here, there) = (hits(&on_folder(&export)), hits(&site.ok(&export).stdout));
        assert!(here.len() > 40, "{variant}");
        let same = here
            .iter()
            .filter(|(topic, hits)| there.get(*topic) == Some(*hits))
            .count();
        let eval = [
            "eval",
            "--topics",
            topics,
            "--qrels",
            qrels.to_str().unwrap(),
            "--json",
        ];
        let measure = |text: &str| {
            let report: Value = serde_json::from_str(text).unwrap();
            report["measures"]["nDCG@10"].as_f64().unwrap()
        };
        let (ours, theirs) = (measure(&on_folder(&eval)), measure(&site.ok(&eval).stdout));
        println!(
            "{variant}: nDCG@10 {ours:.4} in a folder, {theirs:.4} on the cluster; {same} of {} topics have the same ten hits",
            here.len()
        );
        assert!((ours - theirs).abs() <= NEAR, "{variant}");
        assert!(same * 100 >= here.len() * SAME, "{variant}");
    }
    Done::Passed
}

/// The hits of each topic of a run, in order, with their scores.
fn hits(run: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut hits: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for line in run.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let hit = (fields[2].to_owned(), fields[4].to_owned());
        hits.entry(fields[0].to_owned()).or_default().push(hit);
    }
    hits
}

pub(crate) fn nodes_killed(cluster: &Cluster) -> Done {
    if let Some(skipped) = cluster.lacks(3) {
        return skipped;
    }
    let folder = match folder() {
        Ok(folder) => folder,
        Err(skipped) => return skipped,
    };
    let number = |name: &str, default: u64| {
        let set = std::env::var(name).ok();
        set.map_or(default, |set| {
            set.parse()
                .unwrap_or_else(|_| panic!("{name} is no number"))
        })
    };
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let (kills, seed) = (number("IBID_KILLS", 2), number("IBID_SEED", now));
    println!("{kills} kills, IBID_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let articles = folder.join("articles.jsonl");
    for kill in 0..kills {
        let site = Site::new(
            cluster,
            &format!("medqa-{kill}"),
            "shards = 3\nreplicas = 1",
        );
        // An index is there before its shards have copies: a node that dies then may take all there is of one.
        site.write("none/none.jsonl", "");
        site.write("none/one.md", "# One\n\nNothing.\n");
        site.ok(&["index", "none"]);
        cluster.wait();
        let node = random.usize(1..=cluster.nodes.len());
        let moment = random.u64(..PASSAGES);
        let before = cluster.taken(&site);
        let mut run = site.spawn(&["index", articles.to_str().unwrap()]);
        run.until_taken(&site, before, moment);
        sleep(Duration::from_millis(random.u64(..500)));
        let was_running = !run.is_over();
        cluster.kill(node);
        println!("kill {kill}: node {node} after {moment} passages, while indexing: {was_running}");
        cluster.restart(node);
        let ran = run.wait();
        assert_eq!(ran.code, 0, "kill {kill}, IBID_SEED={seed}: {}", ran.stderr);
        let checked = site.run(&["check"]);
        assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
        let sections = sections(&site);
        assert_eq!(sections.len(), SECTIONS, "kill {kill}, IBID_SEED={seed}");
        let passages: u64 = sections.values().sum();
        assert_eq!(passages, PASSAGES, "kill {kill}, IBID_SEED={seed}");
        cluster.ask("DELETE", &format!("/{}-000001", site.name), None);
    }
    Done::Passed
}

/// How many passages each section has on the cluster, by reading all of them. A passage that is there twice panics.
fn sections(site: &Site<'_>) -> BTreeMap<String, u64> {
    let mut sections: BTreeMap<String, u64> = BTreeMap::new();
    let mut passages = std::collections::BTreeSet::new();
    let mut after = Value::Null;
    loop {
        let mut body = json!({
            "size": 1000,
            "query": {"term": {"source": "medqa"}},
            "sort": ["added", "number", "position"],
            "_source": ["record"],
        });
        if !after.is_null() {
            body["search_after"] = after;
        }
        let answer = whole_answer(site, &body);
        let hits = answer["hits"]["hits"].as_array().unwrap();
        for hit in hits {
            let record: Value =
                serde_json::from_str(hit["_source"]["record"].as_str().unwrap()).unwrap();
            let passage = record["p"]["id"].as_str().unwrap();
            assert!(
                passages.insert(passage.to_owned()),
                "{passage} is there twice"
            );
            let section = record["p"]["s"].as_str().unwrap();
            *sections.entry(section.to_owned()).or_default() += 1;
        }
        match hits.last() {
            Some(last) => after = last["sort"].clone(),
            None => return sections,
        }
    }
}

/// What all shards answer. A node that has just come back may refuse a request for want of memory.
fn whole_answer(site: &Site<'_>, body: &Value) -> Value {
    let path = format!("/{}/_search", site.name);
    for _ in 0..60 {
        let answer = site.cluster.ask("POST", &path, Some(body));
        if answer["_shards"]["failed"] == 0 {
            return answer;
        }
        sleep(Duration::from_secs(1));
    }
    panic!("the cluster does not answer as a whole within a minute");
}
