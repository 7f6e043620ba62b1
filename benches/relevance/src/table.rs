//! What is printed?

use crate::collection::Collection;
use crate::measure::{HITS, ROUNDS, Row, columns};
use std::io::{self, Write};

/// How many times the query time of bare tantivy's three fields `ibid`'s should stay under.
pub(crate) const AIM_BESIDE_TANTIVY: f64 = 3.0;

/// How many times the query time of `ibid --exact` it should stay under.
pub(crate) const AIM_BESIDE_EXACT: f64 = 2.0;

/// Writes what was measured and a table in Markdown, a line for each system.
pub(crate) fn write(out: &mut dyn Write, collection: &Collection, rows: &[Row]) -> io::Result<()> {
    let sizes: Vec<String> = collection
        .topic_sets
        .iter()
        .map(|set| format!("{} {}", set.topics.len(), set.name))
        .collect();
    writeln!(
        out,
        "{} sections of {} articles; topics: {}; nDCG@10; median and mean of {} timed queries a system, {HITS} hits each",
        collection.sections.len(),
        collection.articles,
        sizes.join(", "),
        collection.queries().count() * ROUNDS,
    )?;
    writeln!(out)?;

    let mut heads = vec!["system".to_owned()];
    heads.extend(columns(collection));
    heads.extend(["query ms", "mean ms", "build s"].map(str::to_owned));
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let widest = cells.iter().map(|row| row[column].len()).max();
            widest.unwrap_or(0).max(head.len())
        })
        .collect();
    write_line(out, &heads, &widths)?;
    let rules = widths.iter().enumerate().map(|(column, width)| {
        // A colon aligns a column of numbers to the right.
        let end = if column == 0 { "-" } else { ":" };
        format!("{}{end}", "-".repeat(width - 1))
    });
    write_line(out, &rules.collect::<Vec<_>>(), &widths)?;
    for row in &cells {
        write_line(out, row, &widths)?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "reading the articles on one thread takes {:.2} s, which only ibid's builds include",
        collection.reading.as_secs_f64()
    )
}

/// Writes what a query takes that was not asked before, of the systems for which that is known.
pub(crate) fn write_first_times(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let timed = rows.iter().filter(|row| !row.first_milliseconds.is_nan());
    let times: Vec<String> = timed
        .map(|row| format!("{} {:.2}", row.name, row.first_milliseconds))
        .collect();
    writeln!(
        out,
        "mean ms of a query that is asked for the first time: {}",
        times.join("; ")
    )
}

/// Writes how many times the reference's query time `name`'s is, which should be under `aim`.
pub(crate) fn write_ratio(
    out: &mut dyn Write,
    rows: &[Row],
    name: &str,
    reference: &str,
    aim: f64,
) -> io::Result<()> {
    let time = |wanted: &str| {
        let row = rows.iter().find(|row| row.name == wanted)?;
        Some(row.median_milliseconds)
    };
    let (Some(own), Some(other)) = (time(name), time(reference)) else {
        return Ok(());
    };
    let ratio = own / other;
    let verdict = if ratio < aim { "met" } else { "missed" };
    writeln!(
        out,
        "median query time, {name} : {reference} = {ratio:.2} (aim: under {aim}; {verdict})"
    )
}

fn cells(row: &Row) -> Vec<String> {
    let mut cells = vec![row.name.clone()];
    cells.extend(row.scores.iter().map(|score| format!("{score:.4}")));
    cells.push(format!("{:.2}", row.median_milliseconds));
    cells.push(format!("{:.2}", row.mean_milliseconds));
    cells.push(format!("{:.2}", row.build.as_secs_f64()));
    cells
}

fn write_line(out: &mut dyn Write, cells: &[String], widths: &[usize]) -> io::Result<()> {
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if column == 0 {
            write!(out, "| {cell:<width$} |")?;
        } else {
            write!(out, " {cell:>width$} |")?;
        }
    }
    writeln!(out)
}
