//! Which passages does an article have? A passage is a section, or a part of a long one; it never crosses a heading.

use crate::article::{Article, Block, BlockKind, Locator, Section};
use crate::sentence::sentence_starts;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A change in how passages are cut makes passages of an older number differ from what the source would give now.
pub const VERSION: u32 = 1;

/// About how many words a passage has at the most: a section above it is cut into as many parts of about equal length as
/// bring each down to it.
///
/// Chosen so that a passage is still read as one answer: the longest sections that health pages write under one heading
/// without a sub-heading are at 250 to 350 words.
const LONG_SECTION: usize = 400;

/// The unit that is indexed and ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The article's id, `#` and the slug of the heading, or the id its section brought; `~2`, `~3` for repeats and parts.
    pub id: String,
    /// The id its section brought, which runs report.
    pub section_id: Option<String>,
    /// Its place among the article's passages, counted from 0.
    pub position: u32,
    /// The headings it stands under.
    pub heading_path: Vec<String>,
    /// The level of its heading; 0 before the first heading.
    pub level: u8,
    /// The anchor of its heading.
    pub anchor: Option<String>,
    /// From its first word to its last in the file.
    pub locator: Locator,
    /// What it says, printed as [`Section::text`] prints.
    pub text: String,
}

/// The passages of an article, in reading order, with ids that depend on nothing but the article.
pub fn passages(article: &Article) -> Vec<Passage> {
    let mut ids = PassageIds::new(&article.id);
    let mut passages = Vec::new();
    for section in &article.sections {
        for part in parts(section) {
            passages.push(Passage {
                id: ids.next(section),
                section_id: section.id.clone(),
                position: passages.len() as u32,
                heading_path: section.heading_path.clone(),
                level: section.level,
                anchor: section.anchor.clone(),
                locator: article.source_map.locate(&place(&part, section)),
                text: print(&part),
            });
        }
    }
    passages
}

/// A part of a block.
struct Piece<'a> {
    block: &'a Block,
    /// The index of the block in its section.
    index: usize,
    range: Range<usize>,
}

