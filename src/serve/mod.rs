//! How is a knowledge base asked from elsewhere? Over HTTP: as an API, as a page for people, and by assistants (MCP).
//!
//! `parameters` is what an address can say, `app` how a question is answered, `api` and `openapi` the API, `page` what people see,
//! `guard` who may ask, `connections` what a client may hold, `log` what is written down.

mod api;
mod app;
mod connections;
mod guard;
mod log;
mod openapi;
mod page;
mod parameters;
mod problem;

pub use log::Requests;
pub(crate) use parameters::MOST_QUERY_LENGTH;
pub use parameters::Parameters;

use crate::Following;
use crate::error::{Error, ErrorKind, Result};
pub(crate) use app::App;
use guard::Guard;
pub(crate) use log::Log;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// What a server does, and how much of it.
#[derive(Clone)]
pub struct ServeOptions {
    /// The names by which it may be called, besides its own address and those of this machine.
    pub hosts: Vec<String>,
    /// What who asks has to know; anybody may ask where it is `None`.
    pub token: Option<String>,
    /// How many questions are worked on at once.
    pub searches_at_once: usize,
    /// How many may wait for that; more are turned away.
    pub waiting_at_most: usize,
    /// How many connections are held; more wait to be taken.
    pub connections: usize,
    /// After how long a question is given up.
    pub timeout: Duration,
    /// Whether requests are written down.
    pub requests: Requests,
}

impl Default for ServeOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            hosts: Vec::new(),
            token: None,
            searches_at_once: threads,
            waiting_at_most: 512,
            connections: 1024,
            timeout: app::TIMEOUT,
            requests: Requests::default(),
        }
    }
}

impl std::fmt::Debug for ServeOptions {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ServeOptions")
            .field("hosts", &self.hosts)
            .field("token", &self.token.as_ref().map(|_| "…"))
            .field("searches_at_once", &self.searches_at_once)
            .field("waiting_at_most", &self.waiting_at_most)
            .field("connections", &self.connections)
            .field("timeout", &self.timeout)
            .field("requests", &self.requests)
            .finish()
    }
}

/// How long the end of a server waits for what reads its log.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves what `following` follows on `listener`, until the system asks the process to end (SIGINT, SIGTERM); questions that were
/// asked by then are answered first. `write` takes the lines of the log of requests, `note` messages for who runs the server.
///
/// # Errors
/// Where the listener cannot be used.
pub fn serve(
    following: Following,
    listener: TcpListener,
    options: ServeOptions,
    write: impl Fn(&str) + Send + 'static,
    note: impl Fn(&str) + Send + 'static,
) -> Result<()> {
    let failed = |error| Error::with_cause(ErrorKind::Io, "cannot serve", error);
    let address = listener.local_addr().map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let (log, written) = Log::new(write, note, options.requests);
    let last_words = log.clone();
    let guard = Guard::new(address, &options);
    let app = Arc::new(App::new(following, options, log));
    let done = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = router(Arc::clone(&app), guard);
        connections::serve(listener, router, &app).await
    });
    // A question that nobody waits for any more is not waited for either.
    runtime.shutdown_timeout(Duration::from_secs(1));
    if done.is_ok() {
        last_words.note("stopped");
    }
    drop((last_words, app));
    written.wait(LAST_WORDS);
    done.map_err(failed)
}

/// Whether others than this machine reach an address.
pub fn is_public(address: &SocketAddr) -> bool {
    !address.ip().to_canonical().is_loopback()
}

/// Every route there is, behind the guard.
fn router(app: Arc<App>, guard: Guard) -> axum::Router {
    let routes = axum::Router::new()
        .merge(api::routes())
        .merge(page::routes())
        .fallback(api::nothing_there)
        .method_not_allowed_fallback(api::not_allowed)
        .route_service(
            "/mcp",
            crate::mcp::http_service(Arc::clone(&app), guard::MOST_BODY),
        )
        .with_state(Arc::clone(&app));
    guard::around(routes, guard, app)
}
