//! Which other names does an article give to its own subject? "Heartburn (acid reflux)", "gout, also called podagra".
//!
//! People ask by a name that may not be the title's. What an article states of its names is read from its title, from
//! lines such as "Other names: a; b", and from sentences whose subject is the title's words or a name already known; a name
//! that is explained in passing about something else is none of the article's.

mod labels;
mod list;
mod name;
mod sentence;
mod statement;
mod subject;
mod title;

use crate::article::{Article, BlockKind};
use crate::sentence::sentence_starts;
use sentence::{Sentence, boundary_before};
use statement::Place;
use subject::{MOST_GIVEN, Subject};
use title::TitleNames;

/// How much of the text is its beginning, in bytes: some paragraphs, where a subject is introduced in many ways. Further down
/// only plain statements count.
const BEGINNING: usize = 1_200;

/// Behind the beginning, how much of a paragraph is searched for a statement of a name, in bytes: a term is defined where a
/// paragraph begins.
const PARAGRAPH: usize = 400;

/// The words by which nearly all sentences say that something has another name.
const CUES: &[&str] = &[" called", "known as"];

/// Other words by which they do so; looked for where an article begins only, since each search through a text takes time.
const RARE_CUES: &[&str] = &[
    "name for",
    "names for",
    "term for",
    "referred to",
    "stands for",
    "short for",
    "abbrev",
    "a.k.a",
    "aka ",
    "spel",
];

/// How much of the text is searched for those, in bytes.
const OPENING: usize = 400;

/// Adds the names that the article gives itself to its aliases, after those it was given, in order of appearance.
pub(super) fn add_names(article: &mut Article) {
    let mut names = Reader::new(article).read();
    article.aliases.append(&mut names);
}

/// Reads an article for its names.
struct Reader<'a> {
    article: &'a Article,
    mentions: Vec<String>,
    /// The first letters of all names. Most sentences are passed over because of them.
    first_letters: Vec<[u8; 3]>,
    /// Made when it is needed first: most articles need none.
    subject: Option<Subject<'a>>,
}

impl<'a> Reader<'a> {
    fn new(article: &'a Article) -> Self {
        Self {
            article,
            mentions: Vec::new(),
            first_letters: Vec::new(),
            subject: None,
        }
    }

    fn read(mut self) -> Vec<String> {
        let TitleNames {
            mentions,
            names,
            candidates,
        } = title::names(&self.article.title);
        let given = self.article.aliases.iter().take(MOST_GIVEN);
        self.first_letters = mentions
            .iter()
            .chain(given)
            .filter_map(|name| {
                first_letters(name.trim_start_matches(|c: char| !c.is_alphanumeric()))
            })
            .collect();
        self.mentions = mentions;
        for name in &names {
            self.subject().take(name);
        }
        if candidates
            .last()
            .is_some_and(|name| holds(self.article, name))
        {
            for name in &candidates {
                self.subject().take(name);
            }
        }
        let mut offset = 0;
        for (index, section) in self.article.sections.iter().enumerate() {
            if self.subject.as_ref().is_some_and(Subject::is_full) {
                break;
            }
            for name in labels::names(section, index) {
                self.subject().add(name);
            }
            for block in &section.blocks {
                let text = block.text.as_str();
                self.read_brackets(text);
                let is_read = offset < BEGINNING || block.kind == BlockKind::Paragraph;
                if is_read && self.may_hold_names(text, offset) {
                    self.read_sentences(text, offset);
                }
                offset += text.len();
            }
        }
        self.subject.map(Subject::into_found).unwrap_or_default()
    }

