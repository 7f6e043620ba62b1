//! Where the index is, what a first run does, and that reading never writes.

use crate::support::{Ran, Sandbox, cramps, hit_ids};

/// A sandbox with two indexes that hold one article each, `a/index` and `b/index`.
fn two_indexes() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["a", "b", "c"] {
        sandbox.write(&format!("{name}/kb-{name}/cramps.txt"), cramps());
        sandbox.ok(&[
            "--index",
            &format!("{name}/index"),
            "index",
            &format!("{name}/kb-{name}"),
        ]);
    }
    sandbox
}

fn found_in(sandbox: &Sandbox, folder: &str, flag: Option<&str>, variable: Option<&str>) -> String {
    let mut args = vec!["search", "--json", "water"];
    args.extend(flag.iter().flat_map(|flag| ["--index", *flag]));
    let mut command = sandbox.command(&args);
    command.current_dir(sandbox.path().join(folder));
    command.envs(variable.map(|value| ("IBID_INDEX", value)));
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    hit_ids(&ran.json())[0].clone()
}

#[test]
fn flags_beat_the_environment_which_beats_the_file_which_beats_the_default() {
    let sandbox = two_indexes();
    let id = |name: &str| format!("kb-{name}/cramps.txt#what-helps");
    assert_eq!(found_in(&sandbox, "a", None, None), id("a"));
    sandbox.write("a/ibid.toml", "index = \"../b/index\"\n");
    assert_eq!(found_in(&sandbox, "a", None, None), id("b"));
    assert_eq!(found_in(&sandbox, "a", None, Some("../c/index")), id("c"));
    assert_eq!(
        found_in(&sandbox, "a", None, Some("")),
        id("b"),
        "an empty variable is none"
    );
    assert_eq!(
        found_in(&sandbox, "a", Some("index"), Some("../c/index")),
        id("a")
    );
}

#[test]
fn the_file_is_looked_for_upwards_and_its_paths_are_relative_to_it() {
    let sandbox = two_indexes();
    sandbox.write("ibid.toml", "index = \"b/index\"\n");
    sandbox.write("a/deep/down/x", "");
    assert_eq!(
        found_in(&sandbox, "a/deep/down", None, None),
        "kb-b/cramps.txt#what-helps"
    );
    sandbox.write("a/deep/ibid.toml", "index = \"../index\"\n");
    assert_eq!(
        found_in(&sandbox, "a/deep/down", None, None),
        "kb-a/cramps.txt#what-helps",
        "the nearest counts"
    );
}

#[test]
fn a_mistake_in_the_file_is_named_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("ibid.toml", "# where\nindx = \"x\"\n");
    let ran = sandbox.run(&["search", "x"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("ibid.toml:2:") && ran.stderr.contains("indx"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_first_search_in_a_fresh_checkout_indexes_the_corpus_and_says_so() {
    for command in ["search", "export"] {
        let sandbox = Sandbox::new();
        sandbox.write("corpus/cramps.txt", cramps());
        sandbox.write("index/README.md", "built here");
        let json = if command == "search" { "--json" } else { "-n5" };
        let first = sandbox.ok(&[command, json, "water"]);
        assert!(first.stderr.contains("indexing corpus"), "{}", first.stderr);
        assert_eq!(hit_ids(&first.json())[0], "corpus/cramps.txt#what-helps");
        let second = sandbox.ok(&[command, json, "water"]);
        assert_eq!(second.stdout, first.stdout);
        assert!(!second.stderr.contains("index"), "{}", second.stderr);
    }
}

#[test]
fn only_the_default_index_is_made_by_a_search() {
    let sandbox = Sandbox::new();
    sandbox.write("corpus/cramps.txt", cramps());
    assert_eq!(sandbox.run(&["--index", "mine", "search", "water"]).code, 2);
    let output = sandbox
        .command(&["search", "water"])
        .env("IBID_INDEX", "mine")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    for command in ["list", "status"] {
        assert_eq!(sandbox.run(&[command]).code, 2, "{command}");
    }
    assert!(!sandbox.path().join("mine").exists() && !sandbox.path().join("index").exists());
}

#[test]
fn without_articles_in_the_corpus_a_first_search_makes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("corpus/picture.png", "x");
    let ran = sandbox.run(&["search", "water"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no index at index"), "{}", ran.stderr);
    assert!(!sandbox.path().join("index").exists());
}

#[test]
fn a_blank_query_indexes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("corpus/cramps.txt", cramps());
    assert_eq!(sandbox.run(&["search", " "]).code, 2);
    assert!(!sandbox.path().join("index").exists());
}

#[test]
fn reading_never_writes_to_the_index() {
    let sandbox = Sandbox::new();
    sandbox.write("corpus/cramps.txt", cramps());
    sandbox.ok(&["index"]);
    let before = sandbox.files_under("index");
    sandbox.write("corpus/new.txt", cramps());
    for args in [
        &["search", "cramps"][..],
        &["search", "--json", "nothing-of-this"],
        &["export", "cramps", "--format", "csv"],
        &["export", "cramps", "-o", "out.json"],
        &["list"],
        &["status", "--json"],
        &["list", "corpus"],
        &["check"],
        &["index", "--dry-run"],
        &["show", "corpus/cramps.txt"],
        &["remove", "no-such-article"],
        &["parse", "corpus/new.txt"],
    ] {
        sandbox.run(args);
        assert!(
            sandbox.files_under("index") == before,
            "{args:?} wrote to the index"
        );
    }
}

#[test]
fn an_index_inside_the_folder_that_is_indexed_is_not_read_as_articles() {
    let sandbox = Sandbox::new();
    sandbox.write("cramps.txt", cramps());
    sandbox.write("index/README.md", "# Not an article\n\nBut a note.\n");
    let first = sandbox.json(&["index", "--json", "."]);
    assert_eq!(first["added"], 1);
    let again = sandbox.json(&["index", "--json", "."]);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&0.into(), &1.into())
    );
}
