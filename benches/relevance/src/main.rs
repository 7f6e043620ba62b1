//! How good and how fast is ibid's ranking beside other search libraries?
//!
//! Every system indexes the same sections, answers the same topics and is scored by the same measures in one process.
//! `benches/README.md` tells how to run it and what the columns mean.

mod collection;
mod measure;
mod systems;
mod table;

use anyhow::{Context, Result};
use collection::Collection;
use measure::Row;
use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use systems::{BareTantivy, Fts5, Help, IbidKnowledgeBase, QueriedFields, System, lucene};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (Some(shared), None) = (arguments.next(), arguments.next()) else {
        let _ = writeln!(
            io::stderr(),
            "usage: ibid-relevance-bench SHARED_DIR, the folder that holds relevance/"
        );
        return ExitCode::from(2);
    };
    match compare(&PathBuf::from(shared)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Builds every index in a folder that goes away again, measures, and prints the table.
fn compare(shared: &Path) -> Result<()> {
    let collection = Collection::read(shared)?;
    let folder = tempfile::tempdir().context("cannot make a folder for the indexes")?;
    let build = |name: &str| {
        let own = folder.path().join(name);
        std::fs::create_dir(&own)
            .with_context(|| format!("cannot create {}", own.display()))
            .map(|()| own)
    };
    let systems: Vec<Box<dyn System>> = vec![
        Box::new(IbidKnowledgeBase::build(
            &build("ibid")?,
            &collection,
            Help::BuiltIn,
        )?),
        Box::new(IbidKnowledgeBase::build(
            &build("ibid-exact")?,
            &collection,
            Help::Exact,
        )?),
        Box::new(IbidKnowledgeBase::build(
            &build("ibid-lay")?,
            &collection,
            Help::LaySynonyms,
        )?),
        Box::new(BareTantivy::build(
            &build("tantivy-three")?,
            &collection,
            QueriedFields::Three,
        )?),
        Box::new(BareTantivy::build(
            &build("tantivy-one")?,
            &collection,
            QueriedFields::One,
        )?),
        Box::new(Fts5::build(&build("fts5")?, &collection)?),
    ];
    let mut rows = measure::rows(systems, &collection)?;
    let lucene = lucene::measure(&build("lucene")?, &collection)?;
    let skipped = match lucene {
        lucene::Outcome::Measured(measured) => {
            rows.extend(measured.iter().map(|one| Row::new(one, &collection)));
            None
        }
        lucene::Outcome::Skipped(reason) => Some(format!("skipped: Lucene ({reason})")),
    };
    let mut out = io::stdout().lock();
    table::write(&mut out, &collection, &rows)?;
    if let Some(skipped) = skipped {
        writeln!(out, "{skipped}")?;
    }
    table::write_first_times(&mut out, &rows)?;
    for (reference, aim) in [
        (BareTantivy::THREE_FIELDS, table::AIM_BESIDE_TANTIVY),
        (IbidKnowledgeBase::EXACT, table::AIM_BESIDE_EXACT),
    ] {
        table::write_ratio(&mut out, &rows, IbidKnowledgeBase::NAME, reference, aim)?;
    }
    Ok(())
}
