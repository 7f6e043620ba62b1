//! Which names stand in a row: "A, B or C"? Where does the row end?

use super::name;
use super::sentence::Sentence;
use std::ops::Range;

/// How a row of names stands in its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// "X is also called A or B."
    Predicate,
    /// "X, also called A or B, is …"
    Apposition,
    /// "X (also called A or B) is …"
    Bracket,
}

/// Words with which a clause begins, or goes on after a name: a row of names ends before them.
const CLAUSE: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "be",
    "has",
    "have",
    "had",
    "can",
    "may",
    "might",
    "will",
    "would",
    "should",
    "could",
    "cannot",
    "which",
    "that",
    "who",
    "whose",
    "where",
    "because",
    "although",
    "though",
    "but",
    "since",
    "while",
    "it",
    "they",
    "this",
    "these",
    "there",
    "you",
    "we",
    "not",
    "affects",
    "affect",
    "causes",
    "cause",
    "occurs",
    "occur",
    "happens",
    "happen",
    "means",
    "refers",
    "refer",
    "results",
    "result",
    "develops",
    "develop",
    "includes",
    "include",
    "begins",
    "starts",
    "usually",
    "typically",
    "often",
    "generally",
    "most",
    "involves",
    "involve",
    "belongs",
    "consists",
    "describes",
    "so",
    "helps",
    "does",
    "do",
    "makes",
    "comes",
    "tends",
    "remains",
    "accounts",
    "represents",
    "uses",
    "produces",
    "leads",
    "rather",
    "being",
    "normally",
    "primarily",
    "mainly",
    "sometimes",
    "and/or",
    "characterized",
    "caused",
    "found",
];

/// Words after which a name may go on or not ("blood in the urine", "croup in children"): what stands before them is
/// taken for no name.
const UNSURE: &[&str] = &[
    "in",
    "on",
    "by",
    "for",
    "to",
    "as",
    "with",
    "without",
    "from",
    "at",
    "after",
    "before",
    "during",
    "among",
    "due",
    "under",
    "about",
    "per",
    "between",
    "through",
    "than",
    "into",
    "over",
    "near",
    "around",
    "depending",
    "against",
];

/// Words that say when a name holds: it is none of the subject as such.
const CONDITION: &[&str] = &["when", "if", "unless", "until", "once", "whenever"];

/// Words after which "in" and "by" say who uses a name, and end it.
const USERS: &[&str] = &[
    "some",
    "many",
    "doctors",
    "people",
    "medical",
    "medicine",
    "britain",
    "europe",
    "australia",
    "america",
    "canada",
    "physicians",
    "clinicians",
    "experts",
    "scientists",
    "most",
    "others",
    "health",
    "healthcare",
    "older",
];

/// What ends an item of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Border {
    /// The end of the sentence, or of the bracket.
    End,
    /// A sign that ends the row: `;`, a dash, a bracket that opens no abbreviation.
    Stop,
    /// A clause goes on, without a comma.
    Clause,
    Comma,
    Or,
    And,
    CommaOr,
    CommaAnd,
    Unsure,
    Condition,
}

struct Item {
    words: Range<usize>,
    /// An abbreviation of it, in brackets behind it.
    short: Option<Range<usize>>,
    end: Border,
}

/// The names of the row that begins with word `from`, in order.
pub(super) fn row(sentence: &Sentence<'_>, from: usize, setting: Setting) -> Vec<String> {
    let items = accepted(sentence, items(sentence, from, setting), setting);
    let mut names = Vec::new();
    for item in items {
        let text = sentence.slice(item.words);
        names.extend(name::name(text).map(str::to_owned));
        let short = item
            .short
            .map(|short| name::singular_short_form(sentence.slice(short)));
        names.extend(
            short.filter(|short| {
                name::is_short_form(short) && name::long_form(short, text).is_some()
            }),
        );
    }
    names
}

/// All that could be items, up to the end of the row.
fn items(sentence: &Sentence<'_>, from: usize, setting: Setting) -> Vec<Item> {
    /// A row is at most this long; only the first names of an article are kept.
    const MOST_ITEMS: usize = 12;
    let end = match setting {
        Setting::Bracket => sentence.closing(from).unwrap_or(from),
        Setting::Predicate | Setting::Apposition => sentence.len(),
    };
    let mut items = Vec::new();
    let mut start = from;
    while start < end && items.len() < MOST_ITEMS {
        let first = quoted(sentence, start, end).unwrap_or(start + 1);
        let (mut next, mut border) = next_border(sentence, first, end, setting);
        let words = start..next;
        let mut short = None;
        if border == Border::Stop
            && sentence.gap(next).trim_end().ends_with('(')
            && let Some(close) = sentence.closing(next)
        {
            short = Some(next..close);
            (next, border) = match next_border(sentence, close, end, setting) {
                (next, border) if next == close => (next, border),
                _ => (close, Border::Clause),
            };
        }
        items.push(Item {
            words,
            short,
            end: border,
        });
        start = match border {
            Border::Comma => next,
            Border::Or | Border::And | Border::CommaOr | Border::CommaAnd => next + 1,
            _ => break,
        };
    }
    items
}

