//! Building all views anew from the log.

mod rows;
/// The checksums of the views, which are nobody else's: the very same code.
#[expect(dead_code, reason = "there is no checkpoint here")]
#[path = "../../../../services/store-sqlite/src/views/sum.rs"]
mod sum;

use std::path::Path;
use std::sync::Arc;

use signalbook_projector::rebuild as rebuild_views;
use signalbook_store::{EventLog as _, log::SharedLog, views::SharedViews};
use signalbook_store_sqlite::SqliteViews;

use crate::bench::{Bench, ROUNDS, Rounds, location, open_log};
use crate::data::{appends, lives};
use rows::{FinalRows, Sums};

/// Events of the log.
const EVENTS: usize = 100_000;

/// Events that are appended at once.
const BATCH: usize = 1_000;

/// A log, and its views before they are built.
struct Unbuilt {
    log: SharedLog,
    views: SharedViews,
    count: usize,
}

impl Unbuilt {
    async fn open(bench: &Bench, folder: &Path) -> anyhow::Result<Self> {
        let stories = lives(bench.events(EVENTS));
        let log = open_log(folder).await?;
        for append in appends(&stories, BATCH) {
            log.append(append, bench.now()).await?;
        }
        let views = SqliteViews::open(&location(folder)).await?;
        Ok(Self { log: Arc::new(log), views: Arc::new(views), count: stories.len() })
    }

    async fn build(&self) -> anyhow::Result<()> {
        rebuild_views(&self.log, &self.views, |_| {}).await?;
        Ok(())
    }
}

/// Rebuilds the views of many providers; the bare engine inserts their final rows, without
/// checksums, so that ours cost what they cost.
pub(super) async fn rebuild(bench: &Bench) -> anyhow::Result<Rounds> {
    let folder = bench.folder()?;
    let unbuilt = Unbuilt::open(bench, folder.path()).await?;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let ours = bench.rate(unbuilt.count, unbuilt.build()).await?;
        let rows = final_rows(folder.path()).await?;
        rounds.add(ours, insert(bench, &unbuilt, &rows, Sums::None).await?);
    }
    Ok(rounds)
}

/// The bare engine inserts the final rows with our checksums, and without any.
pub(super) async fn sums(bench: &Bench) -> anyhow::Result<Rounds> {
    let folder = bench.folder()?;
    let unbuilt = Unbuilt::open(bench, folder.path()).await?;
    unbuilt.build().await?;
    let rows = final_rows(folder.path()).await?;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let with = insert(bench, &unbuilt, &rows, Sums::Computed).await?;
        rounds.add(with, insert(bench, &unbuilt, &rows, Sums::None).await?);
    }
    Ok(rounds)
}

async fn final_rows(folder: &Path) -> anyhow::Result<FinalRows> {
    FinalRows::read(&folder.join("signalbook-views.db")).await
}

/// Inserts `rows` into a new file. Answers how many of the log's events that is per second.
async fn insert(
    bench: &Bench,
    unbuilt: &Unbuilt,
    rows: &FinalRows,
    sums: Sums,
) -> anyhow::Result<f64> {
    let folder = bench.folder()?;
    bench.rate(unbuilt.count, rows.insert(&folder.path().join("views.db"), sums)).await
}
