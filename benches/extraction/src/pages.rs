//! The pages and their truth.

use crate::markup::{self, Seams};
use crate::score::{Reading, squeeze};
use serde::Deserialize;
use std::error::Error;
use std::fs;
use std::path::Path;

/// A page, and what a careful person would call its article.
#[derive(Debug)]
pub struct Page {
    /// Its name in its set.
    pub id: String,
    /// Its source.
    pub html: String,
    /// What should be read.
    pub truth: Reading,
    /// The title, where the truth leaves it out of text and headings.
    pub title: Option<String>,
    /// How the truth, and so every HTML that an extractor returns, is read.
    pub seams: Seams,
}

#[derive(Deserialize)]
struct Truth {
    title: String,
    headings: Vec<(u8, String)>,
    text: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    html: String,
    expected_html: String,
}

/// The pages of a folder: `NAME.html` beside `NAME.truth.json`.
pub fn folder(folder: &Path) -> Result<Vec<Page>, Box<dyn Error>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let truth: Truth = serde_json::from_slice(&fs::read(path.with_extension("truth.json"))?)?;
        pages.push(Page {
            id: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            html: fs::read_to_string(&path)?,
            truth: Reading {
                text: truth.text.join("\n"),
                headings: truth
                    .headings
                    .into_iter()
                    .map(|(_, heading)| heading)
                    .collect(),
            },
            title: Some(truth.title),
            seams: Seams::AsRead,
        });
    }
    pages.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(pages)
}

/// The pages of a file of JSON lines: `{"id", "html", "expected_html"}`.
pub fn json_lines(file: &Path) -> Result<Vec<Page>, Box<dyn Error>> {
    fs::read_to_string(file)?
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let line: Line = serde_json::from_str(line)?;
            Ok(Page {
                id: line.id,
                truth: markup::read(&line.expected_html, Seams::Spaced),
                html: line.html,
                title: None,
                seams: Seams::Spaced,
            })
        })
        .collect()
}

impl Page {
    /// Takes the page's title out of a reading, since some extractors give it as the first heading and some apart from
    /// the text; neither is held against them.
    pub fn without_title(&self, mut reading: Reading) -> Reading {
        let Some(title) = &self.title else {
            return reading;
        };
        let title = squeeze(title).to_lowercase();
        reading
            .headings
            .retain(|heading| squeeze(heading).to_lowercase() != title);
        let text = squeeze(&reading.text);
        if text.to_lowercase().starts_with(&title) {
            reading.text = text.chars().skip(title.chars().count()).collect();
        }
        reading
    }
}
