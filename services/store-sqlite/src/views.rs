//! The views on SQLite, in a separate file so that projections never wait for appends.

mod check;
mod load;
mod read;
mod save;
mod sum;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use signalbook_domain::outage::Window;
use signalbook_domain::{Position, ReportKind, Slug, Timestamp, Worded as _};
use signalbook_store::views::{
    ComponentView, Keys, Outage, PassedOver, ProviderView, ReportQuery, ReportView, Rows,
    StatusInterval,
};
use signalbook_store::{Checkpoint, SaveError, StoreError, Views};
use sqlx::sqlite::{SqlitePool, SqliteRow, SqliteSynchronous};
use tokio::sync::{RwLock, RwLockReadGuard, watch};
use uuid::Uuid;

use crate::error::{Context as _, Recoverability, damaged, invalid};
use crate::file::{self, Database, FileGone, IfNew, Location, OpenError, Part, Schema, remove};
use crate::log::signed;
use crate::row::hex_list;

const SCHEMA: &[Schema] = &[Schema {
    version: 2,
    name: "views",
    sql: include_str!("../../../migrations/sqlite/0002_views.sql"),
}];

const PART: Part = Part {
    name: "views",
    known_by: &["checkpoint", "provider_view"],
    format: 5,
    // Data lost in a crash is rebuilt from the log, so commits are not synced.
    synchronous: SqliteSynchronous::Normal,
    schemas: SCHEMA,
    recoverability: Recoverability::Views,
};

pub struct SqliteViews {
    location: Location,
    database: RwLock<Option<Database>>,
    statements: save::Statements,
    saved: watch::Sender<Position>,
    damaged: watch::Sender<Option<String>>,
    rebuilds: AtomicU32,
    is_beside: bool,
}

impl SqliteViews {
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        Self::open_at(location.part("views"), false).await
    }

    async fn open_at(location: Location, is_beside: bool) -> Result<Self, OpenError> {
        let database = file::open(&location, &PART, IfNew::Make).await?;
        // An unreadable checkpoint is reported when it is requested.
        let checkpoint = load::checkpoint(&database.readers).await.unwrap_or_default();
        let reached = checkpoint.map_or(Position(0), |checkpoint| checkpoint.position);
        Ok(Self {
            location,
            database: RwLock::new(Some(database)),
            statements: save::Statements::new(),
            saved: watch::Sender::new(reached),
            damaged: watch::Sender::new(None),
            rebuilds: AtomicU32::new(0),
            is_beside,
        })
    }

    /// Removes the views that belong to the log at `location`. They must not be open.
    pub fn forget(location: &Location) -> std::io::Result<()> {
        match location.part("views") {
            Location::File(path) => file::forget(&path),
            Location::Memory => Ok(()),
        }
    }

    /// Checks that the file is still the one that was opened.
    pub async fn check_file(&self) -> Result<(), FileGone> {
        self.database.read().await.as_ref().map_or(Ok(()), Database::check)
    }

    pub async fn close(&self) {
        if let Some(database) = self.database.write().await.take() {
            database.close().await;
        }
    }

    /// The readers, with a guard that makes [`Views::promote`] wait until it is dropped.
    async fn readers(&self) -> Result<RwLockReadGuard<'_, SqlitePool>, StoreError> {
        let database = self.database.read().await;
        RwLockReadGuard::try_map(database, |open| open.as_ref().map(|open| &open.readers))
            .map_err(|_| closed())
    }

    /// Reads the documents of rows. A document that is not `own` is damage.
    async fn documents<T: DeserializeOwned>(
        &self,
        table: &'static str,
        doing: &'static str,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
        own: impl Fn(&T) -> bool + Send,
    ) -> Result<Vec<T>, StoreError> {
        let readers = self.readers().await?;
        let rows = query.fetch_all(&*readers).await.views_context(doing);
        let read = |row: &SqliteRow| {
            let view = read::document(table, row)?;
            if own(&view) { Ok(view) } else { Err(damaged(table, "?", "it is another one's")) }
        };
        self.noted(rows.and_then(|rows| rows.iter().map(read).collect()))
    }

    /// Records the first damage. The caller still holds the reader guard, so damage of replaced
    /// views is never recorded.
    fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result
            && error.is_damage()
        {
            self.damaged.send_if_modified(|known| {
                let is_new = known.is_none();
                known.get_or_insert_with(|| error.to_string());
                is_new
            });
        }
        result
    }
}

