//! Articles of any number, the same in every run, made of what the project's own articles and word lists are made of.
//!
//! What a search engine feels of a text is kept like that of the sample articles; `likeness` prints both beside each other:
//! - how often each word stands there (Zipf and Mandelbrot, see `numbers`), and that new words never end;
//! - that a word which stands in an article tends to come again in it: each article has a few subjects, and one word in so many is
//!   drawn from them;
//! - that some words stand side by side more often than chance has it: each word has a companion;
//! - how many sections an article has, how their headings are nested, that the same headings stand in many articles, and how long
//!   sections and sentences are: outlines and lengths are those of the sample articles, headings theirs, mixed.

use crate::Result;
use crate::numbers::{Numbers, Ranks};
use ibid::article::Article;
use ibid::indexer::{IndexOptions, Preview, preview};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The sample articles of the project.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
/// The project's lists of words.
const WORD_LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vocabulary/words");

/// How many files a folder has.
const OF_A_FOLDER: usize = 1000;
/// Words of the first ranks bind sentences together, and are no subjects.
const FUNCTION_WORDS: usize = 60;
/// How many words are the subjects of an article.
const SUBJECTS: usize = 30;
/// Of a hundred words, how many are drawn from the subjects of the article, ...
const FROM_SUBJECTS: usize = 5;
/// ... and how many are the companion of the word before.
const COMPANIONS: usize = 40;
/// Of a hundred headings, how many are taken from another article of the sample.
const OTHER_HEADINGS: usize = 40;
/// A paragraph ends with the sentence that brings it to so many words.
const PARAGRAPH: usize = 45;

/// A section of a sample article, which shapes made-up ones.
struct Place {
    heading_path: Vec<String>,
    words: usize,
}

/// The words and headings that articles are made of.
pub(crate) struct Language {
    /// The more frequent the earlier.
    pub(crate) words: Vec<String>,
    ranks: Ranks,
    /// The rank of the word that likes to follow each word.
    companions: Vec<usize>,
    outlines: Vec<Vec<Place>>,
    /// By their depth.
    headings: Vec<Vec<String>>,
    /// Words of each sentence.
    sentences: Vec<usize>,
}

/// What was written.
pub(crate) struct Written {
    /// Of texts and headings.
    pub(crate) bytes: u64,
    pub(crate) articles: usize,
}

/// A made-up article.
struct MadeUp {
    title: String,
    /// Heading paths and texts.
    sections: Vec<(Vec<String>, String)>,
}

impl Language {
    /// Reads the project's articles and word lists. Words of the articles come first, by how often they stand there; those of
    /// the lists follow, and behind them made-up words, as texts of any size go on bringing new ones.
    pub(crate) fn read() -> Result<Self> {
        let articles = sample()?;
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut outlines = Vec::new();
        let mut headings: Vec<Vec<String>> = Vec::new();
        let mut sentences = Vec::new();
        for article in &articles {
            let mut outline = Vec::new();
            for section in &article.sections {
                let text = section.text();
                let path = section.heading_path.clone();
                for (depth, heading) in path.iter().enumerate() {
                    headings.resize_with(headings.len().max(depth + 1), Vec::new);
                    headings[depth].push(heading.clone());
                }
                for word in words(&text) {
                    *counts.entry(word).or_default() += 1;
                }
                let lengths = sentence_lengths(&text);
                outline.push(Place {
                    heading_path: path,
                    words: lengths.iter().sum(),
                });
                sentences.extend(lengths);
            }
            outlines.push(outline);
        }
        let mut known: Vec<(String, usize)> = counts.into_iter().collect();
        known.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        let mut all: Vec<String> = known.into_iter().map(|(word, _)| word).collect();
        let mut lists: Vec<PathBuf> = fs::read_dir(WORD_LISTS)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        lists.sort();
        let mut seen: HashSet<String> = all.iter().cloned().collect();
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
        let ranks = Ranks::new(all.len());
        let companions = all.iter().map(|_| ranks.draw(&mut numbers)).collect();
        Ok(Self {
            words: all,
            ranks,
            companions,
            outlines,
            headings,
            sentences,
        })
    }

    /// Of the article with this number: the ranks of its subjects, which its text comes back to, the first most often. Who looks
    /// for the article would type them.
    pub(crate) fn subjects(&self, article: usize) -> Vec<usize> {
        let mut numbers = Numbers::of("subjects", article);
        let mut subjects = Vec::with_capacity(SUBJECTS);
        while subjects.len() < SUBJECTS {
            let rank = self.ranks.draw(&mut numbers);
            if rank >= FUNCTION_WORDS && !subjects.contains(&rank) {
                subjects.push(rank);
            }
        }
        subjects
    }

