//! Every parser on thousands of damaged files: articles of the corpus and pages of the tests with bytes changed, lost,
//! repeated, and mixed with each other's.
//!
//! The same files for the same seed. `IBID_FUZZ_ROUNDS` asks for more of them than the few hundred of an ordinary run, and
//! `IBID_FUZZ_SEED` for others. A file that breaks something is kept, and named with its seed.

use crate::invariants::{breaches, disorder, misplaced_words};
use crate::random::Random;
use ibid::article::{Article, Format};
use ibid::ingest::lines::read_json_lines;
use ibid::ingest::repeated::{fingerprints, leave_out};
use ibid::ingest::{Input, mhtml};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// How many damaged files an ordinary run reads with each parser.
const ROUNDS: usize = 500;

/// After this many files that break something it is enough.
const MOST_FAILURES: usize = 5;

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// The files of a folder with one of these extensions, in the order of their names.
pub fn files(folder: &str, extensions: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            extension.is_some_and(|extension| extensions.contains(&extension))
        })
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path, bytes)
        })
        .collect()
}

fn contents(folder: &str, extensions: &[&str]) -> Vec<Vec<u8>> {
    let files = files(folder, extensions).into_iter();
    files.map(|(_, bytes)| bytes).collect()
}

fn pages() -> Vec<Vec<u8>> {
    let mut pages = contents("tests/pages", &["html"]);
    pages.extend(contents("corpus", &["html"]));
    pages
}

/// A page as MHTML, in quoted-printable or in base64.
pub fn as_mhtml(page: &[u8], transfer: &str) -> Vec<u8> {
    let mut body = String::new();
    for (count, byte) in page.iter().enumerate() {
        match (transfer, byte) {
            ("quoted-printable", b'\n') => body.push('\n'),
            ("quoted-printable", b' '..=b'~') if *byte != b'=' => body.push(char::from(*byte)),
            ("quoted-printable", _) => _ = write!(body, "={byte:02X}"),
            _ => {}
        }
        if transfer == "quoted-printable" && count % 70 == 69 {
            body.push_str("=\r\n");
        }
    }
    if transfer == "base64" {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (count, three) in page.chunks(3).enumerate() {
            let mut whole = [0; 4];
            whole[1..=three.len()].copy_from_slice(three);
            let bits = u32::from_be_bytes(whole);
            body.extend((0..4).map(|place| match place <= three.len() {
                true => char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]),
                false => '=',
            }));
            if count % 19 == 18 {
                body.push_str("\r\n");
            }
        }
    }
    format!(
        "From: <Saved>\r\nSnapshot-Content-Location: https://health.example/a\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; type=\"text/html\"; boundary=\"--b\"\r\n\r\n----b\r\n\
         Content-Type: text/html\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}\r\n\
         ----b\r\nContent-Type: text/css\r\n\r\np {{}}\r\n----b--\r\n"
    )
    .into_bytes()
}

/// What is put into files: marks that mean something to one parser or another.
const MARKS: [&str; 64] = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<h2>",
    "</h2>",
    "<h1 id=x>",
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "<script>",
    "</script>",
    "<style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<title>",
    "<svg>",
    "</svg>",
    "<select>",
    "<template>",
    "<textarea>",
    "<li>",
    "<ul>",
    "<nav>",
    "<button>",
    "<br>",
    "<plaintext>",
    "&nbsp;",
    "&amp",
    "&#x27;",
    "&#0;",
    "&",
    "<",
    ">",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{feff}",
    "\u{200b}",
    "\u{ad}",
    "# ",
    "\n## ",
    "\n---\n",
    "\n===\n",
    "- ",
    "1. ",
    "> ",
    "```\n",
    " | ",
    "[a](b)",
    "![",
    "\"",
    "\\u0000",
    "{",
    "=\r\n",
    "=C3",
];

/// Damages a file in one to five ways.
fn damage(random: &mut Random, file: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=random.below(5) {
        let at = random.below(bytes.len() + 1);
        match random.below(9) {
            0 => {
                for _ in 0..=random.below(8) {
                    let at = random.below(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << random.below(8);
                    }
                }
            }
            1 => bytes.truncate(at),
            2 => {
                let other = random.of(others);
                let stretch = random.stretch(other, 4_000).to_vec();
                bytes.splice(at..at, stretch);
            }
            3 => {
                let stretch = random.stretch(&bytes, 2_000).to_vec();
                bytes.splice(at..at, stretch);
            }
            4 => {
                let end = (at + random.below(2_000)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let wrong: &[u8] = random.of::<&[u8]>(&[
                    &b"\xff"[..],
                    b"\xc3",
                    b"\xe2\x80",
                    b"\xf0\x9f",
                    b"\x80",
                    b"\x92",
                    b"\xed\xa0\x80",
                ]);
                bytes.splice(at..at, wrong.iter().copied());
            }
            6 => {
                let times = 1 + random.below(40);
                let mark = random.of(&MARKS).repeat(times);
                bytes.splice(at..at, mark.bytes());
            }
            _ => {
                for _ in 0..=random.below(6) {
                    let at = random.below(bytes.len() + 1);
                    bytes.splice(at..at, random.of(&MARKS).bytes());
                }
            }
        }
    }
    bytes
}

/// Damages the `files` as often as was asked for, and has each checked: `check` gives what is broken.
fn fuzz(name: &str, files: &[Vec<u8>], check: impl Fn(&[u8]) -> Vec<String>) {
    let rounds = number("IBID_FUZZ_ROUNDS", ROUNDS);
    let first = number("IBID_FUZZ_SEED", 1);
    let mut all = Vec::new();
    for seed in first..first + rounds {
        let mut random = Random(seed as u64);
        let file = random.of(files).clone();
        let bytes = damage(&mut random, &file, files);
        let broken = catch_unwind(AssertUnwindSafe(|| check(&bytes)))
            .unwrap_or_else(|_| vec!["a panic".to_owned()]);
        if !broken.is_empty() {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{seed}"));
            std::fs::write(&kept, &bytes).unwrap();
            all.push(format!(
                "seed {seed} (IBID_FUZZ_SEED={seed} IBID_FUZZ_ROUNDS=1), kept as {}:\n{}",
                kept.display(),
                broken.join("\n")
            ));
            if all.len() >= MOST_FAILURES {
                break;
            }
        }
    }
    assert!(all.is_empty(), "{name}: {}", all.join("\n"));
}

fn input(format: Format, bytes: &[u8]) -> Input<'_> {
    Input {
        id: "kb/a",
        source: "kb",
        path: "kb/a",
        format,
        bytes,
    }
}

