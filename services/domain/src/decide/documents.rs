//! The documents of a poll: which of them need folding, and in which order they are recorded.

use std::collections::BTreeSet;

use super::staleness::{
    behind, forget_later_times, newest_page_time, plausible, stale_run_is_accepted,
};
use super::statements::{self, Statements};
use super::{Answer, Content, EventRecorder, Good, components, indicator, missing, reports};
use crate::observation::Failed;
use crate::pending::PendingChange;
use crate::poll_state::{DocumentState, PollState, Stale};
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::{Document, Failure, Role};

/// The context in which a document is folded.
pub(crate) struct FoldContext<'a> {
    /// Whether this is the document's baseline.
    pub(crate) backfilled: bool,
    /// When polls became good again, if a gap ended recently. What was over by then was not
    /// observed to happen.
    pub(crate) back_at: Option<Timestamp>,
    /// The statements of all documents about open reports.
    pub(super) statements: &'a Statements,
    /// The changes pending since the previous poll.
    pub(crate) agreed: &'a BTreeSet<PendingChange>,
}

/// A document that needs folding.
pub(super) struct Fresh<'a> {
    document: Document,
    snapshot: &'a Snapshot,
    /// Whether it is the first of its kind.
    is_baseline: bool,
}

/// Remembers the received documents, and returns those that need folding.
pub(super) fn take_in_all<'a>(
    next: &mut PollState,
    good: &'a Good<'_>,
    at: Timestamp,
) -> Vec<Fresh<'a>> {
    let mut fresh = Vec::new();
    for Answer { document, result } in &good.answers {
        if let Ok(content) = result
            && let Some(is_baseline) = take_in(next, *document, content, at)
            && let Some(snapshot) = &content.snapshot
        {
            fresh.push(Fresh { document: *document, snapshot, is_baseline });
        }
    }
    fresh
}

/// Folds the documents of a poll, each on its own.
pub(super) fn read(recorder: &mut EventRecorder<'_>, next: &mut PollState, fresh: &[Fresh<'_>]) {
    for Fresh { snapshot, is_baseline, .. } in fresh {
        reports::continue_replaced(recorder, snapshot, *is_baseline);
    }
    let relevant =
        statements::relevant(recorder.page_state, next, fresh.iter().map(|one| one.snapshot));
    for Fresh { document, snapshot, .. } in fresh {
        if let Some(remembered) = next.documents.get_mut(document) {
            remembered.statements =
                statements::stated(recorder.page_state, snapshot, &relevant, recorder.observed_at);
            remembered.coverage.clone_from(&snapshot.coverage);
        }
    }
    let statements = Statements::remembered(next);
    let back_at = next.back_at;
    let mut take_pending = |one: &Fresh<'_>| {
        let remembered = next.documents.get_mut(&one.document);
        remembered.map(|state| std::mem::take(&mut state.pending)).unwrap_or_default()
    };
    let agreed: Vec<BTreeSet<PendingChange>> = fresh.iter().map(&mut take_pending).collect();
    let contexts = fresh.iter().zip(&agreed).map(|(one, agreed)| FoldContext {
        backfilled: one.is_baseline,
        back_at,
        statements: &statements,
        agreed,
    });
    let mut read: Vec<_> =
        fresh.iter().zip(contexts).map(|(one, context)| (one, context, BTreeSet::new())).collect();
    for (one, context, pending) in &mut read {
        indicator::read(recorder, context, one.snapshot, pending);
        components::read(recorder, context, one.snapshot, pending);
        reports::read(recorder, context, one.snapshot, pending);
    }
    // Outranked documents come last, so that they take nothing from the believed ones.
    for (one, context, mut pending) in read {
        reports::add(recorder, &context, one.snapshot, &mut pending);
        if let Some(remembered) = next.documents.get_mut(&one.document) {
            remembered.pending = pending;
        }
    }
    for Fresh { document, .. } in fresh {
        if let Some(remembered) = next.documents.get_mut(document) {
            statements::state_absences(recorder.page_state, *document, remembered, &relevant);
        }
    }
}

