//! Who asks, and whose certificates are trusted?

use super::super::cluster::{Cluster, is_loopback};
use crate::error::{Error, ErrorKind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::path::Path;
use ureq::http::header::HeaderValue;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// The header that says who asks.
pub(super) fn authorization(cluster: &Cluster) -> Result<Option<HeaderValue>> {
    let options = &cluster.options;
    let usage = |what: &str, advice: &'static str| {
        Err(Error::new(ErrorKind::Usage, what).with_advice(advice))
    };
    let (user, password) = match (&options.user, &options.password) {
        (None, None) => return Ok(None),
        (Some(user), Some(password)) => (user, password),
        (Some(_), None) => {
            return usage(
                "there is a user for the cluster and no password",
                "give it by IBID_OPENSEARCH_PASSWORD_FILE or IBID_OPENSEARCH_PASSWORD",
            );
        }
        (None, Some(_)) => {
            return usage(
                "there is a password for the cluster and no user",
                "give it by IBID_OPENSEARCH_USER",
            );
        }
    };
    if user.contains(':') || user.contains(char::is_control) {
        return usage(
            "the name of a user of a cluster has neither a colon nor control characters",
            "check IBID_OPENSEARCH_USER",
        );
    }
    if let Some(host) = cluster
        .hosts
        .iter()
        .find(|host| host.starts_with("http://") && !is_loopback(host))
    {
        return usage(
            &format!("the password would travel to {host} unencrypted"),
            "ask the cluster by https, or give no password",
        );
    }
    let encoded = STANDARD.encode(format!("{user}:{}", password.0));
    let mut value = HeaderValue::from_str(&format!("Basic {encoded}"))
        .map_err(|_| Error::new(ErrorKind::Usage, "the password fits into no header"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// The certificates of the authorities in a file.
pub(super) fn authorities(path: &Path) -> Result<RootCerts> {
    let bytes =
        std::fs::read(path).map_err(|error| Error::io("read the certificates in", path, error))?;
    let unreadable = |what| {
        Error::new(ErrorKind::Unreadable, format!("{} {what}", path.display()))
            .with_advice("give a file of certificates in PEM (-----BEGIN CERTIFICATE-----)")
    };
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => {
                RootCertStore::empty()
                    .add(CertificateDer::from(certificate.der()))
                    .map_err(|_| unreadable("holds a certificate that cannot be read"))?;
                certificates.push(certificate);
            }
            Ok(_) => {}
            Err(_) => return Err(unreadable("is not whole")),
        }
    }
    if certificates.is_empty() {
        return Err(unreadable("holds no certificate"));
    }
    Ok(certificates.into())
}
