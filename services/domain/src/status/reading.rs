//! Whether a page can be trusted at a moment.

use std::time::Duration;

use super::WatchedPage;
use crate::page::Health;
use crate::time::Timestamp;
use crate::words::words;

/// The readability of a page at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The readability.
    pub state: Readability,
    /// Since when it applies.
    pub since: Timestamp,
    /// Since when it may hide open reports, if it may.
    pub unknown_since: Option<Timestamp>,
}

words! {
    /// Whether what is known of a page can be trusted.
    Readability {
        /// It was never read.
        Unread = "unread",
        /// It can be read.
        Readable = "readable",
        /// Only some of its documents can be read.
        PartlyReadable = "partly_readable",
        /// It cannot be read.
        Unreadable = "unreadable",
        /// It could be read, but the last good poll is too old.
        Stale = "stale",
    }
}

impl Reading {
    /// Judges the readability of `page` at the time `now`.
    pub fn of(page: &WatchedPage, now: Timestamp) -> Self {
        let nothing = |state, since| Self { state, since, unknown_since: Some(since) };
        let stale_at = page.last_good_at.map(|good| good.plus(trusted_for(page.interval)));
        match (page.health, stale_at) {
            (Health::Unreadable { since, .. }, _) => nothing(Readability::Unreadable, since),
            (Health::Unread, _)
            | (Health::Readable { .. } | Health::PartlyReadable { .. }, None) => {
                nothing(Readability::Unread, page.added_at)
            }
            (Health::Readable { .. } | Health::PartlyReadable { .. }, Some(stale_at))
                if now > stale_at =>
            {
                nothing(Readability::Stale, stale_at)
            }
            (Health::Readable { since }, Some(_)) => {
                Self { state: Readability::Readable, since, unknown_since: None }
            }
            (Health::PartlyReadable { since, current_since }, Some(_)) => {
                let state = Readability::PartlyReadable;
                Self { state, since, unknown_since: current_since }
            }
        }
    }

    /// Whether it may hide open reports, so that its provider is at best unknown.
    pub fn is_unknown(&self) -> bool {
        self.unknown_since.is_some()
    }

    /// Whether the incidents that it shows are believed.
    pub fn tells_incidents(&self) -> bool {
        match self.state {
            Readability::Readable | Readability::PartlyReadable => true,
            Readability::Unread | Readability::Unreadable | Readability::Stale => false,
        }
    }
}

/// Returns how long a good poll is trusted: three intervals, but at least three minutes.
pub fn trusted_for(interval: Duration) -> Duration {
    (interval * 3).max(Duration::from_mins(3))
}
