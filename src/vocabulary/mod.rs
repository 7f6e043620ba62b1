//! Which words mean the same? The built-in vocabulary, a person's own, and imports, as tables that are looked up.

mod compile;
mod expand;
pub mod format;
mod key;
mod parts;
mod table;
#[cfg(test)]
mod words_tests;

pub use expand::{Anything, Searched};
pub use table::{Phrase, Relation, Table};

use crate::error::{Error, ErrorKind, Result};
use compile::Compiler;
use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

/// The name of the built-in vocabulary.
pub const BUILT_IN: &str = "builtin";

/// What the names that articles give themselves are called among vocabularies.
pub const ARTICLES: &str = "articles";

/// The largest file of groups that is read: 64 MiB hold some million phrases.
const LARGEST_FILE: u64 = 64 << 20;

static BUILT_IN_TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let bytes: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));
    Table::new(bytes)
});

/// One vocabulary.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// What it is called: the name of its file without the ending.
    pub name: String,
    pub(crate) table: Table,
}

impl Vocabulary {
    /// The vocabulary that comes with the program.
    pub fn built_in() -> Self {
        let table = BUILT_IN_TABLE
            .clone()
            .unwrap_or_else(|| unreachable!("the build wrote the table"));
        Self {
            name: BUILT_IN.to_owned(),
            table,
        }
    }

    /// A vocabulary of these groups.
    pub fn of(name: &str, groups: &format::Groups) -> Self {
        let built_in = Vocabularies::built_in();
        let spelling = |term: &str| built_in.spelling(term).to_owned();
        let form = |term: &str| built_in.form(term).to_owned();
        let mut compiler = Compiler::new(spelling, form, HashSet::new());
        compiler.rules(&groups.rules);
        let table = Table::new(compiler.finish())
            .unwrap_or_else(|| unreachable!("a table that was just compiled is whole"));
        Self {
            name: name.to_owned(),
            table,
        }
    }

    /// Reads and compiles a file of groups, and says which of its lines could not be understood.
    ///
    /// # Errors
    /// `Io` or `NotFound` where the file cannot be read, `Unreadable` where it is no text or larger than 64 MiB.
    pub fn read(path: &Path) -> Result<(Self, Vec<format::Mistake>)> {
        let groups = read_groups(path)?;
        Ok((Self::of(&name_of(path), &groups), groups.mistakes))
    }

    /// A vocabulary as [`Vocabulary::as_bytes`] gave it; `None` where it is none, or another version's.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Option<Self> {
        Some(Self {
            name: name.to_owned(),
            table: Table::new(bytes)?,
        })
    }

    /// The vocabulary as it can be kept.
    pub fn as_bytes(&self) -> &[u8] {
        self.table.as_bytes()
    }

    /// Its words and phrases, as they are written.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.table.phrases().map(|phrase| phrase.surface)
    }

    /// How many groups it has, and how many different phrases.
    pub fn counts(&self) -> (usize, usize) {
        self.table.counts()
    }
}

/// What a vocabulary that is read from this file is called.
pub fn name_of(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Reads a file of groups, whichever of the formats it has.
///
/// # Errors
/// As [`Vocabulary::read`].
pub fn read_groups(path: &Path) -> Result<format::Groups> {
    let fail = |error: std::io::Error| Error::io("read the vocabulary", path, error);
    let length = std::fs::metadata(path).map_err(fail)?.len();
    if length > LARGEST_FILE {
        return Err(Error::new(
            ErrorKind::Unreadable,
            format!(
                "the vocabulary {} is larger than {} MiB; split it",
                path.display(),
                LARGEST_FILE >> 20
            ),
        ));
    }
    let bytes = std::fs::read(path).map_err(fail)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::with_cause(
            ErrorKind::Unreadable,
            format!("the vocabulary {} is not UTF-8 text", path.display()),
            error,
        )
    })?;
    Ok(format::read(&text))
}

/// All vocabularies that a search uses.
#[derive(Clone, Debug, Default)]
pub struct Vocabularies {
    /// A person's own first: where they map a phrase with `=>`, that is all it stands for.
    list: Vec<Vocabulary>,
}

impl Vocabularies {
    /// Whether any of them says what this word or phrase means.
    pub(crate) fn knows(&self, phrase: &str) -> bool {
        let analysed = key::analyse(phrase);
        let key = key::key(analysed.content.iter().map(String::as_str));
        self.list.iter().any(|vocabulary| vocabulary.table.has(key))
    }

