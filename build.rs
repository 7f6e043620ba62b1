//! Compiles the built-in vocabulary, so that a search opens it without reading a word of it.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

#[path = "src/analysis.rs"]
mod analysis;
#[path = "src/vocabulary/compile.rs"]
mod compile;
#[path = "src/vocabulary/format.rs"]
mod format;
#[path = "src/vocabulary/key.rs"]
mod key;
#[path = "src/vocabulary/table.rs"]
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

const WORDS: &str = "src/vocabulary/words";

/// Files with a form of their own.
const OTHER: [&str; 4] = [
    "same_in_phrases.txt",
    "spelling.txt",
    "never_alone.txt",
    "word_parts.txt",
];

fn main() -> Result<(), Box<dyn Error>> {
    for path in [
        WORDS,
        "src/analysis.rs",
        "src/vocabulary/compile.rs",
        "src/vocabulary/format.rs",
        "src/vocabulary/key.rs",
        "src/vocabulary/table.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    without_relocation();
    let mut paths: Vec<PathBuf> = fs::read_dir(WORDS)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    let spellings = groups(&Path::new(WORDS).join("spelling.txt"))?;
    let first_spelling = first_spellings(&spellings);
    let forms = groups(&Path::new(WORDS).join("same_in_phrases.txt"))?;
    let first_form = first_spellings(&forms);
    let spelling = |term: &str| {
        let first = first_spelling.get(term);
        first.map_or(term, String::as_str).to_owned()
    };
    let form = |term: &str| {
        let spelt = spelling(term);
        first_form.get(&spelt).cloned().unwrap_or(spelt)
    };
    let never_alone = fs::read_to_string(Path::new(WORDS).join("never_alone.txt"))?;
    let never_alone = words(&never_alone);
    let mut compiler = compile::Compiler::new(spelling, form, never_alone.clone());
    let of_nothing = compiler.group(&[]);
    for word in &never_alone {
        let key = key::never_alone_key(word);
        compiler.refer(key, of_nothing, table::Relation::Same);
    }
    for rule in &forms {
        let group = compiler.group(&rule.from[..1]);
        for word in &rule.from {
            let key = key::form_key(&key::analyse(word).terms[0]);
            compiler.refer(key, group, table::Relation::Same);
        }
    }
    for rule in &spellings {
        if is_of_words(rule) {
            let group = compiler.group(&rule.from);
            for word in &rule.from {
                let key = key::spelling_key(&key::analyse(word).terms[0]);
                compiler.refer(key, group, table::Relation::Same);
            }
        } else {
            compiler.rules(std::slice::from_ref(rule));
        }
    }
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".txt") && !OTHER.contains(&name.as_ref()) {
            compiler.rules(&groups(&path)?);
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("vocabulary.bin"), compiler.finish())?;
    let parts = fs::read_to_string(Path::new(WORDS).join("word_parts.txt"))?;
    fs::write(out.join("word_parts.txt"), word_parts(&parts)?)?;
    Ok(())
}

/// Links the command at a fixed address. Moving it to a random one at every start copies two thirds of a megabyte of tables of addresses,
/// a seventh of the time of a small search (docs/MEASURED.md). Its heap, its stack and the libraries keep their random places;
/// `IBID_PIE=1` at build time moves all of it.
fn without_relocation() {
    println!("cargo::rerun-if-env-changed=IBID_PIE");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    let is_known = target("OS") == "linux" && target("ENV") == "gnu" && target("ARCH") == "x86_64";
    if is_known && env::var_os("IBID_PIE").is_none() {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The parts of clinical words, by the terms of the plain words that they stand for, as `src/vocabulary/parts.rs` searches them. In
/// the file stands `root: kidney = nephr, ren` or `suffix: pain, ache = algia`.
fn word_parts(text: &str) -> Result<String, Box<dyn Error>> {
    let mut parts: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mistake = || format!("word_parts.txt: {line:?} is no line of parts");
        let (kind, rest) = line.split_once(':').ok_or_else(mistake)?;
        let (words, stems) = rest.split_once('=').ok_or_else(mistake)?;
        if !line.is_ascii() || !["root", "suffix", "prefix"].contains(&kind) {
            return Err(mistake().into());
        }
        for word in words.split(',') {
            let tokens = analysis::tokens(word);
            // What is built is asked for by two words; a part that takes two words itself cannot be.
            let [token] = tokens.as_slice() else {
                continue;
            };
            let known = parts.entry((kind, token.term.clone())).or_default();
            let stems = stems.split(',').map(str::trim);
            known.extend(stems.filter(|stem| !stem.is_empty()));
        }
    }
    let lines = parts
        .into_iter()
        .map(|((kind, term), parts)| format!("{kind} {term}\t{}", parts.join(",")));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The groups of a file; a mistake in one of ours ends the build.
fn groups(path: &Path) -> Result<Vec<format::Rule>, Box<dyn Error>> {
    let groups = format::synonyms(&fs::read_to_string(path)?);
    match groups.mistakes.first() {
        Some(mistake) => Err(format!("{}: {mistake}", path.display()).into()),
        None => Ok(groups.rules),
    }
}

/// Whether a line of spellings has single words only.
fn is_of_words(rule: &format::Rule) -> bool {
    rule.from
        .iter()
        .all(|word| key::analyse(word).terms.len() == 1)
}

/// The term that keys are made with, by the terms it is also written as: the first of its line.
fn first_spellings(spellings: &[format::Rule]) -> HashMap<String, String> {
    let mut first_of = HashMap::new();
    for rule in spellings.iter().filter(|rule| is_of_words(rule)) {
        let mut terms = rule
            .from
            .iter()
            .map(|word| key::analyse(word).terms.remove(0));
        if let Some(first) = terms.next() {
            first_of.extend(
                terms
                    .filter(|term| *term != first)
                    .map(|term| (term, first.clone())),
            );
        }
    }
    first_of
}

/// A word a line, in lower case; `#` before remarks.
fn words(text: &str) -> HashSet<String> {
    let lines = text.lines().map(str::trim);
    let words = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    words.map(str::to_lowercase).collect()
}
