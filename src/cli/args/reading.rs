//! What can be said of the files that are read?

use clap::{Args as ClapArgs, ValueEnum, value_parser};
use ibid::ingest::walk::{Hidden, IgnoreFiles, Links, WalkOptions};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(in crate::cli) struct Index {
    /// Files and folders; `-` reads one article from standard input [default: corpus/]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The name of the article on standard input
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(in crate::cli) name: String,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) patience: Patience,
    /// Print what was done as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[cfg(feature = "watch")]
#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(in crate::cli) struct Watch {
    /// Files and folders [default: corpus/]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
    /// For how long nothing has to change before the index is brought in step; it is after 5 seconds anyhow
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(10..=5000))]
    pub(in crate::cli) debounce: u64,
    /// Look at everything every so many seconds, and do not wait to be told of changes
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86_400))]
    pub(in crate::cli) poll: Option<u64>,
    #[command(flatten)]
    pub(in crate::cli) patience: Patience,
    /// Print what was done as JSON, one document a line
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// What is read of files and folders, and how.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Reading {
    /// The name of the source, which ids begin with [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) source: Option<String>,
    /// Read every file in this format [default: by each file's name]
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<InputFormat>,
    /// How many threads read, and how many write [default: as many as there are]
    #[arg(short = 'j', long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(in crate::cli) threads: Option<u16>,
    #[command(flatten)]
    pub(in crate::cli) walk: Walk,
    /// The largest file to read, such as 500K, 20M or 1G [default: 256M; no bound for JSON lines]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(in crate::cli) max_file_size: Option<u64>,
    /// Take out the articles of a PATH that is missing or empty too
    #[arg(long)]
    pub(in crate::cli) prune: bool,
}

/// How long to wait for another writer.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(in crate::cli) struct Patience {
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
pub(in crate::cli) enum InputFormat {
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

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true)]
pub(in crate::cli) struct Parse {
    /// The file, or a folder whose files are read; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// The name of the source, which the id begins with [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) source: Option<String>,
    /// Read the file in this format [default: by its name]
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<InputFormat>,
    /// How many threads read a folder [default: as many as there are]
    #[arg(short = 'j', long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(in crate::cli) threads: Option<u16>,
    #[command(flatten)]
    pub(in crate::cli) walk: Walk,
    /// Print it as JSON (of a file of JSON lines, one article a line)
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Print it as JSON, one article a line
    #[arg(long, conflicts_with = "json")]
    pub(in crate::cli) jsonl: bool,
}

/// Which files of a folder are read.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Walk {
    /// Read hidden files and folders too
    #[arg(long)]
    pub(in crate::cli) hidden: bool,
    /// Do not obey .gitignore, .ignore and .ibidignore
    #[arg(long)]
    pub(in crate::cli) no_ignore: bool,
    /// Follow symbolic links
    #[arg(long)]
    pub(in crate::cli) follow: bool,
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
