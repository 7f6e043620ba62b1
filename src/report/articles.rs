//! What do `list`, `status`, `show` and `remove` print?

use super::SCHEMA_VERSION;
use super::link::link;
use super::search::{IndexInfo, LocatorReport};
use crate::engine::manifest::Manifest;
use crate::engine::{ArticleEntry, CommitInfo, Record};
use schemars::JsonSchema;
use serde::Serialize;

/// An article in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArticleReport {
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
    /// How its file was read: `text`, `html`, `markdown` or `jsonl`.
    pub format: String,
    /// A BCP 47 tag, where the article states one.
    pub language: Option<String>,
    /// Other names it gives itself.
    pub aliases: Vec<String>,
    /// Its subject labels.
    pub tags: Vec<String>,
    /// How many passages it has.
    pub passages: u64,
}

impl From<&ArticleEntry> for ArticleReport {
    fn from(article: &ArticleEntry) -> Self {
        Self {
            id: article.id.clone(),
            title: article.title.clone(),
            path: article.path.clone(),
            url: article.url.clone(),
            published: article.published.clone(),
            source: article.source.clone(),
            format: article.format.name().to_owned(),
            language: article.language.clone(),
            aliases: article.aliases.clone(),
            tags: article.tags.clone(),
            passages: article.passages,
        }
    }
}

/// All articles of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListReport {
    /// 1.
    pub schema_version: u32,
    /// Which state of the index this is.
    pub index: IndexInfo,
    /// The articles, by id.
    pub articles: Vec<ArticleReport>,
}

impl ListReport {
    pub(crate) fn new(commit: CommitInfo, articles: &[ArticleEntry]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            index: commit.into(),
            articles: articles.iter().map(ArticleReport::from).collect(),
        }
    }
}

/// The health and size of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatusReport {
    /// 1.
    pub schema_version: u32,
    /// Where the index is.
    pub path: String,
    /// Which state of the index this is.
    pub index: IndexInfo,
    /// The space it takes, in bytes.
    pub bytes: u64,
    /// The sources it was made from, by name.
    pub sources: Vec<SourceReport>,
}

/// A source of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceReport {
    /// Its name, which the ids of its articles begin with.
    pub name: String,
    /// Its folder, as it was given; empty for the folder the index was made from, `null` for standard input.
    pub path: Option<String>,
    /// How many files were read from it.
    pub files: u64,
    /// How many articles they hold.
    pub articles: u64,
    /// How many passages those have.
    pub passages: u64,
}

impl StatusReport {
    pub(crate) fn new(path: String, commit: CommitInfo, bytes: u64, manifest: &Manifest) -> Self {
        let sources = manifest
            .sources
            .iter()
            .map(|(name, folder)| {
                let prefix = format!("{name}/");
                let files = manifest
                    .files
                    .range(prefix.clone()..)
                    .take_while(|(id, _)| id.starts_with(&prefix));
                let mut source = SourceReport {
                    name: name.clone(),
                    path: folder.root.as_ref().map(|_| folder.given.clone()),
                    files: 0,
                    articles: 0,
                    passages: 0,
                };
                for (_, file) in files {
                    source.files += 1;
                    source.articles += file.articles.len() as u64;
                    source.passages += file.passages;
                }
                source
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            path,
            index: commit.into(),
            bytes,
            sources,
        }
    }
}

/// A passage, or all of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShowReport {
    /// 1.
    pub schema_version: u32,
    /// What has the id: one article or passage; more where sections of several articles brought the same id.
    pub articles: Vec<StoredReport>,
}

/// Passages of one article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoredReport {
    /// The article.
    pub article: ArticleReport,
    /// The passages that were asked for, in reading order.
    pub passages: Vec<PassageReport>,
}

/// A passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PassageReport {
    /// Its id.
    pub id: String,
    /// The headings above it.
    pub heading_path: Vec<String>,
    /// The `id` its heading has in its page.
    pub anchor: Option<String>,
    /// An address that leads to it, where the article has one.
    pub link: Option<String>,
    /// Where it stands in the file.
    pub locator: LocatorReport,
    /// What it says.
    pub text: String,
}

impl ShowReport {
    pub(crate) fn new(records: Vec<Record>) -> Self {
        let mut articles: Vec<StoredReport> = Vec::new();
        for Record { article, passage } in records {
            let passage = PassageReport {
                link: link(
                    article.url.as_deref(),
                    passage.anchor.as_deref(),
                    &passage.text,
                ),
                id: passage.id,
                heading_path: passage.heading_path,
                anchor: passage.anchor,
                locator: passage.locator.into(),
                text: passage.text,
            };
            match articles.last_mut() {
                Some(last) if last.article.id == article.id => last.passages.push(passage),
                _ => articles.push(StoredReport {
                    article: ArticleReport::from(&article),
                    passages: vec![passage],
                }),
            }
        }
        Self {
            schema_version: SCHEMA_VERSION,
            articles,
        }
    }
}

/// What was taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RemoveReport {
    /// 1.
    pub schema_version: u32,
    /// The ids of the articles that were taken out.
    pub removed: Vec<String>,
    /// Which state of the index is searched from now on.
    pub index: IndexInfo,
}

impl RemoveReport {
    pub(crate) fn new(removed: Vec<String>, commit: CommitInfo) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            removed,
            index: commit.into(),
        }
    }
}
