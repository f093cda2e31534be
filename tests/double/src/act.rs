//! Everything a vendor can do to its page.
//!
//! Resolving, reopening, explaining, starting and completing are all postings on the platform:
//! the status of the update decides. They have constructors of their own so that scripts read well.

use jiff::Timestamp;

use crate::{ComponentStatus, Document, Impact, Misprint, NewComponent, Status, Window};

/// One thing a vendor does at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Files an incident.
    Open(Opening),
    /// Announces planned work.
    Schedule(Scheduling),
    /// Moves planned work, with or without saying so in an update.
    Reschedule { maintenance: String, window: Window, update: Option<Posting> },
    /// Adds an update. The status goes with it, unless it is dated before the newest one.
    Post { incident: String, update: Posting },
    /// Adds an update whose status the incident's own does not follow.
    Remark { incident: String, update: Posting },
    /// Rewrites the text or the time shown of an update.
    EditUpdate {
        incident: String,
        update: String,
        body: Option<String>,
        display_at: Option<Timestamp>,
    },
    /// Takes an update back. The incident's status stays.
    RemoveUpdate { incident: String, update: String },
    /// Changes the status without an update.
    SetStatus { incident: String, status: Status },
    /// Changes the title.
    Retitle { incident: String, title: String },
    /// Changes the impact.
    ChangeImpact { incident: String, impact: Impact },
    /// Replaces the list of components.
    ChangeComponents { incident: String, components: Vec<String> },
    /// Corrects the times; what is `None` stays.
    ChangeTimes { incident: String, started_at: Option<Timestamp>, resolved_at: Option<Timestamp> },
    /// Deletes an incident or cancels a maintenance: the page no longer shows it.
    Delete { incident: String },
    /// Brings a deleted one back.
    Restore { incident: String },
    /// Sets a component's status by hand.
    SetComponent { component: String, status: ComponentStatus },
    /// Renames a component or a group.
    Rename { component: String, name: String },
    /// Moves a component into another group, or out of all groups.
    Move { component: String, group: Option<String> },
    /// Adds a component or a group.
    AddComponent(NewComponent),
    /// Removes a component or a group; children of a group stand alone afterwards.
    RemoveComponent { component: String },
    /// Sets the word at the top of the page by hand, or lets it follow the components again.
    SetIndicator { indicator: Option<Impact> },
    /// Shows an incident otherwise in one document, or as it is again. Nothing of the incident says
    /// that it changed.
    Misprint { document: Document, incident: String, misprint: Option<Misprint> },
    /// Puts another page in the place of this one, with the same past under other ids.
    Rebuild { page_id: String },
}

impl Act {
    /// Adds an update.
    pub fn post(incident: impl Into<String>, update: Posting) -> Self {
        Self::Post { incident: incident.into(), update }
    }

    /// Closes an incident with an update.
    pub fn resolve(incident: &str, update: &str, body: &str) -> Self {
        Self::post(incident, Posting::new(update, Status::Resolved, body))
    }

    /// Explains a closed incident.
    pub fn postmortem(incident: &str, update: &str, body: &str) -> Self {
        Self::post(incident, Posting::new(update, Status::Postmortem, body))
    }

    /// Opens a closed incident again.
    pub fn reopen(incident: &str, update: &str, body: &str) -> Self {
        Self::post(incident, Posting::new(update, Status::Investigating, body))
    }

    /// Begins planned work.
    pub fn start(maintenance: &str, update: &str, body: &str) -> Self {
        Self::post(maintenance, Posting::new(update, Status::InProgress, body))
    }

    /// Says that planned work is being checked.
    pub fn verify(maintenance: &str, update: &str, body: &str) -> Self {
        Self::post(maintenance, Posting::new(update, Status::Verifying, body))
    }

    /// Ends planned work.
    pub fn complete(maintenance: &str, update: &str, body: &str) -> Self {
        Self::post(maintenance, Posting::new(update, Status::Completed, body))
    }
}

/// A new incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The platform's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its impact.
    pub impact: Impact,
    /// Its status, if no update says it.
    pub status: Status,
    /// When it began; the time of filing if absent.
    pub started_at: Option<Timestamp>,
    /// When the vendor claims to have filed it; the time of the act if absent.
    pub created_at: Option<Timestamp>,
    /// The ids of its components.
    pub components: Vec<String>,
    /// Its first updates, oldest first: none, one, or all of a story told afterwards.
    pub updates: Vec<Posting>,
}

impl Opening {
    /// An incident under investigation, without components and updates.
    pub fn new(id: impl Into<String>, title: impl Into<String>, impact: Impact) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            impact,
            status: Status::Investigating,
            started_at: None,
            created_at: None,
            components: Vec::new(),
            updates: Vec::new(),
        }
    }

    /// With the time it began.
    #[must_use]
    pub fn started_at(mut self, at: Timestamp) -> Self {
        self.started_at = Some(at);
        self
    }

    /// With a time of filing other than the time of the act.
    #[must_use]
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.created_at = Some(at);
        self
    }

    /// With one more component.
    #[must_use]
    pub fn component(mut self, id: impl Into<String>) -> Self {
        self.components.push(id.into());
        self
    }

    /// With one more update.
    #[must_use]
    pub fn update(mut self, update: Posting) -> Self {
        self.updates.push(update);
        self
    }
}

/// Newly announced work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduling {
    /// The platform's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it is to be done.
    pub window: Window,
    /// The ids of its components.
    pub components: Vec<String>,
    /// Its first update.
    pub update: Option<Posting>,
}

/// An update to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The platform's id.
    pub id: String,
    /// The status it announces.
    pub status: Status,
    /// Its text.
    pub body: String,
    /// The time to show beside it; the time of the act if absent.
    pub display_at: Option<Timestamp>,
    /// The components it sets, each with its new status.
    pub affects: Vec<(String, ComponentStatus)>,
}

impl Posting {
    /// An update that is dated by the time of its posting and sets no component.
    pub fn new(id: impl Into<String>, status: Status, body: impl Into<String>) -> Self {
        Self { id: id.into(), status, body: body.into(), display_at: None, affects: Vec::new() }
    }

    /// With a time shown other than the time of posting.
    #[must_use]
    pub fn display_at(mut self, at: Timestamp) -> Self {
        self.display_at = Some(at);
        self
    }

    /// With a new status for a component.
    #[must_use]
    pub fn affects(mut self, component: impl Into<String>, status: ComponentStatus) -> Self {
        self.affects.push((component.into(), status));
        self
    }
}
