//! What is shown of an answer? How the question was understood, what narrows it down, and what was found.

use super::super::parameters::{MOST_OFFSET, MOST_VALUES, Parameters};
use super::filters::{address, changed, chips, filters, grouped};
use super::hit::hit;
use super::text::{apart, clean};
use crate::report::{ExpansionReport, QueryReport, SearchBody, StatusReport, TotalIs};
use maud::{Markup, html};

/// How many words that mean the same are listed for one that was typed.
const MOST_WORDS: usize = 8;
/// How many sources the start page names.
const MOST_SOURCES: usize = 12;

/// What the window is called.
pub(super) fn name(asked: &Parameters) -> String {
    match &asked.query {
        Some(query) if !query.trim().is_empty() => shortened(query),
        _ if asked.like.is_some() => "More like this".to_owned(),
        _ => String::new(),
    }
}

/// Enough of a query to know it by.
fn shortened(query: &str) -> String {
    const MOST: usize = 80;
    let query = clean(query);
    let query = query.trim();
    if query.chars().count() <= MOST {
        return query.to_owned();
    }
    let mut short: String = query.chars().take(MOST).collect();
    short.push('…');
    short
}

/// The answer to what was asked.
pub(super) fn results(asked: &Parameters, body: &SearchBody) -> Markup {
    let json = changed(asked, |_| {});
    let json = Parameters {
        offset: asked.offset,
        ..json
    };
    let json = format!("/api/search?{}", json.to_query_string());
    html! {
        div #results data-json=(json) data-found=(found(asked, body)) {
            h1 #heading tabindex="-1" {
                @if asked.like.is_some() { "Passages like the one you chose" }
                @else { "Results for “" (apart(&name(asked))) "”" }
            }
            p.found { (found(asked, body)) }
            (understood(asked, &body.query))
            (meant(asked, &body.query))
            @if !body.warnings.is_empty() {
                ul.warnings role="list" aria-label="What to know" {
                    @for warning in &body.warnings { li { (apart(warning)) } }
                }
            }
            (chips(asked))
            @if let Some(facets) = &body.facets { (filters(asked, facets)) }
            @if body.hits.is_empty() {
                (nothing(asked, body))
            } @else {
                ol.hits role="list" start=(body.hits[0].rank) {
                    @for found in &body.hits { li { (hit(found, asked)) } }
                }
            }
            (pages(asked, body))
            @if !body.hits.is_empty() {
                p.json { a href=(json) { "These results as JSON" } }
            }
        }
    }
}

/// How many there are.
fn found(asked: &Parameters, body: &SearchBody) -> String {
    let total = grouped(body.total);
    let all = match (body.total, body.total_is) {
        (0, _) => return "Nothing was found".to_owned(),
        (_, Some(TotalIs::AtLeast)) => format!("more than {total} passages"),
        (1, None) => "1 passage".to_owned(),
        (_, None) => format!("{total} passages"),
    };
    match (body.hits.first(), body.hits.last()) {
        (Some(first), Some(last)) if asked.offset > 0 => {
            format!("{} to {} of {all}", grouped(first.rank), grouped(last.rank))
        }
        (Some(_), Some(last)) if last.rank < body.total => {
            format!("{} of {all}", grouped(last.rank))
        }
        _ => all,
    }
}

/// How the question was understood, with a way back to what was typed.
fn understood(asked: &Parameters, query: &QueryReport) -> Markup {
    let is_more = !query.corrections.is_empty() || !query.expansions.is_empty();
    let exactly = changed(asked, |asked| asked.exact = true);
    let fully = changed(asked, |asked| asked.exact = false);
    // Of a passage that others are to be like, nothing was typed.
    let is_typed = asked.query.is_some();
    html! {
        @if is_typed && (is_more || asked.exact || !query.ignored.is_empty()) {
            div.understood {
                @for correction in &query.corrections {
                    p {
                        "Searched for " (declining(asked, std::slice::from_ref(&correction.to), &correction.to))
                        " in place of “" (apart(&correction.from)) "”."
                    }
                }
                @for expansion in &query.expansions { (also(asked, expansion)) }
                @if !query.ignored.is_empty() {
                    p { "Left out, as they tell nothing: " (listed(&query.ignored)) "." }
                }
                @if is_more {
                    p { a.chip.swap href=(address(&exactly)) {
                        "Search only for what I typed" span.cross aria-hidden="true" { "×" }
                    } }
                }
                @if asked.exact {
                    p { "Searched only for what you typed." }
                    p { a.chip.swap href=(address(&fully)) { "Put slips right, and search for what means the same" } }
                }
            }
        }
    }
}

/// What may have been meant by a phrase that nothing has.
fn meant(asked: &Parameters, query: &QueryReport) -> Markup {
    html! {
        @for suggestion in &query.suggestions {
            @let instead = changed(asked, |asked| {
                asked.query = Some(query.text.replace(&suggestion.from, &suggestion.to));
            });
            p.meant { "Did you mean " a.swap href=(address(&instead)) { "“" (apart(&suggestion.to)) "”" } "?" }
        }
    }
}

