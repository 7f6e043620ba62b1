//! What if there is no index yet? In a fresh checkout the sample corpus is indexed first, and said to be.

use super::config::Settings;
use super::index::Bar;
use super::output::{Failure, Output, counted};
use super::signal;
use ibid::indexer::IndexOptions;
use ibid::ingest::walk::{self, Found, NamedFormat, WalkOptions};
use ibid::{KnowledgeBase, Location, Result};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// How long to wait for another process that is doing the same.
const WAIT: Duration = Duration::from_secs(10);

/// Opens the index for reading; where nobody named one, there is none yet, and `corpus/` holds articles, makes it.
pub(super) fn open(settings: &Settings, output: &Output) -> Result<KnowledgeBase, Failure> {
    let is_first_run = settings.index_is_default
        && !has_articles_indexed(&settings.index)?
        && holds_articles(&settings.corpus);
    if !is_first_run {
        return Ok(settings.open()?);
    }
    output.note(&format!(
        "no index at {} yet; indexing {} first",
        settings.index,
        settings.corpus.display()
    ));
    let options = IndexOptions {
        wait: WAIT,
        ..IndexOptions::default()
    };
    signal::listen()?;
    let bar = Bar::new();
    let paths = std::slice::from_ref(&settings.corpus);
    let report = KnowledgeBase::index_into(&settings.index, paths, &options, &bar);
    bar.clear();
    let report = report?;
    for skipped in report.skipped.iter().filter(|skipped| skipped.error) {
        output.warning(&format!("{}: {}", skipped.path, skipped.reason));
    }
    output.note(&format!(
        "indexed {}, {}",
        counted(report.index.articles, "article"),
        counted(report.index.passages, "passage")
    ));
    Ok(settings.open()?)
}

/// Whether there is an index that something was ever committed to. An interrupted first run leaves one without.
fn has_articles_indexed(index: &Location) -> Result<bool> {
    Ok(KnowledgeBase::exists(index)? && KnowledgeBase::open(index)?.commit().generation > 0)
}

fn holds_articles(folder: &Path) -> bool {
    let mut found = false;
    walk::walk(
        folder,
        &WalkOptions::default(),
        Path::new(""),
        &[],
        |entry| {
            if let Found::File(path) = entry {
                found |= matches!(walk::format_of(&path), NamedFormat::Known(_));
            }
            if found {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    found
}
