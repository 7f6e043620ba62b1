//! What does a person's query ask for? A tree of clauses that knows no engine.
//!
//! Whatever is typed is a valid query. Unquoted words are alternatives whose evidence adds up; `"quoted phrases"` and
//! fielded words (`title:`, `heading:`) must match; `-word` must not. Everything else is a word or nothing.

pub mod spelling;
mod stopwords;

use crate::analysis;

/// The most clauses of one query; what is typed beyond them is left out with a warning. A pasted page of 10,000 characters
/// has about 700 different words.
const MOST_CLAUSES: usize = 1024;

/// A typed query, understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// What is searched for, in the order of first mention.
    pub clauses: Vec<Clause>,
    /// Words that were left out as carrying no evidence, as they were typed.
    pub ignored: Vec<String>,
    /// What the person should know about how the query was read.
    pub warnings: Vec<String>,
    /// The unquoted words in the order they were typed, ignored ones among them.
    pub(crate) words: Vec<TypedWord>,
    /// How many stretches have ended.
    stretch: usize,
    /// What else is searched for.
    pub expansions: Vec<Expansion>,
    /// Words that were taken for misspelt: what was typed, and what is searched for instead.
    pub corrections: Vec<(String, String)>,
}

/// An unquoted word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedWord {
    /// As it was typed.
    pub(crate) surface: String,
    /// Its term.
    pub(crate) term: String,
    /// The clause it belongs to; `None` where it is ignored.
    pub(crate) clause: Option<usize>,
    /// Its place among the words.
    pub(crate) place: usize,
    /// Where it begins in what was typed, in bytes.
    pub(crate) start: usize,
    /// Which of the stretches it stands in that marks such as a full stop, a comma or a quotation cut the query into.
    pub(crate) stretch: usize,
}

/// Words and phrases that are searched for because they mean what some words of the query mean. However many of them a
/// passage has, they are evidence of one idea.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// The clauses whose words they stand for.
    pub clauses: Vec<usize>,
    /// What was typed.
    pub from: String,
    /// The ways in which the words that were typed make a phrase: their terms, each with its distance from the first.
    /// A passage that has one of them has what was typed; one that has the words apart from each other has less. A single
    /// word has none.
    pub wordings: Vec<Vec<(u32, String)>>,
    /// What is searched for besides.
    pub variants: Vec<Variant>,
    /// The vocabulary that says so.
    pub vocabulary: String,
}

/// A word or phrase that is searched for besides what was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// As the vocabulary writes it.
    pub surface: String,
    /// Its terms in order, each with its distance from the first; more than one make a phrase.
    pub terms: Vec<(u32, String)>,
    /// How much it counts beside what was typed: more than 0, at most 1.
    pub weight: f32,
}

impl Variant {
    pub(crate) fn new(surface: &str, terms: &[impl AsRef<str>], weight: f32) -> Self {
        let terms = terms.iter().zip(0u32..);
        Self {
            surface: surface.to_owned(),
            terms: terms
                .map(|(term, at)| (at, term.as_ref().to_owned()))
                .collect(),
            weight,
        }
    }
}

/// One thing that is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What it means for a passage to match it.
    pub occur: Occur,
    /// Where it is looked for.
    pub field: Field,
    /// What was typed, without its operators.
    pub surface: String,
    /// Its terms in order, each with its distance from the first; more than one make a phrase.
    pub terms: Vec<(u32, String)>,
    /// How often it was typed.
    pub count: u32,
}

/// What it means for a passage to match a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occur {
    /// A match adds evidence.
    Should,
    /// Only matching passages are found, and a match adds evidence.
    Must,
    /// Only passages that do not match are found.
    MustNot,
}

/// Where a clause is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Title, headings and text.
    Any,
    /// The article's title.
    Title,
    /// The headings above the passage.
    Heading,
}