/// A link that takes back what these words were searched for.
fn declining(asked: &Parameters, words: &[String], label: &str) -> Markup {
    let without = changed(asked, |asked| asked.without.extend_from_slice(words));
    // Where no more can be declined one by one, all are at once.
    let without = if without.without.len() > MOST_VALUES {
        changed(asked, |asked| asked.exact = true)
    } else {
        without
    };
    html! {
        a.chip.away.swap href=(address(&without)) {
            span.unseen { "Leave out " }
            (apart(label))
            span.cross aria-hidden="true" { "×" }
        }
    }
}

fn also(asked: &Parameters, expansion: &ExpansionReport) -> Markup {
    let more = expansion.to.len().saturating_sub(MOST_WORDS);
    let words = &expansion.to[..expansion.to.len() - more];
    html! {
        p {
            "Also searched for “" (apart(&expansion.from)) "”: "
            @for word in words {
                (declining(asked, std::slice::from_ref(word), word)) " "
            }
            @if more > 0 { (declining(asked, &expansion.to[words.len()..], &format!("{more} more"))) }
        }
    }
}

fn listed(words: &[String]) -> Markup {
    html! {
        @for (index, word) in words.iter().enumerate() {
            @if index > 0 { ", " }
            em { (apart(word)) }
        }
    }
}

/// What to try where there is nothing.
fn nothing(asked: &Parameters, body: &SearchBody) -> Markup {
    let is_narrowed = !asked.sources.is_empty()
        || !asked.tags.is_empty()
        || !asked.articles.is_empty()
        || asked.since.is_some();
    let open = changed(asked, |asked| {
        asked.sources.clear();
        asked.tags.clear();
        asked.articles.clear();
        asked.since = None;
    });
    let is_quoted = asked
        .query
        .as_ref()
        .is_some_and(|query| query.contains('"'));
    html! {
        div.nothing {
            @if body.total > 0 {
                p { "There are no more different passages: the others say what you have seen." }
                @let first = changed(asked, |_| {});
                p { a.swap href=(address(&first)) { "Back to the first" } }
            } @else {
                @if body.partial.is_some() {
                    p { "A part of the articles could not be searched; in the others, no passage says something about this. You can" }
                } @else {
                    p { "No passage in " (grouped(body.index.articles)) " articles says something about this. You can" }
                }
                ul {
                    @if body.partial.is_some() { li { "ask again in a moment" } }
                    @if is_narrowed {
                        li { a.swap href=(address(&open)) { "search everywhere, without filters" } }
                    }
                    @if is_quoted { li { "leave out the quotation marks: what stands in them has to be there word by word" } }
                    li { "use fewer words, or other ones: what a person would call it" }
                    li { "look at the spelling of names" }
                }
            }
        }
    }
}

/// The ways to what comes before and after.
fn pages(asked: &Parameters, body: &SearchBody) -> Markup {
    let at = |offset: usize| {
        let mut to = changed(asked, |_| {});
        to.offset = offset;
        address(&to)
    };
    let next = asked.offset + asked.limit;
    let has_next = body.hits.len() == asked.limit
        && next <= MOST_OFFSET
        && (body.total > next as u64 || body.total_is.is_some());
    html! {
        @if asked.offset > 0 || has_next {
            nav.pages aria-label="More results" {
                @if asked.offset > 0 {
                    a.swap rel="prev" href=(at(asked.offset.saturating_sub(asked.limit))) { "← Earlier" }
                }
                @if has_next { a.swap rel="next" href=(at(next)) { "More passages →" } }
            }
        }
    }
}

/// What is here, for who has not asked yet.
pub(super) fn start(asked: &Parameters, status: &StatusReport) -> Markup {
    let articles = match status.index.articles {
        1 => "1 article".to_owned(),
        count => format!("{} articles", grouped(count)),
    };
    let more = status.sources.len().saturating_sub(MOST_SOURCES);
    html! {
        div #results.welcome {
            h1 #heading tabindex="-1" { "What would you like to know?" }
            p.lead { "Type it as you would say it. You get the passages that say something about it, each with the article it is from." }
            (chips(asked))
            @if status.index.articles == 0 {
                p { "There is nothing here to search yet." }
            } @else {
                p.found { "This searches " (articles) " (" (grouped(status.index.passages)) " passages):" }
                ul.sources role="list" {
                    @for source in status.sources.iter().take(MOST_SOURCES) {
                        li { (apart(&source.name)) " " span.count { (grouped(source.articles)) span.unseen { " articles" } } }
                    }
                    @if more > 0 { li { "and " (more) " more sources" } }
                }
            }
            dl.hints {
                div { dt { "\"in quotation marks\"" } dd { "has to be there as you write it" } }
                div { dt { "-word" } dd { "must not be there" } }
                div { dt { "title:word" } dd { "has to be in the title" } }
            }
        }
    }
}
