//! The one task that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signalbook_domain::{Position, Timestamp};
use signalbook_store::{Append, AppendError, Appended, StoreError};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::commit::Committer;
use crate::file::WriterPool;

/// Appends that may wait; more make the callers wait.
const QUEUE: usize = 4_096;

/// Appends that share one transaction at most.
const GROUP_APPENDS: usize = 512;

/// Events that share one transaction at most, beyond the first append.
const GROUP_EVENTS: usize = 8_192;

/// One caller's append, and where its answer goes.
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

    /// Of a log that is only read: every append is refused.
    pub(super) fn none() -> Self {
        let (requests, _) = mpsc::channel(1);
        let (_, appended) = watch::channel(Position(0));
        Self { requests, appended, task: Mutex::new(None), forget: Arc::default() }
    }

    /// Has the task look up again what it remembers of the log. Whoever writes to the log beside it
    /// calls this before it commits.
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

    /// Lets the task finish what waits, and waits for that.
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
        // Callers that were answered together come back while the transaction begins: they are
        // let in, or every second transaction would be theirs who were first and hold little.
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

/// How many of the waiting appends share the next transaction.
fn group_size(waiting: &[Request]) -> usize {
    let mut events = 0;
    let fits = |request: &&Request| {
        events += request.append.events.len();
        events <= GROUP_EVENTS
    };
    waiting.iter().take_while(fits).count().max(1)
}