    fn subject(&mut self) -> &mut Subject<'a> {
        let given = &self.article.aliases;
        self.subject
            .get_or_insert_with(|| Subject::new(&self.mentions, given))
    }

    fn learn_first_letters(&mut self) {
        let found = self.subject.iter().flat_map(Subject::found);
        self.first_letters.extend(found.filter_map(|name| {
            first_letters(name.trim_start_matches(|c: char| !c.is_alphanumeric()))
        }));
        self.first_letters.sort_unstable();
        self.first_letters.dedup();
    }

    /// Whether a block that stands at `offset` in the text has a sentence that may give a name.
    fn may_hold_names(&self, text: &str, offset: usize) -> bool {
        let beginning = &text[..boundary_before(text, BEGINNING.saturating_sub(offset))];
        let opening = &text[..boundary_before(text, OPENING.saturating_sub(offset))];
        let behind_sign = |sign: &str| {
            beginning.contains(sign)
                && beginning.match_indices(sign).any(|(at, sign)| {
                    self.begins(&text[at + sign.len()..])
                        || self.may_begin(sentence_around(text, at))
                })
        };
        let near = &text[..boundary_before(text, BEGINNING.saturating_sub(offset).max(PARAGRAPH))];
        // Of a cue in the beginning, the subject may stand on either side.
        let behind_cue = |cue: &&str| {
            near.contains(*cue)
                && near.match_indices(*cue).any(|(at, _)| {
                    let sentence = sentence_around(text, at);
                    at < beginning.len()
                        || self.may_begin(sentence)
                        || begins_with_stand_in(sentence)
                })
        };
        CUES.iter().any(behind_cue)
            || behind_sign("(")
            || behind_sign(", or ")
            || RARE_CUES.iter().any(|cue| opening.contains(cue))
    }

    /// Reads the sentences of a block that stands at `offset` in the text.
    fn read_sentences(&mut self, text: &str, offset: usize) {
        let mut before = "";
        let mut start = 0;
        for end in sentence_starts(text).into_iter().chain([text.len()]) {
            let sentence = &text[start..end];
            let place = match offset + start < BEGINNING {
                true => Place::Beginning,
                false => Place::Further,
            };
            start = end;
            if self.is_candidate(sentence, place) {
                let is_before =
                    |subject: &Subject<'_>| statement::is_about(&Sentence::new(before), subject);
                statement::read(&Sentence::new(sentence), place, self.subject(), is_before);
                self.learn_first_letters();
            }
            before = sentence;
        }
    }

    /// Whether a sentence may give a name, as far as a quick look tells.
    fn is_candidate(&self, sentence: &str, place: Place) -> bool {
        let has = |signs: &[&str]| signs.iter().any(|sign| sentence.contains(sign));
        match place {
            Place::Beginning => {
                has(CUES)
                    || has(RARE_CUES)
                    || has(&["(", ", or "]) && self.may_begin(sentence)
                    || self.may_stand_behind(sentence, "(")
                    || self.may_stand_behind(sentence, ", or ")
            }
            Place::Further => {
                has(CUES) && (self.may_begin(sentence) || begins_with_stand_in(sentence))
            }
        }
    }

    /// Reads the abbreviations in brackets, wherever they stand.
    fn read_brackets(&mut self, text: &str) {
        /// The words before a bracket that may be the subject, in bytes.
        const BEFORE: usize = 160;
        /// The longest long form in brackets, in bytes.
        const INSIDE: usize = 80;
        for (open, _) in text.match_indices('(') {
            let inside_end = boundary_before(text, open + 1 + INSIDE);
            let inside = &text[open + 1..inside_end];
            let before = text[..open].trim_end();
            let word =
                match before.ends_with(|last: char| last.is_uppercase() || last.is_ascii_digit()) {
                    true => before.rsplit([' ', '(']).next().unwrap_or(""),
                    false => "",
                };
            if self.may_abbreviate(inside) || self.may_abbreviate(word) {
                let start = boundary_before(text, open.saturating_sub(BEFORE));
                let after = text[inside_end..].chars().next().map_or(0, char::len_utf8);
                let around = Sentence::new(&text[start..inside_end + after]);
                statement::read_bracket(&around, open - start, self.subject());
            }
        }
    }

    /// Whether a sentence may begin with the subject, as far as its first letter tells.
    fn may_begin(&self, sentence: &str) -> bool {
        const LONGEST_LABEL: usize = 40;
        let text = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
        let rest = match text.split_once(' ') {
            Some(("A" | "An" | "The", rest)) => rest,
            _ => text,
        };
        self.begins(rest)
            || self.begins(text)
            || text[..boundary_before(text, LONGEST_LABEL)].contains(':')
    }

    /// Whether the subject may stand behind `sign`.
    fn may_stand_behind(&self, sentence: &str, sign: &str) -> bool {
        let mut places = sentence.match_indices(sign);
        places.any(|(at, sign)| self.begins(&sentence[at + sign.len()..]))
    }

    /// Whether `text` begins with the first letters of a name, or may do so once its accents are gone.
    fn begins(&self, text: &str) -> bool {
        let begins = |first: [u8; 3]| {
            let is_same = |known: &[u8; 3]| {
                known[..2] == first[..2] && (known[2] == b' ' || known[2] == first[2])
            };
            self.first_letters.iter().any(is_same)
        };
        first_letters(text).is_none_or(begins)
    }

    /// Whether `text` may be an abbreviation of a name.
    fn may_abbreviate(&self, text: &str) -> bool {
        let first = text.bytes().next().unwrap_or(0).to_ascii_lowercase();
        let begins =
            !first.is_ascii() || self.first_letters.iter().any(|letters| letters[0] == first);
        begins && name::may_be_short_form(text.split([')', ',', ';']).next().unwrap_or(text))
    }
}

