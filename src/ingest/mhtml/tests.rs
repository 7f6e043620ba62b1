//! Pages in MHTML: whole, nested, carried in every way, broken, and made to do harm.

use super::*;
use crate::article::SourceMap;
use crate::ingest::decode::decode;
use std::fmt::Write as _;

const PAGE: &str = "<html><head><title>Krämpfe</title></head><body><h1>Krämpfe</h1><p>Night cramps hurt, don’t they?</p></body></html>";

/// `text` as quoted-printable, in lines of at most `width` signs.
fn quoted(text: &str, width: usize) -> String {
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
        if column + sign.len() >= width {
            out.push_str("=\r\n");
            column = 0;
        }
        column += sign.len();
        out.push_str(&sign);
    }
    out
}

/// `bytes` as base64, in lines of at most `width` signs.
fn in_base64(bytes: &[u8], width: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut signs = String::new();
    for three in bytes.chunks(3) {
        let mut whole = [0; 4];
        whole[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(whole);
        for place in 0..4 {
            signs.push(match place <= three.len() {
                true => char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]),
                false => '=',
            });
        }
    }
    let lines: Vec<&str> = (0..signs.len())
        .step_by(width)
        .map(|at| &signs[at..signs.len().min(at + width)])
        .collect();
    lines.join("\r\n")
}

fn file(kind: &str, parts: &[(&str, &str)]) -> String {
    let mut file = format!(
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://health.example/cramps\r\n\
         Subject: Cramps\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n\r\n"
    );
    for (header, body) in parts {
        let _ = write!(file, "------Border----\r\n{header}\r\n\r\n{body}\r\n");
    }
    file + "------Border------\r\n"
}

const RELATED: &str =
    "multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Border----\"";

/// What the file says between the bytes that a word of the page is cited by.
fn cited<'a>(file: &'a str, page: &Page, word: &str) -> (&'a str, [u64; 2]) {
    let decoded = decode(&page.bytes, page.charset);
    let start = decoded.text.find(word).expect("the word is in the page");
    let map = decoded.map.inside(page.map.clone());
    let place = map.locate(&(start..start + word.len()));
    assert_eq!(map.line(start), place.lines[0]);
    let [start, end] = place.bytes.map(|byte| byte as usize);
    (&file[start..end], place.lines)
}

#[test]
fn a_word_is_cited_where_it_stands_in_quoted_printable() {
    let header = "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable";
    for width in [10, 20, 76] {
        let text = file(RELATED, &[(header, &quoted(PAGE, width))]);
        let page = page(text.as_bytes()).expect("a page");
        assert_eq!(page.bytes.trim_ascii_end(), PAGE.as_bytes());
        assert_eq!(
            page.address.as_deref(),
            Some("https://health.example/cramps")
        );
        assert!(!page.is_cut_off);
        let bare = |text: &str| text.replace("=\r\n", "");
        for (word, written) in [
            ("don’t", "don=E2=80=99t"),
            ("Krämpfe</h1>", "Kr=C3=A4mpfe</h1>"),
            ("hurt,", "hurt,"),
        ] {
            let (found, lines) = cited(&text, &page, word);
            assert_eq!(bare(found), written, "in lines of {width}");
            assert!(
                !found.starts_with("=\r") && !found.ends_with('\n'),
                "{found:?}"
            );
            let start = text.find(found).expect("cited from the file");
            let line = |at: usize| text[..at].matches('\n').count() as u64 + 1;
            assert_eq!(lines, [line(start), line(start + found.len())]);
        }
    }
}

#[test]
fn a_word_is_cited_by_the_signs_of_base64_that_make_it() {
    for width in [4, 21, 76] {
        let header = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: BASE64";
        let text = file(RELATED, &[(header, &in_base64(PAGE.as_bytes(), width))]);
        let page = page(text.as_bytes()).expect("a page");
        assert_eq!(page.bytes, PAGE.as_bytes());
        let (found, _) = cited(&text, &page, "cramps");
        let (decoded, _) = Transfer::Base64.undo(found.as_bytes(), 0..found.len());
        let decoded = String::from_utf8_lossy(&decoded);
        assert!(
            decoded.contains("cramps") && decoded.len() <= "cramps".len() + 4,
            "{decoded}"
        );
    }
}

#[test]
fn every_length_of_base64_is_read_and_covered() {
    for length in 0..20 {
        let bytes: Vec<u8> = (0..length).map(|byte: u8| byte.wrapping_mul(37)).collect();
        for width in [3, 4, 7] {
            let text = in_base64(&bytes, width);
            let (decoded, map) = Transfer::Base64.undo(text.as_bytes(), 0..text.len());
            assert_eq!(decoded, bytes);
            if length > 0 {
                let all = "x".repeat(bytes.len());
                let runs = vec![(0, 0), (all.len(), all.len())];
                let whole = SourceMap::new(&all, runs)
                    .inside(map)
                    .locate(&(0..all.len()));
                // What only fills up may stand on a line of its own.
                let rest = text[whole.bytes[1] as usize..].trim();
                assert!(whole.bytes[0] == 0 && matches!(rest, "" | "="), "{rest}");
            }
        }
    }
    assert_eq!(Transfer::Base64.undo(b"=A==QQ", 0..6).0, b"A");
}

