//! How fast is each format read, beside a bare parse of the same bytes?

use crate::{Result, median};
use ibid::article::Format;
use ibid::ingest::lines::read_json_lines;
use ibid::ingest::{Input, ingest};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// How often each is measured, turn by turn.
const ROUNDS: usize = 5;
/// For how long, at least.
const ROUND: Duration = Duration::from_millis(200);
/// As much as the indexer gives its own readers.
const STACK: usize = 64 << 20;

/// Bytes of one format.
struct Pages {
    name: &'static str,
    format: Format,
    pages: Vec<Vec<u8>>,
}

/// One row a format; where `shared` is given, rows for its pages besides.
pub(crate) fn run(shared: Option<&Path>) -> Result<()> {
    let mut all = vec![
        Pages::of("HTML", Format::Html, &["corpus", "tests/pages"], "html")?,
        Pages::of("Markdown", Format::Markdown, &["corpus"], "md")?,
        Pages::of("plain text", Format::Text, &["corpus"], "txt")?,
        Pages::of("JSON lines", Format::JsonLines, &["corpus"], "jsonl")?,
    ];
    if let Some(shared) = shared {
        let saved = fs::read_to_string(shared.join("extraction/pages.jsonl"))?;
        let saved = saved.lines().map(|line| {
            let page: serde_json::Value = serde_json::from_str(line)?;
            Ok(page["html"].as_str().unwrap_or_default().into())
        });
        all.push(Pages {
            name: "HTML, saved pages",
            format: Format::Html,
            pages: saved.collect::<Result<_>>()?,
        });
        let headings = shared.join("headings/blank_lines");
        let text = [headings.to_str().unwrap_or_default()];
        all.push(Pages::of(
            "plain text, pages without their markup",
            Format::Text,
            &text,
            "txt",
        )?);
        all.push(Pages {
            name: "JSON lines, medqa",
            format: Format::JsonLines,
            pages: vec![fs::read(shared.join("relevance/medqa/articles.jsonl"))?],
        });
    }
    println!("\n## Reading, one thread\n");
    println!(
        "| format | files | MB | ibid MB/s | files/s | articles/s | bare parse | MB/s | times |"
    );
    println!("|---|---:|---:|---:|---:|---:|---|---:|---:|");
    // Pages may be nested deeply, and bare parsers do not mind.
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || all.iter().for_each(Pages::measure))?
        .join()
        .map_err(|_| "a reader panicked".into())
}

impl Pages {
    /// The files of these folders, of the repository or anywhere, whose names end so.
    fn of(name: &'static str, format: Format, folders: &[&str], ends: &str) -> Result<Self> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for folder in folders {
            for entry in fs::read_dir(Path::new(ROOT).join(folder))? {
                paths.push(entry?.path());
            }
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == ends));
        paths.sort();
        let pages = paths.iter().map(fs::read).collect::<std::io::Result<_>>()?;
        Ok(Self {
            name,
            format,
            pages,
        })
    }

    fn measure(&self) {
        let bytes: usize = self.pages.iter().map(Vec::len).sum();
        let articles: usize = self.pages.iter().map(|page| self.read(page)).sum();
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(self.seconds(|page| {
                black_box(self.read(page));
            }));
            bare.push(self.seconds(|page| self.parse(page)));
        }
        let (ours, bare) = (median(ours), median(bare));
        let megabytes = bytes as f64 / 1e6;
        let (parser, speed, times) = match self.bare_name() {
            Some(name) => (
                name,
                format!("{:.0}", megabytes / bare),
                format!("{:.1}", ours / bare),
            ),
            None => ("none", String::new(), String::new()),
        };
        println!(
            "| {} | {} | {megabytes:.2} | {:.1} | {:.0} | {:.0} | {parser} | {speed} | {times} |",
            self.name,
            self.pages.len(),
            megabytes / ours,
            self.pages.len() as f64 / ours,
            articles as f64 / ours,
        );
    }

    /// Seconds for all pages once.
    fn seconds(&self, read: impl Fn(&[u8])) -> f64 {
        let began = Instant::now();
        let mut times = 0;
        while times == 0 || began.elapsed() < ROUND {
            self.pages.iter().for_each(|page| read(page));
            times += 1;
        }
        began.elapsed().as_secs_f64() / f64::from(times)
    }

    /// As `ibid` reads it; how many articles that gave.
    fn read(&self, page: &[u8]) -> usize {
        if self.format == Format::JsonLines {
            let mut articles = 0;
            read_json_lines(page, "bench", "page", |_, article| {
                articles += usize::from(black_box(article).is_ok());
            });
            return articles;
        }
        let read = ingest(&Input {
            id: "bench/page",
            source: "bench",
            path: "page",
            format: self.format,
            bytes: page,
        });
        usize::from(black_box(read).is_ok())
    }

    fn bare_name(&self) -> Option<&'static str> {
        match self.format {
            Format::Html => Some("html5ever, scraper's tree"),
            Format::Markdown => Some("pulldown-cmark"),
            Format::JsonLines => Some("serde_json, a value a line"),
            Format::Text => None,
        }
    }

    /// As the library does that reads the format.
    fn parse(&self, page: &[u8]) {
        match self.format {
            Format::Html => {
                black_box(scraper::Html::parse_document(&String::from_utf8_lossy(
                    page,
                )));
            }
            Format::Markdown => {
                let text = String::from_utf8_lossy(page);
                pulldown_cmark::Parser::new(&text).for_each(|event| {
                    black_box(event);
                });
            }
            Format::JsonLines => {
                for line in page.split(|byte| *byte == b'\n') {
                    black_box(serde_json::from_slice::<serde_json::Value>(line).ok());
                }
            }
            Format::Text => {}
        }
    }
}
