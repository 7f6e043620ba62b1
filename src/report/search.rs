//! What does a search print?

use super::SCHEMA_VERSION;
use super::link::link;
use crate::article::Locator;
use crate::engine::{ArticleEntry, CommitInfo, Count, Counts, Explanation, Partial};
use crate::fold::Folded;
use crate::query::{Expansion, Query};
use crate::snippet::{Snippet, snippet};
use schemars::JsonSchema;
use serde::Serialize;

/// Up to here matches are counted exactly.
const COUNTED: u64 = 10_000;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SearchReport {
    /// 1.
    pub schema_version: u32,
    /// The answer.
    #[serde(flatten)]
    pub body: SearchBody,
}

/// The answer to one of several queries.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NamedSearch {
    /// The id of the query.
    pub id: String,
    /// The answer.
    #[serde(flatten)]
    pub body: SearchBody,
}

/// What was asked, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SearchBody {
    /// How the query was understood.
    pub query: QueryReport,
    /// Which state of the index answered.
    pub index: IndexInfo,
    /// How many passages match, exactly up to 10,000.
    pub total: u64,
    /// There where `total` is less than the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TotalIs")]
    pub total_is: Option<TotalIs>,
    /// There where a part of the index did not answer, so passages may be missing, and `total` may be less than the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PartialReport")]
    pub partial: Option<PartialReport>,
    /// The passages, best first.
    pub hits: Vec<HitReport>,
    /// What the person who asked should know.
    pub warnings: Vec<String>,
    /// How the passages that match are spread, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FacetsReport")]
    pub facets: Option<FacetsReport>,
}

/// How the passages that match are spread. A count says how many are found if its value is chosen, while the filters for the other
/// kinds of values stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetsReport {
    /// By source, the largest first; a hundred at the most.
    pub sources: Vec<FacetReport>,
    /// By tag, in lower case, the largest first; a hundred at the most.
    pub tags: Vec<FacetReport>,
    /// By year of publication, the last first.
    pub years: Vec<FacetReport>,
}

/// How many of the passages that match have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetReport {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

impl From<Counts> for FacetsReport {
    fn from(counts: Counts) -> Self {
        let facets = |counts: Vec<Count>| {
            let counts = counts.into_iter();
            counts
                .map(|count| FacetReport {
                    value: count.value,
                    count: count.passages,
                })
                .collect()
        };
        Self {
            sources: facets(counts.sources),
            tags: facets(counts.tags),
            years: facets(counts.years),
        }
    }
}

/// How much of the index answered, where not all of it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartialReport {
    /// How many shards the index has.
    pub shards: u32,
    /// How many of them answered.
    pub answered: u32,
    /// Why the others did not.
    pub reason: String,
}

impl From<Partial> for PartialReport {
    fn from(partial: Partial) -> Self {
        Self {
            shards: partial.shards,
            answered: partial.answered,
            reason: partial.reason,
        }
    }
}

/// How `total` is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TotalIs {
    /// There are as many or more.
    AtLeast,
}

/// How the query was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QueryReport {
    /// What was typed.
    pub text: String,
    /// The words and phrases that were searched for.
    pub terms: Vec<String>,
    /// The words that were left out as carrying no evidence.
    pub ignored: Vec<String>,
    /// What else was searched for.
    pub expansions: Vec<ExpansionReport>,
    /// What was taken for misspelt.
    pub corrections: Vec<CorrectionReport>,
    /// What may have been meant by a quoted phrase that nothing has; there where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<CorrectionReport>,
}

/// Words that were searched for because they mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExpansionReport {
    /// What was typed.
    pub from: String,
    /// What was searched for besides.
    pub to: Vec<String>,
    /// The vocabulary that says so.
    pub vocabulary: String,
}

impl From<&Query> for QueryReport {
    fn from(query: &Query) -> Self {
        let corrections = query.corrections.iter();
        Self {
            text: query.text.clone(),
            terms: query.terms(),
            ignored: query.ignored.clone(),
            expansions: query.expansions.iter().map(ExpansionReport::from).collect(),
            corrections: corrections
                .map(|(from, to)| CorrectionReport {
                    from: from.clone(),
                    to: to.clone(),
                })
                .collect(),
            suggestions: Vec::new(),
        }
    }
}

