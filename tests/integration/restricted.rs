//! Does a run that looks only at what has changed leave the index as a look at everything would?

use crate::support::{Sandbox, cramps};
use ibid::report::IndexReport;
use ibid::{IndexOptions, KnowledgeBase, Silent};
use std::fs;
use std::path::{Path, PathBuf};

struct Library {
    sandbox: Sandbox,
    given: Vec<PathBuf>,
    knowledge: KnowledgeBase,
}

impl Library {
    fn new(given: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        for name in ["a.txt", "b.txt", "d/c.txt", "d/e/f.txt", "g/h.txt"] {
            sandbox.write(&format!("kb/{name}"), cramps());
        }
        let real = sandbox.path().canonicalize().unwrap();
        let library = Self {
            given: given.iter().map(|name| real.join(name)).collect(),
            knowledge: KnowledgeBase::open_or_create(real.join("index")).unwrap(),
            sandbox,
        };
        library.index(&[]);
        library
    }

    fn at(&self, name: &str) -> PathBuf {
        self.sandbox.path().canonicalize().unwrap().join(name)
    }

    fn index(&self, only: &[&str]) -> IndexReport {
        let options = IndexOptions {
            threads: 1,
            only: only.iter().map(|name| self.at(name)).collect(),
            ..IndexOptions::default()
        };
        self.knowledge
            .index(&self.given, &options, &Silent)
            .unwrap()
    }

    /// What a run over these paths did; a look at everything has to find nothing more to do.
    fn step(&self, only: &[&str]) -> [u64; 4] {
        let report = self.index(only);
        let counts = counts(&report);
        let after = self.index(&[]);
        assert_eq!(
            (after.added, after.updated, after.removed),
            (0, 0, 0),
            "a look at everything found more"
        );
        assert_eq!(after.unchanged, report.index.articles);
        counts
    }
}

fn counts(report: &IndexReport) -> [u64; 4] {
    [
        report.added,
        report.updated,
        report.unchanged,
        report.removed,
    ]
}

fn rename(from: &Path, to: &Path) {
    fs::rename(from, to).unwrap();
}

#[test]
fn files_that_are_new_changed_or_gone_are_found_by_their_paths() {
    let library = Library::new(&["kb"]);
    library
        .sandbox
        .write("kb/a.txt", format!("{}\nMore.\n", cramps()));
    library.sandbox.write("kb/new.txt", cramps());
    fs::remove_file(library.at("kb/b.txt")).unwrap();
    assert_eq!(
        library.step(&["kb/a.txt", "kb/new.txt", "kb/b.txt"]),
        [1, 1, 0, 1]
    );
    assert_eq!(library.step(&["kb/g/h.txt", "kb/never.txt"]), [0, 0, 1, 0]);
}

#[test]
fn a_file_that_is_gone_is_taken_out_though_nothing_else_is_looked_at() {
    let library = Library::new(&["kb"]);
    fs::remove_file(library.at("kb/b.txt")).unwrap();
    assert_eq!(library.step(&["kb/b.txt"]), [0, 0, 0, 1]);
}

#[test]
fn folders_that_are_new_renamed_or_gone_are_found_with_all_that_is_in_them() {
    let library = Library::new(&["kb"]);
    rename(&library.at("kb/d"), &library.at("kb/z"));
    let report = library.index(&["kb/d", "kb/z"]);
    assert_eq!((counts(&report), report.moved), ([2, 0, 0, 2], 2));
    fs::remove_dir_all(library.at("kb/z")).unwrap();
    assert_eq!(library.step(&["kb/z"]), [0, 0, 0, 2]);
    library.sandbox.write("kb/new/deep/i.txt", cramps());
    library.sandbox.write("kb/new/j.txt", cramps());
    assert_eq!(library.step(&["kb/new"]), [2, 0, 0, 0]);
}

#[test]
fn what_is_moved_out_is_removed_and_what_is_moved_in_is_added() {
    let library = Library::new(&["kb"]);
    fs::create_dir(library.at("outside")).unwrap();
    rename(&library.at("kb/d"), &library.at("outside/d"));
    rename(&library.at("kb/a.txt"), &library.at("outside/a.txt"));
    assert_eq!(library.step(&["kb/d", "kb/a.txt"]), [0, 0, 0, 3]);
    rename(&library.at("outside/d"), &library.at("kb/d"));
    rename(&library.at("outside/a.txt"), &library.at("kb/back.txt"));
    assert_eq!(library.step(&["kb/d", "kb/back.txt"]), [3, 0, 0, 0]);
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let library = Library::new(&["kb"]);
    fs::remove_file(library.at("kb/a.txt")).unwrap();
    library.sandbox.write("kb/a.txt/k.txt", cramps());
    assert_eq!(library.step(&["kb/a.txt"]), [1, 0, 0, 1]);
    fs::remove_dir_all(library.at("kb/a.txt")).unwrap();
    library.sandbox.write("kb/a.txt", cramps());
    assert_eq!(library.step(&["kb/a.txt", "kb/a.txt/k.txt"]), [1, 0, 0, 1]);
}

#[test]
fn only_the_given_paths_that_are_concerned_are_looked_at() {
    let library = Library::new(&["kb/d", "kb/g", "kb/a.txt"]);
    fs::remove_file(library.at("kb/g/h.txt")).unwrap();
    library.sandbox.write("kb/g/l.txt", cramps());
    library.sandbox.write("kb/d/new.txt", cramps());
    assert_eq!(counts(&library.index(&["kb/g"])), [1, 0, 0, 1]);
    assert_eq!(library.step(&["kb/d", "kb/a.txt"]), [1, 0, 3, 0]);
}

#[test]
fn a_given_folder_that_is_empty_now_keeps_its_articles() {
    let library = Library::new(&["kb/g", "kb/d"]);
    fs::remove_file(library.at("kb/g/h.txt")).unwrap();
    let report = library.index(&["kb/g/h.txt"]);
    assert_eq!(counts(&report), [0, 0, 0, 0]);
    let reason = &report.skipped[0].reason;
    assert!(reason.contains("its articles (1) are kept"), "{reason}");
}

#[test]
fn what_is_ignored_stays_so_whichever_path_is_looked_at() {
    let library = Library::new(&["kb"]);
    library.sandbox.write("kb/.ibidignore", "private\n");
    library.sandbox.write("kb/private/m.txt", cramps());
    assert_eq!(library.step(&["kb/private/m.txt"]), [0, 0, 0, 0]);
    assert_eq!(library.step(&["kb/private"]), [0, 0, 0, 0]);
}
