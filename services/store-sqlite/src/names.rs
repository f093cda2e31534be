//! A cache of the interned names of streams and event kinds.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use signalbook_domain::event::EventKind;
use signalbook_domain::{OpenEnum, PageId, StreamId};
use signalbook_proto::Record;
use signalbook_store::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use crate::error::{invalid, unavailable};
use crate::row::{self, uuid};

/// The most streams to cache; beyond that, all of them are evicted.
const STREAMS_MAX: usize = 20_000;

pub(crate) type Named = (StreamId, PageId);

/// An event without its names; `record` adds them.
pub(crate) struct Nameless<R> {
    pub(crate) stream: i64,
    pub(crate) kind: u64,
    pub(crate) record: R,
}

/// Names by their numbers, read on demand.
#[derive(Default)]
pub(crate) struct Names {
    streams: RwLock<HashMap<i64, Named>>,
    kinds: RwLock<HashMap<u64, OpenEnum<EventKind>>>,
}

impl Names {
    /// Converts the rows of events to records.
    pub(crate) async fn records(
        &self,
        pool: &SqlitePool,
        mut rows: BoxStream<'_, Result<SqliteRow, sqlx::Error>>,
    ) -> Result<Vec<Record>, StoreError> {
        let mut nameless = Vec::new();
        // Row by row, so that decoding overlaps with SQLite's work.
        while let Some(row) = rows.try_next().await.map_err(unavailable("read events"))? {
            nameless.push(row::nameless(&row)?);
        }
        // Returns the connection to the pool, since looking up names may need it.
        drop(rows);
        self.learn_kinds(pool, nameless.iter().map(|event| event.kind)).await?;
        loop {
            let missing = match self.name(nameless) {
                Ok(records) => return Ok(records),
                Err((still_nameless, missing)) => {
                    nameless = still_nameless;
                    missing
                }
            };
            self.learn_streams(pool, &missing).await?;
        }
    }

    /// Adds the names to every record, or returns the unknown streams. The kinds must be cached.
    #[expect(clippy::type_complexity, reason = "what was given comes back with what is missing")]
    fn name<R: FnOnce(Named, OpenEnum<EventKind>) -> Record>(
        &self,
        nameless: Vec<Nameless<R>>,
    ) -> Result<Vec<Record>, (Vec<Nameless<R>>, Vec<i64>)> {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = nameless.iter().map(|event| event.stream);
        let mut missing: Vec<i64> =
            numbers.filter(|number| !streams.contains_key(number)).collect();
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            return Err((nameless, missing));
        }
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        let named = nameless.into_iter().map(|Nameless { stream, kind, record }| {
            record(streams[&stream].clone(), kinds[&kind].clone())
        });
        Ok(named.collect())
    }

    /// Reads the kinds, unless all of `wanted` are cached.
    async fn learn_kinds(
        &self,
        pool: &SqlitePool,
        wanted: impl Iterator<Item = u64> + Clone,
    ) -> Result<(), StoreError> {
        let missing = || {
            let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
            wanted.clone().find(|number| !kinds.contains_key(number))
        };
        if missing().is_none() {
            return Ok(());
        }
        let rows = sqlx::query(include_str!("../queries/log/find_kinds.sql"))
            .fetch_all(pool)
            .await
            .map_err(unavailable("name kinds"))?;
        let read: Result<HashMap<u64, OpenEnum<EventKind>>, StoreError> =
            rows.iter().map(row::kind).collect();
        self.kinds.write().unwrap_or_else(PoisonError::into_inner).extend(read?);
        match missing() {
            None => Ok(()),
            Some(number) => Err(invalid("kind", number, "events name it but it is not there")),
        }
    }

    async fn learn_streams(&self, pool: &SqlitePool, missing: &[i64]) -> Result<(), StoreError> {
        let wanted = serde_json::json!(missing).to_string();
        let rows = sqlx::query(include_str!("../queries/log/name_streams.sql"))
            .bind(wanted)
            .fetch_all(pool)
            .await
            .map_err(unavailable("name streams"))?;
        if rows.len() < missing.len() {
            return Err(invalid(
                "stream",
                format!("{missing:?}"),
                "events name it but it is not there",
            ));
        }
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        if streams.len() + rows.len() > STREAMS_MAX {
            streams.clear();
        }
        for row in &rows {
            let id: i64 = row.try_get(0).map_err(unavailable("name a stream"))?;
            let page = uuid(row, 4).map_err(|error| invalid("stream", id, error))?;
            streams.insert(id, (row::stream(id, row)?, PageId(page)));
        }
        Ok(())
    }
}
