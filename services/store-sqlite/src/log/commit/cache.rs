//! A cache of streams, interned names and the log's end, so that an append looks up none of them.
//! It is valid as long as nothing else writes to the log, and invalidated by every failure.

use std::collections::HashMap;

use signalbook_domain::{PageId, Revision, StreamId};
use signalbook_store::{Head, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use super::interned::Interned;
use super::manifests::RecentManifests;
use super::plan::{PlannedManifest, StreamRow};
use crate::error::{Context as _, invalid};
use crate::log::epochs::find_mark;
use crate::log::signed;
use crate::row::{hex_list, unsigned, uuid};

/// The most streams to cache; beyond that, all of them are evicted.
const STREAMS_MAX: usize = 20_000;

/// A stream's number, page and number of events.
#[derive(Clone, Copy, Debug)]
pub(super) struct CachedStream {
    pub(super) number: i64,
    pub(super) page: PageId,
    pub(super) revision: Revision,
}

/// The cached state of the database.
#[derive(Default)]
pub(super) struct CommitCache {
    pub(super) streams: HashMap<StreamId, CachedStream>,
    pub(super) interned: Interned,
    pub(super) last_stream: i64,
    /// The last row version of a page row.
    pub(super) last_mark: i64,
    pub(super) manifests: RecentManifests,
    pub(super) head: Option<Head>,
    /// Whether the log has a restore mark and takes no append.
    pub(super) is_restored: bool,
    is_read: bool,
}

impl CommitCache {
    /// Reads the `streams` that are not cached and, on first use, all other state but `head`.
    pub(super) async fn learn<'a>(
        &mut self,
        tx: &mut SqliteConnection,
        head: &Head,
        streams: impl Iterator<Item = &'a StreamId>,
    ) -> Result<(), StoreError> {
        if self.streams.len() > STREAMS_MAX {
            self.streams.clear();
        }
        if !self.is_read {
            self.interned = Interned::read(tx).await?;
            self.last_stream = last(tx, sql!("log/last_stream")).await?;
            self.last_mark = last(tx, sql!("log/last_mark")).await?;
            self.manifests = RecentManifests::read(tx, head).await?;
            self.is_restored = find_mark(tx).await?.is_some();
            self.is_read = true;
        }
        let unknown: Vec<&StreamId> =
            streams.filter(|stream| !self.streams.contains_key(stream)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let rows = query!("log/find_streams")
            .bind(hex_list(unknown.iter().map(|stream| &stream.id)))
            .fetch_all(&mut *tx)
            .await
            .context("find streams")?;
        let found: Result<HashMap<_, _>, _> = rows.iter().map(stream).collect();
        let found = found.map_err(|error| invalid("stream", "?", error))?;
        for stream in unknown {
            let provider = self.interned.providers.get(&stream.provider);
            let key = provider.map(|number| (stream.kind.word().to_owned(), *number, stream.id));
            if let Some(known) = key.and_then(|key| found.get(&key)) {
                self.streams.insert(stream.clone(), *known);
            }
        }
        Ok(())
    }

    /// Updates the cache after a commit that ended at `end`.
    pub(super) fn advance(
        &mut self,
        end: Head,
        streams: HashMap<StreamId, StreamRow>,
        last_stream: i64,
        pages: usize,
        manifests: &[PlannedManifest<'_>],
    ) {
        self.head = Some(end);
        self.last_stream = last_stream;
        self.last_mark += signed(pages as u64);
        self.streams.extend(streams.into_values().map(|row| (row.id, row.cached)));
        self.manifests.add(manifests);
    }
}

async fn last(tx: &mut SqliteConnection, query: &'static str) -> Result<i64, StoreError> {
    let row = sqlx::query(query).fetch_one(tx).await.context("begin an append")?;
    row.try_get(0).context("begin an append")
}

type Key = (String, i64, Uuid);

fn stream(row: &SqliteRow) -> Result<(Key, CachedStream), sqlx::Error> {
    let revision = Revision(unsigned(row.try_get(5)?)?);
    let page = PageId(uuid(row, 4)?);
    let known = CachedStream { number: row.try_get(0)?, page, revision };
    Ok(((row.try_get(1)?, row.try_get(2)?, uuid(row, 3)?), known))
}
