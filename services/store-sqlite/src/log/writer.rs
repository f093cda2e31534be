//! The single task that writes to the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signalbook_domain::{Position, Timestamp};
use signalbook_store::{Append, AppendError, Appended, StoreError};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::commit::Committer;
use crate::file::WriterPool;

/// Appends that may wait in the queue; further callers wait for a place.
const QUEUE: usize = 4_096;

/// The most appends in one transaction.
const GROUP_APPENDS: usize = 512;

/// The most events in one transaction, unless its first append alone has more.
const GROUP_EVENTS: usize = 8_192;

/// An append and the channel for its result.
pub(super) struct Request {
    pub(super) append: Append,
    pub(super) now: Timestamp,
    pub(super) reply: oneshot::Sender<Result<Appended, AppendError>>,
}

/// The handle of the writing task.
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
    appended: watch::Receiver<Position>,
    task: Mutex<Option<JoinHandle<()>>>,
    forget: Arc<AtomicBool>,
}

impl Writer {
    pub(super) async fn start(pool: WriterPool) -> Result<Self, sqlx::Error> {
        let forget = Arc::new(AtomicBool::new(false));
        let committer = Committer::open(pool, forget.clone()).await?;
        let (requests, queue) = mpsc::channel(QUEUE);
        let (hint, appended) = watch::channel(committer.position());
        let task = tokio::spawn(write(committer, queue, hint));
        Ok(Self { requests, appended, task: Mutex::new(Some(task)), forget })
    }

    /// The handle of a read-only log, which refuses every append.
    pub(super) fn none() -> Self {
        let (requests, _) = mpsc::channel(1);
        let (_, appended) = watch::channel(Position(0));
        Self { requests, appended, task: Mutex::new(None), forget: Arc::default() }
    }

    /// Invalidates the cache of the task. Other code that writes to the log calls this before it
    /// commits.
    pub(super) fn forget(&self) {
        self.forget.store(true, Ordering::Release);
    }

    pub(super) fn appended(&self) -> watch::Receiver<Position> {
        self.appended.clone()
    }

    pub(super) async fn append(
        &self,
        append: Append,
        now: Timestamp,
    ) -> Result<Appended, AppendError> {
        let (reply, answer) = oneshot::channel();
        let gone =
            || StoreError::Unavailable { doing: "append", source: "the writer has stopped".into() };
        let request = Request { append, now, reply };
        self.requests.send(request).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Waits until the task has finished the queued appends.
    pub(super) async fn stop(self) {
        drop(self.requests);
        if let Some(task) = self.task.into_inner() {
            let _ = task.await;
        }
    }
}

async fn write(
    mut committer: Committer,
    mut queue: mpsc::Receiver<Request>,
    hint: watch::Sender<Position>,
) {
    let mut waiting = Vec::with_capacity(GROUP_APPENDS);
    while !waiting.is_empty() || queue.recv_many(&mut waiting, GROUP_APPENDS).await > 0 {
        let begun = committer.begin().await;
        // Callers that were answered together return while the transaction begins. Admitting them
        // keeps every second transaction from being a small one with only the first of them.
        while waiting.len() < GROUP_APPENDS
            && let Ok(request) = queue.try_recv()
        {
            waiting.push(request);
        }
        let group = waiting.drain(..group_size(&waiting)).collect();
        committer.commit(begun, group).await;
        let reached = committer.position();
        hint.send_if_modified(|position| std::mem::replace(position, reached) != reached);
    }
}

/// The number of waiting appends that share the next transaction.
fn group_size(waiting: &[Request]) -> usize {
    let mut events = 0;
    let fits = |request: &&Request| {
        events += request.append.events.len();
        events <= GROUP_EVENTS
    };
    waiting.iter().take_while(fits).count().max(1)
}
