//! How is a run written in TREC's form?

use super::HitReport;
use std::io::{self, Write};

/// The name of the system in a run.
const TAG: &str = "ibid";

/// Writes `qid Q0 id rank score tag` for each hit, by the id that [`HitReport::run_id`] gives; white
/// space in an id, which would break the line, is `_`.
pub fn write_trec(out: &mut dyn Write, query: &str, hits: &[HitReport]) -> io::Result<()> {
    let query = one_word(query);
    for (index, hit) in hits.iter().enumerate() {
        let id = one_word(hit.run_id());
        let (rank, score) = (index + 1, hit.score);
        writeln!(out, "{query} Q0 {id} {rank} {score} {TAG}")?;
    }
    Ok(())
}

fn one_word(text: &str) -> String {
    text.replace(char::is_whitespace, "_")
}

impl HitReport {
    /// The id that a run reports for this hit.
    pub fn run_id(&self) -> &str {
        self.section_id.as_deref().unwrap_or(&self.id)
    }
}
