//! What is shown of a passage that was found? What it says, under which headings, and where it comes from.

use super::super::parameters::{Parameters, encoded};
use super::filters::{address, changed};
use super::text::{apart, clean, host, language, place, snippet};
use crate::report::HitReport;
use maud::{Markup, html};
use std::ops::Range;

/// How many of the passages that say the same are listed.
const MOST_DUPLICATES: usize = 20;

/// Where a passage or an article is shown, with what was asked marked in it.
pub(super) fn shown_at(page: &str, id: &str, asked: &Parameters) -> String {
    let mut address = format!("/{page}?id={}", encoded(id));
    let search = asked.to_query_string();
    if !search.is_empty() {
        address.push('&');
        address.push_str(&search);
    }
    address
}

/// Byte ranges as documents have them.
pub(super) fn ranges(highlights: &[[usize; 2]]) -> Vec<Range<usize>> {
    let highlights = highlights.iter();
    highlights.map(|[start, end]| *start..*end).collect()
}

/// What an article is called; its id where it has no title.
pub(super) fn title<'a>(title: &'a str, id: &'a str) -> &'a str {
    if clean(title).trim().is_empty() {
        id
    } else {
        title
    }
}

/// The headings above a passage, from the top down.
pub(super) fn crumbs(heading_path: &[String], language: Option<&str>) -> Markup {
    html! {
        @if !heading_path.is_empty() {
            ol.crumbs role="list" aria-label="Under the headings" lang=[language] {
                @for heading in heading_path { li { (apart(heading)) } }
            }
        }
    }
}

/// Where a passage comes from.
pub(super) struct Origin<'a> {
    pub(super) source: &'a str,
    pub(super) published: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) line: Option<u64>,
    /// Where it was published: an address that leads to the passage, where there is one.
    pub(super) link: Option<&'a str>,
}

impl Origin<'_> {
    pub(super) fn markup(&self) -> Markup {
        let place = match self.line {
            Some(line) => place(self.path, line),
            None => clean(self.path),
        };
        html! {
            ul.origin role="list" aria-label="Where it is from" {
                li.source { span.unseen { "Source: " } (apart(self.source)) }
                @if let Some(day) = self.published {
                    li { time datetime=(clean(day)) { (clean(day)) } }
                }
                @if let Some(link) = self.link {
                    li { @match host(link) {
                        Some(host) => {
                            a href=(link) rel="noreferrer noopener" { "Original at " (apart(host)) }
                        }
                        // What is no address of the web is told, and leads nowhere.
                        None => { (apart(link)) }
                    } }
                }
                li.place { (apart(&place)) }
            }
        }
    }
}

/// What somebody writes below a quotation of the passage.
fn citation(hit: &HitReport) -> String {
    let article = &hit.article;
    let headings: Vec<String> = hit.heading_path.iter().map(|part| clean(part)).collect();
    let mut citation = format!("{}.", clean(title(&article.title, &article.id)).trim());
    if !headings.is_empty() {
        citation.push_str(&format!(" {}.", headings.join(" > ")));
    }
    citation.push(' ');
    citation.push_str(&clean(&article.source));
    if let Some(day) = &article.published {
        citation.push_str(&format!(", {}", clean(day)));
    }
    citation.push('.');
    if let Some(link) = hit.link.as_deref().or(article.url.as_deref()) {
        citation.push_str(&format!(" {}", clean(link)));
    }
    let [first, last] = hit.locator.lines;
    let lines = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    let (path, id) = (clean(&article.path), clean(&hit.id));
    citation.push_str(&format!(" ({path}:{lines}, passage {id})"));
    citation
}

/// A hit among the results of `asked`.
pub(super) fn hit(hit: &HitReport, asked: &Parameters) -> Markup {
    let article = &hit.article;
    let language = language(article.language.as_deref());
    let at = shown_at("passage", &hit.id, asked);
    let alike = changed(asked, |asked| {
        asked.query = None;
        asked.like = Some(hit.id.clone());
        asked.exact = false;
    });
    let label = format!("hit-{}", hit.rank);
    html! {
        article.hit tabindex="-1" aria-labelledby=(label) data-rank=(hit.rank) data-id=(hit.id) data-article=(article.id) {
            h2 #(label) lang=[language] {
                a href=(at) { (apart(title(&article.title, &article.id))) }
            }
            (crumbs(&hit.heading_path, language))
            p.snippet dir="auto" lang=[language] {
                (snippet(&hit.snippet.text, &ranges(&hit.snippet.highlights)))
            }
            (Origin {
                source: &article.source,
                published: article.published.as_deref(),
                path: &article.path,
                line: Some(hit.locator.lines[0]),
                link: hit.link.as_deref().or(article.url.as_deref()),
            }.markup())
            @if !hit.duplicates.is_empty() { (duplicates(&hit.duplicates, asked)) }
            div.actions {
                // The script makes a button of it, which opens the passage here.
                a.action.open href=(at) { "Show in the article" }
                button.action.scripted.copy-citation type="button" { "Copy citation" }
                button.action.scripted.copy-json type="button" { "Copy as JSON" }
                a.action.swap href=(address(&alike)) { "More like this" }
            }
            details.cite.unscripted {
                summary { "Cite" }
                p.citation dir="auto" { (citation(hit)) }
            }
        }
    }
}

