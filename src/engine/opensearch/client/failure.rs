//! Why did a host not answer, and may another try help?

use super::answer::readable;
use crate::error::{Error, ErrorKind};
use rustls::CertificateError;
use std::io;
use ureq::Timeout;

/// A try that failed, and may not fail the next time.
#[derive(Debug)]
pub(super) struct Failure {
    /// What a person reads.
    pub(super) why: String,
    /// Whether the host may have done what it was asked to.
    pub(super) may_have_arrived: bool,
}

impl Failure {
    pub(super) fn of(error: &ureq::Error) -> Self {
        let (why, may_have_arrived) = match error {
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                ("timed out when it was connected to".to_owned(), false)
            }
            ureq::Error::Timeout(_) => ("timed out".to_owned(), true),
            ureq::Error::HostNotFound => ("there is no such host".to_owned(), false),
            ureq::Error::ConnectionFailed => ("no connection".to_owned(), false),
            ureq::Error::Protocol(error) => (format!("does not speak HTTP: {error}"), true),
            ureq::Error::Io(cause) if tls(error).is_none() => of_system(cause),
            _ => match tls(error) {
                Some(rustls::Error::InvalidMessage(_)) => (
                    "does not speak TLS: is it to be asked by http?".to_owned(),
                    true,
                ),
                Some(error) => (format!("TLS: {error}"), true),
                None => (error.to_string(), true),
            },
        };
        Self {
            why: readable(&why),
            may_have_arrived,
        }
    }
}

fn of_system(cause: &io::Error) -> (String, bool) {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => ("connection refused".to_owned(), false),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ("cannot be reached".to_owned(), false)
        }
        io::ErrorKind::AddrNotAvailable => (cause.to_string(), false),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ("timed out".to_owned(), true),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => ("the connection was closed".to_owned(), true),
        _ => {
            let what = cause.to_string();
            // The standard library has no kind for it.
            let unknown = what.starts_with("failed to lookup address information");
            (what, !unknown)
        }
    }
}

/// What the TLS of this side said, wherever it stands in the error.
fn tls(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// The error that no other try would change, where it is one.
pub(super) fn that_stays(error: &ureq::Error, host: &str, largest_answer: u64) -> Option<Error> {
    if let Some(rustls::Error::InvalidCertificate(why)) = tls(error) {
        return Some(of_certificate(why, host));
    }
    match error {
        ureq::Error::BodyExceedsLimit(_) => Some(Error::new(
            ErrorKind::Engine,
            format!("an answer of {host} is larger than {largest_answer} bytes"),
        )),
        ureq::Error::Http(_)
        | ureq::Error::BadUri(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::TlsRequired => Some(Error::new(
            ErrorKind::Engine,
            format!("{host} cannot be asked: {}", readable(&error.to_string())),
        )),
        _ => None,
    }
}

fn of_certificate(why: &CertificateError, host: &str) -> Error {
    const CA: &str = "give the file of its authority by IBID_OPENSEARCH_CA";
    let (why, advice) = match why {
        CertificateError::UnknownIssuer => {
            ("no authority that is trusted signed it".to_owned(), CA)
        }
        CertificateError::BadSignature => {
            ("its signature is not that of its authority".to_owned(), CA)
        }
        CertificateError::Expired => ("it has expired".to_owned(), RENEW),
        CertificateError::ExpiredContext { not_after, .. } => {
            (format!("it expired on {}", day(not_after.as_secs())), RENEW)
        }
        CertificateError::NotValidYet => ("it is not valid yet".to_owned(), RENEW),
        CertificateError::NotValidYetContext { not_before, .. } => (
            format!("it is not valid before {}", day(not_before.as_secs())),
            RENEW,
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            why.to_string(),
            "ask the node by a name that its certificate has",
        ),
        other => (other.to_string(), CA),
    };
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "the certificate of {host} is not trusted: {}",
            readable(&why)
        ),
    )
    .with_advice(advice)
}

const RENEW: &str = "give the node another certificate, or set the clock of this machine";

/// The day of a time in seconds since 1970.
fn day(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map_or_else(
            || format!("second {seconds}"),
            |time| time.strftime("%Y-%m-%d").to_string(),
        )
}
