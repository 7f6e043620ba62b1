//! What does a person mean by a query? What was typed, with its slips put right, and what the vocabularies say means the same.

use crate::analysis::written_word;
use crate::engine::{Expected, Reader};
use crate::error::Result;
use crate::query::spelling::{self, Lexicon, WordList};
use crate::query::{Occur, Query, TypedWord, Variant, is_ignored};
use crate::vocabulary::{Searched, Vocabularies, Vocabulary};
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// What is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Understanding {
    /// What was typed, and what the vocabularies say means the same.
    #[default]
    Full,
    /// What was typed, and no more.
    Exact,
}

/// How many broken lines of a vocabulary are named; of further ones the number is told.
const MOST_NAMED: usize = 3;

/// Understands queries.
#[derive(Default)]
pub(crate) struct Understander {
    vocabularies: Vocabularies,
    /// What is wrong with the vocabularies, for everybody who searches.
    notes: Vec<String>,
    /// The words of the vocabularies, read when a word is first met that the index does not know.
    words: OnceLock<WordList>,
    /// What was found out about words that nobody knows, which are asked for again and again.
    met: Mutex<Met>,
}

/// Runs of words that were looked up among those of one commit, and what was meant by them.
#[derive(Default)]
struct Met {
    generation: u64,
    meant: HashMap<String, Vec<spelling::Correction>>,
}

/// How many runs of words are remembered.
const MOST_MET: usize = 4096;

impl Understander {
    /// With the built-in vocabulary and those that were imported into an index.
    pub(crate) fn new(imported: Vec<(String, Vec<u8>)>) -> Self {
        let mut understander = Self {
            vocabularies: Vocabularies::built_in(),
            ..Self::default()
        };
        for (name, bytes) in imported {
            match Vocabulary::from_bytes(&name, bytes) {
                Some(vocabulary) => understander.vocabularies.add(vocabulary),
                None => understander.notes.push(format!(
                    "the vocabulary {name} is damaged, or was imported by another version; import it again"
                )),
            }
        }
        understander
    }

    /// Adds a vocabulary from a file. What is wrong with it is told with every answer and stops nothing.
    pub(crate) fn add_file(&mut self, path: &Path) {
        self.words = OnceLock::new();
        self.met = Mutex::default();
        match Vocabulary::read(path) {
            Err(error) => self.notes.push(format!("{error}; searched without it")),
            Ok((vocabulary, mistakes)) => {
                self.vocabularies.add(vocabulary);
                for mistake in mistakes.iter().take(MOST_NAMED) {
                    let path = path.display();
                    self.notes
                        .push(format!("{path}: {mistake}; the line is left out"));
                }
                if mistakes.len() > MOST_NAMED {
                    let more = mistakes.len() - MOST_NAMED;
                    self.notes.push(format!(
                        "{}: {more} more lines are left out",
                        path.display()
                    ));
                }
            }
        }
    }

    pub(crate) fn vocabularies(&self) -> &Vocabularies {
        &self.vocabularies
    }

    /// What a person typed, with what else to search for among the passages of `reader`, without what the person has declined:
    /// words that are neither taken for what was typed nor searched for besides.
    pub(crate) fn query(
        &self,
        reader: &dyn Reader,
        text: &str,
        understanding: Understanding,
        declined: &[String],
    ) -> Result<Query> {
        let mut query = Query::parse(text);
        if understanding == Understanding::Exact {
            return Ok(query);
        }
        let declined: Vec<String> = declined.iter().map(|words| words.to_lowercase()).collect();
        let is_declined = |words: &str| declined.contains(&words.to_lowercase());
        let mut corrections = self.corrections(reader, &query)?;
        corrections.retain(|correction| !is_declined(&correction.to));
        if !corrections.is_empty() {
            query = Query::parse(&put_right(text, &query.words, &corrections));
            text.clone_into(&mut query.text);
            query.corrections = corrections
                .into_iter()
                .map(|correction| (correction.from, correction.to))
                .collect();
        }
        query.warnings.extend(self.notes.iter().cloned());
        query.expansions = self.vocabularies.expansions(&query, &Held(reader))?;
        for expansion in &mut query.expansions {
            expansion
                .variants
                .retain(|variant| !is_declined(&variant.surface));
        }
        query
            .expansions
            .retain(|expansion| !expansion.variants.is_empty());
        Ok(query)
    }

    /// What was meant by the unquoted words that nobody knows.
    fn corrections(&self, reader: &dyn Reader, query: &Query) -> Result<Vec<Correction>> {
        let mut corrections = Vec::new();
        if reader.is_far() {
            reader.expect(&Expected {
                words: words_asked(query),
                ..Expected::default()
            })?;
        }
        // Capitals throughout say nothing of a single word, as they do of an abbreviation in a query that has others.
        let is_all_capitals = query.is_all_capitals();
        for stretch in query.words.chunk_by(|a, b| a.stretch == b.stretch) {
            let lower: Vec<String> = stretch
                .iter()
                .map(|word| {
                    if is_all_capitals {
                        word.surface.to_lowercase()
                    } else {
                        word.surface.clone()
                    }
                })
                .collect();
            let typed: Vec<&str> = lower.iter().map(String::as_str).collect();
            for found in self.meant(reader, &typed)? {
                let words = &stretch[found.words.clone()];
                let from = words.iter().map(|word| word.surface.to_lowercase());
                let Some(first) = words.first() else {
                    continue;
                };
                // What a vocabulary says the meaning of is known, though it be no word of its own.
                let typed = words.iter().map(|word| word.surface.as_str());
                if self
                    .vocabularies
                    .knows(&typed.collect::<Vec<_>>().join(" "))
                {
                    continue;
                }
                corrections.push(Correction {
                    places: first.place..first.place + words.len(),
                    from: from.collect::<Vec<_>>().join(" "),
                    to: found.meant.join(" "),
                });
            }
        }
        Ok(corrections)
    }

