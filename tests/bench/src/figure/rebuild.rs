//! Building all views anew from the log.

use std::path::Path;
use std::sync::Arc;

use signalbook_projector::rebuild as rebuild_views;
use signalbook_store::{EventLog as _, log::SharedLog, views::SharedViews};
use signalbook_store_sqlite::SqliteViews;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};

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

type Provider = (String, String);
type Report = (Vec<u8>, String, i64, Vec<u8>, String, String, i64, Option<i64>, String);
type Component = (Vec<u8>, String, String);
type Interval = (Vec<u8>, i64, String, i64, Option<i64>);

/// The rows that the views have in the end.
struct FinalRows {
    providers: Vec<Provider>,
    reports: Vec<Report>,
    components: Vec<Component>,
    intervals: Vec<Interval>,
}

impl FinalRows {
    async fn read(path: &Path) -> anyhow::Result<Self> {
        let mut views = bare::open(path, SqliteSynchronous::Normal).await?;
        let providers = "select slug, document from provider_view";
        let reports = "select id, provider, kind, page, external_id, impact, started_at, ended_at,
            document from report_view";
        let components = "select id, provider, document from component_view";
        let intervals = "select component_id, position, status, started_at, ended_at
            from status_interval";
        let rows = Self {
            providers: sqlx::query_as(providers).fetch_all(&mut views).await?,
            reports: sqlx::query_as(reports).fetch_all(&mut views).await?,
            components: sqlx::query_as(components).fetch_all(&mut views).await?,
            intervals: sqlx::query_as(intervals).fetch_all(&mut views).await?,
        };
        views.close().await?;
        Ok(rows)
    }

    async fn insert(&self, path: &Path) -> anyhow::Result<()> {
        let mut views = bare::create(path, bare::VIEWS, SqliteSynchronous::Normal).await?;
        insert(&mut views, &self.providers, async |connection, (slug, document)| {
            let query =
                include_str!("../../../../services/store-sqlite/queries/views/put_providers.sql");
            sqlx::query(query).bind(slug).bind(document).execute(connection).await?;
            Ok(())
        })
        .await?;
        insert(&mut views, &self.reports, async |connection, row| {
            let query =
                include_str!("../../../../services/store-sqlite/queries/views/put_reports.sql");
            sqlx::query(query)
                .bind(row.0.as_slice())
                .bind(row.1.as_str())
                .bind(row.2)
                .bind(row.3.as_slice())
                .bind(row.4.as_str())
                .bind(row.5.as_str())
                .bind(row.6)
                .bind(row.7)
                .bind(row.8.as_str())
                .execute(connection)
                .await?;
            Ok(())
        })
        .await?;
        insert(&mut views, &self.components, async |connection, (id, provider, document)| {
            let query =
                include_str!("../../../../services/store-sqlite/queries/views/put_components.sql");
            let query = sqlx::query(query).bind(id.as_slice());
            query.bind(provider).bind(document).execute(connection).await?;
            Ok(())
        })
        .await?;
        insert(&mut views, &self.intervals, async |connection, row| {
            let query =
                include_str!("../../../../services/store-sqlite/queries/views/put_intervals.sql");
            sqlx::query(query)
                .bind(row.0.as_slice())
                .bind(row.1)
                .bind(row.2.as_str())
                .bind(row.3)
                .bind(row.4)
                .execute(connection)
                .await?;
            Ok(())
        })
        .await?;
        views.close().await?;
        Ok(())
    }
}

/// Inserts rows one by one, many in a transaction.
async fn insert<T>(
    connection: &mut SqliteConnection,
    rows: &[T],
    put: impl AsyncFn(&mut SqliteConnection, &T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for batch in rows.chunks(BARE_BATCH) {
        let mut tx = connection.begin_with("begin immediate").await?;
        for row in batch {
            put(&mut tx, row).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
