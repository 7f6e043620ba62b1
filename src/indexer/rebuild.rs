//! How is an index made anew from its sources: one of an older form, or one that is damaged?

use super::report::IndexReport;
use super::run::{Inputs, Run};
use super::sources::Sources;
use super::write::Collector;
use super::{IndexOptions, Missing, Progress};
use crate::engine::manifest::{FileRecord, Manifest};
use crate::engine::{ArticleEntry, Reader, Rebuild, Record, Salvage};
use crate::error::{Error, ErrorKind, Result};
use crate::passage::Passage;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// How many of the articles that would be lost are named.
const MOST_NAMED: usize = 3;

/// What becomes of articles that can neither be read again nor be taken over from the old index: those from standard input, and
/// those of files that are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrestorable {
    /// The old index stays as it is, unless [`Missing::Prune`] was asked for.
    Refuse,
    /// They are lost, and listed.
    List,
}

/// Makes an index anew from the files that the old one knows and from those of `paths`, and puts it in the old one's place; gives
/// the ids of the articles that were lost.
///
/// # Errors
/// `NotFound` where articles would be lost and that is refused; else as [`super::index`]. The old index stays as it was then.
pub fn rebuild(
    rebuild: Rebuild,
    leave_out: &Path,
    paths: &[PathBuf],
    options: &IndexOptions,
    unrestorable: Unrestorable,
    progress: &dyn Progress,
) -> Result<(IndexReport, Vec<String>)> {
    let mut manifest = rebuild.manifest;
    if let Some(reader) = &rebuild.reader {
        complete(&mut manifest, &**reader);
    }
    let mut report = IndexReport::new(rebuild.commit);
    let inputs = match Inputs::find(&manifest, paths, options, &mut report) {
        Ok(inputs) => inputs,
        Err(error) => {
            rebuild.writer.rollback()?;
            return Err(error);
        }
    };
    // Of what is not there nothing can be read, and what is there is read whether it has changed or not.
    let listed: Vec<String> = manifest
        .files
        .keys()
        .filter(|key| inputs.sources.path(key).is_some_and(|path| path.exists()))
        .cloned()
        .collect();
    let before = unread(&manifest);
    // All is read anew, so what repeats is found anew.
    manifest.unsettled = true;
    let mut collector = Collector::new(rebuild.writer, &mut manifest);
    let run = Run {
        before: &before,
        listed: &listed,
        inputs: &inputs,
        leave_out,
        options,
        progress,
    };
    let mut old = Old {
        reader: rebuild.reader,
        records: rebuild.old,
        articles: None,
    };
    let mut fill = || -> Result<Vec<String>> {
        run.go(&mut collector, None, &mut report)?;
        let mut lost = Vec::new();
        for file in collector.left() {
            let salvaged =
                collector.salvage(&file, &mut |id| old.find(id), &inputs.sources, &mut report)?;
            lost.extend(salvaged);
        }
        if !lost.is_empty()
            && unrestorable == Unrestorable::Refuse
            && options.missing == Missing::Keep
        {
            return Err(refusal(&lost));
        }
        Ok(lost)
    };
    let lost = match fill() {
        Ok(lost) => lost,
        Err(error) => {
            collector.abandon()?;
            return Err(error);
        }
    };
    collector.finish(&inputs.sources, &mut report)?;
    Ok((report, lost))
}

/// The articles that an old index holds.
struct Old {
    reader: Option<Box<dyn Reader>>,
    records: Option<Box<dyn Salvage>>,
    /// What was read of `records`, by article, when it was first needed.
    articles: Option<HashMap<String, Vec<Record>>>,
}

impl Old {
    /// An article, where all of it can still be read.
    fn find(&mut self, id: &str) -> Option<(ArticleEntry, Vec<Passage>)> {
        let found = self
            .reader
            .as_ref()
            .and_then(|reader| reader.article(id).ok());
        if let Some(article) = found.and_then(whole) {
            return Some(article);
        }
        let records = self.records.as_ref()?;
        let articles = self.articles.get_or_insert_with(|| {
            let mut articles: HashMap<String, Vec<Record>> = HashMap::new();
            for record in records.read() {
                articles
                    .entry(record.article.id.clone())
                    .or_default()
                    .push(record);
            }
            articles
        });
        whole(articles.remove(id)?)
    }
}

/// An article with all of its passages.
pub(super) type Whole = (ArticleEntry, Vec<Passage>);

/// An article of which these are the passages; `None` where they are not all.
fn whole(mut records: Vec<Record>) -> Option<Whole> {
    records.sort_by_key(|record| record.passage.position);
    let entry = records.first()?.article.clone();
    let passages: Vec<Passage> = records.into_iter().map(|record| record.passage).collect();
    (passages.len() as u64 == entry.passages).then_some((entry, passages))
}

/// Adds to a manifest that is older than the passages what those say of their files. Where they cannot be read, nothing.
fn complete(manifest: &mut Manifest, reader: &dyn Reader) {
    let Ok(articles) = reader.articles() else {
        return;
    };
    let known: HashSet<String> = manifest
        .files
        .values()
        .flat_map(|file| file.articles.iter().cloned())
        .collect();
    let sources = Sources::of(manifest);
    for article in articles {
        if known.contains(&article.id) {
            continue;
        }
        let key = sources.key_of(&article.source, &article.path);
        let file = manifest.files.entry(key).or_insert_with(|| FileRecord {
            size: 0,
            hash: FileRecord::UNREAD.to_owned(),
            partial: String::new(),
            malformed: false,
            rules: 0,
            format: None,
            named: false,
            host: None,
            stamp: None,
            articles: Vec::new(),
            passages: 0,
        });
        file.articles.push(article.id);
        file.passages += article.passages;
    }
}

/// What is known of the files, so that each is read again.
fn unread(manifest: &Manifest) -> Manifest {
    let mut unread = manifest.clone();
    for file in unread.files.values_mut() {
        file.hash.clear();
        file.partial.clear();
        file.malformed = false;
        file.stamp = None;
    }
    unread
}

fn refusal(lost: &[String]) -> Error {
    let named = lost[..lost.len().min(MOST_NAMED)].join(", ");
    let more = match lost.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Error::new(
        ErrorKind::NotFound,
        format!(
            "the index cannot be rebuilt without losing articles whose source is not there: {named}{more}; the old one is untouched"
        ),
    )
    .with_advice("bring their files back, or give --prune to go on without them")
}