/// Nouns with which a name ends: "and" behind one parts two names, any other may be part of one.
const LAST: &[&str] = &[
    "disease",
    "syndrome",
    "disorder",
    "fever",
    "infection",
    "virus",
    "test",
    "scan",
    "cancer",
];

/// The first word from `at` on before which an item ends, and how.
fn next_border(
    sentence: &Sentence<'_>,
    at: usize,
    end: usize,
    setting: Setting,
) -> (usize, Border) {
    (at..end)
        .find_map(|at| Some((at, border(sentence, at, setting)?)))
        .unwrap_or((end, Border::End))
}

/// What ends an item before word `at`, if anything.
fn border(sentence: &Sentence<'_>, at: usize, setting: Setting) -> Option<Border> {
    let gap = sentence.gap(at);
    let word = sentence.plain(at);
    let dashes = [" – ", " - ", "--", "—"];
    if gap.contains(['(', '[', ']', ')', ';', ':', '/'])
        || dashes.iter().any(|dash| gap.contains(dash))
    {
        return Some(Border::Stop);
    }
    let comma = gap.contains(',');
    match word {
        "or" if comma => Some(Border::CommaOr),
        "or" => Some(Border::Or),
        "and" if comma => Some(Border::CommaAnd),
        "and" if LAST.contains(&sentence.plain(at.saturating_sub(1))) => Some(Border::And),
        _ if comma => Some(Border::Comma),
        _ if CONDITION.contains(&word) => Some(Border::Condition),
        _ if CLAUSE.contains(&word) => Some(Border::Clause),
        "in" | "by" if USERS.contains(&sentence.plain(at + 1)) => Some(Border::Clause),
        "for" if sentence.plain(at + 1) == "short" => Some(Border::Clause),
        _ if UNSURE.contains(&word) && setting != Setting::Bracket => Some(Border::Unsure),
        _ => None,
    }
}

/// The word after a name in quotes that begins before word `start`.
fn quoted(sentence: &Sentence<'_>, start: usize, end: usize) -> Option<usize> {
    const MOST_WORDS: usize = 6;
    let opens = ['"', '“', '‘', '«', '„', '\''];
    let closes = ['"', '”', '’', '»', '“', '\''];
    sentence.gap(start).contains(opens).then_some(())?;
    (start + 1..=end.min(start + MOST_WORDS)).find(|at| sentence.gap(*at).contains(closes))
}

/// The items that are names: those of a row that ends as rows do.
fn accepted(sentence: &Sentence<'_>, mut items: Vec<Item>, setting: Setting) -> Vec<Item> {
    if holds_and(sentence, &items) {
        return Vec::new();
    }
    items.truncate(row_length(sentence, &items, setting));
    match items.last().map(|item| item.end) {
        Some(Border::Condition) => return Vec::new(),
        Some(Border::Unsure) => {
            items.pop();
        }
        _ => {}
    }
    items
}

/// Whether the row may be one name with commas in it: "hand, foot and mouth disease".
fn holds_and(sentence: &Sentence<'_>, items: &[Item]) -> bool {
    const MOST_WORDS: usize = 5;
    items.windows(2).any(|pair| {
        let words = pair[1].words.clone();
        let is_clause = CLAUSE.contains(&sentence.plain(words.start));
        pair[0].end == Border::Comma
            && !is_clause
            && words.len() <= MOST_WORDS
            && words.into_iter().any(|word| sentence.plain(word) == "and")
    })
}

/// How many of the items make up the row. A comma parts names only where "or" or "and" comes before the last of them; else
/// the sentence goes on behind the comma.
fn row_length(sentence: &Sentence<'_>, items: &[Item], setting: Setting) -> usize {
    let ends: Vec<Border> = items.iter().map(|item| item.end).collect();
    if setting == Setting::Bracket {
        return items.len();
    }
    let joins = |end: &Border| matches!(end, Border::Or | Border::CommaOr | Border::CommaAnd);
    let comma = ends.iter().position(|end| *end == Border::Comma);
    let Some(comma) = comma.or_else(|| ends.iter().position(|end| *end == Border::CommaAnd)) else {
        return items.len();
    };
    // "…, and gout are": behind the comma stands another subject.
    let Some(word) = ends.iter().rposition(joins).filter(|word| *word > comma) else {
        return comma + 1;
    };
    let is_clause = items
        .get(comma + 1)
        .is_some_and(|item| CLAUSE.contains(&sentence.plain(item.words.start)));
    // Where the sentence goes on, the row must be closed.
    let is_closed = match ends.get(word + 1) {
        Some(Border::Comma | Border::Stop | Border::Clause) => true,
        Some(Border::End) => setting == Setting::Predicate,
        _ => false,
    };
    if is_closed && !is_clause {
        word + 2
    } else {
        comma + 1
    }
}
