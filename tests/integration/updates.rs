//! What happens to an index over time: articles replaced, taken out, and a run that is cut short.

use crate::support::{Sandbox, article, cramps, hit_ids, hits};
use std::time::Duration;

fn counts(report: &serde_json::Value) -> [u64; 4] {
    ["added", "updated", "unchanged", "removed"].map(|field| report[field].as_u64().unwrap())
}

#[test]
fn an_article_that_changed_replaces_its_older_self() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("kb/b.txt", cramps());
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [2, 0, 0, 0]
    );
    sandbox.write(
        "kb/a.txt",
        article(
            "Night Cramps",
            &[("What warms", "A hot bath eases a tired calf.")],
        ),
    );
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 1, 1, 0]
    );
    let ids = hit_ids(&sandbox.json(&["search", "--json", "calf water doctor weeks"]));
    assert!(ids.contains(&"kb/a.txt#what-warms".to_owned()), "{ids:?}");
    assert!(
        ids.iter()
            .all(|id| !id.starts_with("kb/a.txt") || id == "kb/a.txt#what-warms"),
        "{ids:?}"
    );
    assert_eq!(
        sandbox.run(&["show", "kb/a.txt#what-helps"]).code,
        1,
        "no stale passage"
    );
    let status = sandbox.json(&["status", "--json"]);
    assert_eq!(
        (&status["index"]["articles"], &status["index"]["passages"]),
        (&2.into(), &4.into())
    );
}

#[test]
fn a_run_without_changes_commits_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let first = sandbox.json(&["index", "--json", "kb"]);
    let again = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    assert_eq!(again["index"], first["index"]);
}

#[test]
fn a_file_that_was_only_touched_is_unchanged() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox.write("kb/a.txt", cramps());
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 0, 1, 0]
    );
}

#[test]
fn a_change_that_keeps_size_and_time_is_seen() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    std::fs::write(&path, cramps().replace("water", "juice")).unwrap();
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time)
        .unwrap();
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 1, 0, 0]
    );
    assert_eq!(sandbox.run(&["search", "juice"]).code, 0);
    assert_eq!(sandbox.run(&["search", "water"]).code, 1);
}

#[test]
fn an_article_whose_file_was_emptied_is_taken_out() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("kb/b.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox.write("kb/a.txt", "");
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 0, 1, 1]
    );
    let ids = hit_ids(&sandbox.json(&["search", "--json", "water"]));
    assert_eq!(ids, ["kb/b.txt#what-helps"]);
}

#[test]
fn an_article_that_cannot_be_read_any_more_keeps_its_last_reading() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox.write("kb/a.txt", b"\0\x01\x02\x03");
    assert_eq!(sandbox.run(&["index", "kb"]).code, 2);
    assert_eq!(sandbox.run(&["search", "water"]).code, 0);
}

