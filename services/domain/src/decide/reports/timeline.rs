//! The timeline of a report: updates posted, edited and removed, and the phase.

use std::collections::{BTreeMap, BTreeSet};

use super::ReportDiff;
use crate::decide::links::foreign_reports;
use crate::event::ReportChange;
use crate::page::host_of;
use crate::pending::StreamChange;
use crate::report::{KnownUpdate, Lineage, Report, Value};
use crate::snapshot::{ObservedReport, ObservedUpdate, Parsed};
use crate::time::Timestamp;
use crate::words::Phase;

/// The most links to other providers recorded per report.
const LINKS_MAX: usize = 20;

impl ReportDiff<'_, '_> {
    /// Records what is new in the timeline.
    pub(super) fn read_timeline(&mut self, known: Option<&Report>) {
        let timeline = build_timeline(self.observed, known);
        let mut posted = Vec::new();
        for (id, update) in &timeline {
            match known.and_then(|known| known.updates.get(id).map(|update| (known, update))) {
                None if self.is_removed(known, id, update) => {}
                None => posted.push((id.as_str(), *update)),
                Some((known, before)) => self.read_edit(known, id, before, update),
            }
        }
        if let Some(known) = known.filter(|_| self.observed.updates_complete) {
            let observed: BTreeSet<&str> = timeline.iter().map(|(id, _)| id.as_str()).collect();
            self.read_removals(known, &observed);
        }
        self.read_posts(known, &posted);
        self.read_status(known);
    }

    /// Records the updates that no other document has shown, for a report on which another document
    /// is believed.
    pub(super) fn add_posts(&mut self, known: &Report) {
        for (id, update) in build_timeline(self.observed, Some(known)) {
            if !known.updates.contains_key(&id) && !self.is_removed(Some(known), &id, update) {
                self.post(&id, update, false, update.shown_at());
            }
        }
    }

    /// Whether an update was removed before and its return does not count yet.
    fn is_removed(&mut self, known: Option<&Report>, id: &str, observed: &ObservedUpdate) -> bool {
        known.is_some_and(|known| !self.counts(known, Value::Update(id, &remembered(observed))))
    }

    fn read_edit(
        &mut self,
        known: &Report,
        id: &str,
        before: &KnownUpdate,
        observed: &ObservedUpdate,
    ) {
        // A time that the vendor later omits is kept.
        let shown_at = observed.shown_at().or(before.shown_at);
        let now = KnownUpdate::new(&observed.phase.raw, shown_at, &observed.body);
        if now == *before || !self.counts(known, Value::Update(id, &now)) {
            return;
        }
        let change = ReportChange::UpdateEdited {
            update: id.to_owned(),
            phase: observed.phase.clone(),
            body: observed.body.clone(),
        };
        self.record(change, observed.updated_at, shown_at);
        self.read_links(&observed.body);
    }

    /// Records removed updates. An update that another document shows is not removed.
    fn read_removals(&mut self, known: &Report, observed: &BTreeSet<&str>) {
        let newer = self.is_newer(known);
        for id in known.updates.keys().filter(|id| !observed.contains(id.as_str())) {
            let statements = self.context.statements;
            if statements.shows_update(self.stream.id, self.document, id) {
                continue;
            }
            if newer || self.confirmed(StreamChange::UpdateRemoved(id.clone())) {
                self.record_change(ReportChange::UpdateRemoved { update: id.clone() });
            }
        }
    }

    /// Records new updates in the order of their shown times. The vendor's own status decides the
    /// phase: updates up to the one that matches the status set the phase one after the other, and
    /// contradicting ones do not. An update backdated before known ones sets no phase, unless it
    /// alone explains the status; nor does one after an end, if the status is an end too.
    fn read_posts(&mut self, known: Option<&Report>, posted: &[(&str, &ObservedUpdate)]) {
        let newest = known.and_then(Report::newest_shown_at);
        let status = self.observed.status().clone();
        let is_current = |update: &ObservedUpdate| newest.is_none() || update.shown_at() >= newest;
        let says_so = |update: &ObservedUpdate| is_same(&update.phase, &status);
        let in_status = known.is_some_and(|known| is_same(&known.phase, &status));
        let explaining =
            posted.iter().rposition(|(_, update)| says_so(update) && is_current(update)).or_else(
                || posted.iter().rposition(|(_, update)| says_so(update)).filter(|_| !in_status),
            );
        // If no update explains the status, the status is later than all of them, unless it was
        // already in the log: then all of them contradict it.
        let last_over = posted.iter().rposition(|(_, update)| update.phase.value.is_over());
        let was_over = known.is_some_and(Report::is_over);
        let leads_there = |index: usize, update: &ObservedUpdate| match last_over {
            _ if in_status => false,
            Some(last) if status.value.is_over() => index <= last,
            None if status.value.is_over() => !was_over,
            Some(_) | None => !update.phase.value.is_over(),
        };
        let sets_phase = |index: usize, update: &ObservedUpdate| match explaining {
            Some(last) => index == last || (index < last && is_current(update)),
            None => is_current(update) && leads_there(index, update),
        };
        let last = posted.iter().enumerate().rposition(|(index, (_, update))| {
            sets_phase(index, update) && update.phase.value != Phase::Postmortem
        });
        let last_end = last.filter(|last| posted[*last].1.phase.value.is_over());
        let claimed_end = self.observed.claimed_end(self.recorder.observed_at);
        for (index, (id, update)) in posted.iter().enumerate() {
            let occurred_at = claimed_end.filter(|_| last_end == Some(index)).or(update.shown_at());
            self.post(id, update, sets_phase(index, update), occurred_at);
        }
    }

