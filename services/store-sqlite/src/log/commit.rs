//! One transaction for a group of appends.
//!
//! Each append of the group is accepted or refused on its own, in order, against what the ones
//! before it did. If the transaction fails, nothing of the group is known to be recorded: then
//! the committer forgets what it remembers, looks up each append's event ids, and tries those
//! that are not recorded one at a time.

mod plan;

use std::collections::HashMap;

use signalbook_domain::{EventId, PageId, Position, Revision, Slug, StreamId};
use signalbook_domain::observation::Slot;
use signalbook_store::{Append, AppendError, Appended, Head, StoreError};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Connection as _, Row as _};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::writer::Request;
use super::{head, signed};
use crate::bulk::Bulk;
use crate::error::{invalid, unavailable};
use crate::row::{hex_list, stream_kind_number, unsigned, uuid};
use plan::{EventRow, Plan, StreamRow};

/// Streams that are remembered; past that they are all forgotten and read again.
const STREAMS_MAX: usize = 200_000;

/// A stream's number and how many events it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownStream {
    pub(super) number: i64,
    pub(super) revision: Revision,
}

type Reply = oneshot::Sender<Result<Appended, AppendError>>;

/// Writes groups of appends on a connection of its own.
pub(super) struct Committer {
    pool: SqlitePool,
    position: Position,
    streams: HashMap<StreamId, KnownStream>,
    providers: HashMap<Slug, i64>,
    last_stream: Option<i64>,
    insert_events: Bulk,
    put_streams: Bulk,
}

impl Committer {
    pub(super) async fn open(pool: SqlitePool) -> Result<Self, sqlx::Error> {
        let row = sqlx::query(include_str!("../../queries/log/find_head.sql")).fetch_one(&pool).await?;
        Ok(Self {
            position: Position(unsigned(row.try_get(1)?)?),
            pool,
            streams: HashMap::new(),
            providers: HashMap::new(),
            last_stream: None,
            insert_events: Bulk::new(include_str!("../../queries/log/insert_events.sql")),
            put_streams: Bulk::new(include_str!("../../queries/log/put_streams.sql")),
        })
    }

    /// The end of the log after the last commit.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Commits a group and answers every caller.
    pub(super) async fn commit(&mut self, group: Vec<Request>) {
        let mut replies = Vec::with_capacity(group.len());
        let mut appends = Vec::with_capacity(group.len());
        for Request { append, now, reply } in group {
            replies.push(reply);
            appends.push((append, now));
        }
        match self.transaction(&appends).await {
            Ok(answers) => answer(replies, answers),
            Err(error) if appends.len() == 1 => {
                let outcome = self.after_failure(&appends[0].0, error).await;
                answer(replies, vec![outcome]);
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a group of appends failed; trying one at a time");
                self.forget();
                for (append, reply) in appends.into_iter().zip(replies) {
                    let outcome = match self.transaction(std::slice::from_ref(&append)).await {
                        Ok(mut answers) => answers.pop().unwrap_or_else(|| Err(lost())),
                        Err(error) => self.after_failure(&append.0, error).await,
                    };
                    let _ = reply.send(outcome);
                }
            }
        }
    }

    /// A transaction of one append failed: what is recorded is asked of the database.
    async fn after_failure(&mut self, append: &Append, error: StoreError) -> Result<Appended, AppendError> {
        self.forget();
        let mut writer = self.pool.acquire().await.map_err(unavailable("append"))?;
        match recorded(&mut writer, append).await? {
            Recorded::All(last) => Ok(Appended { last, repeated: true }),
            Recorded::Some(id) => Err(AppendError::Duplicate(id)),
            Recorded::None => Err(error.into()),
        }
    }

    fn forget(&mut self) {
        self.streams.clear();
        self.providers.clear();
        self.last_stream = None;
    }

    async fn transaction(
        &mut self,
        appends: &[(Append, signalbook_domain::Timestamp)],
    ) -> Result<Vec<Result<Appended, AppendError>>, StoreError> {
        let pool = self.pool.clone();
        let mut writer = pool.acquire().await.map_err(unavailable("append"))?;
        let mut tx =
            writer.begin_with("begin immediate").await.map_err(unavailable("begin an append"))?;
        let head = head(&mut tx).await?;
        self.learn_streams(&mut tx, appends).await?;
        let slots = find_slots(&mut tx, appends).await?;
        let mut plan = Plan::new(head, &self.streams, slots, self.last_stream.unwrap_or_default());
        let mut answers = Vec::with_capacity(appends.len());
        for (append, now) in appends {
            let answer = match plan.accept(append, *now) {
                Ok(last) => Ok(Appended { last, repeated: false }),
                Err(refused) => match recorded(&mut tx, append).await? {
                    Recorded::All(last) => Ok(Appended { last, repeated: true }),
                    Recorded::Some(_) | Recorded::None => Err(refused),
                },
            };
            answers.push(answer);
        }
        let Plan { head: end, events, streams, pages, last_stream, .. } = plan;
        self.write_streams(&mut tx, &streams).await?;
        self.write_events(&mut tx, &events).await?;
        write_pages(&mut tx, &pages).await?;
        if end.position != head.position {
            move_head(&mut tx, &end).await?;
        }
        if streams.is_empty() && events.is_empty() && pages.is_empty() {
            tx.rollback().await.map_err(unavailable("end an append"))?;
        } else {
            tx.commit().await.map_err(unavailable("commit an append"))?;
        }
        self.position = end.position;
        self.last_stream = Some(last_stream);
        for row in streams.into_values() {
            self.streams.insert(row.id, row.known);
        }
        Ok(answers)
    }

