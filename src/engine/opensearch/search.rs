//! Which passages answer a query best? Candidates from the server, scored here.
//!
//! The server ranks passages by about the score that they have (`candidates`), and gives the first of them. They are scored from what
//! they say, by the formula of every engine. Where a passage that was not given could still be among the best, more are asked
//! for: what it has by itself is bounded by the server's score of the last that was given.

use super::candidates::{Candidates, Restriction};
use super::client::Again;
use super::evidence::{Asked, AskedNames, sure};
use super::reader::ClusterReader;
use crate::engine::score::WeightedQuery;
use crate::engine::{ArticleEntry, Partial, Place, Ranked, RankedHit, Record};
use crate::error::Result;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Up to how many matching passages are counted.
const MOST_COUNTED: u64 = 10_000;
/// How many passages the server is asked for at first, for each that is wanted, and besides.
const FIRST: (usize, usize) = (2, 60);
/// How many times as many it is asked for where these were not enough.
const GROWTH: usize = 3;
/// How many it is asked for at the most, for each that is wanted, and besides.
const MOST: (usize, usize) = (4, 2000);
/// How many at once.
const PAGE: usize = 2000;
/// Of how many articles the other passages are asked for at once.
const ARTICLES: usize = 500;

/// A passage that may be among the best.
struct Candidate {
    place: Place,
    article: usize,
    position: u32,
    /// What it gives by itself.
    own: f32,
    score: f32,
}

/// An article with candidates.
struct Found {
    entry: ArticleEntry,
    names: AskedNames,
    /// What its names give.
    name: f32,
    /// Its passages that were read.
    seen: HashSet<u32>,
    /// The best of what they give by themselves.
    best: f32,
    /// Whether none that it has beside these matters.
    is_known: bool,
}

