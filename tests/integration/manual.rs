//! The man pages: one for each command, alone or all at once.

use crate::support::Sandbox;
use std::fs;

/// Whether a page is what `man` can read: a title, and the sections that every page has.
fn assert_is_page(page: &str, title: &str) {
    let heading = page.lines().find(|line| line.starts_with(".TH "));
    let heading = heading.unwrap_or_else(|| panic!("{title} has no title:\n{page}"));
    // In roff a hyphen that is meant as one has a backslash.
    let heading = heading.replace('\\', "");
    assert!(heading.starts_with(&format!(".TH {title} 1")), "{heading}");
    for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
        assert!(page.contains(section), "{title} lacks {section}");
    }
}

#[test]
fn every_command_has_a_page_of_its_own() {
    let sandbox = Sandbox::new();
    assert_is_page(&sandbox.ok(&["man"]).stdout, "ibid");
    let page = sandbox.ok(&["man", "search"]).stdout;
    assert_is_page(&page, "ibid-search");
    for option in ["like", "since", "index", "color"] {
        assert!(page.contains(option), "--{option} is not in the page");
    }
    let page = sandbox.ok(&["man", "vocabulary", "import"]).stdout;
    assert_is_page(&page, "ibid-vocabulary-import");
}

#[test]
fn the_page_of_a_command_that_is_not_there_is_bad_usage() {
    let sandbox = Sandbox::new();
    for args in [
        &["man", "frobnicate"][..],
        &["man", "search", "frobnicate"],
        &["man", "search", "--all", "pages"],
    ] {
        let ran = sandbox.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
    }
    let said = sandbox.run(&["man", "frobnicate"]).stderr;
    assert!(
        said.contains("frobnicate") && said.contains("vocabulary"),
        "{said}"
    );
}

#[test]
fn all_pages_are_written_into_a_folder() {
    let sandbox = Sandbox::new();
    let ran = sandbox.ok(&["man", "--all", "share/man1"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let mut names = Vec::new();
    for entry in fs::read_dir(sandbox.path().join("share/man1")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let title = name
            .strip_suffix(".1")
            .expect("a page of the first section");
        let page = fs::read_to_string(&path).unwrap();
        assert_is_page(&page, title);
        let words: Vec<&str> = title.split('-').skip(1).collect();
        let alone = sandbox.ok(&[&["man"], &words[..]].concat()).stdout;
        assert_eq!(page, alone, "{title}");
        names.push(name);
    }
    for name in [
        "ibid.1",
        "ibid-search.1",
        "ibid-vocabulary-import.1",
        "ibid-man.1",
    ] {
        assert!(names.iter().any(|page| page == name), "{name}: {names:?}");
    }
    // What the page of all refers to is there.
    let top = fs::read_to_string(sandbox.path().join("share/man1/ibid.1")).unwrap();
    for line in top.lines().filter(|line| line.ends_with("(1)")) {
        let name = line.replace('\\', "").replace("(1)", ".1");
        assert!(names.contains(&name), "{line} leads nowhere: {names:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("taken", "a file");
    let ran = sandbox.run(&["man", "--all", "taken"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("taken"), "{}", ran.stderr);
}
