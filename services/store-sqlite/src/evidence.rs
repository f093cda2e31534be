//! Evidence on SQLite: documents by the hash of their bytes, compressed, within a budget.

use async_trait::async_trait;
use signalbook_domain::ObservationId;
use signalbook_domain::observation::ContentHash;
use signalbook_store::evidence::{Kept, ObservationRecord};
use signalbook_store::{Evidence, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteSynchronous};

use crate::error::{Holds, invalid, unavailable};
use crate::file::{self, Database, FileGone, IfNew, Location, OpenError, Part, Schema};
use crate::log::signed;
use crate::row::unsigned;

const SCHEMA: &[Schema] = &[Schema {
    version: 3,
    name: "evidence",
    sql: include_str!("../../../migrations/sqlite/0003_evidence.sql"),
}];

const PART: Part = Part {
    name: "evidence",
    known_by: &["document", "kept"],
    format: 2,
    // As durable as the log: after a power cut no event may be left without its evidence.
    synchronous: SqliteSynchronous::Full,
    schemas: SCHEMA,
    holds: Holds::Record,
};

/// How hard documents are compressed: the library's middle way.
const LEVEL: i32 = 3;

/// The largest document that is unpacked; larger ones are never kept.
const DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How many documents are looked at in one go when the budget is exceeded.
const BURIED_AT_ONCE: u32 = 64;

/// Evidence in a SQLite file.
pub struct SqliteEvidence {
    database: Database,
    budget: u64,
}

impl SqliteEvidence {
    /// Opens the evidence that belongs to the log at `location`, to keep at most `budget`
    /// compressed bytes.
    pub async fn open(location: &Location, budget: u64) -> Result<Self, OpenError> {
        let location = location.part("evidence");
        let database = file::open(&location, &PART, IfNew::Make).await?;
        Ok(Self { database, budget })
    }

    /// Looks whether the file is still the one that was opened.
    pub fn check_file(&self) -> Result<(), FileGone> {
        self.database.check()
    }

    /// Closes the file.
    pub async fn close(self) {
        self.database.close().await;
    }
}

#[async_trait]
impl Evidence for SqliteEvidence {
    async fn keep(
        &self,
        observation: &ObservationRecord,
        bodies: &[(ContentHash, &[u8])],
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(observation)
            .map_err(|error| invalid("observation", observation.id, error))?;
        let mut packed = Vec::with_capacity(bodies.len());
        for (hash, body) in bodies.iter().filter(|(_, body)| body.len() <= DOCUMENT_BYTES_MAX) {
            let content = zstd::bulk::compress(body, LEVEL)
                .map_err(|error| invalid("document", hash, error))?;
            packed.push((hash, body.len(), content));
        }
        let begun = file::begin(&self.database.writer).await;
        let mut tx = begun.map_err(unavailable("keep evidence"))?;
        let mut kept = 0;
        for (hash, size, content) in packed {
            let bytes = content.len();
            let put = sqlx::query(include_str!("../queries/evidence/put_document.sql"))
                .bind(hash.0.as_slice())
                .bind(signed(size as u64))
                .bind(content)
                .execute(&mut *tx)
                .await
                .map_err(unavailable("keep a document"))?;
            if put.rows_affected() > 0 {
                kept += signed(bytes as u64);
            }
        }
        sqlx::query(include_str!("../queries/evidence/put_observation.sql"))
            .bind(observation.id.0.as_bytes().as_slice())
            .bind(text)
            .execute(&mut *tx)
            .await
            .map_err(unavailable("keep an observation"))?;
        self.keep_within_budget(&mut tx, kept).await?;
        tx.commit().await.map_err(unavailable("keep evidence"))
    }

    async fn observation(
        &self,
        id: ObservationId,
    ) -> Result<Option<ObservationRecord>, StoreError> {
        let row = sqlx::query(include_str!("../queries/evidence/find_observation.sql"))
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(&self.database.readers)
            .await
            .map_err(unavailable("find an observation"))?;
        let Some(row) = row else { return Ok(None) };
        let text: &str = row.try_get(0).map_err(unavailable("read an observation"))?;
        serde_json::from_str(text).map(Some).map_err(|error| invalid("observation", id, error))
    }

    async fn document(&self, hash: ContentHash) -> Result<Option<Kept>, StoreError> {
        let row = sqlx::query(include_str!("../queries/evidence/find_document.sql"))
            .bind(hash.0.as_slice())
            .fetch_optional(&self.database.readers)
            .await
            .map_err(unavailable("find a document"))?;
        let Some(row) = row else { return Ok(None) };
        let size = row.try_get(0).and_then(unsigned).map_err(unavailable("read a document"))?;
        let capacity = usize::try_from(size).unwrap_or(usize::MAX).min(DOCUMENT_BYTES_MAX);
        let content: Option<&[u8]> = row.try_get(1).map_err(unavailable("read a document"))?;
        let Some(content) = content else { return Ok(Some(Kept::Removed { size })) };
        let bytes = zstd::bulk::decompress(content, capacity)
            .map_err(|error| invalid("document", hash, error))?;
        Ok(Some(Kept::Bytes(bytes)))
    }
}

impl SqliteEvidence {
    /// Counts what came, and removes the oldest documents while there is too much.
    async fn keep_within_budget(
        &self,
        tx: &mut SqliteConnection,
        kept: i64,
    ) -> Result<(), StoreError> {
        let mut total = add_kept(tx, kept).await?;
        while total > self.budget {
            let oldest = sqlx::query(include_str!("../queries/evidence/find_oldest.sql"))
                .bind(BURIED_AT_ONCE)
                .fetch_all(&mut *tx)
                .await
                .map_err(unavailable("find old evidence"))?;
            if oldest.is_empty() {
                return Ok(());
            }
            for row in oldest {
                let hash: Vec<u8> = row.try_get(0).map_err(unavailable("find old evidence"))?;
                let bytes: i64 = row.try_get(1).map_err(unavailable("find old evidence"))?;
                sqlx::query(include_str!("../queries/evidence/bury.sql"))
                    .bind(hash)
                    .execute(&mut *tx)
                    .await
                    .map_err(unavailable("remove old evidence"))?;
                total = add_kept(tx, -bytes).await?;
                if total <= self.budget {
                    break;
                }
            }
        }
        Ok(())
    }
}

async fn add_kept(tx: &mut SqliteConnection, bytes: i64) -> Result<u64, StoreError> {
    let row = sqlx::query(include_str!("../queries/evidence/add_kept.sql"))
        .bind(bytes)
        .fetch_one(tx)
        .await
        .map_err(unavailable("count evidence"))?;
    row.try_get(0).and_then(unsigned).map_err(|error| invalid("kept", 1, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn evidence_survives_a_power_cut_as_the_log_does() {
        const FULL: i64 = 2;
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("signalbook.db"));
        let evidence = SqliteEvidence::open(&location, 1_000).await.unwrap();
        let row = sqlx::query("pragma synchronous").fetch_one(&*evidence.database.writer).await;
        assert_eq!(row.unwrap().get::<i64, _>(0), FULL);
        evidence.close().await;
    }
}
