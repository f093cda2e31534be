//! The facts of the log, in the past tense. Nothing else is ever recorded.

pub mod kind;

pub use kind::EventKind;

use serde::{Deserialize, Serialize};

use crate::id::{PageId, StreamId, StreamKind};
use crate::open_enum::OpenEnum;
use crate::snapshot::{Indicator, Parsed};
use crate::time::{Timestamp, credible};
use crate::words::{ComponentStatus, Document, Failure, Impact, Phase, Platform};

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
    /// The best answer to "when": the vendor's claim, else what it shows, else our poll. A claim
    /// that cannot be true is none.
    pub fn effective(&self) -> Timestamp {
        let credible = |claimed| credible(claimed, self.observed_at);
        credible(self.occurred_at).or(credible(self.published_at)).unwrap_or(self.observed_at)
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
        /// What it was before, if that was known.
        from: Option<OpenEnum<Platform>>,
        /// What it is.
        platform: OpenEnum<Platform>,
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
    /// It can be read, but for some of its documents.
    PartlyReadable {
        /// Those that cannot be read.
        documents: Vec<UnreadDocument>,
    },
    /// Nobody polled it for so long that nothing can be said of that time.
    Unobserved {
        /// When the last good poll before became too old.
        from: Timestamp,
        /// When it was polled again.
        until: Timestamp,
    },
    /// The vendor's own summary of the page has changed.
    IndicatorChanged(Indicator),
    /// It answers from another address.
    Moved {
        /// The address.
        url: String,
    },
    /// The vendor has put another page in its place.
    Replaced {
        /// The vendor's id of the page before.
        from: String,
        /// The vendor's id of the page now; empty if it has none.
        to: String,
        /// Where it answers.
        url: String,
    },
    /// Two of its documents have contradicted each other for a while.
    Disagreement {
        /// Of what.
        subject: StreamId,
        /// What each says, in words.
        detail: String,
    },
    /// They agree again.
    Agreement {
        /// Of what.
        subject: StreamId,
    },
    /// Nobody wants it watched any more.
    Removed,
}

/// A document of a page that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadDocument {
    /// Which.
    pub document: OpenEnum<Document>,
    /// Why.
    pub failure: Failure,
    /// What exactly, in words.
    pub detail: String,
    /// The first of the polls that failed.
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
        status: Parsed<ComponentStatus>,
    },
    /// It does better or worse.
    StatusChanged {
        /// How it does.
        status: Parsed<ComponentStatus>,
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
    pub impact: Parsed<Impact>,
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

/// An end that the vendor did not announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inferred {
    /// The last poll that listed the report as open.
    pub last_listed_at: Timestamp,
    /// The first poll that did not: when it ended, as far as is known.
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
        /// The update's id; none if the status changed without an update.
        update: Option<String>,
        /// The update's text.
        body: String,
        /// Whether the report is in that phase from here on. A backdated update enters the
        /// timeline at its time and changes no phase.
        sets_phase: bool,
        /// That nobody announced it: the report is not listed as open any more.
        inferred: Option<Inferred>,
    },
    /// The vendor rewrote an update.
    UpdateEdited {
        /// Which.
        update: String,
        /// The phase that it now announces.
        phase: Parsed<Phase>,
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
        impact: Parsed<Impact>,
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
    /// The vendor shows it under another id, after it has replaced the page.
    Continued {
        /// The id.
        external_id: String,
    },
    /// It is caused by another provider, whose report the vendor links to.
    ProviderLinked {
        /// The link.
        url: String,
    },
    /// Planned work has another window.
    Rescheduled(Planned),
}
