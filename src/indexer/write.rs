//! How does the one writer take what the workers send?
//!
//! Workers finish in any order; what the index holds must not depend on it. Where two files claim one article id, the file
//! that held it in the last commit wins, and else the one whose name comes first. Whether a file that held it and has not been
//! read anew still does is known only at the end, so what it contests is kept till then.

use super::RULES;
use super::pages::{Page, Reading};
use super::rebuild::Whole;
use super::report::{IndexReport, Skipped};
use super::settle;
use super::sources::Sources;
use super::work::{FileJob, Message};
use crate::engine::manifest::{FileRecord, KeptBlocks, Manifest};
use crate::engine::{Prepared, Preparer, Writer};
use crate::error::Result;
use crate::ingest::repeated::Fingerprint;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub(super) struct Collector<'a> {
    writer: Box<dyn Writer>,
    manifest: &'a mut Manifest,
    /// What a file held before, of the files whose old articles were taken out.
    replaced: HashMap<String, Old>,
    /// The articles that a file gave so far, and how many passages they have.
    current: HashMap<String, HashMap<String, u64>>,
    /// Which file an article id belonged to in the last commit.
    before: HashMap<String, String>,
    /// Which file an article id belongs to now, and its line there.
    owners: HashMap<String, Claim>,
    /// Articles whose id belongs to a file that was not read anew so far.
    contested: Vec<(Claim, Prepared)>,
    /// Files of which not all was taken: they are read again next time, whether they have changed or not.
    incomplete: HashSet<String>,
    /// Files with lines that could not be understood.
    malformed: HashSet<String>,
    /// How the web pages were read that were.
    readings: HashMap<String, Reading>,
    /// The blocks of pages that were read for them alone.
    learned: HashMap<String, Vec<Fingerprint>>,
    /// Pages that have not changed, and were read again for what repeats across their site.
    again: HashSet<String>,
    /// The sites of which a page came, changed or went since it was found what repeats.
    touched: BTreeSet<String>,
    changed: bool,
    /// Whether more is known of when files were last changed than was before.
    restamped: bool,
}

/// What a file held before.
#[derive(Default)]
struct Old {
    articles: HashSet<String>,
    hash: String,
}

/// Where an article comes from.
#[derive(Clone)]
struct Claim {
    file: Arc<FileJob>,
    line: Option<u64>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(writer: Box<dyn Writer>, manifest: &'a mut Manifest) -> Self {
        let mut before = HashMap::new();
        for (file, record) in &manifest.files {
            for article in &record.articles {
                before.insert(article.clone(), file.clone());
            }
        }
        Self {
            writer,
            manifest,
            replaced: HashMap::new(),
            current: HashMap::new(),
            before,
            owners: HashMap::new(),
            contested: Vec::new(),
            incomplete: HashSet::new(),
            malformed: HashSet::new(),
            readings: HashMap::new(),
            learned: HashMap::new(),
            again: HashSet::new(),
            touched: BTreeSet::new(),
            changed: false,
            restamped: false,
        }
    }

    /// What makes articles ready for this collector.
    pub(super) fn preparer(&self) -> Arc<dyn Preparer> {
        self.writer.preparer()
    }

