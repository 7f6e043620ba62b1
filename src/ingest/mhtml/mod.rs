//! Where in an MHTML file (a page saved as one file: `.mht`, `.mhtml`) is the page, and where in the file does each of
//! its bytes stand?
//!
//! The file is a message of parts (RFC 2557): the page, then its pictures, styles and frames. Only the page is decoded, so
//! the parts behind it cost nothing. One pass over the lines finds it, whatever the parts are nested in; nothing is built
//! of the others. `header` reads what a part says of itself, `transfer` undoes how it is carried.

mod header;
mod transfer;

use crate::article::PartMap;
use encoding_rs::Encoding;
use header::Header;
use std::ops::Range;
use transfer::Transfer;

/// Parts that hold parts are not looked into deeper than this. Browsers nest once, mail programs three times.
const MOST_NESTED: usize = 16;

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
    let mut rest = begin(head);
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
    header.holds_parts() || (header.is_page() && (header.is_message || header.states_transfer()))
}

/// The page in a file for which [`is_mhtml`] holds: the part that the header names as the first to be read, else the first
/// that is HTML.
///
/// # Errors
/// Where there is none.
pub fn page(file: &[u8]) -> Result<Page, Defect> {
    let mut scan = Scan::default();
    let mut at = file.len() - begin(file).len();
    while let Some((line, after)) = next_line(&file[at..]) {
        let start = at;
        at = file.len() - after.len();
        scan.line(line, start, at)?;
        if scan.is_done() {
            break;
        }
    }
    let part = scan.finish(file.len())?;
    let (bytes, map) = part.transfer.undo(file, part.body);
    Ok(Page {
        bytes,
        map,
        charset: part.charset,
        address: part.address,
        is_cut_off: part.is_cut_off,
    })
}

/// A file without what may stand before its first line.
pub(super) fn begin(file: &[u8]) -> &[u8] {
    file.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(file)
        .trim_ascii_start()
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
            self.current = Some(part(header, body));
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
            let mut part = part(header, body);
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

/// The part with this header whose body begins at `body`.
fn part(header: &Header, body: usize) -> Part {
    Part {
        body: body..body,
        transfer: header.transfer(),
        charset: header.charset(),
        address: header.address(),
        is_named: false,
        is_cut_off: false,
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

#[cfg(test)]
mod tests;
