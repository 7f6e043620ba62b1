//! What has a passage of a query? It is read from what the passage says, by the same analysis that everything is.

use crate::analysis::TokenStream;
use crate::engine::names::Names;
use crate::engine::score::{Evidence, Found, WeightedQuery, count_phrase, kept_length};
use crate::engine::{ArticleEntry, Record};
use crate::query::Field as QueryField;
use std::collections::HashMap;
use std::convert::Infallible;

/// The words that a query asks for, each once.
pub(super) struct Asked<'q> {
    query: &'q WeightedQuery,
    words: HashMap<&'q str, usize>,
}

/// What the names of an article have of a query.
pub(super) struct AskedNames {
    /// For each word that is asked for, whether a name has it.
    has: Vec<bool>,
    /// The terms of the names: a line each, a space between two.
    pub(super) terms: String,
}

impl AskedNames {
    /// Whether any name has a word that is asked for.
    pub(super) fn has_any(&self) -> bool {
        self.has.contains(&true)
    }
}

/// A passage, with the places of the words that are asked for.
pub(super) struct ReadPassage<'a> {
    asked: &'a Asked<'a>,
    names: &'a AskedNames,
    headings: Places,
    text: Places,
}

/// Where a text has the words that are asked for, and how long it is.
struct Places {
    of_words: Vec<Vec<u32>>,
    length: u32,
}

impl<'q> Asked<'q> {
    pub(super) fn new(query: &'q WeightedQuery) -> Self {
        let typed = query.terms.iter().map(|term| term.text.as_str());
        let variants = query.ideas.iter().flat_map(|idea| &idea.variants);
        let meant = variants.flat_map(|variant| variant.terms.iter().map(|(_, term)| &**term));
        let wordings = query.ideas.iter().flat_map(|idea| &idea.wordings);
        let put = wordings.flat_map(|wording| wording.iter().map(|(_, term)| &**term));
        let mut words = HashMap::new();
        for word in typed.chain(meant).chain(put) {
            let next = words.len();
            words.entry(word).or_insert(next);
        }
        Self { query, words }
    }

    /// What the names of an article have of it.
    pub(super) fn names(&self, article: &ArticleEntry) -> AskedNames {
        let mut has = vec![false; self.words.len()];
        let names = Names::of(article, |terms| {
            if let Some(word) = self.words.get(terms.term()) {
                has[*word] = true;
            }
        });
        AskedNames {
            has,
            terms: names.terms,
        }
    }

    /// Reads a passage.
    pub(super) fn read<'a>(&'a self, record: &Record, names: &'a AskedNames) -> ReadPassage<'a> {
        ReadPassage {
            asked: self,
            names,
            headings: self.places(&record.passage.heading_path.join("\n")),
            text: self.places(&record.passage.text),
        }
    }

    fn places(&self, text: &str) -> Places {
        let mut places = Places {
            of_words: vec![Vec::new(); self.words.len()],
            length: 0,
        };
        let mut terms = TokenStream::new(text);
        while terms.advance().is_some() {
            places.length += 1;
            if let Some(word) = self.words.get(terms.term()) {
                places.of_words[*word].push(terms.position());
            }
        }
        places.length = kept_length(places.length);
        places
    }
}

impl ReadPassage<'_> {
    fn word(&self, term: &str) -> Option<usize> {
        self.asked.words.get(term).copied()
    }

    fn find(&self, term: &str, field: QueryField) -> Found {
        let Some(word) = self.word(term) else {
            return Found::default();
        };
        let count = |places: &Places| places.of_words[word].len() as u32;
        let (any, heading) = (field == QueryField::Any, field == QueryField::Heading);
        Found {
            in_name: !heading && self.names.has[word],
            in_headings: if any || heading {
                count(&self.headings)
            } else {
                0
            },
            in_text: if any { count(&self.text) } else { 0 },
        }
    }

    fn count(&self, places: &Places, wording: &[(u32, String)]) -> u32 {
        count_phrase(wording, |term| {
            let word = self.word(term);
            word.map_or(&[][..], |word| places.of_words[word].as_slice())
        })
    }
}

impl Evidence for ReadPassage<'_> {
    type Error = Infallible;

    fn term(&mut self, at: usize) -> Result<Found, Infallible> {
        let term = &self.asked.query.terms[at];
        Ok(self.find(&term.text, term.field))
    }

    fn variant(&mut self, idea: usize, which: usize) -> Result<Found, Infallible> {
        let variant = &self.asked.query.ideas[idea].variants[which];
        if let [(_, term)] = variant.terms.as_slice() {
            return Ok(self.find(term, QueryField::Any));
        }
        let in_name =
            |(_, term): &(u32, String)| self.word(term).is_some_and(|word| self.names.has[word]);
        Ok(Found {
            in_name: variant.terms.iter().all(in_name),
            in_headings: self.count(&self.headings, &variant.terms),
            in_text: self.count(&self.text, &variant.terms),
        })
    }

    fn is_together(&mut self, idea: usize) -> Result<bool, Infallible> {
        let mut wordings = self.asked.query.ideas[idea].wordings.iter();
        Ok(wordings.any(|wording| {
            self.count(&self.headings, wording) + self.count(&self.text, wording) > 0
        }))
    }

    fn normalisation(&self) -> f32 {
        self.asked
            .query
            .normalisation(self.headings.length, self.text.length)
    }
}

/// What `result` gives, which cannot fail.
pub(super) fn sure<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
