//! To which source does a path belong, and what are the ids of the files in it?

use crate::engine::manifest::{Manifest, SourceFolder};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A path that was given to be indexed, and the source it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The path as it was given.
    pub(super) path: PathBuf,
    /// The same path, absolute and without links.
    pub(super) real: PathBuf,
    /// The name of the source that what lies under it belongs to, unless a known source lies deeper.
    pub(super) source: String,
    /// Whether it is one file.
    pub(super) is_file: bool,
}

/// The sources of an index, as ids are made from them.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    roots: Vec<Root>,
}

#[derive(Clone, Debug)]
struct Root {
    name: String,
    /// `None` for standard input, which is in no folder.
    real: Option<PathBuf>,
    given: String,
}

/// What a file is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    /// `<source>/<path inside it>`: the id of its article.
    pub(super) id: String,
    /// The name of its source.
    pub(super) source: String,
    /// Its path inside the source.
    pub(super) inside: String,
    /// Its path as a person would type it.
    pub(super) shown: String,
}

/// Which files a path holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// What the keys of the files begin with.
    prefixes: Vec<String>,
    /// The key of the file that it is, where it may be one.
    file: Option<String>,
}

impl Scope {
    /// What lies under the path, without the file that it may be.
    pub(super) fn inside(mut self) -> Self {
        self.file = None;
        self
    }

    pub(super) fn holds(&self, key: &str) -> bool {
        self.file.as_deref() == Some(key)
            || self.prefixes.iter().any(|prefix| key.starts_with(prefix))
    }
}

