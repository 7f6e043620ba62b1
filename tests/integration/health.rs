//! Is the index whole, of a form that is read, and what is done where it is not?

use crate::support::{Sandbox, article, cramps, hit_ids};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn two_articles(sandbox: &Sandbox) {
    sandbox.write("kb/a.txt", cramps());
    sandbox.write(
        "kb/b.txt",
        article("Salt", &[("Why salt", "Salt is lost with sweat.")]),
    );
    sandbox.ok(&["index", "kb"]);
}

#[test]
fn a_whole_index_in_step_with_its_sources_is_said_to_be_one() {
    let sandbox = Sandbox::new();
    two_articles(&sandbox);
    let ran = sandbox.ok(&["check"]);
    assert_eq!(
        ran.stdout,
        "the index is whole: 2 articles with 4 passages\n"
    );
    let report = sandbox.json(&["check", "--json"]);
    for list in ["damaged", "changed", "vanished", "unreadable"] {
        assert_eq!(report[list], json!([]), "{list}");
    }
    assert_eq!(
        (&report["index"]["articles"], &report["repair"]),
        (&json!(2), &Value::Null)
    );
}

#[test]
fn sources_that_have_changed_or_are_gone_are_listed_with_1() {
    let sandbox = Sandbox::new();
    two_articles(&sandbox);
    sandbox.run_with_input(&["index", "-"], "Note\n\nA note from nowhere.\n");
    sandbox.write("kb/a.txt", cramps().replace("water", "juice"));
    fs::remove_file(sandbox.path().join("kb/b.txt")).unwrap();
    let ran = sandbox.run(&["check", "--json"]);
    assert_eq!(ran.code, 1);
    let report = ran.json();
    assert_eq!(report["changed"], json!(["kb/a.txt"]));
    assert_eq!(report["vanished"], json!(["kb/b.txt"]));
    assert_eq!(report["damaged"], json!([]));
    let ran = sandbox.run(&["check"]);
    assert!(
        ran.stdout
            .contains("changed      kb/a.txt\nvanished     kb/b.txt\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("`ibid index` with the folders brings it in step"),
        "{}",
        ran.stdout
    );
    sandbox.ok(&["index", "kb"]);
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn where_there_is_no_index_a_check_says_so() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("there is no index at index"),
        "{}",
        ran.stderr
    );
}

/// The files that an index consists of.
fn parts(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = sandbox.files_under("index").into_keys();
    let is_a_part = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        // The rest is not needed: who held the lock, the times of files, and what may be deleted.
        !["lock", "stamps.json", ".managed.json"].contains(&name) && !name.starts_with("manifest-1")
    };
    files.filter(|path| is_a_part(path)).collect()
}

#[test]
fn whichever_file_is_damaged_or_missing_it_is_found_named_and_mended() {
    let template = Sandbox::new();
    two_articles(&template);
    template.write(
        "kb/c.txt",
        article("Heat", &[("Why heat", "Heat calms a muscle.")]),
    );
    template.ok(&["index", "kb"]);
    let words = template.write("words.txt", "pickle juice, salt\n");
    template.ok(&["vocabulary", "import", words.to_str().unwrap()]);
    let parts = parts(&template);
    assert!(parts.len() > 10, "{parts:?}");
    for part in parts {
        let inside = part.strip_prefix(template.path()).unwrap().to_owned();
        let name = inside.file_name().unwrap().to_str().unwrap().to_owned();
        for kind in ["flip", "cut", "missing"] {
            let is_marker = name == "ibid-index.json";
            if (is_marker || name.starts_with("vocabulary-")) && kind != "cut" {
                // Without its marker a folder is no index, and without its vocabulary one that has none.
                continue;
            }
            let sandbox = Sandbox::new();
            copy(template.path(), sandbox.path());
            // Its sources are where they were, in the folder it was copied from.
            let path = sandbox.path().join(&inside);
            let mut bytes = fs::read(&path).unwrap();
            match kind {
                "flip" => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    fs::write(&path, &bytes).unwrap();
                }
                "cut" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
                _ => fs::remove_file(&path).unwrap(),
            }
            let when = format!("{name} {kind}");
            let ran = sandbox.run(&["check", "--json"]);
            assert_eq!(ran.code, 2, "{when}: {}{}", ran.stdout, ran.stderr);
            assert!(!ran.stderr.contains("panicked"), "{when}: {}", ran.stderr);
            assert!(
                !ran.json()["damaged"].as_array().unwrap().is_empty(),
                "{when}"
            );
            if name.starts_with("vocabulary-") {
                assert!(ran.stdout.contains("import it again"), "{}", ran.stdout);
                continue;
            }
            let search = sandbox.run(&["search", "salt"]);
            assert!(
                !search.stderr.contains("panicked"),
                "{when}: {}",
                search.stderr
            );
            let ran = sandbox.run(&["check", "--repair", "--json"]);
            assert_eq!(ran.code, 0, "{when}: {}{}", ran.stdout, ran.stderr);
            let report = ran.json();
            assert_eq!(report["damaged"], json!([]), "{when}");
            assert_eq!(report["repair"]["lost"], json!([]), "{when}");
            assert_eq!(report["index"]["articles"], 3, "{when}");
            let report = sandbox.json(&["search", "--json", "why salt"]);
            assert_eq!(hit_ids(&report)[0], "kb/b.txt#why-salt", "{when}");
        }
    }
}