    /// Reads what is not remembered of the streams and providers of `appends`.
    async fn learn_streams(
        &mut self,
        tx: &mut SqliteConnection,
        appends: &[(Append, signalbook_domain::Timestamp)],
    ) -> Result<(), StoreError> {
        if self.streams.len() > STREAMS_MAX {
            self.streams.clear();
        }
        if self.last_stream.is_none() {
            let row = sqlx::query(include_str!("../../queries/log/last_stream.sql"))
                .fetch_one(&mut *tx)
                .await
                .map_err(unavailable("find streams"))?;
            self.last_stream = Some(row.try_get(0).map_err(unavailable("find streams"))?);
            let rows = sqlx::query(include_str!("../../queries/log/find_providers.sql"))
                .fetch_all(&mut *tx)
                .await
                .map_err(unavailable("find providers"))?;
            for row in &rows {
                let (number, slug): (i64, String) = (
                    row.try_get(0).map_err(unavailable("find providers"))?,
                    row.try_get(1).map_err(unavailable("find providers"))?,
                );
                let slug = slug.parse().map_err(|error| invalid("provider", number, error))?;
                self.providers.insert(slug, number);
            }
        }
        let unknown: Vec<&StreamId> = appends
            .iter()
            .flat_map(|(append, _)| &append.streams)
            .map(|stream| &stream.id)
            .filter(|stream| !self.streams.contains_key(stream))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let rows = sqlx::query(include_str!("../../queries/log/find_streams.sql"))
            .bind(hex_list(unknown.iter().map(|stream| &stream.id)))
            .fetch_all(&mut *tx)
            .await
            .map_err(unavailable("find streams"))?;
        let mut found = HashMap::new();
        for row in &rows {
            let read = || {
                let key: (i64, i64, Uuid) = (row.try_get(1)?, row.try_get(2)?, uuid(row, 3)?);
                let revision = Revision(unsigned(row.try_get(4)?)?);
                Ok((key, KnownStream { number: row.try_get(0)?, revision }))
            };
            let (key, known) = read().map_err(|error: sqlx::Error| invalid("stream", "?", error))?;
            found.insert(key, known);
        }
        for stream in unknown {
            let provider = self.providers.get(&stream.provider);
            let key = provider.map(|provider| (stream_kind_number(stream.kind), *provider, stream.id));
            if let Some(known) = key.and_then(|key| found.get(&key)) {
                self.streams.insert(stream.clone(), *known);
            }
        }
        Ok(())
    }

    async fn write_streams(
        &mut self,
        tx: &mut SqliteConnection,
        streams: &HashMap<StreamId, StreamRow>,
    ) -> Result<(), StoreError> {
        for stream in streams.keys() {
            if !self.providers.contains_key(&stream.provider) {
                let number = signed(self.providers.len() as u64) + 1;
                sqlx::query(include_str!("../../queries/log/insert_provider.sql"))
                    .bind(number)
                    .bind(stream.provider.as_str())
                    .execute(&mut *tx)
                    .await
                    .map_err(unavailable("write a provider"))?;
                self.providers.insert(stream.provider.clone(), number);
            }
        }
        let rows: Vec<&StreamRow> = streams.values().collect();
        for (sql, piece) in self.put_streams.pieces(&rows) {
            let mut query = sqlx::query(sql);
            for row in piece {
                query = query
                    .bind(row.known.number)
                    .bind(stream_kind_number(row.id.kind))
                    .bind(self.providers.get(&row.id.provider).copied())
                    .bind(row.id.id.as_bytes().as_slice())
                    .bind(row.page.0.as_bytes().as_slice())
                    .bind(signed(row.known.revision.0));
            }
            query.execute(&mut *tx).await.map_err(unavailable("write streams"))?;
        }
        Ok(())
    }

