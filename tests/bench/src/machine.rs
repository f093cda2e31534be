//! How quick this machine's disk is.

use std::fs::File;
use std::io::Write as _;
use std::time::Duration;

use crate::bench::Bench;

/// Blocks that are written and synced, one after the other.
const BLOCKS: usize = 300;

/// A block of the probe.
const BLOCK: [u8; 4_096] = [7; 4_096];

/// Speeds are judged where half of the syncs take at most so long.
const QUICK: Duration = Duration::from_micros(200);

/// The machine that the figures are of.
pub(crate) struct Machine {
    cores: usize,
    sync_p50: Duration,
    sync_p99: Duration,
}

impl Machine {
    /// Writes and syncs some blocks in the folder of `bench`.
    pub(crate) fn probe(bench: &Bench) -> anyhow::Result<Self> {
        let folder = bench.folder()?;
        let mut file = File::create(folder.path().join("probe"))?;
        let mut took = Vec::with_capacity(BLOCKS);
        for _ in 0..BLOCKS {
            file.write_all(&BLOCK)?;
            let (duration, synced) = bench.time(|| file.sync_data());
            synced?;
            took.push(duration);
        }
        took.sort_unstable();
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            sync_p50: took[BLOCKS / 2],
            sync_p99: took[BLOCKS * 99 / 100],
        })
    }

    /// Whether goals in events per second are meant for a disk like this one.
    pub(crate) fn is_quick(&self) -> bool {
        self.sync_p50 <= QUICK
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let millis = |duration: Duration| duration.as_secs_f64() * 1_000.0;
        let (p50, p99) = (millis(self.sync_p50), millis(self.sync_p99));
        write!(f, "{} cores, fdatasync of 4 KiB p50 {p50:.2} ms, p99 {p99:.2} ms", self.cores)
    }
}
