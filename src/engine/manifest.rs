//! What is known of each source of a commit? Which folders, which files, and in what state they were read.
//!
//! The manifest is committed together with the passages, so the two never disagree.

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::repeated::Fingerprint;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The sources and files of one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Sources by name.
    pub sources: BTreeMap<String, SourceFolder>,
    /// Files by `<source>/<path inside it>`.
    pub files: BTreeMap<String, FileRecord>,
    /// The fingerprints of the blocks that were left out of web pages because they repeat across those of a site, in order, by
    /// site. What the pages hold is kept beside the commit ([`KeptBlocks`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeated: BTreeMap<String, Vec<Fingerprint>>,
    /// Whether pages were taken out since that was found.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unsettled: bool,
}

/// A folder that articles were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFolder {
    /// Its absolute path without links, which tells two folders of one name apart; `None` for standard input.
    pub root: Option<String>,
    /// Its path as it was given, which the paths of its articles begin with.
    pub given: String,
}

/// The state in which a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size, in bytes.
    pub size: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub hash: String,
    /// BLAKE3 of its bytes where not all of it was taken; empty where all was, or where it changed while it was read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub partial: String,
    /// Whether all that is missing of it are lines that could not be understood: as long as they stay so, so does the rest.
    #[serde(default, skip_serializing_if = "is_false")]
    pub malformed: bool,
    /// The version of the reading rules it was read with.
    pub rules: u32,
    /// How it was said to be read; `None` where its name decided.
    pub format: Option<String>,
    /// Whether it was given by name, and not found in a folder.
    #[serde(default, skip_serializing_if = "is_false")]
    pub named: bool,
    /// Of a web page in a folder, the host it was published at; empty where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// When it was last changed, where that tells that it has not been changed since. An engine keeps it beside the commit.
    #[serde(skip)]
    pub stamp: Option<Stamp>,
    /// The ids of the articles it holds.
    pub articles: Vec<String>,
    /// How many passages they have.
    pub passages: u64,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// When a file was last changed, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its contents (`mtime`). Programs set it as they like.
    pub modified: i64,
    /// Its contents, name or permissions (`ctime`), which programs cannot set; 0 where the system keeps none.
    pub changed: i64,
}

impl FileRecord {
    /// The hash of a file that is to be read again, whether it has changed or not.
    pub const UNREAD: &'static str = "";

    /// The site that a file is a page of, in which what repeats is looked for: inside its source the host, or where it does not
    /// say, the folder right below the source's. `key` is what the manifest knows the file by; what is no web page is of no site.
    pub fn site(&self, key: &str) -> Option<String> {
        let host = self.host.as_ref()?;
        let (source, inside) = key.split_once('/')?;
        let folder = inside.split_once('/').map_or("", |(folder, _)| folder);
        // No folder has an empty name, so a host is never taken for one.
        Some(match host.as_str() {
            "" => format!("{source}/{folder}"),
            host => format!("{source}//{host}"),
        })
    }
}

/// The fingerprints of the blocks of each web page, as they are kept beside a commit: a short cut, of which what is missing is
/// read from the page again. They hold for a page whose contents have the hash they were kept with.
///
/// First the version of the rules they were read by (u32). Then, in the order of names, for each page: the length of its name (u16) and the name; 8 bytes of the hash; how many fingerprints
/// there are (u32), and they (u64 each). All numbers are little-endian.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptBlocks {
    bytes: Vec<u8>,
}

/// What is kept of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptPage<'a> {
    /// By what the manifest knows it.
    pub key: &'a str,
    /// The beginning of the hash of its contents.
    hash: [u8; HASH],
    prints: &'a [u8],
}

/// How many bytes of a hash are kept: enough to know other contents by.
const HASH: usize = 8;
/// The bytes of a [`Fingerprint`].
const PRINT: usize = size_of::<Fingerprint>();

impl KeptBlocks {
    /// Of no page yet, read by these rules.
    pub fn new(rules: u32) -> Self {
        Self {
            bytes: rules.to_le_bytes().to_vec(),
        }
    }

    /// What [`KeptBlocks::as_bytes`] gave. Of other bytes, what makes sense from the beginning.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// All of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds a page; the keys of pages rise from call to call. What has no hash, and a name that is too long, is not kept.
    pub fn push(
        &mut self,
        key: &str,
        hash: &str,
        prints: impl ExactSizeIterator<Item = Fingerprint>,
    ) {
        let (Ok(length), Ok(count), Some(hash)) = (
            u16::try_from(key.len()),
            u32::try_from(prints.len()),
            beginning(hash),
        ) else {
            return;
        };
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(key.as_bytes());
        self.bytes.extend(hash);
        self.bytes.extend(count.to_le_bytes());
        for print in prints {
            self.bytes.extend(print.to_le_bytes());
        }
    }

    /// The pages, in the order of their keys; none where they were read by other rules than these.
    pub fn pages(&self, rules: u32) -> impl Iterator<Item = KeptPage<'_>> {
        let rest = self.bytes.strip_prefix(&rules.to_le_bytes());
        let mut rest = rest.unwrap_or_default();
        std::iter::from_fn(move || {
            let length = u16::from_le_bytes(*take(&mut rest)?);
            let (key, after) = rest.split_at_checked(usize::from(length))?;
            rest = after;
            let hash = *take(&mut rest)?;
            let count = u32::from_le_bytes(*take(&mut rest)?) as usize;
            let (prints, after) = rest.split_at_checked(count.checked_mul(PRINT)?)?;
            rest = after;
            let key = std::str::from_utf8(key).ok()?;
            Some(KeptPage { key, hash, prints })
        })
    }
}

