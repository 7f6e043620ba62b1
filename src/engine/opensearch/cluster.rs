//! Where is a cluster, and how is it talked to?

use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where OpenSearch listens, over http and https alike, unless it is told otherwise.
const PORT: u16 = 9200;

/// How long the name of an index may be, in bytes. OpenSearch takes 255; the rest is for names that are made of it.
const LONGEST_NAME: usize = 200;

/// The variables of the environment.
const USER: &str = "IBID_OPENSEARCH_USER";
const PASSWORD: &str = "IBID_OPENSEARCH_PASSWORD";
const PASSWORD_FILE: &str = "IBID_OPENSEARCH_PASSWORD_FILE";
const CA: &str = "IBID_OPENSEARCH_CA";

/// What an address looks like, for whoever gave another.
const FORM: &str =
    "an index on a cluster is named as https://host:9200/name, or https://a:9200,b:9200/name";

/// An index on a cluster: where it is, and how it is talked to.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The addresses of its nodes, `https://host:9200`, without a path.
    pub hosts: Vec<String>,
    /// The name of the index.
    pub index: String,
    /// How it is talked to.
    pub options: ClusterOptions,
}

/// How a cluster is talked to, and how an index is made on it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterOptions {
    /// Who asks.
    pub user: Option<String>,
    /// The password of who asks.
    pub password: Option<Password>,
    /// A file of the certificates (PEM) of the authorities that are trusted, in place of those that everybody trusts.
    pub ca: Option<PathBuf>,
    /// How many shards a new index has.
    pub shards: u32,
    /// How many copies of each shard there are beside the first.
    pub replicas: u32,
    /// How often the server shows a new index what was written, beside what commits ask for; never where it is none. Nothing is found
    /// before its commit in any case: what is shown early only saves the commit some work, and costs the writing more.
    pub refresh: Option<Duration>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long something is tried again that a later try may bring about, before it is given up.
    pub patience: Duration,
    /// How many bytes of passages are sent at once, at the most.
    pub bulk_bytes: usize,
    /// How many such requests are under way at once, at the most.
    pub bulk_requests: usize,
}

/// How many bytes a password in a file has at the most.
const LONGEST_PASSWORD: usize = 1024;

/// What is not to be seen.
#[derive(Clone, PartialEq)]
pub struct Password(pub(super) String);

impl Password {
    /// The password itself.
    pub fn new(password: String) -> Self {
        Self(password)
    }

    /// The password that a file holds, without one end of line at its end. A file of more than a line or a kilobyte holds something
    /// else: settings may come from somebody else's folder, and whatever they name would be sent to a cluster.
    ///
    /// # Errors
    /// `NotFound` or `Io` where the file cannot be read; `Unreadable` where it is not text, holds nothing, or too much.
    pub fn from_file(path: &Path) -> Result<Self> {
        let bytes =
            std::fs::read(path).map_err(|error| Error::io("read the password in", path, error))?;
        let unreadable = |what| {
            Error::new(
                ErrorKind::Unreadable,
                format!("the password in {} {what}", path.display()),
            )
        };
        let text = String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8"))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return Err(unreadable("is empty"));
        }
        if text.len() > LONGEST_PASSWORD || text.contains(['\n', '\r']) {
            return Err(unreadable(
                "is more than one line, or longer than a password",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(..)")
    }
}

impl Cluster {
    /// Whether this is the address of an index on a cluster, and not a folder.
    pub fn is_address(text: &str) -> bool {
        text.starts_with("http://") || text.starts_with("https://")
    }

    /// Reads `https://host:9200/name`, or `https://a:9200,b:9200/name` where there are several nodes. The scheme may stand before
    /// each of them, but is the same for all. Without a port it is 9200, for http and https alike.
    ///
    /// # Errors
    /// `Usage` where it is something else, or where OpenSearch takes no index of that name. No error repeats a password.
    pub fn parse(address: &str, options: ClusterOptions) -> Result<Self> {
        // First of all: whatever else is wrong, an error must not repeat what stands before this sign.
        if address.contains('@') {
            return Err(Error::new(
                ErrorKind::Usage,
                "the address of the cluster holds an @",
            )
            .with_advice(format!(
                "credentials do not belong in an address; give them by {USER} and {PASSWORD_FILE}"
            )));
        }
        if address.contains(['?', '#']) {
            return Err(misfit(
                "an address of a cluster has neither a query nor a fragment".to_owned(),
            ));
        }
        let Some((scheme, mut rest)) = split_scheme(address) else {
            return Err(misfit(
                "the address of a cluster begins with http:// or https://".to_owned(),
            ));
        };
        let mut hosts = Vec::new();
        let path = loop {
            let end = rest.find([',', '/']).unwrap_or(rest.len());
            let (host, after) = rest.split_at(end);
            let host = format!("{scheme}://{}", read_host(host)?);
            if !hosts.contains(&host) {
                hosts.push(host);
            }
            let Some(next) = after.strip_prefix(',') else {
                break after;
            };
            rest = match split_scheme(next) {
                None => next,
                Some((same, next)) if same == scheme => next,
                Some(_) => {
                    return Err(misfit(
                        "the hosts of a cluster are asked all by http or all by https".to_owned(),
                    ));
                }
            };
        };
        let name = path.strip_prefix('/').unwrap_or(path);
        let name = name.strip_suffix('/').unwrap_or(name);
        if name.is_empty() {
            return Err(misfit(
                "the address of the cluster does not name an index".to_owned(),
            ));
        }
        if name.contains('/') {
            return Err(misfit(format!(
                "the path of a cluster's address is the name of an index, not {path:?}"
            )));
        }
        if let Some(why) = refused(name) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("{name:?} cannot be the name of an index: {why}"),
            )
            .with_advice("use lower-case letters, digits, dots, hyphens and underscores"));
        }
        Ok(Self {
            hosts,
            index: name.to_owned(),
            options,
        })
    }
}

