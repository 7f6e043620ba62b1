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

    /// More is asked at once than can be answered.
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
        let status = match error.kind() {
            ErrorKind::Usage => StatusCode::BAD_REQUEST,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        // What is wrong with the index is for those who keep it; the log has it.
        let detail = match status {
            StatusCode::INTERNAL_SERVER_ERROR => {
                "the index could not be read; the log of the server says why".to_owned()
            }
            _ => error.to_string(),
        };
        Self::new(status, detail)
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
