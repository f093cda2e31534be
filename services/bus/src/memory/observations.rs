//! One partition: observations in order, one under way at a time. Its limits exert back-pressure on
//! pollers: [`Partition::put`] rejects an observation while the partition is full.

use std::collections::VecDeque;
use std::sync::Arc;

use signalbook_domain::observation::Observation;

use super::{PARTITION_BYTES, PARTITION_DEPTH};

#[derive(Default)]
pub(super) struct Partition {
    waiting: VecDeque<Arc<Observation>>,
    /// Size of the documents in `waiting`.
    bytes: usize,
    under_way: bool,
}

impl Partition {
    /// Takes the observation if there is room; otherwise returns `None` and leaves it in place.
    pub(super) fn put(&mut self, observation: &mut Option<Arc<Observation>>) -> Option<()> {
        let bytes = observation.as_ref().map_or(0, |observation| observation.body_bytes());
        let fits = self.waiting.is_empty() || self.bytes + bytes <= PARTITION_BYTES;
        if !fits || self.waiting.len() >= PARTITION_DEPTH {
            return None;
        }
        self.bytes += bytes;
        self.waiting.extend(observation.take());
        Some(())
    }

    /// Returns the first observation, which stays in the queue until it is finished.
    pub(super) fn take(&mut self) -> Option<Arc<Observation>> {
        if self.under_way {
            return None;
        }
        let first = self.waiting.front()?.clone();
        self.under_way = true;
        Some(first)
    }

    pub(super) fn finish(&mut self, done: bool) {
        self.under_way = false;
        if done && let Some(first) = self.waiting.pop_front() {
            self.bytes -= first.body_bytes();
        }
    }
}
