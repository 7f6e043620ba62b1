//! The one way in for programs: open a knowledge base, index into it, search it.

use crate::engine::tantivy::{TantivyEngine, has_index};
use crate::engine::{CommitInfo, Engine, Page, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::indexer::{self, IndexOptions, Progress};
use crate::query::Query;
use crate::report::{
    HitReport, IndexReport, ListReport, RemoveReport, SearchBody, SearchReport, ShowReport,
    StatusReport,
};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// An index, for searching and for writing.
///
/// It sees one commit; [`KnowledgeBase::refresh`] goes on to the last one. What it wrote itself it sees at once.
pub struct KnowledgeBase {
    folder: PathBuf,
    engine: Box<dyn Engine>,
    reader: RwLock<Arc<dyn Reader>>,
}

/// Which of the ranked passages are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many.
    pub limit: usize,
    /// After how many that are left out.
    pub offset: usize,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            offset: 0,
        }
    }
}

impl KnowledgeBase {
    /// Whether there is an index at `folder`.
    ///
    /// # Errors
    /// `ForeignIndex` where the folder holds something else.
    pub fn exists(folder: &Path) -> Result<bool> {
        has_index(folder)
    }

    /// Opens the index at `folder`.
    ///
    /// # Errors
    /// `NoIndex` where there is none, `ForeignIndex` where the folder holds something else, `IncompatibleIndex` where
    /// another version made it, `Engine` where it is damaged.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let engine = TantivyEngine::open(&folder)?;
        Self::with(folder, Box::new(engine))
    }

    /// Opens the index at `folder`, or makes an empty one.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and `Io` where the folder cannot be written.
    pub fn open_or_create(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let engine = TantivyEngine::open_or_create(&folder)?;
        Self::with(folder, Box::new(engine))
    }

    fn with(folder: PathBuf, engine: Box<dyn Engine>) -> Result<Self> {
        let reader = RwLock::new(Arc::from(engine.reader()?));
        Ok(Self {
            folder,
            engine,
            reader,
        })
    }

    /// Which commit is searched, and how much it holds.
    pub fn commit(&self) -> CommitInfo {
        self.reader().commit()
    }

    /// Goes on to the last commit.
    ///
    /// # Errors
    /// Where the index cannot be read; the commit that was seen before is kept.
    pub fn refresh(&self) -> Result<()> {
        let reader = Arc::from(self.engine.reader()?);
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
        Ok(())
    }

    /// Adds or updates the articles of files and folders.
    ///
    /// # Errors
    /// Where nothing could be committed. Single files that could not be read are listed in the report instead.
    pub fn index(
        &self,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let own_folder = self.folder.canonicalize().unwrap_or(self.folder.clone());
        let report = indexer::index(&*self.engine, &own_folder, paths, options, progress)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// Adds or updates one article that is in no file, under the name `name`.
    ///
    /// # Errors
    /// Where nothing could be committed.
    pub fn index_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        options: &IndexOptions,
    ) -> Result<IndexReport> {
        let report = indexer::index_bytes(&*self.engine, name, bytes, options)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// The best passages for what a person typed. Any text is a query.
    ///
    /// # Errors
    /// `Usage` where the text is blank; `Engine` where the index is damaged.
    pub fn search(&self, text: &str, options: SearchOptions) -> Result<SearchReport> {
        self.answer(text, options).map(SearchReport::new)
    }

    /// As [`KnowledgeBase::search`], without the version: one of several answers.
    ///
    /// # Errors
    /// As [`KnowledgeBase::search`].
    pub fn answer(&self, text: &str, options: SearchOptions) -> Result<SearchBody> {
        if text.trim().is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the query is blank; type what to search for",
            ));
        }
        let query = Query::parse(text);
        let reader = self.reader();
        let page = Page {
            limit: options.limit,
            offset: options.offset,
        };
        let found = reader.search(&query, &Default::default(), &Default::default(), page)?;
        Ok(SearchBody::new(
            &query,
            found,
            reader.commit(),
            options.offset,
        ))
    }

    /// The best `limit` sections for a run: as [`KnowledgeBase::answer`], but each id that a run reports only once.
    ///
    /// # Errors
    /// As [`KnowledgeBase::search`].
    pub fn run(&self, text: &str, limit: usize) -> Result<Vec<HitReport>> {
        let mut wanted = limit;
        loop {
            let body = self.answer(
                text,
                SearchOptions {
                    limit: wanted,
                    offset: 0,
                },
            )?;
            let is_all = body.hits.len() < wanted;
            let mut seen = HashSet::new();
            let mut hits = body.hits;
            hits.retain(|hit| seen.insert(hit.run_id().to_owned()));
            if hits.len() >= limit || is_all {
                hits.truncate(limit);
                return Ok(hits);
            }
            wanted *= 2;
        }
    }

    /// The passage or the article with this id; `None` where there is neither.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn show(&self, id: &str) -> Result<Option<ShowReport>> {
        let reader = self.reader();
        let mut records = reader.article(id)?;
        if records.is_empty() {
            records = reader.passage(id)?;
        }
        Ok((!records.is_empty()).then(|| ShowReport::new(records)))
    }

    /// All articles.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn list(&self) -> Result<ListReport> {
        let reader = self.reader();
        Ok(ListReport::new(reader.commit(), &reader.articles()?))
    }

    /// The size of the index, and what it was made from.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn status(&self) -> Result<StatusReport> {
        let reader = self.reader();
        Ok(StatusReport::new(
            &self.folder,
            reader.commit(),
            reader.bytes()?,
            &reader.manifest()?,
        ))
    }

    /// Takes out the articles whose id or path one of the patterns matches: `*` and `?` within a folder's name, `**` across
    /// folders. Their files are read again when they are next indexed.
    ///
    /// # Errors
    /// `Usage` where a pattern is not one; else where nothing could be committed.
    pub fn remove(&self, patterns: &[String]) -> Result<RemoveReport> {
        let patterns = globs(patterns)?;
        let mut writer = self.engine.writer(1)?;
        let reader = self.engine.reader()?;
        let articles = reader.articles()?;
        let removed: Vec<String> = articles
            .into_iter()
            .filter(|article| patterns.is_match(&article.id) || patterns.is_match(&article.path))
            .map(|article| article.id)
            .collect();
        if removed.is_empty() {
            writer.rollback()?;
            return Ok(RemoveReport::new(removed, reader.commit()));
        }
        let mut manifest = reader.manifest()?;
        for id in &removed {
            writer.remove_article(id)?;
        }
        let gone: HashSet<&String> = removed.iter().collect();
        let passages = |id: &str| -> Result<u64> { Ok(reader.article(id)?.len() as u64) };
        let mut emptied = Vec::new();
        for (key, file) in &mut manifest.files {
            let before = file.articles.len();
            for id in file.articles.iter().filter(|id| gone.contains(id)) {
                file.passages -= passages(id)?;
            }
            file.articles.retain(|id| !gone.contains(id));
            if file.articles.is_empty() {
                emptied.push(key.clone());
            } else if file.articles.len() < before {
                // The file holds more than the index does now, so it does not count as read.
                file.hash.clear();
            }
        }
        for key in emptied {
            manifest.files.remove(&key);
        }
        // A source of which nothing is left gives its name free.
        let files = &manifest.files;
        manifest.sources.retain(|name, _| {
            let prefix = format!("{name}/");
            let first = files.range(prefix.clone()..).next();
            first.is_some_and(|(key, _)| key.starts_with(&prefix))
        });
        let commit = writer.commit(&manifest)?;
        self.refresh()?;
        Ok(RemoveReport::new(removed, commit))
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| Error::new(ErrorKind::Usage, format!("bad pattern: {error}")))?;
        set.add(glob);
    }
    set.build()
        .map_err(|error| Error::with_cause(ErrorKind::Usage, "these patterns are too large", error))
}
