//! Which blocks repeat across the pages of a site? And by what is a page read before that is known?
//!
//! A block repeats where at least five pages of a site hold it, and at least half of them do: what stands on a part of the pages
//! only may be a site's way to say what belongs into each of them.
//!
//! What repeats is known only once all pages were read. Most runs change few pages, so pages are read by what repeated in the last
//! commit. The first pages of a site that the last commit does not know wait until enough have come to tell what repeats. In either
//! case `settle` reads those pages again for which that was not it.

use super::work::FileJob;
use crate::article::Article;
use crate::engine::manifest::{FileRecord, Manifest};
use crate::ingest::repeated::Fingerprint;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// On fewer pages nothing repeats.
pub(super) const FEWEST_PAGES: usize = 5;

/// From so many pages of a site on what repeats is foretold from them: what stands on most pages of a site stands on most of these.
const ENOUGH_PAGES: usize = 32;

/// The pages that wait, of all sites, take about this many bytes of memory at the most.
const MOST_BYTES: usize = 16 << 20;

/// The fingerprints of the blocks that repeat across a site, in order.
pub(super) type Repeated = Arc<[Fingerprint]>;

/// Which blocks repeat, of those of so many pages: all fingerprints of the first are in `prints`, then all of the next.
pub(super) fn repeated(mut prints: Vec<Fingerprint>, pages: usize) -> Vec<Fingerprint> {
    let least = pages.div_ceil(2).max(FEWEST_PAGES);
    if pages < FEWEST_PAGES {
        return Vec::new();
    }
    prints.sort_unstable();
    // A page has each fingerprint once.
    prints
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= least)
        .filter_map(|same| same.first().copied())
        .collect()
}

/// A web page that was read, and of which it is not decided what is left out.
pub(super) struct Page {
    pub(super) file: Arc<FileJob>,
    pub(super) article: Article,
    pub(super) record: FileRecord,
    pub(super) site: String,
    pub(super) prints: Arc<[Fingerprint]>,
}

/// How a page was read.
pub(super) struct Reading {
    /// What blocks it has.
    pub(super) prints: Arc<[Fingerprint]>,
    /// What was taken to repeat.
    pub(super) used: Repeated,
}

/// What is taken to repeat while pages are read.
#[derive(Default)]
pub(super) struct Pages {
    /// In the last commit, by site.
    known: HashMap<String, Repeated>,
    new: Mutex<NewSites>,
}

#[derive(Default)]
struct NewSites {
    sites: HashMap<String, NewSite>,
    /// What all that wait take of the memory.
    bytes: usize,
}

#[derive(Default)]
struct NewSite {
    /// The blocks of the pages that have come.
    seen: Vec<Arc<[Fingerprint]>>,
    waiting: Vec<Page>,
    /// Whether its pages do not wait any more: there was no room for them.
    is_early: bool,
    foretold: Option<Repeated>,
}

impl NewSite {
    /// Its pages that wait, to be gone on with by what can be told of the site so far; gives back their memory.
    fn let_go(&mut self, bytes: &mut usize) -> Vec<(Page, Repeated)> {
        let repeated = self.repeated();
        let pages = std::mem::take(&mut self.waiting);
        *bytes -= pages
            .iter()
            .map(|page| page.article.memory())
            .sum::<usize>();
        let with = |page| (page, Arc::clone(&repeated));
        pages.into_iter().map(with).collect()
    }

    fn repeated(&self) -> Repeated {
        let prints = self.seen.iter().flat_map(|page| page.iter().copied());
        repeated(prints.collect(), self.seen.len()).into()
    }
}

