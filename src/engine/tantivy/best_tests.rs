//! Is what is left out of a search never among the best? Random queries of an index in which most passages have some word of them:
//! the best few have to be the first of all, in every digit, with the same total.

use super::TantivyEngine;
use super::best::MOST_COUNTED;
use crate::article::{Format, Locator};
use crate::engine::manifest::Manifest;
use crate::engine::{ArticleEntry, Engine, Filter, Ranked, Ranking, Reader};
use crate::passage::Passage;
use crate::query::{Clause, Expansion, Occur, Query, Variant};
use std::time::Duration;

/// As words, and as terms: none of them is changed by stemming.
const WORDS: [&str; 24] = [
    "leg", "cramp", "night", "heart", "attack", "pain", "back", "spasm", "salt", "water", "arm",
    "skin", "rash", "itch", "cough", "fever", "nose", "blood", "sugar", "sleep", "knee", "hand",
    "foot", "neck",
];

/// xorshift* (Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    /// A word: the first ones far oftener than the last.
    fn word(&mut self) -> &'static str {
        let most = 1 + self.below(WORDS.len());
        WORDS[self.below(most)]
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }
}

fn article(number: usize, random: &mut Random) -> (ArticleEntry, Vec<Passage>) {
    let id = format!("a{number}");
    let name_length = 1 + random.below(4);
    let count = 1 + random.below(6);
    let passages = (0..count).map(|position| {
        let (in_heading, in_text) = (1 + random.below(2), 1 + random.below(9));
        Passage {
            id: format!("{id}#{position}"),
            section_id: None,
            position: position as u32,
            heading_path: vec![random.words(in_heading)],
            level: 2,
            anchor: None,
            locator: Locator {
                lines: [1, 1],
                bytes: [0, 1],
            },
            text: random.words(in_text),
        }
    });
    let passages: Vec<Passage> = passages.collect();
    let entry = ArticleEntry {
        id,
        title: random.words(name_length),
        path: "articles.jsonl".to_owned(),
        source: "s".to_owned(),
        format: Format::JsonLines,
        url: None,
        published: None,
        language: None,
        aliases: if number.is_multiple_of(5) {
            vec![random.words(2)]
        } else {
            Vec::new()
        },
        tags: Vec::new(),
        passages: passages.len() as u64,
    };
    (entry, passages)
}

fn query(random: &mut Random) -> Query {
    let typed = 1 + random.below(7);
    let mut clauses: Vec<Clause> = Vec::new();
    for _ in 0..typed {
        let word = random.word();
        if let Some(known) = clauses.iter_mut().find(|clause| clause.surface == word) {
            known.count += 1;
            continue;
        }
        clauses.push(Clause {
            occur: match random.below(30) {
                0 => Occur::Must,
                1 => Occur::MustNot,
                _ => Occur::Should,
            },
            field: crate::query::Field::Any,
            surface: word.to_owned(),
            terms: vec![(0, word.to_owned())],
            count: 1,
        });
    }
    let mut expansions = Vec::new();
    for _ in 0..random.below(3) {
        let first = random.below(clauses.len());
        let last = (first + 1 + random.below(2)).min(clauses.len());
        let of_clauses: Vec<usize> = (first..last).collect();
        let phrase = of_clauses
            .iter()
            .zip(0u32..)
            .map(|(clause, at)| (at, clauses[*clause].surface.clone()));
        let variants = 1 + random.below(3);
        expansions.push(Expansion {
            from: "typed".to_owned(),
            wordings: if of_clauses.len() > 1 {
                vec![phrase.collect()]
            } else {
                Vec::new()
            },
            clauses: of_clauses,
            variants: (0..variants)
                .map(|_| {
                    let words = 1 + random.below(2) as u32;
                    Variant {
                        surface: "meant".to_owned(),
                        terms: (0..words)
                            .map(|at| (at, random.word().to_owned()))
                            .collect(),
                        weight: [1.0, 0.9, 0.6][random.below(3)],
                    }
                })
                .collect(),
            vocabulary: "test".to_owned(),
        });
    }
    let mut query = Query::parse("");
    (query.clauses, query.expansions) = (clauses, expansions);
    query
}

/// An index of so many articles in segments of `threads` threads, some of them deleted.
fn index(articles: usize, threads: usize) -> (tempfile::TempDir, Box<dyn Reader>) {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = TantivyEngine::open_or_create(folder.path(), Duration::ZERO).expect("an engine");
    let mut random = Random(7);
    let mut writer = engine
        .writer(threads, Duration::from_secs(10))
        .expect("a writer");
    let preparer = writer.preparer();
    for number in 0..articles {
        let (entry, passages) = article(number, &mut random);
        let ready = preparer.prepare("s/articles.jsonl", &entry, &passages);
        writer.add(ready).expect("added");
    }
    writer.commit(&Manifest::default()).expect("a commit");
    let mut writer = engine
        .writer(threads, Duration::from_secs(10))
        .expect("a writer");
    for number in (0..articles).step_by(97) {
        writer.remove_article(&format!("a{number}")).expect("gone");
    }
    writer.commit(&Manifest::default()).expect("a commit");
    let reader = engine.reader().expect("a reader");
    (folder, reader)
}

fn rank(reader: &dyn Reader, query: &Query, wanted: usize) -> Ranked {
    reader
        .rank(query, &Filter::default(), &Ranking::default(), wanted)
        .expect("an answer")
}

/// Compares the best few of random queries to the first of all, and says how many queries matched more than are counted.
fn compare(reader: &dyn Reader, queries: usize) -> usize {
    let mut random = Random(11);
    let mut large = 0;
    for _ in 0..queries {
        let query = query(&mut random);
        let all = rank(reader, &query, usize::MAX);
        assert!(
            all.hits.len() as u64 == all.total || all.total > MOST_COUNTED,
            "all that matches is ranked: {query:?}"
        );
        large += usize::from(all.total > MOST_COUNTED);
        for wanted in [0, 1, 7, 40] {
            let best = rank(reader, &query, wanted);
            assert_eq!(best.total, all.total, "{query:?}");
            let first = &all.hits[..wanted.min(all.hits.len())];
            assert_eq!(best.hits, first, "{wanted} of {query:?}");
        }
    }
    large
}

#[test]
fn the_best_of_a_small_index_are_the_first_of_all() {
    let (_folder, reader) = index(400, 1);
    compare(&*reader, 300);
}

#[test]
fn the_best_of_a_large_index_are_the_first_of_all() {
    let (_folder, reader) = index(9000, 2);
    let large = compare(&*reader, 60);
    assert!(
        large > 20,
        "words stop leading to passages only where more match than are counted"
    );
}

#[test]
fn more_words_than_there_are_bits_for_are_bounded_too() {
    let (_folder, reader) = index(300, 1);
    let mut random = Random(5);
    for _ in 0..10 {
        let mut query = query(&mut random);
        for number in 0..80 {
            // A word that is there, with a field of its own, is a term of its own; the others are nowhere.
            query.clauses.push(Clause {
                occur: Occur::Should,
                field: [crate::query::Field::Title, crate::query::Field::Heading][number % 2],
                surface: format!("x{number}"),
                terms: vec![(
                    0,
                    WORDS
                        .get(number / 2)
                        .map_or(format!("x{number}"), |word| (*word).to_owned()),
                )],
                count: 1,
            });
        }
        let all = rank(&*reader, &query, usize::MAX);
        let best = rank(&*reader, &query, 5);
        assert_eq!(best.hits, all.hits[..5.min(all.hits.len())], "{query:?}");
    }
}
