//! How much memory this process has, as far as the system says so.

use std::fs;

/// How many bytes are in memory.
pub(crate) fn resident() -> Option<usize> {
    field("VmRSS:")
}

/// The most bytes that were ever in memory.
pub(crate) fn peak() -> Option<usize> {
    field("VmHWM:")
}

fn field(name: &str) -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(kibibytes.trim().strip_suffix(" kB")?.parse::<usize>().ok()? * 1024)
}
