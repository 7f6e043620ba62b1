//! How does the one writer take what the workers send?
//!
//! Workers finish in any order; what the index holds must not depend on it. Where two files claim one article id, the
//! file that was there before wins, and else the one whose name comes first.

use super::report::{IndexReport, Skipped};
use super::sources::Sources;
use super::work::{FileJob, Message};
use crate::engine::manifest::Manifest;
use crate::engine::{ArticleEntry, Writer};
use crate::error::Result;
use crate::passage::Passage;
use std::collections::{HashMap, HashSet};

pub(super) struct Collector<'a> {
    writer: Box<dyn Writer>,
    manifest: &'a mut Manifest,
    /// What a file held before, of the files whose old articles were taken out.
    replaced: HashMap<String, HashSet<String>>,
    /// The articles that a file gave so far, and how many passages they have.
    current: HashMap<String, HashMap<String, u64>>,
    /// Which file an article id belongs to.
    owners: HashMap<String, Owner>,
    changed: bool,
}

struct Owner {
    file: String,
    in_this_run: bool,
    line: Option<u64>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(writer: Box<dyn Writer>, manifest: &'a mut Manifest) -> Self {
        let mut owners = HashMap::new();
        for (file, record) in &manifest.files {
            for article in &record.articles {
                owners.insert(
                    article.clone(),
                    Owner {
                        file: file.clone(),
                        in_this_run: false,
                        line: None,
                    },
                );
            }
        }
        Self {
            writer,
            manifest,
            replaced: HashMap::new(),
            current: HashMap::new(),
            owners,
            changed: false,
        }
    }

    /// Takes one message of a worker.
    pub(super) fn take(&mut self, message: Message, report: &mut IndexReport) -> Result<()> {
        match message {
            Message::Article {
                file,
                entry,
                passages,
                line,
            } => self.add(&file, &entry, &passages, line, report),
            Message::Read { file, record } => {
                self.replace(&file.key)?;
                self.manifest.files.insert(file.key.clone(), record);
                Ok(())
            }
            Message::WithoutArticle { file, skipped } => {
                report.skip(skipped);
                if self.manifest.files.contains_key(&file.key) {
                    self.replace(&file.key)?;
                }
                Ok(())
            }
            Message::Unchanged { articles } => {
                report.unchanged += articles;
                Ok(())
            }
            Message::Unreadable(skipped) => {
                report.skip(skipped);
                Ok(())
            }
            Message::Warning(warning) => {
                report.warnings.push(warning);
                Ok(())
            }
        }
    }

    fn add(
        &mut self,
        file: &FileJob,
        entry: &ArticleEntry,
        passages: &[Passage],
        line: Option<u64>,
        report: &mut IndexReport,
    ) -> Result<()> {
        self.replace(&file.key)?;
        if let Some(owner) = self.owners.get(&entry.id) {
            if !(owner.in_this_run && file.key < owner.file) {
                report.skip(taken(&file.shown, line, entry, &owner.file));
                return Ok(());
            }
            let (loser, loser_line) = (owner.file.clone(), owner.line);
            self.writer.remove_article(&entry.id)?;
            if let Some(articles) = self.current.get_mut(&loser) {
                articles.remove(&entry.id);
            }
            report.skip(taken(&loser, loser_line, entry, &file.key));
        }
        self.writer.add(&file.key, entry, passages)?;
        self.owners.insert(
            entry.id.clone(),
            Owner {
                file: file.key.clone(),
                in_this_run: true,
                line,
            },
        );
        self.current
            .entry(file.key.clone())
            .or_default()
            .insert(entry.id.clone(), passages.len() as u64);
        Ok(())
    }

    /// Takes out what a file held before, once.
    fn replace(&mut self, file: &str) -> Result<()> {
        if self.replaced.contains_key(file) {
            return Ok(());
        }
        let mut old = HashSet::new();
        if let Some(record) = self.manifest.files.remove(file) {
            self.writer.remove_file(file)?;
            for article in record.articles {
                self.owners.remove(&article);
                old.insert(article);
            }
        }
        self.replaced.insert(file.to_owned(), old);
        self.changed = true;
        Ok(())
    }

    /// Commits, where anything changed.
    pub(super) fn finish(mut self, sources: &Sources, report: &mut IndexReport) -> Result<()> {
        report.skipped.sort();
        report.warnings.sort();
        if !self.changed {
            return self.writer.rollback();
        }
        for (file, old) in &self.replaced {
            let articles = self.current.remove(file).unwrap_or_default();
            let updated = articles.keys().filter(|id| old.contains(*id)).count() as u64;
            report.updated += updated;
            report.added += articles.len() as u64 - updated;
            report.removed += old.len() as u64 - updated;
            if let Some(record) = self.manifest.files.get_mut(file) {
                record.passages = articles.values().sum();
                record.articles = articles.into_keys().collect();
                record.articles.sort();
            }
        }
        sources.write_to(self.manifest);
        report.commit = self.writer.commit(self.manifest)?;
        Ok(())
    }
}

fn taken(path: &str, line: Option<u64>, entry: &ArticleEntry, owner: &str) -> Skipped {
    let skipped = Skipped::error(
        path.to_owned(),
        format!(
            "the article id {:?} is taken by {owner}; give one of the two another id",
            entry.id
        ),
    );
    match line {
        Some(line) => skipped.at_line(line),
        None => skipped,
    }
}
