//! Export: one query or many, as JSON, lines, CSV or a run, to standard output or a file.

use crate::support::{Sandbox, article, cramps, hits};
use serde_json::Value;

const COLUMNS: &str =
    "query,rank,score,article_id,title,heading_path,path,url,line_start,line_end,snippet,text";

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.write(
        "kb/quotes.txt",
        article(
            "The \"Charley Horse\", Explained",
            &[("Names, And What They Mean", "Some say \"charley horse\", others say cramp; both mean the same.\n\nA second paragraph, with a comma.")],
        ),
    );
    sandbox.write(
        "topics.tsv",
        "q1\tcharley\nq2\twater\nq3\tnothing-of-this\n",
    );
    sandbox.ok(&["index", "kb"]);
    sandbox
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .into_records()
        .map(|row| row.unwrap())
        .collect()
}

#[test]
fn one_query_is_exported_as_a_search_prints_it() {
    let library = library();
    let searched = library.ok(&["search", "--json", "charley horse"]);
    assert_eq!(
        library.ok(&["export", "charley horse"]).stdout,
        searched.stdout
    );
    assert_eq!(
        library
            .ok(&["export", "charley", "horse", "--format", "json"])
            .stdout,
        searched.stdout
    );
}

#[test]
fn many_queries_are_one_document_in_their_order() {
    let library = library();
    let report = library.json(&["export", "--queries", "topics.tsv"]);
    let results = report["results"].as_array().unwrap();
    let ids: Vec<&str> = results
        .iter()
        .map(|result| result["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["q1", "q2", "q3"]);
    let alone = library.json(&["search", "--json", "water"]);
    for field in ["query", "index", "total", "hits", "warnings"] {
        assert_eq!(results[1][field], alone[field], "{field}");
    }
    assert_eq!(results[2]["hits"], serde_json::json!([]));
}

#[test]
fn lines_are_hits_with_their_query() {
    let library = library();
    let text = library
        .ok(&["export", "--format", "ndjson", "--queries", "topics.tsv"])
        .stdout;
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let queries: Vec<&str> = lines
        .iter()
        .map(|line| line["query"].as_str().unwrap())
        .collect();
    assert_eq!(queries, ["q1", "q2"]);
    let report = library.json(&["search", "--json", "water"]);
    let mut line = lines[1].as_object().unwrap().clone();
    line.remove("query");
    line.remove("schema_version");
    assert_eq!(Value::Object(line), report["hits"][0]);

    let text = library
        .ok(&["export", "--format", "ndjson", "water"])
        .stdout;
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        line["query"], "water",
        "a query that was typed has no other id"
    );
}

#[test]
fn csv_has_the_columns_of_the_contract_and_says_what_json_says() {
    let library = library();
    let text = library
        .ok(&["export", "--format", "csv", "charley horse cramp"])
        .stdout;
    assert_eq!(text.lines().next().unwrap(), COLUMNS);
    let report = library.json(&["search", "--json", "charley horse cramp"]);
    let rows = rows(&text);
    assert_eq!(rows.len(), hits(&report).len());
    assert!(rows.len() >= 2);
    for (row, hit) in rows.iter().zip(hits(&report)) {
        let heading_path: Vec<&str> = hit["heading_path"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part.as_str().unwrap())
            .collect();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let expected = [
            "charley horse cramp".to_owned(),
            hit["rank"].to_string(),
            hit["score"].to_string(),
            text(&hit["article"]["id"]),
            text(&hit["article"]["title"]),
            heading_path.join(" > "),
            text(&hit["article"]["path"]),
            text(&hit["article"]["url"]),
            hit["locator"]["lines"][0].to_string(),
            hit["locator"]["lines"][1].to_string(),
            text(&hit["snippet"]["text"]),
            text(&hit["text"]),
        ];
        assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn quotes_commas_and_new_lines_survive_csv() {
    let library = library();
    let text = library
        .ok(&[
            "export",
            "--format",
            "csv",
            "title:charley",
            "\"charley horse\"",
        ])
        .stdout;
    let rows = rows(&text);
    assert_eq!(&rows[0][0], "title:charley \"charley horse\"");
    assert_eq!(&rows[0][4], "The \"Charley Horse\", Explained");
    assert!(
        rows[0][11].contains("same.\n\nA second paragraph, with"),
        "{}",
        &rows[0][11]
    );
    assert!(
        text.contains("\"The \"\"Charley Horse\"\", Explained\""),
        "quotes are doubled: {text}"
    );
}

#[test]
fn a_heading_path_in_csv_reads_from_the_top_down() {
    let sandbox = Sandbox::new();
    let line = r#"{"id": "a", "title": "A", "sections": [{"heading_path": ["Heat", "At home"], "text": "A bath."}]}"#;
    sandbox.write("kb/a.jsonl", line);
    sandbox.ok(&["index", "kb"]);
    let text = sandbox.ok(&["export", "--format", "csv", "bath"]).stdout;
    assert_eq!(&rows(&text)[0][5], "Heat > At home");
}

#[test]
fn several_queries_in_csv_share_one_header() {
    let text = library()
        .ok(&["export", "--format", "csv", "--queries", "topics.tsv"])
        .stdout;
    assert_eq!(text.matches(COLUMNS).count(), 1);
    let queries: Vec<String> = rows(&text).iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(queries, ["q1", "q2"]);
}

#[test]
fn a_run_has_six_columns_and_the_queries_ids() {
    let text = library()
        .ok(&["export", "--format", "trec", "--queries", "topics.tsv"])
        .stdout;
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let [_, q0, _, rank, score, tag] = line.as_slice() else {
            panic!("six columns: {line:?}");
        };
        assert_eq!((*q0, *rank, *tag), ("Q0", "1", "ibid"));
        assert!(score.parse::<f64>().unwrap() > 0.0);
    }
    assert_eq!(
        (lines[0][0], lines[0][2]),
        ("q1", "kb/quotes.txt#names-and-what-they-mean")
    );
    assert_eq!(
        (lines[1][0], lines[1][2]),
        ("q2", "kb/cramps.txt#what-helps")
    );
}

#[test]
fn a_run_is_not_cut_at_its_head() {
    let library = library();
    let ran = library.run(&["export", "--format", "trec", "--offset", "1", "water"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("--offset"), "{}", ran.stderr);
}

#[test]
fn a_query_of_a_run_that_holds_nothing_searchable_is_warned_of() {
    let ran = library().run(&["export", "--format", "trec", "of the"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("too common"), "{}", ran.stderr);
}

#[test]
fn topics_are_read_as_tsv_trec_and_beir() {
    let library = library();
    let expected = library.ok(&["export", "--queries", "topics.tsv"]).stdout;
    for (name, topics) in [
        (
            "with-header.tsv",
            "query-id\tquery\nq1\tcharley\nq2\twater\nq3\tnothing-of-this\n",
        ),
        (
            "windows.tsv",
            "\u{feff}q1\tcharley\r\nq2\twater\r\n\r\nq3\tnothing-of-this",
        ),
        (
            "topics.trec",
            "<top>\n<num> Number: q1\n<title> charley\n<desc> x\n</top>\n<top>\n<num>q2</num>\n<title>water</title>\n</top>\n<top>\n<num> q3\n<title> nothing-of-this\n</top>\n",
        ),
        (
            "queries.jsonl",
            "{\"_id\": \"q1\", \"text\": \"charley\"}\n{\"_id\": \"q2\", \"text\": \"water\", \"metadata\": {}}\n{\"_id\": \"q3\", \"text\": \"nothing-of-this\"}\n",
        ),
    ] {
        library.write(name, topics);
        assert_eq!(
            library.ok(&["export", "--queries", name]).stdout,
            expected,
            "{name}"
        );
    }
}

#[test]
fn malformed_topics_are_named_with_file_and_line_and_nothing_is_printed() {
    let library = library();
    for (topics, line) in [
        ("q1\twater\nq2 no tab here\n", 2),
        ("q1\twater\n\nq1\tagain\n", 3),
        ("q1\twater\nq2\t \n", 2),
        (
            "{\"_id\": \"q1\", \"text\": \"water\"}\n{\"_id\": \"q2\"\n",
            2,
        ),
        (
            "{\"_id\": \"q1\", \"text\": \"water\"}\n{\"text\": \"x\"}\n",
            2,
        ),
    ] {
        library.write("bad.tsv", topics);
        let ran = library.run(&["export", "--queries", "bad.tsv"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{topics}");
        assert!(
            ran.stderr.contains(&format!("bad.tsv:{line}: ")),
            "{topics}: {}",
            ran.stderr
        );
    }
    library.write("bad.tsv", "");
    let ran = library.run(&["export", "--queries", "bad.tsv"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("bad.tsv: there are no topics"),
        "{}",
        ran.stderr
    );
    let ran = library.run(&["export", "--queries", "missing.tsv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("missing.tsv"), "{}", ran.stderr);
}

#[test]
fn queries_of_which_none_finds_anything_end_with_1() {
    let library = library();
    library.write("nothing.tsv", "a\tnothing-of-this\nb\tof the\n");
    for format in ["json", "ndjson", "csv", "trec"] {
        let ran = library.run(&["export", "--format", format, "--queries", "nothing.tsv"]);
        assert_eq!(ran.code, 1, "{format}");
    }
    let ran = library.run(&["export", "--queries", "nothing.tsv"]);
    assert_eq!(ran.json()["results"].as_array().unwrap().len(), 2);
    assert!(
        ran.stderr.contains("b: "),
        "the warning names its query: {}",
        ran.stderr
    );
}

#[test]
fn a_file_gets_what_standard_output_would_and_nothing_else_is_left() {
    let library = library();
    for format in ["json", "ndjson", "csv", "trec"] {
        let args = ["export", "--format", format, "--queries", "topics.tsv"];
        let printed = library.ok(&args).stdout;
        library.write("out/results", "old");
        let ran = library.ok(&[&args[..], &["-o", "out/results"]].concat());
        assert_eq!(ran.stdout, "");
        let written = std::fs::read_to_string(library.path().join("out/results")).unwrap();
        assert_eq!(written, printed, "{format}");
        assert_eq!(
            library.files_under("out").len(),
            1,
            "no temporary file is left"
        );
    }
}

#[test]
fn a_dash_is_standard_output() {
    let library = library();
    let printed = library.ok(&["export", "water"]).stdout;
    assert_eq!(library.ok(&["export", "water", "-o", "-"]).stdout, printed);
    assert!(!library.path().join("-").exists());
}

#[test]
fn a_failure_leaves_the_old_file_as_it_was() {
    let library = library();
    library.write("out/results", "old");
    library.write("bad.tsv", "q1\twater\nq2 no tab\n");
    for args in [
        &["export", "--queries", "bad.tsv", "-o", "out/results"][..],
        &["export", " ", "-o", "out/results"],
        &["--index", "nowhere", "export", "water", "-o", "out/results"],
    ] {
        assert_eq!(library.run(args).code, 2, "{args:?}");
        let files = library.files_under("out");
        assert_eq!(files.len(), 1, "{args:?}");
        assert_eq!(files.into_values().next().unwrap().0, b"old", "{args:?}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let library = library();
    library.write("folder/x", "");
    for place in ["no/such/folder/results", "folder"] {
        let ran = library.run(&["export", "water", "-o", place]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{place}");
        assert!(
            ran.stderr.contains(&format!("cannot write {place}: ")),
            "{}",
            ran.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn an_exported_file_is_readable_as_any_new_file_is_and_a_link_stays_one() {
    use std::os::unix::fs::PermissionsExt;
    let library = library();
    let mode = |name: &str| {
        std::fs::metadata(library.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    library.write("ordinary", "");
    library.ok(&["export", "water", "-o", "new"]);
    assert_eq!(mode("new"), mode("ordinary"));

    let shared = library.write("shared", "old");
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("shared", library.path().join("link")).unwrap();
    library.ok(&["export", "water", "-o", "link"]);
    assert_eq!(mode("shared"), 0o640);
    assert!(
        std::fs::read_to_string(&shared)
            .unwrap()
            .contains("schema_version")
    );
    assert!(library.path().join("link").is_symlink());
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let library = library();
    // A pipe stands for the device: to replace /dev/null would be too high a price for a failure.
    let pipe = library.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    let ran = library.run(&["export", "water", "-o", "pipe"]);
    let is_still_a_pipe = std::fs::symlink_metadata(&pipe)
        .unwrap()
        .file_type()
        .is_fifo();
    assert!(is_still_a_pipe && ran.code == 0, "{}", ran.stderr);
    assert!(reader.join().unwrap().contains("schema_version"));
}