    /// Takes one message of a worker.
    pub(super) fn take(&mut self, message: Message, report: &mut IndexReport) -> Result<()> {
        match message {
            Message::Article {
                file,
                article,
                line,
            } => {
                self.replace(&file.key)?;
                self.claim(Claim { file, line }, article, report)
            }
            Message::Read { file, record, page } => {
                self.replace(&file.key)?;
                self.touched.extend(record.site(&file.key));
                if let Some(page) = page {
                    self.readings.insert(file.key.clone(), page);
                }
                self.manifest.files.insert(file.key.clone(), record);
                Ok(())
            }
            Message::Again { file, article } => self.take_again(&file, article, report),
            Message::Blocks { file, prints } => {
                self.learned.insert(file.key.clone(), prints);
                Ok(())
            }
            Message::NotAgain { file } => {
                self.leave_unread(&file.key);
                Ok(())
            }
            Message::Broken { file, record } => {
                // What came before the break is in the index, and is known to be.
                if self.replaced.contains_key(&file.key) {
                    self.incomplete.insert(file.key.clone());
                    self.manifest.files.insert(file.key.clone(), record);
                }
                Ok(())
            }
            Message::WithoutArticle { file, skipped } => {
                report.skip(skipped);
                if self.manifest.files.contains_key(&file.key) {
                    self.replace(&file.key)?;
                }
                Ok(())
            }
            Message::Unchanged {
                file,
                articles,
                stamp,
            } => {
                report.unchanged += articles;
                if let Some(record) = self.manifest.files.get_mut(&file.key)
                    && record.stamp != stamp
                {
                    record.stamp = stamp;
                    self.restamped = true;
                }
                Ok(())
            }
            Message::Vanished { file } => {
                report.skip(Skipped::note(
                    file.shown.clone(),
                    "vanished before it could be read".to_owned(),
                ));
                self.vanish(&file.key)
            }
            Message::LineFailed { file, skipped } => {
                self.malformed.insert(file.key.clone());
                report.skip(skipped);
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

    /// Adds an article, unless its id is another file's.
    fn claim(&mut self, claim: Claim, article: Prepared, report: &mut IndexReport) -> Result<()> {
        if let Some(holder) = self.before.get(&article.id)
            && *holder != claim.file.key
            && self.manifest.files.contains_key(holder)
        {
            self.contested.push((claim, article));
            return Ok(());
        }
        if let Some(owner) = self.owners.get(&article.id).cloned() {
            if self.rank(&article.id, &owner) < self.rank(&article.id, &claim) {
                self.refuse(&claim, &article.id, &owner.file.key, report);
                return Ok(());
            }
            self.writer.remove_article(&article.id)?;
            if let Some(articles) = self.current.get_mut(&owner.file.key) {
                articles.remove(&article.id);
            }
            self.refuse(&owner, &article.id, &claim.file.key, report);
        }
        self.current
            .entry(claim.file.key.clone())
            .or_default()
            .insert(article.id.clone(), article.passages);
        self.owners.insert(article.id.clone(), claim);
        self.writer.add(article)
    }

    /// Of two claims to an id the lower wins.
    fn rank<'c>(&self, id: &str, claim: &'c Claim) -> (bool, &'c str) {
        let held_it = self.before.get(id) == Some(&claim.file.key);
        (!held_it, &claim.file.key)
    }

    fn refuse(&mut self, claim: &Claim, id: &str, owner: &str, report: &mut IndexReport) {
        self.incomplete.insert(claim.file.key.clone());
        let skipped = Skipped::error(
            claim.file.shown.clone(),
            format!("the article id {id:?} is taken by {owner}; give one of the two another id"),
        );
        report.skip(match claim.line {
            Some(line) => skipped.at_line(line),
            None => skipped,
        });
    }

    /// Takes out what a file held before, once.
    pub(super) fn replace(&mut self, file: &str) -> Result<()> {
        if self.replaced.contains_key(file) {
            return Ok(());
        }
        let mut old = Old::default();
        if let Some(record) = self.manifest.files.remove(file) {
            self.writer.remove_file(file)?;
            self.touched.extend(record.site(file));
            old.articles.extend(record.articles);
            old.hash = record.hash;
        }
        self.replaced.insert(file.to_owned(), old);
        self.changed = true;
        Ok(())
    }

    /// Takes out a file that is gone.
    pub(super) fn vanish(&mut self, file: &str) -> Result<()> {
        if self.manifest.files.contains_key(file) {
            self.replace(file)?;
        }
        Ok(())
    }

    /// Takes another reading of a page in place of the one that is there.
    fn take_again(
        &mut self,
        file: &Arc<FileJob>,
        article: Prepared,
        report: &mut IndexReport,
    ) -> Result<()> {
        let Some(record) = self.manifest.files.get(&file.key).cloned() else {
            return Ok(());
        };
        if self.replaced.contains_key(&file.key) {
            let before = self.contested.len();
            self.contested
                .retain(|(claim, _)| claim.file.key != file.key);
            let was_contested = self.contested.len() < before;
            let articles = self.current.remove(&file.key).unwrap_or_default();
            if articles.is_empty() && !was_contested {
                // It was refused, and that was said.
                return Ok(());
            }
            for id in articles.keys() {
                self.owners.remove(id);
                self.writer.remove_article(id)?;
            }
        } else {
            self.replace(&file.key)?;
            self.again.insert(file.key.clone());
            self.manifest.files.insert(file.key.clone(), record);
        }
        let claim = Claim {
            file: Arc::clone(file),
            line: None,
        };
        self.claim(claim, article, report)
    }

    /// Has a page read next time, whether it has changed or not: it is not as it was, and was not to be looked at, or is not there.
    pub(super) fn leave_unread(&mut self, key: &str) {
        if self.replaced.contains_key(key) {
            self.incomplete.insert(key.to_owned());
        } else if let Some(record) = self.manifest.files.get_mut(key) {
            record.hash.clear();
            record.stamp = None;
            self.changed = true;
        }
    }

    /// The sites of which what repeats has to be found: those of which pages came, changed or went, these among them.
    pub(super) fn touched(&self, waiting: &[Page]) -> BTreeSet<String> {
        let mut touched = self.touched.clone();
        touched.extend(waiting.iter().map(|page| page.site.clone()));
        if self.manifest.unsettled {
            let files = self.manifest.files.iter();
            touched.extend(files.filter_map(|(key, file)| file.site(key)));
            touched.extend(self.manifest.repeated.keys().cloned());
        }
        touched
    }

    /// Notes what repeats across a site, and says whether it is what did.
    pub(super) fn set_repeated(&mut self, site: &str, repeated: &[Fingerprint]) -> bool {
        let old = self.manifest.repeated.remove(site).unwrap_or_default();
        if !repeated.is_empty() {
            self.manifest
                .repeated
                .insert(site.to_owned(), repeated.to_vec());
        }
        old == repeated
    }

    /// What is known of the files, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = (&String, &FileRecord)> {
        self.manifest.files.iter()
    }

    /// What is known of a file.
    pub(super) fn file(&self, key: &str) -> Option<&FileRecord> {
        self.manifest.files.get(key)
    }

    /// How a page was read, where it was.
    pub(super) fn reading(&self, key: &str) -> Option<&Reading> {
        self.readings.get(key)
    }

    /// The blocks of a page that was read for them alone.
    pub(super) fn learned(&self, key: &str) -> Option<&[Fingerprint]> {
        self.learned.get(key).map(Vec::as_slice)
    }

    /// Has the blocks of all pages kept, where more are known than `kept`. What repeats is settled then.
    pub(super) fn keep_blocks(&mut self, kept: &KeptBlocks) -> Result<()> {
        self.touched.clear();
        self.changed |= std::mem::take(&mut self.manifest.unsettled);
        if self.readings.is_empty() && self.learned.is_empty() {
            return Ok(());
        }
        let mut blocks = KeptBlocks::new(RULES);
        for (key, file, prints) in settle::pages(self, kept) {
            if let Some(prints) = prints {
                blocks.push(key, &file.hash, prints.iter());
            }
        }
        self.writer.keep_blocks(&blocks)
    }

    /// The files of the last commit that were not read anew, in the order of names.
    pub(super) fn left(&self) -> Vec<String> {
        let files = self.manifest.files.keys();
        files
            .filter(|file| !self.replaced.contains_key(*file))
            .cloned()
            .collect()
    }

    /// Takes over what an older index holds of a file that cannot be read anew, and says which of its articles are lost.
    pub(super) fn salvage(
        &mut self,
        file: &str,
        find: &mut dyn FnMut(&str) -> Option<Whole>,
        sources: &Sources,
        report: &mut IndexReport,
    ) -> Result<Vec<String>> {
        let Some(mut record) = self.manifest.files.remove(file) else {
            return Ok(Vec::new());
        };
        let mut lost = Vec::new();
        record.passages = 0;
        if record.host.is_some() {
            // What was left out of it may be something else by now.
            FileRecord::UNREAD.clone_into(&mut record.hash);
        }
        let ids = std::mem::take(&mut record.articles);
        for id in ids {
            match find(&id) {
                Some((mut entry, passages)) if !self.owners.contains_key(&id) => {
                    record.passages += passages.len() as u64;
                    record.articles.push(id);
                    // It was given behind the folder of its source.
                    if let Some(name) = sources.named(file) {
                        entry.path = name.inside;
                    }
                    let article = self.preparer().prepare(file, &entry, &passages);
                    self.writer.add(article)?;
                    report.unchanged += 1;
                }
                _ => lost.push(id),
            }
        }
        // What is lost is read again when its file is back, and is missed until then.
        if !lost.is_empty() {
            record.hash = FileRecord::UNREAD.to_owned();
            record.stamp = None;
        }
        if !record.articles.is_empty() || sources.path(file).is_some() {
            self.manifest.files.insert(file.to_owned(), record);
        }
        self.changed = true;
        Ok(lost)
    }

    /// Settles what was contested, now that every file was read: a holder that was not is unchanged, or gone.
    fn settle(&mut self, sources: &Sources, report: &mut IndexReport) -> Result<()> {
        let mut contested = std::mem::take(&mut self.contested);
        contested.sort_by(|(a, a_article), (b, b_article)| {
            (&a_article.id, &a.file.key).cmp(&(&b_article.id, &b.file.key))
        });
        for (claim, article) in contested {
            let holder = self.before.get(&article.id).cloned().unwrap_or_default();
            let is_unchanged =
                self.manifest.files.contains_key(&holder) && !self.replaced.contains_key(&holder);
            if is_unchanged && sources.is_there(&holder) {
                self.refuse(&claim, &article.id, &holder, report);
                continue;
            }
            if is_unchanged {
                // The file was renamed, or its articles moved to another and it was deleted.
                self.replace(&holder)?;
            }
            // Its holder was read anew by now, so what it still holds of the id is known.
            let is_held = self.owners.get(&article.id).is_some_and(|owner| {
                self.rank(&article.id, owner) < self.rank(&article.id, &claim)
            });
            if is_held {
                let owner = self
                    .owners
                    .get(&article.id)
                    .map(|owner| owner.file.key.clone());
                self.refuse(&claim, &article.id, &owner.unwrap_or_default(), report);
            } else {
                self.before.remove(&article.id);
                self.claim(claim, article, report)?;
            }
        }
        Ok(())
    }

    /// Commits, where anything changed.
    pub(super) fn finish(mut self, sources: &Sources, report: &mut IndexReport) -> Result<()> {
        self.settle(sources, report)?;
        report.skipped.sort();
        report.warnings.sort();
        self.changed |= sources.write_to(self.manifest);
        // Only what was settled just now can have touched one.
        self.manifest.unsettled |= !self.touched.is_empty();
        if !self.changed {
            return if self.restamped {
                self.writer.keep_stamps(self.manifest)
            } else {
                self.writer.rollback()
            };
        }
        // What left one file and came in another, by what they hold.
        let mut gone: HashMap<&str, usize> = HashMap::new();
        let mut new: HashMap<String, usize> = HashMap::new();
        for (file, old) in &self.replaced {
            let articles = self.current.remove(file).unwrap_or_default();
            // Its file has not changed, and was counted as such.
            let is_again = self.again.contains(file);
            let updated = articles
                .keys()
                .filter(|id| old.articles.contains(*id))
                .count() as u64;
            if !is_again {
                report.updated += updated;
                report.added += articles.len() as u64 - updated;
                report.removed += old.articles.len() as u64 - updated;
            }
            if !old.hash.is_empty() && articles.is_empty() {
                *gone.entry(&old.hash).or_default() += old.articles.len();
            }
            if let Some(record) = self.manifest.files.get_mut(file) {
                record.passages = articles.values().sum();
                record.articles = articles.into_keys().collect();
                record.articles.sort();
                if old.articles.is_empty() {
                    *new.entry(record.hash.clone()).or_default() += record.articles.len();
                }
                let is_incomplete = self.incomplete.contains(file);
                record.malformed = self.malformed.contains(file) && !is_incomplete;
                if is_incomplete || record.malformed {
                    let hash = FileRecord::UNREAD.to_owned();
                    record.partial = std::mem::replace(&mut record.hash, hash);
                }
            }
        }
        report.moved = gone
            .iter()
            .map(|(hash, count)| (*count).min(new.get(*hash).copied().unwrap_or(0)) as u64)
            .sum();
        report.commit = self.writer.commit(self.manifest)?;
        Ok(())
    }

    /// Forgets everything.
    pub(super) fn abandon(self) -> Result<()> {
        self.writer.rollback()
    }
}
