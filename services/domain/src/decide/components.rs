//! What a document says of the components.

use std::collections::BTreeSet;

use super::{Context, Facts, believable, confirmed};
use crate::component::Component;
use crate::event::{ComponentChange, ComponentEvent, Event, Fact, Times};
use crate::id::{StreamId, StreamKind};
use crate::snapshot::{ComponentFacts, Snapshot};

pub(super) fn read(
    facts: &mut Facts<'_>,
    context: &Context<'_>,
    snapshot: &Snapshot,
    doubts: &mut BTreeSet<String>,
) {
    let Some(components) = &snapshot.components else { return };
    let mut present = BTreeSet::new();
    for shown in components {
        let stream = facts.book.stream(StreamKind::Component, &shown.external_id);
        if present.insert(stream.id) {
            read_one(facts, context, &stream, shown, doubts);
        }
    }
    let gone: Vec<_> = facts
        .book
        .components
        .iter()
        .filter(|(id, component)| component.present && !present.contains(id))
        .map(|(_, component)| facts.book.stream(StreamKind::Component, &component.external_id))
        .collect();
    for stream in gone {
        if confirmed(context, doubts, format!("{stream} removed")) {
            tell(facts, context, &stream, None, ComponentChange::Removed);
        }
    }
}

fn read_one(
    facts: &mut Facts<'_>,
    context: &Context<'_>,
    stream: &StreamId,
    shown: &ComponentFacts,
    doubts: &mut BTreeSet<String>,
) {
    let group = shown.group.as_ref().and_then(|group| facts.book.group(group));
    let known = facts.book.components.get(&stream.id).cloned();
    let Some(known) = known.filter(|known| known.present) else {
        let change = ComponentChange::Added {
            page: facts.book.id,
            external_id: shown.external_id.clone(),
            name: shown.name.clone(),
            group,
            status: shown.status.clone(),
        };
        tell(facts, context, stream, Some(shown), change);
        return;
    };
    if is_older(&known, shown) {
        return;
    }
    if known.name != shown.name {
        tell(
            facts,
            context,
            stream,
            Some(shown),
            ComponentChange::Renamed { name: shown.name.clone() },
        );
    }
    // A group whose name is not known yet says nothing.
    if known.group != group && (group.is_some() || shown.group.is_none()) {
        tell(facts, context, stream, Some(shown), ComponentChange::Moved { group });
    }
    if known.status != shown.status {
        let returns = known.earlier.contains(&shown.status.raw) && !is_newer(&known, shown);
        let doubt = || format!("{stream} status {}", shown.status.raw);
        if !returns || confirmed(context, doubts, doubt()) {
            let status = shown.status.clone();
            tell(facts, context, stream, Some(shown), ComponentChange::StatusChanged { status });
        }
    }
}

fn is_older(known: &Component, shown: &ComponentFacts) -> bool {
    matches!((shown.updated_at, known.vendor_updated_at), (Some(now), Some(then)) if now < then)
}

fn is_newer(known: &Component, shown: &ComponentFacts) -> bool {
    matches!((shown.updated_at, known.vendor_updated_at), (Some(now), Some(then)) if now > then)
}

fn tell(
    facts: &mut Facts<'_>,
    context: &Context<'_>,
    stream: &StreamId,
    shown: Option<&ComponentFacts>,
    change: ComponentChange,
) {
    let said_at = shown.and_then(|shown| shown.updated_at);
    let vendor_updated_at = believable(said_at, facts.observed_at);
    let times =
        Times { occurred_at: said_at, published_at: said_at, observed_at: facts.observed_at };
    facts.tell(Fact {
        stream: stream.clone(),
        event: Event::Component(ComponentEvent { change, vendor_updated_at }),
        times,
        backfilled: context.backfilled,
    });
}
