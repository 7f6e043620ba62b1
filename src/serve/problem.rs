//! How is a client told that it cannot be answered? As problem details (RFC 9457), in JSON.

use crate::error::{Error, ErrorKind};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// Why a request is not answered as was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(super) status: StatusCode,
    /// What is wrong, for the person who asked.
    pub(crate) detail: String,
    /// After how many seconds it is worth while to ask again.
    pub(super) retry_after: Option<u64>,
    /// What is wrong, for who runs the server.
    pub(super) note: Option<String>,
}

/// Problem details, as RFC 9457 has them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProblemReport {
    /// What kind of problem it is; `about:blank` says that the status tells all.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The meaning of the status.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong.
    detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            retry_after: None,
            note: None,
        }
    }

    /// The request itself is wrong.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// What was named is not there.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// It can be answered a little later: more is asked at once than can be answered, or what is asked does not answer.
    pub(super) fn busy(detail: impl Into<String>) -> Self {
        Self {
            retry_after: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        }
    }

    /// The meaning of its status, in words.
    pub(super) fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        // What is wrong with the index is for those who keep it; the log has it.
        let problem = match error.kind() {
            ErrorKind::Usage => return Self::bad_request(error.to_string()),
            ErrorKind::NotFound => return Self::not_found(error.to_string()),
            ErrorKind::Unavailable => {
                Self::busy("the index does not answer; the log of the server says why")
            }
            ErrorKind::Superseded => Self::busy("the index changes faster than it can be read"),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the index could not be read; the log of the server says why",
            ),
        };
        Self {
            note: Some(format!("a question was not answered: {error}")),
            ..problem
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let report = ProblemReport {
            kind: "about:blank",
            title: self.title().to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
        };
        let body = serde_json::to_vec(&report).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // People are told in a page.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_does_not_answer_may_be_asked_again_and_only_the_log_says_why() {
        let problem = |kind| Problem::from(Error::new(kind, "10.0.0.7 refuses"));
        for kind in [ErrorKind::Unavailable, ErrorKind::Superseded] {
            let problem = problem(kind);
            assert_eq!(problem.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(problem.retry_after.is_some());
            assert!(!problem.detail.contains("10.0.0.7"));
            assert!(problem.note.is_some_and(|note| note.contains("10.0.0.7")));
        }
        let damaged = problem(ErrorKind::Damaged);
        assert_eq!(damaged.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!damaged.detail.contains("10.0.0.7") && damaged.note.is_some());
        let wrong = problem(ErrorKind::Usage);
        assert_eq!(
            (wrong.detail.as_str(), wrong.note),
            ("10.0.0.7 refuses", None)
        );
    }
}
