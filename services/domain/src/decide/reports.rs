//! Folds what a document states about incidents and maintenances.

mod changes;
mod replaced;
mod timeline;

use std::collections::BTreeSet;

pub(super) use self::replaced::continue_replaced;
use super::statements::Standing;
use super::{EventRecorder, FoldContext, confirmed, is_newer, is_older, plausible};
use crate::event::{Event, Fact, Opened, Planned, ReportChange, ReportEvent, Times};
use crate::id::{ReportKind, StreamId};
use crate::pending::{PendingChange, StreamChange};
use crate::report::Report;
use crate::snapshot::{Coverage, ObservedReport, ObservedUpdate, Snapshot};
use crate::time::Timestamp;
use crate::words::Document;

/// Records what the document states about the reports on which it is believed.
pub(super) fn read(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    snapshot: &Snapshot,
    pending: &mut BTreeSet<PendingChange>,
) {
    let observed = observed_streams(recorder, snapshot);
    let present: BTreeSet<StreamId> = observed.iter().map(|(stream, _)| stream.clone()).collect();
    let document = snapshot.document;
    for (stream, report) in observed {
        if context.statements.standing(stream.id, document, report, recorder.observed_at)
            == Standing::Believed
        {
            ReportDiff { recorder, context, pending, document, stream, observed: report }.read();
        }
    }
    read_absence(recorder, context, snapshot, pending, &present);
}

/// Adds the updates that only this document shows of reports on which another one is believed.
pub(super) fn add(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    snapshot: &Snapshot,
    pending: &mut BTreeSet<PendingChange>,
) {
    let document = snapshot.document;
    for (stream, report) in observed_streams(recorder, snapshot) {
        if context.statements.standing(stream.id, document, report, recorder.observed_at)
            == Standing::Outranked
        {
            ReportDiff { recorder, context, pending, document, stream, observed: report }.add();
        }
    }
}

/// Returns the reports of a document, each once and oldest first, so that the log keeps a history
/// in order.
fn observed_streams<'a>(
    recorder: &EventRecorder<'_>,
    snapshot: &'a Snapshot,
) -> Vec<(StreamId, &'a ObservedReport)> {
    let mut seen = BTreeSet::new();
    let named = snapshot.reports.iter().map(|report| {
        (recorder.page_state.report_stream(report.kind, &report.external_id), report)
    });
    let mut observed: Vec<_> = named.filter(|(stream, _)| seen.insert(stream.clone())).collect();
    observed
        .sort_by_key(|(_, report)| (report.started_at.or(report.created_at), report.created_at));
    observed
}

/// Records reports as withdrawn that the document has to contain but lacks, once the next poll
/// agrees.
fn read_absence(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    snapshot: &Snapshot,
    pending: &mut BTreeSet<PendingChange>,
    present: &BTreeSet<StreamId>,
) {
    for (kind, coverage) in &snapshot.coverage {
        let missing: Vec<StreamId> = recorder
            .page_state
            .reports
            .iter()
            .filter(|((of, _), report)| of == kind && is_missed(report, *coverage))
            .map(|((kind, id), _)| StreamId::report(*kind, &recorder.page_state.provider, *id))
            .filter(|stream| !present.contains(stream))
            .collect();
        for stream in missing {
            // While the current document lists it as open, the removal waits.
            let is_gone = !context.statements.is_listed_open(stream.id)
                && confirmed(
                    context,
                    pending,
                    PendingChange::Of(stream.clone(), StreamChange::Removed),
                );
            if is_gone {
                withdraw(recorder, stream);
            }
        }
    }
}

/// Records that the vendor deleted a report.
pub(super) fn withdraw(recorder: &mut EventRecorder<'_>, stream: StreamId) {
    let event = ReportEvent { change: ReportChange::Withdrawn, vendor_updated_at: None };
    let event = wrap(&stream, event);
    let times = Times { occurred_at: None, published_at: None, observed_at: recorder.observed_at };
    recorder.record(Fact { stream, event, times, backfilled: false });
}

fn is_missed(report: &Report, coverage: Coverage) -> bool {
    !report.withdrawn && report.is_in_list(coverage)
}

pub(super) fn wrap(stream: &StreamId, event: ReportEvent) -> Event {
    if stream.report_kind() == Some(ReportKind::Maintenance) {
        Event::Maintenance(event)
    } else {
        Event::Incident(event)
    }
}

