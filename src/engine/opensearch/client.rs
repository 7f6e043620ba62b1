//! How is a cluster talked to? Requests over several hosts, tried again where that helps.
//!
//! A request goes to the host that answered last, and on to the next where that one fails. A host that was silent for a while is asked
//! for a sign of life first: one that is halted takes requests and never answers them. What may not be sent twice is only sent again
//! where nothing can have arrived.

mod answer;
mod failure;
mod host;
mod trust;

use super::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use failure::Failure;
use host::{Host, doubled};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use ureq::http::{Request, Response};
use ureq::tls::RootCerts;

pub(super) use answer::{Answer, reason, reason_of};
pub(super) use ureq::http::Method;

/// How long a host may take to show that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// How many bytes an answer may have.
const LARGEST_ANSWER: u64 = 512 << 20;

/// How long [`Again::Briefly`] goes on beyond the time that one request may take, and how often it asks every host.
const BRIEFLY: Duration = Duration::from_secs(10);
const BRIEF_ROUNDS: u32 = 3;

/// A pause before something is tried again is chosen at random up to a bound ("full jitter", Brooker, "Exponential Backoff And
/// Jitter", AWS 2015), which doubles from the first to the last of these.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A cluster, as requests are sent to it. Threads may share it.
pub(super) struct Client {
    hosts: Vec<Host>,
    /// The host that answered last.
    latest: AtomicUsize,
    authorization: Option<HeaderValue>,
    user: Option<String>,
    /// The hosts, for messages.
    name: String,
    timeout: Duration,
    patience: Duration,
    born: Instant,
    largest_answer: u64,
}

/// What a request carries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    Empty,
    Json(&'a Value),
    /// JSON values, a line each, as `_bulk` and `_msearch` take them.
    Lines(&'a [u8]),
}

/// How long a request is sent again where it fails, or is answered with 429, 502, 503 or 504.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// What may be sent once only: the next host is asked where nothing can have arrived.
    Never,
    /// What somebody waits for: each host is asked up to three times, within ten seconds beyond the time of one request.
    Briefly,
    /// What has to succeed, and does no harm when it is done twice: until the patience of the options is at its end.
    Patiently,
}

/// How one try ended that did not end it all.
enum Tried {
    Answered(Answer),
    /// An answer that may be another a little later; how long to wait, where the node said so.
    Busy(Answer, Option<Duration>),
    Failed(Failure),
}

