//! Ids: what an article and a passage are called, and that they keep their names.

use crate::support::{Sandbox, article, cramps, hit_ids};

fn ids_of(sandbox: &Sandbox) -> Vec<String> {
    sandbox.json(&["list", "--json"])["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_article_is_called_by_its_folder_and_the_path_inside_it() {
    let sandbox = Sandbox::new();
    sandbox.write("all/health/deep/er/a.txt", cramps());
    sandbox.write("all/health/b.txt", cramps());
    sandbox.ok(&["index", "all/health/"]);
    assert_eq!(ids_of(&sandbox), ["health/b.txt", "health/deep/er/a.txt"]);
}

#[test]
fn a_file_given_by_itself_is_called_by_its_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("all/health/a.txt", cramps());
    sandbox.ok(&["index", "all/health/a.txt"]);
    assert_eq!(ids_of(&sandbox), ["health/a.txt"]);
}

#[test]
fn source_names_the_source() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "--source", "leaflets", "kb"]);
    assert_eq!(ids_of(&sandbox), ["leaflets/a.txt"]);
    let hit = &sandbox.json(&["search", "--json", "water"])["hits"][0];
    assert_eq!(hit["id"], "leaflets/a.txt#what-helps");
    assert_eq!(hit["article"]["source"], "leaflets");
    assert_eq!(hit["article"]["path"], "kb/a.txt");
}

#[test]
fn a_source_needs_a_name_without_slashes() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    for name in ["", "a/b"] {
        let ran = sandbox.run(&["index", "--source", name, "kb"]);
        assert_eq!(ran.code, 2, "{name:?}");
        assert!(ran.stderr.contains("source"), "{}", ran.stderr);
    }
}

#[test]
fn two_folders_of_one_name_are_refused_until_one_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("one/kb/a.txt", cramps());
    sandbox.write("two/kb/a.txt", cramps());
    sandbox.ok(&["index", "one/kb"]);
    let ran = sandbox.run(&["index", "two/kb"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("--source") && ran.stderr.contains("two/kb"),
        "{}",
        ran.stderr
    );
    assert_eq!(ids_of(&sandbox), ["kb/a.txt"]);
    sandbox.ok(&["index", "--source", "second", "two/kb"]);
    assert_eq!(ids_of(&sandbox), ["kb/a.txt", "second/a.txt"]);
    assert_eq!(
        sandbox.json(&["index", "--json", "two/kb"])["unchanged"],
        1,
        "once it is known, it need not be named again"
    );
}

#[test]
fn two_folders_of_one_name_are_refused_in_one_call_too() {
    let sandbox = Sandbox::new();
    sandbox.write("one/kb/a.txt", cramps());
    sandbox.write("two/kb/b.txt", cramps());
    let ran = sandbox.run(&["index", "one/kb", "two/kb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--source"), "{}", ran.stderr);
}

