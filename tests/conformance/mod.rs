//! What every engine has to do, written against the traits and run on each: by `tests/integration` on the embedded one, by
//! `tests/cluster` on a cluster.

pub mod alike;

use ibid::ErrorKind;
use ibid::article::{Article, BlockKind, Format, MappedText, Source, SourceMap};
use ibid::engine::manifest::{FileRecord, Manifest, SourceFolder, Stamp};
use ibid::engine::{ArticleEntry, Engine, Filter, Page, Ranking, Reader, Writer};
use ibid::ingest::outline::Outline;
use ibid::passage::passages;
use ibid::query::Query;
use std::time::Duration;

/// Runs the whole suite on an engine; `make` gives an empty one each time.
pub fn conforms<E: Engine>(make: impl Fn() -> E) {
    an_empty_engine_answers(&make());
    what_was_added_is_found_by_title_heading_and_text(&make());
    a_record_comes_back_as_it_was_given(&make());
    phrases_and_fields_must_match_and_exclusions_must_not(&make());
    words_are_alternatives_whose_evidence_adds_up(&make());
    forms_of_a_word_are_one(&make());
    words_are_counted_by_article_as_they_are_written(&make());
    ties_break_by_article_then_position_on_every_page(&make());
    changes_are_seen_after_the_commit_and_by_new_readers_only(&make());
    a_file_is_replaced_and_taken_out_as_a_whole(&make());
    one_article_of_a_file_is_taken_out_alone(&make());
    a_rollback_leaves_no_trace(&make());
    the_manifest_is_committed_with_the_passages(&make());
    the_times_of_files_are_kept_beside_the_commit(&make());
    a_second_writer_is_refused(&make());
    scores_do_not_depend_on_threads_or_order(&make(), &make());
}

/// A writer. A process that another test is just starting holds on to all open files, and so to the lock of the last
/// writer, for a moment: hence the patience.
fn open_writer<E: Engine + ?Sized>(engine: &E, threads: usize) -> Box<dyn Writer> {
    engine.writer(threads, Duration::from_secs(10)).unwrap()
}

const PAGE: Page = Page {
    limit: 10,
    offset: 0,
};

fn article(id: &str, title: &str, sections: &[(&str, &str)]) -> Article {
    let mut outline = Outline::new();
    for (heading, text) in sections {
        outline.heading(2, &MappedText::unmapped(heading), None);
        for line in text.lines() {
            outline.block(BlockKind::Paragraph, MappedText::unmapped(line));
        }
    }
    Article {
        id: id.to_owned(),
        title: title.to_owned(),
        url: Some("https://example.org/a".to_owned()),
        published: Some("2024-04-16".to_owned()),
        language: Some("en".to_owned()),
        aliases: vec!["other name".to_owned()],
        tags: vec!["tag".to_owned()],
        source: Source {
            name: "folder".to_owned(),
            path: format!("folder/{id}"),
            format: Format::Markdown,
            encoding: "UTF-8",
            bytes: 1,
        },
        sections: outline.finish(),
        dropped: Vec::new(),
        source_map: SourceMap::default(),
    }
}

/// Commits articles, each as the one article of a file that is called like it.
fn commit(engine: &(impl Engine + ?Sized), threads: usize, articles: &[Article]) {
    let mut writer = open_writer(engine, threads);
    let mut manifest = engine.reader().unwrap().manifest().unwrap();
    for article in articles {
        let passages = passages(article);
        writer.remove_file(&article.id).unwrap();
        let entry = ArticleEntry::new(article, passages.len());
        let ready = writer.preparer().prepare(&article.id, &entry, &passages);
        writer.add(ready).unwrap();
        manifest.files.insert(
            article.id.clone(),
            record(&[article.id.as_str()], passages.len() as u64),
        );
    }
    writer.commit(&manifest).unwrap();
}

fn record(articles: &[&str], passages: u64) -> FileRecord {
    FileRecord {
        partial: String::new(),
        malformed: false,
        size: 1,
        hash: "0".repeat(64),
        rules: 1,
        format: None,
        named: false,
        host: None,
        stamp: None,
        articles: articles.iter().map(|id| (*id).to_owned()).collect(),
        passages,
    }
}

fn found(reader: &dyn Reader, query: &str) -> Vec<String> {
    let found = reader
        .search(
            &Query::parse(query),
            &Filter::default(),
            &Ranking::default(),
            PAGE,
        )
        .unwrap();
    assert_eq!(
        found.total as usize,
        found.hits.len(),
        "all fit on the page"
    );
    found
        .hits
        .into_iter()
        .map(|hit| hit.record.passage.id)
        .collect()
}

