//! Reads rows and the checkpoint.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::DeserializeOwned;
use signalbook_domain::Slug;
use signalbook_store::views::{
    ComponentView, Keys, PassedOver, ProviderView, RecordKind, ReportView, Rows,
};
use signalbook_store::{Checkpoint, StoreError};
use sqlx::sqlite::SqlitePool;
use uuid::Uuid;

use super::{hex_list, read};
use crate::error::{Context as _, damaged};

pub(super) async fn checkpoint(pool: &SqlitePool) -> Result<Option<Checkpoint>, StoreError> {
    let row = query!("views/find_checkpoint")
        .fetch_one(pool)
        .await
        .views_context("read the checkpoint")?;
    read::checkpoint(&row)
}

pub(super) async fn rows(pool: &SqlitePool, keys: &Keys) -> Result<Rows, StoreError> {
    Ok(Rows {
        providers: providers(pool, &keys.providers).await?,
        reports: reports(pool, &keys.reports).await?,
        components: components(pool, &keys.components).await?,
        passed_over: passed_over(pool, &keys.passed_over).await?,
        intervals: BTreeMap::new(),
    })
}

pub(super) async fn providers(
    pool: &SqlitePool,
    wanted: &BTreeSet<Slug>,
) -> Result<BTreeMap<Slug, ProviderView>, StoreError> {
    let query = sql!("views/load_providers");
    let list = || serde_json::json!(wanted).to_string();
    find(pool, ("provider_view", query), wanted, list, |view: &ProviderView| view.slug.clone())
        .await
}

pub(super) async fn reports(
    pool: &SqlitePool,
    wanted: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, ReportView>, StoreError> {
    let query = sql!("views/load_reports");
    find(pool, ("report_view", query), wanted, || hex_list(wanted), |view: &ReportView| view.id)
        .await
}

async fn components(
    pool: &SqlitePool,
    wanted: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, ComponentView>, StoreError> {
    let query = sql!("views/load_components");
    find(
        pool,
        ("component_view", query),
        wanted,
        || hex_list(wanted),
        |view: &ComponentView| view.id,
    )
    .await
}

async fn passed_over(
    pool: &SqlitePool,
    wanted: &BTreeSet<RecordKind>,
) -> Result<BTreeMap<RecordKind, PassedOver>, StoreError> {
    let query = sql!("views/load_passed_over");
    let list = || {
        let kinds: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        serde_json::json!(kinds).to_string()
    };
    find(pool, ("passed_over", query), wanted, list, |row: &PassedOver| row.of.clone()).await
}

/// The rows of `table` whose keys are `wanted`. A document with another key is damage.
async fn find<K: Ord + fmt::Display, T: DeserializeOwned>(
    pool: &SqlitePool,
    (table, query): (&'static str, &'static str),
    wanted: &BTreeSet<K>,
    list: impl FnOnce() -> String,
    key_of: impl Fn(&T) -> K,
) -> Result<BTreeMap<K, T>, StoreError> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query(query).bind(list()).fetch_all(pool).await;
    let mut found = BTreeMap::new();
    for row in &rows.views_context("load views")? {
        let view = read::document(table, row)?;
        let key = key_of(&view);
        if !wanted.contains(&key) {
            return Err(damaged(table, key, "it stands where another one should"));
        }
        found.insert(key, view);
    }
    Ok(found)
}
