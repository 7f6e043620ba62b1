//! What shows of a passage that is read in full? Its article and headings, all of its text with what matches, and where it
//! stands.

use super::list::title;
use super::text::{Line, Look, wrap};
use ibid::analysis::{Token, tokens};
use ibid::report::{HitReport, QueryReport};

/// The widest that text is set, so that lines on a wide terminal can still be read.
const WIDEST: usize = 100;

/// All lines of a passage.
pub(super) fn lines(hit: &HitReport, query: &QueryReport, width: usize) -> Vec<Line> {
    let width = width.min(WIDEST);
    let mut lines = wrap(&[(title(hit), Look::Title)], width);
    if !hit.heading_path.is_empty() {
        let path = hit.heading_path.join(" > ");
        lines.extend(wrap(&[(&path, Look::Plain)], width));
    }
    lines.push(Line::default());
    let searched = searched(query);
    for paragraph in hit.text.lines() {
        let parts = marked(paragraph, &searched);
        let wrapped = wrap(&parts, width);
        if wrapped.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(wrapped);
    }
    lines.push(Line::default());
    for (text, look) in origin(hit) {
        lines.extend(wrap(&[(&text, look)], width));
    }
    lines
}

/// Where a passage stands and comes from, each on a line of its own, so that it can be copied.
fn origin(hit: &HitReport) -> Vec<(String, Look)> {
    let [first, last] = hit.locator.lines;
    let place = if first == last {
        format!("{}:{first}", hit.article.path)
    } else {
        format!("{}:{first}-{last}", hit.article.path)
    };
    let mut origin = vec![(place, Look::Place)];
    if let Some(link) = hit.link.as_ref().or(hit.article.url.as_ref()) {
        origin.push((link.clone(), Look::Plain));
    }
    if let Some(date) = &hit.article.published {
        origin.push((format!("published {date}"), Look::Faint));
    }
    origin.push((format!("id {}", hit.id), Look::Faint));
    for duplicate in &hit.duplicates {
        origin.push((format!("said the same in {duplicate}"), Look::Faint));
    }
    if let Some(explain) = &hit.explain {
        let score = format!(
            "score {:.2}: passage {:.2} (coverage {:.2}), article {:.2}, name {:.2}",
            explain.score, explain.passage, explain.coverage, explain.article, explain.name
        );
        origin.push((score, Look::Faint));
    }
    origin
}

/// The words and phrases that were searched for, each as its terms.
fn searched(query: &QueryReport) -> Vec<Vec<String>> {
    let meant = query.expansions.iter().flat_map(|expansion| &expansion.to);
    query
        .terms
        .iter()
        .chain(meant)
        .map(|phrase| tokens(phrase).into_iter().map(|token| token.term).collect())
        .filter(|terms: &Vec<String>| !terms.is_empty())
        .collect()
}

/// The parts of a paragraph that match, and those between them.
fn marked<'a>(paragraph: &'a str, searched: &[Vec<String>]) -> Vec<(&'a str, Look)> {
    let tokens = tokens(paragraph);
    let mut parts = Vec::new();
    let mut done = 0;
    for at in 0..tokens.len() {
        let longest = searched
            .iter()
            .filter(|terms| begins_with(&tokens[at..], terms))
            .map(Vec::len)
            .max();
        let Some(length) = longest else { continue };
        let start = tokens[at].span.start.max(done);
        let end = tokens[at + length - 1].span.end;
        if end > start {
            parts.push((&paragraph[done..start], Look::Plain));
            parts.push((&paragraph[start..end], Look::Match));
            done = end;
        }
    }
    parts.push((&paragraph[done..], Look::Plain));
    parts
}

fn begins_with(tokens: &[Token], terms: &[String]) -> bool {
    tokens.len() >= terms.len()
        && tokens
            .iter()
            .zip(terms)
            .all(|(token, term)| token.term == *term)
}
