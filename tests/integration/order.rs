//! The same index and query print the same bytes: scores, ties and order, however the index was made.

use crate::support::{Sandbox, article, cramps, hit_ids, hits};

const QUERIES: [&str; 6] = [
    "cramp",
    "back spasm at night",
    "\"about calf\" water",
    "title:knee heat",
    "heading:rest doctor -ice",
    "water",
];

/// Articles of words drawn from a short list, so that many passages have nearly, or exactly, the same score.
fn write_articles(sandbox: &Sandbox) {
    const WORDS: [&str; 16] = [
        "cramp", "calf", "stretch", "water", "night", "doctor", "back", "spasm", "knee", "heat",
        "ice", "rest", "sleep", "hip", "nerve", "cough",
    ];
    for number in 0..240usize {
        let word = |at: usize| WORDS[(number / 2 * 7 + at * at * 5 + at) % WORDS.len()];
        let text = |from: usize, count: usize| {
            (from..from + count).map(word).collect::<Vec<_>>().join(" ") + "."
        };
        let contents = article(
            &format!("The {} and the {}", word(1), word(2)),
            &[
                ("", &text(3, 20 + number % 5)),
                (&format!("About {}", word(4)), &text(9, 30)),
                (&format!("More on {}", word(5)), &text(40, 12 + number % 3)),
            ],
        );
        let folder = if number % 2 == 0 { "even" } else { "odd" };
        sandbox.write(&format!("{folder}/{:03}.txt", number * 37 % 240), contents);
    }
}

/// All that the commands print of an index.
fn printed(sandbox: &Sandbox, index: &str) -> Vec<String> {
    let mut printed = Vec::new();
    for query in QUERIES {
        for command in [
            &["search"][..],
            &["search", "--json"],
            &["export", "--format", "csv"],
            &["export", "--format", "trec"],
        ] {
            let args = [&["--index", index], command, &["-n", "400", "--", query]].concat();
            printed.push(sandbox.run(&args).stdout);
        }
    }
    printed.push(sandbox.ok(&["--index", index, "list", "--json"]).stdout);
    printed
}

#[test]
fn threads_and_the_order_of_paths_do_not_show() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox);
    sandbox.ok(&["--index", "one", "index", "-j", "1", "even", "odd"]);
    let expected = printed(&sandbox, "one");
    assert!(
        expected.iter().all(|text| text.len() > 50),
        "every query finds something"
    );
    for (index, args) in [
        ("again", ["-j", "1", "even", "odd"]),
        ("eight", ["-j", "8", "even", "odd"]),
        ("turned", ["-j", "8", "odd", "even"]),
        ("three", ["-j", "3", "./odd/", "odd/../even"]),
    ] {
        sandbox.ok(&[&["--index", index, "index"], &args[..]].concat());
        let printed = printed(&sandbox, index);
        for (printed, expected) in printed.iter().zip(&expected) {
            let same_paths = printed.replace("odd/../even/", "even/");
            assert!(
                same_paths == *expected,
                "{index}:\n{printed}\ninstead of\n{expected}"
            );
        }
    }
}

#[test]
fn two_runs_print_the_same() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox);
    sandbox.ok(&["index", "-j", "4", "even", "odd"]);
    assert!(printed(&sandbox, "index") == printed(&sandbox, "index"));
}

#[test]
fn articles_that_came_one_by_one_rank_as_articles_that_came_together() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox);
    sandbox.ok(&["--index", "together", "index", "even", "odd"]);
    sandbox.ok(&["--index", "apart", "index", "odd"]);
    sandbox.ok(&["--index", "apart", "index", "even"]);
    for query in QUERIES {
        let [together, apart] = ["together", "apart"].map(|index| {
            sandbox.json(&[
                "--index", index, "search", "--json", "-n", "400", "--", query,
            ])
        });
        assert!(together["hits"] == apart["hits"], "{query}");
    }
}

