//! What a person sees: colours where they are wanted, lines that fit, and nothing an article could do to the terminal.

use crate::support::{Sandbox, article, cramps};
use serde_json::json;

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox
}

#[test]
fn a_pipe_gets_no_colours_unless_they_are_asked_for() {
    let library = library();
    let escapes = |args: &[&str]| library.ok(args).stdout.contains('\x1b');
    assert!(!escapes(&["search", "cramps"]));
    assert!(!escapes(&["search", "--color", "never", "cramps"]));
    assert!(!escapes(&["search", "--color", "auto", "cramps"]));
    assert!(escapes(&["search", "--color", "always", "cramps"]));
    assert!(escapes(&["--color=always", "search", "cramps"]));
    assert!(!escapes(&[
        "search", "--color", "always", "--json", "cramps"
    ]));
}

#[test]
fn what_is_asked_for_beats_no_color() {
    let library = library();
    let output = library
        .command(&["search", "--color", "always", "cramps"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains('\x1b'));
}

#[test]
fn colours_only_add_to_what_is_printed() {
    let library = library();
    let plain = library.ok(&["search", "cramps"]).stdout;
    let mut coloured = library
        .ok(&["search", "--color", "always", "cramps"])
        .stdout;
    assert!(coloured.contains("\x1b[1;33mcramps\x1b[0m"), "{coloured:?}");
    while let Some(start) = coloured.find("\x1b[") {
        let length = coloured[start..].find('m').unwrap();
        coloured.replace_range(start..=start + length, "");
    }
    assert_eq!(coloured, plain);
}

#[test]
fn a_hit_shows_its_rank_title_headings_snippet_and_place() {
    let out = library().ok(&["search", "water"]).stdout;
    assert_eq!(
        out,
        "1. Night Cramps\n   What helps\n   Stretch the calf and drink water before bed.\n   kb/cramps.txt:7\n"
    );
}

#[test]
fn an_article_cannot_speak_to_the_terminal() {
    let sandbox = Sandbox::new();
    // So that the file counts as text at all.
    let harmless = "Most of what this page says is harmless. ".repeat(20);
    let evil = article(
        "Cramps \x1b[31mred\x07 and more",
        &[
            ("", &harmless),
            (
                "About it",
                "A cramp \x1b]0;owned\x07 is \u{9b}31m bad, \u{202E}says\u{7f} the page.",
            ),
            (
                "What \x1b[2Jhelps",
                "Stretch the\x08 cramp \x1b[5mslowly and often, every day.",
            ),
        ],
    );
    sandbox.write("kb/evil.txt", evil);
    sandbox.ok(&["index", "kb"]);
    let id = "kb/evil.txt";
    for args in [
        &["search", "cramp"][..],
        &["show", id],
        &["list"],
        &["parse", "kb/evil.txt"],
        &["status"],
    ] {
        let ran = sandbox.ok(args);
        for text in [&ran.stdout, &ran.stderr] {
            let bad = text
                .chars()
                .find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202E}');
            assert_eq!(bad, None, "{args:?}: {text:?}");
        }
    }
    assert!(
        sandbox.ok(&["search", "cramp"]).stdout.contains("owned"),
        "the letters stay"
    );
}

#[test]
fn a_file_name_or_an_id_cannot_speak_to_the_terminal() {
    let sandbox = Sandbox::new();
    let signs = "\x1b[31m\x07\u{9b}5m\u{7f}\u{202E}";
    sandbox.write(&format!("kb/a{signs}.txt"), cramps());
    sandbox.write(&format!("kb/b{signs}.txt"), b"\0\x01\x02");
    let line = json!({"id": "leaflet", "title": format!("On{signs}"), "url": format!("https://example.org/{signs}"),
        "sections": [{"heading": format!("At{signs}"), "text": format!("A cramp{signs} at night.")}]});
    sandbox.write(
        "kb/lines.jsonl",
        format!("{line}\n{{\"id\": \"{signs}\"}}\n"),
    );
    assert_eq!(sandbox.run(&["index", "kb"]).code, 2);
    for args in [
        &["index", "kb"][..],
        &["search", "cramp"],
        &["list"],
        &["show", "leaflet"],
        &["parse", "kb/lines.jsonl"],
        &["search", "--", &format!("the {signs}")],
        &["show", signs],
        &["remove", signs],
        &["index", signs],
    ] {
        let ran = sandbox.run(args);
        for text in [&ran.stdout, &ran.stderr] {
            let bad = text
                .chars()
                .find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202E}');
            assert_eq!(bad, None, "{args:?}: {text:?}");
        }
        assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn lines_fit_the_columns_that_are_stated() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "kb/long.txt",
        article(
            "Everything A Person Should Know About Sudden Cramps In The Calf At Night",
            &[(
                "What helps when the calf cramps again and again",
                &"Stretch the calf until the cramp lets go and then walk for a while. ".repeat(6),
            )],
        ),
    );
    sandbox.ok(&["index", "kb"]);
    let printed = |columns: &str| {
        let output = sandbox
            .command(&["search", "cramp"])
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let whole = sandbox.ok(&["search", "cramp"]).stdout;
    assert_eq!(
        whole.lines().count(),
        4,
        "in a pipe each part is one line:\n{whole}"
    );
    for columns in ["20", "33", "60", "100"] {
        let text = printed(columns);
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{columns}:\n{text}");
        assert_eq!(words(&text), words(&whole), "{columns}: no word is lost");
    }
    for columns in ["0", "1", "-5", "many", ""] {
        assert_eq!(words(&printed(columns)), words(&whole), "COLUMNS={columns}");
    }
}

/// What the command prints to a terminal; `None` where the system has no `script` to lend one.
#[cfg(target_os = "linux")]
fn on_a_terminal(
    sandbox: &Sandbox,
    arguments: &str,
    variable: Option<(&str, &str)>,
) -> Option<String> {
    let output = std::process::Command::new("script")
        .args([
            "-qec",
            &format!("{} {arguments}", env!("CARGO_BIN_EXE_ibid")),
            "/dev/null",
        ])
        .current_dir(sandbox.path())
        .env_remove("IBID_INDEX")
        .env_remove("NO_COLOR")
        .env("COLUMNS", "80")
        .envs(variable)
        .stdin(std::process::Stdio::null())
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_unless_they_are_not_wanted() {
    let library = library();
    let Some(coloured) = on_a_terminal(&library, "search cramps", None) else {
        return;
    };
    let mark = "\x1b[1;33mcramps\x1b[0m";
    assert!(coloured.contains(mark), "{coloured:?}");
    let has_mark = |arguments: &str, variable: Option<(&str, &str)>| {
        on_a_terminal(&library, arguments, variable).is_some_and(|text| text.contains(mark))
    };
    assert!(!has_mark("search cramps", Some(("NO_COLOR", "1"))));
    assert!(!has_mark("search --color never cramps", None));
    assert!(
        has_mark("search cramps", Some(("NO_COLOR", ""))),
        "an empty variable says nothing"
    );
    assert!(has_mark(
        "search --color always cramps",
        Some(("NO_COLOR", "1"))
    ));
}
