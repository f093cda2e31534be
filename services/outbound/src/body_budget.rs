//! A budget of memory for bodies: how many may be large at once while they are received.
//!
//! Each body has a limit of its own, but a hundred of them that all come close to it are more than
//! a small machine has. So a body that grows beyond a size waits until few others are as large:
//! nothing more is read of it meanwhile, and its deadline goes on. Small bodies, which is nearly
//! all of them, never wait. A body gives its permit back once it is whole; how long it then stays in
//! memory is the caller's affair.
//!
//! A permit is for a body that grows. Servers that send a large part and then dawdle, a hostile one
//! or a network of caches on a bad day, would else keep everybody from becoming large until their
//! deadlines end them. So while all permits of a size are taken, a body with one of them has to
//! grow by [`Limits::GROWTH_BYTES`] within [`Limits::growth`], or is ended. Growth is measured
//! after decompression, since that is what takes up memory: who grows fast comes soon to the next
//! size, or to the end. While permits are free, nobody is hurried.
//!
//! Permits are taken in the order of their size, so nobody waits for somebody who waits; and a body
//! that waits for a larger permit is not blamed for growing no further.
//!
//! Accepted: who grows just fast enough keeps its permit until it comes to the next size, and very
//! many servers that conspire to do so can still keep others waiting too long.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::limits::Limits;

/// A body beyond this many bytes needs one of so many permits, from small to large. All taken, and
/// each body just below the next size, that is 36 MiB.
const SIZES: [(usize, usize); 3] = [(64 * 1024, 48), (256 * 1024, 12), (1024 * 1024, 5)];

/// How often it is looked whether a body that does not grow keeps others waiting.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The permits that all bodies of a client share.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    permits: [(usize, Arc<Semaphore>); 3],
    growth: Duration,
}

impl BodyBudget {
    /// Creates a budget whose bodies have so long to grow while others wait.
    pub(crate) fn new(growth: Duration) -> Self {
        let permits = SIZES.map(|(beyond, count)| (beyond, Arc::new(Semaphore::new(count))));
        Self { permits, growth }
    }

    /// Creates the permit of a body that has no bytes yet.
    pub(crate) fn permit(self: &Arc<Self>) -> BodyPermit {
        BodyPermit { budget: Arc::clone(self), held: Vec::new(), grown_to: 0, due: Instant::now() }
    }
}

/// What one body holds of the budget. Dropping it gives that back.
#[derive(Debug)]
pub(crate) struct BodyPermit {
    budget: Arc<BodyBudget>,
    held: Vec<OwnedSemaphorePermit>,
    /// How large the body was when it had last grown enough.
    grown_to: usize,
    /// When it has to have grown enough again.
    due: Instant,
}

impl BodyPermit {
    /// Waits until a body of so many bytes has its permit.
    pub(crate) async fn grow_to(&mut self, bytes: usize) {
        let mut has_grown = bytes >= self.grown_to + Limits::GROWTH_BYTES;
        while let Some((beyond, permits)) = self.budget.permits.get(self.held.len())
            && bytes > *beyond
            && let Ok(permit) = Arc::clone(permits).acquire_owned().await
        {
            self.held.push(permit);
            // The time that it has waited here is no fault of its server.
            has_grown = true;
        }
        if has_grown {
            self.grown_to = bytes;
            self.due = Instant::now() + self.budget.growth;
        }
    }

    /// Waits for the next part of the body for as long as it may keep its permit, and returns
    /// nothing if it has to go.
    pub(crate) async fn wait_for<T>(&mut self, next: impl Future<Output = T>) -> Option<T> {
        let mut next = pin!(next);
        while !self.held.is_empty() {
            match timeout_at(self.due, &mut next).await {
                Ok(part) => return Some(part),
                Err(_) if self.is_contended() => return None,
                Err(_) => self.due = Instant::now() + LOOK_EVERY,
            }
        }
        Some(next.await)
    }

    /// Says whether others wait for a permit like this.
    fn is_contended(&self) -> bool {
        let like_this = &self.budget.permits[..self.held.len()];
        like_this.iter().any(|(_, permits)| permits.available_permits() == 0)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::task::Poll;

    use tokio::time::timeout;

    use super::*;

    const LARGE: usize = 64 * 1024 + 1;

    /// Says whether the body gets its permit without waiting.
    async fn fits(permit: &mut BodyPermit, bytes: usize) -> bool {
        let mut widening = pin!(permit.grow_to(bytes));
        poll_fn(|context| Poll::Ready(widening.as_mut().poll(context).is_ready())).await
    }

    /// Says whether the body has to go when its time is over and nothing comes.
    async fn has_to_go(permit: &mut BodyPermit) -> bool {
        let soon = Duration::from_millis(10);
        matches!(timeout(soon, permit.wait_for(pending::<()>())).await, Ok(None))
    }

    async fn take(budget: &Arc<BodyBudget>, bytes: usize, count: usize) -> Vec<BodyPermit> {
        let mut taken = Vec::new();
        for _ in 0..count {
            let mut permit = budget.permit();
            assert!(fits(&mut permit, bytes).await);
            taken.push(permit);
        }
        taken
    }

    #[tokio::test]
    async fn few_bodies_are_large_at_once_and_small_ones_never_wait() {
        let budget = Arc::new(BodyBudget::new(Limits::GROWTH));
        let mut large = take(&budget, 4 * 1024 * 1024, 5).await;
        let mut another = budget.permit();
        assert!(fits(&mut another, 1024 * 1024).await);
        assert!(!fits(&mut another, 1024 * 1024 + 1).await);
        assert!(fits(&mut budget.permit(), 64 * 1024).await);
        large.pop();
        assert!(fits(&mut another, 1024 * 1024 + 1).await);
    }

    #[tokio::test]
    async fn a_body_that_does_not_grow_goes_when_its_place_is_missed_and_stays_otherwise() {
        let budget = Arc::new(BodyBudget::new(Duration::ZERO));
        let mut large = take(&budget, LARGE, 47).await;
        assert!(!has_to_go(&mut large[0]).await, "a permit is free");
        large.extend(take(&budget, LARGE, 1).await);
        large[0].due = Instant::now();
        assert!(has_to_go(&mut large[0]).await);
        assert!(!has_to_go(&mut budget.permit()).await, "a small body has no permit");
        assert_eq!(large[0].wait_for(ready(7)).await, Some(7), "what has come is taken");
    }

    #[tokio::test]
    async fn a_body_that_grows_keeps_its_place() {
        let budget = Arc::new(BodyBudget::new(Limits::GROWTH));
        let mut large = take(&budget, LARGE, 48).await;
        for (bytes, goes) in
            [(LARGE + 16 * 1024 - 1, true), (LARGE + 16 * 1024, false), (256 * 1024 + 1, false)]
        {
            large[0].due = Instant::now();
            assert!(fits(&mut large[0], bytes).await);
            assert_eq!(has_to_go(&mut large[0]).await, goes, "{bytes}");
        }
    }

    #[tokio::test]
    async fn a_large_place_is_missed_while_small_ones_are_free() {
        let budget = Arc::new(BodyBudget::new(Duration::ZERO));
        let mut large = take(&budget, 256 * 1024 + 1, 12).await;
        let mut smaller = take(&budget, LARGE, 1).await;
        assert!(has_to_go(&mut large[0]).await);
        assert!(!has_to_go(&mut smaller[0]).await);
    }
}