fn misfit(what: String) -> Error {
    Error::new(ErrorKind::Usage, what).with_advice(FORM)
}

fn split_scheme(text: &str) -> Option<(&'static str, &str)> {
    ["https", "http"]
        .into_iter()
        .find_map(|scheme| Some((scheme, text.strip_prefix(scheme)?.strip_prefix("://")?)))
}

/// `host`, `host:9200`, `[::1]` or `[::1]:9200`, with the port in any case. What cannot be read is not repeated, as it may be a
/// password for which the rest of the address was forgotten.
fn read_host(text: &str) -> Result<String> {
    let (host, port) = if let Some(inside) = text.strip_prefix('[') {
        let Some((host, port)) = inside.split_once(']') else {
            return Err(misfit(
                "the address of a host begins with [ and has no ]".to_owned(),
            ));
        };
        if host.parse::<Ipv6Addr>().is_err() {
            return Err(misfit(
                "what stands in brackets is no address of IPv6".to_owned(),
            ));
        }
        (format!("[{host}]"), port)
    } else {
        let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
        if host.is_empty() {
            return Err(misfit(
                "the address of the cluster lacks the name of a host".to_owned(),
            ));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !host.bytes().all(fits) {
            return Err(misfit(
                "a host of the address has signs that no name of a host has".to_owned(),
            ));
        }
        (host.to_ascii_lowercase(), port)
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => Some(PORT),
        None => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Some(_) => None,
    };
    match port {
        Some(port) if port != 0 => Ok(format!("{host}:{port}")),
        _ => Err(misfit(format!(
            "what follows the host {host} is no port from 1 to 65535"
        ))),
    }
}

/// Why OpenSearch takes no index of this name (`MetadataCreateIndexService.validateIndexOrAliasName`), or why it would have to be
/// written otherwise in a path.
fn refused(name: &str) -> Option<&'static str> {
    if name == "." || name == ".." {
        Some("it is a folder")
    } else if name.starts_with(['_', '-', '+']) {
        Some("it begins with _, - or +")
    } else if name.len() > LONGEST_NAME {
        Some("it has more than 200 bytes")
    } else if name.chars().any(char::is_uppercase) {
        Some("it has upper-case letters")
    } else if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    {
        Some("it has other signs than letters a to z, digits and . - _")
    } else {
        None
    }
}

/// Whether what is sent to this host (`http://host:9200`) stays on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = split_scheme(host).map_or(host, |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(name) => name.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback()),
        None => {
            name == "localhost"
                || name.ends_with(".localhost")
                || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
        }
    }
}

impl ClusterOptions {
    /// The same, with what the environment says in place of what was said before: `IBID_OPENSEARCH_USER`,
    /// `IBID_OPENSEARCH_PASSWORD` or `IBID_OPENSEARCH_PASSWORD_FILE`, `IBID_OPENSEARCH_CA`. An empty variable says nothing.
    ///
    /// # Errors
    /// `Usage` where a password is given twice, or a variable is not UTF-8; as [`Password::from_file`].
    pub fn with_environment(self) -> Result<Self> {
        self.with_variables(|name| std::env::var_os(name))
    }

    fn with_variables(
        mut self,
        variable: impl Fn(&str) -> Option<std::ffi::OsString>,
    ) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| {
            set(name)
                .map(|value| {
                    value
                        .into_string()
                        .map_err(|_| Error::new(ErrorKind::Usage, format!("{name} is not UTF-8")))
                })
                .transpose()
        };
        if let Some(user) = text(USER)? {
            self.user = Some(user);
        }
        match (text(PASSWORD)?, set(PASSWORD_FILE)) {
            (Some(_), Some(_)) => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!("{PASSWORD} and {PASSWORD_FILE} are both set"),
                )
                .with_advice("give the password by one of them"));
            }
            (Some(password), None) => self.password = Some(Password(password)),
            (None, Some(file)) => self.password = Some(Password::from_file(Path::new(&file))?),
            (None, None) => {}
        }
        if let Some(ca) = set(CA) {
            self.ca = Some(ca.into());
        }
        Ok(self)
    }
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self {
            user: None,
            password: None,
            ca: None,
            shards: 1,
            replicas: 1,
            refresh: None,
            timeout: Duration::from_secs(30),
            patience: Duration::from_secs(120),
            bulk_bytes: 8 << 20,
            bulk_requests: 4,
        }
    }
}

impl fmt::Display for Cluster {
    /// The hosts and the name, as they are given; nobody's credentials.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.hosts.join(","), self.index)
    }
}

#[cfg(test)]
mod tests;
