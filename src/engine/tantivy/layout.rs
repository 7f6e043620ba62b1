//! Whose folder is this? What an index folder holds, and how ours is told from anybody else's.
//!
//! ```text
//! DIR/ibid-index.json          what made the index, and which folder holds it: written last when an index is made
//! DIR/data-N/                  tantivy's files, and
//! DIR/data-N/manifest-N.json   what is known of the sources at commit N
//! DIR/data-N/stamps.json       when their files were last changed: a short cut, no part of a commit
//! DIR/data-N/blocks.bin        what the blocks of web pages are: a short cut too
//! DIR/vocabulary-NAME.bin      a vocabulary that was imported
//! DIR/lock                     held by who writes
//! DIR/README.md .gitignore     may be there
//! ```
//!
//! An index is rebuilt in a new data folder beside the old one; the marker, which is replaced in one step, says which counts.

use super::fault;
use super::lock::LOCK;
use crate::engine::Mark;
use crate::engine::manifest::{KeptBlocks, Manifest};
use crate::error::{Error, ErrorKind, Result};
use crate::{analysis, passage};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

const MARKER: &str = "ibid-index.json";
/// What the names of imported vocabularies' files begin and end with.
const VOCABULARY: &str = "vocabulary-";
const VOCABULARY_ENDING: &str = ".bin";
/// What the names of data folders begin with; a number follows.
const DATA: &str = "data-";
/// The data folder of formats before 5, whose manifests lay beside it.
const OLD_DATA: &str = "segments";
const STAMPS: &str = "stamps.json";
const BLOCKS: &str = "blocks.bin";
/// The bytes of the hash that `blocks.bin` begins with, which is of the rest.
const BLOCKS_HASH: usize = blake3::OUT_LEN;
/// What the names of files begin with that are still being written, by us and by tantivy.
const TEMPORARY: &str = ".tmp";

/// A change in the schema, in what is stored or in what lies where makes indexes of an older number unreadable.
const FORMAT: u32 = 6;

/// The files and folders of one index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    folder: PathBuf,
    /// The name of the data folder.
    data: String,
}

/// What the marker says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    made_by: String,
    format: u32,
    analysis: u32,
    passages: u32,
    #[serde(default = "old_data")]
    data: String,
}

fn old_data() -> String {
    OLD_DATA.to_owned()
}

impl Marker {
    fn current(data: &str) -> Self {
        Self {
            made_by: format!("ibid {}", env!("CARGO_PKG_VERSION")),
            format: FORMAT,
            analysis: analysis::VERSION,
            passages: passage::VERSION,
            data: data.to_owned(),
        }
    }

    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MARKER);
        let text = fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Error::new(ErrorKind::Damaged, format!("{} is missing", path.display()))
                    .with_advice(REPAIR)
            }
            _ => Error::io("read", &path, error),
        })?;
        let marker: Self = serde_json::from_slice(&text).map_err(|error| {
            Error::with_cause(
                ErrorKind::Damaged,
                format!("{} is damaged", path.display()),
                error,
            )
            .with_advice(REPAIR)
        })?;
        // The name of a folder in this one, whatever stands in the file.
        if marker.data.contains(['/', '\\']) || !is_data(&marker.data) {
            return Err(
                Error::new(ErrorKind::Damaged, format!("{} is damaged", path.display()))
                    .with_advice(REPAIR),
            );
        }
        Ok(marker)
    }

    /// # Errors
    /// Where this version does not read what that version wrote.
    fn check(&self, folder: &Path) -> Result<()> {
        let current = Self::current(&self.data);
        let theirs = [self.format, self.analysis, self.passages];
        let ours = [current.format, current.analysis, current.passages];
        if theirs == ours {
            return Ok(());
        }
        let is_newer = theirs.iter().zip(ours).any(|(theirs, ours)| *theirs > ours);
        Err(if is_newer {
            Error::new(
                ErrorKind::NewerIndex,
                format!(
                    "the index at {} was made by a newer version ({}), in a form that this one does not know",
                    folder.display(),
                    self.made_by
                ),
            )
            .with_advice("use that version, or another index with --index")
        } else {
            Error::new(
                ErrorKind::IncompatibleIndex,
                format!(
                    "the index at {} was made in an older form (by {})",
                    folder.display(),
                    self.made_by
                ),
            )
            .with_advice("`ibid index` rebuilds it from its sources")
        })
    }
}

/// What to do about damage.
pub(super) const REPAIR: &str =
    "`ibid check` lists what is damaged, and `ibid check --repair` rebuilds it from the sources";

