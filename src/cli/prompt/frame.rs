//! What stands where on the screen? The line that is typed on top, the hits or a passage below it, and what is said at the foot.

use super::foot;
use super::list::{self, Room};
use super::passage;
use super::state::{Size, State};
use super::text::{Line, Look};

const LABEL: &str = "search: ";
const SHORT_LABEL: &str = "/ ";

/// Below so many columns the label is short.
const NARROW: usize = 24;

/// A whole screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// From the top down; as many as the screen is high, or fewer.
    pub(super) lines: Vec<Line>,
    /// Column and row of the cursor; `None` where it does not show.
    pub(super) cursor: Option<(usize, usize)>,
}

impl Frame {
    /// What shows of a state.
    pub(super) fn of(state: &State) -> Self {
        if state.reading.is_some() {
            reading(state)
        } else {
            listing(state)
        }
    }
}

/// The room that is left for hits.
pub(super) fn room(state: &State) -> Room {
    let Size { width, height } = state.size;
    let taken = 1 + list_foot(state).len();
    Room {
        width,
        height: height.saturating_sub(taken),
    }
}

/// The lines that show of a passage.
pub(super) fn passage_height(size: Size) -> usize {
    size.height.saturating_sub(1)
}

/// How far the selected passage can be scrolled.
pub(super) fn furthest(state: &State) -> usize {
    let height = passage_height(state.size);
    passage_lines(state).len().saturating_sub(height)
}

fn passage_lines(state: &State) -> Vec<Line> {
    match (state.hit(), &state.found) {
        (Some(hit), Some(found)) => passage::lines(hit, &found.body.query, state.size.width),
        _ => Vec::new(),
    }
}

fn listing(state: &State) -> Frame {
    let Size { width, height } = state.size;
    let label = if width < NARROW { SHORT_LABEL } else { LABEL };
    let room_for_text = width.saturating_sub(label.len());
    let (typed, column) = state.line.window(room_for_text);
    let mut lines = vec![Line::of(label, Look::Faint).with(typed, Look::Plain)];

    let room = room(state);
    if let Some(found) = &state.found {
        lines.extend(list::lines(&found.hits, state.selected, state.top, room));
    }
    // What is said stands at the bottom, however few the hits are.
    lines.resize(1 + room.height, Line::default());
    lines.extend(list_foot(state));
    lines.truncate(height);
    Frame {
        lines,
        cursor: Some(((label.len() + column).min(width.saturating_sub(1)), 0)),
    }
}

fn list_foot(state: &State) -> Vec<Line> {
    let Size { width, height } = state.size;
    let (count, notes) = said(state);
    let keys = if state.line.is_empty() {
        "Esc leave"
    } else if state.hit().is_some() {
        "↑↓ select  Enter read  Esc clear  Ctrl-C leave"
    } else {
        "Esc clear  Ctrl-C leave"
    };
    foot::lines(&count, &notes, keys, width, height)
}

/// How many match, and what else there is to say.
fn said(state: &State) -> (String, Vec<String>) {
    let notes = match (&state.error, &state.found) {
        (Some(error), _) => vec![format!("error: {error}")],
        (None, Some(found)) => foot::notes(&found.body),
        (None, None) => Vec::new(),
    };
    let count = match &state.found {
        Some(found) => foot::count(&found.body, found.hits.len()),
        None if state.is_searching() => "searching".to_owned(),
        None if state.error.is_some() => String::new(),
        None => state.greeting.clone(),
    };
    (count, notes)
}

fn reading(state: &State) -> Frame {
    let Size { width, height } = state.size;
    let all = passage_lines(state);
    let scroll = state.reading.unwrap_or_default();
    let room = passage_height(state.size);
    let mut lines: Vec<Line> = all.iter().skip(scroll).take(room).cloned().collect();
    lines.resize(room, Line::default());
    let rank = state.hit().map_or(0, |hit| hit.rank);
    let count = if all.len() > room {
        let last = (scroll + room).min(all.len());
        format!(
            "result {rank}, lines {}-{last} of {}",
            scroll + 1,
            all.len()
        )
    } else {
        format!("result {rank}")
    };
    let keys = "↑↓ scroll  Esc back  Ctrl-C leave";
    lines.extend(foot::lines(&count, &[], keys, width, height));
    lines.truncate(height);
    Frame {
        lines,
        cursor: None,
    }
}
