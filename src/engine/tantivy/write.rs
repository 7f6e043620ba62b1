//! How are changes written, and made visible together?

use super::layout::{Layout, unwritable};
use super::lock::WriterLock;
use super::prepare::{Ready, ReadyPassage, TantivyPreparer};
use super::read::{Payload, last_commit};
use super::room::Room;
use super::schema::Fields;
use super::storage::Failure;
use super::{Opened, damaged};
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::engine::{CommitInfo, Prepared, Preparer, Writer};
use crate::error::{Error, Result};
use std::sync::Arc;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::{TantivyError, Term};

/// Memory in which each of tantivy's threads gathers passages before it writes them out, in bytes.
const MEMORY_PER_THREAD: usize = 128 << 20;

/// For how many threads that read articles tantivy has one: analysing is done by those, so it keeps up. The fewer it has, the fewer
/// segments are left, each of which every search has to open and to look through.
const READERS_OF_A_THREAD: usize = 2;

/// How many merges may go on at once: each reads all of the segments that it merges.
const MOST_MERGES: usize = 4;
/// How much waits for these threads at the most, in bytes: some thousand passages.
const MOST_WAITING: usize = 16 << 20;

/// Up to how many passages a segment is written anew to drop deleted ones: some tens of milliseconds' work.
const SMALL_SEGMENT: u32 = 20_000;

/// How often it is looked for segments with deleted passages: there are a few dozen segments at the most, and a merge of small ones
/// that is going on takes some tens of milliseconds.
const MOST_LOOKS: usize = 200;
/// How long to wait for such a merge before looking again.
const MERGE_PAUSE: std::time::Duration = std::time::Duration::from_millis(5);

type IndexWriter = tantivy::IndexWriter<ReadyPassage>;

/// Changes to an index in a folder.
pub(super) struct TantivyWriter {
    layout: Layout,
    writer: IndexWriter,
    /// What was added and is not in the memory of a thread yet.
    room: Arc<Room>,
    fields: Fields,
    failure: Failure,
    /// The number of the last commit.
    generation: u64,
    /// Whether what is written takes the place of another index.
    replaces: bool,
    /// Whether anything was to be changed.
    changes: bool,
    /// Held until this is gone.
    _lock: WriterLock,
}

impl TantivyWriter {
    /// Goes on with the index that is there.
    pub(super) fn open(opened: &Opened, lock: WriterLock, threads: usize) -> Result<Self> {
        let open = || -> tantivy::Result<(IndexWriter, u64)> {
            let writer = writer(&opened.index, threads)?;
            // What a run that was killed has left would be in the way of files of the same names.
            writer.garbage_collect_files().wait()?;
            Ok((writer, last_commit(&opened.index)?.generation))
        };
        let (writer, generation) = open().map_err(|error| failed(opened, error))?;
        opened.layout.clean(generation);
        Ok(Self::with(opened, lock, writer, generation, false))
    }

    /// Writes an index that is to take the place of another, whose last commit was `generation`.
    pub(super) fn rebuild(
        opened: &Opened,
        lock: WriterLock,
        threads: usize,
        generation: u64,
    ) -> Result<Self> {
        let writer = writer(&opened.index, threads).map_err(|error| failed(opened, error))?;
        Ok(Self::with(opened, lock, writer, generation, true))
    }

    fn with(
        opened: &Opened,
        lock: WriterLock,
        writer: IndexWriter,
        generation: u64,
        replaces: bool,
    ) -> Self {
        Self {
            layout: opened.layout.clone(),
            writer,
            room: Room::new(MOST_WAITING),
            fields: opened.fields,
            failure: opened.failure.clone(),
            generation,
            replaces,
            changes: false,
            _lock: lock,
        }
    }

    /// What went wrong beneath an error of tantivy.
    fn failed(&self, error: TantivyError) -> Error {
        failure(&self.layout, &self.failure, error)
    }

