//! Incidents and maintenances with their timelines.

use signalbook_domain::event::{Affected, Fact, Opened, ReportChange};
use signalbook_domain::report::{beginning, resolution};
use signalbook_domain::snapshot::Said;
use signalbook_domain::{Phase, Position, StreamKind};
use signalbook_store::views::{AffectedView, LinkView, ReportView, Rows, UpdateView};

pub(super) fn apply(rows: &mut Rows, fact: &Fact, change: &ReportChange, position: Position) {
    let id = fact.stream.id;
    let known = rows.reports.remove(&id);
    let report = match (known, change) {
        (None, ReportChange::Opened(new)) => Some(opened(fact, new)),
        (known, _) => known,
    };
    if let Some(mut report) = report {
        changed(&mut report, fact, change);
        report.position = position;
        rows.reports.insert(id, report);
    }
}

fn opened(fact: &Fact, opened: &Opened) -> ReportView {
    ReportView {
        id: fact.stream.id,
        is_maintenance: fact.stream.kind == StreamKind::Maintenance,
        provider: fact.stream.provider.clone(),
        page: opened.page,
        external_id: opened.external_id.clone(),
        title: opened.title.clone(),
        impact: opened.impact.value,
        impact_raw: opened.impact.raw.clone(),
        phase: Phase::Unknown,
        phase_raw: String::new(),
        url: opened.url.clone(),
        claimed_start: fact.times.occurred_at,
        announced_at: None,
        detected_at: fact.times.observed_at,
        resolved_at: None,
        withdrawn_at: None,
        page_removed_at: None,
        planned_from: opened.planned.from,
        planned_until: opened.planned.until,
        backfilled: fact.backfilled,
        affected: affected(&opened.affected),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(0),
    }
}

fn changed(report: &mut ReportView, fact: &Fact, change: &ReportChange) {
    match change {
        ReportChange::Opened(_) => {}
        ReportChange::Entered { phase, update, body, sets_phase, .. } => {
            let observed_at = fact.times.observed_at;
            report.updates.push(UpdateView {
                id: update.clone(),
                phase: phase.value,
                published_at: fact.times.published_at,
                observed_at,
                body: body.clone(),
                edited: false,
                removed: false,
            });
            order(report);
            if *sets_phase {
                enter(report, fact, phase);
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
            report.claimed_start = *started_at;
            report.resolved_at = *resolved_at;
        }
        ReportChange::ImpactChanged { impact } => {
            report.impact = impact.value;
            report.impact_raw.clone_from(&impact.raw);
        }
        ReportChange::ComponentsChanged { affected: all } => report.affected = affected(all),
        ReportChange::Withdrawn => report.withdrawn_at = Some(fact.times.observed_at),
        ReportChange::Reappeared => report.withdrawn_at = None,
        ReportChange::ProviderLinked { url, provider } => {
            report.links.push(LinkView { url: url.clone(), provider: provider.clone() });
        }
        ReportChange::Continued { external_id } => report.external_id.clone_from(external_id),
        ReportChange::Rescheduled(planned) => {
            report.planned_from = planned.from;
            report.planned_until = planned.until;
        }
    }
}

fn enter(report: &mut ReportView, fact: &Fact, phase: &Said<Phase>) {
    report.claimed_start = beginning(report.claimed_start, phase.value, &fact.times);
    report.resolved_at = resolution(report.resolved_at, phase.value, &fact.times);
    report.phase = phase.value;
    report.phase_raw.clone_from(&phase.raw);
}

/// Oldest first by shown time; updates of one time keep the order in which they were told.
fn order(report: &mut ReportView) {
    report.updates.sort_by_key(|update| update.published_at.unwrap_or(update.observed_at));
    let posted = report.updates.iter().filter(|update| update.id.is_some());
    report.announced_at = posted.filter_map(|update| update.published_at).min();
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
