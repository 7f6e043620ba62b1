//! Whose folder is this? What an index folder holds, and how ours is told from anybody else's.
//!
//! ```text
//! DIR/ibid-index.json       what made the index: written last when an index is made, so a folder that has it is whole
//! DIR/segments/             tantivy's files
//! DIR/manifest-N.json       what is known of the sources at commit N
//! DIR/vocabulary-NAME.bin   a vocabulary that was imported
//! DIR/README.md .gitignore  may be there
//! ```

use crate::engine::manifest::Manifest;
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
const ENGINE_FOLDER: &str = "segments";
/// What the names of files begin with that are still being written.
const TEMPORARY: &str = ".tmp-ibid-";

/// A change in the schema or in what is stored makes indexes of an older number unreadable.
const FORMAT: u32 = 4;

/// The files and folders of one index.
#[derive(Clone)]
pub(super) struct Layout {
    folder: PathBuf,
}

/// What the marker says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    made_by: String,
    format: u32,
    analysis: u32,
    passages: u32,
}

impl Marker {
    fn current() -> Self {
        Self {
            made_by: format!("ibid {}", env!("CARGO_PKG_VERSION")),
            format: FORMAT,
            analysis: analysis::VERSION,
            passages: passage::VERSION,
        }
    }

    /// Whether this version reads what that version wrote.
    fn is_readable(&self) -> bool {
        let current = Self::current();
        (self.format, self.analysis, self.passages)
            == (current.format, current.analysis, current.passages)
    }
}

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

/// What may lie in an index folder that has no marker: notes for people, and what an interrupted first run left.
fn is_expected(name: &str) -> bool {
    matches!(
        name,
        "README.md" | ".gitignore" | ".gitkeep" | ".DS_Store" | ENGINE_FOLDER
    ) || name.starts_with("manifest-")
        || name.starts_with(TEMPORARY)
}

impl Layout {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        if !has_index(folder)? {
            return Err(Error::new(
                ErrorKind::NoIndex,
                format!(
                    "there is no index at {}; make one with `ibid index PATH`, or name another with --index",
                    folder.display()
                ),
            ));
        }
        let path = folder.join(MARKER);
        let text = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        let marker: Marker = serde_json::from_slice(&text).map_err(|error| {
            Error::with_cause(
                ErrorKind::Engine,
                format!(
                    "{} is damaged; delete the index folder and index again",
                    path.display()
                ),
                error,
            )
        })?;
        if !marker.is_readable() {
            return Err(Error::new(
                ErrorKind::IncompatibleIndex,
                format!(
                    "the index {} was made by {}, which reads articles in another way than this version; delete the folder and index again",
                    folder.display(),
                    marker.made_by
                ),
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    pub(super) fn create(folder: &Path) -> Result<Self> {
        let layout = Self {
            folder: folder.to_owned(),
        };
        let engine = layout.engine_folder();
        fs::create_dir_all(&engine)
            .map_err(|error| Error::io("make the index folder", &engine, error))?;
        Ok(layout)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn engine_folder(&self) -> PathBuf {
        self.folder.join(ENGINE_FOLDER)
    }

    pub(super) fn write_marker(&self) -> Result<()> {
        let text = serde_json::to_vec_pretty(&Marker::current()).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write a marker", error)
        })?;
        self.write_atomically(MARKER, &text)
    }

    /// What is known of the sources at commit `generation`; nothing before the first.
    pub(super) fn read_manifest(&self, generation: u64) -> Result<Manifest> {
        if generation == 0 {
            return Ok(Manifest::default());
        }
        let path = self.folder.join(manifest_name(generation));
        let damaged = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Error::with_cause(
                ErrorKind::Engine,
                format!(
                    "{} is damaged or missing; delete the index folder and index again",
                    path.display()
                ),
                cause,
            )
        };
        let bytes = fs::read(&path).map_err(|error| damaged(error.into()))?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.into()))
    }

    pub(super) fn write_manifest(&self, generation: u64, manifest: &Manifest) -> Result<()> {
        let bytes = serde_json::to_vec(manifest).map_err(|error| {
            Error::with_cause(ErrorKind::Engine, "cannot write a manifest", error)
        })?;
        self.write_atomically(&manifest_name(generation), &bytes)
    }

    /// Takes out the manifests that no reader can need: all but those of `generation` and of the commit before it, which
    /// a reader may have just opened. What cannot be deleted now is deleted next time.
    pub(super) fn clean_manifests(&self, generation: u64) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_old = name
                .strip_prefix("manifest-")
                .and_then(|name| name.strip_suffix(".json")?.parse::<u64>().ok())
                .is_some_and(|number| number + 1 < generation);
            if is_old || name.starts_with(TEMPORARY) {
                let _left_for_next_time = fs::remove_file(entry.path());
            }
        }
    }

    /// Gives the files that tantivy makes for its own user alone the permissions of the marker.
    pub(super) fn share_engine_files(&self) {
        let Ok(marker) = fs::metadata(self.folder.join(MARKER)) else {
            return;
        };
        for name in ["meta.json", ".managed.json"] {
            // Where this is not allowed, the index is as private as its folder, and all else works.
            let _stays_private =
                fs::set_permissions(self.engine_folder().join(name), marker.permissions());
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

    /// Keeps a vocabulary, or forgets it where there are no bytes.
    pub(super) fn set_vocabulary(&self, name: &str, bytes: Option<&[u8]>) -> Result<()> {
        // A name becomes the name of one file in this folder, whatever stands in it.
        let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let file = format!("{VOCABULARY}{encoded}{VOCABULARY_ENDING}");
        match bytes {
            Some(bytes) => self.write_atomically(&file, bytes),
            None => {
                let path = self.folder.join(file);
                fs::remove_file(&path).map_err(|error| Error::io("delete", &path, error))
            }
        }
    }

    /// All bytes in the folder.
    pub(super) fn bytes(&self) -> Result<u64> {
        let mut total = 0;
        for folder in [self.folder.clone(), self.engine_folder()] {
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

    /// Writes a file so that after a crash it is there whole or not at all.
    fn write_atomically(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        let write = || -> std::io::Result<()> {
            let mut file =
                readable(tempfile::Builder::new().prefix(TEMPORARY)).tempfile_in(&self.folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            // The new name is durable once its folder is.
            fs::File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| Error::io("write", &path, error))
    }
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
