//! One partition: observations in order, one under way at a time. Its limits are the back-pressure on
//! pollers: while it is full, putting another observation waits.

use std::collections::VecDeque;
use std::sync::Arc;

use signalbook_domain::observation::Observation;

use super::{PARTITION_BYTES, PARTITION_DEPTH};

/// The state of a partition.
#[derive(Default)]
pub(super) struct Partition {
    waiting: VecDeque<Arc<Observation>>,
    /// Of the documents that wait.
    bytes: usize,
    under_way: bool,
}

impl Partition {
    /// Puts the observation in if there is room.
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

    /// The first one, which stays first until it is settled.
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
