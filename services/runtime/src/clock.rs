//! Time as an argument.
//!
//! Three readings are kept apart because they answer different questions: [`Clock::now`] says what
//! a calendar says, and may jump when an operator or a time server corrects it;
//! [`Clock::monotonic`] only ever grows, and is what durations are measured with; [`Clock::boot`]
//! also grows while the machine sleeps, and so tells a jump of the calendar from a long sleep.

mod manual;

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use rustix::time::{ClockId, clock_gettime};

pub use manual::ManualClock;

/// A pause in progress. It owns what it needs, so it can outlive the clock that started it.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source of time.
pub trait Clock: Send + Sync {
    /// Returns the time of day, as a calendar would say it.
    fn now(&self) -> SystemTime;

    /// Returns the time since this clock's own start. It never goes backwards.
    fn monotonic(&self) -> Duration;

    /// Returns the time since some fixed moment, such as the start of the machine. It never goes
    /// backwards, no correction of the calendar moves it, and it counts while the machine sleeps.
    fn boot(&self) -> Duration;

    /// Returns a future that completes once `duration` has passed on the monotonic reading.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// What counts while the machine sleeps. Systems other than Linux count that in their monotonic
/// clock.
#[cfg(target_os = "linux")]
const BOOT: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const BOOT: ClockId = ClockId::Monotonic;

/// The clock of the machine.
#[derive(Debug, Clone)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Creates a clock whose monotonic reading starts at zero.
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn boot(&self) -> Duration {
        let time = clock_gettime(BOOT);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanoseconds)
    }

    #[expect(clippy::disallowed_methods, reason = "this is where pauses come from")]
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_system_clock_sleeps_at_least_as_long_as_asked() {
        let clock: Box<dyn Clock> = Box::new(SystemClock::new());
        let (before, booted) = (clock.monotonic(), clock.boot());
        clock.sleep(Duration::from_millis(5)).await;
        assert!(clock.monotonic() >= before + Duration::from_millis(5));
        assert!(clock.boot() >= booted + Duration::from_millis(5));
        assert!(clock.now() > SystemTime::UNIX_EPOCH);
    }
}
