//! The delay before a retry after consecutive failures: a base that doubles with each further
//! failure, up to a maximum.
//!
//! The delay has no jitter. A scheduler of many similar tasks spreads them itself, and a pure
//! function of the number of failures can be recomputed from stored state.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    max: Duration,
}

impl Backoff {
    /// Creates a backoff that starts at `base` and never exceeds `max`.
    pub const fn new(base: Duration, max: Duration) -> Self {
        Self { base, max }
    }

    /// Returns the delay after `failures` in a row: zero after none, the base after the first.
    pub fn delay(self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLLS: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_mins(15));

    #[test]
    fn the_pause_doubles_with_each_failure_up_to_the_maximum() {
        let seconds: Vec<u64> = (0..8).map(|failures| POLLS.delay(failures).as_secs()).collect();
        assert_eq!(seconds, [0, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn any_number_of_failures_has_a_pause() {
        assert_eq!(POLLS.delay(u32::MAX), Duration::from_mins(15));
        let endless = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(endless.delay(40), Duration::MAX);
    }

    #[test]
    fn a_base_above_the_maximum_is_cut_to_it() {
        let backoff = Backoff::new(Duration::from_secs(9), Duration::from_secs(5));
        assert_eq!(backoff.delay(1), Duration::from_secs(5));
    }

    #[test]
    fn a_base_of_nanoseconds_still_reaches_the_maximum() {
        let backoff = Backoff::new(Duration::from_nanos(1), Duration::from_secs(4));
        assert_eq!(backoff.delay(80), Duration::from_secs(4));
    }
}
