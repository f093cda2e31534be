//! The scheduler: feeds [`DueQueue`] from the log and the clock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{BusError, SharedBus};
use signalbook_domain::{PageId, Timestamp};
use signalbook_runtime::{Backoff, Clock, Stop, chain};
use signalbook_store::log::SharedLog;
use signalbook_store::{PageRow, RowVersion, StoreError};

use crate::due_queue::DueQueue;
use crate::job::job;
use crate::poll_policy::PollPolicy;

/// Interval between reads of changed rows, which bring new pages, changed paces and the documents
/// that the next poll needs.
const REFRESH: Duration = Duration::from_millis(500);

/// The maximum number of polls published per step.
const POLLS_PER_STEP: usize = 256;

/// Polls due within this time are published together: a step for each of thousands of pages would
/// cost more than their polls.
const TOGETHER: Duration = Duration::from_millis(50);

/// The shortest and longest pause between steps. The shortest only matters if the policy spaces the
/// polls of a host more closely than [`TOGETHER`].
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// A failed step; the next one starts from an empty queue.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

pub struct Scheduler {
    log: SharedLog,
    bus: SharedBus,
    clock: Arc<dyn Clock>,
    policy: PollPolicy,
    planned: Planned,
    last_now: Timestamp,
    has_started: bool,
}

/// State derived from the rows; rebuilt from them after an error.
#[derive(Default)]
struct Planned {
    queue: DueQueue,
    rows: HashMap<PageId, PageRow>,
    mark: RowVersion,
    refreshed_at: Option<Duration>,
}

impl Scheduler {
    pub fn new(log: SharedLog, bus: SharedBus, clock: Arc<dyn Clock>, policy: PollPolicy) -> Self {
        Self {
            log,
            bus,
            clock,
            policy,
            planned: Planned::default(),
            last_now: Timestamp::MIN,
            has_started: false,
        }
    }

    /// Publishes the due polls and returns their number.
    pub async fn step(&mut self) -> Result<usize, StepError> {
        let result = self.try_step().await;
        if result.is_err() {
            // Pages taken but not requeued are planned again from the rows.
            self.planned = Planned::default();
        }
        result
    }

    async fn try_step(&mut self) -> Result<usize, StepError> {
        let now = Timestamp::from(self.clock.now());
        if now < self.last_now {
            // The clock went back: pages planned at a later time would wait for it.
            self.planned = Planned::default();
        }
        self.last_now = now;
        self.refresh(now).await?;
        let due = self.planned.queue.take_due(&self.policy, now, POLLS_PER_STEP);
        for page in &due {
            let Some(row) = self.planned.rows.get(page) else { continue };
            self.bus.publish_poll(job(row, &self.policy, now)).await?;
            self.planned.queue.polled(row, &self.policy, now);
        }
        Ok(due.len())
    }

    async fn refresh(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let monotonic = self.clock.monotonic();
        if self.planned.refreshed_at.is_some_and(|at| monotonic.saturating_sub(at) < REFRESH) {
            return Ok(());
        }
        let (rows, mark) = self.log.pages_after(self.planned.mark).await?;
        let planned = &mut self.planned;
        if self.has_started {
            planned.queue.sync(&rows, &self.policy, now);
        } else {
            planned.queue.start(&rows, &self.policy, now);
            self.has_started = true;
        }
        for row in rows {
            if row.watched {
                planned.rows.insert(row.id, row);
            } else {
                planned.rows.remove(&row.id);
            }
        }
        planned.mark = mark;
        planned.refreshed_at = Some(monotonic);
        Ok(())
    }

    /// Steps until stopped. An outage does not end the loop.
    pub async fn run(mut self, stop: Stop) {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let mut failures = 0;
        while !stop.is_stopped() {
            let pause = match self.step().await {
                Ok(_) => {
                    failures = 0;
                    let wait = self.planned.queue.wait(Timestamp::from(self.clock.now()));
                    let least = self.policy.host_spacing.clamp(PAUSE.0, TOGETHER);
                    wait.unwrap_or(PAUSE.1).clamp(least, PAUSE.1)
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(error = chain(&error), failures, "scheduling failed");
                    backoff.delay(failures)
                }
            };
            stop.wait_for(self.clock.sleep(pause)).await;
        }
    }
}
