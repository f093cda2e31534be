//! What a document says of the components.

use std::collections::BTreeSet;

use super::{Context, Facts, believable, confirmed, is_newer, is_older};
use crate::component::Value;
use crate::event::{ComponentChange, ComponentEvent, Event, Fact, Group, Times};
use crate::id::{StreamId, StreamKind};
use crate::snapshot::{ComponentFacts, Snapshot};

/// The name of a component whose own cannot be read.
const STAND_IN: &str = "Component without a readable name";

pub(super) fn read(
    facts: &mut Facts<'_>,
    context: &Context<'_>,
    snapshot: &Snapshot,
    doubts: &mut BTreeSet<String>,
) {
    let Some(components) = &snapshot.components else { return };
    let mut present = BTreeSet::new();
    for shown in components {
        let stream = facts.page_state.stream(StreamKind::Component, &shown.external_id);
        if present.insert(stream.id) {
            read_one(facts, context, &stream, shown, doubts);
        }
    }
    if !snapshot.components_complete {
        return;
    }
    let gone: Vec<_> = facts
        .page_state
        .components
        .iter()
        .filter(|(id, component)| component.present && !present.contains(id))
        .map(|(_, component)| {
            facts.page_state.stream(StreamKind::Component, &component.external_id)
        })
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
    let group = shown.group.as_ref().and_then(|group| facts.page_state.group(group));
    let Some(known) = facts.page_state.components.get(&stream.id).cloned() else {
        add(facts, context, stream, shown, group);
        return;
    };
    if is_older(shown.updated_at, known.vendor_updated_at) {
        return;
    }
    let newer = is_newer(shown.updated_at, known.vendor_updated_at, facts.observed_at);
    if !known.present {
        if newer || confirmed(context, doubts, format!("{stream} added")) {
            add(facts, context, stream, shown, group);
        }
        return;
    }
    let mut counts = |value: Value<'_>| {
        let suspicious = known.returns_to(value) && !newer;
        !suspicious || confirmed(context, doubts, format!("{stream} returns to {}", value.key()))
    };
    let mut changes = Vec::new();
    // A name that cannot be read is not a new one.
    if let Some(name) = &shown.name
        && known.name != *name
        && counts(Value::Name(name))
    {
        changes.push(ComponentChange::Renamed { name: name.clone() });
    }
    // A group whose name is not known yet says nothing.
    let says_group = group.is_some() || shown.group.is_none();
    if known.group != group && says_group && counts(Value::Group(group.as_ref())) {
        changes.push(ComponentChange::Moved { group });
    }
    if known.status != shown.status && counts(Value::Status(&shown.status.raw)) {
        changes.push(ComponentChange::StatusChanged { status: shown.status.clone() });
    }
    for change in changes {
        tell(facts, context, stream, Some(shown), change);
    }
}

fn add(
    facts: &mut Facts<'_>,
    context: &Context<'_>,
    stream: &StreamId,
    shown: &ComponentFacts,
    group: Option<Group>,
) {
    let change = ComponentChange::Added {
        page: facts.page_state.id,
        external_id: shown.external_id.clone(),
        name: shown.name.clone().unwrap_or_else(|| STAND_IN.to_owned()),
        group,
        status: shown.status.clone(),
    };
    tell(facts, context, stream, Some(shown), change);
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
