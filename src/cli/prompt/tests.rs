//! What a person who types sees, without a terminal: keys and answers in, lines out.

use super::frame::Frame;
use super::keys::Key;
use super::state::{Size, State, Step};
use super::text::{Line, Look};
use super::worker::{Answer, Request};
use ibid::report::{
    CorrectionReport, ExpansionReport, HitArticleReport, HitReport, IndexInfo, LocatorReport,
    QueryReport, SearchBody, SnippetReport, TotalIs,
};
use ibid::{Error, ErrorKind};

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
        },
        index: IndexInfo {
            generation: 1,
            articles: 23,
            passages: 291,
        },
        total,
        total_is: None,
        hits,
        warnings: Vec::new(),
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

#[test]
fn what_is_typed_is_searched_for_and_found_below_it() {
    let state = searched(60, 12, 3);
    assert_eq!(
        texts(&state)[..6],
        [
            "search: cramp",
            "> 1. Article 1",
            "     Cramps > What helps",
            "     Stretch the calf when a cramp comes.",
            "     kb/1.txt:7  2024-01-08",
            "",
        ]
    );
    let lines = Frame::of(&state).lines;
    assert!(lines[3].spans().any(|span| span == ("cramp", Look::Match)));
    assert_eq!(lines.len(), 12);
    assert!(lines[11].text().starts_with("3 of 3 passages that match"));
}

#[test]
fn fast_typing_is_one_question_and_an_older_answer_is_dropped() {
    let mut state = prompt(60, 12);
    type_in(&mut state, "cram");
    let old = state.take_request().expect("asked");
    assert_eq!(old.text, "cram");
    assert_eq!(state.take_request(), None, "once for each change");
    type_in(&mut state, "ps at nigh");
    type_in(&mut state, "t");
    let new = state.take_request().expect("asked");
    assert_eq!(new.text, "cramps at night");
    state.answer(answer(&old, 3));
    assert!(state.hit().is_none());
    state.answer(answer(&new, 2));
    assert!(screen(&state).contains("2 of 2 passages"));
}

#[test]
fn a_space_at_the_end_searches_for_nothing_new() {
    let mut state = searched(60, 12, 3);
    type_in(&mut state, " ");
    assert_eq!(state.take_request(), None);
}

#[test]
fn what_is_pasted_is_searched_for_on_one_line() {
    let mut state = prompt(60, 12);
    state.press(Key::Text("leg\ncramps\n".to_owned()));
    let request = state.take_request().expect("asked");
    assert_eq!(request.text, "leg cramps");
}

#[test]
fn arrows_move_the_mark_and_the_list_follows() {
    let mut state = searched(60, 12, 10);
    state.press(Key::Up);
    assert_eq!(selected(&state), "> 1. Article 1");
    for rank in 2..=10 {
        state.press(Key::Down);
        assert_eq!(selected(&state), format!("> {rank}. Article {rank}"));
        let place = format!("kb/{rank}.txt:7");
        assert!(screen(&state).contains(&place), "all of it shows");
    }
    state.press(Key::Down);
    assert_eq!(selected(&state), "> 10. Article 10");
    state.press(Key::PageUp);
    assert_eq!(selected(&state), "> 8. Article 8");
    state.press(Key::First);
    assert_eq!(selected(&state), "> 1. Article 1");
    state.press(Key::PageDown);
    assert_eq!(selected(&state), "> 3. Article 3");
}

#[test]
fn more_is_fetched_before_the_end_is_reached_and_never_twice() {
    let mut state = searched(60, 12, 25);
    assert!(screen(&state).contains("10 of 25 passages"));
    for _ in 0..30 {
        state.press(Key::Down);
        serve(&mut state, 25);
    }
    assert_eq!(selected(&state), "> 25. Article 25");
    assert!(screen(&state).contains("25 of 25 passages"));
    state.press(Key::Down);
    assert_eq!(state.take_request(), None, "there are no more");
}

#[test]
fn a_high_screen_is_filled_beyond_the_first_page() {
    let mut state = prompt(60, 100);
    type_in(&mut state, "cramp");
    assert_eq!(serve(&mut state, 50), 2, "nineteen hits fit");
    assert!(screen(&state).contains("19. Article 19"));
}

