//! What browsers save: a page with its folder, a page in one file with its pictures inside, MHTML; and files of formats
//! that are not read.

use crate::support::{Sandbox, hits};
use serde_json::Value;
use std::fmt::Write as _;

/// A page with enough of an article in it.
fn page(head: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Night cramps</title>{head}</head>\n<body>\n\
         <h1>Night cramps</h1>\n<p>Cramps in the calf wake many people at night, and they hurt more than they harm; a café owner’s legs know.</p>\n\
         <h2 id=\"help\">What helps</h2>\n<p>Stretch the calf towards the shin until the cramp lets go, then walk a few steps and drink some water.</p>\n\
         <h2>When to call a doctor</h2>\n<p>Call a doctor when cramps come every night for weeks, or when a leg is swollen, red or warm.</p>\n\
         </body></html>\n"
    )
}

/// `text` as quoted-printable in lines of at most 76 signs, as browsers write it.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for byte in text.bytes() {
        let sign = match byte {
            b'\n' => {
                out.push_str("\r\n");
                column = 0;
                continue;
            }
            b' '..=b'~' if byte != b'=' => char::from(byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        if column + sign.len() > 75 {
            out.push_str("=\r\n");
            column = 0;
        }
        column += sign.len();
        out.push_str(&sign);
    }
    out
}

fn mhtml(page: &str) -> String {
    let mut file = String::from(
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://health.example/cramps\r\nSubject: Night cramps\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Border\"\r\n\r\n\r\n",
    );
    let _ = write!(
        file,
        "------Border\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.example>\r\n\
         Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://health.example/cramps\r\n\r\n{}\r\n",
        quoted_printable(page)
    );
    file.push_str(
        "------Border\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         <p>Buy magnesium now, it is cheap today.</p>\r\n\
         ------Border\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Location: https://health.example/leg.png\r\n\r\niVBORw0KGgo=\r\n------Border--\r\n",
    );
    file
}

fn strings<'a>(values: &'a Value, field: &str) -> Vec<&'a str> {
    values
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value[field].as_str().unwrap())
        .collect()
}

#[test]
fn the_folder_beside_a_page_is_not_read_unless_it_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.html", page(""));
    sandbox.write(
        "kb/cramps_files/advert.html",
        "<p>Buy magnesium now, it is cheap today.</p>",
    );
    sandbox.write("kb/cramps_files/style.css", "p { color: red }");
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(
        (&report["added"], &report["skipped"]),
        (&1.into(), &serde_json::json!([]))
    );
    assert_eq!(sandbox.run(&["search", "--exact", "magnesium"]).code, 1);
    sandbox.ok(&["index", "kb/cramps_files/advert.html"]);
    assert_eq!(sandbox.run(&["search", "--exact", "magnesium"]).code, 0);
}

