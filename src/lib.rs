//! `ibid` turns a folder of articles into a knowledge base that is searched by what a person would type.
//!
//! Begin with [`KnowledgeBase`]:
//!
//! ```
//! use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent};
//! # fn main() -> ibid::Result<()> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # std::fs::write(folder.path().join("cramps.md"), "# Cramps\n\n## At night\n\nStretch the calf.\n").expect("written");
//! # let (articles, index) = (folder.path().to_owned(), folder.path().join("index"));
//! let library = KnowledgeBase::open_or_create(index)?;
//! library.index(&[articles], &IndexOptions::default(), &Silent)?;
//! for hit in library.search("calf cramp", &SearchOptions::default())?.body.hits {
//!     println!("{}: {}", hit.article.title, hit.heading_path.join(" > "));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What happens on the way, and where: [`ingest`] reads files into [`article`]s, [`passage`] cuts them, [`indexer`] puts them
//! into an [`engine`]; [`query`] reads what was typed, [`vocabulary`] widens it, [`snippet`] cuts what is shown, and [`report`]
//! is what programs get. [`watch`] keeps an index in step with its folders.
//! `ARCHITECTURE.md` says more.

pub mod analysis;
pub mod article;
pub mod engine;
pub mod error;
pub mod eval;
pub mod fold;
pub mod indexer;
pub mod ingest;
mod knowledge_base;
#[cfg(feature = "serve")]
pub mod mcp;
pub mod passage;
pub mod query;
pub mod report;
mod sentence;
#[cfg(feature = "serve")]
pub mod serve;
pub mod snippet;
mod understanding;
pub mod vocabulary;
#[cfg(feature = "watch")]
pub mod watch;

pub use error::{Error, ErrorKind, Result};
pub use indexer::{IndexOptions, Progress, Silent};
pub use knowledge_base::{
    Counting, Duplicates, Explanations, Following, KnowledgeBase, Location, SearchOptions,
};
pub use understanding::Understanding;
