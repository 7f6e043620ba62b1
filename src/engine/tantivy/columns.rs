//! What is kept of each passage of a segment beside the lists of words? Its article, its place in it, the names of the article.

use super::articles::Articles;
use super::schema::{ARTICLE, NAME_TERMS};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

/// The columns of one segment. Opening one costs up to a thousandth of reading it, so each is opened once, when it is first needed.
pub(super) struct Columns {
    segment: SegmentReader,
    articles: Articles,
    ids: OnceLock<Option<StrColumn>>,
    names: OnceLock<Option<StrColumn>>,
    all_names: OnceLock<AllNames>,
    /// How many names were looked up one by one.
    looked_up: AtomicUsize,
}

/// The names of all articles of a segment, one after the other.
struct AllNames {
    text: String,
    /// Where each begins, and where the last ends.
    starts: Vec<usize>,
}

/// After how many names that were looked up one by one, each of which costs as much as reading some dozens in a row, all are kept
/// ready. A command that answers one query does not get there.
const LOOKED_UP_ONE_BY_ONE: usize = 4096;
/// How many bytes of names are kept ready at the most.
const MOST_NAMES: usize = 64 << 20;

impl Columns {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            segment: segment.clone(),
            articles: Articles::open(segment)?,
            ids: OnceLock::new(),
            names: OnceLock::new(),
            all_names: OnceLock::new(),
            looked_up: AtomicUsize::new(0),
        })
    }

    /// Which passages belong together.
    pub(super) fn articles(&self) -> &Articles {
        &self.articles
    }

    /// Which names the article of a passage has: the same number for the same names.
    pub(super) fn names(&self, doc: DocId) -> tantivy::Result<Option<u64>> {
        let names = self.column(&self.names, NAME_TERMS)?;
        Ok(names.and_then(|names| names.ords().first(doc)))
    }

    /// Gives `take` the names with this number: a line each, a space between two terms.
    pub(super) fn with_names<T>(
        &self,
        number: u64,
        take: impl FnOnce(&str) -> tantivy::Result<T>,
    ) -> tantivy::Result<T> {
        if let Some(all) = self.all_names()? {
            let (start, end) = (all.starts[number as usize], all.starts[number as usize + 1]);
            return take(&all.text[start..end]);
        }
        let mut text = String::new();
        if let Some(names) = self.column(&self.names, NAME_TERMS)? {
            names.ord_to_str(number, &mut text)?;
        }
        take(&text)
    }

    /// The names of all articles, where so many were looked up that keeping them is worth it, and they are not too many.
    fn all_names(&self) -> tantivy::Result<Option<&AllNames>> {
        if self.looked_up.load(Relaxed) < LOOKED_UP_ONE_BY_ONE {
            self.looked_up.fetch_add(1, Relaxed);
            return Ok(None);
        }
        if self.all_names.get().is_none() {
            let mut all = AllNames {
                text: String::new(),
                starts: vec![0],
            };
            if let Some(names) = self.column(&self.names, NAME_TERMS)? {
                let mut terms = names.dictionary().stream()?;
                while terms.advance() {
                    all.text.push_str(&String::from_utf8_lossy(terms.key()));
                    all.starts.push(all.text.len());
                    if all.text.len() > MOST_NAMES {
                        all = AllNames {
                            text: String::new(),
                            starts: Vec::new(),
                        };
                        break;
                    }
                }
            }
            let _another_was_as_quick = self.all_names.set(all);
        }
        Ok(self.all_names.get().filter(|all| !all.starts.is_empty()))
    }

    /// The ordinal of the id of a passage's article: in the order of the ids of the segment.
    pub(super) fn article(&self, doc: DocId) -> tantivy::Result<Option<u64>> {
        let ids = self.column(&self.ids, ARTICLE)?;
        Ok(ids.and_then(|ids| ids.ords().first(doc)))
    }

    /// The id of a passage's article.
    pub(super) fn article_id(&self, doc: DocId) -> tantivy::Result<String> {
        let mut id = String::new();
        if let (Some(ids), Some(ordinal)) = (self.column(&self.ids, ARTICLE)?, self.article(doc)?) {
            ids.ord_to_str(ordinal, &mut id)?;
        }
        Ok(id)
    }

    fn column<'a>(
        &self,
        opened: &'a OnceLock<Option<StrColumn>>,
        name: &str,
    ) -> tantivy::Result<Option<&'a StrColumn>> {
        if opened.get().is_none() {
            let column = self.segment.fast_fields().str(name)?;
            let _another_was_as_quick = opened.set(column);
        }
        Ok(opened.get().and_then(Option::as_ref))
    }
}
