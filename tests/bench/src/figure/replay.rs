//! Reading the whole log and folding it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use signalbook_domain::Position;
use signalbook_domain::page_state::PageState;
use signalbook_store::{EventLog as _, ReadAhead, log::SharedLog};
use sqlx::Row as _;
use sqlx::sqlite::SqliteSynchronous;

use crate::bare;
use crate::bench::{Bench, ROUNDS, Rounds, log_file, open_log};
use crate::data::{Page, appends, equal, pages};

/// Events of the log.
const EVENTS: usize = 200_000;

/// Events that are appended at once, to have the log soon.
const BATCH: usize = 10_000;

/// Events that are read at once.
const PAGE: u32 = 2_000;

/// Reads a log that was closed and opened again, and folds it into what is known of each page.
pub(super) async fn replay(bench: &Bench) -> anyhow::Result<Rounds> {
    let folder = bench.folder()?;
    let count = bench.events(EVENTS);
    let log = open_log(folder.path()).await?;
    for append in appends(&equal(count), BATCH) {
        log.append(append, bench.now()).await?;
    }
    log.close().await;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let log: SharedLog = Arc::new(open_log(folder.path()).await?);
        let ours = bench.rate(count, ours(log.clone(), count)).await?;
        drop(log);
        rounds.add(ours, bench.rate(count, bare_read(folder.path(), count)).await?);
    }
    Ok(rounds)
}

async fn ours(log: SharedLog, count: usize) -> anyhow::Result<()> {
    let mut page_states: HashMap<_, _> = pages()
        .into_iter()
        .map(|Page { provider, id }| (provider.clone(), PageState::new(provider, id)))
        .collect();
    let mut after = Position(0);
    let mut ahead = ReadAhead::after(log, after, PAGE);
    loop {
        let records = ahead.next().await?;
        let Some(last) = records.last() else { break };
        after = last.position;
        for record in &records {
            let fact = record.decode()?;
            if let Some(page_state) = page_states.get_mut(&fact.stream.provider) {
                page_state.evolve(&fact);
            }
        }
    }
    anyhow::ensure!(after.0 == count as u64, "the replay ended at {after}");
    Ok(())
}

async fn bare_read(folder: &Path, count: usize) -> anyhow::Result<()> {
    let mut connection = bare::open(&log_file(folder), SqliteSynchronous::Full).await?;
    let (mut after, mut read) = (0, 0);
    loop {
        let rows = sqlx::query(include_str!(
            "../../../../services/store-sqlite/queries/log/read_after.sql"
        ))
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut connection)
        .await?;
        let Some(last) = rows.last() else { break };
        after = last.try_get::<i64, _>(0)?;
        read += rows.len();
    }
    anyhow::ensure!(read == count, "{read} rows were read");
    Ok(())
}
