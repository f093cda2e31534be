//! The state of a status page according to the log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbook_domain::event::UnreadDocument;
use signalbook_domain::page::{Health, partly_readable};
use signalbook_domain::status::{Sign, SignKind, Span};
use signalbook_domain::{Failure, Impact, OpenEnum, Platform, ReportKind, Timestamp};
use uuid::Uuid;

/// The state of a page according to the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// The configured address.
    pub url: String,
    /// The address that answers, if it differs from the configured one.
    pub moved_to: Option<String>,
    /// The platform, if detected.
    pub platform: Option<OpenEnum<Platform>>,
    /// When watching began.
    pub added_at: Timestamp,
    /// Whether the page is watched.
    pub watched: bool,
    /// When the page was removed; none while it is watched.
    pub removed_at: Option<Timestamp>,
    /// When the page became readable or unreadable; none if it was never read.
    pub health_since: Option<Timestamp>,
    /// Why the page is unreadable; none if it is readable.
    pub failure: Option<Failure>,
    /// Details of the failure, as text.
    pub detail: Option<String>,
    /// The documents that cannot be read while others can.
    pub unread: Vec<UnreadDocument>,
    /// The last span that was too long without a poll.
    pub unobserved: Option<Span>,
    /// The vendor's own summary of the page.
    pub indicator: Option<IndicatorView>,
    /// Contradictions between documents, by our id of the report.
    pub disagreements: BTreeMap<Uuid, DisagreementView>,
    /// When the current unbroken series of polls with a sign that counts began; none if there is no
    /// sign.
    pub signs_since: Option<Timestamp>,
    /// The last such series that is over; none if there was none.
    pub signs_ended: Option<Span>,
    /// When the signs that count last changed.
    pub signs_changed_at: Option<Timestamp>,
    /// Past spans in which the page showed signs while no open incident counted, as far as they may
    /// still matter.
    pub signs_past: Vec<Span>,
}

/// The vendor's own summary of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorView {
    /// The impact.
    pub level: Impact,
    /// The vendor's word for the impact.
    pub raw: String,
    /// The vendor's description of it.
    pub description: String,
    /// When one of our polls first saw the word.
    pub seen_at: Timestamp,
}

/// Two documents of a page that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisagreementView {
    /// Whether the report is an incident or a maintenance.
    pub kind: ReportKind,
    /// The title of the report.
    pub title: String,
    /// What each document says, as text.
    pub detail: String,
    /// When the contradiction began.
    pub since: Timestamp,
}

impl PageView {
    /// Creates a page that is watched from `added_at` on and of which nothing else is known.
    pub fn new(url: String, added_at: Timestamp) -> Self {
        Self { url, added_at, watched: true, ..Self::default() }
    }

    /// The health of the page according to the log.
    pub fn health(&self) -> Health {
        match (self.health_since, self.failure) {
            (None, _) => Health::Unread,
            (Some(since), Some(failure)) => Health::Unreadable { since, failure },
            (Some(since), None) if self.unread.is_empty() => Health::Readable { since },
            (Some(since), None) => partly_readable(&self.unread, since),
        }
    }
}

impl IndicatorView {
    pub(super) fn sign(&self) -> Sign {
        Sign {
            kind: SignKind::Indicator,
            id: None,
            name: self.description.clone(),
            group: None,
            word: self.raw.clone(),
            impact: self.level,
            since: self.seen_at,
        }
    }
}
