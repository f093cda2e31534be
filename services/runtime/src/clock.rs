//! Time as an argument.
//!
//! The three readings answer different questions. [`Clock::now`] is the calendar time, which jumps
//! when an operator or a time server corrects it. [`Clock::monotonic`] never goes back and measures
//! durations. [`Clock::boot`] also advances while the machine sleeps, which distinguishes a jump of
//! the calendar from a long sleep.

#[cfg(any(test, feature = "manual"))]
mod manual;

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use rustix::time::{ClockId, clock_gettime};

#[cfg(any(test, feature = "manual"))]
pub use manual::ManualClock;

/// A pause in progress. It owns its data, so it can outlive the clock that started it.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

pub trait Clock: Send + Sync {
    /// Returns the calendar time.
    fn now(&self) -> SystemTime;

    /// Returns the time since this clock's own start. It never goes backwards.
    fn monotonic(&self) -> Duration;

    /// Returns the time since some fixed moment, such as the start of the machine. It never goes
    /// back, is unaffected by corrections of the calendar, and advances while the machine sleeps.
    fn boot(&self) -> Duration;

    /// Returns a future that completes once `duration` has passed on the monotonic reading.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The clock that advances while the machine sleeps. On systems other than Linux, the monotonic
/// clock does.
#[cfg(target_os = "linux")]
const BOOT: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const BOOT: ClockId = ClockId::Monotonic;

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
