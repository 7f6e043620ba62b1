//! tantivy by itself, with its own defaults: the library under `ibid`, so that what `ibid` adds and costs can be seen.

use super::{Found, System, words};
use crate::collection::Collection;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::time::{Duration, Instant};
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{DocAddress, Index, IndexWriter, Score, Searcher, TantivyDocument, doc};

/// The memory that the writer's threads share, in bytes: enough for one segment a thread here.
const WRITER_MEMORY: usize = 256 << 20;

/// Which fields a query is looked for in.
#[derive(Clone, Copy)]
pub(crate) enum QueriedFields {
    /// Title, heading and text, their scores added up.
    Three,
    /// One field that holds all three.
    One,
}

/// An index of tantivy's.
pub(crate) struct BareTantivy {
    fields: QueriedFields,
    id: Field,
    shown: [Field; 3],
    parser: QueryParser,
    searcher: Searcher,
    build_time: Duration,
}

impl BareTantivy {
    /// What the table calls it with [`QueriedFields::Three`].
    pub(crate) const THREE_FIELDS: &'static str = "tantivy, three fields";

    /// Indexes the sections, a document each.
    pub(crate) fn build(
        folder: &Path,
        collection: &Collection,
        fields: QueriedFields,
    ) -> Result<Self> {
        let begun = Instant::now();
        let searched = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("en_stem")
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let shown_options = match fields {
            QueriedFields::Three => searched.clone() | STORED,
            QueriedFields::One => STORED.into(),
        };
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let shown @ [title, heading, text] = ["title", "heading", "text"]
            .map(|name| schema.add_text_field(name, shown_options.clone()));
        let all = match fields {
            QueriedFields::Three => None,
            QueriedFields::One => Some(schema.add_text_field("all", searched)),
        };

        let index = Index::create_in_dir(folder, schema.build())?;
        let mut writer: IndexWriter = index.writer(WRITER_MEMORY)?;
        for section in &collection.sections {
            let mut document = doc!(
                id => section.id.as_str(),
                title => section.title.as_str(),
                heading => section.heading.as_str(),
                text => section.text.as_str(),
            );
            if let Some(all) = all {
                document.add_text(all, section.together());
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let searcher = index.reader()?.searcher();
        let build_time = begun.elapsed();
        ensure!(
            searcher.num_docs() == collection.sections.len() as u64,
            "tantivy holds {} of {} sections",
            searcher.num_docs(),
            collection.sections.len()
        );
        let parser =
            QueryParser::for_index(&index, all.map_or_else(|| shown.to_vec(), |all| vec![all]));
        Ok(Self {
            fields,
            id,
            shown,
            parser,
            searcher,
            build_time,
        })
    }

    fn best(&self, query: &str, limit: usize) -> Result<Vec<(Score, DocAddress)>> {
        // Words without syntax are alternatives by default, and nothing in them can be wrong.
        let (query, _) = self.parser.parse_query_lenient(&words(query).join(" "));
        let best = TopDocs::with_limit(limit).order_by_score();
        Ok(self.searcher.search(&query, &best)?)
    }
}

impl System for BareTantivy {
    fn name(&self) -> &str {
        match self.fields {
            QueriedFields::Three => Self::THREE_FIELDS,
            QueriedFields::One => "tantivy, one field",
        }
    }

    fn build_time(&self) -> Duration {
        self.build_time
    }

    fn rank(&mut self, query: &str, depth: usize) -> Result<Found> {
        self.best(query, depth)?
            .into_iter()
            .map(|(score, address)| {
                let document: TantivyDocument = self.searcher.doc(address)?;
                let id = document.get_first(self.id).and_then(|id| id.as_str());
                let id = id.context("a document of tantivy's has no id")?;
                Ok((id.to_owned(), f64::from(score)))
            })
            .collect()
    }

    /// A hit is the id, title, heading and text, as they are stored.
    fn answer(&mut self, query: &str, hits: usize) -> Result<usize> {
        let best = self.best(query, hits)?;
        for (_, address) in &best {
            let document: TantivyDocument = self.searcher.doc(*address)?;
            for field in self.shown {
                std::hint::black_box(document.get_first(field).and_then(|shown| shown.as_str()));
            }
        }
        Ok(best.len())
    }
}
