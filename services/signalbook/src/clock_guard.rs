//! Refuses to record anything while the local clock cannot be right.
//!
//! Goal: one wrong reading of the clock must not get into the record. The log's time never goes
//! back, so after a single event of the year 9022 every later event would be of that year too, and
//! a page last read in the future would never become stale.
//!
//! A [`ClockGuard`] therefore asks a pure judge about each moment and wraps three ports. The log
//! refuses an append at a moment that is not believed; the caller retries, as after an outage. The
//! bus takes no poll meanwhile and drops observations made at such a moment, since an append that
//! succeeds later would still record when they were made. The clock for pages and REST continues
//! from the last believed moment, so that pages that are no longer read still become unknown.
//!
//! Accepted: a clock that is wrong by less than a day is believed, and at the start so is any time
//! between the build and 400 days after the store's last sign of life. Small jumps within a run add
//! up, since each is measured from the last append.

mod judge;
mod ports;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbook_bus::SharedBus;
use signalbook_domain::{Position, Timestamp, format};
use signalbook_runtime::Clock;
use signalbook_store::log::SharedLog;
use signalbook_store::{Head, StoreError};

use self::judge::{Clocks, Judge};
use self::ports::{GuardedBus, GuardedLog};

pub use self::judge::ClockError;

/// A clock behind the log's end by at most this is not remarked on: time servers correct by as
/// much.
const BEHIND_MIN: Duration = Duration::from_mins(1);

/// Decides whether a moment may be recorded. Clones share their state.
#[derive(Clone)]
pub struct ClockGuard {
    clock: Arc<dyn Clock>,
    judge: Arc<Mutex<Judge>>,
}

impl ClockGuard {
    /// Starts a guard for a program built on `built_on` whose store has `log`. With `trust`, the
    /// current time is believed, whatever it is.
    pub async fn begin(
        clock: Arc<dyn Clock>,
        built_on: Timestamp,
        trust: bool,
        log: &SharedLog,
    ) -> Result<Self, StoreError> {
        let last_at = last_sign_of_life(log).await?;
        let clocks = Clocks::read(clock.as_ref());
        let mut judge = Judge::begin(built_on, last_at, clocks);
        if trust {
            judge.trust(clocks);
        }
        Ok(Self { clock, judge: Arc::new(Mutex::new(judge)) })
    }

    /// Why nothing may be recorded now; none if recording is allowed.
    pub fn refusal(&self) -> Option<ClockError> {
        self.check(self.clock.now().into()).err()
    }

    /// A remark if the clock is behind the end of the log: events are then recorded at the log's
    /// time, which never goes back.
    pub fn remark(&self, head: &Head) -> Option<String> {
        let now = Timestamp::from(self.clock.now());
        let behind = head.recorded_at.since(now);
        (behind > BEHIND_MIN).then(|| {
            format!(
                "the log's last event was recorded at `{}`, which is {} after the clock's time; new \
                 events are recorded at that time until the clock has reached it",
                head.recorded_at,
                format::duration(behind)
            )
        })
    }

    /// Wraps `log` so that it refuses appends at moments that are not believed.
    pub fn log(&self, log: SharedLog) -> SharedLog {
        Arc::new(GuardedLog { log, guard: self.clone() })
    }

    /// Wraps `bus` so that it takes no polls while the clock is not believed, and drops
    /// observations made at such moments.
    pub fn bus(&self, bus: SharedBus) -> SharedBus {
        Arc::new(GuardedBus { bus, guard: self.clone() })
    }

    /// A clock that continues from the last believed moment while the real one is not believed.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }

    fn check(&self, at: Timestamp) -> Result<(), ClockError> {
        self.judge().check(self.clocks(at))
    }

    /// Checks the moment of an append; the next one is measured from it.
    fn accept(&self, at: Timestamp) -> Result<(), ClockError> {
        self.judge().accept(self.clocks(at))
    }

    fn estimate(&self) -> Timestamp {
        self.judge().estimate(Clocks::read(self.clock.as_ref()))
    }

    fn clocks(&self, wall: Timestamp) -> Clocks {
        Clocks { wall, boot: self.clock.boot() }
    }

    fn judge(&self) -> MutexGuard<'_, Judge> {
        self.judge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The latest time in the log: of an event or of a poll.
async fn last_sign_of_life(log: &SharedLog) -> Result<Option<Timestamp>, StoreError> {
    let head = log.head().await?;
    let recorded_at = (head.position > Position(0)).then_some(head.recorded_at);
    let polls = log.pages().await?.into_iter().filter_map(|row| row.poll_state.last_poll_at);
    Ok(polls.chain(recorded_at).max())
}
