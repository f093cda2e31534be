//! What a provider's status is, in one word.
//!
//! The worst impact of the open incidents decides; component statuses stand beside it and never
//! decide. A page that cannot be read, or was not read lately, makes it unknown: never up.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::page::Health;
use crate::time::Timestamp;
use crate::words::{Impact, Worded};

/// How a provider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No incident is open and no planned work under way.
    Up,
    /// Planned work is under way.
    Maintenance,
    /// Not known: the page cannot be read, or the worst impact is a word that we do not know.
    Unknown,
    /// The worst open incident is minor.
    Minor,
    /// The worst open incident is major.
    Major,
    /// The worst open incident is critical.
    Critical,
}

impl Worded for Status {
    const ALL: &'static [Self] =
        &[Self::Up, Self::Maintenance, Self::Unknown, Self::Minor, Self::Major, Self::Critical];

    fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Maintenance => "maintenance",
            Self::Unknown => "unknown",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word)
            .ok_or_else(|| serde::de::Error::custom(format!("no status `{word}`")))
    }
}

/// The status by what the vendor reports: the worst impact of the open incidents, else
/// maintenance if planned work is under way, else up. A notice is no trouble.
pub fn reported(open: impl IntoIterator<Item = Impact>, work_under_way: bool) -> Status {
    let rest = if work_under_way { Status::Maintenance } else { Status::Up };
    match open.into_iter().max() {
        None | Some(Impact::None) => rest,
        Some(Impact::Maintenance) => Status::Maintenance,
        Some(Impact::Unknown) => Status::Unknown,
        Some(Impact::Minor) => Status::Minor,
        Some(Impact::Major) => Status::Major,
        Some(Impact::Critical) => Status::Critical,
    }
}

/// A good poll is too old to be trusted after three intervals, and not before three minutes.
pub fn trusted_for(interval: Duration) -> Duration {
    (interval * 3).max(Duration::from_mins(3))
}

/// Since when nothing can be said of a page, if so: since it became unreadable, or since its
/// last good poll became too old, or since it was added if it was never read.
pub fn unknown_since(
    health: Health,
    last_good_at: Option<Timestamp>,
    interval: Duration,
    added_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    match (health, last_good_at) {
        (Health::Unreadable { since, .. }, _) => Some(since),
        (Health::Unread, _) | (Health::Readable { .. } | Health::PartlyReadable { .. }, None) => {
            Some(added_at)
        }
        (Health::PartlyReadable { current_since: Some(since), .. }, _) => Some(since),
        (Health::Readable { .. } | Health::PartlyReadable { .. }, Some(good)) => {
            let stale_at = good.plus(trusted_for(interval));
            (now > stale_at).then_some(stale_at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Failure;

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_worst_open_incident_decides() {
        assert_eq!(reported([Impact::Minor, Impact::Critical], true), Status::Critical);
        assert_eq!(reported([Impact::Unknown, Impact::None], false), Status::Unknown);
    }

    #[test]
    fn a_notice_is_no_trouble_and_work_under_way_is_maintenance() {
        assert_eq!(reported([Impact::None], false), Status::Up);
        assert_eq!(reported([Impact::None], true), Status::Maintenance);
        assert_eq!(reported([], false), Status::Up);
    }

    #[test]
    fn an_unreadable_page_is_unknown_since_its_first_failed_poll() {
        let health = Health::Unreadable { since: at(7), failure: Failure::Unreachable };
        assert_eq!(unknown_since(health, Some(at(5)), MINUTE, at(0), at(9)), Some(at(7)));
    }

    #[test]
    fn a_page_that_was_not_polled_for_three_intervals_is_unknown_from_then_on() {
        let health = Health::Readable { since: at(0) };
        let five = MINUTE * 5;
        assert_eq!(unknown_since(health, Some(at(0)), MINUTE, at(0), at(180)), None);
        assert_eq!(unknown_since(health, Some(at(0)), MINUTE, at(0), at(181)), Some(at(180)));
        assert_eq!(unknown_since(health, Some(at(0)), five, at(0), at(901)), Some(at(900)));
        assert_eq!(unknown_since(health, Some(at(0)), five, at(0), at(899)), None);
    }

    #[test]
    fn a_page_that_was_never_read_is_unknown_since_it_was_added() {
        assert_eq!(unknown_since(Health::Unread, None, MINUTE, at(3), at(4)), Some(at(3)));
    }
}
