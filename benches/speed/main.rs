//! How fast does ibid read, index and answer, at any size? `benches/README.md` says what each figure is.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod articles;
#[cfg(feature = "opensearch")]
mod cluster;
mod in_step;
mod indexing;
mod ingest;
mod numbers;
mod process;
mod scale;
#[cfg(feature = "serve")]
mod serve;

use std::path::Path;
use std::process::ExitCode;

/// What went wrong, in words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The command, as it was built for this.
pub(crate) const IBID: &str = env!("CARGO_BIN_EXE_ibid");

const USAGE: &str = "usage: cargo bench --bench speed -- \
    [ingest [SHARED_DIR] | build [SHARED_DIR] | in-step [FILES] | scale [PASSAGES…] | serve [PASSAGES] | \
    cluster [bulk | queries] [PASSAGES…]]";

fn main() -> ExitCode {
    // `cargo bench` says so; `cargo test --benches` does not.
    let args: Vec<String> = std::env::args().skip(1).collect();
    let is_bench = args.iter().any(|arg| arg == "--bench");
    let args: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| *arg != "--bench")
        .collect();
    let done = match args.as_slice() {
        [] if !is_bench => {
            println!("skipped: cargo bench measures");
            Ok(())
        }
        [] => all(),
        ["ingest"] => ingest::run(None),
        ["ingest", shared] => ingest::run(Some(shared.as_ref())),
        ["build"] => indexing::run(None),
        ["build", shared] => indexing::run(Some(shared.as_ref())),
        ["in-step"] => in_step::run(100_000),
        ["in-step", files] => number(files).and_then(in_step::run),
        ["scale"] => scale::run(&[10_000, 100_000, 1_000_000]),
        ["scale", sizes @ ..] => numbers(sizes).and_then(|sizes| scale::run(&sizes)),
        #[cfg(feature = "serve")]
        ["serve"] => serve::run(100_000),
        #[cfg(feature = "serve")]
        ["serve", size] => number(size).and_then(serve::run),
        #[cfg(feature = "opensearch")]
        ["cluster", args @ ..] => on_cluster(args),
        ["likeness"] => articles::likeness(),
        // What `build` starts itself as, to measure a process of its own.
        [indexing::ITSELF, system, source, index] => {
            indexing::build(system, source.as_ref(), index.as_ref())
        }
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Each part at a size that takes some seconds.
fn all() -> Result<()> {
    let shared: Option<&Path> = None;
    ingest::run(shared)?;
    indexing::run(shared)?;
    in_step::run(5_000)?;
    scale::run(&[10_000])?;
    #[cfg(feature = "serve")]
    serve::run(10_000)?;
    #[cfg(feature = "opensearch")]
    cluster::run(&[cluster::Part::Queries], &[10_000])?;
    Ok(())
}

#[cfg(feature = "opensearch")]
fn on_cluster(args: &[&str]) -> Result<()> {
    use cluster::Part;
    let (parts, sizes) = match args {
        ["bulk", sizes @ ..] => (&[Part::Bulk][..], sizes),
        ["queries", sizes @ ..] => (&[Part::Queries][..], sizes),
        sizes => (&[Part::Bulk, Part::Queries][..], sizes),
    };
    match sizes {
        [] => cluster::run(parts, &[20_000]),
        sizes => cluster::run(parts, &numbers(sizes)?),
    }
}

fn numbers(texts: &[&str]) -> Result<Vec<usize>> {
    texts.iter().map(|text| number(text)).collect()
}

fn number(text: &str) -> Result<usize> {
    text.replace('_', "").parse().map_err(|_| USAGE.into())
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
