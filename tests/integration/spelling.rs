//! What was typed wrong is put right, and what was typed right is left alone: measured on the words of the sample corpus and
//! of the vocabulary.

use ibid::analysis::{self, TokenStream};
use ibid::engine::tantivy::TantivyEngine;
use ibid::engine::{Engine, Reader};
use ibid::query::is_ignored;
use ibid::query::spelling::{Lexicon, WordList, correct, correct_words};
use ibid::{IndexOptions, KnowledgeBase, Silent};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The least share of misspelt queries whose first suggestion is right.
const FEWEST_RIGHT: f64 = 0.85;
/// The greatest share of unknown words, spelt right, that may be taken for others.
const MOST_WRONG: f64 = 0.05;

fn in_checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sample corpus, indexed.
fn sample() -> (TempDir, Box<dyn Reader>) {
    let folder = TempDir::new().unwrap();
    let library = KnowledgeBase::open_or_create(folder.path()).unwrap();
    library
        .index(&[in_checkout("corpus")], &IndexOptions::default(), &Silent)
        .unwrap();
    let engine = TantivyEngine::open(folder.path()).unwrap();
    let reader = engine.reader().unwrap();
    (folder, reader)
}

/// The terms of the vocabulary; none in a checkout without one.
fn vocabulary() -> WordList {
    let Ok(files) = fs::read_dir(in_checkout("src/vocabulary/words")) else {
        return WordList::default();
    };
    let mut text = String::new();
    for file in files {
        let path = file.unwrap().path();
        // Stems are no words.
        if !path.ends_with("word_parts.txt") {
            text.push_str(&fs::read_to_string(path).unwrap());
            text.push('\n');
        }
    }
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    WordList::of_terms(lines.flat_map(|line| line.split([',', '=', '>'])))
}

fn terms(text: &str) -> Vec<String> {
    let tokens = analysis::tokens(text);
    tokens.into_iter().map(|token| token.term).collect()
}

/// A query with its corrections in the place of what was typed.
fn corrected(query: &str, lexicons: &[&dyn Lexicon]) -> String {
    let typed: Vec<&str> = query.split_whitespace().collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    for correction in correct_words(&typed, lexicons).unwrap() {
        words.extend(
            typed[at..correction.words.start]
                .iter()
                .map(|word| (*word).to_owned()),
        );
        words.extend(correction.meant);
        at = correction.words.end;
    }
    words.extend(typed[at..].iter().map(|word| (*word).to_owned()));
    words.join(" ")
}

#[test]
fn misspelt_queries_are_put_right() {
    let (_folder, reader) = sample();
    let vocabulary = vocabulary();
    if vocabulary.is_empty() {
        println!("not measured: this checkout has no vocabulary");
        return;
    }
    let text = fs::read_to_string(in_checkout("tests/spelling/misspelt.tsv")).unwrap();
    let queries: Vec<(&str, &str)> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
        .collect();
    assert!(queries.len() >= 300);
    let lexicons: [&dyn Lexicon; 2] = [&&*reader, &vocabulary];
    let mut right = 0;
    for (typed, meant) in &queries {
        let got = corrected(typed, &lexicons);
        if terms(&got) == terms(meant) {
            right += 1;
        } else {
            println!("{typed}: {got}, not {meant}");
        }
    }
    let share = f64::from(right) / queries.len() as f64;
    println!("right: {right} of {} ({share:.3})", queries.len());
    assert!(share >= FEWEST_RIGHT, "{share}");
}

#[test]
fn words_of_a_single_article_are_never_corrected() {
    let (_folder, reader) = sample();
    let mut words = BTreeSet::new();
    for article in reader.articles().unwrap() {
        for record in reader.article(&article.id).unwrap() {
            let mut stream = TokenStream::as_written(&record.passage.text);
            while stream.advance().is_some() {
                words.insert(stream.term().to_owned());
            }
        }
    }
    words.retain(|word| reader.word_count(word).unwrap() == 1);
    assert!(words.len() >= 1000, "{}", words.len());
    let lexicons: [&dyn Lexicon; 1] = [&&*reader];
    for word in &words {
        assert_eq!(correct(word, &lexicons).unwrap(), None, "{word}");
    }
    println!("rare words of the index: {}, none corrected", words.len());
}

#[test]
fn unknown_words_that_are_spelt_right_are_hardly_ever_taken_for_others() {
    let (_folder, reader) = sample();
    let vocabulary = vocabulary();
    let lexicons: [&dyn Lexicon; 2] = [&&*reader, &vocabulary];
    let text = fs::read_to_string(in_checkout("tests/spelling/rare_words.txt")).unwrap();
    let is_unknown = |word: &&str| {
        let is_known = |lexicon: &&dyn Lexicon| lexicon.uses(word).unwrap() > 0;
        !lexicons.iter().any(is_known) && !is_ignored(word)
    };
    let words: Vec<&str> = text.lines().filter(is_unknown).collect();
    assert!(words.len() >= 1000, "{}", words.len());
    let mut wrong = 0;
    for word in &words {
        let got = corrected(word, &lexicons);
        if got != *word {
            println!("{word}: {got}");
            wrong += 1;
        }
    }
    let share = f64::from(wrong) / words.len() as f64;
    println!("taken for others: {wrong} of {} ({share:.3})", words.len());
    assert!(share < MOST_WRONG, "{share}");
}
