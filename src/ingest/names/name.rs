//! Is this a name? What may stand around one, how long it is, and whether an abbreviation is short for it.

/// The most words of a name.
const MOST_WORDS: usize = 6;

/// The most characters of a name.
const MOST_CHARACTERS: usize = 60;

/// Words that stand before a name and are none of its own.
const BEFORE: &[&str] = &[
    "a",
    "an",
    "the",
    "as",
    "simply",
    "just",
    "more",
    "most",
    "less",
    "commonly",
    "formally",
    "informally",
    "sometimes",
    "also",
    "often",
    "or",
    "and",
    "medically",
    "e.g.",
    "i.e.",
    "aka",
    "its",
    "called",
    "known",
    "formerly",
    "previously",
    "merely",
    "plain",
];

/// Words that no name has: what holds one is a clause.
const OF_CLAUSES: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
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
    "which",
    "that",
    "who",
    "whose",
    "when",
    "where",
    "if",
    "because",
    "although",
    "though",
    "but",
    "since",
    "than",
    "then",
    "it",
    "they",
    "this",
    "these",
    "those",
    "them",
    "there",
    "you",
    "your",
    "we",
    "our",
    "not",
    "see",
    "called",
    "known",
    "such",
    "including",
    "include",
    "includes",
    "particularly",
    "especially",
    "usually",
    "typically",
    "often",
    "sometimes",
    "pronounced",
    "respectively",
    "other",
    "others",
    "some",
    "many",
    "another",
    "between",
    "my",
    "their",
    "his",
    "her",
];

/// Words that say nothing by themselves: what is made of them only is no name.
const GENERIC: &[&str] = &[
    "disease",
    "disorder",
    "condition",
    "syndrome",
    "illness",
    "problem",
    "type",
    "form",
    "kind",
    "group",
    "test",
    "procedure",
    "name",
    "names",
    "diseases",
    "disorders",
    "conditions",
    "family",
    "several",
    "symptom",
    "symptoms",
    "sign",
    "signs",
    "attack",
    "risk",
    "factor",
    "gene",
    "protein",
    "person",
    "people",
    "adult",
    "adults",
    "children",
    "child",
    "men",
    "women",
    "male",
    "female",
    "infants",
    "pediatric",
    "paediatric",
    "primary",
    "secondary",
    "acute",
    "chronic",
    "mild",
    "severe",
    "benign",
    "malignant",
    "rare",
    "common",
    "general",
    "overview",
    "etc",
    "etc.",
    "singular",
    "plural",
    "short",
    "of",
    "in",
    "the",
    "a",
    "and",
    "or",
    "patient",
    "patients",
    "professional",
    "professionals",
    "health",
    "treatment",
    "cause",
    "causes",
    "infection",
    "cancer",
    "tumor",
    "tumors",
    "tumour",
    "medicine",
    "drug",
    "injury",
    "both",
    "one",
    "two",
    "idiopathic",
    "inherited",
    "new",
    "hereditary",
    "congenital",
    "genetic",
    "recreational",
    "infectious",
    "classic",
    "typical",
    "age",
    "ages",
    "years",
    "months",
    "i",
    "ii",
    "iii",
    "iv",
    "1",
    "2",
    "3",
    "4",
];

/// `text` as a name, without quotes, articles and what else stands around it; `None` where it is none.
pub(super) fn name(text: &str) -> Option<&str> {
    let mut name = bare(text);
    loop {
        let first = name.split_whitespace().next()?;
        let known = first.trim_end_matches(',').to_lowercase();
        if !BEFORE.contains(&known.as_str())
            || (known == "a" && !first.starts_with('a') && !text.starts_with("A "))
        {
            break;
        }
        name = bare(&name[first.len()..]);
    }
    for after in ["for short", "in short"] {
        let length = name.len().saturating_sub(after.len());
        if name
            .get(length..)
            .is_some_and(|end| end.eq_ignore_ascii_case(after))
        {
            name = bare(&name[..length]);
        }
    }
    is_name(name).then_some(name)
}

fn bare(text: &str) -> &str {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | ';' | ':' | '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '*' | '_' | '–' | '—'
            )
    });
    let text = text.trim_start_matches(['\'', '’', '-', '.']);
    let text = text.trim_end_matches(['.', '!', '-', '\'']);
    // An apostrophe at the end is a closing quote where nothing owns it.
    let text = match text.strip_suffix('’') {
        Some(rest) if !rest.ends_with('s') => rest,
        _ => text,
    };
    text.trim()
}

