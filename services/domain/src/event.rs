//! The facts of the log, in the past tense. Nothing else is recorded.

pub mod kind;

pub use kind::EventKind;

use serde::{Deserialize, Serialize};

use crate::id::{PageId, StreamId, StreamKind};
use crate::open_enum::OpenEnum;
use crate::snapshot::{Indicator, Parsed};
use crate::time::{Timestamp, credible};
use crate::words::{ComponentStatus, Document, Failure, Impact, Phase, Platform};

/// An event with its times, before it has a position in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The stream that it belongs to.
    pub stream: StreamId,
    /// What happened.
    pub event: Event,
    /// The times.
    pub times: Times,
    /// Whether it was read from history rather than observed as it happened.
    pub backfilled: bool,
}

/// Three of the four times of an event; the fourth is set when it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it happened, as the vendor claims. May be absent or wrong.
    pub occurred_at: Option<Timestamp>,
    /// The time that the vendor shows beside it.
    pub published_at: Option<Timestamp>,
    /// When our poll observed it.
    pub observed_at: Timestamp,
}

impl Times {
    /// Returns the best known time: the vendor's claim, else the shown time, else our poll's.
    /// Claims that are not credible are ignored.
    pub fn effective(&self) -> Timestamp {
        let credible = |claimed| credible(claimed, self.observed_at);
        credible(self.occurred_at).or(credible(self.published_at)).unwrap_or(self.observed_at)
    }
}

/// What happened, by kind of stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An event of a page.
    Page(PageEvent),
    /// An event of a component.
    Component(ComponentEvent),
    /// An event of an incident.
    Incident(ReportEvent),
    /// An event of a maintenance.
    Maintenance(ReportEvent),
}

impl Event {
    /// Returns the kind of stream that this event belongs to.
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
    /// The page was configured to be watched.
    Added {
        /// The provider's name.
        name: String,
        /// The configured address.
        url: String,
    },
    /// Its platform was detected.
    PlatformDetected {
        /// The previous platform, if it was known.
        from: Option<OpenEnum<Platform>>,
        /// The platform.
        platform: OpenEnum<Platform>,
    },
    /// The page cannot be read: its provider's state is unknown.
    Unreadable {
        /// The kind of failure.
        failure: Failure,
        /// The failure in words.
        detail: String,
        /// The time of the first failed poll.
        since: Timestamp,
    },
    /// The page can be read.
    Readable,
    /// Only some of its documents can be read.
    PartlyReadable {
        /// The documents that cannot be read.
        documents: Vec<UnreadDocument>,
    },
    /// The page was not polled for so long that nothing is known of that time.
    Unobserved {
        /// When the last good poll before became too old.
        from: Timestamp,
        /// When it was polled again.
        until: Timestamp,
    },
    /// The vendor's own summary of the page changed.
    IndicatorChanged(Indicator),
    /// The page answers from another address.
    Moved {
        /// The address.
        url: String,
    },
    /// The vendor replaced the page with another one.
    Replaced {
        /// The vendor's id of the old page.
        from: String,
        /// The vendor's id of the new page; empty if it has none.
        to: String,
        /// The address of the new page.
        url: String,
    },
    /// Two of its documents have contradicted each other for a while.
    Disagreement {
        /// The report on which they differ.
        subject: StreamId,
        /// What each document states, in words.
        detail: String,
    },
    /// The documents agree again.
    Agreement {
        /// The report on which they agree.
        subject: StreamId,
    },
    /// The page is no longer configured to be watched.
    Removed,
}

/// A document of a page that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadDocument {
    /// The document.
    pub document: OpenEnum<Document>,
    /// The kind of failure.
    pub failure: Failure,
    /// The failure in words.
    pub detail: String,
    /// The time of the first failed poll.
    pub since: Timestamp,
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
    /// When the vendor last changed the component, as stated with this change.
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
        /// The status.
        status: Parsed<ComponentStatus>,
    },
    /// Its status changed.
    StatusChanged {
        /// The new status.
        status: Parsed<ComponentStatus>,
    },
    /// Its name changed.
    Renamed {
        /// The new name.
        name: String,
    },
    /// It is in another group, or its group was renamed.
    Moved {
        /// The new group.
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
    /// When the vendor last changed the report, as stated with this change.
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
    /// The page that shows it.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// The impact.
    pub impact: Parsed<Impact>,
    /// The address of its page for people.
    pub url: Option<String>,
    /// The affected components.
    pub affected: Vec<Affected>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// The window of planned work.
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

/// An end that the vendor did not announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inferred {
    /// When a poll last listed the report as open.
    pub last_listed_at: Timestamp,
    /// When a poll first did not list it: its end, as far as is known.
    pub first_missing_at: Timestamp,
}

/// What changed about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportChange {
    /// It is on the page.
    Opened(Opened),
    /// An update was posted, or the vendor's status changed without one.
    Entered {
        /// The phase that it announces.
        phase: Parsed<Phase>,
        /// The id of the update; `None` if the status changed without one.
        update: Option<String>,
        /// The update's text.
        body: String,
        /// Whether the report is in that phase from here on. A backdated update enters the timeline
        /// at its time and changes no phase.
        sets_phase: bool,
        /// Set if the end is inferred: the report is no longer listed as open.
        inferred: Option<Inferred>,
    },
    /// The vendor edited an update.
    UpdateEdited {
        /// The id of the update.
        update: String,
        /// The new phase that it announces.
        phase: Parsed<Phase>,
        /// The new text.
        body: String,
    },
    /// The vendor removed an update.
    UpdateRemoved {
        /// The id of the update.
        update: String,
    },
    /// Its title changed.
    Retitled {
        /// The new title.
        title: String,
    },
    /// The vendor's claimed times changed.
    Retimed {
        /// When it began.
        started_at: Option<Timestamp>,
        /// When it ended.
        resolved_at: Option<Timestamp>,
    },
    /// Its impact changed.
    ImpactChanged {
        /// The new impact.
        impact: Parsed<Impact>,
    },
    /// The affected components changed.
    ComponentsChanged {
        /// All affected components.
        affected: Vec<Affected>,
    },
    /// The vendor deleted it.
    Withdrawn,
    /// The vendor shows it again.
    Reappeared,
    /// The vendor's new page shows it, possibly under another id.
    Continued {
        /// The vendor's id on the new page.
        external_id: String,
    },
    /// Another provider caused it; the vendor links to that provider's report.
    ProviderLinked {
        /// The link.
        url: String,
    },
    /// The window of planned work changed.
    Rescheduled(Planned),
}
