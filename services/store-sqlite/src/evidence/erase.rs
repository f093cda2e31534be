//! Deliberate erasure of documents.

use signalbook_domain::observation::ContentHash;
use signalbook_store::StoreError;
use sqlx::Row as _;

use super::budget::{self, Counts};
use super::execute;
use crate::error::{Context as _, invalid};
use crate::file::{self, WriterPool};

const DOING: &str = "erase a document";

/// Erases the bytes of a document. Returns whether it was ever stored.
pub(super) async fn erase(writer: &WriterPool, hash: ContentHash) -> Result<bool, StoreError> {
    let mut tx = file::begin(writer).await.context(DOING)?;
    let mut counts = Counts::read(&mut tx).await?;
    let uses = query!("evidence/find_uses")
        .bind(hash.0.as_slice())
        .fetch_all(&mut *tx)
        .await
        .context(DOING)?;
    let hash = hash.0.to_vec();
    for (index, row) in uses.iter().enumerate() {
        let read = |error| invalid("document_use", "?", error);
        let page: Vec<u8> = row.try_get(0).map_err(read)?;
        let bytes: i64 = row.try_get(1).map_err(read)?;
        budget::give_up(&mut tx, &mut counts, &page, &hash).await?;
        execute(&mut tx, budget::add_page_use(page, -bytes)).await?;
        if index == 0 {
            counts.bytes -= bytes;
        }
    }
    let erase = query!("evidence/erase_document");
    let was_kept = execute(&mut tx, erase.bind(hash)).await? > 0;
    counts.write(&mut tx).await?;
    tx.commit().await.context(DOING)?;
    Ok(was_kept)
}
