//! Open reports that no document lists as open any more.
//!
//! Absence from a list that need not contain a report proves nothing. The current document lists
//! every open report, so a report that it listed and that two polls in a row no longer find there
//! has ended, whether or not the vendor says so. If another list has to contain it, that list
//! decides: it shows how the report ended, or that it is still open (the documents disagree), or it
//! lacks the report (it was deleted). The end is inferred only where no list can know.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::EventRecorder;
use super::reports::{withdraw, wrap};
use super::statements::fresh;
use crate::event::{Fact, Inferred, ReportChange, ReportEvent, Times};
use crate::id::{ReportKind, StreamId};
use crate::poll_state::{DocumentState, PollState, Unlisted};
use crate::report::Report;
use crate::snapshot::Parsed;
use crate::time::Timestamp;
use crate::words::{Document, Phase, Role, Worded as _};

/// The number of consecutive polls without a report that end it.
const UNLISTED_POLLS: u32 = 2;

/// The longest wait for a list that may show how a report ended.
const WAIT_MAX: Duration = Duration::from_hours(24);

/// The reports that documents listed as open before a poll, and when.
pub(super) struct Before {
    open: Vec<(Uuid, Timestamp)>,
}

impl Before {
    pub(super) fn of(poll_state: &PollState) -> Self {
        let open = poll_state.documents.values().flat_map(|remembered| {
            let open = remembered.statements.iter().filter(|(_, said)| !said.is_over);
            open.filter_map(|(report, _)| Some((*report, remembered.fresh_at?)))
        });
        Self { open: open.collect() }
    }
}

/// Counts the polls that do not list a report, after an answered poll. The count restarts if the
/// current document was received but is stale or was not read whole.
pub(super) fn count(recorder: &EventRecorder<'_>, poll_state: &mut PollState, before: &Before) {
    let at = recorder.observed_at;
    for entry in poll_state.unlisted.values_mut() {
        // Our own clock may have been set back.
        entry.first_missing_at = entry.first_missing_at.min(at);
        entry.last_listed_at = entry.last_listed_at.min(at);
    }
    let is_fresh = |document: &DocumentState| document.fresh_at == Some(at);
    let current =
        fresh(poll_state).find(|(of, current)| of.role() == Role::Current && is_fresh(current));
    let Some((_, current)) = current else {
        let came = poll_state.documents.iter().any(|(of, document)| {
            of.role() == Role::Current
                && document.read_at == at
                && !poll_state.missing.contains_key(of)
        });
        for entry in poll_state.unlisted.values_mut().filter(|_| came) {
            entry.polls = 0;
        }
        return;
    };
    let lists = |kind: ReportKind| current.coverage.iter().any(|(of, _)| *of == kind);
    let is_listed =
        |report: Uuid| current.statements.get(&report).is_some_and(|said| said.phase.is_some());
    let mut unlisted = poll_state.unlisted.clone();
    for (report, last_listed_at) in &before.open {
        if let Some((kind, _)) = recorder.page_state.report_by_id(*report) {
            let first =
                Unlisted { kind, last_listed_at: *last_listed_at, first_missing_at: at, polls: 0 };
            unlisted.entry(*report).or_insert(first);
        }
    }
    unlisted.retain(|report, entry| {
        let known = recorder.page_state.reports.get(&(entry.kind, *report));
        known.is_some_and(|known| !known.is_over() && !known.withdrawn) && !is_listed(*report)
    });
    // A report that a list shows as open is open.
    let observed: BTreeMap<Uuid, Timestamp> = fresh(poll_state)
        .filter(|(of, _)| of.role() == Role::History)
        .flat_map(|(_, list)| {
            let open = list.statements.iter().filter(|(_, said)| !said.is_over);
            open.filter_map(|(report, _)| Some((*report, list.fresh_at?)))
        })
        .collect();
    for (report, entry) in &mut unlisted {
        if let Some(listed_at) = observed.get(report) {
            entry.last_listed_at = entry.last_listed_at.max(*listed_at);
            entry.polls = 0;
            continue;
        }
        if !lists(entry.kind) {
            entry.polls = 0;
            continue;
        }
        if entry.polls == 0 {
            entry.first_missing_at = at;
        }
        entry.polls = entry.polls.saturating_add(1);
    }
    poll_state.unlisted = unlisted;
}

/// The verdict on a report that the current document no longer lists.
enum Verdict {
    /// A list shows it or may yet show it: that list decides.
    ForAList,
    /// A list that has to contain it lacks it: it was deleted.
    Deleted,
    /// It is over, and no list can know more.
    Over,
}

