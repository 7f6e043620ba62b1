//! Headings of articles whose markup is gone, scored as `headings/score.py` of the shared data does it.

use crate::Done;
use ibid::indexer::{IndexOptions, Preview, preview};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// The layouts, and what the F1 of each has to reach.
const LAYOUTS: [(&str, f64); 3] = [("blank_lines", 0.88), ("tight", 0.86), ("wrapped_78", 0.84)];

pub(crate) fn of_flattened_articles(shared: &Path) -> Done {
    let folder = shared.join("headings");
    let truth: Value =
        serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    for (layout, least) in LAYOUTS {
        let found = read(&folder.join(layout));
        let (mut hits, mut made, mut real) = (0, 0, 0);
        for (id, article) in truth.as_object().unwrap() {
            let count = |field: &str| counted(strings(&article[field]));
            let (wanted, allowed) = (count("headings"), count("also_allowed"));
            let got = counted(found.get(id).cloned().unwrap_or_default());
            real += wanted.values().sum::<usize>();
            for (heading, times) in got {
                let right = times.min(wanted.get(&heading).copied().unwrap_or(0));
                hits += right;
                made += right;
                let neither = wanted.get(&heading).copied().unwrap_or(0)
                    + allowed.get(&heading).copied().unwrap_or(0);
                made += times.saturating_sub(neither);
            }
        }
        let (precision, recall) = (hits as f64 / made as f64, hits as f64 / real as f64);
        let f1 = 2.0 * precision * recall / (precision + recall);
        println!("{layout}: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}");
        assert!(f1 >= least, "{layout}: {f1}");
    }
    Done::Passed
}

/// The headings of each article of a folder, by its name.
fn read(folder: &Path) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    preview(folder, folder, &IndexOptions::default(), |previewed| {
        if let Preview::Article(article) = previewed {
            let name = Path::new(&article.source.path).file_stem().unwrap();
            let headings = article
                .sections
                .iter()
                .filter_map(|section| section.heading());
            found.insert(
                name.to_str().unwrap().to_owned(),
                headings.map(str::to_owned).collect(),
            );
        }
        Ok::<(), ibid::Error>(())
    })
    .unwrap();
    found
}

fn strings(list: &Value) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item.as_str().or(item["text"].as_str()).unwrap().to_owned())
        .collect()
}

fn counted(headings: Vec<String>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for heading in headings {
        let squeezed: Vec<&str> = heading.split_whitespace().collect();
        let plain = squeezed.join(" ");
        let plain = plain
            .trim_start_matches(|letter: char| "#•*-".contains(letter) || letter.is_whitespace())
            .trim()
            .to_lowercase();
        if !plain.is_empty() {
            *counts.entry(plain).or_default() += 1;
        }
    }
    counts
}
