//! What a process has used of its machine.

use std::time::Duration;

use anyhow::Context as _;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What a process used so far.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Usage {
    /// Its time on all cores together.
    pub(crate) cpu: Duration,
    /// Its memory in bytes at its largest, shared pages included.
    pub(crate) peak_bytes: u64,
}

impl Usage {
    /// The seconds on all cores together from here to `later`.
    pub(crate) fn seconds_to(&self, later: &Self) -> f64 {
        later.cpu.saturating_sub(self.cpu).as_secs_f64()
    }

    /// What this process used.
    pub(crate) fn of_this_process() -> anyhow::Result<Self> {
        Ok(Self { cpu: cpu()?, peak_bytes: peak_bytes()? })
    }
}

/// The time of this process on all cores together.
pub(crate) fn cpu() -> anyhow::Result<Duration> {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
}

fn peak_bytes() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")
        .context("the memory of a process is only measured on Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes: u64 = kilobytes.context("`/proc/self/status` has no VmHWM")?.trim().parse()?;
    Ok(kilobytes * 1_024)
}