impl Query {
    /// Reads what a person typed. Never fails.
    pub fn parse(text: &str) -> Self {
        let mut query = Query {
            text: text.to_owned(),
            ..Query::default()
        };
        let mut left_out = 0usize;
        for item in Items::new(text) {
            if query.clauses.len() >= MOST_CLAUSES {
                left_out += 1;
                continue;
            }
            query.add(item, text);
        }
        if left_out > 0 {
            query.warnings.push(format!(
                "the query is longer than {MOST_CLAUSES} words; the last {left_out} were left out"
            ));
        }
        if query.finds_nothing() {
            query.warnings.push(query.why_nothing().to_owned());
        }
        query
    }

    /// Whether no passage can match: there is nothing to look for, or only things to leave out.
    pub fn finds_nothing(&self) -> bool {
        self.clauses
            .iter()
            .all(|clause| clause.occur == Occur::MustNot)
    }

    /// The words and phrases that are searched for, as they were typed, in lower case. Words that a vocabulary knows as a
    /// phrase are one.
    pub fn terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        for (place, clause) in self.clauses.iter().enumerate() {
            if clause.occur == Occur::MustNot {
                continue;
            }
            let mut phrases = self
                .expansions
                .iter()
                .filter(|expansion| expansion.clauses.len() > 1);
            let term = match phrases.find(|expansion| expansion.clauses.contains(&place)) {
                Some(phrase) => phrase.from.clone(),
                None => clause.surface.to_lowercase(),
            };
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    }

    /// Whether several words are typed in capitals throughout, which then say nothing of any of them.
    pub(crate) fn is_all_capitals(&self) -> bool {
        let letters = self.words.iter().flat_map(|word| word.surface.chars());
        let mut letters = letters.filter(|letter| letter.is_alphabetic());
        self.words.len() > 1 && letters.all(char::is_uppercase)
    }

    /// All the words of a text that carry evidence, as alternatives; it has no operators.
    pub fn of_words(text: &str) -> Self {
        let mut query = Query::default();
        query.add(
            Item {
                text,
                field: Field::Any,
                quoted: false,
                excluded: false,
            },
            text,
        );
        query.ignored.clear();
        query.describe();
        query
    }

    /// Keeps the clauses whose index `is_kept` accepts.
    pub fn keep(&mut self, is_kept: impl Fn(usize) -> bool) {
        // What was typed has no clauses to belong to any more.
        self.words.clear();
        self.expansions.clear();
        let mut index = 0;
        self.clauses.retain(|_| {
            index += 1;
            is_kept(index - 1)
        });
        self.describe();
    }

    /// The first term of each clause.
    pub fn terms_searched(&self) -> impl Iterator<Item = &str> {
        let firsts = self.clauses.iter().map(|clause| clause.terms.first());
        firsts.map(|first| first.map_or("", |(_, term)| term.as_str()))
    }

    /// Takes the words of the clauses for what was typed.
    fn describe(&mut self) {
        let words: Vec<&str> = self
            .clauses
            .iter()
            .map(|clause| clause.surface.as_str())
            .collect();
        self.text = words.join(" ");
    }