fn is_name(name: &str) -> bool {
    let words: Vec<String> = name
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .collect();
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let is_short = is_short_form(name);
    (1..=MOST_WORDS).contains(&words.len())
        && name.chars().count() <= MOST_CHARACTERS
        && (letters >= 3 || (letters >= 2 && is_short))
        && !name.contains([
            '?', '!', ';', ':', '(', ')', '[', ']', '|', '=', '<', '>', '@', '%', '…', '"',
        ])
        // "IT" and "ALL" may be abbreviations.
        && (is_short || !words.iter().any(|word| OF_CLAUSES.contains(&word.as_str())))
        && !words
            .iter()
            .all(|word| word.chars().count() <= 1 || GENERIC.contains(&word.as_str()))
        && !is_pronunciation(name)
        && !(words.len() == 1 && !is_short && name.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether `text` tells how a word is spoken: "NAR-ko-lep-se", "sow RYE uh sis".
fn is_pronunciation(text: &str) -> bool {
    const FEWEST_PARTS: usize = 3;
    const LONGEST_PART: usize = 4;
    let parts: Vec<&str> = text.split(['-', ' ']).collect();
    let stressed = |part: &&str| part.chars().count() >= 2 && part.chars().all(char::is_uppercase);
    let unstressed = |part: &&str| part.chars().all(char::is_lowercase);
    parts.len() >= FEWEST_PARTS
        && parts.iter().any(stressed)
        && parts.iter().any(unstressed)
        && parts.iter().all(|part| {
            part.chars().count() <= LONGEST_PART && (stressed(part) || unstressed(part))
        })
}

/// Whether `text` has the look of an abbreviation: one or two words of 2 to 10 characters (Schwartz and Hearst 2003), of
/// which two are capitals, or one and a digit.
pub(super) fn is_short_form(text: &str) -> bool {
    let count = text.chars().count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (2..=10).contains(&count)
        && text.split_whitespace().count() <= 2
        && text.starts_with(char::is_alphanumeric)
        && (capitals >= 2 || (capitals == 1 && digits > 0))
}

/// Whether `text` may be an abbreviation with points or the `s` of a plural, as far as a quick look tells.
pub(super) fn may_be_short_form(text: &str) -> bool {
    const LONGEST: usize = 24;
    let signs = text
        .bytes()
        .filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || !byte.is_ascii());
    (2..=LONGEST).contains(&text.len()) && signs.take(2).count() == 2
}

/// An abbreviation without its points (`P.A.D.`) and without the `s` of a plural (`UTIs`).
pub(super) fn singular_short_form(text: &str) -> String {
    let joined: String = match text.contains(char::is_whitespace) {
        true => text.to_owned(),
        false => text.chars().filter(|c| *c != '.').collect(),
    };
    match joined
        .strip_suffix("'s")
        .or_else(|| joined.strip_suffix("’s"))
        .or_else(|| joined.strip_suffix('s'))
    {
        Some(one)
            if one.chars().count() >= 2
                && one.chars().all(|c| c.is_uppercase() || c.is_ascii_digit()) =>
        {
            one.to_owned()
        }
        _ => joined,
    }
}

/// Where in `long` the words begin that `short` is short for: its letters and digits stand in them in this order, the
/// first at the beginning of a word, and the words are as few as can be (Schwartz and Hearst, "A simple algorithm for
/// identifying abbreviation definitions in biomedical text", 2003). `None` where they do not, or where `long` is hardly
/// longer.
pub(super) fn long_form(short: &str, long: &str) -> Option<usize> {
    let wanted: Vec<char> = short
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let letters: Vec<(usize, char)> = long.char_indices().collect();
    if wanted.len() < 2 || long.chars().filter(|c| c.is_alphanumeric()).count() < wanted.len() + 2 {
        return None;
    }
    let mut at = letters.len();
    for (number, letter) in wanted.iter().enumerate().rev() {
        loop {
            at = at.checked_sub(1)?;
            let is_first_of_word = at == 0 || !letters[at - 1].1.is_alphanumeric();
            let same = letters[at].1.to_lowercase().eq(std::iter::once(*letter));
            if same && (number > 0 || is_first_of_word) {
                break;
            }
        }
    }
    Some(letters.get(at)?.0)
}
