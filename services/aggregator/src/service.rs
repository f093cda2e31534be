//! The aggregator of one partition.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use signalbook_bus::{BusError, Delivery, SharedBus};
use signalbook_domain::decide::{Decision, DecodedPoll, decide, decide_unchanged, is_void};
use signalbook_domain::observation::{Observation, Slot};
use signalbook_domain::page_state::PageState;
use signalbook_domain::pending::has_moved;
use signalbook_domain::{PageId, Timestamp};
use signalbook_runtime::{Backoff, Check, Clock, Stop, chain};
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::{APPEND_EVENTS_MAX, SharedLog};
use signalbook_store::{Append, AppendError, ConditionalPut, PageRow, StoreError};

use crate::evidence::Keeper;
use crate::page_cache::{CachedPage, PageCache, append_of};
use crate::reading::{Reader, read_observation, too_much};
use crate::write_behind::PendingRows;

/// The number of new decisions after refused appends before the observation returns to the bus.
const ATTEMPTS: u32 = 8;

/// An observation was not folded and returns to the bus.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The append was refused after all attempts, or for another reason.
    #[error("failed to record an observation")]
    Append(#[source] AppendError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// The observation was folded and caused this many events.
    Recorded(usize),
    /// The observation is of an old slot, or of a page that is not watched.
    Ignored,
}

/// A decision, with the row and page state that it is based on.
struct Decided {
    row: PageRow,
    /// `last_slot` of the store's row.
    persisted: Slot,
    /// Includes the decision's facts.
    page_state: PageState,
    decision: Decision,
}

/// Folds the observations of one partition into the log.
pub struct Aggregator {
    log: SharedLog,
    keeper: Keeper,
    bus: SharedBus,
    clock: Arc<dyn Clock>,
    reader: Reader,
    partition: u32,
    cache: PageCache,
    pending_rows: PendingRows,
}

impl Aggregator {
    pub fn new(
        log: SharedLog,
        evidence: SharedEvidence,
        bus: SharedBus,
        clock: Arc<dyn Clock>,
        partition: u32,
    ) -> Self {
        Self {
            log,
            keeper: Keeper::new(evidence),
            bus,
            clock,
            reader: Arc::new(signalbook_readers::read),
            partition,
            cache: PageCache::new(),
            pending_rows: PendingRows::default(),
        }
    }

    /// Replaces the built-in readers by `reader`.
    #[must_use]
    pub fn with_reader(mut self, reader: Reader) -> Self {
        self.reader = reader;
        self
    }

    /// Waits for an observation and folds it.
    pub async fn step(&mut self) -> Result<Folded, StepError> {
        let delivery = self.bus.next_observation(self.partition).await?;
        self.take_in(delivery).await
    }

    async fn take_in(&mut self, delivery: Delivery<Observation>) -> Result<Folded, StepError> {
        let folded = self.fold(&delivery.message).await?;
        delivery.acknowledge().await?;
        Ok(folded)
    }

    pub async fn fold(&mut self, observation: &Observation) -> Result<Folded, StepError> {
        let mut attempts = 0;
        loop {
            match self.try_fold(observation).await {
                Err(StepError::Append(error)) if is_outdated(&error) && attempts < ATTEMPTS => {
                    attempts += 1;
                }
                result => return result,
            }
        }
    }

    async fn try_fold(&mut self, observation: &Observation) -> Result<Folded, StepError> {
        let id = observation.page;
        let Some(known) = self.cache.get(&self.log, id).await? else {
            return Ok(Folded::Ignored);
        };
        if is_void(&known.page, &known.row.poll_state, observation.slot) {
            // An unwatched page may be added again, and no refused append would reveal that.
            if !known.page.watched {
                self.cache.invalidate(id);
            }
            return Ok(Folded::Ignored);
        }
        let interval = known.row.interval;
        let mut reading = read_observation(observation, interval, &self.reader);
        if let Some(poll_state) = decide_unchanged(&known.page, &known.row.poll_state, &reading) {
            known.row.poll_state = poll_state;
            self.pending_rows.push(observation.clone(), self.clock.monotonic());
            return Ok(Folded::Recorded(0));
        }
        let Some(Decided { row, persisted, page_state, decision }) =
            self.decide(id, &mut reading).await?
        else {
            return Ok(Folded::Ignored);
        };
        for answer in reading.result.iter().flat_map(|good| &good.answers) {
            let content = answer.result.iter();
            for skipped in
                content.flat_map(|content| &content.snapshot).flat_map(|snapshot| &snapshot.skipped)
            {
                tracing::debug!(page.id = %row.id, provider = %row.provider, skipped, "a document was not all as expected");
            }
        }
        let failed = decision.failed.as_ref();
        let causes = !decision.facts.is_empty() || has_moved(&row.poll_state, &decision.poll_state);
        // Evidence is kept first, so that no event refers to missing evidence.
        let manifest = self.keeper.keep(observation, &reading, failed, causes).await;
        let next = PageRow {
            platform: page_state.page.platform.clone(),
            poll_state: decision.poll_state,
            ..row.clone()
        };
        let cause = Some(manifest.reference());
        let mut append = append_of(&page_state, &decision.facts, observation.id.0, cause);
        append.page = Some(ConditionalPut { row: next.clone(), expected: Some(persisted) });
        append.manifest = Some(manifest).filter(|_| causes);
        let now = Timestamp::from(self.clock.now());
        self.log.append(append, now).await.map_err(StepError::Append)?;
        if next.poll_state.failures() == 1
            && let Some(failed) = failed
        {
            tracing::warn!(provider = %next.provider, detail = failed.detail, "a page cannot be read");
        }
        self.cache.insert(next, page_state);
        Ok(Folded::Recorded(decision.facts.len()))
    }

