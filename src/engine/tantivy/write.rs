//! How are changes written, and made visible together?

use super::read::{Payload, last_commit};
use super::schema::Fields;
use super::{TantivyEngine, damaged, layout::Layout, stored};
use crate::analysis::TokenStream;
use crate::engine::manifest::Manifest;
use crate::engine::{ArticleEntry, CommitInfo, Writer};
use crate::error::Result;
use crate::passage::Passage;
use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

/// Memory in which each of tantivy's threads gathers passages before it writes them out, in bytes.
const MEMORY_PER_THREAD: usize = 64 << 20;

/// How often a lock that another holds is asked for again.
const LOCK_TRIES: u32 = 20;
/// How long to wait before that.
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Up to how many passages a segment is written anew to drop deleted ones: some tens of milliseconds' work.
const SMALL_SEGMENT: u32 = 20_000;

/// Changes to an index in a folder.
pub(super) struct TantivyWriter {
    layout: Layout,
    writer: IndexWriter,
    fields: Fields,
    before: Payload,
}

impl TantivyWriter {
    pub(super) fn open(engine: &TantivyEngine, threads: usize) -> Result<Self> {
        let threads = threads.max(1);
        let wrap = |error| damaged(engine.layout.folder(), error);
        let writer = open_writer(engine, threads).map_err(wrap)?;
        // What a run that was killed has left would be in the way of files of the same names.
        writer.garbage_collect_files().wait().map_err(wrap)?;
        let (_, before) = last_commit(engine).map_err(wrap)?;
        Ok(Self {
            layout: engine.layout.clone(),
            writer,
            fields: engine.fields,
            before,
        })
    }

    fn document(
        &self,
        file: &str,
        entry: &ArticleEntry,
        passage: &Passage,
        names: &Names,
    ) -> tantivy::Result<TantivyDocument> {
        let fields = &self.fields;
        let record = stored::write(entry, passage)
            .map_err(|error| TantivyError::InternalError(format!("record: {error}")))?;
        let mut document = TantivyDocument::new();
        document.add_text(fields.title, &entry.title);
        document.add_text(fields.heading, passage.heading_path.join("\n"));
        document.add_text(fields.text, &passage.text);
        document.add_text(fields.names, &names.text);
        document.add_text(fields.name_terms, &names.terms);
        document.add_text(fields.article, &entry.id);
        document.add_text(fields.passage, &passage.id);
        document.add_text(fields.file, file);
        document.add_text(fields.source, &entry.source);
        for tag in &entry.tags {
            document.add_text(fields.tag, tag.to_lowercase());
        }
        if let Some(day) = entry.published.as_deref().and_then(day_number) {
            document.add_u64(fields.published, day);
        }
        if passage.position == 0 {
            for name in &names.whole {
                document.add_text(fields.whole_name, name);
            }
        }
        document.add_u64(fields.position, u64::from(passage.position));
        document.add_text(fields.record, record);
        Ok(document)
    }

