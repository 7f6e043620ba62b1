//! How is a vocabulary made into a table? `build.rs` does it for the built-in one.

use super::format::Rule;
use super::key::{Analysed, analyse, capitals_key, is_abbreviation, key};
use super::table::{MAGIC, Relation};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Makes a table from rules.
pub(crate) struct Compiler<S, F> {
    phrases: Vec<(String, Analysed)>,
    numbers: HashMap<String, u32>,
    groups: Vec<Vec<u32>>,
    references: BTreeMap<u64, Vec<u32>>,
    /// The spelling of a term that keys are made with, and inside a phrase the form.
    spelling: S,
    form: F,
    /// Words that are neither expanded nor added when they stand alone.
    never_alone: HashSet<String>,
}

impl<S: Fn(&str) -> String, F: Fn(&str) -> String> Compiler<S, F> {
    /// A compiler that makes keys with the spelling that `spelling` gives of a term, and those of phrases with what `form`
    /// gives. Words of `never_alone`, in lower case,
    /// are neither expanded nor added where they stand alone.
    pub(crate) fn new(spelling: S, form: F, never_alone: HashSet<String>) -> Self {
        Self {
            phrases: Vec::new(),
            numbers: HashMap::new(),
            groups: Vec::new(),
            references: BTreeMap::new(),
            spelling,
            form,
            never_alone,
        }
    }

    /// Takes groups.
    pub(crate) fn rules(&mut self, rules: &[Rule]) {
        for rule in rules {
            let (targets, relation) = if rule.to.is_empty() {
                (&rule.from, Relation::Same)
            } else {
                (&rule.to, Relation::StandsFor)
            };
            let targets: Vec<String> = targets
                .iter()
                .filter(|word| !self.never_alone.contains(&word.to_lowercase()))
                .cloned()
                .collect();
            if targets.is_empty() {
                continue;
            }
            let group = self.group(&targets);
            for word in &rule.from {
                for key in self.keys(word) {
                    self.refer(key, group, relation);
                }
            }
        }
    }

    /// Lets what is typed by this number lead to a group.
    pub(crate) fn refer(&mut self, key: u64, group: u32, relation: Relation) {
        let reference = group * 2 + u32::from(relation == Relation::StandsFor);
        let references = self.references.entry(key).or_default();
        if !references.contains(&reference) {
            references.push(reference);
        }
    }

    /// The numbers that what is typed may have to mean `word`.
    fn keys(&self, word: &str) -> Vec<u64> {
        let mut keys = Vec::new();
        if is_abbreviation(word) {
            keys.push(capitals_key(word));
        }
        if !self.never_alone.contains(&word.to_lowercase()) {
            let analysed = analyse(word);
            if !analysed.content.is_empty() {
                let terms: Vec<String> = match analysed.content.as_slice() {
                    // A word by itself is no other word, however alike they are inside a phrase.
                    [word] => vec![(self.spelling)(word)],
                    words => words.iter().map(|word| (self.form)(word)).collect(),
                };
                keys.push(key(terms.iter().map(String::as_str)));
            }
        }
        keys
    }

    /// Makes a group of phrases, and gives its number.
    pub(crate) fn group(&mut self, words: &[String]) -> u32 {
        let members = words.iter().map(|word| self.phrase(word)).collect();
        self.groups.push(members);
        (self.groups.len() - 1) as u32
    }

    fn phrase(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.phrases.len() as u32;
        self.phrases.push((word.to_owned(), analyse(word)));
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// The table.
    pub(crate) fn finish(self) -> Vec<u8> {
        let references: Vec<u32> = self.references.values().flatten().copied().collect();
        let members: Vec<u32> = self.groups.iter().flatten().copied().collect();
        let mut bytes = MAGIC.to_vec();
        let counts = [
            self.references.len(),
            references.len(),
            self.groups.len(),
            members.len(),
            self.phrases.len(),
        ];
        let mut put = |value: usize| bytes.extend((value as u32).to_le_bytes());
        counts.into_iter().for_each(&mut put);
        for key in self.references.keys() {
            bytes.extend(key.to_le_bytes());
        }
        put_starts(&mut bytes, self.references.values().map(Vec::len));
        references
            .iter()
            .for_each(|value| bytes.extend(value.to_le_bytes()));
        put_starts(&mut bytes, self.groups.iter().map(Vec::len));
        members
            .iter()
            .for_each(|value| bytes.extend(value.to_le_bytes()));
        let texts: Vec<String> = self
            .phrases
            .iter()
            .map(|(surface, analysed)| format!("{surface}\t{}", analysed.terms.join(" ")))
            .collect();
        put_starts(&mut bytes, texts.iter().map(String::len));
        texts.iter().for_each(|text| bytes.extend(text.as_bytes()));
        bytes
    }
}

/// Where each of several lists begins that stand one after the other, and where the last ends.
fn put_starts(bytes: &mut Vec<u8>, lengths: impl Iterator<Item = usize>) {
    let mut start = 0usize;
    for length in std::iter::once(0).chain(lengths) {
        start += length;
        bytes.extend((start as u32).to_le_bytes());
    }
}
