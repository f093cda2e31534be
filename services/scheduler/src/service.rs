//! The scheduler: the plan, fed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{BusError, SharedBus};
use signalbook_domain::{PageId, Timestamp};
use signalbook_runtime::{Backoff, Clock, Stop};
use signalbook_store::log::SharedLog;
use signalbook_store::{PageRow, RowVersion, StoreError};

use crate::due_queue::DueQueue;
use crate::job::job;
use crate::poll_policy::PollPolicy;

/// The rows that were written meanwhile are read this often, to see new pages, changed paces, and
/// what the next poll has to ask for.
const REFRESH: Duration = Duration::from_millis(500);

/// Polls that are put on the bus in one step.
const POLLS_PER_STEP: usize = 256;

/// What becomes due within this time is put on the bus together: a step for each of thousands of
/// pages would cost more than their polls.
const TOGETHER: Duration = Duration::from_millis(50);

/// The shortest and the longest pause between two steps, the shortest for a pace that polls one
/// host more often than [`TOGETHER`].
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// Why a step failed; the next one starts afresh.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Puts polls on the bus as they become due.
pub struct Scheduler {
    log: SharedLog,
    bus: SharedBus,
    clock: Arc<dyn Clock>,
    policy: PollPolicy,
    planned: Planned,
    last_now: Timestamp,
    has_started: bool,
}

/// What is known from the rows, and can be planned again from them.
#[derive(Default)]
struct Planned {
    queue: DueQueue,
    rows: HashMap<PageId, PageRow>,
    mark: RowVersion,
    refreshed_at: Option<Duration>,
}

impl Scheduler {
    /// A scheduler that knows no page yet.
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

    /// Puts what is due on the bus. Answers how many polls that were.
    pub async fn step(&mut self) -> Result<usize, StepError> {
        let result = self.try_step().await;
        if result.is_err() {
            // What was taken and not given back is planned again from the rows.
            self.planned = Planned::default();
        }
        result
    }

    async fn try_step(&mut self) -> Result<usize, StepError> {
        let now = Timestamp::from(self.clock.now());
        if now < self.last_now {
            // The clock went back: what was planned for a later time would wait for it.
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

    /// Steps until stopped. Never returns because of an outage.
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
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        failures,
                        "scheduling failed"
                    );
                    backoff.delay(failures)
                }
            };
            stop.wait_for(self.clock.sleep(pause)).await;
        }
    }
}
