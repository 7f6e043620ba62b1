//! Where in an MHTML file (a page saved as one file: `.mht`, `.mhtml`) is the page, and where in the file does each of
//! its bytes stand?
//!
//! The file is a message of parts (RFC 2557): the page, then its pictures, styles and frames. Only the page is decoded, so
//! the parts behind it cost nothing. One pass over the lines finds it, whatever the parts are nested in; nothing is built
//! of the others.

use crate::article::PartMap;
use encoding_rs::Encoding;
use std::ops::Range;

/// Parts that hold parts are not looked into deeper than this. Browsers nest once, mail programs three times.
const MOST_NESTED: usize = 16;

/// No field of a header is read further than this, in bytes.
const LONGEST_FIELD: usize = 16 * 1024;

/// The page of an MHTML file.
#[derive(Debug)]
pub struct Page {
    /// Its bytes, as they were before they were encoded to be carried.
    pub bytes: Vec<u8>,
    /// From these bytes to those of the file.
    pub map: PartMap,
    /// The character encoding that its header states.
    pub charset: Option<&'static Encoding>,
    /// The address that the header says it was saved from.
    pub address: Option<String>,
    /// Whether the file breaks off before the page ends.
    pub is_cut_off: bool,
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The file does not begin with a header.
    NoHeader,
    /// The header names no boundary between the parts.
    NoBoundary,
    /// The boundary that the header names is not in the file.
    NoParts,
    /// No part is a page.
    NoPage,
}

impl std::fmt::Display for Defect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoHeader => "is no MHTML, whatever its name says: it does not begin with a header",
            Self::NoBoundary => "is MHTML whose header names no boundary between its parts; save the page again",
            Self::NoParts => "is MHTML without parts: the boundary that its header names is not in it; save the page again",
            Self::NoPage => "is MHTML without a page: none of its parts is HTML",
        })
    }
}

/// Whether a file that begins with `head` is a message that may hold a page.
pub fn is_mhtml(head: &[u8]) -> bool {
    let mut header = Header::default();
    let mut rest = head.trim_ascii_start();
    // The first line decides for nearly every file.
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    while let Some((line, after)) = next_line(rest) {
        if !header.take(line) {
            break;
        }
        rest = after;
    }
    header.holds_parts() || (header.is_page() && (header.is_message || !header.transfer.is_empty()))
}

/// The page in a file for which [`is_mhtml`] holds: the part that the header names as the first to be read, else the first
/// that is HTML.
///
/// # Errors
/// Where there is none.
pub fn page(file: &[u8]) -> Result<Page, Defect> {
    let mut scan = Scan::default();
    let mut at = file.len() - file.trim_ascii_start().len();
    while let Some((line, after)) = next_line(&file[at..]) {
        let start = at;
        at = file.len() - after.len();
        scan.line(line, start, at)?;
        if scan.is_done() {
            break;
        }
    }
    let part = scan.finish(file.len())?;
    let body = part.body.clone();
    let mut map = PartMap::new(file);
    let bytes = match part.transfer {
        Transfer::Plain => {
            map.push(0, 1, body.start, 1);
            file[body].to_vec()
        }
        Transfer::QuotedPrintable => quoted_printable(file, body, &mut map),
        Transfer::Base64 => base64(file, body, &mut map),
    };
    Ok(Page {
        bytes,
        map,
        charset: part.charset,
        address: part.address,
        is_cut_off: part.is_cut_off,
    })
}

/// How the bytes of a part are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transfer {
    /// As they are.
    Plain,
    QuotedPrintable,
    Base64,
}

/// A part that is HTML.
#[derive(Clone, Debug)]
struct Part {
    body: Range<usize>,
    transfer: Transfer,
    charset: Option<&'static Encoding>,
    address: Option<String>,
    /// Whether it is the one that the header names.
    is_named: bool,
    is_cut_off: bool,
}

