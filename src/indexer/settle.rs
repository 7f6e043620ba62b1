//! Once all files were read, which pages were read by something else than what repeats across their sites?
//!
//! What repeats is found anew for each site of which a page came, changed or went. What the pages of such a site hold that were not
//! read is kept beside the last commit; where it is not, they are read for it. Then pages are read again for which what repeats now
//! makes a difference, and no others. So what the index holds depends on the files alone, and not on the order in which they came.

use super::RULES;
use super::again::{Again, Purpose};
use super::pages::{FEWEST_PAGES, Page, Reading, Repeated, repeated};
use super::report::{IndexReport, RepeatedBlocks};
use super::run::Run;
use super::work::{FileJob, Worker};
use super::write::Collector;
use crate::engine::Reader;
use crate::engine::manifest::{FileRecord, KeptBlocks, KeptPage};
use crate::error::Result;
use crate::ingest::repeated::Fingerprint;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What is known of the blocks of the pages of a site.
#[derive(Default)]
struct Site {
    /// How many pages there are whose blocks are known ...
    pages: usize,
    /// ... and the blocks of all of them.
    prints: Vec<Fingerprint>,
    /// Pages whose blocks are not known.
    unknown: Vec<String>,
}

impl Site {
    fn add(&mut self, prints: impl Iterator<Item = Fingerprint>) {
        self.pages += 1;
        self.prints.extend(prints);
    }
}

/// Decides what is left out of the pages. `waiting` are those that were read and not taken yet, `reader` gives what is kept beside
/// the last commit.
///
/// # Errors
/// Where the collector fails, or the run was stopped.
pub(super) fn settle(
    run: &Run<'_>,
    collector: &mut Collector<'_>,
    waiting: Vec<Page>,
    reader: Option<&dyn Reader>,
    report: &mut IndexReport,
) -> Result<()> {
    // What they were in the last commit, and maybe of another site, is none of them any more.
    for page in &waiting {
        collector.replace(&page.file.key)?;
    }
    let touched = collector.touched(&waiting);
    if touched.is_empty() {
        return Ok(());
    }
    let mut sites: BTreeMap<String, Site> = touched
        .into_iter()
        .map(|site| (site, Site::default()))
        .collect();
    let kept = reader.map(Reader::blocks).unwrap_or_default();
    for (key, file, prints) in pages(collector, &kept) {
        let Some(site) = file.site(key).and_then(|site| sites.get_mut(&site)) else {
            continue;
        };
        match prints {
            Some(prints) => site.add(prints.iter()),
            // What is to be read again, and could not be, is as good as not there.
            None if file.hash == FileRecord::UNREAD => {}
            None => site.unknown.push(key.to_owned()),
        }
    }
    for page in &waiting {
        if let Some(site) = sites.get_mut(&page.site) {
            site.add(page.prints.iter().copied());
        }
    }
    learn(run, collector, &mut sites, report)?;
    let mut now: HashMap<String, Repeated> = HashMap::new();
    for (name, site) in sites {
        let found = repeated(site.prints, site.pages);
        let known = collector.set_repeated(&name, &found);
        if !known && !found.is_empty() {
            report.repeated.push(RepeatedBlocks {
                site: shown(&name),
                pages: site.pages as u64,
                blocks: found.len() as u64,
            });
        }
        now.insert(name, found.into());
    }
    finish_waiting(run, collector, waiting, &now, report)?;
    let again = pages_to_read_again(run, collector, &kept, &now);
    read_again(run, collector, again, report)?;
    collector.keep_blocks(&kept)
}

/// Reads pages for what blocks they have.
fn learn(
    run: &Run<'_>,
    collector: &mut Collector<'_>,
    sites: &mut BTreeMap<String, Site>,
    report: &mut IndexReport,
) -> Result<()> {
    let mut asked = Vec::new();
    for (name, site) in sites.iter() {
        // Of so few nothing repeats, whatever they hold.
        if site.pages + site.unknown.len() >= FEWEST_PAGES {
            asked.extend(site.unknown.iter().map(|key| (key.clone(), name.clone())));
        }
    }
    let jobs = asked
        .iter()
        .map(|(key, _)| (key.clone(), Purpose::Blocks))
        .collect();
    read_again(run, collector, jobs, report)?;
    for (key, name) in asked {
        if let (Some(prints), Some(site)) = (collector.learned(&key), sites.get_mut(&name)) {
            site.add(prints.iter().copied());
        }
    }
    Ok(())
}

