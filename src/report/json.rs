//! How is JSON written? Indented for a document, on one line for lines; the results of many queries one by one.

use super::{NamedSearch, SCHEMA_VERSION};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a document, indented by two spaces, with a line feed at its end.
pub fn write_json(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

/// Writes a document on one line.
pub fn write_json_line(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, document)?;
    out.write_all(b"\n")
}

/// Writes `{"schema_version", "results": [...]}` result by result, in the memory of one.
pub struct ResultsWriter {
    is_first: bool,
}

impl ResultsWriter {
    /// Writes the head of the document.
    pub fn begin(out: &mut dyn Write) -> io::Result<Self> {
        write!(
            out,
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"results\": ["
        )?;
        Ok(Self { is_first: true })
    }

    /// Writes one result.
    pub fn write(&mut self, out: &mut dyn Write, result: &NamedSearch) -> io::Result<()> {
        out.write_all(if self.is_first { b"\n" } else { b",\n" })?;
        self.is_first = false;
        serde_json::to_writer_pretty(&mut *out, result)?;
        Ok(())
    }

    /// Writes the end of the document.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.is_first {
            b"]\n}\n"
        } else {
            b"\n  ]\n}\n"
        })
    }
}
