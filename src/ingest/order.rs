//! Do the places of an article's words rise as its words are read?
//!
//! A browser shows some text elsewhere than where it stands in the source (what stands loose in a table comes before it),
//! and so does the tree that is read here. A span from the first word of such a passage to its last would hold half of the
//! page. So of all places the most that rise are kept, and a word between them that stands elsewhere has none.

use crate::article::Section;
use std::ops::Range;

/// Takes its place from every word that stands out of order. Sections without text have the place of their heading.
pub(super) fn settle(sections: &mut [Section]) {
    let starts: Vec<u32> = sections.iter().flat_map(starts).collect();
    if starts.is_sorted() {
        return;
    }
    let mut kept = longest_rise(&starts).into_iter();
    let mut is_kept = || kept.next().unwrap_or(false);
    let mut at = 0;
    for section in sections {
        if section.blocks.is_empty() {
            if !is_kept() {
                section.source = at..at;
            }
            at = section.source.end.max(at);
            continue;
        }
        let mut place: Option<Range<usize>> = None;
        for block in &mut section.blocks {
            block.text.retain_places(|_| is_kept());
            if let Some(next) = block.text.source() {
                place = Some(match place {
                    Some(all) => all.start.min(next.start)..all.end.max(next.end),
                    None => next,
                });
            }
        }
        section.source = place.unwrap_or(at..at);
        at = section.source.end.max(at);
    }
}

/// Where the words of a section begin, or its heading where it has no text.
fn starts(section: &Section) -> impl Iterator<Item = u32> {
    let heading = section
        .blocks
        .is_empty()
        .then_some(section.source.start as u32);
    let words = section.blocks.iter().flat_map(|block| block.text.words());
    heading
        .into_iter()
        .chain(words.map(|word| word.source.start))
}

/// Which of the numbers make the longest row that never falls (Fredman 1975).
fn longest_rise(numbers: &[u32]) -> Vec<bool> {
    // For each length the row that ends lowest, as the place of its last number.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] <= *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut kept = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        kept[index] = true;
        next = before[index];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind, MappedText};

    fn section(starts: &[usize]) -> Section {
        let mut text = MappedText::new();
        for start in starts {
            text.push_word("w", *start..start + 1);
        }
        Section {
            source: text.source().unwrap_or_default(),
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text,
            }],
            ..Section::default()
        }
    }

    fn bare_heading(at: usize) -> Section {
        Section {
            source: at..at + 1,
            ..Section::default()
        }
    }

    #[test]
    fn words_that_stand_elsewhere_lose_their_places() {
        let mut sections = [
            section(&[10, 11, 90, 12]),
            bare_heading(5),
            section(&[91, 92]),
            section(&[20, 21, 22]),
            bare_heading(30),
        ];
        settle(&mut sections);
        let places: Vec<_> = sections
            .iter()
            .map(|section| section.source.clone())
            .collect();
        assert_eq!(places, [10..13, 13..13, 13..13, 20..23, 30..31]);
        assert_eq!(
            sections[0].blocks[0].text.as_str(),
            "w w w w",
            "no word is lost"
        );
        assert_eq!(sections[0].blocks[0].text.words().len(), 3);
    }

    #[test]
    fn places_in_order_stay_also_where_two_words_have_one() {
        let mut sections = [section(&[1, 2, 2, 3]), section(&[4])];
        settle(&mut sections);
        assert_eq!(sections[0].blocks[0].text.words().len(), 4);
        assert_eq!(sections[1].source, 4..5);
    }

    #[test]
    fn the_longest_rise_is_found() {
        let kept = |numbers: &[u32]| -> Vec<u32> {
            let kept = longest_rise(numbers);
            let pairs = numbers.iter().zip(kept);
            pairs
                .filter(|(_, kept)| *kept)
                .map(|(number, _)| *number)
                .collect()
        };
        assert_eq!(kept(&[3, 1, 2, 9, 4, 4, 0, 5]), [1, 2, 4, 4, 5]);
        assert_eq!(kept(&[5, 4, 3]).len(), 1);
        assert_eq!(kept(&[]), [0; 0]);
    }
}
