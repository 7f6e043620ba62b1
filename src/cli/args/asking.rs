//! What can be said of a search, and of how its results are written and measured?

use clap::{Args as ClapArgs, ValueEnum, value_parser};
use ibid::engine::Filter;
use ibid::eval::Measure;
use ibid::{Counting, Duplicates, Explanations, SearchOptions, Understanding};
use std::num::NonZeroUsize;
use std::path::PathBuf;

const QUERY_HELP: &str = "\
Query: words are alternatives whose evidence adds up; \"a phrase\", title:word and heading:word must match; -word must
not. Put -- before a query that begins with a dash.";

#[derive(Debug, ClapArgs)]
#[command(after_help = QUERY_HELP, args_override_self = true)]
pub(in crate::cli) struct Search {
    /// What to search for; without it, on a terminal, a prompt that searches as you type
    #[arg(value_name = "QUERY")]
    pub(in crate::cli) query: Vec<String>,
    /// Search for passages that belong beside the one with this id
    #[arg(long, value_name = "ID", conflicts_with = "query")]
    pub(in crate::cli) like: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) wanted: Wanted,
    /// Print the results as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// What is wanted of a search.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Wanted {
    /// How many results
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(in crate::cli) limit: u32,
    /// How many results to leave out before the first
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = value_parser!(u32).range(0..=10_000_000))]
    pub(in crate::cli) offset: u32,
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
    pub(in crate::cli) per_article: Option<NonZeroUsize>,
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
pub(in crate::cli) fn understanding(exact: bool) -> Understanding {
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
pub(in crate::cli) struct Export {
    /// What to search for
    #[arg(value_name = "QUERY", required_unless_present = "queries")]
    pub(in crate::cli) query: Vec<String>,
    /// Many queries: TSV (id, tab, query), TREC topics, or BEIR JSON lines
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub(in crate::cli) queries: Option<PathBuf>,
    /// The file to write; `-` is standard output [default: -]
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = ExportFormat::Json)]
    pub(in crate::cli) format: ExportFormat,
    #[command(flatten)]
    pub(in crate::cli) wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportFormat {
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
pub(in crate::cli) struct Eval {
    /// The queries: TSV (id, tab, query), TREC topics, or BEIR JSON lines
    #[arg(long, value_name = "FILE", required_unless_present = "run")]
    pub(in crate::cli) topics: Option<PathBuf>,
    /// The judgments: TREC's four columns, or BEIR's TSV
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) qrels: PathBuf,
    /// Measure this run, and search for nothing
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) run: Option<PathBuf>,
    /// Compare with this run, by a paired randomisation test on the first measure
    #[arg(long, value_name = "RUN")]
    pub(in crate::cli) compare: Option<PathBuf>,
    /// What to measure: ndcg@K, map, map@K, mrr@K, p@K, recall@K, success@K, judged@K [default: ten common ones]
    #[arg(long = "measure", value_name = "METRIC")]
    pub(in crate::cli) measures: Vec<Measure>,
    /// Fail with 1 where a measure is below this (may be given more than once)
    #[arg(long = "min", value_name = "METRIC=VALUE", value_parser = least)]
    pub(in crate::cli) least: Vec<(Measure, f64)>,
    /// Leave out passages that nobody judged
    #[arg(long)]
    pub(in crate::cli) condensed: bool,
    /// Leave these passages out of the run: a topic and a passage a line
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) drop: Option<PathBuf>,
    /// The least grade that counts as relevant for measures without grades
    #[arg(long, value_name = "GRADE", default_value_t = 1)]
    pub(in crate::cli) min_rel: i32,
    /// Print every topic too
    #[arg(long)]
    pub(in crate::cli) per_topic: bool,
    /// How many results to search for
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(in crate::cli) limit: u32,
    /// Search only for what was typed: no vocabulary, no correction
    #[arg(long)]
    pub(in crate::cli) exact: bool,
    /// Print it as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
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
