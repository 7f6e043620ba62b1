//! The indexer is killed: before every single step that changes a file, and at moments that nobody chose.

use crate::Numbers;
use crate::support::{Ran, Sandbox, article};
use std::process::Stdio;
use std::time::Duration;

const ARTICLES: usize = 12;

/// Two readings of every article, told apart by a word in each passage.
fn write_reading(sandbox: &Sandbox, word: &str) {
    for number in 0..ARTICLES {
        let text = format!("All of reading {word} of number {number}.");
        let sections = [
            ("First", text.as_str()),
            ("Second", &text),
            ("Third", &text),
        ];
        sandbox.write(
            &format!("kb/{number:02}.txt"),
            article(&format!("Article {number} {word}"), &sections),
        );
    }
}

/// Fails unless the index is whole, and of one reading: every passage of every article, or none.
fn assert_whole(sandbox: &Sandbox, when: &str) {
    let check = sandbox.run(&["check", "--json"]);
    let report = check.json();
    assert_eq!(
        report["damaged"],
        serde_json::json!([]),
        "{when}: {}",
        check.stdout
    );
    let total = |word: &str| {
        let ran = sandbox.run(&["search", "--json", "--exact", "--no-fold", "-n1", word]);
        assert!(ran.code < 2, "{when}: {}", ran.stderr);
        ran.json()["total"].as_u64().unwrap()
    };
    let all = 3 * ARTICLES as u64;
    let totals = (total("alpha"), total("beta"));
    assert!(
        totals == (all, 0) || totals == (0, all),
        "{when}: half a commit is seen: {totals:?}"
    );
}

/// Runs the indexer until its step `number`, and says whether it came to its end.
fn index_until(sandbox: &Sandbox, kind: &str, number: usize) -> Option<Ran> {
    let output = sandbox
        .command(&["index", "kb", "-j1"])
        .env("IBID_FAULT", format!("{kind}@{number}"))
        .output()
        .unwrap();
    output.status.code().is_some().then(|| Ran::from(output))
}

#[test]
fn killed_before_any_step_of_an_update_the_index_is_whole_and_goes_on() {
    let mut kills = 0;
    let sandbox = Sandbox::new();
    write_reading(&sandbox, "alpha");
    sandbox.ok(&["index", "kb"]);
    let mut readings = ["beta", "alpha"].iter().cycle();
    write_reading(&sandbox, readings.next().unwrap());
    // Each step of a run that goes on where the last one was killed; when one comes to its end, another reading begins. Three
    // such rounds are other runs each time: what a kill left is cleaned up in one and not in another.
    for round in 0..3 {
        for step in 1.. {
            let when = format!("round {round}, step {step}");
            match index_until(&sandbox, "crash", step) {
                None => {
                    kills += 1;
                    assert_whole(&sandbox, &when);
                }
                Some(ran) => {
                    assert_eq!(ran.code, 0, "{when}: {}", ran.stderr);
                    break;
                }
            }
        }
        sandbox.ok(&["index", "kb"]);
        assert_whole(&sandbox, "at the end");
        write_reading(&sandbox, readings.next().unwrap());
    }
    println!("killed {kills} times");
    assert!(kills >= 150, "only {kills} kills");
}

#[test]
fn killed_before_any_step_of_a_first_run_it_can_be_begun_again() {
    let mut kills = 0;
    for step in 1.. {
        let sandbox = Sandbox::new();
        write_reading(&sandbox, "alpha");
        if let Some(ran) = index_until(&sandbox, "crash", step) {
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            break;
        }
        kills += 1;
        let when = format!("step {step}");
        if sandbox.path().join("index/ibid-index.json").exists() {
            let check = sandbox.run(&["check"]);
            assert!(check.code < 2, "{when}: {}{}", check.stdout, check.stderr);
        }
        sandbox.ok(&["index", "kb"]);
        assert_whole(&sandbox, &when);
    }
    assert!(kills >= 30, "only {kills} kills");
}