impl Client {
    /// A client of this cluster, which has not asked it anything yet.
    ///
    /// # Errors
    /// `Usage` where credentials are given by half, or would travel unencrypted; `NotFound`, `Io` or `Unreadable` where the
    /// authorities to trust cannot be read.
    pub(super) fn new(cluster: &Cluster) -> Result<Self> {
        if cluster.hosts.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "the cluster has no host"));
        }
        let options = &cluster.options;
        let authorization = trust::authorization(cluster)?;
        let roots = match &options.ca {
            Some(path) => trust::authorities(path)?,
            None => RootCerts::WebPki,
        };
        let hosts: Vec<Host> = cluster
            .hosts
            .iter()
            .map(|address| Host::new(address, options, &roots))
            .collect();
        Ok(Self {
            hosts,
            // Many processes of one request each would all ask the first otherwise.
            latest: AtomicUsize::new(fastrand::usize(..cluster.hosts.len())),
            authorization,
            user: options.user.clone(),
            name: cluster.hosts.join(","),
            timeout: options.timeout,
            patience: options.patience,
            born: Instant::now(),
            largest_answer: LARGEST_ANSWER,
        })
    }

    /// Sends a request, and gives the answer, whatever its status: only 401, and 403 where it is about who asks, are errors.
    /// `path` begins with `/`, and may have a query. An answer of 429, 502, 503 or 504 is one that stayed so to the end.
    ///
    /// # Errors
    /// `Unavailable` where no node answers, where one has a certificate that is not trusted, or refuses who asks; `Engine` where
    /// an answer is too large.
    pub(super) fn send(
        &self,
        method: &Method,
        path: &str,
        body: Body<'_>,
        again: Again,
    ) -> Result<Answer> {
        let start = Instant::now();
        let (longest, rounds) = match again {
            Again::Never => (self.timeout, 1),
            Again::Briefly => (self.timeout + BRIEFLY, BRIEF_ROUNDS),
            Again::Patiently => (self.patience, u32::MAX),
        };
        let json;
        let (kind, bytes) = match body {
            Body::Empty => (None, &[][..]),
            Body::Json(value) => {
                json = value.to_string();
                (Some("application/json"), json.as_bytes())
            }
            Body::Lines(lines) => (Some("application/x-ndjson"), lines),
        };
        // The last that is known of each host, and the last answer.
        let mut failed: Vec<Option<Failure>> = self.hosts.iter().map(|_| None).collect();
        let mut answer = None;
        let mut pauses = 0;
        let mut rested = false;
        'rounds: for round in 0..rounds {
            if round > 0 && !rested && !pause(start, longest, &mut pauses, None) {
                break;
            }
            rested = false;
            let mut answered = false;
            for (index, avoided) in self.order() {
                // Who is avoided is asked only if nobody else has said a word.
                if avoided && answered {
                    continue;
                }
                let left = longest.saturating_sub(start.elapsed());
                let first = round == 0 && answer.is_none() && failed.iter().all(Option::is_none);
                if left.is_zero() && !first {
                    break 'rounds;
                }
                let timeout = if first {
                    self.timeout
                } else {
                    self.timeout.min(left)
                };
                // Once, as all may just be slow.
                if round == 0
                    && let Some(failure) = self.is_silent(&self.hosts[index])?
                {
                    failed[index] = Some(failure);
                    continue;
                }
                let request = self.request(method, path, kind, &self.hosts[index])?;
                match self.attempt(&self.hosts[index], request, kind.map(|_| bytes), timeout)? {
                    Tried::Answered(answer) => {
                        self.latest.store(index, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    Tried::Busy(busy, wait) => {
                        answered = true;
                        failed[index] = None;
                        let overloaded = busy.status == 429;
                        answer = Some(busy);
                        if again == Again::Never {
                            break 'rounds;
                        }
                        let wait = wait.filter(|_| overloaded);
                        if overloaded && !pause(start, longest, &mut pauses, wait) {
                            break 'rounds;
                        }
                        rested = overloaded;
                    }
                    Tried::Failed(failure) => {
                        let over = again == Again::Never && failure.may_have_arrived;
                        failed[index] = Some(failure);
                        rested = false;
                        if over {
                            break 'rounds;
                        }
                    }
                }
            }
        }
        answer.ok_or_else(|| self.no_answer(&failed))
    }

    /// The hosts in the order in which they are asked, those that are avoided last.
    fn order(&self) -> Vec<(usize, bool)> {
        let now = self.now();
        let latest = self.latest.load(Ordering::Relaxed);
        let mut order: Vec<(usize, bool)> = (0..self.hosts.len())
            .map(|offset| (latest + offset) % self.hosts.len())
            .map(|index| {
                let avoided = self.hosts[index].avoided.load(Ordering::Relaxed);
                (index, avoided > now)
            })
            .collect();
        order.sort_by_key(|(_, avoided)| *avoided);
        order
    }

    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        kind: Option<&'static str>,
        host: &Host,
    ) -> Result<Request<()>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", host.address))
            .header(ACCEPT, "application/json");
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        request.body(()).map_err(|error| {
            let what = format!("{path:?} cannot be asked of a cluster");
            Error::with_cause(ErrorKind::Engine, what, error)
        })
    }

    /// Asks one host once.
    fn attempt(
        &self,
        host: &Host,
        request: Request<()>,
        body: Option<&[u8]>,
        timeout: Duration,
    ) -> Result<Tried> {
        let tried = host
            .ask(request, body, timeout, timeout < self.timeout)
            .and_then(|response| self.read(response));
        match tried {
            Ok(tried) => {
                host.answered(self.now());
                self.judge(host, tried)
            }
            Err(error) => Ok(Tried::Failed(self.failure(host, &error)?)),
        }
    }

    /// Why a host gives no sign of life, where there is another to be asked and it gave none for a while.
    fn is_silent(&self, host: &Host) -> Result<Option<Failure>> {
        if self.hosts.len() == 1 || host.answered_lately(self.now()) {
            return Ok(None);
        }
        let request = self.request(&Method::HEAD, "/", None, host)?;
        let timeout = self.timeout.min(SIGN_OF_LIFE);
        match host.ask(request, None, timeout, timeout < self.timeout) {
            // Whatever it says: who asks may not be allowed to.
            Ok(_) => {
                host.answered(self.now());
                Ok(None)
            }
            Err(error) => Ok(Some(Failure {
                may_have_arrived: false,
                ..self.failure(host, &error)?
            })),
        }
    }

    /// Remembers that a host failed; an error where no other try changes that.
    fn failure(&self, host: &Host, error: &ureq::Error) -> Result<Failure> {
        if let Some(error) = failure::that_stays(error, &host.address, self.largest_answer) {
            return Err(error);
        }
        host.failed(self.now());
        Ok(Failure::of(error))
    }

    fn read(&self, response: Response<ureq::Body>) -> Result<Tried, ureq::Error> {
        let (head, body) = response.into_parts();
        let answer = Answer {
            status: head.status.as_u16(),
            body: body
                .into_with_config()
                .limit(self.largest_answer)
                .read_to_vec()?,
        };
        if !answer.may_be_another_later() {
            return Ok(Tried::Answered(answer));
        }
        let seconds = head
            .headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok(Tried::Busy(answer, seconds.map(Duration::from_secs)))
    }

    /// Whether the host refuses who asks, which no other try changes.
    fn judge(&self, host: &Host, tried: Tried) -> Result<Tried> {
        let Tried::Answered(answer) = &tried else {
            return Ok(tried);
        };
        match answer.status {
            401 => Err(self.unknown_user(host)),
            403 if answer.error_type().as_deref() != Some("cluster_block_exception") => {
                let who = match &self.user {
                    Some(user) => format!("the user {user:?}"),
                    None => "who gives no user".to_owned(),
                };
                Err(Error::new(
                    ErrorKind::Unavailable,
                    format!(
                        "{who} may not do this on the cluster at {} (403): {}",
                        host.address,
                        reason(answer)
                    ),
                )
                .with_advice(
                    "give the user the rights that the reason names, or ask as another user",
                ))
            }
            _ => Ok(tried),
        }
    }

    fn unknown_user(&self, host: &Host) -> Error {
        let what = match self.user {
            Some(_) => format!(
                "the cluster at {} does not know the user or the password (401)",
                host.address
            ),
            None => format!(
                "the cluster at {} wants to know who asks (401)",
                host.address
            ),
        };
        Error::new(ErrorKind::Unavailable, what).with_advice(
            "give the user and the password by IBID_OPENSEARCH_USER and IBID_OPENSEARCH_PASSWORD_FILE (or IBID_OPENSEARCH_PASSWORD)",
        )
    }

    fn no_answer(&self, failed: &[Option<Failure>]) -> Error {
        let why: Vec<String> = self
            .hosts
            .iter()
            .zip(failed)
            .filter_map(|(host, failure)| {
                Some(format!("{}: {}", host.address, failure.as_ref()?.why))
            })
            .collect();
        Error::new(
            ErrorKind::Unavailable,
            format!(
                "no node of the cluster at {} answers ({})",
                self.name,
                why.join("; ")
            ),
        )
        .with_advice(
            "check the address, also whether it is http or https, and that the cluster is running and can be reached from here",
        )
    }
}

/// Waits before something is tried again, as long as the server said, or at random; not where that would be beyond `longest`.
fn pause(start: Instant, longest: Duration, pauses: &mut u32, said: Option<Duration>) -> bool {
    let bound = doubled(SHORTEST_PAUSE, *pauses, LONGEST_PAUSE);
    *pauses = pauses.saturating_add(1);
    let length = match said {
        Some(said) => said.min(LONGEST_PAUSE),
        None => bound.mul_f64(fastrand::f64()),
    };
    if start.elapsed() + length >= longest {
        return false;
    }
    std::thread::sleep(length);
    true
}

#[cfg(test)]
mod tests;
