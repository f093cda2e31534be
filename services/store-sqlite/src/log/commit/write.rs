//! The statements that write a plan, within the caller's transaction.

use std::collections::HashMap;

use signalbook_domain::{PageId, Platform, Timestamp, Worded as _};
use signalbook_proto::ObservationRef;
use signalbook_store::{Head, PageRow, StoreError};
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};

use super::interned::Interned;
use super::plan::{EventRow, PlannedManifest, StreamRow};
use crate::bulk::Bulk;
use crate::error::{invalid, unavailable};
use crate::log::signed;
use crate::row::stream_kind_number;

/// A statement with its values.
type Statement = Query<'static, Sqlite, SqliteArguments>;

/// The statements that write many rows.
pub(super) struct Statements {
    events: Bulk,
    streams: Bulk,
    pages: Bulk,
    manifests: Bulk,
}

impl Statements {
    pub(super) fn new() -> Self {
        Self {
            events: Bulk::new(include_str!("../../../queries/log/insert_events.sql")),
            streams: Bulk::new(include_str!("../../../queries/log/insert_streams.sql")),
            pages: Bulk::new(include_str!("../../../queries/log/put_pages.sql")),
            manifests: Bulk::new(include_str!("../../../queries/log/insert_manifests.sql")),
        }
    }

    /// The statements that write streams that are new.
    pub(super) fn streams<'a>(
        &'a self,
        rows: &'a [&StreamRow],
        interned: &'a Interned,
    ) -> impl Iterator<Item = Statement> {
        self.streams.pieces(rows).map(|(sql, piece)| {
            piece.iter().fold(sqlx::query(sql), |query, row| {
                query
                    .bind(row.known.number)
                    .bind(stream_kind_number(row.id.kind))
                    .bind(interned.providers.get(&row.id.provider).copied())
                    .bind(row.id.id.as_bytes().as_slice())
                    .bind(row.known.page.0.as_bytes().as_slice())
            })
        })
    }

    /// The statements that write `count` events.
    pub(super) fn events<'a, 'e>(
        &'a self,
        count: usize,
        events: &'a mut impl Iterator<Item = EventRow<'e>>,
        interned: &'a Interned,
    ) -> impl Iterator<Item = Statement> {
        self.events.sizes(count).map(move |(sql, rows)| {
            let piece = events.by_ref().take(rows);
            piece.fold(sqlx::query(sql), |query, row| bind(query, &row, interned))
        })
    }

    /// The statements that write manifests.
    pub(super) fn manifests<'a>(
        &'a self,
        rows: &'a [PlannedManifest<'_>],
    ) -> impl Iterator<Item = Statement> {
        self.manifests.pieces(rows).map(|(sql, piece)| {
            piece.iter().fold(sqlx::query(sql), |query, row| {
                query
                    .bind(signed(row.number))
                    .bind(row.manifest.observation().0.as_bytes().as_slice())
                    .bind(row.manifest.bytes())
                    .bind(row.hash.as_slice())
            })
        })
    }

    /// Writes the rows of pages behind the mark `last`. Answers the last of theirs.
    pub(super) async fn pages(
        &self,
        tx: &mut SqliteConnection,
        pages: &HashMap<PageId, &PageRow>,
        last: i64,
    ) -> Result<i64, StoreError> {
        let numbered = pages.values().zip(last + 1..);
        let texts: Vec<PageText<'_>> =
            numbered.map(|(row, mark)| page_text(row, mark)).collect::<Result<_, _>>()?;
        for (sql, piece) in self.pages.pieces(&texts) {
            let query =
                piece.iter().fold(sqlx::query(sql), |query, PageText { row, poll_state, mark }| {
                    query
                        .bind(row.id.0.as_bytes().as_slice())
                        .bind(row.provider.as_str())
                        .bind(row.name.as_str())
                        .bind(row.url.as_str())
                        .bind(i64::try_from(row.interval.as_micros()).unwrap_or(i64::MAX))
                        .bind(row.added_at.micros())
                        .bind(row.watched)
                        .bind(row.platform.map(Platform::word))
                        .bind(row.poll_state.last_slot.0)
                        .bind(poll_state.as_str())
                        .bind(*mark)
                });
            query.execute(&mut *tx).await.map_err(unavailable("write pages"))?;
        }
        Ok(texts.last().map_or(last, |text| text.mark))
    }
}

/// A page's row and its text, ready to be bound.
struct PageText<'a> {
    row: &'a PageRow,
    poll_state: String,
    mark: i64,
}

fn page_text(row: &PageRow, mark: i64) -> Result<PageText<'_>, StoreError> {
    let poll_state = serde_json::to_string(&row.poll_state);
    let poll_state = poll_state.map_err(|error| invalid("page", row.id, error))?;
    Ok(PageText { row, poll_state, mark })
}

/// Executes `statements`, each made ready while SQLite works on the one before.
pub(super) async fn in_turn(
    tx: &mut SqliteConnection,
    mut statements: impl Iterator<Item = Statement>,
) -> Result<(), StoreError> {
    let mut next = statements.next();
    while let Some(statement) = next {
        let written;
        (written, next) = tokio::join!(statement.execute(&mut *tx), async { statements.next() });
        written.map_err(unavailable("write events"))?;
    }
    Ok(())
}

fn bind(query: Statement, row: &EventRow<'_>, interned: &Interned) -> Statement {
    let draft = row.draft;
    query
        .bind(signed(row.position.0))
        .bind(row.number)
        .bind(signed(row.revision.0))
        .bind(draft.id.0.as_bytes().as_slice())
        .bind(interned.kinds.get(&draft.kind).copied())
        .bind(draft.schema)
        .bind(interned.providers.get(&row.stream.provider).copied())
        .bind(draft.times.occurred_at.map(Timestamp::micros))
        .bind(draft.times.published_at.map(Timestamp::micros))
        .bind(draft.times.observed_at.micros())
        .bind(row.recorded_at.micros())
        .bind(draft.backfilled)
        .bind(draft.observation.as_ref().map(observation))
        .bind(draft.payload.as_slice())
        .bind(draft.payload_hash.as_slice())
        .bind(row.hash.as_slice())
}

/// An observation as events hold it: its id and the hash of its manifest.
fn observation(observation: &ObservationRef) -> Vec<u8> {
    [observation.id.0.as_bytes().as_slice(), &observation.hash].concat()
}

pub(crate) async fn head(tx: &mut SqliteConnection, end: &Head) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../../queries/log/move_head.sql"))
        .bind(signed(end.position.0))
        .bind(end.hash.as_slice())
        .bind(end.recorded_at.micros())
        .bind(signed(end.manifests))
        .bind(end.manifest_hash.as_slice())
        .execute(tx)
        .await
        .map_err(unavailable("move the log's head"))?;
    Ok(())
}
