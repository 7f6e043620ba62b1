//! What does a sentence say of the subject's names? "X, also called Y, is …", "Y (X) is …", "another name for X is Y".

use super::list::{self, Setting};
use super::name;
use super::sentence::Sentence;
use super::subject::Subject;

/// Where in the article a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At its beginning, where a subject is introduced in many ways.
    Beginning,
    /// Further down, where only a plain statement counts.
    Further,
}

/// Words that may stand in a cue before "called" and "known as".
const ADVERBS: &[&str] = &[
    "also",
    "sometimes",
    "commonly",
    "often",
    "usually",
    "formerly",
    "previously",
    "once",
    "better",
    "more",
    "most",
    "popularly",
    "medically",
    "otherwise",
    "and",
    "or",
    "frequently",
    "occasionally",
    "generally",
    "historically",
    "originally",
    "technically",
    "scientifically",
    "informally",
    "colloquially",
    "traditionally",
    "alternatively",
    "less",
    "simply",
    "widely",
    "variously",
    "collectively",
    "formally",
    "now",
    "still",
    "properly",
    "correctly",
    "typically",
    "clinically",
    "alternately",
    "thus",
    "today",
    "back",
    "either",
];

/// Words that may stand before "name" and "term".
const KINDS: &[&str] = &[
    "the",
    "a",
    "an",
    "another",
    "other",
    "medical",
    "common",
    "scientific",
    "alternative",
    "alternate",
    "old",
    "older",
    "popular",
    "former",
    "full",
    "technical",
    "proper",
    "official",
    "formal",
    "lay",
    "generic",
    "common",
    "doctors",
    "correct",
    "short",
    "some",
];

/// What an article calls its subject where it does not name it.
const STAND_INS: &[&str] = &[
    "condition",
    "disease",
    "disorder",
    "illness",
    "syndrome",
    "infection",
    "problem",
    "test",
    "procedure",
    "symptom",
    "operation",
    "medicine",
    "drug",
    "vaccine",
    "cancer",
    "tumor",
    "tumour",
    "injury",
    "deficiency",
    "surgery",
    "complaint",
    "ailment",
    "rash",
    "defect",
    "parasite",
    "virus",
];

/// Words before a subject that is not the sentence's own, and whose names are given there all the same: "people with X,
/// also called Y".
const BEFORE_SUBJECT: &[&str] = &[
    "with", "have", "has", "had", "about", "get", "gets", "develop", "develops",
];

