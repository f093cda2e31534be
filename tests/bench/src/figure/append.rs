//! Durable appends, and what they leave on disk.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use signalbook_store::{Append, EventLog as _};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::bare::{self, EventRow, event_rows, insert_event};
use crate::bench::{Bench, ROUNDS, Rounds, log_file, number, open_log};
use crate::data::{EVENTS_PER_STREAM, Story, appends, equal};

/// Callers that append at the same time.
pub(super) const CALLERS: usize = 64;

/// Events of each caller.
const EVENTS_PER_CALLER: usize = 1_000;

/// Of those the bare engine, which syncs after each, gets one in so many.
const BARE_PART: usize = 10;

/// Events that are appended in batches.
const EVENTS: usize = 200_000;

/// Events of a batch.
const BATCH: usize = 1_000;

/// Rows of one transaction of the bare engine.
const BARE_BATCH: usize = 500;

/// Many callers with one event each, whose streams are their own.
pub(super) async fn singles(bench: &Bench) -> anyhow::Result<Rounds> {
    let per_caller = bench.events(EVENTS_PER_CALLER) / EVENTS_PER_STREAM * EVENTS_PER_STREAM;
    let stories = equal(CALLERS * per_caller);
    let rows = event_rows(&stories[..stories.len() / BARE_PART], bench.now());
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let ours = our_singles(bench, &stories, per_caller).await?;
        rounds.add(ours, bare_singles(bench, &rows).await?);
    }
    Ok(rounds)
}

async fn our_singles(bench: &Bench, stories: &[Story], per_caller: usize) -> anyhow::Result<f64> {
    let folder = bench.folder()?;
    let work = stories.chunks(per_caller).map(|stories| appends(stories, 1)).collect();
    by_callers(bench, folder.path(), work).await
}

/// Appends to a new log, the work of each caller in turn and all callers at the same time, and
/// closes it.
pub(super) async fn by_callers(
    bench: &Bench,
    folder: &Path,
    work: Vec<Vec<Append>>,
) -> anyhow::Result<f64> {
    let log = Arc::new(open_log(folder).await?);
    let mut callers = JoinSet::new();
    let now = bench.now();
    let count = work.iter().flatten().map(|append| append.events.len()).sum();
    let rate = bench
        .rate(count, async {
            for work in work {
                let log = log.clone();
                callers.spawn(async move {
                    for append in work {
                        log.append(append, now).await?;
                    }
                    anyhow::Ok(())
                });
            }
            all(callers).await
        })
        .await?;
    Arc::into_inner(log).context("a caller that ended has the log")?.close().await;
    Ok(rate)
}

async fn bare_singles(bench: &Bench, rows: &[EventRow]) -> anyhow::Result<f64> {
    let folder = bench.folder()?;
    let connection = bare_log(folder.path()).await?;
    let connection = Arc::new(Mutex::new(connection));
    let mut callers = JoinSet::new();
    let work: Vec<Vec<EventRow>> =
        rows.chunks(rows.len().div_ceil(CALLERS)).map(<[EventRow]>::to_vec).collect();
    bench
        .rate(rows.len(), async {
            for work in work {
                let connection = connection.clone();
                callers.spawn(async move {
                    for row in work {
                        insert_event(&mut *connection.lock().await, &row).await?;
                    }
                    anyhow::Ok(())
                });
            }
            all(callers).await
        })
        .await
}

async fn all(mut callers: JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    while let Some(ended) = callers.join_next().await {
        ended??;
    }
    Ok(())
}

/// One caller that appends large batches, one after the other.
pub(super) async fn batches(bench: &Bench) -> anyhow::Result<Rounds> {
    let stories = equal(bench.events(EVENTS));
    let rows = event_rows(&stories, bench.now());
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let (folder, other) = (bench.folder()?, bench.folder()?);
        let ours = our_batches(bench, folder.path(), &stories).await?;
        rounds.add(ours, bare_batches(bench, other.path(), &rows).await?);
    }
    Ok(rounds)
}

/// The size of the log's file, and that of the bare table of events.
pub(super) async fn bytes(bench: &Bench) -> anyhow::Result<Rounds> {
    let stories = equal(bench.events(EVENTS));
    let rows = event_rows(&stories, bench.now());
    let (folder, other) = (bench.folder()?, bench.folder()?);
    our_batches(bench, folder.path(), &stories).await?;
    bare_batches(bench, other.path(), &rows).await?;
    let mut rounds = Rounds::default();
    let count = stories.len();
    rounds.add(bytes_each(folder.path(), count)?, bytes_each(other.path(), count)?);
    Ok(rounds)
}

/// The part of each of `count` events in the closed file of the log.
pub(super) fn bytes_each(folder: &Path, count: usize) -> anyhow::Result<f64> {
    let bytes = std::fs::metadata(log_file(folder))?.len();
    Ok(number(usize::try_from(bytes)?) / number(count))
}

/// Appends all stories to a new log and closes it, which folds its write-ahead log in.
async fn our_batches(bench: &Bench, folder: &Path, stories: &[Story]) -> anyhow::Result<f64> {
    let log = open_log(folder).await?;
    let now = bench.now();
    let work = appends(stories, BATCH);
    let appended = async {
        for append in work {
            log.append(append, now).await?;
        }
        Ok(())
    };
    let rate = bench.rate(stories.len(), appended).await?;
    log.close().await;
    Ok(rate)
}

async fn bare_batches(bench: &Bench, folder: &Path, rows: &[EventRow]) -> anyhow::Result<f64> {
    let mut connection = bare_log(folder).await?;
    let inserted = async {
        for batch in rows.chunks(BARE_BATCH) {
            let mut tx = connection.begin_with("begin immediate").await?;
            for row in batch {
                insert_event(&mut tx, row).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    };
    let rate = bench.rate(rows.len(), inserted).await?;
    connection.close().await?;
    Ok(rate)
}

async fn bare_log(folder: &Path) -> anyhow::Result<SqliteConnection> {
    bare::create(&log_file(folder), bare::LOG, SqliteSynchronous::Full).await
}
