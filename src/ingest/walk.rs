//! Which files of a folder are articles?

use super::mhtml;
use crate::article::Format;
use ignore::WalkBuilder;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What is walked into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WalkOptions {
    /// Whether files and folders whose name begins with a dot are read.
    pub hidden: Hidden,
    /// Whether `.gitignore`, `.ignore` and `.ibidignore` are obeyed.
    pub ignore_files: IgnoreFiles,
    /// Whether symbolic links are followed.
    pub links: Links,
}

/// Whether files and folders whose name begins with a dot are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hidden {
    /// They are passed over.
    #[default]
    Skip,
    /// They are read like all others.
    Read,
}

/// Whether `.gitignore`, `.ignore` and `.ibidignore` are obeyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IgnoreFiles {
    /// What they name is passed over.
    #[default]
    Obey,
    /// They have no say.
    Disregard,
}

/// Whether symbolic links are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They are passed over, so that nothing outside the folder is read.
    #[default]
    Skip,
    /// They are followed; a loop is named and left.
    Follow,
}

/// What stands in a folder.
#[derive(Debug)]
pub enum Found {
    /// A file.
    File(PathBuf),
    /// Something that is no file and was not entered, with the reason: a link, a pipe, a device.
    Left(PathBuf, String),
    /// Something that could not be looked at, with the reason.
    Unreadable(PathBuf, String),
}

/// Calls `sink` with everything under `folder` that is a file, in the order of names, until it says to stop; `leave_out` (the
/// index, where it lies inside) is not entered, nor is the folder that a browser saved beside a page. Where `only` is not empty,
/// nothing is looked at but these paths, what lies under them, and the way to them; they are written as the walk comes upon them,
/// which is with links resolved above `folder` and not below.
pub fn walk(
    folder: &Path,
    options: &WalkOptions,
    leave_out: &Path,
    only: &[PathBuf],
    mut sink: impl FnMut(Found) -> ControlFlow<()>,
) {
    let leave_out = leave_out.to_owned();
    let is_wanted = wanted(only);
    // Where links are followed, a folder may be come upon by more than one way.
    let met =
        (options.links == Links::Follow).then(|| Mutex::new(HashSet::from([folder.to_owned()])));
    let entries = builder(folder, options)
        .sort_by_file_name(|a, b| a.cmp(b))
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if is_folder
                && let Some(met) = &met
                && let Ok(real) = entry.path().canonicalize()
                && (real == leave_out
                    || !met
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(real))
            {
                return false;
            }
            entry.path() != leave_out
                && is_wanted(entry.path())
                && !(is_folder && belongs_to_a_page(entry.path()))
        })
        .build();
    for entry in entries {
        let found = match entry {
            Ok(entry) => match entry.file_type() {
                Some(kind) if kind.is_file() => Found::File(entry.into_path()),
                Some(kind) if kind.is_dir() => continue,
                Some(kind) if kind.is_symlink() => Found::Left(
                    entry.into_path(),
                    "is a symbolic link, which is not followed; --follow follows it".to_owned(),
                ),
                _ => Found::Left(
                    entry.into_path(),
                    "is no file (a pipe, a socket or a device)".to_owned(),
                ),
            },
            Err(error) => {
                let path = path_of(&error).unwrap_or(folder).to_owned();
                if is_loop(&error) {
                    let reason = "leads back to a folder above it, and is not entered";
                    Found::Left(path, reason.to_owned())
                } else {
                    Found::Unreadable(path, reason(&error))
                }
            }
        };
        if sink(found).is_break() {
            return;
        }
    }
}

/// What `only` leaves to be looked at.
fn wanted(only: &[PathBuf]) -> impl Fn(&Path) -> bool + Send + Sync + 'static {
    let only: HashSet<PathBuf> = only.iter().cloned().collect();
    let ways: HashSet<PathBuf> = only
        .iter()
        .flat_map(|path| path.ancestors().skip(1))
        .map(Path::to_owned)
        .collect();
    move |path| {
        only.is_empty() || ways.contains(path) || path.ancestors().any(|above| only.contains(above))
    }
}

/// Calls `sink` with `folder` and every folder under it that [`walk`] enters, each before it is looked into, until it says to
/// stop.
pub fn folders(
    folder: &Path,
    options: &WalkOptions,
    leave_out: &Path,
    only: &[PathBuf],
    mut sink: impl FnMut(&Path) -> ControlFlow<()>,
) {
    let leave_out = leave_out.to_owned();
    let is_wanted = wanted(only);
    let entries = builder(folder, options)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            is_folder
                && entry.path() != leave_out
                && is_wanted(entry.path())
                && !belongs_to_a_page(entry.path())
        })
        .build();
    // What cannot be looked at is named by the walk for articles.
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder && sink(entry.path()).is_break() {
            return;
        }
    }
}

/// The names of the files that say what is passed over.
pub const IGNORE_FILE_NAMES: [&str; 3] = [".gitignore", ".ignore", OWN_IGNORE_FILE];

const OWN_IGNORE_FILE: &str = ".ibidignore";

