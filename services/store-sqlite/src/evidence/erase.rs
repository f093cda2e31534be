//! Deliberate erasure of documents.

use signalbook_domain::observation::ContentHash;
use signalbook_store::StoreError;
use sqlx::Row as _;

use super::budget::{self, Counts};
use super::execute;
use crate::error::{invalid, unavailable};
use crate::file::{self, WriterPool};

const DOING: &str = "erase a document";

/// Erases the bytes of a document. Returns whether it was ever stored.
pub(super) async fn erase(writer: &WriterPool, hash: ContentHash) -> Result<bool, StoreError> {
    let mut tx = file::begin(writer).await.map_err(unavailable(DOING))?;
    let mut counts = Counts::read(&mut tx).await?;
    let uses = sqlx::query(include_str!("../../queries/evidence/find_uses.sql"))
        .bind(hash.0.as_slice())
        .fetch_all(&mut *tx)
        .await
        .map_err(unavailable(DOING))?;
    let hash = hash.0.to_vec();
    for (index, row) in uses.iter().enumerate() {
        let read = |error| invalid("document_use", "?", error);
        let page: Vec<u8> = row.try_get(0).map_err(read)?;
        let bytes: i64 = row.try_get(1).map_err(read)?;
        budget::give_up(&mut tx, &mut counts, &page, &hash).await?;
        execute(&mut tx, budget::add_to(page, -bytes)).await?;
        if index == 0 {
            counts.bytes -= bytes;
        }
    }
    let erase = sqlx::query(include_str!("../../queries/evidence/erase_document.sql"));
    let was_kept = execute(&mut tx, erase.bind(hash)).await? > 0;
    counts.write(&mut tx).await?;
    tx.commit().await.map_err(unavailable(DOING))?;
    Ok(was_kept)
}
