//! The views on SQLite, in a file of their own so that projecting never waits for appending.

mod load;
mod save;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use signalbook_domain::outage::{Interval, Window};
use signalbook_domain::{
    ComponentStatus, Impact, Position, Slug, StreamKind, Timestamp, Worded as _,
};
use signalbook_store::views::{
    ComponentView, Keys, Outage, ProviderView, ReportQuery, ReportView, Rows, StatusInterval,
};
use signalbook_store::{SaveError, StoreError, Views};
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow, SqliteSynchronous};
use tokio::sync::{RwLock, RwLockReadGuard, watch};
use uuid::Uuid;

use crate::error::{Holds, invalid, views_unavailable as unavailable};
use crate::file::{self, Database, FileGone, IfNew, Location, OpenError, Part, Schema, remove};
use crate::log::signed;
use crate::row::{hex_list, stream_kind_number, unsigned};

const SCHEMA: &[Schema] = &[Schema {
    version: 2,
    name: "views",
    sql: include_str!("../../../migrations/sqlite/0002_views.sql"),
}];

const PART: Part = Part {
    name: "views",
    known_by: &["checkpoint", "provider_view"],
    format: 2,
    // What a crash loses here is built again from the log, so no sync per commit.
    synchronous: SqliteSynchronous::Normal,
    schemas: SCHEMA,
    holds: Holds::Views,
};

/// The views in a SQLite file.
pub struct SqliteViews {
    location: Location,
    database: RwLock<Option<Database>>,
    statements: save::Statements,
    saved: watch::Sender<Position>,
    rebuilds: AtomicU32,
}

impl SqliteViews {
    /// Opens the views that belong to the log at `location`.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        Self::open_at(location.part("views")).await
    }

    async fn open_at(location: Location) -> Result<Self, OpenError> {
        let database = file::open(&location, &PART, IfNew::Make).await?;
        // A checkpoint that cannot be read now is told to whoever asks for it.
        let reached = load::checkpoint(&database.readers).await.unwrap_or_default().0;
        Ok(Self {
            location,
            database: RwLock::new(Some(database)),
            statements: save::Statements::new(),
            saved: watch::Sender::new(reached),
            rebuilds: AtomicU32::new(0),
        })
    }

    /// Looks whether the file is still the one that was opened.
    pub async fn check_file(&self) -> Result<(), FileGone> {
        self.database.read().await.as_ref().map_or(Ok(()), Database::check)
    }

    /// Closes the file.
    pub async fn close(&self) {
        if let Some(database) = self.database.write().await.take() {
            database.close().await;
        }
    }

    /// The readers, with a guard that makes [`Views::adopt`] wait until the reading is done.
    async fn readers(&self) -> Result<RwLockReadGuard<'_, SqlitePool>, StoreError> {
        let database = self.database.read().await;
        RwLockReadGuard::try_map(database, |open| open.as_ref().map(|open| &open.readers))
            .map_err(|_| closed())
    }

    async fn documents<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> Result<Vec<T>, StoreError> {
        let readers = self.readers().await?;
        let rows = query.fetch_all(&*readers).await.map_err(unavailable(doing))?;
        rows.iter().map(document).collect()
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable { doing: "use the views", source: "they are closed".into() }
}

fn document<T: DeserializeOwned>(row: &SqliteRow) -> Result<T, StoreError> {
    let text: &str = row.try_get(0).map_err(unavailable("read a view"))?;
    serde_json::from_str(text)
        .map_err(|error| invalid("view", text.chars().take(60).collect::<String>(), error))
}

fn bounds(window: Window) -> (i64, i64) {
    let since = window.since.map_or(i64::MIN, Timestamp::micros);
    (since, window.until.map_or(i64::MAX, Timestamp::micros))
}