#[test]
fn articles_are_removed_by_patterns_of_their_ids_or_paths() {
    let sandbox = Sandbox::new();
    for name in ["a.txt", "b.txt", "deep/c.txt", "deep/er/d.txt"] {
        sandbox.write(&format!("kb/{name}"), cramps());
    }
    sandbox.ok(&["index", "--source", "leaflets", "kb"]);
    let removed = |patterns: &[&str]| -> Vec<String> {
        let report = sandbox.json(&[&["remove", "--json"], patterns].concat());
        report["removed"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(removed(&["leaflets/a.txt"]), ["leaflets/a.txt"]);
    assert_eq!(
        removed(&["kb/?.txt"]),
        ["leaflets/b.txt"],
        "`*` and `?` stay within a folder"
    );
    assert_eq!(
        removed(&["leaflets/**"]),
        ["leaflets/deep/c.txt", "leaflets/deep/er/d.txt"]
    );
    let status = sandbox.json(&["status", "--json"]);
    assert_eq!(
        (&status["index"]["articles"], &status["index"]["passages"]),
        (&0.into(), &0.into())
    );
    assert_eq!(sandbox.run(&["search", "cramps"]).code, 1);
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb", "--source", "leaflets"])),
        [4, 0, 0, 0]
    );
}

#[test]
fn a_pattern_that_matches_nothing_changes_nothing_and_ends_with_1() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let indexed = sandbox.json(&["index", "--json", "kb"]);
    let ran = sandbox.run(&["remove", "--json", "kb/b.txt", "*.txt"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("kb/b.txt"), "{}", ran.stderr);
    assert_eq!(ran.json()["removed"], serde_json::json!([]));
    assert_eq!(ran.json()["index"], indexed["index"]);
    let ran = sandbox.run(&["remove", "kb/[a"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("pattern") && ran.stderr.contains("[a"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_source_that_was_taken_out_gives_its_name_free() {
    let sandbox = Sandbox::new();
    sandbox.write("one/kb/a.txt", cramps());
    sandbox.write("two/kb/b.txt", cramps());
    sandbox.ok(&["index", "one/kb"]);
    sandbox.ok(&["remove", "kb/**"]);
    sandbox.ok(&["index", "two/kb"]);
    assert_eq!(
        hit_ids(&sandbox.json(&["search", "--json", "water"])),
        ["kb/b.txt#what-helps"]
    );
}

#[test]
fn a_refused_call_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("one/kb/a.txt", cramps());
    sandbox.write("two/kb/b.txt", cramps());
    sandbox.write("new/c.txt", cramps());
    let before = sandbox.json(&["index", "--json", "one/kb"]);
    assert_eq!(sandbox.run(&["index", "new", "two/kb"]).code, 2);
    assert_eq!(sandbox.json(&["list", "--json"])["index"], before["index"]);
}

/// Each article says one word in all its passages, which tells of which reading it is.
fn write_reading(sandbox: &Sandbox, word: &str) {
    for number in 0..1500 {
        let text = format!(
            "The word of this reading is {word}, and the number of the article is {number}. "
        )
        .repeat(8);
        sandbox.write(
            &format!("kb/{number:04}.txt"),
            article(&format!("Article {number}"), &[("", &text)]),
        );
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_last_commit_searchable() {
    let sandbox = Sandbox::new();
    write_reading(&sandbox, "alpha");
    sandbox.ok(&["index", "kb"]);
    write_reading(&sandbox, "beta");
    let mut killed = 0;
    for milliseconds in [30, 90, 200, 350] {
        let mut child = sandbox
            .command(&["index", "kb"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        if child.wait().unwrap().code().is_some() {
            break;
        }
        killed += 1;
        let total = |word: &str| {
            sandbox.run(&["search", "--json", "-n1", word]).json()["total"]
                .as_u64()
                .unwrap()
        };
        let totals = (total("alpha"), total("beta"));
        assert!(
            totals == (1500, 0) || totals == (0, 1500),
            "half a commit is seen: {totals:?}"
        );
    }
    assert!(killed > 0, "no run was killed before its end");
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "beta"]);
    assert_eq!((&report["total"], hits(&report).len()), (&1500.into(), 10));
    assert_eq!(sandbox.run(&["search", "alpha"]).code, 1);
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 0, 1500, 0]
    );
}

#[test]
fn a_first_run_that_is_killed_can_be_begun_again() {
    let sandbox = Sandbox::new();
    write_reading(&sandbox, "alpha");
    for milliseconds in [5, 15, 40, 120] {
        let mut child = sandbox
            .command(&["index", "kb"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = sandbox.run(&["search", "alpha"]);
        assert!(
            !ran.stderr.contains("damaged"),
            "{milliseconds}: {}",
            ran.stderr
        );
    }
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["index"]["articles"], 1500);
}

#[test]
fn a_second_writer_is_told_to_wait_and_readers_are_not_disturbed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    let library =
        ibid::engine::tantivy::TantivyEngine::open(&sandbox.path().join("index")).unwrap();
    let writer = ibid::engine::Engine::writer(&library, 1, Duration::ZERO).unwrap();
    let ran = sandbox.run(&["index", "kb", "--wait", "0"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    let holder = format!("is being written by process {}", std::process::id());
    assert!(ran.stderr.contains(&holder), "{}", ran.stderr);
    assert!(ran.stderr.contains(" since 20"), "{}", ran.stderr);
    assert_eq!(sandbox.run(&["remove", "kb/**", "--wait", "0"]).code, 2);
    assert_eq!(sandbox.run(&["search", "water"]).code, 0);
    // One that waits is told for whom, and goes on when the lock is given back.
    let waiting = sandbox
        .command(&["index", "kb", "--wait", "60"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(600));
    drop(writer);
    let waited = waiting.wait_with_output().unwrap();
    let told = String::from_utf8(waited.stderr).unwrap();
    assert!(told.contains("waiting: "), "{told}");
    assert!(told.contains(&holder), "{told}");
    assert!(waited.status.success());
}