fn an_empty_engine_answers(engine: &impl Engine) {
    let reader = engine.reader().unwrap();
    assert_eq!(reader.commit(), ibid::engine::CommitInfo::default());
    assert!(found(&*reader, "pain").is_empty());
    assert!(reader.articles().unwrap().is_empty());
    assert!(reader.article("a").unwrap().is_empty());
    assert_eq!(reader.manifest().unwrap(), Manifest::default());
}

fn what_was_added_is_found_by_title_heading_and_text(engine: &impl Engine) {
    commit(
        engine,
        1,
        &[article("a", "Sciatica", &[("Relief", "Heat the muscle.")])],
    );
    let reader = engine.reader().unwrap();
    for query in ["sciatica", "relief", "muscle"] {
        assert_eq!(found(&*reader, query), ["a#relief"], "{query}");
    }
    assert!(found(&*reader, "absent").is_empty());
    let commit = reader.commit();
    assert_eq!(
        (commit.generation, commit.articles, commit.passages),
        (1, 1, 1)
    );
}

fn a_record_comes_back_as_it_was_given(engine: &impl Engine) {
    let given = article(
        "a",
        "Tïtle",
        &[("One", "First.\nSecond."), ("One", "Again.")],
    );
    commit(engine, 1, std::slice::from_ref(&given));
    let reader = engine.reader().unwrap();
    let expected = passages(&given);
    let records = reader.article("a").unwrap();
    let got: Vec<_> = records
        .iter()
        .map(|record| record.passage.clone())
        .collect();
    assert_eq!(got, expected);
    assert_eq!(records[0].article, ArticleEntry::new(&given, 2));
    assert_eq!(reader.articles().unwrap(), [ArticleEntry::new(&given, 2)]);
    assert_eq!(reader.passage("a#one~2").unwrap()[0].passage, expected[1]);
}

fn phrases_and_fields_must_match_and_exclusions_must_not(engine: &impl Engine) {
    commit(
        engine,
        1,
        &[
            article("a", "Lungs", &[("Signs", "Shortness of breath at rest.")]),
            article(
                "b",
                "Breath",
                &[("Signs", "A breath and a shortness of time.")],
            ),
            article(
                "c",
                "Heart",
                &[("Shortness of breath", "See a doctor about surgery.")],
            ),
        ],
    );
    let reader = engine.reader().unwrap();
    let sorted = |query: &str| {
        let mut ids = found(&*reader, query);
        ids.sort();
        ids
    };
    assert_eq!(
        sorted("\"shortness of breath\""),
        ["a#signs", "c#shortness-of-breath"]
    );
    assert_eq!(sorted("\"shortness of breath\" -surgery"), ["a#signs"]);
    assert_eq!(sorted("title:breath"), ["b#signs"]);
    assert_eq!(
        sorted("heading:\"shortness of breath\""),
        ["c#shortness-of-breath"]
    );
    assert_eq!(
        sorted("breath -title:breath -rest"),
        ["c#shortness-of-breath"]
    );
    assert!(sorted("\"breath of shortness\"").is_empty());
    assert!(sorted("-breath").is_empty());
}

fn words_are_alternatives_whose_evidence_adds_up(engine: &impl Engine) {
    commit(
        engine,
        1,
        &[
            article("a", "A", &[("H", "cramp and nothing more to say of it")]),
            article("b", "B", &[("H", "cramp and magnesium are what it says")]),
            article(
                "c",
                "C",
                &[("H", "magnesium and nothing more to say of it")],
            ),
            article(
                "d",
                "D",
                &[("H", "neither of the two is in this text here")],
            ),
        ],
    );
    let reader = engine.reader().unwrap();
    let ids = found(&*reader, "cramp magnesium");
    assert_eq!(ids[0], "b#h");
    assert_eq!(ids.len(), 3);
}

fn forms_of_a_word_are_one(engine: &impl Engine) {
    commit(
        engine,
        1,
        &[article(
            "a",
            "A",
            &[("H", "Don’t ignore café spasms or sciatica5 or B12.")],
        )],
    );
    let reader = engine.reader().unwrap();
    for query in [
        "\"don't\"",
        "\"dont\"",
        "\"don’t\"",
        "cafe",
        "CAFÉ",
        "cafe\u{301}",
        "spasm",
        "sciatica",
        "b12",
    ] {
        assert_eq!(found(&*reader, query), ["a#h"], "{query}");
    }
    assert!(found(&*reader, "b").is_empty());
}

