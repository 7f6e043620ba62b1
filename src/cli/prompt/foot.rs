//! What is said below the hits? How many match, what was searched for in place of what was typed, and which keys do what.

use super::text::{Line, Look, wrap};
use ibid::report::{SearchBody, TotalIs};

/// What stands between two things that are said on one line.
const BETWEEN: &str = "  ·  ";

/// How many lines are at the foot of a screen of this height for what is said of the query; below the first of these heights it
/// shares the last line with the number of matches.
fn most_notes(height: usize) -> usize {
    match height {
        0..12 => 0,
        12..20 => 1,
        _ => 2,
    }
}

/// The lines at the foot, the last of which is always there.
pub(super) fn lines(
    count: &str,
    notes: &[String],
    keys: &str,
    width: usize,
    height: usize,
) -> Vec<Line> {
    let most = most_notes(height);
    if most == 0 || notes.is_empty() {
        let said: Vec<&str> = std::iter::once(count)
            .chain(notes.iter().map(String::as_str))
            .chain([keys])
            .filter(|part| !part.is_empty())
            .collect();
        return vec![Line::of(&said.join(BETWEEN), Look::Faint).clipped(width)];
    }
    let notes = notes.join(BETWEEN);
    let mut lines = wrap(&[(&notes, Look::Faint)], width);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.pop() {
            lines.push(last.with(" …", Look::Faint).clipped(width));
        }
    }
    let last = [count, keys].join(if count.is_empty() { "" } else { BETWEEN });
    lines.push(Line::of(&last, Look::Faint).clipped(width));
    lines
}

/// How many passages match, and how many of them are in the list.
pub(super) fn count(body: &SearchBody, shown: usize) -> String {
    let total = match body.total_is {
        Some(TotalIs::AtLeast) => format!("more than {}", body.total),
        None => body.total.to_string(),
    };
    match (shown, body.total) {
        (0, 0) if body.partial.is_some() => "nothing found where it was searched".to_owned(),
        (0, 0) => "nothing found".to_owned(),
        (0, _) => format!("{total} passages match, and --offset is beyond them"),
        _ => format!("{shown} of {total} passages that match"),
    }
}

/// What a person should know of how the query was understood.
pub(super) fn notes(body: &SearchBody) -> Vec<String> {
    let warnings = body.warnings.iter();
    let mut notes: Vec<String> = warnings
        .map(|warning| format!("warning: {warning}"))
        .collect();
    for correction in &body.query.corrections {
        notes.push(format!(
            "searched for {:?} in place of {:?}",
            correction.to, correction.from
        ));
    }
    for expansion in &body.query.expansions {
        notes.push(format!("also searched: {}", expansion.to.join(", ")));
    }
    if !body.query.ignored.is_empty() {
        notes.push(format!("ignored: {}", body.query.ignored.join(", ")));
    }
    notes
}
