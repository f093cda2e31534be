//! The documents that a poll fetches.

use std::time::Duration;

use signalbook_domain::OpenEnum;
use signalbook_domain::observation::{PollJob, Slot, Validators, Wanted};
use signalbook_domain::{Role, Timestamp};
use signalbook_readers::{DocumentSpec, documents, probes};
use signalbook_store::PageRow;

use crate::poll_policy::PollPolicy;

/// The poll of `row`'s page at `now`.
///
/// It always requests the current document. It requests history documents if the current one
/// changed, if they were never read or not read recently, or if a pending change in them awaits a
/// second poll; a document with a pending change is requested without validators, so that it can
/// confirm the change. A failed history document is left out until its own backoff ends, even if
/// the current one changes.
pub fn job(row: &PageRow, policy: &PollPolicy, now: Timestamp) -> PollJob {
    // A platform of a later version is probed like an unknown one.
    let platform = row.platform.as_ref().and_then(OpenEnum::known);
    let specs = platform.map_or_else(probes, documents);
    PollJob {
        page: row.id,
        provider: row.provider.clone(),
        slot: slot(row, now),
        url: row.url.clone(),
        platform,
        wanted: specs.iter().filter_map(|spec| wanted(row, spec, policy, now)).collect(),
    }
}

fn wanted(
    row: &PageRow,
    spec: &DocumentSpec,
    policy: &PollPolicy,
    now: Timestamp,
) -> Option<Wanted> {
    let is_history = spec.document.role() == Role::History;
    let run = row.poll_state.missing.get(&spec.document).filter(|_| is_history);
    if run.is_some_and(|run| !policy.is_asked_again(row, run, now)) {
        return None;
    }
    let state = row.poll_state.documents.get(&spec.document);
    let must_be_whole = row.poll_state.must_be_whole(spec.document);
    let is_due = run.is_some()
        || state.is_none_or(|state| must_be_whole || !is_recent(state.read_at, policy.deep, now));
    let whole_after = policy.whole_after(spec.document.role());
    let known = state.filter(|_| !must_be_whole).map(|state| {
        let is_due_whole = state.whole_at.is_none_or(|at| !is_recent(at, whole_after, now));
        if is_due_whole { without_validators(&state.known) } else { state.known.clone() }
    });
    Some(Wanted { document: spec.document, known, only_after_change: is_history && !is_due })
}

/// Whether `at` is less than `limit` ago. A time in the future predates a clock that was set back.
fn is_recent(at: Timestamp, limit: Duration, now: Timestamp) -> bool {
    at <= now && now.since(at) < limit
}

/// Forces a full answer; the hash still detects unchanged bytes.
fn without_validators(known: &Validators) -> Validators {
    Validators { hash: known.hash, etag: None, last_modified: None }
}

