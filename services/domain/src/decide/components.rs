//! Folds what a document states about components.

use std::collections::BTreeSet;

use super::{EventRecorder, FoldContext, confirmed, is_newer, is_older, plausible};
use crate::component::Value;
use crate::event::{ComponentChange, ComponentEvent, Event, Fact, Group, Times};
use crate::id::StreamId;
use crate::pending::{PendingChange, StreamChange};
use crate::snapshot::{ObservedComponent, Snapshot};

/// The name of a component whose own name cannot be read.
const STAND_IN: &str = "Component without a readable name";

pub(super) fn read(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    snapshot: &Snapshot,
    pending: &mut BTreeSet<PendingChange>,
) {
    let Some(components) = &snapshot.components else { return };
    let mut present = BTreeSet::new();
    for observed in components {
        let stream = recorder.page_state.component_stream(&observed.external_id);
        if present.insert(stream.id) {
            read_one(recorder, context, &stream, observed, pending);
        }
    }
    if !snapshot.components_complete {
        return;
    }
    let gone: Vec<_> = recorder
        .page_state
        .components
        .iter()
        .filter(|(id, component)| component.present && !present.contains(id))
        .map(|(_, component)| recorder.page_state.component_stream(&component.external_id))
        .collect();
    for stream in gone {
        if confirmed(context, pending, PendingChange::Of(stream.clone(), StreamChange::Removed)) {
            record(recorder, context, &stream, None, ComponentChange::Removed);
        }
    }
}

fn read_one(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    stream: &StreamId,
    observed: &ObservedComponent,
    pending: &mut BTreeSet<PendingChange>,
) {
    let group = observed.group.as_ref().and_then(|group| recorder.page_state.group(group));
    let Some(known) = recorder.page_state.components.get(&stream.id).cloned() else {
        add(recorder, context, stream, observed, group);
        return;
    };
    if is_older(observed.updated_at, known.vendor_updated_at) {
        return;
    }
    let newer = is_newer(observed.updated_at, known.vendor_updated_at, recorder.observed_at);
    if !known.present {
        if newer
            || confirmed(
                context,
                pending,
                PendingChange::Of(stream.clone(), StreamChange::Reappeared),
            )
        {
            add(recorder, context, stream, observed, group);
        }
        return;
    }
    let mut counts = |value: Value<'_>| {
        let suspicious = known.returns_to(value) && !newer;
        let change = StreamChange::Returned(value.digest());
        !suspicious || confirmed(context, pending, PendingChange::Of(stream.clone(), change))
    };
    let mut changes = Vec::new();
    // An unreadable name is not a new name.
    if let Some(name) = &observed.name
        && known.name != *name
        && counts(Value::Name(name))
    {
        changes.push(ComponentChange::Renamed { name: name.clone() });
    }
    // A group without a known name states nothing.
    let says_group = group.is_some() || observed.group.is_none();
    if known.group != group && says_group && counts(Value::Group(group.as_ref())) {
        changes.push(ComponentChange::Moved { group });
    }
    if known.status != observed.status && counts(Value::Status(&observed.status.raw)) {
        changes.push(ComponentChange::StatusChanged { status: observed.status.clone() });
    }
    for change in changes {
        record(recorder, context, stream, Some(observed), change);
    }
}

fn add(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    stream: &StreamId,
    observed: &ObservedComponent,
    group: Option<Group>,
) {
    let change = ComponentChange::Added {
        page: recorder.page_state.id,
        external_id: observed.external_id.clone(),
        name: observed.name.clone().unwrap_or_else(|| STAND_IN.to_owned()),
        group,
        status: observed.status.clone(),
    };
    record(recorder, context, stream, Some(observed), change);
}

fn record(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    stream: &StreamId,
    observed: Option<&ObservedComponent>,
    change: ComponentChange,
) {
    let said_at = observed.and_then(|observed| observed.updated_at);
    let vendor_updated_at = plausible(said_at, recorder.observed_at);
    let times =
        Times { occurred_at: said_at, published_at: said_at, observed_at: recorder.observed_at };
    recorder.record(Fact {
        stream: stream.clone(),
        event: Event::Component(ComponentEvent { change, vendor_updated_at }),
        times,
        backfilled: context.backfilled,
    });
}
