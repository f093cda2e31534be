//! One transaction for a group of appends.
//!
//! Each append of the group is accepted or refused on its own, in order, against the state that the
//! previous ones leave. If the transaction fails, it is unknown whether the group was recorded. The
//! committer then invalidates its cache and tries the appends one at a time. An append that is
//! already recorded is found by its event ids.

mod cache;
mod interned;
mod manifests;
mod plan;
mod recorded;
mod write;

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signalbook_domain::observation::Slot;
use signalbook_domain::{PageId, Position, Timestamp};
use signalbook_store::{Append, AppendError, Appended, Head, PageRow, StoreError};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Row as _, Sqlite, Transaction};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::read_head;
use super::writer::Request;
use crate::error::{Context as _, invalid};
use crate::file::{self, WriterPool};
use crate::row::{hex_list, unsigned, uuid};
use cache::CommitCache;
pub(super) use manifests::INDEX_STEP;
use manifests::RecentManifests;
use plan::{Plan, chain_manifests};
use recorded::{Recorded, recorded};
pub(super) use write::move_head;
use write::{Statements, bind_events};

/// A transaction, or why it could not begin.
type Begun = Result<Transaction<'static, Sqlite>, StoreError>;

type Answer = Result<Appended, AppendError>;

/// Writes groups of appends on the writing connection.
pub(super) struct Committer {
    pool: WriterPool,
    position: Position,
    cache: CommitCache,
    statements: Statements,
    /// Set by other code of this process that writes to the log.
    forget: Arc<AtomicBool>,
}

impl Committer {
    pub(super) async fn open(
        pool: WriterPool,
        forget: Arc<AtomicBool>,
    ) -> Result<Self, sqlx::Error> {
        let row = query!("log/find_head").fetch_one(&*pool).await?;
        Ok(Self {
            position: Position(unsigned(row.try_get(1)?)?),
            pool,
            cache: CommitCache::default(),
            statements: Statements::new(),
            forget,
        })
    }

