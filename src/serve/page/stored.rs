//! What is shown of a passage, or of a whole article? What it says among its neighbours, what was asked marked in it.

use super::super::api::{Stored, stored};
use super::super::parameters::{Parameters, pairs};
use super::super::problem::Problem;
use super::filters::address;
use super::hit::{Origin, crumbs, shown_at, title};
use super::results::name;
use super::text::{apart, language, passage};
use crate::KnowledgeBase;
use crate::report::{ArticleReport, PassageReport, StoredReport};
use maud::{Markup, html};
use std::collections::HashSet;
use std::ops::Range;

/// How many passages before and after one are shown with it.
const NEIGHBOURS: usize = 2;

/// What is to be shown, and the search that led there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    id: String,
    asked: Parameters,
}

impl Wanted {
    /// Reads it from the parameters of an address: `id`, and those of the search.
    ///
    /// # Errors
    /// Where there is no id, or more than one, or a parameter is none of a search.
    pub(super) fn new(query_string: &str) -> Result<Self, Problem> {
        let pairs = pairs(query_string).map_err(Problem::bad_request)?;
        let (ids, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == "id");
        let mut ids = ids.into_iter().map(|(_, id)| id);
        let id = ids.next().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| Problem::bad_request("id says what to show, and is missing"))?;
        if ids.next().is_some() {
            return Err(Problem::bad_request("id is given twice"));
        }
        let asked = Parameters::of(rest).map_err(Problem::bad_request)?;
        Ok(Self { id, asked })
    }

    /// The search that it belongs to.
    pub(super) fn asked(&self) -> &Parameters {
        &self.asked
    }

    fn query(&self) -> Option<&str> {
        let query = self.asked.query.as_deref();
        query.filter(|query| !query.trim().is_empty())
    }

    /// What the query marks in each passage.
    fn highlights(
        &self,
        library: &KnowledgeBase,
        passages: &[PassageReport],
    ) -> Result<Vec<Vec<Range<usize>>>, Problem> {
        let Some(query) = self.query() else {
            return Ok(vec![Vec::new(); passages.len()]);
        };
        let options = self.asked.options();
        let texts: Vec<&str> = passages.iter().map(|passage| &*passage.text).collect();
        Ok(library.highlights(query, &options, &texts)?)
    }

    /// Where an article is shown as a whole, at one of its passages.
    fn article_at(&self, article: &str, passage: &str) -> String {
        let page = shown_at("article", article, &self.asked);
        format!("{page}#{}", element_id(passage))
    }

    fn back(&self) -> Markup {
        let asked = &self.asked;
        html! {
            @if self.query().is_some() {
                p.back { a href=(address(asked)) { "← Results for “" (apart(&name(asked))) "”" } }
            }
        }
    }
}

/// The `id` that the element of a passage has: an id may hold what an `id` may not.
fn element_id(passage: &str) -> String {
    format!("p-{}", &blake3::hash(passage.as_bytes()).to_hex()[..12])
}

/// A passage among its neighbours, and what its article is called.
///
/// # Errors
/// Where there is no such passage.
pub(super) fn one(library: &KnowledgeBase, wanted: &Wanted) -> Result<(String, Markup), Problem> {
    let chosen = stored(library, &wanted.id, 0, Stored::Passage)?;
    let chosen: HashSet<String> = chosen
        .articles
        .into_iter()
        .flat_map(|of_article| of_article.passages)
        .map(|passage| passage.id)
        .collect();
    let report = stored(library, &wanted.id, NEIGHBOURS, Stored::Passage)?;
    let first = report.articles.first();
    let name = first.map_or("", |first| title(&first.article.title, &first.article.id));
    let mut around = Vec::new();
    for of_article in &report.articles {
        let highlights = wanted.highlights(library, &of_article.passages)?;
        around.push((of_article, highlights));
    }
    let page = html! {
        (wanted.back())
        @if let Some(first) = first {
            (headed(&first.article, &chosen_of(first, &chosen)))
        }
        div #passage {
            @for (of_article, highlights) in &around {
                @if around.len() > 1 && !std::ptr::eq(*of_article, &report.articles[0]) {
                    p.other { "The same id, in another article: " (apart(title(&of_article.article.title, &of_article.article.id))) }
                }
                (neighbourhood(wanted, of_article, highlights, &chosen))
            }
        }
    };
    Ok((name.to_owned(), page))
}

/// The first of the passages of an article that were chosen.
fn chosen_of<'a>(
    of_article: &'a StoredReport,
    chosen: &HashSet<String>,
) -> Option<&'a PassageReport> {
    let mut passages = of_article.passages.iter();
    passages.find(|passage| chosen.contains(&passage.id))
}

