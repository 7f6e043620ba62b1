//! Every document that is printed as JSON validates against `ibid schema` and against the schema of its own name.

use crate::support::{Sandbox, article, cramps};
use jsonschema::Validator;
use serde_json::{Value, json};

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.write(
        "kb/sleep.txt",
        article(
            "Sleep",
            &[
                ("", "Water at night keeps you awake."),
                ("", "cramps do too."),
            ],
        ),
    );
    sandbox.write(
        "topics.tsv",
        "1\tcramps\n2\twater at night\n3\tnothing-of-this\n",
    );
    sandbox.ok(&["index", "kb"]);
    sandbox
}

fn schema(sandbox: &Sandbox, name: Option<&str>) -> (Value, Validator) {
    let args: Vec<&str> = ["schema"].into_iter().chain(name).collect();
    let schema = sandbox.json(&args);
    assert!(jsonschema::meta::is_valid(&schema), "{name:?} is a schema");
    let validator = jsonschema::validator_for(&schema).unwrap();
    (schema, validator)
}

fn check(validator: &Validator, document: &Value, what: &str) {
    let mistakes: Vec<String> = validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert!(mistakes.is_empty(), "{what}: {mistakes:?}");
}

/// Each document with the name of its schema.
fn documents(sandbox: &Sandbox) -> Vec<(&'static str, Value)> {
    let json = |args: &[&str]| sandbox.run(args).json();
    let mut documents = vec![
        ("search", json(&["search", "--json", "cramps at night"])),
        ("search", json(&["search", "--json", "nothing-of-this"])),
        ("search", json(&["search", "--json", "of the"])),
        ("search", json(&["export", "cramps"])),
        ("export", json(&["export", "--queries", "topics.tsv"])),
        ("parse", json(&["parse", "--json", "kb/cramps.txt"])),
        ("show", json(&["show", "--json", "kb/cramps.txt"])),
        (
            "show",
            json(&["show", "--json", "kb/cramps.txt#what-helps"]),
        ),
        ("list", json(&["list", "--json"])),
        ("status", json(&["status", "--json"])),
        ("check", json(&["check", "--json"])),
        ("index", json(&["index", "--json", "kb"])),
        ("index", json(&["index", "--json", "--dry-run", "kb"])),
        ("remove", json(&["remove", "--json", "no-such-article"])),
        ("remove", json(&["remove", "--json", "kb/*"])),
        ("list", json(&["list", "--json"])),
        ("status", json(&["status", "--json"])),
    ];
    sandbox.write("bad/broken.txt", b"\0\x01\x02");
    documents.push(("index", json(&["index", "--json", "bad", "missing"])));
    sandbox.ok(&["index", "kb"]);
    sandbox.write("kb/cramps.txt", cramps().replace("water", "juice"));
    documents.push(("check", json(&["check", "--json"])));
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    let meta = sandbox.path().join("index/data-1/meta.json");
    std::fs::write(&meta, "{").unwrap();
    documents.push(("check", json(&["check", "--json"])));
    documents.push(("check", json(&["check", "--json", "--repair"])));
    let lines = sandbox
        .ok(&["export", "--format", "ndjson", "--queries", "topics.tsv"])
        .stdout;
    documents.extend(
        lines
            .lines()
            .map(|line| ("export-line", serde_json::from_str(line).unwrap())),
    );
    documents
}

#[test]
fn every_document_validates() {
    let sandbox = library();
    let (_, any) = schema(&sandbox, None);
    for (name, document) in documents(&sandbox) {
        let (_, own) = schema(&sandbox, Some(name));
        check(&own, &document, name);
        check(&any, &document, &format!("any: {name}"));
        assert_eq!(document["schema_version"], 1, "{name}");
    }
}

#[test]
fn a_schema_can_fail() {
    let sandbox = library();
    let (_, any) = schema(&sandbox, None);
    for (name, document) in documents(&sandbox) {
        let (described, own) = schema(&sandbox, Some(name));
        for field in described["required"].as_array().unwrap() {
            let mut less = document.clone();
            less.as_object_mut()
                .unwrap()
                .remove(field.as_str().unwrap());
            assert!(!own.is_valid(&less), "{name} without {field}");
        }
        let mut other = document.clone();
        other["schema_version"] = json!("one");
        assert!(!own.is_valid(&other) && !any.is_valid(&other), "{name}");
    }
}

