//! The start of a page's signs of trouble, and the time of their last change.

use std::collections::BTreeMap;

use signalbook_domain::event::{ComponentChange, Event, Fact, PageEvent};
use signalbook_domain::status::Span;
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::views::{PageView, ProviderView, Rows};
use uuid::Uuid;

/// Identifies a sign: its component, if any, and the vendor's word.
type Key = (Option<Uuid>, String);

/// The signs that counted before an event; `None` if it cannot change any.
pub(super) struct Before(Option<BTreeMap<PageId, Vec<Key>>>);

impl Before {
    pub(super) fn of(rows: &Rows, fact: &Fact) -> Self {
        let provider = rows.providers.get(&fact.stream.provider);
        Self(may_change(fact).then(|| provider.map(shown).unwrap_or_default()))
    }
}

/// Records how `fact` changed the signs. A change counts from when it was observed.
pub(super) fn follow(rows: &mut Rows, fact: &Fact, Before(before): Before) {
    let (Some(before), Some(provider)) = (before, rows.providers.get_mut(&fact.stream.provider))
    else {
        return;
    };
    let (clear_since, until) = (provider.clear_since, fact.times.observed_at);
    for (id, now) in shown(provider) {
        let before = before.get(&id).map(Vec::as_slice).unwrap_or_default();
        let Some(page) = provider.pages.get_mut(&id).filter(|_| now != before) else { continue };
        page.signs_changed_at = Some(until);
        if !now.is_empty() {
            if page.signs_since.is_none() {
                page.signs_since = Some(resumed(page, until).unwrap_or(until));
            }
            continue;
        }
        let since = page.signs_since.take();
        page.signs_ended = since.map(|since| Span { since, until });
        if let (Some(since), Some(clear_since)) = (since, clear_since) {
            Span { since: since.max(clear_since), until }.add(&mut page.signs_past);
        }
    }
}

/// Returns the start of earlier signs that signs beginning `now` continue: within one observation,
/// a sign may end before another begins, which does not end the span.
fn resumed(page: &mut PageView, now: Timestamp) -> Option<Timestamp> {
    let ended = page.signs_ended.take_if(|ended| ended.until == now)?;
    page.signs_past.retain(|past| past.until != now);
    Some(ended.since)
}

/// Returns the signs that count, by page.
fn shown(provider: &ProviderView) -> BTreeMap<PageId, Vec<Key>> {
    let keys = |page: &PageId| {
        let words = provider.sign_words(*page).into_iter();
        words.map(|(component, word)| (component, word.to_owned())).collect()
    };
    provider.pages.keys().map(|page| (*page, keys(page))).collect()
}

/// Whether an event can add a sign or change whether one counts.
fn may_change(fact: &Fact) -> bool {
    match &fact.event {
        Event::Page(
            PageEvent::Added { .. } | PageEvent::Removed | PageEvent::IndicatorChanged(_),
        )
        | Event::Maintenance(_) => true,
        Event::Page(
            PageEvent::PlatformDetected { .. }
            | PageEvent::Unreadable { .. }
            | PageEvent::Readable
            | PageEvent::PartlyReadable { .. }
            | PageEvent::Unobserved { .. }
            | PageEvent::Moved { .. }
            | PageEvent::Replaced { .. }
            | PageEvent::Disagreement { .. }
            | PageEvent::Agreement { .. },
        )
        | Event::Incident(_) => false,
        Event::Component(event) => match event.change {
            ComponentChange::Added { .. }
            | ComponentChange::StatusChanged { .. }
            | ComponentChange::Removed => true,
            ComponentChange::Renamed { .. } | ComponentChange::Moved { .. } => false,
        },
    }
}
