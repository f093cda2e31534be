//! Incidents and maintenances with their timelines.

use signalbook_domain::event::{Affected, Fact, Inferred, Opened, ReportChange, Times};
use signalbook_domain::report::{beginning, end_times, resolution};
use signalbook_domain::time::credible;
use signalbook_domain::{Phase, Position, ReportKind, Timestamp};
use signalbook_store::views::{AffectedView, ReportView, Rows, UpdateView};

/// The maximum number of formerly affected components; the latest are kept.
const FORMERLY_AFFECTED_MAX: usize = 200;

pub(super) fn apply(rows: &mut Rows, fact: &Fact, change: &ReportChange, position: Position) {
    let id = fact.stream.id;
    let known = rows.reports.remove(&id);
    let report = match (known, change) {
        (None, ReportChange::Opened(new)) => {
            fact.stream.report_kind().map(|kind| opened(fact, kind, new))
        }
        (known, _) => known,
    };
    if let Some(mut report) = report {
        changed(&mut report, fact, change);
        report.position = position;
        rows.reports.insert(id, report);
    }
}

fn opened(fact: &Fact, kind: ReportKind, opened: &Opened) -> ReportView {
    ReportView {
        id: fact.stream.id,
        kind,
        provider: fact.stream.provider.clone(),
        page: opened.page,
        external_id: opened.external_id.clone(),
        title: opened.title.clone(),
        impact: opened.impact.value,
        impact_raw: opened.impact.raw.clone(),
        phase: Phase::Unknown,
        phase_raw: String::new(),
        url: opened.url.clone(),
        claimed_start: credible(fact.times.occurred_at, fact.times.observed_at),
        created_at: credible(opened.created_at, fact.times.observed_at),
        first_shown_at: None,
        detected_at: fact.times.observed_at,
        resolved_at: None,
        inferred: None,
        withdrawn_at: None,
        page_removed_at: None,
        planned_from: opened.planned.from,
        planned_until: opened.planned.until,
        backfilled: fact.backfilled,
        affected: affected(&opened.affected),
        formerly_affected: Vec::new(),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(0),
    }
}

fn changed(report: &mut ReportView, fact: &Fact, change: &ReportChange) {
    match change {
        ReportChange::Opened(_) => {}
        ReportChange::Entered { phase, update, body, sets_phase, inferred } => {
            // An inferred end adds no update, nor does a phase set by a known update.
            let is_known = update.as_ref().is_some_and(|id| find(report, id).is_some());
            if inferred.is_none() && !is_known {
                report.updates.push(UpdateView {
                    id: update.clone(),
                    phase: phase.value,
                    published_at: fact.times.published_at,
                    observed_at: fact.times.observed_at,
                    body: body.clone(),
                    edited: false,
                    removed: false,
                });
                order(report);
            }
            if *sets_phase {
                report.phase_raw.clone_from(&phase.raw);
                enter(report, phase.value, *inferred, &fact.times);
            }
        }
        ReportChange::UpdateEdited { update: id, phase, body } => {
            if let Some(update) = find(report, id) {
                update.phase = phase.value;
                update.published_at = fact.times.published_at;
                update.body.clone_from(body);
                update.edited = true;
                order(report);
            }
        }
        ReportChange::UpdateRemoved { update: id } => {
            if let Some(update) = find(report, id) {
                update.removed = true;
            }
        }
        ReportChange::Retitled { title } => report.title.clone_from(title),
        ReportChange::Retimed { started_at, resolved_at } => {
            let observed_at = fact.times.observed_at;
            report.inferred = report.inferred.filter(|_| report.resolved_at == *resolved_at);
            report.claimed_start = credible(*started_at, observed_at);
            report.resolved_at = credible(*resolved_at, observed_at);
        }
        ReportChange::ImpactChanged { impact } => {
            report.impact = impact.value;
            report.impact_raw.clone_from(&impact.raw);
        }
        ReportChange::ComponentsChanged { affected: all } => affect(report, affected(all)),
        ReportChange::Withdrawn => report.withdrawn_at = Some(fact.times.observed_at),
        ReportChange::Reappeared => report.withdrawn_at = None,
        ReportChange::ProviderLinked { url } => report.links.push(url.clone()),
        ReportChange::Continued { external_id } => report.external_id.clone_from(external_id),
        ReportChange::Rescheduled(planned) => {
            report.planned_from = planned.from;
            report.planned_until = planned.until;
        }
    }
}

fn enter(report: &mut ReportView, phase: Phase, inferred: Option<Inferred>, times: &Times) {
    report.claimed_start = beginning(report.claimed_start, phase, times);
    report.resolved_at = resolution(report.resolved_at, phase, &end_times(inferred, times));
    report.inferred = inferred;
    report.phase = phase;
}

/// Sorts updates by shown time, oldest first; ties keep the order of recording.
fn order(report: &mut ReportView) {
    report.updates.sort_by_key(|update| update.published_at.unwrap_or(update.observed_at));
    let posted = report.updates.iter().filter(|update| update.id.is_some());
    report.first_shown_at = posted.filter_map(shown_at).min();
}

/// Returns the time shown by an update, if it is credible.
fn shown_at(update: &UpdateView) -> Option<Timestamp> {
    credible(update.published_at, update.observed_at)
}

/// Replaces the affected components; those that the vendor removed become formerly affected. An
/// equal name and group also identify a component, as a page that replaced another gives each a new
/// id.
fn affect(report: &mut ReportView, affected: Vec<AffectedView>) {
    let is_same = |one: &AffectedView, other: &AffectedView| {
        one.id == other.id || (&one.name, &one.group) == (&other.name, &other.group)
    };
    let before = std::mem::replace(&mut report.affected, affected);
    report.formerly_affected.extend(before);
    let now = &report.affected;
    report.formerly_affected.retain(|former| !now.iter().any(|one| is_same(one, former)));
    let more = report.formerly_affected.len().saturating_sub(FORMERLY_AFFECTED_MAX);
    report.formerly_affected.drain(..more);
}

fn find<'a>(report: &'a mut ReportView, id: &str) -> Option<&'a mut UpdateView> {
    report.updates.iter_mut().find(|update| update.id.as_deref() == Some(id) && !update.removed)
}

fn affected(all: &[Affected]) -> Vec<AffectedView> {
    let view = |one: &Affected| AffectedView {
        id: one.id,
        name: one.name.clone(),
        group: one.group.clone(),
    };
    all.iter().map(view).collect()
}
