//! The figures, each beside the bare engine that does the same work.

mod append;
mod rebuild;
mod replay;

use crate::bench::{Bench, Rounds};
use crate::table::Goal;

/// Every figure with its goal, in the order of the table.
pub(crate) const ALL: [(&str, Goal); 5] = [
    (SINGLES, Goal::Rate(25_000.0)),
    (BATCHES, Goal::RateAndRatio(150_000.0, 1.5)),
    (REPLAY, Goal::Rate(350_000.0)),
    (REBUILD, Goal::Rate(60_000.0)),
    (BYTES, Goal::Bytes(620.0)),
];

const SINGLES: &str = "append, 64 callers with one event each";
const BATCHES: &str = "append, batches of 1,000 events";
const REPLAY: &str = "replay of the log through the fold";
const REBUILD: &str = "rebuild of all views";
const BYTES: &str = "bytes on disk per event, 256 B payload";

/// Measures one of them.
pub(crate) async fn measure(name: &str, bench: &Bench) -> anyhow::Result<Rounds> {
    match name {
        SINGLES => append::singles(bench).await,
        BATCHES => append::batches(bench).await,
        REPLAY => replay::replay(bench).await,
        REBUILD => rebuild::rebuild(bench).await,
        BYTES => append::bytes(bench).await,
        _ => anyhow::bail!("there is no figure `{name}`"),
    }
}