#[test]
fn killed_before_any_step_of_a_rebuild_the_old_index_or_the_new_one_is_there() {
    let mut kills = 0;
    for step in 1.. {
        let sandbox = Sandbox::new();
        write_reading(&sandbox, "alpha");
        sandbox.ok(&["index", "kb"]);
        age(&sandbox);
        let when = format!("step {step}");
        match index_until(&sandbox, "crash", step) {
            Some(ran) => {
                assert_eq!(ran.code, 0, "{when}: {}", ran.stderr);
                assert_whole(&sandbox, &when);
                break;
            }
            None => kills += 1,
        }
        let ran = sandbox.run(&["search", "alpha"]);
        assert!(
            ran.code == 0 || ran.stderr.contains("in an older form"),
            "{when}: {}",
            ran.stderr
        );
        sandbox.ok(&["index", "kb"]);
        assert_whole(&sandbox, &when);
        let folders = std::fs::read_dir(sandbox.path().join("index"))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count();
        assert_eq!(folders, 1, "{when}: what was left is not cleaned up");
    }
    assert!(kills >= 30, "only {kills} kills");
}

/// A page of its own text, and of what it shares with others.
fn write_page(sandbox: &Sandbox, number: usize) {
    let own = format!(
        "what was seen in case {number} on the ward, and what became of it by the end of week {number}"
    );
    let page = format!(
        "<title>Case {number}</title><article><h1>Case {number}</h1><p>First {own}.</p>\
         <p>Zebracrossing members read every page of ours without a queue.</p><p>Then {own}, again.</p></article>"
    );
    sandbox.write(&format!("kb/{number}.html"), page);
}

#[test]
fn killed_where_a_block_begins_or_ends_to_repeat_it_does_on_all_pages_or_on_none() {
    let sandbox = Sandbox::new();
    for number in 0..4 {
        write_page(&sandbox, number);
    }
    sandbox.ok(&["index", "kb"]);
    let state = |when: &str| {
        let check = sandbox.run(&["check", "--json"]).json();
        assert_eq!(check["damaged"], serde_json::json!([]), "{when}");
        let ran = sandbox.run(&["search", "--json", "--exact", "--no-fold", "zebracrossing"]);
        let articles = sandbox.run(&["list", "--json"]).json();
        let articles = articles["articles"].as_array().unwrap().len() as u64;
        (articles, ran.json()["total"].as_u64().unwrap())
    };
    let mut kills = 0;
    for is_added in [true, false] {
        let (from, to) = if is_added {
            ((4, 4), (5, 0))
        } else {
            ((5, 0), (4, 4))
        };
        for step in 1.. {
            let when = format!("added: {is_added}, step {step}");
            if is_added {
                write_page(&sandbox, 4);
            } else {
                std::fs::remove_file(sandbox.path().join("kb/4.html")).unwrap();
            }
            let ran = index_until(&sandbox, "crash", step);
            let now = state(&when);
            assert!(now == from || now == to, "{when}: {now:?}");
            // It goes on from what the kill left.
            sandbox.ok(&["index", "kb"]);
            assert_eq!(state(&when), to, "{when}");
            if ran.is_some() {
                break;
            }
            kills += 1;
            if is_added {
                std::fs::remove_file(sandbox.path().join("kb/4.html")).unwrap();
            } else {
                write_page(&sandbox, 4);
            }
            sandbox.ok(&["index", "kb"]);
            assert_eq!(state(&when), from, "{when}");
        }
    }
    println!("killed {kills} times");
    assert!(kills >= 60, "only {kills} kills");
}

/// Makes the index one of an older form, as its marker says.
fn age(sandbox: &Sandbox) {
    let path = sandbox.path().join("index/ibid-index.json");
    let mut marker: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    marker["analysis"] = 0.into();
    std::fs::write(&path, marker.to_string()).unwrap();
}

#[test]
fn killed_at_moments_that_nobody_chose_the_index_is_whole() {
    let sandbox = Sandbox::new();
    write_reading(&sandbox, "alpha");
    sandbox.ok(&["index", "kb"]);
    let mut numbers = Numbers::new(11);
    let mut readings = ["beta", "alpha"].iter().cycle();
    let mut killed = 0;
    for _ in 0..90 {
        write_reading(&sandbox, readings.next().unwrap());
        let mut child = sandbox
            .command(&["index", "kb"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(numbers.below(60_000) as u64));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        assert_whole(&sandbox, "after a kill");
    }
    println!("killed {killed} of 90 times before the end");
    assert!(killed >= 30, "only {killed} were killed before their end");
    sandbox.ok(&["index", "kb"]);
    assert_whole(&sandbox, "at the end");
}
