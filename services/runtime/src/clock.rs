//! Time as an argument.
//!
//! Two readings are kept apart because they answer different questions: [`Clock::now`] says what
//! a calendar says, and may jump when an operator or a time server corrects it;
//! [`Clock::monotonic`] only ever grows, and is what durations are measured with.

mod manual;

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

pub use manual::ManualClock;

/// A pause in progress. It owns what it needs, so it can outlive the clock that started it.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source of time.
pub trait Clock: Send + Sync {
    /// Returns the time of day, as a calendar would say it.
    fn now(&self) -> SystemTime;

    /// Returns the time since this clock's own start. It never goes backwards.
    fn monotonic(&self) -> Duration;

    /// Returns a future that completes once `duration` has passed on the monotonic reading.
    fn sleep(&self, duration: Duration) -> Sleep;
}

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
        let before = clock.monotonic();
        clock.sleep(Duration::from_millis(5)).await;
        assert!(clock.monotonic() >= before + Duration::from_millis(5));
        assert!(clock.now() > SystemTime::UNIX_EPOCH);
    }
}
