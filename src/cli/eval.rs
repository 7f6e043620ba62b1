//! `ibid eval`: how relevant are the results on judged queries?

use super::Outcome;
use super::args::{Eval, understanding};
use super::config::Settings;
use super::first_run;
use super::output::{Failure, Output};
use ibid::eval::{
    Measure, Options, Run, Scores, Unjudged, compare, evaluate, read_drops, read_qrels, read_run,
    read_topics,
};
use ibid::report::EvalReport;
use ibid::{Error, ErrorKind, SearchOptions};
use std::path::Path;

pub(super) fn run(
    command: &Eval,
    settings: &Settings,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let qrels = read_qrels(&command.qrels)?;
    let run = match (&command.run, &command.topics) {
        (Some(run), _) => read_run(run)?,
        (None, Some(topics)) => search(command, topics, settings, output)?,
        (None, None) => {
            return Err(Error::new(
                ErrorKind::Usage,
                "name the queries with --topics, or a run with --run",
            )
            .into());
        }
    };
    let mut measures = command.measures.clone();
    if measures.is_empty() {
        measures.extend(Measure::STANDARD);
    }
    for (measure, _) in &command.least {
        if !measures.contains(measure) {
            measures.push(*measure);
        }
    }
    let options = Options {
        least_relevant: command.min_rel,
        unjudged: if command.condensed {
            Unjudged::Removed
        } else {
            Unjudged::NotRelevant
        },
        drop: match &command.drop {
            Some(path) => read_drops(path)?,
            None => Options::default().drop,
        },
    };
    let scores = evaluate(&qrels, &run, &measures, &options);
    let comparison = match &command.compare {
        Some(path) => {
            let baseline = evaluate(&qrels, &read_run(path)?, &measures, &options);
            Some(compare(measures[0], &baseline, &scores)?)
        }
        None => None,
    };
    let unmet: Vec<(Measure, f64)> = command
        .least
        .iter()
        .filter(|(measure, least)| scores.mean[measure] < *least)
        .copied()
        .collect();
    if command.json {
        output.json(&EvalReport::new(
            &scores,
            comparison.as_ref(),
            command.per_topic,
        ))?;
    } else {
        print(&scores, &measures, command.per_topic, output)?;
        if let Some(comparison) = &comparison {
            output.line(&format!(
                "{}: mean difference {:+.4}, p = {:.4}, better {}, worse {}",
                measures[0],
                comparison.mean_difference,
                comparison.p,
                comparison.better,
                comparison.worse
            ))?;
        }
    }
    for (measure, least) in &unmet {
        output.error(&format!(
            "{measure} is {:.4}, below {least}",
            scores.mean[measure]
        ));
    }
    Ok(if unmet.is_empty() {
        Outcome::Success
    } else {
        Outcome::NothingFound
    })
}

/// Searches for every topic.
fn search(
    command: &Eval,
    topics: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Run, Failure> {
    let topics = read_topics(topics)?;
    let library = first_run::open(settings, output)?;
    let options = SearchOptions {
        limit: command.limit as usize,
        understanding: understanding(command.exact),
        ..SearchOptions::default()
    };
    let mut run = Run::default();
    for topic in &topics {
        let body = library.run(&topic.query, &options)?;
        if body.partial.is_some() {
            output.warning(&format!("{}: {}", topic.id, body.warnings.join("; ")));
        }
        let found = body
            .hits
            .iter()
            .map(|hit| (hit.run_id().to_owned(), f64::from(hit.score)));
        run.insert(&topic.id, found);
    }
    Ok(run)
}

fn print(
    scores: &Scores,
    measures: &[Measure],
    per_topic: bool,
    output: &mut Output,
) -> Result<(), Failure> {
    let cells: Vec<String> = measures
        .iter()
        .map(|measure| format!("{measure:>10}"))
        .collect();
    output.line(&format!("{:<12}{}", "", cells.concat()))?;
    let row = |values: &std::collections::BTreeMap<Measure, f64>| -> String {
        let cells = measures
            .iter()
            .map(|measure| format!("{:>10.4}", values[measure]));
        cells.collect()
    };
    output.line(&format!("{:<12}{}", "mean", row(&scores.mean)))?;
    if per_topic {
        for (topic, values) in &scores.per_topic {
            output.line(&format!("{topic:<12}{}", row(values)))?;
        }
    }
    output.line(&format!("{} topics", scores.per_topic.len()))
}
