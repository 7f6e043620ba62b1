//! How is one node asked, and how long is it left alone after it failed?

use super::super::cluster::{ClusterOptions, is_loopback};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Method, Request, Response};
use ureq::tls::{RootCerts, TlsConfig};

/// How long a connection may take to come about, with its handshake.
const CONNECT: Duration = Duration::from_secs(5);

/// How long after an answer a host is taken to be there.
const LATELY: Duration = Duration::from_secs(10);

/// How long a host that failed is asked only where no other answers: this, and twice as long after each further failure.
const SHORTEST_AVOIDANCE: Duration = Duration::from_secs(5);
const LONGEST_AVOIDANCE: Duration = Duration::from_secs(60);

/// A node of the cluster.
pub(super) struct Host {
    /// `https://host:9200`
    pub(super) address: String,
    agent: Agent,
    /// Until when it is avoided, in milliseconds after the client was made.
    pub(super) avoided: AtomicU64,
    /// When it answered last, in milliseconds after the client was made; 0 where it never did.
    answered: AtomicU64,
    /// How often it failed since it answered.
    failures: AtomicU32,
}

impl Host {
    pub(super) fn new(address: &str, options: &ClusterOptions, roots: &RootCerts) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(options.timeout))
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
            .user_agent(concat!("ibid/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(roots.clone()).build());
        if is_loopback(address) {
            config = config.proxy(None);
        }
        Self {
            address: address.to_owned(),
            agent: config.build().new_agent(),
            avoided: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            failures: AtomicU32::new(0),
        }
    }

    pub(super) fn ask(
        &self,
        request: Request<()>,
        body: Option<&[u8]>,
        timeout: Duration,
        is_shorter: bool,
    ) -> Result<Response<ureq::Body>, ureq::Error> {
        // Without this, connections are shared with all requests, and so is what was agreed on in handshakes.
        let mut request = request;
        if is_shorter {
            request = self
                .agent
                .configure_request(request)
                .timeout_global(Some(timeout))
                .build();
        }
        let (head, ()) = request.into_parts();
        match body {
            Some(bytes) => self.agent.run(Request::from_parts(head, bytes)),
            // Without a length it would be sent in chunks.
            None if [Method::POST, Method::PUT].contains(&head.method) => {
                self.agent.run(Request::from_parts(head, &[][..]))
            }
            None => self.agent.run(Request::from_parts(head, ())),
        }
    }

    /// It answered, whatever it was; `now` is in milliseconds after the client was made.
    pub(super) fn answered(&self, now: u64) {
        self.failures.store(0, Ordering::Relaxed);
        self.avoided.store(0, Ordering::Relaxed);
        self.answered.store(now.max(1), Ordering::Relaxed);
    }

    /// Whether it answered so lately that it can be expected to answer now.
    pub(super) fn answered_lately(&self, now: u64) -> bool {
        let last = self.answered.load(Ordering::Relaxed);
        last != 0 && u128::from(now.saturating_sub(last)) < LATELY.as_millis()
    }

    /// It did not answer.
    pub(super) fn failed(&self, now: u64) {
        self.answered.store(0, Ordering::Relaxed);
        // Several requests may fail at once, which is one failure.
        if self.avoided.load(Ordering::Relaxed) > now {
            return;
        }
        let before = self.failures.fetch_add(1, Ordering::Relaxed);
        let avoidance = doubled(SHORTEST_AVOIDANCE, before, LONGEST_AVOIDANCE);
        let until = now.saturating_add(u64::try_from(avoidance.as_millis()).unwrap_or(u64::MAX));
        self.avoided.store(until, Ordering::Relaxed);
    }
}

/// Twice as long each time, to a bound.
pub(super) fn doubled(first: Duration, times: u32, last: Duration) -> Duration {
    first.saturating_mul(1 << times.min(16)).min(last)
}
