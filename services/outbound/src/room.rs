//! Room for bodies: how many may be large at once.
//!
//! Each body has a limit of its own, but a hundred of them that all come close to it are more than
//! a small machine has. So a body that grows beyond a size waits until few others are as large:
//! nothing more is read of it meanwhile, and its deadline goes on. Small bodies, which is nearly
//! all of them, never wait.
//!
//! Accepted: servers that send a large part and then dawdle keep others from becoming large, until
//! their deadline ends them. Places are taken in the order of their size, so nobody waits for
//! somebody who waits.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body beyond this many bytes needs one of so many places, from small to large.
const PLACES: [(usize, usize); 2] = [(64 * 1024, 12), (1024 * 1024, 5)];

/// The places that all bodies of a client share.
#[derive(Debug)]
pub(crate) struct Room {
    places: [(usize, Arc<Semaphore>); 2],
}

impl Default for Room {
    fn default() -> Self {
        Self { places: PLACES.map(|(beyond, count)| (beyond, Arc::new(Semaphore::new(count)))) }
    }
}

impl Room {
    /// Creates the place of a body that has no bytes yet.
    pub(crate) fn place(self: &Arc<Self>) -> Place {
        Place { room: Arc::clone(self), held: Vec::new() }
    }
}

/// What one body takes up. Dropping it makes room for others.
#[derive(Debug)]
pub(crate) struct Place {
    room: Arc<Room>,
    held: Vec<OwnedSemaphorePermit>,
}

impl Place {
    /// Waits until a body of so many bytes has its place.
    pub(crate) async fn widen(&mut self, bytes: usize) {
        while let Some((beyond, places)) = self.room.places.get(self.held.len())
            && bytes > *beyond
            && let Ok(permit) = Arc::clone(places).acquire_owned().await
        {
            self.held.push(permit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    /// Says whether the body gets its place without waiting.
    async fn fits(place: &mut Place, bytes: usize) -> bool {
        let mut widening = pin!(place.widen(bytes));
        poll_fn(|context| Poll::Ready(widening.as_mut().poll(context).is_ready())).await
    }

    #[tokio::test]
    async fn few_bodies_are_large_at_once_and_small_ones_never_wait() {
        let room = Arc::new(Room::default());
        let mut large = Vec::new();
        for _ in 0..5 {
            let mut place = room.place();
            assert!(fits(&mut place, 4 * 1024 * 1024).await);
            large.push(place);
        }
        let mut another = room.place();
        assert!(fits(&mut another, 1024 * 1024).await);
        assert!(!fits(&mut another, 1024 * 1024 + 1).await);
        assert!(fits(&mut room.place(), 64 * 1024).await);
        large.pop();
        assert!(fits(&mut another, 1024 * 1024 + 1).await);
    }
}
