//! Rows and checkpoint, written in one transaction.

use serde::Serialize;
use signalbook_domain::{Position, Timestamp, Worded as _};
use signalbook_store::views::Rows;
use signalbook_store::{Checkpoint, SaveError, StoreError};
use sqlx::sqlite::SqliteConnection;

use super::load::checkpoint;
use super::{signed, sum};
use crate::bulk::Bulk;
use crate::error::{invalid, views_unavailable as unavailable};
use crate::file::{self, WriterPool};

/// The statements that write rows.
pub(super) struct Statements {
    providers: Bulk,
    pages: Bulk,
    reports: Bulk,
    components: Bulk,
    intervals: Bulk,
}

impl Statements {
    pub(super) fn new() -> Self {
        Self {
            providers: Bulk::new(include_str!("../../queries/views/put_providers.sql")),
            pages: Bulk::new(include_str!("../../queries/views/put_pages.sql")),
            reports: Bulk::new(include_str!("../../queries/views/put_reports.sql")),
            components: Bulk::new(include_str!("../../queries/views/put_components.sql")),
            intervals: Bulk::new(include_str!("../../queries/views/put_intervals.sql")),
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
    let mut tx = file::begin(pool).await.map_err(unavailable("save views"))?;
    let moved = sqlx::query(include_str!("../../queries/views/move_checkpoint.sql"))
        .bind(signed(from.0))
        .bind(signed(to.position.0))
        .bind(to.epoch.to_string())
        .bind(to.hash.as_slice())
        .bind(sum::checkpoint(to))
        .execute(&mut *tx)
        .await
        .map_err(unavailable("move the checkpoint"))?;
    if moved.rows_affected() == 0 {
        tx.rollback().await.map_err(unavailable("save views"))?;
        let actual = checkpoint(pool).await?.map_or(Position(0), |checkpoint| checkpoint.position);
        return Err(SaveError::Conflict { expected: from, actual });
    }
    put(&mut tx, statements, rows).await?;
    tx.commit().await.map_err(unavailable("commit views"))?;
    Ok(())
}

async fn put(
    tx: &mut SqliteConnection,
    statements: &Statements,
    rows: &Rows,
) -> Result<(), StoreError> {
    let providers: Vec<_> = rows.providers.values().collect();
    for (sql, piece) in statements.providers.pieces(&providers) {
        let mut query = sqlx::query(sql);
        for view in piece {
            let (document, sum) = json(view)?;
            query = query.bind(view.slug.as_str()).bind(document).bind(sum);
        }
        query.execute(&mut *tx).await.map_err(unavailable("save providers"))?;
    }
    let pages: Vec<_> = rows.providers.values().flat_map(|view| &view.pages).collect();
    for (sql, piece) in statements.pages.pieces(&pages) {
        let mut query = sqlx::query(sql);
        for (id, page) in piece {
            query =
                query.bind(id.0.as_bytes().as_slice()).bind(page.removed_at.map(Timestamp::micros));
        }
        query.execute(&mut *tx).await.map_err(unavailable("save pages"))?;
    }
    let reports: Vec<_> = rows.reports.values().collect();
    for (sql, piece) in statements.reports.pieces(&reports) {
        let mut query = sqlx::query(sql);
        for view in piece {
            let interval = view.interval();
            let (document, sum) = json(view)?;
            query = query
                .bind(view.id.as_bytes().as_slice())
                .bind(view.provider.as_str())
                .bind(view.kind.word())
                .bind(view.page.0.as_bytes().as_slice())
                .bind(view.external_id.as_str())
                .bind(view.impact.word())
                .bind(interval.start.micros())
                .bind(interval.end.map(Timestamp::micros))
                .bind(document)
                .bind(sum);
        }
        query.execute(&mut *tx).await.map_err(unavailable("save incidents"))?;
    }
    for (kind, row) in &rows.passed_over {
        let (document, sum) = json(row)?;
        let query = sqlx::query(include_str!("../../queries/views/put_passed_over.sql"));
        let query = query.bind(kind.to_string()).bind(document).bind(sum);
        query.execute(&mut *tx).await.map_err(unavailable("save what was passed over"))?;
    }
    put_components(tx, statements, rows).await
}

/// Components and how they did.
async fn put_components(
    tx: &mut SqliteConnection,
    statements: &Statements,
    rows: &Rows,
) -> Result<(), StoreError> {
    let components: Vec<_> = rows.components.values().collect();
    for (sql, piece) in statements.components.pieces(&components) {
        let mut query = sqlx::query(sql);
        for view in piece {
            let (document, sum) = json(view)?;
            query = query
                .bind(view.id.as_bytes().as_slice())
                .bind(view.provider.as_str())
                .bind(document)
                .bind(sum);
        }
        query.execute(&mut *tx).await.map_err(unavailable("save components"))?;
    }
    let intervals: Vec<_> = rows.intervals.iter().collect();
    for (sql, piece) in statements.intervals.pieces(&intervals) {
        let mut query = sqlx::query(sql);
        for ((component, position), interval) in piece {
            query = query
                .bind(component.as_bytes().as_slice())
                .bind(signed(position.0))
                .bind(interval.status.word())
                .bind(interval.start.micros())
                .bind(interval.end.map(Timestamp::micros))
                .bind(sum::interval(*component, *position, interval));
        }
        query.execute(&mut *tx).await.map_err(unavailable("save status intervals"))?;
    }
    Ok(())
}

/// The document of a row, and its sum.
fn json(view: &impl Serialize) -> Result<(String, i64), StoreError> {
    let text = serde_json::to_string(view).map_err(|error| invalid("view", "?", error))?;
    let sum = sum::document(&text);
    Ok((text, sum))
}
