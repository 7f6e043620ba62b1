//! What do people see? Pages that are whole without a script, and livelier with one.
//!
//! `frame` is what every page has, `results` an answer with its `filters` and each `hit`, `stored` a passage or an article as it is
//! kept, `text` how what stands in articles gets into a page, `assets` what a page needs besides itself.

mod assets;
mod filters;
mod frame;
mod hit;
mod results;
mod stored;
mod text;

use super::api::answer;
use super::app::{Answer, App};
use super::parameters::Parameters;
use super::problem::Problem;
use crate::KnowledgeBase;
use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use frame::Frame;
use maud::{Markup, html};
use std::sync::Arc;
use stored::Wanted;

const HTML: &str = "text/html; charset=utf-8";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(search))
        .route("/passage", get(passage))
        .route("/article", get(article))
        .merge(assets::routes())
}

async fn search(
    State(app): State<Arc<App>>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Parameters::parse(&query_string.unwrap_or_default());
    let asked = asked.map_err(Problem::bad_request)?;
    app.document(&uri, &headers, HTML, move |library| {
        search_page(library, asked)
    })
    .await
}

fn search_page(library: &KnowledgeBase, mut asked: Parameters) -> Result<Answer, Problem> {
    let is_blank = |query: &String| query.trim().is_empty();
    if asked.like.is_none() && asked.query.as_ref().is_none_or(is_blank) {
        // A form that is sent empty asks for nothing.
        asked.query = None;
        let start = results::start(&asked, &library.status()?);
        let frame = Frame {
            title: "",
            asked: &asked,
            is_start: true,
        };
        return Ok(Answer::lasting(frame.around(&start)));
    }
    let counted = Parameters {
        facets: true,
        ..asked.clone()
    };
    let report = answer(library, &counted)?;
    let frame = Frame {
        title: &results::name(&asked),
        asked: &asked,
        is_start: false,
    };
    let page = frame.around(&results::results(&asked, &report.body));
    Ok(Answer::of_search(page, &report.body))
}

async fn passage(
    State(app): State<Arc<App>>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    show(&app, query_string, &uri, &headers, stored::one).await
}

async fn article(
    State(app): State<Arc<App>>,
    RawQuery(query_string): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    show(&app, query_string, &uri, &headers, stored::whole).await
}

/// What shows something that is kept: the title of the page, and what stands in it.
type Showing = fn(&KnowledgeBase, &Wanted) -> Result<(String, Markup), Problem>;

async fn show(
    app: &Arc<App>,
    query_string: Option<String>,
    uri: &Uri,
    headers: &HeaderMap,
    showing: Showing,
) -> Result<Response, Problem> {
    let wanted = Wanted::new(&query_string.unwrap_or_default())?;
    app.document(uri, headers, HTML, move |library| {
        let (title, main) = showing(library, &wanted)?;
        let frame = Frame {
            title: &title,
            asked: wanted.asked(),
            is_start: false,
        };
        Ok(Answer::lasting(frame.around(&main)))
    })
    .await
}

/// Tells people in a page what programs are told in JSON.
pub(super) async fn told_to_people(request: Request, next: Next) -> Response {
    let is_page = is_page(request.uri().path()) && accepts_html(request.headers());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| is_page) else {
        return response;
    };
    let mut told = (response.status(), problem_page(problem)).into_response();
    let headers = told.headers_mut();
    for name in [
        header::WWW_AUTHENTICATE,
        header::RETRY_AFTER,
        header::ALLOW,
        header::CACHE_CONTROL,
    ] {
        for value in response.headers().get_all(&name) {
            headers.append(&name, value.clone());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    told
}

/// Whether people look there, not programs.
fn is_page(path: &str) -> bool {
    let is_under = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !is_under("/api") && !is_under("/mcp") && !is_under("/health")
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| {
            value
                .split(';')
                .next()
                .is_some_and(|kind| kind.trim() == "text/html")
        })
}

/// What is the matter, in a few words for people.
fn headline(problem: &Problem) -> &'static str {
    match problem.status {
        StatusCode::BAD_REQUEST => "This cannot be asked like that",
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::UNAUTHORIZED => "A token is needed",
        StatusCode::SERVICE_UNAVAILABLE => "This cannot be answered just now",
        _ => problem.title(),
    }
}

fn problem_page(problem: &Problem) -> Vec<u8> {
    let asked = Parameters::default();
    let frame = Frame {
        title: headline(problem),
        asked: &asked,
        is_start: false,
    };
    frame.around(&html! {
        div.problem {
            h1 #heading tabindex="-1" { (headline(problem)) }
            p #problem { (text::apart(&problem.detail)) }
            @if problem.retry_after.is_some() { p { "Try again in a moment." } }
            p { a href="/" { "Start anew" } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_as_text() {
        let problem = Problem::not_found("no passage has the id \"<script>\"");
        let page = String::from_utf8(problem_page(&problem)).expect("UTF-8");
        assert!(page.contains("<h1 id=\"heading\" tabindex=\"-1\">There is nothing here</h1>"));
        assert!(page.contains("the id &quot;&lt;script&gt;&quot;"));
        assert!(!page.contains("Try again"));
        let busy = String::from_utf8(problem_page(&Problem::busy("too many"))).expect("UTF-8");
        assert!(busy.contains("Try again"));
    }

    #[test]
    fn programs_are_told_of_problems_as_they_are_used_to() {
        assert!(is_page("/") && is_page("/apis") && is_page("/passage"));
        assert!(!is_page("/api") && !is_page("/api/search") && !is_page("/mcp"));
        let accepts = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accepted));
            accepts_html(&headers)
        };
        assert!(accepts("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(accepts("application/json, text/html;q=0.5"));
        assert!(!accepts("*/*"));
        assert!(!accepts("application/json"));
    }
}
