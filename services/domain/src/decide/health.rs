//! Whether the page can be read at all.

use std::time::Duration;

use super::EventRecorder;
use crate::event::PageEvent;
use crate::observation::Failed;
use crate::open_enum::OpenEnum;
use crate::page::Health;
use crate::poll_state::{FAILURES, Failing, Hold, PollState};
use crate::status::trusted_for;
use crate::time::Timestamp;
use crate::words::Platform;

/// Folds a failed poll. It changes no report.
pub(super) fn failed(
    recorder: &mut EventRecorder<'_>,
    poll_state: &mut PollState,
    failed: &Failed,
) {
    let at = recorder.observed_at;
    let before = poll_state.failing.take();
    let repeated = before.as_ref().is_some_and(|before| before.failure == failed.failure);
    let failing = match before {
        Some(before) => {
            Failing { polls: before.polls.saturating_add(1), failure: failed.failure, ..before }
        }
        None => Failing { polls: 1, since: at, failure: failed.failure },
    };
    poll_state.hold = held(poll_state, failed, at);
    let since = failing.since;
    let is_due = failing.polls >= FAILURES
        && match recorder.page_state.page.health {
            // A new reason is recorded once it has lasted for two polls, so that alternating
            // failures do not fill the log.
            Health::Unreadable { failure, .. } => failure != failed.failure && repeated,
            Health::Unread | Health::Readable { .. } | Health::PartlyReadable { .. } => true,
        };
    poll_state.failing = Some(failing);
    if is_due {
        let detail = failed.detail.clone();
        let event = PageEvent::Unreadable { failure: failed.failure, detail, since };
        recorder.record_page(event, Some(since));
    }
}

/// Returns how long not to poll the vendor, if its answer asked for that.
fn held(poll_state: &PollState, failed: &Failed, at: Timestamp) -> Option<Hold> {
    let wait = failed.retry_after.filter(|wait| !wait.is_zero())?;
    Some(Hold {
        since: poll_state.hold.as_ref().map_or(at, |hold| hold.since),
        until: at.plus(wait.min(poll_state.hold_max())),
        detail: failed.detail.clone(),
    })
}

/// Folds a good poll: the page is readable and answers from `url`.
pub(super) fn good(
    recorder: &mut EventRecorder<'_>,
    poll_state: &mut PollState,
    platform: Platform,
    url: &str,
    interval: Duration,
) {
    record_unobserved(recorder, poll_state, interval);
    poll_state.failing = None;
    poll_state.hold = None;
    let from = recorder.page_state.page.platform.clone();
    let platform = OpenEnum::from(platform);
    if from.as_ref() != Some(&platform) {
        recorder.record_page(PageEvent::PlatformDetected { from, platform }, None);
    }
    if recorder.page_state.page.location() != url {
        recorder.record_page(PageEvent::Moved { url: url.to_owned() }, None);
    }
}

/// Records the time without polls, except while the page was known to be unreadable.
fn record_unobserved(recorder: &mut EventRecorder<'_>, poll_state: &PollState, interval: Duration) {
    let Some(good) = poll_state.last_good_at else { return };
    let from = good.plus(trusted_for(interval));
    let until = match recorder.page_state.page.health {
        Health::Readable { .. } | Health::PartlyReadable { .. } => recorder.observed_at,
        Health::Unreadable { since, .. } => since,
        Health::Unread => return,
    };
    if from < until {
        recorder.record_page(PageEvent::Unobserved { from, until }, Some(from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Failure;

    fn asks(wait: Option<Duration>) -> Failed {
        let detail = "`https://a.example` answered with status 429".to_owned();
        Failed { failure: Failure::Blocked, detail, retry_after: wait, answer: None }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_wish_to_be_left_alone_is_kept_from_the_first_answer_with_its_reason() {
        let mut poll_state = PollState::default();
        let failed = asks(Some(Duration::from_mins(2)));
        poll_state.hold = held(&poll_state, &failed, at(0));
        let first = poll_state.hold.clone().unwrap();
        assert_eq!((first.since, first.until), (at(0), at(120)));
        assert_eq!(first.detail, failed.detail);
        poll_state.hold = held(&poll_state, &failed, at(130));
        let second = poll_state.hold.clone().unwrap();
        assert_eq!((second.since, second.until), (at(0), at(250)));
        assert_eq!(held(&poll_state, &asks(None), at(260)), None);
        assert_eq!(held(&poll_state, &asks(Some(Duration::ZERO)), at(260)), None);
    }

    #[test]
    fn nobody_sends_us_away_for_long_least_of_all_while_something_goes_on() {
        let mut poll_state = PollState::default();
        let failed = asks(Some(Duration::MAX));
        assert_eq!(held(&poll_state, &failed, at(0)).unwrap().until, at(3_600));
        poll_state.in_trouble = true;
        assert_eq!(held(&poll_state, &failed, at(0)).unwrap().until, at(900));
    }
}
