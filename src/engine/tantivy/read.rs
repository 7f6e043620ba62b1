//! How is one commit read? Searching, and looking passages up by id.

use super::articles::Articles;
use super::best::{Best, MOST_COUNTED, Pass};
use super::bounds::Bounds;
use super::columns::Columns;
use super::layout::Layout;
use super::restriction::Restriction;
use super::schema::Fields;
use super::score::Scorer as PassageScorer;
use super::statistics::Statistics;
use super::{Opened, TantivyEngine, counts, guard, words};
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::{
    ArticleEntry, CommitInfo, Counts, Explanation, Filter, Place, Ranked, RankedHit, Ranking,
    Reader, Record, stored,
};
use crate::error::Result;
use crate::query::Query;
use crate::query::spelling::WordCount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use tantivy::collector::DocSetCollector;
use tantivy::query::TermQuery;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, DocId, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

/// What a commit says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) generation: u64,
    pub(super) articles: u64,
    pub(super) passages: u64,
    /// The hash of the manifest's bytes.
    pub(super) manifest: String,
    /// The folder of each source, as it was given: the paths of its articles begin with it.
    pub(super) folders: BTreeMap<String, String>,
}

impl Payload {
    /// As text, behind its hash: nothing else vouches for the bytes of a commit.
    pub(super) fn to_text(&self) -> tantivy::Result<String> {
        let json = serde_json::to_string(self)
            .map_err(|error| TantivyError::InternalError(format!("commit payload: {error}")))?;
        Ok(format!("{} {json}", blake3::hash(json.as_bytes()).to_hex()))
    }

    fn from_text(text: &str) -> Option<Self> {
        let (hash, json) = text.split_once(' ')?;
        if blake3::hash(json.as_bytes()).to_hex().as_str() != hash {
            return None;
        }
        serde_json::from_str(json).ok()
    }

    pub(super) fn info(&self) -> CommitInfo {
        CommitInfo {
            generation: self.generation,
            articles: self.articles,
            passages: self.passages,
        }
    }
}

/// What the last commit says of itself; of an index without a commit, nothing of anything.
pub(super) fn last_commit(index: &tantivy::Index) -> tantivy::Result<Payload> {
    match &index.load_metas()?.payload {
        Some(text) => Payload::from_text(text).ok_or_else(|| {
            TantivyError::InternalError("the checksum of the commit is another".to_owned())
        }),
        None => Ok(Payload::default()),
    }
}

/// One commit of an index in a folder.
pub(super) struct TantivyReader {
    layout: Layout,
    pub(super) searcher: Searcher,
    fields: Fields,
    payload: Payload,
    statistics: Statistics,
}

impl TantivyReader {
    pub(super) fn open(engine: &TantivyEngine) -> Result<Self> {
        loop {
            let opened = engine.opened()?;
            let before = opened.layout.state();
            let reader = Self::of(&opened);
            // A commit may land between two looks at the index, and take away what the first one saw; then both are taken
            // again.
            if before == opened.layout.state() {
                return reader;
            }
        }
    }

    /// The commit that is there. It is right where the state of the layout was the same before and after.
    pub(super) fn of(opened: &Opened) -> Result<Self> {
        let open = || -> tantivy::Result<(Searcher, Payload)> {
            let payload = last_commit(&opened.index)?;
            let reader = opened
                .index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .try_into()?;
            Ok((reader.searcher(), payload))
        };
        let (searcher, payload) = guard(opened.layout.folder(), open)?;
        Ok(Self {
            layout: opened.layout.clone(),
            searcher,
            fields: opened.fields,
            payload,
            statistics: Statistics::default(),
        })
    }

