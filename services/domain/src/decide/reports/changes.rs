//! Changes of a known report's own fields.

use std::collections::BTreeSet;

use super::ReportDiff;
use crate::event::{Affected, Planned, ReportChange};
use crate::pending::StreamChange;
use crate::report::{Report, Value};
use crate::time::credible;

impl ReportDiff<'_, '_> {
    /// Records the differences between the known and the observed report.
    pub(super) fn read_changes(&mut self, known: &Report) {
        let observed = self.observed;
        // An unreadable title is not a new title.
        if let Some(title) = &observed.title
            && known.title != *title
            && self.counts(known, Value::Title(title))
        {
            self.record_change(ReportChange::Retitled { title: title.clone() });
        }
        if known.impact != observed.impact
            && self.counts(known, Value::Impact(&observed.impact.raw))
        {
            self.record_change(ReportChange::ImpactChanged { impact: observed.impact.clone() });
        }
        self.read_components(known);
        let planned = Planned { from: observed.scheduled_for, until: observed.scheduled_until };
        if known.planned != planned && self.counts(known, Value::Planned(planned)) {
            self.record_change(ReportChange::Rescheduled(planned));
        }
    }

    /// Whether a new value counts now: a return to an earlier value without a newer vendor time may
    /// come from a stale cache.
    pub(super) fn counts(&mut self, known: &Report, value: Value<'_>) -> bool {
        !known.returns_to(value) || self.counts_by_age(known, value)
    }

    fn counts_by_age(&mut self, known: &Report, value: Value<'_>) -> bool {
        self.is_newer(known) || self.confirmed(StreamChange::Returned(value.digest()))
    }

    /// Compares components by identity; a rename is an event of its own. An absent component counts
    /// as taken out only if all components could be read, and without a newer vendor time that is a
    /// pending change.
    fn read_components(&mut self, known: &Report) {
        let affected: Vec<Affected> = self
            .observed
            .affected
            .iter()
            .map(|recorder| self.recorder.page_state.affected(recorder))
            .collect();
        let ids: BTreeSet<_> = affected.iter().map(|affected| affected.id).collect();
        let takes_out = !ids.is_superset(&known.affected);
        if known.affected == ids || (takes_out && !self.observed.affected_complete) {
            return;
        }
        let value = Value::Affected(&ids);
        let suspicious = takes_out || known.returns_to(value);
        if !suspicious || self.counts_by_age(known, value) {
            self.record_change(ReportChange::ComponentsChanged { affected });
        }
    }

    /// Records the vendor's times where the timeline did not imply them, so it runs after the
    /// timeline. The resolution time is compared only while the report is over.
    pub(super) fn read_times(&mut self, known: Option<&Report>) {
        let Some(recorded) = self.recorder.page_state.report(&self.stream) else { return };
        let before = (recorded.started_at, recorded.resolved_at);
        let is_over = recorded.phase.value.is_over();
        let at = self.recorder.observed_at;
        let resolved_at =
            credible(self.observed.claimed_end(at), at).filter(|_| is_over).or(before.1);
        let claimed_start = self.observed.claimed_start(resolved_at.filter(|_| is_over), at);
        let started_at = credible(claimed_start, at).or(before.0);
        let counts = (started_at, resolved_at) != before
            && known.is_none_or(|known| self.counts(known, Value::Times(started_at, resolved_at)));
        if counts {
            self.record_change(ReportChange::Retimed { started_at, resolved_at });
        }
    }
}
