//! A status page as the log knows it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbook_domain::event::UnreadDocument;
use signalbook_domain::page::{Health, partly_readable};
use signalbook_domain::status::{Sign, SignKind, Span};
use signalbook_domain::{Failure, Impact, OpenEnum, Platform, ReportKind, Timestamp};
use uuid::Uuid;

/// A page as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// The configured address.
    pub url: String,
    /// Where it answers from, if that is somewhere else.
    pub moved_to: Option<String>,
    /// Its software.
    pub platform: Option<OpenEnum<Platform>>,
    /// Since when it is watched.
    pub added_at: Timestamp,
    /// Whether it is watched.
    pub watched: bool,
    /// When it was removed; none while it is watched.
    pub removed_at: Option<Timestamp>,
    /// Since when it is readable or unreadable; none if it was never read.
    pub health_since: Option<Timestamp>,
    /// Why it is unreadable; none if it is not.
    pub failure: Option<Failure>,
    /// What exactly, in words.
    pub detail: Option<String>,
    /// The documents that cannot be read while others can.
    pub unread: Vec<UnreadDocument>,
    /// The last time in which nobody polled it for too long.
    pub unobserved: Option<Span>,
    /// The vendor's own summary of it.
    pub indicator: Option<IndicatorView>,
    /// Of what its documents contradict each other, by our id of it.
    pub disagreements: BTreeMap<Uuid, DisagreementView>,
    /// Since when it shows at least one sign of trouble that counts, without a break, by our
    /// polls; none if it shows none.
    pub signs_since: Option<Timestamp>,
    /// When it last showed some before it showed none; none if it never did.
    pub signs_ended: Option<Span>,
    /// When the signs that count last changed.
    pub signs_changed_at: Option<Timestamp>,
    /// The times in which it showed signs and no open incident counted, as far as they are over
    /// and may matter.
    pub signs_past: Vec<Span>,
}

/// The vendor's own summary of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorView {
    /// How bad it is.
    pub level: Impact,
    /// The vendor's word for that.
    pub raw: String,
    /// The same in the vendor's words.
    pub description: String,
    /// When a poll of ours first saw the word.
    pub seen_at: Timestamp,
}

/// Two documents of a page that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisagreementView {
    /// Of an incident or of a maintenance.
    pub kind: ReportKind,
    /// Its title.
    pub title: String,
    /// What each says, in words.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
}

impl PageView {
    /// A page that is watched from `added_at` on, and of which no more is known.
    pub fn new(url: String, added_at: Timestamp) -> Self {
        Self {
            url,
            moved_to: None,
            platform: None,
            added_at,
            watched: true,
            removed_at: None,
            health_since: None,
            failure: None,
            detail: None,
            unread: Vec::new(),
            unobserved: None,
            indicator: None,
            disagreements: BTreeMap::new(),
            signs_since: None,
            signs_ended: None,
            signs_changed_at: None,
            signs_past: Vec::new(),
        }
    }

    /// Whether it can be read, as the log knows it.
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
