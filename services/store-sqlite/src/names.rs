//! A cache of the interned names of streams and event kinds.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use signalbook_domain::event::EventKind;
use signalbook_domain::{OpenEnum, PageId, StreamId};
use signalbook_proto::Record;
use signalbook_store::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use crate::error::{Context as _, invalid};
use crate::row::{self, uuid};

/// The most streams to cache; beyond that, all of them are evicted.
const STREAMS_MAX: usize = 20_000;

pub(crate) type Named = (StreamId, PageId);

type Kinds = HashMap<u64, OpenEnum<EventKind>>;

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
    kinds: RwLock<Arc<Kinds>>,
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
        while let Some(row) = rows.try_next().await.context("read events")? {
            nameless.push(row::nameless(&row)?);
        }
        // Returns the connection to the pool, since looking up names may need it.
        drop(rows);
        let streams = self.streams(pool, nameless.iter().map(|event| event.stream)).await?;
        let kinds = self.kinds(pool, nameless.iter().map(|event| event.kind)).await?;
        let named = nameless.into_iter().map(|Nameless { stream, kind, record }| {
            record(streams[&stream].clone(), kinds[&kind].clone())
        });
        Ok(named.collect())
    }

    /// The names of kinds, with all that are `wanted`.
    async fn kinds(
        &self,
        pool: &SqlitePool,
        mut wanted: impl Iterator<Item = u64> + Clone,
    ) -> Result<Arc<Kinds>, StoreError> {
        let cached = self.kinds.read().unwrap_or_else(PoisonError::into_inner).clone();
        if wanted.clone().all(|number| cached.contains_key(&number)) {
            return Ok(cached);
        }
        let rows = query!("log/find_kinds").fetch_all(pool).await.context("name kinds")?;
        let read: Arc<Kinds> = Arc::new(rows.iter().map(row::kind).collect::<Result<_, _>>()?);
        self.kinds.write().unwrap_or_else(PoisonError::into_inner).clone_from(&read);
        match wanted.find(|number| !read.contains_key(number)) {
            None => Ok(read),
            Some(number) => Err(invalid("kind", number, "events name it but it is not there")),
        }
    }

    /// The names of the `wanted` streams.
    async fn streams(
        &self,
        pool: &SqlitePool,
        wanted: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, Named>, StoreError> {
        let mut missing: Vec<i64> = wanted.collect();
        missing.sort_unstable();
        missing.dedup();
        let mut found = HashMap::with_capacity(missing.len());
        {
            let cached = self.streams.read().unwrap_or_else(PoisonError::into_inner);
            missing.retain(|id| match cached.get(id) {
                Some(named) => found.insert(*id, named.clone()).is_some(),
                None => true,
            });
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let query = query!("log/name_streams").bind(serde_json::json!(missing).to_string());
        let rows = query.fetch_all(pool).await.context("name streams")?;
        if rows.len() < missing.len() {
            let key = format!("{missing:?}");
            return Err(invalid("stream", key, "events name it but it is not there"));
        }
        let mut cached = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        if cached.len() + rows.len() > STREAMS_MAX {
            cached.clear();
        }
        for row in &rows {
            let id: i64 = row.try_get(0).context("name a stream")?;
            let page = uuid(row, 4).map_err(|error| invalid("stream", id, error))?;
            let named = (row::stream(id, row)?, PageId(page));
            cached.insert(id, named.clone());
            found.insert(id, named);
        }
        Ok(found)
    }
}