#[test]
fn a_repair_keeps_what_it_can_and_says_what_is_lost() {
    let sandbox = Sandbox::new();
    two_articles(&sandbox);
    let input = "Pickles\n\nOn salt\n\nPickles are salty.\n";
    sandbox.run_with_input(&["index", "-", "--name", "pickles"], input);
    // Where only the marker is damaged, or gone, all passages can be read: the article from standard input is taken over.
    let marker = sandbox.path().join("index/ibid-index.json");
    let whole = fs::read(&marker).unwrap();
    for damage in ["{", ""] {
        if damage.is_empty() {
            fs::remove_file(&marker).unwrap();
        } else {
            fs::write(&marker, damage).unwrap();
        }
        for args in [&["search", "salt"][..], &["index", "kb"], &["check"]] {
            let ran = sandbox.run(args);
            assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        }
        let report = sandbox.run(&["check", "--repair", "--json"]).json();
        assert_eq!(report["repair"]["lost"], json!([]), "{report}");
        assert_eq!(report["repair"]["restored"], 2);
        assert_eq!(report["repair"]["kept"], 1);
        assert_eq!(sandbox.run(&["search", "pickles"]).code, 0);
    }
    // The passages of the article from standard input are damaged too, and so are those of a file that is away for a while.
    let (file, away) = (
        sandbox.path().join("kb/b.txt"),
        sandbox.path().join("b.txt"),
    );
    fs::rename(&file, &away).unwrap();
    for (file, _) in sandbox.files_under("index") {
        if file.extension().is_some_and(|ending| ending == "store") {
            fs::write(&file, "damaged").unwrap();
        }
    }
    let ran = sandbox.run(&["check", "--repair", "--json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["repair"]["lost"], json!(["kb/b.txt", "pickles"]));
    let ran = sandbox.run(&["check", "--json"]);
    assert_eq!(
        (ran.code, &ran.json()["vanished"]),
        (1, &json!(["kb/b.txt"])),
        "it is missed"
    );
    fs::rename(&away, &file).unwrap();
    sandbox.ok(&["index", "kb"]);
    assert_eq!(sandbox.run(&["check"]).code, 0);
    assert_ne!(
        fs::read(&marker).unwrap(),
        whole,
        "it names another data folder"
    );
    sandbox.run_with_input(&["index", "-", "--name", "pickles"], input);
    let words = sandbox.write("words.txt", "pickle juice, salt\n");
    sandbox.ok(&["vocabulary", "import", words.to_str().unwrap()]);
    let ran = sandbox.run(&["check", "--repair"]);
    assert_eq!(ran.code, 0, "nothing to do: {}", ran.stdout);
    assert!(!ran.stdout.contains("rebuilt"), "{}", ran.stdout);
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// An index that an early version made of two leaflets and a note from standard input.
fn old_index() -> Sandbox {
    let sandbox = Sandbox::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (from, to) in [
        ("index-format-1", "index"),
        ("index-format-1-leaflets", "leaflets"),
    ] {
        fs::create_dir(sandbox.path().join(to)).unwrap();
        copy(&fixtures.join(from), &sandbox.path().join(to));
    }
    let root = sandbox.path().canonicalize().unwrap().join("leaflets");
    for number in [1, 2] {
        let path = sandbox.path().join(format!("index/manifest-{number}.json"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("@ROOT@", root.to_str().unwrap())).unwrap();
    }
    sandbox
}

#[test]
fn an_index_of_an_older_form_is_never_misread() {
    let sandbox = old_index();
    let before = sandbox.files_under("index");
    for args in [
        &["search", "cramp"][..],
        &["list"],
        &["status"],
        &["check"],
        &["show", "desk-note"],
        &["remove", "desk-note"],
        &["vocabulary", "list"],
    ] {
        let ran = sandbox.run(args);
        if args[0] == "vocabulary" && ran.code == 0 {
            continue;
        }
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(
            ran.stderr
                .contains("in an older form (by ibid 0.1.0); `ibid index` rebuilds it"),
            "{args:?}: {}",
            ran.stderr
        );
    }
    assert!(sandbox.files_under("index") == before, "it was written to");
}

#[test]
fn indexing_rebuilds_an_index_of_an_older_form_and_loses_nothing_unasked() {
    let sandbox = old_index();
    let before = sandbox.files_under("index");
    let ran = sandbox.run(&["index", "leaflets"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("whose source is not there: desk-note; the old one is untouched; bring their files back, or give --prune"),
        "{}",
        ran.stderr
    );
    let after = sandbox.files_under("index");
    for (path, file) in &before {
        assert!(after.get(path) == Some(file), "{path:?} was written to");
    }
    sandbox.write("leaflets/new.txt", cramps());
    let report = sandbox.json(&["index", "--json", "--prune", "leaflets"]);
    assert_eq!(
        (
            &report["added"],
            &report["updated"],
            &report["index"]["articles"]
        ),
        (&json!(1), &json!(2), &json!(3)),
        "{report}"
    );
    assert_eq!(report["index"]["generation"], 3, "commits are counted on");
    assert_eq!(sandbox.run(&["check"]).code, 0);
    let left: Vec<String> = fs::read_dir(sandbox.path().join("index"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name == "segments" || name.starts_with("manifest-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let report = sandbox.json(&["search", "--json", "lean into the wall"]);
    assert_eq!(hit_ids(&report)[0], "leaflets/night-cramps.txt#what-helps");
}

#[test]
fn a_rebuild_that_cannot_be_finished_leaves_the_old_index() {
    let sandbox = old_index();
    // A source that is elsewhere now: its articles would be lost.
    fs::rename(
        sandbox.path().join("leaflets"),
        sandbox.path().join("elsewhere"),
    )
    .unwrap();
    sandbox.write("more/new.txt", cramps());
    let ran = sandbox.run(&["index", "more"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("leaflets/dry-eyes.md"),
        "{}",
        ran.stderr
    );
    fs::rename(
        sandbox.path().join("elsewhere"),
        sandbox.path().join("leaflets"),
    )
    .unwrap();
    let report = sandbox.json(&["index", "--json", "--prune", "more"]);
    assert_eq!(
        report["index"]["articles"], 3,
        "the other source is read again too"
    );
}

#[test]
fn an_index_of_a_newer_form_is_left_alone() {
    let sandbox = Sandbox::new();
    two_articles(&sandbox);
    let path = sandbox.path().join("index/ibid-index.json");
    let mut marker: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    marker["format"] = json!(1000);
    marker["made_by"] = json!("ibid 99.0.0");
    fs::write(&path, marker.to_string()).unwrap();
    let before = sandbox.files_under("index");
    for args in [
        &["search", "salt"][..],
        &["index", "kb"],
        &["check", "--repair"],
    ] {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(
            ran.stderr
                .contains("was made by a newer version (ibid 99.0.0)"),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("another index with --index"),
            "{}",
            ran.stderr
        );
    }
    assert!(sandbox.files_under("index") == before);
}
