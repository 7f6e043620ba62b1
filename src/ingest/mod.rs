//! What does a file say? Bytes become an [`Article`]: one file here for each format, and what they share.
//!
//! A parser never fails on content: it returns what could be read, and lists what it left out with the reason. It works
//! on decoded text and gives places as offsets in that text; [`ingest`] turns them into bytes and lines on disk.

pub mod date;
pub mod decode;
pub mod html;
pub mod jsonl;
pub mod lines;
pub mod markdown;
mod metadata;
pub mod mhtml;
mod names;
mod order;
pub mod outline;
pub mod repair;
pub mod repeated;
pub mod text;
pub mod walk;

use crate::article::{Article, Dropped, Format, Section, Source};

/// What a parser makes of decoded text. Offsets are offsets in that text.
#[derive(Debug, Default)]
pub struct Parsed {
    /// What the article calls itself.
    pub title: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// Other names the article gives itself.
    pub aliases: Vec<String>,
    /// Subject labels.
    pub tags: Vec<String>,
    /// In reading order. The title is not among the headings.
    pub sections: Vec<Section>,
    /// What was left out, in reading order.
    pub dropped: Vec<Dropped>,
}

/// A file's bytes, and what is known of them from outside.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The id the article will have.
    pub id: &'a str,
    /// The name of the source it belongs to.
    pub source: &'a str,
    /// The path as a person would type it.
    pub path: &'a str,
    /// How to read the bytes. [`Format::JsonLines`] holds many articles: see [`jsonl`].
    pub format: Format,
    /// The file.
    pub bytes: &'a [u8],
}

/// An article that was read, and what its reader should know about the reading.
#[derive(Debug)]
pub struct Ingested {
    /// The article.
    pub article: Article,
    /// Such as characters that could not be decoded.
    pub warnings: Vec<String>,
}

/// Why a file gave no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoArticle {
    /// The file has no bytes, or only white space.
    Empty,
    /// The file was read and holds no text that an article could have.
    NoText,
    /// The bytes are not text in any encoding that is read.
    Binary,
    /// A page saved as one file, in which the page is not found.
    Mhtml(mhtml::Defect),
}

impl NoArticle {
    /// Whether something is lost: a file that should have been read and could not be.
    pub fn is_error(self) -> bool {
        match self {
            Self::Empty | Self::NoText => false,
            Self::Binary | Self::Mhtml(_) => true,
        }
    }
}

impl std::fmt::Display for NoArticle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::NoText => "there is no article text in it",
            Self::Binary => {
                "is binary data, not text; give it the extension of its format, or take it out of the folder"
            }
            Self::Mhtml(defect) => return defect.fmt(f),
        })
    }
}

/// Reads one article.
///
/// # Errors
/// Where there is none.
pub fn ingest(input: &Input<'_>) -> Result<Ingested, NoArticle> {
    let mut ingested = ingest_unnamed(input)?;
    add_names(&mut ingested.article);
    Ok(ingested)
}

/// Reads one article as [`ingest`] does, but for the names it gives itself: more may be left out of it, which has a say in none
/// of them. [`add_names`] goes on from there.
///
/// # Errors
/// Where there is none.
pub fn ingest_unnamed(input: &Input<'_>) -> Result<Ingested, NoArticle> {
    let ingested = read_unnamed(input)?;
    if ingested.article.has_text() {
        Ok(ingested)
    } else {
        Err(NoArticle::NoText)
    }
}

/// Adds the names that an article gives itself to its aliases.
pub fn add_names(article: &mut Article) {
    if article.has_text() {
        names::add_names(article);
    }
}

/// Reads what may be an article and may hold nothing but what was left out.
///
/// # Errors
/// Where the bytes are not what their format says.
pub fn read(input: &Input<'_>) -> Result<Ingested, NoArticle> {
    let mut ingested = read_unnamed(input)?;
    add_names(&mut ingested.article);
    Ok(ingested)
}

fn read_unnamed(input: &Input<'_>) -> Result<Ingested, NoArticle> {
    if input.bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NoArticle::Empty);
    }
    let page = match input.format {
        Format::Html => mhtml_page(input).transpose().map_err(NoArticle::Mhtml)?,
        Format::Text | Format::Markdown | Format::JsonLines => None,
    };
    let bytes = page.as_ref().map_or(input.bytes, |page| &page.bytes);
    if decode::is_binary(bytes) {
        return Err(NoArticle::Binary);
    }
    let declared = match input.format {
        Format::Html => page
            .as_ref()
            .and_then(|page| page.charset)
            .or_else(|| html::declared_encoding(bytes)),
        Format::Text | Format::Markdown | Format::JsonLines => None,
    };
    let decoded = decode::decode(bytes, declared);
    let mut parsed = match input.format {
        Format::Html => html::parse(&decoded.text),
        Format::Markdown => markdown::parse(&decoded.text),
        Format::Text | Format::JsonLines => text::parse(&decoded.text),
    };
    order::settle(&mut parsed.sections);
    let mut warnings = Vec::new();
    if decoded.malformed > 0 {
        warnings.push(format!(
            "{} stretches of bytes are not {}, and were read as \u{FFFD}; save the file as UTF-8 to mend it",
            decoded.malformed, decoded.encoding
        ));
    }
    let mut source_map = decoded.map;
    let mut url = parsed.url;
    if let Some(page) = page {
        if page.is_cut_off {
            warnings.push(
                "breaks off before the page ends; what is there was read, save it again for the rest".to_owned(),
            );
        }
        source_map = source_map.inside(page.map);
        url = url.or(page.address);
    }
    let article = Article {
        id: input.id.to_owned(),
        title: parsed
            .title
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| title_from_path(input.path)),
        url,
        published: parsed.published,
        language: parsed.language,
        aliases: parsed.aliases,
        tags: parsed.tags,
        source: Source {
            name: input.source.to_owned(),
            path: input.path.to_owned(),
            format: input.format,
            encoding: decoded.encoding,
            bytes: input.bytes.len() as u64,
        },
        sections: parsed.sections,
        dropped: parsed.dropped,
        source_map,
    };
    Ok(Ingested { article, warnings })
}

/// The page inside a file that is MHTML, which many programs tell by its name and some only by its header. A file whose
/// name says so and that begins like a page is taken for one.
fn mhtml_page(input: &Input<'_>) -> Option<Result<mhtml::Page, mhtml::Defect>> {
    let named = std::path::Path::new(input.path)
        .extension()
        .is_some_and(|extension| {
            extension.eq_ignore_ascii_case("mht") || extension.eq_ignore_ascii_case("mhtml")
        });
    let begins_as_page = mhtml::begin(input.bytes).starts_with(b"<");
    (mhtml::is_mhtml(input.bytes) || (named && !begins_as_page)).then(|| mhtml::page(input.bytes))
}

/// A title for an article that gives itself none: the file's name, in words.
pub(crate) fn title_from_path(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = name
        .rsplit_once('.')
        .map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}