impl Sources {
    /// The sources that a manifest knows.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let roots = manifest.sources.iter().map(|(name, folder)| Root {
            name: name.clone(),
            real: folder.root.as_ref().map(PathBuf::from),
            given: folder.given.clone(),
        });
        Self {
            roots: roots.collect(),
        }
    }

    /// Finds the source of a given path, and remembers it where it is new. `name` is what `--source` said.
    ///
    /// # Errors
    /// `NotFound` where there is no such path; `Usage` where its source would have the name of another folder's.
    pub(super) fn add(&mut self, path: &Path, name: Option<&str>) -> Result<Given> {
        let real = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::new(
                ErrorKind::NotFound,
                format!("there is no file or folder {}", path.display()),
            ),
            _ => Error::io("find", path, error),
        })?;
        let is_file = !real.is_dir();
        let folder = if is_file {
            real.parent().unwrap_or(&real).to_owned()
        } else {
            real.clone()
        };
        let given = |source: &str| Given {
            path: path.to_owned(),
            real: real.clone(),
            source: source.to_owned(),
            is_file,
        };
        if let Some(root) = self.deepest(&real)
            && name.is_none_or(|name| encode(name) == root.name)
        {
            return Ok(given(&root.name));
        }
        if let (Some(name), Some(root)) = (name, self.deepest(&real)) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} belongs to the source `{}` already; leave out --source {name}, or take it out first with `ibid remove '{}/**'`",
                    path.display(),
                    root.name,
                    root.name
                ),
            ));
        }
        let source = match name {
            Some(name) => encode(name),
            None => encode_os(folder.file_name().unwrap_or("root".as_ref())),
        };
        check_name(&source)?;
        if let Some(known) = self.roots.iter_mut().find(|root| root.name == source) {
            // A folder that is gone was moved together with its index, or renamed: the name goes with it.
            if let Some(other) = known.real.as_ref().filter(|real| real.exists()) {
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!(
                        "{} and {} would both be the source `{source}`; give one of them another name with --source NAME",
                        other.display(),
                        folder.display()
                    ),
                ));
            }
            known.real = Some(folder);
            known.given = shown_folder(path, is_file);
            return Ok(given(&source));
        }
        self.roots.push(Root {
            name: source.clone(),
            real: Some(folder),
            given: shown_folder(path, is_file),
        });
        Ok(given(&source))
    }

    /// Remembers a source that is in no folder.
    pub(super) fn add_nowhere(&mut self, name: &str) {
        if !self.roots.iter().any(|root| root.name == name) {
            self.roots.push(Root {
                name: name.to_owned(),
                real: None,
                given: String::new(),
            });
        }
    }

    /// What a file is called: by the deepest source that holds it.
    pub(super) fn name(&self, real: &Path) -> Option<FileName> {
        let root = self.deepest(real)?;
        let inside = real.strip_prefix(root.real.as_ref()?).ok()?;
        let shown: PathBuf = Path::new(&root.given).join(inside);
        Some(FileName {
            id: key(&root.name, inside),
            source: root.name.clone(),
            inside: inside.display().to_string(),
            shown: shown.display().to_string(),
        })
    }

    /// Whether the file with this key is where it was. What cannot be told is taken to be.
    pub(super) fn is_there(&self, key: &str) -> bool {
        self.path(key).is_none_or(|path| path.exists())
    }

    /// Where the file with this key is; `None` where it is in no folder.
    pub(super) fn path(&self, key: &str) -> Option<PathBuf> {
        let (name, inside) = key.split_once('/')?;
        let root = self.roots.iter().find(|root| root.name == name)?;
        Some(root.real.as_ref()?.join(decode(inside)))
    }

    /// What a file is called that has this key.
    pub(super) fn named(&self, key: &str) -> Option<FileName> {
        let (name, inside) = key.split_once('/')?;
        let root = self.roots.iter().find(|root| root.name == name)?;
        let inside = PathBuf::from(decode(inside));
        Some(FileName {
            id: key.to_owned(),
            source: name.to_owned(),
            inside: inside.display().to_string(),
            shown: Path::new(&root.given).join(&inside).display().to_string(),
        })
    }

    /// The key of the file that a person knows by this path.
    pub(super) fn key_of(&self, source: &str, shown: &str) -> String {
        let root = self.roots.iter().find(|root| root.name == source);
        let shown = Path::new(shown);
        let inside = root.and_then(|root| shown.strip_prefix(&root.given).ok());
        key(source, inside.unwrap_or(shown))
    }

    /// The files at or under a path, whether it is there or not.
    pub(super) fn scope(&self, path: &Path) -> Scope {
        let mut scope = Scope {
            prefixes: Vec::new(),
            file: None,
        };
        for root in &self.roots {
            let Some(real) = &root.real else { continue };
            if real.starts_with(path) {
                scope.prefixes.push(format!("{}/", root.name));
            } else if let Ok(inside) = path.strip_prefix(real) {
                let key = key(&root.name, inside);
                scope.prefixes.push(format!("{key}/"));
                scope.file = Some(key);
            }
        }
        scope
    }

    /// The files at or under a path as a person types it, whether it is there or not; `None` where nothing of it is known.
    pub(super) fn known_scope(&self, path: &Path, manifest: &Manifest) -> Option<Scope> {
        let absolute = std::path::absolute(path).ok()?;
        // What is left of the way to it has its links resolved, as all known paths have.
        let there = absolute
            .ancestors()
            .find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
        let real = match there {
            Some((folder, real)) => real.join(absolute.strip_prefix(folder).ok()?),
            None => absolute,
        };
        let scope = self.scope(&real);
        let is_known = manifest.files.keys().any(|key| scope.holds(key));
        is_known.then_some(scope)
    }

    fn deepest(&self, real: &Path) -> Option<&Root> {
        self.roots
            .iter()
            .filter_map(|root| Some((root, root.real.as_ref()?)))
            // A file that has taken the place of a folder is none of its files.
            .filter(|(_, folder)| {
                real.starts_with(folder) && (real != folder.as_path() || !real.is_file())
            })
            .max_by_key(|(_, folder)| folder.components().count())
            .map(|(root, _)| root)
    }

    /// Writes the sources into a manifest, and says whether they are others than before; those without files are left out.
    pub(super) fn write_to(&self, manifest: &mut Manifest) -> bool {
        let mut sources = BTreeMap::new();
        for root in &self.roots {
            let prefix = format!("{}/", root.name);
            let in_use = manifest
                .files
                .range(prefix.clone()..)
                .next()
                .is_some_and(|(id, _)| id.starts_with(&prefix));
            if in_use {
                let folder = SourceFolder {
                    root: root.real.as_ref().map(|real| real.display().to_string()),
                    given: root.given.clone(),
                };
                sources.insert(root.name.clone(), folder);
            }
        }
        let changed = manifest.sources != sources;
        manifest.sources = sources;
        changed
    }
}

/// By which the manifest knows a file.
fn key(source: &str, inside: &Path) -> String {
    let mut key = source.to_owned();
    for part in inside {
        key.push('/');
        key.push_str(&encode_os(part));
    }
    key
}

/// # Errors
/// `Usage` where ids could not begin with this.
pub(super) fn check_name(source: &str) -> Result<()> {
    if source.is_empty() || source.contains(['/', '#']) || matches!(source, "." | "..") {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("a source needs a name without slashes and number signs, not {source:?}"),
        ));
    }
    Ok(())
}

/// The folder as it was given, without what says nothing (`./`, a slash at the end).
fn shown_folder(path: &Path, is_file: bool) -> String {
    let folder = if is_file {
        path.parent().unwrap_or(Path::new(""))
    } else {
        path
    };
    folder
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect::<PathBuf>()
        .display()
        .to_string()
}