#[test]
fn a_schema_describes_every_field_that_is_printed() {
    let sandbox = library();
    for (name, document) in documents(&sandbox) {
        let (schema, _) = schema(&sandbox, Some(name));
        let described = schema["properties"].as_object().unwrap();
        for field in document.as_object().unwrap().keys() {
            assert!(
                described
                    .get(field)
                    .is_some_and(|field| field.get("description").is_some()),
                "{name}: {field}"
            );
        }
    }
}

#[test]
fn fields_of_a_search_are_those_of_the_contract() {
    let sandbox = library();
    let report = sandbox.json(&["search", "--json", "cramps"]);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let has = |value: &Value, names: &[&str]| {
        let keys = keys(value);
        for name in names {
            assert!(
                keys.iter().any(|key| key == name),
                "{name} is not in {keys:?}"
            );
        }
    };
    has(
        &report,
        &[
            "schema_version",
            "query",
            "index",
            "total",
            "hits",
            "warnings",
        ],
    );
    has(
        &report["query"],
        &["text", "terms", "ignored", "expansions", "corrections"],
    );
    has(&report["index"], &["generation", "articles", "passages"]);
    let hit = &report["hits"][0];
    has(
        hit,
        &[
            "rank",
            "score",
            "id",
            "article",
            "heading_path",
            "anchor",
            "link",
            "locator",
            "text",
            "snippet",
            "duplicates",
        ],
    );
    has(
        &hit["article"],
        &["id", "title", "path", "url", "published", "source"],
    );
    has(&hit["locator"], &["lines", "bytes"]);
    has(&hit["snippet"], &["text", "highlights"]);
    assert_eq!(
        report.get("total_is"),
        None,
        "it is there only where the total is less than the truth"
    );
}

#[test]
fn fields_of_a_parse_are_those_of_the_contract() {
    let sandbox = library();
    let report = sandbox.json(&["parse", "--json", "kb/cramps.txt"]);
    assert_eq!(
        report["article"],
        json!({
            "id": "kb/cramps.txt", "title": "Night Cramps", "url": null, "published": null, "language": null,
            "aliases": [], "tags": [],
            "source": {"path": "kb/cramps.txt", "format": "text", "encoding": "UTF-8", "bytes": cramps().len()}
        })
    );
    assert_eq!(
        report["sections"][1],
        json!({
            "heading_path": ["What helps"], "level": 2, "anchor": null,
            "text": "Stretch the calf and drink water before bed.",
            "locator": {"lines": [7, 7], "bytes": [65, 109]}
        })
    );
    assert_eq!(report["dropped"], json!([]));
}

#[test]
fn status_counts_what_list_lists() {
    let sandbox = library();
    let list = sandbox.json(&["list", "--json"]);
    let status = sandbox.json(&["status", "--json"]);
    assert_eq!(list["index"], status["index"]);
    let articles = list["articles"].as_array().unwrap();
    assert_eq!(status["index"]["articles"], articles.len());
    let passages: u64 = articles
        .iter()
        .map(|article| article["passages"].as_u64().unwrap())
        .sum();
    assert_eq!(status["index"]["passages"], passages);
    assert_eq!(status["sources"].as_array().unwrap().len(), 1);
    let source = &status["sources"][0];
    assert_eq!(
        (
            &source["name"],
            &source["path"],
            &source["files"],
            &source["articles"],
            &source["passages"]
        ),
        (
            &json!("kb"),
            &json!("kb"),
            &json!(2),
            &json!(2),
            &json!(passages)
        )
    );
    assert!(status["bytes"].as_u64().unwrap() > 1000);
    let text = sandbox.ok(&["status"]).stdout;
    assert!(text.contains("articles    2"), "{text}");
    let text = sandbox.ok(&["list"]).stdout;
    assert_eq!(text.lines().count(), 2);
    assert!(
        text.starts_with("kb/cramps.txt  Night Cramps (3 passages)\n"),
        "{text}"
    );
}

#[test]
fn show_prints_a_passage_or_an_article_in_reading_order() {
    let sandbox = library();
    assert_eq!(
        sandbox.ok(&["show", "kb/cramps.txt#what-helps"]).stdout,
        "Night Cramps\nkb/cramps.txt\n\n## What helps\n\nStretch the calf and drink water before bed.\n"
    );
    let article = sandbox.ok(&["show", "kb/cramps.txt"]).stdout;
    let order = [
        "Leg cramps at night",
        "## What helps",
        "Stretch",
        "## When to call",
        "Call a doctor",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|part| article.find(part).unwrap())
        .collect();
    assert!(places.is_sorted(), "{article}");
    let ran = sandbox.run(&["show", "kb/cramps.txt#no-such-heading"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains("no-such-heading") && ran.stderr.contains("ibid list"),
        "{}",
        ran.stderr
    );
}