/// Roughly the sentence in which byte `at` stands: from the last full stop before it. Enough to see how it begins.
fn sentence_around(text: &str, at: usize) -> &str {
    const FARTHEST: usize = 400;
    let is_border = |pair: &[u8]| matches!(pair, [b'.' | b'!' | b'?', b' ']);
    let from = at.saturating_sub(FARTHEST);
    let border = text.as_bytes()[from..at].windows(2).rposition(is_border);
    let start = border.map_or(from, |border| from + border + 2);
    text.get(start..).unwrap_or(text)
}

/// The first three letters of a text in lower case, spaces where it has fewer; none where they are not of ASCII.
fn first_letters(text: &str) -> Option<[u8; 3]> {
    let mut letters = [b' '; 3];
    for (letter, byte) in letters.iter_mut().zip(text.bytes()) {
        if !byte.is_ascii() {
            return None;
        }
        if !byte.is_ascii_alphanumeric() {
            break;
        }
        *letter = byte.to_ascii_lowercase();
    }
    Some(letters)
}

/// Whether the sentence begins as one does that calls its subject "it" or "this condition".
fn begins_with_stand_in(sentence: &str) -> bool {
    let first = sentence.trim_start().split(' ').next().unwrap_or("");
    matches!(
        first,
        "It" | "It's" | "It’s" | "They" | "This" | "These" | "The" | "Other" | "Another" | "Also"
    )
}

