//! What the project promises on shared data, which `IBID_SHARED` names. Without it every test is skipped, and says so.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod acceptance;
mod headings;
#[path = "../fuzz/invariants.rs"]
mod invariants;
mod relevance;
mod spans;
mod vocabulary;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// A test: its name, and what it does with the shared data.
type Test = (&'static str, fn(&Path) -> Done);

/// How a test that did not fail ended.
enum Done {
    Passed,
    /// For lack of something that is no part of the project.
    Skipped(String),
}

const TESTS: &[Test] = &[
    (
        "a_real_page_is_read_as_its_truth_says",
        acceptance::sections,
    ),
    ("a_real_page_answers_its_queries", acceptance::queries),
    (
        "spans_of_real_pages_say_what_their_passages_say",
        spans::of_pages,
    ),
    (
        "spans_of_flattened_articles_say_what_their_passages_say",
        spans::of_texts,
    ),
    (
        "headings_of_flattened_articles_are_found",
        headings::of_flattened_articles,
    ),
    (
        "medqa_is_indexed_whole",
        relevance::all_articles_are_indexed,
    ),
    (
        "a_run_reports_sections_by_their_own_ids",
        relevance::a_run_has_section_ids,
    ),
    (
        "measures_agree_with_the_reference",
        relevance::measures_agree,
    ),
    ("threads_never_show", relevance::threads_never_show),
    (
        "vocabularies_lead_lay_words_to_clinical_ones",
        vocabulary::lay_words_are_understood,
    ),
    (
        "the_built_in_vocabulary_beside_shared_ones",
        vocabulary::overlap_is_told,
    ),
];

fn main() -> ExitCode {
    let Some(shared) = std::env::var_os("IBID_SHARED").map(PathBuf::from) else {
        println!(
            "skipped: all {} tests on shared data (IBID_SHARED is not set)",
            TESTS.len()
        );
        return ExitCode::SUCCESS;
    };
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, test) in TESTS {
        if filter
            .as_ref()
            .is_some_and(|filter| !name.contains(filter.as_str()))
        {
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| test(&shared))) {
            Ok(Done::Passed) => {
                passed += 1;
                println!("test {name} ... ok");
            }
            Ok(Done::Skipped(why)) => {
                skipped += 1;
                println!("test {name} ... skipped: {why}");
            }
            Err(_) => {
                failed += 1;
                println!("test {name} ... FAILED");
            }
        }
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What the command printed, and how it ended.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Runs the command with its index at `index`.
fn ibid(index: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_ibid"))
        .arg("--index")
        .arg(index)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
