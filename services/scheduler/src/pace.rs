//! How long a page is left alone between two polls.

use std::time::Duration;

use signalbook_domain::observation::{RETRY_AFTER_MAX, Slot};
use signalbook_domain::{PageId, Timestamp};
use signalbook_runtime::Backoff;
use signalbook_store::PageRow;

/// The rules of pace, with the defaults of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// While something is going on, a page is polled at least this often.
    pub trouble: Duration,
    /// A failing page is asked at least this often.
    pub failing_max: Duration,
    /// Documents about what is over are read again after this long, changed or not.
    pub deep: Duration,
    /// The time between two polls of one host.
    pub host_spacing: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            trouble: Duration::from_secs(30),
            failing_max: Duration::from_mins(15),
            deep: Duration::from_mins(5),
            host_spacing: Duration::from_millis(100),
        }
    }
}

/// A page comes up to this part of its pause early, so that pages of one interval drift apart.
const JITTER_PART: u32 = 10;

impl Pace {
    /// When `row`'s page is due next, if its last poll was made at `last`.
    pub fn due(&self, row: &PageRow, last: Timestamp) -> Timestamp {
        let pause = self.pause(row);
        let jitter = pause / JITTER_PART * spread(row.id, row.memo.last_slot) / 1_000;
        let due = last.plus(pause.saturating_sub(jitter));
        // Nobody sends us away for longer, so what is later comes of a clock that was set back.
        let latest = last.plus(RETRY_AFTER_MAX);
        row.memo.not_before.map_or(due, |not_before| due.max(not_before.min(latest)))
    }

    fn pause(&self, row: &PageRow) -> Duration {
        match row.memo.failures() {
            0 if row.memo.in_trouble => row.interval.min(self.trouble),
            0 => row.interval,
            failures => {
                Backoff::new(row.interval, self.failing_max.max(row.interval)).delay(failures)
            }
        }
    }
}

/// A number from 0 to 999 that differs from page to page and from turn to turn.
fn spread(page: PageId, slot: Slot) -> u32 {
    let (high, low) = page.0.as_u64_pair();
    let mixed = (high ^ low ^ slot.0.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from((mixed >> 32) % 1_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::{at, row};
    use signalbook_domain::Failure;
    use signalbook_domain::memo::Failing;

    fn pause_seconds(row: &PageRow) -> u64 {
        Pace::default().pause(row).as_secs()
    }

    #[test]
    fn a_page_in_trouble_is_polled_at_least_every_thirty_seconds() {
        let mut page = row(1, "https://a.example", 60);
        assert_eq!(pause_seconds(&page), 60);
        page.memo.in_trouble = true;
        assert_eq!(pause_seconds(&page), 30);
        page.interval = Duration::from_secs(5);
        assert_eq!(pause_seconds(&page), 5);
    }

    #[test]
    fn a_failing_page_is_asked_less_and_less_up_to_a_quarter_of_an_hour() {
        let mut page = row(1, "https://a.example", 60);
        let pauses: Vec<u64> = (1..=6)
            .map(|polls| {
                page.memo.failing =
                    Some(Failing { polls, since: at(0), failure: Failure::Unreachable });
                pause_seconds(&page)
            })
            .collect();
        assert_eq!(pauses, [60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn a_vendor_that_asks_us_to_wait_is_left_alone() {
        let mut page = row(1, "https://a.example", 60);
        page.memo.not_before = Some(at(500));
        assert_eq!(Pace::default().due(&page, at(0)), at(500));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_us_away_for_long() {
        let mut page = row(1, "https://a.example", 60);
        page.memo.not_before = Some(at(1_000_000));
        assert_eq!(Pace::default().due(&page, at(0)), at(6 * 3_600));
    }

    #[test]
    fn jitter_shortens_a_pause_by_a_tenth_at_most() {
        for number in 0..200 {
            let due = Pace::default().due(&row(number, "https://a.example", 60), at(0));
            assert!(due > at(53) && due <= at(60), "{due}");
        }
    }
}
