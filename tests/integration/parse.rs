//! `ibid parse`: what it prints of a file and of a folder, and that a folder is read as `index` reads it.

use crate::support::{Ran, Sandbox, cramps};
use serde_json::Value;

/// A folder with an article of each format, and files that give none.
fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/b.txt", cramps());
    sandbox.write(
        "kb/a.md",
        "# Gout\n\nGout hurts in the big toe.\n\n## Treatment\n\nRest the foot.\n",
    );
    sandbox.write(
        "kb/deep/c.html",
        "<title>Cough</title><body><h1>Cough</h1><p>A cough may last three weeks after a cold.</p>",
    );
    sandbox.write("kb/lines.jsonl", "{\"_id\":\"x\",\"title\":\"One\",\"text\":\"One text.\"}\n{\"_id\":\"y\",\"title\":\"Two\",\"text\":\"Two text.\"}\n");
    sandbox.write("kb/leaflet.pdf", b"%PDF-1.4 \xff");
    sandbox.write("kb/empty.txt", "");
    sandbox.write("kb/.hidden.txt", cramps());
    sandbox.write("kb/draft.txt", cramps());
    sandbox.write("kb/.ibidignore", "draft.txt\n");
    sandbox.write("kb/index/README.md", "# Not an article\n\nBut a note.\n");
    sandbox
}

fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ids(ran: &Ran) -> Vec<String> {
    let id = |line: &Value| line["article"]["id"].as_str().unwrap().to_owned();
    lines(ran).iter().map(id).collect()
}

const PARSE: [&str; 5] = ["--index", "kb/index", "parse", "--jsonl", "kb"];

