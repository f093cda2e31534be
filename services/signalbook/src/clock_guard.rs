//! Nothing is recorded while our own clock cannot be right.
//!
//! Wanted: one wrong reading of the clock must not get into the record. The log's time never goes
//! back, so after a single event of the year 9022 every later one would be of that year too; and
//! a page that was last read in the future would never be too old to be believed.
//!
//! So a [`ClockGuard`] asks a pure judge about each moment, and stands in front of three things.
//! The log refuses what is appended at a moment that is not believed; whoever appends tries again,
//! as at any outage. The bus takes no poll meanwhile, and lets no observation through that was
//! made at such a moment: an append that succeeds later would still record when it was observed.
//! What pages and REST are answered at goes on from the last moment that was believed, so that
//! what nobody reads becomes unknown all the same.
//!
//! Accepted: a clock that is wrong by less than a day is believed, and so is any time between the
//! build and 400 days after the store's last sign of life when the program starts. Within a run
//! small jumps add up, since each is measured from the last append.

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

/// A clock that is behind the log's end by no more than this is not worth a remark: time servers
/// correct by as much.
const BEHIND_MIN: Duration = Duration::from_mins(1);

/// Decides whether a moment may be recorded. Clones share what they believe.
#[derive(Clone)]
pub struct ClockGuard {
    clock: Arc<dyn Clock>,
    judge: Arc<Mutex<Judge>>,
}

impl ClockGuard {
    /// A guard of a program of the day `built_on`, which starts now with what is in `log`. With
    /// `trust` the clock is right now, whatever it says.
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

    /// Why nothing may be recorded now, if nothing may.
    pub fn refusal(&self) -> Option<ClockError> {
        self.check(self.clock.now().into()).err()
    }

    /// What to know of a clock that is behind the end of the log: its events are recorded at the
    /// log's time, which never goes back.
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

    /// `log`, where nothing is appended at a moment that is not believed.
    pub fn log(&self, log: SharedLog) -> SharedLog {
        Arc::new(GuardedLog { log, guard: self.clone() })
    }

    /// `bus`, which takes no poll while the clock is not believed, and no observation that was
    /// made at such a moment.
    pub fn bus(&self, bus: SharedBus) -> SharedBus {
        Arc::new(GuardedBus { bus, guard: self.clone() })
    }

    /// The clock, which goes on from the last moment that was believed while it is not believed
    /// itself.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }

    fn check(&self, at: Timestamp) -> Result<(), ClockError> {
        self.judge().check(self.clocks(at))
    }

    /// Checks the moment of an append, which the next one is measured from.
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

/// When something was last written that says when: an event, or a poll that brought none.
async fn last_sign_of_life(log: &SharedLog) -> Result<Option<Timestamp>, StoreError> {
    let head = log.head().await?;
    let recorded_at = (head.position > Position(0)).then_some(head.recorded_at);
    let polls = log.pages().await?.into_iter().filter_map(|row| row.poll_state.last_poll_at);
    Ok(polls.chain(recorded_at).max())
}
