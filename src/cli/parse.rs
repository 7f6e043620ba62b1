//! `ibid parse`: what the ingester makes of one file.

use super::Outcome;
use super::args::Parse;
use super::output::{Failure, Output};
use ibid::article::{Article, DropReason, Format};
use ibid::indexer::{Preview, Severity, preview, preview_bytes};
use ibid::report::{ParseReport, write_json_line};
use ibid::{Error, ErrorKind};
use std::io::Read;
use std::path::Path;

pub(super) fn run(command: &Parse, output: &mut Output) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Success;
    let mut failure = None;
    let format = command.format.map(Format::from);
    let sink = |found: Preview| match found {
        Preview::Article(article) => {
            let printed = if command.json {
                print_json(&article, output)
            } else {
                print(&article, output)
            };
            if let Err(error) = printed {
                failure.get_or_insert(error);
            }
        }
        Preview::Warning(warning) => output.warning(&warning),
        Preview::Skipped(skipped) => {
            let place = match skipped.line {
                Some(line) => format!("{}:{line}", skipped.path),
                None => skipped.path,
            };
            match skipped.severity {
                Severity::Error => {
                    outcome = Outcome::SomeFailed;
                    output.error(&format!("{place}: {}", skipped.reason));
                }
                Severity::Note => output.note(&format!("skipped {place}: {}", skipped.reason)),
            }
        }
    };
    if command.file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
            Error::with_cause(ErrorKind::Io, "cannot read standard input", error)
        })?;
        preview_bytes("stdin", format, &bytes, sink);
    } else {
        preview(&command.file, command.source.as_deref(), format, sink)?;
    }
    failure.map_or(Ok(outcome), Err)
}

/// One document; of a file of JSON lines, an article a line.
fn print_json(article: &Article, output: &mut Output) -> Result<(), Failure> {
    let report = ParseReport::from(article);
    if article.source.format == Format::JsonLines {
        return Ok(write_json_line(output.results(), &report)?);
    }
    output.json(&report)
}

fn print(article: &Article, output: &mut Output) -> Result<(), Failure> {
    output.line(&format!("{}  {}", article.id, article.title))?;
    let about = [
        ("url", &article.url),
        ("published", &article.published),
        ("language", &article.language),
    ];
    for (name, value) in about {
        if let Some(value) = value {
            output.line(&format!("{name}: {value}"))?;
        }
    }
    for (name, values) in [("aliases", &article.aliases), ("tags", &article.tags)] {
        if !values.is_empty() {
            output.line(&format!("{name}: {}", values.join(", ")))?;
        }
    }
    for section in &article.sections {
        let line = article.source_map.locate(&section.source).lines[0];
        output.line("")?;
        let level = usize::from(section.level);
        let heading = section.heading().unwrap_or("(before the first heading)");
        output.line(&format!("{line:>5}  {} {heading}", "#".repeat(level)))?;
        for text in section.text().lines() {
            output.line(&format!("       {text}"))?;
        }
    }
    if !article.dropped.is_empty() {
        output.line("")?;
        output.line("left out:")?;
    }
    for dropped in &article.dropped {
        let line = article.source_map.line(dropped.offset);
        output.line(&format!(
            "{line:>5}  {}: {}",
            name(dropped.reason),
            dropped.text
        ))?;
    }
    Ok(())
}

fn name(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Navigation => "navigation",
        DropReason::CrossLink => "cross link",
        DropReason::Caption => "caption",
        DropReason::Advert => "advert",
        DropReason::Comment => "comment",
        DropReason::Duplicate => "duplicate",
        DropReason::Furniture => "furniture",
    }
}