    fn post(
        &mut self,
        id: &str,
        update: &ObservedUpdate,
        sets_phase: bool,
        occurred_at: Option<Timestamp>,
    ) {
        let change = ReportChange::Entered {
            phase: update.phase.clone(),
            update: Some(id.to_owned()),
            body: update.body.clone(),
            sets_phase,
            inferred: None,
        };
        self.record(change, occurred_at, update.shown_at());
        self.read_links(&update.body);
    }

    /// Records the vendor's own status, which decides the phase. If the log differs, the newest
    /// update that matches the status sets the phase, else an entry without text.
    fn read_status(&mut self, known: Option<&Report>) {
        let Some(report) = self.recorder.page_state.report(&self.stream) else { return };
        let resolved_at = report.resolved_at;
        let status = self.observed.status().clone();
        let nothing_new = is_same(&report.phase, &status) || status.raw.is_empty();
        // The vendor's end confirms an inferred one; only its time is recorded.
        let is_confirmed = report.inferred && status.value == report.phase.value;
        let changed = known.filter(|known| !is_same(&known.phase, &status));
        if nothing_new
            || is_confirmed
            || changed.is_some_and(|known| !self.counts(known, Value::Phase(&status.raw)))
        {
            return;
        }
        let timeline = build_timeline(self.observed, known);
        let saying = timeline.iter().rev().find(|(_, update)| is_same(&update.phase, &status));
        let (update, body, shown_at) = match saying {
            Some((id, update)) => (Some(id.clone()), update.body.clone(), update.shown_at()),
            None => (None, String::new(), self.observed.updated_at),
        };
        // A repeated end status does not extend the report.
        let claimed_end = self.observed.claimed_end(self.recorder.observed_at);
        let ended_at = claimed_end.or(resolved_at).or(shown_at).filter(|_| ends(status.value));
        let at = ended_at.or(self.observed.updated_at);
        let change =
            ReportChange::Entered { phase: status, update, body, sets_phase: true, inferred: None };
        self.record(change, at, shown_at);
    }

    fn read_links(&mut self, body: &str) {
        let page = &self.recorder.page_state.page;
        let own: Vec<String> =
            [Some(page.url.as_str()), page.moved_to.as_deref(), self.observed.url.as_deref()]
                .into_iter()
                .flatten()
                .filter_map(host_of)
                .collect();
        for url in foreign_reports(body, &own) {
            let known = self.recorder.page_state.report(&self.stream).is_some_and(|report| {
                report.links.contains(&url) || report.links.len() >= LINKS_MAX
            });
            if !known {
                self.record_change(ReportChange::ProviderLinked { url });
            }
        }
    }
}

/// Returns the observed updates. If a report continues under another id, its updates may have new
/// ids too: one with equal content and time is the known one.
fn build_timeline<'a>(
    observed: &'a ObservedReport,
    known: Option<&Report>,
) -> Vec<(String, &'a ObservedUpdate)> {
    let mut timeline = observed.timeline();
    let Some(known) = known.filter(|known| known.lineage == Lineage::Continued) else {
        return timeline;
    };
    let mut unmet: BTreeMap<&str, &KnownUpdate> =
        known.updates.iter().map(|(id, update)| (id.as_str(), update)).collect();
    for (id, _) in &timeline {
        unmet.remove(id.as_str());
    }
    for (id, update) in timeline.iter_mut().filter(|(id, _)| !known.updates.contains_key(id)) {
        let contents = remembered(update);
        let same = unmet.iter().find(|(_, before)| ***before == contents).map(|(id, _)| *id);
        if let Some(same) = same {
            unmet.remove(same);
            same.clone_into(id);
        }
    }
    timeline
}

/// Returns the form in which `observed` is remembered.
fn remembered(observed: &ObservedUpdate) -> KnownUpdate {
    KnownUpdate::new(&observed.phase.raw, observed.shown_at(), &observed.body)
}

/// Whether an update of this phase ends a report. A postmortem only explains it.
fn ends(phase: Phase) -> bool {
    phase.is_over() && phase != Phase::Postmortem
}

/// Whether two words mean the same phase, however they are spelled. Unknown words match only if
/// they are spelled alike.
fn is_same(one: &Parsed<Phase>, other: &Parsed<Phase>) -> bool {
    one.raw == other.raw || (one.value == other.value && one.value != Phase::Unknown)
}
