//! In how many passages does each term stand, and which words are there as they are written? Scores and corrections are made from it.
//!
//! Both are kept beside the passages, a commit's all anew, in as many documents as keep each small; in which one a word is follows from
//! its letters. So the words of a query are looked up with one request, and no count has to be taken of the passages, whose server
//! counts deleted ones too.

use super::bulk::Operation;
use super::index::Index;
use super::state::{DictionaryParts, damaged};
use super::tally::Tally;
use crate::engine::score::{Word, Words};
use crate::error::{Error, Result};
use crate::query::spelling::{Neighbourhood, Reading, WordCount};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// About how many words one document has.
const WORDS_OF_A_PART: usize = 2048;
/// Of how many documents is asked at once.
const PARTS_AT_ONCE: usize = 64;

/// The counts of the words of an index, to be changed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counts {
    /// In how many articles each word stands, as it is written.
    words: HashMap<String, u64>,
    /// In how many passages' text each term stands, and in how many passages' articles' names.
    terms: HashMap<String, [u64; 2]>,
}

impl Counts {
    /// Counts an article.
    pub(super) fn add(&mut self, tally: &Tally) {
        for word in &tally.words {
            count(&mut self.words, word, |uses| *uses += 1);
        }
        for (term, text) in &tally.terms {
            count(&mut self.terms, term, |uses| {
                uses[0] += u64::from(text.passages);
            });
        }
        for term in &tally.names {
            count(&mut self.terms, term, |uses| {
                uses[1] += u64::from(tally.passages);
            });
        }
    }

    /// Takes an article out that was counted.
    pub(super) fn subtract(&mut self, tally: &Tally) {
        let less = |uses: &mut u64, by: u32| *uses = uses.saturating_sub(by.into());
        for word in &tally.words {
            count(&mut self.words, word, |uses| less(uses, 1));
        }
        for (term, text) in &tally.terms {
            count(&mut self.terms, term, |uses| {
                less(&mut uses[0], text.passages);
            });
        }
        for term in &tally.names {
            count(&mut self.terms, term, |uses| {
                less(&mut uses[1], tally.passages);
            });
        }
    }

    /// Adds those of others.
    pub(super) fn merge(&mut self, others: Self) {
        for (word, more) in others.words {
            *self.words.entry(word).or_default() += more;
        }
        for (term, [text, names]) in others.terms {
            let uses = self.terms.entry(term).or_default();
            *uses = [uses[0] + text, uses[1] + names];
        }
    }

    /// The documents that hold them, of a commit of that transaction.
    pub(super) fn write(&self, transaction: u64) -> (DictionaryParts, Vec<Operation>) {
        let words = self.words.iter().filter(|(_, uses)| **uses > 0);
        let words: Vec<_> = words
            .map(|(word, uses)| (word.as_str(), uses.to_string()))
            .collect();
        let terms = self.terms.iter().filter(|(_, uses)| **uses != [0, 0]);
        let terms: Vec<_> = terms
            .map(|(term, [text, names])| (term.as_str(), format!("{text} {names}")))
            .collect();
        let (word_parts, mut documents) = write("words", transaction, words);
        let (term_parts, of_terms) = write("terms", transaction, terms);
        documents.extend(of_terms);
        let parts = DictionaryParts {
            transaction,
            words: word_parts,
            terms: term_parts,
        };
        (parts, documents)
    }
}

/// Changes what is counted of a word.
fn count<T: Default>(counts: &mut HashMap<String, T>, word: &str, change: impl FnOnce(&mut T)) {
    match counts.get_mut(word) {
        Some(known) => change(known),
        None => change(counts.entry(word.to_owned()).or_default()),
    }
}

fn write(kind: &str, transaction: u64, entries: Vec<(&str, String)>) -> (u64, Vec<Operation>) {
    let parts = entries.len().div_ceil(WORDS_OF_A_PART).max(1) as u64;
    let mut of_parts: BTreeMap<u64, Vec<String>> =
        (0..parts).map(|part| (part, Vec::new())).collect();
    for (word, uses) in entries {
        let lines = of_parts.entry(place(word, parts)).or_default();
        lines.push(format!("{word} {uses}"));
    }
    let documents = of_parts.into_iter().map(|(part, mut lines)| {
        lines.sort_unstable();
        let id = part_id(kind, transaction, part);
        Operation::put(&id, &json!({"content": lines.join("\n")}))
    });
    (parts, documents.collect())
}

fn part_id(kind: &str, transaction: u64, part: u64) -> String {
    format!("{kind}-{transaction}-{part}")
}

