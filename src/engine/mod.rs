//! What can an engine do? The traits that the rest of the crate searches and writes through.
//!
//! An engine keeps passages, finds them by a [`Query`], and commits changes as a whole: a [`Reader`] sees one commit and
//! no other until it is opened anew. `tests/integration/conformance.rs` is the suite that every engine has to pass.

mod check;
pub mod manifest;
pub(crate) mod names;
#[cfg(feature = "opensearch")]
pub mod opensearch;
mod rebuild;
pub(crate) mod score;
pub(crate) mod stored;
pub mod tantivy;

use crate::article::{Article, Format};
use crate::error::Result;
use crate::passage::Passage;
use crate::query::Query;
use crate::query::spelling::{Lexicon, WordCount};
use manifest::{KeptBlocks, Manifest};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

pub use check::{Checked, Damage};
pub(crate) use check::{Counted, compare};
pub use rebuild::{Rebuild, Salvage};

/// A place where passages are kept.
pub trait Engine: Send + Sync {
    /// Opens the last commit for reading.
    fn reader(&self) -> Result<Box<dyn Reader>>;

    /// A mark of everything that is searched: the last commit, and the vocabularies kept beside it. It stays the same as long as they
    /// do, and costs a look at a few files.
    fn mark(&self) -> Result<Mark>;

    /// Opens the engine for writing, with at most `threads` threads of its own. Where another writer is at work, waits for it
    /// as long as `wait`.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Locked`] where the other is still at work then.
    fn writer(&self, threads: usize, wait: Duration) -> Result<Box<dyn Writer>>;

    /// The vocabularies that are kept beside the passages, by name, as they were given.
    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>>;

    /// Keeps a vocabulary under a name, in place of one that had it, or forgets it where there are no bytes. It is no part of
    /// any commit.
    fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()>;
}

/// Stands for a state of what is searched: two states have different marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark(pub(crate) [u8; 16]);

impl Mark {
    /// The mark of a state that these bytes tell from all others.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut mark = [0; 16];
        mark.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Self(mark)
    }

    /// The mark of this state together with what else these bytes tell apart.
    #[must_use]
    pub(crate) fn with(self, bytes: &[u8]) -> Self {
        Self::of(&[&self.0, bytes].concat())
    }

    /// It in hexadecimal.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// One commit, for reading.
pub trait Reader: Send + Sync {
    /// Which commit this is, and how much it holds.
    fn commit(&self) -> CommitInfo;

    /// The best `limit` passages for a query among those that `filter` lets through: by score, then by article id, then by
    /// position in the article.
    fn rank(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        limit: usize,
    ) -> Result<Ranked>;

    /// How many of the passages that match has each source, each subject label and each year of publication.
    fn count(&self, query: &Query, filter: &Filter) -> Result<Counts>;

    /// What was found at a place that [`Reader::rank`] of this reader gave.
    fn fetch(&self, place: Place) -> Result<Record>;

    /// A page of what [`Reader::rank`] ranks.
    fn search(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        page: Page,
    ) -> Result<Found> {
        let ranked = self.rank(
            query,
            filter,
            ranking,
            page.offset.saturating_add(page.limit),
        )?;
        let hits = ranked.hits.into_iter().skip(page.offset).map(|hit| {
            Ok(Hit {
                score: hit.score,
                record: self.fetch(hit.place)?,
            })
        });
        Ok(Found {
            total: ranked.total,
            hits: hits.collect::<Result<Vec<Hit>>>()?,
            partial: ranked.partial,
        })
    }

    /// What gave a passage its score: the parts add up to what [`Reader::search`] said of it. `None` where the passage
    /// does not match, or is not there.
    fn explain(
        &self,
        query: &Query,
        ranking: &Ranking,
        record: &Record,
    ) -> Result<Option<Explanation>>;

    /// Whether an answer takes so long that it is worth saying beforehand what is going to be asked.
    fn is_far(&self) -> bool {
        false
    }

    /// Has what is going to be asked looked up at once.
    fn expect(&self, _expected: &Expected) -> Result<()> {
        Ok(())
    }

    /// The articles that have a name of exactly these terms.
    fn named(&self, terms: &[&str]) -> Result<Vec<ArticleEntry>>;

    /// In how many passages each of these terms stands.
    fn frequencies(&self, terms: &[String]) -> Result<Vec<u64>>;

    /// How many articles have this word in the form in which it is written: folded, not stemmed. Of words that
    /// [`crate::analysis::is_lexicon_word`] turns down none is kept count of.
    fn word_count(&self, word: &str) -> Result<u64>;

