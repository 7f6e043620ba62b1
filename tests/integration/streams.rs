//! Streams and exit codes: results go to standard output and nothing else does, and the code says how it ended.

use crate::support::{Sandbox, article, cramps};
use std::io::Read;
use std::process::Stdio;

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox
}

/// A library whose answers are longer than any pipe holds.
fn large_library() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..150 {
        let text = "A cramp in the calf hurts for a while and then it goes. ".repeat(15);
        sandbox.write(
            &format!("kb/{number:03}.txt"),
            article(&format!("Cramp number {number}"), &[("", &text)]),
        );
    }
    sandbox.ok(&["index", "kb"]);
    sandbox
}

#[test]
fn a_search_that_finds_something_ends_with_0_and_one_that_does_not_with_1() {
    let library = library();
    assert_eq!(library.run(&["search", "cramps"]).code, 0);
    assert_eq!(library.run(&["search", "appendicitis"]).code, 1);
    assert_eq!(library.run(&["export", "appendicitis"]).code, 1);
    assert_eq!(library.run(&["show", "kb/nothing.txt"]).code, 1);
    assert_eq!(library.run(&["remove", "nothing/**"]).code, 1);
}

#[test]
fn bad_usage_ends_with_2_and_prints_no_result() {
    let library = library();
    for args in [
        &["search"][..],
        &["search", ""],
        &["search", " \t "],
        &["search", "--frobnicate", "x"],
        &["search", "-n", "0", "x"],
        &["search", "-n", "ten", "x"],
        &["search", "--offset", "-1", "x"],
        &["search", "--color", "sometimes", "x"],
        &["export", "--format", "xml", "x"],
        &["export", "x", "--queries", "topics.tsv"],
        &["export"],
        &["index", "-j", "0", "kb"],
        &["index", "-", "kb"],
        &["remove"],
        &["remove", "[z-"],
        &["schema", "everything"],
        &["frobnicate"],
        &[],
    ] {
        let ran = library.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(!ran.stderr.trim().is_empty(), "{args:?}");
    }
}

#[test]
fn an_unknown_flag_is_named() {
    let ran = Sandbox::new().run(&["search", "--frobnicate", "x"]);
    assert!(ran.stderr.contains("--frobnicate"), "{}", ran.stderr);
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::new();
    for args in [
        &["--help"][..],
        &["--version"],
        &["search", "--help"],
        &["man"],
    ] {
        let ran = sandbox.ok(args);
        assert!(ran.stdout.contains("ibid"), "{args:?}");
        assert_eq!(ran.stderr, "", "{args:?}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(sandbox.ok(&["completions", shell]).stdout.contains("ibid"));
    }
}

#[test]
fn an_empty_result_is_still_a_document() {
    let library = library();
    let ran = library.run(&["search", "--json", "appendicitis"]);
    assert_eq!(ran.code, 1);
    let report = ran.json();
    assert_eq!(report["hits"], serde_json::json!([]));
    assert_eq!(report["total"], 0);

    let ran = library.run(&["export", "--format", "csv", "appendicitis"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout.lines().count(), 1, "the header alone");

    for format in ["ndjson", "trec"] {
        let ran = library.run(&["export", "--format", format, "appendicitis"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{format}");
    }
}

#[test]
fn what_is_said_about_results_is_on_standard_error() {
    let library = library();
    let ran = library.ok(&["search", "the", "cramps"]);
    assert!(!ran.stdout.contains("ibid:"), "{}", ran.stdout);
    assert!(ran.stderr.contains("3 of 3 passages"), "{}", ran.stderr);
    assert!(ran.stderr.contains("ignored: the"), "{}", ran.stderr);

    library.write("mixed/good.txt", cramps());
    library.write("mixed/bad.txt", b"\0\x01\x02\x03");
    let ran = library.run(&["index", "--json", "mixed"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["added"], 1);
    assert!(ran.stderr.contains("mixed/bad.txt"), "{}", ran.stderr);
}

#[test]
fn progress_is_not_drawn_into_a_pipe() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    let ran = sandbox.ok(&["index", "kb"]);
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains('\r'), "{:?}", ran.stdout);
}

#[test]
fn a_closed_pipe_ends_quietly_with_0() {
    let library = large_library();
    for args in [
        &["search", "-n", "150", "cramp"][..],
        &["search", "-n", "150", "--json", "cramp"],
        &["export", "-n", "150", "--format", "json", "cramp"],
        &["export", "-n", "150", "--format", "ndjson", "cramp"],
        &["export", "-n", "150", "--format", "csv", "cramp"],
    ] {
        let mut child = library
            .command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 3]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            !stderr.contains("error") && !stderr.contains("panicked"),
            "{args:?}: {stderr}"
        );
    }
}

#[test]
fn a_disk_that_is_full_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let library = library();
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for args in [
        &["search", "cramps"][..],
        &["export", "cramps"],
        &["list"],
        &["schema"],
    ] {
        let output = library.command(args).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains("cannot write the results"),
            "{args:?}: {stderr}"
        );
    }
}

#[test]
fn results_can_be_read_where_nobody_listens_to_standard_error() {
    let library = library();
    let mut child = library
        .command(&["search", "--json", "the cramps"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
}
