//! The rows that the views have in the end, as the bare engine writes them.

use std::path::Path;

use anyhow::Context as _;
use signalbook_domain::{ComponentStatus, Position, Timestamp, Worded as _};
use signalbook_store::views::StatusInterval;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};
use uuid::Uuid;

use super::sum;
use crate::bare;

/// Rows of one transaction.
const BATCH: usize = 2_000;

/// What is written as the checksums of rows.
#[derive(Clone, Copy)]
pub(super) enum Sums {
    /// What the views write.
    Computed,
    /// Zero, for which SQLite keeps no byte: who compares with this compares with rows that have
    /// no checksums, so that all they cost, to compute and to write, shows.
    None,
}

impl Sums {
    fn of(self, compute: impl FnOnce() -> i64) -> i64 {
        match self {
            Self::Computed => compute(),
            Self::None => 0,
        }
    }
}

type Provider = (String, String);
type Page = (Vec<u8>, Option<i64>);
type Report = (Vec<u8>, String, String, Vec<u8>, String, String, i64, Option<i64>, String);
type Component = (Vec<u8>, String, String);
type Interval = (Uuid, Position, StatusInterval);

/// The rows of all tables.
pub(super) struct FinalRows {
    providers: Vec<Provider>,
    pages: Vec<Page>,
    reports: Vec<Report>,
    components: Vec<Component>,
    intervals: Vec<Interval>,
}

impl FinalRows {
    /// Reads those of the views in the file `path`.
    pub(super) async fn read(path: &Path) -> anyhow::Result<Self> {
        let mut views = bare::open(path, SqliteSynchronous::Normal).await?;
        let providers = "select slug, document from provider_view";
        let pages = "select id, removed_at from page_view";
        let reports = "select id, provider, kind, page, external_id, impact, started_at, ended_at,
            document from report_view";
        let components = "select id, provider, document from component_view";
        let intervals = "select component_id, position, status, started_at, ended_at
            from status_interval";
        let intervals = sqlx::query_as(intervals).fetch_all(&mut views).await?;
        let rows = Self {
            providers: sqlx::query_as(providers).fetch_all(&mut views).await?,
            pages: sqlx::query_as(pages).fetch_all(&mut views).await?,
            reports: sqlx::query_as(reports).fetch_all(&mut views).await?,
            components: sqlx::query_as(components).fetch_all(&mut views).await?,
            intervals: intervals.into_iter().map(interval).collect::<Result<_, _>>()?,
        };
        views.close().await?;
        Ok(rows)
    }

    /// Writes them to a new file.
    pub(super) async fn insert(&self, path: &Path, sums: Sums) -> anyhow::Result<()> {
        let mut views = bare::create(path, bare::VIEWS, SqliteSynchronous::Normal).await?;
        self.insert_providers(&mut views, sums).await?;
        self.insert_reports(&mut views, sums).await?;
        self.insert_components(&mut views, sums).await?;
        views.close().await?;
        Ok(())
    }

    async fn insert_providers(
        &self,
        views: &mut SqliteConnection,
        sums: Sums,
    ) -> anyhow::Result<()> {
        insert(views, &self.providers, async |connection, (slug, document)| {
            let query = include_str!(
                "../../../../../services/store-sqlite/queries/views/put_providers.sql"
            );
            let query = sqlx::query(query).bind(slug).bind(document);
            query.bind(sums.of(|| sum::document(document))).execute(connection).await?;
            Ok(())
        })
        .await?;
        insert(views, &self.pages, async |connection, (id, removed_at)| {
            let query =
                include_str!("../../../../../services/store-sqlite/queries/views/put_pages.sql");
            sqlx::query(query).bind(id.as_slice()).bind(removed_at).execute(connection).await?;
            Ok(())
        })
        .await
    }

    async fn insert_reports(&self, views: &mut SqliteConnection, sums: Sums) -> anyhow::Result<()> {
        insert(views, &self.reports, async |connection, row| {
            let query =
                include_str!("../../../../../services/store-sqlite/queries/views/put_reports.sql");
            sqlx::query(query)
                .bind(row.0.as_slice())
                .bind(row.1.as_str())
                .bind(row.2.as_str())
                .bind(row.3.as_slice())
                .bind(row.4.as_str())
                .bind(row.5.as_str())
                .bind(row.6)
                .bind(row.7)
                .bind(row.8.as_str())
                .bind(sums.of(|| sum::document(&row.8)))
                .execute(connection)
                .await?;
            Ok(())
        })
        .await
    }

    /// Components and how they did.
    async fn insert_components(
        &self,
        views: &mut SqliteConnection,
        sums: Sums,
    ) -> anyhow::Result<()> {
        insert(views, &self.components, async |connection, (id, provider, document)| {
            let query = include_str!(
                "../../../../../services/store-sqlite/queries/views/put_components.sql"
            );
            let query = sqlx::query(query).bind(id.as_slice()).bind(provider).bind(document);
            query.bind(sums.of(|| sum::document(document))).execute(connection).await?;
            Ok(())
        })
        .await?;
        insert(views, &self.intervals, async |connection, (component, position, interval)| {
            let query = include_str!(
                "../../../../../services/store-sqlite/queries/views/put_intervals.sql"
            );
            sqlx::query(query)
                .bind(component.as_bytes().as_slice())
                .bind(position.0.cast_signed())
                .bind(interval.status.word())
                .bind(interval.start.micros())
                .bind(interval.end.map(Timestamp::micros))
                .bind(sums.of(|| sum::interval(*component, *position, interval)))
                .execute(connection)
                .await?;
            Ok(())
        })
        .await
    }
}

fn interval(
    (component, position, status, start, end): (Vec<u8>, i64, String, i64, Option<i64>),
) -> anyhow::Result<Interval> {
    let status = ComponentStatus::from_word(&status).context("a status that is none")?;
    let start = Timestamp::from_micros(start);
    let interval = StatusInterval { status, start, end: end.map(Timestamp::from_micros) };
    Ok((Uuid::from_slice(&component)?, Position(position.cast_unsigned()), interval))
}

/// Inserts rows one by one, many in a transaction.
async fn insert<T>(
    connection: &mut SqliteConnection,
    rows: &[T],
    put: impl AsyncFn(&mut SqliteConnection, &T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for batch in rows.chunks(BATCH) {
        let mut tx = connection.begin_with("begin immediate").await?;
        for row in batch {
            put(&mut tx, row).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