/// Whether `folder` holds an index.
///
/// # Errors
/// `ForeignIndex` where it is a file, or holds files that are no part of an index; `Io` where it cannot be read.
pub fn has_index(folder: &Path) -> Result<bool> {
    if folder.join(MARKER).is_file() {
        return Ok(true);
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            return Err(Error::new(
                ErrorKind::ForeignIndex,
                format!(
                    "{} is a file, not an index folder; choose another place with --index",
                    folder.display()
                ),
            ));
        }
        Err(error) => return Err(Error::io("read the index folder", folder, error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("read the index folder", folder, error))?;
        let name = entry.file_name();
        // Where something was committed there was a marker: it was lost.
        if is_data(&name.to_string_lossy()) && has_commit(folder, &entry.path()) {
            return Ok(true);
        }
        if !is_expected(&name.to_string_lossy()) {
            return Err(Error::new(
                ErrorKind::ForeignIndex,
                format!(
                    "{} holds something else than an index ({}); choose an empty or new folder with --index",
                    folder.display(),
                    Path::new(&name).display()
                ),
            ));
        }
    }
    Ok(false)
}

/// Whether anything was ever committed to the data folder `data`. Its manifests lay beside it before format 5.
fn has_commit(folder: &Path, data: &Path) -> bool {
    let manifests_are_beside = data.file_name().is_some_and(|name| name == OLD_DATA);
    let place = if manifests_are_beside { folder } else { data };
    fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| {
            entry
                .file_name()
                .to_str()
                .is_some_and(|name| manifest_number(name).is_some())
        })
}

/// What may lie in an index folder that has no marker: notes for people, and what an interrupted first run left.
fn is_expected(name: &str) -> bool {
    matches!(
        name,
        "README.md" | ".gitignore" | ".gitkeep" | ".DS_Store" | LOCK
    ) || is_data(name)
        || name.starts_with("manifest-")
        || name.starts_with(TEMPORARY)
}

fn is_data(name: &str) -> bool {
    name == OLD_DATA || data_number(name).is_some()
}

fn data_number(name: &str) -> Option<u64> {
    name.strip_prefix(DATA)?.parse().ok()
}