#[test]
fn more_that_belongs_to_an_older_query_is_dropped() {
    let mut state = searched(60, 12, 25);
    state.press(Key::Last);
    let more = state.take_request().expect("asked for more");
    assert_eq!((more.follows, more.offset), (10, 10));
    type_in(&mut state, "s");
    state.answer(answer(&more, 25));
    serve(&mut state, 3);
    assert!(screen(&state).contains("3 of 3 passages"));
}

#[test]
fn enter_shows_the_passage_and_escape_goes_back_to_where_one_was() {
    for back in [Key::Escape, Key::Left, Key::Text("q".to_owned())] {
        let mut state = searched(60, 14, 3);
        state.press(Key::Down);
        state.press(Key::Enter);
        assert_eq!(
            texts(&state)[..10],
            [
                "Article 2",
                "Cramps > What helps",
                "",
                "Stretch the calf when a cramp comes.",
                "The end of 2.",
                "",
                "kb/2.txt:7-9",
                "https://example.org/2",
                "published 2024-01-08",
                "id kb/2.txt#helps",
            ]
        );
        let frame = Frame::of(&state);
        assert_eq!(frame.cursor, None);
        let mut spans = frame.lines[3].spans();
        assert!(spans.any(|span| span == ("cramp", Look::Match)));
        assert_eq!(state.press(back), Step::GoOn);
        assert_eq!(selected(&state), "> 2. Article 2");
        assert_eq!(texts(&state)[0], "search: cramp");
    }
}

#[test]
fn enter_that_comes_before_the_answer_opens_the_first_of_it() {
    let mut state = prompt(60, 14);
    type_in(&mut state, "cramp");
    state.press(Key::Enter);
    serve(&mut state, 3);
    assert_eq!(texts(&state)[0], "Article 1");

    let mut state = prompt(60, 14);
    type_in(&mut state, "cramp");
    state.press(Key::Enter);
    type_in(&mut state, "s");
    serve(&mut state, 3);
    assert_eq!(texts(&state)[0], "search: cramps", "who types on meant to");
}

#[test]
fn a_passage_scrolls_as_far_as_it_goes() {
    let mut state = searched(60, 5, 3);
    state.press(Key::Enter);
    let top = |state: &State| texts(state)[0].clone();
    state.press(Key::Up);
    assert_eq!(top(&state), "Article 1");
    state.press(Key::Down);
    assert_eq!(top(&state), "Cramps > What helps");
    state.press(Key::End);
    assert_eq!(top(&state), "kb/1.txt:7-9");
    state.press(Key::PageDown);
    assert_eq!(top(&state), "kb/1.txt:7-9");
    state.press(Key::Home);
    state.press(Key::Text(" ".to_owned()));
    assert_eq!(top(&state), "The end of 1.");
    state.resize(Size {
        width: 60,
        height: 50,
    });
    assert_eq!(top(&state), "Article 1");
}

#[test]
fn escape_clears_the_query_and_then_leaves() {
    let mut state = searched(60, 12, 3);
    assert_eq!(state.press(Key::Escape), Step::GoOn);
    assert_eq!(texts(&state)[0], "search: ");
    assert!(screen(&state).contains("23 articles, 291 passages"));
    assert_eq!(state.take_request(), None, "a blank query is not asked");
    assert_eq!(state.press(Key::Escape), Step::Leave);
}

#[test]
fn the_answer_to_a_query_that_was_cleared_is_dropped() {
    let mut state = prompt(60, 12);
    type_in(&mut state, "cramp");
    let request = state.take_request().expect("asked");
    state.press(Key::EraseToStart);
    state.answer(answer(&request, 3));
    assert!(state.hit().is_none());
}

#[test]
fn control_c_leaves_from_everywhere() {
    assert_eq!(prompt(60, 12).press(Key::Quit), Step::Leave);
    let mut state = searched(60, 12, 3);
    state.press(Key::Enter);
    assert_eq!(state.press(Key::Quit), Step::Leave);
}

