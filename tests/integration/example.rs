//! The library as it is shown.

#[path = "../../examples/search_a_folder.rs"]
mod search_a_folder;

#[test]
fn the_example_runs_and_is_fifteen_lines() {
    search_a_folder::main().unwrap();
    let source = include_str!("../../examples/search_a_folder.rs");
    let body = source
        .lines()
        .skip_while(|line| !line.contains("fn main"))
        .skip(1);
    let lines = body
        .filter(|line| !line.trim().is_empty() && *line != "}")
        .count();
    assert!(lines <= 15, "{lines} lines");
}