/// Cuts a section at paragraph, then sentence, then word borders into parts of about equal length.
fn parts(section: &Section) -> Vec<Vec<Piece<'_>>> {
    let blocks = section.blocks.iter();
    let words: Vec<usize> = blocks
        .map(|block| count_words(block.text.as_str()))
        .collect();
    let total: usize = words.iter().sum();
    if total == 0 {
        return Vec::new();
    }
    let count = total.div_ceil(LONG_SECTION);
    let aim = total.div_ceil(count);
    let mut parts = Vec::with_capacity(count);
    let mut part: Vec<Piece<'_>> = Vec::new();
    let mut seen = 0;
    for (index, (block, words)) in section.blocks.iter().zip(words).enumerate() {
        for (range, length) in pieces(block.text.as_str(), words, aim) {
            // A part closes at the border that comes nearest to its share of the section.
            let share = aim * (parts.len() + 1);
            let nearer_before = (seen + length).abs_diff(share) > seen.abs_diff(share);
            if !part.is_empty() && parts.len() + 1 < count && nearer_before {
                parts.push(std::mem::take(&mut part));
            }
            seen += length;
            match part.last_mut() {
                Some(last) if last.index == index => {
                    last.range.end = range.end;
                }
                _ => part.push(Piece {
                    block,
                    index,
                    range,
                }),
            }
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// The ranges of a block of `words` words that are not cut: the whole block where it has at most `aim` words, else its
/// sentences, and of a sentence that is longer still, runs of `aim` words.
fn pieces(text: &str, words: usize, aim: usize) -> Vec<(Range<usize>, usize)> {
    if words <= aim {
        return vec![(0..text.len(), words)];
    }
    let mut ranges = Vec::new();
    let mut start = 0;
    for end in sentence_starts(text).into_iter().chain([text.len()]) {
        let sentence = text[start..end].trim_end();
        let words = count_words(sentence);
        if words <= aim {
            ranges.push((start..start + sentence.len(), words));
        } else {
            ranges.extend(
                word_runs(sentence, aim)
                    .map(|(range, words)| (start + range.start..start + range.end, words)),
            );
        }
        start = end;
    }
    ranges
}

fn word_runs(sentence: &str, aim: usize) -> impl Iterator<Item = (Range<usize>, usize)> {
    let base = sentence.as_ptr() as usize;
    let words: Vec<Range<usize>> = sentence
        .split_whitespace()
        .map(|word| word.as_ptr() as usize - base..word.as_ptr() as usize - base + word.len())
        .collect();
    let runs: Vec<_> = words
        .chunks(aim)
        .map(|run| (run[0].start..run[run.len() - 1].end, run.len()))
        .collect();
    runs.into_iter()
}

fn count_words(text: &str) -> usize {
    let mut in_word = false;
    let mut words = 0;
    for byte in text.bytes() {
        let is_word = !byte.is_ascii_whitespace();
        words += usize::from(is_word && !in_word);
        in_word = is_word;
    }
    words
}

fn place(part: &[Piece<'_>], section: &Section) -> Range<usize> {
    part.iter()
        .filter_map(|piece| piece.block.text.source_of(piece.range.clone()))
        .reduce(|all, next| all.start.min(next.start)..all.end.max(next.end))
        .unwrap_or_else(|| section.source.clone())
}

fn print(part: &[Piece<'_>]) -> String {
    let mut text = String::new();
    let mut previous: Option<BlockKind> = None;
    for piece in part {
        let kind = piece.block.kind;
        if let Some(previous) = previous {
            text.push_str(previous.separator(kind));
        }
        if piece.range.start == 0 {
            text.push_str(kind.marker());
        }
        text.push_str(&piece.block.text.as_str()[piece.range.clone()]);
        previous = Some(kind);
    }
    text
}

/// Gives each passage of an article an id of its own.
struct PassageIds<'a> {
    article: &'a str,
    given: HashMap<String, u32>,
    used: HashSet<String>,
}

impl<'a> PassageIds<'a> {
    fn new(article: &'a str) -> Self {
        Self {
            article,
            given: HashMap::new(),
            used: HashSet::new(),
        }
    }

    fn next(&mut self, section: &Section) -> String {
        let base = match &section.id {
            Some(id) => id.clone(),
            None => format!("{}#{}", self.article, slug(section.heading())),
        };
        // A section may have brought an id that another's repeat would get.
        loop {
            let count = self.given.entry(base.clone()).or_insert(0);
            *count += 1;
            let id = match *count {
                1 => base.clone(),
                count => format!("{base}~{count}"),
            };
            if self.used.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// The part of a passage's id that comes from its heading: letters and digits in lower case, apostrophes left out, all
/// else one `-`. Text before the first heading is `top` (what HTML calls the top of a page); a heading without letters
/// is `section`.
pub fn slug(heading: Option<&str>) -> String {
    /// A heading is a line; what is longer (a paragraph marked up as a heading) would make an id that nobody can use.
    const LONGEST: usize = 80;
    let Some(heading) = heading else {
        return "top".to_owned();
    };
    let mut slug = String::new();
    let mut gap = false;
    for letter in heading.chars() {
        if matches!(letter, '\'' | '’' | '‘' | 'ʼ') {
            continue;
        }
        if !letter.is_alphanumeric() {
            gap = true;
            continue;
        }
        if slug.len() >= LONGEST {
            break;
        }
        if gap && !slug.is_empty() {
            slug.push('-');
        }
        gap = false;
        slug.extend(
            letter
                .to_lowercase()
                .filter(|lower| lower.is_alphanumeric()),
        );
    }
    if slug.is_empty() {
        return "section".to_owned();
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Format, MappedText, Source, SourceMap};
    use crate::ingest::outline::Outline;

    fn article(lines: &[(u8, &str)]) -> Article {
        let source: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        let mut outline = Outline::new();
        let mut offset = 0;
        for (level, line) in lines {
            let text = MappedText::from_source(&source, offset..offset + line.len());
            match level {
                0 => outline.block(BlockKind::Paragraph, text),
                9 => outline.block(BlockKind::ListItem, text),
                level => outline.heading(*level, &text, None),
            }
            offset += line.len() + 1;
        }
        Article {
            id: "folder/a.txt".into(),
            title: "A".into(),
            url: None,
            published: None,
            language: None,
            aliases: vec![],
            tags: vec![],
            source: Source {
                name: "folder".into(),
                path: "folder/a.txt".into(),
                format: Format::Text,
                encoding: "UTF-8",
                bytes: source.len() as u64,
            },
            sections: outline.finish(),
            dropped: vec![],
            source_map: SourceMap::new(&source, vec![(0, 0), (source.len(), source.len())]),
        }
    }

    #[test]
    fn ids_come_from_headings_and_repeats_are_told_apart() {
        let article = article(&[
            (0, "before"),
            (2, "How to use?"),
            (0, "x"),
            (2, "How to use?"),
            (0, "y"),
            (2, "***"),
            (0, "z"),
            (2, "What’s that?"),
            (0, "é"),
        ]);
        let ids: Vec<_> = passages(&article)
            .into_iter()
            .map(|passage| passage.id)
            .collect();
        assert_eq!(
            ids,
            [
                "folder/a.txt#top",
                "folder/a.txt#how-to-use",
                "folder/a.txt#how-to-use~2",
                "folder/a.txt#section",
                "folder/a.txt#whats-that"
            ]
        );
    }

    #[test]
    fn a_heading_without_text_is_no_passage() {
        let article = article(&[(2, "A"), (3, "B"), (0, "b")]);
        let passages = passages(&article);
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].heading_path, ["A", "B"]);
    }

    #[test]
    fn places_are_tight_to_the_first_and_last_word() {
        let article = article(&[
            (2, "Head"),
            (0, "one two"),
            (9, "three"),
            (2, "Next"),
            (0, "four"),
        ]);
        let passages = passages(&article);
        assert_eq!(passages[0].text, "one two\n\n- three");
        assert_eq!(passages[0].locator.bytes, [5, 18]);
        assert_eq!(passages[0].locator.lines, [2, 3]);
        assert_eq!(passages[1].locator.lines, [5, 5]);
    }

    #[test]
    fn a_long_section_is_cut_between_paragraphs_and_loses_no_word() {
        let paragraph = "Word after word. ".repeat(60);
        let lines: Vec<_> = std::iter::once((2, "Long"))
            .chain((0..5).map(|_| (0, paragraph.trim_end())))
            .collect();
        let article = article(&lines);
        let passages = passages(&article);
        assert_eq!(passages.len(), 3, "900 words make three passages");
        for passage in &passages {
            assert!(count_words(&passage.text) <= LONG_SECTION);
            assert!(passage.text.ends_with("word."));
            assert_eq!(
                count_words(&passage.text) % 180,
                0,
                "cut between paragraphs only"
            );
        }
        assert_eq!(passages[2].id, "folder/a.txt#long~3");
        let words: usize = passages
            .iter()
            .map(|passage| count_words(&passage.text))
            .sum();
        assert_eq!(words, 900);
    }

    #[test]
    fn a_long_paragraph_is_cut_between_sentences() {
        let long = "One sentence of six words here. ".repeat(200);
        let article = article(&[(0, long.trim_end())]);
        let passages = passages(&article);
        assert_eq!(passages.len(), 3);
        for passage in &passages {
            assert!(passage.text.starts_with("One") && passage.text.ends_with("here."));
        }
    }

    #[test]
    fn one_endless_sentence_is_cut_between_words() {
        let long = "word ".repeat(1000);
        let article = article(&[(0, long.trim_end())]);
        let lengths: Vec<_> = passages(&article)
            .iter()
            .map(|passage| count_words(&passage.text))
            .collect();
        assert_eq!(lengths.iter().sum::<usize>(), 1000);
        assert!(
            lengths.iter().all(|length| *length <= LONG_SECTION),
            "{lengths:?}"
        );
    }
}