/// The ids of all documents of a commit's words.
pub(super) fn ids(parts: DictionaryParts) -> impl Iterator<Item = String> {
    let ids = move |kind: &'static str, count: u64| {
        (0..count).map(move |part| part_id(kind, parts.transaction, part))
    };
    ids("words", parts.words).chain(ids("terms", parts.terms))
}

/// The words of one commit, as they are asked for.
pub(super) struct Dictionary {
    index: Index,
    parts: DictionaryParts,
    passages: f32,
    known: Mutex<HashMap<String, Arc<Part>>>,
    /// What is known of terms, each with a number of its own.
    terms: Mutex<HashMap<String, Word>>,
}

/// What one document holds: by each word the numbers behind it.
type Part = HashMap<String, [u64; 2]>;

impl Dictionary {
    /// Of a commit with so many passages.
    pub(super) fn new(index: Index, parts: Option<DictionaryParts>, passages: u64) -> Self {
        Self {
            index,
            parts: parts.unwrap_or_default(),
            passages: passages as f32,
            known: Mutex::default(),
            terms: Mutex::default(),
        }
    }

    /// How many articles have this word, as it is written.
    pub(super) fn word_count(&self, word: &str) -> Result<u64> {
        self.look_up_words(std::iter::once(word))?;
        Ok(self.find("words", self.parts.words, word)?[0])
    }

    /// Asks for all of these words at once.
    pub(super) fn look_up_words<'w>(&self, words: impl Iterator<Item = &'w str>) -> Result<()> {
        self.load("words", self.parts.words, words)
    }

    /// Asks for all of these terms at once.
    pub(super) fn look_up<'t>(&self, terms: impl Iterator<Item = &'t str>) -> Result<()> {
        let mut new: Vec<&str> = terms.collect();
        let known = lock(&self.terms);
        new.retain(|term| !known.contains_key(*term));
        drop(known);
        self.load("terms", self.parts.terms, new.into_iter())
    }

    /// The words within `distance` edits of `word`, by their letters.
    pub(super) fn similar(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        let Some(neighbourhood) = Neighbourhood::new(word, distance) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for part in self.all("words", self.parts.words)? {
            for (known, uses) in &*part {
                let far = known.len().abs_diff(word.len()) > usize::from(distance);
                if !far && is_near(&neighbourhood, known) {
                    found.push(WordCount {
                        word: known.clone(),
                        uses: uses[0],
                    });
                }
            }
        }
        found.sort_by(|a, b| a.word.cmp(&b.word));
        Ok(found)
    }

    /// All of them, to be changed.
    pub(super) fn counts(&self) -> Result<Counts> {
        let mut counts = Counts::default();
        for part in self.all("words", self.parts.words)? {
            let words = part.iter().map(|(word, [uses, _])| (word.clone(), *uses));
            counts.words.extend(words);
        }
        for part in self.all("terms", self.parts.terms)? {
            counts
                .terms
                .extend(part.iter().map(|(term, uses)| (term.clone(), *uses)));
        }
        Ok(counts)
    }

    fn find(&self, kind: &str, parts: u64, word: &str) -> Result<[u64; 2]> {
        if parts == 0 {
            return Ok([0, 0]);
        }
        let id = part_id(kind, self.parts.transaction, place(word, parts));
        let known = lock(&self.known);
        let part = known.get(&id);
        let part = part.ok_or_else(|| damaged(&self.index, &id, "it was not read"))?;
        Ok(part.get(word).copied().unwrap_or_default())
    }

    fn all(&self, kind: &str, parts: u64) -> Result<Vec<Arc<Part>>> {
        let ids = || (0..parts).map(|part| part_id(kind, self.parts.transaction, part));
        self.fetch(ids().collect())?;
        let known = lock(&self.known);
        let part = |id: String| {
            let part = known.get(&id).cloned();
            part.ok_or_else(|| damaged(&self.index, &id, "it was not read"))
        };
        ids().map(part).collect()
    }

    fn load<'w>(&self, kind: &str, parts: u64, words: impl Iterator<Item = &'w str>) -> Result<()> {
        if parts == 0 {
            return Ok(());
        }
        let ids = words.map(|word| part_id(kind, self.parts.transaction, place(word, parts)));
        self.fetch(ids.collect())
    }

    /// Reads documents that were not read yet.
    fn fetch(&self, mut ids: Vec<String>) -> Result<()> {
        ids.sort_unstable();
        ids.dedup();
        let known = lock(&self.known);
        ids.retain(|id| !known.contains_key(id));
        drop(known);
        for some in ids.chunks(PARTS_AT_ONCE) {
            let documents = self.index.get_all(some)?;
            for (id, document) in some.iter().zip(documents) {
                let document =
                    document.ok_or_else(|| damaged(&self.index, id, "it is not there"))?;
                let text = document["content"].as_str();
                let text = text.ok_or_else(|| damaged(&self.index, id, "it holds no words"))?;
                lock(&self.known).insert(id.clone(), Arc::new(read(text)));
            }
        }
        Ok(())
    }
}

