//! Is a near word the one that was meant? What speaks for it, and how near is near enough.

use super::{cost, distance, sound};

// What decides between words that are near enough, in hundredths of an edit, set on tests/spelling/misspelt.tsv: what
// was typed first, then how often a word is used, its sound and its beginning.

/// What each half of a sound that differs takes from a word.
const HALF_SOUND: i64 = 10;
/// Beyond so many, two words just sound otherwise.
const MOST_HALF_SOUNDS: u32 = 6;
/// What being used twice as often gives a word.
const DOUBLED_USES: f64 = 15.0;
/// Beyond so many doublings (256 uses), a word is just common.
const MOST_DOUBLINGS: f64 = 8.0;
/// What each letter gives that both words begin with.
const SHARED_LETTER: i64 = 3;
/// Beyond so many, two words just begin alike.
const MOST_SHARED_LETTERS: usize = 4;

/// A known word that is near to what was typed.
pub(super) struct Candidate {
    pub(super) word: String,
    /// In the lexicon that uses it most.
    pub(super) uses: u64,
    pub(super) standing: Standing,
}

/// Whether a word is common in any of the lexicons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Rare,
    Common,
}

/// A word that may have been meant.
pub(super) struct Judged {
    pub(super) word: String,
    /// How many letters were typed.
    letters: usize,
    /// How often it is used.
    pub(super) uses: u64,
    standing: Standing,
    /// What typing it so cost, in hundredths of an edit.
    cost: u32,
    /// How far its sound is from that of what was typed, in halves of a sound.
    sound: u32,
    /// The lower, the likelier, in hundredths of an edit.
    pub(super) rank: i64,
}

impl Judged {
    pub(super) fn new(
        typed: &str,
        letters: usize,
        typed_sound: &[u8],
        candidate: Candidate,
    ) -> Self {
        let cost = cost::cost(typed, &candidate.word);
        let sound = sound::distance(typed_sound, &sound::key(&candidate.word));
        let prefix = distance::common_prefix(typed.as_bytes(), candidate.word.as_bytes());
        let doublings = (1.0 + candidate.uses as f64).log2().min(MOST_DOUBLINGS);
        let rank = i64::from(cost) + HALF_SOUND * i64::from(sound.min(MOST_HALF_SOUNDS))
            - (DOUBLED_USES * doublings) as i64
            - SHARED_LETTER * prefix.min(MOST_SHARED_LETTERS) as i64;
        Self {
            letters,
            uses: candidate.uses,
            standing: candidate.standing,
            cost,
            sound,
            rank,
            word: candidate.word,
        }
    }

    /// Whether hardly another word can have been meant. The shorter a word, the more others are near it by chance, and the
    /// rarer a word is, the less likely it was meant.
    ///
    /// The limits are where the two files of tests/spelling part: nearly all that was misspelt lies within them, and of words
    /// that are spelt right and unknown one in thirty.
    pub(super) fn is_likely(&self) -> bool {
        use Standing::{Common, Rare};
        let most = match (self.letters, self.sound, self.standing) {
            (..=5, ..) => 80,
            (6..=7, 0, Common) => 160,
            (6..=7, 0, Rare) => 90,
            (6..=7, _, Common) => 100,
            (6..=7, _, Rare) => 80,
            (8.., 0, Common) => 300,
            (8.., 0, Rare) => 150,
            (8.., 1, Rare) => 150,
            (8.., ..=2, Common) => 160,
            (8.., ..) => 100,
        };
        self.cost <= most
    }
}