#[test]
fn a_file_inside_a_known_source_keeps_its_id_by_whichever_path() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("all/health/deep/a.txt", cramps());
    sandbox.ok(&["index", "all/health"]);
    for path in [
        "all/health/deep/a.txt",
        "all/health/deep",
        "./all/../all/health",
        file.to_str().unwrap(),
    ] {
        let report = sandbox.json(&["index", "--json", path]);
        assert_eq!(
            (&report["added"], &report["unchanged"]),
            (&0.into(), &1.into()),
            "{path}"
        );
        assert_eq!(ids_of(&sandbox), ["health/deep/a.txt"], "{path}");
    }
    let ran = sandbox.run(&["index", "--source", "other", "all/health/deep/a.txt"]);
    assert_eq!(ran.code, 2, "it cannot be in two sources");
    assert!(ran.stderr.contains("health"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_known_folder_is_no_other_source() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    std::os::unix::fs::symlink("kb", sandbox.path().join("link")).unwrap();
    let report = sandbox.json(&["index", "--json", "link"]);
    assert_eq!(
        (&report["added"], &report["unchanged"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn white_space_and_control_characters_are_percent_encoded() {
    let sandbox = Sandbox::new();
    sandbox.write("my kb/leg\tcramps at night.txt", cramps());
    sandbox.write("my kb/100% é.txt", cramps());
    sandbox.write("my kb/a%20b.txt", cramps());
    sandbox.ok(&["index", "my kb"]);
    let ids = ids_of(&sandbox);
    assert_eq!(
        ids,
        [
            "my%20kb/100%%20é.txt",
            "my%20kb/a%2520b.txt",
            "my%20kb/leg%09cramps%20at%20night.txt"
        ]
    );
    for id in ids {
        let report = sandbox.json(&["show", "--json", &id]);
        assert_eq!(report["articles"][0]["article"]["id"], id.as_str());
    }
    assert_eq!(
        sandbox.json(&["remove", "--json", "my kb/a%20b.txt"])["removed"][0],
        "my%20kb/a%2520b.txt"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn bytes_that_are_not_utf_8_are_percent_encoded() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    std::fs::write(sandbox.path().join("kb").join(name), cramps()).unwrap();
    sandbox.ok(&["index", "kb"]);
    assert_eq!(ids_of(&sandbox), ["kb/a.txt", "kb/caf%E9.txt"]);
    assert_eq!(sandbox.json(&["index", "--json", "kb"])["unchanged"], 2);
}

#[test]
fn a_passage_is_called_by_its_heading_and_repeats_are_numbered() {
    let sandbox = Sandbox::new();
    let text = article(
        "Shoulder Pain",
        &[
            (
                "",
                "Shoulders hurt for many reasons, and most of them are harmless.",
            ),
            (
                "How To Use Ice?",
                "Put ice on the shoulder for ten minutes at a time.",
            ),
            ("What’s Next", "Move the shoulder a little every day."),
            (
                "How To Use Ice?",
                "Put ice on the shoulder before you sleep.",
            ),
            ("How To Use Ice?", "Put ice on the shoulder after you swim."),
        ],
    );
    sandbox.write("kb/a.txt", text);
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["show", "--json", "kb/a.txt"]);
    let ids: Vec<&str> = report["articles"][0]["passages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|passage| passage["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "kb/a.txt#top",
            "kb/a.txt#how-to-use-ice",
            "kb/a.txt#whats-next",
            "kb/a.txt#how-to-use-ice~2",
            "kb/a.txt#how-to-use-ice~3",
        ]
    );
    let report = sandbox.json(&["show", "--json", "kb/a.txt#how-to-use-ice~2"]);
    assert_eq!(
        report["articles"][0]["passages"][0]["text"],
        "Put ice on the shoulder before you sleep."
    );
}

#[test]
fn the_parts_of_a_long_section_are_numbered() {
    let sandbox = Sandbox::new();
    let paragraphs: Vec<String> = (0..40)
        .map(|number| format!("In week {number} the knee was stiff in the morning and better after a short and slow walk around the house."))
        .collect();
    sandbox.write(
        "kb/knee.txt",
        article("Knee", &[("A Long Diary", &paragraphs.join("\n\n"))]),
    );
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["show", "--json", "kb/knee.txt"]);
    let passages = report["articles"][0]["passages"].as_array().unwrap();
    assert!(
        passages.len() >= 2,
        "{} words are one passage",
        paragraphs.join(" ").split(' ').count()
    );
    for (index, passage) in passages.iter().enumerate() {
        let part = if index == 0 {
            String::new()
        } else {
            format!("~{}", index + 1)
        };
        assert_eq!(passage["id"], format!("kb/knee.txt#a-long-diary{part}"));
        assert_eq!(passage["heading_path"][0], "A Long Diary");
    }
    let texts: Vec<&str> = passages
        .iter()
        .map(|passage| passage["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts.join("\n\n"),
        paragraphs.join("\n\n"),
        "the parts are the whole"
    );
}

#[test]
fn every_id_that_is_printed_can_be_shown() {
    let sandbox = Sandbox::new();
    sandbox.write("k b/ä ö.txt", cramps());
    sandbox.write(
        "k b/c.txt",
        article(
            "A Cramp",
            &[("***", "A cramp."), ("頭痛", "Another cramp entirely.")],
        ),
    );
    sandbox.ok(&["index", "k b"]);
    let ids = hit_ids(&sandbox.json(&["search", "--json", "cramp"]));
    assert!(ids.len() >= 4, "{ids:?}");
    for id in ids {
        let shown = sandbox.json(&["show", "--json", &id]);
        assert_eq!(shown["articles"][0]["passages"][0]["id"], id.as_str());
        assert!(!id.contains(char::is_whitespace), "{id:?}");
    }
}

#[test]
fn standard_input_is_called_stdin_or_as_it_is_named() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run_with_input(&["index", "-"], cramps()).code, 0);
    assert_eq!(
        sandbox
            .run_with_input(&["index", "-", "--name", "my note"], cramps())
            .code,
        0
    );
    assert_eq!(ids_of(&sandbox), ["my%20note", "stdin"]);
    assert_eq!(
        sandbox.json(&["show", "--json", "stdin#what-helps"])["articles"][0]["article"]["id"],
        "stdin"
    );
    let again = sandbox.run_with_input(
        &["index", "--json", "-"],
        article("Cramps", &[("", "They pass.")]),
    );
    assert_eq!(
        again.json()["updated"],
        1,
        "the same name is the same article"
    );
    assert_eq!(sandbox.run(&["show", "stdin#what-helps"]).code, 1);
}

#[test]
fn parse_gives_the_id_that_index_will_give() {
    let sandbox = Sandbox::new();
    sandbox.write("my kb/a b.txt", cramps());
    for source in [None, Some("leaflets")] {
        let named: Vec<&str> = source.iter().flat_map(|name| ["--source", *name]).collect();
        let index = format!("index-{source:?}");
        let parsed = sandbox.json(&[&["parse", "--json", "my kb/a b.txt"], &named[..]].concat());
        sandbox.ok(&[&["--index", &index, "index", "my kb"], &named[..]].concat());
        let listed = sandbox.json(&["--index", &index, "list", "--json"]);
        assert_eq!(parsed["article"]["id"], listed["articles"][0]["id"]);
    }
}
