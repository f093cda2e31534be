//! How long a page is left alone between two polls.

use std::time::Duration;

use signalbook_domain::observation::Slot;
use signalbook_domain::poll_state::MissingRun;
use signalbook_domain::{PageId, Role, Timestamp};
use signalbook_runtime::Backoff;
use signalbook_store::PageRow;

/// The rules of pace, with the defaults of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollPolicy {
    /// While something is going on, a page is polled at least this often.
    pub trouble: Duration,
    /// A failing page is asked at least this often.
    pub failing_max: Duration,
    /// Documents about what is over are read again after this long, changed or not.
    pub deep: Duration,
    /// A document that a vendor never had is asked for after this long.
    pub not_offered: Duration,
    /// The current document is read without validators after this long, so that an answer which
    /// wrongly says that nothing has changed hides nothing for longer.
    pub current_whole: Duration,
    /// And the others after this long.
    pub history_whole: Duration,
    /// A start polls a page once that is left alone at the vendor's wish, but not if it was polled
    /// less than this long ago.
    pub start: Duration,
    /// The time between two polls of one host.
    pub host_spacing: Duration,
}

impl PollPolicy {
    /// That of the plan.
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

/// A page comes up to this part of its pause early, so that pages of one interval drift apart.
const JITTER_PART: u32 = 10;

impl PollPolicy {
    /// When `row`'s page is due next, if its last poll was made at `last`.
    pub fn due(&self, row: &PageRow, last: Timestamp) -> Timestamp {
        let pause = self.pause(row);
        let jitter = pause / JITTER_PART * spread(row.id, row.poll_state.last_slot) / 1_000;
        let due = last.plus(pause.saturating_sub(jitter));
        // Nobody sends us away for longer, so what is later comes of a clock that was set back.
        let latest = last.plus(row.poll_state.hold_max());
        row.poll_state.hold.as_ref().map_or(due, |hold| due.max(hold.until.min(latest)))
    }

    /// The same of a page that this process has not polled yet.
    pub fn due_at_start(&self, row: &PageRow, last: Timestamp) -> Timestamp {
        let due = self.due(row, last);
        if row.poll_state.hold.is_some() { due.min(last.plus(self.start)) } else { due }
    }

    /// Whether a document of `row`'s page that failed like `run` is asked for at `now`.
    pub fn is_asked_again(&self, row: &PageRow, run: &MissingRun, now: Timestamp) -> bool {
        let pause = if run.not_offered {
            self.not_offered
        } else {
            let pause = self.backoff(row).delay(run.polls.saturating_sub(1));
            // A poll that comes early by its jitter is the one that is meant.
            pause.saturating_sub(pause / JITTER_PART)
        };
        let latest = run.asked_at.plus(row.poll_state.hold_max());
        let is_left_alone = run.not_before.is_some_and(|until| now < until.min(latest));
        let is_over = now.since(run.asked_at) >= pause && !is_left_alone;
        // What was asked for in the future was so before our clock went back.
        is_over || run.asked_at > now
    }

    /// After how long a document is read without validators.
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

/// A number from 0 to 999 that differs from page to page and from slot to slot.
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
