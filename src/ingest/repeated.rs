//! Which blocks of a web page stand on other pages of its site too, and are no part of the article for that?
//!
//! A sidebar or a disclaimer looks like text of the article where a site marks it up as such; that it stands on most pages
//! gives it away. A page is looked at here by itself: which blocks it has, as numbers that can be compared, and what is left
//! of it without those that repeat. How often which repeats is counted where all pages are known (`indexer/pages.rs`).
//!
//! What counts is a paragraph, a whole list or a whole table: one item that many pages share ("loss of bladder control" among
//! the warning signs of many articles) belongs to the list it stands in.

use super::html::shorten;
use crate::analysis::{self, Beginning, beginning, tokens_beginning};
use crate::article::{Article, Block, BlockKind, DropReason, Dropped, Format, Section};
use crate::query::is_ignored;
use std::collections::HashSet;
use std::ops::Range;

/// What stands for the words of a block: the first 8 bytes of their BLAKE3. In a million pages of a site two of their blocks
/// are taken for one with a chance of less than one in a thousand.
pub type Fingerprint = u64;

/// A block of fewer words says too little to be told by; headings and labels of an article's own parts are such.
const FEWEST_WORDS: usize = 5;

/// The fingerprints of an article's blocks, in order and each once. Only web pages have any.
pub fn fingerprints(article: &Article) -> Vec<Fingerprint> {
    if article.source.format != Format::Html {
        return Vec::new();
    }
    let mut prints: Vec<Fingerprint> = article
        .sections
        .iter()
        .flat_map(units)
        .filter_map(|unit| unit.fingerprint)
        .collect();
    prints.sort_unstable();
    prints.dedup();
    prints
}

/// Takes the blocks out of an article that are `repeated` (in order) across the pages of its site, and lists them as furniture.
///
/// They stay where they are what the article is about: where the words of its title are mostly in them. And all of them stay
/// where most of the text would go: such a page is a copy of others, or little else.
pub fn leave_out(article: &mut Article, repeated: &[Fingerprint]) {
    if repeated.is_empty() || article.source.format != Format::Html {
        return;
    }
    let subject = Subject::of(&article.title);
    let mut out: Vec<Vec<Unit>> = Vec::with_capacity(article.sections.len());
    for section in &article.sections {
        let units = units(section);
        let is_repeated = |unit: &Unit| {
            unit.fingerprint
                .is_some_and(|print| repeated.binary_search(&print).is_ok())
        };
        let is_whole = !section.heading_path.is_empty() && units.iter().all(is_repeated);
        // With its heading, what repeats as a whole is one thing.
        let is_kept =
            is_whole && subject.is_in(section.heading().into_iter().chain(texts(&section.blocks)));
        let found = units.into_iter().filter(|unit| {
            is_repeated(unit)
                && !is_kept
                && !subject.is_in(texts(&section.blocks[unit.blocks.clone()]))
        });
        out.push(found.collect());
    }
    let bytes = |blocks: &[Block]| texts(blocks).map(str::len).sum::<usize>();
    let all: usize = article
        .sections
        .iter()
        .map(|section| bytes(&section.blocks))
        .sum();
    let gone: usize = article
        .sections
        .iter()
        .zip(&out)
        .flat_map(|(section, units)| {
            units
                .iter()
                .map(|unit| &section.blocks[unit.blocks.clone()])
        })
        .map(bytes)
        .sum();
    if gone == 0 || gone * 2 > all {
        return;
    }
    let had_text: Vec<bool> = article
        .sections
        .iter()
        .map(|section| !section.blocks.is_empty())
        .collect();
    for (section, units) in article.sections.iter_mut().zip(&out) {
        take_out(section, units, &mut article.dropped);
    }
    take_out_headings(article, &had_text);
    article.dropped.sort_by_key(|dropped| dropped.offset);
}

/// What is counted as one: a paragraph, a list, a table.
struct Unit {
    /// Where it is among the blocks of its section.
    blocks: Range<usize>,
    /// `None` where it has too few words.
    fingerprint: Option<Fingerprint>,
}

fn units(section: &Section) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut start = 0;
    for blocks in section
        .blocks
        .chunk_by(|a, b| a.kind == b.kind && a.kind != BlockKind::Paragraph)
    {
        units.push(Unit {
            blocks: start..start + blocks.len(),
            fingerprint: fingerprint(blocks),
        });
        start += blocks.len();
    }
    units
}

/// Letters and digits in lower case say what a block is; marks, spaces and what kind it is do not.
fn fingerprint(blocks: &[Block]) -> Option<Fingerprint> {
    let mut folded = String::new();
    let mut words = 0;
    for text in texts(blocks) {
        let mut is_inside = false;
        for letter in text.chars() {
            if !letter.is_alphanumeric() {
                is_inside = false;
                continue;
            }
            if !is_inside {
                words += 1;
                folded.push(' ');
                is_inside = true;
            }
            if letter.is_ascii() {
                folded.push(letter.to_ascii_lowercase());
            } else {
                folded.extend(letter.to_lowercase());
            }
        }
    }
    let hash = blake3::hash(folded.as_bytes());
    let first = hash.as_bytes().first_chunk()?;
    (words >= FEWEST_WORDS).then(|| Fingerprint::from_le_bytes(*first))
}

