//! What is the JSON Schema of what is printed?

use super::{
    CheckReport, EvalReport, HitLine, IndexReport, ListReport, NamedSearch, ParseReport,
    RemoveReport, SearchReport, ShowReport, StatusReport, VocabulariesReport, VocabularyFileReport,
    VocabularyTestReport,
};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

/// The documents that are printed as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Any of them.
    Any,
    /// `search --json`, and `export` of one query.
    Search,
    /// `export` of several queries.
    Export,
    /// A line of `export --format ndjson`.
    ExportLine,
    /// `index --json`.
    Index,
    /// `parse --json`.
    Parse,
    /// `show --json`.
    Show,
    /// `list --json`.
    List,
    /// `status --json`.
    Status,
    /// `remove --json`.
    Remove,
    /// `check --json`.
    Check,
    /// `eval --json`.
    Eval,
    /// `vocabulary list --json`.
    VocabularyList,
    /// `vocabulary test --json`.
    VocabularyTest,
    /// `vocabulary import --json` and `vocabulary check --json`.
    VocabularyFile,
}

/// The results of several queries.
#[derive(Serialize, JsonSchema)]
struct ExportReport {
    /// 1.
    schema_version: u32,
    /// The answers, in the order of the queries.
    results: Vec<NamedSearch>,
}

/// Any document that is printed.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, clippy::large_enum_variant)] // Only its schema is used.
enum AnyReport {
    Search(SearchReport),
    Export(ExportReport),
    ExportLine(HitLine<'static>),
    Index(IndexReport),
    Parse(ParseReport),
    Show(ShowReport),
    List(ListReport),
    Status(StatusReport),
    Remove(RemoveReport),
    Check(CheckReport),
    Eval(EvalReport),
    VocabularyList(VocabulariesReport),
    VocabularyTest(VocabularyTestReport),
    VocabularyFile(VocabularyFileReport),
}

/// The JSON Schema (2020-12) of a document.
pub fn schema(document: Document) -> Value {
    match document {
        Document::Any => of::<AnyReport>(),
        Document::Search => of::<SearchReport>(),
        Document::Export => of::<ExportReport>(),
        Document::ExportLine => of::<HitLine<'static>>(),
        Document::Index => of::<IndexReport>(),
        Document::Parse => of::<ParseReport>(),
        Document::Show => of::<ShowReport>(),
        Document::List => of::<ListReport>(),
        Document::Status => of::<StatusReport>(),
        Document::Remove => of::<RemoveReport>(),
        Document::Check => of::<CheckReport>(),
        Document::Eval => of::<EvalReport>(),
        Document::VocabularyList => of::<VocabulariesReport>(),
        Document::VocabularyTest => of::<VocabularyTestReport>(),
        Document::VocabularyFile => of::<VocabularyFileReport>(),
    }
}

fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}
