//! `ibid vocabulary`: which words mean the same, what a query means by them, and a person's own.

use super::Outcome;
use super::args::{
    VocabularyCheck, VocabularyCommand, VocabularyImport, VocabularyList, VocabularyRemove,
    VocabularyTest,
};
use super::config::Settings;
use super::output::{Failure, Output};
use super::search::query_text;
use ibid::query::Query;
use ibid::report::{
    SCHEMA_VERSION, VocabulariesReport, VocabularyFileReport, VocabularyMistakeReport,
    VocabularyReport, VocabularyTestReport,
};
use ibid::vocabulary::{Anything, Vocabularies, Vocabulary, name_of};
use ibid::{Error, ErrorKind, KnowledgeBase};
use std::path::Path;

pub(super) fn run(
    command: &VocabularyCommand,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    match command {
        VocabularyCommand::List(command) => list(command, settings, output),
        VocabularyCommand::Test(command) => test(command, settings, output),
        VocabularyCommand::Import(command) => import(command, settings, output),
        VocabularyCommand::Remove(command) => remove(command, settings, output),
        VocabularyCommand::Check(command) => check(command, settings, output),
    }
}

/// The vocabularies that a search here uses: where there is no index yet, those that need none.
fn vocabularies(settings: &Settings, output: &Output) -> Result<Vocabularies, Failure> {
    let mut all = if KnowledgeBase::exists(&settings.index)? {
        KnowledgeBase::open(&settings.index)?.vocabularies().clone()
    } else {
        Vocabularies::built_in()
    };
    for path in &settings.vocabulary {
        let (vocabulary, mistakes) = Vocabulary::read(path)?;
        for mistake in mistakes {
            output.warning(&format!(
                "{}: {mistake}; the line is left out",
                path.display()
            ));
        }
        all.add(vocabulary);
    }
    Ok(all)
}

fn list(
    command: &VocabularyList,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let report = VocabulariesReport::new(&vocabularies(settings, output)?);
    if command.json {
        output.json(&report)?;
        return Ok(Outcome::Success);
    }
    for vocabulary in &report.vocabularies {
        output.line(&described(vocabulary))?;
    }
    Ok(Outcome::Success)
}

fn described(vocabulary: &VocabularyReport) -> String {
    let VocabularyReport {
        name,
        groups,
        phrases,
    } = vocabulary;
    format!("{name}: {groups} groups of {phrases} words and phrases")
}

fn test(
    command: &VocabularyTest,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let text = query_text(&command.query)?;
    let mut query = Query::parse(&text);
    // All that the vocabularies say, whatever the index has.
    query.expansions = vocabularies(settings, output)?.expansions(&query, &Anything)?;
    let report = VocabularyTestReport::new(&query);
    for warning in &report.warnings {
        output.warning(warning);
    }
    let is_known = !report.query.expansions.is_empty();
    if command.json {
        output.json(&report)?;
    } else {
        for expansion in &report.query.expansions {
            output.line(&format!(
                "{}: {} ({})",
                expansion.from,
                expansion.to.join(", "),
                expansion.vocabulary
            ))?;
        }
        if !is_known {
            output.note("no vocabulary knows these words");
        }
    }
    Ok(if is_known {
        Outcome::Success
    } else {
        Outcome::NothingFound
    })
}

fn import(
    command: &VocabularyImport,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let name = command
        .name
        .clone()
        .unwrap_or_else(|| name_of(&command.file));
    let mut library = KnowledgeBase::open(&settings.index)?;
    let (vocabulary, mistakes) = library.import_vocabulary(&name, &command.file)?;
    let report = VocabularyFileReport {
        schema_version: SCHEMA_VERSION,
        vocabularies: vec![VocabularyReport::from(&vocabulary)],
        mistakes: mistakes
            .into_iter()
            .map(|mistake| mistake_report(&command.file, mistake))
            .collect(),
    };
    tell(&report, command.json, output)
}

fn remove(
    command: &VocabularyRemove,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let mut library = KnowledgeBase::open(&settings.index)?;
    if library.remove_vocabulary(&command.name)? {
        output.note(&format!("removed the vocabulary {}", command.name));
        return Ok(Outcome::Success);
    }
    output.error(&format!(
        "no vocabulary {:?} was imported; `ibid vocabulary list` prints their names",
        command.name
    ));
    Ok(Outcome::NothingFound)
}

fn check(
    command: &VocabularyCheck,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let files = if command.files.is_empty() {
        &settings.vocabulary
    } else {
        &command.files
    };
    if files.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "there is no vocabulary to check; name a file, or list yours as `vocabulary` in ibid.toml",
        )
        .into());
    }
    let mut report = VocabularyFileReport {
        schema_version: SCHEMA_VERSION,
        vocabularies: Vec::new(),
        mistakes: Vec::new(),
    };
    for path in files {
        let (vocabulary, mistakes) = Vocabulary::read(path)?;
        report
            .vocabularies
            .push(VocabularyReport::from(&vocabulary));
        let mistakes = mistakes.into_iter();
        report
            .mistakes
            .extend(mistakes.map(|mistake| mistake_report(path, mistake)));
    }
    tell(&report, command.json, output)
}

fn mistake_report(
    path: &Path,
    mistake: ibid::vocabulary::format::Mistake,
) -> VocabularyMistakeReport {
    VocabularyMistakeReport {
        path: path.display().to_string(),
        line: mistake.line,
        what: mistake.what,
    }
}

fn tell(
    report: &VocabularyFileReport,
    json: bool,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    if json {
        output.json(report)?;
    } else {
        for vocabulary in &report.vocabularies {
            output.line(&described(vocabulary))?;
        }
    }
    for mistake in &report.mistakes {
        let VocabularyMistakeReport { path, line, what } = mistake;
        output.error(&format!(
            "{path}: line {line}: {what}; the line is left out"
        ));
    }
    Ok(if report.mistakes.is_empty() {
        Outcome::Success
    } else {
        Outcome::SomeFailed
    })
}
