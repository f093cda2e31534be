//! Repair of damaged views.
//!
//! Wanted: damage is found even in rows that nobody reads, and is repaired without intervention.
//! Until then, the old views serve their sound rows and keep up with the log.
//!
//! How: the views are checked periodically, and damage found by a check or by any other call
//! triggers a rebuild beside them in the background. Only the projector promotes the new views,
//! between two steps, and drops the rows that it cached of the old ones. Until then it keeps
//! updating the old views, so that promotion never moves them backwards.
//!
//! Accepted: if an index is damaged or a row is lost, an answer can be wrong until the next check.

use std::sync::Arc;
use std::time::Duration;

use signalbook_domain::Position;
use signalbook_runtime::{Backoff, Clock, chain};
use signalbook_store::StoreError;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::StepError;
use super::rebuild::Rebuild;

/// Minimum pause between checks.
const CHECK_EVERY: Duration = Duration::from_secs(10);

/// The pause between checks is at least this multiple of a check's duration: a check reads
/// everything, which may be a gigabyte.
const CHECK_SHARE: u32 = 200;

/// The pause before another rebuild, as a multiple of the last one's duration, in case something
/// keeps damaging the views.
const BUILD_SHARE: u32 = 10;

/// Pauses between failed rebuild attempts.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(5));

/// Checks and rebuilds the views in the background.
pub(super) struct Repair {
    log: SharedLog,
    views: SharedViews,
    clock: Arc<dyn Clock>,
    damaged: watch::Receiver<Option<String>>,
    /// Holds at most one task.
    work: JoinSet<Done>,
    begun_at: Duration,
    check_at: Duration,
    build_at: Duration,
    failures: u32,
    failure: Option<String>,
}

enum Done {
    Checked(Result<(), StoreError>),
    Built(Result<Rebuild, StepError>),
}

impl Repair {
    pub(super) fn new(log: SharedLog, views: SharedViews, clock: Arc<dyn Clock>) -> Self {
        let now = clock.monotonic();
        Self {
            damaged: views.damaged(),
            log,
            views,
            clock,
            work: JoinSet::new(),
            begun_at: now,
            check_at: now,
            build_at: now,
            failures: 0,
            failure: None,
        }
    }

    /// The error of the last rebuild, if it failed.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Waits for a rebuild that is ready to promote. Cancel-safe.
    pub(super) async fn next(&mut self) -> Rebuild {
        loop {
            let pause = self.begin();
            tokio::select! {
                Some(done) = self.work.join_next() => {
                    if let Some(rebuilt) = self.end(done) {
                        return rebuilt;
                    }
                }
                Ok(()) = self.damaged.changed() => {}
                () = self.clock.sleep(pause), if self.work.is_empty() => {}
            }
        }
    }

    /// Starts a due task unless one is running. Returns the time until the next call is useful.
    fn begin(&mut self) -> Duration {
        if !self.work.is_empty() {
            return CHECK_EVERY;
        }
        let now = self.clock.monotonic();
        let damage = self.damaged.borrow_and_update().clone();
        let due = if damage.is_some() { self.build_at } else { self.check_at };
        if let Some(pause) = due.checked_sub(now).filter(|pause| !pause.is_zero()) {
            return pause;
        }
        self.begun_at = now;
        let (log, views) = (self.log.clone(), self.views.clone());
        if let Some(reason) = damage {
            if self.failures == 0 {
                tracing::warn!(reason, "damaged views are built anew beside the old ones");
            }
            self.work.spawn(async move { Done::Built(build(&log, &views).await) });
        } else {
            self.work.spawn(async move { Done::Checked(views.check().await) });
        }
        CHECK_EVERY
    }

    fn end(&mut self, done: Result<Done, JoinError>) -> Option<Rebuild> {
        match done {
            Ok(Done::Built(Ok(rebuilt))) => return Some(rebuilt),
            Ok(Done::Built(Err(error))) => self.failed(&error),
            Ok(Done::Checked(checked)) => {
                let now = self.clock.monotonic();
                let took = now.saturating_sub(self.begun_at);
                self.check_at = now + CHECK_EVERY.max(took * CHECK_SHARE);
                match checked {
                    Err(error) if !error.is_damage() => {
                        tracing::warn!(error = chain(&error), "the views are not checked");
                    }
                    Err(_) | Ok(()) => {}
                }
            }
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
        None
    }

    /// Records a promoted rebuild.
    pub(super) fn repaired(&mut self, position: Position) {
        tracing::info!(%position, "the damaged views were built anew and replaced");
        (self.failures, self.failure) = (0, None);
        // The cause of the damage may persist.
        let now = self.clock.monotonic();
        self.check_at = now + CHECK_EVERY;
        self.build_at = now + now.saturating_sub(self.begun_at) * BUILD_SHARE;
    }

    /// Records a failed rebuild.
    pub(super) fn failed(&mut self, error: &StepError) {
        self.failures += 1;
        self.failure = Some(format!("damaged views cannot be built anew: {}", chain(error)));
        self.build_at = self.clock.monotonic() + BACKOFF.delay(self.failures);
        let (failures, error) = (self.failures, chain(error));
        tracing::error!(error, failures, "damaged views cannot be built anew");
    }
}

async fn build(log: &SharedLog, views: &SharedViews) -> Result<Rebuild, StepError> {
    let mut rebuilt = Rebuild::begin(log, views).await?;
    rebuilt.build(|_| ()).await?;
    Ok(rebuilt)
}