    fn scorer(&self, query: &Query, ranking: &Ranking) -> tantivy::Result<PassageScorer<'_>> {
        PassageScorer::new(
            query,
            ranking,
            &self.fields,
            &self.searcher,
            &self.statistics,
        )
    }

    /// Reads something. Tantivy panics over what its files cannot hold, unless they are damaged.
    fn guard<T>(&self, read: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
        guard(self.layout.folder(), read)
    }

    pub(super) fn record(&self, address: DocAddress) -> tantivy::Result<Record> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let bytes = document
            .get_first(self.fields.record)
            .and_then(|value| value.as_str())
            .ok_or_else(|| TantivyError::InternalError("a passage has no record".to_owned()))?;
        let mut record = stored::read(bytes)
            .map_err(|error| TantivyError::InternalError(format!("record: {error}")))?;
        let article = &mut record.article;
        if let Some(folder) = self.payload.folders.get(&article.source)
            && !folder.is_empty()
        {
            article.path = Path::new(folder).join(&article.path).display().to_string();
        }
        Ok(record)
    }

    /// The records whose `field` is `value`, by article and position.
    fn records_with(&self, field: Field, value: &str) -> Result<Vec<Record>> {
        let find = || {
            let query = TermQuery::new(
                Term::from_field_text(field, value),
                IndexRecordOption::Basic,
            );
            self.searcher
                .search(&query, &DocSetCollector)?
                .into_iter()
                .map(|address| self.record(address))
                .collect::<tantivy::Result<Vec<Record>>>()
        };
        let mut records = self.guard(find)?;
        records.sort_by(|a, b| {
            (&a.article.id, a.passage.position).cmp(&(&b.article.id, b.passage.position))
        });
        Ok(records)
    }

    fn find(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        wanted: usize,
    ) -> tantivy::Result<Ranked> {
        let scorer = self.scorer(query, ranking)?;
        let restriction = Restriction::new(query, filter, &self.fields);
        let bounds = Bounds::new(&scorer);
        let mut reached = Best::new(wanted);
        let mut best: Vec<Candidate> = Vec::new();
        for (ordinal, segment) in self.searcher.segment_readers().iter().enumerate() {
            let mut restriction = restriction.open(segment, &self.searcher)?;
            let pass = Pass::open(&scorer, &bounds, segment, ordinal)?;
            let scored = pass.run(&mut restriction, &mut reached)?;
            let columns = scorer.columns(ordinal)?;
            for (doc, score) in best_of(scored, columns, wanted)? {
                let address = DocAddress::new(ordinal as u32, doc);
                best.push(Candidate { score, address });
            }
        }
        best.sort_by(|a, b| b.score.total_cmp(&a.score));
        for equals in best.chunk_by_mut(|a, b| a.score == b.score) {
            if equals.len() > 1 {
                self.break_ties(equals)?;
            }
        }
        best.truncate(wanted);
        let hits = best.into_iter().map(|candidate| RankedHit {
            score: candidate.score,
            place: place(candidate.address),
        });
        Ok(Ranked {
            total: reached.total.min(MOST_COUNTED + 1),
            hits: hits.collect(),
            partial: None,
        })
    }

    /// Puts passages of one score in the order of their article ids, then of their places.
    fn break_ties(&self, equals: &mut [Candidate]) -> tantivy::Result<()> {
        let mut keyed = Vec::with_capacity(equals.len());
        for candidate in equals.iter() {
            let DocAddress {
                segment_ord,
                doc_id,
            } = candidate.address;
            let columns = self
                .statistics
                .columns(&self.searcher, segment_ord as usize)?;
            let position = columns.articles().position(doc_id);
            keyed.push((columns.article_id(doc_id)?, position, *candidate));
        }
        keyed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        for (place, (_, _, candidate)) in equals.iter_mut().zip(keyed) {
            *place = candidate;
        }
        Ok(())
    }

    fn explanation(
        &self,
        query: &Query,
        ranking: &Ranking,
        record: &Record,
    ) -> tantivy::Result<Option<Explanation>> {
        let term = Term::from_field_text(self.fields.passage, &record.passage.id);
        let query_for_id = TermQuery::new(term, IndexRecordOption::Basic);
        for address in self.searcher.search(&query_for_id, &DocSetCollector)? {
            // Sections of several articles may have brought the same id.
            if self.record(address)?.article.id == record.article.id {
                let scorer = self.scorer(query, ranking)?;
                let segment = self.searcher.segment_reader(address.segment_ord);
                return scorer.explain(segment, address.segment_ord as usize, address.doc_id);
            }
        }
        Ok(None)
    }

    fn all_articles(&self) -> tantivy::Result<Vec<ArticleEntry>> {
        let mut articles = Vec::new();
        for (ordinal, segment) in self.searcher.segment_readers().iter().enumerate() {
            let places = Articles::open(segment)?;
            for doc in segment.doc_ids_alive() {
                if places.position(doc) == 0 {
                    articles.push(self.record(DocAddress::new(ordinal as u32, doc))?.article);
                }
            }
        }
        articles.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(articles)
    }
}

impl Reader for TantivyReader {
    fn commit(&self) -> CommitInfo {
        self.payload.info()
    }

