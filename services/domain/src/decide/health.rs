//! Whether the page can be read at all.

use std::time::Duration;

use super::Facts;
use crate::event::PageEvent;
use crate::memo::{FAILURES, Failing, Memo};
use crate::observation::Failed;
use crate::page::Health;
use crate::status::trusted_for;
use crate::words::Platform;

/// A poll failed: nothing of it changes an incident.
pub(super) fn failed(facts: &mut Facts<'_>, memo: &mut Memo, failed: &Failed) {
    let at = facts.observed_at;
    let before = memo.failing.take();
    let repeated = before.as_ref().is_some_and(|before| before.failure == failed.failure);
    let failing = match before {
        Some(before) => {
            Failing { polls: before.polls.saturating_add(1), failure: failed.failure, ..before }
        }
        None => Failing { polls: 1, since: at, failure: failed.failure },
    };
    memo.not_before = failed.retry_after.map(|wait| at.plus(wait));
    let since = failing.since;
    let tell = failing.polls >= FAILURES
        && match facts.book.page.health {
            // Another reason is told when it has lasted for two polls, so that a page that fails
            // in turns does not fill the log.
            Health::Unreadable { failure, .. } => failure != failed.failure && repeated,
            Health::Unread | Health::Readable { .. } | Health::PartlyReadable { .. } => true,
        };
    memo.failing = Some(failing);
    if tell {
        let detail = failed.detail.clone();
        let event = PageEvent::Unreadable { failure: failed.failure, detail, since };
        facts.tell_page(event, Some(since));
    }
}

/// A poll was good: the page can be read, and answers from `url`.
pub(super) fn good(
    facts: &mut Facts<'_>,
    memo: &mut Memo,
    platform: Platform,
    url: &str,
    interval: Duration,
) {
    tell_unobserved(facts, memo, interval);
    memo.failing = None;
    memo.not_before = None;
    if facts.book.page.platform != Some(platform) {
        facts.tell_page(PageEvent::PlatformDetected { platform }, None);
    }
    if facts.book.page.location() != url {
        facts.tell_page(PageEvent::Moved { url: url.to_owned() }, None);
    }
}

/// Tells of the time in which nobody polled, as far as the page was not known to be unreadable.
fn tell_unobserved(facts: &mut Facts<'_>, memo: &Memo, interval: Duration) {
    let Some(good) = memo.last_good_at else { return };
    let from = good.plus(trusted_for(interval));
    let until = match facts.book.page.health {
        Health::Readable { .. } | Health::PartlyReadable { .. } => facts.observed_at,
        Health::Unreadable { since, .. } => since,
        Health::Unread => return,
    };
    if from < until {
        facts.tell_page(PageEvent::Unobserved { from, until }, Some(from));
    }
}
