//! The same sidebar on every page of a site is none of its articles: what repeats across a folder, and what does not.

use crate::support::{Ran, Sandbox, hit_ids, hits};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

const SUBJECTS: [&str; 14] = [
    "Tennis elbow",
    "Hay fever",
    "Ringworm",
    "Chilblains",
    "Cold sores",
    "Hiccups",
    "Motion sickness",
    "Nosebleeds",
    "Heat rash",
    "Bunions",
    "Frozen shoulder",
    "Snoring",
    "Styes",
    "Warts",
];

/// In the middle of each page's text.
const BOX: &str =
    "<p>Zebracrossing members read every page of ours without waiting in any queue at all.</p>";
/// At the end of each page.
const SIDEBAR: &str = "<h2>Our quarterly almanac</h2>\
    <p>The almanac tells what is new in plain words, and comes to your letterbox.</p>\
    <ul><li>forty pages</li><li>no adverts</li><li>large print for tired eyes</li></ul>";
const DISCLAIMER: &str =
    "<p>Nothing printed hereabouts replaces the judgement of a physician who has examined you.</p>";

/// The beginning of a page's own text, before and after what stands in the middle.
fn own_text(number: usize) -> [String; 3] {
    let subject = SUBJECTS[number % SUBJECTS.len()].to_lowercase();
    [
        format!(
            "People come to us with {subject} at any age, and case {number} of our records began on a quiet morning."
        ),
        format!(
            "What helped against {subject} then was rest, patience and a walk of {number} minutes on each day of that week."
        ),
        format!(
            "Somebody who has {subject} for longer than {number} weeks, or who gets worse quickly, should not wait to be seen."
        ),
    ]
}

fn page(host: &str, number: usize, title: &str, extra: &str) -> String {
    let [first, second, third] = own_text(number);
    let link = match host {
        "" => String::new(),
        host => format!("<link rel=\"canonical\" href=\"https://{host}/{number}.html\">"),
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>{link}</head><body><article>\n\
         <h1>{title}</h1>\n<p>{first}</p>\n{BOX}\n<p>{second}</p>\n<h2>When to be seen</h2>\n<p>{third}</p>\n{extra}\n\
         </article></body></html>\n"
    )
}

fn write_page(sandbox: &Sandbox, folder: &str, host: &str, number: usize) -> PathBuf {
    let title = SUBJECTS[number % SUBJECTS.len()];
    let extra = format!("{SIDEBAR}\n{DISCLAIMER}");
    sandbox.write(
        &format!("{folder}/{number:02}.html"),
        page(host, number, title, &extra),
    )
}

fn write_pages(sandbox: &Sandbox, folder: &str, host: &str, count: usize) {
    for number in 0..count {
        write_page(sandbox, folder, host, number);
    }
}

fn counts(report: &Value) -> [u64; 4] {
    ["added", "updated", "unchanged", "removed"].map(|field| report[field].as_u64().unwrap())
}

/// How many passages hold all of these words.
fn total(sandbox: &Sandbox, words: &str) -> u64 {
    let quoted = format!("\"{words}\"");
    let ran = sandbox.run(&["search", "--json", "--exact", "--no-fold", "-n1", &quoted]);
    assert!(ran.code < 2, "{}", ran.stderr);
    ran.json()["total"].as_u64().unwrap()
}

/// How often each of what the pages have in common is found.
fn common(sandbox: &Sandbox) -> [u64; 4] {
    ["zebracrossing", "almanac", "tired eyes", "hereabouts"].map(|words| total(sandbox, words))
}

/// All that the index says of an article.
fn shown(sandbox: &Sandbox, id: &str) -> String {
    sandbox.ok(&["show", "--json", id]).stdout
}

