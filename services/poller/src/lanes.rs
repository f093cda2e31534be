//! Places for polls: few for those that are new, more for those that turned out to be slow.
//!
//! Most polls take a fraction of a second, and some hang until their deadline. When a large hoster
//! is down, hundreds hang at once, and were there one kind of place, they would take them all and
//! keep everybody else waiting. So a poll begins in the fast lane, and one that is not done after
//! [`SLOW_AFTER`] goes on in the slow lane: however many hang, a place in the fast lane is soon
//! free again.
//!
//! The slow lane is never full: who enters it when all places are taken ends the poll that has been
//! in it for longest. No more than [`FAST_POLLS`] come within each [`SLOW_AFTER`], so that one has
//! had no answer for eight seconds at the least.
//!
//! Accepted: with more pages that hang than the fast lane can let through, new polls wait for each
//! other after all, as long as it takes until those pages are asked less and less.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbook_runtime::Clock;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// A poll that is not done after this long goes on in the slow lane.
pub const SLOW_AFTER: Duration = Duration::from_secs(2);

/// Polls in the fast lane: a hundred new ones a second, all of which hang, and some room.
pub const FAST_POLLS: usize = 256;

/// Polls, and documents that come late, in the slow lane. Each has a connection of its own.
pub const SLOW_POLLS: usize = 768;

/// The places of one process.
pub(crate) struct Lanes {
    fast: Arc<Semaphore>,
    slow: Arc<Slow>,
}

impl Lanes {
    pub(crate) fn new() -> Self {
        Self::of(FAST_POLLS, SLOW_POLLS)
    }

    pub(crate) fn of(fast: usize, slow: usize) -> Self {
        let polls = Mutex::new(Queue::default());
        Self { fast: Arc::new(Semaphore::new(fast)), slow: Arc::new(Slow { max: slow, polls }) }
    }

    /// Waits for a place in the fast lane.
    pub(crate) async fn enter(&self) -> Place {
        let permit = Arc::clone(&self.fast).acquire_owned().await;
        let permit = permit.expect("nobody closes the lane");
        Place { lane: Lane::Fast(permit), slow: Arc::clone(&self.slow), began: None }
    }

    /// A place in the slow lane.
    pub(crate) fn enter_slow(&self) -> SlowPlace {
        self.slow.enter()
    }
}

/// The place of one poll.
pub(crate) struct Place {
    lane: Lane,
    slow: Arc<Slow>,
    /// When the poll began to work.
    began: Option<Duration>,
}

enum Lane {
    /// Held until it is dropped.
    Fast(#[expect(dead_code, reason = "it is only held")] OwnedSemaphorePermit),
    Slow(SlowPlace),
}

impl Place {
    /// Does `work` in this place, which moves to the slow lane when its time is over. Answers
    /// nothing if the work was given up there.
    pub(crate) async fn work<T>(
        &mut self,
        clock: &dyn Clock,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = std::pin::pin!(work);
        let now = clock.monotonic();
        let spent = now.saturating_sub(*self.began.get_or_insert(now));
        loop {
            match &self.lane {
                Lane::Fast(_) => tokio::select! {
                    biased;
                    done = &mut work => return Some(done),
                    () = clock.sleep(SLOW_AFTER.saturating_sub(spent)) => {
                        self.lane = Lane::Slow(self.slow.enter());
                    }
                },
                Lane::Slow(place) => return place.work(work).await,
            }
        }
    }

    /// How long the poll has worked.
    pub(crate) fn spent(&self, clock: &dyn Clock) -> Duration {
        self.began.map_or(Duration::ZERO, |began| clock.monotonic().saturating_sub(began))
    }
}

struct Slow {
    max: usize,
    polls: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    entered: u64,
    /// From the first that entered to the last, each with what tells it to give up.
    under_way: BTreeMap<u64, Arc<Notify>>,
}

impl Slow {
    fn enter(self: &Arc<Self>) -> SlowPlace {
        let mut polls = self.polls();
        if polls.under_way.len() >= self.max
            && let Some((_, oldest)) = polls.under_way.pop_first()
        {
            // Who is not listening finds it kept.
            oldest.notify_one();
        }
        polls.entered += 1;
        let (number, given_up) = (polls.entered, Arc::new(Notify::new()));
        polls.under_way.insert(number, Arc::clone(&given_up));
        drop(polls);
        SlowPlace { slow: Arc::clone(self), number, given_up }
    }

    fn polls(&self) -> MutexGuard<'_, Queue> {
        self.polls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the slow lane, which is free again when it is dropped.
pub(crate) struct SlowPlace {
    slow: Arc<Slow>,
    number: u64,
    given_up: Arc<Notify>,
}

impl SlowPlace {
    /// Does `work` until it is done, or until somebody else needs the place.
    pub(crate) async fn work<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.given_up.notified() => None,
        }
    }
}

impl Drop for SlowPlace {
    fn drop(&mut self) {
        self.slow.polls().under_way.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, pending, ready};
    use std::time::SystemTime;

    use signalbook_runtime::ManualClock;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    fn clock() -> ManualClock {
        ManualClock::new(SystemTime::UNIX_EPOCH)
    }

    /// A poll that never ends by itself.
    async fn hang(lanes: &Lanes, clock: &ManualClock) -> JoinHandle<Option<()>> {
        let (mut place, clock) = (lanes.enter().await, clock.clone());
        tokio::spawn(async move { place.work(&clock, pending()).await })
    }

    async fn settle() {
        for _ in 0..20 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_poll_that_is_not_done_in_time_makes_room_for_another() {
        let (lanes, clock) = (Lanes::of(1, 9), clock());
        let slow = hang(&lanes, &clock).await;
        settle().await;
        assert_eq!(lanes.fast.available_permits(), 0);
        clock.advance(SLOW_AFTER);
        settle().await;
        assert_eq!(lanes.fast.available_permits(), 1);
        assert!(!slow.is_finished());
    }

    #[tokio::test]
    async fn the_time_of_the_fast_lane_is_that_of_all_work_together() {
        let (lanes, clock) = (Lanes::of(1, 9), clock());
        let mut place = lanes.enter().await;
        let first: Ready<()> = ready(());
        assert_eq!(place.work(&clock, first).await, Some(()));
        clock.advance(SLOW_AFTER);
        assert_eq!(place.spent(&clock), SLOW_AFTER);
        assert_eq!(place.work(&clock, yield_now()).await, Some(()));
        assert_eq!(lanes.fast.available_permits(), 1, "it is in the slow lane now");
    }

    #[tokio::test]
    async fn a_full_slow_lane_gives_up_who_is_in_it_for_longest() {
        let (lanes, clock) = (Lanes::of(9, 2), clock());
        let mut polls = Vec::new();
        for _ in 0..3 {
            polls.push(hang(&lanes, &clock).await);
            settle().await;
            clock.advance(SLOW_AFTER);
            settle().await;
        }
        assert_eq!(
            polls.iter().map(JoinHandle::is_finished).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert_eq!(polls.remove(0).await.unwrap(), None);
        let late = lanes.enter_slow();
        settle().await;
        assert_eq!(polls.iter().map(JoinHandle::is_finished).collect::<Vec<_>>(), [true, false]);
        drop(late);
        assert_eq!(lanes.slow.polls().under_way.len(), 1);
    }
}
