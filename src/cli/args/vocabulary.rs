//! What can be said of vocabularies?

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum VocabularyCommand {
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
pub(in crate::cli) struct VocabularyList {
    /// Print it as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VocabularyTest {
    /// The words
    #[arg(value_name = "WORDS", required = true)]
    pub(in crate::cli) query: Vec<String>,
    /// Print it as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VocabularyImport {
    /// The file
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// What the vocabulary is called [default: the file's name without its ending]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// Print what was imported as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VocabularyRemove {
    /// What the vocabulary is called
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VocabularyCheck {
    /// The files [default: those of ibid.toml]
    #[arg(value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}
