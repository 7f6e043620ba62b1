//! What do nodes that die and halt change? Nothing, where every shard has a copy.

use crate::Done;
use crate::articles::{self, SECTIONS, word};
use crate::support::{Cluster, Running, Site};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

/// Every shard has a copy, and requests are small, so that a run lasts.
const SAFE: &str = "shards = 3\nreplicas = 1\nbulk_bytes = 65536\nbulk_requests = 2";

pub(crate) fn killed_while_indexing(cluster: &Cluster) -> Done {
    if let Some(skipped) = cluster.lacks(3) {
        return skipped;
    }
    let site = Site::new(cluster, "dies", SAFE);
    articles::write(&site, "0", 0, 1);
    site.ok(&["index", "articles"]);
    cluster.wait();
    articles::write(&site, "1", 1, 150);
    let before = cluster.taken(&site);
    let mut run = site.spawn(&["index", "articles"]);
    assert!(
        run.until_taken(&site, before, 500),
        "over before a node was killed"
    );
    cluster.kill(1);
    let ran = run.wait();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // While the node is away, and when it is back.
    articles::all_are_there_once(&site, 150);
    cluster.restart(1);
    articles::all_are_there_once(&site, 150);
    Done::Passed
}

pub(crate) fn searched_meanwhile(cluster: &Cluster) -> Done {
    if let Some(skipped) = cluster.lacks(3) {
        return skipped;
    }
    // A halted node is given up by the others after half a minute, unless they are told to be quicker.
    let site = Site::new(cluster, "halts", &format!("{SAFE}\ntimeout = 60"));
    articles::write(&site, "0", 0, 50);
    site.ok(&["index", "articles"]);
    cluster.wait();
    let queries = [
        &["leg cramp", "-n", "20"][..],
        &["\"heart attack\" -cough", "--facets"],
        &["back spasm", "--no-fold", "-n", "50", "--offset", "10"],
    ];
    let answers = || {
        queries.map(|query| {
            let start = Instant::now();
            let answer = site.json(&[&["search", "--json"], query].concat());
            (answer, start.elapsed())
        })
    };
    let before = answers().map(|(answer, _)| answer);
    for node in 1..=2 {
        cluster.kill(node);
        for (answer, before) in answers().iter().zip(&before) {
            assert_eq!(answer.0, *before);
        }
        cluster.restart(node);
    }
    for node in [1, 3] {
        cluster.control(&["pause", &node.to_string()]);
        let answers = answers();
        println!(
            "node {node} halted: searches took {:?}",
            answers.each_ref().map(|(_, took)| *took)
        );
        for (answer, before) in answers.iter().zip(&before) {
            assert_eq!(answer.0, *before);
            // The others wait for it, but nobody waits for it alone.
            assert!(answer.1 < Duration::from_secs(45), "{:?}", answer.1);
        }
        cluster.control(&["resume", &node.to_string()]);
        cluster.wait();
    }
    Done::Passed
}

pub(crate) fn killed_at_random(cluster: &Cluster) -> Done {
    if let Some(skipped) = cluster.lacks(3) {
        return skipped;
    }
    let number = |name: &str, default: usize| {
        let set = std::env::var(name).ok();
        set.map_or(default, |set| {
            set.parse()
                .unwrap_or_else(|_| panic!("{name} is no number"))
        })
    };
    let kills = number("IBID_KILLS", 3).max(1);
    let per_run = number("IBID_KILLS_SECTIONS", 6000)
        .div_ceil(SECTIONS)
        .div_ceil(kills)
        .max(1);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as usize;
    let seed = number("IBID_SEED", now);
    println!(
        "{kills} kills, {} sections, IBID_SEED={seed}",
        kills * per_run * SECTIONS
    );
    let mut random = fastrand::Rng::with_seed(seed as u64);

    let site = Site::new(cluster, "random", SAFE);
    // An index is there before its shards have copies: a node that dies then may take all there is of one.
    site.write("articles/none.jsonl", "");
    articles::write(&site, "first", 0, 1);
    site.ok(&["index", "articles"]);
    cluster.wait();
    let mut late = 0;
    for kill in 0..kills {
        // Each run takes more in, and changes nothing of what is there.
        let from = 1 + kill * per_run;
        articles::write(&site, &format!("part{kill}"), from, from + per_run);
        let node = random.usize(1..=cluster.nodes.len());
        let moment = random.u64(..=(per_run * SECTIONS) as u64);
        let after = Duration::from_millis(random.u64(..300));
        let before = cluster.taken(&site);
        let mut run: Running = site.spawn(&["index", "articles"]);
        run.until_taken(&site, before, moment);
        sleep(after);
        let was_running = !run.is_over();
        late += usize::from(!was_running);
        cluster.kill(node);
        println!(
            "kill {kill}: node {node}, after {moment} sections and {after:?}, while indexing: {was_running}"
        );
        cluster.restart(node);
        let ran = run.wait();
        assert_eq!(ran.code, 0, "kill {kill}, IBID_SEED={seed}: {}", ran.stderr);
        // Also the last ones are found at once.
        let last = word('x', (from + per_run) * SECTIONS - 1);
        assert_eq!(
            site.json(&["search", "--json", "--exact", &last])["total"],
            1,
            "IBID_SEED={seed}"
        );
    }
    println!("{late} of {kills} nodes died after the run was over");
    articles::all_are_there_once(&site, 1 + kills * per_run);
    Done::Passed
}
