//! What a poll began, confirmed or ended beside the log.

mod change;

pub use change::{PendingChange, StreamChange};

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::poll_state::{Candidate, FAILURES, PollState};
use crate::words::{Document, Failure};

/// Everything that is counted in a row or waits for a second poll.
#[derive(PartialEq, Eq)]
struct Pending<'a> {
    failing: Option<(u32, Failure)>,
    candidate: Option<&'a Candidate>,
    missing: Vec<(Document, u32, Failure)>,
    unlisted: Vec<(Uuid, u32)>,
    contradictions: Vec<Uuid>,
    documents: Vec<(Document, bool, &'a BTreeSet<PendingChange>)>,
}

impl<'a> Pending<'a> {
    fn of(poll_state: &'a PollState) -> Self {
        // Failures beyond the limit confirm nothing.
        let count = |polls: u32| polls.min(FAILURES);
        let failing = poll_state.failing.as_ref();
        let missing = poll_state.missing.iter();
        let documents = poll_state.documents.iter();
        Self {
            failing: failing.map(|failing| (count(failing.polls), failing.failure)),
            candidate: poll_state.candidate.as_ref(),
            missing: missing.map(|(of, run)| (*of, count(run.polls), run.failure)).collect(),
            unlisted: poll_state.unlisted.iter().map(|(id, entry)| (*id, entry.polls)).collect(),
            contradictions: poll_state.contradictions.keys().copied().collect(),
            documents: documents
                .map(|(of, poll_state)| (*of, poll_state.stale.is_some(), &poll_state.pending))
                .collect(),
        }
    }
}

/// Whether a poll that turned `before` into `after` began, confirmed or ended a run or a pending
/// change.
pub fn has_moved(before: &PollState, after: &PollState) -> bool {
    Pending::of(before) != Pending::of(after)
}
