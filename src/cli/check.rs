//! `ibid check`: is the index whole, and in step with its sources?

use super::args::Check;
use super::config::Settings;
use super::index::Bar;
use super::output::{Failure, Output, counted};
use super::{Outcome, signal};
use ibid::report::CheckReport;
use ibid::{IndexOptions, KnowledgeBase};

pub(super) fn run(
    command: &Check,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let report = if command.repair {
        signal::listen()?;
        let options = IndexOptions {
            wait: command.patience.into(),
            ..IndexOptions::default()
        };
        let bar = Bar::new();
        let report = KnowledgeBase::repair(&settings.index, &options, &bar);
        bar.clear();
        report?
    } else {
        KnowledgeBase::check(&settings.index)?
    };
    if command.json {
        output.json(&report)?;
    } else {
        print(&report, output)?;
    }
    Ok(outcome(&report))
}

fn outcome(report: &CheckReport) -> Outcome {
    let has_lost = report
        .repair
        .as_ref()
        .is_some_and(|repair| !repair.lost.is_empty());
    if has_lost || !report.damaged.is_empty() || !report.unreadable.is_empty() {
        Outcome::SomeFailed
    } else if !report.changed.is_empty() || !report.vanished.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Success
    }
}

fn print(report: &CheckReport, output: &mut Output) -> Result<(), Failure> {
    if let Some(repair) = &report.repair {
        for damage in &repair.damaged {
            output.line(&format!("was damaged  {}: {}", damage.place, damage.reason))?;
        }
        for skipped in &repair.skipped {
            output.line(&format!(
                "not read     {}: {}",
                skipped.path, skipped.reason
            ))?;
        }
        for id in &repair.lost {
            output.line(&format!("lost         {id}"))?;
        }
        output.line(&format!(
            "rebuilt: {} read again, {} kept from the old index, {} lost",
            counted(repair.restored, "article"),
            repair.kept,
            repair.lost.len()
        ))?;
    }
    for damage in &report.damaged {
        output.line(&format!("damaged      {}: {}", damage.place, damage.reason))?;
    }
    for path in &report.changed {
        output.line(&format!("changed      {path}"))?;
    }
    for path in &report.vanished {
        output.line(&format!("vanished     {path}"))?;
    }
    for file in &report.unreadable {
        output.line(&format!("unreadable   {}: {}", file.place, file.reason))?;
    }
    let sources = report.changed.len() + report.vanished.len() + report.unreadable.len();
    let state = match (&report.index, report.damaged.is_empty()) {
        (Some(index), true) => format!(
            "the index is whole: {} with {}",
            counted(index.articles, "article"),
            counted(index.passages, "passage")
        ),
        _ => {
            "the index is damaged; `ibid check --repair` makes it anew from its sources".to_owned()
        }
    };
    output.line(&match sources {
        0 => state,
        _ => format!(
            "{state}; {} not as read; `ibid index` with the folders brings it in step",
            counted(sources as u64, "source file")
        ),
    })
}
