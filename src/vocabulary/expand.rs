//! Which words of a query does a vocabulary know, and what else do they say?

use super::key::{
    analyse, capitals_key, form_key, is_abbreviation, is_passed_over, key, key_term,
    never_alone_key, spelling_key,
};
use super::parts;
use super::{ARTICLES, BUILT_IN, Phrase, Relation, Table, Vocabularies, Vocabulary};
use crate::engine::Expected;
use crate::error::Result;
use crate::query::{Expansion, Query, TypedWord, Variant, is_ignored};
use std::collections::HashSet;

/// The longest phrase that is looked for, in words that count.
const LONGEST_PHRASE: usize = 6;

/// The most phrases that are searched for besides one that was typed. Groups are written with the best known first.
const MOST_VARIANTS: usize = 16;

/// How much a phrase counts beside one that was typed, where it means the same, and where what was typed only stands for
/// it. docs/MEASURED.md has the figures.
const SAME_WEIGHT: f32 = 0.9;
const STANDS_FOR_WEIGHT: f32 = 0.6;

/// What there is to be found.
pub trait Searched {
    /// Whether it is worth saying beforehand what is going to be asked.
    fn is_far(&self) -> bool {
        false
    }

    /// Has what is going to be asked looked up at once.
    ///
    /// # Errors
    /// Where the passages cannot be read.
    fn expect(&self, _expected: &Expected) -> Result<()> {
        Ok(())
    }

    /// Whether any passage may have a word or phrase.
    ///
    /// # Errors
    /// Where the passages cannot be read.
    fn has(&self, variant: &Variant) -> Result<bool>;

    /// The names of the one article that has a name of exactly these terms; none where there is no such article, or more
    /// than one.
    ///
    /// # Errors
    /// Where the passages cannot be read.
    fn other_names(&self, terms: &[&str]) -> Result<Vec<String>>;
}

/// Whatever a vocabulary says may be found.
pub struct Anything;

impl Searched for Anything {
    fn has(&self, _: &Variant) -> Result<bool> {
        Ok(true)
    }

