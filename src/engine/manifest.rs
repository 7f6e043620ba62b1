//! What is known of each source of a commit? Which folders, which files, and in what state they were read.
//!
//! The manifest is committed together with the passages, so the two never disagree.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sources and files of one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Sources by name.
    pub sources: BTreeMap<String, SourceFolder>,
    /// Files by `<source>/<path inside it>`.
    pub files: BTreeMap<String, FileRecord>,
}

/// A folder that articles were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFolder {
    /// Its absolute path without links, which tells two folders of one name apart; `None` for standard input.
    pub root: Option<String>,
    /// Its path as it was given, which the paths of its articles begin with.
    pub given: String,
}

/// The state in which a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size, in bytes.
    pub size: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub hash: String,
    /// BLAKE3 of its bytes where not all of it was taken; empty where all was, or where it changed while it was read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub partial: String,
    /// The version of the reading rules it was read with.
    pub rules: u32,
    /// How it was said to be read; `None` where its name decided.
    pub format: Option<String>,
    /// Whether it was given by name, and not found in a folder.
    #[serde(default, skip_serializing_if = "is_false")]
    pub named: bool,
    /// When it was last changed, where that tells that it has not been changed since. An engine keeps it beside the commit.
    #[serde(skip)]
    pub stamp: Option<Stamp>,
    /// The ids of the articles it holds.
    pub articles: Vec<String>,
    /// How many passages they have.
    pub passages: u64,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// When a file was last changed, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its contents (`mtime`). Programs set it as they like.
    pub modified: i64,
    /// Its contents, name or permissions (`ctime`), which programs cannot set; 0 where the system keeps none.
    pub changed: i64,
}

impl FileRecord {
    /// The hash of a file that is to be read again, whether it has changed or not.
    pub const UNREAD: &'static str = "";
}

impl Manifest {
    /// How many articles and passages all files hold.
    pub fn totals(&self) -> (u64, u64) {
        self.files
            .values()
            .fold((0, 0), |(articles, passages), file| {
                (
                    articles + file.articles.len() as u64,
                    passages + file.passages,
                )
            })
    }
}
