//! When was a file changed, and can that be told from its times?

use crate::engine::manifest::Stamp;
use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// How coarse the times of files may be: 2 s on FAT, less elsewhere.
const COARSEST_TIME: Duration = Duration::from_secs(2);

/// What was changed before this, in nanoseconds since 1970, has a time of its own: what is changed from now on gets a later one.
pub(super) fn settled() -> i64 {
    nanoseconds(SystemTime::now() - COARSEST_TIME).unwrap_or(i64::MIN)
}

fn nanoseconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}

/// When a file was last changed, where its system says so.
pub(super) fn stamp(data: &Metadata) -> Option<Stamp> {
    let modified = nanoseconds(data.modified().ok()?)?;
    #[cfg(unix)]
    let changed = {
        use std::os::unix::fs::MetadataExt;
        data.ctime()
            .checked_mul(1_000_000_000)?
            .checked_add(data.ctime_nsec())?
    };
    #[cfg(not(unix))]
    let changed = 0;
    Some(Stamp { modified, changed })
}
