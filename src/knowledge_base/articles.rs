//! Which passages and articles does the index hold? Showing, listing, and taking out.

use super::KnowledgeBase;
use crate::engine::manifest::Manifest;
use crate::engine::{ArticleEntry, Reader, Record};
use crate::error::{Error, ErrorKind, Result};
use crate::indexer;
use crate::report::{ListReport, RemoveReport, ShowReport};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

impl KnowledgeBase {
    /// The passage or the article with this id; `None` where there is neither. A passage comes with as many of those before and
    /// after it in its article as `context` says.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn show(&self, id: &str, context: usize) -> Result<Option<ShowReport>> {
        self.ask(|reader| {
            let mut records = reader.article(id)?;
            if records.is_empty() {
                records = reader.passage(id)?;
                if context > 0 {
                    records = with_context(reader, &records, context)?;
                }
            }
            Ok((!records.is_empty()).then(|| ShowReport::new(records)))
        })
    }

    /// The articles that one of the patterns matches, as for [`KnowledgeBase::remove`], or whose file lies at or under one of them
    /// as a path; all where there are no patterns.
    ///
    /// # Errors
    /// `Usage` where a pattern is not one; `Damaged` where the index is.
    pub fn list(&self, patterns: &[String]) -> Result<ListReport> {
        if !patterns.is_empty() {
            // What is known of the files is that of the last commit.
            self.refresh()?;
        }
        self.ask(|reader| {
            let mut articles = reader.articles()?;
            if !patterns.is_empty() {
                let chosen = Chosen::new(patterns, &reader.manifest()?)?;
                articles.retain(|article| chosen.has(article));
            }
            Ok(ListReport::new(reader.commit(), &articles))
        })
    }

    /// Takes out the articles whose id or path one of the patterns matches: `*` and `?` within a folder's name, `**` across
    /// folders; or whose file lies at or under one of them as a path. An article of JSON lines goes by the name of its file too.
    /// Their files are read again when they are next indexed. `wait` is how long to wait for another writer.
    ///
    /// # Errors
    /// `Usage` where a pattern is not one; else where nothing could be committed.
    pub fn remove(&self, patterns: &[String], wait: Duration) -> Result<RemoveReport> {
        let chosen = |reader: &dyn Reader, manifest: &Manifest| -> Result<Vec<String>> {
            let chosen = Chosen::new(patterns, manifest)?;
            let mut articles = reader.articles()?;
            articles.retain(|article| chosen.has(article));
            Ok(articles.into_iter().map(|article| article.id).collect())
        };
        // Where there is nothing to take out, nothing is written.
        self.refresh()?;
        let (removed, commit) =
            self.ask(|reader| Ok((chosen(reader, &reader.manifest()?)?, reader.commit())))?;
        if removed.is_empty() {
            return Ok(RemoveReport::new(removed, commit));
        }
        let mut writer = self.engine.writer(1, wait)?;
        let reader = self.engine.reader()?;
        let mut manifest = reader.manifest()?;
        let removed = chosen(&*reader, &manifest)?;
        if removed.is_empty() {
            writer.rollback()?;
            return Ok(RemoveReport::new(removed, reader.commit()));
        }
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
            // What repeats across the pages that are left is found when they are next looked at.
            let removed = manifest.files.remove(&key);
            manifest.unsettled |= removed.is_some_and(|file| file.host.is_some());
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
}

/// The passages of `records`, each with up to `context` passages of its article on either side.
fn with_context(reader: &dyn Reader, records: &[Record], context: usize) -> Result<Vec<Record>> {
    let mut around = Vec::new();
    for of_article in records.chunk_by(|a, b| a.article.id == b.article.id) {
        let article = reader.article(&of_article[0].article.id)?;
        let is_near = |at: usize| {
            of_article.iter().any(|record| {
                let place = article
                    .iter()
                    .position(|other| other.passage == record.passage);
                place.is_some_and(|place| place.abs_diff(at) <= context)
            })
        };
        let near: Vec<bool> = (0..article.len()).map(is_near).collect();
        let near = article.into_iter().zip(near);
        around.extend(near.filter_map(|(record, is_near)| is_near.then_some(record)));
    }
    Ok(around)
}

/// Which articles some patterns stand for.
struct Chosen<'a> {
    patterns: &'a [String],
    globs: GlobSet,
    /// The articles of the files at or under the paths that the patterns may be, and by what other name the rest go.
    files: HashMap<String, (String, bool)>,
}

impl<'a> Chosen<'a> {
    fn new(patterns: &'a [String], manifest: &Manifest) -> Result<Self> {
        let paths = indexer::files_under(manifest, patterns);
        let mut files = HashMap::new();
        for (key, file) in &manifest.files {
            for id in &file.articles {
                files.insert(id.clone(), (key.clone(), paths.contains(key)));
            }
        }
        Ok(Self {
            patterns,
            globs: globs(patterns)?,
            files,
        })
    }

    fn has(&self, article: &ArticleEntry) -> bool {
        let (key, is_under) = match self.files.get(&article.id) {
            Some((key, is_under)) => (key.as_str(), *is_under),
            None => ("", false),
        };
        is_under
            || [article.id.as_str(), &article.path, key]
                .into_iter()
                .any(|name| {
                    self.globs.is_match(name) || self.patterns.iter().any(|pattern| pattern == name)
                })
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
