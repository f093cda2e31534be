//! The write-behind buffer: pages whose cached rows are newer than the store's.

use std::collections::BTreeMap;
use std::time::Duration;

use signalbook_domain::PageId;
use signalbook_domain::observation::Observation;

/// Maximum delay before the row of a page without news is written, together with others.
const SAVE_AFTER: Duration = Duration::from_secs(2);

/// The number of pending rows that triggers an immediate write.
const ROWS_MAX: usize = 2_000;

/// Polled pages without news, each with its last such observation, which needs a new decision if
/// the store's row has moved.
#[derive(Default)]
pub(crate) struct PendingRows {
    pages: BTreeMap<PageId, Observation>,
    since: Duration,
}

impl PendingRows {
    /// Adds a page at the monotonic time `now`.
    pub(crate) fn push(&mut self, observation: Observation, now: Duration) {
        if self.pages.is_empty() {
            self.since = now;
        }
        let known = self.pages.get(&observation.page);
        if known.is_none_or(|known| known.slot < observation.slot) {
            self.pages.insert(observation.page, observation);
        }
    }

    /// Time until the rows should be written; `None` if none are pending.
    pub(crate) fn flush_due_in(&self, now: Duration) -> Option<Duration> {
        if self.pages.len() >= ROWS_MAX {
            return Some(Duration::ZERO);
        }
        let due = self.since + SAVE_AFTER;
        (!self.pages.is_empty()).then(|| due.saturating_sub(now))
    }

    /// Removes and returns all pending observations.
    pub(crate) fn drain(&mut self) -> Vec<Observation> {
        std::mem::take(&mut self.pages).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbook_domain::observation::{Outcome, Slot};
    use signalbook_domain::{ObservationId, Platform, Timestamp};
    use uuid::Uuid;

    fn page(number: u128) -> Observation {
        let outcome = Outcome::Answered {
            platform: Platform::Statuspage,
            moved_to: None,
            missing: Vec::new(),
            documents: Vec::new(),
        };
        Observation {
            id: ObservationId(Uuid::from_u128(number)),
            page: PageId(Uuid::from_u128(number)),
            provider: "acme".parse().unwrap(),
            slot: Slot(1),
            observed_at: Timestamp::default(),
            outcome,
        }
    }

    #[test]
    fn the_first_page_sets_the_time() {
        let mut pending = PendingRows::default();
        let seconds = Duration::from_secs;
        assert_eq!(pending.flush_due_in(seconds(5)), None);
        pending.push(page(1), seconds(5));
        pending.push(page(2), seconds(6));
        assert_eq!(pending.flush_due_in(seconds(6)), Some(seconds(1)));
        assert_eq!(pending.flush_due_in(seconds(60)), Some(seconds(0)));
        assert_eq!(pending.drain(), [page(1), page(2)]);
        assert_eq!(pending.flush_due_in(seconds(60)), None);
    }

    #[test]
    fn the_last_observation_of_a_page_counts() {
        let mut pending = PendingRows::default();
        let newer = Observation { slot: Slot(2), ..page(1) };
        pending.push(newer.clone(), Duration::ZERO);
        pending.push(page(1), Duration::ZERO);
        assert_eq!(pending.drain(), [newer]);
    }

    #[test]
    fn too_many_do_not_wait() {
        let mut pending = PendingRows::default();
        for number in 0..2_000 {
            assert_ne!(pending.flush_due_in(Duration::ZERO), Some(Duration::ZERO));
            pending.push(page(number), Duration::ZERO);
        }
        assert_eq!(pending.flush_due_in(Duration::ZERO), Some(Duration::ZERO));
    }
}