fn words_are_counted_by_article_as_they_are_written(engine: &impl Engine) {
    // In two commits, so that the counts of more than one segment are added up.
    commit(
        engine,
        1,
        &[article(
            "a",
            "Cafés",
            &[("Spasms", "A spasm, spasms5 and 12 mg."), ("B", "A spasm.")],
        )],
    );
    commit(
        engine,
        1,
        &[article("b", "B", &[("H", "One Spasm. Spams!")])],
    );
    let reader = engine.reader().unwrap();
    for (word, articles) in [
        ("spasm", 2),
        ("spasms", 1),
        ("cafes", 1),
        ("other", 2),
        ("cafe", 0),
        ("mg", 0),
        ("spasms5", 0),
    ] {
        assert_eq!(reader.word_count(word).unwrap(), articles, "{word}");
    }
    let similar = |word: &str, distance: u8| -> Vec<(String, u64)> {
        let found = reader.similar_words(word, distance).unwrap();
        found
            .into_iter()
            .map(|found| (found.word, found.uses))
            .collect()
    };
    let owned = |word: &str, articles: u64| (word.to_owned(), articles);
    assert_eq!(similar("spasm", 0), [owned("spasm", 2)]);
    assert_eq!(
        similar("sapsm", 2),
        [owned("spams", 1), owned("spasm", 2), owned("spasms", 1)]
    );
    assert!(similar("magnesium", 3).is_empty());
    assert!(similar(&"a".repeat(200), 3).is_empty());
}

fn ties_break_by_article_then_position_on_every_page(engine: &impl Engine) {
    let articles: Vec<Article> = (0..20)
        .rev()
        .map(|n| article(&format!("a{n:02}"), "Same", &[("H", "pain"), ("H", "pain")]))
        .collect();
    commit(engine, 3, &articles);
    let reader = engine.reader().unwrap();
    let query = Query::parse("pain");
    let mut paged = Vec::new();
    for offset in (0..40).step_by(3) {
        let page = Page { limit: 3, offset };
        let found = reader
            .search(&query, &Filter::default(), &Ranking::default(), page)
            .unwrap();
        assert_eq!(found.total, 40);
        paged.extend(found.hits.into_iter().map(|hit| hit.record.passage.id));
    }
    let expected: Vec<String> = (0..20)
        .flat_map(|n| [format!("a{n:02}#h"), format!("a{n:02}#h~2")])
        .collect();
    assert_eq!(paged, expected);
}

fn changes_are_seen_after_the_commit_and_by_new_readers_only(engine: &impl Engine) {
    commit(engine, 1, &[article("a", "A", &[("H", "old")])]);
    let before = engine.reader().unwrap();
    commit(engine, 1, &[article("b", "B", &[("H", "new")])]);
    assert!(found(&*before, "new").is_empty());
    let after = engine.reader().unwrap();
    assert_eq!(found(&*after, "new"), ["b#h"]);
    assert_eq!(
        (before.commit().generation, after.commit().generation),
        (1, 2)
    );
    assert_eq!(after.commit().articles, 2);
    assert_eq!(
        found(&*before, "old"),
        ["a#h"],
        "an old reader goes on working"
    );
}

fn a_file_is_replaced_and_taken_out_as_a_whole(engine: &impl Engine) {
    commit(
        engine,
        1,
        &[article("a", "A", &[("One", "old"), ("Two", "old")])],
    );
    commit(engine, 1, &[article("a", "A", &[("Three", "new")])]);
    let reader = engine.reader().unwrap();
    assert!(found(&*reader, "old").is_empty());
    assert_eq!(found(&*reader, "new"), ["a#three"]);
    assert_eq!(reader.article("a").unwrap().len(), 1);
    let mut writer = open_writer(engine, 1);
    writer.remove_file("a").unwrap();
    writer.commit(&Manifest::default()).unwrap();
    let reader = engine.reader().unwrap();
    assert!(found(&*reader, "new").is_empty());
    assert_eq!(reader.commit().articles, 0);
}

fn one_article_of_a_file_is_taken_out_alone(engine: &impl Engine) {
    let mut writer = open_writer(engine, 1);
    for id in ["a", "b"] {
        let article = article(id, "T", &[("H", "pain")]);
        let passages = passages(&article);
        let entry = ArticleEntry::new(&article, 1);
        let ready = writer.preparer().prepare("file", &entry, &passages);
        writer.add(ready).unwrap();
    }
    let mut manifest = Manifest::default();
    manifest
        .files
        .insert("file".to_owned(), record(&["a", "b"], 2));
    writer.commit(&manifest).unwrap();
    let mut writer = open_writer(engine, 1);
    writer.remove_article("a").unwrap();
    manifest.files.insert("file".to_owned(), record(&["b"], 1));
    writer.commit(&manifest).unwrap();
    let reader = engine.reader().unwrap();
    assert_eq!(found(&*reader, "pain"), ["b#h"]);
    assert!(reader.article("a").unwrap().is_empty());
}

