//! What do programs and people get to see? The wire types of schema version 1, and the writers for each form.
//!
//! Within a schema version fields are only ever added. Core types are not serialised; these are.

mod articles;
mod check;
mod csv;
mod eval;
mod index;
mod json;
mod link;
mod parse;
mod schema;
mod search;
mod terminal;
mod trec;
mod vocabulary;

pub use articles::{
    ArticleReport, ListReport, PassageReport, RemoveReport, ShowReport, SourceReport, StatusReport,
    StoredReport,
};
pub use check::{CheckReport, DamageReport, RepairReport};
pub use csv::CsvWriter;
pub use eval::{ComparisonReport, EvalReport};
pub use index::{IndexReport, RepeatedReport, SkippedReport};
pub use json::{ResultsWriter, write_json, write_json_line};
pub use parse::{
    DroppedReport, ParseReport, ParsedArticleReport, ParsedSectionReport, ParsedSourceReport,
};
pub use schema::{Document, schema};
pub use search::{
    CorrectionReport, ExpansionReport, FacetReport, FacetsReport, HitArticleReport, HitLine,
    HitReport, IndexInfo, LocatorReport, NamedSearch, PartialReport, QueryReport, SearchBody,
    SearchReport, SnippetReport, TotalIs,
};
pub use terminal::{Style, TerminalWriter, printable};
pub use trec::write_trec;
pub use vocabulary::{
    VocabulariesReport, VocabularyFileReport, VocabularyMistakeReport, VocabularyReport,
    VocabularyTestReport,
};

/// The version of the JSON that is printed.
pub const SCHEMA_VERSION: u32 = 1;
