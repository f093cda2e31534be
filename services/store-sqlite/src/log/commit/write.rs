//! The statements that write a plan, within the caller's transaction.

use signalbook_domain::Timestamp;
use signalbook_proto::ObservationRef;
use signalbook_store::{Head, PageRow, StoreError};
use sqlx::sqlite::SqliteConnection;

use super::interned::Interned;
use super::plan::{EventRow, PlannedManifest, StreamRow};
use crate::bulk::{Bulk, Statement};
use crate::error::{invalid, unavailable};
use crate::log::signed;

/// The statements that write many rows.
pub(super) struct Statements {
    events: Bulk,
    streams: Bulk,
    finish: Bulk,
}

impl Statements {
    pub(super) fn new() -> Self {
        Self {
            events: Bulk::new(include_str!("../../../queries/log/insert_events.sql")),
            streams: Bulk::new(include_str!("../../../queries/log/insert_streams.sql")),
            finish: Bulk::joined(&[
                include_str!("../../../queries/log/insert_manifests.sql"),
                include_str!("../../../queries/log/put_pages.sql"),
                include_str!("../../../queries/log/move_head.sql"),
            ]),
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
                    .bind(row.cached.number)
                    .bind(row.id.kind.word().to_owned())
                    .bind(interned.providers.get(&row.id.provider).copied())
                    .bind(row.id.id.as_bytes().as_slice())
                    .bind(row.cached.page.0.as_bytes().as_slice())
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

    /// Writes manifests, the rows of pages and the end of the log, if it moved: in one hop, unless
    /// they are very many.
    pub(super) async fn finish(
        &self,
        tx: &mut SqliteConnection,
        manifests: &[PlannedManifest<'_>],
        pages: &[PageText<'_>],
        head: Option<&Head>,
    ) -> Result<(), StoreError> {
        let (mut manifests, mut pages) = (manifests.iter(), pages.iter());
        let mut rest = manifests.len().max(pages.len()).max(usize::from(head.is_some()));
        while rest > 0 {
            let (sql, room) = self.finish.shape(rest);
            rest = rest.saturating_sub(room);
            let mut query = sqlx::query(sql);
            for _ in 0..room {
                query = bind_manifest(query, manifests.next());
            }
            for _ in 0..room {
                query = bind_page(query, pages.next());
            }
            if let Some(head) = head.filter(|_| rest == 0) {
                query = bind_head(query, head);
            }
            query.execute(&mut *tx).await.map_err(unavailable("end a group of appends"))?;
        }
        Ok(())
    }
}

/// A page's row and its text, ready to be bound.
pub(super) struct PageText<'a> {
    row: &'a PageRow,
    poll_state: String,
    mark: i64,
}

pub(super) fn page_text(row: &PageRow, mark: i64) -> Result<PageText<'_>, StoreError> {
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
        .bind(draft.author.as_ref().map(|author| author.as_str().to_owned()))
        .bind(draft.observation.as_ref().map(observation))
        .bind(draft.payload.as_slice())
        .bind(draft.payload_hash.as_slice())
        .bind(row.hash.as_slice())
}

/// An observation as events hold it: its id and the hash of its manifest.
fn observation(observation: &ObservationRef) -> Vec<u8> {
    [observation.id.0.as_bytes().as_slice(), &observation.hash].concat()
}

fn bind_manifest(query: Statement, row: Option<&PlannedManifest<'_>>) -> Statement {
    query
        .bind(row.map(|row| signed(row.number)))
        .bind(row.map(|row| row.manifest.observation().0.as_bytes().to_vec()))
        .bind(row.map(|row| row.manifest.bytes().to_vec()))
        .bind(row.map(|row| row.hash.to_vec()))
}

fn bind_page(query: Statement, text: Option<&PageText<'_>>) -> Statement {
    let row = text.map(|text| text.row);
    query
        .bind(row.map(|row| row.id.0.as_bytes().to_vec()))
        .bind(row.map(|row| row.provider.as_str().to_owned()))
        .bind(row.map(|row| row.name.clone()))
        .bind(row.map(|row| row.url.clone()))
        .bind(row.map(|row| i64::try_from(row.interval.as_micros()).unwrap_or(i64::MAX)))
        .bind(row.map(|row| row.added_at.micros()))
        .bind(row.map(|row| row.watched))
        .bind(row.and_then(|row| row.platform.as_ref().map(|platform| platform.word().to_owned())))
        .bind(row.map(|row| row.poll_state.last_slot.0))
        .bind(text.map(|text| text.poll_state.clone()))
        .bind(text.map(|text| text.mark))
}

fn bind_head(query: Statement, head: &Head) -> Statement {
    query
        .bind(signed(head.position.0))
        .bind(head.hash.to_vec())
        .bind(head.recorded_at.micros())
        .bind(signed(head.manifests))
        .bind(head.manifest_hash.to_vec())
}

pub(crate) async fn move_head(tx: &mut SqliteConnection, end: &Head) -> Result<(), StoreError> {
    let query = sqlx::query(include_str!("../../../queries/log/move_head.sql"));
    bind_head(query, end).execute(tx).await.map_err(unavailable("move the log's head"))?;
    Ok(())
}
