//! What must hold whatever the articles say and however small the terminal is?

use super::*;

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
