//! Is an index whole? The checksum of every file, and every passage of every article, counted.

use super::Opened;
use super::layout::Layout;
use super::read::TantivyReader;
use super::records;
use super::schema::Fields;
use crate::engine::{Checked, Counted, Damage, Reader, compare};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tantivy::DocAddress;
use tantivy::index::SegmentComponent;

/// How often a check is begun again because the index has changed meanwhile.
const TRIES: u32 = 20;

/// Checks the index in `folder`. It is only read, and may be written to meanwhile.
///
/// # Errors
/// `NoIndex`, `ForeignIndex`, `IncompatibleIndex` and `NewerIndex`, as [`super::TantivyEngine::open`]. Damage is no error.
pub fn check(folder: &Path) -> Result<Checked> {
    for _ in 1..TRIES {
        let before = Layout::of_any_form(folder)
            .map(|layout| layout.state())
            .ok();
        let checked = Check::new(folder).run();
        let after = Layout::of_any_form(folder)
            .map(|layout| layout.state())
            .ok();
        if before == after {
            return checked;
        }
    }
    // It changes all the time. What is looked at under the lock does not.
    let _lock = super::WriterLock::take(folder, std::time::Duration::from_secs(60))?;
    Check::new(folder).run()
}

struct Check<'a> {
    folder: &'a Path,
    /// A file that this user may not read: of the index nothing is known then.
    refused: Option<PathBuf>,
    checked: Checked,
}

impl<'a> Check<'a> {
    fn new(folder: &'a Path) -> Self {
        Self {
            folder,
            refused: None,
            checked: Checked::default(),
        }
    }

    fn damage(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.checked.damaged.push(Damage::new(place, reason));
    }

    fn run(mut self) -> Result<Checked> {
        match Layout::open(self.folder) {
            Ok(layout) => self.data(&layout),
            Err(error) if error.kind() == ErrorKind::Damaged => {
                self.damage(
                    "ibid-index.json",
                    "cannot be read, so which data counts is not known",
                );
                if let Some(layout) = Layout::guess(self.folder) {
                    self.data(&layout);
                }
            }
            Err(error) => return Err(error),
        }
        if let Some(path) = self.refused {
            let denied = std::io::ErrorKind::PermissionDenied.into();
            return Err(Error::io("read", &self.folder.join(path), denied)
                .with_advice("see who may read the files of the index"));
        }
        self.checked.damaged.sort();
        self.checked.damaged.dedup();
        Ok(self.checked)
    }

    fn data(&mut self, layout: &Layout) {
        let name = layout
            .data_folder()
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let opened = match Opened::open(layout.clone()) {
            Ok(opened) => opened,
            Err(error) => {
                self.damage(format!("{name}/meta.json"), error.what());
                self.checked.manifest = layout.newest_manifest().map(|(_, manifest)| manifest);
                return;
            }
        };
        // Nothing vouches for the bytes that say what the index is made of, but they are always the same.
        let index = &opened.index;
        if index.schema() != Fields::schema() || *index.settings() != records::settings() {
            self.damage(
                format!("{name}/meta.json"),
                "says of the index what this version does not write",
            );
        }
        self.files(&opened, &name);
        // Damaged files are not read any further: tantivy trusts what it reads.
        let is_sound = self.checked.damaged.is_empty();
        let reader =
            is_sound.then(|| catch_unwind(AssertUnwindSafe(|| TantivyReader::of(&opened))));
        match reader {
            Some(Ok(Ok(reader))) => self.contents(&reader, &name),
            Some(Ok(Err(error))) => self.damage(format!("{name}/meta.json"), error.what()),
            Some(Err(_)) => self.damage(format!("{name}/meta.json"), "cannot be made sense of"),
            None => {}
        }
        if self.checked.manifest.is_none() {
            self.checked.manifest = layout.newest_manifest().map(|(_, manifest)| manifest);
        }
    }

    /// The files of the segments: each has its checksum at its end.
    fn files(&mut self, opened: &Opened, folder: &str) {
        let segments = match opened.index.searchable_segment_metas() {
            Ok(segments) => segments,
            Err(error) => return self.damage(format!("{folder}/meta.json"), error.to_string()),
        };
        for segment in segments {
            let mut components = vec![
                SegmentComponent::Postings,
                SegmentComponent::Positions,
                SegmentComponent::Terms,
                SegmentComponent::Store,
                SegmentComponent::FastFields,
                SegmentComponent::FieldNorms,
            ];
            if segment.has_deletes() {
                components.push(SegmentComponent::Delete);
            }
            for component in components {
                let path = segment.relative_path(component);
                let sum = catch_unwind(AssertUnwindSafe(|| {
                    opened.index.directory().validate_checksum(&path)
                }));
                let reason = match sum {
                    Ok(Ok(true)) => continue,
                    Ok(Ok(false)) => {
                        "is not as it was written (its checksum is another)".to_owned()
                    }
                    Ok(Err(error)) => match error {
                        tantivy::directory::error::OpenReadError::FileDoesNotExist(_) => {
                            "is missing".to_owned()
                        }
                        tantivy::directory::error::OpenReadError::IoError { io_error, .. }
                            if io_error.kind() == std::io::ErrorKind::PermissionDenied =>
                        {
                            self.refused.get_or_insert_with(|| path.clone());
                            continue;
                        }
                        _ => "is cut off, or is no file of an index".to_owned(),
                    },
                    Err(_) => "is too short to be read".to_owned(),
                };
                self.damage(format!("{folder}/{}", path.display()), reason);
            }
        }
    }

    /// The passages, against the manifest and against what the articles say of themselves.
    fn contents(&mut self, reader: &TantivyReader, folder: &str) {
        let commit = reader.commit();
        self.checked.commit = Some(commit);
        let manifest = match reader.manifest() {
            Ok(manifest) => manifest,
            Err(error) => {
                let name = format!("{folder}/manifest-{}.json", commit.generation);
                return self.damage(name, error.what());
            }
        };
        let counted = catch_unwind(AssertUnwindSafe(|| count(reader)));
        match counted {
            Ok(Ok(articles)) => {
                let found = compare(&articles, &manifest, commit, "meta.json");
                self.checked.damaged.extend(found);
            }
            Ok(Err(error)) => self.damage(folder, format!("a passage cannot be read: {error}")),
            Err(_) => self.damage(folder, "a passage cannot be made sense of"),
        }
        self.checked.manifest = Some(manifest);
    }
}

fn count(reader: &TantivyReader) -> tantivy::Result<BTreeMap<String, Counted>> {
    let mut articles: BTreeMap<String, Counted> = BTreeMap::new();
    for (ordinal, segment) in reader.searcher.segment_readers().iter().enumerate() {
        for doc in segment.doc_ids_alive() {
            let record = reader.record(DocAddress::new(ordinal as u32, doc))?;
            let counted = articles.entry(record.article.id).or_default();
            counted.add(record.article.passages, record.passage.position);
        }
    }
    Ok(articles)
}
