//! The pause between two polls of a page.

use std::time::Duration;

use signalbook_domain::observation::Slot;
use signalbook_domain::poll_state::MissingRun;
use signalbook_domain::{PageId, Role, Timestamp};
use signalbook_runtime::Backoff;
use signalbook_store::PageRow;

/// The rules of pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollPolicy {
    /// Maximum interval while a page is in trouble.
    pub trouble: Duration,
    /// Maximum pause of a failing page, unless the page's interval is longer.
    pub failing_max: Duration,
    /// History documents are read again after this time, changed or not.
    pub deep: Duration,
    /// Pause before a document that the vendor does not offer is requested again.
    pub not_offered: Duration,
    /// The current document is read without validators after this time, which limits how long a
    /// wrong "not modified" answer hides a change.
    pub current_whole: Duration,
    /// The same limit for history documents.
    pub history_whole: Duration,
    /// At start, a page on hold at the vendor's request is polled once, but no sooner than this
    /// after its last poll.
    pub start: Duration,
    /// Minimum time between two polls of one host.
    pub host_spacing: Duration,
}

impl PollPolicy {
    /// The defaults of the plan.
    pub const DEFAULT: Self = Self {
        trouble: Duration::from_secs(30),
        failing_max: Duration::from_mins(15),
        deep: Duration::from_mins(5),
        not_offered: Duration::from_hours(1),
        current_whole: Duration::from_mins(15),
        history_whole: Duration::from_hours(6),
        start: Duration::from_mins(5),
        host_spacing: Duration::from_millis(100),
    };
}

impl Default for PollPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A poll comes early by up to one part in this many of its pause, so that pages with equal
/// intervals drift apart.
const JITTER_PART: u32 = 10;

impl PollPolicy {
    /// When `row`'s page is next due if its last poll was at `last`.
    pub fn due(&self, row: &PageRow, last: Timestamp) -> Timestamp {
        let pause = self.pause(row);
        let jitter = pause / JITTER_PART * spread(row.id, row.poll_state.last_slot) / 1_000;
        let due = last.plus(pause.saturating_sub(jitter));
        // No hold exceeds `hold_max`; a later end results from a clock that was set back.
        let latest = last.plus(row.poll_state.hold_max());
        row.poll_state.hold.as_ref().map_or(due, |hold| due.max(hold.until.min(latest)))
    }

    /// Like [`Self::due`], for a page that this process has not polled yet.
    pub fn due_at_start(&self, row: &PageRow, last: Timestamp) -> Timestamp {
        let due = self.due(row, last);
        if row.poll_state.hold.is_some() { due.min(last.plus(self.start)) } else { due }
    }

    /// Whether a document whose last polls failed as in `run` is requested at `now`.
    pub fn is_asked_again(&self, row: &PageRow, run: &MissingRun, now: Timestamp) -> bool {
        let pause = if run.not_offered {
            self.not_offered
        } else {
            let pause = self.backoff(row).delay(run.polls.saturating_sub(1));
            // A poll that is early by its jitter still counts.
            pause.saturating_sub(pause / JITTER_PART)
        };
        let latest = run.asked_at.plus(row.poll_state.hold_max());
        let is_left_alone = run.not_before.is_some_and(|until| now < until.min(latest));
        let is_over = now.since(run.asked_at) >= pause && !is_left_alone;
        // A request in the future predates a clock that was set back.
        is_over || run.asked_at > now
    }

    /// Time after which a document is read without validators.
    pub fn whole_after(&self, role: Role) -> Duration {
        match role {
            Role::Current => self.current_whole,
            Role::History => self.history_whole,
        }
    }

    fn pause(&self, row: &PageRow) -> Duration {
        match row.poll_state.failures() {
            0 if row.poll_state.in_trouble => row.interval.min(self.trouble),
            0 => row.interval,
            failures => self.backoff(row).delay(failures),
        }
    }

    fn backoff(&self, row: &PageRow) -> Backoff {
        Backoff::new(row.interval, self.failing_max.max(row.interval))
    }
}

/// A number from 0 to 999 that varies by page and slot.
fn spread(page: PageId, slot: Slot) -> u32 {
    let (high, low) = page.0.as_u64_pair();
    let mixed = (high ^ low ^ slot.0.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from((mixed >> 32) % 1_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due_queue::tests::{at, row};
    use signalbook_domain::Failure;
    use signalbook_domain::poll_state::{Failing, Hold};

    fn pause_seconds(row: &PageRow) -> u64 {
        PollPolicy::default().pause(row).as_secs()
    }

    #[test]
    fn a_page_in_trouble_is_polled_at_least_every_thirty_seconds() {
        let mut page = row(1, "https://a.example", 60);
        assert_eq!(pause_seconds(&page), 60);
        page.poll_state.in_trouble = true;
        assert_eq!(pause_seconds(&page), 30);
        page.interval = Duration::from_secs(5);
        assert_eq!(pause_seconds(&page), 5);
    }

    #[test]
    fn a_failing_page_is_asked_less_and_less_up_to_a_quarter_of_an_hour() {
        let mut page = row(1, "https://a.example", 60);
        let pauses: Vec<u64> = (1..=6)
            .map(|polls| {
                page.poll_state.failing =
                    Some(Failing { polls, since: at(0), failure: Failure::Unreachable });
                pause_seconds(&page)
            })
            .collect();
        assert_eq!(pauses, [60, 120, 240, 480, 900, 900]);
    }

    fn held(until: i64) -> PageRow {
        let mut page = row(1, "https://a.example", 60);
        let hold = Hold { since: at(0), until: at(until), detail: "wait".to_owned() };
        page.poll_state.hold = Some(hold);
        page
    }

    #[test]
    fn a_vendor_that_asks_us_to_wait_is_left_alone() {
        assert_eq!(PollPolicy::default().due(&held(500), at(0)), at(500));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_us_away_for_long() {
        let mut page = held(1_000_000);
        assert_eq!(PollPolicy::default().due(&page, at(0)), at(3_600));
        page.poll_state.in_trouble = true;
        assert_eq!(PollPolicy::default().due(&page, at(0)), at(900));
    }

    #[test]
    fn a_start_asks_a_vendor_that_wants_to_be_left_alone_once_five_minutes_after_the_last_time() {
        let policy = PollPolicy::default();
        assert_eq!(policy.due_at_start(&held(3_600), at(0)), at(300));
        assert_eq!(policy.due_at_start(&held(200), at(0)), at(200));
        let other = row(1, "https://a.example", 600);
        assert_eq!(policy.due_at_start(&other, at(0)), policy.due(&other, at(0)));
    }

    #[test]
    fn jitter_shortens_a_pause_by_a_tenth_at_most() {
        for number in 0..200 {
            let due = PollPolicy::default().due(&row(number, "https://a.example", 60), at(0));
            assert!(due > at(53) && due <= at(60), "{due}");
        }
    }
}
