//! The identity of a report or component.
//!
//! A report without a usable id is kept under a digest of the next best value that all documents
//! show alike, in every poll and after it ends.

use signalbook_domain::observation::ContentHash;

use super::item::{Item, NoId};
use crate::notes::Notes;

/// Hexadecimal digits of a hash, enough to distinguish the reports of a page.
const DIGITS: usize = 24;

pub(super) enum Identity {
    /// The vendor's own id.
    Own(String),
    /// A digest of a unique value: an id that is too long to keep, or a link.
    Derived(String),
    /// A digest of a report's title and filing time, or of a component's name, which the vendor may
    /// change.
    Presumed(String),
    /// No field identifies it.
    Unknown,
}

impl Identity {
    /// Returns the best identity of a report. Drops notes on unreadable fields; the full reading
    /// adds them.
    pub(super) fn of(report: &Item<'_>, title: Option<&str>) -> Self {
        match report.id("id") {
            Ok(Some(id)) => return Self::Own(id),
            Err(NoId::TooLong(id)) => return Self::Derived(digest("id", &id)),
            Ok(None) | Err(NoId::WrongType(_)) => {}
        }
        if let Some(link) = report.link("shortlink", &mut Notes::default()) {
            return Self::Derived(digest("link", link.as_str()));
        }
        let created_at = report.time("created_at", &mut Notes::default());
        match title.zip(created_at) {
            Some((title, at)) => Self::Presumed(digest("title", &format!("{at} {title}"))),
            None => Self::Unknown,
        }
    }

    /// Returns the best identity of a component, which has no link.
    pub(super) fn of_component(component: &Item<'_>, name: Option<&str>) -> Self {
        match component.id("id") {
            Ok(Some(id)) => Self::Own(id),
            Err(NoId::TooLong(id)) => Self::Derived(digest("id", &id)),
            Ok(None) | Err(NoId::WrongType(_)) => {
                name.map_or(Self::Unknown, |name| Self::Presumed(digest("name", name)))
            }
        }
    }

    /// Returns the id to keep it under.
    pub(super) fn external_id(&self) -> Option<&str> {
        match self {
            Self::Own(id) | Self::Derived(id) | Self::Presumed(id) => Some(id),
            Self::Unknown => None,
        }
    }

    /// Whether it stays the same whatever else the vendor edits.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Derived(_))
    }
}

/// Digests `value`, with the prefix of digests for updates without ids. The hash includes the kind
/// `of` value, so that a link never equals a title.
fn digest(of: &str, value: &str) -> String {
    let hash = ContentHash::of(format!("{of}\0{value}").as_bytes()).to_string();
    format!("h-{}", &hash[..DIGITS])
}
