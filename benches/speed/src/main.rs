//! How fast is an index brought in step with its folder? `benches/README.md` says what each row is.

mod corpus;

use cpu_time::ProcessTime;
use ibid::report::IndexReport;
use ibid::{IndexOptions, KnowledgeBase, Silent};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, process::ExitCode, thread};

/// How long a file's time has to lie back to be trusted, and a little more.
const SETTLED: Duration = Duration::from_millis(2500);

fn main() -> ExitCode {
    let files = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse());
    let Ok(files) = files else {
        eprintln!("usage: ibid-bench-speed [FILES]");
        return ExitCode::from(2);
    };
    match in_step(files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// One row a run of the indexer over the same folder.
fn in_step(files: usize) -> Result<()> {
    let place = tempfile::tempdir()?;
    let folder = place.path().join("articles");
    corpus::write(&folder, files)?;
    thread::sleep(SETTLED);
    let index = place.path().join("index");
    println!("| {files} files | wall s | processor s | added | updated | unchanged | removed |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    run("first run", &index, &folder)?;
    run("nothing changed", &index, &folder)?;
    let one = corpus::path(&folder, files / 2);
    fs::write(&one, "One article\n\nWhat is new\n\nAll of it is new.\n")?;
    run("one file changed", &index, &folder)?;
    fs::remove_file(&one)?;
    run("one file deleted", &index, &folder)?;
    thread::sleep(SETTLED);
    for number in 0..files / 100 {
        let path = corpus::path(&folder, number * 100);
        if path != one {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, format!("{text}\nAdded to the end.\n"))?;
        }
    }
    run("one in a hundred changed", &index, &folder)?;
    Ok(())
}

fn run(name: &str, index: &Path, folder: &Path) -> Result<IndexReport> {
    let (wall, processor) = (Instant::now(), ProcessTime::now());
    // Opened anew each time, as the command does.
    let library = KnowledgeBase::open_or_create(PathBuf::from(index))?;
    let report = library.index(&[folder.to_owned()], &IndexOptions::default(), &Silent)?;
    println!(
        "| {name} | {:.2} | {:.2} | {} | {} | {} | {} |",
        wall.elapsed().as_secs_f64(),
        processor.elapsed().as_secs_f64(),
        report.added,
        report.updated,
        report.unchanged,
        report.removed
    );
    Ok(report)
}
