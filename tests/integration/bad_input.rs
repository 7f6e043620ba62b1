//! Bad input: each gets its own message with the path and what to do, the right exit code, and costs no other article.

use crate::support::{Sandbox, cramps};
use serde_json::Value;

/// Indexes a folder that holds a good article and one more file, and gives the code, standard error, and the entry of
/// `skipped` for that file.
fn index_beside_a_good_article(name: &str, contents: &[u8]) -> (i32, String, Vec<Value>) {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    sandbox.write(&format!("kb/{name}"), contents);
    let ran = sandbox.run(&["index", "--json", "kb"]);
    assert_eq!(
        ran.json()["added"],
        1,
        "the good article is there: {}",
        ran.stderr
    );
    assert_eq!(sandbox.run(&["search", "cramps"]).code, 0);
    let skipped = ran.json()["skipped"].as_array().unwrap().clone();
    (ran.code, ran.stderr, skipped)
}

#[test]
fn a_missing_path_is_named_and_costs_no_other() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    let ran = sandbox.run(&["index", "missing", "kb", "missing.txt"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("missing:") && ran.stderr.contains("missing.txt"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("1 added"), "{}", ran.stdout);
}

#[test]
fn a_missing_path_alone_leaves_no_index_behind() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["index", "missing"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("no file or folder missing; check"),
        "{}",
        ran.stderr
    );
    assert!(!sandbox.path().join("index").exists());
}

