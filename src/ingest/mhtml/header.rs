//! What does the header of an MHTML file, or of one of its parts, say?

use super::transfer::Transfer;
use crate::ingest::metadata::web_address;
use encoding_rs::Encoding;

/// No field of a header is read further than this, in bytes.
const LONGEST_FIELD: usize = 16 * 1024;

/// The fields of a header that say what its part is.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Whether any line of it is a field.
    pub(super) is_header: bool,
    /// Whether it says that the message follows the standard.
    pub(super) is_message: bool,
    kind: String,
    transfer: String,
    pub(super) id: String,
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
    pub(super) fn take(&mut self, line: &[u8]) -> bool {
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

    pub(super) fn is_page(&self) -> bool {
        self.is_kind("text/html") || self.is_kind("application/xhtml+xml")
    }

    pub(super) fn holds_parts(&self) -> bool {
        self.kind
            .get(..10)
            .is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
    }

    pub(super) fn boundary(&self) -> Option<Vec<u8>> {
        parameter(&self.kind, "boundary")
            .filter(|boundary| !boundary.is_empty())
            .map(String::into_bytes)
    }

    /// The name of the part that is to be read first; empty where none is named.
    pub(super) fn start(&self) -> String {
        parameter(&self.kind, "start").unwrap_or_default()
    }

    pub(super) fn address(&self) -> Option<String> {
        [&self.snapshot_location, &self.location]
            .into_iter()
            .find_map(|address| web_address(address))
    }

    pub(super) fn charset(&self) -> Option<&'static Encoding> {
        Encoding::for_label(parameter(&self.kind, "charset")?.as_bytes())
    }

    /// How the part is carried.
    pub(super) fn transfer(&self) -> Transfer {
        match self.transfer.to_ascii_lowercase().as_str() {
            "quoted-printable" => Transfer::QuotedPrintable,
            "base64" => Transfer::Base64,
            _ => Transfer::Plain,
        }
    }

    /// Whether it says how the part is carried.
    pub(super) fn states_transfer(&self) -> bool {
        !self.transfer.is_empty()
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