/// Adds the names that `sentence` gives to the subject. `previous` is asked whether the sentence before it was about the
/// subject.
pub(super) fn read(
    sentence: &Sentence<'_>,
    place: Place,
    subject: &mut Subject<'_>,
    previous: impl FnOnce(&Subject<'_>) -> bool,
) {
    let mut about = Vec::new();
    for opening in openings(sentence) {
        if let Some(end) = subject.at(sentence, opening) {
            about.push((opening, end));
        }
    }
    for (_, end) in &about {
        of_subject(sentence, *end, place, subject);
    }
    if about.is_empty() {
        let after = stand_in(sentence);
        if let Some(after) = after.filter(|after| cue(sentence, *after).is_some()) {
            if previous(subject) {
                of_predicate(sentence, after, subject);
            }
        } else {
            other_name_for(sentence, subject);
            fronted(sentence, subject);
            if place == Place::Beginning {
                turned(sentence, subject);
            }
        }
        for at in 1..sentence.len() {
            if BEFORE_SUBJECT.contains(&sentence.plain(at - 1))
                && let Some(end) = subject.at(sentence, at)
            {
                let after = after_short_form(sentence, end);
                of_apposition(sentence, after, subject);
            }
        }
    }
}

/// Whether the sentence begins with the subject, or with what stands in for it.
pub(super) fn is_about(sentence: &Sentence<'_>, subject: &Subject<'_>) -> bool {
    openings(sentence).any(|opening| subject.at(sentence, opening).is_some())
}

/// The first word of the row of names where the words in a bracket begin with a cue ("also called Y").
pub(super) fn cue_in_brackets(sentence: &Sentence<'_>) -> Option<usize> {
    match sentence.plain(0) {
        "or" => Some(1),
        _ => cue(sentence, 0),
    }
}

/// Where the subject of a sentence may begin: at its first word, behind an article, behind a label ("Summary : …").
fn openings(sentence: &Sentence<'_>) -> impl Iterator<Item = usize> {
    const LONGEST_LABEL: usize = 4;
    let label =
        (1..sentence.len().min(LONGEST_LABEL + 1)).find(|at| sentence.gap(*at).contains(':'));
    let behind_article = |at: usize| {
        let is_article = matches!(sentence.plain(at), "a" | "an" | "the");
        is_article.then_some(at + 1)
    };
    let label_article = label.and_then(behind_article);
    [Some(0), behind_article(0), label, label_article]
        .into_iter()
        .flatten()
}

/// The word after "It", "This condition", "The disease".
fn stand_in(sentence: &Sentence<'_>) -> Option<usize> {
    match sentence.plain(0) {
        "it" | "its" | "they" => Some(usize::from(sentence.plain(0) != "its")),
        "this" | "the" | "these" => {
            let word = sentence.plain(1);
            let one = word.strip_suffix('s').unwrap_or(word);
            (STAND_INS.contains(&word) || STAND_INS.contains(&one)).then_some(2)
        }
        _ => None,
    }
}

/// The word after "is", "are", "can be" and their like.
fn copula(sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    match sentence.plain(at) {
        "is" | "are" | "was" | "were" | "its" => Some(at + 1),
        "can" | "may" | "has" | "have" | "might" => {
            let next = at + 1 + usize::from(sentence.plain(at + 1) == "also");
            matches!(sentence.plain(next), "be" | "been").then_some(next + 1)
        }
        _ => None,
    }
}

/// The first word of the names that a cue at word `at` announces: "also called", "is commonly known as". A bare "is called"
/// and "is known as" is none: they say what it is in a case, or for what it is known.
fn cue(sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    const MOST_ADVERBS: usize = 5;
    let before = matches!(
        sentence.plain(at),
        "which" | "that" | "also" | "sometimes" | "often"
    );
    let before = usize::from(before && copula(sentence, at + 1).is_some());
    let copula = copula(sentence, at + before);
    let from = copula.unwrap_or(at);
    let adverbs = |from: usize| sentence.count_among(from, ADVERBS, MOST_ADVERBS);
    let count = adverbs(from);
    let verb = from + count;
    let is_also = before > 0 && !matches!(sentence.plain(at), "which" | "that");
    let also = is_also
        || count
            > usize::from(matches!(
                sentence.plain(from),
                "and" | "or" | "now" | "still" | "thus"
            ));
    let next = match sentence.plain(verb) {
        "called" | "termed" | "named" | "nicknamed" | "dubbed" | "spelled" | "spelt" | "aka" => {
            verb + 1
        }
        "abbreviated" => verb + 1,
        "known" | "referred" => {
            let next = verb + 1 + adverbs(verb + 1);
            match (
                sentence.plain(next),
                sentence.plain(next + 1),
                sentence.plain(next + 2),
            ) {
                ("as", _, _) => next + 1,
                ("to", "as", _) => next + 2,
                ("to", adverb, "as") if ADVERBS.contains(&adverb) => next + 3,
                _ => return None,
            }
        }
        "a" if sentence.matches(verb, &["a", "k", "a"]) => verb + 3,
        _ => return None,
    };
    // Behind an adverb, "as" is part of the cue: "also called as Y".
    let next = next + usize::from(sentence.plain(next) == "as");
    let inside = (at + 1..verb).all(|word| !sentence.gap(word).contains(['(', ')', ';', ':']));
    let plain_as = copula.is_some() && !also;
    (inside && !plain_as && next < sentence.len()).then_some(next)
}

/// What follows a mention of the subject that ends before word `at`, where it opens the sentence.
fn of_subject(sentence: &Sentence<'_>, at: usize, place: Place, subject: &mut Subject<'_>) {
    if sentence.gap(at).contains('(') {
        of_brackets(sentence, at, place, subject);
    }
    let after = after_short_form(sentence, at);
    of_apposition(sentence, after, subject);
    of_predicate(sentence, after, subject);
    if let Some(after) = after_remark(sentence, after) {
        of_predicate(sentence, after, subject);
    }
    if place == Place::Beginning {
        or_name(sentence, after, subject);
    }
    is_term_for(sentence, after, subject);
}

/// The word after a bracket at word `at`, or `at`.
fn after_short_form(sentence: &Sentence<'_>, at: usize) -> usize {
    match sentence.gap(at).trim_start().starts_with('(') {
        true => sentence.closing(at).unwrap_or(at),
        false => at,
    }
}

/// The word after a remark between commas at word `at`: "X, a form of Z, is also called Y".
fn after_remark(sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    const MOST_WORDS: usize = 14;
    sentence.gap(at).starts_with(',').then_some(())?;
    (at + 1..sentence.len().min(at + MOST_WORDS)).find(|end| sentence.gap(*end).contains(','))
}

/// "X (Y) is", "X (also called Y; or Z)".
fn of_brackets(sentence: &Sentence<'_>, at: usize, place: Place, subject: &mut Subject<'_>) {
    let Some(close) = sentence.closing(at) else {
        return;
    };
    // "(GERD, also called chronic heartburn)", "(also called A; B)".
    for part in (at..close).filter(|part| *part == at || sentence.gap(*part).contains([',', ';'])) {
        let from = match sentence.plain(part) {
            "or" => Some(part + 1),
            _ => cue(sentence, part),
        };
        if let Some(from) = from.filter(|from| *from < close) {
            subject.add_all(list::row(sentence, from, Setting::Bracket));
            return;
        }
    }
    let text = sentence.slice(at..close);
    // "Thoracic CT (computed tomography)" explains only a word of the subject.
    let last = sentence.slice(at.saturating_sub(1)..at);
    if name::is_short_form(last) && name::long_form(last, text).is_some() {
        return;
    }
    let plain = !(at + 1..close).any(|word| sentence.gap(word).contains([',', ';', ':', '/']));
    if place == Place::Beginning
        && plain
        && close - at <= 4
        && !name::is_short_form(text)
        && goes_on(sentence, close)
    {
        let says_more = matches!(
            sentence.plain(at),
            "see"
                | "for"
                | "in"
                | "with"
                | "from"
                | "eg"
                | "ie"
                | "e"
                | "i"
                | "such"
                | "like"
                | "not"
                | "also"
                | "and"
                | "usually"
                | "plural"
                | "singular"
                | "say"
                | "pronounced"
                | "sounds"
                | "about"
                | "of"
                | "including"
                | "especially"
        );
        if !says_more {
            subject.add(text);
        }
    }
}

/// "X, also called Y, is", "X – sometimes called Y – is", "X also known as Y".
fn of_apposition(sentence: &Sentence<'_>, at: usize, subject: &mut Subject<'_>) {
    if at >= sentence.len() || copula(sentence, at).is_some() {
        return;
    }
    let Some(from) = cue(sentence, at) else {
        return;
    };
    let gap = sentence.gap(at);
    let setting = match gap.contains('(') {
        true => Setting::Bracket,
        false => Setting::Apposition,
    };
    let is_parted = gap.contains([',', '(', '–', '—', '-']);
    let is_plain = matches!(
        sentence.plain(at),
        "also" | "sometimes" | "commonly" | "otherwise" | "better" | "aka" | "a"
    );
    if (is_parted || is_plain) && !gap.contains([';', ':', '.']) {
        subject.add_all(list::row(sentence, from, setting));
    }
}

/// "X is also called Y".
fn of_predicate(sentence: &Sentence<'_>, at: usize, subject: &mut Subject<'_>) {
    let is_verb = copula(sentence, at).is_some() || copula(sentence, at + 1).is_some();
    if is_verb
        && !sentence.gap(at).contains(['(', ';', ':'])
        && let Some(from) = cue(sentence, at)
    {
        subject.add_all(list::row(sentence, from, Setting::Predicate));
    }
}

/// "X, or Y, is".
fn or_name(sentence: &Sentence<'_>, at: usize, subject: &mut Subject<'_>) {
    const MOST_WORDS: usize = 6;
    if sentence.plain(at) != "or" || !sentence.gap(at).contains(',') {
        return;
    }
    let end = (at + 2..sentence.len().min(at + 2 + MOST_WORDS))
        .find(|end| !sentence.gap(*end).trim().is_empty());
    if let Some(end) = end.filter(|end| sentence.gap(*end).contains(',') && goes_on(sentence, *end))
    {
        subject.add(sentence.slice(at + 1..end));
    }
}

/// "X is the medical term for Y", "X is short for Y", "X stands for Y".
fn is_term_for(sentence: &Sentence<'_>, at: usize, subject: &mut Subject<'_>) {
    if let Some(from) = short_for(sentence, at) {
        let names = list::row(sentence, from, Setting::Predicate);
        subject.add_all(names.into_iter().take(1).filter(|long| {
            let start = sentence.slice(0..at);
            let short = start.rsplit(' ').next().unwrap_or(start);
            name::long_form(&name::singular_short_form(short), long) == Some(0)
        }));
        return;
    }
    if let Some(from) = copula(sentence, at).and_then(|from| name_for(sentence, from)) {
        let names = list::row(sentence, from, Setting::Predicate);
        subject.add_all(names.into_iter().take(1));
    }
}

/// The word after "is short for", "stands for".
fn short_for(sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    match (
        sentence.plain(at),
        sentence.plain(at + 1),
        sentence.plain(at + 2),
    ) {
        ("stands" | "stand", "for", _) => Some(at + 2),
        ("is", "short", "for") => Some(at + 3),
        _ => None,
    }
}

/// The word after "the medical name for", "another term for".
fn name_for(sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    const MOST_KINDS: usize = 3;
    let kinds = sentence.count_among(at, KINDS, MOST_KINDS);
    let noun = at + kinds;
    let is_name = matches!(sentence.plain(noun), "name" | "names" | "term" | "terms")
        && sentence.plain(noun + 1) == "for";
    (kinds > 0 && is_name).then_some(noun + 2)
}

/// "The medical name for X is Y", "Other names for X include A and B".
fn other_name_for(sentence: &Sentence<'_>, subject: &mut Subject<'_>) {
    let Some(from) = name_for(sentence, 0) else {
        return;
    };
    let from = from + usize::from(matches!(sentence.plain(from), "a" | "an" | "the"));
    let Some(end) = subject.at(sentence, from) else {
        return;
    };
    let end = after_short_form(sentence, end);
    if matches!(sentence.plain(end), "is" | "are" | "include" | "includes") {
        subject.add_all(list::row(sentence, end + 1, Setting::Predicate));
    }
}

/// "Also called Y, X is".
fn fronted(sentence: &Sentence<'_>, subject: &mut Subject<'_>) {
    const MOST_WORDS: usize = 20;
    let Some(from) = cue(sentence, 0) else {
        return;
    };
    let is_own = |at: &usize| {
        let after_article = at + usize::from(matches!(sentence.plain(*at), "a" | "an" | "the"));
        let end = subject.at(sentence, after_article);
        sentence.gap(*at).contains(',')
            && end.is_some_and(|end| goes_on(sentence, after_short_form(sentence, end)))
    };
    if let Some(at) = (from + 1..sentence.len().min(from + MOST_WORDS)).find(is_own) {
        let names = list::row(&sentence.before(at), from, Setting::Predicate);
        subject.add_all(names);
    }
}

/// "Y, also called X, is", "Y (X) is", "Y, or X, is", "Y is the medical term for X": the sentence's own subject is another name.
fn turned(sentence: &Sentence<'_>, subject: &mut Subject<'_>) {
    const MOST_WORDS: usize = 6;
    for opening in openings(sentence) {
        let found = (opening + 1..sentence.len().min(opening + MOST_WORDS + 1)).find(|at| {
            !sentence.gap(*at).trim().is_empty() && !sentence.gap(*at).starts_with('-')
                || copula(sentence, *at).is_some()
        });
        let Some(at) = found else {
            continue;
        };
        let other = sentence.slice(opening..at).to_owned();
        let gap = sentence.gap(at);
        if gap.contains('(') {
            // "Y (X) is": all of the bracket is the subject's name.
            let close = sentence.closing(at);
            if let Some(close) = close.filter(|close| goes_on(sentence, *close)) {
                let inner = sentence.slice(at..close);
                if subject.is_own_name(inner) && !name::is_short_form(inner) {
                    subject.add(&other);
                    continue;
                }
            }
        }
        if sentence.plain(at) == "or" && gap.contains(',') {
            // "Y, or X, is".
            let end = subject.at(sentence, at + 1);
            let end = end.filter(|end| sentence.gap(*end).contains(',') && goes_on(sentence, *end));
            let own = end.map_or("", |end| sentence.slice(at + 1..end));
            let fits = !name::is_short_form(own) || name::long_form(own, &other).is_some();
            if subject.is_own_name(own) && fits {
                subject.add(&other);
                continue;
            }
        }
        if let Some(from) = copula(sentence, at).and_then(|from| name_for(sentence, from)) {
            // "Y is the medical term for X".
            let from = from + usize::from(matches!(sentence.plain(from), "a" | "an" | "the"));
            let end = subject
                .at(sentence, from)
                .filter(|end| ends_clause(sentence, *end));
            if end.is_some_and(|end| subject.is_own_name(sentence.slice(from..end))) {
                subject.add(&other);
            }
            continue;
        }
        let after = after_short_form(sentence, at);
        // "An infection of the bladder, called cystitis" tells what it is, not what else it is called.
        let bare = |at| matches!(sentence.plain(at), "called" | "termed" | "named" | "dubbed");
        let from = [at, after]
            .into_iter()
            .filter(|at| !bare(*at))
            .find_map(|at| cue(sentence, at));
        let Some(from) = from else {
            continue;
        };
        let setting = match (gap.contains('('), copula(sentence, after).is_some()) {
            (true, _) if after == at || cue(sentence, at).is_some() => Setting::Bracket,
            (_, true) => Setting::Predicate,
            _ => Setting::Apposition,
        };
        let names = list::row(sentence, from, setting);
        if names.iter().any(|name| subject.is_own_name(name)) {
            subject.add(&other);
            subject.add_all(names);
        }
    }
}

/// Abbreviations in brackets behind the subject, and the long form around the subject's abbreviation.
pub(super) fn read_bracket(sentence: &Sentence<'_>, bracket: usize, subject: &mut Subject<'_>) {
    let at = sentence.word_after(bracket);
    if at == 0 || !sentence.gap(at).trim().starts_with('(') {
        return;
    }
    let Some(close) = sentence.closing(at) else {
        return;
    };
    let end = (at + 1..close)
        .find(|word| sentence.gap(*word).contains([',', ';']) || sentence.plain(*word) == "or")
        .unwrap_or(close);
    // "(PEO+)" is another abbreviation than "(PEO)".
    if sentence.gap(end).starts_with(|sign: char| {
        !sign.is_whitespace() && !matches!(sign, ')' | ',' | ';' | '.' | '"' | '”')
    }) {
        return;
    }
    let inner = sentence.slice(at..end).to_owned();
    let short = name::singular_short_form(&inner);
    if let Some(start) = subject.ending(sentence, at) {
        let known = sentence.slice(start..at).to_owned();
        let is_short_for_known =
            name::is_short_form(&short) && name::long_form(&short, &known) == Some(0);
        if is_short_for_known {
            subject.add(&short);
        } else if end == close
            && name::is_short_form(&known)
            && name::long_form(&known, &inner) == Some(0)
        {
            subject.add(&inner);
        }
        return;
    }
    if name::is_short_form(&short) && subject.is_own_name(&short) {
        let most = short
            .chars()
            .count()
            .saturating_add(5)
            .min(2 * short.chars().count());
        let from = (at.saturating_sub(most)..at)
            .rev()
            .take_while(|word| {
                *word + 1 == at
                    || sentence
                        .gap(*word + 1)
                        .trim_matches(['-', '/', ' '])
                        .is_empty()
            })
            .last();
        let window = sentence.slice(from.unwrap_or(at)..at).to_owned();
        if let Some(start) = name::long_form(&short, &window) {
            subject.add(&window[start..]);
        }
    }
}

/// Whether the sentence's verb follows at word `at`.
fn goes_on(sentence: &Sentence<'_>, at: usize) -> bool {
    matches!(
        sentence.plain(at),
        "is" | "are"
            | "was"
            | "were"
            | "occurs"
            | "occur"
            | "happens"
            | "happen"
            | "can"
            | "may"
            | "affects"
            | "affect"
            | "causes"
            | "cause"
            | "means"
            | "refers"
            | "refer"
            | "has"
            | "have"
            | "describes"
            | "develops"
            | "results"
    )
}

/// Whether nothing more is said of the words before word `at` than that.
fn ends_clause(sentence: &Sentence<'_>, at: usize) -> bool {
    at >= sentence.len() || sentence.gap(at).contains([',', '.', ';', '(', '–', '—'])
}