    fn other_names(&self, _: &[&str]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

impl Vocabularies {
    /// What else to search for, of what some passage has.
    ///
    /// # Errors
    /// Those of `searched`.
    pub fn expansions(&self, query: &Query, searched: &dyn Searched) -> Result<Vec<Expansion>> {
        let words = Words::of(query);
        if searched.is_far() {
            searched.expect(&self.expected(query, &words))?;
        }
        let mut taken = vec![false; words.content.len()];
        let mut expansions = Vec::new();
        for length in (1..=LONGEST_PHRASE.min(words.content.len())).rev() {
            for start in 0..=words.content.len() - length {
                let window = start..start + length;
                if taken[window.clone()].contains(&true) || !words.is_together(&window) {
                    continue;
                }
                let mut found_here = found(self.phrase(&words, window.clone()), searched)?;
                if found_here.is_empty() {
                    // What an article calls its subject is not always the same thing, so it comes last.
                    let names = self.names(&words, window.clone(), searched)?;
                    found_here = found(names.into_iter().collect(), searched)?;
                }
                // Of a phrase that stands for nothing that is there the words may stand for something.
                if !found_here.is_empty() {
                    taken[window].fill(true);
                    expansions.extend(found_here);
                }
            }
        }
        expansions.extend(found(self.compose(&words, &taken), searched)?);
        expansions.sort_by_key(|expansion| expansion.clauses.first().copied());
        Ok(expansions)
    }

    /// What is going to be asked of what there is to be found.
    fn expected(&self, query: &Query, words: &Words<'_>) -> Expected {
        let mut expected = Expected::default();
        let typed = query.clauses.iter().flat_map(|clause| &clause.terms);
        expected.terms.extend(typed.map(|(_, term)| term.clone()));
        for length in 1..=LONGEST_PHRASE.min(words.content.len()) {
            for start in 0..=words.content.len() - length {
                let window = start..start + length;
                if words.is_together(&window) {
                    expected
                        .names
                        .push(words.terms(&words.content[window.clone()]).join(" "));
                    let found = self.phrase(words, window);
                    let variants = found.iter().flat_map(|expansion| &expansion.variants);
                    let terms = variants.flat_map(|variant| &variant.terms);
                    expected.terms.extend(terms.map(|(_, term)| term.clone()));
                }
            }
        }
        expected
    }

    /// What the vocabularies say of one phrase: nothing, or an expansion of each that knows it.
    fn phrase(&self, words: &Words<'_>, window: std::ops::Range<usize>) -> Vec<Expansion> {
        let typed = &words.content[window];
        let clauses: Vec<usize> = typed.iter().filter_map(|word| word.clause).collect();
        let mut expansions = Vec::new();
        if clauses.is_empty() {
            return expansions;
        }
        let own_terms: Vec<String> = typed
            .iter()
            .map(|word| key_term(&word.surface, &word.term))
            .collect();
        let own_key = self.key(&own_terms);
        let abbreviation = match typed {
            [word] if is_abbreviation(&word.surface) && !words.is_all_capitals => {
                Some(capitals_key(&word.surface))
            }
            _ => None,
        };
        for vocabulary in &self.list {
            let table = &vocabulary.table;
            let mut groups: Vec<(usize, Relation)> = Vec::new();
            if let Some(key) = abbreviation {
                groups.extend(table.groups(key));
            }
            if let [word] = typed
                && groups.is_empty()
                && table.has(never_alone_key(&word.surface.to_lowercase()))
            {
                continue;
            }
            if groups.is_empty() {
                groups.extend(table.groups(own_key));
            }
            if let ([word], true) = (own_terms.as_slice(), groups.is_empty()) {
                // A form that no group has is that of a word that one may have: `feet`, `foot`.
                groups.extend(table.groups(key(std::iter::once(self.form(word)))));
            }
            if groups.is_empty() {
                continue;
            }
            let mut variants = Vec::new();
            let mut seen: HashSet<Vec<String>> =
                HashSet::from([typed.iter().map(|word| word.term.clone()).collect()]);
            for (group, relation) in &groups {
                for phrase in table.members(*group) {
                    self.add_phrase(phrase, *relation, &mut seen, &mut variants);
                }
            }
            expansions.push(Expansion {
                clauses: clauses.clone(),
                from: words.surface(typed),
                wordings: words.wordings(typed),
                variants,
                vocabulary: vocabulary.name.clone(),
            });
            let is_mapping = groups
                .iter()
                .any(|(_, relation)| *relation == Relation::StandsFor);
            if is_mapping && vocabulary.name != BUILT_IN {
                break;
            }
        }
        expansions
    }

    /// The other names of the article that calls itself what was typed: what it is about is meant elsewhere too.
    fn names(
        &self,
        words: &Words<'_>,
        window: std::ops::Range<usize>,
        searched: &dyn Searched,
    ) -> Result<Option<Expansion>> {
        let typed = &words.content[window];
        let clauses: Vec<usize> = typed.iter().filter_map(|word| word.clause).collect();
        if clauses.len() < typed.len() {
            return Ok(None);
        }
        if let [word] = typed {
            let key = never_alone_key(&word.surface.to_lowercase());
            if self.list.iter().any(|vocabulary| vocabulary.table.has(key)) {
                return Ok(None);
            }
        }
        let terms = words.terms(typed);
        let mut variants = Vec::new();
        let mut seen = HashSet::from([terms.iter().map(|term| (*term).to_owned()).collect()]);
        for name in searched.other_names(&terms)? {
            let analysed = analyse(&name).terms.join(" ");
            let phrase = Phrase {
                surface: &name,
                terms: &analysed,
            };
            self.add_phrase(phrase, Relation::StandsFor, &mut seen, &mut variants);
        }
        Ok((!variants.is_empty()).then(|| Expansion {
            clauses,
            from: words.surface(typed),
            wordings: words.wordings(typed),
            variants,
            vocabulary: ARTICLES.to_owned(),
        }))
    }

    /// Adds a phrase, and the other ways of spelling it, where they are new.
    fn add_phrase(
        &self,
        phrase: Phrase<'_>,
        relation: Relation,
        seen: &mut HashSet<Vec<String>>,
        variants: &mut Vec<Variant>,
    ) {
        let weight = match relation {
            Relation::Same => SAME_WEIGHT,
            Relation::StandsFor => STANDS_FOR_WEIGHT,
        };
        let terms: Vec<&str> = phrase.terms.split(' ').collect();
        let mut add = |surface: &str, terms: &[&str]| {
            let is_new = seen.insert(terms.iter().map(|term| (*term).to_owned()).collect());
            if is_new && !terms.is_empty() {
                variants.push(Variant::new(surface, terms, weight));
            }
        };
        add(phrase.surface, &terms);
        for (index, term) in terms.iter().enumerate() {
            for other in self.other_spellings(term) {
                let mut respelt = terms.clone();
                respelt[index] = other.terms;
                let surface = if terms.len() == 1 {
                    other.surface
                } else {
                    phrase.surface
                };
                add(surface, &respelt);
            }
        }
    }

    /// How else a term is written.
    fn other_spellings<'a>(&'a self, term: &'a str) -> impl Iterator<Item = Phrase<'a>> {
        let key = spelling_key(term);
        self.list.iter().flat_map(move |vocabulary| {
            let table = &vocabulary.table;
            let groups = table.groups(key);
            groups
                .flat_map(|(group, _)| table.members(group))
                .filter(move |phrase| phrase.terms != term)
        })
    }

    /// The term that keys are made with: of several spellings the first.
    pub(super) fn spelling<'a>(&'a self, term: &'a str) -> &'a str {
        self.first_of(spelling_key(term), term)
    }

    /// The term that keys of phrases are made with: of forms that make no difference inside a phrase the first.
    pub(super) fn form<'a>(&'a self, term: &'a str) -> &'a str {
        let spelt = self.spelling(term);
        self.first_of(form_key(spelt), spelt)
    }

    /// The key of a phrase that has these words.
    fn key(&self, content: &[String]) -> u64 {
        match content {
            [word] => key(std::iter::once(self.spelling(word))),
            words => key(words.iter().map(|word| self.form(word))),
        }
    }

    fn first_of<'a>(&'a self, key: u64, term: &'a str) -> &'a str {
        let first = |table: &'a Table| {
            let (group, _) = table.groups(key).next()?;
            table.members(group).next()
        };
        let mut tables = self.list.iter().map(|vocabulary| &vocabulary.table);
        tables.find_map(first).map_or(term, |phrase| phrase.terms)
    }

    /// Words that build a clinical term together, such as `joint pain`, which builds `arthralgia`; and words that only have
    /// another spelling.
    fn compose(&self, words: &Words<'_>, taken: &[bool]) -> Vec<Expansion> {
        let mut expansions = Vec::new();
        let has_built_in = self
            .list
            .iter()
            .any(|one: &Vocabulary| one.name == BUILT_IN);
        for start in 0..words.content.len() {
            let pair = start..start + 2;
            if has_built_in
                && pair.end <= words.content.len()
                && !taken[pair.clone()].contains(&true)
                && words.is_together(&pair)
            {
                let typed = &words.content[pair.clone()];
                let built = parts::build(&typed[0].term, &typed[1].term);
                let clauses: Vec<usize> = typed.iter().filter_map(|word| word.clause).collect();
                if !built.is_empty() && clauses.len() == 2 {
                    let variants = built
                        .iter()
                        .map(|(surface, term)| Variant::new(surface, &[term], STANDS_FOR_WEIGHT));
                    expansions.push(Expansion {
                        clauses,
                        from: words.surface(typed),
                        wordings: words.wordings(typed),
                        variants: variants.collect(),
                        vocabulary: BUILT_IN.to_owned(),
                    });
                }
            }
            let word = &words.content[start];
            let Some(clause) = word.clause.filter(|_| !taken[start]) else {
                continue;
            };
            let variants: Vec<Variant> = self
                .other_spellings(&word.term)
                .map(|other| Variant::new(other.surface, &[other.terms], SAME_WEIGHT))
                .collect();
            if !variants.is_empty() {
                expansions.push(Expansion {
                    clauses: vec![clause],
                    from: word.surface.to_lowercase(),
                    wordings: Vec::new(),
                    variants,
                    vocabulary: BUILT_IN.to_owned(),
                });
            }
        }
        expansions
    }
}

/// Leaves of each expansion what some passage has, at most [`MOST_VARIANTS`], and of the expansions those that have any.
fn found(mut expansions: Vec<Expansion>, searched: &dyn Searched) -> Result<Vec<Expansion>> {
    for expansion in &mut expansions {
        let mut variants = Vec::new();
        for variant in expansion.variants.drain(..) {
            if variants.len() < MOST_VARIANTS && searched.has(&variant)? {
                variants.push(variant);
            }
        }
        expansion.variants = variants;
    }
    expansions.retain(|expansion| !expansion.variants.is_empty());
    Ok(expansions)
}

/// The words of a query that a vocabulary may know.
struct Words<'a> {
    query: &'a Query,
    /// Those that count in phrases.
    content: Vec<&'a TypedWord>,
    /// Whether capitals say nothing, as everything is typed in them.
    is_all_capitals: bool,
}