/// Goes on with the pages that waited.
fn finish_waiting(
    run: &Run<'_>,
    collector: &mut Collector<'_>,
    waiting: Vec<Page>,
    now: &HashMap<String, Repeated>,
    report: &mut IndexReport,
) -> Result<()> {
    let finish = |worker: &Worker<'_>, page: Page| {
        let repeated = now.get(&page.site).cloned().unwrap_or_default();
        worker.finish_page(page, repeated);
    };
    run.share_out(waiting, finish, collector, report)
}

/// The pages that hold a block of which it was taken for true that it repeats, and does not, or the other way round.
fn pages_to_read_again(
    run: &Run<'_>,
    collector: &Collector<'_>,
    kept: &KeptBlocks,
    now: &HashMap<String, Repeated>,
) -> Vec<(String, Purpose)> {
    let mut again = Vec::new();
    for (key, file, prints) in pages(collector, kept) {
        let Some(site) = file.site(key) else {
            continue;
        };
        let Some(now) = now.get(&site) else {
            continue;
        };
        let last = || {
            run.before
                .repeated
                .get(&site)
                .map_or(&[][..], Vec::as_slice)
        };
        let used: &[Fingerprint] = match prints {
            Some(Prints::Read(reading)) => &reading.used,
            Some(Prints::Learned(_) | Prints::Kept(_)) | None => last(),
        };
        let is_in = |repeated: &[Fingerprint], print| repeated.binary_search(&print).is_ok();
        let differs = |print| is_in(used, print) != is_in(now, print);
        // What blocks a page has is not asked where nothing can repeat.
        let is_otherwise = match prints {
            Some(prints) => prints.iter().any(differs),
            None => file.hash != FileRecord::UNREAD,
        };
        if used != &**now && is_otherwise {
            again.push((key.to_owned(), Purpose::Article(Arc::clone(now))));
        }
    }
    again
}

fn read_again(
    run: &Run<'_>,
    collector: &mut Collector<'_>,
    pages: Vec<(String, Purpose)>,
    report: &mut IndexReport,
) -> Result<()> {
    let mut jobs = Vec::with_capacity(pages.len());
    for (key, purpose) in pages {
        let Some(file) = collector.file(&key) else {
            continue;
        };
        let sources = &run.inputs.sources;
        let (Some(real), Some(name)) = (sources.path(&key), sources.named(&key)) else {
            collector.leave_unread(&key);
            continue;
        };
        jobs.push(Again {
            file: Arc::new(FileJob {
                real,
                key: name.id.clone(),
                id: name.id,
                source: name.source,
                inside: name.inside,
                shown: name.shown,
                format: None,
                named: file.named,
            }),
            hash: file.hash.clone(),
            size: file.size,
            purpose,
        });
    }
    let read = |worker: &Worker<'_>, page: Again| worker.read_again(&page);
    run.share_out(jobs, read, collector, report)
}

/// What blocks a page has, from wherever that is known.
pub(super) enum Prints<'a> {
    /// It was read in this run.
    Read(&'a Reading),
    /// It was read for this alone.
    Learned(&'a [Fingerprint]),
    /// It was not read.
    Kept(KeptPage<'a>),
}

impl Prints<'_> {
    pub(super) fn iter(&self) -> Box<dyn ExactSizeIterator<Item = Fingerprint> + '_> {
        match self {
            Self::Read(reading) => Box::new(reading.prints.iter().copied()),
            Self::Learned(prints) => Box::new(prints.iter().copied()),
            Self::Kept(page) => Box::new(page.prints()),
        }
    }
}

/// The web pages among the files, in order, and their blocks where they are known.
pub(super) fn pages<'a>(
    collector: &'a Collector<'_>,
    kept: &'a KeptBlocks,
) -> impl Iterator<Item = (&'a str, &'a FileRecord, Option<Prints<'a>>)> {
    // Both are in the order of names.
    let mut kept = kept.pages(RULES).peekable();
    let pages = collector.files().filter(|(_, file)| file.host.is_some());
    pages.map(move |(key, file)| {
        while kept.next_if(|page| page.key < key.as_str()).is_some() {}
        let kept = kept.next_if(|page| page.key == key);
        let prints = match (collector.reading(key), collector.learned(key)) {
            (Some(reading), _) => Some(Prints::Read(reading)),
            (None, Some(prints)) => Some(Prints::Learned(prints)),
            (None, None) => kept.filter(|page| page.is_of(&file.hash)).map(Prints::Kept),
        };
        (key.as_str(), file, prints)
    })
}

/// A site as a person knows it.
fn shown(site: &str) -> String {
    match site.split_once("//") {
        Some((_, host)) => host.to_owned(),
        None => site.trim_end_matches('/').to_owned(),
    }
}
