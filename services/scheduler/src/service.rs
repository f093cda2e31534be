//! The scheduler: the plan, fed.

use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{BusError, SharedBus};
use signalbook_domain::Timestamp;
use signalbook_runtime::{Backoff, Clock, Stop};
use signalbook_store::StoreError;
use signalbook_store::log::SharedLog;

use crate::job::job;
use crate::pace::Pace;
use crate::plan::Plan;

/// The pages' rows are read whole this often, to see new pages and changed paces.
const REFRESH: Duration = Duration::from_secs(2);

/// Polls that are put on the bus in one step.
const POLLS_PER_STEP: usize = 256;

/// The shortest and the longest pause between two steps.
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// Why a step failed; the next one starts afresh.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bus failed.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Puts polls on the bus as they become due.
pub struct Scheduler {
    log: SharedLog,
    bus: SharedBus,
    clock: Arc<dyn Clock>,
    pace: Pace,
    plan: Plan,
    refreshed_at: Option<Duration>,
    last_now: Timestamp,
}

impl Scheduler {
    /// A scheduler that knows no page yet.
    pub fn new(log: SharedLog, bus: SharedBus, clock: Arc<dyn Clock>, pace: Pace) -> Self {
        let last_now = Timestamp::MIN;
        Self { log, bus, clock, pace, plan: Plan::default(), refreshed_at: None, last_now }
    }

    /// Puts what is due on the bus. Answers how many polls that were.
    pub async fn step(&mut self) -> Result<usize, StepError> {
        let now = Timestamp::from(self.clock.now());
        if now < self.last_now {
            // The clock went back: what was planned for a later time would wait for it.
            self.plan = Plan::default();
            self.refreshed_at = None;
        }
        self.last_now = now;
        let monotonic = self.clock.monotonic();
        if self.refreshed_at.is_none_or(|at| monotonic.saturating_sub(at) >= REFRESH) {
            self.plan.sync(&self.log.pages().await?, &self.pace, now);
            self.refreshed_at = Some(monotonic);
        }
        let due = self.plan.take_due(&self.pace, now, POLLS_PER_STEP);
        if due.is_empty() {
            return Ok(0);
        }
        let rows = self.log.pages_by_id(&due).await?;
        for row in rows.iter().filter(|row| row.watched) {
            self.bus.publish_poll(job(row, &self.pace, now)).await?;
            self.plan.polled(row, &self.pace, now);
        }
        Ok(rows.len())
    }

    /// Steps until told to stop. Never returns because of an outage.
    pub async fn run(mut self, stop: Stop) {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let mut failures = 0;
        while !stop.is_stopped() {
            let pause = match self.step().await {
                Ok(_) => {
                    failures = 0;
                    let wait = self.plan.wait(Timestamp::from(self.clock.now()));
                    wait.unwrap_or(PAUSE.1).clamp(PAUSE.0, PAUSE.1)
                }
                Err(error) => {
                    failures += 1;
                    // What was taken and not given back is planned again from the rows.
                    self.plan = Plan::default();
                    self.refreshed_at = None;
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        failures,
                        "scheduling failed"
                    );
                    backoff.delay(failures)
                }
            };
            tokio::select! {
                () = stop.stopped() => {}
                () = self.clock.sleep(pause) => {}
            }
        }
    }
}
