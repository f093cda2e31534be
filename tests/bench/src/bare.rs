//! The bare engine: the same rows, tables and settings, without what Signalbook does around them.

use std::collections::HashMap;
use std::path::Path;

use signalbook_domain::{Author, StreamId, Timestamp};
use signalbook_proto::Draft;
use signalbook_proto::chain::{Hash, Link, genesis};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::bench::LOG_ID;
use crate::data::Story;

/// The tables of the log.
pub(crate) const LOG: &str = include_str!("../../../migrations/sqlite/0001_log.sql");

/// The tables of the views.
pub(crate) const VIEWS: &str = concat!(include_str!("../../../migrations/sqlite/0002_views.sql"),);

/// Opens a database with the settings that Signalbook uses.
pub(crate) async fn open(
    path: &Path,
    synchronous: SqliteSynchronous,
) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .row_buffer_size(1_000)
        .foreign_keys(false)
        .pragma("recursive_triggers", "on")
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-4000")
        .pragma("wal_autocheckpoint", "10000");
    Ok(options.connect().await?)
}

/// A new database with these tables.
pub(crate) async fn create(
    path: &Path,
    tables: &'static str,
    synchronous: SqliteSynchronous,
) -> anyhow::Result<SqliteConnection> {
    let mut connection = open(path, synchronous).await?;
    sqlx::raw_sql(tables).execute(&mut connection).await?;
    Ok(connection)
}

/// A row of the table `event`, with everything that an append would compute.
#[derive(Clone)]
pub(crate) struct EventRow {
    position: i64,
    stream: i64,
    revision: i64,
    provider: i64,
    recorded_at: Timestamp,
    hash: Hash,
    draft: Draft,
}

/// The rows that a log has after `stories` were appended in this order.
pub(crate) fn event_rows(stories: &[Story], recorded_at: Timestamp) -> Vec<EventRow> {
    let mut streams: HashMap<&StreamId, (i64, u64)> = HashMap::new();
    let mut providers: HashMap<&str, i64> = HashMap::new();
    let mut hash = genesis(LOG_ID);
    let mut rows = Vec::with_capacity(stories.len());
    for (Story { stream, draft, .. }, position) in stories.iter().zip(1..) {
        let number = next(streams.len());
        let (number, revision) = streams.entry(stream).or_insert((number, 0));
        *revision += 1;
        let number_of_provider = next(providers.len());
        let provider = *providers.entry(stream.provider.as_str()).or_insert(number_of_provider);
        hash = link(draft, position, &stream.to_string(), *revision, recorded_at).hash(&hash);
        rows.push(EventRow {
            position: position.cast_signed(),
            stream: *number,
            revision: revision.cast_signed(),
            provider,
            recorded_at,
            hash,
            draft: draft.clone(),
        });
    }
    rows
}

fn next(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX) + 1
}

fn link<'a>(
    draft: &'a Draft,
    position: u64,
    stream: &'a str,
    revision: u64,
    recorded_at: Timestamp,
) -> Link<'a> {
    Link {
        position: signalbook_domain::Position(position),
        stream,
        page: signalbook_domain::PageId(uuid::Uuid::nil()),
        revision: signalbook_domain::Revision(revision),
        id: draft.id,
        kind: draft.kind.word(),
        schema: draft.schema,
        occurred_at: draft.times.occurred_at,
        published_at: draft.times.published_at,
        observed_at: draft.times.observed_at,
        recorded_at,
        backfilled: draft.backfilled,
        author: draft.author.as_ref().map(Author::as_str),
        observation: draft.observation,
        payload_hash: &draft.payload_hash,
    }
}

/// Inserts one row with a prepared statement; a transaction of its own unless one is open.
pub(crate) async fn insert_event(
    connection: &mut SqliteConnection,
    row: &EventRow,
) -> anyhow::Result<()> {
    let draft = &row.draft;
    sqlx::query(include_str!("../../../services/store-sqlite/queries/log/insert_events.sql"))
        .bind(row.position)
        .bind(row.stream)
        .bind(row.revision)
        .bind(draft.id.0.as_bytes().as_slice())
        .bind(draft.kind.known().map(|kind| kind as i64))
        .bind(draft.schema)
        .bind(row.provider)
        .bind(draft.times.occurred_at.map(Timestamp::micros))
        .bind(draft.times.published_at.map(Timestamp::micros))
        .bind(draft.times.observed_at.micros())
        .bind(row.recorded_at.micros())
        .bind(draft.backfilled)
        .bind(draft.author.as_ref().map(Author::as_str))
        .bind(draft.observation.map(|seen| [seen.id.0.as_bytes().as_slice(), &seen.hash].concat()))
        .bind(draft.payload.as_slice())
        .bind(draft.payload_hash.as_slice())
        .bind(row.hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
