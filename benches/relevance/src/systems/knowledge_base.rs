//! `ibid` through its facade, as a program uses it.
//!
//! Each knowledge base answers all queries of all rounds and remembers what it found out about words that it did not know,
//! so a misspelt word costs its search through the words of the index once: in the round that is not counted.

use super::{Found, System};
use crate::collection::Collection;
use anyhow::{Result, bail, ensure};
use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent, Understanding};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is searched for besides what was typed.
#[derive(Clone, Copy)]
pub(crate) enum Help {
    /// What the built-in vocabulary knows, and corrections of misspelt words.
    BuiltIn,
    /// Nothing.
    Exact,
    /// Those of the built-in vocabulary, and the lay synonyms of the collection imported.
    LaySynonyms,
}

/// A knowledge base of the articles.
pub(crate) struct IbidKnowledgeBase {
    help: Help,
    library: KnowledgeBase,
    build_time: Duration,
}

impl IbidKnowledgeBase {
    /// What the table calls it with [`Help::BuiltIn`].
    pub(crate) const NAME: &'static str = "ibid";
    /// What the table calls it with [`Help::Exact`].
    pub(crate) const EXACT: &'static str = "ibid, --exact";

    /// Indexes the file of articles, reading and importing included.
    pub(crate) fn build(folder: &Path, collection: &Collection, help: Help) -> Result<Self> {
        let begun = Instant::now();
        let mut library = KnowledgeBase::open_or_create(folder)?;
        let file = collection.articles_file.clone();
        let report = library.index(&[file], &IndexOptions::default(), &Silent)?;
        if let Help::LaySynonyms = help {
            let file = &collection.lay_synonyms_file;
            let (_, mistakes) = library.import_vocabulary("lay", file)?;
            if let Some(mistake) = mistakes.first() {
                bail!("{}: {mistake}", file.display());
            }
        }
        let build_time = begun.elapsed();
        ensure!(
            report.added == collection.articles as u64,
            "ibid indexed {} of {} articles",
            report.added,
            collection.articles
        );
        Ok(Self {
            help,
            library,
            build_time,
        })
    }

    fn options(&self, limit: usize) -> SearchOptions {
        SearchOptions {
            limit,
            understanding: match self.help {
                Help::Exact => Understanding::Exact,
                Help::BuiltIn | Help::LaySynonyms => Understanding::Full,
            },
            ..SearchOptions::default()
        }
    }
}

impl System for IbidKnowledgeBase {
    fn name(&self) -> &str {
        match self.help {
            Help::BuiltIn => Self::NAME,
            Help::Exact => Self::EXACT,
            Help::LaySynonyms => "ibid, with the lay synonyms imported",
        }
    }

    fn build_time(&self) -> Duration {
        self.build_time
    }

    fn rank(&mut self, query: &str, depth: usize) -> Result<Found> {
        let hits = self.library.run(query, &self.options(depth))?.hits;
        Ok(hits
            .iter()
            .map(|hit| (hit.run_id().to_owned(), f64::from(hit.score)))
            .collect())
    }

    /// Snippets, highlights, links and the total are part of every answer.
    fn answer(&mut self, query: &str, hits: usize) -> Result<usize> {
        let report = std::hint::black_box(self.library.search(query, &self.options(hits))?);
        Ok(report.body.hits.len())
    }
}
