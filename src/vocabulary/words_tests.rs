//! Are the files of the built-in vocabulary in order? A person edits them; these tests read them as the build does.

use super::format::{Rule, synonyms};
use super::key::{analyse, is_abbreviation};
use super::{Anything, Vocabularies};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// Files with a form of their own.
const OTHER: [&str; 4] = [
    "same_in_phrases.txt",
    "spelling.txt",
    "never_alone.txt",
    "word_parts.txt",
];

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vocabulary/words");
    fs::read_to_string(folder.join(name)).expect(name)
}

/// The groups of all files, each with the place where it stands.
fn groups() -> Vec<(String, Rule)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vocabulary/words");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".txt") && !OTHER.contains(&name.as_str()))
        .collect();
    names.sort();
    let mut groups = Vec::new();
    for name in names {
        let read = synonyms(&file(&name));
        assert_eq!(read.mistakes, [], "{name}");
        let rules = read.rules.into_iter();
        groups.extend(rules.map(|rule| (format!("{name}:{}", rule.line), rule)));
    }
    groups
}

/// What a phrase is looked up by, as it can be read.
fn key_of(vocabularies: &Vocabularies, phrase: &str) -> String {
    if is_abbreviation(phrase) {
        return phrase.to_owned();
    }
    let content = analyse(phrase).content;
    let mut words: Vec<&str> = match content.as_slice() {
        [word] => vec![vocabularies.spelling(word)],
        words => words.iter().map(|word| vocabularies.form(word)).collect(),
    };
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

#[test]
fn there_are_thousands_of_groups_in_many_fields() {
    let groups = groups();
    let files: HashSet<&str> = groups
        .iter()
        .filter_map(|(place, _)| place.split(':').next())
        .collect();
    assert!(groups.len() >= 2000, "{}", groups.len());
    assert!(files.len() >= 20, "{}", files.len());
}

#[test]
fn no_group_is_empty_and_none_has_a_phrase_twice() {
    let mut faults = Vec::new();
    for (place, rule) in groups() {
        for side in [&rule.from, &rule.to] {
            let phrases: HashSet<String> =
                side.iter().map(|phrase| phrase.to_lowercase()).collect();
            assert_eq!(phrases.len(), side.len(), "{place}");
        }
        let keys: HashSet<String> = rule
            .from
            .iter()
            .chain(&rule.to)
            .map(|phrase| analyse(phrase).terms.join(" "))
            .collect();
        if keys.len() < 2 {
            faults.push(format!("{place}: nothing but one phrase in several forms"));
        }
        if keys.contains("") {
            faults.push(format!("{place}: a phrase without words"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_phrase_is_in_two_groups_so_that_meanings_do_not_drift_from_one_to_the_next() {
    let vocabularies = Vocabularies::built_in();
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut twice = Vec::new();
    for (place, rule) in groups() {
        if !rule.to.is_empty() {
            continue;
        }
        let keys: BTreeSet<String> = rule
            .from
            .iter()
            .map(|phrase| key_of(&vocabularies, phrase))
            .collect();
        for key in keys {
            if let Some(other) = seen.insert(key.clone(), place.clone()) {
                twice.push(format!("{key:?}: {other} and {place}"));
            }
        }
    }
    assert!(
        twice.is_empty(),
        "{}\n{} in all",
        twice.join("\n"),
        twice.len()
    );
}

#[test]
fn no_mapping_leads_back_to_where_it_came_from() {
    let mut leads_to: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, rule) in groups() {
        for from in &rule.from {
            let to = rule.to.iter().map(|phrase| phrase.to_lowercase());
            leads_to.entry(from.to_lowercase()).or_default().extend(to);
        }
    }
    for (from, to) in &leads_to {
        for next in to {
            let back = leads_to.get(next).is_some_and(|back| back.contains(from));
            assert!(!back, "{from} => {next} => {from}");
        }
    }
}

#[test]
fn a_word_has_one_first_spelling_and_one_form() {
    for name in ["spelling.txt", "same_in_phrases.txt"] {
        let read = synonyms(&file(name));
        assert_eq!(read.mistakes, [], "{name}");
        let mut first_of: HashMap<String, String> = HashMap::new();
        let mut faults = Vec::new();
        for rule in read.rules {
            let words: Vec<Vec<String>> =
                rule.from.iter().map(|word| analyse(word).terms).collect();
            if words.iter().any(|terms| terms.len() != 1) {
                continue;
            }
            for terms in &words {
                let (term, first) = (&terms[0], &words[0][0]);
                let known = first_of
                    .entry(term.clone())
                    .or_insert_with(|| first.clone());
                if known != first {
                    faults.push(format!("{name}:{}: {term} is {known} elsewhere", rule.line));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn words_that_are_never_expanded_alone_are_not() {
    let words = file("never_alone.txt");
    let words: Vec<&str> = words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert!(words.len() >= 100);
    let vocabularies = Vocabularies::built_in();
    for word in ["cold", "ms", "all", "aids"] {
        assert!(words.contains(&word), "{word}");
    }
    for word in words {
        let query = crate::query::Query::parse(word);
        let expansions = vocabularies
            .expansions(&query, &Anything)
            .expect("expansions");
        let others: Vec<_> = expansions
            .iter()
            .flat_map(|expansion| &expansion.variants)
            .filter(|variant| variant.terms.len() > 1)
            .collect();
        assert!(others.is_empty(), "{word}: {others:?}");
    }
}
