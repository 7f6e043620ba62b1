//! Which reader of saved web pages finds the article best?
//!
//! `cargo run --release --manifest-path benches/extraction/Cargo.toml -- [--pages] [--predictions FOLDER] [PAGES.jsonl]`
//!
//! Runs four of them over `tests/pages`, and over a file of `{"id", "html", "expected_html"}` lines if one is given, on a
//! single thread, and prints one table. `--pages` adds each page's text F1; `--predictions` writes what was read as JSON
//! lines of `{"id", "text", "headings"}`. How outputs become text and headings: `extractors`; how they are scored: `score`.
//! The measures are those of the shared set's own `score.py`, but for one thing: that reads the words after an element
//! before those of the elements in it, and here they stand in reading order. It makes up to .007 of text F1; for its very
//! figures give it what `--predictions` writes.

mod extractors;
mod markup;
mod pages;
#[path = "../../../tests/integration/extraction_score.rs"]
mod score;

use extractors::{Extractor, Output};
use pages::Page;
use score::Scorer;
use std::error::Error;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Some pages nest deeper than the usual stack lets a recursive extractor follow.
const STACK: usize = 512 << 20;

struct Arguments {
    every_page: bool,
    predictions: Option<PathBuf>,
    lines: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let work = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || compare(&arguments).map_err(|error| error.to_string()))?;
    work.join().map_err(|_| "the comparison panicked")??;
    Ok(())
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments {
        every_page: false,
        predictions: None,
        lines: None,
    };
    let mut given = std::env::args_os().skip(1);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--pages") => arguments.every_page = true,
            Some("--predictions") => {
                arguments.predictions =
                    Some(given.next().ok_or("--predictions needs a folder")?.into());
            }
            // What `cargo bench` adds.
            Some("--bench") => {}
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option {option}").into());
            }
            _ => arguments.lines = Some(argument.into()),
        }
    }
    Ok(arguments)
}

fn compare(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages");
    let mut sets = vec![("tests/pages".to_owned(), pages::folder(&own)?)];
    if let Some(file) = &arguments.lines {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        sets.push((name.into_owned(), pages::json_lines(file)?));
    }
    // A page on which an extractor panics counts as one from which it read nothing.
    panic::set_hook(Box::new(|_| {}));
    println!(
        "| set | reader | text P | text R | text F1 | headings P | headings R | headings F1 | pages/s | MB/s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut every_page = String::new();
    for (name, pages) in &sets {
        let title = format!("{name} ({} pages)", pages.len());
        for extractor in Extractor::ALL {
            let mut scorer = Scorer::default();
            let mut predictions = String::new();
            for page in pages {
                let output = panic::catch_unwind(|| extractor.run(&page.html)).unwrap_or_default();
                let reading = page.without_title(output.reading(page.seams));
                let f1 = scorer.add(&page.truth, &reading);
                every_page.push_str(&format!("{f1:.3} {:26} {}\n", extractor.name(), page.id));
                let line = serde_json::json!({"id": page.id, "text": reading.text, "headings": reading.headings});
                predictions.push_str(&format!("{line}\n"));
            }
            if let Some(folder) = &arguments.predictions {
                let reader = extractor
                    .name()
                    .split([' ', ','])
                    .next()
                    .unwrap_or_default();
                let set = name.trim_end_matches(".jsonl").replace('/', "-");
                fs::create_dir_all(folder)?;
                fs::write(folder.join(format!("{set}.{reader}.jsonl")), predictions)?;
            }
            let (text, headings) = (scorer.text(), scorer.headings());
            let speed = speed(pages, |html| {
                let _: Output = panic::catch_unwind(|| extractor.run(html)).unwrap_or_default();
            });
            println!(
                "| {title} | {} | {:.4} | {:.4} | **{:.4}** | {:.4} | {:.4} | **{:.4}** | {speed} |",
                extractor.name(),
                text.precision,
                text.recall,
                text.f1(),
                headings.precision,
                headings.recall,
                headings.f1(),
            );
        }
        let speed = speed(pages, |html| {
            scraper::Html::parse_document(html);
        });
        println!("| {title} | html5ever alone (scraper's tree) | | | | | | | {speed} |");
    }
    if arguments.every_page {
        println!("\n{every_page}");
    }
    Ok(())
}

/// Pages and megabytes of HTML a second, as two cells of the table; the pages were read once before.
fn speed(pages: &[Page], run: impl Fn(&str)) -> String {
    let start = Instant::now();
    for page in pages {
        run(&page.html);
    }
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = pages.iter().map(|page| page.html.len()).sum();
    format!(
        "{:.0} | {:.1}",
        pages.len() as f64 / seconds,
        bytes as f64 / 1e6 / seconds
    )
}
