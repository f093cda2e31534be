//! A change that counts when a second poll agrees.

use serde::{Deserialize, Serialize};

use crate::id::StreamId;

/// A change that one poll showed and that may come from a stale cache. Stored as text, so that a
/// version keeps unknown changes until the next poll.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum PendingChange {
    /// The vendor's own summary improves; holds its word.
    Indicator(String),
    /// A component or a report changes.
    Of(StreamId, StreamChange),
    /// A change of a later version.
    Other(String),
}

/// A pending change of a component or a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, derive_more::Display)]
pub enum StreamChange {
    /// It is shown again.
    #[display("reappeared")]
    Reappeared,
    /// It is no longer shown.
    #[display("removed")]
    Removed,
    /// The update with this id is no longer shown.
    #[display("update-removed {_0}")]
    UpdateRemoved(String),
    /// A field returns to an earlier value with this digest.
    #[display("returned {_0:016x}")]
    Returned(u64),
}

impl StreamChange {
    fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once(' ').unwrap_or((text, "")) {
            ("reappeared", "") => Self::Reappeared,
            ("removed", "") => Self::Removed,
            ("update-removed", update) => Self::UpdateRemoved(update.to_owned()),
            ("returned", digest) => Self::Returned(u64::from_str_radix(digest, 16).ok()?),
            _ => return None,
        })
    }
}

impl From<PendingChange> for String {
    fn from(change: PendingChange) -> Self {
        match change {
            PendingChange::Indicator(word) => format!("indicator {word}"),
            PendingChange::Of(stream, change) => format!("{stream} {change}"),
            PendingChange::Other(text) => text,
        }
    }
}

impl From<String> for PendingChange {
    fn from(text: String) -> Self {
        let read = || match text.split_once(' ')? {
            ("indicator", word) => Some(Self::Indicator(word.to_owned())),
            (stream, change) => Some(Self::Of(stream.parse().ok()?, StreamChange::parse(change)?)),
        };
        read().unwrap_or(Self::Other(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_change_is_read_back_as_itself() {
        let stream: StreamId =
            "incident/kustomer/00000000-0000-0000-0000-000000000007".parse().unwrap();
        let changes = [
            StreamChange::Reappeared,
            StreamChange::Removed,
            StreamChange::UpdateRemoved("a b".to_owned()),
            StreamChange::Returned(7),
        ];
        let changes = changes.map(|change| PendingChange::Of(stream.clone(), change));
        let others = [
            PendingChange::Indicator("minor outage".to_owned()),
            PendingChange::Other("what a later version waits for".to_owned()),
        ];
        for change in changes.into_iter().chain(others) {
            assert_eq!(PendingChange::from(String::from(change.clone())), change);
        }
    }
}