fn neighbourhood(
    wanted: &Wanted,
    of_article: &StoredReport,
    highlights: &[Vec<Range<usize>>],
    chosen: &HashSet<String>,
) -> Markup {
    let article = &of_article.article;
    let language = language(article.language.as_deref());
    let at = chosen_of(of_article, chosen).map_or("", |passage| &passage.id);
    let passages = of_article.passages.iter().zip(highlights);
    html! {
        div.around lang=[language] {
            @for ((stored, highlights), above) in passages.zip(above(&of_article.passages)) {
                @let is_new = stored.heading_path != above;
                @let is_chosen = chosen.contains(&stored.id);
                div.piece.chosen[is_chosen] {
                    @if is_chosen { p.unseen lang="en" { "The passage that was found:" } }
                    @if is_new { (crumbs(&stored.heading_path, None)) }
                    (passage(&stored.text, highlights))
                    @if is_chosen { p.unseen lang="en" { "End of the passage that was found." } }
                }
            }
        }
        p.whole { a href=(wanted.article_at(&article.id, at)) { "Read the whole article" } }
    }
}

/// The headings of the passage before each.
fn above(passages: &[PassageReport]) -> impl Iterator<Item = &[String]> {
    let before = passages.iter().map(|passage| &*passage.heading_path);
    std::iter::once::<&[String]>(&[]).chain(before)
}

/// The title of an article, and where it is from.
fn headed(article: &ArticleReport, at: &Option<&PassageReport>) -> Markup {
    let link = at.and_then(|passage| passage.link.as_deref());
    html! {
        h1 #heading tabindex="-1" lang=[language(article.language.as_deref())] {
            (apart(title(&article.title, &article.id)))
        }
        (Origin {
            source: &article.source,
            published: article.published.as_deref(),
            path: &article.path,
            line: at.map(|passage| passage.locator.lines[0]),
            link: link.or(article.url.as_deref()),
        }.markup())
    }
}

/// A whole article, and what it is called.
///
/// # Errors
/// Where there is no such article.
pub(super) fn whole(library: &KnowledgeBase, wanted: &Wanted) -> Result<(String, Markup), Problem> {
    let report = stored(library, &wanted.id, 0, Stored::Article)?;
    let missing = || Problem::not_found(format!("no article has the id {:?}", wanted.id));
    let of_article = report.articles.first().ok_or_else(missing)?;
    let article = &of_article.article;
    let highlights = wanted.highlights(library, &of_article.passages)?;
    let page = html! {
        (wanted.back())
        article.whole lang=[language(article.language.as_deref())] {
            (headed(article, &None))
            (read_through(&of_article.passages, &highlights))
        }
    };
    Ok((title(&article.title, &article.id).to_owned(), page))
}

/// The passages of an article one after the other, each heading once, above what stands under it.
fn read_through(passages: &[PassageReport], highlights: &[Vec<Range<usize>>]) -> Markup {
    let stored = passages.iter().zip(highlights);
    html! {
        @for ((stored, highlights), above) in stored.zip(above(passages)) {
            @let path = &stored.heading_path;
            @let kept = path.iter().zip(above).take_while(|(a, b)| a == b).count();
            // Where only the last heading is left, nothing is headed anew.
            @for (depth, heading) in path.iter().enumerate().skip(kept) {
                (heading_of(depth, heading))
            }
            div.piece id=(element_id(&stored.id)) { (passage(&stored.text, highlights)) }
        }
    }
}

/// A heading of an article below its title.
fn heading_of(depth: usize, heading: &str) -> Markup {
    let heading = apart(heading);
    html! {
        @match depth {
            0 => h2 { (heading) },
            1 => h3 { (heading) },
            2 => h4 { (heading) },
            3 => h5 { (heading) },
            _ => h6 { (heading) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(id: &str, heading_path: &[&str], text: &str) -> PassageReport {
        PassageReport {
            id: id.to_owned(),
            heading_path: heading_path.iter().map(|part| (*part).to_owned()).collect(),
            anchor: None,
            link: None,
            locator: crate::report::LocatorReport {
                lines: [1, 1],
                bytes: [0, 1],
            },
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_article_has_each_heading_once_and_in_order() {
        let passages = [
            piece("a", &[], "Intro."),
            piece("b", &["One", "Two <b>"], "Text."),
            piece("c", &["One", "Two <b>"], "More."),
            piece("d", &["One", "Three"], "Third."),
            piece("e", &["Four"], "Last."),
        ];
        let page = read_through(&passages, &vec![Vec::new(); 5]).into_string();
        let headings: Vec<&str> = page
            .split("<h")
            .skip(1)
            .filter_map(|part| part.split("</h").next())
            .collect();
        assert_eq!(
            headings,
            [
                "2><bdi>One</bdi>",
                "3><bdi>Two &lt;b&gt;</bdi>",
                "3><bdi>Three</bdi>",
                "2><bdi>Four</bdi>"
            ]
        );
        assert!(page.contains(&format!("id=\"{}\"", element_id("a"))));
    }

    #[test]
    fn what_to_show_is_read_from_an_address() {
        let wanted = Wanted::new("id=s%2Fa&q=x+%3Cy%3E&exact&source=s&offset=10").expect("wanted");
        assert_eq!(
            wanted.article_at("s/a", "p").split('#').next(),
            Some("/article?id=s%2Fa&q=x%20%3Cy%3E&offset=10&source=s&exact=true")
        );
        for wrong in ["q=x", "id=", "id=a&id=b", "id=a&colour=red", "id=a&n=0"] {
            assert!(Wanted::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Wanted::new("id=a&q=+").expect("wanted").query(), None);
    }
}