    /// Writes small segments anew without the passages that were deleted from them: those still count in the statistics
    /// that scores are made from. Large segments are left to the merges that come anyhow.
    fn drop_deleted(&mut self) -> tantivy::Result<()> {
        let segments = self.writer.index().searchable_segment_metas()?;
        let small = segments
            .iter()
            .filter(|segment| segment.num_deleted_docs() > 0 && segment.max_doc() <= SMALL_SEGMENT);
        for segment in small {
            match self.writer.merge(&[segment.id()]).wait() {
                Ok(_) => {}
                // A merge that was going on anyhow has taken it.
                Err(TantivyError::InvalidArgument(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn finish(mut self, manifest: &Manifest) -> tantivy::Result<CommitInfo> {
        let generation = self.before.generation + 1;
        let (articles, passages) = manifest.totals();
        let payload = Payload {
            generation,
            articles,
            passages,
        };
        let mut commit = self.writer.prepare_commit()?;
        // The manifest is on disk before the commit that it belongs to, so no commit is ever without one.
        self.layout
            .write_manifest(generation, manifest)
            .map_err(|error| {
                TantivyError::IoError(std::sync::Arc::new(std::io::Error::other(error)))
            })?;
        let text = serde_json::to_string(&payload)
            .map_err(|error| TantivyError::InternalError(format!("commit payload: {error}")))?;
        commit.set_payload(&text);
        commit.commit()?;
        // The commit is made; nothing that fails from here on makes it less so, and the next run does it again.
        self.layout.clean_manifests(generation);
        let _done_next_time = self.drop_deleted();
        let layout = self.layout;
        let _done_next_time = self.writer.wait_merging_threads();
        layout.share_engine_files();
        Ok(payload.into())
    }
}

/// Opens tantivy's writer. A lock that was just given free may still be held for a moment by a process that another is
/// being started from, so it is asked for more than once.
fn open_writer(engine: &TantivyEngine, threads: usize) -> tantivy::Result<IndexWriter> {
    let mut tries = 0;
    loop {
        let writer = engine
            .index
            .writer_with_num_threads(threads, threads * MEMORY_PER_THREAD);
        match writer {
            Err(TantivyError::LockFailure(..)) if tries < LOCK_TRIES => {
                tries += 1;
                std::thread::sleep(LOCK_PAUSE);
            }
            writer => return writer,
        }
    }
}

impl Writer for TantivyWriter {
    fn remove_file(&mut self, file: &str) -> Result<()> {
        self.writer
            .delete_term(Term::from_field_text(self.fields.file, file));
        Ok(())
    }

    fn remove_article(&mut self, id: &str) -> Result<()> {
        self.writer
            .delete_term(Term::from_field_text(self.fields.article, id));
        Ok(())
    }

    fn add(&mut self, file: &str, entry: &ArticleEntry, passages: &[Passage]) -> Result<()> {
        let names = Names::of(entry);
        let add = || -> tantivy::Result<()> {
            // One batch goes into one segment, where the passages of an article stand side by side.
            let batch = passages
                .iter()
                .map(|passage| {
                    let mut document = self.document(file, entry, passage, &names)?;
                    if passage.position == 0 {
                        document.add_text(self.fields.words, all_text(entry, passages));
                    }
                    Ok(UserOperation::Add(document))
                })
                .collect::<tantivy::Result<Vec<_>>>()?;
            self.writer.run(batch).map(|_| ())
        };
        add().map_err(|error| damaged(self.layout.folder(), error))
    }

    fn commit(self: Box<Self>, manifest: &Manifest) -> Result<CommitInfo> {
        let folder = self.layout.folder().to_owned();
        self.finish(manifest)
            .map_err(|error| damaged(&folder, error))
    }

    fn rollback(mut self: Box<Self>) -> Result<()> {
        self.writer
            .rollback()
            .map(|_| ())
            .map_err(|error| damaged(self.layout.folder(), error))
    }
}

/// The title and the other names of an article, ready to be indexed.
struct Names {
    /// A line each.
    text: String,
    /// The different terms of each, a line each, a space between two.
    terms: String,
    /// All terms of each.
    whole: Vec<String>,
}

impl Names {
    fn of(entry: &ArticleEntry) -> Self {
        let mut names = Self {
            text: String::new(),
            terms: String::new(),
            whole: Vec::new(),
        };
        for name in std::iter::once(&entry.title).chain(&entry.aliases) {
            let mut terms: Vec<String> = Vec::new();
            let mut whole = String::new();
            let mut stream = TokenStream::new(name);
            while stream.advance().is_some() {
                if !whole.is_empty() {
                    whole.push(' ');
                }
                whole.push_str(stream.term());
                if !terms.iter().any(|known| known == stream.term()) {
                    terms.push(stream.term().to_owned());
                }
            }
            if terms.is_empty() {
                continue;
            }
            if !names.terms.is_empty() {
                names.text.push('\n');
                names.terms.push('\n');
            }
            if !names.whole.contains(&whole) {
                names.whole.push(whole);
            }
            names.text.push_str(name);
            names.terms.push_str(&terms.join(" "));
        }
        names
    }
}

/// All that an article says: its names, its headings and its text, a line each.
fn all_text(entry: &ArticleEntry, passages: &[Passage]) -> String {
    let names = std::iter::once(&entry.title).chain(&entry.aliases);
    let texts = passages
        .iter()
        .flat_map(|passage| passage.heading_path.iter().chain([&passage.text]));
    let lines: Vec<&str> = names.chain(texts).map(String::as_str).collect();
    lines.join("\n")
}

/// `2024-04-16` as 20240416, which orders as days do.
pub(super) fn day_number(day: &str) -> Option<u64> {
    day.replace('-', "").parse().ok()
}
