//! The one mutable row per page that stands beside the log.

use std::time::Duration;

use signalbook_domain::observation::Slot;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{OpenEnum, PageId, Platform, Slug, Timestamp};

/// A page with what is remembered of polling it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRow {
    /// The page.
    pub id: PageId,
    /// Whose it is.
    pub provider: Slug,
    /// The provider's name.
    pub name: String,
    /// The configured address.
    pub url: String,
    /// How often it is polled when nothing is wrong.
    pub interval: Duration,
    /// Since when it is watched.
    pub added_at: Timestamp,
    /// Whether it is watched.
    pub watched: bool,
    /// Its software, if detected.
    pub platform: Option<OpenEnum<Platform>>,
    /// What is remembered from poll to poll.
    pub poll_state: PollState,
}

/// How far a reader of rows has read, in the order in which they were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowVersion(pub u64);

/// A new state of a page's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionalPut {
    /// The new state.
    pub row: PageRow,
    /// The last slot in the row that the new state was made from; none if there was no row.
    pub expected: Option<Slot>,
}
