//! What polling costs, measured on a process that watches pages as the executable does.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signalbook_store::EventLog as _;
use tokio::sync::OnceCell;

use crate::bench::{Bench, ROUNDS, Rounds, log_file, number, open_log};
use crate::child::Task;
use crate::data::{appends, equal_from};
use crate::vendor::{self, Vendor};

/// Pages that are watched.
const PAGES: u16 = 5_000;

/// The time between two polls of each.
const INTERVAL: Duration = Duration::from_secs(30);

/// Gets of the bare side.
const GETS: u32 = 20_000;

/// Events of a short log and of a long one.
const SHORT: usize = 10_000;
const LONG: usize = 1_000_000;

/// Events that are appended at once, to have a log soon.
const BATCH: usize = 10_000;

/// Pages whose polls are compared for both lengths of the log, and how often each is polled.
const FEW: (u16, Duration) = (200, Duration::from_secs(1));

/// How long they are compared, and how often every page says something new in that time.
const COMPARED: Duration = Duration::from_secs(10);
const ACT_EVERY: Duration = Duration::from_secs(4);

/// As many polls in a second, of so few pages that their connections are kept.
const KEPT: (u16, Duration) = (500, Duration::from_secs(3));

/// What watching pages took.
#[derive(Clone, Copy, Debug)]
struct Watched {
    /// The part of one core, in percent.
    core_percent: f64,
    /// Memory at its largest, in millions of bytes.
    peak_megabytes: f64,
    /// Time on a core per poll, in microseconds.
    per_poll: f64,
}

/// Watches pages that say nothing new for `turns` of their interval.
async fn watch(
    bench: &Bench,
    (pages, interval): (u16, Duration),
    turns: u32,
) -> anyhow::Result<Watched> {
    let vendor = Vendor::start(false).await?;
    let folder = bench.folder()?;
    let during = interval * turns;
    let store = log_file(folder.path());
    let mut child = Task::Watch { port: vendor.port(), pages, interval, during, store }.start()?;
    let (before, polls_before) = (child.next()?, vendor.polls());
    let (after, polls_after) = (child.next()?, vendor.polls());
    let cpu = before.seconds_to(&after);
    let polls = number(usize::try_from(polls_after - polls_before)?);
    // Else something else was measured than what the figures say.
    let expected = f64::from(pages) * f64::from(turns);
    anyhow::ensure!((polls / expected - 1.0).abs() < 0.2, "{polls} polls, not {expected}");
    Ok(Watched {
        core_percent: cpu / during.as_secs_f64() * 100.0,
        peak_megabytes: number(usize::try_from(after.peak_bytes / 1_000)?) / 1_000.0,
        per_poll: cpu / polls * 1e6,
    })
}

/// Measured once for the figures that show parts of it.
static MANY: OnceCell<Watched> = OnceCell::const_new();

async fn many(bench: &Bench) -> anyhow::Result<Watched> {
    let (pages, interval) =
        if bench.is_quick() { (PAGES / 10, INTERVAL / 10) } else { (PAGES, INTERVAL) };
    MANY.get_or_try_init(|| watch(bench, (pages, interval), 2)).await.copied()
}

/// The time on a core per poll, and per get of the same document.
pub(super) async fn per_poll(bench: &Bench) -> anyhow::Result<Rounds> {
    let vendor = Vendor::start(false).await?;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let ours = watch(bench, KEPT, 4).await?.per_poll;
        let task = Task::Get { url: vendor::summary(vendor.port()), times: GETS };
        let mut child = task.start()?;
        let (before, after) = (child.next()?, child.next()?);
        rounds.add(ours, before.seconds_to(&after) / f64::from(GETS) * 1e6);
    }
    Ok(rounds)
}

/// The part of a core that all polls take.
pub(super) async fn core(bench: &Bench) -> anyhow::Result<Rounds> {
    Ok(Rounds::alone(many(bench).await?.core_percent))
}

/// The memory that all pages take.
pub(super) async fn memory(bench: &Bench) -> anyhow::Result<Rounds> {
    Ok(Rounds::alone(many(bench).await?.peak_megabytes))
}

/// The time on a core per poll with a long log, and with a short one.
pub(super) async fn growth(bench: &Bench) -> anyhow::Result<Rounds> {
    let (short, long) = (bench.folder()?, bench.folder()?);
    seed(bench, short.path(), bench.events(SHORT)).await?;
    seed(bench, long.path(), bench.events(LONG)).await?;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        rounds.add(with_log(long.path()).await?, with_log(short.path()).await?);
    }
    Ok(rounds)
}

/// Writes a log of `count` events of other pages.
async fn seed(bench: &Bench, folder: &Path, count: usize) -> anyhow::Result<()> {
    let log = open_log(folder).await?;
    for first in (0..count).step_by(BATCH) {
        for append in appends(&equal_from(first, BATCH.min(count - first)), BATCH) {
            log.append(append, bench.now()).await?;
        }
    }
    log.close().await;
    Ok(())
}

/// The time on a core per poll of pages of which some say something new.
async fn with_log(folder: &Path) -> anyhow::Result<f64> {
    let vendor = Arc::new(Vendor::start(true).await?);
    let (pages, interval) = FEW;
    let task = Task::Watch {
        port: vendor.port(),
        pages,
        interval,
        during: COMPARED,
        store: log_file(folder),
    };
    let mut child = task.start()?;
    let (before, polls_before) = (child.next()?, vendor.polls());
    let acting = tokio::spawn(act(vendor.clone()));
    let after = child.next()?;
    acting.abort();
    let polls = number(usize::try_from(vendor.polls() - polls_before)?);
    Ok(before.seconds_to(&after) / polls * 1e6)
}

async fn act(vendor: Arc<Vendor>) {
    let mut turns = tokio::time::interval(ACT_EVERY);
    for turn in 0.. {
        turns.tick().await;
        vendor.act(turn);
    }
}
