//! Is the README's first minute true to the letter?

use super::support::Sandbox;
use std::fs;
use std::path::Path;

#[test]
fn the_first_minute_prints_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sandbox = Sandbox::new();
    for entry in fs::read_dir(root.join("corpus")).unwrap() {
        let entry = entry.unwrap();
        let name = format!("corpus/{}", entry.file_name().to_string_lossy());
        sandbox.write(&name, fs::read(entry.path()).unwrap());
    }
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let ran = sandbox.run(&["search", "back spasm", "-n", "2"]);
    assert!(readme.contains(&ran.stdout), "{}", ran.stdout);
    for line in ran.stderr.lines() {
        assert!(readme.contains(line), "{line}");
    }
    let ran = sandbox.run(&["search", "charly horse", "-n", "1"]);
    assert!(
        readme.contains(&format!("{}{}", ran.stdout, ran.stderr)),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    let report = sandbox.json(&["search", "--json", "back spasm"]);
    for hit in &report["hits"].as_array().unwrap()[..3] {
        let path: Vec<&str> = hit["heading_path"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part.as_str().unwrap())
            .collect();
        let line = format!(
            "{}: {}\n",
            hit["article"]["title"].as_str().unwrap(),
            path.join(" > ")
        );
        assert!(readme.contains(&line), "{line}");
    }
}

#[test]
fn every_command_and_flag_that_the_readme_names_is_there() {
    let readme = include_str!("../../README.md");
    let sandbox = Sandbox::new();
    let help: String = [
        "index",
        "watch",
        "search",
        "export",
        "parse",
        "show",
        "list",
        "status",
        "remove",
        "check",
        "eval",
        "vocabulary",
        "schema",
        "completions",
        "man",
        "serve",
        "mcp",
    ]
    .iter()
    .map(|command| {
        assert!(
            readme.contains(&format!("ibid {command}")),
            "{command} is not in the README"
        );
        sandbox.ok(&[command, "--help"]).stdout
    })
    .collect();
    let flags = readme
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word.len() > 3 && !word.starts_with("---"));
    let of_cargo = ["--release", "--path", "--example", "--no-default-features"];
    for flag in flags.filter(|flag| !of_cargo.contains(flag) && *flag != "--help") {
        assert!(
            help.contains(flag),
            "{flag} is in the README and not in the help"
        );
    }
}
