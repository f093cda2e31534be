//! Events to rows. Pure.

mod component;
mod provider;
mod report;

use signalbook_domain::Position;
use signalbook_domain::event::{Event, Fact};
use signalbook_store::views::{Keys, Rows};

/// Adds the keys of the rows that `fact` touches.
pub fn touch(keys: &mut Keys, fact: &Fact) {
    keys.providers.insert(fact.stream.provider.clone());
    match &fact.event {
        Event::Page(_) => {}
        Event::Component(_) => {
            keys.components.insert(fact.stream.id);
        }
        Event::Incident(_) | Event::Maintenance(_) => {
            keys.reports.insert(fact.stream.id);
        }
    }
}

/// Applies `fact`, which stands at `position`, to `rows`, which hold what it touches.
pub fn apply(rows: &mut Rows, fact: &Fact, position: Position) {
    match &fact.event {
        Event::Page(event) => provider::page(rows, fact, event),
        Event::Component(event) => component::apply(rows, fact, &event.change, position),
        Event::Incident(event) | Event::Maintenance(event) => {
            report::apply(rows, fact, &event.change, position);
            provider::report(rows, fact);
        }
    }
}