fn texts(blocks: &[Block]) -> impl Iterator<Item = &str> {
    blocks.iter().map(|block| block.text.as_str())
}

/// What an article is about, by its title.
struct Subject {
    terms: HashSet<String>,
}

impl Subject {
    fn of(title: &str) -> Self {
        let tokens = analysis::tokens(title).into_iter();
        let terms = tokens
            .filter(|token| !is_ignored(&title[token.span.clone()]))
            .map(|token| token.term);
        Self {
            terms: terms.collect(),
        }
    }

    /// Whether more than half of the title's words are in these texts.
    fn is_in<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let mut missing: HashSet<&str> = self.terms.iter().map(String::as_str).collect();
        let wanted: Vec<Beginning> = missing.iter().map(|term| beginning(term)).collect();
        for text in texts {
            for token in tokens_beginning(text, &wanted) {
                missing.remove(token.term.as_str());
            }
        }
        missing.len() * 2 < self.terms.len()
    }
}

/// Takes units out of a section, whose place is then that of what is left.
fn take_out(section: &mut Section, units: &[Unit], dropped: &mut Vec<Dropped>) {
    if units.is_empty() {
        return;
    }
    let mut at = section.source.start;
    for unit in units {
        let blocks = &section.blocks[unit.blocks.clone()];
        let place = blocks.iter().find_map(|block| block.text.source());
        at = place.map_or(at, |place| place.start);
        dropped.push(Dropped {
            reason: DropReason::Furniture,
            text: shorten(&texts(blocks).collect::<Vec<&str>>().join(" ")),
            offset: at,
        });
    }
    let mut is_out = vec![false; section.blocks.len()];
    for unit in units {
        is_out[unit.blocks.clone()].fill(true);
    }
    let mut is_out = is_out.into_iter();
    section.blocks.retain(|_| is_out.next() == Some(false));
    let start = section.source.start;
    section.source = section
        .blocks
        .iter()
        .filter_map(|block| block.text.source())
        .reduce(|all, next| all.start.min(next.start)..all.end.max(next.end))
        .unwrap_or(start..start);
}