    async fn write_events(
        &self,
        tx: &mut SqliteConnection,
        events: &[EventRow<'_>],
    ) -> Result<(), StoreError> {
        for (sql, piece) in self.insert_events.pieces(events) {
            let mut query = sqlx::query(sql);
            for row in piece {
                let draft = row.draft;
                query = query
                    .bind(signed(row.position.0))
                    .bind(row.stream)
                    .bind(signed(row.revision.0))
                    .bind(draft.id.0.as_bytes().as_slice())
                    .bind(draft.kind.number())
                    .bind(draft.schema)
                    .bind(self.providers.get(row.provider).copied())
                    .bind(draft.times.occurred_at.map(signalbook_domain::Timestamp::micros))
                    .bind(draft.times.published_at.map(signalbook_domain::Timestamp::micros))
                    .bind(draft.times.observed_at.micros())
                    .bind(row.recorded_at.micros())
                    .bind(draft.backfilled)
                    .bind(draft.observation.as_ref().map(|id| id.0.as_bytes().as_slice()))
                    .bind(draft.payload.as_slice())
                    .bind(draft.payload_hash.as_slice())
                    .bind(row.hash.as_slice());
            }
            query.execute(&mut *tx).await.map_err(unavailable("write events"))?;
        }
        Ok(())
    }
}

fn answer(replies: Vec<Reply>, answers: Vec<Result<Appended, AppendError>>) {
    for (reply, answer) in replies.into_iter().zip(answers) {
        // A caller that no longer waits has its events recorded all the same.
        let _ = reply.send(answer);
    }
}

fn lost() -> AppendError {
    StoreError::Unavailable { doing: "append", source: "no answer".into() }.into()
}

/// How much of an append is in the log already.
enum Recorded {
    None,
    Some(EventId),
    All(Position),
}

async fn recorded(tx: &mut SqliteConnection, append: &Append) -> Result<Recorded, StoreError> {
    let ids: Vec<Uuid> = append.events.iter().map(|(_, draft)| draft.id.0).collect();
    let Some(first) = ids.first() else { return Ok(Recorded::None) };
    let row = sqlx::query(include_str!("../../queries/log/find_event_ids.sql"))
        .bind(hex_list(&ids))
        .fetch_one(&mut *tx)
        .await
        .map_err(unavailable("look up events"))?;
    let read = || Ok((unsigned(row.try_get(0)?)?, Position(unsigned(row.try_get(1)?)?)));
    let (count, last) = read().map_err(|error: sqlx::Error| invalid("event", first, error))?;
    Ok(match usize::try_from(count) {
        Ok(0) => Recorded::None,
        Ok(all) if all == ids.len() => Recorded::All(last),
        _ => Recorded::Some(EventId(*first)),
    })
}

async fn find_slots(
    tx: &mut SqliteConnection,
    appends: &[(Append, signalbook_domain::Timestamp)],
) -> Result<HashMap<PageId, Slot>, StoreError> {
    let puts = appends.iter().filter_map(|(append, _)| append.page.as_ref());
    let pages: Vec<Uuid> = puts.map(|put| put.row.id.0).collect();
    if pages.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query(include_str!("../../queries/log/find_slots.sql"))
        .bind(hex_list(&pages))
        .fetch_all(&mut *tx)
        .await
        .map_err(unavailable("find pages"))?;
    let read = |row| Ok((PageId(uuid(row, 0)?), Slot(row.try_get(1)?)));
    let slots: Result<_, sqlx::Error> = rows.iter().map(read).collect();
    slots.map_err(|error| invalid("page", "?", error))
}

async fn write_pages(
    tx: &mut SqliteConnection,
    pages: &HashMap<PageId, &signalbook_store::PageRow>,
) -> Result<(), StoreError> {
    use signalbook_domain::Worded as _;
    for (id, row) in pages {
        let memo = serde_json::to_string(&row.memo).map_err(|error| invalid("page", id, error))?;
        sqlx::query(include_str!("../../queries/log/put_page.sql"))
            .bind(id.0.as_bytes().as_slice())
            .bind(row.provider.as_str())
            .bind(row.name.as_str())
            .bind(row.url.as_str())
            .bind(i64::try_from(row.interval.as_micros()).unwrap_or(i64::MAX))
            .bind(row.added_at.micros())
            .bind(row.watched)
            .bind(row.platform.map(signalbook_domain::Platform::word))
            .bind(row.memo.last_slot.0)
            .bind(memo)
            .execute(&mut *tx)
            .await
            .map_err(unavailable("write a page"))?;
    }
    Ok(())
}

async fn move_head(tx: &mut SqliteConnection, end: &Head) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../queries/log/move_head.sql"))
        .bind(signed(end.position.0))
        .bind(end.hash.as_slice())
        .bind(end.recorded_at.micros())
        .execute(tx)
        .await
        .map_err(unavailable("move the log's head"))?;
    Ok(())
}

/// An error with its sources, for a log line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
