//! What answers a query? Ranked passages, folded, cut into pages, reported.

use super::KnowledgeBase;
use crate::engine::{Filter, Hit, Page, Partial, Ranked, Reader, Record};
use crate::error::{Error, ErrorKind, Result};
use crate::fold::{Folded, Folder};
use crate::query::Query;
use crate::report::{CorrectionReport, SearchBody, SearchReport};
use crate::snippet::highlights;
use crate::understanding::Understanding;
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::ops::Range;

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
    /// Words that are neither taken for misspelt ones nor searched for because they mean the same, in any case.
    pub declined: Vec<String>,
    /// Whether it is told how the passages that match are spread over sources, subject labels and years.
    pub counting: Counting,
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

/// Whether it is told how the passages that match are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// It is not.
    #[default]
    LeaveOut,
    /// It is.
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
            declined: Vec::new(),
            counting: Counting::default(),
        }
    }
}

/// How many ranked passages are looked at, at the most, for hits that are not folded away: this many for each that is
/// wanted. Beyond it the page stays short.
const MOST_EXAMINED: usize = 50;

/// How many words of a passage stand for it where others like it are looked for. Those of the highest weight say what it is
/// about; more of them say how it is put.
const WORDS_OF_LIKENESS: usize = 25;

/// The hits of a page.
struct Best {
    /// How many passages match.
    total: u64,
    hits: Vec<Folded>,
    /// Where not all were looked at.
    partial: Option<Partial>,
}

impl KnowledgeBase {
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
        self.ask(|reader| self.answer_from(reader, text, options))
    }

    fn answer_from(
        &self,
        reader: &dyn Reader,
        text: &str,
        options: &SearchOptions,
    ) -> Result<SearchBody> {
        let query =
            self.understander
                .query(reader, text, options.understanding, &options.declined)?;
        let mut body = self.answer_query(reader, &query, options)?;
        // That something is nowhere is known only where all was searched.
        let is_nowhere = body.total == 0 && body.partial.is_none();
        if is_nowhere && options.understanding == Understanding::Full {
            let suggestions = self.understander.suggestions(reader, &query)?;
            for suggestion in suggestions {
                body.warnings.push(suggestion.warning);
                body.query.suggestions.extend(
                    suggestion
                        .meant
                        .map(|(from, to)| CorrectionReport { from, to }),
                );
            }
        }
        Ok(body)
    }

    /// The passages that belong beside the one with this id; `None` where there is no such passage.
    ///
    /// # Errors
    /// `Engine` where the index is damaged.
    pub fn like(&self, id: &str, options: &SearchOptions) -> Result<Option<SearchReport>> {
        self.ask(|reader| {
            let Some(record) = reader.passage(id)?.into_iter().next() else {
                return Ok(None);
            };
            let query = self.query_like(reader, &record)?;
            let mut options = options.clone();
            options.filter.except = Some(record.passage.id);
            let body = self.answer_query(reader, &query, &options)?;
            Ok(Some(SearchReport::new(body)))
        })
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

    /// What a query marks in each of `texts`: byte ranges, in order and apart from each other.
    ///
    /// # Errors
    /// As [`KnowledgeBase::search`], but a blank query marks nothing.
    pub fn highlights(
        &self,
        query: &str,
        options: &SearchOptions,
        texts: &[&str],
    ) -> Result<Vec<Vec<Range<usize>>>> {
        let (understanding, declined) = (options.understanding, &options.declined);
        let query = self.ask(|reader| {
            self.understander
                .query(reader, query, understanding, declined)
        })?;
        Ok(texts.iter().map(|text| highlights(text, &query)).collect())
    }

    fn answer_query(
        &self,
        reader: &dyn Reader,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<SearchBody> {
        let Best {
            total,
            hits,
            partial,
        } = self.ranked(reader, query, options)?;
        let mut explanations = Vec::new();
        if options.explanations == Explanations::Give {
            for folded in &hits {
                explanations.push(reader.explain(query, &self.ranking, &folded.hit.record)?);
            }
        }
        let mut body = SearchBody::new(
            query,
            total,
            hits,
            explanations,
            reader.commit(),
            options.offset,
        );
        if options.counting == Counting::Give {
            body.facets = Some(reader.count(query, &options.filter)?.into());
        }
        if let Some(partial) = partial {
            body.set_partial(partial);
        }
        Ok(body)
    }

    /// The hits of the page.
    fn ranked(&self, reader: &dyn Reader, query: &Query, options: &SearchOptions) -> Result<Best> {
        if options.duplicates == Duplicates::Keep && options.per_article.is_none() {
            let page = Page {
                limit: options.limit,
                offset: options.offset,
            };
            let found = reader.search(query, &options.filter, &self.ranking, page)?;
            let hits = found.hits.into_iter().map(Folded::alone);
            return Ok(Best {
                total: found.total,
                hits: hits.collect(),
                partial: found.partial,
            });
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
                return Ok(Best {
                    total: ranked.total,
                    hits: page.collect(),
                    partial: ranked.partial,
                });
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
}
