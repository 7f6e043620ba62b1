//! What does the page say of itself: title, address, day of publication, language, subjects?
//!
//! Pages say it several times, in the head, in structured data (JSON-LD) and to the reader. What a reader sees is trusted
//! most, what is made for machines next.

use super::super::date;
use super::dom::attr;
use super::title;
use scraper::node::Element;
use scraper::{Html, Node};
use serde_json::Value;
use std::collections::HashMap;

/// Structured data that is longer is not read: it describes shops and feeds.
const LONGEST_JSON: usize = 2_000_000;

/// A page that names more subjects than this names search terms.
const MOST_KEYWORDS: usize = 12;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) published: Option<String>,
    pub(super) language: Option<String>,
    pub(super) tags: Vec<String>,
}

/// All places that were looked at.
#[derive(Debug, Default)]
struct Found {
    /// Values of `meta` by `property`, `name` or `itemprop`, in lower case; the first of each.
    meta: HashMap<String, String>,
    article_tags: Vec<String>,
    title: Option<String>,
    canonical: Option<String>,
    language: Option<String>,
    /// First-level headings and `itemprop="headline"`.
    headings: Vec<String>,
    /// The first headings of the second and third level.
    lesser: Vec<String>,
    /// What links to the front page of the site are called.
    front_page: Vec<String>,
    /// Times that the page prints, with how well they say when it was published.
    times: Vec<(Told, String)>,
    json: JsonLd,
}

/// What is said of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Published,
    Nothing,
    Updated,
}

/// What JSON-LD says of the article.
#[derive(Debug, Default)]
struct JsonLd {
    headline: Option<String>,
    published: Option<String>,
    url: Option<String>,
    language: Option<String>,
}