#[test]
fn what_all_pages_of_a_site_have_is_not_found_and_what_each_says_is() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 12);
    let ran = sandbox.ok(&["index", "--json", "kb"]);
    let report = ran.json();
    assert_eq!(counts(&report), [12, 0, 0, 0]);
    assert_eq!(
        report["repeated"],
        json!([{"site": "health.example", "pages": 12, "blocks": 4}])
    );
    assert!(
        ran.stderr.contains(
            "left out as furniture: 4 blocks that stand on at least half of the 12 pages of health.example"
        ),
        "{}",
        ran.stderr
    );
    assert_eq!(common(&sandbox), [0; 4]);
    for subject in &SUBJECTS[..12] {
        let subject = subject.to_lowercase();
        assert!(total(&sandbox, &subject) >= 2, "{subject}");
    }
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn an_article_about_what_repeats_keeps_it() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 12);
    let about = page(
        "health.example",
        77,
        "The quarterly almanac",
        &format!("{DISCLAIMER}\n{SIDEBAR}"),
    );
    sandbox.write("kb/almanac.html", about);
    sandbox.ok(&["index", "kb"]);
    let report = sandbox.json(&["search", "--json", "--exact", "letterbox"]);
    assert_eq!(hit_ids(&report), ["kb/almanac.html#our-quarterly-almanac"]);
    assert_eq!(total(&sandbox, "tired eyes"), 1, "its list too");
    assert_eq!(total(&sandbox, "hereabouts"), 0, "it is not about that");
}

#[test]
fn on_a_few_pages_nothing_is_left_out_and_a_page_more_or_less_makes_the_difference() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 4);
    sandbox.write("kb/notes.md", "# Notes\n\nThe almanac stands here too.\n");
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["repeated"], json!([]));
    assert_eq!(common(&sandbox)[0], 4);
    let whole = shown(&sandbox, "kb/00.html");
    let fifth = write_page(&sandbox, "kb", "health.example", 4);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(
        counts(&report),
        [1, 0, 5, 0],
        "pages that were read again have not changed"
    );
    assert_eq!(report["index"]["generation"], 2, "one commit");
    assert_eq!(report["index"]["articles"], 6);
    assert_eq!(common(&sandbox), [0, 1, 0, 0], "only the note says it");
    fs::remove_file(fifth).unwrap();
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&report), [0, 0, 5, 1]);
    assert_eq!(common(&sandbox)[0], 4);
    assert_eq!(shown(&sandbox, "kb/00.html"), whole);
}

#[test]
fn two_sites_in_one_folder_are_told_apart() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb/one", "one.example", 12);
    // Enough pages for a folder, too few for a site.
    write_pages(&sandbox, "kb/two", "two.example", 3);
    // Without an address, what lies in one folder is one site.
    write_pages(&sandbox, "kb/three", "", 6);
    write_pages(&sandbox, "kb", "", 3);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(
        report["repeated"],
        json!([
            {"site": "one.example", "pages": 12, "blocks": 4},
            {"site": "kb/three", "pages": 6, "blocks": 4}
        ])
    );
    let report = sandbox.json(&[
        "search",
        "--json",
        "--exact",
        "--no-fold",
        "-n20",
        "zebracrossing",
    ]);
    let mut folders: Vec<&str> = hits(&report)
        .iter()
        .map(|hit| hit["article"]["path"].as_str().unwrap())
        .map(|path| path.rsplit_once('/').unwrap().0)
        .collect();
    folders.sort_unstable();
    assert_eq!(folders, ["kb", "kb", "kb", "kb/two", "kb/two", "kb/two"]);
}

#[test]
fn a_run_without_a_change_reads_nothing_and_commits_nothing() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 12);
    sandbox.ok(&["index", "kb"]);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    // The times of files are settled by now, and are kept.
    sandbox.ok(&["index", "kb"]);
    let before = sandbox.files_under("index/data-1");
    let ran = sandbox.ok(&["index", "--json", "kb"]);
    assert_eq!(counts(&ran.json()), [0, 0, 12, 0]);
    assert_eq!(ran.json()["repeated"], json!([]));
    assert_eq!(ran.stderr, "");
    assert!(
        sandbox.files_under("index/data-1") == before,
        "nothing was written"
    );
    // A new page tells nothing new of the others, so they are not read: it is not seen that one has changed.
    let changed = sandbox.path().join("kb/03.html");
    let text = fs::read_to_string(&changed).unwrap();
    fs::write(&changed, text.replace("quiet morning", "loud evening")).unwrap();
    write_page(&sandbox, "kb", "health.example", 12);
    let report = sandbox.json(&["index", "--json", "kb/12.html"]);
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    let manifest = format!(
        "index/data-1/manifest-{}.json",
        report["index"]["generation"]
    );
    let manifest = fs::read_to_string(sandbox.path().join(manifest)).unwrap();
    assert!(!manifest.contains("\"hash\":\"\""), "{manifest}");
    assert_eq!(common(&sandbox), [0; 4]);
}

