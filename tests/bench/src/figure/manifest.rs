//! What it costs an append to keep the manifest of its observation, beside the same append without.

use signalbook_store::Append;
use tokio::sync::OnceCell;

use super::append::{CALLERS, by_callers, bytes_each};
use crate::bench::{Bench, Rounds};
use crate::data::{
    EVENTS_PER_STREAM, Page, Story, appends, equal, pages, with_page_rows, without_manifests,
};

/// Streams of each caller.
const STREAMS_PER_CALLER: usize = 100;

/// Pairs of runs: what a manifest costs is less than what two runs of the same work differ by.
const PAIRS: usize = 15;

/// Events that one observation told.
const TOLD: usize = 3;

/// Events of each stream: as many as observations tell whole.
const EVENTS: usize = EVENTS_PER_STREAM / TOLD * TOLD;

/// What was measured of appends with manifests, and of appends without.
struct Measured {
    rates: Rounds,
    bytes: Rounds,
}

/// Measured once for the figures that show parts of it.
static MEASURED: OnceCell<Measured> = OnceCell::const_new();

async fn measured(bench: &Bench) -> anyhow::Result<&'static Measured> {
    MEASURED.get_or_try_init(|| measure(bench)).await
}

/// Appends with and without, in turn; every second round begins with those without.
async fn measure(bench: &Bench) -> anyhow::Result<Measured> {
    let stories = equal(CALLERS * bench.events(STREAMS_PER_CALLER) * EVENTS_PER_STREAM);
    let mut measured = Measured { rates: Rounds::default(), bytes: Rounds::default() };
    for round in 0..PAIRS {
        let (with, without) = if round.is_multiple_of(2) {
            let with = append(bench, work(&stories)).await?;
            (with, append(bench, work_without(&stories)).await?)
        } else {
            let without = append(bench, work_without(&stories)).await?;
            (append(bench, work(&stories)).await?, without)
        };
        measured.rates.add(with.0, without.0);
        measured.bytes.add(with.1, without.1);
    }
    Ok(measured)
}

/// The appends of each caller. Streams are dealt out, so that what is appended at one time was
/// observed at about one time, and has ids that are near each other, as with real polls. Each append
/// moves the row of a page, as every append does that an observation causes.
fn work(stories: &[Story]) -> Vec<Vec<Append>> {
    let of_caller = |(caller, page): (usize, &Page)| {
        let streams = stories.chunks(EVENTS_PER_STREAM).skip(caller).step_by(CALLERS);
        let appends = streams.flat_map(|stream| appends(&stream[..EVENTS], TOLD));
        with_page_rows(appends.collect(), page)
    };
    pages().iter().take(CALLERS).enumerate().map(of_caller).collect()
}

fn work_without(stories: &[Story]) -> Vec<Vec<Append>> {
    work(stories).into_iter().map(without_manifests).collect()
}

/// The events per second, and the bytes of each.
async fn append(bench: &Bench, work: Vec<Vec<Append>>) -> anyhow::Result<(f64, f64)> {
    let folder = bench.folder()?;
    let count = work.iter().flatten().map(|append| append.events.len()).sum();
    let rate = by_callers(bench, folder.path(), work).await?;
    Ok((rate, bytes_each(folder.path(), count)?))
}

/// Many callers, each append with all that one observation told.
pub(super) async fn rates(bench: &Bench) -> anyhow::Result<Rounds> {
    Ok(measured(bench).await?.rates.clone())
}

/// The size of the log's file after that.
pub(super) async fn bytes(bench: &Bench) -> anyhow::Result<Rounds> {
    Ok(measured(bench).await?.bytes.clone())
}

/// The percentage of that size which is there for the manifests: their rows, and of each event the
/// observation that it names.
pub(super) async fn part(bench: &Bench) -> anyhow::Result<Rounds> {
    let ratio = measured(bench).await?.bytes.ratio().unwrap_or(1.0);
    Ok(Rounds::alone((1.0 - 1.0 / ratio) * 100.0))
}
