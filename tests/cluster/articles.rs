//! Articles that tell what became of each of their sections: every section has a word that no other has.

use crate::support::Site;
use serde_json::json;
use std::collections::BTreeMap;

/// How many sections an article has.
pub(crate) const SECTIONS: usize = 20;

/// What the filler is made of.
const WORDS: [&str; 24] = [
    "leg", "cramp", "night", "heart", "attack", "pain", "back", "spasm", "salt", "water", "arm",
    "skin", "rash", "itch", "cough", "fever", "nose", "blood", "sugar", "sleep", "knee", "hand",
    "foot", "neck",
];

/// A word of its own for each number: without vowels, so that no stemmer knows a shorter one.
pub(crate) fn word(kind: char, number: usize) -> String {
    let letters = number
        .to_string()
        .bytes()
        .map(|digit| char::from(b"bcdfghjkmn"[usize::from(digit - b'0')]))
        .collect::<String>();
    format!("{kind}{letters}q")
}

/// Writes the articles `from..to` as one file of JSON lines.
pub(crate) fn write(site: &Site<'_>, file: &str, from: usize, to: usize) {
    let mut random = fastrand::Rng::with_seed(from as u64);
    let mut lines = String::new();
    for article in from..to {
        let sections: Vec<_> = (0..SECTIONS)
            .map(|section| {
                let filler: Vec<&str> = (0..30).map(|_| *random.choice(WORDS.iter()).unwrap()).collect();
                json!({
                    "id": format!("a{article}s{section}"),
                    "heading": format!("Part {section} of {}", random.choice(WORDS.iter()).unwrap()),
                    "text": format!(
                        "{} {} {}.",
                        word('x', article * SECTIONS + section),
                        word('z', article),
                        filler.join(" ")
                    ),
                })
            })
            .collect();
        let article = json!({
            "id": format!("a{article}"),
            "title": format!("About {} and {}", random.choice(WORDS.iter()).unwrap(), word('t', article)),
            "published": format!("20{:02}-01-02", article % 20),
            "tags": [random.choice(WORDS.iter()).unwrap()],
            "sections": sections,
        });
        lines.push_str(&article.to_string());
        lines.push('\n');
    }
    site.write(&format!("articles/{file}.jsonl"), &lines);
}

/// Every section of these articles is in the index once, and nothing else; `check` says so too.
pub(crate) fn all_are_there_once(site: &Site<'_>, articles: usize) {
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);

    let listed = site.json(&["list", "--json"]);
    let listed = listed["articles"].as_array().unwrap();
    assert_eq!(listed.len(), articles);
    let passages: u64 = listed
        .iter()
        .map(|article| article["passages"].as_u64().unwrap())
        .sum();
    assert_eq!(passages, (articles * SECTIONS) as u64);

    // Each article has a word that all of its sections have, and no others.
    let queries: String = (0..articles)
        .map(|article| format!("{article}\t{}\n", word('z', article)))
        .collect();
    site.write("queries.tsv", &queries);
    let found = site.ok(&[
        "export",
        "--queries",
        "queries.tsv",
        "--format",
        "trec",
        "--exact",
        "--no-fold",
        "-n",
        "100",
    ]);
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for line in found.stdout.lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        *times.entry(columns[2].to_owned()).or_default() += 1;
    }
    let twice: Vec<_> = times
        .iter()
        .filter(|(_, times)| **times != 1)
        .take(5)
        .collect();
    assert!(twice.is_empty(), "found more than once: {twice:?}");
    let expected: BTreeMap<String, u32> = (0..articles)
        .flat_map(|article| (0..SECTIONS).map(move |section| (format!("a{article}s{section}"), 1)))
        .collect();
    let missing: Vec<_> = expected
        .keys()
        .filter(|id| !times.contains_key(*id))
        .take(5)
        .collect();
    assert!(missing.is_empty(), "not found: {missing:?}");
    assert_eq!(times, expected);
}