/// Reads a message line by line.
#[derive(Default)]
struct Scan {
    /// The boundaries of the parts that are open, outermost first.
    open: Vec<Vec<u8>>,
    /// The header that is being read; `None` inside a body.
    header: Option<Header>,
    /// Whether the header of the whole file has been read.
    begun: bool,
    /// The name of the part that is to be read first.
    start: String,
    /// The address of the whole.
    address: Option<String>,
    /// Whether any part was there.
    saw_part: bool,
    /// The part whose body is being read.
    current: Option<Part>,
    /// The first page that came to its end.
    found: Option<Part>,
}

impl Scan {
    /// Takes the line that stands from `start` to `end`.
    fn line(&mut self, line: &[u8], start: usize, end: usize) -> Result<(), Defect> {
        if let Some((depth, closes)) = self.boundary(line) {
            self.saw_part = true;
            self.close(start);
            self.open.truncate(depth + usize::from(!closes));
            self.header = (!closes).then(Header::default);
            return Ok(());
        }
        if !self.begun {
            let header = self.header.get_or_insert_default();
            if header.take(line) {
                return Ok(());
            }
            let header = self.header.take().unwrap_or_default();
            self.begun = true;
            return self.begin(&header, end);
        }
        if let Some(header) = &mut self.header
            && !header.take(line)
        {
            let header = self.header.take().unwrap_or_default();
            self.begin_part(&header, end);
        }
        Ok(())
    }

    /// Which of the open boundaries a line is, and whether it says that no part follows.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let name = line.strip_prefix(b"--")?.trim_ascii_end();
        self.open
            .iter()
            .enumerate()
            .rev()
            .find_map(|(depth, boundary)| {
                let rest = name.strip_prefix(boundary.as_slice())?;
                match rest {
                    b"" => Some((depth, false)),
                    b"--" => Some((depth, true)),
                    _ => None,
                }
            })
    }

    /// The header of the whole file has ended.
    fn begin(&mut self, header: &Header, body: usize) -> Result<(), Defect> {
        if !header.is_header {
            return Err(Defect::NoHeader);
        }
        self.address = header.address();
        if header.holds_parts() {
            let boundary = header.boundary().ok_or(Defect::NoBoundary)?;
            self.open.push(boundary);
            self.start = header.start();
        } else if header.is_page() {
            self.current = Some(header.part(body));
        } else {
            return Err(Defect::NoPage);
        }
        Ok(())
    }

    /// The header of a part has ended.
    fn begin_part(&mut self, header: &Header, body: usize) {
        if header.holds_parts() {
            if self.open.len() < MOST_NESTED
                && let Some(boundary) = header.boundary()
            {
                self.open.push(boundary);
            }
        } else if header.is_page() {
            let mut part = header.part(body);
            part.is_named = !self.start.is_empty() && header.id == self.start;
            self.current = Some(part);
        }
    }

    /// A part ends before the line that begins at `end`.
    fn close(&mut self, end: usize) {
        if let Some(mut part) = self.current.take()
            && (self.found.is_none() || part.is_named)
        {
            part.body.end = end.max(part.body.start);
            self.found = Some(part);
        }
    }

    /// Whether no better part can follow.
    fn is_done(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|part| part.is_named || self.start.is_empty())
    }

    fn finish(mut self, end: usize) -> Result<Part, Defect> {
        if !self.begun {
            let header = self.header.take().unwrap_or_default();
            return Err(match header.is_header {
                true if header.holds_parts() && header.boundary().is_none() => Defect::NoBoundary,
                true if header.holds_parts() => Defect::NoParts,
                true => Defect::NoPage,
                false => Defect::NoHeader,
            });
        }
        if let Some(part) = &mut self.current {
            // A message without parts ends with the file; a part ends with a boundary.
            part.is_cut_off = !self.open.is_empty();
        }
        self.close(end);
        let mut part = self.found.ok_or(if self.saw_part {
            Defect::NoPage
        } else {
            Defect::NoParts
        })?;
        part.address = self.address.or(part.address);
        Ok(part)
    }
}

