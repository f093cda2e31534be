//! Applies events to rows. Pure.

mod component;
mod page;
mod provider;
mod report;
mod signs;
#[cfg(test)]
mod tests;

use signalbook_domain::event::{Event, Fact, PageEvent};
use signalbook_domain::{PageId, Position};
use signalbook_store::views::{Keys, Rows};

/// Adds the keys of the rows that `fact` touches.
pub fn touch(keys: &mut Keys, fact: &Fact) {
    keys.providers.insert(fact.stream.provider.clone());
    match &fact.event {
        Event::Page(PageEvent::Disagreement { subject, .. }) => {
            keys.reports.insert(subject.id);
        }
        Event::Page(_) => {}
        Event::Component(_) => {
            keys.components.insert(fact.stream.id);
        }
        Event::Incident(_) | Event::Maintenance(_) => {
            keys.reports.insert(fact.stream.id);
        }
    }
}

/// Adds the keys of the reports that `fact` touches beyond those of [`touch`]: the open reports of
/// a page that is removed or added again. `rows` must already hold its provider.
pub fn touch_open(keys: &mut Keys, rows: &Rows, fact: &Fact) {
    if let Event::Page(PageEvent::Added { .. } | PageEvent::Removed) = &fact.event
        && let Some(provider) = rows.providers.get(&fact.stream.provider)
    {
        keys.reports.extend(provider::open_on(provider, PageId(fact.stream.id)));
    }
}

/// Applies `fact`, recorded at `position`, to `rows`, which must hold all rows that it touches.
pub fn apply(rows: &mut Rows, fact: &Fact, position: Position) {
    let before = signs::Before::of(rows, fact);
    match &fact.event {
        Event::Page(event) => page::apply(rows, fact, event),
        Event::Component(event) => {
            component::apply(rows, fact, &event.change, position);
            provider::component(rows, fact);
        }
        Event::Incident(event) | Event::Maintenance(event) => {
            report::apply(rows, fact, &event.change, position);
            provider::report(rows, fact);
        }
    }
    signs::follow(rows, fact, before);
}
