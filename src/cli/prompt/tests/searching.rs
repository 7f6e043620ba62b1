//! When is it searched, which answer counts, and what is said of it?

use super::super::text::Look;
use super::*;
use ibid::report::{CorrectionReport, ExpansionReport, PartialReport, TotalIs};
use ibid::{Error, ErrorKind};

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
fn the_answer_to_a_query_that_was_cleared_is_dropped() {
    let mut state = prompt(60, 12);
    type_in(&mut state, "cramp");
    let request = state.take_request().expect("asked");
    state.press(Key::EraseToStart);
    state.answer(answer(&request, 3));
    assert!(state.hit().is_none());
}

#[test]
fn where_a_part_of_the_index_did_not_answer_it_is_not_said_that_there_is_nothing() {
    let mut state = prompt(200, 20);
    type_in(&mut state, "cramp");
    let request = state.take_request().expect("asked");
    let mut body = body("cramp", Vec::new(), 0);
    body.warnings.push("only 2 of 3 shards answered".to_owned());
    body.partial = Some(PartialReport {
        shards: 3,
        answered: 2,
        reason: "a node has left".to_owned(),
    });
    state.answer(Answer {
        number: request.number,
        follows: 0,
        result: Ok(body),
    });
    let screen = screen(&state);
    for said in [
        "nothing found where it was searched",
        "warning: only 2 of 3 shards answered",
    ] {
        assert!(screen.contains(said), "{said:?} is not in\n{screen}");
    }
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
