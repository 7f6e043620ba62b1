//! What does `parse` print?

use super::SCHEMA_VERSION;
use super::search::LocatorReport;
use crate::article::{Article, DropReason};
use schemars::JsonSchema;
use serde::Serialize;

/// What the ingester makes of one article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParseReport {
    /// 1.
    pub schema_version: u32,
    /// What the article says of itself.
    pub article: ParsedArticleReport,
    /// Its sections, in reading order.
    pub sections: Vec<ParsedSectionReport>,
    /// What was left out, in reading order.
    pub dropped: Vec<DroppedReport>,
}

/// What an article says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParsedArticleReport {
    /// The id it would have in an index.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it was published.
    pub url: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// Other names it gives itself.
    pub aliases: Vec<String>,
    /// Its subject labels.
    pub tags: Vec<String>,
    /// Where its bytes came from.
    pub source: ParsedSourceReport,
}

/// Where an article's bytes came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParsedSourceReport {
    /// The path of the file.
    pub path: String,
    /// `text`, `html`, `markdown` or `jsonl`.
    pub format: String,
    /// The WHATWG name of the character encoding.
    pub encoding: String,
    /// The size, in bytes.
    pub bytes: u64,
}

/// A heading and the text under it, up to the next heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParsedSectionReport {
    /// The headings from the top down to its own; empty for the text before the first.
    pub heading_path: Vec<String>,
    /// The level of its heading, 1 to 6; 0 before the first heading.
    pub level: u8,
    /// The `id` its heading has in its page.
    pub anchor: Option<String>,
    /// Its text; empty where all of it stands under sub-headings.
    pub text: String,
    /// Where the text stands in the file; where there is none, the heading.
    pub locator: LocatorReport,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DroppedReport {
    /// Why.
    pub reason: DropReasonReport,
    /// What it says.
    pub text: String,
    /// The line it begins on.
    pub line: u64,
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropReasonReport {
    /// Menus, breadcrumbs, tables of contents.
    Navigation,
    /// A pointer to another article.
    CrossLink,
    /// The words under, or in place of, a picture.
    Caption,
    /// An advertisement or a sign-up form.
    Advert,
    /// A reader's comment.
    Comment,
    /// Words that the same article holds already.
    Duplicate,
    /// Anything else that belongs to the page and not to the article.
    Furniture,
}

impl From<DropReason> for DropReasonReport {
    fn from(reason: DropReason) -> Self {
        match reason {
            DropReason::Navigation => Self::Navigation,
            DropReason::CrossLink => Self::CrossLink,
            DropReason::Caption => Self::Caption,
            DropReason::Advert => Self::Advert,
            DropReason::Comment => Self::Comment,
            DropReason::Duplicate => Self::Duplicate,
            DropReason::Furniture => Self::Furniture,
        }
    }
}

impl From<&Article> for ParseReport {
    fn from(article: &Article) -> Self {
        let sections = article.sections.iter().map(|section| ParsedSectionReport {
            heading_path: section.heading_path.clone(),
            level: section.level,
            anchor: section.anchor.clone(),
            text: section.text(),
            locator: article.source_map.locate(&section.source).into(),
        });
        let dropped = article.dropped.iter().map(|dropped| DroppedReport {
            reason: dropped.reason.into(),
            text: dropped.text.clone(),
            line: article.source_map.line(dropped.offset),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            article: ParsedArticleReport {
                id: article.id.clone(),
                title: article.title.clone(),
                url: article.url.clone(),
                published: article.published.clone(),
                language: article.language.clone(),
                aliases: article.aliases.clone(),
                tags: article.tags.clone(),
                source: ParsedSourceReport {
                    path: article.source.path.clone(),
                    format: article.source.format.name().to_owned(),
                    encoding: article.source.encoding.to_owned(),
                    bytes: article.source.bytes,
                },
            },
            sections: sections.collect(),
            dropped: dropped.collect(),
        }
    }
}
