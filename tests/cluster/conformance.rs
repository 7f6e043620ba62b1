//! Does the engine on a cluster do what every engine has to, and answer as the embedded one does?

#[path = "../conformance/mod.rs"]
mod suite;

use crate::Done;
use crate::support::Cluster;
use ibid::engine::opensearch::OpenSearchEngine;
use ibid::engine::tantivy::TantivyEngine;
use std::cell::Cell;
use std::time::Duration;
use tempfile::TempDir;

/// An empty index of this name with so many shards.
fn engine(cluster: &Cluster, name: &str, shards: u32) -> OpenSearchEngine {
    OpenSearchEngine::open_or_create(&cluster.address(name, shards)).unwrap()
}

pub(crate) fn conforms(cluster: &Cluster) -> Done {
    let number = Cell::new(0);
    suite::conforms(|| {
        number.set(number.get() + 1);
        engine(cluster, &format!("conforms-{}", number.get()), 1)
    });
    Done::Passed
}

pub(crate) fn answers_alike(cluster: &Cluster) -> Done {
    for shards in [1, 3] {
        let folder = TempDir::new().unwrap();
        let embedded = TantivyEngine::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let clustered = engine(cluster, &format!("alike-{shards}"), shards);
        suite::alike::answer_alike(&embedded, &clustered);
    }
    Done::Passed
}
