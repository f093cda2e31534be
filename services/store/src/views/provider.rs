//! A provider with its pages and what is open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbook_domain::page::Health;
use signalbook_domain::status::Status;
use signalbook_domain::{Failure, Impact, PageId, Phase, Platform, Slug, Timestamp};
use uuid::Uuid;

/// One provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// The short name.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// Its pages.
    pub pages: BTreeMap<PageId, PageView>,
    /// Its incidents and planned works that are not over.
    pub open: BTreeMap<Uuid, OpenReport>,
    /// What its reports say that it does, whether or not its pages can be read now.
    pub reported: Status,
    /// Since when they say so.
    pub reported_since: Timestamp,
    /// When the last of its reports ended, as far as they have: since then it is up, if it is.
    pub quiet_since: Option<Timestamp>,
}

/// A page as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// The configured address.
    pub url: String,
    /// Where it answers from, if that is somewhere else.
    pub moved_to: Option<String>,
    /// Its software.
    pub platform: Option<Platform>,
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
}

impl PageView {
    /// Whether it can be read, as the log knows it.
    pub fn health(&self) -> Health {
        match (self.health_since, self.failure) {
            (None, _) => Health::Unread,
            (Some(since), None) => Health::Readable { since },
            (Some(since), Some(failure)) => Health::Unreadable { since, failure },
        }
    }
}

/// A report that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReport {
    /// Whether it is planned work.
    pub is_maintenance: bool,
    /// The page it stands on.
    pub page: PageId,
    /// The title.
    pub title: String,
    /// How bad it is.
    pub impact: Impact,
    /// Where it stands.
    pub phase: Phase,
    /// When it began, or should begin.
    pub started_at: Timestamp,
}