#[async_trait]
impl Views for SqliteViews {
    async fn reached(&self) -> Result<Position, StoreError> {
        let readers = self.readers().await?;
        Ok(load::checkpoint(&readers).await?.0)
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError> {
        let readers = self.readers().await?;
        load::rows(&readers, keys).await
    }

    async fn save(&self, from: Position, to: Position, rows: &Rows) -> Result<(), SaveError> {
        let database = self.database.read().await;
        let database = database.as_ref().ok_or_else(closed)?;
        save::save(&database.writer, &self.statements, from, to, rows).await?;
        self.saved.send_replace(to);
        Ok(())
    }

    fn saved(&self) -> watch::Receiver<Position> {
        self.saved.subscribe()
    }

    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/views/all_providers.sql"));
        self.documents("list providers", query).await
    }

    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError> {
        let wanted = serde_json::json!([slug]).to_string();
        let query = sqlx::query(include_str!("../queries/views/load_providers.sql")).bind(wanted);
        Ok(self.documents("find a provider", query).await?.pop())
    }

    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError> {
        let (since, until) = bounds(query.window);
        let after = query.after.map_or((i64::MAX, vec![0xff; 17]), |after| {
            (after.started_at.micros(), after.id.as_bytes().to_vec())
        });
        let query = sqlx::query(include_str!("../queries/views/find_reports.sql"))
            .bind(query.provider.as_str())
            .bind(stream_kind_number(query.kind))
            .bind(since)
            .bind(until)
            .bind(after.0)
            .bind(after.1)
            .bind(query.limit);
        self.documents("list incidents", query).await
    }

    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError> {
        let query =
            sqlx::query(include_str!("../queries/views/load_reports.sql")).bind(hex_list([&id]));
        Ok(self.documents("find an incident", query).await?.pop())
    }

    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError> {
        let (since, until) = bounds(window);
        let rows = sqlx::query(include_str!("../queries/views/find_outages.sql"))
            .bind(provider.as_str())
            .bind(stream_kind_number(StreamKind::Incident))
            .bind(since)
            .bind(until)
            .fetch_all(&*self.readers().await?)
            .await
            .map_err(unavailable("list outages"))?;
        rows.iter().map(outage).collect()
    }

    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/views/find_components.sql"))
            .bind(provider.as_str());
        self.documents("list components", query).await
    }

    async fn intervals(
        &self,
        component: Uuid,
        limit: u32,
    ) -> Result<Vec<StatusInterval>, StoreError> {
        let rows = sqlx::query(include_str!("../queries/views/find_intervals.sql"))
            .bind(component.as_bytes().as_slice())
            .bind(limit)
            .fetch_all(&*self.readers().await?)
            .await
            .map_err(unavailable("list status intervals"))?;
        rows.iter().rev().map(status_interval).collect()
    }

    async fn beside(&self) -> Result<Arc<dyn Views>, StoreError> {
        let turn = self.rebuilds.fetch_add(1, Ordering::Relaxed);
        let location = self.location.part(&format!("rebuild-{turn}"));
        if let Location::File(path) = &location {
            remove_database(path);
        }
        let beside = Self::open_at(location).await.map_err(|error| StoreError::Unavailable {
            doing: "open views beside the current ones",
            source: Box::new(error),
        })?;
        Ok(Arc::new(beside))
    }

    async fn adopt(&self, beside: Arc<dyn Views>) -> Result<(), StoreError> {
        let beside: Arc<dyn std::any::Any + Send + Sync> = beside.into_any();
        let beside = beside.downcast::<Self>().map_err(|_| {
            invalid("views", "rebuild", "it is not a set of views of this database")
        })?;
        let built = beside.database.write().await.take().ok_or_else(closed)?;
        let mut current = self.database.write().await;
        let adopted = match (&self.location, &beside.location) {
            (Location::File(path), Location::File(rebuilt)) => {
                built.close().await;
                if let Some(current) = current.take() {
                    current.close().await;
                }
                let replaced = replace_database(path, rebuilt);
                // Also if nothing was replaced: then the old views are served again.
                let opened = file::open(&self.location, &PART, IfNew::Make).await;
                let opened = opened.map_err(|error| not_adopted(Box::new(error)))?;
                let opened = current.insert(opened);
                replaced.map_err(|error| not_adopted(Box::new(error)))?;
                opened
            }
            (Location::Memory, _) | (_, Location::Memory) => current.insert(built),
        };
        let (reached, _) = load::checkpoint(&adopted.readers).await?;
        self.saved.send_replace(reached);
        Ok(())
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}

fn not_adopted(source: signalbook_store::error::Source) -> StoreError {
    StoreError::Unavailable { doing: "adopt rebuilt views", source }
}

/// Puts the closed database `rebuilt` in the place of the closed database `path`.
fn replace_database(path: &Path, rebuilt: &Path) -> std::io::Result<()> {
    // A write-ahead log that outlived the old file would be played into the new one.
    remove(path, &["-wal", "-shm"]);
    let replaced = std::fs::rename(rebuilt, path);
    remove_database(rebuilt);
    replaced
}

/// Removes a database file and what stands beside it.
fn remove_database(path: &Path) {
    remove(path, &["", "-wal", "-shm", ".lock"]);
}

fn outage(row: &SqliteRow) -> Result<Outage, StoreError> {
    let read = || {
        let impact: &str = row.try_get(2)?;
        let end: Option<i64> = row.try_get(1)?;
        Ok(Outage {
            interval: Interval {
                start: Timestamp::from_micros(row.try_get(0)?),
                end: end.map(Timestamp::from_micros),
            },
            impact: Impact::from_word(impact).unwrap_or(Impact::Unknown),
        })
    };
    read().map_err(|error: sqlx::Error| invalid("report_view", "?", error))
}

fn status_interval(row: &SqliteRow) -> Result<StatusInterval, StoreError> {
    let read = || {
        let status: &str = row.try_get(0)?;
        let end: Option<i64> = row.try_get(2)?;
        Ok(StatusInterval {
            status: ComponentStatus::from_word(status).unwrap_or(ComponentStatus::Unknown),
            start: Timestamp::from_micros(row.try_get(1)?),
            end: end.map(Timestamp::from_micros),
        })
    };
    read().map_err(|error: sqlx::Error| invalid("status_interval", "?", error))
}
