//! How does an article become what the server takes? As lines of a bulk request, written by whichever thread reads it.

use super::schema::Listed;
use super::tally::Tally;
use crate::engine::names::{Names, day_number};
use crate::engine::score::kept_length;
use crate::engine::{ArticleEntry, Prepared, Preparer, stored};
use crate::passage::Passage;
use serde::Serialize;

/// Makes articles ready for a cluster.
pub(super) struct PassagePreparer;

/// An article, ready to be sent, or why it is not.
pub(super) type Ready = serde_json::Result<ReadyArticle>;

/// An article, ready to be sent.
pub(super) struct ReadyArticle {
    /// The file it came from.
    pub(super) file: String,
    /// What it adds to the counts of words.
    pub(super) tally: Tally,
    pub(super) passages: Vec<ReadyPassage>,
}

/// A passage, ready to be sent.
pub(super) struct ReadyPassage {
    pub(super) position: u32,
    /// What is kept of it: a JSON object without its first brace.
    pub(super) body: String,
}

/// What is the same in all passages of an article.
struct Shared {
    title: Vec<String>,
    names: Vec<String>,
    name_words: Option<usize>,
    published: Option<u64>,
    tags: Vec<String>,
}

/// A passage as the server gets it; see `schema`.
#[derive(Serialize)]
struct Body<'a> {
    article: &'a str,
    passage: &'a str,
    file: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tag: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<u64>,
    position: u32,
    passages: u64,
    heading_length: u32,
    text_length: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_words: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    whole_name: &'a [String],
    title: &'a [String],
    names: &'a [String],
    heading: &'a [String],
    own: &'a [String],
    text: &'a [String],
    record: &'a str,
}

impl Preparer for PassagePreparer {
    fn prepare(&self, file: &str, article: &ArticleEntry, passages: &[Passage]) -> Prepared {
        let ready: Ready = prepare(file, article, passages);
        Prepared::new(article, ready)
    }
}

fn prepare(file: &str, entry: &ArticleEntry, passages: &[Passage]) -> Ready {
    let mut tally = Tally::default();
    let names = Names::of(entry, |terms| tally.name(terms));
    let shared = Shared {
        title: Listed::new(&entry.title, |_| {}).lines,
        names: Listed::new(&names.text, |_| {}).lines,
        name_words: names
            .terms
            .lines()
            .map(|name| name.split(' ').count())
            .min(),
        published: entry.published.as_deref().and_then(day_number),
        tags: entry.tags.iter().map(|tag| tag.to_lowercase()).collect(),
    };
    let listed: Vec<(Listed, Listed)> = passages
        .iter()
        .map(|passage| {
            let headings = passage.heading_path.join("\n");
            tally.begin_passage();
            (
                Listed::new(&headings, |terms| tally.word(terms)),
                Listed::new(&passage.text, |terms| tally.text(terms)),
            )
        })
        .collect();
    let mut ready = Vec::with_capacity(passages.len());
    for (passage, (heading, text)) in passages.iter().zip(&listed) {
        let is_first = passage.position == 0;
        let body = Body {
            article: &entry.id,
            passage: &passage.id,
            file,
            source: &entry.source,
            tag: &shared.tags,
            published: shared.published,
            position: passage.position,
            passages: entry.passages,
            heading_length: kept_length(heading.words),
            text_length: kept_length(text.words),
            name_words: shared.name_words,
            whole_name: if is_first { &names.whole } else { &[] },
            title: &shared.title,
            names: &shared.names,
            heading: &heading.lines,
            own: &Listed::together(heading, text),
            text: &text.lines,
            record: &stored::write(entry, passage)?,
        };
        let mut body = serde_json::to_string(&body)?;
        body.remove(0);
        ready.push(ReadyPassage {
            position: passage.position,
            body,
        });
    }
    Ok(ReadyArticle {
        file: file.to_owned(),
        tally,
        passages: ready,
    })
}
