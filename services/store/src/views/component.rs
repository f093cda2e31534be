//! A component and its status over time.

use serde::{Deserialize, Serialize};
use signalbook_domain::{ComponentStatus, PageId, Position, Slug, Timestamp};
use uuid::Uuid;

/// The current state of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentView {
    /// Our id.
    pub id: Uuid,
    /// The provider.
    pub provider: Slug,
    /// The page that lists it.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The group's name.
    pub group: Option<String>,
    /// The current status.
    pub status: ComponentStatus,
    /// The vendor's word for the status.
    pub status_raw: String,
    /// When the current status began.
    pub since: Timestamp,
    /// The position of the event that started the current status.
    pub since_position: Position,
    /// Whether the page still lists it.
    pub present: bool,
}

/// An interval in which a component had one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusInterval {
    /// The status.
    pub status: ComponentStatus,
    /// The start.
    pub start: Timestamp,
    /// The end; none while the status lasts.
    pub end: Option<Timestamp>,
}