impl Layout {
    /// The layout of the index in a folder, as the marker says.
    ///
    /// # Errors
    /// `NoIndex` where there is none; `IncompatibleIndex` and `NewerIndex` where it is of another form.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let marker = Self::marker(folder)?;
        marker.check(folder)?;
        Ok(Self::of(folder, marker))
    }

    /// The layout of the index in a folder, whatever its form is.
    pub(super) fn of_any_form(folder: &Path) -> Result<Self> {
        Ok(Self::of(folder, Self::marker(folder)?))
    }

    fn of(folder: &Path, marker: Marker) -> Self {
        Self {
            folder: folder.to_owned(),
            data: marker.data,
        }
    }

    fn marker(folder: &Path) -> Result<Marker> {
        if !has_index(folder)? {
            return Err(Error::new(
                ErrorKind::NoIndex,
                format!("there is no index at {}", folder.display()),
            )
            .with_advice("make one with `ibid index PATH`, or name another with --index"));
        }
        Marker::read(folder)
    }

    /// The layout for a new index in a folder that may hold another, with an empty data folder.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let fail = |error| Error::io("make the index folder", folder, error);
        fault::step().map_err(fail)?;
        fs::create_dir_all(folder).map_err(fail)?;
        let taken = fs::read_dir(folder)
            .map_err(fail)?
            .flatten()
            .filter_map(|entry| data_number(entry.file_name().to_str()?))
            .max();
        let layout = Self {
            folder: folder.to_owned(),
            data: format!("{DATA}{}", taken.unwrap_or(0) + 1),
        };
        fault::step().map_err(fail)?;
        fs::create_dir(layout.data_folder()).map_err(fail)?;
        Ok(layout)
    }

    /// A layout that is found where the marker is damaged: the data folder made last.
    pub(super) fn guess(folder: &Path) -> Option<Self> {
        let names = fs::read_dir(folder).ok()?.flatten();
        let names = names.filter_map(|entry| entry.file_name().into_string().ok());
        let data = names
            .filter(|name| is_data(name))
            .max_by_key(|name| data_number(name))?;
        Some(Self {
            folder: folder.to_owned(),
            data,
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn data_folder(&self) -> PathBuf {
        self.folder.join(&self.data)
    }

    /// The bytes of the two files that a commit replaces. While they stay the same, so does everything a reader opens.
    pub(super) fn state(&self) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        (
            fs::read(self.folder.join(MARKER)).ok(),
            fs::read(self.data_folder().join("meta.json")).ok(),
        )
    }

    /// Makes this the layout that counts.
    pub(super) fn write_marker(&self) -> Result<()> {
        let text = serde_json::to_vec_pretty(&Marker::current(&self.data)).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write a marker", error)
        })?;
        write_atomically(&self.folder, MARKER, &[&text])
    }

    /// What is known of the sources at commit `generation`, whose bytes have this hash; nothing before the first.
    pub(super) fn read_manifest(&self, generation: u64, hash: &str) -> Result<Manifest> {
        if generation == 0 {
            return Ok(Manifest::default());
        }
        let path = self.data_folder().join(manifest_name(generation));
        let damaged = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Error::with_cause(
                ErrorKind::Damaged,
                format!("{} is damaged or missing", path.display()),
                cause,
            )
            .with_advice(REPAIR)
        };
        let bytes = fs::read(&path).map_err(|error| damaged(error.into()))?;
        if blake3::hash(&bytes).to_hex().as_str() != hash {
            return Err(damaged("its checksum is another".into()));
        }
        let mut manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.into()))?;
        self.read_stamps(&mut manifest);
        Ok(manifest)
    }

    /// The newest manifest that can be read, of any form of index; nothing where there is none.
    pub(super) fn newest_manifest(&self) -> Option<(u64, Manifest)> {
        let beside = [self.data_folder(), self.folder.clone()];
        let mut found: Vec<(u64, PathBuf)> = beside
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flat_map(|entries| entries.flatten())
            .filter_map(|entry| Some((manifest_number(entry.file_name().to_str()?)?, entry.path())))
            .collect();
        found.sort();
        found.into_iter().rev().find_map(|(generation, path)| {
            let manifest = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
            Some((generation, manifest))
        })
    }

    /// Writes a manifest, and gives the hash of its bytes.
    pub(super) fn write_manifest(&self, generation: u64, manifest: &Manifest) -> Result<String> {
        let bytes = serde_json::to_vec(manifest).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write a manifest", error)
        })?;
        write_atomically(&self.data_folder(), &manifest_name(generation), &[&bytes])?;
        Ok(blake3::hash(&bytes).to_hex().to_string())
    }

    /// Tells the files of a manifest when they were last changed, where that is known.
    fn read_stamps(&self, manifest: &mut Manifest) {
        // Without them every file is read to see whether it has changed, which is slower and no less right.
        if let Ok(bytes) = fs::read(self.data_folder().join(STAMPS)) {
            manifest.set_stamps(&bytes);
        }
    }

    /// Keeps when the files of a manifest were last changed.
    pub(super) fn write_stamps(&self, manifest: &Manifest) -> Result<()> {
        write_atomically(&self.data_folder(), STAMPS, &[&manifest.stamps()?])
    }

    /// What was kept of the blocks of web pages.
    pub(super) fn read_blocks(&self) -> KeptBlocks {
        // Without them the pages that are asked for are read again, which is slower and no less right.
        let Ok(mut bytes) = fs::read(self.data_folder().join(BLOCKS)) else {
            return KeptBlocks::default();
        };
        let is_whole = bytes
            .split_first_chunk::<BLOCKS_HASH>()
            .is_some_and(|(hash, rest)| blake3::hash(rest) == *hash);
        if !is_whole {
            return KeptBlocks::default();
        }
        bytes.drain(..BLOCKS_HASH);
        KeptBlocks::from_bytes(bytes)
    }

    /// Keeps what the blocks of web pages are.
    pub(super) fn write_blocks(&self, blocks: &KeptBlocks) -> Result<()> {
        let bytes = blocks.as_bytes();
        write_atomically(
            &self.data_folder(),
            BLOCKS,
            &[blake3::hash(bytes).as_bytes(), bytes],
        )
    }

    /// Takes out what nobody can need: what interrupted runs left, and all manifests but those of `generation` and of the
    /// commit before it, which a reader may have just opened. What cannot be deleted now is deleted next time.
    pub(super) fn clean(&self, generation: u64) {
        for entry in fs::read_dir(self.data_folder())
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_old = manifest_number(&name).is_some_and(|number| number + 1 < generation);
            if is_old || name.starts_with(TEMPORARY) {
                delete(&entry.path());
            }
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if is_data(&name) && name != self.data {
                if fault::step().is_ok() {
                    let _left_for_next_time = fs::remove_dir_all(entry.path());
                }
            } else if manifest_number(&name).is_some() || name.starts_with(TEMPORARY) {
                delete(&entry.path());
            }
        }
    }

    /// Takes out the data folder, which no marker names.
    pub(super) fn discard(&self) {
        let _left_for_next_time = fs::remove_dir_all(self.data_folder());
    }

    /// Gives the files that tantivy makes for its own user alone the permissions of the marker.
    pub(super) fn share_engine_files(&self) {
        let Ok(marker) = fs::metadata(self.folder.join(MARKER)) else {
            return;
        };
        for name in ["meta.json", ".managed.json"] {
            // Where this is not allowed, the index is as private as its folder, and all else works.
            let _stays_private =
                fs::set_permissions(self.data_folder().join(name), marker.permissions());
        }
    }

    /// The vocabularies that were imported, by name.
    pub(super) fn vocabularies(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let fail = |error| Error::io("read the index folder", &self.folder, error);
        let mut vocabularies = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let file = entry.file_name();
            let name = file.to_str().and_then(|name| {
                let name = name
                    .strip_prefix(VOCABULARY)?
                    .strip_suffix(VOCABULARY_ENDING)?;
                percent_decode_str(name).decode_utf8().ok()
            });
            if let Some(name) = name {
                let path = entry.path();
                let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
                vocabularies.push((name.into_owned(), bytes));
            }
        }
        vocabularies.sort();
        Ok(vocabularies)
    }

    /// What stands for the last commit and the imported vocabularies: while it stays the same, so do they.
    pub(super) fn mark(&self) -> Result<Mark> {
        let fail = |error| Error::io("read the index folder", &self.folder, error);
        let (marker, commit) = self.state();
        let parts = [marker.unwrap_or_default(), commit.unwrap_or_default()];
        let mut mark = Mark::of(&parts[0]).with(&parts[1]);
        let mut vocabularies = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(VOCABULARY) {
                // One that is replaced meanwhile is another the next time.
                let state = entry.metadata().ok();
                let modified = state.as_ref().and_then(|state| state.modified().ok());
                let size = state.as_ref().map(fs::Metadata::len);
                vocabularies.push(format!("{name:?} {size:?} {modified:?}"));
            }
        }
        vocabularies.sort();
        for vocabulary in vocabularies {
            mark = mark.with(vocabulary.as_bytes());
        }
        Ok(mark)
    }

    /// Keeps a vocabulary, or forgets it where there are no bytes.
    pub(super) fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        // A name becomes the name of one file in this folder, whatever stands in it.
        let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let file = format!("{VOCABULARY}{encoded}{VOCABULARY_ENDING}");
        match bytes {
            Some(bytes) => write_atomically(&self.folder, &file, &[bytes]),
            None => {
                let path = self.folder.join(file);
                fs::remove_file(&path).map_err(|error| Error::io("delete", &path, error))
            }
        }
    }

    /// All bytes in the folder.
    pub(super) fn bytes(&self) -> Result<u64> {
        let mut total = 0;
        for folder in [self.folder.clone(), self.data_folder()] {
            let entries =
                fs::read_dir(&folder).map_err(|error| Error::io("read", &folder, error))?;
            for entry in entries {
                let entry = entry.map_err(|error| Error::io("read", &folder, error))?;
                // A file that a merge has just replaced is gone, and takes no space.
                total += entry
                    .metadata()
                    .map_or(0, |data| if data.is_file() { data.len() } else { 0 });
            }
        }
        Ok(total)
    }
}

