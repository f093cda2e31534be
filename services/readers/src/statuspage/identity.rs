//! What identifies a report or a component.
//!
//! A report is kept even if its own id cannot be: under a digest of the next best thing that all
//! documents show alike, from poll to poll and when it is over.

use signalbook_domain::observation::ContentHash;

use super::item::{Item, NoId};
use crate::notes::Notes;

/// So many hexadecimal digits of a hash tell the reports of a page apart.
const DIGITS: usize = 24;

/// What a report is known under.
pub(super) enum Identity {
    /// The vendor's own id.
    Own(String),
    /// A digest of what no other report has: an id that is too long to be kept, or a link.
    Derived(String),
    /// A digest of the title and the time of filing, which the vendor may change.
    Presumed(String),
    /// Nothing tells it from another.
    Unknown,
}

impl Identity {
    /// The best that there is. Fields that cannot be read are noted by whoever reads them whole.
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

    /// The best that there is of a component, whose link nobody gives.
    pub(super) fn of_component(component: &Item<'_>, name: Option<&str>) -> Self {
        match component.id("id") {
            Ok(Some(id)) => Self::Own(id),
            Err(NoId::TooLong(id)) => Self::Derived(digest("id", &id)),
            Ok(None) | Err(NoId::WrongType(_)) => {
                name.map_or(Self::Unknown, |name| Self::Presumed(digest("name", name)))
            }
        }
    }

    /// The id to keep it under.
    pub(super) fn external_id(&self) -> Option<&str> {
        match self {
            Self::Own(id) | Self::Derived(id) | Self::Presumed(id) => Some(id),
            Self::Unknown => None,
        }
    }

    /// Whether it stays the same whatever the vendor edits.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Derived(_))
    }
}

/// Marked like the digests of updates without ids. What the value is, is hashed with it, so that a
/// link never equals a title.
fn digest(of: &str, value: &str) -> String {
    let hash = ContentHash::of(format!("{of}\0{value}").as_bytes()).to_string();
    format!("h-{}", &hash[..DIGITS])
}
