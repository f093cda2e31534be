//! What a vendor's page shows at one moment, before it is written as a document.

use jiff::Timestamp;

use crate::{ComponentStatus, Document, Impact, Status};

/// The state of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The platform's id of the page.
    pub id: String,
    /// The vendor's name.
    pub name: String,
    /// When an act last touched the page.
    pub updated_at: Timestamp,
    /// Groups and components, in the order of their creation.
    pub components: Vec<Component>,
    /// Incidents of any status, in the order of their opening, without the deleted ones.
    pub incidents: Vec<Incident>,
    /// Maintenances of any status, in the order of their announcement, without the deleted ones.
    pub maintenances: Vec<Incident>,
    /// What was deleted and may be restored: the vendor shows none of it.
    pub deleted: Vec<Incident>,
    /// The word at the top, if it does not follow the components.
    pub indicator: Option<Impact>,
    /// What single documents show otherwise than it is, with the id of the incident.
    pub misprints: Vec<(Document, String, Misprint)>,
}

/// How one document shows an incident or a maintenance, while the page knows better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misprint {
    /// With another status.
    Status(Status),
    /// As it was at an earlier time.
    AsOf(Timestamp),
    /// Not at all.
    Hidden,
    /// Without its title.
    NoTitle,
    /// With a text in the place of its updates.
    NoUpdates,
    /// Without anything that identifies it.
    Anonymous,
}

impl Page {
    /// The incident or maintenance with this id, if the page shows it.
    pub fn incident(&self, id: &str) -> Option<&Incident> {
        self.incidents.iter().chain(&self.maintenances).find(|incident| incident.id == id)
    }

    /// The component or group with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }

    /// The components of a group, in order.
    pub fn children<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Component> {
        self.components.iter().filter(move |child| child.group_id.as_deref() == Some(group))
    }

    /// The status a component shows: for a group the worst of its children, else its own.
    pub fn shown_status(&self, component: &Component) -> ComponentStatus {
        if !component.is_group {
            return component.status;
        }
        self.children(&component.id)
            .map(|child| child.status)
            .max_by_key(|status| status.rank())
            .unwrap_or(ComponentStatus::Operational)
    }

    /// The incidents that the vendor has not closed.
    pub fn unresolved(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.iter().filter(|incident| !incident.status.is_closed())
    }
}

/// A component, or a group of components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The platform's id.
    pub id: String,
    /// The vendor's name for it: not unique.
    pub name: String,
    /// Its own status; a group's is read with [`Page::shown_status`].
    pub status: ComponentStatus,
    /// The group it stands in.
    pub group_id: Option<String>,
    /// Whether it is a group.
    pub is_group: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When an act last touched it.
    pub updated_at: Timestamp,
}

/// A component to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComponent {
    /// The platform's id.
    pub id: String,
    /// The vendor's name for it.
    pub name: String,
    /// The group it stands in.
    pub group_id: Option<String>,
    /// Whether it is a group.
    pub is_group: bool,
}

/// An incident, or, with a window, a maintenance: the platform keeps both in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The platform's id.
    pub id: String,
    /// Its present title.
    pub title: String,
    /// Its present status.
    pub status: Status,
    /// Its present impact.
    pub impact: Impact,
    /// When it began, in the vendor's words.
    pub started_at: Timestamp,
    /// When it was filed.
    pub created_at: Timestamp,
    /// When an act last touched it.
    pub updated_at: Timestamp,
    /// When it last went to `monitoring`.
    pub monitoring_at: Option<Timestamp>,
    /// When it was resolved or completed, if it still is.
    pub resolved_at: Option<Timestamp>,
    /// The ids of its components.
    pub components: Vec<String>,
    /// Its updates, in the order in which they were posted.
    pub updates: Vec<Update>,
    /// When the planned work is to be done; only maintenances have it.
    pub window: Option<Window>,
}

impl Incident {
    /// Its updates as the page lists them: newest first by the time shown, then by posting.
    pub fn newest_first(&self) -> Vec<&Update> {
        let mut updates: Vec<&Update> = self.updates.iter().rev().collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.shown_at()));
        updates
    }
}

/// One update of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The platform's id.
    pub id: String,
    /// The status it announces.
    pub status: Status,
    /// Its present text.
    pub body: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When it was posted or last edited.
    pub updated_at: Timestamp,
    /// The time shown beside it; postmortems have none.
    pub display_at: Option<Timestamp>,
    /// The components it speaks of, with what it did to them.
    pub affected: Vec<Affected>,
}

impl Update {
    /// The time by which it is ordered.
    pub fn shown_at(&self) -> Timestamp {
        self.display_at.unwrap_or(self.created_at)
    }
}

/// What an update did to a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The component's id.
    pub code: String,
    /// The component's name at that time, behind its group's: `"Group - Component"`.
    pub name: String,
    /// Its status before.
    pub old_status: ComponentStatus,
    /// Its status since.
    pub new_status: ComponentStatus,
}

/// When planned work is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it is to begin.
    pub from: Timestamp,
    /// When it is to end.
    pub until: Timestamp,
}
