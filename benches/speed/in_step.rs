//! How fast is an index brought in step with its folder?

use crate::Result;
use crate::articles::{Language, path};
use crate::process::processor_seconds;
use ibid::{IndexOptions, KnowledgeBase, Silent};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, thread};

/// How long a file's time has to lie back to be trusted, and a little more.
const SETTLED: Duration = Duration::from_millis(2500);

/// One row a run of the indexer over the same folder.
pub(crate) fn run(files: usize) -> Result<()> {
    let place = tempfile::tempdir()?;
    let folder = place.path().join("articles");
    Language::read()?.write_files(&folder, files)?;
    thread::sleep(SETTLED);
    let index = place.path().join("index");
    println!("\n## In step with a folder\n");
    println!("| {files} files | wall s | processor s | added | updated | unchanged | removed |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    bring_in_step("first run", &index, &folder)?;
    bring_in_step("nothing changed", &index, &folder)?;
    let one = path(&folder, files / 2, "txt");
    fs::write(&one, "One article\n\nWhat is new\n\nAll of it is new.\n")?;
    bring_in_step("one file changed", &index, &folder)?;
    fs::remove_file(&one)?;
    bring_in_step("one file deleted", &index, &folder)?;
    thread::sleep(SETTLED);
    for number in 0..files / 100 {
        let path = path(&folder, number * 100, "txt");
        if path != one {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, format!("{text}\nAdded to the end.\n"))?;
        }
    }
    bring_in_step("one in a hundred changed", &index, &folder)
}

fn bring_in_step(name: &str, index: &Path, folder: &Path) -> Result<()> {
    let (wall, processor) = (Instant::now(), processor_seconds());
    // Opened anew each time, as the command does.
    let library = KnowledgeBase::open_or_create(index)?;
    let report = library.index(&[folder.to_owned()], &IndexOptions::default(), &Silent)?;
    println!(
        "| {name} | {:.2} | {:.2} | {} | {} | {} | {} |",
        wall.elapsed().as_secs_f64(),
        processor_seconds() - processor,
        report.added,
        report.updated,
        report.unchanged,
        report.removed
    );
    Ok(())
}
