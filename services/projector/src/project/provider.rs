//! Providers: their open reports and unwell components.

use signalbook_domain::event::Fact;
use signalbook_domain::status::Status;
use signalbook_domain::{ComponentStatus, Impact, PageId, Phase, Timestamp};
use signalbook_store::views::{OpenReport, ProviderView, ReportView, Rows, UnwellComponent};
use uuid::Uuid;

/// Ends the open reports of a removed page, as their outcome can no longer be observed, or resumes
/// them if the page is added again (`page_removed_at` is `None`).
pub(super) fn end_or_resume(rows: &mut Rows, fact: &Fact, page_removed_at: Option<Timestamp>) {
    let provider = provider_mut(rows, fact);
    let id = PageId(fact.stream.id);
    let open: Vec<Uuid> = open_on(provider, id).collect();
    let is_trouble = |open: &OpenReport| open.page == id && open.facts().alone() > Status::Up;
    if page_removed_at.is_some() && provider.open.values().any(is_trouble) {
        provider.last_ended_at = provider.last_ended_at.max(page_removed_at);
    }
    clear(provider, fact);
    for id in open {
        if let Some(report) = rows.reports.get_mut(&id) {
            report.page_removed_at = page_removed_at;
        }
    }
}

pub(super) fn open_on(provider: &ProviderView, page: PageId) -> impl Iterator<Item = Uuid> {
    provider.open.iter().filter(move |(_, open)| open.page == page).map(|(id, _)| *id)
}

/// Updates a provider after one of its reports changed.
pub(super) fn report(rows: &mut Rows, fact: &Fact) {
    let id = fact.stream.id;
    let Some(report) = rows.reports.get(&id) else { return };
    let open = is_open(report).then(|| open(report));
    // Histories overlap: a report recorded later may have ended earlier.
    let ended_at = report.interval().end.map(|end| end.min(fact.times.observed_at));
    let was_trouble = if report.kind.is_maintenance() {
        report.phase == Phase::Completed
    } else {
        report.impact != Impact::None
    };
    let (page, title) = (report.page, report.title.clone());
    let provider = provider_mut(rows, fact);
    let before = provider.open.remove(&id);
    let was_trouble = was_trouble || before.is_some_and(|open| open.facts().alone() > Status::Up);
    match open {
        Some(open) => drop(provider.open.insert(id, open)),
        None if was_trouble => provider.last_ended_at = provider.last_ended_at.max(ended_at),
        None => {}
    }
    let page = provider.pages.get_mut(&page);
    if let Some(disagreement) = page.and_then(|page| page.disagreements.get_mut(&id)) {
        disagreement.title = title;
    }
    clear(provider, fact);
}

/// Updates `clear_since`, the time since which no open report counts.
fn clear(provider: &mut ProviderView, fact: &Fact) {
    let mut on_watched = provider.open.values().filter(|open| provider.watches(open.page));
    let counts = on_watched.any(|open| open.facts().counts());
    let since = provider.clear_since.unwrap_or(fact.times.observed_at);
    provider.clear_since = (!counts).then_some(since);
}

/// Updates a provider after one of its components changed.
pub(super) fn component(rows: &mut Rows, fact: &Fact) {
    let id = fact.stream.id;
    let Some(component) = rows.components.get(&id) else { return };
    let is_unwell = component.present && component.status != ComponentStatus::Operational;
    let mut unwell = is_unwell.then(|| UnwellComponent {
        page: component.page,
        name: component.name.clone(),
        group: component.group.clone(),
        status: component.status,
        status_raw: component.status_raw.clone(),
        seen_at: fact.times.observed_at,
    });
    let provider = provider_mut(rows, fact);
    let before = provider.unwell.remove(&id);
    if let (Some(now), Some(before)) = (&mut unwell, before)
        && now.status_raw == before.status_raw
    {
        now.seen_at = before.seen_at;
    }
    provider.unwell.extend(unwell.map(|component| (id, component)));
}

/// Whether a report is open. An unknown phase neither ends nor reopens it.
fn is_open(report: &ReportView) -> bool {
    let was_resolved = report.phase == Phase::Unknown && report.resolved_at.is_some();
    !report.phase.is_over() && !was_resolved && report.withdrawn_at.is_none()
}

fn open(report: &ReportView) -> OpenReport {
    let planned = report.planned_start().filter(|_| !report.phase.is_under_way());
    let named = report.affected.iter().map(|component| component.id);
    OpenReport {
        kind: report.kind,
        page: report.page,
        title: report.title.clone(),
        impact: report.impact,
        phase: report.phase,
        started_at: planned.unwrap_or(report.started_at()),
        named: named.filter(|_| report.kind.is_maintenance()).collect(),
    }
}

pub(super) fn provider_mut<'a>(rows: &'a mut Rows, fact: &Fact) -> &'a mut ProviderView {
    let slug = &fact.stream.provider;
    rows.providers.entry(slug.clone()).or_insert_with(|| {
        ProviderView::new(slug.clone(), slug.to_string(), fact.times.observed_at)
    })
}
