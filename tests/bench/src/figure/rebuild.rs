//! Building all views anew from the log.

use std::path::Path;
use std::sync::Arc;

use signalbook_projector::rebuild as rebuild_views;
use signalbook_store::{EventLog as _, log::SharedLog, views::SharedViews};
use signalbook_store_sqlite::SqliteViews;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};
use sqlx::{Connection as _, FromRow};

use crate::bare;
use crate::bench::{Bench, ROUNDS, Rounds, location, open_log};
use crate::data::{appends, lives};

/// Events of the log.
const EVENTS: usize = 100_000;

/// Events that are appended at once.
const BATCH: usize = 1_000;

/// Rows of one transaction of the bare engine.
const BARE_BATCH: usize = 2_000;

/// Rebuilds the views of many providers; the bare engine inserts their final rows.
pub(super) async fn rebuild(bench: &Bench) -> anyhow::Result<Rounds> {
    let folder = bench.folder()?;
    let stories = lives(bench.events(EVENTS));
    let log = open_log(folder.path()).await?;
    for append in appends(&stories, BATCH) {
        log.append(append, bench.now()).await?;
    }
    let log: SharedLog = Arc::new(log);
    let views: SharedViews = Arc::new(SqliteViews::open(&location(folder.path())).await?);
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let rebuilt = async {
            rebuild_views(&log, &views, |_| {}).await?;
            Ok(())
        };
        let ours = bench.rate(stories.len(), rebuilt).await?;
        let rows = FinalRows::read(&folder.path().join("signalbook-views.db")).await?;
        let other = bench.folder()?;
        let path = other.path().join("views.db");
        let bare = bench.rate(stories.len(), rows.insert(&path)).await?;
        rounds.add(ours, bare);
    }
    Ok(rounds)
}

/// The rows that the views have in the end.
struct FinalRows {
    providers: Vec<(String, String)>,
    reports: Vec<Report>,
    components: Vec<(Vec<u8>, String, String)>,
    intervals: Vec<(Vec<u8>, i64, String, i64, Option<i64>)>,
}

#[derive(FromRow)]
struct Report {
    id: Vec<u8>,
    provider: String,
    kind: i64,
    impact: String,
    started_at: i64,
    ended_at: Option<i64>,
    document: String,
}