    fn why_nothing(&self) -> &'static str {
        if !self.clauses.is_empty() {
            "the query only says what to leave out; add a word to look for"
        } else if !self.ignored.is_empty() {
            "every word of the query is too common to search for; put it in quotes to search for it all the same"
        } else {
            "the query holds no letters or digits, so there is nothing to search for"
        }
    }

    /// Takes a stretch of `whole`.
    fn add(&mut self, item: Item<'_>, whole: &str) {
        let start = item.text.as_ptr() as usize - whole.as_ptr() as usize;
        let tokens = typed_tokens(item.text);
        let Some((_, first)) = tokens.first() else {
            self.stretch += usize::from(item.text.contains(ends_stretch));
            return;
        };
        let first_position = first.position;
        let as_one = item.quoted || item.field != Field::Any || item.excluded;
        if as_one {
            let occur = if item.excluded {
                Occur::MustNot
            } else {
                Occur::Must
            };
            let terms = tokens
                .iter()
                .map(|(_, token)| (token.position - first_position, token.term.clone()))
                .collect();
            self.push(occur, item.field, item.text.trim(), terms);
            self.stretch += 1;
            return;
        }
        let mut read = 0;
        for (word, token) in tokens {
            let start = start + token.span.start;
            self.stretch += usize::from(item.text[read..token.span.start].contains(ends_stretch));
            read = token.span.end;
            let term = token.term.clone();
            let clause = if is_ignored(word) {
                if !self.ignored.iter().any(|ignored| ignored == word) {
                    self.ignored.push(word.to_owned());
                }
                None
            } else {
                Some(self.push(Occur::Should, Field::Any, word, vec![(0, token.term)]))
            };
            self.words.push(TypedWord {
                surface: word.to_owned(),
                term,
                clause,
                place: self.words.len(),
                start,
                stretch: self.stretch,
            });
        }
        self.stretch += usize::from(item.text[read..].contains(ends_stretch));
    }

    /// Adds a clause, or counts it once more, and gives its place.
    fn push(
        &mut self,
        occur: Occur,
        field: Field,
        surface: &str,
        terms: Vec<(u32, String)>,
    ) -> usize {
        let known = self.clauses.iter().position(|clause| {
            clause.occur == occur && clause.field == field && clause.terms == terms
        });
        match known {
            Some(place) => {
                self.clauses[place].count += 1;
                place
            }
            None => {
                self.clauses.push(Clause {
                    occur,
                    field,
                    surface: surface.to_owned(),
                    terms,
                    count: 1,
                });
                self.clauses.len() - 1
            }
        }
    }
}

/// Whether no phrase reaches across a letter.
fn ends_stretch(letter: char) -> bool {
    matches!(
        letter,
        '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '"' | '“' | '”'
    )
}

/// The words of `text` with their terms. A word with digits at its end is looked for as it was typed: that a text has
/// note digits is something the index allows for.
fn typed_tokens(text: &str) -> Vec<(&str, analysis::Token)> {
    let mut tokens: Vec<(&str, analysis::Token)> = Vec::new();
    for token in analysis::tokens(text) {
        let same_word = tokens
            .last()
            .is_some_and(|(_, last)| last.position == token.position);
        if !same_word {
            tokens.push((&text[token.span.clone()], token));
        }
    }
    tokens
}

/// Whether a word, in whatever case and with whatever apostrophes, carries no evidence of what is asked for.
pub fn is_ignored(word: &str) -> bool {
    let folded: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    stopwords::contains(&folded)
}

/// A stretch of the typed text that is read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item<'a> {
    text: &'a str,
    field: Field,
    quoted: bool,
    excluded: bool,
}

/// Splits typed text into items.
struct Items<'a> {
    rest: &'a str,
}

impl<'a> Items<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return None;
        }
        let (excluded, rest) = strip_minus(self.rest);
        let (field, rest) = strip_field(rest);
        if let Some((inside, after)) = quoted(rest) {
            self.rest = after;
            return Some(Item {
                text: inside,
                field,
                quoted: true,
                excluded,
            });
        }
        // An item ends at white space, or where a quotation begins in the middle of it.
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(at, letter)| letter.is_whitespace() || quoted(&rest[*at..]).is_some())
            .map_or(rest.len(), |(at, _)| at);
        self.rest = &rest[end..];
        Some(Item {
            text: &rest[..end],
            field,
            quoted: false,
            excluded,
        })
    }
}

/// `-word` and `-"a phrase"` exclude; a dash that stands alone, or several, do not.
fn strip_minus(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest)
            if rest
                .chars()
                .next()
                .is_some_and(|next| next.is_alphanumeric() || is_quote(next)) =>
        {
            (true, rest)
        }
        _ => (false, text),
    }
}

/// `title:word` and `heading:"a phrase"`; a field's name with nothing right behind it is a word like any other.
fn strip_field(text: &str) -> (Field, &str) {
    for (name, field) in [("title", Field::Title), ("heading", Field::Heading)] {
        let head = text.get(..name.len()).unwrap_or_default();
        if !head.eq_ignore_ascii_case(name) {
            continue;
        }
        if let Some(rest) = text[name.len()..].strip_prefix(':')
            && rest
                .chars()
                .next()
                .is_some_and(|next| next.is_alphanumeric() || is_quote(next))
        {
            return (field, rest);
        }
    }
    (Field::Any, text)
}

