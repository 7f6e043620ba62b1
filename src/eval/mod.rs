//! How good is a ranking, measured on judged queries? The files of such a test collection (topics, qrels, runs), the
//! measures, and whether one ranking is really better than another.
//!
//! The words are TREC's: a *topic* is a query with an id, the *qrels* say which grade each judged passage has for a topic,
//! and a *run* is what a system ranked for each topic. Files are read strictly: a line that cannot be read is an error
//! that names the file and the line, because a judgment that is silently lost changes every score.

pub mod compare;
pub mod measures;
pub mod qrels;
pub mod run;
pub mod topics;

pub use compare::{Comparison, compare};
pub use measures::{Measure, Options, Scores, Unjudged, evaluate};
pub use qrels::{Drops, Qrels, parse_drops, parse_qrels, read_drops, read_qrels};
pub use run::{RankedPassage, Run, parse_run, read_run};
pub use topics::{Topic, parse_topics, read_topics};

use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// First columns by which a header line is known, in lower case.
const ID_HEADERS: [&str; 9] = [
    "id", "_id", "qid", "query-id", "query_id", "queryid", "topic", "topic-id", "topic_id",
];

/// Whether a column's name says that the column holds topic ids.
fn is_id_header(name: &str) -> bool {
    ID_HEADERS.contains(&name.trim().to_ascii_lowercase().as_str())
}

/// The text of a file, and the name that errors call it by.
fn read_text(path: &Path) -> Result<(String, String)> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| Error::io("read", path, cause))?;
    let text = String::from_utf8(bytes).map_err(|cause| {
        let before = &cause.as_bytes()[..cause.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        malformed(&name, line, "expected UTF-8 text")
    })?;
    Ok((text, name))
}

/// The lines that are not blank, without a byte order mark, with their numbers counted from 1.
fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    without_mark(text)
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim().is_empty())
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// An input that is not what it claims to be, from a line of it.
fn malformed(name: &str, line: usize, message: impl AsRef<str>) -> Error {
    Error::new(
        ErrorKind::Unreadable,
        format!("{name}:{line}: {}", message.as_ref()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_utf8_is_named_with_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("topics.tsv");
        std::fs::write(&path, b"1\tcramp\n2\tna\xefve\n").unwrap();
        let error = read_topics(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        assert!(
            error
                .to_string()
                .ends_with("topics.tsv:2: expected UTF-8 text"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_not_found() {
        let path = Path::new("no-such-folder/qrels.txt");
        assert_eq!(read_qrels(path).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read_run(path).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read_topics(path).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read_drops(path).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