    /// The words within `distance` edits of `word` (letters left out, added, changed or two neighbours transposed), by
    /// their letters, `word` itself among them where the index has it.
    fn similar_words(&self, word: &str, distance: u8) -> Result<Vec<WordCount>>;

    /// The passages with this id; more than one where sections of different articles brought the same id.
    fn passage(&self, id: &str) -> Result<Vec<Record>>;

    /// The passages of the article with this id, in reading order; none where there is no such article.
    fn article(&self, id: &str) -> Result<Vec<Record>>;

    /// All articles, by id.
    fn articles(&self) -> Result<Vec<ArticleEntry>>;

    /// What is known of the sources of this commit.
    fn manifest(&self) -> Result<Manifest>;

    /// What was last kept of the blocks of web pages; nothing where there is nothing that can be read.
    fn blocks(&self) -> KeptBlocks;

    /// The space the engine takes, in bytes.
    fn bytes(&self) -> Result<u64>;
}

/// What is going to be asked of a [`Reader`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// How many articles have these words: [`Reader::word_count`].
    pub words: Vec<String>,
    /// How many passages have these terms: [`Reader::frequencies`].
    pub terms: Vec<String>,
    /// Which articles have these names, each its terms with a space between two: [`Reader::named`].
    pub names: Vec<String>,
}

/// A word is common, when what was typed is compared to it, where one article in so many has it ...
const SHARE_OF_COMMON: u64 = 100;
/// ... and at least so many have.
const FEWEST_OF_COMMON: u64 = 10;

impl Lexicon for &dyn Reader {
    fn uses(&self, text: &str) -> Result<u64> {
        if !text.contains(' ') {
            return self.word_count(text);
        }
        let phrase = Query::parse(&format!("\"{text}\""));
        let ranked = self.rank(&phrase, &Filter::default(), &Ranking::default(), 0)?;
        Ok(ranked.total)
    }

    fn similar(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        self.similar_words(word, distance)
    }

    fn common_from(&self) -> u64 {
        (self.commit().articles / SHARE_OF_COMMON).max(FEWEST_OF_COMMON)
    }
}

/// Makes articles ready to be added: all that can be done with an article by itself, so that many are made ready beside each other.
pub trait Preparer: Send + Sync {
    /// Makes an article that came from `file` ready, with its passages.
    fn prepare(&self, file: &str, article: &ArticleEntry, passages: &[Passage]) -> Prepared;
}

/// An article that a [`Preparer`] has made ready for the [`Writer`] that it is of.
pub struct Prepared {
    /// The id of the article.
    pub id: String,
    /// How many passages it has.
    pub passages: u64,
    ready: Box<dyn Any + Send>,
}

impl Prepared {
    /// `ready` is what the writer is to add.
    pub fn new(article: &ArticleEntry, ready: impl Any + Send) -> Self {
        Self {
            id: article.id.clone(),
            passages: article.passages,
            ready: Box::new(ready),
        }
    }

    /// What the writer is to add, where it is of its kind.
    pub fn into_ready<T: Any>(self) -> Option<T> {
        self.ready.downcast().ok().map(|ready| *ready)
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Changes that become visible together, or not at all.
pub trait Writer: Send {
    /// What makes articles ready for this writer.
    fn preparer(&self) -> Arc<dyn Preparer>;

    /// Takes out every article that came from this file in an earlier commit or was added since.
    fn remove_file(&mut self, file: &str) -> Result<()>;

    /// Takes out one article.
    fn remove_article(&mut self, id: &str) -> Result<()>;

    /// Adds an article that the [`Writer::preparer`] of this writer has made ready, with its passages.
    fn add(&mut self, article: Prepared) -> Result<()>;

    /// Keeps what the blocks of web pages are, beside the commits: it is no part of any, and says of each page for which of its
    /// contents it holds.
    fn keep_blocks(&mut self, blocks: &KeptBlocks) -> Result<()>;

    /// Makes all changes visible, together with what is now known of the sources.
    fn commit(self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo>;

    /// Forgets all changes.
    fn rollback(self: Box<Self>) -> Result<()>;

    /// Forgets all changes, but keeps the stamps of the files in `manifest`, which is otherwise that of the last commit.
    fn keep_stamps(self: Box<Self>, manifest: &Manifest) -> Result<()>;
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

/// Which passages may be found at all, whatever they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The names of sources, one of which the article belongs to; any where there is none.
    pub sources: Vec<String>,
    /// Subject labels, one of which the article has, in any case; any where there is none.
    pub tags: Vec<String>,
    /// The ids of articles, one of which it is; any where there is none.
    pub articles: Vec<String>,
    /// The first day of publication, `YYYY-MM-DD`; articles without a day are left out then.
    pub since: Option<String>,
    /// A passage that is left out.
    pub except: Option<String>,
}

/// How much each kind of evidence counts. `engine/score.rs` gives the formula, docs/MEASURED.md the figures that
/// chose the defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// Saturation of term frequency in BM25.
    pub k1: f32,
    /// Strength of length normalisation in BM25, 0 to 1.
    pub b: f32,
    /// How much a word of a heading counts as a word of the passage.
    pub heading: f32,
    /// How much a title, or another name of the article, that the query covers adds.
    pub name: f32,
    /// How steeply that falls with the share of the name that is not covered.
    pub name_steepness: f32,
    /// How much of the best passage's evidence its article adds to each of its passages.
    pub article: f32,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            k1: 1.2,
            b: 0.6,
            heading: 1.0,
            name: 2.0,
            name_steepness: 1.5,
            article: 0.2,
        }
    }
}

