//! What does the API answer? The documents that the commands print, byte by byte.

use super::app::{Answer, App};
use super::guard::HEALTH;
use super::openapi;
use super::parameters::{Parameters, number, pairs};
use super::problem::Problem;
use crate::KnowledgeBase;
use crate::report::{Document, SearchReport, ShowReport, schema, write_json};
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use std::sync::Arc;

pub(super) const JSON: &str = "application/json";
/// How many passages before and after one may be asked for.
pub(super) const MOST_CONTEXT: usize = 100;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(HEALTH, get(health))
        .route("/api/search", get(search))
        .route("/api/passages/{*id}", get(passage))
        .route("/api/articles/{*id}", get(article))
        .route("/api/status", get(status))
        .route("/api/schema", get(schema_of))
        .route("/api/openapi.json", get(describe))
}

/// Whether it can answer: for a load balancer.
async fn health(State(app): State<Arc<App>>) -> Response {
    // Not behind those who search: a server that is busy is well.
    let is_open = app.last().commit().generation > 0;
    let status = if is_open { "ok" } else { "empty" };
    let headers = [("content-type", JSON), ("cache-control", "no-store")];
    (headers, format!("{{\"status\":\"{status}\"}}\n")).into_response()
}

async fn search(
    State(app): State<Arc<App>>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::parse(&query_string.unwrap_or_default());
    let parameters = parameters.map_err(Problem::bad_request)?;
    app.document(&uri, &headers, JSON, move |library| {
        let report = answer(library, &parameters)?;
        Ok(Answer::of_search(document(&report)?, &report.body))
    })
    .await
}

/// What was asked for, found.
///
/// # Errors
/// Where the query is missing or blank, or there is no passage that others are to be like.
pub(super) fn answer(
    library: &KnowledgeBase,
    parameters: &Parameters,
) -> Result<SearchReport, Problem> {
    let options = parameters.options();
    match (&parameters.query, &parameters.like) {
        (Some(query), _) => Ok(library.search(query, &options)?),
        (None, Some(id)) => library
            .like(id, &options)?
            .ok_or_else(|| Problem::not_found(format!("no passage has the id {id:?}"))),
        (None, None) => Err(Problem::bad_request(
            "there is no query; q says what to search for",
        )),
    }
}

async fn passage(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id_of(id)?;
    let mut context = 0;
    for (name, value) in parameters_of(query_string, &["context"])? {
        context = number(&name, &value, 0, MOST_CONTEXT).map_err(Problem::bad_request)?;
    }
    app.document(&uri, &headers, JSON, move |library| {
        let report = stored(library, &id, context, Stored::Passage)?;
        document(&report).map(Answer::lasting)
    })
    .await
}

async fn article(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id_of(id)?;
    parameters_of(query_string, &[])?;
    app.document(&uri, &headers, JSON, move |library| {
        let report = stored(library, &id, 0, Stored::Article)?;
        document(&report).map(Answer::lasting)
    })
    .await
}

/// The id in a path.
///
/// # Errors
/// Where it is not in UTF-8.
fn id_of(path: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    path.map(|Path(id)| id)
        .map_err(|error| Problem::bad_request(error.body_text()))
}

/// What an id may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    Passage,
    Article,
}

/// The passage or the article with this id.
///
/// # Errors
/// Where there is none.
pub(super) fn stored(
    library: &KnowledgeBase,
    id: &str,
    context: usize,
    wanted: Stored,
) -> Result<ShowReport, Problem> {
    let missing = || match wanted {
        Stored::Passage => Problem::not_found(format!("no passage has the id {id:?}")),
        Stored::Article => Problem::not_found(format!("no article has the id {id:?}")),
    };
    let report = library.show(id, context)?.ok_or_else(missing)?;
    let is_article = report.articles.iter().any(|stored| stored.article.id == id);
    if is_article == (wanted == Stored::Article) {
        Ok(report)
    } else {
        Err(missing())
    }
}

async fn status(
    State(app): State<Arc<App>>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters_of(query_string, &[])?;
    app.document(&uri, &headers, JSON, |library| {
        document(&library.status()?).map(Answer::lasting)
    })
    .await
}

async fn schema_of(RawQuery(query_string): RawQuery) -> Result<Response, Problem> {
    let mut wanted = Document::Any;
    for (_, name) in parameters_of(query_string, &["document"])? {
        wanted = Document::named(&name).ok_or_else(|| {
            let names: Vec<&str> = Document::all().iter().map(|known| known.name()).collect();
            Problem::bad_request(format!("document is one of {}", names.join(", ")))
        })?;
    }
    unchanging(&schema(wanted))
}

async fn describe(RawQuery(query_string): RawQuery) -> Result<Response, Problem> {
    parameters_of(query_string, &[])?;
    unchanging(&openapi::document())
}

/// A document that is the same as long as the program is.
fn unchanging(report: &impl Serialize) -> Result<Response, Problem> {
    let headers = [
        ("content-type", JSON),
        ("cache-control", "private, max-age=300"),
    ];
    Ok((headers, document(report)?).into_response())
}

/// The bytes of a document, as the command line prints them.
pub(super) fn document(report: &impl Serialize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match write_json(&mut bytes, report) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            error.to_string(),
        )),
    }
}

/// The parameters of a query string that may hold each of `known` once.
pub(super) fn parameters_of(
    query_string: Option<String>,
    known: &[&str],
) -> Result<Vec<(String, String)>, Problem> {
    let pairs = pairs(&query_string.unwrap_or_default()).map_err(Problem::bad_request)?;
    for (index, (name, _)) in pairs.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            return Err(Problem::bad_request(format!("unknown parameter {name:?}")));
        }
        if pairs[..index].iter().any(|(other, _)| other == name) {
            return Err(Problem::bad_request(format!("{name} is given twice")));
        }
    }
    Ok(pairs)
}

pub(super) async fn nothing_there(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}

pub(super) async fn not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{method} is not for {}", uri.path()),
    )
}
