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

impl Document {
    /// All of them.
    pub fn all() -> &'static [Self] {
        &[
            Self::Any,
            Self::Search,
            Self::Export,
            Self::ExportLine,
            Self::Index,
            Self::Parse,
            Self::Show,
            Self::List,
            Self::Status,
            Self::Remove,
            Self::Check,
            Self::Eval,
            Self::VocabularyList,
            Self::VocabularyTest,
            Self::VocabularyFile,
        ]
    }

    /// What it is asked for by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Search => "search",
            Self::Export => "export",
            Self::ExportLine => "export-line",
            Self::Index => "index",
            Self::Parse => "parse",
            Self::Show => "show",
            Self::List => "list",
            Self::Status => "status",
            Self::Remove => "remove",
            Self::Check => "check",
            Self::Eval => "eval",
            Self::VocabularyList => "vocabulary-list",
            Self::VocabularyTest => "vocabulary-test",
            Self::VocabularyFile => "vocabulary-file",
        }
    }

    /// The command that prints it.
    pub fn about(self) -> &'static str {
        match self {
            Self::Any => "Any of them",
            Self::Search => "search --json, and export of one query",
            Self::Export => "export of several queries",
            Self::ExportLine => "A line of export --format ndjson",
            Self::Index => "index --json",
            Self::Parse => "parse --json",
            Self::Show => "show --json",
            Self::List => "list --json",
            Self::Status => "status --json",
            Self::Remove => "remove --json",
            Self::Check => "check --json",
            Self::Eval => "eval --json",
            Self::VocabularyList => "vocabulary list --json",
            Self::VocabularyTest => "vocabulary test --json",
            Self::VocabularyFile => "vocabulary import --json and vocabulary check --json",
        }
    }

    /// The document that goes by a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all()
            .iter()
            .copied()
            .find(|known| known.name() == name)
    }
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
