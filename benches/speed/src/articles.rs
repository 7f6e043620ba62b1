//! Articles of any number, the same in every run, with the words and headings of the project's own.

use crate::Result;
use crate::numbers::{Numbers, Ranks};
use ibid::indexer::{IndexOptions, Preview, preview};
use serde_json::json;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The sample articles of the project.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus");
/// The project's lists of words.
const WORD_LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/vocabulary/words");

/// How many files a folder has.
const OF_A_FOLDER: usize = 1000;

/// The words and headings that articles are made of.
pub(crate) struct Language {
    /// The more frequent the earlier.
    pub(crate) words: Vec<String>,
    headings: Vec<String>,
    ranks: Ranks,
}

impl Language {
    /// Reads the project's articles and word lists. Words of the articles come first, by how often they stand there; those of
    /// the lists follow, and behind them made-up words, as texts of any size go on bringing new ones.
    pub(crate) fn read() -> Result<Self> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut headings = Vec::new();
        let corpus = Path::new(CORPUS);
        preview(corpus, corpus, &IndexOptions::default(), |found| {
            if let Preview::Article(article) = found {
                for section in &article.sections {
                    headings.extend(section.heading().map(str::to_owned));
                    for word in words(&section.text()) {
                        *counts.entry(word).or_default() += 1;
                    }
                }
            }
            Ok::<(), ibid::Error>(())
        })?;
        let mut known: Vec<(String, usize)> = counts.into_iter().collect();
        known.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        let mut all: Vec<String> = known.into_iter().map(|(word, _)| word).collect();
        let mut lists: Vec<PathBuf> = fs::read_dir(WORD_LISTS)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        lists.sort();
        let mut seen: std::collections::HashSet<String> = all.iter().cloned().collect();
        for list in lists {
            for word in words(&fs::read_to_string(list)?) {
                if seen.insert(word.clone()) {
                    all.push(word);
                }
            }
        }
        let mut numbers = Numbers::new(7);
        for _ in 0..2 * all.len() {
            let word = format!("{}{}", syllables(&mut numbers), syllables(&mut numbers));
            if seen.insert(word.clone()) {
                all.push(word);
            }
        }
        headings.sort();
        headings.dedup();
        Ok(Self {
            ranks: Ranks::new(all.len()),
            words: all,
            headings,
        })
    }

    fn text(&self, words: usize, numbers: &mut Numbers) -> String {
        let mut text = String::with_capacity(words * 7);
        for word in 0..words {
            text.push_str(&self.words[self.ranks.draw(numbers)]);
            text.push_str(match word % 17 {
                16 => ". ",
                _ => " ",
            });
        }
        text
    }

    /// Writes articles of six passages on average, as JSON lines, until there are so many passages; gives the bytes of their
    /// texts and headings.
    pub(crate) fn write(&self, path: &Path, passages: usize) -> Result<u64> {
        let mut numbers = Numbers::new(1);
        let mut out = BufWriter::new(File::create(path)?);
        let (mut left, mut number, mut bytes) = (passages, 0, 0);
        while left > 0 {
            let count = (3 + numbers.below(7)).min(left);
            left -= count;
            let sections: Vec<_> = (0..count)
                .map(|_| {
                    let heading = &self.headings[numbers.below(self.headings.len())];
                    let words = 20 + numbers.below(60) + numbers.below(60) + numbers.below(60);
                    let text = self.text(words, &mut numbers);
                    bytes += (heading.len() + text.len()) as u64;
                    json!({"heading": heading, "text": text})
                })
                .collect();
            let title = self.text(2 + numbers.below(3), &mut numbers);
            let article =
                json!({"id": format!("a{number}"), "title": title.trim(), "sections": sections});
            writeln!(out, "{article}")?;
            number += 1;
        }
        out.flush()?;
        Ok(bytes)
    }

    /// Writes small articles of some thirty words, a text file each.
    fn write_files(&self, folder: &Path, files: usize) -> Result<()> {
        let mut numbers = Numbers::new(2);
        for number in 0..files {
            let path = path(folder, number);
            if number % OF_A_FOLDER == 0 {
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
            }
            let text = self.text(30, &mut numbers);
            fs::write(
                path,
                format!("Article {number}\n\nWhat helps\n\n{text}number {number}.\n"),
            )?;
        }
        Ok(())
    }
}

/// Where the article with this number is.
pub(crate) fn path(folder: &Path, number: usize) -> PathBuf {
    folder
        .join(format!("{:04}", number / OF_A_FOLDER))
        .join(format!("{number:07}.txt"))
}

/// Writes so many small articles, a text file each.
pub(crate) fn write_files(folder: &Path, files: usize) -> Result<()> {
    Language::read()?.write_files(folder, files)
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.len() > 1)
        .map(str::to_lowercase)
        .collect()
}

fn syllables(numbers: &mut Numbers) -> String {
    let mut word = String::new();
    for _ in 0..1 + numbers.below(2) {
        for letters in ["bcdfglmnprstv", "aeiou", "lmnrst"] {
            word.push(letters.as_bytes()[numbers.below(letters.len())] as char);
        }
    }
    word
}
