//! Documents that were requested and not received, each on its own.
//!
//! A document that the vendor never had (404, 410) is not offered, which is not a failure. Any
//! other document that fails in two polls in a row makes the page partly readable. Nothing is
//! concluded from its silence, and the other documents are folded.

use super::{Answer, EventRecorder};
use crate::event::{PageEvent, UnreadDocument};
use crate::observation::Failed;
use crate::poll_state::{FAILURES, MissingRun, PollState, Stale};
use crate::time::Timestamp;
use crate::words::{Document, Failure, Role};

/// Counts the failed documents of one poll, and removes the runs of the received ones.
pub(super) fn count(poll_state: &mut PollState, answers: &[Answer], at: Timestamp) {
    for Answer { document, result } in answers {
        match result {
            Ok(_) => drop(poll_state.missing.remove(document)),
            Err(failed) => {
                let before = poll_state.missing.remove(document);
                let wait = failed.retry_after.filter(|wait| !wait.is_zero());
                let wait = wait.map(|wait| wait.min(poll_state.hold_max()));
                let run = MissingRun {
                    not_before: wait.map(|wait| at.plus(wait)),
                    ..continued(before, failed, !poll_state.has_read(*document), at)
                };
                poll_state.missing.insert(*document, run);
            }
        }
    }
}

/// Records that a received document belonged to another page for as long as `stale` says.
pub(super) fn note(
    poll_state: &mut PollState,
    document: Document,
    failed: &Failed,
    stale: &Stale,
    at: Timestamp,
) {
    let run = continued(None, failed, false, at);
    let run = MissingRun { polls: stale.polls, alike: stale.polls, since: stale.since, ..run };
    poll_state.missing.insert(document, run);
}

fn continued(
    before: Option<MissingRun>,
    failed: &Failed,
    was_never_read: bool,
    at: Timestamp,
) -> MissingRun {
    let not_offered = was_never_read && failed.is_not_there();
    // A document that is not offered and a failing one are separate runs.
    let before = before.filter(|before| before.not_offered == not_offered);
    let alike = before.as_ref().filter(|before| before.failure == failed.failure);
    MissingRun {
        polls: before.as_ref().map_or(0, |before| before.polls).saturating_add(1),
        since: before.as_ref().filter(|before| before.polls > 0).map_or(at, |before| before.since),
        asked_at: at,
        failure: failed.failure,
        alike: alike.map_or(0, |before| before.alike).saturating_add(1),
        detail: failed.detail.clone(),
        is_not_there: failed.is_not_there(),
        not_offered,
        not_before: None,
    }
}

/// Records which documents are unreadable now, if the log differs.
pub(super) fn record_unread(recorder: &mut EventRecorder<'_>, poll_state: &PollState) {
    let recorded = recorder.page_state.page.unread.clone();
    let find_recorded =
        |document: Document| recorded.iter().find(|unread| unread.document == document);
    let mut unread: Vec<UnreadDocument> = poll_state
        .unread()
        .map(|(document, run)| match find_recorded(document) {
            // A new reason is recorded once it has lasted for two polls.
            Some(before) if before.failure == run.failure || run.alike < FAILURES => before.clone(),
            Some(_) | None => UnreadDocument {
                document: document.into(),
                failure: run.failure,
                detail: run.detail.clone(),
                since: run.since,
            },
        })
        .collect();
    let current =
        poll_state.documents.iter().filter(|(document, _)| document.role() == Role::Current);
    for (document, remembered) in current {
        let Some(detail) = &remembered.unidentified else { continue };
        unread.retain(|unread| unread.document != *document);
        // The entry that is named may change from poll to poll.
        let before =
            find_recorded(*document).filter(|before| before.failure == Failure::WrongShape);
        unread.push(before.cloned().unwrap_or_else(|| UnreadDocument {
            document: (*document).into(),
            failure: Failure::WrongShape,
            detail: detail.clone(),
            since: recorder.observed_at,
        }));
    }
    unread.sort_by(|one, other| one.document.cmp(&other.document));
    let is_readable = recorder.page_state.page.health.is_read();
    if unread.is_empty() {
        if !is_readable || !recorded.is_empty() {
            recorder.record_page(PageEvent::Readable, None);
        }
    } else if !is_readable || unread != recorded {
        recorder.record_page(PageEvent::PartlyReadable { documents: unread }, None);
    }
}