fn builder(folder: &Path, options: &WalkOptions) -> WalkBuilder {
    let obey = options.ignore_files == IgnoreFiles::Obey;
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(obey)
        .require_git(false)
        .git_global(false)
        .hidden(options.hidden == Hidden::Skip)
        .follow_links(options.links == Links::Follow)
        .add_custom_ignore_filename(if obey { OWN_IGNORE_FILE } else { "" });
    builder
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => is_loop(err),
        _ => false,
    }
}

/// What went wrong, without the path, which stands beside it.
fn reason(error: &ignore::Error) -> String {
    match error.io_error() {
        Some(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            "cannot be read: permission denied; change its permissions".to_owned()
        }
        Some(error) => format!("cannot be read: {error}"),
        None => error.to_string(),
    }
}

/// What the folder beside a page that was saved whole is called, behind the page's name and a sign: the words of the
/// browsers' languages for "files". Taken from the names by which file managers keep such a folder with its page, and from
/// the translations of Firefox.
const FILES_OF_A_PAGE: [&str; 24] = [
    "files",
    "dateien",
    "fichiers",
    "archivos",
    "arquivos",
    "ficheiros",
    "bestanden",
    "filer",
    "tiedostot",
    "pliki",
    "soubory",
    "subory",
    "súbory",
    "elemei",
    "datoteke",
    "fajlovi",
    "dosyalar",
    "fitxers",
    "fitxategiak",
    "failid",
    "fails",
    "bylos",
    "fișiere",
    "файлы",
];

/// Whether a folder holds the pictures, scripts and frames of the page beside it (`NAME_files` beside `NAME.html`), which
/// a browser saved with it and which are no articles. Without its page it is a folder like any other.
fn belongs_to_a_page(folder: &Path) -> bool {
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let Some((page, word)) = name.rsplit_once(['_', '-', '.']) else {
        return false;
    };
    // Italian writes `_file`; `patient-file` is more likely a folder of somebody's own.
    let is_word = match word.to_lowercase().as_str() {
        "file" => name.ends_with("_file"),
        word => FILES_OF_A_PAGE.contains(&word),
    };
    is_word
        && !page.is_empty()
        && ["html", "htm", "xhtml", "xht", "HTML", "HTM"]
            .iter()
            .any(|extension| {
                folder
                    .with_file_name(format!("{page}.{extension}"))
                    .is_file()
            })
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// How a file is to be read, judged by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedFormat {
    /// By its extension.
    Known(Format),
    /// A document format that may hold articles and is not read yet, by its usual name.
    NotYet(&'static str),
    /// Something that holds no articles: pictures, styles, scripts, archives.
    NoArticle,
    /// Nothing is known of the extension, or there is none.
    Unknown,
}

/// Tells the format from the file's name.
pub fn format_of(path: &Path) -> NamedFormat {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt" | "text") => NamedFormat::Known(Format::Text),
        Some("html" | "htm" | "xhtml" | "xht" | "mht" | "mhtml") => {
            NamedFormat::Known(Format::Html)
        }
        Some("md" | "markdown" | "mdown" | "mkd") => NamedFormat::Known(Format::Markdown),
        Some("jsonl" | "ndjson") => NamedFormat::Known(Format::JsonLines),
        Some("pdf") => NamedFormat::NotYet("PDF"),
        Some("docx" | "doc") => NamedFormat::NotYet("Word"),
        Some("odt") => NamedFormat::NotYet("OpenDocument"),
        Some("rtf") => NamedFormat::NotYet("RTF"),
        Some("epub" | "mobi") => NamedFormat::NotYet("e-book"),
        Some("rst") => NamedFormat::NotYet("reStructuredText"),
        Some("adoc" | "asciidoc") => NamedFormat::NotYet("AsciiDoc"),
        Some(
            "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "ico" | "bmp" | "tif" | "tiff"
            | "avif" | "css" | "js" | "mjs" | "map" | "json" | "xml" | "csv" | "tsv" | "yaml"
            | "yml" | "toml" | "lock" | "woff" | "woff2" | "ttf" | "otf" | "eot" | "mp3" | "mp4"
            | "webm" | "ogg" | "wav" | "zip" | "gz" | "bz2" | "xz" | "zst" | "tar" | "7z" | "rar"
            | "exe" | "dll" | "so" | "o" | "a" | "db" | "sqlite" | "log" | "tmp" | "bak" | "swp"
            | "part",
        ) => NamedFormat::NoArticle,
        _ => NamedFormat::Unknown,
    }
}