impl Drop for SqliteViews {
    /// Removes the files of a rebuild that was not promoted.
    fn drop(&mut self) {
        if let Location::File(path) = &self.location
            && self.is_beside
        {
            remove_database(path);
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable { doing: "use the views", source: "they are closed".into() }
}

fn bounds(window: Window) -> (i64, i64) {
    let since = window.since.map_or(i64::MIN, Timestamp::micros);
    (since, window.until.map_or(i64::MAX, Timestamp::micros))
}

#[async_trait]
impl Views for SqliteViews {
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let readers = self.readers().await?;
        self.noted(load::checkpoint(&readers).await)
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError> {
        let readers = self.readers().await?;
        self.noted(load::rows(&readers, keys).await)
    }

    async fn save(&self, from: Position, to: &Checkpoint, rows: &Rows) -> Result<(), SaveError> {
        let database = self.database.read().await;
        let database = database.as_ref().ok_or_else(closed)?;
        match save::save(&database.writer, &self.statements, from, to, rows).await {
            Err(SaveError::Store(error)) => self.noted(Err(error))?,
            saved @ (Ok(()) | Err(SaveError::Conflict { .. })) => saved?,
        }
        self.saved.send_replace(to.position);
        Ok(())
    }

    fn saved(&self) -> watch::Receiver<Position> {
        self.saved.subscribe()
    }

    async fn passed_over(&self) -> Result<Vec<PassedOver>, StoreError> {
        let query = query!("views/all_passed_over");
        self.documents("passed_over", "list what was passed over", query, |_: &PassedOver| true)
            .await
    }

    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError> {
        let query = query!("views/all_providers");
        self.documents("provider_view", "list providers", query, |_: &ProviderView| true).await
    }

    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError> {
        let (readers, wanted) = (self.readers().await?, [slug.clone()].into());
        Ok(self.noted(load::providers(&readers, &wanted).await)?.remove(slug))
    }

    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError> {
        let (since, until) = bounds(query.window);
        let after = query.after.map_or((i64::MAX, vec![0xff; 17]), |after| {
            (after.started_at.micros(), after.id.as_bytes().to_vec())
        });
        let rows = query!("views/find_reports")
            .bind(query.provider.as_str())
            .bind(query.kind.word())
            .bind(since)
            .bind(until)
            .bind(after.0)
            .bind(after.1)
            .bind(query.limit);
        let own = |view: &ReportView| view.provider == query.provider && view.kind == query.kind;
        self.documents("report_view", "list incidents", rows, own).await
    }

    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError> {
        let (readers, wanted) = (self.readers().await?, [id].into());
        Ok(self.noted(load::reports(&readers, &wanted).await)?.remove(&id))
    }

    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError> {
        let (since, until) = bounds(window);
        let readers = self.readers().await?;
        let rows = query!("views/find_outages")
            .bind(provider.as_str())
            .bind(ReportKind::Incident.word())
            .bind(since)
            .bind(until)
            .fetch_all(&*readers)
            .await
            .views_context("list outages");
        self.noted(rows.and_then(|rows| rows.iter().map(read::outage).collect()))
    }

    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError> {
        let rows = query!("views/find_components").bind(provider.as_str());
        let own = |view: &ComponentView| view.provider == *provider;
        self.documents("component_view", "list components", rows, own).await
    }

    async fn intervals(
        &self,
        component: Uuid,
        limit: u32,
    ) -> Result<Vec<StatusInterval>, StoreError> {
        let readers = self.readers().await?;
        let rows = query!("views/find_intervals")
            .bind(component.as_bytes().as_slice())
            .bind(limit)
            .fetch_all(&*readers)
            .await
            .views_context("list status intervals");
        self.noted(rows.and_then(|rows| rows.iter().rev().map(read::status_interval).collect()))
    }

    fn damaged(&self) -> watch::Receiver<Option<String>> {
        self.damaged.subscribe()
    }

    async fn check(&self) -> Result<(), StoreError> {
        let readers = self.readers().await?;
        self.noted(check::check(&readers).await)
    }

    async fn begin_rebuild(&self) -> Result<Arc<dyn Views>, StoreError> {
        let rebuild = self.rebuilds.fetch_add(1, Ordering::Relaxed);
        let location = self.location.part(&format!("rebuild-{rebuild}"));
        if let Location::File(path) = &location {
            remove_database(path);
        }
        let beside =
            Self::open_at(location, true).await.map_err(|error| StoreError::Unavailable {
                doing: "open views beside the current ones",
                source: Box::new(error),
            })?;
        Ok(Arc::new(beside))
    }

    async fn promote(&self, beside: Arc<dyn Views>) -> Result<(), StoreError> {
        let beside: Arc<dyn std::any::Any + Send + Sync> = beside.into_any();
        let beside = beside.downcast::<Self>().map_err(|_| {
            invalid("views", "rebuild", "it is not a set of views of this database")
        })?;
        let built = beside.database.write().await.take().ok_or_else(closed)?;
        let mut current = self.database.write().await;
        let promoted = match (&self.location, &beside.location) {
            (Location::File(path), Location::File(rebuilt)) => {
                built.close().await;
                if let Some(current) = current.take() {
                    current.close().await;
                }
                let replaced = replace_database(path, rebuilt);
                // Even if the replacement failed, so that the old views are served again.
                let opened = file::open(&self.location, &PART, IfNew::Make).await;
                let opened = opened.map_err(|error| not_promoted(Box::new(error)))?;
                let opened = current.insert(opened);
                replaced.map_err(|error| not_promoted(Box::new(error)))?;
                opened
            }
            (Location::Memory, _) | (_, Location::Memory) => current.insert(built),
        };
        let checkpoint = load::checkpoint(&promoted.readers).await?;
        let reached = checkpoint.map_or(Position(0), |checkpoint| checkpoint.position);
        self.saved.send_replace(reached);
        self.damaged.send_replace(None);
        Ok(())
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}

fn not_promoted(source: signalbook_store::error::Source) -> StoreError {
    StoreError::Unavailable { doing: "promote rebuilt views", source }
}

/// Replaces the closed database `path` by the closed database `rebuilt`.
fn replace_database(path: &Path, rebuilt: &Path) -> std::io::Result<()> {
    // A remaining write-ahead log of the old file would be applied to the new one.
    remove(path, &["-wal", "-shm"]);
    let replaced = std::fs::rename(rebuilt, path);
    remove_database(rebuilt);
    replaced
}

/// Removes a database file and the files beside it.
fn remove_database(path: &Path) {
    remove(path, &["", "-wal", "-shm", ".lock"]);
}
