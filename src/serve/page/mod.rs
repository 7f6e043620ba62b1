//! What do people see? Pages that are whole without a script, and livelier with one.

use super::app::App;
use axum::Router;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
}
