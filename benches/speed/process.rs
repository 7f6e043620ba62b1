//! What does a process take: time, processor time, memory at its peak?
//!
//! Memory is looked at through `/proc` while the process runs, so on other systems it is not known.

use crate::Result;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often a second `/proc` counts processor time: 100 times on every Linux.
const TICKS: f64 = 100.0;
/// How long between two looks at a process.
const BETWEEN: Duration = Duration::from_millis(2);

/// What a process took.
pub(crate) struct Cost {
    /// In seconds.
    pub(crate) wall: f64,
    /// In seconds, its threads together; 0 where it is not known.
    pub(crate) processor: f64,
    /// At its peak.
    pub(crate) memory: Memory,
}

/// Memory in bytes; 0 where it is not known.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memory {
    /// Its own: what the process has allocated and touched.
    pub(crate) own: u64,
    /// With the pages of mapped files, which the system can take back at any time.
    pub(crate) with_mapped_files: u64,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<Cost> {
    let before = children_processor_seconds();
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let id = child.id();
    let is_over = AtomicBool::new(false);
    let (status, wall, memory) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(id, &is_over));
        let status = wait(&mut child);
        let wall = began.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        (status, wall, watch.join().unwrap_or_default())
    });
    if !status? {
        return Err(format!("{command:?} failed").into());
    }
    Ok(Cost {
        wall,
        processor: children_processor_seconds() - before,
        memory,
    })
}

fn wait(child: &mut Child) -> Result<bool> {
    Ok(child.wait()?.success())
}

fn watch(id: u32, is_over: &AtomicBool) -> Memory {
    let mut peak = Memory::default();
    while !is_over.load(Ordering::Relaxed) {
        if let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) {
            let kilobytes = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name));
                let number = line.and_then(|line| line.split_whitespace().next());
                number
                    .and_then(|number| number.parse::<u64>().ok())
                    .unwrap_or(0)
            };
            peak.own = peak.own.max(kilobytes("RssAnon:") << 10);
            peak.with_mapped_files = peak.with_mapped_files.max(kilobytes("VmHWM:") << 10);
        }
        thread::sleep(BETWEEN);
    }
    peak
}

/// Of this process, in seconds.
pub(crate) fn processor_seconds() -> f64 {
    ticks(13) / TICKS
}

/// Of the processes that this one has started and that have ended.
fn children_processor_seconds() -> f64 {
    ticks(15) / TICKS
}

/// Two fields of `/proc/self/stat` (proc(5)), counted from 0: as user, and as system.
fn ticks(first: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the command comes second, in parentheses, and may hold spaces.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields
        .split_whitespace()
        .skip(first - 2)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum()
}
