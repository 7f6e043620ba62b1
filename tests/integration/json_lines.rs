//! Articles as JSON lines: they bring their own ids, are cited by their line, and a bad line costs no other.

use crate::support::{Sandbox, hit_ids, hits};
use serde_json::{Value, json};

fn lines(articles: &[Value]) -> String {
    articles
        .iter()
        .map(|article| format!("{article}\n"))
        .collect()
}

fn one_section(id: &str, text: &str) -> Value {
    json!({"id": id, "title": "", "sections": [{"id": format!("{id}-s"), "heading": "Only", "text": text}]})
}

fn long_text() -> String {
    (0..60).map(|week| format!("In week {week} the calf cramped at night and was sore for a day or two after that. ")).collect()
}

#[test]
fn articles_and_sections_bring_their_own_ids() {
    let sandbox = Sandbox::new();
    let article = json!({
        "id": "leaflet-7", "title": "Night Cramps", "url": "https://example.org/cramps", "published": "2024-04-16",
        "aliases": ["charley horse"], "tags": ["legs"],
        "sections": [
            {"id": "sec-1", "heading": "Why", "text": "A tired calf cramps."},
            {"heading_path": ["What helps", "At once"], "text": "Stretch the calf."},
        ]
    });
    sandbox.write("kb/a.jsonl", lines(&[article]));
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "calf"]);
    let mut ids = hit_ids(&report);
    ids.sort();
    assert_eq!(ids, ["leaflet-7#at-once", "sec-1"]);
    let hit = hits(&report)
        .iter()
        .find(|hit| hit["id"] == "leaflet-7#at-once")
        .unwrap();
    assert_eq!(
        hit["article"],
        json!({"id": "leaflet-7", "title": "Night Cramps", "path": "kb/a.jsonl", "url": "https://example.org/cramps",
               "published": "2024-04-16", "source": "kb"})
    );
    assert_eq!(hit["heading_path"], json!(["What helps", "At once"]));
    assert!(
        hit["link"]
            .as_str()
            .unwrap()
            .starts_with("https://example.org/cramps#:~:text=")
    );
    let article = &sandbox.json(&["list", "--json"])["articles"][0];
    assert_eq!(
        (&article["aliases"], &article["tags"]),
        (&json!(["charley horse"]), &json!(["legs"]))
    );
    assert_eq!(
        sandbox.json(&["show", "--json", "sec-1"])["articles"][0]["article"]["id"],
        "leaflet-7"
    );
    assert_eq!(
        sandbox.json(&["remove", "--json", "leaflet-7"])["removed"],
        json!(["leaflet-7"])
    );
}

#[test]
fn an_article_is_cited_by_its_line() {
    let sandbox = Sandbox::new();
    let articles = [
        one_section("a", "The first line is on coughs."),
        one_section("b", "The second is on fever."),
    ];
    let text = format!("{}\n\n{}\n", articles[0], articles[1]);
    sandbox.write("kb/a.jsonl", &text);
    sandbox.ok(&["index", "kb"]);
    let locator =
        |query: &str| sandbox.json(&["search", "--json", query])["hits"][0]["locator"].clone();
    assert_eq!(locator("coughs")["lines"], json!([1, 1]));
    let cited = locator("fever");
    assert_eq!(cited["lines"], json!([3, 3]));
    let [start, end] = [0, 1].map(|side| cited["bytes"][side].as_u64().unwrap() as usize);
    assert_eq!(text[start..end].trim_end(), articles[1].to_string());
    assert!(
        sandbox
            .ok(&["search", "fever"])
            .stdout
            .contains("kb/a.jsonl:3\n")
    );
}

#[test]
fn a_malformed_line_is_said_again_and_the_rest_is_left_alone() {
    let sandbox = Sandbox::new();
    let line = "{\"id\":\"x\",\"title\":\"X\",\"sections\":[{\"text\":\"salt\"}]}\n";
    sandbox.write("kb/a.jsonl", format!("{line}bad\n"));
    let first = sandbox.run(&["index", "--json", "kb"]).json();
    let again = sandbox.run(&["index", "--json", "kb"]);
    assert_eq!(again.code, 2);
    let again = again.json();
    assert_eq!(
        (&again["unchanged"], &again["updated"]),
        (&1.into(), &0.into())
    );
    assert_eq!(again["skipped"], first["skipped"]);
    assert_eq!(again["skipped"][0]["line"], 2);
    assert_eq!(again["index"], first["index"], "nothing was committed");
    sandbox.write(
        "kb/a.jsonl",
        format!("{line}{}", line.replace("\"x\"", "\"y\"")),
    );
    let mended = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(mended["index"]["articles"], 2);
}

