//! The one way in for programs: open a knowledge base, index into it, search it.

use crate::engine::manifest::Manifest;
use crate::engine::tantivy::{self, TantivyEngine, has_index};
use crate::engine::{
    ArticleEntry, CommitInfo, Engine, Filter, Hit, Page, Ranked, Ranking, Reader, Record,
};
use crate::error::{Error, ErrorKind, Result};
use crate::fold::{Folded, Folder};
use crate::indexer::{self, IndexOptions, Progress, Unrestorable};
use crate::query::Query;
use crate::report::{
    CheckReport, IndexReport, ListReport, RemoveReport, SearchBody, SearchReport, ShowReport,
    StatusReport,
};
use crate::understanding::{Understander, Understanding};
use crate::vocabulary::format::Mistake;
use crate::vocabulary::{BUILT_IN, Vocabularies, Vocabulary};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// An index, for searching and for writing.
///
/// It sees one commit; [`KnowledgeBase::refresh`] goes on to the last one. What it wrote itself it sees at once.
pub struct KnowledgeBase {
    folder: PathBuf,
    engine: Box<dyn Engine>,
    reader: RwLock<Arc<dyn Reader>>,
    ranking: Ranking,
    understander: Understander,
}

/// What is wanted of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many hits.
    pub limit: usize,
    /// After how many that are left out.
    pub offset: usize,
    /// Which passages may be found at all.
    pub filter: Filter,
    /// How many hits an article may have; any number where it is `None`.
    pub per_article: Option<NonZeroUsize>,
    /// What becomes of passages that say the same as a better one.
    pub duplicates: Duplicates,
    /// Whether each hit says what gave it its score.
    pub explanations: Explanations,
    /// Whether only what was typed is searched for.
    pub understanding: Understanding,
}

/// What becomes of passages that say the same as a better one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// They are folded under it, and listed there.
    #[default]
    Fold,
    /// They are hits of their own.
    Keep,
}

/// Whether each hit says what gave it its score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explanations {
    /// It does not.
    #[default]
    LeaveOut,
    /// It does.
    Give,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            offset: 0,
            filter: Filter::default(),
            per_article: None,
            duplicates: Duplicates::default(),
            explanations: Explanations::default(),
            understanding: Understanding::default(),
        }
    }
}

/// How many ranked passages are looked at, at the most, for hits that are not folded away: this many for each that is
/// wanted. Beyond it the page stays short.
const MOST_EXAMINED: usize = 50;

/// How many words of a passage stand for it where others like it are looked for. Those of the highest weight say what it is
/// about; more of them say how it is put.
const WORDS_OF_LIKENESS: usize = 25;

