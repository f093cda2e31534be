//! Whether the page can be read at all.

use super::Facts;
use crate::event::PageEvent;
use crate::memo::{Failing, Memo};
use crate::observation::Failed;
use crate::page::Health;
use crate::words::Platform;

/// So many failed polls in a row make a page unreadable.
pub const FAILURES: u32 = 2;

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
            Health::Unread | Health::Readable { .. } => true,
        };
    memo.failing = Some(failing);
    if tell {
        let detail = failed.detail.clone();
        let event = PageEvent::Unreadable { failure: failed.failure, detail, since };
        facts.tell_page(event, Some(since));
    }
}

/// A poll was good: the page can be read.
pub(super) fn good(
    facts: &mut Facts<'_>,
    memo: &mut Memo,
    platform: Platform,
    moved_to: Option<&str>,
) {
    memo.failing = None;
    memo.not_before = None;
    let page = &facts.book.page;
    let answers_from = page.answers_from(moved_to).to_owned();
    let moved = answers_from != page.location();
    if page.platform != Some(platform) {
        facts.tell_page(PageEvent::PlatformDetected { platform }, None);
    }
    if moved {
        facts.tell_page(PageEvent::Moved { url: answers_from }, None);
    }
    match facts.book.page.health {
        Health::Readable { .. } => {}
        Health::Unread | Health::Unreadable { .. } => facts.tell_page(PageEvent::Readable, None),
    }
}
