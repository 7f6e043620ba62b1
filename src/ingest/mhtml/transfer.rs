//! How are the bytes of a part of MHTML carried in the file, and where in it does each of them stand?

use crate::article::PartMap;
use std::ops::Range;

/// How the bytes of a part are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// As they are.
    Plain,
    QuotedPrintable,
    Base64,
}

impl Transfer {
    /// The bytes of the part that is carried in `file[body]`, and the way back to those of the file.
    pub(super) fn undo(self, file: &[u8], body: Range<usize>) -> (Vec<u8>, PartMap) {
        let mut map = PartMap::new(file);
        let bytes = match self {
            Self::Plain => {
                map.push(0, 1, body.start, 1);
                file[body].to_vec()
            }
            Self::QuotedPrintable => quoted_printable(file, body, &mut map),
            Self::Base64 => base64(file, body, &mut map),
        };
        (bytes, map)
    }
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