/// The comparison of one observed report with its known state.
struct ReportDiff<'a, 'b> {
    recorder: &'a mut EventRecorder<'b>,
    context: &'a FoldContext<'a>,
    pending: &'a mut BTreeSet<PendingChange>,
    document: Document,
    stream: StreamId,
    observed: &'a ObservedReport,
}

impl ReportDiff<'_, '_> {
    fn read(&mut self) {
        match self.recorder.page_state.report(&self.stream).cloned() {
            None => {
                self.open();
                self.read_timeline(None);
                self.read_times(None);
            }
            Some(known) if is_older(self.observed.updated_at, known.vendor_updated_at) => {}
            Some(known) => {
                if known.withdrawn && !self.reappear(&known) {
                    return;
                }
                self.read_changes(&known);
                self.read_timeline(Some(&known));
                self.read_times(Some(&known));
            }
        }
    }

    fn add(&mut self) {
        let known = self.recorder.page_state.report(&self.stream).cloned();
        let is_older = |known: &Report| is_older(self.observed.updated_at, known.vendor_updated_at);
        if let Some(known) = known.filter(|known| !known.withdrawn && !is_older(known)) {
            self.add_posts(&known);
        }
    }

    fn open(&mut self) {
        let observed = self.observed;
        let affected = observed
            .affected
            .iter()
            .map(|recorder| self.recorder.page_state.affected(recorder))
            .collect();
        let first_shown = observed.updates.iter().filter_map(ObservedUpdate::shown_at).min();
        let opened = Opened {
            page: self.recorder.page_state.id,
            external_id: observed.external_id.clone(),
            title: observed.title.clone().unwrap_or_else(|| stand_in(observed.kind)),
            impact: observed.impact.clone(),
            url: observed.url.clone(),
            affected,
            created_at: observed.created_at,
            planned: Planned { from: observed.scheduled_for, until: observed.scheduled_until },
        };
        let published_at = observed.created_at.or(first_shown);
        let started_at = observed.claimed_start(None, self.recorder.observed_at);
        self.record(ReportChange::Opened(opened), started_at, published_at);
    }

    fn reappear(&mut self, known: &Report) -> bool {
        let newer = self.is_newer(known);
        let back = newer || self.confirmed(StreamChange::Reappeared);
        if back {
            self.record_change(ReportChange::Reappeared);
        }
        back
    }

    fn is_newer(&self, known: &Report) -> bool {
        is_newer(self.observed.updated_at, known.vendor_updated_at, self.recorder.observed_at)
    }

    fn confirmed(&mut self, change: StreamChange) -> bool {
        let change = PendingChange::Of(self.stream.clone(), change);
        confirmed(self.context, self.pending, change)
    }

    /// Records a change whose only vendor time is that of the report's last change.
    fn record_change(&mut self, change: ReportChange) {
        let at = self.observed.updated_at;
        self.record(change, at, at);
    }

    fn record(
        &mut self,
        change: ReportChange,
        occurred_at: Option<Timestamp>,
        published_at: Option<Timestamp>,
    ) {
        let observed_at = self.recorder.observed_at;
        let vendor_updated_at = plausible(self.observed.updated_at, observed_at);
        let event = wrap(&self.stream, ReportEvent { change, vendor_updated_at });
        let times = Times { occurred_at, published_at, observed_at };
        let backfilled = self.context.backfilled || self.was_history();
        self.recorder.record(Fact { stream: self.stream.clone(), event, times, backfilled });
    }

    /// Whether the report was over before polling could observe it.
    fn was_history(&self) -> bool {
        let Some(back_at) = self.context.back_at else { return false };
        let over_before =
            || back_at == self.recorder.observed_at || over_by(self.observed, back_at);
        self.observed.status().value.is_over()
            && !self.recorder.was_known(&self.stream)
            && over_before()
    }
}

/// Returns a title for a report whose own title cannot be read.
fn stand_in(kind: ReportKind) -> String {
    match kind {
        ReportKind::Maintenance => "Maintenance without a readable title".to_owned(),
        ReportKind::Incident => "Incident without a readable title".to_owned(),
    }
}

/// Whether the vendor says that a report was filed and over by `then`.
fn over_by(observed: &ObservedReport, then: Timestamp) -> bool {
    let newest = observed.updates.iter().filter_map(ObservedUpdate::shown_at).max();
    let ended = observed.resolved_at.or(newest).or(observed.updated_at);
    ended.is_some_and(|ended| Some(ended).max(observed.created_at) <= Some(then))
}
