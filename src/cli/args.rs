//! What can be typed?

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, value_parser};
use ibid::engine::Filter;
use ibid::eval::Measure;
use ibid::ingest::walk::{Hidden, IgnoreFiles, Links, WalkOptions};
use ibid::report::Document;
use ibid::{Counting, Duplicates, Explanations, SearchOptions, Understanding};
#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Search a folder of articles by what a person would type.
#[derive(Debug, Parser)]
#[command(name = "ibid", version, about, long_about = None, max_term_width = 100, after_help = EXIT_CODES, args_override_self = true)]
pub(super) struct Args {
    /// The index folder [default: $IBID_INDEX, `index` in ibid.toml, or index/]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) index: Option<PathBuf>,
    /// When to print colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 success, or at least one hit; 1 nothing found; 2 an error, or some input could not be read.";

/// When to print colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Bring the index in step with files and folders
    Index(Index),
    /// Keep the index in step with files and folders
    #[cfg(feature = "watch")]
    Watch(Watch),
    /// Search for passages
    Search(Search),
    /// Write the top results to a file: JSON, NDJSON, CSV or a TREC run
    Export(Export),
    /// Show what the ingester makes of one file, indexing nothing
    Parse(Parse),
    /// Print one passage, or a whole article, by id
    Show(Show),
    /// List the articles in the index
    List(List),
    /// Show what the index holds, and how large it is
    Status(Report),
    /// Take articles out of the index
    Remove(Remove),
    /// Check that the index is whole, and in step with its sources
    Check(Check),
    /// Measure relevance on judged queries
    Eval(Eval),
    /// List, test, import and check vocabularies: which words mean the same
    #[command(subcommand)]
    Vocabulary(VocabularyCommand),
    /// Serve the search as a web page and an HTTP API
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Answer an assistant (MCP) on standard input and output
    #[cfg(feature = "serve")]
    Mcp,
    /// Print the JSON Schema of what is printed as JSON
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print a man page
    Man(Man),
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Index {
    /// Files and folders; `-` reads one article from standard input [default: corpus/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The name of the article on standard input
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) patience: Patience,
    /// Print what was done as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[cfg(feature = "watch")]
#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Watch {
    /// Files and folders [default: corpus/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// For how long nothing has to change before the index is brought in step; it is after 5 seconds anyhow
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(10..=5000))]
    pub(super) debounce: u64,
    /// Look at everything every so many seconds, and do not wait to be told of changes
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86_400))]
    pub(super) poll: Option<u64>,
    #[command(flatten)]
    pub(super) patience: Patience,
    /// Print what was done as JSON, one document a line
    #[arg(long)]
    pub(super) json: bool,
}

/// What is read of files and folders, and how.
#[derive(Debug, ClapArgs)]
pub(super) struct Reading {
    /// The name of the source, which ids begin with [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// Read every file in this format [default: by each file's name]
    #[arg(long, value_enum)]
    pub(super) format: Option<InputFormat>,
    /// How many threads read, and how many write [default: as many as there are]
    #[arg(short = 'j', long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    #[command(flatten)]
    pub(super) walk: Walk,
    /// The largest file to read, such as 500K, 20M or 1G [default: 256M; no bound for JSON lines]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(super) max_file_size: Option<u64>,
    /// Take out the articles of a PATH that is missing or empty too
    #[arg(long)]
    pub(super) prune: bool,
}

/// How long to wait for another writer.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct Patience {
    /// How long to wait for another process that is writing to the index
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u32,
}

impl From<Patience> for Duration {
    fn from(patience: Patience) -> Self {
        Self::from_secs(u64::from(patience.wait))
    }
}

/// A number of bytes: `500K`, `20M`, `1G`, or without a letter.
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G', 'b', 'B', 'i']);
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a size is written as in 500K, 20M or 1G".to_owned()),
    };
    let count: u64 = digits
        .parse()
        .map_err(|_| "a size is written as in 500K, 20M or 1G".to_owned())?;
    count
        .checked_mul(1 << shift)
        .ok_or_else(|| "that is more than any file has".to_owned())
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InputFormat {
    /// Plain text; headings are inferred
    Text,
    /// A web page
    Html,
    /// Markdown, with front matter
    Markdown,
    /// One article a line
    Jsonl,
}

