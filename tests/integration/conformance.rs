//! Does the embedded engine do what every engine has to?

#[path = "../conformance/mod.rs"]
mod suite;

use ibid::engine::tantivy::TantivyEngine;
use std::cell::RefCell;
use std::time::Duration;
use tempfile::TempDir;

#[test]
fn tantivy_conforms() {
    let folders: RefCell<Vec<TempDir>> = RefCell::default();
    suite::conforms(|| {
        let folder = TempDir::new().unwrap();
        let engine = TantivyEngine::open_or_create(folder.path(), Duration::ZERO).unwrap();
        folders.borrow_mut().push(folder);
        engine
    });
}

#[test]
fn one_engine_answers_as_another_does() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let [one, other] = folders
        .each_ref()
        .map(|folder| TantivyEngine::open_or_create(folder.path(), Duration::ZERO).unwrap());
    suite::alike::answer_alike(&one, &other);
}
