//! Which names does a title hold? "Heartburn (acid reflux)", "Piles / haemorrhoids", "What is gout?"

use super::name;
use super::sentence::Sentence;

/// What a title says of names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TitleNames {
    /// Under which words a sentence of the article speaks of its subject.
    pub(super) mentions: Vec<String>,
    /// Names that it states.
    pub(super) names: Vec<String>,
    /// What is a name if the text uses it as words of its own.
    pub(super) candidates: Vec<String>,
}

/// What stands before the subject of an article about it.
const LEADS: &[&str] = &[
    "what is",
    "what are",
    "understanding",
    "all about",
    "about",
    "facts about",
    "overview of",
    "introduction to",
    "guide to",
    "a guide to",
    "your guide to",
    "the basics of",
    "learning about",
    "living with",
    "coping with",
    "a",
    "an",
    "the",
];

/// Words of titles that tell what is said of the subject, and are none of its name.
const ASPECTS: &[&str] = &[
    "symptoms",
    "causes",
    "cause",
    "treatment",
    "treatments",
    "prevention",
    "diagnosis",
    "guide",
    "overview",
    "facts",
    "tips",
    "care",
    "management",
    "what",
    "how",
    "when",
    "why",
    "who",
    "where",
    "is",
    "are",
    "information",
    "questions",
    "answers",
    "basics",
    "types",
    "type",
    "risk",
    "risks",
    "factors",
    "review",
    "update",
    "introduction",
    "part",
    "diet",
    "recovery",
    "home",
    "exercises",
    "exercise",
    "advice",
    "help",
    "living",
    "coping",
    "understanding",
    "patient",
    "patients",
    "children",
    "adults",
    "women",
    "men",
    "your",
    "you",
    "our",
    "my",
    "signs",
    "remedies",
    "and",
    "faq",
    "do",
    "does",
    "can",
    "should",
    "to",
    "for",
    "with",
    "from",
    "the",
    "a",
    "an",
    "at",
    "on",
    "about",
    "stages",
    "surgery",
    "relief",
    "story",
    "myths",
    "it",
    "its",
    "health",
    "explained",
    "outlook",
    "complications",
    "testing",
    "screening",
];

/// Of these, what may stand behind the subject of an article on all of it ("Gout symptoms and treatment").
const TRAILING: &[&str] = &[
    "symptoms",
    "causes",
    "treatment",
    "treatments",
    "prevention",
    "diagnosis",
    "overview",
    "facts",
    "basics",
    "information",
    "signs",
    "types",
    "and",
    "explained",
];

/// Words in the brackets of a title that tell whom or what it is for.
const REMARKS: &[&str] = &[
    "for",
    "including",
    "in",
    "with",
    "part",
    "from",
    "to",
    "by",
    "on",
    "at",
    "non",
    "without",
];

pub(super) fn names(title: &str) -> TitleNames {
    let title = title.trim().trim_end_matches(['?', '.', '!']).trim();
    let mut found = TitleNames::default();
    found.mention(title);
    if let Some((before, inner, after)) = brackets(title) {
        found.of_brackets(before, inner, after);
    } else if let Some((head, rest)) = title.split_once(": ") {
        found.mention(head);
        if is_plain_name(head) && is_plain_name(rest) && !has_preposition(rest) {
            found.candidates.extend([head.to_owned(), rest.to_owned()]);
        }
    } else if title.contains(" / ") {
        found.of_slashes(title);
    } else if let Some((left, right)) = title.split_once(" - ").or_else(|| title.split_once(" – "))
        && (is_short_for(left, right) || is_short_for(right, left))
    {
        found.both(left);
        found.both(right);
    }
    found
}