impl<'a> Words<'a> {
    fn of(query: &'a Query) -> Self {
        let last = query.words.len().saturating_sub(1);
        let counts = |word: &&TypedWord| !is_passed_over(&word.surface, word.place == last);
        let content: Vec<&TypedWord> = query.words.iter().filter(counts).collect();
        Self {
            query,
            content,
            is_all_capitals: query.is_all_capitals(),
        }
    }

    /// Whether no mark that ends a phrase stands inside a run of words, and a word that says nothing does not stand alone.
    fn is_together(&self, window: &std::ops::Range<usize>) -> bool {
        let words = &self.content[window.clone()];
        if let [word] = words {
            return !is_ignored(&word.surface) || is_abbreviation(&word.surface);
        }
        words
            .windows(2)
            .all(|pair| pair[0].stretch == pair[1].stretch)
    }

    /// The ways in which the words of a phrase stand together in a text: as they were typed, side by side, and, of two,
    /// the other way round. A single word has none.
    fn wordings(&self, words: &[&TypedWord]) -> Vec<Vec<(u32, String)>> {
        let [first, .., last] = words else {
            return Vec::new();
        };
        let distance = |word: &TypedWord| (word.place - first.place) as u32;
        let content = words.iter().map(|word| word.term.clone());
        let typed = words.iter().map(|word| (distance(word), word.term.clone()));
        let mut wordings: Vec<Vec<(u32, String)>> = vec![typed.collect()];
        wordings.push((0u32..).zip(content).collect());
        if words.len() == 2 {
            wordings.push(vec![(0, last.term.clone()), (1, first.term.clone())]);
            // "swelling of the ankle" is "ankle swelling" turned round, and so the other way.
            wordings.push(vec![(0, last.term.clone()), (2, first.term.clone())]);
        }
        wordings.sort();
        wordings.dedup();
        wordings
    }

    /// The terms of all words from the first to the last.
    fn terms(&self, words: &[&TypedWord]) -> Vec<&'a str> {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return Vec::new();
        };
        let inside = self.query.words.iter();
        let inside = inside.filter(|word| (first.place..=last.place).contains(&word.place));
        inside.map(|word| word.term.as_str()).collect()
    }

    /// Words as they were typed, with all that stands between them.
    fn surface(&self, words: &[&TypedWord]) -> String {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return String::new();
        };
        let inside = self
            .query
            .words
            .iter()
            .filter(|word| (first.place..=last.place).contains(&word.place));
        let surfaces: Vec<String> = inside.map(|word| word.surface.to_lowercase()).collect();
        surfaces.join(" ")
    }
}