/// Takes out the headings under which nothing is left of what there was; `had_text` says which had text of their own.
fn take_out_headings(article: &mut Article, had_text: &[bool]) {
    let sections = &article.sections;
    let mut is_kept = vec![true; sections.len()];
    for (index, section) in sections.iter().enumerate().rev() {
        let under = (index + 1..sections.len())
            .take_while(|next| section.level > 0 && sections[*next].level > section.level);
        let (mut held, mut holds) = (had_text[index], !section.blocks.is_empty());
        for next in under {
            // What had nothing before goes with what had.
            held |= had_text[next];
            holds |= is_kept[next] && !sections[next].blocks.is_empty();
        }
        is_kept[index] = holds || !held;
    }
    let mut index = 0;
    let dropped = &mut article.dropped;
    article.sections.retain(|section| {
        index += 1;
        if let (false, Some(heading)) = (is_kept[index - 1], section.heading()) {
            dropped.push(Dropped {
                reason: DropReason::Furniture,
                text: shorten(heading),
                offset: section.source.start,
            });
        }
        is_kept[index - 1]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Input, read};

    fn page(title: &str, body: &str) -> Article {
        let html = format!(
            "<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        );
        let input = Input {
            id: "kb/a.html",
            source: "kb",
            path: "kb/a.html",
            format: Format::Html,
            bytes: html.as_bytes(),
        };
        read(&input).expect("a page").article
    }

    /// The fingerprints of what stands in one page and in another.
    fn shared(one: &Article, other: &Article) -> Vec<Fingerprint> {
        let other = fingerprints(other);
        let mut prints = fingerprints(one);
        prints.retain(|print| other.contains(print));
        prints
    }

    fn text(article: &Article) -> String {
        let sections = article.sections.iter();
        let lines = sections
            .flat_map(|section| [section.heading().unwrap_or("-").to_owned(), section.text()]);
        lines.collect::<Vec<String>>().join("\n")
    }

    const NOTE: &str =
        "<p>What stands on these pages takes the place of no doctor, whoever wrote it.</p>";
    const OTHER: &str = "<p>All of it is checked twice a year by two readers.</p>";
    const BOX: &str = "<h2>Our weekly letter</h2><p>Every Friday we send out what is new to all who ask for it.</p><ul><li>no cost</li><li>no adverts</li><li>one click ends it</li></ul>";

    fn cramps(extra: &str) -> Article {
        page(
            "Leg cramps",
            &format!(
                "<p>A cramp in the calf wakes many people in the small hours of the night, and is over after some minutes.</p>{extra}<h2>What helps</h2><p>Pull the toes towards the knee, and walk a few steps once the muscle lets go of you again.</p>"
            ),
        )
    }

    fn gout(extra: &str) -> Article {
        page(
            "Gout",
            &format!(
                "<p>Crystals in a joint make it red, hot and so sore that a sheet is too heavy, most often at the great toe.</p><h2>Who gets it</h2><p>Men above forty get it most, and those who take tablets that drain water from the body.</p>{extra}"
            ),
        )
    }

    #[test]
    fn what_repeats_is_left_out_with_a_heading_that_has_nothing_else() {
        let mut article = cramps(&format!("{NOTE}{BOX}"));
        let repeated = shared(&article, &gout(&format!("{BOX}{NOTE}")));
        assert_eq!(repeated.len(), 3, "a paragraph, a paragraph, a list");
        leave_out(&mut article, &repeated);
        let left = text(&article);
        assert_eq!(article.sections.len(), 2, "{left}");
        for word in ["doctor", "weekly", "Friday", "click"] {
            assert!(!left.contains(word), "{word}: {left}");
        }
        let dropped: Vec<&str> = article
            .dropped
            .iter()
            .filter(|dropped| dropped.reason == DropReason::Furniture)
            .map(|dropped| dropped.text.as_str())
            .collect();
        assert!(dropped.contains(&"Our weekly letter"), "{dropped:?}");
        assert!(
            dropped.iter().any(|text| text.starts_with("no cost")),
            "{dropped:?}"
        );
        assert!(article.dropped.is_sorted_by_key(|dropped| dropped.offset));
    }

    #[test]
    fn an_article_about_what_repeats_keeps_it() {
        let mut article = page(
            "The weekly letter",
            &format!(
                "<p>Some words on why we write it at all, and who reads it before it goes out to everybody who asked for one.</p>{NOTE}<p>It began with nine readers, of whom seven were cousins of somebody, and has grown by word of mouth since then.</p>{BOX}"
            ),
        );
        let repeated = shared(&article, &gout(&format!("{BOX}{NOTE}")));
        leave_out(&mut article, &repeated);
        let left = text(&article);
        assert!(
            left.contains("Our weekly letter") && left.contains("one click"),
            "{left}"
        );
        assert!(!left.contains("no doctor"), "{left}");
    }

    #[test]
    fn a_copy_of_other_pages_stays_whole() {
        let mut article = cramps(NOTE);
        let before = text(&article);
        let repeated = fingerprints(&cramps(NOTE));
        leave_out(&mut article, &repeated);
        assert_eq!(text(&article), before);
    }

    #[test]
    fn an_item_of_a_list_stays_where_the_list_is_the_articles_own() {
        let list = |first: &str| {
            format!(
                "<h2>See a doctor with</h2><ul><li>{first}</li><li>loss of control over bladder or bowels</li></ul>"
            )
        };
        let mut article = cramps(&list("a leg that swells within a day or two"));
        let repeated = shared(
            &article,
            &gout(&list("a fever that comes with the sore joint")),
        );
        assert!(repeated.is_empty());
        leave_out(&mut article, &repeated);
        assert!(text(&article).contains("bladder"));
    }

    #[test]
    fn places_are_those_of_what_is_left() {
        let mut article = page(
            "Leg cramps",
            &format!(
                "<p>A cramp in the calf wakes many people in the small hours of the night, and is over soon.</p>{NOTE}<p>Pull the toes towards the knee, and walk a few steps once the muscle lets go.</p><h2>Notes</h2>{OTHER}<h3>Further</h3><p>Water and salt make no difference to most people, whatever the bottle says about it.</p>"
            ),
        );
        let repeated = shared(&article, &gout(&format!("{NOTE}{OTHER}")));
        let full = article.sections[0].source.clone();
        leave_out(&mut article, &repeated);
        assert_eq!(
            article.sections[0].source, full,
            "what went stood in the middle"
        );
        assert_eq!(article.sections[0].blocks.len(), 2);
        let notes = &article.sections[1];
        assert_eq!(
            notes.heading(),
            Some("Notes"),
            "text stands under its sub-heading"
        );
        assert!(notes.blocks.is_empty() && notes.source.is_empty());
        assert_eq!(article.sections[2].heading_path, ["Notes", "Further"]);
    }

    #[test]
    fn few_words_and_other_formats_have_no_fingerprints() {
        assert!(fingerprints(&page("A", "<p>Take care.</p>")).is_empty());
        let mut article = cramps("");
        article.source.format = Format::Markdown;
        assert!(fingerprints(&article).is_empty());
    }

    #[test]
    fn marks_case_and_spaces_make_no_difference() {
        let one = page("A", "<p>Ask   your Doctor: first, and then us!</p>");
        let other = page("B", "<p>ask your doctor first and then us</p>");
        assert_eq!(shared(&one, &other).len(), 1);
    }
}
