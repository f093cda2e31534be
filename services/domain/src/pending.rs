//! What a poll began, confirmed or ended beside the log.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::memo::{Candidate, FAILURES, Memo};
use crate::words::{Document, Failure};

/// What is counted in a row, or waits for a second poll to agree.
#[derive(PartialEq, Eq)]
struct Pending<'a> {
    failing: Option<(u32, Failure)>,
    candidate: Option<&'a Candidate>,
    missing: Vec<(Document, u32, Failure)>,
    unlisted: Vec<(Uuid, u32)>,
    contradictions: Vec<Uuid>,
    documents: Vec<(Document, bool, &'a BTreeSet<String>)>,
}

impl<'a> Pending<'a> {
    fn of(memo: &'a Memo) -> Self {
        // More failures than count in a row confirm nothing.
        let count = |polls: u32| polls.min(FAILURES);
        let failing = memo.failing.as_ref();
        let missing = memo.missing.iter();
        let documents = memo.documents.iter();
        Self {
            failing: failing.map(|failing| (count(failing.polls), failing.failure)),
            candidate: memo.candidate.as_ref(),
            missing: missing.map(|(of, run)| (*of, count(run.polls), run.failure)).collect(),
            unlisted: memo.unlisted.iter().map(|(id, entry)| (*id, entry.polls)).collect(),
            contradictions: memo.contradictions.keys().copied().collect(),
            documents: documents
                .map(|(of, memo)| (*of, memo.stale.is_some(), &memo.doubts))
                .collect(),
        }
    }
}

/// Whether a poll began, confirmed or ended a change that waits or a failure, if it made `after` of
/// `before`.
pub fn has_moved(before: &Memo, after: &Memo) -> bool {
    Pending::of(before) != Pending::of(after)
}
