//! Where is a cluster, and how is it talked to?

use crate::error::Result;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

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
    /// How long one request may take.
    pub timeout: Duration,
    /// How long something is tried again that a later try may bring about, before it is given up.
    pub patience: Duration,
    /// How many bytes of passages are sent at once, at the most.
    pub bulk_bytes: usize,
    /// How many such requests are under way at once, at the most.
    pub bulk_requests: usize,
}

/// What is not to be seen.
#[derive(Clone, PartialEq)]
pub struct Password(pub(super) String);

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

    /// Reads `https://host:9200/name`.
    ///
    /// # Errors
    /// `Usage`.
    pub fn parse(_address: &str, _options: ClusterOptions) -> Result<Self> {
        Err(crate::error::Error::new(
            crate::error::ErrorKind::Usage,
            "not yet",
        ))
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
            timeout: Duration::from_secs(30),
            patience: Duration::from_secs(120),
            bulk_bytes: 8 << 20,
            bulk_requests: 4,
        }
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.hosts.join(","), self.index)
    }
}