/// The format of a file whose name tells nothing, from its first bytes: a page, JSON lines, or text.
pub fn sniff(head: &[u8]) -> Format {
    let head = &head[..head.len().min(1024)];
    if mhtml::is_mhtml(head) {
        return Format::Html;
    }
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
    {
        Format::Html
    } else if start.starts_with('{')
        && (start.contains("\"sections\"") || start.contains("\"_id\""))
    {
        Format::JsonLines
    } else if start.starts_with("---\n") || start.starts_with("+++\n") || start.starts_with("# ") {
        Format::Markdown
    } else {
        Format::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path, options: WalkOptions) -> Vec<String> {
        let mut names = Vec::new();
        walk(folder, &options, &folder.join("index"), &[], |found| {
            if let Found::File(path) = found {
                names.push(
                    path.strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string(),
                );
            }
            ControlFlow::Continue(())
        });
        names
    }

    #[test]
    fn files_come_in_order_and_the_index_is_not_entered() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "b.txt",
            "a/z.txt",
            "index/segment.txt",
            ".hidden.txt",
            "skip.txt",
            "c.txt",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "x").expect("written");
        }
        fs::write(folder.path().join(".ibidignore"), "skip.txt\n").expect("written");
        assert_eq!(
            names(folder.path(), WalkOptions::default()),
            ["a/z.txt", "b.txt", "c.txt"]
        );
        let all = WalkOptions {
            hidden: Hidden::Read,
            ignore_files: IgnoreFiles::Disregard,
            links: Links::Skip,
        };
        assert_eq!(
            names(folder.path(), all),
            [
                ".hidden.txt",
                ".ibidignore",
                "a/z.txt",
                "b.txt",
                "c.txt",
                "skip.txt"
            ]
        );
    }

    #[test]
    fn what_a_browser_saved_beside_a_page_is_no_article_unless_the_page_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "x").expect("written");
        };
        for (page, beside) in [
            ("Night cramps.html", "Night cramps_files"),
            ("gout.htm", "gout-Dateien"),
            ("asthma.html", "asthma_fichiers"),
            ("mild_fever.xhtml", "mild_fever_archivos"),
            ("rash.HTM", "rash.files"),
            ("deep/cough.html", "deep/cough_bestanden"),
        ] {
            write(page);
            write(&format!("{beside}/frame.html"));
            write(&format!("{beside}/deeper/advert.html"));
        }
        // Their pages are not there, or they are no folders.
        for other in [
            "hip_files/a.html",
            "my-files/b.html",
            "files/c.html",
            "gout-file/d.html",
        ] {
            write(other);
        }
        write("colica.html");
        write("colica_file/frame.html");
        write("knee.html");
        write("knee_files");
        assert_eq!(
            names(folder.path(), WalkOptions::default()),
            [
                "Night cramps.html",
                "asthma.html",
                "colica.html",
                "deep/cough.html",
                "files/c.html",
                "gout-file/d.html",
                "gout.htm",
                "hip_files/a.html",
                "knee.html",
                "knee_files",
                "mild_fever.xhtml",
                "my-files/b.html",
                "rash.HTM",
            ]
        );
        assert_eq!(
            names(
                &folder.path().join("Night cramps_files"),
                WalkOptions::default()
            ),
            ["deeper/advert.html", "frame.html"],
            "a folder that is named itself is read"
        );
    }

    #[test]
    fn folders_are_those_that_are_entered() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a/b/c", "index/data", ".git/objects", "drafts/d", "e"] {
            fs::create_dir_all(folder.path().join(name)).expect("made");
        }
        fs::write(folder.path().join(".ibidignore"), "drafts\n").expect("written");
        let names = |only: &[&str]| {
            let only: Vec<PathBuf> = only.iter().map(|name| folder.path().join(name)).collect();
            let mut names = Vec::new();
            let options = WalkOptions::default();
            let own = folder.path().join("index");
            folders(folder.path(), &options, &own, &only, |found| {
                let inside = found.strip_prefix(folder.path()).expect("inside");
                names.push(inside.display().to_string());
                ControlFlow::Continue(())
            });
            names.sort();
            names
        };
        assert_eq!(names(&[]), ["", "a", "a/b", "a/b/c", "e"]);
        assert_eq!(names(&["a/b", "drafts/d"]), ["", "a", "a/b", "a/b/c"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_followed_only_when_asked_and_loops_end() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret.txt"), "x").expect("written");
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).expect("linked");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("linked");
        assert!(names(folder.path(), WalkOptions::default()).is_empty());
        let follow = WalkOptions {
            links: Links::Follow,
            ..WalkOptions::default()
        };
        assert_eq!(names(folder.path(), follow), ["out/secret.txt"]);
    }

    #[test]
    fn a_name_tells_the_format_and_else_the_first_bytes_do() {
        assert_eq!(
            format_of(Path::new("a.HTML")),
            NamedFormat::Known(Format::Html)
        );
        assert_eq!(format_of(Path::new("a.pdf")), NamedFormat::NotYet("PDF"));
        assert_eq!(format_of(Path::new("README")), NamedFormat::Unknown);
        assert_eq!(sniff(b"\n <!DOCTYPE html><p>"), Format::Html);
        assert_eq!(
            sniff(b"{\"_id\": \"1\", \"text\": \"x\"}"),
            Format::JsonLines
        );
        assert_eq!(sniff(b"---\ntitle: x\n---\n"), Format::Markdown);
        assert_eq!(
            sniff(b"From: <Saved by a browser>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"),
            Format::Html
        );
        assert_eq!(sniff(b"Just words"), Format::Text);
        assert_eq!(sniff(b"Note: just words\n\nMore of them"), Format::Text);
    }
}
