//! Pages: whether they are watched and readable, and what they show about themselves.

use signalbook_domain::event::{Fact, PageEvent};
use signalbook_domain::snapshot::Indicator;
use signalbook_domain::status::Span;
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::views::{DisagreementView, IndicatorView, PageView, Rows};

use super::provider::{end_or_resume, provider_mut};

pub(super) fn apply(rows: &mut Rows, fact: &Fact, event: &PageEvent) {
    let observed_at = fact.times.observed_at;
    match event {
        PageEvent::Added { name, url } => added(rows, fact, name, url),
        PageEvent::Removed => {
            if let Some(page) = page(rows, fact) {
                page.watched = false;
                page.removed_at = Some(observed_at);
                end_or_resume(rows, fact, Some(observed_at));
            }
        }
        PageEvent::Readable | PageEvent::PartlyReadable { .. } => {
            let provider = provider_mut(rows, fact);
            provider.first_read_at = provider.first_read_at.or(Some(observed_at));
            apply_to_page(rows, fact, event);
        }
        PageEvent::PlatformDetected { .. }
        | PageEvent::Unreadable { .. }
        | PageEvent::Unobserved { .. }
        | PageEvent::IndicatorChanged(_)
        | PageEvent::Moved { .. }
        | PageEvent::Replaced { .. }
        | PageEvent::Disagreement { .. }
        | PageEvent::Agreement { .. } => apply_to_page(rows, fact, event),
    }
}

/// Returns the page of `fact`, if it was ever added.
fn page<'a>(rows: &'a mut Rows, fact: &Fact) -> Option<&'a mut PageView> {
    provider_mut(rows, fact).pages.get_mut(&PageId(fact.stream.id))
}

fn added(rows: &mut Rows, fact: &Fact, name: &str, url: &str) {
    let provider = provider_mut(rows, fact);
    let id = PageId(fact.stream.id);
    let was_watched = provider.watches(id);
    name.clone_into(&mut provider.name);
    let page = PageView::new(url.to_owned(), fact.times.observed_at);
    let page = match provider.pages.remove(&id) {
        // A watched page keeps its state when it gets another name.
        Some(known) if known.watched => PageView { url: page.url, ..known },
        Some(known) => PageView {
            platform: known.platform.clone(),
            unobserved: known.unobserved,
            indicator: known.indicator,
            disagreements: known.disagreements,
            signs_ended: known.signs_ended,
            signs_changed_at: known.signs_changed_at,
            signs_past: known.signs_past,
            ..page
        },
        None => page,
    };
    provider.pages.insert(id, page);
    if !was_watched {
        end_or_resume(rows, fact, None);
    }
}

/// Folds an event into the view of a page; ignores a page that was never added.
fn apply_to_page(rows: &mut Rows, fact: &Fact, event: &PageEvent) {
    let observed_at = fact.times.observed_at;
    let title = find_title(rows, event);
    let Some(page) = page(rows, fact) else { return };
    match event {
        PageEvent::Added { .. } | PageEvent::Removed | PageEvent::Replaced { .. } => {}
        PageEvent::PlatformDetected { platform, .. } => page.platform = Some(platform.clone()),
        PageEvent::Unreadable { failure, detail, since } => {
            page.health_since = Some(*since);
            page.failure = Some(*failure);
            page.detail = Some(detail.clone());
            page.unread.clear();
        }
        PageEvent::Readable => readable(page, fact),
        PageEvent::PartlyReadable { documents } => {
            readable(page, fact);
            page.unread.clone_from(documents);
        }
        PageEvent::Unobserved { from, until } => {
            page.unobserved = Some(Span { since: *from, until: *until });
        }
        PageEvent::IndicatorChanged(indicator) => {
            let since = page.indicator.as_ref().filter(|before| before.raw == indicator.level.raw);
            let seen_at = since.map_or(observed_at, |before| before.seen_at);
            page.indicator = Some(seen(indicator, seen_at));
        }
        PageEvent::Moved { url } => page.moved_to = (*url != page.url).then(|| url.clone()),
        PageEvent::Disagreement { subject, detail } => {
            let (since, detail) = (fact.times.effective(), detail.clone());
            if let Some(kind) = subject.report_kind() {
                let view = DisagreementView { kind, title, detail, since };
                page.disagreements.insert(subject.id, view);
            }
        }
        PageEvent::Agreement { subject } => {
            page.disagreements.remove(&subject.id);
        }
    }
}

fn readable(page: &mut PageView, fact: &Fact) {
    page.health_since = Some(fact.times.observed_at);
    page.failure = None;
    page.detail = None;
    page.unread.clear();
}

fn seen(indicator: &Indicator, seen_at: Timestamp) -> IndicatorView {
    IndicatorView {
        level: indicator.level.value,
        raw: indicator.level.raw.clone(),
        description: indicator.description.clone(),
        seen_at,
    }
}

/// Returns the title of the report that a disagreement is about, or an empty string.
fn find_title(rows: &Rows, event: &PageEvent) -> String {
    let PageEvent::Disagreement { subject, .. } = event else { return String::new() };
    rows.reports.get(&subject.id).map(|report| report.title.clone()).unwrap_or_default()
}
