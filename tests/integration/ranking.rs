//! What a search finds first, and what it says of it.

use super::support::{Sandbox, hit_ids};
use serde_json::Value;

/// JSON lines of articles: id, title, date, tag, aliases, and sections of heading and text.
fn line(
    id: &str,
    title: &str,
    published: &str,
    tag: &str,
    aliases: &[&str],
    sections: &[(&str, &str)],
) -> String {
    let sections: Vec<Value> = sections
        .iter()
        .map(|(heading, text)| serde_json::json!({"heading": heading, "text": text}))
        .collect();
    serde_json::json!({
        "id": id, "title": title, "published": published, "tags": [tag], "aliases": aliases, "sections": sections,
    })
    .to_string()
}

const ADVICE: &str = "Most attacks settle by themselves within some days. Keep on the move as far as the pain lets you, put \
    something warm on the sore place, and take a pain reliever that suits you if you need one to get through the day.";

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines = [
        line(
            "cramps",
            "Muscle cramps",
            "2024-05-01",
            "Muscles",
            &["charley horse"],
            &[
                (
                    "Relief",
                    "Stretch the calf gently and rub it. Warmth helps a cramp to let go.",
                ),
                (
                    "Causes",
                    "Lack of water and salt, hard work and cold bring cramps on at night.",
                ),
            ],
        ),
        line(
            "back",
            "Back pain",
            "2020-01-15",
            "Back",
            &[],
            &[
                ("Relief", ADVICE),
                (
                    "When to worry",
                    "Numbness or a weak leg with pain in the back needs a doctor, not only rest.",
                ),
            ],
        ),
        line(
            "spine",
            "The spine",
            "2023-03-03",
            "back",
            &[],
            &[
                ("What to do", &ADVICE.replace("some days", "a few days")),
                (
                    "Anatomy",
                    "Discs lie between the bones of the back and let it bend.",
                ),
            ],
        ),
        line(
            "reflux",
            "Acid reflux",
            "2019-12-31",
            "Digestion",
            &["heartburn", "GERD"],
            &[
                (
                    "In bed",
                    "Raise the head of the bed; sleep on your left side.",
                ),
                (
                    "Foods",
                    "Fat, mint and late meals bring it on. Pain behind the breastbone is typical.",
                ),
            ],
        ),
    ];
    sandbox.write("kb/a.jsonl", lines.join("\n"));
    sandbox.ok(&["index", "kb"]);
    sandbox
}

#[test]
fn a_name_the_article_gives_itself_finds_it() {
    let library = library();
    let ids = hit_ids(&library.json(&["search", "--json", "charley horse"]));
    assert!(ids.iter().all(|id| id.starts_with("cramps#")), "{ids:?}");
    assert_eq!(ids.len(), 2);
    let ids = hit_ids(&library.json(&["search", "--json", "heartburn in bed"]));
    assert_eq!(ids[0], "reflux#in-bed");
}