impl<'a> KeptPage<'a> {
    /// Whether it is of contents with this hash.
    pub fn is_of(&self, hash: &str) -> bool {
        beginning(hash) == Some(self.hash)
    }

    /// Its fingerprints, in order.
    pub fn prints(&self) -> impl ExactSizeIterator<Item = Fingerprint> + use<'a> {
        let (prints, _) = self.prints.as_chunks::<PRINT>();
        prints
            .iter()
            .map(|print| Fingerprint::from_le_bytes(*print))
    }
}

/// The first bytes of a slice, which loses them.
fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(first)
}

/// The first bytes of a hash in hexadecimal; `None` where there is none.
fn beginning(hash: &str) -> Option<[u8; HASH]> {
    let number = u64::from_str_radix(hash.get(..2 * HASH)?, 16).ok()?;
    Some(number.to_be_bytes())
}

/// The hash of a file's contents, shortened, and its [`Stamp`].
#[derive(Serialize, Deserialize)]
struct KeptStamp<'a>(#[serde(borrow)] Cow<'a, str>, i64, i64);

impl Manifest {
    /// When its files were last changed, as JSON: an engine keeps it beside the commit.
    pub(crate) fn stamps(&self) -> Result<Vec<u8>> {
        let stamps: BTreeMap<&str, KeptStamp<'_>> = self
            .files
            .iter()
            .filter_map(|(key, file)| {
                let Stamp { modified, changed } = file.stamp?;
                let hash = file.hash.get(..16)?;
                Some((key.as_str(), KeptStamp(hash.into(), modified, changed)))
            })
            .collect();
        serde_json::to_vec(&stamps).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write the times of files", error)
        })
    }

    /// Tells its files when they were last changed, by what [`Manifest::stamps`] gave; of other bytes, nothing.
    pub(crate) fn set_stamps(&mut self, bytes: &[u8]) {
        let Ok(stamps) = serde_json::from_slice::<BTreeMap<Cow<'_, str>, KeptStamp<'_>>>(bytes)
        else {
            return;
        };
        // Both are in the order of names.
        let mut stamps = stamps.into_iter().peekable();
        for (key, file) in &mut self.files {
            while stamps.next_if(|(name, _)| **name < **key).is_some() {}
            if let Some((_, stamp)) = stamps.next_if(|(name, _)| **name == **key) {
                let KeptStamp(hash, modified, changed) = stamp;
                // A stamp says that the file had these contents at that time; of others it says nothing.
                if !file.hash.is_empty() && file.hash.starts_with(&*hash) {
                    file.stamp = Some(Stamp { modified, changed });
                }
            }
        }
    }

    /// How many articles and passages all files hold.
    pub fn totals(&self) -> (u64, u64) {
        self.files
            .values()
            .fold((0, 0), |(articles, passages), file| {
                (
                    articles + file.articles.len() as u64,
                    passages + file.passages,
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_pages_is_read_back_and_damage_costs_what_lies_behind_it() {
        let mut kept = KeptBlocks::new(4);
        let (one, other) = ("0123456789abcdef00", "fedcba987654321000");
        kept.push("kb/a.html", one, [1, u64::MAX].into_iter());
        kept.push("kb/never-read.html", FileRecord::UNREAD, [7].into_iter());
        kept.push("kb/é.html", other, std::iter::empty());
        let mut kept = KeptBlocks::from_bytes(kept.as_bytes().to_vec());
        let pages: Vec<_> = kept.pages(4).collect();
        assert_eq!(pages.len(), 2);
        assert_eq!((pages[0].key, pages[1].key), ("kb/a.html", "kb/é.html"));
        assert!(pages[0].is_of(one) && !pages[0].is_of(other) && !pages[0].is_of(""));
        assert_eq!(pages[0].prints().collect::<Vec<_>>(), [1, u64::MAX]);
        assert_eq!(pages[1].prints().len(), 0);
        kept.bytes.pop();
        assert_eq!(kept.pages(4).count(), 1);
        assert_eq!(kept.pages(5).count(), 0);
    }

    #[test]
    fn a_page_is_of_its_host_or_of_the_folder_it_lies_in() {
        let site = |key: &str, host: Option<&str>| {
            let json = r#"{"size":1,"hash":"","rules":1,"format":null,"articles":[],"passages":0}"#;
            let mut file: FileRecord = serde_json::from_str(json).expect("a record");
            file.host = host.map(str::to_owned);
            file.site(key)
        };
        assert_eq!(
            site("kb/a/b/c.html", Some("example.org")).as_deref(),
            Some("kb//example.org")
        );
        assert_eq!(site("kb/a/b/c.html", Some("")).as_deref(), Some("kb/a"));
        assert_eq!(site("kb/c.html", Some("")).as_deref(), Some("kb/"));
        assert_eq!(site("kb/c.txt", None), None);
    }
}
