//! In which character encoding were these bytes written, and where did each decoded character stand in them?

use crate::article::SourceMap;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text, and the way back to the bytes it was decoded from.
#[derive(Debug)]
pub struct Decoded {
    /// The text; characters that could not be decoded are U+FFFD.
    pub text: String,
    /// From offsets in `text` to bytes and lines of the file.
    pub map: SourceMap,
    /// The WHATWG name of the encoding.
    pub encoding: &'static str,
    /// How many stretches of bytes could not be decoded.
    pub malformed: usize,
}

/// How much of a file is looked at to tell text from binary data, in bytes.
const SNIFF: usize = 64 * 1024;

/// The share of control bytes above which a file is no text. Text that holds a stray NUL or form feed stays far below
/// it; compressed data, where every byte is as likely as any other, has about 10 %.
const CONTROL_SHARE: f64 = 0.02;

/// Whether these bytes are something other than text in any encoding that is read.
pub fn is_binary(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 11] = [
        b"%PDF-",
        b"PK\x03\x04",
        b"\x89PNG",
        b"GIF8",
        b"\xff\xd8\xff",
        b"\x7fELF",
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ",
        b"\xd0\xcf\x11\xe0",
        b"SQLite format 3\0",
    ];
    if SIGNATURES
        .iter()
        .any(|signature| bytes.starts_with(signature))
    {
        return true;
    }
    let head = &bytes[..bytes.len().min(SNIFF)];
    if head.is_empty() || Encoding::for_bom(head).is_some() || utf_16_without_mark(head).is_some() {
        return false;
    }
    // In chunks whose count fits a byte, which a processor sums many at a time.
    let control: usize = head
        .chunks(255)
        .map(|chunk| usize::from(chunk.iter().copied().map(is_control).sum::<u8>()))
        .sum();
    control as f64 > head.len() as f64 * CONTROL_SHARE
}

/// 1 for a control byte that text does not hold, else 0.
fn is_control(byte: u8) -> u8 {
    let spaces = (byte == b'\t') | (byte == b'\n') | (byte == 12) | (byte == b'\r');
    u8::from((byte < 32) & !spaces & (byte != 27) | (byte == 127))
}

/// Decodes `bytes`: by byte order mark, else as UTF-16 where every other byte is NUL, else as UTF-8 where they are valid UTF-8, else as `declared` (what the page says
/// of itself), else by detection. Never fails: what cannot be decoded becomes U+FFFD and is counted.
pub fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return if encoding == UTF_8 {
            decode_utf_8(bytes, mark)
        } else {
            decode_legacy(bytes, mark, encoding)
        };
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return decode_legacy(bytes, 0, encoding);
    }
    if mostly_utf_8(bytes) {
        return decode_utf_8(bytes, 0);
    }
    // A page that could state its encoding in ASCII letters was not written in one that has none.
    let encoding = declared
        .filter(|encoding| *encoding != UTF_8 && encoding.is_ascii_compatible())
        .unwrap_or_else(|| detect(bytes));
    if encoding == UTF_8 {
        decode_utf_8(bytes, 0)
    } else {
        decode_legacy(bytes, 0, encoding)
    }
}

/// Whether the bytes are UTF-8, or UTF-8 with a little damage: at least four good multi-byte characters to a bad byte.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 4 * bad
}

/// Text in the Latin script written as UTF-16 has a NUL for every other byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024)];
    if head.len() < 8 {
        return None;
    }
    let nuls = |parity: usize| {
        let half = head.iter().skip(parity).step_by(2);
        half.clone().filter(|byte| **byte == 0).count() * 10 / half.count().max(1)
    };
    match (nuls(0), nuls(1)) {
        (0, 7..) => Some(UTF_16LE),
        (7.., 0) => Some(UTF_16BE),
        _ => None,
    }
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

fn decode_utf_8(bytes: &[u8], mark: usize) -> Decoded {
    let body = &bytes[mark..];
    if let Ok(text) = std::str::from_utf8(body) {
        return Decoded {
            map: SourceMap::new(text, vec![(0, mark), (text.len(), bytes.len())]),
            text: text.to_owned(),
            encoding: UTF_8.name(),
            malformed: 0,
        };
    }
    let mut text = String::with_capacity(body.len());
    let mut runs = vec![(0, mark)];
    let (mut malformed, mut offset) = (0, mark);
    for chunk in body.utf8_chunks() {
        push_run(&mut runs, text.len(), offset);
        text.push_str(chunk.valid());
        offset += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            push_run(&mut runs, text.len(), offset);
            text.push(char::REPLACEMENT_CHARACTER);
            offset += chunk.invalid().len();
            malformed += 1;
        }
    }
    close_runs(&mut runs, text.len(), bytes.len());
    Decoded {
        map: SourceMap::new(&text, runs),
        text,
        encoding: UTF_8.name(),
        malformed,
    }
}

