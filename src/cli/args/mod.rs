//! What can be typed?
//!
//! `reading` is what can be said of files, `asking` of searches, `vocabulary` of words that mean the same, `serving` of a server.

mod asking;
mod reading;
#[cfg(feature = "serve")]
mod serving;
mod vocabulary;

pub(super) use asking::{Eval, Export, ExportFormat, Search, understanding};
#[cfg(feature = "watch")]
pub(super) use reading::Watch;
pub(super) use reading::{Index, Parse, Patience, Reading};
#[cfg(feature = "serve")]
pub(super) use serving::{RequestLog, Serve};
pub(super) use vocabulary::{
    VocabularyCheck, VocabularyCommand, VocabularyImport, VocabularyList, VocabularyRemove,
    VocabularyTest,
};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, value_parser};
use ibid::report::Document;
use std::path::PathBuf;

/// Search a folder of articles by what a person would type.
#[derive(Debug, Parser)]
#[command(name = "ibid", version, about, long_about = None, max_term_width = 100, after_help = EXIT_CODES, args_override_self = true)]
pub(super) struct Args {
    /// The index: a folder, or https://HOST:PORT/NAME on a cluster [default: $IBID_INDEX, `index` in ibid.toml, or index/]
    #[arg(long, global = true, value_name = "DIR|URL")]
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