#[test]
fn a_malformed_line_is_named_by_its_number_and_the_rest_is_read() {
    let sandbox = Sandbox::new();
    let good = [
        one_section("a", "On coughs."),
        one_section("b", "On fever."),
    ];
    let bad = [
        "{not json",
        "[]",
        "42",
        "{}",
        "{\"title\": \"x\", \"sections\": []}",
        "{\"id\": \"\", \"sections\": []}",
        "{\"id\": \"x y\", \"sections\": []}",
        "{\"id\": \"z\", \"sections\": \"none\"}",
        "{\"id\": \"z\"}",
        "\u{1F915}",
    ];
    let text = format!("{}\n{}\n{}\n", good[0], bad.join("\n"), good[1]);
    sandbox.write("kb/a.jsonl", text);
    let ran = sandbox.run(&["index", "--json", "kb"]);
    assert_eq!(ran.code, 2);
    let report = ran.json();
    assert_eq!(report["added"], 2);
    let skipped = report["skipped"].as_array().unwrap();
    let numbers: Vec<u64> = skipped
        .iter()
        .map(|skipped| skipped["line"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (2..=11).collect::<Vec<u64>>());
    for skipped in skipped {
        assert_eq!(
            (&skipped["path"], &skipped["error"]),
            (&json!("kb/a.jsonl"), &json!(true))
        );
        let line = format!(
            "error: kb/a.jsonl:{}: {}",
            skipped["line"],
            skipped["reason"].as_str().unwrap()
        );
        assert!(
            ran.stderr.contains(&line),
            "{line} is not in {}",
            ran.stderr
        );
    }
    assert_eq!(
        hit_ids(&sandbox.json(&["search", "--json", "fever"])),
        ["b-s"]
    );
}

#[test]
fn bytes_that_are_not_utf_8_cost_their_line_alone() {
    let sandbox = Sandbox::new();
    let mut text = format!("{}\n", one_section("a", "On coughs.")).into_bytes();
    text.extend(b"{\"id\": \"\xff\xfe\", \"sections\": []}\n");
    text.extend(format!("{}", one_section("b", "On fever.")).bytes());
    sandbox.write("kb/a.jsonl", text);
    let ran = sandbox.run(&["index", "--json", "kb"]);
    assert_eq!((ran.code, &ran.json()["added"]), (2, &json!(2)));
    assert!(ran.stderr.contains("kb/a.jsonl:2: "), "{}", ran.stderr);
}

#[test]
fn two_lines_of_one_id_are_told_apart_by_the_first() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.jsonl",
        lines(&[
            one_section("a", "On coughs."),
            one_section("a", "On fever."),
        ]),
    );
    let ran = sandbox.run(&["index", "kb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("kb/a.jsonl:2: "), "{}", ran.stderr);
    assert_eq!(sandbox.run(&["search", "coughs"]).code, 0);
    assert_eq!(sandbox.run(&["search", "fever"]).code, 1);
}

#[test]
fn an_id_that_two_files_claim_belongs_to_the_one_whose_name_comes_first() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/b.jsonl", lines(&[one_section("x", "On fever.")]));
    sandbox.write("kb/a.jsonl", lines(&[one_section("x", "On coughs.")]));
    for threads in ["1", "8"] {
        let index = format!("index-{threads}");
        let ran = sandbox.run(&["--index", &index, "index", "-j", threads, "kb"]);
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains("kb/b.jsonl:1: ") && ran.stderr.contains("kb/a.jsonl"),
            "{}",
            ran.stderr
        );
        assert_eq!(
            sandbox.run(&["--index", &index, "search", "coughs"]).code,
            0
        );
        assert_eq!(sandbox.run(&["--index", &index, "search", "fever"]).code, 1);
    }
}

#[test]
fn articles_that_left_their_file_leave_the_index() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.jsonl",
        lines(&[
            one_section("a", "On coughs."),
            one_section("b", "On fever."),
        ]),
    );
    sandbox.ok(&["index", "kb"]);
    sandbox.write(
        "kb/a.jsonl",
        lines(&[
            one_section("b", "On fever."),
            one_section("c", "On rashes."),
        ]),
    );
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(
        (&report["added"], &report["updated"], &report["removed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(sandbox.run(&["search", "coughs"]).code, 1);
}

#[test]
fn beirs_form_is_an_article_of_one_section() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/corpus.jsonl", "{\"_id\": \"d1\", \"title\": \"Cramps\", \"text\": \"Stretch the calf.\", \"metadata\": {}}\n");
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "calf"]);
    assert_eq!(hit_ids(&report), ["d1"]);
    assert_eq!(report["hits"][0]["article"]["id"], "d1");
    assert_eq!(
        sandbox
            .ok(&["export", "--format", "trec", "calf"])
            .stdout
            .split(' ')
            .nth(2),
        Some("d1")
    );
}

