//! The statements that write a plan within the caller's transaction.

use signalbook_domain::Timestamp;
use signalbook_proto::ObservationRef;
use signalbook_store::{Head, PageRow, StoreError};
use sqlx::SqlStr;
use sqlx::sqlite::SqliteConnection;

use super::interned::Interned;
use super::plan::{EventRow, PlannedManifest, StreamRow};
use crate::bulk::Bulk;
use crate::error::{Context as _, invalid};
use crate::log::signed;
use crate::query::Statement;

pub(super) struct Statements {
    events: Bulk,
    streams: Bulk,
    finish: Bulk,
}

impl Statements {
    pub(super) fn new() -> Self {
        Self {
            events: Bulk::new(sql!("log/insert_events")),
            streams: Bulk::new(sql!("log/insert_streams")),
            finish: Bulk::joined(&[
                sql!("log/insert_manifests"),
                sql!("log/put_pages"),
                sql!("log/move_head"),
            ]),
        }
    }

    /// The statements that write new streams.
    pub(super) fn streams<'a>(
        &'a self,
        rows: &'a [&StreamRow],
        interned: &'a Interned,
    ) -> impl Iterator<Item = Result<Statement, StoreError>> {
        self.streams.pieces(rows).map(|(sql, piece)| {
            Ok(piece.iter().fold(sqlx::query(sql), |query, row| {
                query
                    .bind(row.cached.number)
                    .bind(row.id.kind.word().to_owned())
                    .bind(interned.providers.get(&row.id.provider).copied())
                    .bind(row.id.id.as_bytes().as_slice())
                    .bind(row.cached.page.0.as_bytes().as_slice())
            }))
        })
    }

    /// The statements that together write `count` events, each with its number of events.
    pub(super) fn event_sizes(&self, count: usize) -> impl Iterator<Item = (SqlStr, usize)> {
        self.events.sizes(count)
    }

    /// The statements that write manifests, page rows and the log's end, if it moved: one, unless
    /// the rows exceed the largest shape. The page rows get row versions from `first_mark` on.
    pub(super) fn finish<'a>(
        &'a self,
        manifests: &'a [PlannedManifest<'_>],
        pages: &'a [&PageRow],
        first_mark: i64,
        head: Option<Head>,
    ) -> impl Iterator<Item = Result<Statement, StoreError>> {
        let mut rest = manifests.len().max(pages.len()).max(usize::from(head.is_some()));
        let (mut manifests, mut pages) = (manifests.iter(), pages.iter().zip(first_mark..));
        std::iter::from_fn(move || {
            let (sql, room) = (rest > 0).then(|| self.finish.shape(rest))?;
            rest = rest.saturating_sub(room);
            let query =
                (0..room).fold(sqlx::query(sql), |query, _| bind_manifest(query, manifests.next()));
            let query = (0..room).try_fold(query, |query, _| bind_page(query, pages.next()));
            Some(match head.filter(|_| rest == 0) {
                Some(head) => query.map(|query| bind_head(query, &head)),
                None => query,
            })
        })
    }
}

/// Executes `statements`; each is built while SQLite executes the previous one.
pub(super) async fn in_turn(
    tx: &mut SqliteConnection,
    mut statements: impl Iterator<Item = Result<Statement, StoreError>>,
) -> Result<(), StoreError> {
    let mut next = statements.next().transpose()?;
    while let Some(statement) = next {
        let build = async { statements.next().transpose() };
        let (written, built) = tokio::join!(statement.execute(&mut *tx), build);
        written.context("write appends")?;
        next = built?;
    }
    Ok(())
}

/// Binds the next events to a statement that takes `rows` of them.
pub(super) fn bind_events<'e>(
    (sql, rows): (SqlStr, usize),
    events: &mut impl Iterator<Item = EventRow<'e>>,
    interned: &Interned,
) -> Statement {
    let piece = events.take(rows);
    piece.fold(sqlx::query(sql), |query, row| bind(query, &row, interned))
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

/// An observation as stored with an event: its id and the hash of its manifest.
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

fn bind_page(query: Statement, page: Option<(&&PageRow, i64)>) -> Result<Statement, StoreError> {
    let row = page.map(|(row, _)| *row);
    let poll_state = row.map(|row| serde_json::to_string(&row.poll_state)).transpose();
    let key = row.map(|row| row.id.to_string()).unwrap_or_default();
    Ok(query
        .bind(row.map(|row| row.id.0.as_bytes().to_vec()))
        .bind(row.map(|row| row.provider.as_str().to_owned()))
        .bind(row.map(|row| row.name.clone()))
        .bind(row.map(|row| row.url.clone()))
        .bind(row.map(|row| i64::try_from(row.interval.as_micros()).unwrap_or(i64::MAX)))
        .bind(row.map(|row| row.added_at.micros()))
        .bind(row.map(|row| row.watched))
        .bind(row.and_then(|row| row.platform.as_ref().map(|platform| platform.word().to_owned())))
        .bind(row.map(|row| row.poll_state.last_slot.0))
        .bind(poll_state.map_err(|error| invalid("page", key, error))?)
        .bind(page.map(|(_, mark)| mark)))
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
    let query = query!("log/move_head");
    bind_head(query, end).execute(tx).await.context("move the log's head")?;
    Ok(())
}