#[test]
fn how_the_query_was_understood_is_said() {
    let mut state = prompt(200, 20);
    type_in(&mut state, "charly horse");
    let request = state.take_request().expect("asked");
    let mut body = body("charly horse", vec![hit(1)], 10_000);
    body.total_is = Some(TotalIs::AtLeast);
    body.warnings.push("house.txt: line 3 is odd".to_owned());
    body.query.ignored.push("the".to_owned());
    body.query.corrections.push(CorrectionReport {
        from: "charly".to_owned(),
        to: "charley".to_owned(),
    });
    body.query.expansions.push(ExpansionReport {
        from: "charley horse".to_owned(),
        to: vec!["leg cramp".to_owned(), "muscle cramp".to_owned()],
        vocabulary: "health".to_owned(),
    });
    state.answer(Answer {
        number: request.number,
        follows: 0,
        result: Ok(body),
    });
    let screen = screen(&state);
    for said in [
        "1 of more than 10000 passages that match",
        "searched for \"charley\" in place of \"charly\"",
        "also searched: leg cramp, muscle cramp",
        "ignored: the",
        "warning: house.txt: line 3 is odd",
        "Enter read",
    ] {
        assert!(screen.contains(said), "{said}\n{screen}");
    }
}

#[test]
fn nothing_found_is_said_and_enter_does_nothing() {
    let mut state = searched(60, 12, 0);
    assert!(screen(&state).contains("nothing found"));
    for key in [Key::Enter, Key::Down, Key::PageUp, Key::Last] {
        assert_eq!(state.press(key), Step::GoOn);
    }
    assert_eq!(texts(&state)[0], "search: cramp");
}

#[test]
fn an_error_is_said_and_the_next_query_is_searched_for_all_the_same() {
    let mut state = prompt(60, 12);
    type_in(&mut state, "cramp");
    let request = state.take_request().expect("asked");
    state.answer(Answer {
        number: request.number,
        follows: 0,
        result: Err(Error::new(ErrorKind::Damaged, "the index is damaged")),
    });
    assert!(screen(&state).contains("error: the index is damaged"));
    type_in(&mut state, "s");
    serve(&mut state, 3);
    assert!(!screen(&state).contains("error"));
    assert!(screen(&state).contains("3 of 3"));
}

#[test]
fn an_article_cannot_speak_to_the_terminal() {
    let evil = "Evil \x1b[2J\x07\u{9b}5m\u{202E}title";
    let mut bad = hit(1);
    bad.article.title = evil.to_owned();
    bad.article.path = evil.to_owned();
    bad.article.published = Some(evil.to_owned());
    bad.heading_path = vec![evil.to_owned()];
    bad.text = evil.to_owned();
    bad.link = Some(evil.to_owned());
    bad.id = evil.to_owned();
    bad.snippet.text = evil.to_owned();
    bad.snippet.highlights = vec![[0, 4]];
    let mut state = prompt(60, 24);
    type_in(&mut state, "cramp");
    let request = state.take_request().expect("asked");
    let mut body = body("cramp", vec![bad], 1);
    body.warnings.push(evil.to_owned());
    state.answer(Answer {
        number: request.number,
        follows: 0,
        result: Ok(body),
    });
    let list = screen(&state);
    state.press(Key::Enter);
    for text in [list, screen(&state)] {
        assert!(text.contains("Evil [2J5mtitle"), "{text:?}");
        let bad = text
            .chars()
            .find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202E}');
        assert_eq!(bad, None);
    }
}

#[test]
fn no_size_is_too_small_and_no_line_too_wide() {
    for width in [0, 1, 2, 5, 9, 20, 23, 40, 200] {
        for height in [0, 1, 2, 3, 5, 8, 12, 40] {
            let mut state = prompt(width, height);
            type_in(&mut state, "頭痛 and cramps");
            serve(&mut state, 25);
            for key in [
                Key::Down,
                Key::PageDown,
                Key::Last,
                Key::Home,
                Key::Enter,
                Key::Down,
                Key::End,
                Key::Escape,
                Key::PageUp,
                Key::Escape,
            ] {
                state.press(key);
                serve(&mut state, 25);
                let frame = Frame::of(&state);
                assert!(frame.lines.len() <= height, "{width}x{height}");
                let (column, row) = frame.cursor.unwrap_or_default();
                assert!(column < width.max(1) && row < height.max(1));
                for line in frame.lines {
                    let line = line.clipped(width);
                    assert!(line.width() <= width, "{width}x{height}: {line:?}");
                }
            }
        }
    }
}

#[test]
fn a_smaller_terminal_still_shows_what_is_selected() {
    let mut state = searched(100, 40, 10);
    for _ in 0..6 {
        state.press(Key::Down);
    }
    for (width, height) in [(40, 10), (20, 5), (100, 40)] {
        state.resize(Size { width, height });
        assert!(selected(&state).starts_with("> 7. Article 7"));
    }
    assert!(screen(&state).contains("10. Article 10"));
}
