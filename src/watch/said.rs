//! What was said of files already, and need not be said again at every run?

use crate::report::{IndexReport, SkippedReport};
use std::collections::HashSet;
use std::path::Path;

/// What is known to have been said, by path: it is forgotten when a run looks at the path and has nothing to say.
#[derive(Debug, Default)]
pub(super) struct Said {
    skipped: HashSet<(String, Option<u64>, String)>,
    warnings: HashSet<String>,
}

impl Said {
    /// What of a report was not said before. `looked_at` are the paths that the run was restricted to, as a person would type
    /// them; `None` where it looked at everything.
    pub(super) fn news<'r>(
        &mut self,
        report: &'r IndexReport,
        looked_at: Option<&[String]>,
    ) -> (Vec<&'r SkippedReport>, Vec<&'r str>) {
        let key =
            |skipped: &SkippedReport| (skipped.path.clone(), skipped.line, skipped.reason.clone());
        let skipped = report
            .skipped
            .iter()
            .filter(|skipped| !self.skipped.contains(&key(skipped)))
            .collect();
        let warnings = report
            .warnings
            .iter()
            .map(String::as_str)
            .filter(|warning| !self.warnings.contains(*warning))
            .collect();
        match looked_at {
            None => {
                self.skipped.clear();
                self.warnings.clear();
            }
            Some(paths) => {
                let is_under =
                    |shown: &str| paths.iter().any(|path| Path::new(shown).starts_with(path));
                self.skipped.retain(|(shown, _, _)| !is_under(shown));
                // A warning begins with its path.
                self.warnings
                    .retain(|warning| !paths.iter().any(|path| warning.starts_with(path)));
            }
        }
        self.skipped.extend(report.skipped.iter().map(key));
        self.warnings.extend(report.warnings.iter().cloned());
        (skipped, warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::IndexInfo;

    fn report(skipped: &[(&str, &str)]) -> IndexReport {
        IndexReport {
            schema_version: 1,
            added: 0,
            updated: 0,
            unchanged: 0,
            removed: 0,
            moved: 0,
            repeated: Vec::new(),
            skipped: skipped
                .iter()
                .map(|(path, reason)| SkippedReport {
                    path: (*path).to_owned(),
                    line: None,
                    reason: (*reason).to_owned(),
                    error: true,
                })
                .collect(),
            warnings: Vec::new(),
            index: IndexInfo {
                generation: 1,
                articles: 0,
                passages: 0,
            },
        }
    }

    fn news(said: &mut Said, skipped: &[(&str, &str)], looked_at: Option<&[&str]>) -> usize {
        let looked_at: Option<Vec<String>> =
            looked_at.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect());
        said.news(&report(skipped), looked_at.as_deref()).0.len()
    }

    #[test]
    fn what_is_skipped_for_the_same_reason_is_said_once_until_it_was_put_right() {
        let mut said = Said::default();
        let bad = [("kb/a.txt", "broken"), ("kb/b.txt", "broken")];
        assert_eq!(news(&mut said, &bad, None), 2);
        assert_eq!(news(&mut said, &bad, None), 0);
        assert_eq!(news(&mut said, &bad[..1], Some(&["kb/a.txt"])), 0);
        assert_eq!(
            news(&mut said, &[("kb/a.txt", "too large")], Some(&["kb/a.txt"])),
            1
        );
        assert_eq!(news(&mut said, &[], Some(&["kb"])), 0);
        assert_eq!(news(&mut said, &bad, None), 2);
    }
}