fn a_rollback_leaves_no_trace(engine: &impl Engine) {
    commit(engine, 1, &[article("a", "A", &[("H", "kept")])]);
    let mut writer = open_writer(engine, 1);
    writer.remove_file("a").unwrap();
    writer.rollback().unwrap();
    let reader = engine.reader().unwrap();
    assert_eq!(found(&*reader, "kept"), ["a#h"]);
    assert_eq!(reader.commit().generation, 1);
    commit(engine, 1, &[article("b", "B", &[("H", "more")])]);
    assert_eq!(found(&*engine.reader().unwrap(), "kept"), ["a#h"]);
}

fn the_manifest_is_committed_with_the_passages(engine: &impl Engine) {
    let mut manifest = Manifest::default();
    manifest.sources.insert(
        "folder".to_owned(),
        SourceFolder {
            root: Some("/somewhere/folder".to_owned()),
            given: "folder".to_owned(),
        },
    );
    manifest
        .files
        .insert("folder/a".to_owned(), record(&["a"], 3));
    open_writer(engine, 1).commit(&manifest).unwrap();
    let reader = engine.reader().unwrap();
    assert_eq!(reader.manifest().unwrap(), manifest);
    open_writer(engine, 1).commit(&Manifest::default()).unwrap();
    assert_eq!(
        reader.manifest().unwrap(),
        manifest,
        "an old reader sees its own"
    );
    assert_eq!(
        engine.reader().unwrap().manifest().unwrap(),
        Manifest::default()
    );
}

/// When files were last changed is kept beside a commit, and is forgotten with what a file held.
fn the_times_of_files_are_kept_beside_the_commit(engine: &impl Engine) {
    let mut manifest = Manifest::default();
    manifest
        .files
        .insert("folder/a".to_owned(), record(&["a"], 3));
    open_writer(engine, 1).commit(&manifest).unwrap();
    let stamp = Stamp {
        modified: 12,
        changed: 34,
    };
    manifest.files.get_mut("folder/a").unwrap().stamp = Some(stamp);
    open_writer(engine, 1).keep_stamps(&manifest).unwrap();
    let reader = engine.reader().unwrap();
    assert_eq!(reader.commit().generation, 1);
    assert_eq!(reader.manifest().unwrap(), manifest);
    manifest.files.get_mut("folder/a").unwrap().hash = "other".repeat(8);
    manifest.files.get_mut("folder/a").unwrap().stamp = None;
    open_writer(engine, 1).commit(&manifest).unwrap();
    assert_eq!(engine.reader().unwrap().manifest().unwrap(), manifest);
}

fn a_second_writer_is_refused(engine: &impl Engine) {
    let first = open_writer(engine, 1);
    let error = engine.writer(1, Duration::ZERO).err().expect("refused");
    assert_eq!(error.kind(), ErrorKind::Locked);
    first.rollback().unwrap();
    open_writer(engine, 1).rollback().unwrap();
}

fn scores_do_not_depend_on_threads_or_order(one: &impl Engine, other: &impl Engine) {
    let words = [
        "pain", "cramp", "heat", "ice", "rest", "calf", "night", "salt", "water",
    ];
    let mut articles: Vec<Article> = (0..300usize)
        .map(|n| {
            let text: Vec<&str> = (0..5 + n % 23)
                .map(|k| words[(n * 7 + k * k) % words.len()])
                .collect();
            let title = words[n % words.len()];
            article(
                &format!("a{n:03}"),
                title,
                &[(words[n % 5], &text.join(" ")), ("x", words[n % 4])],
            )
        })
        .collect();
    commit(one, 1, &articles);
    articles.reverse();
    commit(other, 8, &articles);
    let (one, other) = (one.reader().unwrap(), other.reader().unwrap());
    for text in [
        "pain",
        "night calf cramp pain ice rest",
        "\"pain heat\" salt",
        "water -ice title:cramp",
    ] {
        let query = Query::parse(text);
        let page = Page {
            limit: 200,
            offset: 5,
        };
        let (a, b) = (
            one.search(&query, &Filter::default(), &Ranking::default(), page)
                .unwrap(),
            other
                .search(&query, &Filter::default(), &Ranking::default(), page)
                .unwrap(),
        );
        assert_eq!(a.total, b.total);
        assert!(!a.hits.is_empty(), "{text}");
        for (a, b) in a.hits.iter().zip(&b.hits) {
            assert_eq!(a.score.to_bits(), b.score.to_bits(), "{text}");
            assert_eq!(a.record, b.record, "{text}");
        }
    }
}