    fn rank(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        limit: usize,
    ) -> Result<Ranked> {
        if query.finds_nothing() {
            return Ok(Ranked {
                total: 0,
                hits: Vec::new(),
                partial: None,
            });
        }
        self.guard(|| self.find(query, filter, ranking, limit))
    }

    fn count(&self, query: &Query, filter: &Filter) -> Result<Counts> {
        if query.finds_nothing() {
            return Ok(Counts::default());
        }
        self.guard(|| {
            let scorer = self.scorer(query, &Ranking::default())?;
            counts::count(&self.searcher, &self.fields, &scorer, query, filter)
        })
    }

    fn fetch(&self, place: Place) -> Result<Record> {
        self.guard(|| self.record(address(place)))
    }

    fn explain(
        &self,
        query: &Query,
        ranking: &Ranking,
        record: &Record,
    ) -> Result<Option<Explanation>> {
        self.guard(|| self.explanation(query, ranking, record))
    }

    fn named(&self, terms: &[&str]) -> Result<Vec<ArticleEntry>> {
        let name = terms.join(" ");
        let term = Term::from_field_text(self.fields.whole_name, &name);
        // Nearly all that is typed is no name.
        if self.guard(|| self.searcher.doc_freq(&term))? == 0 {
            return Ok(Vec::new());
        }
        let records = self.records_with(self.fields.whole_name, &name)?;
        Ok(records.into_iter().map(|record| record.article).collect())
    }

    fn frequencies(&self, terms: &[String]) -> Result<Vec<u64>> {
        let find = || {
            terms
                .iter()
                .map(|term| {
                    let word = self.statistics.word(&self.searcher, &self.fields, term)?;
                    Ok(word.frequency)
                })
                .collect()
        };
        self.guard(find)
    }

    fn word_count(&self, word: &str) -> Result<u64> {
        self.guard(|| words::count(&self.searcher, &self.fields, word))
    }

    fn similar_words(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        self.guard(|| words::similar(&self.searcher, &self.fields, word, distance))
    }

    fn passage(&self, id: &str) -> Result<Vec<Record>> {
        self.records_with(self.fields.passage, id)
    }

    fn article(&self, id: &str) -> Result<Vec<Record>> {
        self.records_with(self.fields.article, id)
    }

    fn articles(&self) -> Result<Vec<ArticleEntry>> {
        self.guard(|| self.all_articles())
    }

    fn manifest(&self) -> Result<Manifest> {
        self.layout
            .read_manifest(self.payload.generation, &self.payload.manifest)
    }

    fn blocks(&self) -> KeptBlocks {
        self.layout.read_blocks()
    }

    fn bytes(&self) -> Result<u64> {
        self.layout.bytes()
    }
}

/// A document's address as one number.
fn place(address: DocAddress) -> Place {
    Place(u128::from(address.segment_ord) << 32 | u128::from(address.doc_id))
}

/// What [`place`] was made from.
fn address(Place(place): Place) -> DocAddress {
    DocAddress::new((place >> 32) as u32, place as u32)
}

/// The best `wanted` of what was scored in a segment: by score, then by the article's id, then by the place in it.
fn best_of(
    mut scored: Vec<(DocId, f32)>,
    columns: &Columns,
    wanted: usize,
) -> tantivy::Result<Vec<(DocId, f32)>> {
    if wanted == 0 {
        return Ok(Vec::new());
    }
    if wanted >= scored.len() {
        return Ok(scored);
    }
    let (_, (_, least), _) =
        scored.select_nth_unstable_by(wanted - 1, |(_, a), (_, b)| b.total_cmp(a));
    let least = *least;
    // Those at the border are told apart by what is looked up for them alone.
    let mut kept: Vec<(DocId, f32)> = Vec::with_capacity(wanted);
    let mut at_border = Vec::new();
    for (doc, score) in scored {
        if score > least {
            kept.push((doc, score));
        } else if score == least {
            let place = columns.articles().position(doc);
            at_border.push(((columns.article(doc)?, place), (doc, score)));
        }
    }
    at_border.sort_unstable_by_key(|(key, _)| *key);
    let room = wanted - kept.len();
    kept.extend(at_border.into_iter().map(|(_, hit)| hit).take(room));
    Ok(kept)
}

/// A passage that may be among the best of all segments.
#[derive(Clone, Copy)]
struct Candidate {
    score: f32,
    address: DocAddress,
}