/// The fields of a header that say what its part is.
#[derive(Debug, Default)]
struct Header {
    /// Whether any line of it is a field.
    is_header: bool,
    /// Whether it says that the message follows the standard.
    is_message: bool,
    kind: String,
    transfer: String,
    id: String,
    location: String,
    snapshot_location: String,
    /// The field that the next line may go on with.
    last: Option<Field>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Kind,
    Transfer,
    Id,
    Location,
    SnapshotLocation,
}

impl Header {
    /// Takes a line; `false` where the header ended before it.
    fn take(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return false;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            self.append(line);
            return true;
        }
        self.last = None;
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return true;
        };
        let name = line[..colon].trim_ascii_end();
        if name.is_empty()
            || !name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        {
            return true;
        }
        self.is_header = true;
        self.last = match name.to_ascii_lowercase().as_slice() {
            b"content-type" => Some(Field::Kind),
            b"content-transfer-encoding" => Some(Field::Transfer),
            b"content-id" => Some(Field::Id),
            b"content-location" => Some(Field::Location),
            b"snapshot-content-location" => Some(Field::SnapshotLocation),
            b"mime-version" => {
                self.is_message = true;
                None
            }
            _ => None,
        };
        self.append(&line[colon + 1..]);
        true
    }

    fn append(&mut self, text: &[u8]) {
        let value = match self.last {
            Some(Field::Kind) => &mut self.kind,
            Some(Field::Transfer) => &mut self.transfer,
            Some(Field::Id) => &mut self.id,
            Some(Field::Location) => &mut self.location,
            Some(Field::SnapshotLocation) => &mut self.snapshot_location,
            None => return,
        };
        let text = text.trim_ascii();
        if value.len() + text.len() <= LONGEST_FIELD {
            // An address is folded inside, everything else at a space.
            if !value.is_empty() && self.last == Some(Field::Kind) {
                value.push(' ');
            }
            value.push_str(&String::from_utf8_lossy(text));
        }
    }

    /// The type, without what follows it.
    fn is_kind(&self, wanted: &str) -> bool {
        let kind = self.kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case(wanted)
    }

    fn is_page(&self) -> bool {
        self.is_kind("text/html") || self.is_kind("application/xhtml+xml")
    }

    fn holds_parts(&self) -> bool {
        self.kind
            .get(..10)
            .is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
    }

    fn boundary(&self) -> Option<Vec<u8>> {
        parameter(&self.kind, "boundary")
            .filter(|boundary| !boundary.is_empty())
            .map(String::into_bytes)
    }

    /// The name of the part that is to be read first; empty where none is named.
    fn start(&self) -> String {
        parameter(&self.kind, "start").unwrap_or_default()
    }

    fn address(&self) -> Option<String> {
        [&self.snapshot_location, &self.location]
            .into_iter()
            .find_map(|address| super::metadata::web_address(address))
    }

    fn part(&self, body: usize) -> Part {
        let transfer = match self.transfer.to_ascii_lowercase().as_str() {
            "quoted-printable" => Transfer::QuotedPrintable,
            "base64" => Transfer::Base64,
            _ => Transfer::Plain,
        };
        Part {
            body: body..body,
            transfer,
            charset: parameter(&self.kind, "charset")
                .and_then(|label| Encoding::for_label(label.as_bytes())),
            address: self.address(),
            is_named: false,
            is_cut_off: false,
        }
    }
}

/// The value of `name` in `text/html; name="value"`.
fn parameter(field: &str, name: &str) -> Option<String> {
    let (_, mut rest) = field.split_once(';')?;
    loop {
        let (found, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim_end(), &after[end..])
            }
        };
        let found = found.rsplit(';').next().unwrap_or_default().trim();
        if found.eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}

/// The first line, without what ends it, and what follows.
fn next_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let (line, rest) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &bytes[bytes.len()..]),
    };
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