#[test]
fn articles_that_were_changed_rank_as_if_they_had_always_been_so() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox);
    for number in 0..60 {
        let path = sandbox
            .path()
            .join(format!("even/{:03}.txt", number * 2 * 37 % 240));
        if let Ok(text) = std::fs::read_to_string(&path) {
            std::fs::write(path, text.replace("calf", "night night night")).unwrap();
        }
    }
    sandbox.ok(&["--index", "changed", "index", "even", "odd"]);
    write_articles(&sandbox);
    sandbox.ok(&["--index", "changed", "index", "even", "odd"]);
    sandbox.ok(&["--index", "afresh", "index", "even", "odd"]);
    for query in QUERIES {
        let [changed, afresh] = ["changed", "afresh"].map(|index| {
            sandbox.json(&[
                "--index", index, "search", "--json", "-n", "400", "--", query,
            ])
        });
        assert!(changed["hits"] == afresh["hits"], "{query}");
    }
}

#[test]
fn ties_break_by_article_and_then_by_place_in_it_and_pages_make_the_whole_list() {
    let sandbox = Sandbox::new();
    // The same length, the same words in each, so the same score for all.
    let same = || {
        let section = |heading: &str, word: &str| {
            (
                heading.to_owned(),
                format!("The calf cramped {word} and then let go."),
            )
        };
        let sections = [
            section("Monday", "hard"),
            section("Tuesday", "once"),
            section("Sunday", "more"),
        ];
        let sections: Vec<(&str, &str)> = sections
            .iter()
            .map(|(heading, text)| (heading.as_str(), text.as_str()))
            .collect();
        article("Diary", &sections)
    };
    for number in 0..40 {
        sandbox.write(&format!("kb/{}.txt", number * 17 % 40), same());
    }
    sandbox.ok(&["index", "-j", "4", "kb"]);
    let whole = sandbox.json(&["search", "--no-fold", "--json", "-n", "500", "calf"]);
    let ids = hit_ids(&whole);
    assert_eq!(ids.len(), 120);
    assert_eq!(whole["total"], 120);
    let scores: std::collections::BTreeSet<String> = hits(&whole)
        .iter()
        .map(|hit| hit["score"].to_string())
        .collect();
    assert_eq!(scores.len(), 1, "all have one score");
    let mut articles: Vec<String> = (0..40).map(|number| format!("kb/{number}.txt")).collect();
    articles.sort();
    let expected: Vec<String> = articles
        .iter()
        .flat_map(|id| ["monday", "tuesday", "sunday"].map(|slug| format!("{id}#{slug}")))
        .collect();
    assert_eq!(ids, expected);

    let mut pages = Vec::new();
    let mut offset = 0;
    for size in [1usize, 7, 50, 3, 59, 7] {
        let ran = sandbox.run(&[
            "search",
            "--no-fold",
            "--json",
            "calf",
            "-n",
            &size.to_string(),
            "--offset",
            &offset.to_string(),
        ]);
        let page = ran.json();
        assert_eq!(page["total"], 120, "whatever the page");
        pages.extend(hits(&page).iter().cloned());
        offset += size;
    }
    assert_eq!(pages, hits(&whole), "ranks and all");
    let ran = sandbox.run(&["search", "--no-fold", "--json", "calf", "--offset", "120"]);
    assert_eq!((ran.code, &ran.json()["total"]), (1, &120.into()));
    assert_eq!(ran.json()["hits"], serde_json::json!([]));
}

#[test]
fn ten_hits_are_given_where_no_number_is() {
    let sandbox = Sandbox::new();
    for number in 0..12 {
        sandbox.write(&format!("kb/{number}.txt"), cramps());
    }
    sandbox.ok(&["index", "kb"]);
    assert_eq!(
        hits(&sandbox.json(&["search", "--no-fold", "--json", "water"])).len(),
        10
    );
    assert_eq!(
        hits(&sandbox.json(&["export", "--no-fold", "water"])).len(),
        10
    );
    assert_eq!(
        hits(&sandbox.json(&["search", "--no-fold", "--json", "--limit", "11", "water"])).len(),
        11
    );
}

#[test]
fn neither_time_nor_place_of_the_run_is_printed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    let place = sandbox.path().to_str().unwrap().to_owned();
    let year = "20";
    for args in [
        &["search", "--json", "water"][..],
        &["export", "water"],
        &["list", "--json"],
        &["status", "--json"],
        &["show", "--json", "kb/cramps.txt"],
        &["parse", "--json", "kb/cramps.txt"],
        &["index", "--json", "kb"],
    ] {
        let text = sandbox.ok(args).stdout;
        assert!(!text.contains(&place), "{args:?}: {text}");
        assert!(
            !text.contains(&format!("\"{year}")),
            "no string begins with a year: {args:?}: {text}"
        );
    }
}
