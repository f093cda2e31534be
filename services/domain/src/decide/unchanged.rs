//! The poll that brings nothing new, as most polls do.

use super::staleness::{is_older, newest_page_time};
use super::{Answer, DecodedPoll, is_void, polled, seen_again};
use crate::page::Page;
use crate::poll_state::PollState;
use crate::status::trusted_for;

/// Returns the poll state after a poll without news; `None` if the poll may have brought something.
///
/// It takes only the page, so that a poller of thousands of pages need not hold all their
/// components and reports.
pub fn decide_unchanged(
    page: &Page,
    poll_state: &PollState,
    reading: &DecodedPoll<'_>,
) -> Option<PollState> {
    let good = reading.result.as_ref().ok()?;
    let as_before = !is_void(page, poll_state, reading.slot)
        && poll_state.failing.is_none()
        && !waits(page, poll_state, reading)
        && page.health.is_read()
        && page.platform == Some(good.platform.into())
        && page.answers_from(good.moved_to) == page.location();
    if !as_before {
        return None;
    }
    let mut next = polled(poll_state, reading);
    seen_again(&mut next, reading.observed_at);
    next.hold = None;
    good.current()?;
    let newest = newest_page_time(poll_state);
    for Answer { document, result } in &good.answers {
        let content = result.as_ref().ok().filter(|content| content.snapshot.is_none())?;
        if poll_state.missing.contains_key(document) {
            return None;
        }
        let remembered = next.documents.get_mut(document)?;
        let is_old = is_older(remembered.says_page_updated_at(), newest);
        let is_other = remembered.known.hash != content.known.hash;
        if remembered.stale.is_some() || !remembered.folded || is_old || is_other {
            return None;
        }
        remembered.confirm(&content.known, content.is_whole, reading.observed_at);
        remembered.fresh_at = Some(reading.observed_at);
    }
    Some(next)
}

/// Whether something waits for time to pass or for the next poll, even an unchanged one.
fn waits(page: &Page, poll_state: &PollState, reading: &DecodedPoll<'_>) -> bool {
    let is_late = poll_state
        .last_good_at
        .is_none_or(|good| reading.observed_at > good.plus(trusted_for(reading.interval)));
    let is_recorded =
        |report: &uuid::Uuid| page.disagreements.iter().any(|recorded| recorded.id == *report);
    let contradicted = poll_state.contradictions.keys().any(|report| !is_recorded(report));
    let unlisted = poll_state.unlisted.keys().any(|report| !is_recorded(report));
    is_late || contradicted || poll_state.candidate.is_some() || unlisted
}