/// Reads the metadata of a page.
pub(super) fn read(html: &Html) -> Metadata {
    let found = collect(html);
    Metadata {
        title: title::choose(&title::Titles {
            sites: found
                .meta("og:site_name")
                .or_else(|| found.meta("application-name"))
                .into_iter()
                .chain(found.front_page.iter().map(String::as_str))
                .collect(),
            stated: [
                found.json.headline.as_deref(),
                found.meta("og:title"),
                found.meta("headline"),
                found.meta("twitter:title"),
                found.meta("dc.title"),
                found.meta("dcterms.title"),
                found.meta("dc:title"),
                found.meta("citation_title"),
                found.meta("title"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            document: found.title.as_deref(),
            headings: &found.headings,
            lesser: &found.lesser,
        }),
        url: url(&found),
        published: published(&found),
        language: [
            found.language.as_deref(),
            found.meta("og:locale"),
            found.json.language.as_deref(),
            found.meta("content-language"),
        ]
        .into_iter()
        .flatten()
        .find_map(language_tag),
        tags: tags(&found),
    }
}

impl Found {
    fn meta(&self, name: &str) -> Option<&str> {
        self.meta.get(name).map(String::as_str)
    }
}

fn collect(html: &Html) -> Found {
    let mut found = Found::default();
    for node in html.tree.root().descendants() {
        let Node::Element(element) = node.value() else {
            continue;
        };
        // The texts of a title, a heading or a script; all of these are short or bounded where they are used.
        let text = || -> String {
            let texts = node.descendants().filter_map(|inner| match inner.value() {
                Node::Text(text) => Some(&**text),
                _ => None,
            });
            let mut all = String::new();
            for text in texts {
                all.push_str(text);
                if all.len() > LONGEST_JSON {
                    break;
                }
            }
            all
        };
        match element.name() {
            "html" => {
                found.language = attr(element, "lang")
                    .or_else(|| attr(element, "xml:lang"))
                    .map(str::to_owned);
            }
            "title" if found.title.is_none() => {
                // Drawings have titles too.
                let drawing = node.ancestors().any(|around| {
                    around
                        .value()
                        .as_element()
                        .is_some_and(|around| around.name() == "svg")
                });
                if drawing {
                    continue;
                }
                found.title = Some(squeeze(&text())).filter(|title| !title.is_empty());
            }
            "meta" => {
                let Some(content) = attr(element, "content")
                    .map(squeeze)
                    .filter(|content| !content.is_empty())
                else {
                    continue;
                };
                let names = ["property", "name", "itemprop", "http-equiv"]
                    .into_iter()
                    .filter_map(|attribute| attr(element, attribute));
                for name in names.flat_map(str::split_ascii_whitespace).take(8) {
                    let name = name.to_ascii_lowercase();
                    if name == "article:tag" && found.article_tags.len() < 50 {
                        found.article_tags.push(content.clone());
                    }
                    if found.meta.len() < 500 {
                        found.meta.entry(name).or_insert_with(|| content.clone());
                    }
                }
            }
            "link" if found.canonical.is_none() => {
                let canonical = attr(element, "rel").is_some_and(|rel| {
                    rel.split_ascii_whitespace()
                        .any(|rel| rel.eq_ignore_ascii_case("canonical"))
                });
                if canonical {
                    found.canonical = attr(element, "href").map(str::to_owned);
                }
            }
            "script"
                if attr(element, "type")
                    .is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) =>
            {
                found.json.read(&text());
            }
            "time" | "abbr" | "span" | "p" if found.times.len() < 20 => {
                let time = element.name() == "time";
                let value = match element.name() {
                    "time" => attr(element, "datetime"),
                    "abbr" => attr(element, "title"),
                    _ => attr(element, "content").or_else(|| attr(element, "datetime")),
                };
                let Some(value) = value else {
                    continue;
                };
                let by_name = [attr(element, "itemprop"), attr(element, "class")]
                    .into_iter()
                    .flatten()
                    .find_map(told)
                    .or_else(|| attr(element, "pubdate").map(|_| Told::Published));
                // Of other elements than `time`, only a name says that they hold one.
                if !time && by_name.is_none() {
                    continue;
                }
                let before = || {
                    let is_time = |element: &Element| element.name() == "time";
                    let mut near = node
                        .prev_siblings()
                        .take(2)
                        // What is said before another time is said of that one.
                        .take_while(|before| !before.value().as_element().is_some_and(is_time));
                    near.find_map(|before| {
                        let words = before.descendants().take(5);
                        words
                            .filter_map(|inner| inner.value().as_text())
                            .find_map(|words| told(words))
                    })
                };
                let said = by_name.or_else(|| told(&text())).or_else(before);
                found
                    .times
                    .push((said.unwrap_or(Told::Nothing), value.to_owned()));
            }
            "a" if found.front_page.len() < 3 => {
                let name = attr(element, "href")
                    .filter(|href| is_front_page(href))
                    .map(|_| squeeze(&text()));
                // "Home" is no name, but no title begins with it either.
                found
                    .front_page
                    .extend(name.filter(|name| (1..60).contains(&name.len())));
            }
            "h2" | "h3" if found.lesser.len() < 20 => {
                let heading = squeeze(&text());
                if (8..400).contains(&heading.len()) {
                    found.lesser.push(heading);
                }
            }
            "h1" if found.headings.len() < 20 => {
                // The name of the site, in large letters and with a link to its front page, is no heading of the article.
                let home = node
                    .descendants()
                    .chain(node.ancestors())
                    .filter_map(|near| near.value().as_element())
                    .any(|near| {
                        near.name() == "a" && attr(near, "href").is_some_and(is_front_page)
                    });
                if home {
                    continue;
                }
                let heading = squeeze(&text());
                let heading = heading
                    .trim_end_matches(['¶', '#', '§'])
                    .trim_end()
                    .to_owned();
                if !heading.is_empty() && heading.len() < 400 {
                    found.headings.push(heading);
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether an address is that of a whole site.
fn is_front_page(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .or_else(|| address.strip_prefix("//"));
    let path = rest.map_or(address, |rest| rest.find('/').map_or("", |at| &rest[at..]));
    (rest.is_some() && path.is_empty()) || path == "/"
}

impl JsonLd {
    fn read(&mut self, text: &str) {
        if text.len() > LONGEST_JSON {
            return;
        }
        let text = text
            .trim()
            .trim_start_matches("<![CDATA[")
            .trim_end_matches("]]>")
            .trim()
            .trim_end_matches(';');
        // Data that is broken says nothing; the page has other places.
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            self.visit(&value, 0);
        }
    }

    fn visit(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > 4 => {}
            Value::Array(values) => values
                .iter()
                .take(200)
                .for_each(|value| self.visit(value, depth + 1)),
            Value::Object(object) => {
                if let Some(graph) = object.get("@graph").or_else(|| object.get("mainEntity")) {
                    self.visit(graph, depth + 1);
                }
                let kinds = match object.get("@type") {
                    Some(Value::String(kind)) => vec![kind.as_str()],
                    Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
                    _ => Vec::new(),
                };
                let text = |key: &str| {
                    object
                        .get(key)
                        .and_then(Value::as_str)
                        .map(squeeze)
                        .filter(|text| !text.is_empty())
                };
                let article = kinds.iter().any(|kind| {
                    kind.ends_with("Article") || kind.ends_with("Posting") || *kind == "Report"
                });
                let page = kinds
                    .iter()
                    .any(|kind| matches!(*kind, "MedicalWebPage" | "WebPage" | "FAQPage"));
                if article || page {
                    let headline = text("headline").or_else(|| text("name").filter(|_| article));
                    fill(&mut self.headline, headline);
                    fill(&mut self.published, text("datePublished"));
                    fill(&mut self.language, text("inLanguage"));
                    let main = match object.get("mainEntityOfPage") {
                        Some(Value::Object(main)) => {
                            main.get("@id").and_then(Value::as_str).map(str::to_owned)
                        }
                        Some(Value::String(main)) => Some(main.clone()),
                        _ => None,
                    };
                    fill(&mut self.url, text("url").or(main));
                }
            }
            _ => {}
        }
    }
}

fn fill(place: &mut Option<String>, value: Option<String>) {
    if place.is_none() {
        *place = value;
    }
}

fn url(found: &Found) -> Option<String> {
    [
        found.canonical.as_deref(),
        found.meta("og:url"),
        found.json.url.as_deref(),
    ]
    .into_iter()
    .flatten()
    .map(str::trim)
    .find(|url| {
        let lower = url.to_ascii_lowercase();
        (lower.starts_with("http://") || lower.starts_with("https://"))
            && url.len() < 2_000
            && !url.contains(|c: char| c.is_whitespace() || c.is_control())
    })
    .map(str::to_owned)
}

fn published(found: &Found) -> Option<String> {
    const NAMES: [&str; 18] = [
        "article:published_time",
        "datepublished",
        "og:article:published_time",
        "article:published",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.issued",
        "dcterms.date",
        "dc.date",
        "citation_publication_date",
        "citation_date",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publish_date",
        "publication_date",
        "publish-date",
        "date",
    ];
    let by_name = |name: &&str| found.meta(name).and_then(date::find_date);
    NAMES[..4]
        .iter()
        .find_map(by_name)
        .or_else(|| found.json.published.as_deref().and_then(date::find_date))
        .or_else(|| NAMES[4..].iter().find_map(by_name))
        .or_else(|| {
            // The sort is stable: of equals, the first in the page counts.
            let mut times: Vec<_> = found.times.iter().collect();
            times.sort_by_key(|(told, _)| *told);
            times.iter().find_map(|(_, time)| date::find_date(time))
        })
}

/// What names or words say of a time: `class="pub-date"`, "Updated July 19".
fn told(text: &str) -> Option<Told> {
    let lower = text.get(..text.len().min(200))?.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if has(&["updat", "modif", "edited", "reviewed", "revised"]) {
        Some(Told::Updated)
    } else if has(&["publish", "pubdate", "pub-date", "posted"]) {
        Some(Told::Published)
    } else {
        None
    }
}

fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let language = parts.next()?;
    let valid = (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    valid.then_some(tag)
}

fn tags(found: &Found) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let keywords: Vec<&str> = [found.meta("keywords"), found.meta("news_keywords")]
        .into_iter()
        .flatten()
        .next()
        .map(|list| list.split([',', ';']).map(str::trim).collect())
        .unwrap_or_default();
    let keywords = if keywords.len() <= MOST_KEYWORDS {
        keywords
    } else {
        Vec::new()
    };
    for tag in found
        .article_tags
        .iter()
        .map(String::as_str)
        .chain(keywords)
    {
        let known = tags.iter().any(|known| known.eq_ignore_ascii_case(tag));
        if !tag.is_empty() && tag.len() <= 80 && !known {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn squeeze(text: &str) -> String {
    let mut squeezed = String::new();
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}
