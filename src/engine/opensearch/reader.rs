//! How is one commit read? Its passages are searched (`search`), and looked up by id.
//!
//! A reader sees one commit, though the cluster goes on: passages of later ones it leaves out. What a later one took out may be gone,
//! so it looks at the state when it is done, and says `Superseded` where that is so.

use super::candidates::{Candidates, Restriction};
use super::client::Again;
use super::counts;
use super::dictionary::Dictionary;
use super::evidence::{Asked, sure};
use super::index::Index;
use super::places::Records;
use super::search::Search;
use super::state::{self, Commit, State};
use super::whole_names::WholeNames;
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::score::WeightedQuery;
use crate::engine::{
    ArticleEntry, CommitInfo, Counts, Expected, Explanation, Filter, Place, Ranked, Ranking,
    Reader, Record,
};
use crate::error::{Error, ErrorKind, Result};
use crate::query::Query;
use crate::query::spelling::WordCount;
use serde_json::{Value, json};

/// One commit of an index on a cluster.
pub(super) struct ClusterReader {
    pub(super) index: Index,
    commit: Commit,
    pub(super) words: Dictionary,
    names: WholeNames,
    pub(super) records: Records,
}

impl ClusterReader {
    pub(super) fn new(index: Index, commit: Commit) -> Self {
        Self {
            names: WholeNames::new(index.clone()),
            words: Dictionary::new(index.clone(), commit.dictionary, commit.passages),
            records: Records::new(index.clone(), commit.folders.clone()),
            index,
            commit,
        }
    }

    /// The query for the passages of this commit.
    pub(super) fn alive(&self) -> Value {
        self.commit.alive(&self.index.name)
    }

    /// A query, weighed by what is known of its words.
    fn weighed(&self, query: &Query, ranking: &Ranking) -> Result<WeightedQuery> {
        let typed = query.clauses.iter().flat_map(|clause| &clause.terms);
        let variants = query
            .expansions
            .iter()
            .flat_map(|expansion| &expansion.variants);
        let meant = variants.flat_map(|variant| &variant.terms);
        self.words
            .look_up(typed.chain(meant).map(|(_, term)| term.as_str()))?;
        let passages = self.commit.passages as f32;
        WeightedQuery::new(query, ranking, &self.words, passages, self.commit.lengths())
    }

    /// # Errors
    /// `Superseded` where what this commit has may be gone.
    pub(super) fn still(&self) -> Result<()> {
        let is_whole = match State::read(&self.index) {
            Ok(Some((state, ..))) => state.commit.whole_from <= self.commit.generation,
            // The index has been rebuilt, and this is the old one.
            Ok(None) => false,
            Err(error) if error.kind() == ErrorKind::NoIndex => false,
            Err(error) => return Err(error),
        };
        if is_whole {
            return Ok(());
        }
        Err(self.superseded())
    }

    fn superseded(&self) -> Error {
        Error::new(
            ErrorKind::Superseded,
            format!("the index at {} has changed meanwhile", self.index.cluster),
        )
        .with_advice("ask again")
    }

    /// What a question comes to: where the index is gone, or a part of this commit, another has taken its place.
    fn guard<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::NoIndex => Err(self.superseded()),
            Err(error) if error.kind() == ErrorKind::Damaged && self.is_superseded() => {
                Err(self.superseded())
            }
            other => other,
        }
    }

    fn is_superseded(&self) -> bool {
        let now = State::read(&self.index).ok().flatten();
        now.is_some_and(|(now, ..)| now.commit.generation != self.commit.generation)
    }

    fn find(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        wanted: usize,
    ) -> Result<Ranked> {
        let weighed = self.weighed(query, ranking)?;
        let asked = Asked::new(&weighed);
        let candidates = Candidates::new(&weighed);
        let restriction = Restriction::new(query, filter);
        let search = Search::new(self, &weighed, &asked, &candidates, restriction);
        let ranked = search.run(wanted)?;
        self.still()?;
        Ok(ranked)
    }

    /// The records that a query finds, by article and position.
    fn records_with(&self, field: &str, value: &str) -> Result<Vec<Record>> {
        let query = json!({"bool": {"filter": [self.alive(), {"term": {field: value}}]}});
        let what = json!({"_source": ["record"], "size": 1000});
        let mut records = Vec::new();
        self.index.each(
            &query,
            &["article", "position"],
            &what,
            Again::Briefly,
            |hit| {
                records.push(self.records.read(hit)?);
                Ok(())
            },
        )?;
        self.still()?;
        Ok(records)
    }

    fn all_articles(&self) -> Result<Vec<ArticleEntry>> {
        let query = json!({"bool": {"filter": [self.alive(), {"term": {"position": 0}}]}});
        let what = json!({"_source": ["record"], "size": 2000});
        let mut articles = Vec::new();
        self.index
            .each(&query, &["article"], &what, Again::Briefly, |hit| {
                articles.push(self.records.read(hit)?.article);
                Ok(())
            })?;
        self.still()?;
        Ok(articles)
    }

    /// Gives `take` the article, the position and the number of passages of its article of every passage that counts.
    pub(super) fn each_passage(&self, mut take: impl FnMut(&str, u32, u64)) -> Result<()> {
        let what = json!({"_source": false, "docvalue_fields": ["passages"]});
        let order = ["article", "position", "added", "number"];
        self.index
            .each(&self.alive(), &order, &what, Again::Briefly, |hit| {
                let sort = &hit["sort"];
                if let (Some(article), Some(position)) = (sort[0].as_str(), sort[1].as_u64()) {
                    let passages = hit["fields"]["passages"][0].as_u64().unwrap_or(0);
                    take(article, position as u32, passages);
                }
                Ok(())
            })
    }
}

