//! Components and their status intervals.

use signalbook_domain::event::{ComponentChange, Fact};
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{ComponentStatus, Position};
use signalbook_store::views::{ComponentView, Rows, StatusInterval};

pub(super) fn apply(rows: &mut Rows, fact: &Fact, change: &ComponentChange, position: Position) {
    let id = fact.stream.id;
    let known = rows.components.remove(&id);
    let component = match (known, change) {
        (known, ComponentChange::Added { page, external_id, name, group, status }) => {
            if let Some(before) = known {
                end(rows, &before, fact);
            }
            let component = ComponentView {
                id,
                provider: fact.stream.provider.clone(),
                page: *page,
                external_id: external_id.clone(),
                name: name.clone(),
                group: group.as_ref().map(|group| group.name.clone()),
                status: status.value,
                status_raw: status.raw.clone(),
                since: fact.times.effective(),
                since_position: position,
                present: true,
            };
            begin(rows, &component);
            component
        }
        (Some(known), change) => changed(rows, known, fact, change, position),
        (None, _) => return,
    };
    rows.components.insert(id, component);
}

fn changed(
    rows: &mut Rows,
    mut component: ComponentView,
    fact: &Fact,
    change: &ComponentChange,
    position: Position,
) -> ComponentView {
    match change {
        ComponentChange::Added { .. } => {}
        ComponentChange::StatusChanged { status } => {
            enter(rows, &mut component, fact, status, position);
        }
        ComponentChange::Renamed { name } => component.name.clone_from(name),
        ComponentChange::Moved { group } => {
            component.group = group.as_ref().map(|group| group.name.clone());
        }
        ComponentChange::Removed => {
            end(rows, &component, fact);
            component.present = false;
        }
    }
    component
}

fn enter(
    rows: &mut Rows,
    component: &mut ComponentView,
    fact: &Fact,
    status: &Parsed<ComponentStatus>,
    position: Position,
) {
    end(rows, component, fact);
    component.status = status.value;
    component.status_raw.clone_from(&status.raw);
    component.since = fact.times.effective();
    component.since_position = position;
    begin(rows, component);
}

fn begin(rows: &mut Rows, component: &ComponentView) {
    let interval = StatusInterval { status: component.status, start: component.since, end: None };
    rows.intervals.insert((component.id, component.since_position), interval);
}

/// Ends the current interval, if any; it never ends before it began.
fn end(rows: &mut Rows, component: &ComponentView, fact: &Fact) {
    if component.present {
        let end = Some(fact.times.effective().max(component.since));
        let interval = StatusInterval { status: component.status, start: component.since, end };
        rows.intervals.insert((component.id, component.since_position), interval);
    }
}
