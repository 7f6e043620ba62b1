//! What do indexing and answering cost at each size?

use crate::articles::Language;
use crate::numbers::Numbers;
use crate::process::{self, Cost};
use crate::{IBID, Result, median};
use ibid::{KnowledgeBase, SearchOptions};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// How many queries of each kind.
const QUERIES: usize = 150;
/// How often a process is started to answer one query.
const COLD: usize = 15;

/// A part for each size.
pub(crate) fn run(sizes: &[usize]) -> Result<()> {
    let language = Language::read()?;
    for size in sizes {
        let place = tempfile::tempdir()?;
        let (source, index) = (
            place.path().join("articles.jsonl"),
            place.path().join("index"),
        );
        let written = language.write(&source, *size)?;
        println!(
            "\n## {size} passages, {:.1} MB of text\n",
            written.bytes as f64 / 1e6
        );
        let built = command(&index, &["index", &source.to_string_lossy()])?;
        println!("| build | |\n|---|---:|");
        println!("| wall s | {:.2} |", built.wall);
        println!("| processor s | {:.2} |", built.processor);
        println!("| passages/s | {:.0} |", *size as f64 / built.wall);
        println!("| memory at its peak, MB | {} |", built.memory.own >> 20);
        println!(
            "| the same with mapped files, MB | {} |",
            built.memory.with_mapped_files >> 20
        );
        println!(
            "| index, times the bytes of the text | {:.2} |",
            folder_bytes(&index)? as f64 / written.bytes as f64
        );
        cold(&index)?;
        queries(&language, &index, written.articles)?;
    }
    Ok(())
}

/// The command, in a process of its own.
fn command(index: &Path, args: &[&str]) -> Result<Cost> {
    process::run(Command::new(IBID).arg("--index").arg(index).args(args))
}

fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.metadata()? {
            data if data.is_dir() => folder_bytes(&entry.path())?,
            data => data.len(),
        };
    }
    Ok(bytes)
}

/// Warm queries of each kind, on one open index.
fn queries(language: &Language, index: &Path, articles: usize) -> Result<()> {
    let library = KnowledgeBase::open(index)?;
    let mut numbers = Numbers::new(3);
    let count = language.words.len();
    let mut word = |from: usize, to: usize| {
        language.words[(from + numbers.below(to - from)).min(count - 1)].clone()
    };
    let lay = [
        "charley horse at night",
        "heart attack",
        "high blood pressure",
        "belly ache after eating",
        "throwing up and runs",
        "pins and needles in feet",
        "water pill",
        "stuffy nose",
        "pink eye in child",
        "back spasm",
    ];
    let mut kinds: Vec<(&str, Vec<String>)> = vec![
        ("two common words", vec![]),
        ("two rare words", vec![]),
        ("four words", vec![]),
        ("six words", vec![]),
        ("expanded", vec![]),
        ("misspelt", vec![]),
        ("a phrase", vec![]),
        ("topical", vec![]),
    ];
    for number in 0..QUERIES {
        let queries = [
            format!("{} {}", word(100, 400), word(100, 400)),
            format!("{} {}", word(3000, count), word(3000, count)),
            format!(
                "{} {} {} {}",
                word(100, 1000),
                word(100, 3000),
                word(500, 6000),
                word(500, 6000)
            ),
            format!(
                "{} {} {} {} {} {}",
                word(50, 500),
                word(100, 1000),
                word(100, 3000),
                word(500, 3000),
                word(500, 6000),
                word(3000, count)
            ),
            format!("{} {}", lay[number % lay.len()], word(100, 3000)),
            format!("{} {}", misspelt(&word(500, 4000)), word(100, 1000)),
            format!("\"{} {}\"", word(20, 200), word(20, 200)),
            topical(language, number * articles / QUERIES, 2 + number % 5),
        ];
        for ((_, list), query) in kinds.iter_mut().zip(queries) {
            list.push(query);
        }
    }
    println!("\n| warm query, ms | median | p99 | hits |");
    println!("|---|---:|---:|---:|");
    for (kind, queries) in &kinds {
        for query in queries.iter().take(5) {
            library.search(query, &SearchOptions::default())?;
        }
        let mut hits = 0;
        let mut times = Vec::new();
        for query in queries {
            let began = Instant::now();
            hits += library
                .search(query, &SearchOptions::default())?
                .body
                .hits
                .len();
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "| {kind} | {:.2} | {:.2} | {} |",
            times[times.len() / 2],
            times[times.len() * 99 / 100],
            hits
        );
    }
    Ok(())
}

/// So many words of one article's subjects, as a person types who looks for it.
pub(crate) fn topical(language: &Language, article: usize, words: usize) -> String {
    let subjects = language.subjects(article);
    let words = subjects.iter().take(words);
    let words: Vec<&str> = words.map(|rank| language.words[*rank].as_str()).collect();
    words.join(" ")
}

/// Two neighbouring letters of a word in each other's place.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        letters.swap(1, 2);
    }
    letters.into_iter().collect()
}

/// A process for each query, as a person's command is.
fn cold(index: &Path) -> Result<()> {
    let mut walls = Vec::new();
    for _ in 0..COLD {
        let cost = command(index, &["search", "--json", "back spasm"])?;
        walls.push(cost.wall * 1e3);
    }
    println!("| one process and query, ms | {:.1} |", median(walls));
    Ok(())
}
