//! `ibid parse`: what the ingester makes of one file, or of each file of a folder.

use super::Outcome;
use super::args::Parse;
use super::config::Settings;
use super::output::{Failure, Output};
use ibid::article::{Article, DropReason, Format};
use ibid::indexer::{IndexOptions, Preview, Severity, Skipped, preview, preview_bytes};
use ibid::report::{ParseReport, write_json_line};
use ibid::{Error, ErrorKind};
use std::io::Read;
use std::path::Path;

/// How an article is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// For people.
    Readable,
    /// One document.
    Document,
    /// A line.
    Line,
}

/// `settings` are looked for only where a folder is read, which may hold the index.
pub(super) fn run(
    command: &Parse,
    settings: impl FnOnce() -> ibid::Result<Settings>,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let form = match (command.json, command.jsonl) {
        (_, true) => Form::Line,
        (true, false) => Form::Document,
        (false, false) => Form::Readable,
    };
    let mut outcome = Outcome::Success;
    let mut is_first = true;
    let sink = |found: Preview| match found {
        Preview::Article(article) => {
            if form == Form::Readable && !std::mem::take(&mut is_first) {
                output.line("")?;
            }
            print(&article, form, output)
        }
        Preview::Warning(warning) => {
            output.warning(&warning);
            Ok(())
        }
        Preview::Skipped(skipped) => {
            if skipped.severity == Severity::Error {
                outcome = Outcome::SomeFailed;
            }
            say(&skipped, output);
            Ok(())
        }
        Preview::WithoutText(article, skipped) => {
            say(&skipped, output);
            // What was left out of it says why nothing is left.
            match form {
                Form::Readable if article.dropped.is_empty() => Ok(()),
                Form::Line => Ok(()),
                Form::Readable | Form::Document => print(&article, form, output),
            }
        }
    };
    let format = command.format.map(Format::from);
    if command.file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
            Error::with_cause(ErrorKind::Io, "cannot read standard input", error)
        })?;
        preview_bytes("stdin", format, &bytes, sink)?;
        return Ok(outcome);
    }
    let mut leave_out = command.file.clone();
    if command.file.is_dir() {
        if form == Form::Document {
            let message = format!(
                "{} is a folder, and --json prints one document; --jsonl prints an article a line",
                command.file.display()
            );
            return Err(Error::new(ErrorKind::Usage, message).into());
        }
        leave_out = settings()?.index.left_out();
    }
    let options = IndexOptions {
        source: command.source.clone(),
        threads: command.threads.map_or(0, usize::from),
        walk: (&command.walk).into(),
        format,
        ..IndexOptions::default()
    };
    preview(&command.file, &leave_out, &options, sink)?;
    Ok(outcome)
}

/// Names what gave no article, with the reason.
fn say(skipped: &Skipped, output: &Output) {
    let place = match skipped.line {
        Some(line) => format!("{}:{line}", skipped.path),
        None => skipped.path.clone(),
    };
    match skipped.severity {
        Severity::Error => output.error(&format!("{place}: {}", skipped.reason)),
        Severity::Note => output.note(&format!("skipped {place}: {}", skipped.reason)),
    }
}

fn print(article: &Article, form: Form, output: &mut Output) -> Result<(), Failure> {
    match form {
        Form::Readable => print_readable(article, output),
        // A file of JSON lines gives as many documents as it has lines.
        Form::Document if article.source.format != Format::JsonLines => {
            output.json(&ParseReport::from(article))
        }
        Form::Document | Form::Line => Ok(write_json_line(
            output.results(),
            &ParseReport::from(article),
        )?),
    }
}

fn print_readable(article: &Article, output: &mut Output) -> Result<(), Failure> {
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
        let marks = "#".repeat(level);
        let gap = if level == 0 { "" } else { " " };
        output.line(&format!("{line:>5}  {marks}{gap}{heading}"))?;
        for text in section.text().lines() {
            output.line(format!("       {text}").trim_end())?;
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