/// Undoes RFC 2045, section 6.7. What is no code stands for itself.
fn quoted_printable(file: &[u8], body: Range<usize>, map: &mut PartMap) -> Vec<u8> {
    let text = &file[..body.end];
    let mut bytes = Vec::with_capacity(body.len());
    let mut at = body.start;
    while at < text.len() {
        let plain = text[at..]
            .iter()
            .position(|byte| *byte == b'=')
            .unwrap_or(text.len() - at);
        if plain > 0 {
            map.push(bytes.len(), 1, at, 1);
            bytes.extend_from_slice(&text[at..at + plain]);
            at += plain;
        }
        let Some(sign) = text.get(at..) else { break };
        match sign {
            [b'=', high, low, ..] if digit(*high).is_some() && digit(*low).is_some() => {
                map.push(bytes.len(), 1, at, 3);
                bytes.push(digit(*high).unwrap_or(0) << 4 | digit(*low).unwrap_or(0));
                at += 3;
            }
            [b'=', rest @ ..] => {
                // A line that was broken for length only, with or without blanks behind the sign.
                let blanks = rest
                    .iter()
                    .take_while(|byte| matches!(byte, b' ' | b'\t'))
                    .count();
                let end = match &rest[blanks..] {
                    [b'\r', b'\n', ..] => Some(2),
                    [b'\n', ..] => Some(1),
                    [] => Some(0),
                    _ => None,
                };
                match end {
                    Some(end) => at += 1 + blanks + end,
                    None => {
                        map.push(bytes.len(), 1, at, 1);
                        bytes.push(b'=');
                        at += 1;
                    }
                }
            }
            _ => {}
        }
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Undoes RFC 2045, section 6.8. What is no sign of the alphabet is passed over.
fn base64(file: &[u8], body: Range<usize>, map: &mut PartMap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let mut bits = 0u32;
    let mut signs = 0;
    let mut start = body.start;
    for at in body.clone() {
        let value = match file[at] {
            byte @ b'A'..=b'Z' => byte - b'A',
            byte @ b'a'..=b'z' => byte - b'a' + 26,
            byte @ b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' if signs > 0 => {
                // The first of at most two that fill up the last four.
                let fill = file[at..body.end]
                    .iter()
                    .take(2)
                    .take_while(|byte| **byte == b'=');
                flush(&mut bytes, bits, signs, start..at + fill.count(), map);
                (bits, signs) = (0, 0);
                continue;
            }
            _ => continue,
        };
        if signs == 0 {
            start = at;
        }
        bits = bits << 6 | u32::from(value);
        signs += 1;
        if signs == 4 {
            flush(&mut bytes, bits, signs, start..at + 1, map);
            (bits, signs) = (0, 0);
        }
    }
    flush(&mut bytes, bits, signs, start..body.end, map);
    bytes
}

/// Appends the bytes that up to four signs make. One sign makes none.
fn flush(bytes: &mut Vec<u8>, bits: u32, signs: u32, place: Range<usize>, map: &mut PartMap) {
    if signs < 2 {
        return;
    }
    let whole = bits << (6 * (4 - signs));
    map.push(bytes.len(), 3, place.start, place.len());
    bytes.extend_from_slice(&whole.to_be_bytes()[1..signs as usize]);
}

#[cfg(test)]
mod tests {
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
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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
            let header =
                "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: BASE64";
            let text = file(RELATED, &[(header, &in_base64(PAGE.as_bytes(), width))]);
            let page = page(text.as_bytes()).expect("a page");
            assert_eq!(page.bytes, PAGE.as_bytes());
            let (found, _) = cited(&text, &page, "cramps");
            let mut map = PartMap::new(b"");
            let decoded = base64(found.as_bytes(), 0..found.len(), &mut map);
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
                let mut map = PartMap::new(text.as_bytes());
                assert_eq!(base64(text.as_bytes(), 0..text.len(), &mut map), bytes);
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
        let mut map = PartMap::new(b"");
        assert_eq!(base64(b"=A==QQ", 0..6, &mut map), b"A");
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
            let mut map = PartMap::new(b"");
            quoted_printable(end.as_bytes(), 0..end.len(), &mut map);
        }
    }
}