    /// Sentences of about so many words.
    fn text(&self, words: usize, subjects: &[usize], numbers: &mut Numbers) -> String {
        let ranks_of_subjects = Ranks::new(subjects.len());
        let mut text = String::with_capacity(words * 7);
        let (mut written, mut paragraph) = (0, 0);
        let mut before: Option<usize> = None;
        while written < words {
            let sentence = self.sentences[numbers.below(self.sentences.len())].min(words - written);
            for place in 0..sentence {
                let dice = numbers.below(100);
                let rank = match before {
                    Some(before) if dice < COMPANIONS => self.companions[before],
                    _ if dice < COMPANIONS + FROM_SUBJECTS && !subjects.is_empty() => {
                        subjects[ranks_of_subjects.draw(numbers)]
                    }
                    _ => self.ranks.draw(numbers),
                };
                let word = &self.words[rank];
                if place == 0 {
                    text.push_str(&word[..1].to_uppercase());
                    text.push_str(&word[1..]);
                } else {
                    text.push(' ');
                    text.push_str(word);
                }
                before = Some(rank);
            }
            written += sentence;
            paragraph += sentence;
            before = None;
            text.push_str(if paragraph >= PARAGRAPH {
                ".\n\n"
            } else {
                ". "
            });
            if paragraph >= PARAGRAPH {
                paragraph = 0;
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// The article with this number.
    fn article(&self, number: usize) -> MadeUp {
        let subjects = self.subjects(number);
        let mut numbers = Numbers::of("article", number);
        let title: Vec<&str> = subjects
            .iter()
            .take(1 + numbers.below(3))
            .map(|rank| self.words[*rank].as_str())
            .collect();
        let outline = &self.outlines[numbers.below(self.outlines.len())];
        // What stands in the place of each heading of the outline, so that what is under it stays together.
        let mut instead: HashMap<&[String], &str> = HashMap::new();
        let sections = outline.iter().filter(|place| place.words > 0).map(|place| {
            let path = (1..=place.heading_path.len()).map(|depth| {
                let heading = *instead
                    .entry(&place.heading_path[..depth])
                    .or_insert_with(|| {
                        if numbers.below(100) < OTHER_HEADINGS {
                            let others = &self.headings[depth - 1];
                            &others[numbers.below(others.len())]
                        } else {
                            &place.heading_path[depth - 1]
                        }
                    });
                heading.to_owned()
            });
            let path: Vec<String> = path.collect();
            let words = place.words * (60 + numbers.below(81)) / 100;
            (path, self.text(words.max(3), &subjects, &mut numbers))
        });
        MadeUp {
            sections: sections.collect(),
            title: title.join(" "),
        }
    }

    /// Writes articles as JSON lines until there are so many passages.
    pub(crate) fn write(&self, path: &Path, passages: usize) -> Result<Written> {
        let mut out = BufWriter::new(File::create(path)?);
        let (mut left, mut written) = (
            passages,
            Written {
                bytes: 0,
                articles: 0,
            },
        );
        while left > 0 {
            let MadeUp { title, sections } = self.article(written.articles);
            let sections: Vec<_> = sections
                .into_iter()
                .take(left)
                .map(|(path, text)| {
                    let heading: usize = path.iter().map(String::len).sum();
                    written.bytes += (heading + text.len()) as u64;
                    json!({"heading_path": path, "text": text})
                })
                .collect();
            left -= sections.len();
            let id = format!("a{}", written.articles);
            writeln!(
                out,
                "{}",
                json!({"id": id, "title": title, "sections": sections})
            )?;
            written.articles += 1;
        }
        out.flush()?;
        Ok(written)
    }

    /// Writes articles as web pages, with what stands around articles.
    pub(crate) fn write_pages(&self, folder: &Path, pages: usize) -> Result<()> {
        for number in 0..pages {
            let MadeUp { title, sections } = self.article(number);
            let mut html = format!(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
                 <link rel=\"canonical\" href=\"https://site{number}.example/article\"></head>\n<body><nav><ul>"
            );
            let mut numbers = Numbers::of("page", number);
            for _ in 0..20 {
                let link = self.text(2, &[], &mut numbers);
                writeln!(html, "<li><a href=\"/{}\">{link}</a></li>", link.len())?;
            }
            writeln!(html, "</ul></nav>\n<main><article><h1>{title}</h1>")?;
            let mut above: Vec<String> = Vec::new();
            for (path, text) in sections {
                for (depth, heading) in path.iter().enumerate() {
                    if above.get(..=depth) != path.get(..=depth) {
                        let level = depth + 2;
                        writeln!(html, "<h{level}>{heading}</h{level}>")?;
                    }
                }
                above = path;
                for paragraph in text.split("\n\n") {
                    writeln!(html, "<p>{paragraph}</p>")?;
                }
            }
            writeln!(
                html,
                "</article></main>\n<footer><p>All rights reserved</p></footer></body></html>"
            )?;
            let path = path(folder, number, "html");
            if number % OF_A_FOLDER == 0 {
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
            }
            fs::write(path, html)?;
        }
        Ok(())
    }

    /// Writes small articles of some thirty words, a text file each.
    pub(crate) fn write_files(&self, folder: &Path, files: usize) -> Result<()> {
        let mut numbers = Numbers::new(2);
        for number in 0..files {
            let path = path(folder, number, "txt");
            if number % OF_A_FOLDER == 0 {
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
            }
            let text = self.text(30, &[], &mut numbers);
            fs::write(
                path,
                format!("Article {number}\n\nWhat helps\n\n{text} This is number {number}.\n"),
            )?;
        }
        Ok(())
    }
}

/// Where the article with this number is.
pub(crate) fn path(folder: &Path, number: usize, ends: &str) -> PathBuf {
    folder
        .join(format!("{:04}", number / OF_A_FOLDER))
        .join(format!("{number:07}.{ends}"))
}

/// The sample articles.
fn sample() -> Result<Vec<Article>> {
    let corpus = Path::new(CORPUS);
    let mut articles = Vec::new();
    preview(corpus, corpus, &IndexOptions::default(), |found| {
        if let Preview::Article(article) = found {
            articles.push(*article);
        }
        Ok::<(), ibid::Error>(())
    })?;
    Ok(articles)
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| word.len() > 1)
        .map(str::to_lowercase)
        .collect()
}

fn sentence_lengths(text: &str) -> Vec<usize> {
    text.split(['.', '!', '?', '\n'])
        .map(|sentence| words(sentence).len())
        .filter(|words| *words > 0)
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

/// Prints what the sample articles and as many made-up ones are like.
pub(crate) fn likeness() -> Result<()> {
    let texts = |article: &Article| -> Vec<(usize, String)> {
        let sections = article
            .sections
            .iter()
            .filter(|section| !section.blocks.is_empty());
        sections
            .map(|section| (section.heading_path.len(), section.text()))
            .collect()
    };
    let sample: Vec<_> = sample()?.iter().map(texts).collect();
    let language = Language::read()?;
    let size = |sections: &[(usize, String)]| -> usize {
        sections.iter().map(|(_, text)| words(text).len()).sum()
    };
    // As many words: the more there are, the more often they and their pairs come again.
    let mut left: usize = sample.iter().map(|sections| size(sections)).sum();
    let mut made_up: Vec<Vec<(usize, String)>> = Vec::new();
    while left > 0 {
        let sections = language.article(made_up.len()).sections.into_iter();
        let sections: Vec<_> = sections.map(|(path, text)| (path.len(), text)).collect();
        left = left.saturating_sub(size(&sections));
        made_up.push(sections);
    }
    println!(
        "| articles | number | sections each | bytes a section | words a sentence | headings above, two or more % | words that came before in the article % | pairs that come again % | words in use |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (name, articles) in [("sample", sample), ("made up", made_up)] {
        println!("| {name} | {}", Likeness::of(&articles).cells());
    }
    Ok(())
}

/// Counts over articles.
#[derive(Default)]
struct Likeness {
    articles: usize,
    sections: usize,
    bytes: usize,
    sentences: usize,
    words: usize,
    nested: usize,
    /// Words beside those that bind sentences, and those of them that stood in the article before.
    content: usize,
    again: usize,
    pairs: HashMap<(String, String), usize>,
    in_use: HashSet<String>,
}

impl Likeness {
    fn of(articles: &[Vec<(usize, String)>]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let texts = articles.iter().flatten();
        for word in texts.flat_map(|(_, text)| words(text)) {
            *counts.entry(word).or_default() += 1;
        }
        let mut frequent: Vec<(&String, &usize)> = counts.iter().collect();
        frequent.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let frequent: HashSet<&String> = frequent
            .iter()
            .take(FUNCTION_WORDS)
            .map(|(word, _)| *word)
            .collect();
        let mut all = Self::default();
        for article in articles {
            all.articles += 1;
            let mut seen = HashSet::new();
            for (depth, text) in article {
                all.sections += 1;
                all.bytes += text.len();
                all.nested += usize::from(*depth > 1);
                all.sentences += sentence_lengths(text).len();
                let words = words(text);
                for pair in words.windows(2) {
                    let pair = (pair[0].clone(), pair[1].clone());
                    *all.pairs.entry(pair).or_default() += 1;
                }
                for word in words {
                    all.words += 1;
                    if !frequent.contains(&word) {
                        all.content += 1;
                        all.again += usize::from(!seen.insert(word.clone()));
                    }
                    all.in_use.insert(word);
                }
            }
        }
        all
    }

    fn cells(&self) -> String {
        let of = |part: usize, whole: usize| part as f64 / whole as f64;
        let pairs: usize = self.pairs.values().sum();
        let again: usize = self.pairs.values().filter(|count| **count > 1).sum();
        format!(
            "{} | {:.1} | {:.0} | {:.1} | {:.0} | {:.0} | {:.0} | {} |",
            self.articles,
            of(self.sections, self.articles),
            of(self.bytes, self.sections),
            of(self.words, self.sentences),
            100.0 * of(self.nested, self.sections),
            100.0 * of(self.again, self.content),
            100.0 * of(again, pairs),
            self.in_use.len()
        )
    }
}