/// Feeds the decoder a byte at a time, which is the one way that tells for every encoding which bytes made a character.
fn decode_legacy(bytes: &[u8], mark: usize, encoding: &'static Encoding) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 4);
    let mut runs = vec![(0, mark)];
    let mut malformed = 0;
    let mut character = [0u8; 32];
    let mut pending = mark;
    for (index, byte) in bytes.iter().enumerate().skip(mark) {
        let last = index + 1 == bytes.len();
        let (_, _, written, bad) =
            decoder.decode_to_utf8(std::slice::from_ref(byte), &mut character, last);
        malformed += usize::from(bad);
        if written > 0 {
            push_run(&mut runs, text.len(), pending);
            text.push_str(&String::from_utf8_lossy(&character[..written]));
            pending = index + 1;
        }
    }
    close_runs(&mut runs, text.len(), bytes.len());
    Decoded {
        map: SourceMap::new(&text, runs),
        text,
        encoding: encoding.name(),
        malformed,
    }
}

/// Marks where both end: the last character may be longer decoded than on disk.
fn close_runs(runs: &mut Vec<(usize, usize)>, decoded: usize, file: usize) {
    if runs.last() != Some(&(decoded, file)) {
        runs.push((decoded, file));
    }
}

/// Adds a run unless the one before it goes on in step.
fn push_run(runs: &mut Vec<(usize, usize)>, decoded: usize, file: usize) {
    let in_step = runs.last().is_some_and(|(last_decoded, last_file)| {
        decoded > *last_decoded && decoded - last_decoded == file - last_file
    });
    if runs.last() == Some(&(decoded, file)) || in_step {
        return;
    }
    runs.push((decoded, file));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(decoded: &Decoded, needle: &str) -> [u64; 2] {
        let start = decoded.text.find(needle).expect("needle is in the text");
        decoded.map.locate(&(start..start + needle.len())).bytes
    }

    #[test]
    fn a_windows_1252_page_keeps_its_places_on_disk() {
        let bytes = b"caf\xe9 don\x92t stop";
        let decoded = decode(bytes, None);
        assert_eq!(decoded.text, "café don’t stop");
        assert_eq!(decoded.encoding, "windows-1252");
        assert_eq!(place(&decoded, "don’t"), [5, 10]);
        assert_eq!(place(&decoded, "stop"), [11, 15]);
        assert_eq!(place(&decoded, "café"), [0, 4]);
    }

    #[test]
    fn a_last_character_that_shrinks_on_disk_ends_at_the_end_of_the_file() {
        let decoded = decode(b"no caf\xe9", None);
        assert_eq!(place(&decoded, "café"), [3, 7]);
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_counted() {
        let decoded = decode(b"\xef\xbb\xbfpain", None);
        assert_eq!(decoded.text, "pain");
        assert_eq!(place(&decoded, "pain"), [3, 7]);
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        let utf_16 = |mark: &[u8]| {
            let mut bytes = mark.to_vec();
            bytes.extend("night cramps".encode_utf16().flat_map(u16::to_le_bytes));
            bytes
        };
        for (mark, first) in [(&b"\xff\xfe"[..], 2), (&b""[..], 0)] {
            let bytes = utf_16(mark);
            assert!(!is_binary(&bytes));
            let decoded = decode(&bytes, None);
            assert_eq!(decoded.text, "night cramps");
            assert_eq!(place(&decoded, "cramps"), [first + 12, first + 24]);
        }
    }

    #[test]
    fn a_damaged_utf_8_file_stays_utf_8() {
        let decoded = decode("naïve café señor jalapeño \u{1F600}".as_bytes(), None);
        assert_eq!(decoded.malformed, 0);
        let mut bytes = "naïve café señor jalapeño ".as_bytes().to_vec();
        bytes.extend(b"\xff end");
        let decoded = decode(&bytes, None);
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.malformed, 1);
        assert_eq!(place(&decoded, "end")[1], bytes.len() as u64);
    }

    #[test]
    fn a_declared_encoding_decides_where_the_bytes_leave_it_open() {
        let decoded = decode(b"\xe1\xe2\xe3", Some(encoding_rs::WINDOWS_1251));
        assert_eq!(decoded.text, "бвг");
    }

    #[test]
    fn data_is_told_from_text() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        assert!(is_binary(
            &(0..=255u8).cycle().take(4096).collect::<Vec<_>>()
        ));
        assert!(!is_binary(b"plain text\0 with one stray NUL in a long enough line of words to be plainly a text file"));
        assert!(!is_binary(b""));
    }
}
