//! The timeline of a report: updates posted, edited and removed, and the phase.

use std::collections::BTreeSet;

use super::Telling;
use crate::decide::links::foreign_reports;
use crate::event::ReportChange;
use crate::page::host_of;
use crate::report::{KnownUpdate, Report, Value, update_field};
use crate::snapshot::UpdateFacts;
use crate::time::Timestamp;
use crate::words::Phase;

/// Links to other providers that are recorded of one report.
const LINKS_MAX: usize = 20;

impl Telling<'_, '_> {
    /// Tells what the timeline says that was not known.
    pub(super) fn read_timeline(&mut self, known: Option<&Report>) {
        let timeline = self.shown.timeline();
        let mut posted = Vec::new();
        for (id, update) in &timeline {
            match known.and_then(|known| known.updates.get(id).map(|update| (known, update))) {
                None if self.is_removed(known, id, update) => {}
                None => posted.push((id.as_str(), *update)),
                Some((known, before)) => self.read_edit(known, id, before, update),
            }
        }
        if let Some(known) = known.filter(|_| self.shown.updates_complete) {
            let shown: BTreeSet<&str> = timeline.iter().map(|(id, _)| id.as_str()).collect();
            self.read_removals(known, &shown);
        }
        self.read_posts(known, &posted);
        self.read_status(known);
    }

    /// Whether an update is one that was removed: it stays so until its return counts.
    fn is_removed(&mut self, known: Option<&Report>, id: &str, shown: &UpdateFacts) -> bool {
        known.is_some_and(|known| !self.counts(known, Value::Update(id, &remembered(shown))))
    }

    fn read_edit(&mut self, known: &Report, id: &str, before: &KnownUpdate, shown: &UpdateFacts) {
        // A time that the vendor leaves out later is not forgotten.
        let shown_at = shown.shown_at().or(before.shown_at);
        let now = KnownUpdate::new(&shown.phase.raw, shown_at, &shown.body);
        if now == *before || !self.counts(known, Value::Update(id, &now)) {
            return;
        }
        let change = ReportChange::UpdateEdited {
            update: id.to_owned(),
            phase: shown.phase.clone(),
            body: shown.body.clone(),
        };
        self.tell(change, shown.updated_at, shown_at);
        self.read_links(&shown.body);
    }

    fn read_removals(&mut self, known: &Report, shown: &BTreeSet<&str>) {
        let newer = self.is_newer(known);
        for id in known.updates.keys().filter(|id| !shown.contains(id.as_str())) {
            let field = update_field(id);
            if newer || self.settled(&field, &format!("{field} removed")) {
                self.tell_change(ReportChange::UpdateRemoved { update: id.clone() });
            }
        }
    }

    /// Tells new updates in the order of their shown times. One that is backdated behind what was
    /// known changes no phase, unless it alone explains the vendor's own status.
    fn read_posts(&mut self, known: Option<&Report>, posted: &[(&str, &UpdateFacts)]) {
        let newest = known.and_then(Report::newest_shown_at);
        let status = self.shown.status();
        let in_status = known.is_some_and(|known| known.phase.raw == status.raw);
        let current = |update: &UpdateFacts| newest.is_none() || update.shown_at() >= newest;
        let explained =
            in_status || posted.iter().any(|(_, u)| current(u) && u.phase.raw == status.raw);
        let explains = if explained {
            None
        } else {
            posted.iter().rposition(|(_, update)| update.phase.raw == status.raw)
        };
        let last = posted.iter().rposition(|(_, update)| update.phase.value != Phase::Postmortem);
        let last_end = last.filter(|last| posted[*last].1.phase.value.is_over());
        for (index, (id, update)) in posted.iter().enumerate() {
            let sets_phase = current(update) || explains == Some(index);
            let claimed = (last_end == Some(index)).then(|| self.claimed_end()).flatten();
            let change = ReportChange::Entered {
                phase: update.phase.clone(),
                update: Some((*id).to_owned()),
                body: update.body.clone(),
                sets_phase,
            };
            self.tell(change, claimed.or(update.shown_at()), update.shown_at());
            self.read_links(&update.body);
        }
    }

    /// The vendor's own status decides the phase; where no update explains it, the phase is told
    /// without a text.
    fn read_status(&mut self, known: Option<&Report>) {
        let Some(report) = self.facts.book.report(&self.stream) else { return };
        let resolved_at = report.resolved_at;
        let status = self.shown.status().clone();
        let nothing_new = report.phase.raw == status.raw || status.raw.is_empty();
        let changed = known.filter(|known| known.phase.raw != status.raw);
        if nothing_new
            || changed.is_some_and(|known| !self.counts(known, Value::Phase(&status.raw)))
        {
            return;
        }
        // A status that says again that it is over does not lengthen it.
        let at = if ends(status.value) { self.claimed_end().or(resolved_at) } else { None };
        let at = at.or(self.shown.updated_at);
        let change = ReportChange::Entered {
            phase: status,
            update: None,
            body: String::new(),
            sets_phase: true,
        };
        self.tell(change, at, self.shown.updated_at);
    }

    /// When the vendor says that it ended, if it says that it is over.
    pub(super) fn claimed_end(&self) -> Option<Timestamp> {
        self.shown.resolved_at.filter(|_| self.shown.status().value.is_over())
    }

    fn read_links(&mut self, body: &str) {
        let page = &self.facts.book.page;
        let own: Vec<String> =
            [Some(page.url.as_str()), page.moved_to.as_deref(), self.shown.url.as_deref()]
                .into_iter()
                .flatten()
                .filter_map(host_of)
                .collect();
        for (url, provider) in foreign_reports(body, &own, self.context.hosts) {
            let known = self.facts.book.report(&self.stream).is_some_and(|report| {
                report.links.contains(&url) || report.links.len() >= LINKS_MAX
            });
            if !known && provider.as_ref() != Some(&self.facts.book.provider) {
                self.tell_change(ReportChange::ProviderLinked { url, provider });
            }
        }
    }
}

/// What `shown` is remembered as.
fn remembered(shown: &UpdateFacts) -> KnownUpdate {
    KnownUpdate::new(&shown.phase.raw, shown.shown_at(), &shown.body)
}

/// Whether an update of this phase ends a report; a postmortem only explains it.
fn ends(phase: Phase) -> bool {
    phase.is_over() && phase != Phase::Postmortem
}
