//! The facts of the log, in the past tense. Nothing else is ever recorded.

pub mod kind;

pub use kind::EventKind;

use crate::id::{PageId, Slug, StreamId, StreamKind};
use crate::snapshot::Said;
use crate::time::Timestamp;
use crate::words::{ComponentStatus, Failure, Impact, Phase, Platform};

/// An event with its times, before it has a place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Whose history it belongs to.
    pub stream: StreamId,
    /// What happened.
    pub event: Event,
    /// When.
    pub times: Times,
    /// Whether it was learned from history instead of being seen to happen.
    pub backfilled: bool,
}

/// Three of the four times of an event; the fourth is set when it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it happened, as the vendor claims. May be absent or wrong.
    pub occurred_at: Option<Timestamp>,
    /// The time that the vendor shows beside it.
    pub published_at: Option<Timestamp>,
    /// When our poll saw it.
    pub observed_at: Timestamp,
}

impl Times {
    /// The best answer to "when": the vendor's claim, else what it shows, else our poll.
    pub fn effective(&self) -> Timestamp {
        self.occurred_at.or(self.published_at).unwrap_or(self.observed_at)
    }
}

/// What happened, by the kind of stream that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// To a page.
    Page(PageEvent),
    /// To a component.
    Component(ComponentEvent),
    /// To an incident.
    Incident(ReportEvent),
    /// To a maintenance.
    Maintenance(ReportEvent),
}

impl Event {
    /// The kind of stream that this event belongs to.
    pub fn stream_kind(&self) -> StreamKind {
        match self {
            Self::Page(_) => StreamKind::Page,
            Self::Component(_) => StreamKind::Component,
            Self::Incident(_) => StreamKind::Incident,
            Self::Maintenance(_) => StreamKind::Maintenance,
        }
    }
}

/// What happened to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// Somebody wants it watched.
    Added {
        /// The provider's name.
        name: String,
        /// The configured address.
        url: String,
    },
    /// Its software is known.
    PlatformDetected {
        /// Which.
        platform: Platform,
    },
    /// It cannot be read: what its provider does is not known.
    Unreadable {
        /// Why.
        failure: Failure,
        /// What exactly, in words.
        detail: String,
        /// The first of the polls that failed.
        since: Timestamp,
    },
    /// It can be read.
    Readable,
    /// It answers from another address.
    Moved {
        /// The address.
        url: String,
    },
    /// Nobody wants it watched any more.
    Removed,
}

/// A group of components, as the page names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The vendor's id.
    pub external_id: String,
    /// The name.
    pub name: String,
}

/// What happened to a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentEvent {
    /// What changed.
    pub change: ComponentChange,
    /// When the vendor last changed the component, as it said with this.
    pub vendor_updated_at: Option<Timestamp>,
}

/// What changed about a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComponentChange {
    /// It is on the page.
    Added {
        /// The page.
        page: PageId,
        /// The vendor's id.
        external_id: String,
        /// The name.
        name: String,
        /// The group.
        group: Option<Group>,
        /// How it does.
        status: Said<ComponentStatus>,
    },
    /// It does better or worse.
    StatusChanged {
        /// How it does.
        status: Said<ComponentStatus>,
    },
    /// It has another name.
    Renamed {
        /// The name.
        name: String,
    },
    /// It is in another group, or its group has another name.
    Moved {
        /// The group.
        group: Option<Group>,
    },
    /// It is no longer on the page.
    Removed,
}

/// What happened to an incident or a maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportEvent {
    /// What changed.
    pub change: ReportChange,
    /// When the vendor last changed the report, as it said with this.
    pub vendor_updated_at: Option<Timestamp>,
}

/// A component that a report names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// Our id of the component.
    pub id: uuid::Uuid,
    /// Its name at that time.
    pub name: String,
    /// Its group's name at that time.
    pub group: Option<String>,
}

/// The first fact of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The page it stands on.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// How bad it is.
    pub impact: Said<Impact>,
    /// Where a person can read it.
    pub url: Option<String>,
    /// The affected components.
    pub affected: Vec<Affected>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// When planned work should begin and end.
    pub planned: Planned,
}

/// The window of planned work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// When it should begin.
    pub from: Option<Timestamp>,
    /// When it should end.
    pub until: Option<Timestamp>,
}

/// What changed about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportChange {
    /// It is on the page.
    Opened(Opened),
    /// An update was posted, or the vendor's status changed without one.
    Entered {
        /// The phase that it announces.
        phase: Said<Phase>,
        /// The update's id; none if the status changed without an update.
        update: Option<String>,
        /// The update's text.
        body: String,
        /// Whether the report is in that phase from here on. A backdated update enters the
        /// timeline at its time and changes no phase.
        sets_phase: bool,
    },
    /// The vendor rewrote an update.
    UpdateEdited {
        /// Which.
        update: String,
        /// The phase that it now announces.
        phase: Said<Phase>,
        /// The text it now has.
        body: String,
    },
    /// The vendor took an update away.
    UpdateRemoved {
        /// Which.
        update: String,
    },
    /// It has another title.
    Retitled {
        /// The title.
        title: String,
    },
    /// The vendor claims other times for it.
    Retimed {
        /// When it began.
        started_at: Option<Timestamp>,
        /// When it ended.
        resolved_at: Option<Timestamp>,
    },
    /// It is said to be better or worse.
    ImpactChanged {
        /// How bad it is.
        impact: Said<Impact>,
    },
    /// It affects other components.
    ComponentsChanged {
        /// All that are affected.
        affected: Vec<Affected>,
    },
    /// The vendor deleted it.
    Withdrawn,
    /// The vendor shows it again.
    Reappeared,
    /// It is caused by another provider, whose report the vendor links to.
    ProviderLinked {
        /// The link.
        url: String,
        /// The other provider, if one of its pages is watched.
        provider: Option<Slug>,
    },
    /// Planned work has another window.
    Rescheduled(Planned),
}
