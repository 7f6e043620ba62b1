//! `ibid show`, `list`, `status` and `remove`: what is in the index.

use super::Outcome;
use super::args::{List, Remove, Report, Show};
use super::config::Settings;
use super::output::{Failure, Output, counted};
use ibid::KnowledgeBase;
use ibid::report::StoredReport;

pub(super) fn show(
    command: &Show,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let library = KnowledgeBase::open(&settings.index)?;
    let Some(report) = library.show(&command.id, command.context.into())? else {
        output.error(&format!(
            "no passage or article has the id {:?}; `ibid list` prints the ids of articles",
            command.id
        ));
        return Ok(Outcome::NothingFound);
    };
    if command.json {
        output.json(&report)?;
        return Ok(Outcome::Success);
    }
    for (index, stored) in report.articles.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        print_stored(stored, output)?;
    }
    Ok(Outcome::Success)
}

fn print_stored(stored: &StoredReport, output: &mut Output) -> Result<(), Failure> {
    let article = &stored.article;
    output.line(if article.title.is_empty() {
        &article.id
    } else {
        &article.title
    })?;
    let origin = [
        Some(&article.path),
        article.published.as_ref(),
        article.url.as_ref(),
    ];
    let origin: Vec<&str> = origin.into_iter().flatten().map(String::as_str).collect();
    output.line(&origin.join("  "))?;
    let mut above: Option<&[String]> = None;
    for passage in &stored.passages {
        output.line("")?;
        if above != Some(&passage.heading_path) && !passage.heading_path.is_empty() {
            output.line(&format!("## {}", passage.heading_path.join(" > ")))?;
            output.line("")?;
        }
        above = Some(&passage.heading_path);
        for line in passage.text.lines() {
            output.line(line)?;
        }
    }
    Ok(())
}

pub(super) fn list(
    command: &List,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let report = KnowledgeBase::open(&settings.index)?.list(&command.patterns)?;
    let outcome = if report.articles.is_empty() && !command.patterns.is_empty() {
        output.error(&format!(
            "no article matches {}; `ibid list` prints all ids",
            command.patterns.join(" ")
        ));
        Outcome::NothingFound
    } else {
        Outcome::Success
    };
    if command.json {
        output.json(&report)?;
        return Ok(outcome);
    }
    for article in &report.articles {
        let gap = if article.title.is_empty() { "" } else { " " };
        output.line(&format!(
            "{}  {}{gap}({})",
            article.id,
            article.title,
            counted(article.passages, "passage")
        ))?;
    }
    Ok(outcome)
}

pub(super) fn status(
    command: &Report,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let report = KnowledgeBase::open(&settings.index)?.status()?;
    if command.json {
        output.json(&report)?;
        return Ok(Outcome::Success);
    }
    output.line(&format!("index       {}", report.path))?;
    output.line(&format!("generation  {}", report.index.generation))?;
    output.line(&format!("articles    {}", report.index.articles))?;
    output.line(&format!("passages    {}", report.index.passages))?;
    output.line(&format!("size        {} bytes", report.bytes))?;
    for source in &report.sources {
        let place = match source.path.as_deref() {
            None => "standard input",
            Some("") => ".",
            Some(path) => path,
        };
        output.line(&format!(
            "source      {} ({place}): {} in {}",
            source.name,
            counted(source.articles, "article"),
            counted(source.files, "file")
        ))?;
    }
    Ok(Outcome::Success)
}

pub(super) fn remove(
    command: &Remove,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let report =
        KnowledgeBase::open(&settings.index)?.remove(&command.patterns, command.patience.into())?;
    if command.json {
        output.json(&report)?;
    } else {
        for id in &report.removed {
            output.line(&format!("removed {id}"))?;
        }
    }
    if report.removed.is_empty() {
        output.error(&format!(
            "no article matches {}; `ibid list` prints their ids",
            command.patterns.join(" ")
        ));
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Success)
}
