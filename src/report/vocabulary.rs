//! What does `ibid vocabulary` print?

use super::{QueryReport, SCHEMA_VERSION};
use crate::query::Query;
use crate::vocabulary::{Vocabularies, Vocabulary};
use schemars::JsonSchema;
use serde::Serialize;

/// The vocabularies that a search uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VocabulariesReport {
    /// 1.
    pub schema_version: u32,
    /// The vocabularies; where two know a phrase, both are used.
    pub vocabularies: Vec<VocabularyReport>,
}

/// One vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VocabularyReport {
    /// What it is called in the expansions of a search.
    pub name: String,
    /// How many groups of words it has.
    pub groups: u64,
    /// How many different words and phrases.
    pub phrases: u64,
}

impl From<&Vocabulary> for VocabularyReport {
    fn from(vocabulary: &Vocabulary) -> Self {
        let (groups, phrases) = vocabulary.counts();
        Self {
            name: vocabulary.name.clone(),
            groups: groups as u64,
            phrases: phrases as u64,
        }
    }
}

/// How a query is understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VocabularyTestReport {
    /// 1.
    pub schema_version: u32,
    /// The query.
    pub query: QueryReport,
    /// What the person who asked should know.
    pub warnings: Vec<String>,
}

/// What a file of groups says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VocabularyFileReport {
    /// 1.
    pub schema_version: u32,
    /// The vocabularies that were read.
    pub vocabularies: Vec<VocabularyReport>,
    /// The lines that could not be understood.
    pub mistakes: Vec<VocabularyMistakeReport>,
}

/// A line that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VocabularyMistakeReport {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

impl VocabulariesReport {
    /// The report on these vocabularies.
    pub fn new(vocabularies: &Vocabularies) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            vocabularies: vocabularies.iter().map(VocabularyReport::from).collect(),
        }
    }
}

impl VocabularyTestReport {
    /// The report on a query.
    pub fn new(query: &Query) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            query: QueryReport::from(query),
            warnings: query.warnings.clone(),
        }
    }
}
