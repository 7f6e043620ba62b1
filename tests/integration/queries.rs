//! What a query means: which words count, what must match, and that no text is ever an error.

use crate::support::{Sandbox, article, hit_ids, hits};
use ibid::{KnowledgeBase, SearchOptions};
use serde_json::json;

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/back.txt",
        article(
            "Lower Back Spasm",
            &[
                (
                    "",
                    "A spasm in the lower back comes on fast, and it isn’t a sign of damage.",
                ),
                (
                    "Heat Or Cold",
                    "Shortness of breath is no sign of it. A cold pack helps some people.",
                ),
                (
                    "When To Call",
                    "Call a doctor when the leg is numb, which may be sciatica5 .",
                ),
            ],
        ),
    );
    sandbox.write(
        "kb/lungs.txt",
        article(
            "Lungs",
            &[
                (
                    "",
                    "Breath comes short on the stairs, and a short rest restores the breath.",
                ),
                (
                    "Cold Air",
                    "Cold air makes the lungs hurt. They dont like smoke, and café smoke least.",
                ),
            ],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    sandbox
}

fn ids(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let ran = sandbox.run(&["search", "--json", "--", query]);
    assert!(ran.code < 2, "{query}: {}", ran.stderr);
    assert_eq!(ran.code == 1, ran.json()["hits"] == json!([]), "{query}");
    hit_ids(&ran.json())
}

#[test]
fn unquoted_words_are_alternatives_whose_evidence_adds_up() {
    let library = library();
    let found = ids(&library, "cold pack lungs");
    assert!(
        found.contains(&"kb/back.txt#heat-or-cold".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"kb/lungs.txt#top".to_owned()), "{found:?}");
    let report = library.json(&["search", "--json", "cold smoke"]);
    assert_eq!(
        hits(&report)[0]["id"],
        "kb/lungs.txt#cold-air",
        "it has both words"
    );
}

#[test]
fn a_query_may_be_one_argument_or_many() {
    let library = library();
    assert_eq!(
        library.ok(&["search", "--json", "cold", "pack"]).stdout,
        library.ok(&["search", "--json", "cold pack"]).stdout
    );
}

#[test]
fn a_phrase_must_match() {
    let library = library();
    assert_eq!(
        ids(&library, "\"shortness of breath\""),
        ["kb/back.txt#heat-or-cold"]
    );
    assert_eq!(
        ids(&library, "“shortness of breath” lungs"),
        ["kb/back.txt#heat-or-cold"]
    );
    assert!(ids(&library, "\"breath of shortness\"").is_empty());
    assert!(
        ids(&library, "\"cold pack\" \"short rest\"").is_empty(),
        "both must match"
    );
}

#[test]
fn a_fielded_word_must_match_in_its_field() {
    let library = library();
    assert!(
        ids(&library, "title:lungs")
            .iter()
            .all(|id| id.starts_with("kb/lungs.txt"))
    );
    assert_eq!(ids(&library, "title:lungs").len(), 2);
    assert_eq!(ids(&library, "heading:cold").len(), 2);
    assert_eq!(
        ids(&library, "heading:cold lungs title:back"),
        ["kb/back.txt#heat-or-cold"]
    );
    assert_eq!(
        ids(&library, "heading:\"when to call\""),
        ["kb/back.txt#when-to-call"]
    );
    assert!(ids(&library, "title:smoke").is_empty());
}

#[test]
fn an_excluded_word_must_not_match() {
    let library = library();
    assert_eq!(ids(&library, "cold -smoke"), ["kb/back.txt#heat-or-cold"]);
    assert_eq!(
        ids(&library, "cold -title:lungs"),
        ["kb/back.txt#heat-or-cold"]
    );
    assert!(
        !ids(&library, "cold - smoke").is_empty(),
        "a dash alone excludes nothing"
    );
}

#[test]
fn an_excluded_phrase_must_not_match() {
    let library = library();
    assert_eq!(
        ids(&library, "cold -\"cold pack\""),
        ["kb/lungs.txt#cold-air"]
    );
    assert_eq!(
        ids(&library, "breath cold -\"short rest\" -\"cold pack\""),
        ["kb/lungs.txt#cold-air"]
    );
}

#[test]
fn two_dashes_let_a_query_begin_with_one() {
    let library = library();
    assert_eq!(library.run(&["search", "-smoke cold"]).code, 2);
    let report = library.json(&["search", "--json", "--", "-smoke cold"]);
    assert_eq!(hit_ids(&report), ["kb/back.txt#heat-or-cold"]);
    let report = library.json(&["export", "--", "-smoke cold"]);
    assert_eq!(hit_ids(&report), ["kb/back.txt#heat-or-cold"]);
    assert_eq!(report["query"]["text"], "-smoke cold");
}

#[test]
fn forms_accents_case_and_apostrophes_make_no_difference() {
    let library = library();
    for (query, id) in [
        ("SPASMS", "kb/back.txt#top"),
        ("isn't", "kb/back.txt#top"),
        ("smoking cafe", "kb/lungs.txt#cold-air"),
        ("CAFE\u{301} smoke", "kb/lungs.txt#cold-air"),
    ] {
        let quoted = format!("\"{query}\"");
        let found = ids(&library, query);
        let found = if found.is_empty() {
            ids(&library, &quoted)
        } else {
            found
        };
        assert_eq!(found.first().map(String::as_str), Some(id), "{query}");
    }
    for apostrophe in ["don't", "don’t", "dont", "DONʼT"] {
        assert_eq!(
            ids(&library, &format!("\"they {apostrophe} like smoke\"")),
            ["kb/lungs.txt#cold-air"],
            "{apostrophe}"
        );
    }
}

#[test]
fn a_note_digit_hides_no_word() {
    let library = library();
    let report = library.json(&["search", "--json", "sciatica"]);
    let snippet = &report["hits"][0]["snippet"];
    let [start, end] = [0, 1].map(|side| snippet["highlights"][0][side].as_u64().unwrap() as usize);
    assert_eq!(&snippet["text"].as_str().unwrap()[start..end], "sciatica");
}

#[test]
fn the_report_says_how_a_query_was_read() {
    let library = library();
    let report = library.json(&["search", "--json", "What is good for a COLD?"]);
    assert_eq!(report["query"]["text"], "What is good for a COLD?");
    assert_eq!(report["query"]["terms"], json!(["good", "cold"]));
    assert_eq!(
        report["query"]["ignored"],
        json!(["What", "is", "for", "a"])
    );
    assert_eq!(report["warnings"], json!([]));
}

#[test]
fn a_query_with_nothing_searchable_finds_nothing_and_says_why() {
    let library = library();
    for query in [
        "of the",
        "what is it?",
        "?!",
        "🤕",
        "\u{301}",
        "-cold",
        "\"\"",
        "…",
        "- --",
        "()[]{}",
    ] {
        let ran = library.run(&["search", "--json", "--", query]);
        assert_eq!(ran.code, 1, "{query}");
        let report = ran.json();
        assert_eq!(
            (&report["hits"], &report["total"]),
            (&json!([]), &json!(0)),
            "{query}"
        );
        let warning = report["warnings"][0]
            .as_str()
            .unwrap_or_else(|| panic!("{query}: no warning"));
        assert!(ran.stderr.contains(warning), "{query}: {}", ran.stderr);
    }
}

#[test]
fn stop_words_in_quotes_are_searched_for() {
    assert_eq!(ids(&library(), "\"on the\""), ["kb/lungs.txt#top"]);
}

#[test]
fn an_endless_query_is_answered() {
    let library = library();
    let long = "cold pack spasm lungs smoke breath ".repeat(300);
    assert!(long.len() > 10_000);
    assert!(!ids(&library, &long).is_empty());
    let many: String = (0..2500).map(|number| format!("w{number} ")).collect();
    let ran = library.run(&["search", "--json", &format!("cold {many}")]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.json()["warnings"][0]
            .as_str()
            .unwrap()
            .contains("left out")
    );
    assert!(!ids(&library, &"\"cold pack\" ".repeat(800)).is_empty());
    assert!(ids(&library, &"頭".repeat(3000)).is_empty());
    assert!(ids(&library, &"a".repeat(10_000)).is_empty());
}

#[test]
fn no_text_is_an_error() {
    const PARTS: [&str; 40] = [
        "cold",
        "spasm",
        "\"",
        "“",
        "”",
        "'",
        "’",
        ":",
        "title:",
        "heading:",
        "-",
        "--",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "/",
        "\\",
        "*",
        "?",
        "~",
        "^",
        "+",
        "&&",
        "||",
        "AND",
        "NOT",
        "TO",
        "🤕",
        "👩‍⚕️",
        "e\u{301}",
        "\u{301}",
        "\u{200B}",
        "\u{202E}",
        "頭痛",
        "\n",
        "\t",
        " ",
    ];
    let sandbox = library();
    let library = KnowledgeBase::open(sandbox.path().join("index")).unwrap();
    // A small linear congruential generator (the constants are Knuth's MMIX), so that a failure can be repeated.
    let mut state = 1u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut found_something = 0;
    for _ in 0..10_000 {
        let query: String = (0..=next(9)).map(|_| PARTS[next(PARTS.len())]).collect();
        if query.trim().is_empty() {
            continue;
        }
        let report = library
            .search(&query, &SearchOptions::default())
            .unwrap_or_else(|error| panic!("{query:?}: {error}"));
        let scores: Vec<f32> = report.body.hits.iter().map(|hit| hit.score).collect();
        assert!(
            scores.iter().all(|score| *score > 0.0 && score.is_finite()),
            "{query:?}: {scores:?}"
        );
        assert!(scores.is_sorted_by(|a, b| a >= b), "{query:?}: {scores:?}");
        for hit in &report.body.hits {
            for [start, end] in &hit.snippet.highlights {
                assert!(
                    hit.snippet
                        .text
                        .get(*start..*end)
                        .is_some_and(|text| !text.is_empty()),
                    "{query:?}"
                );
            }
        }
        found_something += usize::from(!scores.is_empty());
    }
    assert!(
        found_something > 200,
        "only {found_something} queries found anything"
    );
}

#[test]
fn a_blank_query_is_bad_usage_for_programs_too() {
    let sandbox = library();
    let library = KnowledgeBase::open(sandbox.path().join("index")).unwrap();
    for query in ["", " \n\t\u{a0}"] {
        let error = library
            .search(query, &SearchOptions::default())
            .unwrap_err();
        assert_eq!(error.kind(), ibid::ErrorKind::Usage, "{query:?}");
    }
}

#[test]
fn exact_takes_the_same_query() {
    let library = library();
    assert_eq!(library.run(&["search", "--exact", "cold"]).code, 0);
    assert_eq!(library.run(&["export", "--exact", "cold"]).code, 0);
}