/// What gave a passage its score. `passage + article + name` is the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The whole.
    pub score: f32,
    /// What the passage's own words give: the sum of `terms` and `expansions`, times `coverage`.
    pub passage: f32,
    /// The share of the query's weight whose words the passage has.
    pub coverage: f32,
    /// What the best passage of the article adds.
    pub article: f32,
    /// What the article's name adds.
    pub name: f32,
    /// What each word of the query gives, in the order of the query, before `coverage`.
    pub terms: Vec<TermExplanation>,
    /// What the words and phrases give that mean the same, before `coverage`: where the best of them gives more than the
    /// words that were typed, those give nothing, and otherwise it gives nothing.
    pub expansions: Vec<ExpansionExplanation>,
}

/// What a word or phrase gives that means the same as one that was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpansionExplanation {
    /// What was typed.
    pub from: String,
    /// What means the same.
    pub to: String,
    /// How often it stands in the headings above the passage.
    pub in_headings: u32,
    /// How often it stands in the passage.
    pub in_text: u32,
    /// Whether its words are words of the title or another name of the article.
    pub in_name: bool,
    /// What it gives.
    pub score: f32,
}

/// What one word of a query gives.
#[derive(Clone, Debug, PartialEq)]
pub struct TermExplanation {
    /// The word, as it was typed.
    pub surface: String,
    /// How often it stands in the headings above the passage.
    pub in_headings: u32,
    /// How often it stands in the passage.
    pub in_text: u32,
    /// Whether it is a word of the title or another name of the article.
    pub in_name: bool,
    /// What it gives.
    pub score: f32,
}

/// What was ranked, without what it says.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// How many passages match: exact up to 10,000, and beyond that more than so many.
    pub total: u64,
    /// The best of them, best first.
    pub hits: Vec<RankedHit>,
    /// Where not all passages could be looked at.
    pub partial: Option<Partial>,
}

/// Some of the shards of a cluster did not answer, so passages may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// How many answered.
    pub answered: u32,
    /// How many there are.
    pub shards: u32,
    /// Why the others did not.
    pub reason: String,
}

/// How the passages that match are spread. A count says how many are found if its value is chosen: it is taken among the
/// passages that the filters for other kinds of values let through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By the name of the source, those with the most passages first; a hundred at the most.
    pub sources: Vec<Count>,
    /// By subject label, in lower case, those with the most passages first; a hundred at the most.
    pub tags: Vec<Count>,
    /// By year of publication, `YYYY`, the last first.
    pub years: Vec<Count>,
}

/// How many of the passages that match have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value.
    pub value: String,
    /// How many.
    pub passages: u64,
}

/// A passage that matches, how well, and where to fetch it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankedHit {
    /// Higher is better; comparable within one query only.
    pub score: f32,
    /// For [`Reader::fetch`].
    pub place: Place,
}

/// Where a reader has a passage. It means something to that reader only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub(crate) u128);

/// What a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many passages match: exact up to 10,000, and beyond that more than so many.
    pub total: u64,
    /// Those on the page that was asked for, best first.
    pub hits: Vec<Hit>,
    /// Where not all passages could be looked at.
    pub partial: Option<Partial>,
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
    /// The path of the file it came from. A [`Writer`] takes it as it is inside the source; a [`Reader`] gives it behind the
    /// folder that the manifest of the commit has for the source.
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
