//! Where does a key lead? Through the list, into a passage and back, and out.

use super::super::text::Look;
use super::*;

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
fn control_c_leaves_from_everywhere() {
    assert_eq!(prompt(60, 12).press(Key::Quit), Step::Leave);
    let mut state = searched(60, 12, 3);
    state.press(Key::Enter);
    assert_eq!(state.press(Key::Quit), Step::Leave);
}