/// Records the outcome of the reports that two polls did not list.
pub(super) fn record_ends(recorder: &mut EventRecorder<'_>, poll_state: &mut PollState) {
    let due: Vec<(Uuid, Unlisted)> = poll_state
        .unlisted
        .iter()
        .filter(|(_, entry)| entry.polls >= UNLISTED_POLLS)
        .map(|(report, entry)| (*report, entry.clone()))
        .collect();
    for (id, entry) in due {
        let Some(known) = recorder.page_state.reports.get(&(entry.kind, id)) else { continue };
        let stream = StreamId::report(entry.kind, &recorder.page_state.provider, id);
        match judge(poll_state, &entry, id, known, recorder.observed_at) {
            Verdict::ForAList => continue,
            Verdict::Deleted => withdraw(recorder, stream),
            Verdict::Over => {
                let phase = end(known, &entry);
                infer(recorder, stream, phase, &entry);
            }
        }
        poll_state.unlisted.remove(&id);
    }
}

fn infer(recorder: &mut EventRecorder<'_>, stream: StreamId, phase: Phase, entry: &Unlisted) {
    let Unlisted { last_listed_at, first_missing_at, .. } = *entry;
    let change = ReportChange::Entered {
        phase: Parsed::plain(phase),
        update: None,
        body: String::new(),
        sets_phase: true,
        inferred: Some(Inferred { last_listed_at, first_missing_at }),
    };
    let event = wrap(&stream, ReportEvent { change, vendor_updated_at: None });
    let times = Times { occurred_at: None, published_at: None, observed_at: recorder.observed_at };
    recorder.record(Fact { stream, event, times, backfilled: false });
}

/// Returns the phase in which it ended: planned work that had not begun was cancelled.
fn end(known: &Report, entry: &Unlisted) -> Phase {
    let began = known.phase.value.is_under_way()
        || known.planned.from.is_some_and(|from| from <= entry.first_missing_at);
    match entry.kind {
        ReportKind::Maintenance if began => Phase::Completed,
        ReportKind::Maintenance => Phase::Cancelled,
        ReportKind::Incident => Phase::Resolved,
    }
}

fn judge(
    poll_state: &PollState,
    entry: &Unlisted,
    report: Uuid,
    known: &Report,
    now: Timestamp,
) -> Verdict {
    let is_patient = now.since(entry.first_missing_at) < WAIT_MAX;
    let of_history =
        |document: &Document| document.role() == Role::History && document.lists(entry.kind);
    let coverage = |list: &DocumentState| {
        list.coverage.iter().find(|(of, _)| *of == entry.kind).map(|(_, coverage)| *coverage)
    };
    let must_contain =
        |list: &DocumentState| coverage(list).is_some_and(|coverage| known.is_in_list(coverage));
    for (document, run) in poll_state.missing.iter().filter(|(document, _)| of_history(document)) {
        let may_know = poll_state
            .documents
            .get(document)
            .is_none_or(|list| coverage(list).is_none() || must_contain(list));
        if !run.is_not_there && may_know && is_patient {
            return Verdict::ForAList;
        }
    }
    let is_asked =
        |document: &&Document| of_history(document) && is_on_its_way(poll_state, **document);
    if is_patient && Document::ALL.iter().any(|document| is_asked(&document)) {
        return Verdict::ForAList;
    }
    let read = poll_state.documents.iter().filter(|(of, _)| of_history(of));
    for (_, list) in read.filter(|(document, _)| !poll_state.missing.contains_key(document)) {
        let shows = list.statements.get(&report).is_some_and(|said| said.phase.is_some());
        let was_asked =
            list.stale.is_none() && list.fresh_at.is_some_and(|at| at >= entry.first_missing_at);
        if was_asked && !shows && must_contain(list) {
            return Verdict::Deleted;
        }
        // A list that was not read whole, or not read since, may show it. What it shows is
        // recorded, unless it is older than what is known.
        let may_show = coverage(list).is_none() || (!was_asked && must_contain(list));
        if (shows || may_show) && is_patient {
            return Verdict::ForAList;
        }
    }
    Verdict::Over
}

/// Whether a document was neither received nor failed yet.
fn is_on_its_way(poll_state: &PollState, document: Document) -> bool {
    !poll_state.documents.contains_key(&document) && !poll_state.missing.contains_key(&document)
}