/// Reads one article; all of it, whether there is text in it or not.
pub fn article(format: Format, bytes: &[u8]) -> Option<Article> {
    ibid::ingest::read(&input(format, bytes))
        .ok()
        .map(|read| read.article)
}

fn check(format: Format, bytes: &[u8]) -> Vec<String> {
    let Some(mut article) = article(format, bytes) else {
        return Vec::new();
    };
    let mut found = flaws(bytes, &article);
    // It holds of what is left, too, where some of the blocks repeat on other pages.
    let prints = fingerprints(&article).into_iter();
    leave_out(&mut article, &prints.step_by(3).collect::<Vec<_>>());
    found.extend(flaws(bytes, &article));
    found
}

fn flaws(bytes: &[u8], article: &Article) -> Vec<String> {
    let mut found = breaches(bytes, article);
    found.extend(disorder(article));
    if !mhtml::is_mhtml(bytes) && matches!(article.source.encoding, "UTF-8" | "windows-1252") {
        found.extend(misplaced_words(bytes, article));
    }
    found
}

#[test]
fn damaged_pages() {
    fuzz("html", &pages(), |bytes| check(Format::Html, bytes));
}

#[test]
fn damaged_mhtml() {
    let mut files = Vec::new();
    for page in pages() {
        files.push(as_mhtml(&page, "quoted-printable"));
        files.push(as_mhtml(&page, "base64"));
    }
    fuzz("mhtml", &files, |bytes| check(Format::Html, bytes));
}

#[test]
fn damaged_markdown() {
    let mut files = contents("corpus", &["md"]);
    files.extend(contents("corpus", &["txt"]));
    files.push(std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap());
    fuzz("markdown", &files, |bytes| check(Format::Markdown, bytes));
}

#[test]
fn damaged_text() {
    let mut files = contents("corpus", &["txt"]);
    files.extend(contents("corpus", &["md"]));
    fuzz("text", &files, |bytes| check(Format::Text, bytes));
}

#[test]
fn damaged_json_lines() {
    let files = contents("corpus", &["jsonl"]);
    assert!(!files.is_empty());
    fuzz("jsonl", &files, |bytes| {
        let mut found = Vec::new();
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        read_json_lines(bytes, "kb", "kb/a.jsonl", |number, line| {
            if number > lines {
                found.push(format!("line {number} of {lines}"));
            }
            if let Ok(article) = line {
                found.extend(breaches(bytes, &article));
            }
        });
        found
    });
}

#[test]
fn damaged_queries() {
    let queries = include_str!("../golden/queries.tsv");
    let mut files: Vec<Vec<u8>> = queries
        .lines()
        .map(|line| line.as_bytes().to_vec())
        .collect();
    files.extend(
        [
            "title:\"heat or ice\" -\"cold pack\" heading:sleep",
            "-",
            "\"",
            "title:",
            "don’t \"can't",
            "---a:b:c \"\" \"x",
        ]
        .map(|query| query.as_bytes().to_vec()),
    );
    fuzz("query", &files, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let query = ibid::query::Query::parse(&text);
        let mut found = Vec::new();
        if query.clauses.len() > 1024 {
            found.push(format!("{} clauses", query.clauses.len()));
        }
        for clause in &query.clauses {
            if clause.terms.is_empty() || clause.terms.iter().any(|(_, term)| term.is_empty()) {
                found.push(format!("{clause:?} searches for nothing"));
            }
        }
        if ibid::query::Query::parse(&text) != query {
            found.push("read in two ways".to_owned());
        }
        found
    });
}

#[test]
fn damaged_vocabularies() {
    use ibid::vocabulary::format::{GroupsFormat, obo, read, synonyms, table};
    let mut files = contents("src/vocabulary/words", &["txt"]);
    files.push(b"charley horse\tmuscle cramp\n1\tgout\tpodagra\nbelly\tabdomen\n".to_vec());
    files.push(
        b"format-version: 1.2\n\n[Term]\nid: X:1\nname: gout\nsynonym: \"podagra\" EXACT [a:b]\nis_obsolete: false\n\n[Typedef]\nid: x\n"
            .to_vec(),
    );
    fuzz("vocabulary", &files, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().count().max(1) as u64;
        let _format = GroupsFormat::of(&text);
        let mut found = Vec::new();
        for groups in [read(&text), synonyms(&text), table(&text), obo(&text)] {
            for line in groups
                .rules
                .iter()
                .map(|rule| rule.line)
                .chain(groups.mistakes.iter().map(|mistake| mistake.line))
            {
                if !(1..=lines).contains(&line) {
                    found.push(format!("line {line} of {lines}"));
                }
            }
            for rule in &groups.rules {
                if rule.from.is_empty()
                    || rule
                        .from
                        .iter()
                        .chain(&rule.to)
                        .any(|word| word.trim().is_empty())
                {
                    found.push(format!("{rule:?} has no words"));
                }
            }
        }
        found
    });
}