#[test]
fn the_part_that_the_header_names_is_read_else_the_first_page() {
    let html = "Content-Type: text/html\r\nContent-ID: <frame@x>";
    let named = "Content-Type: text/html; charset=\"windows-1252\"\r\nContent-ID: <page@x>";
    let parts = [
        ("Content-Type: text/css", "p { color: red }"),
        (html, "<p>frame"),
        (named, "<p>page"),
    ];
    let read = |kind: &str| {
        let page = page(file(kind, &parts).as_bytes()).expect("a page");
        (String::from_utf8(page.bytes).expect("text"), page.charset)
    };
    assert_eq!(read(RELATED).0, "<p>frame\r\n");
    let (text, charset) = read(&format!("{RELATED}; start=\"<page@x>\""));
    assert_eq!(text, "<p>page\r\n");
    assert_eq!(charset, Some(encoding_rs::WINDOWS_1252));
    assert_eq!(
        read(&format!("{RELATED}; start=\"<gone@x>\"")).0,
        "<p>frame\r\n"
    );
}

#[test]
fn a_page_inside_nested_parts_or_alone_is_read() {
    let inner = "--in\r\nContent-Type: text/plain\r\n\r\nplain\r\n--in\r\n\
                 Content-Type: TEXT/HTML\r\n\r\n<p>page\r\n--in--";
    let nested = file(
        RELATED,
        &[("Content-Type: multipart/alternative; boundary=in", inner)],
    );
    assert_eq!(
        page(nested.as_bytes()).expect("a page").bytes,
        b"<p>page\r\n"
    );
    let alone = "MIME-Version: 1.0\nContent-Type: text/html;\n charset=utf-8\n\
                 Content-Transfer-Encoding: quoted-printable\n\n<p>pa=\nge=3D";
    assert!(is_mhtml(alone.as_bytes()));
    let page = page(alone.as_bytes()).expect("a page");
    assert_eq!(
        (page.bytes.as_slice(), page.is_cut_off),
        (&b"<p>page="[..], false)
    );
}

#[test]
fn what_is_wrong_is_said() {
    let html = ("Content-Type: text/html", "<p>page");
    let css = ("Content-Type: text/css", "p {}");
    let whole = file(RELATED, &[html, css]);
    let defect = |file: &str| page(file.as_bytes()).expect_err("no page");
    assert_eq!(
        defect(&file("multipart/related", &[html])),
        Defect::NoBoundary
    );
    assert_eq!(
        defect(&file("multipart/related; boundary=\"\"", &[html])),
        Defect::NoBoundary
    );
    assert_eq!(
        defect(&file("multipart/related; boundary=other", &[html])),
        Defect::NoParts
    );
    assert_eq!(defect(&file(RELATED, &[css])), Defect::NoPage);
    assert_eq!(defect(&file(RELATED, &[])), Defect::NoPage);
    assert_eq!(defect(&file("image/png", &[])), Defect::NoPage);
    assert_eq!(defect("just words\n\nand more"), Defect::NoHeader);
    assert_eq!(defect(""), Defect::NoHeader);
    for (end, _) in whole.char_indices() {
        if let Ok(page) = page(&whole.as_bytes()[..end]) {
            let boundaries = whole[..end].matches("------Border----").count();
            assert_eq!(page.is_cut_off, boundaries < 2, "{end}");
        }
    }
}

#[test]
fn only_messages_that_may_hold_a_page_are_taken_for_mhtml() {
    assert!(is_mhtml(file(RELATED, &[]).as_bytes()));
    assert!(is_mhtml(b"\r\ncontent-type: Multipart/Related; boundary=x"));
    assert!(is_mhtml(
        b"\xef\xbb\xbfContent-Type: multipart/related; boundary=x"
    ));
    for other in [
        &b"<html><p>Content-Type: multipart/related"[..],
        b"Back pain: what helps\n\nContent-Type: multipart/related; boundary=x",
        b"Content-Type: text/html\n\nis what a server says",
        b"{\"_id\": 1}",
        b"",
    ] {
        assert!(!is_mhtml(other), "{}", String::from_utf8_lossy(other));
    }
}

#[test]
fn ten_thousand_parts_and_parts_without_end_inside_each_other_are_read() {
    let css = ("Content-Type: text/css", "p {}");
    let mut parts = vec![css; 10_000];
    parts.push(("Content-Type: text/html", "<p>page"));
    let many = file(RELATED, &parts);
    assert_eq!(page(many.as_bytes()).expect("a page").bytes, b"<p>page\r\n");

    let mut deep = file(RELATED, &[]);
    for level in 0..10_000 {
        let _ = write!(
            deep,
            "--b{level}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n",
            level + 1
        );
    }
    let deep = deep.replace("----Border----", "b0");
    assert_eq!(page(deep.as_bytes()).expect_err("no page"), Defect::NoPage);
}

#[test]
fn headers_without_end_or_sense_do_no_harm() {
    let long = "x".repeat(1 << 20);
    for kind in [
        format!("multipart/related; boundary=\"{long}\""),
        format!("multipart/related; {long}"),
        format!(
            "multipart/related;{}boundary=----Border----",
            "a=b;".repeat(1000)
        ),
        format!("multipart/related{}", "\r\n\t;".repeat(100_000)),
        "multipart/related; boundary=\"".to_owned(),
        "multipart/related; boundary".to_owned(),
        "multipart/related; =; ==; boundary=----Border----".to_owned(),
    ] {
        let text = file(&kind, &[("Content-Type: text/html", "<p>page")]);
        let found = page(text.as_bytes());
        assert!(
            found.is_ok() == kind.contains("----Border"),
            "{:?} of {:.60}",
            found.map(|_| ()),
            kind
        );
    }
    for end in ["=", "=4", "=\r", "= \t", "==", "=\u{E9}"] {
        Transfer::QuotedPrintable.undo(end.as_bytes(), 0..end.len());
    }
}
