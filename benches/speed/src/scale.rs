//! What do indexing and answering cost at each size?

use crate::Result;
use crate::articles::Language;
use crate::numbers::Numbers;
use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// How many queries of each kind.
const QUERIES: usize = 150;
/// How often a process is started to answer one query.
const COLD: usize = 15;

/// One column a size.
pub(crate) fn run(sizes: &[usize]) -> Result<()> {
    let language = Language::read()?;
    for size in sizes {
        let place = tempfile::tempdir()?;
        let (source, index) = (
            place.path().join("articles.jsonl"),
            place.path().join("index"),
        );
        let bytes = language.write(&source, *size)?;
        println!("## {size} passages, {:.0} MB of text", bytes as f64 / 1e6);
        let began = Instant::now();
        let told = itself(&["build", &source.to_string_lossy(), &index.to_string_lossy()])?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "build: {seconds:.2} s, {:.0} passages a second; {told}",
            *size as f64 / seconds
        );
        let stored = folder_bytes(&index)?;
        println!(
            "index: {:.2} times the bytes of the text",
            stored as f64 / bytes as f64
        );
        queries(&language, &index)?;
        cold(&index);
    }
    Ok(())
}

/// Indexes in a process of its own, and says how much memory that took.
pub(crate) fn build(source: &Path, index: &Path) -> Result<()> {
    let library = KnowledgeBase::open_or_create(index)?;
    library.index(&[source.to_owned()], &IndexOptions::default(), &Silent)?;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .trim()
            .strip_suffix(" kB")?
            .parse::<u64>()
            .ok()
    });
    match kilobytes {
        Some(kilobytes) => println!("{} MB of memory at the most", kilobytes >> 10),
        None => println!("memory not known on this system"),
    }
    Ok(())
}

fn itself(args: &[&str]) -> Result<String> {
    let output = Command::new(std::env::current_exe()?)
        .args(args)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{args:?} failed").into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
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
fn queries(language: &Language, index: &Path) -> Result<()> {
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
        ];
        for ((_, list), query) in kinds.iter_mut().zip(queries) {
            list.push(query);
        }
    }
    println!("| warm query, ms | median | p99 | hits |");
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

/// Two neighbouring letters of a word in each other's place.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        letters.swap(1, 2);
    }
    letters.into_iter().collect()
}

/// A process for each query, as a person's command is.
fn cold(index: &Path) {
    let program = std::env::var_os("IBID_BIN");
    let Some(program) = program else {
        println!("cold: skipped; set IBID_BIN to the ibid command to measure it");
        return;
    };
    let mut times = Vec::new();
    for _ in 0..COLD {
        let began = Instant::now();
        let ran = Command::new(&program)
            .arg("--index")
            .arg(index)
            .args(["search", "--json", "back spasm"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !ran.is_ok_and(|status| status.success()) {
            println!("cold: failed");
            return;
        }
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "cold: {:.1} ms at the median for one process and query, {:.1} at the most",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}