impl From<InputFormat> for ibid::article::Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Text => Self::Text,
            InputFormat::Html => Self::Html,
            InputFormat::Markdown => Self::Markdown,
            InputFormat::Jsonl => Self::JsonLines,
        }
    }
}

const QUERY_HELP: &str = "\
Query: words are alternatives whose evidence adds up; \"a phrase\", title:word and heading:word must match; -word must
not. Put -- before a query that begins with a dash.";

#[derive(Debug, ClapArgs)]
#[command(after_help = QUERY_HELP, args_override_self = true)]
pub(super) struct Search {
    /// What to search for; without it, on a terminal, a prompt that searches as you type
    #[arg(value_name = "QUERY")]
    pub(super) query: Vec<String>,
    /// Search for passages that belong beside the one with this id
    #[arg(long, value_name = "ID", conflicts_with = "query")]
    pub(super) like: Option<String>,
    #[command(flatten)]
    pub(super) wanted: Wanted,
    /// Print the results as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What is wanted of a search.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Wanted {
    /// How many results
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(super) limit: u32,
    /// How many results to leave out before the first
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = value_parser!(u32).range(0..=10_000_000))]
    pub(super) offset: u32,
    /// Only articles of this source (may be given more than once)
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Only articles with this tag (may be given more than once)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only this article, by its id (may be given more than once)
    #[arg(long, value_name = "ID")]
    article: Vec<String>,
    /// Only articles published on this day or later; those without a date are left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<String>,
    /// At most so many results from each article
    #[arg(long, value_name = "N")]
    pub(super) per_article: Option<NonZeroUsize>,
    /// Keep passages that say the same as a better one as results of their own
    #[arg(long)]
    no_fold: bool,
    /// Say of each result what gave it its score
    #[arg(long)]
    explain: bool,
    /// Search only for what was typed: no vocabulary, no correction
    #[arg(long)]
    exact: bool,
    /// Neither take a word for these nor search for them besides (may be given more than once)
    #[arg(long, value_name = "WORDS")]
    without: Vec<String>,
    /// Count how many passages match in each source, with each tag and of each year
    #[arg(long)]
    facets: bool,
}

/// What `--exact` means.
pub(super) fn understanding(exact: bool) -> Understanding {
    if exact {
        Understanding::Exact
    } else {
        Understanding::Full
    }
}

impl From<&Wanted> for SearchOptions {
    fn from(wanted: &Wanted) -> Self {
        Self {
            limit: wanted.limit as usize,
            offset: wanted.offset as usize,
            filter: Filter {
                sources: wanted.source.clone(),
                tags: wanted.tag.clone(),
                articles: wanted.article.clone(),
                since: wanted.since.clone(),
                except: None,
            },
            per_article: wanted.per_article,
            duplicates: if wanted.no_fold {
                Duplicates::Keep
            } else {
                Duplicates::Fold
            },
            explanations: if wanted.explain {
                Explanations::Give
            } else {
                Explanations::LeaveOut
            },
            understanding: understanding(wanted.exact),
            declined: wanted.without.clone(),
            counting: if wanted.facets {
                Counting::Give
            } else {
                Counting::LeaveOut
            },
        }
    }
}

/// A day, as `--since` takes it.
fn day(text: &str) -> Result<String, String> {
    match ibid::ingest::date::asked_day(text) {
        Some(day) => Ok(day),
        None => Err("a day is written as in 2024-04-16".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = QUERY_HELP, args_override_self = true)]
pub(super) struct Export {
    /// What to search for
    #[arg(value_name = "QUERY", required_unless_present = "queries")]
    pub(super) query: Vec<String>,
    /// Many queries: TSV (id, tab, query), TREC topics, or BEIR JSON lines
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub(super) queries: Option<PathBuf>,
    /// The file to write; `-` is standard output [default: -]
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = ExportFormat::Json)]
    pub(super) format: ExportFormat,
    #[command(flatten)]
    pub(super) wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// One document
    Json,
    /// A hit a line
    Ndjson,
    /// A hit a row
    Csv,
    /// A run for trec_eval
    Trec,
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Parse {
    /// The file, or a folder whose files are read; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The name of the source, which the id begins with [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// Read the file in this format [default: by its name]
    #[arg(long, value_enum)]
    pub(super) format: Option<InputFormat>,
    /// How many threads read a folder [default: as many as there are]
    #[arg(short = 'j', long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    #[command(flatten)]
    pub(super) walk: Walk,
    /// Print it as JSON (of a file of JSON lines, one article a line)
    #[arg(long)]
    pub(super) json: bool,
    /// Print it as JSON, one article a line
    #[arg(long, conflicts_with = "json")]
    pub(super) jsonl: bool,
}