    /// The end of the log after the last commit.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    pub(super) async fn begin(&self) -> Begun {
        file::begin(&self.pool).await.context("begin an append")
    }

    /// Commits a group and answers every caller.
    pub(super) async fn commit(&mut self, begun: Begun, group: Vec<Request>) {
        let mut replies = Vec::with_capacity(group.len());
        let mut appends = Vec::with_capacity(group.len());
        for Request { append, now, reply } in group {
            replies.push(reply);
            appends.push((append, now));
        }
        match self.transaction(begun, &appends).await {
            Ok(answers) => answer(replies, answers),
            Err(error) if appends.len() == 1 => {
                let outcome = self.after_failure(&appends[0].0, error).await;
                answer(replies, vec![outcome]);
            }
            Err(error) => {
                tracing::warn!(
                    %error,
                    cause = error.source().map(tracing::field::display),
                    "appends failed; trying one at a time"
                );
                self.cache = CommitCache::default();
                for (append, reply) in appends.into_iter().zip(replies) {
                    let begun = self.begin().await;
                    let append_alone = std::slice::from_ref(&append);
                    let outcome = match self.transaction(begun, append_alone).await {
                        Ok(mut answers) => answers.pop().unwrap_or_else(|| Err(lost())),
                        Err(error) => self.after_failure(&append.0, error).await,
                    };
                    answer(vec![reply], vec![outcome]);
                }
            }
        }
    }

    /// After the failure of a single append, looks up in the database whether it was recorded.
    async fn after_failure(&mut self, append: &Append, error: StoreError) -> Answer {
        self.cache = CommitCache::default();
        let mut writer = self.pool.acquire().await.context("append")?;
        match recorded(&mut writer, append).await? {
            Recorded::All(last) => Ok(Appended { last, repeated: true }),
            Recorded::Some(id) => Err(AppendError::Duplicate(id)),
            Recorded::None => Err(error.into()),
        }
    }

    async fn transaction(
        &mut self,
        begun: Begun,
        appends: &[(Append, Timestamp)],
    ) -> Result<Vec<Answer>, StoreError> {
        let mut tx = begun?;
        if self.forget.swap(false, Ordering::AcqRel) {
            self.cache = CommitCache::default();
        }
        let head = match self.cache.head {
            Some(head) => head,
            None => read_head(&mut tx).await?,
        };
        let streams = appends.iter().flat_map(|(append, _)| &append.streams);
        self.cache.learn(&mut tx, &head, streams.map(|stream| &stream.id)).await?;
        if self.cache.is_restored {
            tx.rollback().await.context("end an append")?;
            return Ok(appends.iter().map(|_| Err(AppendError::Restored)).collect());
        }
        let slots = find_slots(&mut tx, appends).await?;
        let written = self.cache.manifests.find(&mut tx, appends.iter().map(|(append, _)| append));
        let written = written.await?;
        let mut plan = Plan::new(head, &self.cache.streams, slots, written, self.cache.last_stream);
        let mut answers = Vec::with_capacity(appends.len());
        for (append, now) in appends {
            answers.push(match plan.accept(append, *now) {
                Ok(last) => Ok(Appended { last, repeated: false }),
                Err(refused) => repeated(&mut tx, &plan, append).await?.ok_or(refused),
            });
        }
        let slugs = plan.streams.keys().map(|stream| &stream.provider);
        let interned = &mut self.cache.interned;
        interned.add(&mut tx, slugs, plan.kinds()).await?;
        let new = plan.new_streams();
        let mut end = head;
        let chained_manifests = chain_manifests(&mut end, &plan.manifests);
        let pages: Vec<&PageRow> = plan.pages.values().copied().collect();
        let first_mark = self.cache.last_mark + 1;
        let mut events = plan.chained();
        let mut event_sizes = self.statements.event_sizes(plan.len());
        let mut finish = None;
        let rest = std::iter::from_fn(|| {
            if let Some(size) = event_sizes.next() {
                Some(Ok(bind_events(size, &mut events, interned)))
            } else {
                let finish = finish.get_or_insert_with(|| {
                    // The last event has its hash only now.
                    let Head { manifests, manifest_hash, .. } = end;
                    end = Head { manifests, manifest_hash, ..events.head() };
                    let moved = (end != head).then_some(end);
                    self.statements.finish(&chained_manifests, &pages, first_mark, moved)
                });
                finish.next()
            }
        });
        write::in_turn(&mut tx, self.statements.streams(&new, interned).chain(rest)).await?;
        RecentManifests::index(&mut tx, &head, &end).await?;
        let Plan { streams, last_stream, .. } = plan;
        if streams.is_empty() && pages.is_empty() && chained_manifests.is_empty() {
            tx.rollback().await.context("end an append")?;
        } else {
            tx.commit().await.context("commit an append")?;
        }
        self.position = end.position;
        self.cache.advance(end, streams, last_stream, pages.len(), &chained_manifests);
        Ok(answers)
    }
}

/// Finds a refused append that is already recorded, or part of this group.
async fn repeated(
    tx: &mut SqliteConnection,
    plan: &Plan<'_, '_>,
    append: &Append,
) -> Result<Option<Appended>, StoreError> {
    let last = match plan.repeated(append) {
        Some(last) => Some(last),
        None => match recorded(tx, append).await? {
            Recorded::All(last) => Some(last),
            Recorded::Some(_) | Recorded::None => None,
        },
    };
    Ok(last.map(|last| Appended { last, repeated: true }))
}

fn answer(replies: Vec<oneshot::Sender<Answer>>, answers: Vec<Answer>) {
    for (reply, answer) in replies.into_iter().zip(answers) {
        // The events of a caller that stopped waiting are recorded anyway.
        let _ = reply.send(answer);
    }
}

fn lost() -> AppendError {
    StoreError::Unavailable { doing: "append", source: "no answer".into() }.into()
}

async fn find_slots(
    tx: &mut SqliteConnection,
    appends: &[(Append, Timestamp)],
) -> Result<HashMap<PageId, Slot>, StoreError> {
    let puts = appends.iter().filter_map(|(append, _)| append.page.as_ref());
    let pages: Vec<Uuid> = puts.map(|put| put.row.id.0).collect();
    if pages.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = query!("log/find_slots")
        .bind(hex_list(&pages))
        .fetch_all(&mut *tx)
        .await
        .context("find pages")?;
    let read = |row| Ok((PageId(uuid(row, 0)?), Slot(row.try_get(1)?)));
    let slots: Result<_, sqlx::Error> = rows.iter().map(read).collect();
    slots.map_err(|error| invalid("page", "?", error))
}