/// The due time, but always later than the previous slot, even if the clock went back.
fn slot(row: &PageRow, now: Timestamp) -> Slot {
    Slot(now.micros().max(row.poll_state.last_slot.0.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due_queue::tests::{at, row};
    use signalbook_domain::observation::ContentHash;
    use signalbook_domain::pending::PendingChange;
    use signalbook_domain::poll_state::{DocumentState, MissingRun};
    use signalbook_domain::{Document, Failure, Platform};

    fn read(row: &mut PageRow, document: Document, seconds: i64) {
        let etag = Some("\"1\"".to_owned());
        let known = Validators { hash: ContentHash([1; 32]), etag, last_modified: None };
        let whole_at = Some(at(seconds));
        let poll_state =
            DocumentState { folded: true, whole_at, ..DocumentState::new(known, at(seconds)) };
        row.poll_state.documents.insert(document, Box::new(poll_state));
    }

    fn known_page() -> PageRow {
        let mut page = row(1, "https://a.example", 60);
        page.platform = Some(Platform::Statuspage.into());
        for document in [Document::Summary, Document::Incidents, Document::Maintenances] {
            read(&mut page, document, 1_000);
        }
        page
    }

    fn asked(row: &PageRow, seconds: i64) -> Vec<(Document, bool, bool)> {
        let job = job(row, &PollPolicy::default(), at(seconds));
        job.wanted.iter().map(|w| (w.document, w.known.is_some(), w.only_after_change)).collect()
    }

    #[test]
    fn a_page_of_unknown_platform_is_probed() {
        let page = row(1, "https://a.example", 60);
        assert_eq!(asked(&page, 0), [(Document::Summary, false, false)]);
    }

    #[test]
    fn deep_documents_are_read_after_a_change_or_after_a_while() {
        let page = known_page();
        let soon = asked(&page, 1_060);
        assert_eq!(soon[0], (Document::Summary, true, false));
        assert_eq!(soon[1], (Document::Incidents, true, true));
        assert_eq!(asked(&page, 1_300)[1], (Document::Incidents, true, false));
    }

    #[test]
    fn deep_documents_are_read_after_our_clock_went_back() {
        let page = known_page();
        assert_eq!(asked(&page, 999)[1], (Document::Incidents, true, false));
    }

    #[test]
    fn a_document_with_a_pending_change_is_asked_for_whole_at_the_next_turn() {
        let mut page = known_page();
        let poll_state = page.poll_state.documents.get_mut(&Document::Incidents).unwrap();
        poll_state.pending.insert(PendingChange::Other("x".to_owned()));
        assert_eq!(asked(&page, 1_060)[1], (Document::Incidents, false, false));
        assert_eq!(asked(&page, 1_060)[2], (Document::Maintenances, true, true));
    }

    #[test]
    fn a_slot_is_later_than_the_one_before_even_if_the_clock_went_back() {
        let mut page = known_page();
        page.poll_state.last_slot = Slot(at(5_000).micros());
        assert_eq!(job(&page, &PollPolicy::default(), at(10)).slot, Slot(at(5_000).micros() + 1));
    }

    /// A run of `polls` failures of a list last requested at second 1,000.
    fn missing(polls: u32) -> MissingRun {
        MissingRun {
            polls,
            since: at(0),
            asked_at: at(1_000),
            failure: Failure::HttpError,
            alike: polls,
            detail: "answered with status 503".to_owned(),
            is_not_there: false,
            not_offered: false,
            not_before: None,
        }
    }

    /// Seconds after the last request from which a list that fails like `run` is requested.
    fn asked_again(run: MissingRun, in_trouble: bool) -> i64 {
        let mut page = known_page();
        page.poll_state.in_trouble = in_trouble;
        page.poll_state.missing.insert(Document::Incidents, run);
        let list = |second| asked(&page, second).into_iter().find(|w| w.0 == Document::Incidents);
        let first = (1_001..9_000).find(|second| list(*second).is_some()).unwrap();
        assert!((first..9_000).all(|second| list(second).is_some_and(|wanted| !wanted.2)));
        assert!(list(999).is_some(), "our clock went back");
        first - 1_000
    }

    #[test]
    fn a_list_that_fails_is_asked_for_at_the_next_poll_and_then_less_and_less() {
        assert_eq!(asked_again(missing(1), false), 1);
        // Polls come up to a tenth of their pause early.
        let pauses: Vec<i64> = (2..=7).map(|polls| asked_again(missing(polls), false)).collect();
        assert_eq!(pauses, [54, 108, 216, 432, 810, 810]);
    }

    #[test]
    fn a_list_that_is_not_offered_is_asked_for_hourly() {
        let run = MissingRun { not_offered: true, is_not_there: true, ..missing(1) };
        assert_eq!(asked_again(run, false), 3_600);
    }

    #[test]
    fn a_list_is_left_alone_for_as_long_as_the_vendor_asks_within_bounds() {
        let until = |seconds| MissingRun { not_before: Some(at(seconds)), ..missing(1) };
        assert_eq!(asked_again(until(1_700), false), 700);
        assert_eq!(asked_again(until(99_000), false), 3_600);
        assert_eq!(asked_again(until(99_000), true), 900);
    }

    #[test]
    fn the_current_document_is_asked_for_each_time_whatever_fails() {
        let mut page = known_page();
        for document in [Document::Summary, Document::Incidents, Document::Maintenances] {
            page.poll_state.missing.insert(document, missing(9));
        }
        assert_eq!(asked(&page, 1_001), [(Document::Summary, true, false)]);
    }

    #[test]
    fn documents_are_read_without_validators_now_and_then() {
        let page = known_page();
        let sent = |second: i64, place: usize| {
            let wanted = &job(&page, &PollPolicy::default(), at(second)).wanted[place];
            let known = wanted.known.as_ref().unwrap();
            assert_eq!(known.hash, ContentHash([1; 32]), "the bytes are compared in any case");
            known.etag.is_some()
        };
        let (quarter, six_hours) = (1_000 + 900, 1_000 + 6 * 3_600);
        assert_eq!([sent(quarter - 1, 0), sent(quarter, 0)], [true, false]);
        assert_eq!([sent(six_hours - 1, 1), sent(six_hours, 1)], [true, false]);
        assert_eq!([sent(six_hours - 1, 2), sent(six_hours, 2)], [true, false]);
        assert!(!sent(999, 0), "our clock went back");
    }
}