/// A name as it stands in an id: white space, control characters and what is not UTF-8 are percent-encoded, and so is a
/// `%` that would read as such a code.
pub(super) fn encode(name: &str) -> String {
    encode_bytes(name.as_bytes())
}

/// What [`encode`] was given.
fn decode(name: &str) -> OsString {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(name).collect();
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    return OsString::from(String::from_utf8_lossy(&bytes).into_owned());
}

#[cfg(unix)]
fn encode_os(name: &std::ffi::OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    encode_bytes(name.as_bytes())
}

#[cfg(not(unix))]
fn encode_os(name: &std::ffi::OsStr) -> String {
    encode_bytes(name.to_string_lossy().as_bytes())
}

fn encode_bytes(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    let code = |encoded: &mut String, byte: u8| encoded.push_str(&format!("%{byte:02X}"));
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let end = offset + letter.len_utf8();
            let reads_as_code = letter == '%'
                && bytes
                    .get(end..end + 2)
                    .is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
            if letter.is_whitespace() || letter.is_control() || reads_as_code {
                bytes[offset..end]
                    .iter()
                    .for_each(|byte| code(&mut encoded, *byte));
            } else {
                encoded.push(letter);
            }
            offset = end;
        }
        for byte in chunk.invalid() {
            code(&mut encoded, *byte);
        }
        offset += chunk.invalid().len();
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().canonicalize().expect("a real path");
        for name in [
            "one/health/a.txt",
            "two/health/b.txt",
            "one/health/deep/c d.txt",
        ] {
            let path = real.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "x").expect("written");
        }
        (folder, real)
    }

    #[test]
    fn an_id_is_the_folders_name_and_the_path_inside() {
        let (_guard, real) = folder();
        let mut sources = Sources::default();
        sources.add(&real.join("one/health"), None).expect("added");
        let name = sources
            .name(&real.join("one/health/deep/c d.txt"))
            .expect("named");
        assert_eq!(name.id, "health/deep/c%20d.txt");
        assert!(name.shown.ends_with("one/health/deep/c d.txt"));
    }

    #[test]
    fn a_file_inside_a_known_source_keeps_its_id() {
        let (_guard, real) = folder();
        let mut sources = Sources::default();
        sources.add(&real.join("one/health"), None).expect("added");
        let given = sources
            .add(&real.join("one/health/deep/c d.txt"), None)
            .expect("added");
        assert_eq!(given.source, "health");
        let given = sources
            .add(&real.join("one/health/deep"), None)
            .expect("added");
        assert_eq!(given.source, "health");
    }

    #[test]
    fn a_folder_above_a_known_source_leaves_it_its_files() {
        let (_guard, real) = folder();
        let mut sources = Sources::default();
        sources
            .add(&real.join("one/health/deep"), None)
            .expect("added");
        sources.add(&real.join("one/health"), None).expect("added");
        let id = |path: &str| sources.name(&real.join(path)).expect("named").id;
        assert_eq!(id("one/health/deep/c d.txt"), "deep/c%20d.txt");
        assert_eq!(id("one/health/a.txt"), "health/a.txt");
    }

    #[test]
    fn two_folders_of_one_name_are_refused_until_one_is_named() {
        let (_guard, real) = folder();
        let mut sources = Sources::default();
        sources.add(&real.join("one/health"), None).expect("added");
        let error = sources
            .add(&real.join("two/health"), None)
            .expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("--source"), "{error}");
        let given = sources
            .add(&real.join("two/health"), Some("second"))
            .expect("added");
        assert_eq!(given.source, "second");
    }

    #[test]
    fn a_source_whose_folder_moved_keeps_its_name() {
        let (_guard, real) = folder();
        let mut sources = Sources::default();
        sources.add(&real.join("one/health"), None).expect("added");
        fs::rename(real.join("one"), real.join("moved")).expect("moved");
        let given = sources
            .add(&real.join("moved/health"), None)
            .expect("added");
        assert_eq!(given.source, "health");
        assert_eq!(
            sources
                .name(&real.join("moved/health/a.txt"))
                .expect("named")
                .id,
            "health/a.txt"
        );
    }

    #[test]
    fn names_are_encoded_where_an_id_could_not_be_read_back() {
        assert_eq!(encode("a b\tc\n"), "a%20b%09c%0A");
        assert_eq!(encode("100% é"), "100%%20é");
        assert_eq!(encode("a%20b"), "a%2520b");
        assert_eq!(encode_bytes(b"x\xff\xfey"), "x%FF%FEy");
        for name in ["a b\tc\n", "100% é", "a%20b", "100%25", "%%41"] {
            assert_eq!(decode(&encode(name)), OsString::from(name));
        }
    }
}