impl Words for Dictionary {
    type Error = Error;

    fn word(&self, term: &str) -> Result<Word> {
        if let Some(word) = lock(&self.terms).get(term) {
            return Ok(*word);
        }
        self.load("terms", self.parts.terms, std::iter::once(term))?;
        let [text, names] = self.find("terms", self.parts.terms, term)?;
        let frequency = text.max(names);
        let mut terms = lock(&self.terms);
        let number = terms.len() as u32;
        let word = terms.entry(term.to_owned()).or_insert(Word {
            number,
            idf: Word::idf(frequency, self.passages),
            frequency,
        });
        Ok(*word)
    }
}

/// The words of one document.
fn read(text: &str) -> Part {
    let entry = |line: &str| {
        let mut fields = line.split(' ');
        let word = fields.next()?.to_owned();
        let mut number = || fields.next().and_then(|number| number.parse().ok());
        Some((word, [number()?, number().unwrap_or(0)]))
    };
    text.lines().filter_map(entry).collect()
}

fn is_near(neighbourhood: &Neighbourhood<'_>, word: &str) -> bool {
    let mut reading: Reading = neighbourhood.start();
    for letter in word.bytes() {
        if !neighbourhood.may_hold(&reading) {
            return false;
        }
        reading = neighbourhood.read(&reading, letter);
    }
    neighbourhood.holds(&reading)
}

/// Which of so many documents has a word (FNV-1a).
fn place(word: &str, parts: u64) -> u64 {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % parts.max(1)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::TokenStream;

    fn tally(names: &str, passages: &[&str]) -> Tally {
        let mut tally = Tally::default();
        let mut stream = TokenStream::new(names);
        while stream.advance().is_some() {
            tally.name(&stream);
        }
        for text in passages {
            tally.begin_passage();
            let mut stream = TokenStream::new(text);
            while stream.advance().is_some() {
                tally.text(&stream);
            }
        }
        tally
    }

    #[test]
    fn what_was_counted_and_taken_out_again_leaves_nothing() {
        let one = tally("Cramps", &["A cramp, cramps.", "Cramps and pain"]);
        let other = tally("Pain", &["Pain"]);
        let mut counts = Counts::default();
        counts.add(&one);
        counts.add(&other);
        assert_eq!(counts.terms["cramp"], [2, 2]);
        assert_eq!(counts.terms["pain"], [2, 1]);
        assert_eq!((counts.words["cramps"], counts.words["pain"]), (1, 2));
        counts.subtract(&one);
        let mut alone = Counts::default();
        alone.add(&other);
        let text = |counts: &Counts| {
            let (_, documents) = counts.write(1);
            let lines = documents.iter().map(|document| document.lines.clone());
            lines.collect::<Vec<_>>()
        };
        assert_eq!(text(&counts), text(&alone));
    }

    #[test]
    fn words_are_spread_over_as_many_documents_as_they_need() {
        let words = (1..=5000).map(|number| (format!("w{number}"), number));
        let counts = Counts {
            words: words.collect(),
            ..Counts::default()
        };
        let (parts, documents) = counts.write(7);
        assert_eq!((parts.words, parts.terms, documents.len()), (3, 1, 4));
        let read: Part = documents
            .iter()
            .flat_map(|document| {
                let lines = String::from_utf8_lossy(&document.lines).into_owned();
                let source = lines.lines().nth(1).unwrap_or_default().to_owned();
                let source: serde_json::Value = serde_json::from_str(&source).expect("JSON");
                read(source["content"].as_str().unwrap_or_default())
            })
            .collect();
        assert_eq!(read.len(), 5000);
        assert_eq!(read["w4711"], [4711, 0]);
    }

    #[test]
    fn words_are_near_by_their_edits() {
        let neighbourhood = Neighbourhood::new("spasm", 2).expect("a word");
        for (word, near) in [
            ("spasm", true),
            ("sapsm", true),
            ("spams", true),
            ("plasma", false),
            ("", false),
        ] {
            assert_eq!(is_near(&neighbourhood, word), near, "{word}");
        }
    }
}
