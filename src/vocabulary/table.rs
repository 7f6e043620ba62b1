//! How is a vocabulary looked up without reading it? A table of numbers and texts that is written once and searched as it is.
//!
//! ```text
//! magic, counts                          what follows, and how much of it
//! keys      u64 each, sorted             the numbers of phrases (`key`)
//! entries   u32 each, one more than keys where the references of a key begin
//! refs      u32 each                     which group, doubled; plus one where the key only stands for it
//! groups    u32 each, one more           where the members of a group begin
//! members   u32 each                     which phrase
//! phrases   u32 each, one more           where the text of a phrase begins
//! texts                                  as it is written, a tab, its terms with a space between
//! ```
//!
//! All numbers are little-endian. A key is 64 bits of a hash: that any two of 100,000 phrases share one has a chance of 3 in
//! 10 thousand million, and would show a reader one group too many.

use std::borrow::Cow;

/// What a table begins with; another number for every change of the form or of `analysis`.
pub(crate) const MAGIC: &[u8; 8] = b"ibidvoc1";
const HEADER: usize = 8 + 4 * 5;

/// A compiled vocabulary.
#[derive(Clone, Debug)]
pub struct Table {
    bytes: Cow<'static, [u8]>,
    keys: usize,
    references: usize,
    groups: usize,
    members: usize,
    phrases: usize,
}

/// How a group is related to what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It means the same.
    Same,
    /// What was typed stands for it, among other things.
    StandsFor,
}

/// A phrase of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase<'a> {
    /// As the vocabulary writes it.
    pub surface: &'a str,
    /// Its terms, a space between two.
    pub terms: &'a str,
}

/// One number for a list of words: FNV-1a over their bytes, closed with the mix of SplitMix64, so that numbers of like words
/// are not alike.
pub(crate) fn number(words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for word in words {
        for byte in word.bytes().chain([b' ']) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

impl Table {
    /// A table that the compiler wrote; `None` where it is something else, or cut off.
    pub fn new(bytes: impl Into<Cow<'static, [u8]>>) -> Option<Self> {
        let bytes = bytes.into();
        if bytes.get(..8)? != MAGIC {
            return None;
        }
        let count = |index: usize| -> Option<usize> {
            let at = 8 + 4 * index;
            Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
        };
        let (keys, references, groups, members, phrases) =
            (count(0)?, count(1)?, count(2)?, count(3)?, count(4)?);
        let table = Self {
            keys,
            references,
            groups,
            members,
            phrases,
            bytes,
        };
        let end = table.texts_start() + table.word(table.phrases_start(), phrases);
        (table.bytes.len() == end).then_some(table)
    }

    fn entries_start(&self) -> usize {
        HEADER + 8 * self.keys
    }
    fn references_start(&self) -> usize {
        self.entries_start() + 4 * (self.keys + 1)
    }
    fn groups_start(&self) -> usize {
        self.references_start() + 4 * self.references
    }
    fn members_start(&self) -> usize {
        self.groups_start() + 4 * (self.groups + 1)
    }
    fn phrases_start(&self) -> usize {
        self.members_start() + 4 * self.members
    }
    fn texts_start(&self) -> usize {
        self.phrases_start() + 4 * (self.phrases + 1)
    }

    /// The number at `index` of a list of numbers that begins at `start`; 0 beyond the end, which no whole table has.
    fn word(&self, start: usize, index: usize) -> usize {
        let at = start + 4 * index;
        let bytes = self
            .bytes
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_le_bytes) as usize
    }

    fn key(&self, index: usize) -> u64 {
        let at = HEADER + 8 * index;
        let bytes = self
            .bytes
            .get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    }

    /// The groups that a phrase's number leads to.
    pub(crate) fn groups(&self, key: u64) -> impl Iterator<Item = (usize, Relation)> + '_ {
        let index = self.position(key);
        let range = index.map_or(0..0, |index| {
            let starts = self.entries_start();
            self.word(starts, index)..self.word(starts, index + 1).min(self.references)
        });
        range.map(|at| {
            let reference = self.word(self.references_start(), at);
            let relation = if reference.is_multiple_of(2) {
                Relation::Same
            } else {
                Relation::StandsFor
            };
            (reference / 2, relation)
        })
    }

    /// Whether the table has a number.
    pub(crate) fn has(&self, key: u64) -> bool {
        self.position(key).is_some()
    }

    fn position(&self, key: u64) -> Option<usize> {
        let (mut from, mut to) = (0, self.keys);
        while from < to {
            let middle = from.midpoint(to);
            match self.key(middle).cmp(&key) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The phrases of a group, in the order of the vocabulary.
    pub(crate) fn members(&self, group: usize) -> impl Iterator<Item = Phrase<'_>> {
        let start = self.groups_start();
        let range = self.word(start, group)..self.word(start, group + 1).min(self.members);
        range.filter_map(|at| self.phrase(self.word(self.members_start(), at)))
    }

    fn phrase(&self, index: usize) -> Option<Phrase<'_>> {
        let start = self.phrases_start();
        let from = self.texts_start() + self.word(start, index);
        let to = self.texts_start() + self.word(start, index + 1);
        let text = std::str::from_utf8(self.bytes.get(from..to)?).ok()?;
        let (surface, terms) = text.split_once('\t')?;
        Some(Phrase { surface, terms })
    }

    /// How many groups there are, and how many different phrases.
    pub fn counts(&self) -> (usize, usize) {
        (self.groups, self.phrases)
    }

    /// All phrases.
    pub fn phrases(&self) -> impl Iterator<Item = Phrase<'_>> {
        (0..self.phrases).filter_map(|index| self.phrase(index))
    }

    /// The table as it is kept on disk.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