#[test]
fn the_place_of_a_passage_is_right_where_a_block_in_its_middle_was_left_out() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 6);
    sandbox.ok(&["index", "kb"]);
    for number in 0..6 {
        let path = format!("kb/{number:02}.html");
        let source = fs::read_to_string(sandbox.path().join(&path)).unwrap();
        let shown: Value = serde_json::from_str(&shown(&sandbox, &path)).unwrap();
        let passages = shown["articles"][0]["passages"].as_array().unwrap();
        let [first, second, third] = own_text(number);
        assert_eq!(passages.len(), 2);
        assert_eq!(passages[0]["text"], format!("{first}\n\n{second}"));
        assert_eq!(passages[1]["text"], third);
        for (passage, begin, end) in [(0, &first, &second), (1, &third, &third)] {
            let place = &passages[passage]["locator"];
            let bytes = [0, 1].map(|at| place["bytes"][at].as_u64().unwrap() as usize);
            let cited = &source[bytes[0]..bytes[1]];
            assert!(cited.starts_with(begin.as_str()), "{cited}");
            assert!(cited.ends_with(end.as_str()), "{cited}");
            let line = source[..bytes[0]].matches('\n').count() as u64 + 1;
            assert_eq!(place["lines"][0], line);
        }
    }
}

#[test]
fn a_page_outside_of_what_was_given_is_read_again_only_as_it_was() {
    let sandbox = Sandbox::new();
    for number in 0..4 {
        let folder = ["kb/one", "kb/two"][number % 2];
        write_page(&sandbox, folder, "health.example", number);
    }
    sandbox.ok(&["index", "kb"]);
    // One was changed and one is gone; neither was given, so nothing is said of them.
    let changed = sandbox.path().join("kb/two/01.html");
    let old = fs::read_to_string(&changed).unwrap();
    fs::write(&changed, old.replace("quiet morning", "loud evening")).unwrap();
    let gone = sandbox.path().join("kb/two/03.html");
    let kept = fs::read(&gone).unwrap();
    fs::remove_file(&gone).unwrap();
    write_page(&sandbox, "kb/one", "health.example", 4);
    write_page(&sandbox, "kb/one", "health.example", 6);
    let report = sandbox.json(&["index", "--json", "kb/one"]);
    assert_eq!(counts(&report), [2, 0, 2, 0]);
    assert_eq!(report["index"]["articles"], 6);
    assert_eq!(total(&sandbox, "loud evening"), 0);
    assert_eq!(common(&sandbox)[0], 2, "the two that are not as they were");
    // As it was again, it is read by what repeats now.
    fs::write(&changed, old).unwrap();
    fs::write(&gone, kept).unwrap();
    sandbox.ok(&["index", "kb"]);
    assert_eq!(common(&sandbox), [0; 4]);
}

#[test]
fn articles_that_are_removed_do_not_count_from_the_next_run_on() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 6);
    sandbox.ok(&["index", "kb"]);
    for name in ["04.html", "05.html"] {
        sandbox.ok(&["remove", &format!("kb/{name}")]);
        fs::remove_file(sandbox.path().join("kb").join(name)).unwrap();
    }
    sandbox.ok(&["index", "kb"]);
    assert_eq!(common(&sandbox)[0], 4);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["index"]["generation"], 4, "settled");
}

