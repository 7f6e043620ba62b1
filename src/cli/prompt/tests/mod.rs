//! What a person who types sees, without a terminal: keys and answers in, lines out.

mod moving;
mod searching;
mod shapes;

use super::frame::Frame;
use super::keys::Key;
use super::state::{Size, State, Step};
use super::text::Line;
use super::worker::{Answer, Request};
use ibid::report::{
    HitArticleReport, HitReport, IndexInfo, LocatorReport, QueryReport, SearchBody, SnippetReport,
};

const PAGE: usize = 10;

fn prompt(width: usize, height: usize) -> State {
    let greeting = "23 articles, 291 passages".to_owned();
    State::new(Size { width, height }, greeting, 0, PAGE)
}

fn hit(rank: usize) -> HitReport {
    HitReport {
        rank: rank as u64,
        score: 1.0,
        id: format!("kb/{rank}.txt#helps"),
        article: HitArticleReport {
            id: format!("kb/{rank}.txt"),
            title: format!("Article {rank}"),
            path: format!("kb/{rank}.txt"),
            url: None,
            published: Some("2024-01-08".to_owned()),
            source: "kb".to_owned(),
            language: None,
        },
        heading_path: vec!["Cramps".to_owned(), "What helps".to_owned()],
        anchor: None,
        link: Some(format!("https://example.org/{rank}")),
        locator: LocatorReport {
            lines: [7, 9],
            bytes: [100, 200],
        },
        text: format!("Stretch the calf when a cramp comes.\nThe end of {rank}."),
        snippet: SnippetReport {
            text: "Stretch the calf when a cramp comes.".to_owned(),
            highlights: vec![[24, 29]],
        },
        duplicates: Vec::new(),
        explain: None,
        section_id: None,
    }
}

fn body(text: &str, hits: Vec<HitReport>, total: u64) -> SearchBody {
    SearchBody {
        query: QueryReport {
            text: text.to_owned(),
            terms: vec![text.to_owned()],
            ignored: Vec::new(),
            expansions: Vec::new(),
            corrections: Vec::new(),
            suggestions: Vec::new(),
        },
        index: IndexInfo {
            generation: 1,
            articles: 23,
            passages: 291,
        },
        total,
        total_is: None,
        partial: None,
        hits,
        warnings: Vec::new(),
        facets: None,
    }
}

/// The answer of an index in which `total` passages match anything.
fn answer(request: &Request, total: usize) -> Answer {
    let hits = (request.offset..total)
        .take(PAGE)
        .map(|at| hit(at + 1))
        .collect();
    Answer {
        number: request.number,
        follows: request.follows,
        result: Ok(body(&request.text, hits, total as u64)),
    }
}

fn type_in(state: &mut State, text: &str) {
    for letter in text.chars() {
        let step = state.press(Key::Text(letter.to_string()));
        assert_eq!(step, Step::GoOn);
    }
}

/// Answers all that is asked, and says how often that was.
fn serve(state: &mut State, total: usize) -> usize {
    let mut asked = 0;
    while let Some(request) = state.take_request() {
        asked += 1;
        state.answer(answer(&request, total));
    }
    asked
}

fn searched(width: usize, height: usize, total: usize) -> State {
    let mut state = prompt(width, height);
    type_in(&mut state, "cramp");
    serve(&mut state, total);
    state
}

fn texts(state: &State) -> Vec<String> {
    Frame::of(state).lines.iter().map(Line::text).collect()
}

fn screen(state: &State) -> String {
    texts(state).join("\n")
}

fn selected(state: &State) -> String {
    let marked = texts(state).into_iter().find(|line| line.starts_with("> "));
    marked.expect("a hit is marked")
}
