//! The clock of tests, which only moves when a test moves it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{oneshot, watch};

use super::{Clock, Sleep};

/// A clock that only moves on request. Clones share one time.
///
/// A move wakes every sleeper whose time it reaches. The woken task runs when the test next awaits
/// something, usually [`ManualClock::until_sleeping`], which returns when the tasks under test are
/// asleep again.
#[derive(Debug, Clone)]
pub struct ManualClock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    /// Notified whenever a task starts to sleep.
    arrivals: watch::Sender<()>,
}

#[derive(Debug)]
struct State {
    now: SystemTime,
    monotonic: Duration,
    boot: Duration,
    sleepers: Vec<Sleeper>,
}

#[derive(Debug)]
struct Sleeper {
    wakes_at: Duration,
    alarm: oneshot::Sender<()>,
}

impl ManualClock {
    /// Creates a clock that stands still at `now`.
    pub fn new(now: SystemTime) -> Self {
        let (monotonic, boot) = (Duration::ZERO, Duration::ZERO);
        let state = State { now, monotonic, boot, sleepers: Vec::new() };
        let inner = Inner { state: Mutex::new(state), arrivals: watch::Sender::new(()) };
        Self { inner: Arc::new(inner) }
    }

    /// Advances all readings by `step` and wakes the sleepers that are due by then.
    pub fn advance(&self, step: Duration) {
        let mut state = self.state();
        state.now += step;
        state.pass(step);
    }

    /// Moves the calendar to `moment`.
    ///
    /// A later moment counts as elapsed time, so sleepers that are due wake. An earlier one only
    /// corrects the calendar: no time elapses and no sleeper wakes.
    pub fn set(&self, moment: SystemTime) {
        let mut state = self.state();
        let step = moment.duration_since(state.now).unwrap_or_default();
        state.now = moment;
        state.pass(step);
    }

    /// Moves only the calendar to `moment`, as an operator or a time server does: no time elapses
    /// and no sleeper wakes.
    pub fn jump(&self, moment: SystemTime) {
        self.state().now = moment;
    }

    /// Simulates a machine that sleeps for `time`: the calendar and the boot reading advance, and
    /// no sleeper wakes.
    pub fn suspend(&self, time: Duration) {
        let mut state = self.state();
        state.now += time;
        state.boot = state.boot.saturating_add(time);
    }

    /// Advances to the time of the next sleeper and returns by how much. Returns `None` and moves
    /// nothing if there is no sleeper.
    pub fn advance_to_next(&self) -> Option<Duration> {
        let mut state = self.state();
        state.forget_dropped();
        let next = state.sleepers.iter().map(|sleeper| sleeper.wakes_at).min()?;
        let step = next.saturating_sub(state.monotonic);
        state.now += step;
        state.pass(step);
        Some(step)
    }

    /// Returns the number of sleepers.
    pub fn sleepers(&self) -> usize {
        let mut state = self.state();
        state.forget_dropped();
        state.sleepers.len()
    }

    /// Waits until there are at least `count` sleepers.
    pub async fn until_sleeping(&self, count: usize) {
        let mut arrivals = self.inner.arrivals.subscribe();
        while self.sleepers() < count {
            // The sender lives as long as `self`, so `changed` cannot fail.
            let _ = arrivals.changed().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.state().now
    }

    fn monotonic(&self) -> Duration {
        self.state().monotonic
    }

    fn boot(&self) -> Duration {
        self.state().boot
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if duration.is_zero() {
            return Box::pin(std::future::ready(()));
        }
        let (alarm, woken) = oneshot::channel();
        let mut state = self.state();
        let wakes_at = state.monotonic.saturating_add(duration);
        state.sleepers.push(Sleeper { wakes_at, alarm });
        drop(state);
        self.inner.arrivals.send_replace(());
        Box::pin(async move {
            if woken.await.is_err() {
                // The last clone of the clock is gone, so no time will ever pass.
                std::future::pending::<()>().await;
            }
        })
    }
}

impl State {
    fn pass(&mut self, step: Duration) {
        self.monotonic = self.monotonic.saturating_add(step);
        self.boot = self.boot.saturating_add(step);
        let now = self.monotonic;
        for sleeper in self.sleepers.extract_if(.., |sleeper| sleeper.wakes_at <= now) {
            // A sleeper that was dropped meanwhile has no receiver.
            let _ = sleeper.alarm.send(());
        }
    }

    fn forget_dropped(&mut self) {
        self.sleepers.retain(|sleeper| !sleeper.alarm.is_closed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clock() -> ManualClock {
        ManualClock::new(SystemTime::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_moment_has_come_and_not_before() {
        let clock = clock();
        let sleeper = tokio::spawn(clock.sleep(3 * SECOND));
        clock.advance(2 * SECOND);
        assert_eq!(clock.sleepers(), 1);
        clock.advance(SECOND);
        assert_eq!(clock.sleepers(), 0);
        sleeper.await.unwrap();
        assert_eq!(clock.monotonic(), 3 * SECOND);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + 3 * SECOND);
    }

    #[tokio::test]
    async fn no_pause_at_all_is_over_at_once() {
        clock().sleep(Duration::ZERO).await;
    }

    #[tokio::test]
    async fn a_later_date_wakes_and_an_earlier_date_does_not() {
        let clock = clock();
        let sleeper = tokio::spawn(clock.sleep(SECOND));
        clock.set(SystemTime::UNIX_EPOCH - 60 * SECOND);
        assert_eq!((clock.sleepers(), clock.monotonic()), (1, Duration::ZERO));
        clock.set(SystemTime::UNIX_EPOCH);
        sleeper.await.unwrap();
        assert_eq!(clock.monotonic(), 60 * SECOND);
    }

    #[tokio::test]
    async fn a_jump_moves_the_calendar_alone() {
        let clock = clock();
        let _sleeper = tokio::spawn(clock.sleep(SECOND));
        for moment in [3_600, 0] {
            let moment = SystemTime::UNIX_EPOCH + moment * SECOND;
            clock.jump(moment);
            assert_eq!(clock.now(), moment);
            assert_eq!((clock.monotonic(), clock.boot()), (Duration::ZERO, Duration::ZERO));
        }
        assert_eq!(clock.sleepers(), 1);
    }

    #[tokio::test]
    async fn a_machine_that_sleeps_counts_its_boot_reading_on() {
        let clock = clock();
        let _sleeper = tokio::spawn(clock.sleep(SECOND));
        clock.suspend(60 * SECOND);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + 60 * SECOND);
        assert_eq!((clock.monotonic(), clock.boot()), (Duration::ZERO, 60 * SECOND));
        assert_eq!(clock.sleepers(), 1);
    }

    #[tokio::test]
    async fn a_sleeper_that_was_given_up_is_not_counted() {
        let clock = clock();
        drop(clock.sleep(SECOND));
        assert_eq!(clock.sleepers(), 0);
        assert_eq!(clock.advance_to_next(), None);
    }

    #[tokio::test]
    async fn a_test_can_step_a_loop_from_rest_to_rest() {
        let clock = clock();
        let (count, mut seen) = watch::channel(0);
        let shared = clock.clone();
        tokio::spawn(async move {
            loop {
                shared.sleep(60 * SECOND).await;
                count.send_modify(|count| *count += 1);
            }
        });
        for expected in 1..=3 {
            clock.until_sleeping(1).await;
            assert_eq!(clock.advance_to_next(), Some(60 * SECOND));
            seen.wait_for(|count| *count == expected).await.unwrap();
        }
    }
}