impl Reader for ClusterReader {
    fn commit(&self) -> CommitInfo {
        self.commit.info()
    }

    fn rank(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        limit: usize,
    ) -> Result<Ranked> {
        if query.finds_nothing() || self.commit.passages == 0 {
            return Ok(Ranked {
                total: 0,
                hits: Vec::new(),
                partial: None,
            });
        }
        self.guard(self.find(query, filter, ranking, limit))
    }

    fn count(&self, query: &Query, filter: &Filter) -> Result<Counts> {
        if query.finds_nothing() || self.commit.passages == 0 {
            return Ok(Counts::default());
        }
        let count = || {
            let weighed = self.weighed(query, &Ranking::default())?;
            let candidates = Candidates::new(&weighed);
            let counts = counts::count(&self.index, &self.alive(), query, &candidates, filter)?;
            self.still()?;
            Ok(counts)
        };
        self.guard(count())
    }

    fn fetch(&self, place: Place) -> Result<Record> {
        self.guard(self.records.fetch(place))
    }

    fn explain(
        &self,
        query: &Query,
        ranking: &Ranking,
        record: &Record,
    ) -> Result<Option<Explanation>> {
        let explain = || {
            let weighed = self.weighed(query, ranking)?;
            let asked = Asked::new(&weighed);
            let names = asked.names(&record.article);
            let own = |record: &Record| sure(weighed.passage(&mut asked.read(record, &names)));
            let Some(score) = own(record) else {
                return Ok(None);
            };
            let passages = self.records_with("article", &record.article.id)?;
            let best = passages.iter().filter_map(own).fold(score, f32::max);
            self.words.look_up(names.terms.split(['\n', ' ']))?;
            let name = weighed.names(&names.terms, &self.words)?;
            let mut passage = asked.read(record, &names);
            Ok(Some(sure(weighed.explain(&mut passage, score, best, name))))
        };
        self.guard(explain())
    }

    fn is_far(&self) -> bool {
        true
    }

    fn expect(&self, expected: &Expected) -> Result<()> {
        let text = String::as_str;
        self.guard(self.words.look_up_words(expected.words.iter().map(text)))?;
        self.guard(self.words.look_up(expected.terms.iter().map(text)))?;
        self.guard(
            self.names
                .look_up(&expected.names, &self.alive(), &self.records),
        )
    }

    fn named(&self, terms: &[&str]) -> Result<Vec<ArticleEntry>> {
        let name = terms.join(" ");
        loop {
            if let Some(articles) = self.names.get(&name) {
                return Ok(articles);
            }
            let names = std::slice::from_ref(&name);
            self.guard(self.names.look_up(names, &self.alive(), &self.records))?;
        }
    }

    fn frequencies(&self, terms: &[String]) -> Result<Vec<u64>> {
        use crate::engine::score::Words;
        let find = || {
            self.words.look_up(terms.iter().map(String::as_str))?;
            let words = terms
                .iter()
                .map(|term| Ok(self.words.word(term)?.frequency));
            words.collect::<Result<Vec<u64>>>()
        };
        self.guard(find())
    }

    fn word_count(&self, word: &str) -> Result<u64> {
        self.guard(self.words.word_count(word))
    }

    fn similar_words(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        self.guard(self.words.similar(word, distance))
    }

    fn passage(&self, id: &str) -> Result<Vec<Record>> {
        self.guard(self.records_with("passage", id))
    }

    fn article(&self, id: &str) -> Result<Vec<Record>> {
        self.guard(self.records_with("article", id))
    }

    fn articles(&self) -> Result<Vec<ArticleEntry>> {
        self.guard(self.all_articles())
    }

    fn manifest(&self) -> Result<Manifest> {
        self.guard(state::read_manifest(&self.index, &self.commit))
    }

    fn blocks(&self) -> KeptBlocks {
        use base64::Engine as _;
        // Without them the pages that are asked for are read again, which is slower and no less right.
        let text = state::kept(&self.index, "blocks").ok().flatten();
        let bytes = text.and_then(|text| base64::prelude::BASE64_STANDARD.decode(text).ok());
        bytes.map(KeptBlocks::from_bytes).unwrap_or_default()
    }

    fn bytes(&self) -> Result<u64> {
        self.guard(self.index.bytes())
    }
}