impl TitleNames {
    /// `text` and `text` without what tells which side of the subject the article is about.
    fn mention(&mut self, text: &str) {
        let mut head = text.trim();
        for lead in LEADS {
            let rest = head
                .get(..lead.len())
                .filter(|start| start.eq_ignore_ascii_case(lead));
            if let Some(rest) = rest.and_then(|_| head[lead.len()..].strip_prefix(' ')) {
                head = rest.trim_start();
            }
        }
        for end in [" in adults", " and you"] {
            let length = head.len().saturating_sub(end.len());
            if head
                .get(length..)
                .is_some_and(|last| last.eq_ignore_ascii_case(end))
            {
                head = head[..length].trim_end();
            }
        }
        let aspects = |word: &&str| TRAILING.contains(&lower(word).as_str());
        let trailing = head.split_whitespace().rev().take_while(aspects).count();
        let count = head.split_whitespace().count();
        if trailing > 0 && trailing < count {
            let words: Vec<&str> = head.split_whitespace().take(count - trailing).collect();
            self.add_mention(words.join(" ").trim_end_matches([',', ':']));
        }
        self.add_mention(head);
        self.add_mention(text);
    }

    fn add_mention(&mut self, text: &str) {
        if !text.is_empty() && !self.mentions.iter().any(|known| known == text) {
            self.mentions.push(text.to_owned());
        }
    }

    fn both(&mut self, text: &str) {
        self.add_mention(text.trim());
        self.names.extend(name::name(text).map(str::to_owned));
    }

    fn of_brackets(&mut self, before: &str, inner: &str, after: &str) {
        // "Parasites - Enterobiasis (…)": the bracket belongs to what stands right before it.
        let head = before.rsplit(" - ").next().unwrap_or(before).trim();
        let sentence = Sentence::new(inner);
        let inner = match super::statement::cue_in_brackets(&sentence) {
            Some(from) => sentence.slice(from..sentence.len()),
            None => inner.trim(),
        };
        if after.starts_with('-') || after.starts_with('–') {
            self.mention(&format!("{before} {after}"));
            return;
        }
        let short = name::singular_short_form(inner);
        let fits = name::is_short_form(&short) && is_short_for(&short, head)
            || name::is_short_form(head) && is_short_for(head, inner);
        let is_name = match name::is_short_form(&short) {
            true => fits,
            false => fits || is_plain_name(inner),
        };
        if after.is_empty() || after.starts_with(':') {
            self.mention(head);
            if is_name {
                self.both(head);
                self.both(if name::is_short_form(&short) {
                    &short
                } else {
                    inner
                });
            } else if name::is_short_form(&short) {
                self.candidates.push(short);
            }
            return;
        }
        // "Liver (hepatocellular) cancer": either goes with what follows.
        self.mention(&format!("{before} {after}"));
        let follows =
            after.split_whitespace().count() <= 3 && inner.split_whitespace().count() <= 2;
        let no_sign =
            |c: char| c.is_alphanumeric() || c == ' ' || c == '-' || c == '\'' || c == '’';
        if follows && is_name && after.chars().all(no_sign) {
            self.both(&format!("{head} {after}"));
            self.both(&format!(
                "{} {after}",
                if name::is_short_form(&short) {
                    &short
                } else {
                    inner
                }
            ));
        }
    }

    fn of_slashes(&mut self, title: &str) {
        let parts: Vec<&str> = title.split(" / ").collect();
        if parts.len() <= 3 && parts.iter().all(|part| is_plain_name(part)) {
            for part in parts {
                self.both(part);
            }
        }
    }
}

/// The text before the first bracket of a title, in it, and after it.
fn brackets(title: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = title.split_once('(')?;
    let (inner, after) = rest.split_once(')')?;
    let (before, after) = (before.trim(), after.trim());
    (!before.is_empty() && !inner.contains('(') && !after.contains('('))
        .then_some((before, inner, after))
}

fn is_short_for(short: &str, long: &str) -> bool {
    name::is_short_form(short) && name::long_form(short, long) == Some(0)
}

/// Whether the text reads as a name and not as what is said of one.
fn is_plain_name(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(lower).collect();
    let first = words.first().map_or("", String::as_str);
    name::name(text).is_some()
        && words.len() <= 5
        && !text.contains(',')
        && !REMARKS.contains(&first)
        && !first.ends_with("ing")
        && !words
            .iter()
            .any(|word| ASPECTS.contains(&word.as_str()) && word != "the")
}

/// What has one is rather a description ("pain under the heel").
fn has_preposition(text: &str) -> bool {
    let prepositions = [
        "under", "in", "of", "over", "behind", "after", "before", "during", "into", "through",
        "between",
    ];
    text.split_whitespace()
        .any(|word| prepositions.contains(&lower(word).as_str()))
}

fn lower(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}
