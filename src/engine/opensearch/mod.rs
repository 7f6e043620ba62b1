//! The engine past one machine: an index on a cluster of OpenSearch.
//!
//! `cluster` knows where it is and how it is talked to, `client` talks to it. "Document" and "shard" are the server's words, and
//! stay in here.

mod client;
mod cluster;

use super::{Engine, Mark, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use std::time::Duration;

pub use cluster::{Cluster, ClusterOptions, Password};

/// An index on a cluster.
pub struct OpenSearchEngine {
    cluster: Cluster,
}

impl OpenSearchEngine {
    /// Whether there is an index of ours at this address.
    ///
    /// # Errors
    /// `ForeignIndex` where the name is that of something else, `Unavailable` where the cluster does not answer.
    pub fn exists(cluster: &Cluster) -> Result<bool> {
        Err(not_yet(cluster))
    }

    /// Opens the index at this address.
    ///
    /// # Errors
    /// `NoIndex` where there is none, and as the embedded engine.
    pub fn open(cluster: &Cluster) -> Result<Self> {
        Err(not_yet(cluster))
    }

    /// Opens the index at this address, or makes an empty one where there is none.
    ///
    /// # Errors
    /// As [`OpenSearchEngine::open`].
    pub fn open_or_create(cluster: &Cluster) -> Result<Self> {
        Err(not_yet(cluster))
    }
}

fn not_yet(cluster: &Cluster) -> Error {
    Error::new(ErrorKind::Engine, format!("{cluster} cannot be read yet"))
}

impl Engine for OpenSearchEngine {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        Err(not_yet(&self.cluster))
    }

    fn mark(&self) -> Result<Mark> {
        Err(not_yet(&self.cluster))
    }

    fn writer(&self, _threads: usize, _wait: Duration) -> Result<Box<dyn Writer>> {
        Err(not_yet(&self.cluster))
    }

    fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        Err(not_yet(&self.cluster))
    }

    fn set_vocabulary(&self, _name: &str, _bytes: Option<&[u8]>) -> Result<()> {
        Err(not_yet(&self.cluster))
    }
}