/// A search that is going on.
pub(super) struct Search<'a> {
    reader: &'a ClusterReader,
    query: &'a WeightedQuery,
    asked: &'a Asked<'a>,
    candidates: &'a Candidates<'a>,
    restriction: Restriction,
    matching: Value,
    articles: Vec<Found>,
    by_id: HashMap<String, usize>,
    hits: Vec<Candidate>,
    /// Where the server goes on.
    after: Value,
    /// The server's score of the last that it gave; 0 where it gave all.
    border: f32,
    /// The most that a passage can have by itself that the restriction keeps back; 0 where it keeps none back.
    kept_back: f32,
    total: u64,
    partial: Option<Partial>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        reader: &'a ClusterReader,
        query: &'a WeightedQuery,
        asked: &'a Asked<'a>,
        candidates: &'a Candidates<'a>,
        restriction: Restriction,
    ) -> Self {
        Self {
            reader,
            query,
            asked,
            candidates,
            restriction,
            matching: candidates.matching(),
            articles: Vec::new(),
            by_id: HashMap::new(),
            hits: Vec::new(),
            after: Value::Null,
            border: 0.0,
            kept_back: 0.0,
            total: 0,
            partial: None,
        }
    }

    /// The best `wanted` passages.
    pub(super) fn run(mut self, wanted: usize) -> Result<Ranked> {
        if wanted == 0 {
            self.only_count()?;
        } else {
            self.rank(wanted)?;
        }
        let hits = self.hits.iter().take(wanted).map(|hit| RankedHit {
            score: hit.score,
            place: hit.place,
        });
        Ok(Ranked {
            total: self.total,
            hits: hits.collect(),
            partial: self.partial,
        })
    }

    fn rank(&mut self, wanted: usize) -> Result<()> {
        let bounded =
            |(each, besides): (usize, usize)| wanted.saturating_mul(each).saturating_add(besides);
        if self.restriction.is_by_passage {
            self.kept_back = self.best_of_all()?;
        }
        let most = bounded(MOST);
        let mut size = bounded(FIRST);
        loop {
            self.ask(size)?;
            self.complete(wanted)?;
            self.finish();
            let is_all = self.border == 0.0 || self.hits.len() >= most;
            if is_all || self.least(wanted) >= self.most_of_others() {
                return Ok(());
            }
            size = size.saturating_mul(GROWTH).min(most);
        }
    }

    fn only_count(&mut self) -> Result<()> {
        let query = self
            .restriction
            .with(&[&self.reader.alive(), &self.matching]);
        let body = json!({"size": 0, "track_total_hits": MOST_COUNTED + 1, "query": query});
        let answer = self.reader.index.search(&body)?;
        self.take_total(&answer.body);
        self.partial = answer.partial;
        Ok(())
    }

    fn take_total(&mut self, body: &Value) {
        self.total = body["hits"]["total"]["value"].as_u64().unwrap_or(0);
    }

    /// The most that any passage can have by itself, whatever lets it be found.
    fn best_of_all(&self) -> Result<f32> {
        if !self.candidates.is_whole {
            return Ok(self.candidates.most());
        }
        let query = json!({"bool": {
            "filter": [self.reader.alive(), self.matching],
            "should": self.candidates.ranking(),
        }});
        let body = json!({"size": 1, "query": query, "_source": false, "track_total_hits": false});
        let answer = self.reader.index.search(&body)?;
        if answer.partial.is_some() {
            return Ok(self.candidates.most());
        }
        let best = answer.body["hits"]["hits"][0]["_score"].as_f64();
        let best = self.candidates.score(best.unwrap_or(0.0)) * self.candidates.slack();
        Ok(best.min(self.candidates.most()))
    }

    /// Has the server rank, until so many candidates are there, or all.
    fn ask(&mut self, size: usize) -> Result<()> {
        let alive = self.reader.alive();
        let Value::Object(mut query) =
            self.restriction.with(&[&alive, &self.matching])["bool"].take()
        else {
            return Ok(());
        };
        query.insert("should".to_owned(), self.candidates.ranking());
        let query = json!({"bool": query});
        let counted = if self.after.is_null() {
            json!(MOST_COUNTED + 1)
        } else {
            json!(false)
        };
        let mut counted = Some(counted);
        while self.hits.len() < size {
            let page = (size - self.hits.len()).min(PAGE);
            let mut body = json!({
                "query": query,
                "size": page,
                "track_scores": true,
                "track_total_hits": counted.take().unwrap_or(json!(false)),
                "sort": [{"_score": "desc"}, {"article": "asc"}, {"position": "asc"}, {"added": "asc"}, {"number": "asc"}],
                "_source": ["record"],
            });
            let is_first = self.after.is_null();
            if !is_first {
                body["search_after"] = self.after.take();
            }
            let answer = self.reader.index.search(&body)?;
            if is_first {
                self.take_total(&answer.body);
            }
            if answer.partial.is_some() {
                self.partial = answer.partial;
            }
            let hits = answer.body["hits"]["hits"]
                .as_array()
                .map_or(&[][..], Vec::as_slice);
            for hit in hits {
                self.take(hit)?;
            }
            if hits.len() < page {
                self.border = 0.0;
                return Ok(());
            }
            if let Some(last) = hits.last() {
                self.after = last["sort"].clone();
                self.border = self
                    .candidates
                    .score(last["sort"][0].as_f64().unwrap_or(0.0));
            }
        }
        Ok(())
    }

    /// Reads a hit of the server.
    fn take(&mut self, hit: &Value) -> Result<()> {
        let place = self.reader.records.place(hit)?;
        let record = self.reader.records.keep(place, hit)?;
        let article = self.article(&record.article);
        let (own, position) = (self.own(article, &record), record.passage.position);
        let found = &mut self.articles[article];
        found.seen.insert(position);
        let Some(own) = own else {
            return Ok(());
        };
        found.best = found.best.max(own);
        self.hits.push(Candidate {
            place,
            article,
            position,
            own,
            score: 0.0,
        });
        Ok(())
    }

    fn article(&mut self, entry: &ArticleEntry) -> usize {
        if let Some(known) = self.by_id.get(&entry.id) {
            return *known;
        }
        self.articles.push(Found {
            names: self.asked.names(entry),
            entry: entry.clone(),
            name: f32::NAN,
            seen: HashSet::new(),
            best: 0.0,
            is_known: false,
        });
        let number = self.articles.len() - 1;
        self.by_id.insert(entry.id.clone(), number);
        number
    }

    /// What a passage of an article gives by itself; `None` where it has no word of the query.
    fn own(&self, article: usize, record: &Record) -> Option<f32> {
        let mut passage = self.asked.read(record, &self.articles[article].names);
        sure(self.query.passage(&mut passage))
    }

    /// Works out the scores, and puts the candidates in order.
    fn finish(&mut self) {
        let weight = self.query.ranking.article;
        for hit in &mut self.hits {
            let article = &self.articles[hit.article];
            hit.score = hit.own + weight * article.best + article.name;
        }
        let articles = &self.articles;
        self.hits.sort_by(|a, b| {
            let ids = || {
                articles[a.article]
                    .entry
                    .id
                    .cmp(&articles[b.article].entry.id)
            };
            let order = b.score.total_cmp(&a.score);
            order.then_with(ids).then(a.position.cmp(&b.position))
        });
    }

    /// The score of the last that is wanted.
    fn least(&self, wanted: usize) -> f32 {
        self.hits.get(wanted - 1).map_or(0.0, |hit| hit.score)
    }

    /// The most that a passage can have by itself which the server has not given.
    fn most_unseen(&self) -> f32 {
        if self.candidates.is_whole || self.border == 0.0 {
            self.border * self.candidates.slack()
        } else {
            self.candidates.most()
        }
    }

    /// The most that a passage can have which the server has not given, as far as what names give is known: by itself, by the best of its article, and by its names.
    fn most_of_others(&self) -> f32 {
        let own = self.most_unseen();
        own + self.query.ranking.article * own.max(self.kept_back)
    }

    /// Finds out what the names of the articles give, and what their best passages do, as far as that matters.
    fn complete(&mut self, wanted: usize) -> Result<()> {
        self.name_articles()?;
        // What a passage of an article can have that was not read.
        let unseen = self.kept_back.max(self.most_unseen());
        for article in &mut self.articles {
            let is_read = article.seen.len() as u64 >= article.entry.passages;
            article.is_known |= is_read || article.best >= unseen;
        }
        let weight = self.query.ranking.article;
        let score = |hit: &Candidate, best: f32| {
            let article = &self.articles[hit.article];
            hit.own + weight * best.max(article.best) + article.name
        };
        let mut scores: Vec<f32> = self.hits.iter().map(|hit| score(hit, 0.0)).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        let least = scores.get(wanted - 1).copied().unwrap_or(0.0);
        let could_be =
            |hit: &&Candidate| !self.articles[hit.article].is_known && score(hit, unseen) >= least;
        let open: HashSet<usize> = self
            .hits
            .iter()
            .filter(could_be)
            .map(|hit| hit.article)
            .collect();
        let mut open: Vec<usize> = open.into_iter().collect();
        open.sort_unstable();
        for some in open.chunks(ARTICLES) {
            self.read_others(some)?;
        }
        Ok(())
    }

    /// Reads the passages of articles that were not read and match, whatever lets them be found.
    fn read_others(&mut self, articles: &[usize]) -> Result<()> {
        let ids: Vec<&str> = articles
            .iter()
            .map(|article| &*self.articles[*article].entry.id)
            .collect();
        let alive = self.reader.alive();
        let of_articles = json!({"terms": {"article": ids}});
        let query = json!({"bool": {"filter": [alive, &self.matching, of_articles]}});
        let what = json!({"_source": ["record"], "size": PAGE});
        let mut others = Vec::new();
        let index = &self.reader.index;
        index.each(
            &query,
            &["article", "position"],
            &what,
            Again::Briefly,
            |hit| {
                others.push(self.reader.records.read(hit)?);
                Ok(())
            },
        )?;
        for record in others {
            let article = self.article(&record.article);
            if self.articles[article].seen.insert(record.passage.position)
                && let Some(own) = self.own(article, &record)
            {
                let best = &mut self.articles[article].best;
                *best = best.max(own);
            }
        }
        for article in articles {
            self.articles[*article].is_known = true;
        }
        Ok(())
    }

    fn name_articles(&mut self) -> Result<()> {
        let new = |article: &&mut Found| article.name.is_nan();
        let known = &self.reader.words;
        let terms = self
            .articles
            .iter()
            .filter(|article| article.name.is_nan() && article.names.has_any());
        let lines = terms.flat_map(|article| article.names.terms.lines());
        let lines = lines.filter(|name| name.split(' ').any(|term| self.query.is_asked(term)));
        known.look_up(lines.flat_map(|name| name.split(' ')))?;
        for article in self.articles.iter_mut().filter(new) {
            article.name = if article.names.has_any() {
                self.query.names(&article.names.terms, known)?
            } else {
                0.0
            };
        }
        Ok(())
    }
}
