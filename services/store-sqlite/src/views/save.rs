//! Writes rows and the checkpoint in one transaction.

use serde::Serialize;
use signalbook_domain::{PageId, Position, Timestamp, Worded as _};
use signalbook_store::views::{
    ComponentView, PageView, PassedOver, ProviderView, ReportView, Rows, StatusInterval,
};
use signalbook_store::{Checkpoint, SaveError, StoreError};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::load::checkpoint;
use super::{signed, sum};
use crate::bulk::Bulk;
use crate::error::{Context as _, invalid};
use crate::file::{self, WriterPool};
use crate::query::Statement;

pub(super) struct Statements {
    providers: Bulk,
    pages: Bulk,
    reports: Bulk,
    components: Bulk,
    intervals: Bulk,
    passed_over: Bulk,
}

impl Statements {
    pub(super) fn new() -> Self {
        Self {
            providers: Bulk::new(sql!("views/put_providers")),
            pages: Bulk::new(sql!("views/put_pages")),
            reports: Bulk::new(sql!("views/put_reports")),
            components: Bulk::new(sql!("views/put_components")),
            intervals: Bulk::new(sql!("views/put_intervals")),
            passed_over: Bulk::new(sql!("views/put_passed_over")),
        }
    }
}

pub(super) async fn save(
    pool: &WriterPool,
    statements: &Statements,
    from: Position,
    to: &Checkpoint,
    rows: &Rows,
) -> Result<(), SaveError> {
    let mut tx = file::begin(pool).await.views_context("save views")?;
    let moved = query!("views/move_checkpoint")
        .bind(signed(from.0))
        .bind(signed(to.position.0))
        .bind(to.epoch.to_string())
        .bind(to.hash.as_slice())
        .bind(sum::checkpoint(to))
        .execute(&mut *tx)
        .await
        .views_context("move the checkpoint")?;
    if moved.rows_affected() == 0 {
        tx.rollback().await.views_context("save views")?;
        let actual = checkpoint(pool).await?.map_or(Position(0), |checkpoint| checkpoint.position);
        return Err(SaveError::Conflict { expected: from, actual });
    }
    put(&mut tx, statements, rows).await?;
    tx.commit().await.views_context("commit views")?;
    Ok(())
}

async fn put(
    tx: &mut SqliteConnection,
    statements: &Statements,
    rows: &Rows,
) -> Result<(), StoreError> {
    let Statements { providers, pages, reports, components, intervals, passed_over } = statements;
    put_rows(tx, "save providers", providers, rows.providers.values(), bind_provider).await?;
    let all_pages = rows.providers.values().flat_map(|view| &view.pages);
    put_rows(tx, "save pages", pages, all_pages, |query, row| Ok(bind_page(query, row))).await?;
    put_rows(tx, "save incidents", reports, rows.reports.values(), bind_report).await?;
    put_rows(tx, "save components", components, rows.components.values(), bind_component).await?;
    put_rows(tx, "save status intervals", intervals, &rows.intervals, |query, row| {
        Ok(bind_interval(query, row))
    })
    .await?;
    let kinds = rows.passed_over.values();
    put_rows(tx, "save what was passed over", passed_over, kinds, bind_passed_over).await
}

async fn put_rows<T: Copy>(
    tx: &mut SqliteConnection,
    doing: &'static str,
    bulk: &Bulk,
    rows: impl IntoIterator<Item = T>,
    bind: impl Fn(Statement, T) -> Result<Statement, StoreError>,
) -> Result<(), StoreError> {
    let rows: Vec<T> = rows.into_iter().collect();
    for (sql, piece) in bulk.pieces(&rows) {
        let query = piece.iter().copied().try_fold(sqlx::query(sql), &bind)?;
        query.execute(&mut *tx).await.views_context(doing)?;
    }
    Ok(())
}

fn bind_provider(query: Statement, view: &ProviderView) -> Result<Statement, StoreError> {
    bind_document(query.bind(view.slug.as_str()), view)
}

fn bind_page(query: Statement, (id, page): (&PageId, &PageView)) -> Statement {
    let removed_at = page.removed_at.map(Timestamp::micros);
    query.bind(id.0.as_bytes().as_slice()).bind(removed_at)
}

fn bind_report(query: Statement, view: &ReportView) -> Result<Statement, StoreError> {
    let interval = view.interval();
    let query = query
        .bind(view.id.as_bytes().as_slice())
        .bind(view.provider.as_str())
        .bind(view.kind.word())
        .bind(view.page.0.as_bytes().as_slice())
        .bind(view.external_id.as_str())
        .bind(view.impact.word())
        .bind(interval.start.micros())
        .bind(interval.end.map(Timestamp::micros));
    bind_document(query, view)
}

fn bind_component(query: Statement, view: &ComponentView) -> Result<Statement, StoreError> {
    let query = query.bind(view.id.as_bytes().as_slice()).bind(view.provider.as_str());
    bind_document(query, view)
}

fn bind_interval(
    query: Statement,
    ((component, position), interval): (&(Uuid, Position), &StatusInterval),
) -> Statement {
    query
        .bind(component.as_bytes().as_slice())
        .bind(signed(position.0))
        .bind(interval.status.word())
        .bind(interval.start.micros())
        .bind(interval.end.map(Timestamp::micros))
        .bind(sum::interval(*component, *position, interval))
}

fn bind_passed_over(query: Statement, row: &PassedOver) -> Result<Statement, StoreError> {
    bind_document(query.bind(row.of.to_string()), row)
}

/// Binds the document of a row and its checksum.
fn bind_document(query: Statement, view: &impl Serialize) -> Result<Statement, StoreError> {
    let text = serde_json::to_string(view).map_err(|error| invalid("view", "?", error))?;
    let sum = sum::document(&text);
    Ok(query.bind(text).bind(sum))
}
