//! The state of a component, folded from its stream.

use std::collections::BTreeSet;

use crate::event::{ComponentChange, ComponentEvent, Group};
use crate::report::digest;
use crate::snapshot::Parsed;
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
    /// The status.
    pub status: Parsed<ComponentStatus>,
    /// Whether it is on the page.
    pub present: bool,
    /// The newest vendor time of change that was folded.
    pub vendor_updated_at: Option<Timestamp>,
    /// Digests of earlier values of its fields.
    earlier: BTreeSet<u64>,
}

/// A value of a component's field, to be recognised when it returns.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// The name.
    Name(&'a str),
    /// The group.
    Group(Option<&'a Group>),
    /// The status, in the vendor's word.
    Status(&'a str),
}

impl Value<'_> {
    /// Returns a digest that identifies the field and its value.
    pub fn digest(&self) -> u64 {
        match self {
            Self::Name(name) => digest(&["name", name]),
            Self::Group(None) => digest(&["group"]),
            Self::Group(Some(group)) => digest(&["group", &group.external_id, &group.name]),
            Self::Status(raw) => digest(&["status", raw]),
        }
    }
}

impl Component {
    /// Whether the field had this value before. The current value is not checked.
    pub fn returns_to(&self, value: Value<'_>) -> bool {
        self.earlier.contains(&value.digest())
    }

    /// Folds one event into the known component; `None` stands for a component without events.
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
                component.earlier.insert(Value::Status(&component.status.raw).digest());
                component.status = status.clone();
            }
            ComponentChange::Renamed { name } => {
                component.earlier.insert(Value::Name(&component.name).digest());
                component.name.clone_from(name);
            }
            ComponentChange::Moved { group } => {
                component.earlier.insert(Value::Group(component.group.as_ref()).digest());
                component.group.clone_from(group);
            }
            ComponentChange::Removed => component.present = false,
        }
        component.vendor_updated_at = newest(component.vendor_updated_at);
        Some(component)
    }
}
