//! Rows and checkpoint, read back.

use serde::de::DeserializeOwned;
use signalbook_domain::Position;
use signalbook_store::StoreError;
use signalbook_store::views::{Keys, Origin, Rows};
use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;

use super::{document, hex_list, unsigned};
use crate::error::{invalid, views_unavailable as unavailable};
use crate::row::{hash, uuid};

/// Where the views are, and what they were built from.
pub(super) async fn checkpoint(
    pool: &SqlitePool,
) -> Result<(Position, Option<Origin>), StoreError> {
    let row = sqlx::query(include_str!("../../queries/views/find_checkpoint.sql"))
        .fetch_one(pool)
        .await
        .map_err(unavailable("read the checkpoint"))?;
    let read = || {
        let position = Position(unsigned(row.try_get(0)?)?);
        let known: Option<&[u8]> = row.try_get(1)?;
        if known.is_none() {
            return Ok((position, None));
        }
        Ok((position, Some(Origin { log_id: uuid(&row, 1)?, hash: hash(&row, 2)? })))
    };
    read().map_err(|error: sqlx::Error| invalid("checkpoint", 1, error))
}

pub(super) async fn rows(pool: &SqlitePool, keys: &Keys) -> Result<Rows, StoreError> {
    let mut rows = Rows { origin: checkpoint(pool).await?.1, ..Rows::default() };
    if !keys.providers.is_empty() {
        let wanted = serde_json::json!(keys.providers).to_string();
        let query = include_str!("../../queries/views/load_providers.sql");
        let found: Vec<signalbook_store::views::ProviderView> = find(pool, query, wanted).await?;
        rows.providers = found.into_iter().map(|view| (view.slug.clone(), view)).collect();
    }
    if !keys.reports.is_empty() {
        let query = include_str!("../../queries/views/load_reports.sql");
        let found: Vec<signalbook_store::views::ReportView> =
            find(pool, query, hex_list(&keys.reports)).await?;
        rows.reports = found.into_iter().map(|view| (view.id, view)).collect();
    }
    if !keys.components.is_empty() {
        let query = include_str!("../../queries/views/load_components.sql");
        let found: Vec<signalbook_store::views::ComponentView> =
            find(pool, query, hex_list(&keys.components)).await?;
        rows.components = found.into_iter().map(|view| (view.id, view)).collect();
    }
    Ok(rows)
}

async fn find<T: DeserializeOwned>(
    pool: &SqlitePool,
    query: &'static str,
    wanted: String,
) -> Result<Vec<T>, StoreError> {
    let found = sqlx::query(query).bind(wanted).fetch_all(pool).await;
    found.map_err(unavailable("load views"))?.iter().map(document).collect()
}
