//! The index follows its folders: what is new, changed, moved or gone, and what is left alone.

use crate::support::{Sandbox, article, cramps, hit_ids};
use serde_json::{Value, json};
use std::fs;

fn counts(report: &Value) -> [u64; 5] {
    ["added", "updated", "unchanged", "removed", "moved"]
        .map(|field| report[field].as_u64().unwrap())
}

fn ids(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let report = sandbox.run(&[&["list", "--json"], args].concat()).json();
    let articles = report["articles"].as_array().unwrap();
    articles
        .iter()
        .map(|article| article["id"].as_str().unwrap().to_owned())
        .collect()
}

fn about(word: &str) -> String {
    article(
        &format!("On {word}"),
        &[("Why it matters", &format!("All about {word}."))],
    )
}

#[test]
fn the_articles_of_files_that_are_gone_go_too() {
    let sandbox = Sandbox::new();
    for name in ["a.txt", "b.txt", "deep/c.txt", "deep/d.txt"] {
        sandbox.write(&format!("kb/{name}"), about(name));
    }
    sandbox.ok(&["index", "kb"]);
    fs::remove_file(sandbox.path().join("kb/a.txt")).unwrap();
    fs::remove_dir_all(sandbox.path().join("kb/deep")).unwrap();
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 1, 3, 0]);
    assert_eq!(ids(&sandbox, &[]), ["kb/b.txt"]);
}

#[test]
fn only_what_was_given_is_looked_at() {
    let sandbox = Sandbox::new();
    for name in ["one/a.txt", "one/b.txt", "two/c.txt"] {
        sandbox.write(&format!("kb/{name}"), about(name));
    }
    sandbox.ok(&["index", "kb"]);
    for name in ["one/a.txt", "two/c.txt"] {
        fs::remove_file(sandbox.path().join("kb").join(name)).unwrap();
    }
    sandbox.write("kb/two/d.txt", about("d"));
    let report = sandbox.json(&["index", "--json", "kb/one"]);
    assert_eq!(counts(&report), [0, 0, 1, 1, 0]);
    assert_eq!(ids(&sandbox, &[]), ["kb/one/b.txt", "kb/two/c.txt"]);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [1, 0, 1, 1, 0]);
}

#[test]
fn a_file_that_was_moved_is_noticed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.write("kb/b.txt", about("heat"));
    sandbox.ok(&["index", "kb"]);
    fs::create_dir(sandbox.path().join("kb/new")).unwrap();
    fs::rename(
        sandbox.path().join("kb/a.txt"),
        sandbox.path().join("kb/new/z.txt"),
    )
    .unwrap();
    let ran = sandbox.ok(&["index", "kb", "--dry-run"]);
    assert!(
        ran.stdout
            .starts_with("would be: 1 added, 0 updated, 1 unchanged, 1 removed (1 of them moved)"),
        "{}",
        ran.stdout
    );
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [1, 0, 1, 1, 1]);
    let report = sandbox.json(&["search", "--json", "salt"]);
    assert_eq!(hit_ids(&report), ["kb/new/z.txt#why-it-matters"]);
    assert_eq!(report["hits"][0]["article"]["path"], "kb/new/z.txt");
}

