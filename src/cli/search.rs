//! `ibid search`: ranked passages, for people or as JSON.

use super::Outcome;
use super::args::Search;
use super::config::Settings;
use super::first_run;
use super::output::{Failure, Output};
#[cfg(feature = "prompt")]
use super::prompt;
use ibid::report::{SearchBody, TerminalWriter, TotalIs};
use ibid::{Error, ErrorKind};

pub(super) fn run(
    command: &Search,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    if command.query.is_empty() && command.like.is_none() {
        return without_query(command, settings, output);
    }
    let options = (&command.wanted).into();
    let report = match &command.like {
        Some(id) => {
            let Some(report) = first_run::open(settings, output)?.like(id, &options)? else {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    format!("no passage has the id {id:?}; `ibid search --json` prints the ids of passages"),
                )
                .into());
            };
            report
        }
        None => {
            let text = query_text(&command.query)?;
            let library = first_run::open(settings, output)?;
            let report = library.search(&text, &options)?;
            // The process is about to end, and the system takes back at once what would be given back file by file.
            std::mem::forget(library);
            report
        }
    };
    for warning in &report.body.warnings {
        output.warning(warning);
    }
    if command.json {
        output.json(&report)?;
    } else {
        print(&report.body, output)?;
    }
    Ok(outcome(Hits::of(&report.body)))
}

/// On a terminal, a prompt; a program, which cannot be asked, is told what is missing.
#[cfg(feature = "prompt")]
fn without_query(
    command: &Search,
    settings: &Settings,
    output: &Output,
) -> Result<Outcome, Failure> {
    if command.json || !prompt::is_possible() {
        return Err(no_query(
            "; on a terminal, and without --json, `ibid search` opens a prompt",
        ));
    }
    prompt::run(command, settings, output)
}

#[cfg(not(feature = "prompt"))]
fn without_query(_: &Search, _: &Settings, _: &Output) -> Result<Outcome, Failure> {
    Err(no_query(""))
}

fn no_query(also: &str) -> Failure {
    Error::new(
        ErrorKind::Usage,
        format!(
            "there is no query; type what to search for, such as `ibid search \"back spasm\"`{also}"
        ),
    )
    .into()
}

/// The words of a query, as one text.
///
/// # Errors
/// `Usage` where it is blank: told before anything is opened or indexed.
pub(super) fn query_text(words: &[String]) -> Result<String, Error> {
    let text = words.join(" ");
    if text.trim().is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "the query is blank; type what to search for, such as `ibid search \"back spasm\"`",
        ));
    }
    Ok(text)
}

/// What can be said of whether there are hits. Of several searches the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hits {
    /// There is none.
    #[default]
    None,
    /// There is none in the part of the index that answered.
    Unknown,
    Some,
}

impl Hits {
    pub(super) fn of(body: &SearchBody) -> Self {
        match (body.hits.is_empty(), &body.partial) {
            (true, None) => Self::None,
            (true, Some(_)) => Self::Unknown,
            (false, _) => Self::Some,
        }
    }
}

pub(super) fn outcome(hits: Hits) -> Outcome {
    match hits {
        Hits::None => Outcome::NothingFound,
        Hits::Unknown => Outcome::SomeFailed,
        Hits::Some => Outcome::Success,
    }
}

fn print(body: &SearchBody, output: &mut Output) -> Result<(), Failure> {
    let writer = TerminalWriter::new(output.style(), output.width());
    writer.search(output.results(), body)?;
    output.flush()?;
    for correction in &body.query.corrections {
        output.note(&format!(
            "searched for {:?} in place of {:?}; --exact searches for what was typed",
            correction.to, correction.from
        ));
    }
    for expansion in &body.query.expansions {
        output.note(&format!(
            "also searched: {} (for {:?})",
            expansion.to.join(", "),
            expansion.from
        ));
    }
    if !body.query.ignored.is_empty() {
        output.note(&format!("ignored: {}", body.query.ignored.join(", ")));
    }
    let total = match body.total_is {
        Some(TotalIs::AtLeast) => format!("more than {}", body.total),
        None => body.total.to_string(),
    };
    if body.hits.is_empty() && body.total == 0 && body.partial.is_some() {
        output.note("nothing found where it was searched");
    } else if body.hits.is_empty() && body.total == 0 {
        output.note("nothing found");
    } else if body.hits.is_empty() {
        output.note(&format!(
            "{total} passages match, and --offset is beyond them"
        ));
    } else {
        output.note(&format!(
            "{} of {total} passages that match",
            body.hits.len()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ibid::report::{IndexInfo, PartialReport, QueryReport};

    /// An answer without hits.
    fn nothing(partial: Option<PartialReport>) -> SearchBody {
        SearchBody {
            query: QueryReport {
                text: "cramp".to_owned(),
                terms: Vec::new(),
                ignored: Vec::new(),
                expansions: Vec::new(),
                corrections: Vec::new(),
                suggestions: Vec::new(),
            },
            index: IndexInfo {
                generation: 1,
                articles: 1,
                passages: 1,
            },
            total: 0,
            total_is: None,
            partial,
            hits: Vec::new(),
            warnings: Vec::new(),
            facets: None,
        }
    }

    #[test]
    fn nothing_found_in_a_part_of_the_index_is_no_answer() {
        let partial = PartialReport {
            shards: 3,
            answered: 2,
            reason: "a node has left".to_owned(),
        };
        let whole = Hits::of(&nothing(None));
        let part = Hits::of(&nothing(Some(partial)));
        assert_eq!(outcome(whole), Outcome::NothingFound);
        assert_eq!(outcome(part), Outcome::SomeFailed);
        // Of several searches: one that is in doubt leaves all in doubt, and one hit is a hit.
        assert_eq!(whole.max(part), part);
        assert_eq!(outcome(part.max(Hits::Some)), Outcome::Success);
    }
}