impl From<&Expansion> for ExpansionReport {
    fn from(expansion: &Expansion) -> Self {
        let mut to: Vec<String> = Vec::new();
        for variant in &expansion.variants {
            if !to.contains(&variant.surface) {
                to.push(variant.surface.clone());
            }
        }
        Self {
            from: expansion.from.clone(),
            to,
            vocabulary: expansion.vocabulary.clone(),
        }
    }
}

/// A word that was taken for misspelt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CorrectionReport {
    /// What was typed.
    pub from: String,
    /// What was searched for instead.
    pub to: String,
}

/// Which state of the index answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexInfo {
    /// How many commits changed the index since it was made.
    pub generation: u64,
    /// How many articles it holds.
    pub articles: u64,
    /// How many passages they have.
    pub passages: u64,
}

impl From<CommitInfo> for IndexInfo {
    fn from(commit: CommitInfo) -> Self {
        Self {
            generation: commit.generation,
            articles: commit.articles,
            passages: commit.passages,
        }
    }
}

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HitReport {
    /// Its place among all that match, counted from 1.
    pub rank: u64,
    /// Higher is better; comparable within one query only.
    pub score: f32,
    /// The passage's id, for `ibid show`.
    pub id: String,
    /// The article it stands in.
    pub article: HitArticleReport,
    /// The headings above it, from the top of the article down; empty before the first heading.
    pub heading_path: Vec<String>,
    /// The `id` its heading has in its page.
    pub anchor: Option<String>,
    /// An address that leads to it, where the article has one.
    pub link: Option<String>,
    /// Where it stands in the file.
    pub locator: LocatorReport,
    /// All of it.
    pub text: String,
    /// The part that shows best why it was found.
    pub snippet: SnippetReport,
    /// Passages that say the same, which are left out for it.
    pub duplicates: Vec<String>,
    /// What gave it its score, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ExplanationReport")]
    pub explain: Option<ExplanationReport>,
    /// The id its section brought, which runs report.
    #[serde(skip)]
    pub section_id: Option<String>,
}

/// The article of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HitArticleReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The path of its file.
    pub path: String,
    /// Where it was published.
    pub url: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The name of its source.
    pub source: String,
    /// A BCP 47 tag, where the article states one: for pages, and no part of the document.
    #[serde(skip)]
    pub language: Option<String>,
}

impl From<&ArticleEntry> for HitArticleReport {
    fn from(article: &ArticleEntry) -> Self {
        Self {
            id: article.id.clone(),
            title: article.title.clone(),
            path: article.path.clone(),
            url: article.url.clone(),
            published: article.published.clone(),
            source: article.source.clone(),
            language: article.language.clone(),
        }
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LocatorReport {
    /// First and last line, counted from 1.
    pub lines: [u64; 2],
    /// First byte, and the byte after the last.
    pub bytes: [u64; 2],
}

impl From<Locator> for LocatorReport {
    fn from(locator: Locator) -> Self {
        Self {
            lines: locator.lines,
            bytes: locator.bytes,
        }
    }
}

/// Part of a passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SnippetReport {
    /// The part.
    pub text: String,
    /// What matches in it: start and end, as byte offsets in its UTF-8.
    pub highlights: Vec<[usize; 2]>,
}

impl From<Snippet> for SnippetReport {
    fn from(snippet: Snippet) -> Self {
        Self {
            text: snippet.text,
            highlights: snippet
                .highlights
                .into_iter()
                .map(|span| [span.start, span.end])
                .collect(),
        }
    }
}

/// What gave a passage its score: `passage + article + name`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExplanationReport {
    /// The whole.
    pub score: f32,
    /// What its own words give: the sum of what the terms and expansions give, times `coverage`.
    pub passage: f32,
    /// The share of the query's weight whose words it, or a name of its article, has.
    pub coverage: f32,
    /// What the best passage of the article adds.
    pub article: f32,
    /// What the article's title, or another of its names, adds.
    pub name: f32,
    /// What each word of the query gives, before `coverage`.
    pub terms: Vec<TermExplanationReport>,
    /// What the words and phrases give that mean the same, before `coverage`: the best of them counts, or what was typed,
    /// whichever gives more.
    pub expansions: Vec<ExpansionExplanationReport>,
}

