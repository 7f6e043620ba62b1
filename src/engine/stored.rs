//! What is kept of a passage, and how it is written down? A short-keyed JSON object, one a passage.
//!
//! The article's part is the same in each of its passages; where they stand side by side in a compressed block, the repeats take next
//! to no space, and a hit is read with one look-up.

use crate::article::{Format, Locator};
use crate::engine::{ArticleEntry, Record};
use crate::passage::Passage;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(borrow, rename = "a")]
    article: StoredArticle<'a>,
    #[serde(borrow, rename = "p")]
    passage: StoredPassage<'a>,
}

#[derive(Serialize, Deserialize)]
struct StoredArticle<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "t")]
    title: Cow<'a, str>,
    #[serde(borrow, rename = "p")]
    path: Cow<'a, str>,
    #[serde(borrow, rename = "s")]
    source: Cow<'a, str>,
    #[serde(rename = "f")]
    format: StoredFormat,
    #[serde(borrow, rename = "u", default, skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "d", default, skip_serializing_if = "Option::is_none")]
    published: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "l", default, skip_serializing_if = "Option::is_none")]
    language: Option<Cow<'a, str>>,
    #[serde(rename = "n", default, skip_serializing_if = "is_empty")]
    aliases: Cow<'a, [String]>,
    #[serde(rename = "g", default, skip_serializing_if = "is_empty")]
    tags: Cow<'a, [String]>,
    #[serde(rename = "c")]
    passages: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredPassage<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "s", default, skip_serializing_if = "Option::is_none")]
    section_id: Option<Cow<'a, str>>,
    #[serde(rename = "n")]
    position: u32,
    #[serde(rename = "h", default, skip_serializing_if = "is_empty")]
    heading_path: Cow<'a, [String]>,
    #[serde(rename = "l")]
    level: u8,
    #[serde(borrow, rename = "a", default, skip_serializing_if = "Option::is_none")]
    anchor: Option<Cow<'a, str>>,
    #[serde(rename = "o")]
    locator: [u64; 4],
    #[serde(borrow, rename = "t")]
    text: Cow<'a, str>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum StoredFormat {
    #[serde(rename = "t")]
    Text,
    #[serde(rename = "h")]
    Html,
    #[serde(rename = "m")]
    Markdown,
    #[serde(rename = "j")]
    JsonLines,
}

fn is_empty(list: &[String]) -> bool {
    list.is_empty()
}

impl From<Format> for StoredFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Html => Self::Html,
            Format::Markdown => Self::Markdown,
            Format::JsonLines => Self::JsonLines,
        }
    }
}

impl From<StoredFormat> for Format {
    fn from(format: StoredFormat) -> Self {
        match format {
            StoredFormat::Text => Self::Text,
            StoredFormat::Html => Self::Html,
            StoredFormat::Markdown => Self::Markdown,
            StoredFormat::JsonLines => Self::JsonLines,
        }
    }
}

/// Writes a record down.
pub(crate) fn write(article: &ArticleEntry, passage: &Passage) -> serde_json::Result<String> {
    let Locator { lines, bytes } = passage.locator;
    serde_json::to_string(&Stored {
        article: StoredArticle {
            id: Cow::from(&article.id),
            title: Cow::from(&article.title),
            path: Cow::from(&article.path),
            source: Cow::from(&article.source),
            format: article.format.into(),
            url: article.url.as_deref().map(Cow::from),
            published: article.published.as_deref().map(Cow::from),
            language: article.language.as_deref().map(Cow::from),
            aliases: Cow::from(&article.aliases),
            tags: Cow::from(&article.tags),
            passages: article.passages,
        },
        passage: StoredPassage {
            id: Cow::from(&passage.id),
            section_id: passage.section_id.as_deref().map(Cow::from),
            position: passage.position,
            heading_path: Cow::from(&passage.heading_path),
            level: passage.level,
            anchor: passage.anchor.as_deref().map(Cow::from),
            locator: [lines[0], lines[1], bytes[0], bytes[1]],
            text: Cow::from(&passage.text),
        },
    })
}

/// Reads what [`write`] wrote.
pub(crate) fn read(text: &str) -> serde_json::Result<Record> {
    let Stored { article, passage } = serde_json::from_str(text)?;
    let [first_line, last_line, start, end] = passage.locator;
    Ok(Record {
        article: ArticleEntry {
            id: article.id.into_owned(),
            title: article.title.into_owned(),
            path: article.path.into_owned(),
            source: article.source.into_owned(),
            format: article.format.into(),
            url: article.url.map(Cow::into_owned),
            published: article.published.map(Cow::into_owned),
            language: article.language.map(Cow::into_owned),
            aliases: article.aliases.into_owned(),
            tags: article.tags.into_owned(),
            passages: article.passages,
        },
        passage: Passage {
            id: passage.id.into_owned(),
            section_id: passage.section_id.map(Cow::into_owned),
            position: passage.position,
            heading_path: passage.heading_path.into_owned(),
            level: passage.level,
            anchor: passage.anchor.map(Cow::into_owned),
            locator: Locator {
                lines: [first_line, last_line],
                bytes: [start, end],
            },
            text: passage.text.into_owned(),
        },
    })
}
