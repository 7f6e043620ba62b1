//! How do the hits stand on the screen? Each as a block of lines, as many blocks as fit, the selected one whole.

use super::text::{Line, Look, wrap};
use ibid::report::HitReport;

/// How many lines of a snippet show, so that a narrow terminal holds more than one hit.
const SNIPPET_LINES: usize = 4;

/// What stands before the selected hit, and before the others.
const MARK: &str = "> ";
const NO_MARK: &str = "  ";

/// The room there is for hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The first hit to show, where `top` was the first one so far: the nearest that lets all of the selected one show, and leaves no
/// room free below the last.
pub(super) fn top_for(hits: &[HitReport], selected: usize, top: usize, room: Room) -> usize {
    let lowest = first_of_page(hits, hits.len() - 1, room);
    let top = top.min(lowest).min(selected);
    top.max(first_of_page(hits, selected, room))
}

/// The first hit of a page that ends with `last`.
fn first_of_page(hits: &[HitReport], last: usize, room: Room) -> usize {
    let mut first = last;
    let mut used = block(&hits[last], false, room).len();
    while first > 0 {
        used += 1 + block(&hits[first - 1], false, room).len();
        if used > room.height {
            break;
        }
        first -= 1;
    }
    first
}

/// How many hits show as a whole from `top` on; one at the least, so that a page always leads on.
pub(super) fn whole_from(hits: &[HitReport], top: usize, room: Room) -> usize {
    let mut used = 0;
    let mut whole = 0;
    for hit in hits.iter().skip(top) {
        used += block(hit, false, room).len();
        if used > room.height {
            break;
        }
        whole += 1;
        used += 1;
    }
    whole.max(1)
}

/// The lines of the list from `top` on, a blank one between two hits.
pub(super) fn lines(hits: &[HitReport], selected: usize, top: usize, room: Room) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, hit) in hits.iter().enumerate().skip(top) {
        if lines.len() >= room.height {
            break;
        }
        if index > top {
            lines.push(Line::default());
        }
        lines.extend(block(hit, index == selected, room));
    }
    lines.truncate(room.height);
    lines
}

/// A hit: rank and title, the headings, the snippet with its matches, the place. No higher than the room: what is at the end of
/// the snippet gives way first.
fn block(hit: &HitReport, is_selected: bool, room: Room) -> Vec<Line> {
    let mark = if is_selected { MARK } else { NO_MARK };
    let rank = format!("{}. ", hit.rank);
    // Where there is little room, none is spent on standing in line with the title.
    let indent = " ".repeat(if room.width < 30 {
        NO_MARK.len()
    } else {
        NO_MARK.len() + rank.len()
    });
    let width = room.width.saturating_sub(indent.len()).max(1);

    let mut lines = Vec::new();
    let first = Line::of(mark, Look::Match).with(&rank, Look::Plain);
    let first_width = room.width.saturating_sub(first.width());
    let title = Line::of(title(hit), Look::Title).clipped(first_width);
    lines.push(title.after(first));
    // Where only three lines show, what matches says more than the headings.
    if !hit.heading_path.is_empty() && room.height > 3 {
        let path = Line::of(&hit.heading_path.join(" > "), Look::Plain);
        lines.push(path.clipped(width).after(Line::of(&indent, Look::Plain)));
    }
    // One line is for the place.
    let left = room.height.saturating_sub(lines.len() + 1);
    let snippet = snippet(hit, width, left.min(SNIPPET_LINES));
    lines.extend(
        snippet
            .into_iter()
            .map(|line| line.after(Line::of(&indent, Look::Plain))),
    );
    let place = place(hit).clipped(width);
    lines.push(place.after(Line::of(&indent, Look::Plain)));
    lines.truncate(room.height.max(1));
    lines
}

/// The title of a hit's article, or its id where it has none.
pub(super) fn title(hit: &HitReport) -> &str {
    let title = hit.article.title.trim();
    if title.is_empty() {
        &hit.article.id
    } else {
        title
    }
}

fn place(hit: &HitReport) -> Line {
    let place = format!("{}:{}", hit.article.path, hit.locator.lines[0]);
    let line = Line::of(&place, Look::Place);
    match &hit.article.published {
        Some(date) => line.with("  ", Look::Plain).with(date, Look::Faint),
        None => line,
    }
}

/// At most so many lines of the snippet: those about the first match.
fn snippet(hit: &HitReport, width: usize, most: usize) -> Vec<Line> {
    let text = &hit.snippet.text;
    let mut parts = Vec::new();
    let mut from = 0;
    for [start, end] in &hit.snippet.highlights {
        parts.push((&text[from..*start], Look::Plain));
        parts.push((&text[*start..*end], Look::Match));
        from = *end;
    }
    parts.push((&text[from..], Look::Plain));
    let mut lines = wrap(&parts, width);
    let first_match = lines.iter().position(|line| line.has(Look::Match));
    let from = first_match
        .unwrap_or(0)
        .saturating_sub(1)
        .min(lines.len().saturating_sub(most));
    lines.drain(..from);
    lines.truncate(most);
    lines
}
