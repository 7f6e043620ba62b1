//! Who owns an id, and what becomes of a run that cannot be written.

use super::support::{Sandbox, hit_ids};
use ibid::engine::manifest::{KeptBlocks, Manifest};
use ibid::engine::tantivy::TantivyEngine;
use ibid::engine::{CommitInfo, Engine, Mark, Prepared, Preparer, Reader, Writer};
use ibid::indexer::{self, IndexOptions};
use ibid::{Error, ErrorKind, Result, Silent};
use std::sync::Arc;
use std::time::Duration;

fn line(id: &str, word: &str) -> String {
    format!("{{\"_id\":\"{id}\",\"title\":\"{id}\",\"text\":\"about {word} and no more\"}}\n")
}

fn found(sandbox: &Sandbox, word: &str) -> Vec<String> {
    hit_ids(&sandbox.run(&["search", "--json", word]).json())
}

#[test]
fn an_article_that_moves_to_another_file_is_not_lost() {
    for order in [["kb/a.jsonl", "kb/b.jsonl"], ["kb/b.jsonl", "kb/a.jsonl"]] {
        let sandbox = Sandbox::new();
        sandbox.write("kb/a.jsonl", line("y", "ypsilon"));
        sandbox.write("kb/b.jsonl", line("x", "xenon") + &line("z", "zebra"));
        sandbox.ok(&["index", "-j1", order[0], order[1]]);
        sandbox.write("kb/a.jsonl", line("y", "ypsilon") + &line("x", "xenon"));
        sandbox.write("kb/b.jsonl", line("z", "zebra"));
        sandbox.ok(&["index", "-j1", order[0], order[1]]);
        for (word, id) in [("xenon", "x"), ("ypsilon", "y"), ("zebra", "z")] {
            assert_eq!(found(&sandbox, word), [id]);
        }
        assert_eq!(sandbox.json(&["list", "--json"])["index"]["articles"], 3);
    }
}

#[test]
fn articles_of_a_renamed_file_are_its_own() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/old.jsonl", line("x", "xenon"));
    sandbox.ok(&["index", "kb"]);
    std::fs::rename(
        sandbox.path().join("kb/old.jsonl"),
        sandbox.path().join("kb/new.jsonl"),
    )
    .unwrap();
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "xenon"]);
    assert_eq!(report["hits"][0]["article"]["path"], "kb/new.jsonl");
    assert_eq!(report["index"]["articles"], 1);
}

#[test]
fn the_file_that_held_an_id_keeps_it_in_whatever_order_files_are_read() {
    for order in [["kb/a.jsonl", "kb/b.jsonl"], ["kb/b.jsonl", "kb/a.jsonl"]] {
        let sandbox = Sandbox::new();
        sandbox.write("kb/b.jsonl", line("x", "first"));
        sandbox.ok(&["index", "kb"]);
        sandbox.write("kb/b.jsonl", line("x", "second"));
        sandbox.write("kb/a.jsonl", line("x", "usurper"));
        let ran = sandbox.run(&["index", "-j1", order[0], order[1]]);
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr
                .contains("kb/a.jsonl:1: the article id \"x\" is taken by kb/b.jsonl"),
            "{}",
            ran.stderr
        );
        assert_eq!(found(&sandbox, "second"), ["x"]);
        assert!(found(&sandbox, "usurper").is_empty());
        // Once the id is free, the file that was refused has it, though it has not changed.
        sandbox.write("kb/b.jsonl", line("w", "other"));
        sandbox.ok(&["index", "kb"]);
        assert_eq!(found(&sandbox, "usurper"), ["x"]);
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named_until_it_is_mended() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.jsonl", line("x", "xenon") + "not json\n");
    for _ in 0..2 {
        let ran = sandbox.run(&["index", "kb"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("kb/a.jsonl:2"), "{}", ran.stderr);
    }
    sandbox.write("kb/a.jsonl", line("x", "xenon"));
    sandbox.ok(&["index", "kb"]);
    assert!(sandbox.ok(&["index", "kb"]).stdout.contains("1 unchanged"));
}

#[test]
fn articles_of_json_lines_are_taken_out_by_the_name_of_their_file() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.jsonl", line("x", "xenon"));
    sandbox.write("kb/page[1].md", "# Xenon\n\nNoble gas.\n");
    sandbox.ok(&["index", "kb"]);
    assert_eq!(sandbox.ok(&["remove", "kb/*.jsonl"]).stdout, "removed x\n");
    assert_eq!(
        sandbox.ok(&["remove", "kb/page[1].md"]).stdout,
        "removed kb/page[1].md\n"
    );
}

#[test]
fn a_file_that_is_said_to_be_of_another_format_is_read_anew() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.md", "# Cramps\n\n## Relief\n\nStretch.\n");
    sandbox.ok(&["index", "kb"]);
    assert!(
        sandbox
            .ok(&["index", "--format", "text", "kb"])
            .stdout
            .contains("1 updated")
    );
    assert!(
        sandbox
            .ok(&["index", "--format", "text", "kb"])
            .stdout
            .contains("1 unchanged")
    );
}

/// An engine whose writer has no room.
pub struct FullEngine(pub TantivyEngine);

struct FullWriter(Box<dyn Writer>);

impl Engine for FullEngine {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        self.0.reader()
    }

    fn mark(&self) -> Result<Mark> {
        self.0.mark()
    }

    fn writer(&self, threads: usize, wait: Duration) -> Result<Box<dyn Writer>> {
        Ok(Box::new(FullWriter(self.0.writer(threads, wait)?)))
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>, ibid::Error> {
        Ok(Vec::new())
    }

    fn set_vocabulary(&self, _: &str, _: Option<&[u8]>) -> Result<(), ibid::Error> {
        Ok(())
    }
}

impl Writer for FullWriter {
    fn remove_file(&mut self, file: &str) -> Result<()> {
        self.0.remove_file(file)
    }

    fn remove_article(&mut self, id: &str) -> Result<()> {
        self.0.remove_article(id)
    }

    fn preparer(&self) -> Arc<dyn Preparer> {
        self.0.preparer()
    }

    fn add(&mut self, _: Prepared) -> Result<()> {
        Err(Error::new(ErrorKind::Io, "no space left"))
    }

    fn keep_blocks(&mut self, blocks: &KeptBlocks) -> Result<()> {
        self.0.keep_blocks(blocks)
    }

    fn commit(self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo> {
        self.0.commit(manifest)
    }

    fn rollback(self: Box<Self>) -> Result<()> {
        self.0.rollback()
    }

    fn keep_stamps(self: Box<Self>, manifest: &Manifest) -> Result<()> {
        self.0.keep_stamps(manifest)
    }
}

#[test]
fn a_writer_that_fails_ends_the_run_and_leaves_the_last_commit() {
    let sandbox = Sandbox::new();
    for number in 0..400 {
        sandbox.write(
            &format!("kb/{number}.md"),
            format!("# Article {number}\n\nSome text of it.\n"),
        );
    }
    let engine = FullEngine(
        TantivyEngine::open_or_create(&sandbox.path().join("index"), Duration::ZERO).unwrap(),
    );
    let options = IndexOptions {
        threads: 2,
        ..IndexOptions::default()
    };
    let error = indexer::index(
        &engine,
        sandbox.path(),
        &[sandbox.path().join("kb")],
        &options,
        &Silent,
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "no space left");
    assert_eq!(engine.reader().unwrap().commit().generation, 0);
}
