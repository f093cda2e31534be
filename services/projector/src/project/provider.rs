//! Providers: their pages, what is open, and what that says of them.

use signalbook_domain::event::{Fact, PageEvent};
use signalbook_domain::status::{Status, reported};
use signalbook_domain::{Impact, PageId, Phase, Timestamp};
use signalbook_store::views::{OpenReport, PageView, ProviderView, ReportView, Rows};
use uuid::Uuid;

pub(super) fn page(rows: &mut Rows, fact: &Fact, event: &PageEvent) {
    let provider = provider(rows, fact);
    let id = PageId(fact.stream.id);
    let observed_at = fact.times.observed_at;
    if let PageEvent::Added { name, url } = event {
        let was_watched = provider.pages.get(&id).is_some_and(|page| page.watched);
        provider.name.clone_from(name);
        let page = PageView {
            url: url.clone(),
            moved_to: None,
            platform: None,
            added_at: observed_at,
            watched: true,
            removed_at: None,
            health_since: None,
            failure: None,
            detail: None,
        };
        let known = provider.pages.remove(&id);
        let page = match known {
            // Another name for a page that is watched all the time.
            Some(known) if known.watched => PageView { url: url.clone(), ..known },
            Some(known) => PageView { platform: known.platform, ..page },
            None => page,
        };
        provider.pages.insert(id, page);
        if !was_watched {
            end_or_resume(rows, fact, None);
        }
        return;
    }
    let Some(page) = provider.pages.get_mut(&id) else { return };
    match event {
        PageEvent::Added { .. } => {}
        PageEvent::PlatformDetected { platform } => page.platform = Some(*platform),
        PageEvent::Unreadable { failure, detail, since } => {
            page.health_since = Some(*since);
            page.failure = Some(*failure);
            page.detail = Some(detail.clone());
        }
        PageEvent::Readable => {
            page.health_since = Some(observed_at);
            page.failure = None;
            page.detail = None;
            if provider.reported_since == Timestamp::MIN {
                provider.reported_since = observed_at;
            }
        }
        PageEvent::PartlyReadable { documents } => {
            page.health_since = Some(observed_at);
            page.failure = None;
            page.detail = None;
            let _ = documents;
        }
        PageEvent::Unobserved { .. }
        | PageEvent::IndicatorChanged(_)
        | PageEvent::Replaced { .. }
        | PageEvent::Disagreement { .. }
        | PageEvent::Agreement { .. } => {}
        PageEvent::Moved { url } => page.moved_to = (*url != page.url).then(|| url.clone()),
        PageEvent::Removed => {
            page.watched = false;
            page.removed_at = Some(observed_at);
            end_or_resume(rows, fact, Some(observed_at));
        }
    }
}

/// What is open on a page that is removed ends there, for nobody reads on what becomes of it. If
/// the page is added again, it goes on until that is read.
fn end_or_resume(rows: &mut Rows, fact: &Fact, page_removed_at: Option<Timestamp>) {
    let provider = provider(rows, fact);
    let open: Vec<Uuid> = open_on(provider, PageId(fact.stream.id)).collect();
    if page_removed_at.is_some() && !open.is_empty() {
        provider.quiet_since = provider.quiet_since.max(page_removed_at);
    }
    settle(provider, fact.times.observed_at);
    for id in open {
        if let Some(report) = rows.reports.get_mut(&id) {
            report.page_removed_at = page_removed_at;
        }
    }
}

/// The reports that are open on `page`.
pub(super) fn open_on(provider: &ProviderView, page: PageId) -> impl Iterator<Item = Uuid> {
    provider.open.iter().filter(move |(_, open)| open.page == page).map(|(id, _)| *id)
}

/// Brings a provider up to date with a report of its own that has just changed.
pub(super) fn report(rows: &mut Rows, fact: &Fact) {
    let Some(report) = rows.reports.get(&fact.stream.id) else { return };
    let open = is_open(report).then(|| open(report));
    let at = fact.times.effective();
    let provider = provider(rows, fact);
    match open {
        Some(open) => {
            provider.open.insert(fact.stream.id, open);
        }
        None if provider.open.remove(&fact.stream.id).is_some() => {
            provider.quiet_since = provider.quiet_since.max(Some(at));
        }
        None => {}
    }
    settle(provider, at);
}

/// Brings what the reports say up to date after a change at the moment `at`.
fn settle(provider: &mut ProviderView, at: Timestamp) {
    let status = status(provider);
    if status != provider.reported {
        // Histories overlap: an outage that is told later may have ended earlier than one told
        // before it, or than what is still open began.
        provider.reported_since = match status {
            Status::Up => provider.quiet_since.unwrap_or(at),
            Status::Maintenance
            | Status::Unknown
            | Status::Minor
            | Status::Major
            | Status::Critical => began(provider, status).map_or(at, |began| at.max(began)),
        };
        provider.reported = status;
    }
}

/// A phase that we do not understand neither ends nor reopens a report.
fn is_open(report: &ReportView) -> bool {
    let was_resolved = report.phase == Phase::Unknown && report.resolved_at.is_some();
    !report.phase.is_over() && !was_resolved && report.withdrawn_at.is_none()
}

fn open(report: &ReportView) -> OpenReport {
    let planned = report.planned_from.filter(|_| report.is_maintenance);
    OpenReport {
        is_maintenance: report.is_maintenance,
        page: report.page,
        title: report.title.clone(),
        impact: report.impact,
        phase: report.phase,
        started_at: planned.unwrap_or(report.started_at()),
    }
}

fn status(provider: &ProviderView) -> Status {
    let incidents = on_watched(provider).filter(|open| !open.is_maintenance);
    let impacts: Vec<Impact> = incidents.map(|open| open.impact).collect();
    let work = on_watched(provider).any(|open| open.is_maintenance && open.phase.is_under_way());
    reported(impacts, work)
}

/// What is open on pages that are watched.
fn on_watched(provider: &ProviderView) -> impl Iterator<Item = &OpenReport> {
    let is_watched = |page| provider.pages.get(page).is_some_and(|page: &PageView| page.watched);
    provider.open.values().filter(move |open| is_watched(&open.page))
}

/// When the first of the open reports began that alone would make the status what it is.
fn began(provider: &ProviderView, status: Status) -> Option<Timestamp> {
    let decides = |open: &&OpenReport| {
        let work = open.is_maintenance && open.phase.is_under_way();
        let impact = (!open.is_maintenance).then_some(open.impact);
        reported(impact, work) == status
    };
    on_watched(provider).filter(decides).map(|open| open.started_at).min()
}

fn provider<'a>(rows: &'a mut Rows, fact: &Fact) -> &'a mut ProviderView {
    let slug = &fact.stream.provider;
    rows.providers.entry(slug.clone()).or_insert_with(|| ProviderView {
        slug: slug.clone(),
        name: slug.to_string(),
        pages: std::collections::BTreeMap::new(),
        open: std::collections::BTreeMap::new(),
        reported: Status::Up,
        reported_since: Timestamp::MIN,
        quiet_since: None,
    })
}