    /// Decides what a reading means for its page, which is checked out of the cache. A reading with
    /// more facts than one append can hold counts as a failed poll.
    async fn decide(
        &mut self,
        page: PageId,
        reading: &mut DecodedPoll<'_>,
    ) -> Result<Option<Decided>, StepError> {
        while self.cache.get(&self.log, page).await?.is_some() {
            let taken = self.cache.checkout(&self.log, page).await?;
            let Some((CachedPage { row, persisted, .. }, mut page_state)) = taken else { break };
            let Some(decision) = decide(&mut page_state, &row.poll_state, reading) else { break };
            let count = decision.facts.len();
            if count <= APPEND_EVENTS_MAX {
                return Ok(Some(Decided { row, persisted, page_state, decision }));
            }
            // The page state includes facts that are not recorded: the next round reads it anew.
            reading.result = Err(too_much(count));
        }
        Ok(None)
    }

    /// Writes the pending rows of pages without news. They are buffered so that thousands of polls
    /// without a change do not each cost a commit; a crash only loses that these polls were made.
    pub async fn flush(&mut self) -> Result<(), StepError> {
        for _ in 0..ATTEMPTS {
            let mut anew = self.write_pending().await?;
            if anew.is_empty() {
                break;
            }
            while let Some(observation) = anew.pop() {
                if let Err(error) = self.fold(&observation).await {
                    anew.push(observation);
                    self.requeue(anew);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Returns the observations that need a new decision: their pages' rows have moved or are no
    /// longer cached.
    async fn write_pending(&mut self) -> Result<Vec<Observation>, StepError> {
        let now = Timestamp::from(self.clock.now());
        let (mut saves, mut anew) = (Vec::new(), Vec::new());
        for observation in self.pending_rows.drain() {
            match self.cache.dirty_row(observation.page) {
                Some(put) => saves.push((put, observation)),
                None => anew.push(observation),
            }
        }
        let saves = saves.into_iter().map(async |(put, observation)| {
            let slot = put.row.poll_state.last_slot;
            let append = Append { page: Some(put), ..Append::default() };
            (observation, slot, self.log.append(append, now).await)
        });
        let (mut failed, mut failure) = (Vec::new(), None);
        for (observation, slot, answer) in join_all(saves).await {
            match answer {
                Ok(_) => self.cache.mark_persisted(observation.page, slot),
                Err(error) if is_outdated(&error) => {
                    self.cache.invalidate(observation.page);
                    anew.push(observation);
                }
                Err(error) => {
                    failed.push(observation);
                    failure = Some(StepError::Append(error));
                }
            }
        }
        let Some(failure) = failure else { return Ok(anew) };
        failed.append(&mut anew);
        self.requeue(failed);
        Err(failure)
    }

    fn requeue(&mut self, observations: Vec<Observation>) {
        let now = self.clock.monotonic();
        for observation in observations {
            self.pending_rows.push(observation, now);
        }
    }

    /// Steps until stopped and reports health to `check`. An outage does not end the loop.
    pub async fn run(mut self, check: Check, stop: Stop) {
        check.ready();
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let (mut failures, mut was_kept) = (0, true);
        while !stop.is_stopped() {
            let step = match self.pending_rows.flush_due_in(self.clock.monotonic()) {
                Some(Duration::ZERO) => self.flush().await,
                wait => tokio::select! {
                    () = stop.stopped() => break,
                    delivery = self.bus.next_observation(self.partition) => match delivery {
                        Ok(delivery) => self.take_in(delivery).await.map(drop),
                        Err(error) => Err(error.into()),
                    },
                    () = self.clock.sleep(wait.unwrap_or_default()), if wait.is_some() => continue,
                },
            };
            match step {
                Ok(()) => {
                    let failure = self.keeper.failure();
                    if failures > 0 || was_kept != failure.is_none() {
                        report(&check, failure);
                    }
                    (failures, was_kept) = (0, failure.is_none());
                }
                Err(error) => {
                    failures += 1;
                    check.not_ready(chain(&error));
                    tracing::warn!(
                        error = chain(&error),
                        failures,
                        partition = self.partition,
                        "folding failed"
                    );
                    self.clock.sleep(backoff.delay(failures)).await;
                }
            }
        }
        // A row that is not written here only makes the next start poll slightly early.
        if let Err(error) = self.flush().await {
            tracing::warn!(error = chain(&error), "rows of pages were not written");
        }
    }
}

/// Reports that observations are folded, with the reason if their documents are not kept.
fn report(check: &Check, failure: Option<&StoreError>) {
    match failure {
        Some(failure) => check.remark(format!("documents are not kept: {}", chain(failure))),
        None => check.ready(),
    }
}

/// Whether an append was refused because the cached page is out of date.
fn is_outdated(error: &AppendError) -> bool {
    match error {
        AppendError::Conflict { .. } | AppendError::PageMoved | AppendError::Duplicate(_) => true,
        AppendError::TooLarge { .. }
        | AppendError::Clock(_)
        | AppendError::Restored
        | AppendError::Store(_) => false,
    }
}
