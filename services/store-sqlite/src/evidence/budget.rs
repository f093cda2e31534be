//! Eviction of documents beyond the budget.
//!
//! Eviction starts with the page that uses the most bytes, so that a noisy page takes no space from
//! others: first its documents that caused no event, then its others, each oldest first. A document
//! that several pages use counts for each of them; its bytes are evicted with its last use.

use signalbook_store::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::execute;
use crate::error::{Context as _, invalid};
use crate::query::Statement;

/// The most documents that one query reads while the budget is exceeded.
const GIVEN_AT_ONCE: u32 = 64;

/// The usage of the store.
pub(super) struct Counts {
    pub(super) bytes: i64,
    pub(super) documents: i64,
    pub(super) sizes: i64,
    pub(super) manifests: i64,
    pub(super) arrivals: i64,
}

impl Counts {
    pub(super) async fn read(tx: &mut SqliteConnection) -> Result<Self, StoreError> {
        let row = query!("evidence/find_usage").fetch_one(tx).await.context("count evidence")?;
        let read = |index| row.try_get(index).map_err(|error| invalid("evidence_usage", 1, error));
        Ok(Self {
            bytes: read(0)?,
            documents: read(1)?,
            sizes: read(2)?,
            manifests: read(3)?,
            arrivals: read(4)?,
        })
    }

    pub(super) async fn write(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let moved = query!("evidence/update_usage")
            .bind(self.bytes)
            .bind(self.documents)
            .bind(self.sizes)
            .bind(self.manifests)
            .bind(self.arrivals);
        execute(tx, moved).await.map(drop)
    }
}

pub(super) fn add_page_use(page: Vec<u8>, bytes: i64) -> Statement {
    query!("evidence/add_page_use").bind(page).bind(bytes)
}

/// Evicts until the usage is within `budget`.
pub(super) async fn keep(
    tx: &mut SqliteConnection,
    counts: &mut Counts,
    budget: i64,
) -> Result<(), StoreError> {
    while counts.bytes > budget {
        let pages = query!("evidence/find_largest_pages")
            .fetch_all(&mut *tx)
            .await
            .context("find what uses most")?;
        let read = |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
        let pages: Result<Vec<(Vec<u8>, i64)>, sqlx::Error> = pages.iter().map(read).collect();
        let pages = pages.map_err(|error| invalid("page_use", "?", error))?;
        let Some((page, uses)) = pages.first() else { return Ok(()) };
        let next = pages.get(1).map_or(0, |(_, uses)| *uses);
        if !give(tx, counts, budget, page, *uses - next).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Evicts documents of `page` until the usage is within `budget`, or the page has lost more than
/// `lead` bytes, so that another page uses the most. Returns whether it evicted anything.
async fn give(
    tx: &mut SqliteConnection,
    counts: &mut Counts,
    budget: i64,
    page: &[u8],
    mut lead: i64,
) -> Result<bool, StoreError> {
    let rows = query!("evidence/find_least_worth")
        .bind(page)
        .bind(GIVEN_AT_ONCE)
        .fetch_all(&mut *tx)
        .await
        .context("find what to give up")?;
    let mut gave = 0;
    for row in &rows {
        let read = |error| invalid("document_use", "?", error);
        let hash: Vec<u8> = row.try_get(0).map_err(read)?;
        let bytes: i64 = row.try_get(1).map_err(read)?;
        give_up(tx, counts, page, &hash).await?;
        let bury = query!("evidence/evict_unused");
        if execute(tx, bury.bind(hash)).await? > 0 {
            counts.bytes -= bytes;
        }
        (gave, lead) = (gave + bytes, lead - bytes);
        if counts.bytes <= budget || lead < 0 {
            break;
        }
    }
    execute(tx, add_page_use(page.to_vec(), -gave)).await?;
    Ok(!rows.is_empty())
}

/// Removes the use of a document by `page`, and the manifests that depend on that use.
pub(super) async fn give_up(
    tx: &mut SqliteConnection,
    counts: &mut Counts,
    page: &[u8],
    hash: &[u8],
) -> Result<(), StoreError> {
    let remove = query!("evidence/remove_use");
    execute(tx, remove.bind(page.to_vec()).bind(hash.to_vec())).await?;
    let manifests = query!("evidence/remove_manifests");
    counts.manifests -= execute(tx, manifests.bind(page.to_vec()).bind(hash.to_vec())).await?;
    Ok(())
}
