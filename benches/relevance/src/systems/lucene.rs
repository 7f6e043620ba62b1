//! Lucene through pyserini, where that is installed: `lucene.py` indexes and searches in a process of its own, timed there.

use super::{Found, Measured};
use crate::collection::{Collection, Section};
use crate::measure::{HITS, ROUNDS, RUN_DEPTH};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::Duration;

/// The script that drives Lucene; its head describes the files that pass between it and this.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lucene.py");

/// How many of the last lines that a failed script wrote are told.
const TOLD_LINES: usize = 3;

/// What came of it.
pub(crate) enum Outcome {
    /// One for each way to query the fields.
    Measured(Vec<Measured>),
    /// Why there is nothing.
    Skipped(String),
}

/// Runs the script on the collection.
pub(crate) fn measure(folder: &Path, collection: &Collection) -> Result<Outcome> {
    if !succeeds("python3", &["-c", "import pyserini"]) {
        return Ok(Outcome::Skipped("pyserini is not installed".to_owned()));
    }
    if !succeeds("java", &["-version"]) {
        return Ok(Outcome::Skipped("java is not installed".to_owned()));
    }
    write_sections(folder, collection)?;
    let queries: Vec<&str> = collection.queries().collect();
    let task = json!({
        "queries": queries, "depth": RUN_DEPTH, "hits": HITS, "rounds": ROUNDS,
    });
    let task_file = folder.join("task.json");
    fs::write(&task_file, task.to_string())
        .with_context(|| format!("cannot write {}", task_file.display()))?;

    let finished = Command::new("python3")
        .arg(SCRIPT)
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {SCRIPT}"))?;
    if !finished.status.success() {
        let said = String::from_utf8_lossy(&finished.stderr);
        let lines: Vec<&str> = said.lines().collect();
        let told = lines[lines.len().saturating_sub(TOLD_LINES)..].join(" / ");
        return Ok(Outcome::Skipped(format!("lucene.py failed: {told}")));
    }
    let answer_file = folder.join("answer.json");
    let answer =
        fs::read(&answer_file).with_context(|| format!("cannot read {}", answer_file.display()))?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let systems = answer
        .as_array()
        .context("the answer of lucene.py is no list")?;
    let measured = systems.iter().map(|system| {
        read_measured(system, collection).context("the answer of lucene.py is not as expected")
    });
    Ok(Outcome::Measured(measured.collect::<Result<_>>()?))
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Writes the sections as Anserini's `JsonCollection` reads them: once with three fields, once all in one. Its name for the
/// text is `contents`; each of its threads takes a file.
fn write_sections(folder: &Path, collection: &Collection) -> Result<()> {
    let three_fields = |section: &Section| {
        json!({
            "id": section.id,
            "title": section.title,
            "heading": section.heading,
            "contents": section.text,
        })
    };
    let one_field = |section: &Section| json!({"id": section.id, "contents": section.together()});
    write_lines(&folder.join("three_fields"), collection, three_fields)?;
    write_lines(&folder.join("one_field"), collection, one_field)
}

fn write_lines(
    folder: &Path,
    collection: &Collection,
    line: impl Fn(&Section) -> Value,
) -> Result<()> {
    fs::create_dir(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let files = available_parallelism().map_or(1, NonZeroUsize::get);
    let sections_a_file = collection.sections.len().div_ceil(files).max(1);
    for (number, sections) in collection.sections.chunks(sections_a_file).enumerate() {
        let mut file = BufWriter::new(File::create(folder.join(format!("{number}.jsonl")))?);
        for section in sections {
            writeln!(file, "{}", line(section))?;
        }
        file.flush()?;
    }
    Ok(())
}

/// Reads what the script says of one system, and deals what it found out to the sets of topics.
fn read_measured(system: &Value, collection: &Collection) -> Result<Measured> {
    let all: Vec<Found> = serde_json::from_value(system["found"].clone())?;
    let asked = collection.queries().count();
    ensure!(
        all.len() == asked,
        "{} of {asked} queries were answered",
        all.len()
    );
    let mut rest = all.into_iter();
    let found = collection
        .topic_sets
        .iter()
        .map(|set| rest.by_ref().take(set.topics.len()).collect())
        .collect();
    Ok(Measured {
        name: system["name"].as_str().context("no name")?.to_owned(),
        build: Duration::try_from_secs_f64(system["build_seconds"].as_f64().context("no time")?)?,
        found,
        first_milliseconds: Vec::new(),
        milliseconds: serde_json::from_value(system["milliseconds"].clone())?,
    })
}
