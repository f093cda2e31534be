//! Evidence on SQLite: compressed documents by the hash of their bytes, within a budget.

mod audit;
mod budget;
mod checkpoint;
mod erase;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use signalbook_domain::ObservationId;
use signalbook_domain::observation::ContentHash;
use signalbook_proto::EncodedManifest;
use signalbook_store::evidence::{Found, Keeping, StoredDocument};
use signalbook_store::{Checkpoint, Evidence, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow, SqliteSynchronous};

use crate::error::{Context as _, Recoverability, invalid};
use crate::file::{self, Database, FileGone, IfNew, Location, OpenError, Part, Schema};
use crate::log::signed;
use crate::query::Statement;
use crate::row;
use budget::Counts;
pub(crate) use checkpoint::put as put_checkpoint;

const SCHEMA: &[Schema] = &[Schema {
    version: 3,
    name: "evidence",
    sql: include_str!("../../../migrations/sqlite/0003_evidence.sql"),
}];

pub(crate) const PART: Part = Part {
    name: "evidence",
    known_by: &["document", "evidence_usage"],
    format: 5,
    // As durable as the log, so that a power cut leaves no event without its evidence.
    synchronous: SqliteSynchronous::Full,
    schemas: SCHEMA,
    recoverability: Recoverability::Record,
};

/// The compression level: the default of the library.
const LEVEL: i32 = 3;

/// The largest document in bytes; larger ones are neither stored nor decompressed.
const DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;

pub struct SqliteEvidence {
    database: Database,
    budget: i64,
}

impl SqliteEvidence {
    /// Opens the evidence that belongs to the log at `location`. It stores at most `budget`
    /// compressed bytes.
    pub async fn open(location: &Location, budget: u64) -> Result<Self, OpenError> {
        let location = location.part("evidence");
        let database = file::open(&location, &PART, IfNew::Make).await?;
        Ok(Self { database, budget: signed(budget) })
    }

    /// Opens the evidence that belongs to the log at `location` read-only, even while another
    /// process uses it, and changes nothing.
    pub async fn open_read_only(location: &Location) -> Result<Self, OpenError> {
        let database = file::open_read_only(&location.part("evidence"), &PART).await?;
        Ok(Self { database, budget: i64::MAX })
    }

    /// Whether the evidence was written to since it was opened read-only.
    pub fn has_changed(&self) -> bool {
        self.database.has_changed()
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

    pub async fn close(self) {
        self.database.close().await;
    }
}

/// The compressed bytes of a fetched document.
struct Packed {
    size: i64,
    content: Vec<u8>,
}

#[async_trait]
impl Evidence for SqliteEvidence {
    async fn keep(&self, keeping: &Keeping<'_>) -> Result<(), StoreError> {
        let packed = pack(keeping)?;
        let begun = file::begin(&self.database.writer).await;
        let mut tx = begun.context("keep evidence")?;
        let mut counts = Counts::read(&mut tx).await?;
        let mut kept = BTreeSet::new();
        for (hash, document) in &packed {
            if put(&mut tx, keeping, *hash, document, &mut counts).await? {
                kept.insert(*hash);
            }
        }
        if keeping.manifest.is_none() {
            for (hash, _) in keeping.documents {
                let page = keeping.page.0.as_bytes().as_slice();
                let cause = query!("evidence/cause_use").bind(page).bind(hash.0.as_slice());
                execute(&mut tx, cause).await?;
            }
        }
        // The manifest is removed together with the first stored document.
        let first = keeping.documents.iter().find(|(hash, _)| kept.contains(hash));
        if let (Some(manifest), Some((hash, _))) = (keeping.manifest, first) {
            let sum = seal(manifest, keeping.page.0.as_bytes(), &hash.0);
            let put = query!("evidence/put_manifest")
                .bind(manifest.observation().0.as_bytes().as_slice())
                .bind(keeping.page.0.as_bytes().as_slice())
                .bind(hash.0.as_slice())
                .bind(manifest.bytes())
                .bind(sum.as_slice());
            counts.manifests += execute(&mut tx, put).await?;
        }
        budget::keep(&mut tx, &mut counts, self.budget).await?;
        counts.write(&mut tx).await?;
        tx.commit().await.context("keep evidence")
    }

    async fn manifest(&self, id: ObservationId) -> Result<Option<EncodedManifest>, StoreError> {
        let row = query!("evidence/find_manifest")
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(&self.database.readers)
            .await
            .context("find a manifest")?;
        row.as_ref().map(row::manifest).transpose()
    }

