//! The words people use: what means the same is found too, it is said, and it can be turned off, extended and overridden.

use crate::support::{Sandbox, article, hit_ids, hits};
use serde_json::{Value, json};

/// Articles that write as clinicians do.
fn clinic() -> Sandbox {
    let sandbox = Sandbox::new();
    let articles = [
        (
            "cramp",
            "Leg problems",
            "At night",
            "A muscle cramp in the calf is painful and passes within minutes.",
        ),
        (
            "edema",
            "The nephrotic syndrome",
            "Signs",
            "Protein is lost in the urine, and renal edema can follow.",
        ),
        (
            "compress",
            "First aid",
            "Bruises",
            "Put a cold compress on the bruise for ten minutes.",
        ),
        (
            "virus",
            "Viruses",
            "In winter",
            "Acute viral nasopharyngitis spreads by droplets.",
        ),
        (
            "nerve",
            "Nerves",
            "Myelin",
            "In multiple sclerosis the body harms its own myelin.",
        ),
        (
            "breath",
            "Lungs",
            "Breathing",
            "Dyspnea that comes on suddenly is an emergency.",
        ),
    ];
    for (name, title, heading, text) in articles {
        sandbox.write(
            &format!("kb/{name}.txt"),
            article(title, &[(heading, text)]),
        );
    }
    sandbox.ok(&["index", "kb"]);
    sandbox
}

fn search(sandbox: &Sandbox, query: &str) -> Value {
    let mut arguments = vec!["search", "--json"];
    arguments.extend(query.split(' '));
    sandbox.run(&arguments).json()
}

fn found(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let ids = hit_ids(&search(sandbox, query)).into_iter();
    ids.map(|id| {
        let name = id.trim_start_matches("kb/").split('.').next();
        name.unwrap_or_default().to_owned()
    })
    .collect()
}

/// What a query was widened with, from each phrase to the words.
fn expansions(report: &Value) -> Vec<(String, Vec<String>)> {
    let strings = |value: &Value| -> Vec<String> {
        let values = value.as_array().unwrap().iter();
        values
            .map(|value| value.as_str().unwrap().to_owned())
            .collect()
    };
    let expansions = report["query"]["expansions"].as_array().unwrap().iter();
    expansions
        .map(|expansion| {
            (
                expansion["from"].as_str().unwrap().to_owned(),
                strings(&expansion["to"]),
            )
        })
        .collect()
}

