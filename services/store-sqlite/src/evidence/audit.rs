//! Contradictions outside the documents.

use signalbook_domain::ObservationId;
use signalbook_store::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;

use super::budget::Counts;
use super::checkpoint;
use super::seal;
use crate::error::Context as _;
use crate::row;

/// The most manifests that one query reads.
const AT_ONCE: u32 = 500;

/// Returns all contradictions as text.
pub(super) async fn contradictions(pool: &SqlitePool) -> Result<Vec<String>, StoreError> {
    let said = sqlx::query_scalar(sql!("evidence/contradictions"));
    let mut said: Vec<String> = said.fetch_all(pool).await.context("check the evidence")?;
    let mut connection = pool.acquire().await.context("check the evidence")?;
    Counts::read(&mut connection).await?;
    drop(connection);
    match checkpoint::find(pool).await {
        Err(StoreError::Invalid { reason, .. }) => {
            said.push(format!("what was noted of the log's end is not valid: {reason}"));
        }
        found => drop(found?),
    }
    let mut after: Option<ObservationId> = None;
    loop {
        let rows = query!("evidence/manifests_after")
            .bind(after.map(|id| id.0.as_bytes().to_vec()).unwrap_or_default())
            .bind(AT_ONCE)
            .fetch_all(pool)
            .await
            .context("check manifests")?;
        for row in &rows {
            let manifest = row::manifest(row)?;
            let id = manifest.observation();
            let blob = |index| row.try_get::<&[u8], _>(index).unwrap_or_default();
            if row::hash(row, 2).ok() != Some(seal(&manifest, blob(3), blob(4))) {
                said.push(format!("the manifest of observation {id} is not the one that was kept"));
            }
            after = Some(id);
        }
        if rows.is_empty() {
            return Ok(said);
        }
    }
}
