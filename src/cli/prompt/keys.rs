//! What does a person mean by a key? The events of a terminal, as what the prompt knows to do.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Typed or pasted.
    Text(String),
    Enter,
    Escape,
    /// Ctrl-C or Ctrl-D: ends the prompt wherever one is.
    Quit,
    Up,
    Down,
    PageUp,
    PageDown,
    /// To the first passage, wherever the cursor is in the line.
    First,
    Last,
    Left,
    Right,
    Home,
    End,
    EraseBefore,
    EraseBehind,
    EraseWord,
    EraseToStart,
    EraseToEnd,
}

impl Key {
    /// What an event means; `None` where it means nothing here.
    pub(super) fn of(event: Event) -> Option<Self> {
        match event {
            Event::Paste(text) => Some(Self::Text(text)),
            // Some systems tell of keys that are let go, too.
            Event::Key(key) if key.kind != KeyEventKind::Release => Self::pressed(key),
            _ => None,
        }
    }

    fn pressed(key: KeyEvent) -> Option<Self> {
        let modifiers = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        if modifiers == KeyModifiers::CONTROL {
            return Self::with_control(key.code);
        }
        Some(match key.code {
            // Control and Alt together are AltGr, which types letters.
            KeyCode::Char(letter) if modifiers != KeyModifiers::ALT => {
                Self::Text(letter.to_string())
            }
            KeyCode::Enter => Self::Enter,
            KeyCode::Esc => Self::Escape,
            KeyCode::Up => Self::Up,
            KeyCode::Down => Self::Down,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown => Self::PageDown,
            KeyCode::Left => Self::Left,
            KeyCode::Right => Self::Right,
            KeyCode::Home => Self::Home,
            KeyCode::End => Self::End,
            KeyCode::Backspace if modifiers == KeyModifiers::ALT => Self::EraseWord,
            KeyCode::Backspace => Self::EraseBefore,
            KeyCode::Delete => Self::EraseBehind,
            _ => return None,
        })
    }

    fn with_control(code: KeyCode) -> Option<Self> {
        Some(match code {
            KeyCode::Char('c' | 'd') => Self::Quit,
            KeyCode::Char('p') => Self::Up,
            KeyCode::Char('n') => Self::Down,
            KeyCode::Char('b') => Self::Left,
            KeyCode::Char('f') => Self::Right,
            KeyCode::Char('a') => Self::Home,
            KeyCode::Char('e') => Self::End,
            KeyCode::Char('h') => Self::EraseBefore,
            KeyCode::Char('w') | KeyCode::Backspace => Self::EraseWord,
            KeyCode::Char('u') => Self::EraseToStart,
            KeyCode::Char('k') => Self::EraseToEnd,
            // What Enter is where a terminal, or what is pasted, sends a line feed for it.
            KeyCode::Char('j' | 'm') | KeyCode::Enter => Self::Enter,
            KeyCode::Home => Self::First,
            KeyCode::End => Self::Last,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        Key::of(Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn letters_are_typed_with_shift_and_alt_gr_and_not_with_control_or_alt() {
        let at = || Some(Key::Text("@".to_owned()));
        let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        assert_eq!(key(KeyCode::Char('@'), KeyModifiers::NONE), at());
        assert_eq!(key(KeyCode::Char('@'), KeyModifiers::SHIFT), at());
        assert_eq!(key(KeyCode::Char('@'), alt_gr), at());
        assert_eq!(key(KeyCode::Char('@'), KeyModifiers::CONTROL), None);
        assert_eq!(key(KeyCode::Char('@'), KeyModifiers::ALT), None);
    }

    #[test]
    fn keys_of_other_line_editors_do_the_same_here() {
        for (letter, meant) in [
            ('c', Key::Quit),
            ('d', Key::Quit),
            ('p', Key::Up),
            ('n', Key::Down),
            ('a', Key::Home),
            ('e', Key::End),
            ('w', Key::EraseWord),
            ('u', Key::EraseToStart),
            ('k', Key::EraseToEnd),
        ] {
            assert_eq!(
                key(KeyCode::Char(letter), KeyModifiers::CONTROL),
                Some(meant)
            );
        }
    }

    #[test]
    fn a_key_that_is_let_go_is_not_pressed_again() {
        let mut event = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(Key::of(Event::Key(event)), None);
    }
}