/// What a word or phrase gives that means the same as one that was typed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExpansionExplanationReport {
    /// What was typed.
    pub from: String,
    /// What means the same.
    pub to: String,
    /// How often it stands in the headings above the passage.
    pub in_headings: u32,
    /// How often it stands in the passage.
    pub in_text: u32,
    /// Whether its words are words of the title, or of another name of the article.
    pub in_name: bool,
    /// What it gives.
    pub score: f32,
}

/// What one word of a query gives.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TermExplanationReport {
    /// The word.
    pub term: String,
    /// How often it stands in the headings above the passage.
    pub in_headings: u32,
    /// How often it stands in the passage.
    pub in_text: u32,
    /// Whether it is a word of the title, or of another name of the article.
    pub in_name: bool,
    /// What it gives.
    pub score: f32,
}

impl From<Explanation> for ExplanationReport {
    fn from(explanation: Explanation) -> Self {
        let terms = explanation
            .terms
            .into_iter()
            .map(|term| TermExplanationReport {
                term: term.surface,
                in_headings: term.in_headings,
                in_text: term.in_text,
                in_name: term.in_name,
                score: term.score,
            });
        let expansions =
            explanation
                .expansions
                .into_iter()
                .map(|expansion| ExpansionExplanationReport {
                    from: expansion.from,
                    to: expansion.to,
                    in_headings: expansion.in_headings,
                    in_text: expansion.in_text,
                    in_name: expansion.in_name,
                    score: expansion.score,
                });
        Self {
            score: explanation.score,
            passage: explanation.passage,
            coverage: explanation.coverage,
            article: explanation.article,
            name: explanation.name,
            terms: terms.collect(),
            expansions: expansions.collect(),
        }
    }
}

/// One hit with the query it answers: a line of `ndjson`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HitLine<'a> {
    /// 1.
    pub schema_version: u32,
    /// The query; of several queries, its id.
    pub query: &'a str,
    /// The hit.
    #[serde(flatten)]
    pub hit: &'a HitReport,
}

impl SearchReport {
    /// The report of one query.
    pub fn new(body: SearchBody) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            body,
        }
    }
}

impl SearchBody {
    /// What was found, as a person or a program is told; `offset` hits were left out before the first.
    pub(crate) fn new(
        query: &Query,
        total: u64,
        found: Vec<Folded>,
        explanations: Vec<Option<Explanation>>,
        commit: CommitInfo,
        offset: usize,
    ) -> Self {
        let mut explanations = explanations.into_iter();
        let hits = found
            .into_iter()
            .enumerate()
            .map(|(index, folded)| {
                let explanation = explanations.next().flatten();
                HitReport::new((offset + index + 1) as u64, folded, explanation, query)
            })
            .collect();
        Self {
            query: QueryReport::from(query),
            index: commit.into(),
            total: total.min(COUNTED),
            total_is: (total > COUNTED).then_some(TotalIs::AtLeast),
            partial: None,
            hits,
            warnings: query.warnings.clone(),
            facets: None,
        }
    }

    /// Says that not all of the index answered, also to who reads the warnings only.
    pub(crate) fn set_partial(&mut self, partial: Partial) {
        let Partial {
            answered,
            shards,
            reason,
        } = &partial;
        let warning = format!(
            "only {answered} of {shards} shards answered; passages may be missing: {reason}"
        );
        self.warnings.insert(0, warning);
        self.partial = Some(partial.into());
    }
}

impl HitReport {
    fn new(rank: u64, folded: Folded, explanation: Option<Explanation>, query: &Query) -> Self {
        let (score, record) = (folded.hit.score, folded.hit.record);
        let passage = record.passage;
        Self {
            rank,
            score,
            article: HitArticleReport::from(&record.article),
            link: link(
                record.article.url.as_deref(),
                passage.anchor.as_deref(),
                &passage.text,
            ),
            snippet: snippet(&passage.text, query).into(),
            id: passage.id,
            heading_path: passage.heading_path,
            anchor: passage.anchor,
            locator: passage.locator.into(),
            text: passage.text,
            duplicates: folded.duplicates,
            explain: explanation.map(ExplanationReport::from),
            section_id: passage.section_id,
        }
    }
}