#[test]
fn where_what_is_kept_of_the_pages_is_lost_or_damaged_they_are_read_for_it() {
    for damage in ["missing", "cut", "flip"] {
        let sandbox = Sandbox::new();
        write_pages(&sandbox, "kb", "health.example", 12);
        sandbox.ok(&["index", "kb"]);
        let path = sandbox.path().join("index/data-1/blocks.bin");
        let mut bytes = fs::read(&path).unwrap();
        match damage {
            "missing" => fs::remove_file(&path).unwrap(),
            "cut" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
            _ => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(&path, &bytes).unwrap();
            }
        }
        assert_eq!(sandbox.run(&["check"]).code, 0, "{damage}: nothing is lost");
        // Most pages lose what the rest keep.
        for (number, title) in SUBJECTS.iter().enumerate().take(7) {
            let own = page("health.example", number, title, "").replace(BOX, "");
            sandbox.write(&format!("kb/{number:02}.html"), own);
        }
        let report = sandbox.json(&["index", "--json", "kb"]);
        assert_eq!(counts(&report), [0, 7, 5, 0], "{damage}");
        assert_eq!(common(&sandbox)[0], 5, "{damage}");
        assert!(path.exists(), "{damage}");
    }
}

#[test]
fn a_page_that_is_no_other_sort_of_article_and_standard_input_stay_as_they_are() {
    let sandbox = Sandbox::new();
    let text =
        "Nothing printed hereabouts replaces the judgement of a physician who has examined you.";
    for (number, title) in SUBJECTS.iter().enumerate().take(8) {
        let [first, second, _] = own_text(number);
        sandbox.write(
            &format!("kb/{number}.md"),
            format!("# {title}\n\n{first}\n\n{second}\n\n{text}\n"),
        );
    }
    write_pages(&sandbox, "kb", "health.example", 6);
    sandbox.ok(&["index", "kb"]);
    let piped = page("health.example", 9, SUBJECTS[9], DISCLAIMER);
    let ran = sandbox.run_with_input(&["index", "-", "--name", "piped.html"], piped);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(total(&sandbox, "hereabouts"), 9);
}

#[test]
fn a_dry_run_counts_pages_as_the_run_does() {
    let sandbox = Sandbox::new();
    write_pages(&sandbox, "kb", "health.example", 4);
    sandbox.ok(&["index", "kb"]);
    write_page(&sandbox, "kb", "health.example", 4);
    let before = sandbox.files_under("index");
    let planned = sandbox.json(&["index", "--dry-run", "--json", "kb"]);
    assert!(sandbox.files_under("index") == before);
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(counts(&planned), counts(&report));
    assert_eq!(planned["repeated"], report["repeated"]);
}

/// Whether what repeats is told before all pages were read, or while they are, makes no difference.
#[test]
fn many_pages_and_threads_end_as_few_do() {
    let sandbox = Sandbox::new();
    // The first pages are of an older design, so what is foretold from them is not what repeats.
    for number in 0..90 {
        let title = SUBJECTS[number % SUBJECTS.len()];
        let extra = if number < 40 { DISCLAIMER } else { SIDEBAR };
        sandbox.write(
            &format!("kb/{number:02}.html"),
            page("health.example", number, title, extra),
        );
    }
    let mut seen: Option<Vec<String>> = None;
    for threads in ["1", "2", "7"] {
        let index = format!("index-{threads}");
        let run = |args: &[&str]| -> Ran { sandbox.ok(&[&["--index", &index], args].concat()) };
        let report = run(&["index", "--json", "-j", threads, "kb"]).json();
        assert_eq!(report["repeated"][0]["blocks"], 3, "box, almanac, list");
        assert_eq!(counts(&report), [90, 0, 0, 0]);
        let found: Vec<String> = ["zebracrossing", "almanac", "hereabouts", "rest patience"]
            .map(|words| run_search(&sandbox, &index, words))
            .to_vec();
        assert_eq!(seen.get_or_insert_with(|| found.clone()), &found);
    }
    let report: Value = serde_json::from_str(&seen.unwrap()[2]).unwrap();
    assert_eq!(report["total"], 40, "on fewer than half of the pages");
}

fn run_search(sandbox: &Sandbox, index: &str, words: &str) -> String {
    let ran = sandbox.run(&[
        "--index", index, "search", "--json", "--exact", "-n30", words,
    ]);
    assert!(ran.code < 2, "{}", ran.stderr);
    ran.stdout
}
