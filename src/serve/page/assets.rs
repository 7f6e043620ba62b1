//! What does a page need besides itself? A style sheet, a script and a picture, which lie in the program.
//!
//! The address of each says what it holds, so a browser may keep it for good.

use super::super::app::App;
use super::super::problem::Problem;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, LazyLock};

/// A file that lies in the program.
pub(super) struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static str,
    /// Says which contents these are.
    version: LazyLock<String>,
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            content: include_str!(concat!("assets/", $name)),
            version: LazyLock::new(|| {
                let hash = blake3::hash(include_bytes!(concat!("assets/", $name)));
                hash.to_hex()[..12].to_owned()
            }),
        }
    };
}

pub(super) static STYLE: Asset = asset!("style.css", "text/css; charset=utf-8");
pub(super) static SCRIPT: Asset = asset!("page.js", "text/javascript; charset=utf-8");
pub(super) static ICON: Asset = asset!("icon.svg", "image/svg+xml");

impl Asset {
    /// Where it is.
    pub(super) fn address(&self) -> String {
        format!("/assets/{}?v={}", self.name, *self.version)
    }
}

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/assets/{name}", get(asset))
}

async fn asset(
    State(_): State<Arc<App>>,
    Path(name): Path<String>,
    RawQuery(query_string): RawQuery,
) -> Result<Response, Problem> {
    let known = [&STYLE, &SCRIPT, &ICON];
    let Some(asset) = known.into_iter().find(|asset| asset.name == name) else {
        return Err(Problem::not_found(format!("there is no asset {name:?}")));
    };
    let wanted = format!("v={}", *asset.version);
    // Under another version's address it may not stay.
    let kept = if query_string.is_some_and(|query_string| query_string == wanted) {
        "public, max-age=31536000, immutable"
    } else {
        "private, no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, kept),
    ];
    Ok((headers, asset.content).into_response())
}