    async fn document(&self, hash: ContentHash) -> Result<Option<StoredDocument>, StoreError> {
        let row = query!("evidence/find_document")
            .bind(hash.0.as_slice())
            .fetch_optional(&self.database.readers)
            .await
            .context("find a document")?;
        let found = row.as_ref().map(read::read_found).transpose()?;
        Ok(found.map(|found| found.kept))
    }

    async fn documents_after(
        &self,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let after = after.map(|hash| hash.0.to_vec()).unwrap_or_default();
        let rows = query!("evidence/documents_after")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.database.readers)
            .await
            .context("read documents")?;
        rows.iter().map(read::read_found).collect()
    }

    async fn known(&self, hashes: &[ContentHash]) -> Result<BTreeSet<ContentHash>, StoreError> {
        let wanted: Vec<String> = hashes.iter().map(ContentHash::to_string).collect();
        let rows = query!("evidence/find_known")
            .bind(serde_json::json!(wanted).to_string())
            .fetch_all(&self.database.readers)
            .await
            .context("find documents")?;
        let hash = |row| row::hash(row, 0).map(ContentHash);
        let known: Result<_, sqlx::Error> = rows.iter().map(hash).collect();
        known.map_err(|error| invalid("document", "?", error))
    }

    async fn erase(&self, hash: ContentHash) -> Result<bool, StoreError> {
        erase::erase(&self.database.writer, hash).await
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        checkpoint::find(&self.database.readers).await
    }

    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let begun = file::begin(&self.database.writer).await;
        let mut tx = begun.context("note the log's end")?;
        checkpoint::put(&mut tx, checkpoint).await?;
        tx.commit().await.context("note the log's end")
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        audit::contradictions(&self.database.readers).await
    }
}

/// Compresses the fetched documents, each once.
fn pack(keeping: &Keeping<'_>) -> Result<BTreeMap<ContentHash, Packed>, StoreError> {
    let came = keeping.documents.iter().filter_map(|(hash, body)| Some((*hash, (*body)?)));
    let fits = came.filter(|(_, body)| body.len() <= DOCUMENT_BYTES_MAX);
    let distinct: BTreeMap<ContentHash, &[u8]> = fits.collect();
    let packed = distinct.into_iter().map(|(hash, body)| {
        let content =
            zstd::bulk::compress(body, LEVEL).map_err(|error| invalid("document", hash, error))?;
        Ok((hash, Packed { size: signed(body.len() as u64), content }))
    });
    packed.collect()
}

/// Stores a document unless it is present, and records that the page uses it. Returns false for an
/// erased document, which is not stored.
async fn put(
    tx: &mut SqliteConnection,
    keeping: &Keeping<'_>,
    hash: ContentHash,
    document: &Packed,
    counts: &mut Counts,
) -> Result<bool, StoreError> {
    let found = query!("evidence/find_length")
        .bind(hash.0.as_slice())
        .fetch_optional(&mut *tx)
        .await
        .context("find a document")?;
    let read = |row: SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
    let found: Result<_, sqlx::Error> = found.map(read).transpose();
    let found: Option<(Option<i64>, bool)> = found.context("find a document")?;
    if found.is_some_and(|(_, is_erased)| is_erased) {
        return Ok(false);
    }
    let there = found.map(|(length, _)| length);
    let bytes = there.flatten().unwrap_or(signed(document.content.len() as u64));
    if there.flatten().is_none() {
        let put = query!("evidence/put_document")
            .bind(hash.0.to_vec())
            .bind(document.size)
            .bind(document.content.clone())
            .bind(Sha256::digest(&document.content).to_vec());
        execute(tx, put).await?;
        counts.bytes += bytes;
    }
    if there.is_none() {
        counts.documents += 1;
        counts.sizes += document.size;
    }
    let put = query!("evidence/put_use")
        .bind(keeping.page.0.as_bytes().to_vec())
        .bind(hash.0.to_vec())
        .bind(counts.arrivals + 1)
        .bind(bytes)
        .bind(keeping.manifest.is_none());
    if execute(tx, put).await? > 0 {
        counts.arrivals += 1;
        execute(tx, budget::add_page_use(keeping.page.0.as_bytes().to_vec(), bytes)).await?;
    }
    Ok(true)
}

/// The checksum of a manifest that no chain covers.
fn seal(manifest: &EncodedManifest, page: &[u8], document: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(manifest.observation().0.as_bytes());
    hasher.update(page);
    hasher.update(document);
    hasher.update(manifest.bytes());
    hasher.finalize().into()
}

/// Executes `statement` and returns the number of changed rows.
async fn execute(tx: &mut SqliteConnection, statement: Statement) -> Result<i64, StoreError> {
    let done = statement.execute(tx).await.context("keep evidence")?;
    Ok(signed(done.rows_affected()))
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