    /// The built-in vocabulary alone.
    pub fn built_in() -> Self {
        Self {
            list: vec![Vocabulary::built_in()],
        }
    }

    /// Adds a person's own vocabulary, before those that are there.
    pub fn add(&mut self, vocabulary: Vocabulary) {
        self.list.insert(0, vocabulary);
    }

    /// The vocabularies.
    pub fn iter(&self) -> impl Iterator<Item = &Vocabulary> {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    fn meant(vocabularies: &Vocabularies, query: &str) -> Vec<String> {
        let expansions = vocabularies.expansions(&Query::parse(query), &Anything);
        let expansions = expansions.expect("expansions").into_iter();
        let variants = expansions.flat_map(|expansion| expansion.variants);
        variants.map(|variant| variant.surface).collect()
    }

    fn own(text: &str) -> Vocabularies {
        let mut vocabularies = Vocabularies::built_in();
        vocabularies.add(Vocabulary::of("own", &format::read(text)));
        vocabularies
    }

    #[test]
    fn a_phrase_is_known_in_any_order_and_with_small_words_between() {
        let vocabularies = own("ankle wobble, talar instability");
        for query in [
            "ankle wobble",
            "wobbles of the ankle",
            "help for ankles that wobble",
            "ANKLE WOBBLE",
        ] {
            assert!(
                meant(&vocabularies, query).contains(&"talar instability".to_owned()),
                "{query}"
            );
        }
        for query in [
            "ankle, wobble",
            "ankle bone wobble",
            "\"ankle wobble\"",
            "wobble",
        ] {
            assert!(
                !meant(&vocabularies, query).contains(&"talar instability".to_owned()),
                "{query}"
            );
        }
    }

    #[test]
    fn the_longest_phrase_wins_over_its_words() {
        let vocabularies = own("horse, equine\ncharley horse lotion, liniment");
        assert_eq!(meant(&vocabularies, "charley horse lotion"), ["liniment"]);
        assert_eq!(meant(&vocabularies, "horse"), ["equine"]);
    }

    #[test]
    fn what_no_passage_has_is_left_out_and_its_words_are_looked_up_one_by_one() {
        let vocabularies = own("zig zag, qqq\nzig, rrr\nzag, sss");
        let query = Query::parse("zig zag");
        struct AllButOne;
        impl Searched for AllButOne {
            fn has(&self, variant: &crate::query::Variant) -> Result<bool> {
                Ok(variant.surface != "qqq")
            }
            fn other_names(&self, _: &[&str]) -> Result<Vec<String>> {
                Ok(Vec::new())
            }
        }
        let expansions = vocabularies
            .expansions(&query, &AllButOne)
            .expect("expansions");
        let from: Vec<_> = expansions.iter().map(|expansion| &expansion.from).collect();
        assert_eq!(from, ["zig", "zag"]);
    }

    #[test]
    fn two_plain_words_build_a_clinical_one() {
        let vocabularies = Vocabularies::built_in();
        let built = parts::build("joint", "pain");
        assert!(
            built.iter().any(|(surface, _)| surface == "arthralgia"),
            "{built:?}"
        );
        assert!(!meant(&vocabularies, "high blood pressure").is_empty());
        assert!(meant(&vocabularies, "high blood pressure").contains(&"hypertension".to_owned()));
    }

    #[test]
    fn a_table_that_is_cut_off_or_changed_in_its_length_is_none() {
        let whole = Vocabulary::of("own", &format::read("a, b\nc d, e"));
        let bytes = whole.as_bytes().to_vec();
        assert!(Vocabulary::from_bytes("own", bytes.clone()).is_some());
        for length in 0..bytes.len() {
            assert!(
                Vocabulary::from_bytes("own", bytes[..length].to_vec()).is_none(),
                "{length}"
            );
        }
        // Any byte may be wrong; nothing that is looked up then is a panic.
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0xFF;
            if let Some(vocabulary) = Vocabulary::from_bytes("own", changed) {
                let mut vocabularies = Vocabularies::default();
                vocabularies.add(vocabulary);
                let _whatever_it_says = meant(&vocabularies, "a b c d e");
            }
        }
    }
}