impl Pages {
    /// What repeated in the commit with this manifest.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (key, file) in &manifest.files {
            if let Some(site) = file.site(key) {
                *counts.entry(site).or_default() += 1;
            }
        }
        let sites = counts
            .into_iter()
            .filter(|(_, pages)| *pages >= FEWEST_PAGES);
        let known = sites.map(|(site, _)| {
            let repeated = manifest.repeated.get(&site).cloned().unwrap_or_default();
            (site, repeated.into())
        });
        Self {
            known: known.collect(),
            new: Mutex::default(),
        }
    }

    /// Takes a page, and gives those that can be gone on with: this one, none while it has to wait, or all that waited for it.
    pub(super) fn admit(&self, page: Page) -> Vec<(Page, Repeated)> {
        if let Some(repeated) = self.known.get(&page.site) {
            return vec![(page, Arc::clone(repeated))];
        }
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        let NewSites { sites, bytes } = &mut *new;
        let site = sites.entry(page.site.clone()).or_default();
        if let Some(foretold) = &site.foretold {
            return vec![(page, Arc::clone(foretold))];
        }
        site.seen.push(Arc::clone(&page.prints));
        *bytes += page.article.memory();
        site.waiting.push(page);
        if site.seen.len() >= ENOUGH_PAGES {
            site.foretold = Some(site.repeated());
            let all = site.let_go(bytes);
            site.seen = Vec::new();
            return all;
        }
        if site.is_early {
            return site.let_go(bytes);
        }
        if *bytes <= MOST_BYTES {
            return Vec::new();
        }
        // Of the sites of which most pages have come it can be told best what repeats, and likely no more are to come. Half of the
        // room is made free, so that it is not looked for with every page.
        let mut waiting: Vec<&mut NewSite> = sites
            .values_mut()
            .filter(|site| !site.waiting.is_empty())
            .collect();
        waiting.sort_by_key(|site| Reverse(site.seen.len()));
        let mut all = Vec::new();
        for site in waiting {
            if *bytes <= MOST_BYTES / 2 {
                break;
            }
            site.is_early = true;
            all.extend(site.let_go(bytes));
        }
        all
    }

    /// The pages that still wait when all were read, in the order of their names.
    pub(super) fn into_waiting(self) -> Vec<Page> {
        let new = self
            .new
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut waiting: Vec<Page> = new
            .sites
            .into_values()
            .flat_map(|site| site.waiting)
            .collect();
        waiting.sort_by(|a, b| a.file.key.cmp(&b.file.key));
        waiting
    }
}

/// The host of an address, in lower case and without the `www.` that many sites have and leave out; empty where there is none.
pub(super) fn host(url: Option<&str>) -> String {
    let Some((_, rest)) = url.and_then(|url| url.split_once("//")) else {
        return String::new();
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let host = host.split(':').next().unwrap_or("").to_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What repeats on `pages` pages, of which each block `n` stands on the first `n`.
    fn of(pages: usize, blocks: &[u64]) -> Vec<u64> {
        let prints = (0..pages as u64)
            .flat_map(|page| blocks.iter().copied().filter(move |block| page < *block));
        repeated(prints.collect(), pages)
    }

    #[test]
    fn a_block_repeats_from_five_pages_on_and_on_half_of_all() {
        assert_eq!(of(4, &[4]), [0; 0], "a few pages");
        assert_eq!(of(5, &[4, 5]), [5]);
        assert_eq!(of(8, &[4, 5, 8]), [5, 8]);
        assert_eq!(of(50, &[5, 24, 25, 50]), [25, 50]);
        assert_eq!(of(51, &[25, 26]), [26]);
        assert_eq!(of(5000, &[1000, 2499, 2500]), [2500]);
        assert_eq!(of(0, &[]), [0; 0]);
    }

    #[test]
    fn the_host_of_an_address_is_told() {
        for (url, expected) in [
            ("https://www.Example.org/a?b", "example.org"),
            ("http://user@health.example.org:8080/", "health.example.org"),
            ("//example.org", "example.org"),
            ("file:///home/a.html", ""),
            ("no address", ""),
        ] {
            assert_eq!(host(Some(url)), expected, "{url}");
        }
        assert_eq!(host(None), "");
    }
}
