//! The log on SQLite.
//!
//! Appends go through one task ([`writer`]) that drains a channel and commits the drained appends
//! in one transaction ([`commit`]): the fuller the channel, the more events share one `fdatasync`.
//! Reads use connections of their own and never wait for the writer.

mod commit;
mod epochs;
mod erasures;
#[cfg(test)]
mod tests;
mod writer;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use signalbook_domain::{ObservationId, PageId, Position, Revision, StreamId, Timestamp};
use signalbook_proto::chain::{Epoch, EpochId};
use signalbook_proto::{EncodedManifest, Record, chain};
use signalbook_store::erasure::Erasure;
use signalbook_store::{
    Append, AppendError, Appended, EventLog, Head, ManifestRow, PageRow, RestoreMark, RowVersion,
    StoreError,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{Context as _, Recoverability, SqliteFailure, invalid};
use crate::file::{self, Database, FileGone, IfNew, Location, OpenError, Part, Schema};
use crate::names::Names;
use crate::row::{self, hash, hex_list, unsigned};
pub(crate) use epochs::put_mark;
use writer::Writer;

const SCHEMA: &[Schema] = &[Schema {
    version: 1,
    name: "log",
    sql: include_str!("../../../migrations/sqlite/0001_log.sql"),
}];

pub(crate) const PART: Part = Part {
    name: "log",
    known_by: &["log_head", "event"],
    format: 6,
    synchronous: SqliteSynchronous::Full,
    schemas: SCHEMA,
    recoverability: Recoverability::Record,
};

pub struct SqliteLog {
    database: Database,
    writer: Writer,
    names: Names,
}

impl SqliteLog {
    /// Opens the log at `location`; a new one gets the identity `log_id`.
    pub async fn open(location: &Location, log_id: Uuid) -> Result<Self, OpenError> {
        let genesis = chain::genesis(log_id);
        let manifest_genesis = chain::manifest_genesis(log_id);
        let head = [log_id.as_bytes().as_slice(), &genesis, &manifest_genesis];
        let head = IfNew::MakeWith(sql!("log/insert_head"), &head);
        Self::start(location, file::open(location, &PART, head).await?).await
    }

    /// Opens the log at `location`, which must exist.
    pub async fn open_existing(location: &Location) -> Result<Self, OpenError> {
        Self::start(location, file::open(location, &PART, IfNew::Refuse).await?).await
    }

    /// Opens the log at `location` read-only, even while another process uses it, and changes
    /// nothing. Appends are refused.
    pub async fn open_read_only(location: &Location) -> Result<Self, OpenError> {
        let database = file::open_read_only(location, &PART).await?;
        expect_identity(location, &database).await?;
        Ok(Self { database, writer: Writer::none(), names: Names::default() })
    }

    async fn start(location: &Location, database: Database) -> Result<Self, OpenError> {
        expect_identity(location, &database).await?;
        let writer = Writer::start(database.writer.clone()).await.map_err(failed(location))?;
        Ok(Self { database, writer, names: Names::default() })
    }

    /// Rewrites the file, so that it contains nothing of what was erased. Needs free disk space of
    /// the size of the file, and fails while another program reads it.
    pub async fn compact(&self) -> Result<(), StoreError> {
        self.database.compact().await
    }

    /// Checks that the file is still the one that was opened.
    pub fn check_file(&self) -> Result<(), FileGone> {
        self.database.check()
    }

    /// Whether the log was written to since it was opened read-only. If so, the data read may be
    /// inconsistent: open it again.
    pub fn has_changed(&self) -> bool {
        self.database.has_changed()
    }

    /// Waits for pending appends and closes the file.
    pub async fn close(self) {
        self.writer.stop().await;
        self.database.close().await;
    }
}

fn failed(location: &Location) -> impl Fn(sqlx::Error) -> OpenError {
    move |error| OpenError::Database {
        path: location.path().to_owned(),
        source: SqliteFailure::new(error, Recoverability::Record),
    }
}

/// Refuses a log without an identity, since two of them could not be distinguished.
async fn expect_identity(location: &Location, database: &Database) -> Result<(), OpenError> {
    let row = query!("log/find_head")
        .fetch_optional(&database.readers)
        .await
        .map_err(failed(location))?;
    let id = row.map(|row| row::uuid(&row, 0)).transpose().map_err(failed(location))?;
    match id {
        Some(id) if !id.is_nil() => Ok(()),
        Some(_) | None => Err(OpenError::NoIdentity(location.path().to_owned())),
    }
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn append(&self, append: Append, now: Timestamp) -> Result<Appended, AppendError> {
        append.check()?;
        self.writer.append(append, now).await
    }

    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError> {
        let rows = query!("log/read_after")
            .bind(signed(after.0))
            .bind(limit)
            .fetch(&self.database.readers);
        self.names.records(&self.database.readers, rows).await
    }

    async fn read_page(
        &self,
        page: PageId,
        after: Position,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let rows = query!("log/read_page")
            .bind(page.0.as_bytes().as_slice())
            .bind(signed(after.0))
            .bind(limit)
            .fetch(&self.database.readers);
        self.names.records(&self.database.readers, rows).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Revision,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let found = query!("log/find_stream")
            .bind(stream.id.as_bytes().as_slice())
            .bind(stream.kind.word())
            .bind(stream.provider.as_str())
            .fetch_optional(&self.database.readers)
            .await
            .context("find a stream")?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let rows = query!("log/read_stream")
            .bind(found.try_get::<i64, _>(0).context("find a stream")?)
            .bind(signed(after.0))
            .bind(limit)
            .fetch(&self.database.readers);
        self.names.records(&self.database.readers, rows).await
    }

    async fn manifests_by_id(
        &self,
        observations: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError> {
        let mut reader = self.database.readers.acquire().await.context("read manifests")?;
        manifests_by_id(&mut reader, observations.iter().map(|id| &id.0)).await
    }

    async fn manifests_after(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ManifestRow>, StoreError> {
        let rows = query!("log/manifests_after")
            .bind(signed(after))
            .bind(limit)
            .fetch_all(&self.database.readers)
            .await
            .context("read manifests")?;
        rows.iter().map(row::numbered_manifest).collect()
    }

    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError> {
        epochs::list(&self.database.readers).await
    }

    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError> {
        let reader = self.database.readers.acquire().await;
        epochs::find_mark(&mut *reader.context("read the mark of a restore")?).await
    }

    async fn mark_restored(&self, mark: &RestoreMark) -> Result<(), StoreError> {
        const DOING: &str = "mark the log as restored";
        let mut tx = file::begin(&self.database.writer).await.context(DOING)?;
        epochs::put_mark(&mut tx, mark).await?;
        self.writer.forget();
        tx.commit().await.context(DOING)
    }

    async fn open_epoch(&self, number: u64, now: Timestamp) -> Result<Epoch, AppendError> {
        epochs::open(&self.database.writer, number, now, || self.writer.forget()).await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<bool, AppendError> {
        erasures::erase(&self.database.writer, erasure).await
    }

    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        erasures::list(&self.database.readers).await
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        let said = sqlx::query_scalar(sql!("log/contradictions"))
            .bind(signed(commit::INDEX_STEP))
            .fetch_all(&self.database.readers);
        said.await.context("check the log")
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let mut reader = self.database.readers.acquire().await.context("read the log's head")?;
        read_head(&mut reader).await
    }

    fn appended(&self) -> watch::Receiver<Position> {
        self.writer.appended()
    }

    async fn pages_after(
        &self,
        mark: RowVersion,
    ) -> Result<(Vec<PageRow>, RowVersion), StoreError> {
        let mut rows = query!("log/pages_after").bind(signed(mark.0)).fetch(&self.database.readers);
        let (mut pages, mut last) = (Vec::new(), mark);
        while let Some(row) = rows.try_next().await.context("read pages")? {
            pages.push(row::page(&row)?);
            last = row::page_mark(&row)?;
        }
        Ok((pages, last))
    }

    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError> {
        let rows = query!("log/find_pages")
            .bind(hex_list(pages.iter().map(|page| &page.0)))
            .fetch_all(&self.database.readers)
            .await
            .context("read pages")?;
        rows.iter().map(row::page).collect()
    }
}

pub(crate) async fn read_head(connection: &mut SqliteConnection) -> Result<Head, StoreError> {
    let row = query!("log/find_head").fetch_one(connection).await.context("read the log's head")?;
    let read = || {
        let log_id = row::uuid(&row, 0)?;
        let epoch = match row.try_get(6)? {
            Some(number) => EpochId::new(unsigned(number)?, &hash(&row, 7)?),
            None => EpochId::first(log_id),
        };
        Ok(Head {
            log_id,
            position: Position(unsigned(row.try_get(1)?)?),
            hash: hash(&row, 2)?,
            recorded_at: Timestamp::from_micros(row.try_get(3)?),
            manifests: unsigned(row.try_get(4)?)?,
            manifest_hash: hash(&row, 5)?,
            epoch,
        })
    };
    read().map_err(|error: sqlx::Error| invalid("log_head", 1, error))
}

async fn manifests_by_id<'a>(
    connection: &mut SqliteConnection,
    observations: impl Iterator<Item = &'a Uuid>,
) -> Result<Vec<EncodedManifest>, StoreError> {
    let rows = query!("log/find_manifests")
        .bind(hex_list(observations))
        .bind(signed(commit::INDEX_STEP))
        .fetch_all(connection)
        .await
        .context("read manifests")?;
    rows.iter().map(row::manifest).collect()
}

/// Converts an unsigned count to SQLite's integer, saturating at `i64::MAX`.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
