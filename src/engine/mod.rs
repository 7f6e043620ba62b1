//! What can an engine do? The traits that the rest of the crate searches and writes through.
//!
//! An engine keeps passages, finds them by a [`Query`], and commits changes as a whole: a [`Reader`] sees one commit and
//! no other until it is opened anew. `tests/integration/conformance.rs` is the suite that every engine has to pass.

pub mod manifest;
pub mod tantivy;

use crate::article::{Article, Format};
use crate::error::Result;
use crate::passage::Passage;
use crate::query::Query;
use manifest::Manifest;

/// A place where passages are kept.
pub trait Engine: Send + Sync {
    /// Opens the last commit for reading.
    fn reader(&self) -> Result<Box<dyn Reader>>;

    /// Opens the engine for writing, with at most `threads` threads of its own.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Locked`] where another writer is at work.
    fn writer(&self, threads: usize) -> Result<Box<dyn Writer>>;
}

/// One commit, for reading.
pub trait Reader: Send + Sync {
    /// Which commit this is, and how much it holds.
    fn commit(&self) -> CommitInfo;

    /// The best passages for a query: by score, then by article id, then by position in the article.
    fn search(&self, query: &Query, page: Page) -> Result<Found>;

    /// The passages with this id; more than one where sections of different articles brought the same id.
    fn passage(&self, id: &str) -> Result<Vec<Record>>;

    /// The passages of the article with this id, in reading order; none where there is no such article.
    fn article(&self, id: &str) -> Result<Vec<Record>>;

    /// All articles, by id.
    fn articles(&self) -> Result<Vec<ArticleEntry>>;

    /// What is known of the sources of this commit.
    fn manifest(&self) -> Result<Manifest>;

    /// The space the engine takes, in bytes.
    fn bytes(&self) -> Result<u64>;
}

/// Changes that become visible together, or not at all.
pub trait Writer: Send {
    /// Takes out every article that came from this file in an earlier commit or was added since.
    fn remove_file(&mut self, file: &str) -> Result<()>;

    /// Takes out one article.
    fn remove_article(&mut self, id: &str) -> Result<()>;

    /// Adds an article that came from `file`, with its passages.
    fn add(&mut self, file: &str, article: &ArticleEntry, passages: &[Passage]) -> Result<()>;

    /// Makes all changes visible, together with what is now known of the sources.
    fn commit(self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo>;

    /// Forgets all changes.
    fn rollback(self: Box<Self>) -> Result<()>;
}

/// Which commit, and how much it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommitInfo {
    /// How many commits changed the index since it was made.
    pub generation: u64,
    /// How many articles it holds.
    pub articles: u64,
    /// How many passages they have.
    pub passages: u64,
}

/// Which of the ranked passages are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many.
    pub limit: usize,
    /// After how many that are left out.
    pub offset: usize,
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many passages match.
    pub total: u64,
    /// Those on the page that was asked for, best first.
    pub hits: Vec<Hit>,
}

/// A passage that matches, and how well.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Higher is better; comparable within one query only.
    pub score: f32,
    /// What was found.
    pub record: Record,
}

/// A passage with the article it belongs to, as the engine gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The article.
    pub article: ArticleEntry,
    /// The passage.
    pub passage: Passage,
}

/// What an engine remembers of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The path of the file it came from.
    pub path: String,
    /// The name of the source it belongs to.
    pub source: String,
    /// How its file was read.
    pub format: Format,
    /// Where it was published.
    pub url: Option<String>,
    /// The day of publication.
    pub published: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Other names it gives itself.
    pub aliases: Vec<String>,
    /// Its subject labels.
    pub tags: Vec<String>,
    /// How many passages it has.
    pub passages: u64,
}

impl ArticleEntry {
    /// What is remembered of `article`, which has `passages` passages.
    pub fn new(article: &Article, passages: usize) -> Self {
        Self {
            id: article.id.clone(),
            title: article.title.clone(),
            path: article.source.path.clone(),
            source: article.source.name.clone(),
            format: article.source.format,
            url: article.url.clone(),
            published: article.published.clone(),
            language: article.language.clone(),
            aliases: article.aliases.clone(),
            tags: article.tags.clone(),
            passages: passages as u64,
        }
    }
}
