//! The state of a component, folded from its stream.

use std::collections::BTreeSet;

use crate::event::{ComponentChange, ComponentEvent, Group};
use crate::snapshot::Said;
use crate::time::Timestamp;
use crate::words::ComponentStatus;

/// One component of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The vendor's id.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The group.
    pub group: Option<Group>,
    /// How it does.
    pub status: Said<ComponentStatus>,
    /// Whether it is on the page.
    pub present: bool,
    /// The vendor's newest time of change that was folded.
    pub vendor_updated_at: Option<Timestamp>,
    /// Statuses that it had before, in the vendor's words.
    pub earlier: BTreeSet<String>,
}

impl Component {
    /// Folds one event into what was known; `None` is a component never heard of.
    pub fn evolve(known: Option<Self>, event: &ComponentEvent) -> Option<Self> {
        let newest = |known: Option<Timestamp>| known.max(event.vendor_updated_at);
        let mut component = match (known, &event.change) {
            (known, ComponentChange::Added { external_id, name, group, status, .. }) => Self {
                external_id: external_id.clone(),
                name: name.clone(),
                group: group.clone(),
                status: status.clone(),
                present: true,
                vendor_updated_at: known.as_ref().and_then(|known| known.vendor_updated_at),
                earlier: known.map(|known| known.earlier).unwrap_or_default(),
            },
            (Some(known), _) => known,
            (None, _) => return None,
        };
        match &event.change {
            ComponentChange::Added { .. } => {}
            ComponentChange::StatusChanged { status } => {
                let before = std::mem::replace(&mut component.status, status.clone());
                component.earlier.insert(before.raw);
            }
            ComponentChange::Renamed { name } => component.name.clone_from(name),
            ComponentChange::Moved { group } => component.group.clone_from(group),
            ComponentChange::Removed => component.present = false,
        }
        component.vendor_updated_at = newest(component.vendor_updated_at);
        Some(component)
    }
}