/// What stands between a quotation mark at the head of `text` and the next one, and what follows; `None` where no mark
/// closes it or nothing searchable is inside.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|mark| is_quote(*mark))?;
    let inside = &text[mark.len_utf8()..];
    let (end, closing) = inside
        .char_indices()
        .find(|(_, letter)| is_quote(*letter))?;
    let phrase = &inside[..end];
    phrase
        .chars()
        .any(char::is_alphanumeric)
        .then(|| (phrase, &inside[end + closing.len_utf8()..]))
}

/// Double quotation marks. Single ones are apostrophes far more often.
fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<String> {
        Query::parse(text)
            .clauses
            .iter()
            .map(|clause| {
                let sign = match clause.occur {
                    Occur::Should => "",
                    Occur::Must => "+",
                    Occur::MustNot => "-",
                };
                let field = match clause.field {
                    Field::Any => "",
                    Field::Title => "title:",
                    Field::Heading => "heading:",
                };
                let terms: Vec<_> = clause.terms.iter().map(|(_, term)| term.as_str()).collect();
                format!("{sign}{field}{}", terms.join("_"))
            })
            .collect()
    }

    #[test]
    fn words_are_alternatives_and_phrases_and_fields_must_match() {
        assert_eq!(
            shape("cramp \"shortness of breath\" title:back heading:\"when to call\" -surgery"),
            [
                "cramp",
                "+short_of_breath",
                "+title:back",
                "+heading:when_to_call",
                "-surgeri"
            ]
        );
    }

    #[test]
    fn stray_marks_are_no_errors() {
        assert_eq!(shape("5\" needle"), ["5", "needl"]);
        assert_eq!(shape("\"unclosed phrase"), ["unclos", "phrase"]);
        assert_eq!(
            shape("\"\" \"?\" :x x: (a] /b/ foo:bar"),
            ["x", "b", "foo", "bar"]
        );
        assert_eq!(shape("- -- title: heading:"), ["titl", "head"]);
        assert_eq!(shape("“low back” pain"), ["+low_back", "pain"]);
        assert_eq!(shape("x-ray"), ["x", "ray"]);
        assert_eq!(shape("-x-ray pain"), ["-x_ray", "pain"]);
        assert_eq!(shape("word\"a phrase\""), ["word", "+a_phrase"]);
    }

    #[test]
    fn question_words_are_ignored_and_listed_once() {
        let query = Query::parse("What is good for a lower back spasm? What helps?");
        assert_eq!(query.terms(), ["good", "lower", "back", "spasm", "helps"]);
        assert_eq!(query.ignored, ["What", "is", "for", "a"]);
        assert!(query.warnings.is_empty());
    }

    #[test]
    fn a_repeated_word_is_one_clause_counted() {
        let query = Query::parse("pain pains Pain");
        assert_eq!(query.clauses.len(), 1);
        assert_eq!(query.clauses[0].count, 3);
    }

    #[test]
    fn a_query_with_nothing_to_search_for_says_why() {
        for (text, word) in [
            ("?! 🤕", "letters"),
            ("what is it", "common"),
            ("-pain", "leave out"),
        ] {
            let query = Query::parse(text);
            assert!(query.finds_nothing(), "{text}");
            assert!(query.warnings[0].contains(word), "{:?}", query.warnings);
        }
        assert!(!Query::parse("\"what is it\"").finds_nothing());
    }

    #[test]
    fn an_endless_query_is_cut_with_a_warning() {
        let long: String = (0..3000).map(|n| format!("w{n} ")).collect();
        let query = Query::parse(&long);
        assert_eq!(query.clauses.len(), MOST_CLAUSES);
        assert!(query.warnings[0].contains("1976"));
    }

    #[test]
    fn phrases_keep_their_distances() {
        let query = Query::parse("\"pain, in the back\"");
        let distances: Vec<_> = query.clauses[0].terms.iter().map(|(at, _)| *at).collect();
        assert_eq!(distances, [0, 1, 2, 3]);
    }
}
