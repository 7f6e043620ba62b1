//! What does ibid's index cost, beside bare tantivy's of the same sections, and what do two cores give?

use crate::articles::Language;
use crate::process::{self, processor_seconds};
use crate::{IBID, Result, median};
use frostem::{Algorithm, Stemmer};
use ibid::ingest::lines::read_json_lines;
use ibid::{IndexOptions, KnowledgeBase, Silent};
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::Instant;
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream,
    Tokenizer,
};
use tantivy::{Index, IndexWriter, TantivyDocument, doc};

/// What this program starts itself with.
pub(crate) const ITSELF: &str = "one-build";
/// Tantivy's writer gets as much for each thread as ibid gives it.
const MEMORY_PER_THREAD: usize = 64 << 20;
/// How often each is measured, turn by turn.
const ROUNDS: usize = 5;
/// How many sections are made up where no articles are given, ...
const PASSAGES: usize = 20_000;
/// ... and how many web pages.
const PAGES: usize = 1500;
/// How often each saved page is written: a site of fewer pages than five has nothing that repeats.
const COPIES: usize = 4;

/// What is measured over the same sections.
const SYSTEMS: [(&str, &str); 3] = [
    ("bare", "bare tantivy, sections in memory"),
    ("ibid", "ibid, from the file"),
    ("read", "ibid reading the file, one thread"),
];

/// A table over sections, and one over web pages.
pub(crate) fn run(shared: Option<&Path>) -> Result<()> {
    let place = tempfile::tempdir()?;
    let language = Language::read()?;
    let (source, what) = match shared {
        Some(shared) => (shared.join("relevance/medqa/articles.jsonl"), "medqa"),
        None => (place.path().join("articles.jsonl"), "made up"),
    };
    if shared.is_none() {
        language.write(&source, PASSAGES)?;
    }
    sections(&source, what, place.path())?;
    let pages = place.path().join("pages");
    match shared {
        Some(shared) => write_saved_pages(shared, &pages)?,
        None => language.write_pages(&pages, PAGES)?,
    }
    cores(&pages, place.path())
}

fn sections(source: &Path, what: &str, place: &Path) -> Result<()> {
    let index = place.join("index");
    let mut figures: Vec<Vec<(f64, f64)>> = vec![Vec::new(); SYSTEMS.len()];
    for _ in 0..ROUNDS {
        for ((system, _), figures) in SYSTEMS.iter().zip(&mut figures) {
            let told = Command::new(std::env::current_exe()?)
                .args([ITSELF, system])
                .args([source, &index])
                .output()?;
            fs::remove_dir_all(&index).or_else(ignore_missing)?;
            let text = String::from_utf8_lossy(&told.stdout);
            let mut numbers = text.split_whitespace().map(str::parse::<f64>);
            match (numbers.next(), numbers.next()) {
                (Some(Ok(wall)), Some(Ok(processor))) => figures.push((wall, processor)),
                _ => return Err(String::from_utf8_lossy(&told.stderr).into()),
            }
        }
    }
    let sections = read_sections(source)?.len();
    println!(
        "\n## Building an index of {sections} sections ({what}), {} threads\n",
        threads()
    );
    println!("| system | wall s | processor s | times bare tantivy | sections/s |");
    println!("|---|---:|---:|---:|---:|");
    let mut first = None;
    for ((_, name), figures) in SYSTEMS.iter().zip(figures) {
        let (walls, processors) = figures.into_iter().unzip();
        let (wall, processor) = (median(walls), median(processors));
        let first = *first.get_or_insert(wall);
        println!(
            "| {name} | {wall:.2} | {processor:.2} | {:.2} | {:.0} |",
            wall / first,
            sections as f64 / wall
        );
    }
    Ok(())
}

fn ignore_missing(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// One build in this process; prints its time and its processor time.
pub(crate) fn build(system: &str, source: &Path, index: &Path) -> Result<()> {
    let sections = match system {
        "bare" => read_sections(source)?,
        _ => Vec::new(),
    };
    let (wall, processor) = (Instant::now(), processor_seconds());
    match system {
        "bare" => bare_tantivy(&sections, index)?,
        "read" => drop(read_sections(source)?),
        _ => {
            let library = KnowledgeBase::open_or_create(index)?;
            library.index(&[source.to_owned()], &IndexOptions::default(), &Silent)?;
        }
    }
    let wall = wall.elapsed().as_secs_f64();
    println!("{wall} {}", processor_seconds() - processor);
    Ok(())
}

/// A section as tantivy gets it.
struct Section {
    id: String,
    title: String,
    heading: String,
    text: String,
}

fn read_sections(source: &Path) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    let mut unread = None;
    let path = source.display().to_string();
    let file = BufReader::new(File::open(source)?);
    read_json_lines(file, "bench", &path, |line, read| match read {
        Ok(article) => {
            for section in article.sections.iter().filter(|s| !s.blocks.is_empty()) {
                sections.push(Section {
                    id: section
                        .id
                        .clone()
                        .unwrap_or_else(|| format!("{}#{}", article.id, sections.len())),
                    title: article.title.clone(),
                    heading: section.heading_path.join("\n"),
                    text: section.text(),
                });
            }
        }
        Err(error) => unread = Some(format!("{path}:{line}: {error:?}")),
    });
    match unread {
        Some(error) => Err(error.into()),
        None => Ok(sections),
    }
}

