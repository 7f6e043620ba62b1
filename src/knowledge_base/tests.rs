//! Does a person get an answer where what is read is replaced meanwhile, and is a part of one told from the whole? Asked of an
//! engine that does what a cluster does now and then.

use super::{KnowledgeBase, Location, SearchOptions};
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::tantivy::TantivyEngine;
use crate::engine::{
    ArticleEntry, CommitInfo, Counts, Engine, Explanation, Filter, Mark, Partial, Place, Ranked,
    Ranking, Reader, Record, Writer,
};
use crate::error::{Error, ErrorKind, Result};
use crate::indexer::{IndexOptions, Silent};
use crate::query::Query;
use crate::query::spelling::WordCount;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// An engine whose readers are replaced as soon as they are opened, for as many of them as `replaced` says, and of which only a part
/// answers.
struct Unsteady {
    engine: TantivyEngine,
    replaced: Arc<AtomicUsize>,
    partial: Option<Partial>,
}

impl Engine for Unsteady {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        let one_less = |left: usize| left.checked_sub(1);
        let left = self
            .replaced
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        Ok(Box::new(UnsteadyReader {
            reader: self.engine.reader()?,
            is_replaced: left.is_ok(),
            partial: self.partial.clone(),
        }))
    }

    fn mark(&self) -> Result<Mark> {
        self.engine.mark()
    }

    fn writer(&self, threads: usize, wait: Duration) -> Result<Box<dyn Writer>> {
        self.engine.writer(threads, wait)
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        self.engine.vocabularies()
    }

    fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        self.engine.set_vocabulary(name, bytes)
    }
}

struct UnsteadyReader {
    reader: Box<dyn Reader>,
    is_replaced: bool,
    partial: Option<Partial>,
}

impl UnsteadyReader {
    fn reader(&self) -> Result<&dyn Reader> {
        if self.is_replaced {
            return Err(Error::new(ErrorKind::Superseded, "there is a later commit"));
        }
        Ok(&*self.reader)
    }
}

impl Reader for UnsteadyReader {
    fn commit(&self) -> CommitInfo {
        self.reader.commit()
    }

    fn rank(
        &self,
        query: &Query,
        filter: &Filter,
        ranking: &Ranking,
        limit: usize,
    ) -> Result<Ranked> {
        let ranked = self.reader()?.rank(query, filter, ranking, limit)?;
        Ok(Ranked {
            partial: self.partial.clone(),
            ..ranked
        })
    }

    fn count(&self, query: &Query, filter: &Filter) -> Result<Counts> {
        self.reader()?.count(query, filter)
    }

    fn fetch(&self, place: Place) -> Result<Record> {
        self.reader()?.fetch(place)
    }

    fn explain(
        &self,
        query: &Query,
        ranking: &Ranking,
        record: &Record,
    ) -> Result<Option<Explanation>> {
        self.reader()?.explain(query, ranking, record)
    }

    fn named(&self, terms: &[&str]) -> Result<Vec<ArticleEntry>> {
        self.reader()?.named(terms)
    }

    fn frequencies(&self, terms: &[String]) -> Result<Vec<u64>> {
        self.reader()?.frequencies(terms)
    }

    fn word_count(&self, word: &str) -> Result<u64> {
        self.reader()?.word_count(word)
    }

    fn similar_words(&self, word: &str, distance: u8) -> Result<Vec<WordCount>> {
        self.reader()?.similar_words(word, distance)
    }

    fn passage(&self, id: &str) -> Result<Vec<Record>> {
        self.reader()?.passage(id)
    }

    fn article(&self, id: &str) -> Result<Vec<Record>> {
        self.reader()?.article(id)
    }

    fn articles(&self) -> Result<Vec<ArticleEntry>> {
        self.reader()?.articles()
    }

    fn manifest(&self) -> Result<Manifest> {
        self.reader()?.manifest()
    }

    fn blocks(&self) -> KeptBlocks {
        self.reader.blocks()
    }

    fn bytes(&self) -> Result<u64> {
        self.reader()?.bytes()
    }
}

/// A knowledge base of one article about cramps, of which two of three shards answer.
#[cfg(feature = "serve")]
pub(crate) fn answering_in_part() -> (tempfile::TempDir, KnowledgeBase) {
    let (folder, library, _) = unsteady(Some(two_of_three()));
    (folder, library)
}

