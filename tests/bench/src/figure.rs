//! The figures, each beside the bare engine that does the same work.

mod append;
mod manifest;
mod poll;
mod rebuild;
mod replay;

use crate::bench::{Bench, Rounds};
use crate::table::Goal;

/// Every figure with its goal, in the order of the table.
pub(crate) const ALL: [(&str, Goal); 13] = [
    (SINGLES, Goal::Rate(25_000.0)),
    (BATCHES, Goal::RateAndRatio(150_000.0, 1.5)),
    (TOLD, Goal::Ratio(0.85)),
    (REPLAY, Goal::Rate(350_000.0)),
    (REBUILD, Goal::Rate(60_000.0)),
    (SUMS, Goal::Ratio(0.9)),
    (BYTES, Goal::AtMost(620.0, " B")),
    (TOLD_BYTES, Goal::AtMost(750.0, " B")),
    (PART, Goal::AtMost(40.0, " %")),
    (POLL, Goal::Times(3.0)),
    (CORE, Goal::AtMost(25.0, " %")),
    (MEMORY, Goal::AtMost(150.0, " MB")),
    (GROWTH, Goal::Times(1.2)),
];

const SINGLES: &str = "append, 64 callers with one event each";
const BATCHES: &str = "append, batches of 1,000 events";
const TOLD: &str = "append, 3 events with a manifest against none";
const REPLAY: &str = "replay of the log through the fold";
const REBUILD: &str = "rebuild of all views";
const SUMS: &str = "rows of views with checksums against none";
const BYTES: &str = "bytes on disk per event, 256 B payload";
const TOLD_BYTES: &str = "bytes per event, 3 to a manifest against none";
const PART: &str = "bytes per event, part of manifests";
const POLL: &str = "poll of an unchanged page of 20 kB, CPU";
const CORE: &str = "5,000 pages every 30 s, part of a core";
const MEMORY: &str = "5,000 pages every 30 s, memory";
const GROWTH: &str = "poll with 1,000,000 events against 10,000, CPU";

/// Measures one of them.
pub(crate) async fn measure(name: &str, bench: &Bench) -> anyhow::Result<Rounds> {
    match name {
        SINGLES => append::singles(bench).await,
        BATCHES => append::batches(bench).await,
        TOLD => manifest::rates(bench).await,
        REPLAY => replay::replay(bench).await,
        REBUILD => rebuild::rebuild(bench).await,
        SUMS => rebuild::sums(bench).await,
        BYTES => append::bytes(bench).await,
        TOLD_BYTES => manifest::bytes(bench).await,
        PART => manifest::part(bench).await,
        POLL => poll::per_poll(bench).await,
        CORE => poll::core(bench).await,
        MEMORY => poll::memory(bench).await,
        GROWTH => poll::growth(bench).await,
        _ => anyhow::bail!("there is no figure `{name}`"),
    }
}