#[test]
fn a_folder_that_is_missing_or_empty_takes_nothing_out_until_it_is_said_to() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("other/b.txt", cramps());
    sandbox.ok(&["index", "kb", "other"]);
    fs::rename(sandbox.path().join("kb"), sandbox.path().join("away")).unwrap();
    // Missing, then empty, as the folder is where a disk is mounted that is not there.
    for round in 0..2 {
        if round == 1 {
            fs::create_dir(sandbox.path().join("kb")).unwrap();
            sandbox.write("kb/notes.png", "x");
        }
        let ran = sandbox.run(&["index", "kb", "other"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(
            ran.stderr
                .contains("its articles (1) are kept; --prune takes them out"),
            "{}",
            ran.stderr
        );
        assert_eq!(ids(&sandbox, &[]), ["kb/a.txt", "other/b.txt"]);
    }
    fs::remove_dir_all(sandbox.path().join("kb")).unwrap();
    let report = sandbox.json(&["index", "--json", "--prune", "kb", "other"]);
    assert_eq!(counts(&report), [0, 0, 1, 1, 0]);
    assert_eq!(ids(&sandbox, &[]), ["other/b.txt"]);
    let ran = sandbox.run(&["index", "--prune", "never-there"]);
    assert_eq!(ran.code, 2, "what was never known is still an error");
    fs::remove_file(sandbox.path().join("other/b.txt")).unwrap();
    let report = sandbox.json(&["index", "--json", "--prune", "other"]);
    assert_eq!(counts(&report), [0, 0, 0, 1, 0]);
}

#[test]
fn a_file_in_the_place_of_a_folder_is_no_article_of_it() {
    let sandbox = Sandbox::new();
    sandbox.write("all/kb/a.txt", about("salt"));
    sandbox.ok(&["index", "all/kb"]);
    fs::rename(sandbox.path().join("all/kb"), sandbox.path().join("away")).unwrap();
    sandbox.write("all/kb", about("heat"));
    let ran = sandbox.run(&["index", "all/kb"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr
            .contains("all/kb: is a file, and was a folder; its articles (1) are kept"),
        "{}",
        ran.stderr
    );
    assert_eq!(ids(&sandbox, &[]), ["all/kb", "kb/a.txt"]);
    sandbox.ok(&["index", "--prune", "all/kb"]);
    assert_eq!(ids(&sandbox, &[]), ["all/kb"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_above_the_folder_brings_neither_the_index_nor_the_folder_again() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.write("beside/b.txt", about("heat"));
    std::os::unix::fs::symlink("..", sandbox.path().join("kb/up")).unwrap();
    for _ in 0..2 {
        sandbox.ok(&["index", "--follow", "kb"]);
        assert_eq!(ids(&sandbox, &[]), ["kb/a.txt", "kb/up/beside/b.txt"]);
    }
}

#[test]
fn a_file_that_was_given_by_name_stays_though_its_folder_passes_it_over() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.write("kb/.draft.txt", about("heat"));
    sandbox.write("kb/.ibidignore", "b.txt\n");
    sandbox.write("kb/b.txt", about("ice"));
    sandbox.ok(&["index", "kb"]);
    sandbox.ok(&["index", "kb/.draft.txt", "kb/b.txt"]);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 1, 0, 0]);
    assert_eq!(ids(&sandbox, &[]).len(), 3);
    fs::remove_file(sandbox.path().join("kb/.draft.txt")).unwrap();
    sandbox.ok(&["index", "kb"]);
    assert_eq!(ids(&sandbox, &[]), ["kb/a.txt", "kb/b.txt"]);
}

#[test]
fn what_is_ignored_from_now_on_is_taken_out() {
    let sandbox = Sandbox::new();
    for name in ["a.txt", "b.txt", "drafts/c.txt"] {
        sandbox.write(&format!("kb/{name}"), about(name));
    }
    sandbox.ok(&["index", "kb"]);
    sandbox.write("kb/.ibidignore", "drafts/\n");
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 2, 1, 0]);
    let report = sandbox.json(&["index", "--json", "--no-ignore", "kb"]);
    assert_eq!(counts(&report), [1, 0, 2, 0, 0]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_looked_into_keeps_its_articles() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.write("kb/closed/b.txt", about("heat"));
    sandbox.ok(&["index", "kb"]);
    let closed = sandbox.path().join("kb/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(&closed).is_ok();
    let ran = sandbox.run(&["index", "kb"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ids(&sandbox, &[]), ["kb/a.txt", "kb/closed/b.txt"]);
    if is_root {
        println!("skipped in part: this user may look everywhere");
    } else {
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains("kb/closed: cannot be read"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_dry_run_tells_what_would_be_done_and_does_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.write("kb/empty.txt", "");
    let ran = sandbox.ok(&["index", "--dry-run", "kb"]);
    assert!(
        ran.stdout.starts_with("would be: 1 added, "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("skipped kb/empty.txt"),
        "{}",
        ran.stderr
    );
    assert!(!sandbox.path().join("index").exists());
    sandbox.ok(&["index", "kb"]);
    let before = sandbox.files_under("index");
    sandbox.write("kb/a.txt", about("heat"));
    sandbox.write("kb/b.txt", about("ice"));
    let report = sandbox.json(&["index", "--dry-run", "--json", "kb"]);
    assert_eq!(counts(&report), [1, 1, 0, 0, 0]);
    assert_eq!(report["index"]["articles"], 1);
    assert!(sandbox.files_under("index") == before);
}

#[test]
fn articles_are_listed_by_the_path_of_their_files() {
    let sandbox = Sandbox::new();
    for name in ["a.txt", "deep/b.txt", "deep/er/c.txt", "deeper.txt"] {
        sandbox.write(&format!("kb/{name}"), about(name));
    }
    sandbox.write(
        "kb/lines.jsonl",
        "{\"id\":\"one\",\"title\":\"One\",\"sections\":[{\"text\":\"text one\"}]}\n",
    );
    sandbox.ok(&["index", "--source", "health", "kb"]);
    assert_eq!(
        ids(&sandbox, &["kb/deep"]),
        ["health/deep/b.txt", "health/deep/er/c.txt"]
    );
    let absolute = sandbox.path().join("kb/a.txt");
    assert_eq!(
        ids(&sandbox, &[absolute.to_str().unwrap()]),
        ["health/a.txt"]
    );
    assert_eq!(ids(&sandbox, &["./kb/lines.jsonl"]), ["one"]);
    assert_eq!(
        ids(&sandbox, &["health/*.txt"]),
        ["health/a.txt", "health/deeper.txt"]
    );
    // What is gone can still be asked for.
    fs::remove_dir_all(sandbox.path().join("kb/deep")).unwrap();
    assert_eq!(ids(&sandbox, &["kb/deep"]).len(), 2);
    let ran = sandbox.run(&["list", "kb/nothing"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains("no article matches kb/nothing"),
        "{}",
        ran.stderr
    );
    let removed = sandbox.json(&["remove", "--json", "kb/deep"]);
    assert_eq!(
        removed["removed"],
        json!(["health/deep/b.txt", "health/deep/er/c.txt"])
    );
}

#[test]
fn a_folder_that_moved_with_its_articles_shows_its_new_place_at_once() {
    let sandbox = Sandbox::new();
    sandbox.write("one/kb/a.txt", about("salt"));
    sandbox.write("one/kb/b.txt", about("heat"));
    sandbox.ok(&["index", "one/kb"]);
    fs::rename(sandbox.path().join("one"), sandbox.path().join("two")).unwrap();
    let report = sandbox.json(&["index", "--json", "two/kb"]);
    assert_eq!(counts(&report), [0, 0, 2, 0, 0]);
    let report = sandbox.json(&["search", "--json", "salt"]);
    assert_eq!(report["hits"][0]["article"]["path"], "two/kb/a.txt");
    assert_eq!(report["hits"][0]["id"], "kb/a.txt#why-it-matters");
}

#[test]
fn unchanged_files_are_told_by_size_and_time_and_are_not_read() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    // What is as new as the commit is read again, until its time is a settled one.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    sandbox.ok(&["index", "kb"]);
    let stamps = fs::read_to_string(sandbox.path().join("index/data-1/stamps.json")).unwrap();
    assert!(stamps.contains("kb/a.txt"), "{stamps}");
    // Were it read, this reading rule would be another one; so it is seen to be left alone, and then, touched, to be read.
    let manifest = sandbox.files_under("index/data-1");
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 1, 0, 0]);
    assert!(
        sandbox.files_under("index/data-1") == manifest,
        "nothing was written"
    );
    fs::write(&path, cramps()).unwrap();
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 1, 0, 0]);
}

#[test]
fn a_file_over_the_bound_is_named_and_the_bound_too() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/small.txt", cramps());
    sandbox.write("kb/large.txt", about(&"word ".repeat(500)));
    sandbox.write("kb/large.jsonl", "x".repeat(3000));
    let ran = sandbox.run(&["index", "--max-file-size", "1K", "kb"]);
    assert_eq!(ran.code, 2);
    for name in ["kb/large.txt", "kb/large.jsonl"] {
        let told = format!("{name}: is larger than 1024 bytes; raise --max-file-size to read it");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    }
    assert_eq!(ids(&sandbox, &[]), ["kb/small.txt"]);
    let ran = sandbox.run(&["index", "--max-file-size", "soon", "kb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("500K, 20M or 1G"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_and_is_said_to_be_none() {
    let sandbox = Sandbox::new();
    let outside = Sandbox::new();
    outside.write("secret.txt", about("secret"));
    sandbox.write("kb/a.txt", about("salt"));
    let kb = sandbox.path().join("kb");
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), kb.join("link.txt")).unwrap();
    std::os::unix::fs::symlink(outside.path(), kb.join("folder")).unwrap();
    std::os::unix::fs::symlink(&kb, kb.join("loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(kb.join("socket")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(kb.join("pipe.txt"))
        .status();
    let has_pipe = pipe.is_ok_and(|status| status.success());
    let ran = sandbox.run(&["index", "kb"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for name in ["link.txt", "folder", "loop"] {
        let told = format!("kb/{name}: is a symbolic link, which is not followed");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    }
    assert!(
        ran.stderr.contains("kb/socket: is no file"),
        "{}",
        ran.stderr
    );
    if has_pipe {
        assert!(
            ran.stderr.contains("kb/pipe.txt: is no file"),
            "{}",
            ran.stderr
        );
        let named = sandbox.run(&["index", "kb/pipe.txt"]);
        assert_eq!(named.code, 2);
        assert!(named.stderr.contains("is no file"), "{}", named.stderr);
    }
    assert_eq!(ids(&sandbox, &[]), ["kb/a.txt"]);
    let ran = sandbox.run(&["index", "--follow", "kb"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("leads back to a folder above it"),
        "{}",
        ran.stderr
    );
    assert_eq!(ids(&sandbox, &[]).len(), 3, "{:?}", ids(&sandbox, &[]));
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_are_read_shown_found_and_harmless() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    let names: [&[u8]; 6] = [
        b"new\nline.txt",
        "\u{1f9b5} emoji.txt".as_bytes(),
        b"not\xffutf8.txt",
        b"\x1b[31mred\x07.txt",
        b"100%41.txt",
        b"-dash.txt",
    ];
    sandbox.write("kb/plain.txt", about("plain"));
    for name in names {
        let path = sandbox
            .path()
            .join("kb")
            .join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, about("oddity")).unwrap();
    }
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["added"], 7);
    let listed = ids(&sandbox, &["kb"]);
    assert_eq!(listed.len(), 7);
    for id in &listed {
        assert!(
            !id.contains(char::is_control) && !id.contains(' '),
            "{id:?}"
        );
        let shown = sandbox.ok(&["show", "--", id]);
        assert!(
            !shown.stdout.contains(['\u{1b}', '\u{7}']),
            "{:?}",
            shown.stdout
        );
    }
    let ran = sandbox.ok(&["search", "--no-fold", "oddity"]);
    assert!(
        !ran.stdout.contains(['\u{1b}', '\u{7}']),
        "{:?}",
        ran.stdout
    );
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 0, 7, 0, 0]
    );
    assert_eq!(sandbox.run(&["check"]).code, 0);
    for name in names {
        let path = sandbox
            .path()
            .join("kb")
            .join(std::ffi::OsStr::from_bytes(name));
        fs::remove_file(path).unwrap();
    }
    let ran = sandbox.run(&["check"]);
    assert_eq!(ran.code, 1);
    assert!(
        !ran.stdout.contains(['\u{1b}', '\u{7}']),
        "{:?}",
        ran.stdout
    );
    assert_eq!(
        counts(&sandbox.json(&["index", "--json", "kb"])),
        [0, 0, 1, 6, 0]
    );
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.md",
        "# =HYPERLINK(\"http://example.org\")\n\n## +1 salt\n\n@SUM(A1) salt\n\n## Plain\n\nMore salt.\n",
    );
    sandbox.ok(&["index", "kb"]);
    let csv = sandbox.ok(&["export", "salt", "--format", "csv"]).stdout;
    assert!(csv.contains("\"'=HYPERLINK("), "{csv}");
    assert!(csv.contains("'+1 salt"), "{csv}");
    assert!(csv.contains("'@SUM(A1) salt"), "{csv}");
    assert!(csv.contains(",More salt."), "{csv}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_and_keeps_what_was_committed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", about("salt"));
    sandbox.ok(&["index", "kb"]);
    for number in 0..4000 {
        sandbox.write(&format!("kb/{number}.txt"), about(&format!("word{number}")));
    }
    let child = sandbox
        .command(&["index", "kb"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(120));
    std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let listed = ids(&sandbox, &[]).len();
    match output.status.code() {
        Some(130) => {
            assert!(
                told.contains("stopped; the index is as it was before"),
                "{told}"
            );
            assert_eq!(listed, 1);
        }
        // It was done before it was asked to stop, or was asked before it listened.
        code => assert!(
            (code == Some(0) && listed == 4001) || (code.is_none() && listed == 1),
            "{code:?} {listed} {told}"
        ),
    }
    assert_eq!(sandbox.run(&["check"]).code & 2, 0);
}