/// The name of the analysis below.
const STEMMED: &str = "stemmed";

/// What tantivy's `en_stem` does, with the stemmer that ibid has: tantivy's own is an option that ibid leaves out.
fn stemmed() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(Stems)
        .build()
}

#[derive(Clone)]
struct Stems;

impl TokenFilter for Stems {
    type Tokenizer<T: Tokenizer> = StemsOf<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> StemsOf<T> {
        StemsOf(tokenizer)
    }
}

#[derive(Clone)]
struct StemsOf<T>(T);

impl<T: Tokenizer> Tokenizer for StemsOf<T> {
    type TokenStream<'a> = StemStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        StemStream(self.0.token_stream(text), Stemmer::new(Algorithm::English))
    }
}

struct StemStream<S>(S, Stemmer);

impl<S: TokenStream> TokenStream for StemStream<S> {
    fn advance(&mut self) -> bool {
        if !self.0.advance() {
            return false;
        }
        let token = self.0.token_mut();
        token.text = self.1.stem(&token.text).into_owned();
        true
    }

    fn token(&self) -> &Token {
        self.0.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.0.token_mut()
    }
}

/// The three fields with their positions, and ids; title, heading and text stored. Tantivy merges as it does by itself.
fn bare_tantivy(sections: &[Section], folder: &Path) -> Result<()> {
    let searched = TextOptions::default()
        .set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(STEMMED)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        )
        .set_stored();
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let [title, heading, text] =
        ["title", "heading", "text"].map(|name| schema.add_text_field(name, searched.clone()));
    fs::create_dir_all(folder)?;
    let index = Index::create_in_dir(folder, schema.build())?;
    index.tokenizers().register(STEMMED, stemmed());
    let mut writer: IndexWriter<TantivyDocument> =
        index.writer_with_num_threads(threads(), threads() * MEMORY_PER_THREAD)?;
    for section in sections {
        writer.add_document(doc!(
            id => section.id.as_str(),
            title => section.title.as_str(),
            heading => section.heading.as_str(),
            text => section.text.as_str(),
        ))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn threads() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Saved pages, each with a paragraph of its own.
fn write_saved_pages(shared: &Path, folder: &Path) -> Result<()> {
    let saved = fs::read_to_string(shared.join("extraction/pages.jsonl"))?;
    for (number, line) in saved.lines().enumerate() {
        let page: serde_json::Value = serde_json::from_str(line)?;
        let html = page["html"].as_str().unwrap_or_default();
        let at = html.rfind("</p>").map_or(html.len(), |at| at + 4);
        for copy in 0..COPIES {
            let copies = folder.join(copy.to_string());
            fs::create_dir_all(&copies)?;
            let (before, behind) = html.split_at(at);
            let own = format!("<p>This is copy {copy} of page {number}, and no other page is.</p>");
            fs::write(
                copies.join(format!("{number}.html")),
                [before, &own, behind].concat(),
            )?;
        }
    }
    Ok(())
}

/// The command over a folder of web pages, with all cores and pinned to one.
fn cores(pages: &Path, place: &Path) -> Result<()> {
    let index = place.join("index");
    let (mut free, mut pinned) = (Vec::new(), Vec::new());
    let has_taskset = Command::new("taskset").arg("--version").output().is_ok();
    for _ in 0..ROUNDS {
        for is_pinned in [false, true] {
            let mut command = match is_pinned {
                true if !has_taskset => continue,
                true => {
                    let mut command = Command::new("taskset");
                    command.args(["-c", "0", IBID]);
                    command
                }
                false => Command::new(IBID),
            };
            command.arg("--index").arg(&index).arg("index").arg(pages);
            let cost = process::run(&mut command)?;
            fs::remove_dir_all(&index)?;
            if is_pinned {
                pinned.push(cost);
            } else {
                free.push(cost);
            }
        }
    }
    println!("\n## Building an index of a folder of web pages, with every core and with one\n");
    println!("| cores | wall s | processor s | times as fast as one | memory MB |");
    println!("|---|---:|---:|---:|---:|");
    let wall = |costs: &[process::Cost]| median(costs.iter().map(|cost| cost.wall).collect());
    let one = wall(&pinned);
    for (name, costs) in [(threads().to_string(), free), ("1".to_owned(), pinned)] {
        if costs.is_empty() {
            println!("| {name} | skipped: there is no taskset | | | |");
            continue;
        }
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {} |",
            wall(&costs),
            median(costs.iter().map(|cost| cost.processor).collect()),
            one / wall(&costs),
            costs.iter().map(|cost| cost.memory.own).max().unwrap_or(0) >> 20
        );
    }
    Ok(())
}
