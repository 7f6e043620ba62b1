//! On which file systems does the system not tell of changes? On those that other machines write to.

use std::path::{Path, PathBuf};

/// Where Linux lists what is mounted where.
const MOUNTS: &str = "/proc/self/mountinfo";

/// The kinds of file systems that are changed from elsewhere, where the system is told of it by nobody (inotify(7): "inotify reports
/// only events that a user-space program triggers through the filesystem API"): network file systems, and folders that a virtual
/// machine shares with its host.
const REMOTE: [&str; 24] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "davfs",
    "drvfs",
    "fuse.davfs2",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
    "glusterfs",
    "gpfs",
    "lustre",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
];

/// The kind of the file system that a path is on, where changes of it may go untold.
pub(super) fn remote(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string(MOUNTS).ok()?;
    kind(&mounts, path).filter(|kind| REMOTE.contains(&kind.as_str()))
}

/// The kind of the file system that a path is on: that of the deepest mount, and of two in one place the later (proc(5)).
fn kind(mounts: &str, path: &Path) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let (place, system) = line.split_once(" - ")?;
            let place = unescape(place.split(' ').nth(4)?);
            let kind = system.split(' ').next()?;
            path.starts_with(&place).then_some((place, kind))
        })
        .max_by_key(|(place, _)| place.components().count())
        .map(|(_, kind)| kind.to_owned())
}

/// Spaces, tabs, line feeds and backslashes stand as `\040` and the like.
fn unescape(place: &str) -> PathBuf {
    let codes = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ];
    let place = codes
        .iter()
        .fold(place.to_owned(), |place, (code, letter)| {
            place.replace(code, letter)
        });
    PathBuf::from(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_tells_the_kind_of_file_system() {
        let mounts = "\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:40 / /home/ann/my\\040articles rw shared:1 - nfs4 server:/x rw
31 22 0:41 / /home rw - btrfs /dev/sdb rw
";
        let kind = |path: &str| super::kind(mounts, Path::new(path));
        assert_eq!(kind("/home/ann/my articles/a").as_deref(), Some("nfs4"));
        assert_eq!(kind("/home/ann/my").as_deref(), Some("btrfs"));
        assert_eq!(kind("/etc").as_deref(), Some("ext4"));
        assert_eq!(super::kind("", Path::new("/etc")), None);
        assert!(REMOTE.is_sorted());
    }
}