#[test]
fn a_folder_is_an_article_a_line_in_the_order_of_names() {
    let sandbox = library();
    let ran = sandbox.ok(&PARSE);
    assert_eq!(
        ids(&ran),
        ["kb/a.md", "kb/b.txt", "kb/deep/c.html", "x", "y"]
    );
    assert!(
        ran.stderr
            .contains("skipped kb/leaflet.pdf: PDF files are not read yet"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("skipped kb/empty.txt: the file is empty"),
        "{}",
        ran.stderr
    );
    assert!(
        !sandbox.path().join("kb/index/segments").exists(),
        "nothing is indexed"
    );
    for line in lines(&ran) {
        let path = line["article"]["source"]["path"].as_str().unwrap();
        if path.ends_with(".jsonl") {
            continue;
        }
        let mut alone = sandbox.json(&["parse", "--json", path]);
        // Alone, a file is of the source that its own folder is.
        alone["article"]["id"] = line["article"]["id"].clone();
        assert_eq!(alone, line);
    }
}

#[test]
fn a_folder_is_walked_as_index_walks_it() {
    let sandbox = library();
    let all = sandbox.ok(&[
        &PARSE[..],
        &["--hidden", "--no-ignore", "--source", "own", "-j", "1"],
    ]
    .concat());
    assert!(ids(&all).contains(&"own/.hidden.txt".to_owned()));
    assert!(ids(&all).contains(&"own/draft.txt".to_owned()));
    let indexed = sandbox.ok(&["--index", "kb/index", "index", "kb"]);
    let parsed = sandbox.ok(&PARSE);
    let sorted = |ran: &Ran| {
        let mut notes: Vec<String> = ran.stderr.lines().map(str::to_owned).collect();
        notes.sort();
        notes
    };
    assert_eq!(sorted(&parsed), sorted(&indexed));
    let list = sandbox.json(&["--index", "kb/index", "list", "--json"]);
    let mut listed: Vec<&str> = list["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["id"].as_str().unwrap())
        .collect();
    listed.sort_unstable();
    assert_eq!(ids(&parsed), listed);
}

#[test]
fn the_number_of_threads_never_shows() {
    let sandbox = Sandbox::new();
    for number in 0..200 {
        sandbox.write(
            &format!("kb/{number:03}.txt"),
            cramps().repeat(1 + number % 7),
        );
    }
    let one = sandbox.ok(&["parse", "--jsonl", "-j1", "kb"]).stdout;
    assert_eq!(one.lines().count(), 200);
    assert!(sandbox.ok(&["parse", "--jsonl", "-j8", "kb"]).stdout == one);
}

#[test]
fn what_cannot_be_read_in_a_folder_costs_no_other_and_ends_with_2() {
    let sandbox = library();
    sandbox.write("kb/broken.txt", b"\0\x01\x02\x03");
    sandbox.write(
        "kb/lines.jsonl",
        "{\"_id\":\"x\",\"text\":\"One text.\"}\nno json\n",
    );
    let ran = sandbox.run(&PARSE);
    assert_eq!(ran.code, 2);
    assert_eq!(ids(&ran).len(), 4);
    assert!(
        ran.stderr.contains("error: kb/broken.txt: is binary"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("error: kb/lines.jsonl:2: "),
        "{}",
        ran.stderr
    );
    sandbox.write("pictures/a.png", b"\x89PNG\r\n");
    let ran = sandbox.run(&["parse", "--jsonl", "pictures"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("pictures: no articles in this folder"),
        "{}",
        ran.stderr
    );
}

#[test]
fn one_document_of_a_folder_is_refused_with_the_way_out() {
    let sandbox = library();
    let ran = sandbox.run(&["parse", "--json", "kb"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("kb is a folder") && ran.stderr.contains("--jsonl"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        sandbox
            .run(&["parse", "--json", "--jsonl", "kb/b.txt"])
            .code,
        2
    );
}

#[test]
fn a_line_is_the_document_on_one_line() {
    let sandbox = library();
    let line = sandbox.ok(&["parse", "--jsonl", "kb/b.txt"]);
    assert_eq!(line.stdout.lines().count(), 1);
    assert_eq!(line.json(), sandbox.json(&["parse", "--json", "kb/b.txt"]));
    let ran = sandbox.run_with_input(&["parse", "--jsonl", "-"], cramps());
    assert_eq!(ran.json()["article"]["title"], "Night Cramps");
}

#[test]
fn a_file_without_text_is_a_document_without_sections() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/empty.md", "\n");
    sandbox.write(
        "kb/foot.html",
        "<title>Our site</title><body><aside class=comments><p>Nice.</p></aside><footer>Copyright 2024</footer></body>",
    );
    let schema = jsonschema::validator_for(&sandbox.json(&["schema", "parse"])).unwrap();
    for (path, title, format) in [
        ("kb/empty.md", "Empty", "markdown"),
        ("kb/foot.html", "Our site", "html"),
    ] {
        let ran = sandbox.ok(&["parse", "--json", path]);
        let report = ran.json();
        assert!(schema.is_valid(&report));
        assert_eq!(report["article"]["title"], title);
        assert_eq!(report["article"]["source"]["format"], format);
        assert!(
            ran.stderr.contains(&format!("skipped {path}: ")),
            "{}",
            ran.stderr
        );
        let texts: Vec<_> = report["sections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|section| &section["text"])
            .collect();
        assert!(texts.iter().all(|text| *text == ""), "{texts:?}");
        assert_eq!(sandbox.ok(&["parse", "--jsonl", path]).stdout, "");
    }
    let readable = sandbox.ok(&["parse", "kb/foot.html"]).stdout;
    assert!(
        readable.ends_with("left out:\n    1  furniture: Nice. Copyright 2024\n"),
        "{readable}"
    );
}

#[test]
fn a_format_that_is_not_read_is_skipped_with_the_reason_however_it_is_given() {
    for (name, contents, reason) in [
        (
            "leaflet.pdf",
            &b"%PDF-1.4 \xff"[..],
            "PDF files are not read yet",
        ),
        ("notes.docx", b"PK\x03\x04", "Word files are not read yet"),
        (
            "old.doc",
            b"\xd0\xcf\x11\xe0",
            "Word files are not read yet",
        ),
        ("book.epub", b"PK\x03\x04", "e-book files are not read yet"),
        (
            "letter.odt",
            b"PK\x03\x04",
            "OpenDocument files are not read yet",
        ),
        ("letter.rtf", b"{\\rtf1 text}", "RTF files are not read yet"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("kb/good.txt", cramps());
        let path = format!("kb/{name}");
        sandbox.write(&path, contents);
        let said = format!("skipped {path}: {reason}");
        for args in [
            &["index", "kb"][..],
            &["index", &path],
            &["parse", &path],
            &["parse", "--json", &path],
            &["parse", "--jsonl", &path],
            &["parse", "--jsonl", "kb"],
            &["parse", "kb"],
        ] {
            let ran = sandbox.run(args);
            assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(&said), "{args:?}: {}", ran.stderr);
        }
    }
}

#[test]
fn the_readable_form_shows_sections_and_what_was_left_out_with_their_lines() {
    let sandbox = library();
    let ran = sandbox.ok(&["--index", "kb/index", "parse", "kb"]);
    assert!(
        ran.stdout.starts_with(
            "kb/a.md  Gout\n\n    3  (before the first heading)\n       Gout hurts in the big toe.\n\n    7  ## Treatment\n       Rest the foot.\n\nkb/b.txt  Night Cramps\n"
        ),
        "{}",
        ran.stdout
    );
    sandbox.write(
        "kb/page.txt",
        format!("{}\nAlso Check: Ten Foods For Strong Legs\n", cramps()),
    );
    let ran = sandbox.ok(&["parse", "kb/page.txt"]);
    assert!(
        ran.stdout
            .ends_with("left out:\n   13  cross link: Also Check: Ten Foods For Strong Legs\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    use std::io::{BufRead, BufReader};
    let sandbox = Sandbox::new();
    for number in 0..300 {
        sandbox.write(&format!("kb/{number:03}.txt"), cramps().repeat(40));
    }
    let mut child = sandbox
        .command(&["parse", "--jsonl", "kb"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.starts_with('{'));
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
