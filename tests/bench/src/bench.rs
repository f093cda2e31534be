//! What every figure needs: time, a folder, and how much to do.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use signalbook_domain::Timestamp;
use signalbook_runtime::{Clock as _, SystemClock};
use signalbook_store_sqlite::{Location, SqliteLog};
use tempfile::TempDir;
use uuid::Uuid;

/// Each figure is measured so often, ours and the bare engine in turn; the median counts.
pub(crate) const ROUNDS: usize = 3;

/// The identity of the logs that are written here.
pub(crate) const LOG_ID: Uuid = Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0001);

/// A run of the program.
pub(crate) struct Bench {
    clock: SystemClock,
    folder: TempDir,
    quick: bool,
}

impl Bench {
    /// Works in a new folder inside `folder`, which is removed at the end.
    pub(crate) fn new(folder: &Path, quick: bool) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix_in("bench-", folder)
            .with_context(|| format!("cannot write to `{}`; name a --folder", folder.display()))?;
        Ok(Self { clock: SystemClock::new(), folder, quick })
    }

    /// So many events, or a tenth of them.
    pub(crate) fn events(&self, count: usize) -> usize {
        if self.quick { count / 10 } else { count }
    }

    /// Whether only that it runs is of interest.
    pub(crate) fn is_quick(&self) -> bool {
        self.quick
    }

    /// A new folder inside that of this run.
    pub(crate) fn folder(&self) -> anyhow::Result<TempDir> {
        Ok(TempDir::new_in(&self.folder)?)
    }

    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    /// How long `work` takes.
    pub(crate) fn time<T>(&self, work: impl FnOnce() -> T) -> (Duration, T) {
        let started = self.clock.monotonic();
        let done = work();
        (self.clock.monotonic().saturating_sub(started), done)
    }

    /// How many of `count` events per second `work` does.
    pub(crate) async fn rate(
        &self,
        count: usize,
        work: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<f64> {
        let started = self.clock.monotonic();
        work.await?;
        let took = self.clock.monotonic().saturating_sub(started);
        Ok(number(count) / took.as_secs_f64().max(f64::EPSILON))
    }
}

/// What was measured, round by round.
#[derive(Clone, Default)]
pub(crate) struct Rounds {
    ours: Vec<f64>,
    bare: Vec<f64>,
}

impl Rounds {
    /// One measurement with nothing to compare it with.
    pub(crate) fn alone(ours: f64) -> Self {
        Self { ours: vec![ours], bare: Vec::new() }
    }

    /// Adds a round.
    pub(crate) fn add(&mut self, ours: f64, bare: f64) {
        self.ours.push(ours);
        self.bare.push(bare);
    }

    /// The median of ours.
    pub(crate) fn ours(&self) -> f64 {
        median(&self.ours).unwrap_or_default()
    }

    /// The median of the other side, if there is one.
    pub(crate) fn bare(&self) -> Option<f64> {
        median(&self.bare)
    }

    /// The median of the rounds' ratios: a disturbance hits both sides of a round.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.bare).map(|(a, b)| a / b).collect();
        median(&ratios)
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// A count as a number to divide.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The log's file in `folder`.
pub(crate) fn log_file(folder: &Path) -> PathBuf {
    folder.join("signalbook.db")
}

/// The store in `folder`.
pub(crate) fn location(folder: &Path) -> Location {
    Location::File(log_file(folder))
}

/// The log in `folder`.
pub(crate) async fn open_log(folder: &Path) -> anyhow::Result<SqliteLog> {
    Ok(SqliteLog::open(&location(folder), LOG_ID).await?)
}