#[test]
fn a_page_with_its_pictures_inside_is_read_without_them() {
    let data = "iVBORw0KGgoAAAANSUhEUgAA".repeat(40_000);
    let sandbox = Sandbox::new();
    let whole = page(&format!(
        "<!--\n Page saved with SingleFile \n url: https://health.example/cramps \n saved date: Mon Mar 04 2024\n-->\
         <style>body {{ background: url(data:image/png;base64,{data}) }}</style>\
         <link rel=icon href=\"data:image/png;base64,{data}\">"
    ))
    .replace(
        "<h2 id",
        &format!(
            "<p style=\"background:url('data:image/png;base64,{data}')\"><img src=data:image/png;base64,{data} \
             srcset='data:image/png;base64,{data} 2x' alt='A leg'></p><iframe srcdoc='{data}'></iframe><h2 id"
        ),
    );
    sandbox.write("kb/cramps.html", whole);
    let report = sandbox.json(&["parse", "--json", "kb/cramps.html"]);
    assert_eq!(report["article"]["url"], "https://health.example/cramps");
    let headings: Vec<_> = report["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| section["heading_path"][0].as_str())
        .collect();
    assert_eq!(
        headings,
        [None, Some("What helps"), Some("When to call a doctor")]
    );
    for text in [
        strings(&report["sections"], "text"),
        strings(&report["dropped"], "text"),
    ]
    .concat()
    {
        assert!(!text.contains("iVBOR"), "{text:.100}");
    }
}

#[test]
fn mhtml_is_read_like_the_page_in_it_and_cited_where_it_stands_in_the_file() {
    let sandbox = Sandbox::new();
    let (html, file) = (page(""), mhtml(&page("")));
    sandbox.write("plain/cramps.html", &html);
    let path = sandbox.write("kb/cramps.mhtml", &file);
    let plain = sandbox.json(&["parse", "--json", "plain/cramps.html"]);
    let report = sandbox.json(&["parse", "--json", "kb/cramps.mhtml"]);
    let texts = |report: &Value| {
        strings(&report["sections"], "text")
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&report), texts(&plain));
    assert_eq!(report["article"]["title"], "Night cramps");
    assert_eq!(report["article"]["url"], "https://health.example/cramps");
    assert_eq!(
        report["article"]["source"],
        serde_json::json!({"path": "kb/cramps.mhtml", "format": "html", "encoding": "UTF-8", "bytes": file.len()})
    );
    sandbox.ok(&["index", "kb"]);
    assert_eq!(sandbox.run(&["search", "--exact", "magnesium"]).code, 1);
    let bytes = std::fs::read(path).unwrap();
    let found = sandbox.json(&["search", "--json", "cramps"]);
    assert_eq!(hits(&found).len(), 3);
    for hit in hits(&found) {
        let numbers =
            |field: &str| [0, 1].map(|side| hit["locator"][field][side].as_u64().unwrap() as usize);
        let [start, end] = numbers("bytes");
        let cited = String::from_utf8(bytes[start..end].to_vec()).unwrap();
        let text = hit["text"].as_str().unwrap();
        let words: Vec<&str> = text.split(' ').collect();
        assert!(
            cited.starts_with(words[0]) && cited.ends_with(words[words.len() - 1]),
            "{cited}"
        );
        assert!(
            cited.contains("=\r\n"),
            "the passage goes over a broken line: {cited}"
        );
        let line = |at: usize| bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        assert_eq!(numbers("lines"), [line(start), line(end)]);
    }
}

#[test]
fn mhtml_is_known_by_its_header_too() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.html", mhtml(&page("")));
    sandbox.write("kb/cramps", mhtml(&page("")));
    sandbox.write("kb/misnamed.mht", page(""));
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["added"], 3);
    let ran = sandbox.run_with_input(&["parse", "--json", "-"], mhtml(&page("")));
    assert_eq!(ran.json()["article"]["title"], "Night cramps");
}

#[test]
fn broken_mhtml_is_an_error_that_says_what_is_wrong() {
    let whole = mhtml(&page(""));
    for (name, contents, code, said) in [
        (
            "no-boundary.mht",
            whole.replace("boundary=", "border="),
            2,
            "names no boundary",
        ),
        (
            "no-page.mht",
            whole.replace("text/html", "text/plain"),
            2,
            "none of its parts is HTML",
        ),
        (
            "no-parts.mht",
            whole.replace("------Border", "------Other"),
            2,
            "is MHTML without parts",
        ),
        (
            "no-header.mht",
            "\n\nno header at all".to_owned(),
            2,
            "does not begin with a header",
        ),
        (
            "cut-off.mht",
            whole[..whole.find("When to").unwrap()].to_owned(),
            0,
            "warning: kb/cut-off.mht: breaks off",
        ),
        (
            "no-text.mht",
            mhtml("<p></p>"),
            0,
            "skipped kb/no-text.mht: there is no article text",
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("kb/good.html", page(""));
        sandbox.write(&format!("kb/{name}"), contents);
        let ran = sandbox.run(&["index", "kb"]);
        assert_eq!(ran.code, code, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
        assert!(
            ran.stdout.contains("1 added") || name == "cut-off.mht",
            "{}",
            ran.stdout
        );
        let ran = sandbox.run(&["parse", &format!("kb/{name}")]);
        assert_eq!(ran.code, code, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
    }
}