/// Whether the beginning of the text has the words of `name` in a row.
fn holds(article: &Article, name: &str) -> bool {
    let wanted = subject::terms(name);
    let mut offset = 0;
    let mut blocks = article
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
        .take_while(|block| {
            let is_near = offset < 2 * BEGINNING;
            offset += block.text.as_str().len();
            is_near
        });
    let in_row = |text: &str| {
        subject::terms(text)
            .windows(wanted.len())
            .any(|words| words == wanted)
    };
    !wanted.is_empty() && blocks.any(|block| in_row(block.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::subject::MOST_NAMES;
    use crate::article::Format;
    use crate::ingest::{Input, ingest};

    fn names_of(title: &str, text: &str) -> Vec<String> {
        names_in(&format!("# {title}\n\n{text}\n"))
    }

    fn names_in(markdown: &str) -> Vec<String> {
        let input = Input {
            id: "kb/a.md",
            source: "kb",
            path: "kb/a.md",
            format: Format::Markdown,
            bytes: markdown.as_bytes(),
        };
        ingest(&input)
            .expect("the article has text")
            .article
            .aliases
    }

    fn each_gives(title: &str, expected: &[&str], texts: &[&str]) {
        for text in texts {
            assert_eq!(names_of(title, text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_subject_is_also_called_is_a_name() {
        each_gives(
            "Heartburn",
            &["acid reflux"],
            &[
                "Heartburn, also called acid reflux, is a burning pain behind the breastbone.",
                "Heartburn, also known as “acid reflux”, is a burning pain.",
                "Heartburn (also called acid reflux) is a burning pain.",
                "Heartburn – sometimes called acid reflux – is a burning pain.",
                "Heartburn, which is also called acid reflux, burns.",
                "Heartburn, commonly known as 'acid reflux', affects many adults.",
                "Heartburn is also called acid reflux.",
                "Heartburn is often referred to as acid reflux by doctors.",
                "Heartburn, or acid reflux, is a burning pain.",
                "The heartburn, or more commonly known as acid reflux for short, is a pain.",
                "Heartburn is a burning pain. It is also called acid reflux.",
                "Heartburn is a burning pain. The condition is sometimes known as acid reflux.",
                "Also called acid reflux, heartburn is a burning pain.",
                "People with heartburn, also known as acid reflux, sleep badly.",
                "Heartburn (acid reflux) is a burning pain.",
                "Summary: Heartburn, also called acid reflux, is a pain.",
            ],
        );
    }

    #[test]
    fn the_names_subject_may_be_the_other_one() {
        each_gives(
            "Whooping cough",
            &["Pertussis"],
            &[
                "Pertussis, also called whooping cough, spreads by droplets.",
                "Pertussis (whooping cough) is an infection.",
                "Pertussis, or whooping cough, is an infection.",
                "Pertussis is the medical name for whooping cough.",
                "The medical term for whooping cough is Pertussis.",
                "Another name for whooping cough is Pertussis.",
            ],
        );
    }

    #[test]
    fn a_row_gives_all_its_names_and_ends_with_its_clause() {
        each_gives(
            "Gout",
            &["podagra", "gouty arthritis", "urate disease"],
            &[
                "Gout, also called podagra, gouty arthritis, or urate disease, is a painful swelling.",
                "Gout is also called podagra, gouty arthritis or urate disease.",
                "Gout (also called podagra, gouty arthritis or urate disease) hurts.",
                "Other names for gout include podagra, gouty arthritis and urate disease.",
            ][..3],
        );
        each_gives(
            "Gout",
            &["podagra"],
            &[
                "Gout, also called podagra, affects the big toe, the ankle, or the knee.",
                "Gout, also called podagra, is common in men, women, or children.",
                "Gout, also called podagra which hurts, is common.",
                "Gout, also called podagra, and arthritis are diseases of joints.",
                "Gout is also called podagra because the foot hurts.",
                "Gout is also called podagra; arthritis or rheumatism is another matter.",
            ],
        );
    }

    #[test]
    fn and_may_be_part_of_a_name() {
        let text = "HFMD, also called hand, foot and mouth disease, is a mild illness of children.";
        assert!(names_of("HFMD", text).is_empty());
        let text = "Charcot disease is also called hereditary motor and sensory neuropathy.";
        assert_eq!(
            names_of("Charcot disease", text),
            ["hereditary motor and sensory neuropathy"]
        );
    }

    #[test]
    fn an_abbreviation_whose_letters_fit_is_a_name_in_either_order() {
        let text = "Many people have gastroesophageal reflux disease (GERD).";
        assert_eq!(names_of("Gastroesophageal reflux disease", text), ["GERD"]);
        for text in [
            "GERD (gastroesophageal reflux disease) is common.",
            "In gastroesophageal reflux disease (GERD) acid rises.",
            "GERD stands for gastroesophageal reflux disease.",
            "Gastroesophageal reflux disease, or GERD, is common.",
        ] {
            let names = names_of("GERD", text);
            assert!(
                names.len() == 1
                    && names[0].eq_ignore_ascii_case("gastroesophageal reflux disease"),
                "{names:?}"
            );
        }
        assert_eq!(
            names_of(
                "Urinary tract infections",
                "Urinary tract infections (UTIs) are common."
            ),
            ["UTI"]
        );
        assert_eq!(
            names_of(
                "Peripheral arterial disease",
                "Peripheral arterial disease (P.A.D.) hurts."
            ),
            ["PAD"]
        );
    }

    #[test]
    fn a_name_that_was_found_leads_to_others() {
        let text =
            "Gastroesophageal reflux disease (GERD) burns. GERD is also called chronic heartburn.";
        assert_eq!(
            names_of("Gastroesophageal reflux disease", text),
            ["GERD", "chronic heartburn"]
        );
    }

    #[test]
    fn what_is_explained_in_passing_is_no_name() {
        for (title, text) in [
            ("Stroke", "You may have a computed tomography (CT) scan."),
            (
                "Stroke",
                "A stroke may follow a transient ischemic attack (TIA), also called a mini-stroke.",
            ),
            (
                "Diabetes",
                "Type 1 diabetes, also called juvenile diabetes, begins early.",
            ),
            (
                "Diabetes",
                "Diabetes raises blood glucose, also called blood sugar.",
            ),
            ("Sleep apnea", "Obstructive sleep apnea (OSA) is one kind."),
            (
                "Bladder",
                "Inflammation of the bladder, also called cystitis, hurts.",
            ),
            (
                "Cystitis",
                "An infection of the bladder, called cystitis, is unpleasant.",
            ),
            (
                "Cramps",
                "When it is strong, it is usually called a charley horse.",
            ),
            (
                "Gout",
                "Gout is called chronic when it lasts. Gout is also called severe if it spreads.",
            ),
            ("Gout", "Gout is known as a disease of kings."),
            (
                "Thoracic CT",
                "Thoracic CT (computed tomography) is a scan.",
            ),
            ("Narcolepsy", "Narcolepsy (NAR-ko-lep-se) is a disorder."),
            (
                "Gout",
                "Gout (see below) is a disease. Gout (for example) is painful.",
            ),
            (
                "Gout",
                "Tophi grow in the ear. They are also called stones.",
            ),
            (
                "Childhood acute leukemia",
                "Childhood acute leukemia is also called acute leukemia.",
            ),
            (
                "All about allergies",
                "Allergies (all of them) are also called that.",
            ),
        ] {
            assert!(
                names_of(title, text).is_empty(),
                "{text}: {:?}",
                names_of(title, text)
            );
        }
    }

    #[test]
    fn a_title_may_hold_two_names() {
        let text = "It hurts. Some say high blood pressure is silent.";
        for (title, expected) in [
            ("Heartburn (acid reflux)", vec!["Heartburn", "acid reflux"]),
            (
                "Hypertension: high blood pressure",
                vec!["Hypertension", "high blood pressure"],
            ),
            ("Piles / haemorrhoids", vec!["Piles", "haemorrhoids"]),
            (
                "Liver (hepatocellular) cancer",
                vec!["Liver cancer", "hepatocellular cancer"],
            ),
            (
                "EGD - esophagogastroduodenoscopy",
                vec!["EGD", "esophagogastroduodenoscopy"],
            ),
            ("Tuberculosis (TB)", vec!["Tuberculosis", "TB"]),
            (
                "Enterobiasis (also known as pinworm infection)",
                vec!["Enterobiasis", "pinworm infection"],
            ),
            ("Kidney stones: symptoms and treatment", vec![]),
            ("Plantar fasciitis: pain under the heel", vec![]),
            ("Kidney disease (for professionals)", vec![]),
            ("Crying (0 to 6 months)", vec![]),
            ("Asthma - children", vec![]),
        ] {
            assert_eq!(names_of(title, text), expected, "{title}");
        }
    }

    #[test]
    fn a_title_may_say_more_than_its_subject() {
        for title in [
            "What is gout?",
            "Gout: symptoms, causes and treatment",
            "Understanding gout",
            "Gout in adults",
            "The gout",
        ] {
            assert_eq!(
                names_of(title, "Gout, also called podagra, hurts."),
                ["podagra"],
                "{title}"
            );
        }
    }

    #[test]
    fn labelled_lines_hold_names() {
        each_gives(
            "Gout",
            &["podagra", "gouty arthritis"],
            &[
                "Other names: podagra; gouty arthritis",
                "Also called: podagra, gouty arthritis.",
                "**Synonyms:** podagra or gouty arthritis\n\nIt hurts.",
                "Synonyms | podagra; gouty arthritis\n--- | ---\nSeen by | joint doctors",
                "It hurts.\n\n## Other names\n\n- podagra\n- gouty arthritis",
            ],
        );
        assert_eq!(
            names_of("Gout", "Medical name: arthritis urica\n\nIt hurts."),
            ["arthritis urica"]
        );
        let elsewhere = "It hurts.\n\n## Causes\n\nCrystals.\n\n## Allopurinol\n\nIt helps.\n\n## Colchicine\n\nOther names: Colcrys";
        assert!(names_of("Gout", elsewhere).is_empty());
    }

    #[test]
    fn names_stand_behind_those_that_were_given_and_repeat_none() {
        let markdown = "---\ntitle: Heartburn\naliases: [acid reflux]\n---\n\nHeartburns, also called the Acid Refluxes, heartburn or \
                        pyrosis, are common. Acid reflux is also called dyspepsia.";
        assert_eq!(names_in(markdown), ["acid reflux", "pyrosis", "dyspepsia"]);
    }

    #[test]
    fn a_given_name_that_is_wider_or_narrower_is_no_subject() {
        let markdown = "---\ntitle: Burns\naliases: [second degree burns]\n---\n\nSecond degree burns (scalds) are painful.";
        assert_eq!(names_in(markdown), ["second degree burns"]);
    }

    #[test]
    fn there_are_at_most_eight_and_none_is_a_sentence() {
        let row = [
            "lorem", "ipsum", "dolor", "amet", "sed", "elit", "magna", "aliqua", "erat", "vero",
        ]
        .join(", ");
        let names = names_of(
            "Gout",
            &format!("Gout is also called {row} or more. Gout is also called finis."),
        );
        assert_eq!(names.len(), MOST_NAMES);
        let long = "Gout is also called one two three four five six seven.";
        assert!(names_of("Gout", long).is_empty());
        let wide = format!("Gout is also called {}.", "a".repeat(61));
        assert!(names_of("Gout", &wide).is_empty());
    }

    #[test]
    fn statements_further_down_count_and_passing_ones_do_not() {
        let filler = "The joints swell and hurt at night. ".repeat(100);
        let text = format!("{filler}\n\nGout is also called podagra. Crystals (gout) are sharp.");
        assert_eq!(names_of("Gout", &text), ["podagra"]);
    }

    #[test]
    fn no_text_makes_it_panic_or_take_long() {
        let mut hostile = vec![
            "Gout (also called".to_owned(),
            "Gout, also called".to_owned(),
            "Gout, also called , , or".to_owned(),
            "Gout is also called “é́ (”".to_owned(),
            "Gout (İ̇ß), also called 痛風 or ﬁx, is".to_owned(),
            "(((((Gout)))))) (A) (GT) (".to_owned(),
            "It is also called . It is also known as".to_owned(),
            "Other names: ;;; ,, or or \u{301}".to_owned(),
            "’Gout’ is also called ‘’".to_owned(),
        ];
        for part in [
            "Gout (",
            "Gout, also called ",
            "(GT)",
            "Gout, or ",
            "é( ",
            "a.k.a. ",
        ] {
            hostile.push(part.repeat(20_000));
        }
        for text in hostile {
            for title in [
                "Gout",
                "(",
                "痛風 (GT)",
                "a / b: c - d",
                "Gout (é",
                "What is ?",
                "İ (",
                ": ",
                " / ",
            ] {
                names_of(title, &text);
            }
        }
    }
}