#[test]
fn filters_act_before_ranking() {
    let library = library();
    let find = |args: &[&str]| {
        let mut all = vec!["search", "--json", "-n1", "pain"];
        all.extend(args);
        library.run(&all).json()
    };
    let tagged = find(&["--tag", "DIGESTION"]);
    assert_eq!(hit_ids(&tagged), ["reflux#foods"]);
    assert_eq!(tagged["total"], 1, "what is filtered out is not counted");
    assert!(hit_ids(&find(&["--since", "2023-01-01"]))[0].starts_with("spine#"));
    assert!(
        hit_ids(&find(&["--article", "reflux", "--article", "nothing"]))[0].starts_with("reflux#")
    );
    assert_eq!(find(&["--source", "kb"])["total"], 4);
    assert_eq!(find(&["--source", "elsewhere"])["total"], 0);
    let both_cases = find(&["--tag", "back", "-n9"]);
    assert_eq!(both_cases["total"], 3, "a tag is one in any case");
    let ran = library.run(&["search", "pain", "--since", "soon"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("2024-04-16"), "{}", ran.stderr);
}

#[test]
fn passages_that_say_the_same_are_one_answer() {
    let library = library();
    let report = library.json(&["search", "--json", "pain reliever for attacks"]);
    let hits = report["hits"].as_array().unwrap();
    let folded: Vec<&Value> = hits
        .iter()
        .filter(|hit| hit["duplicates"] != serde_json::json!([]))
        .collect();
    assert_eq!(folded.len(), 1);
    let mut both = vec![
        folded[0]["id"].as_str().unwrap(),
        folded[0]["duplicates"][0].as_str().unwrap(),
    ];
    both.sort_unstable();
    assert_eq!(both, ["back#relief", "spine#what-to-do"]);
    assert_eq!(
        report["total"].as_u64().unwrap() as usize,
        hits.len() + 1,
        "counted before folding"
    );
    let ranks: Vec<u64> = hits
        .iter()
        .map(|hit| hit["rank"].as_u64().unwrap())
        .collect();
    assert_eq!(ranks, (1..=hits.len() as u64).collect::<Vec<_>>());
    let kept = library.json(&["search", "--json", "--no-fold", "pain reliever for attacks"]);
    assert_eq!(hit_ids(&kept).len(), hits.len() + 1);
    let run = library.ok(&["export", "--format", "trec", "pain reliever for attacks"]);
    assert_eq!(
        run.stdout.lines().count(),
        hits.len() + 1,
        "a run never folds"
    );
}

#[test]
fn an_article_gives_no_more_hits_than_asked_for() {
    let library = library();
    let ids = hit_ids(&library.json(&[
        "search",
        "--json",
        "--per-article",
        "1",
        "pain back bed night",
    ]));
    let mut articles: Vec<&str> = ids.iter().map(|id| id.split('#').next().unwrap()).collect();
    let count = articles.len();
    articles.sort_unstable();
    articles.dedup();
    assert_eq!(articles.len(), count, "{ids:?}");
    assert!(count >= 3);
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    let library = library();
    for query in [
        "pain",
        "charley horse cramps at night",
        "title:back numbness",
        "\"pain reliever\" back",
    ] {
        let report = library.json(&["search", "--json", "--explain", query]);
        for hit in report["hits"].as_array().unwrap() {
            let explain = &hit["explain"];
            let part = |name: &str| explain[name].as_f64().unwrap();
            let close = |a: f64, b: f64| (a - b).abs() < 1e-4;
            assert!(
                close(part("score"), hit["score"].as_f64().unwrap()),
                "{hit}"
            );
            assert!(
                close(
                    part("passage") + part("article") + part("name"),
                    part("score")
                ),
                "{explain}"
            );
            let terms: f64 = explain["terms"]
                .as_array()
                .unwrap()
                .iter()
                .map(|term| term["score"].as_f64().unwrap())
                .sum();
            assert!(
                close(terms * part("coverage"), part("passage")),
                "{explain}"
            );
        }
    }
    let plain = library.json(&["search", "--json", "pain"]);
    assert!(plain["hits"][0].get("explain").is_none());
}

#[test]
fn passages_like_one_are_found_and_it_is_not_among_them() {
    let library = library();
    let ids = hit_ids(&library.json(&["search", "--json", "--no-fold", "--like", "back#relief"]));
    assert_eq!(ids[0], "spine#what-to-do");
    assert!(!ids.contains(&"back#relief".to_owned()));
    let ran = library.run(&["search", "--like", "back#none"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("back#none"), "{}", ran.stderr);
}

#[test]
fn negation_in_a_sentence_excludes_nothing() {
    let library = library();
    let with = hit_ids(&library.json(&["search", "--json", "back pain not only rest"]));
    assert_eq!(with[0], "back#when-to-worry");
}

#[test]
fn a_pasted_paragraph_finds_what_it_is_about() {
    let library = library();
    let worry = "Hello, I am writing because for three weeks now I have been waking up at night with an awful pain in my \
        calf, it goes hard as a stone and I have to get up and walk around. My sister says it is from lack of salt or \
        water? I also had a cold in spring. What should I do, is it dangerous? Thank you very much for any answer.";
    let ids = hit_ids(&library.json(&["search", "--json", worry]));
    assert_eq!(ids[0], "cramps#causes");
}

#[test]
fn relevance_is_measured_and_a_bound_that_is_missed_fails() {
    let library = library();
    library.write(
        "topics.tsv",
        "1\tcharley horse relief\n2\tsleep with heartburn\n",
    );
    library.write(
        "qrels.txt",
        "1 0 cramps#relief 2\n1 0 cramps#causes 1\n2 0 reflux#in-bed 1\n",
    );
    let args = ["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt"];
    let report = library.json(&[&args[..], &["--json", "--per-topic"]].concat());
    assert_eq!(report["topics"], 2);
    assert_eq!(report["measures"]["nDCG@10"], 1.0);
    assert_eq!(report["per_topic"]["2"]["MRR@10"], 1.0);
    let schema = library.json(&["schema", "eval"]);
    assert!(jsonschema::is_valid(&schema, &report));
    assert_eq!(
        library
            .run(&[&args[..], &["--min", "ndcg@10=1"]].concat())
            .code,
        0
    );
    let missed = library.run(&[&args[..], &["--min", "p@10=0.9"]].concat());
    assert_eq!(missed.code, 1);
    assert!(missed.stderr.contains("P@10"), "{}", missed.stderr);
    assert_eq!(
        library
            .run(&[&args[..], &["--min", "best=1"]].concat())
            .code,
        2
    );
    library.write(
        "bad.run",
        "1 Q0 cramps#causes 1 2.0 x\n2 Q0 back#relief 1 1.0 x\n",
    );
    let report = library.json(&[
        "eval",
        "--run",
        "bad.run",
        "--qrels",
        "qrels.txt",
        "--compare",
        "bad.run",
        "--json",
    ]);
    assert_eq!(report["measures"]["P@1"], 0.5);
    assert_eq!(report["comparison"]["mean_difference"], 0.0);
}