/// How long to wait for another process that is making the index.
const WAIT_FOR_MAKER: Duration = Duration::from_secs(10);

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
    /// `NoIndex` where there is none, `ForeignIndex` where the folder holds something else, `IncompatibleIndex` where it is of an
    /// older form, which [`KnowledgeBase::rebuild`] mends, `NewerIndex` where it is of a form that is not known yet, `Damaged`
    /// where files of it are.
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
        let engine = TantivyEngine::open_or_create(&folder, WAIT_FOR_MAKER)?;
        Self::with(folder, Box::new(engine))
    }

    fn with(folder: PathBuf, engine: Box<dyn Engine>) -> Result<Self> {
        let reader = RwLock::new(Arc::from(engine.reader()?));
        let understander = Understander::new(engine.vocabularies()?);
        Ok(Self {
            folder,
            engine,
            reader,
            ranking: Ranking::default(),
            understander,
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

    /// Brings the index in step with files and folders: adds what is new, replaces what has changed, takes out what is gone.
    ///
    /// # Errors
    /// Where nothing could be committed. Single files that could not be read are listed in the report instead.
    pub fn index(
        &self,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let own = own_folder(&self.folder);
        let report = indexer::index(&*self.engine, &own, paths, options, progress)?;
        self.refresh()?;
        Ok(report.into())
    }

    /// As [`KnowledgeBase::index`], with the index at `folder`: it is made where there is none, and made anew where it is of an older
    /// form. All that was given is looked at then, whatever `options` restricts the run to.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open_or_create`], [`KnowledgeBase::index`] and [`KnowledgeBase::rebuild`].
    pub fn index_into(
        folder: &Path,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let all = || IndexOptions {
            only: Vec::new(),
            ..options.clone()
        };
        match Self::open_or_create(folder) {
            Ok(library) if library.commit().generation == 0 => {
                library.index(paths, &all(), progress)
            }
            Ok(library) => library.index(paths, options, progress),
            Err(error) if error.kind() == ErrorKind::IncompatibleIndex => {
                progress.rebuilding();
                let (_, report) = Self::rebuild(folder, paths, &all(), progress)?;
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }

    /// What [`KnowledgeBase::index`] would do with the index at `folder`, if there is one; nothing is written.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`], and as [`KnowledgeBase::index`].
    pub fn plan(
        folder: &Path,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let engine = match has_index(folder)? {
            true => Some(TantivyEngine::open(folder)?),
            false => None,
        };
        let known = engine.as_ref().map(|engine| engine as &dyn Engine);
        let report = indexer::plan(known, &own_folder(folder), paths, options, progress)?;
        Ok(report.into())
    }

    /// Makes the index at `folder` anew, beside the old one, from the files that one knows and from those of `paths`, and puts it
    /// in its place: for an index of an older form.
    ///
    /// # Errors
    /// `NotFound` where articles would be lost because their files are not there, unless `options` says to prune; else as
    /// [`KnowledgeBase::index`]. The old index stays as it was then.
    pub fn rebuild(
        folder: impl Into<PathBuf>,
        paths: &[PathBuf],
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<(Self, IndexReport)> {
        let folder = folder.into();
        let rebuild = TantivyEngine::rebuild(&folder, indexer::threads(options), options.wait)?;
        let own = own_folder(&folder);
        let refuse = Unrestorable::Refuse;
        let (report, _) = indexer::rebuild(rebuild, &own, paths, options, refuse, progress)?;
        Ok((Self::open(folder)?, report.into()))
    }

    /// Whether the index at `folder` is whole: the checksum of every file, and every passage of every article; and whether its
    /// sources are as they were read. The index is only read.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`]; damage is no error.
    pub fn check(folder: &Path) -> Result<CheckReport> {
        let mut checked = tantivy::check(folder)?;
        if let Ok(engine) = TantivyEngine::open(folder) {
            for (name, bytes) in engine.vocabularies()? {
                if Vocabulary::from_bytes(&name, bytes).is_none() {
                    checked.damaged.push(tantivy::Damage {
                        place: format!("the vocabulary {name}"),
                        reason: "is damaged, or was imported by another version; import it again"
                            .to_owned(),
                    });
                }
            }
        }
        let changes = checked
            .manifest
            .as_ref()
            .map(indexer::changes)
            .unwrap_or_default();
        Ok(CheckReport::new(folder, checked, changes))
    }

    /// Checks the index at `folder`, and where it is damaged makes it anew from its sources. What cannot be read again is taken
    /// over from the old index where that can still be read, and is listed as lost where not.
    ///
    /// # Errors
    /// As [`KnowledgeBase::check`], and where the index cannot be written.
    pub fn repair(
        folder: &Path,
        options: &IndexOptions,
        progress: &dyn Progress,
    ) -> Result<CheckReport> {
        let found = Self::check(folder)?;
        if found.damaged.is_empty() {
            return Ok(found);
        }
        let rebuild = TantivyEngine::rebuild(folder, indexer::threads(options), options.wait)?;
        let own = own_folder(folder);
        let list = Unrestorable::List;
        let (report, lost) = indexer::rebuild(rebuild, &own, &[], options, list, progress)?;
        Ok(Self::check(folder)?.after_repair(found, report, lost))
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

    /// How much each kind of evidence counts from now on.
    pub fn set_ranking(&mut self, ranking: Ranking) {
        self.ranking = ranking;
    }

    /// The best passages for what a person typed. Any text is a query.
    ///
    /// # Errors
    /// `Usage` where the text is blank; `Engine` where the index is damaged.
    pub fn search(&self, text: &str, options: &SearchOptions) -> Result<SearchReport> {
        self.answer(text, options).map(SearchReport::new)
    }

    /// As [`KnowledgeBase::search`], without the version: one of several answers.
    ///
    /// # Errors
    /// As [`KnowledgeBase::search`].
    pub fn answer(&self, text: &str, options: &SearchOptions) -> Result<SearchBody> {
        if text.trim().is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the query is blank; type what to search for",
            ));
        }
        let reader = self.reader();
        let query = self
            .understander
            .query(&*reader, text, options.understanding)?;
        let mut body = self.answer_query(&*reader, &query, options)?;
        if body.total == 0 && options.understanding == Understanding::Full {
            let suggestions = self.understander.suggestions(&*reader, &query)?;
            body.warnings.extend(suggestions);
        }
        Ok(body)
    }

    /// Adds a vocabulary from a file: Solr's synonyms format, a table of two or three columns, or OBO. What is wrong with it
    /// is told in the warnings of every answer, and stops nothing.
    pub fn add_vocabulary(&mut self, path: &Path) {
        self.understander.add_file(path);
    }

    /// The vocabularies that are used.
    pub fn vocabularies(&self) -> &Vocabularies {
        self.understander.vocabularies()
    }

    /// Compiles a vocabulary from a file and keeps it with the index under `name`, in place of one that had the name; says
    /// what it holds, and which of its lines could not be understood.
    ///
    /// # Errors
    /// `Usage` where the name is that of the built-in vocabulary, or blank; as [`Vocabulary::read`] where the file cannot be
    /// read; `Io` where the index cannot be written.
    pub fn import_vocabulary(
        &mut self,
        name: &str,
        path: &Path,
    ) -> Result<(Vocabulary, Vec<Mistake>)> {
        if name.trim().is_empty() || name == BUILT_IN {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("a vocabulary cannot be called {name:?}; choose a name with --name"),
            ));
        }
        let (mut vocabulary, mistakes) = Vocabulary::read(path)?;
        name.clone_into(&mut vocabulary.name);
        self.engine
            .set_vocabulary(name, Some(vocabulary.as_bytes()))?;
        self.understander = Understander::new(self.engine.vocabularies()?);
        Ok((vocabulary, mistakes))
    }

    /// Forgets a vocabulary that was imported, and says whether there was one.
    ///
    /// # Errors
    /// `Io` where the index cannot be written.
    pub fn remove_vocabulary(&mut self, name: &str) -> Result<bool> {
        let is_there = self
            .engine
            .vocabularies()?
            .iter()
            .any(|(known, _)| known == name);
        if is_there {
            self.engine.set_vocabulary(name, None)?;
            self.understander = Understander::new(self.engine.vocabularies()?);
        }
        Ok(is_there)
    }

    /// The passages that belong beside the one with this id; `None` where there is no such passage.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn like(&self, id: &str, options: &SearchOptions) -> Result<Option<SearchReport>> {
        let reader = self.reader();
        let Some(record) = reader.passage(id)?.into_iter().next() else {
            return Ok(None);
        };
        let query = self.query_like(&*reader, &record)?;
        let mut options = options.clone();
        options.filter.except = Some(record.passage.id);
        let body = self.answer_query(&*reader, &query, &options)?;
        Ok(Some(SearchReport::new(body)))
    }

    /// The words of a passage that say what it is about: those of the highest weight (frequency times inverse document
    /// frequency), in the order of the passage.
    fn query_like(&self, reader: &dyn Reader, record: &Record) -> Result<Query> {
        let text = format!(
            "{}\n{}",
            record.passage.heading_path.join("\n"),
            record.passage.text
        );
        let mut query = Query::of_words(&text);
        let terms: Vec<String> = query.terms_searched().map(str::to_owned).collect();
        let passages = reader.commit().passages as f64;
        let mut weights: Vec<(usize, f64)> = reader
            .frequencies(&terms)?
            .into_iter()
            .zip(&query.clauses)
            .map(|(frequency, clause)| {
                f64::from(clause.count) * (1.0 + passages / (frequency as f64 + 0.5)).ln()
            })
            .enumerate()
            .collect();
        weights.sort_by(|(a, a_weight), (b, b_weight)| b_weight.total_cmp(a_weight).then(a.cmp(b)));
        weights.truncate(WORDS_OF_LIKENESS);
        let kept: HashSet<usize> = weights.into_iter().map(|(index, _)| index).collect();
        query.keep(|index| kept.contains(&index));
        Ok(query)
    }

    fn answer_query(
        &self,
        reader: &dyn Reader,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<SearchBody> {
        let (total, hits) = self.ranked(reader, query, options)?;
        let mut explanations = Vec::new();
        if options.explanations == Explanations::Give {
            for folded in &hits {
                explanations.push(reader.explain(query, &self.ranking, &folded.hit.record)?);
            }
        }
        Ok(SearchBody::new(
            query,
            total,
            hits,
            explanations,
            reader.commit(),
            options.offset,
        ))
    }

    /// The hits of the page, and how many passages match.
    fn ranked(
        &self,
        reader: &dyn Reader,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(u64, Vec<Folded>)> {
        if options.duplicates == Duplicates::Keep && options.per_article.is_none() {
            let page = Page {
                limit: options.limit,
                offset: options.offset,
            };
            let found = reader.search(query, &options.filter, &self.ranking, page)?;
            let hits = found.hits.into_iter().map(Folded::alone);
            return Ok((found.total, hits.collect()));
        }
        let wanted = options.offset.saturating_add(options.limit);
        let most = wanted.saturating_mul(MOST_EXAMINED);
        // Ranking more than is wanted costs next to nothing; only what is looked at is fetched.
        let mut depth = wanted.saturating_add(wanted / 2 + 5).min(most);
        loop {
            let ranked = reader.rank(query, &options.filter, &self.ranking, depth)?;
            let is_all = ranked.hits.len() < depth || depth >= most;
            let hits = self.fold(reader, &ranked, options, wanted)?;
            if hits.len() >= wanted || is_all {
                let page = hits.into_iter().skip(options.offset).take(options.limit);
                return Ok((ranked.total, page.collect()));
            }
            depth = depth.saturating_mul(4).min(most);
        }
    }

    /// The best `wanted` of what was ranked, or fewer where there are not so many different ones.
    fn fold(
        &self,
        reader: &dyn Reader,
        ranked: &Ranked,
        options: &SearchOptions,
        wanted: usize,
    ) -> Result<Vec<Folded>> {
        let mut of_article: HashMap<String, usize> = HashMap::new();
        let mut folder = Folder::new(options.per_article);
        let mut kept = Vec::new();
        for hit in &ranked.hits {
            if folder.len().max(kept.len()) >= wanted {
                break;
            }
            let hit = Hit {
                score: hit.score,
                record: reader.fetch(hit.place)?,
            };
            match options.duplicates {
                Duplicates::Fold => folder.push(hit),
                Duplicates::Keep => {
                    let count = of_article.entry(hit.record.article.id.clone()).or_default();
                    *count += 1;
                    if options.per_article.is_none_or(|most| *count <= most.get()) {
                        kept.push(Folded::alone(hit));
                    }
                }
            }
        }
        Ok(match options.duplicates {
            Duplicates::Fold => folder.finish(),
            Duplicates::Keep => kept,
        })
    }

    /// The answer for a run: nothing is folded, and each id that a run reports is there once, at its best rank.
    ///
    /// # Errors
    /// As [`KnowledgeBase::search`].
    pub fn run(&self, text: &str, options: &SearchOptions) -> Result<SearchBody> {
        let mut page = SearchOptions {
            offset: 0,
            duplicates: Duplicates::Keep,
            per_article: None,
            ..options.clone()
        };
        loop {
            let mut body = self.answer(text, &page)?;
            let is_all = body.hits.len() < page.limit;
            let mut seen = HashSet::new();
            body.hits.retain(|hit| seen.insert(hit.run_id().to_owned()));
            if body.hits.len() >= options.limit || is_all {
                body.hits.truncate(options.limit);
                return Ok(body);
            }
            page.limit = page.limit.saturating_mul(2);
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

    /// The articles that one of the patterns matches, as for [`KnowledgeBase::remove`], or whose file lies at or under one of them
    /// as a path; all where there are no patterns.
    ///
    /// # Errors
    /// `Usage` where a pattern is not one; `Damaged` where the index is.
    pub fn list(&self, patterns: &[String]) -> Result<ListReport> {
        let mut reader = self.reader();
        let mut articles = reader.articles()?;
        if !patterns.is_empty() {
            // What is known of the files is that of the last commit.
            self.refresh()?;
            reader = self.reader();
            let chosen = Chosen::new(patterns, &reader.manifest()?)?;
            articles = reader.articles()?;
            articles.retain(|article| chosen.has(article));
        }
        Ok(ListReport::new(reader.commit(), &articles))
    }

    /// The size of the index, and what it was made from.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn status(&self) -> Result<StatusReport> {
        // Of the last commit: what is known of the sources of older ones is not kept.
        self.refresh()?;
        let reader = self.reader();
        Ok(StatusReport::new(
            &self.folder,
            reader.commit(),
            reader.bytes()?,
            &reader.manifest()?,
        ))
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
        let reader = self.engine.reader()?;
        if chosen(&*reader, &reader.manifest()?)?.is_empty() {
            return Ok(RemoveReport::new(Vec::new(), reader.commit()));
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

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }
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

/// The index folder, as a walk through the folders around it would come upon it.
fn own_folder(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
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
