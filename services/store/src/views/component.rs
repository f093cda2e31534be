//! A component and how it did.

use serde::{Deserialize, Serialize};
use signalbook_domain::{ComponentStatus, PageId, Position, Slug, Timestamp};
use uuid::Uuid;

/// One component as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentView {
    /// Our id.
    pub id: Uuid,
    /// Whose it is.
    pub provider: Slug,
    /// The page it stands on.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The group's name.
    pub group: Option<String>,
    /// How it does.
    pub status: ComponentStatus,
    /// The vendor's word for that.
    pub status_raw: String,
    /// Since when.
    pub since: Timestamp,
    /// The position of the event that began the current status.
    pub since_position: Position,
    /// Whether it is on the page.
    pub present: bool,
}

/// A stretch of time in which a component had one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusInterval {
    /// How it did.
    pub status: ComponentStatus,
    /// From when.
    pub start: Timestamp,
    /// Until when; none while it lasts.
    pub end: Option<Timestamp>,
}
