//! A knowledge base in fifteen lines: index a folder, ask, and cite what was found.
//!
//! `cargo run --example search_a_folder`

#![allow(clippy::print_stdout)]

use ibid::{IndexOptions, KnowledgeBase, Result, SearchOptions, Silent};

/// Indexes the sample articles, searches them, and prints what was found.
pub fn main() -> Result<()> {
    let index = std::env::temp_dir().join(format!("ibid-example-{}", std::process::id()));
    let library = KnowledgeBase::open_or_create(&index)?;
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    library.index(&[corpus.into()], &IndexOptions::default(), &Silent)?;
    let answer = library.search("charley horse at night", &SearchOptions::default())?;
    for hit in answer.body.hits {
        println!("{:>2}. {}", hit.rank, hit.snippet.text);
        println!("    {}:{}", hit.article.path, hit.locator.lines[0]);
    }
    let _can_be_left_behind = std::fs::remove_dir_all(index);
    Ok(())
}
