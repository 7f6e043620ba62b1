//! What is the subject of an article called, as far as it has been read?

use super::name;
use super::sentence::Sentence;
use crate::analysis;
use std::cell::OnceCell;
use std::collections::HashSet;

/// The most names that are found in one article.
pub(super) const MOST_NAMES: usize = 8;

/// The most names from elsewhere (front matter, JSON lines) under which sentences are looked for.
pub(super) const MOST_GIVEN: usize = 16;

/// What is known of an article's subject while it is read.
pub(super) struct Subject<'a> {
    /// Names from elsewhere. They may be loose ("Tylenol", of an article on doses).
    given: &'a [String],
    /// What they come to, made when it is asked for first: most articles need it never.
    given_terms: OnceCell<Given>,
    /// By which words the article itself names its subject.
    own: Vec<Mention>,
    /// The title, and what it calls its subject.
    titles: Vec<Key>,
    /// The names that were found.
    taken: HashSet<Key>,
    found: Vec<String>,
}

/// The names from elsewhere.
struct Given {
    keys: Vec<Key>,
    /// Those by which a sentence may name the subject.
    mentions: Vec<Mention>,
}

/// The different terms of a name in alphabetical order, without articles: names of one key are one name.
type Key = Vec<String>;

/// Words by which sentences name the subject.
struct Mention {
    terms: Vec<String>,
    /// Whether it counts only in capitals: "ALL" is no mention where "all" is said.
    is_short_form: bool,
}

impl<'a> Subject<'a> {
    /// Of an article that has the names `given` from elsewhere. `mentions` are the title, and what it calls its subject.
    pub(super) fn new(mentions: &[String], given: &'a [String]) -> Self {
        let own: Vec<Mention> = mentions.iter().map(|name| Mention::new(name)).collect();
        let titles = own
            .iter()
            .map(|mention| key(mention.terms.clone()))
            .collect();
        Self {
            given,
            given_terms: OnceCell::new(),
            own,
            titles,
            taken: HashSet::new(),
            found: Vec::new(),
        }
    }

    /// The names that were found, in order.
    pub(super) fn found(&self) -> &[String] {
        &self.found
    }

    /// The names that were found, in order.
    pub(super) fn into_found(self) -> Vec<String> {
        self.found
    }

    /// Adds a name that a sentence gives, unless it is none, is known, or is wider than the title: "acute leukemia" is no
    /// name of an article on "childhood acute leukemia".
    pub(super) fn add(&mut self, text: &str) {
        let own = key(terms(text));
        if self.titles.contains(&own) || !self.titles.iter().any(|title| is_part(&own, title)) {
            self.take(text);
        }
    }

    /// Adds several names as [`Subject::add`] does.
    pub(super) fn add_all(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            self.add(&name);
        }
    }

    /// Adds a name, unless it is none or is known.
    pub(super) fn take(&mut self, text: &str) {
        let Some(name) = name::name(text).filter(|_| !self.is_full()) else {
            return;
        };
        let mention = Mention::new(name);
        let own = key(mention.terms.clone());
        let is_title = self.titles.first() == Some(&own);
        if !is_title && !self.given().keys.contains(&own) && self.taken.insert(own) {
            self.own.push(mention);
            self.found.push(name.to_owned());
        }
    }

    /// Whether no more names are taken.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST_NAMES
    }

    /// Whether the article calls its subject so.
    pub(super) fn is_own_name(&self, name: &str) -> bool {
        let terms = terms(name);
        self.own.iter().any(|mention| mention.terms == terms)
    }

    /// The word after the longest mention of the subject that begins at word `at`.
    pub(super) fn at(&self, sentence: &Sentence<'_>, at: usize) -> Option<usize> {
        let own = self
            .own
            .iter()
            .filter(|mention| mention.is_at(sentence, at));
        let own = own.map(|mention| mention.terms.len()).max();
        let longest = own.or_else(|| {
            // Most words begin as no name does, and nothing need be known of the names.
            let begins = |name: &String| begins_alike(name, sentence.plain(at));
            self.given
                .iter()
                .take(MOST_GIVEN)
                .any(begins)
                .then_some(())?;
            let given = self
                .given()
                .mentions
                .iter()
                .filter(|mention| mention.is_at(sentence, at));
            given.map(|mention| mention.terms.len()).max()
        });
        Some(at + longest?)
    }

    /// The first word of the longest mention of the subject that ends before word `end`.
    pub(super) fn ending(&self, sentence: &Sentence<'_>, end: usize) -> Option<usize> {
        const MOST_WORDS: usize = 16;
        (end.saturating_sub(MOST_WORDS)..end).find(|start| self.at(sentence, *start) == Some(end))
    }

    fn given(&self) -> &Given {
        self.given_terms.get_or_init(|| {
            let keys: Vec<Key> = self.given.iter().map(|name| key(terms(name))).collect();
            let known = &keys[..keys.len().min(MOST_GIVEN)];
            // Names of what is wider or narrower are given as well: "neurofibromatosis type 2" of an article on all.
            let is_subject = |own: &Key| {
                self.titles.contains(own)
                    || !known
                        .iter()
                        .chain(&self.titles)
                        .any(|other| is_part(own, other))
                        && !self.titles.iter().any(|title| is_part(title, own))
            };
            let named = self.given.iter().zip(known);
            let mentions = named
                .filter(|(_, own)| is_subject(own))
                .map(|(name, _)| Mention::new(name))
                .collect();
            Given { keys, mentions }
        })
    }
}

impl Mention {
    fn new(name: &str) -> Self {
        Self {
            terms: terms(name),
            is_short_form: name::is_short_form(name),
        }
    }

    fn is_at(&self, sentence: &Sentence<'_>, at: usize) -> bool {
        let end = at + self.terms.len();
        let Some(first) = self.terms.first() else {
            return false;
        };
        // A word that begins otherwise need not be stemmed to know that it is another.
        let plain = sentence.plain(at);
        (!plain.is_ascii() || analysis::beginning(plain) == analysis::beginning(first))
            && self
                .terms
                .iter()
                .zip(at..)
                .all(|(term, word)| sentence.term(word) == term)
            && (at + 1..end).all(|word| !sentence.gap(word).contains(['(', ')', ';', ':', '.']))
            && (!self.is_short_form || sentence.slice(at..end).contains(char::is_uppercase))
    }
}

/// Whether a name may begin with `word`, which is in lower case.
fn begins_alike(name: &str, word: &str) -> bool {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    let (Some(first), Some(letter)) = (first, word.chars().next()) else {
        return false;
    };
    !first.is_ascii() || !letter.is_ascii() || first.eq_ignore_ascii_case(&letter)
}

/// The terms of a text, in order.
pub(super) fn terms(text: &str) -> Vec<String> {
    let tokens = analysis::tokens(text).into_iter();
    tokens.map(|token| token.term).collect()
}

fn key(mut terms: Vec<String>) -> Key {
    terms.retain(|term| !matches!(term.as_str(), "a" | "an" | "the"));
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Whether `all` has all of `terms` and more.
fn is_part(terms: &Key, all: &Key) -> bool {
    terms.len() < all.len() && terms.iter().all(|term| all.binary_search(term).is_ok())
}