fn delete(path: &Path) {
    if fault::step().is_ok() {
        let _left_for_next_time = fs::remove_file(path);
    }
}

/// Writes a file so that after a crash it is there whole or not at all.
fn write_atomically(folder: &Path, name: &str, parts: &[&[u8]]) -> Result<()> {
    let path = folder.join(name);
    let write = || -> std::io::Result<()> {
        fault::step()?;
        let mut file = readable(tempfile::Builder::new().prefix(TEMPORARY)).tempfile_in(folder)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.as_file().sync_all()?;
        fault::step()?;
        file.persist(&path).map_err(|error| error.error)?;
        fault::step()?;
        // The new name is durable once its folder is.
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|error| unwritable(&path, error))
}

/// An error of writing to an index, with what is safe and what to do.
pub(super) fn unwritable(path: &Path, error: std::io::Error) -> Error {
    let advice = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            "the last commit is whole and searchable; make room, and run this again"
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            "the last commit is whole and searchable; see who may write there"
        }
        _ => "the last commit is whole and searchable; run this again when that is mended",
    };
    Error::io("write", path, error).with_advice(advice)
}

/// Lets a temporary file have the permissions of any other new file: an index may be shared.
#[cfg(unix)]
fn readable<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    // What the umask takes away is taken away from this.
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}

fn manifest_name(generation: u64) -> String {
    format!("manifest-{generation}.json")
}

fn manifest_number(name: &str) -> Option<u64> {
    name.strip_prefix("manifest-")?
        .strip_suffix(".json")?
        .parse()
        .ok()
}