#[test]
fn a_lay_phrase_finds_the_clinical_one_and_says_so() {
    let sandbox = clinic();
    let report = search(&sandbox, "charley horse at night");
    assert_eq!(hit_ids(&report)[0], "kb/cramp.txt#at-night");
    assert_eq!(report["query"]["terms"], json!(["charley horse", "night"]));
    let of_phrase = &report["query"]["expansions"][0];
    assert_eq!(of_phrase["from"], "charley horse");
    assert_eq!(of_phrase["vocabulary"], "builtin");
    assert!(
        of_phrase["to"]
            .as_array()
            .unwrap()
            .contains(&json!("muscle cramp")),
        "{of_phrase}"
    );
    let snippet = &hits(&report)[0]["snippet"];
    let marked: Vec<&str> = snippet["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| {
            let [start, end] = [0, 1].map(|side| span[side].as_u64().unwrap() as usize);
            &snippet["text"].as_str().unwrap()[start..end]
        })
        .collect();
    assert!(marked.contains(&"muscle cramp"), "{marked:?}");
    let ran = sandbox.ok(&["search", "charley horse"]);
    assert!(
        ran.stderr.contains("also searched: muscle cramp"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_clinical_word_finds_the_lay_one() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.txt",
        article("Feet", &[("Veins", "Swollen ankles in the evening.")]),
    );
    sandbox.write(
        "kb/b.txt",
        article(
            "Hearts",
            &[("Attacks", "A heart attack needs an ambulance.")],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    assert_eq!(found(&sandbox, "myocardial infarction"), ["b"]);
}

#[test]
fn word_by_word_what_no_phrase_says_is_composed() {
    let sandbox = clinic();
    assert_eq!(found(&sandbox, "kidney swelling")[0], "edema");
}

#[test]
fn british_and_american_spelling_find_each_other() {
    let sandbox = clinic();
    assert_eq!(found(&sandbox, "oedema"), ["edema"]);
    assert_eq!(found(&sandbox, "sudden dyspnoea")[0], "breath");
}

#[test]
fn exact_searches_only_for_what_was_typed() {
    let sandbox = clinic();
    let ran = sandbox.run(&["search", "--json", "--exact", "charley horse"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.json()["query"]["expansions"], json!([]));
    assert_eq!(ran.json()["hits"], json!([]));
    assert_eq!(
        sandbox.run(&["search", "--exact", "dyspnoae"]).code,
        1,
        "no correction either"
    );
}

#[test]
fn a_word_of_two_meanings_is_not_expanded_alone() {
    let sandbox = clinic();
    let report = search(&sandbox, "cold compress");
    assert_eq!(hit_ids(&report), ["kb/compress.txt#bruises"]);
    assert_eq!(found(&sandbox, "common cold")[0], "virus");
    assert_eq!(
        found(&sandbox, "cold"),
        ["compress"],
        "not the virus that a cold may be"
    );
}

#[test]
fn an_abbreviation_is_known_by_its_capitals_where_small_letters_mean_something_else() {
    let sandbox = clinic();
    assert_eq!(found(&sandbox, "MS symptoms"), ["nerve"]);
    assert_eq!(found(&sandbox, "20 ms"), Vec::<String>::new());
}

#[test]
fn a_quoted_phrase_is_taken_at_its_word() {
    let sandbox = clinic();
    let ran = sandbox.run(&["search", "--json", "\"charley horse\""]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.json()["query"]["expansions"], json!([]));
}

#[test]
fn synonyms_do_not_add_up() {
    let sandbox = Sandbox::new();
    let many = "Cardiac infarction, myocardial infarction and coronary thrombosis are names.";
    sandbox.write("kb/many.txt", article("Names", &[("List", many)]));
    sandbox.write(
        "kb/typed.txt",
        article(
            "Pain",
            &[(
                "Chest",
                "A heart attack hurts, often badly so, in the chest.",
            )],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "--explain", "heart attack"]);
    assert_eq!(
        hit_ids(&report)[0],
        "kb/typed.txt#chest",
        "what was typed counts most"
    );
    for hit in hits(&report) {
        let explain = &hit["explain"];
        let sum = |list: &str| -> (f64, usize) {
            let scores = explain[list].as_array().unwrap().iter();
            let scores: Vec<f64> = scores.map(|one| one["score"].as_f64().unwrap()).collect();
            (
                scores.iter().sum(),
                scores.iter().filter(|score| **score > 0.0).count(),
            )
        };
        let (typed, typed_count) = sum("terms");
        let (meant, meant_count) = sum("expansions");
        assert!(
            meant_count == 0 || (meant_count == 1 && typed_count == 0),
            "one of them counts: {explain}"
        );
        let passage = explain["passage"].as_f64().unwrap();
        let coverage = explain["coverage"].as_f64().unwrap();
        assert!(
            ((typed + meant) * coverage - passage).abs() < 1e-4,
            "{explain}"
        );
        let parts = ["passage", "article", "name"].map(|part| explain[part].as_f64().unwrap());
        let score = explain["score"].as_f64().unwrap();
        assert!(
            (parts.iter().sum::<f64>() - score).abs() < 1e-4,
            "{explain}"
        );
        assert_eq!(explain["score"], hit["score"]);
    }
}

#[test]
fn an_own_vocabulary_extends_the_built_in_one_and_a_mapping_overrides_it() {
    let sandbox = clinic();
    sandbox.write(
        "own/house words.tsv",
        "# words of this house\nwobbly legs, muscle cramp\ncharley horse => dyspnea\n",
    );
    sandbox.write(
        "ibid.toml",
        "vocabulary = [\"own/house words.tsv\"]\nindex = \"index\"\n",
    );
    let report = search(&sandbox, "wobbly legs");
    assert_eq!(hit_ids(&report)[0], "kb/cramp.txt#at-night");
    assert_eq!(
        report["query"]["expansions"][0]["vocabulary"],
        "house words"
    );
    assert_eq!(
        found(&sandbox, "charley horse"),
        ["breath"],
        "the mapping is all that it stands for"
    );
    assert_eq!(
        found(&sandbox, "kidney swelling")[0],
        "edema",
        "the rest of the built-in one stays"
    );
    assert_eq!(
        expansions(&search(&sandbox, "dyspnea emergency"))
            .iter()
            .filter(|(_, to)| to.contains(&"charley horse".to_owned()))
            .count(),
        0,
        "a mapping leads one way"
    );
}

#[test]
fn a_word_that_a_mapping_begins_with_is_no_slip() {
    let sandbox = clinic();
    sandbox.write(
        "kb/wobble.txt",
        article("Balance", &[("Legs", "Legs that wobble need rest.")]),
    );
    sandbox.ok(&["index", "kb"]);
    assert_eq!(
        search(&sandbox, "wibble")["query"]["corrections"],
        json!([{"from": "wibble", "to": "wobble"}])
    );
    sandbox.write("house.txt", "wibble => muscle cramp\n");
    sandbox.ok(&["vocabulary", "import", "house.txt"]);
    let report = search(&sandbox, "wibble");
    assert_eq!(report["query"]["corrections"], json!([]));
    assert_eq!(hit_ids(&report), ["kb/cramp.txt#at-night"]);
}

#[test]
fn a_broken_line_of_a_vocabulary_is_named_and_costs_nothing_else() {
    let sandbox = clinic();
    sandbox.write(
        "own.txt",
        "wobbly legs, muscle cramp\nalone\na, , b\nx => y => z\n\ngasping, dyspnea\n",
    );
    sandbox.write("ibid.toml", "vocabulary = [\"own.txt\", \"gone.txt\"]\n");
    let ran = sandbox.run(&["search", "--json", "gasping"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(hit_ids(&ran.json()), ["kb/breath.txt#breathing"]);
    for part in ["own.txt", "line 2", "line 3", "line 4", "gone.txt"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let ran = sandbox.run(&["vocabulary", "check", "own.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("own.txt: line 2:"), "{}", ran.stderr);
    assert!(ran.stdout.contains("own: 2 groups"), "{}", ran.stdout);
    let report = sandbox
        .run(&["vocabulary", "check", "--json", "own.txt"])
        .json();
    let lines: Vec<u64> = report["mistakes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mistake| mistake["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 4]);
}

#[test]
fn a_vocabulary_is_imported_listed_used_and_removed() {
    let sandbox = clinic();
    sandbox.write(
        "lay.tsv",
        "term\tlabel\tlayperson_synonym\nX1\tDyspnea\tWinded feeling\nX1\tDyspnea\tPuffed out\nX2\tMyelin\tNerve coat\n",
    );
    sandbox.write(
        "terms.obo",
        "format-version: 1.2\n\n[Term]\nid: T:1\nname: muscle cramp\nsynonym: \"leg gripe\" EXACT []\n\
         synonym: \"calf seizing\" RELATED layperson [x]\nsynonym: \"twinge\" BROAD []\n\n\
         [Term]\nid: T:2\nname: gone\nsynonym: \"leg gripe two\" EXACT []\nis_obsolete: true\n",
    );
    assert_eq!(found(&sandbox, "winded feeling"), Vec::<String>::new());
    let report = sandbox.json(&["vocabulary", "import", "--json", "lay.tsv"]);
    assert_eq!(report["vocabularies"][0]["name"], "lay");
    assert_eq!(report["vocabularies"][0]["groups"], 2);
    sandbox.ok(&["vocabulary", "import", "terms.obo", "--name", "onto logy/1"]);
    assert_eq!(found(&sandbox, "winded feeling")[0], "breath");
    assert_eq!(found(&sandbox, "leg gripe"), ["cramp"]);
    assert_eq!(found(&sandbox, "calf seizing")[0], "cramp");
    assert_eq!(found(&sandbox, "twinge"), ["cramp"]);
    assert!(
        expansions(&search(&sandbox, "muscle cramp"))
            .iter()
            .all(|(_, to)| !to.contains(&"twinge".to_owned())),
        "a broader word leads one way"
    );
    // A new run of the indexer keeps what was imported.
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["vocabulary", "list", "--json"]);
    let names: Vec<&str> = report["vocabularies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vocabulary| vocabulary["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["onto logy/1", "lay", "builtin"]);
    sandbox.ok(&["vocabulary", "remove", "lay"]);
    assert_eq!(found(&sandbox, "winded feeling"), Vec::<String>::new());
    assert_eq!(sandbox.run(&["vocabulary", "remove", "lay"]).code, 1);
    assert_eq!(
        sandbox
            .run(&["vocabulary", "import", "lay.tsv", "--name", "builtin"])
            .code,
        2
    );
}

#[test]
fn the_vocabulary_is_tested_without_an_index() {
    let sandbox = Sandbox::new();
    let ran = sandbox.ok(&["vocabulary", "test", "throwing", "up"]);
    assert!(ran.stdout.starts_with("throwing up: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("vomit"), "{}", ran.stdout);
    assert_eq!(sandbox.run(&["vocabulary", "test", "zyzzyva"]).code, 1);
    let report = sandbox.json(&["vocabulary", "test", "--json", "water pill"]);
    assert_eq!(expansions(&report)[0].0, "water pill");
    assert!(!sandbox.path().join("index").exists());
}

#[test]
fn a_misspelt_word_is_put_right_and_it_is_said() {
    let sandbox = clinic();
    let ran = sandbox.ok(&["search", "--json", "nasopharingitis", "droplets"]);
    assert_eq!(
        ran.json()["query"]["corrections"],
        json!([{"from": "nasopharingitis", "to": "nasopharyngitis"}])
    );
    assert_eq!(
        ran.json()["query"]["text"],
        "nasopharingitis droplets",
        "what was typed"
    );
    assert_eq!(hit_ids(&ran.json()), ["kb/virus.txt#in-winter"]);
    let ran = sandbox.ok(&["search", "nasopharingitis"]);
    assert!(ran.stderr.contains("nasopharyngitis"), "{}", ran.stderr);
    let report = search(&sandbox, "droplets compress");
    assert_eq!(
        report["query"]["corrections"],
        json!([]),
        "a word that the index knows is left alone"
    );
}

#[test]
fn joined_and_split_words_are_found() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/a.txt",
        article(
            "Acid",
            &[(
                "Burning",
                "Heartburn and back pain after meals. Back pain at night.",
            )],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let report = search(&sandbox, "heart burn");
    assert_eq!(hits(&report).len(), 1, "{report}");
    let report = search(&sandbox, "backpain");
    assert_eq!(
        report["query"]["corrections"],
        json!([{"from": "backpain", "to": "back pain"}])
    );
    assert_eq!(hits(&report).len(), 1);
}

#[test]
fn what_was_meant_can_be_declined_word_by_word() {
    let sandbox = clinic();
    sandbox.write(
        "kb/legs.txt",
        article(
            "Legs",
            &[("Sport", "A leg cramp in sport is stretched away.")],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let meant = expansions(&search(&sandbox, "charly horse"));
    let (_, meant) = &meant[0];
    assert!(meant.len() > 1 && meant.contains(&"muscle cramp".to_owned()));
    let ask = |without: &[&str]| {
        let mut arguments = vec!["search", "--json", "charly horse"];
        arguments.extend(without.iter().flat_map(|words| ["--without", words]));
        sandbox.run(&arguments).json()
    };
    let fewer = ask(&["Muscle Cramp"]);
    let (_, left) = &expansions(&fewer)[0];
    let expected: Vec<&String> = meant
        .iter()
        .filter(|words| *words != "muscle cramp")
        .collect();
    assert_eq!(left.iter().collect::<Vec<_>>(), expected);
    let ids = hit_ids(&fewer);
    assert!(
        !ids.iter().any(|id| id.starts_with("kb/cramp.txt")),
        "{ids:?}"
    );
    assert!(
        ids.iter().any(|id| id.starts_with("kb/legs.txt")),
        "{ids:?}"
    );
    let all: Vec<&str> = meant.iter().map(String::as_str).collect();
    assert_eq!(ask(&all)["query"]["expansions"], json!([]));
    let as_typed = ask(&["charley"]);
    assert_eq!(as_typed["query"]["corrections"], json!([]));
    assert_eq!(as_typed["query"]["terms"], json!(["charly", "horse"]));
}

#[test]
fn a_phrase_that_nothing_has_is_answered_with_what_may_have_been_meant() {
    let sandbox = clinic();
    let ran = sandbox.run(&["search", "\"muscel cramp\""]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("did you mean \"muscle cramp\"?"),
        "{}",
        ran.stderr
    );
    let report = sandbox
        .run(&["search", "--json", "\"muscel cramp\""])
        .json();
    assert_eq!(
        report["query"]["suggestions"],
        json!([{"from": "muscel cramp", "to": "muscle cramp"}])
    );
    // What nothing has either is not offered.
    let none = sandbox
        .run(&["search", "--json", "\"muscel myelin\""])
        .json();
    assert!(none["query"]["suggestions"].is_null(), "{none}");
}

#[test]
fn runs_and_measures_are_made_with_the_vocabulary_unless_exact_is_asked_for() {
    let sandbox = clinic();
    sandbox.write("topics.tsv", "q1\tcharley horse\n");
    sandbox.write("qrels.txt", "q1 0 kb/cramp.txt#at-night 1\n");
    let run = sandbox
        .ok(&["export", "--queries", "topics.tsv", "--format", "trec"])
        .stdout;
    assert!(run.starts_with("q1 Q0 kb/cramp.txt#at-night 1 "), "{run}");
    let measure = |exact: &[&str]| {
        let mut arguments = vec!["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt"];
        arguments.extend(["--min", "success@1=1"]);
        arguments.extend(exact);
        sandbox.run(&arguments).code
    };
    assert_eq!(measure(&[]), 0);
    assert_eq!(measure(&["--exact"]), 1);
}

#[test]
fn the_name_that_one_article_gives_its_subject_finds_the_others() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/own.txt",
        article(
            "Tarn syndrome",
            &[("", "Tarn syndrome, also called glimmer fever, is a made-up illness of the sample kind.")],
        ),
    );
    sandbox.write(
        "kb/other.txt",
        article(
            "Baths",
            &[("Cold", "Cold baths ease Tarn syndrome within a day.")],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let report = search(&sandbox, "glimmer fever");
    assert_eq!(hit_ids(&report)[0], "kb/own.txt#top");
    assert!(hit_ids(&report).contains(&"kb/other.txt#cold".to_owned()));
    assert_eq!(report["query"]["expansions"][0]["vocabulary"], "articles");
    // Where two articles have the name, it says no more than what was typed.
    sandbox.write(
        "kb/third.txt",
        article(
            "Moor disease",
            &[(
                "",
                "Moor disease, also called glimmer fever, is another made-up illness.",
            )],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let report = search(&sandbox, "glimmer fever");
    assert!(!hit_ids(&report).contains(&"kb/other.txt#cold".to_owned()));
}
