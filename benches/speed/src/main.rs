//! How fast does ibid index and answer, at any size? `benches/README.md` says what each figure is.

mod articles;
mod in_step;
mod numbers;
mod scale;

use std::process::ExitCode;

/// What went wrong, in words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: ibid-speed-bench in-step [FILES] | scale [PASSAGES…]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["in-step"] => in_step::run(100_000),
        ["in-step", files] => number(files).and_then(in_step::run),
        ["scale"] => scale::run(&[10_000, 100_000, 1_000_000]),
        ["scale", sizes @ ..] => sizes
            .iter()
            .map(|size| number(size))
            .collect::<Result<Vec<usize>>>()
            .and_then(|sizes| scale::run(&sizes)),
        // What `scale` starts itself as, to measure a process of its own.
        ["build", source, index] => scale::build(source.as_ref(), index.as_ref()),
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

fn number(text: &str) -> Result<usize> {
    text.replace('_', "").parse().map_err(|_| USAGE.into())
}
