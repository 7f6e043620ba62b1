//! `ibid` through its facade, as a program uses it.

use super::{Found, System};
use crate::collection::Collection;
use anyhow::{Result, ensure};
use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent};
use std::path::Path;
use std::time::{Duration, Instant};

/// A knowledge base of the articles.
pub(crate) struct IbidKnowledgeBase {
    library: KnowledgeBase,
    build_time: Duration,
}

impl IbidKnowledgeBase {
    /// What the table calls it.
    pub(crate) const NAME: &'static str = "ibid";

    /// Indexes the file of articles, reading included.
    pub(crate) fn build(folder: &Path, collection: &Collection) -> Result<Self> {
        let begun = Instant::now();
        let library = KnowledgeBase::open_or_create(folder)?;
        let file = collection.articles_file.clone();
        let report = library.index(&[file], &IndexOptions::default(), &Silent)?;
        let build_time = begun.elapsed();
        ensure!(
            report.added == collection.articles as u64,
            "ibid indexed {} of {} articles",
            report.added,
            collection.articles
        );
        Ok(Self {
            library,
            build_time,
        })
    }
}

impl System for IbidKnowledgeBase {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn build_time(&self) -> Duration {
        self.build_time
    }

    fn rank(&mut self, query: &str, depth: usize) -> Result<Found> {
        let hits = self.library.run(query, depth)?;
        Ok(hits
            .iter()
            .map(|hit| (hit.run_id().to_owned(), f64::from(hit.score)))
            .collect())
    }

    /// Snippets, highlights, links and the total are part of every answer.
    fn answer(&mut self, query: &str, hits: usize) -> Result<usize> {
        let options = SearchOptions {
            limit: hits,
            ..SearchOptions::default()
        };
        let report = std::hint::black_box(self.library.search(query, options)?);
        Ok(report.body.hits.len())
    }
}