#[test]
fn no_corpus_to_index_by_default_is_said() {
    let ran = Sandbox::new().run(&["index"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("no folder corpus") && ran.stderr.contains("ibid index"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_empty_file_is_skipped_and_no_error() {
    for contents in [&b""[..], b" \n\t\n", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\n"] {
        let (code, stderr, skipped) = index_beside_a_good_article("empty.txt", contents);
        assert_eq!(code, 0, "{contents:?}: {stderr}");
        assert_eq!(skipped.len(), 1, "{contents:?}");
        assert_eq!(skipped[0]["path"], "kb/empty.txt");
        assert_eq!(skipped[0]["error"], false);
        assert!(stderr.contains("skipped kb/empty.txt: "), "{stderr}");
    }
}

#[test]
fn a_folder_without_articles_is_an_error_that_says_what_is_read() {
    let sandbox = Sandbox::new();
    sandbox.write("pictures/a.png", b"\x89PNG\r\n");
    let ran = sandbox.run(&["index", "pictures"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("pictures: no articles in this folder"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains(".txt"), "{}", ran.stderr);
}

#[test]
fn binary_bytes_in_a_text_file_are_an_error() {
    let bytes: Vec<u8> = (0..2000u32).map(|n| (n * 37 % 256) as u8).collect();
    let (code, stderr, skipped) = index_beside_a_good_article("image.txt", &bytes);
    assert_eq!(code, 2);
    assert_eq!(skipped[0]["path"], "kb/image.txt");
    assert_eq!(skipped[0]["error"], true);
    assert!(
        stderr.contains("error: kb/image.txt: is binary data"),
        "{stderr}"
    );
}

#[test]
fn a_file_of_another_kind_in_a_folder_is_skipped_with_the_reason_and_no_error() {
    for (name, contents, reason) in [
        (
            "photo.png",
            &b"\x89PNG\r\n\x1a\n"[..],
            "not an article format",
        ),
        ("data.blob", b"\0\x01\x02\x03\x04", "not an article format"),
        ("leaflet.pdf", b"%PDF-1.4 \xff", "PDF"),
        ("notes.docx", b"PK\x03\x04", "Word"),
        ("style.css", b"p { color: red }", "not an article format"),
    ] {
        let (code, stderr, skipped) = index_beside_a_good_article(name, contents);
        assert_eq!(code, 0, "{name}: {stderr}");
        assert_eq!(skipped[0]["error"], false, "{name}");
        assert!(stderr.contains(&format!("skipped kb/{name}: ")), "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
    }
}

#[test]
fn text_in_a_legacy_encoding_is_read() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/latin.txt",
        b"Caf\xe9 Au Lait And Sleep\n\nDon\x92t drink caf\xe9 au lait at night \x96 it keeps you awake, \x93really\x94.\n",
    );
    assert_eq!(sandbox.ok(&["index", "kb"]).stderr, "");
    let report = sandbox.json(&["search", "--json", "café"]);
    let hit = &report["hits"][0];
    assert_eq!(hit["article"]["title"], "Café Au Lait And Sleep");
    assert_eq!(
        hit["text"],
        "Don’t drink café au lait at night – it keeps you awake, “really”."
    );
    let parsed = sandbox.json(&["parse", "--json", "kb/latin.txt"]);
    assert_eq!(parsed["article"]["source"]["encoding"], "windows-1252");
}

#[test]
fn text_in_utf_16_is_read() {
    let sandbox = Sandbox::new();
    let bytes: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(cramps().encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox.write("kb/wide.txt", bytes);
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "water"]);
    assert_eq!(report["hits"][0]["heading_path"][0], "What helps");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    std::os::unix::fs::symlink("/nowhere/at/all", sandbox.path().join("kb/link.txt")).unwrap();
    let ran = sandbox.run(&["index", "kb", "kb/link.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("kb/link.txt"), "{}", ran.stderr);
    assert!(ran.stdout.contains("1 added"), "{}", ran.stdout);

    let ran = sandbox.run(&["index", "--follow", "kb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("kb/link.txt"), "{}", ran.stderr);
    assert!(ran.stdout.contains("1 unchanged"), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named_and_costs_no_other() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    let secret = sandbox.write("kb/secret.txt", cramps());
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&secret).is_ok() {
        // The superuser reads everything.
        return;
    }
    let ran = sandbox.run(&["index", "kb"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("kb/secret.txt") && ran.stderr.contains("permission"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("1 added"), "{}", ran.stdout);
}

#[test]
fn a_folder_that_holds_something_else_is_not_taken_for_an_index() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    sandbox.write("photos/holiday.jpg", "x");
    let before = sandbox.files_under("photos");
    for args in [
        &["--index", "photos", "index", "kb"][..],
        &["--index", "photos", "search", "x"],
        &["--index", "photos", "list"],
        &["--index", "photos", "status"],
        &["--index", "photos", "remove", "x"],
        &["--index", "photos", "export", "x"],
        &["--index", "photos", "show", "x"],
    ] {
        let ran = sandbox.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(
            ran.stderr.contains("photos holds something else"),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("holiday.jpg") && ran.stderr.contains("--index"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(sandbox.files_under("photos"), before);
}

#[test]
fn notes_for_people_do_not_make_an_index_folder_foreign() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    sandbox.write("index/README.md", "The index is built here.");
    sandbox.write("index/.gitignore", "*");
    sandbox.ok(&["index", "kb"]);
    assert!(sandbox.path().join("index/README.md").exists());
}

#[test]
fn an_index_that_is_a_file_or_is_not_there_is_said_to_be() {
    let sandbox = Sandbox::new();
    sandbox.write("file.txt", "x");
    let ran = sandbox.run(&["--index", "file.txt", "search", "x"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("file.txt is a file"), "{}", ran.stderr);
    for command in ["search", "export", "show", "remove"] {
        let ran = sandbox.run(&["--index", "nowhere", command, "x"]);
        assert_eq!(ran.code, 2, "{command}");
        assert!(
            ran.stderr.contains("no index at nowhere") && ran.stderr.contains("ibid index"),
            "{}",
            ran.stderr
        );
        assert!(!sandbox.path().join("nowhere").exists(), "{command}");
    }
}

#[test]
fn a_damaged_index_is_said_to_be_one() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    for (file, _) in sandbox.files_under("index/data-1") {
        if file.extension().is_some() {
            std::fs::write(&file, b"{}").unwrap();
        }
    }
    for args in [&["search", "cramps"][..], &["index", "kb"], &["list"]] {
        let ran = sandbox.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(
            ran.stderr.contains("the index at index"),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn parse_tells_bad_input_apart_as_index_does() {
    let sandbox = Sandbox::new();
    sandbox.write("empty.txt", "");
    sandbox.write("binary.txt", b"\0\x01\x02\x03");
    let ran = sandbox.run(&["parse", "empty.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.contains("skipped empty.txt"), "{}", ran.stderr);
    let ran = sandbox.run(&["parse", "binary.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("error: binary.txt: is binary"),
        "{}",
        ran.stderr
    );
    let ran = sandbox.run(&["parse", "missing.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("missing.txt"), "{}", ran.stderr);
    let ran = sandbox.run(&["parse", "."]);
    assert_eq!(ran.code, 2);
}

#[test]
fn one_path_given_twice_is_read_once() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/good.txt", cramps());
    for (args, added) in [
        (&["index", "--json", "kb", "kb/good.txt"][..], 1),
        (
            &[
                "--index",
                "second",
                "index",
                "--json",
                "kb/good.txt",
                "kb/good.txt",
            ],
            1,
        ),
        (&["--index", "third", "index", "--json", "kb", "./kb/"], 1),
    ] {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        let report = ran.json();
        assert_eq!(report["added"], added, "{args:?}");
        assert_eq!(report["skipped"], serde_json::json!([]), "{args:?}");
    }
    assert_eq!(
        sandbox.json(&["index", "--json", "kb", "kb/good.txt"])["unchanged"],
        1
    );
}