    /// What was meant by words that stand side by side.
    fn meant(&self, reader: &dyn Reader, typed: &[&str]) -> Result<Vec<spelling::Correction>> {
        let mut all_known = true;
        for (index, word) in typed.iter().enumerate() {
            // What is no word of letters is never put right.
            if let Some(written) = written_word(word).filter(|_| !is_ignored(word)) {
                all_known &= reader.uses(&written)? > 0;
            }
            if let Some(next) = typed.get(index + 1) {
                all_known &= spelling::joined(word, next, |text| reader.uses(text))?.is_none();
            }
        }
        if all_known {
            return Ok(Vec::new());
        }
        let words = self.words.get_or_init(|| {
            let tables = self.vocabularies.iter();
            WordList::of_terms(tables.flat_map(|vocabulary| vocabulary.phrases()))
        });
        let generation = reader.commit().generation;
        let run = typed.join(" ");
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.generation != generation || met.meant.len() >= MOST_MET {
            *met = Met {
                generation,
                ..Met::default()
            };
        }
        if let Some(meant) = met.meant.get(&run) {
            return Ok(meant.clone());
        }
        drop(met);
        let meant = spelling::correct_words(typed, &[&reader, words])?;
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.generation == generation {
            met.meant.insert(run, meant.clone());
        }
        Ok(meant)
    }

    /// What a person may have meant by phrases that nothing has, for an answer that is empty.
    pub(crate) fn suggestions(
        &self,
        reader: &dyn Reader,
        query: &Query,
    ) -> Result<Vec<Suggestion>> {
        let mut suggestions = Vec::new();
        for clause in query
            .clauses
            .iter()
            .filter(|clause| clause.occur == Occur::Must)
        {
            let typed: Vec<&str> = clause.surface.split_whitespace().collect();
            let mut meant: Vec<String> = typed.iter().map(|word| (*word).to_owned()).collect();
            // From the last to the first, so that places stay what they are.
            for correction in self.meant(reader, &typed)?.into_iter().rev() {
                meant.splice(correction.words, correction.meant);
            }
            let meant = meant.join(" ");
            if meant != clause.surface && reader.uses(&meant)? > 0 {
                suggestions.push(Suggestion {
                    warning: format!("nothing has {:?}; did you mean {meant:?}?", clause.surface),
                    meant: Some((clause.surface.clone(), meant)),
                });
            } else if typed.len() > 1 {
                suggestions.push(Suggestion {
                    warning: format!(
                        "nothing has the phrase {:?}; without the quotes its words are searched for one by one",
                        clause.surface
                    ),
                    meant: None,
                });
            }
        }
        Ok(suggestions)
    }
}

/// The words of a query that it is asked of whether anything has them: each, and what two side by side are as one.
fn words_asked(query: &Query) -> Vec<String> {
    let written: Vec<String> = query
        .words
        .iter()
        .filter_map(|word| written_word(&word.surface))
        .collect();
    let joined = written.windows(2).map(|pair| pair.concat());
    joined.chain(written.iter().cloned()).collect()
}

/// What a commit holds: what none of its passages has finds nothing.
struct Held<'a>(&'a dyn Reader);

impl Searched for Held<'_> {
    fn is_far(&self) -> bool {
        self.0.is_far()
    }

    fn expect(&self, expected: &Expected) -> Result<()> {
        self.0.expect(expected)
    }

    fn has(&self, variant: &Variant) -> Result<bool> {
        let terms: Vec<String> = variant.terms.iter().map(|(_, term)| term.clone()).collect();
        let frequencies = self.0.frequencies(&terms)?;
        Ok(frequencies.iter().all(|frequency| *frequency > 0))
    }

    fn other_names(&self, terms: &[&str]) -> Result<Vec<String>> {
        Ok(match self.0.named(terms)?.as_slice() {
            [article] => std::iter::once(&article.title)
                .chain(&article.aliases)
                .cloned()
                .collect(),
            _ => Vec::new(),
        })
    }
}

/// What a person may try who has found nothing.
pub(crate) struct Suggestion {
    /// It, in words.
    pub(crate) warning: String,
    /// What was typed, and what may have been meant by it.
    pub(crate) meant: Option<(String, String)>,
}

/// A correction, with the places of the words among those that were typed.
struct Correction {
    places: Range<usize>,
    from: String,
    to: String,
}

/// What was typed, with corrections in the places of words.
fn put_right(text: &str, words: &[TypedWord], corrections: &[Correction]) -> String {
    let mut right = String::new();
    let mut read = 0;
    for correction in corrections {
        let typed = &words[correction.places.clone()];
        let (Some(first), Some(last)) = (typed.first(), typed.last()) else {
            continue;
        };
        right.push_str(&text[read..first.start]);
        right.push_str(&correction.to);
        read = last.start + last.surface.len();
    }
    right.push_str(&text[read..]);
    right
}