    /// Writes small segments anew without the passages that were deleted from them: those still count in the statistics
    /// that scores are made from. Large segments are left to the merges that come anyhow.
    fn drop_deleted(&mut self) -> tantivy::Result<()> {
        for _ in 0..MOST_LOOKS {
            let segments = self.writer.index().searchable_segment_metas()?;
            let mut small = segments.iter().filter(|segment| {
                segment.num_deleted_docs() > 0 && segment.max_doc() <= SMALL_SEGMENT
            });
            let Some(segment) = small.next() else {
                return Ok(());
            };
            match self.writer.merge(&[segment.id()]).wait() {
                Ok(_) => {}
                // A merge that was going on anyhow has taken it. What comes of that may hold deleted passages too: it began before
                // they were deleted.
                Err(TantivyError::InvalidArgument(_)) => std::thread::sleep(MERGE_PAUSE),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn finish(mut self, manifest: &Manifest) -> Result<CommitInfo> {
        let generation = self.generation + 1;
        let (articles, passages) = manifest.totals();
        let (layout, failure_seen) = (self.layout.clone(), self.failure.clone());
        let failed = |error| failure(&layout, &failure_seen, error);
        let mut commit = self.writer.prepare_commit().map_err(failed)?;
        // The manifest is on disk before the commit that it belongs to, so no commit is ever without one.
        let payload = Payload {
            generation,
            articles,
            passages,
            manifest: layout.write_manifest(generation, manifest)?,
            folders: manifest
                .sources
                .iter()
                .map(|(name, source)| (name.clone(), source.given.clone()))
                .collect(),
        };
        commit.set_payload(&payload.to_text().map_err(failed)?);
        commit.commit().map_err(failed)?;
        if self.replaces {
            let _done_next_time = self.writer.wait_merging_threads();
            layout.write_marker()?;
        } else {
            // The commit is made; nothing that fails from here on makes it less so, and the next run does it again.
            let _done_next_time = self.drop_deleted();
            let _done_next_time = self.writer.wait_merging_threads();
        }
        let _slower_next_time = layout.write_stamps(manifest);
        layout.clean(generation);
        layout.share_engine_files();
        Ok(payload.info())
    }
}

/// Opens tantivy's writer.
fn writer(index: &tantivy::Index, threads: usize) -> tantivy::Result<IndexWriter> {
    let threads = threads.max(1);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads.div_ceil(READERS_OF_A_THREAD))
        .memory_budget_per_thread(MEMORY_PER_THREAD)
        .num_merge_threads((threads / 2).clamp(1, MOST_MERGES))
        .build();
    index.writer_with_options(options)
}

fn failed(opened: &Opened, error: TantivyError) -> Error {
    failure(&opened.layout, &opened.failure, error)
}

/// What went wrong beneath an error of tantivy: a write that failed, where one did.
fn failure(layout: &Layout, failure: &Failure, error: TantivyError) -> Error {
    match failure.take() {
        Some(cause) => unwritable(&layout.data_folder(), cause),
        None => damaged(layout.folder(), error),
    }
}

impl Writer for TantivyWriter {
    fn preparer(&self) -> Arc<dyn Preparer> {
        Arc::new(TantivyPreparer {
            fields: self.fields,
        })
    }

    fn remove_file(&mut self, file: &str) -> Result<()> {
        self.changes = true;
        self.writer
            .delete_term(Term::from_field_text(self.fields.file, file));
        Ok(())
    }

    fn remove_article(&mut self, id: &str) -> Result<()> {
        self.changes = true;
        self.writer
            .delete_term(Term::from_field_text(self.fields.article, id));
        Ok(())
    }

    fn add(&mut self, article: Prepared) -> Result<()> {
        self.changes = true;
        let add = || -> tantivy::Result<()> {
            let ready = article.into_ready::<Ready>().ok_or_else(|| {
                TantivyError::InternalError("made ready for another engine".to_owned())
            })?;
            let mut passages =
                ready.map_err(|error| TantivyError::InternalError(format!("record: {error}")))?;
            let memory = passages.iter().map(ReadyPassage::memory).sum();
            let taken = Arc::new(self.room.take(memory));
            for passage in &mut passages {
                passage.hold(&taken);
            }
            // One batch goes into one segment, where the passages of an article stand side by side.
            let batch: Vec<_> = passages.into_iter().map(UserOperation::Add).collect();
            self.writer.run(batch).map(|_| ())
        };
        add().map_err(|error| self.failed(error))
    }

    fn keep_blocks(&mut self, blocks: &KeptBlocks) -> Result<()> {
        self.layout.write_blocks(blocks)
    }

    fn commit(self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo> {
        self.finish(manifest)
    }

    fn rollback(mut self: Box<Self>) -> Result<()> {
        if !self.changes && !self.replaces {
            // A run that was killed after its commit has left this to the next one.
            let _done_next_time = self.drop_deleted();
        }
        if self.replaces {
            let layout = self.layout.clone();
            drop(self);
            layout.discard();
            return Ok(());
        }
        // Nothing was committed, so nothing is searched of what the writer has made; the next one deletes it.
        Ok(())
    }

    fn keep_stamps(self: Box<Self>, manifest: &Manifest) -> Result<()> {
        self.layout.write_stamps(manifest)?;
        self.rollback()
    }
}
