//! What may a client hold? One of so many connections, for as long as it says something.

use super::app::App;
use super::guard::Peer;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long a client may take to say what it wants, and how long it may say nothing between two requests.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// How long a client may leave what it asked for unread.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// How much of a head is kept while the rest of it is waited for, in bytes: room for the longest query, encoded. What came in one go
/// with it may make it some times as long; hyper gives no sharper bound.
const MOST_HEAD: usize = 64 << 10;
/// How long what is under way may take once a stop was asked for.
const END_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait where the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);

/// Answers until the system asks the process to end, then ends what is under way.
pub(super) async fn serve(listener: TcpListener, router: Router, app: &Arc<App>) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(app.options.connections.max(1)));
    let graceful = GracefulShutdown::new();
    let mut signals = Signals::listen()?;
    loop {
        let accept = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = signals.next() => break,
            accepted = accept => accepted,
        };
        // Of a client that is gone again, or of a system that is out of files: neither ends the server.
        let Ok((stream, client)) = accepted else {
            sleep(NO_ROOM).await;
            continue;
        };
        // Answers are written whole: waiting to fill a packet would only delay them.
        let _works_without = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(READ_WITHIN));
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(client));
            router.clone().oneshot(request)
        });
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .max_buf_size(MOST_HEAD);
        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // What a client broke off is no failure of the server.
            let _broken_off = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let ended = pin!(timeout(END_WITHIN, graceful.shutdown()));
    tokio::select! {
        _late = ended => {}
        () = signals.next() => {}
    }
    Ok(())
}

/// What the system asks of the process.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Comes back when the process is asked to end.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What the system asks of the process.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Comes back when the process is asked to end.
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
