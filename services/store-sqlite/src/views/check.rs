//! Checks everything in the views: SQLite's integrity check of the file, the schema, the checksums
//! of rows, and the columns against their documents.
//!
//! Queries answered from an index do not read the table, and a list does not show that a row is
//! missing. Only this check finds a damaged index, or a row lost with a damaged page.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use signalbook_domain::{PageId, Timestamp, Worded as _};
use signalbook_store::StoreError;
use signalbook_store::views::{ComponentView, PassedOver, ProviderView, ReportView};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use uuid::Uuid;

use super::PART;
use super::read::{self, compare};
use crate::error::{Context as _, damaged};
use crate::file::{self, IfNew, Location};
use crate::row::uuid;

/// A table, index or view in SQLite's schema: kind, name, table, statement.
type Made = (String, String, String, Option<String>);

/// Fails with the first damage.
pub(super) async fn check(pool: &SqlitePool) -> Result<(), StoreError> {
    let expected = made(&mut *fresh().await?.acquire().await.views_context(DOING)?).await?;
    let mut tx = pool.begin().await.views_context(DOING)?;
    // The page cache of the connection may be intact where the file is not.
    sqlx::query("pragma shrink_memory").execute(&mut *tx).await.views_context(DOING)?;
    if made(&mut tx).await? != expected {
        return Err(StoreError::Damaged("its tables are not those that were made".to_owned()));
    }
    integrity(&mut tx).await?;
    let checkpoint = query!("views/find_checkpoint");
    let checkpoint = checkpoint.fetch_one(&mut *tx).await.views_context(DOING)?;
    read::checkpoint(&checkpoint)?;
    pages(&mut tx).await?;
    each(&mut tx, sql!("views/all_passed_over"), passed_over).await?;
    each(&mut tx, sql!("views/check_reports"), report).await?;
    each(&mut tx, sql!("views/check_components"), component).await?;
    let intervals = sql!("views/check_intervals");
    each(&mut tx, intervals, |row| read::status_interval(row).map(drop)).await?;
    tx.rollback().await.views_context(DOING)
}

const DOING: &str = "check the views";

async fn fresh() -> Result<SqlitePool, StoreError> {
    let opened = file::open(&Location::Memory, &PART, IfNew::Make).await;
    let opened = opened
        .map_err(|error| StoreError::Unavailable { doing: DOING, source: Box::new(error) })?;
    Ok(opened.readers.clone())
}

async fn made(database: &mut SqliteConnection) -> Result<Vec<Made>, StoreError> {
    let query = sqlx::query_as(sql!("views/check_schema"));
    query.fetch_all(database).await.views_context(DOING)
}

/// SQLite's own check: pages, trees, and indexes against their tables.
async fn integrity(database: &mut SqliteConnection) -> Result<(), StoreError> {
    let query = sqlx::query_scalar::<_, String>("pragma integrity_check(1)");
    let said = query.fetch_one(database).await.views_context(DOING)?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(format!("SQLite: {said}"))) }
}

async fn each(
    database: &mut SqliteConnection,
    query: &'static str,
    check: impl Fn(&SqliteRow) -> Result<(), StoreError> + Send,
) -> Result<(), StoreError> {
    let mut rows = sqlx::query(query).fetch(database);
    while let Some(row) = rows.try_next().await.views_context(DOING)? {
        check(&row)?;
    }
    Ok(())
}

fn passed_over(row: &SqliteRow) -> Result<(), StoreError> {
    let read: PassedOver = read::document("passed_over", row)?;
    let kind = read.of.to_string();
    row.try_get(2)
        .and_then(|key: &str| compare("kind", &key, &kind.as_str()))
        .map_err(|error| damaged("passed_over", kind, error))
}

/// Checks the providers, and the page rows that repeat their removal times.
async fn pages(database: &mut SqliteConnection) -> Result<(), StoreError> {
    let query = query!("views/all_providers");
    let rows = query.fetch_all(&mut *database).await.views_context(DOING)?;
    let mut expected: BTreeMap<PageId, Option<Timestamp>> = BTreeMap::new();
    for row in &rows {
        let view: ProviderView = read::document("provider_view", row)?;
        let slug = view.slug.as_str();
        row.try_get(2)
            .and_then(|key: &str| compare("slug", &key, &slug))
            .map_err(|error| damaged("provider_view", slug, error))?;
        expected.extend(view.pages.iter().map(|(id, page)| (*id, page.removed_at)));
    }
    let query = query!("views/check_pages");
    let rows = query.fetch_all(database).await.views_context(DOING)?;
    for row in &rows {
        let mut check = || {
            let page = PageId(uuid(row, 0)?);
            let removed_at = row.try_get::<Option<i64>, _>(1)?.map(Timestamp::from_micros);
            compare("page", &Some(removed_at), &expected.remove(&page))
        };
        check().map_err(|error: sqlx::Error| damaged("page_view", "?", error))?;
    }
    match expected.first_key_value() {
        Some((page, _)) => Err(damaged("page_view", page.0, "it is not there")),
        None => Ok(()),
    }
}

fn report(row: &SqliteRow) -> Result<(), StoreError> {
    let view: ReportView = read::document("report_view", row)?;
    let check = || {
        let interval = view.interval();
        compare("id", &uuid(row, 3)?, &view.id)?;
        compare("provider", &row.try_get(4)?, &view.provider.as_str())?;
        compare("kind", &row.try_get::<&str, _>(5)?, &view.kind.word())?;
        compare("page", &uuid(row, 6)?, &view.page.0)?;
        compare("vendor's id", &row.try_get(7)?, &view.external_id.as_str())?;
        compare("impact", &row.try_get(8)?, &view.impact.word())?;
        compare("start", &row.try_get(9)?, &interval.start.micros())?;
        compare("end", &row.try_get(10)?, &interval.end.map(Timestamp::micros))
    };
    check().map_err(|error: sqlx::Error| damaged("report_view", view.id, error))
}

fn component(row: &SqliteRow) -> Result<(), StoreError> {
    let view: ComponentView = read::document("component_view", row)?;
    let check = || {
        compare::<Uuid>("id", &uuid(row, 3)?, &view.id)?;
        compare("provider", &row.try_get(4)?, &view.provider.as_str())
    };
    check().map_err(|error: sqlx::Error| damaged("component_view", view.id, error))
}
