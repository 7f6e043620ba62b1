//! The names that an article gives to its own subject: it is found by them, and shows them.

use crate::support::{Sandbox, article, hit_ids};
use serde_json::json;

fn two_articles() -> Sandbox {
    let sandbox = Sandbox::new();
    let gout = article(
        "Gout",
        &[
            (
                "",
                "Gout, also called podagra or gouty arthritis, is a sudden swelling of a joint.",
            ),
            (
                "What helps",
                "Rest the joint, cool it, and drink plenty of water.",
            ),
        ],
    );
    let bunions = article(
        "Bunions",
        &[
            (
                "",
                "A bunion is a bump beside the big toe. It may be taken for podagra, which comes overnight.",
            ),
            (
                "What helps",
                "Wear wide shoes, rest the joint, and drink plenty of water.",
            ),
        ],
    );
    sandbox.write("kb/gout.txt", gout);
    sandbox.write("kb/bunions.txt", bunions);
    sandbox.ok(&["index", "kb"]);
    sandbox
}

#[test]
fn an_article_is_found_by_a_name_it_gives_itself() {
    let sandbox = two_articles();
    let report = sandbox.json(&["search", "--json", "podagra what helps"]);
    assert_eq!(hit_ids(&report)[0], "kb/gout.txt#what-helps");
}

#[test]
fn its_names_are_shown_with_the_article() {
    let sandbox = two_articles();
    let names = json!(["podagra", "gouty arthritis"]);
    let parsed = sandbox.json(&["parse", "--json", "kb/gout.txt"]);
    assert_eq!(parsed["article"]["aliases"], names);
    let list = sandbox.json(&["list", "--json"]);
    let articles = list["articles"].as_array().unwrap();
    let aliases = |id: &str| {
        let found = articles.iter().find(|article| article["id"] == id).unwrap();
        found["aliases"].clone()
    };
    assert_eq!(aliases("kb/gout.txt"), names);
    assert_eq!(aliases("kb/bunions.txt"), json!([]));
}

#[test]
fn articles_of_json_lines_have_such_names_behind_those_they_bring() {
    let sandbox = Sandbox::new();
    let line = json!({"id": "g", "title": "Gout", "aliases": ["podagra"], "sections": [
        {"heading": "What is it?", "text": "Gout (also known as podagra or urate arthritis) hurts."}]});
    sandbox.write("kb/a.jsonl", format!("{line}\n"));
    let parsed = sandbox.json(&["parse", "--json", "kb/a.jsonl"]);
    assert_eq!(
        parsed["article"]["aliases"],
        json!(["podagra", "urate arthritis"])
    );
}