/// Which files of a folder are read.
#[derive(Debug, ClapArgs)]
pub(super) struct Walk {
    /// Read hidden files and folders too
    #[arg(long)]
    pub(super) hidden: bool,
    /// Do not obey .gitignore, .ignore and .ibidignore
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// Follow symbolic links
    #[arg(long)]
    pub(super) follow: bool,
}

impl From<&Walk> for WalkOptions {
    fn from(walk: &Walk) -> Self {
        Self {
            hidden: if walk.hidden {
                Hidden::Read
            } else {
                Hidden::Skip
            },
            ignore_files: if walk.no_ignore {
                IgnoreFiles::Disregard
            } else {
                IgnoreFiles::Obey
            },
            links: if walk.follow {
                Links::Follow
            } else {
                Links::Skip
            },
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Show {
    /// The id of a passage or an article, as `search` and `list` print it
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Of a passage, show so many before and after it in its article too
    #[arg(short = 'C', long, value_name = "N", default_value_t = 0, value_parser = value_parser!(u16))]
    pub(super) context: u16,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Report {
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct List {
    /// Ids or paths of articles, or of folders: `*` and `?` within a name, `**` across folders [default: all]
    #[arg(value_name = "PATTERN")]
    pub(super) patterns: Vec<String>,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true, after_help = CHECK_CODES)]
pub(super) struct Check {
    /// Make a damaged index anew from its sources
    #[arg(long)]
    pub(super) repair: bool,
    #[command(flatten)]
    pub(super) patience: Patience,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

const CHECK_CODES: &str =
    "Exit codes: 0 all well; 1 sources have changed or vanished; 2 damage, or an error.";

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Remove {
    /// Ids or paths of articles, or of folders: `*` and `?` within a name, `**` across folders
    #[arg(value_name = "PATTERN", required = true)]
    pub(super) patterns: Vec<String>,
    #[command(flatten)]
    pub(super) patience: Patience,
    /// Print what was done as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(super) struct Eval {
    /// The queries: TSV (id, tab, query), TREC topics, or BEIR JSON lines
    #[arg(long, value_name = "FILE", required_unless_present = "run")]
    pub(super) topics: Option<PathBuf>,
    /// The judgments: TREC's four columns, or BEIR's TSV
    #[arg(long, value_name = "FILE")]
    pub(super) qrels: PathBuf,
    /// Measure this run, and search for nothing
    #[arg(long, value_name = "FILE")]
    pub(super) run: Option<PathBuf>,
    /// Compare with this run, by a paired randomisation test on the first measure
    #[arg(long, value_name = "RUN")]
    pub(super) compare: Option<PathBuf>,
    /// What to measure: ndcg@K, map, map@K, mrr@K, p@K, recall@K, success@K, judged@K [default: ten common ones]
    #[arg(long = "measure", value_name = "METRIC")]
    pub(super) measures: Vec<Measure>,
    /// Fail with 1 where a measure is below this (may be given more than once)
    #[arg(long = "min", value_name = "METRIC=VALUE", value_parser = least)]
    pub(super) least: Vec<(Measure, f64)>,
    /// Leave out passages that nobody judged
    #[arg(long)]
    pub(super) condensed: bool,
    /// Leave these passages out of the run: a topic and a passage a line
    #[arg(long, value_name = "FILE")]
    pub(super) drop: Option<PathBuf>,
    /// The least grade that counts as relevant for measures without grades
    #[arg(long, value_name = "GRADE", default_value_t = 1)]
    pub(super) min_rel: i32,
    /// Print every topic too
    #[arg(long)]
    pub(super) per_topic: bool,
    /// How many results to search for
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(super) limit: u32,
    /// Search only for what was typed: no vocabulary, no correction
    #[arg(long)]
    pub(super) exact: bool,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// `ndcg@10=0.6`, as `--min` takes it.
fn least(text: &str) -> Result<(Measure, f64), String> {
    let (measure, value) = text.split_once('=').ok_or("write it as in ndcg@10=0.6")?;
    let measure = measure
        .parse()
        .map_err(|error: ibid::Error| error.to_string())?;
    let value: f64 = value
        .parse()
        .map_err(|_| format!("{value:?} is no number"))?;
    if value.is_nan() {
        return Err("NaN is no bound".to_owned());
    }
    Ok((measure, value))
}

#[derive(Debug, Subcommand)]
pub(super) enum VocabularyCommand {
    /// List the vocabularies that a search uses
    List(VocabularyList),
    /// Show what a query means by the vocabularies
    Test(VocabularyTest),
    /// Keep a vocabulary with the index: Solr synonyms, a table of 2 or 3 columns, or OBO
    Import(VocabularyImport),
    /// Forget a vocabulary that was imported
    Remove(VocabularyRemove),
    /// Check files of vocabularies, line by line
    Check(VocabularyCheck),
}

#[derive(Debug, ClapArgs)]
pub(super) struct VocabularyList {
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VocabularyTest {
    /// The words
    #[arg(value_name = "WORDS", required = true)]
    pub(super) query: Vec<String>,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VocabularyImport {
    /// The file
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// What the vocabulary is called [default: the file's name without its ending]
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Print what was imported as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VocabularyRemove {
    /// What the vocabulary is called
    #[arg(value_name = "NAME")]
    pub(super) name: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VocabularyCheck {
    /// The files [default: those of ibid.toml]
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[cfg(feature = "serve")]
const SERVE_HELP: &str = "\
The page is at http://ADDRESS:PORT/, the API under /api/ (described by /api/openapi.json), the tools for assistants (MCP) at
/mcp. Where IBID_TOKEN is set, who asks has to give it: as a bearer token, or as the password that a browser asks for.";

#[cfg(feature = "serve")]
#[derive(Debug, ClapArgs)]
#[command(args_override_self = true, after_help = SERVE_HELP)]
pub(super) struct Serve {
    /// The address and port to listen on; 0.0.0.0:PORT or [::]:PORT is reached from other machines, port 0 is any free one
    #[arg(
        short = 'l',
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8017"
    )]
    pub(super) listen: SocketAddr,
    /// A name that the server may be called by, besides its address and localhost (may be given more than once)
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(super) allow_host: Vec<String>,
    /// What is written of each request to standard error; what was searched for never is
    #[arg(long, value_enum, value_name = "FORM", default_value_t = RequestLog::Json)]
    pub(super) log: RequestLog,
}

/// A name that a server may be called by: without what stands before and after it in an address.
#[cfg(feature = "serve")]
fn host_name(text: &str) -> Result<String, String> {
    let name = text.split_once(':').map_or(text, |(name, _)| name);
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_name = name.trim_end_matches('.').split('.').all(is_label);
    if is_name && !text.contains('/') {
        return Ok(text.to_owned());
    }
    Err("a name is written as in kb.example.org, without http:// and without *".to_owned())
}

/// What is written of each request.
#[cfg(feature = "serve")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RequestLog {
    /// A line of JSON
    Json,
    /// Nothing
    Off,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Schema {
    /// The document whose schema to print
    #[arg(value_name = "DOCUMENT", default_value = Document::Any.name(), value_parser = document_names())]
    pub(super) document: Document,
}

/// Reads the name of a document, and lists all in the help.
fn document_names() -> impl TypedValueParser<Value = Document> {
    let names = Document::all().iter();
    let names = names.map(|known| PossibleValue::new(known.name()).help(known.about()));
    PossibleValuesParser::new(names.collect::<Vec<_>>())
        .map(|name| Document::named(&name).unwrap_or(Document::Any))
}

#[derive(Debug, ClapArgs)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Man {
    /// The command whose page to print, such as `search` or `vocabulary import` [default: ibid itself]
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(super) all: Option<PathBuf>,
}
