//! Which lines are rows of names? "Other names: a; b; c", as a line, a row of a table, or a heading over a list.

use super::sentence::boundary_before;
use crate::article::Section;

/// Labels of lines and headings that hold names.
const LABELS: &[&str] = &[
    "other names",
    "other name",
    "also called",
    "also known as",
    "alternative names",
    "alternative name",
    "alternate names",
    "synonyms",
    "synonym",
    "medical name",
    "medical names",
    "medical term",
    "medical terms",
    "common name",
    "common names",
    "scientific name",
    "aka",
    "a.k.a",
    "abbreviation",
    "abbreviations",
    "other terms",
    "known as",
    "other common names",
];

/// The names of "Other names: a; b". They are the article's own where the section is about it as a whole: at its beginning,
/// or under such a heading.
pub(super) fn names(section: &Section, index: usize) -> Vec<&str> {
    const FIRST_SECTIONS: usize = 2;
    let mut names = Vec::new();
    let lines = || section.blocks.iter().map(|block| block.text.as_str());
    if let Some(row) = section.heading().and_then(after_label) {
        push_row(row, &mut names);
        if row.is_empty() && section.heading_path.len() <= 2 {
            // Under such a heading stand names, and perhaps sentences on them.
            for line in lines().filter(|line| !line.ends_with('.')) {
                push_row(line, &mut names);
            }
        }
    } else if index < FIRST_SECTIONS || section.heading_path.is_empty() {
        for row in lines().filter_map(after_label) {
            push_row(row, &mut names);
        }
    }
    names
}

/// Takes a row apart, at `;` where there is one, else at commas and "or".
fn push_row<'a>(row: &'a str, names: &mut Vec<&'a str>) {
    const LONGEST: usize = 600;
    if row.len() > LONGEST {
        return;
    }
    if row.contains(';') {
        names.extend(row.split(';'));
        return;
    }
    for part in row.split(',') {
        match part.split_once(" or ") {
            Some((first, second)) => names.extend([first, second]),
            None => names.push(part),
        }
    }
}

/// What stands behind a label; nothing where the label is all there is.
fn after_label(text: &str) -> Option<&str> {
    const LONGEST_LABEL: usize = 24;
    let sign = text[..boundary_before(text, LONGEST_LABEL)].find([':', '|']);
    let (label, names) = match sign {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let label = label.trim();
    LABELS
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
        .then_some(names)
}
