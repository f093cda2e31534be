//! The mutable row per page, stored beside the log.

use std::time::Duration;

use signalbook_domain::observation::Slot;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{OpenEnum, PageId, Platform, Slug, Timestamp};

/// A page with its poll state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRow {
    /// The page.
    pub id: PageId,
    /// The provider of the page.
    pub provider: Slug,
    /// The provider's name.
    pub name: String,
    /// The configured address.
    pub url: String,
    /// The poll interval while nothing is wrong.
    pub interval: Duration,
    /// When watching began.
    pub added_at: Timestamp,
    /// Whether the page is watched.
    pub watched: bool,
    /// The platform, if detected.
    pub platform: Option<OpenEnum<Platform>>,
    /// The state that is carried from poll to poll.
    pub poll_state: PollState,
}

/// A position in the order in which page rows were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowVersion(pub u64);

/// A new state of a page's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionalPut {
    /// The new state.
    pub row: PageRow,
    /// The last slot of the row that the new state is based on; none if there was no row.
    pub expected: Option<Slot>,
}