/// A knowledge base of one article about cramps, and how many of the readers opened from now on are replaced at once.
fn unsteady(partial: Option<Partial>) -> (tempfile::TempDir, KnowledgeBase, Arc<AtomicUsize>) {
    let folder = tempfile::tempdir().expect("a folder");
    let article = folder.path().join("cramps.md");
    std::fs::write(&article, "# Cramps\n\n## At night\n\nStretch the calf.\n").expect("written");
    let location = Location::from(folder.path().join("index"));
    KnowledgeBase::index_into(&location, &[article], &IndexOptions::default(), &Silent)
        .expect("indexed");
    let replaced = Arc::<AtomicUsize>::default();
    let engine = Unsteady {
        engine: TantivyEngine::open(location.folder().expect("a folder")).expect("opened"),
        replaced: Arc::clone(&replaced),
        partial,
    };
    let library = KnowledgeBase::with(location, Box::new(engine)).expect("opened");
    (folder, library, replaced)
}

fn two_of_three() -> Partial {
    Partial {
        answered: 2,
        shards: 3,
        reason: "a node has left".to_owned(),
    }
}

#[test]
fn whatever_is_asked_is_asked_again_of_a_later_commit_where_the_one_that_was_open_is_replaced() {
    let (_folder, library, replaced) = unsteady(None);
    let options = SearchOptions::default();
    let hits = library.search("calf", &options).expect("found").body.hits;
    let (passage, article) = (hits[0].id.clone(), hits[0].article.id.clone());
    let patterns = ["nowhere".to_owned()];
    type Question<'a> = &'a dyn Fn(&KnowledgeBase) -> Result<bool>;
    let questions: [(&str, Question<'_>); 9] = [
        ("search", &|library| {
            Ok(library.search("calf", &options)?.body.hits.len() == 1)
        }),
        ("run", &|library| {
            Ok(library.run("calf", &options)?.hits.len() == 1)
        }),
        ("like", &|library| {
            Ok(library.like(&passage, &options)?.is_some())
        }),
        ("show a passage", &|library| {
            Ok(library.show(&passage, 1)?.is_some())
        }),
        ("show an article", &|library| {
            Ok(library.show(&article, 0)?.is_some())
        }),
        (
            "list",
            &|library| Ok(library.list(&[])?.articles.len() == 1),
        ),
        ("status", &|library| Ok(library.status()?.bytes > 0)),
        ("highlights", &|library| {
            let marked = library.highlights("calf", &options, &["the calf"])?;
            Ok(marked.len() == 1 && marked[0].first() == Some(&(4..8)))
        }),
        ("remove", &|library| {
            let removed = library.remove(&patterns, Duration::ZERO)?.removed;
            Ok(removed.is_empty())
        }),
    ];
    for (name, question) in questions {
        // The one that is open now, and the two after it.
        replaced.store(3, Ordering::SeqCst);
        library.refresh().expect("opened");
        let answer = question(&library);
        assert!(
            answer.as_ref().is_ok_and(|is_so| *is_so),
            "{name}: {answer:?}"
        );
        assert_eq!(replaced.load(Ordering::SeqCst), 0, "{name}");
    }
}

#[test]
fn an_index_that_is_replaced_again_and_again_is_given_up() {
    let (_folder, library, replaced) = unsteady(None);
    replaced.store(1000, Ordering::SeqCst);
    library.refresh().expect("opened");
    let error = library
        .search("calf", &SearchOptions::default())
        .expect_err("given up");
    assert_eq!(error.kind(), ErrorKind::Superseded);
    assert!(replaced.load(Ordering::SeqCst) > 900);
}

#[test]
fn an_answer_of_a_part_of_the_index_says_so() {
    let (_folder, library, _) = unsteady(Some(two_of_three()));
    let body = library
        .answer("calf", &SearchOptions::default())
        .expect("found");
    assert_eq!(body.hits.len(), 1);
    assert_eq!(
        body.warnings,
        ["only 2 of 3 shards answered; passages may be missing: a node has left"]
    );
    let document = serde_json::to_value(&body).expect("JSON");
    let partial = serde_json::json!({"shards": 3, "answered": 2, "reason": "a node has left"});
    assert_eq!(document["partial"], partial);
}

#[test]
fn what_a_part_of_the_index_does_not_have_is_not_said_to_be_nowhere() {
    let (_folder, library, _) = unsteady(Some(two_of_three()));
    let body = library
        .answer("\"calf stretch\"", &SearchOptions::default())
        .expect("answered");
    assert_eq!(body.total, 0);
    assert_eq!(body.warnings.len(), 1, "{:?}", body.warnings);
    assert!(body.query.suggestions.is_empty());
    assert!(body.partial.is_some());
}

#[test]
fn a_whole_answer_says_nothing_of_parts() {
    let (_folder, library, _) = unsteady(None);
    let body = library
        .answer("calf", &SearchOptions::default())
        .expect("found");
    let document = serde_json::to_value(&body).expect("JSON");
    assert!(body.warnings.is_empty() && document.get("partial").is_none());
}