#[test]
fn a_run_reports_a_long_section_once_by_its_own_id() {
    let sandbox = Sandbox::new();
    let article = json!({"id": "diary", "title": "Diary", "sections": [
        {"id": "long", "heading": "All weeks", "text": long_text()},
        {"id": "short", "heading": "In short", "text": "The calf cramped."},
    ]});
    sandbox.write(
        "kb/a.jsonl",
        lines(&[article, one_section("other", "Another calf.")]),
    );
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "-n", "50", "calf"]);
    let mut parts: Vec<String> = hit_ids(&report)
        .into_iter()
        .filter(|id| id.starts_with("long"))
        .collect();
    assert!(parts.len() >= 2, "{parts:?}");
    parts.sort();
    assert_eq!(&parts[..2], ["long", "long~2"]);

    let run = |limit: &str| -> Vec<String> {
        let text = sandbox
            .ok(&["export", "--format", "trec", "-n", limit, "calf"])
            .stdout;
        let columns: Vec<Vec<String>> = text
            .lines()
            .map(|line| line.split(' ').map(str::to_owned).collect())
            .collect();
        for (index, line) in columns.iter().enumerate() {
            assert_eq!((line.len(), &line[3]), (6, &(index + 1).to_string()));
        }
        columns.into_iter().map(|line| line[2].clone()).collect()
    };
    let mut ids = run("50");
    assert_eq!(
        run("2"),
        ids[..2],
        "a shorter run is the head of a longer one, and as long as it should be"
    );
    ids.sort();
    assert_eq!(ids, ["long", "other-s", "short"]);
}

#[test]
fn matches_are_counted_exactly_up_to_ten_thousand() {
    let sandbox = Sandbox::new();
    let articles = |count: usize| -> String {
        (0..count)
            .map(|number| {
                format!(
                    "{{\"_id\": \"d{number}\", \"title\": \"\", \"text\": \"The calf hurts.\"}}\n"
                )
            })
            .collect()
    };
    sandbox.write("kb/a.jsonl", articles(10_000));
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "-n1", "calf"]);
    assert_eq!(
        (&report["total"], report.get("total_is")),
        (&json!(10_000), None)
    );

    sandbox.write("kb/a.jsonl", articles(10_001));
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "-n1", "calf"]);
    assert_eq!(
        (&report["total"], &report["total_is"]),
        (&json!(10_000), &json!("at_least"))
    );
    let schema = sandbox.json(&["schema", "search"]);
    assert!(jsonschema::is_valid(&schema, &report));
    assert!(
        sandbox
            .ok(&["search", "-n1", "calf"])
            .stderr
            .contains("more than 10000")
    );
    let last = sandbox.json(&[
        "search",
        "--no-fold",
        "--json",
        "-n5",
        "--offset",
        "10000",
        "calf",
    ]);
    assert_eq!(
        hits(&last).len(),
        1,
        "all of them can be reached all the same"
    );
    assert_eq!(last["hits"][0]["rank"], 10_001);
}

#[test]
fn parse_prints_an_article_a_line() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.jsonl",
        format!(
            "{}oops\n",
            lines(&[one_section("a", "x y."), one_section("b", "z.")])
        ),
    );
    let ran = sandbox.run(&["parse", "--json", "kb/a.jsonl"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("kb/a.jsonl:3: "), "{}", ran.stderr);
    let schema = sandbox.json(&["schema", "parse"]);
    let ids: Vec<String> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .inspect(|document| assert!(jsonschema::is_valid(&schema, document)))
        .map(|document| document["article"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["a", "b"]);
}

#[test]
fn a_file_without_any_article_is_an_error_only_where_a_line_is_wrong() {
    let sandbox = Sandbox::new();
    sandbox.write("one/a.jsonl", "\n\n");
    assert_eq!(sandbox.run(&["index", "one"]).code, 0);
    sandbox.write("two/a.jsonl", "oops\n");
    assert_eq!(sandbox.run(&["index", "two"]).code, 2);
    sandbox.write(
        "three/a.jsonl",
        "{\"id\": \"a\", \"title\": \"Only a title\", \"sections\": []}\n",
    );
    let ran = sandbox.run(&["index", "three"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("skipped three/a.jsonl:1: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_article_without_a_title_is_called_by_its_id() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.jsonl",
        lines(&[one_section("leaflet-7", "On coughs.")]),
    );
    sandbox.ok(&["index", "kb"]);
    assert_eq!(sandbox.ok(&["list"]).stdout, "leaflet-7  (1 passage)\n");
    assert!(
        sandbox
            .ok(&["show", "leaflet-7"])
            .stdout
            .starts_with("leaflet-7\nkb/a.jsonl\n")
    );
    assert!(
        sandbox
            .ok(&["search", "coughs"])
            .stdout
            .starts_with("1. leaflet-7\n")
    );
}

#[test]
fn an_article_of_many_that_was_removed_comes_back_with_its_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.jsonl",
        lines(&[
            one_section("a", "On coughs."),
            one_section("b", "On fever."),
        ]),
    );
    sandbox.ok(&["index", "kb"]);
    sandbox.ok(&["remove", "a"]);
    assert_eq!(sandbox.run(&["search", "coughs"]).code, 1);
    assert_eq!(sandbox.run(&["search", "fever"]).code, 0);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(
        (&report["added"], &report["updated"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(sandbox.run(&["search", "coughs"]).code, 0);
}