fn duplicates(ids: &[String], asked: &Parameters) -> Markup {
    let passages = match ids.len() {
        1 => "1 more passage says the same".to_owned(),
        count => format!("{count} more passages say the same"),
    };
    html! {
        details.duplicates {
            summary { (passages) }
            ul {
                @for id in ids.iter().take(MOST_DUPLICATES) {
                    li { a href=(shown_at("passage", id, asked)) { (apart(id)) } }
                }
            }
            @if ids.len() > MOST_DUPLICATES {
                p { "and " (ids.len() - MOST_DUPLICATES) " more" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{HitArticleReport, LocatorReport, SnippetReport};

    fn hostile() -> HitReport {
        HitReport {
            rank: 11,
            score: 1.0,
            id: "s/a#\"><b>".to_owned(),
            article: HitArticleReport {
                id: "s/a".to_owned(),
                title: "</a><script>alert(1)</script>".to_owned(),
                path: "a\u{202E}txt.exe".to_owned(),
                url: Some("javascript:alert(1)".to_owned()),
                published: Some("2024-03-05".to_owned()),
                source: "<s>".to_owned(),
                language: Some("de\" onclick=\"".to_owned()),
            },
            heading_path: vec!["<img src=x onerror=alert(1)>".to_owned(), "B".to_owned()],
            anchor: None,
            link: Some("javascript:alert(1)#:~:text=x".to_owned()),
            locator: LocatorReport {
                lines: [3, 5],
                bytes: [0, 9],
            },
            text: "Ça va <i>".to_owned(),
            snippet: SnippetReport {
                text: "Ça va <i>".to_owned(),
                highlights: vec![[0, 3], [7, 10]],
            },
            duplicates: vec!["<x>".to_owned()],
            explain: None,
            section_id: None,
        }
    }

    #[test]
    fn whatever_an_article_says_stays_text() {
        let asked = Parameters::parse("q=%3Ci%3E&exact=true").expect("parameters");
        let page = hit(&hostile(), &asked).into_string();
        for part in [
            "&lt;/a&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
            "<bdi>&lt;img src=x onerror=alert(1)&gt;</bdi>",
            "<mark>Ça</mark> va <mark>&lt;i&gt;</mark>",
            "<li><bdi>javascript:alert(1)#:~:text=x</bdi></li>",
            "href=\"/passage?id=s%2Fa%23%22%3E%3Cb%3E&amp;q=%3Ci%3E&amp;exact=true\"",
            "<bdi>atxt.exe:3</bdi>",
            "<bdi>&lt;x&gt;</bdi>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        for never in [
            "<script",
            "<img",
            "<i>",
            "lang=",
            "href=\"java",
            "\u{202E}",
            "onclick=\"",
        ] {
            assert!(!page.contains(never), "{never}: {page}");
        }
    }

    #[test]
    fn a_hit_leads_to_its_original_and_shows_its_headings() {
        let mut found = hostile();
        found.link = Some("https://a.example/x#y".to_owned());
        found.article.language = Some("fr".to_owned());
        let page = hit(&found, &Parameters::default()).into_string();
        assert!(page.contains(
            "<a href=\"https://a.example/x#y\" rel=\"noreferrer noopener\">Original at <bdi>a.example</bdi></a>"
        ));
        assert!(page.contains("<p class=\"snippet\" dir=\"auto\" lang=\"fr\">"));
        assert!(page.contains("<li><bdi>B</bdi></li></ol>"));
    }

    #[test]
    fn a_citation_tells_who_says_it_where_and_when() {
        let mut found = hostile();
        found.article.title = "Sore feet".to_owned();
        found.heading_path = vec!["Care".to_owned(), "At home".to_owned()];
        found.article.source = "guides".to_owned();
        found.link = Some("https://a.example/x".to_owned());
        assert_eq!(
            citation(&found),
            "Sore feet. Care > At home. guides, 2024-03-05. https://a.example/x (atxt.exe:3-5, passage s/a#\"><b>)"
        );
        found.article.title = String::new();
        found.heading_path.clear();
        assert!(citation(&found).starts_with("s/a. guides, 2024"));
    }
}