/// Remembers a received document. Returns whether it is the baseline of its kind; `None` if nothing
/// needs folding.
fn take_in(
    next: &mut PollState,
    document: Document,
    content: &Content,
    at: Timestamp,
) -> Option<bool> {
    let mut remembered = match next.documents.remove(&document) {
        Some(remembered) => remembered,
        None => Box::new(DocumentState::new(content.known.clone(), at)),
    };
    // The answer is unchanged from something other than the remembered one: two polls overlapped.
    if content.snapshot.is_none() && content.known.hash != remembered.known.hash {
        next.documents.insert(document, remembered);
        return None;
    }
    if let Some(failed) = of_another_page(next, document, content) {
        let stale = Stale::again(remembered.stale.as_ref(), at);
        if stale_run_is_accepted(&stale, at) {
            missing::note(next, document, &failed, &stale, at);
        }
        remembered.stale = Some(stale);
        next.documents.insert(document, remembered);
        return None;
    }
    remembered.confirm(&content.known, content.is_whole, at);
    // An unchanged answer is old too if the page has since stated a newer time.
    let said = content.snapshot.as_ref().map(|snapshot| snapshot.page_updated_at);
    // A late document was requested before the others arrived: only its own last time counts.
    let newest = Some(newest_page_time(next)).filter(|_| !content.is_late).flatten();
    let newest = newest.max(remembered.page_updated_at);
    let said = said.unwrap_or_else(|| remembered.says_page_updated_at());
    let stale = behind(said, newest, remembered.stale.as_ref(), at);
    let is_believed_after_all =
        stale.as_ref().is_some_and(|stale| stale_run_is_accepted(stale, at));
    remembered.stale = stale.filter(|_| !is_believed_after_all);
    let Some(snapshot) = &content.snapshot else {
        if remembered.folded && remembered.stale.is_none() {
            remembered.fresh_at = Some(at);
        }
        next.documents.insert(document, remembered);
        if is_believed_after_all {
            forget_later_times(next, said);
        }
        return None;
    };
    let is_folded = remembered.stale.is_none();
    let is_baseline = !remembered.folded;
    let said = plausible(snapshot.page_updated_at, at);
    if is_folded {
        remembered.folded = true;
        remembered.fresh_at = Some(at);
        remembered.skip(snapshot);
        remembered.unidentified = unidentified(snapshot);
        remembered.is_dated = said.is_some();
        remembered.page_updated_at = said.or(remembered.page_updated_at);
        if document.role() == Role::Current {
            next.page_id = snapshot.page_id.clone().or(next.page_id.take());
        }
    }
    next.documents.insert(document, remembered);
    if is_folded && !content.is_late {
        forget_later_times(next, said);
    }
    is_folded.then_some(is_baseline)
}

/// Returns why a list is not folded: it belongs to another page than the current document. One of
/// the two lags behind by up to a cache's lifetime.
fn of_another_page(
    poll_state: &PollState,
    document: Document,
    content: &Content,
) -> Option<Failed> {
    let own = poll_state.page_id.as_ref()?;
    let observed = content.snapshot.as_ref()?.page_id.as_ref()?;
    let is_other = document.role() == Role::History && own != observed;
    is_other.then(|| Failed {
        failure: Failure::AnotherPage,
        detail: format!("it is of the page `{observed}`, and the current document is of `{own}`"),
        retry_after: None,
        answer: None,
    })
}

fn unidentified(snapshot: &Snapshot) -> Option<String> {
    let first = snapshot.unidentified.first()?;
    let more = snapshot.unidentified.len() - 1;
    let more = if more == 0 { String::new() } else { format!("; and {more} more like this") };
    Some(format!("something may be open that cannot be identified: {first}{more}"))
}

/// Requests a whole document that may state something not yet folded: it is believed about a report
/// but contradicts the log, since another document was believed before; or it has to contain an
/// open report and was read when that did not matter.
pub(super) fn ask_again(
    recorder: &EventRecorder<'_>,
    next: &mut PollState,
    statements: &Statements,
) {
    let mut wanted = BTreeSet::new();
    for report in statements.reports() {
        let Some((kind, known)) = recorder.page_state.report_by_id(report) else { continue };
        let said = statements.believed(report).filter(|(_, said)| said.contradicts(known));
        wanted.extend(said.map(|(document, _)| *document));
        if statements.is_listed_open(report) {
            wanted.extend(statements::silent_lists(next, report, kind, known));
        }
    }
    for (document, remembered) in &mut next.documents {
        remembered.is_wanted_whole = wanted.contains(document);
    }
}
