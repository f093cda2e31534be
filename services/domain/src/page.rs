//! The state of a page, folded from its stream.

use std::collections::BTreeSet;

use crate::event::{PageEvent, Times, UnreadDocument};
use crate::id::StreamId;
use crate::open_enum::OpenEnum;
use crate::snapshot::Indicator;
use crate::time::Timestamp;
use crate::words::{Document, Failure, Platform, Role};

/// Whether a page can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// It was never read.
    #[default]
    Unread,
    /// All of it can be read.
    Readable {
        /// Since when.
        since: Timestamp,
    },
    /// Only some of its documents can be read.
    PartlyReadable {
        /// Since when.
        since: Timestamp,
        /// Since when the current document cannot be read, if it cannot.
        current_since: Option<Timestamp>,
    },
    /// It cannot be read.
    Unreadable {
        /// Since when.
        since: Timestamp,
        /// The kind of failure.
        failure: Failure,
    },
}

impl Health {
    /// Whether it could be read, whole or in part, according to the log.
    pub fn is_read(self) -> bool {
        match self {
            Self::Readable { .. } | Self::PartlyReadable { .. } => true,
            Self::Unread | Self::Unreadable { .. } => false,
        }
    }

    /// Returns its word: `unread`, `readable`, `partly_readable` or `unreadable`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Readable { .. } => "readable",
            Self::PartlyReadable { .. } => "partly_readable",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

/// One status page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Whether it is watched.
    pub watched: bool,
    /// The provider's name.
    pub name: String,
    /// The configured address.
    pub url: String,
    /// The address it answers from, if that is not the configured one.
    pub moved_to: Option<String>,
    /// The platform.
    pub platform: Option<OpenEnum<Platform>>,
    /// Whether it can be read.
    pub health: Health,
    /// The documents that cannot be read while others can.
    pub unread: Vec<UnreadDocument>,
    /// The vendor's own summary.
    pub indicator: Option<Indicator>,
    /// The reports on which its documents contradict each other.
    pub disagreements: BTreeSet<StreamId>,
}

impl Page {
    /// Returns the recorded address that it answers from.
    pub(crate) fn location(&self) -> &str {
        self.moved_to.as_deref().unwrap_or(&self.url)
    }

    /// Returns the address that answered a poll whose redirects led to `moved_to`, if anywhere.
    pub(crate) fn answers_from<'a>(&'a self, moved_to: Option<&'a str>) -> &'a str {
        moved_to.unwrap_or(&self.url)
    }

    /// Folds one event.
    #[must_use]
    pub fn evolve(mut self, event: &PageEvent, times: &Times) -> Self {
        match event {
            PageEvent::Added { name, url } => {
                self.watched = true;
                self.name.clone_from(name);
                self.url.clone_from(url);
                self.moved_to = None;
                self.health = Health::Unread;
                self.unread.clear();
            }
            PageEvent::PlatformDetected { platform, .. } => {
                self.platform = Some(platform.clone());
            }
            PageEvent::Unreadable { failure, since, .. } => {
                self.health = Health::Unreadable { since: *since, failure: *failure };
                self.unread.clear();
            }
            PageEvent::Readable => {
                self.health = Health::Readable { since: times.observed_at };
                self.unread.clear();
            }
            PageEvent::PartlyReadable { documents } => {
                self.health = partly_readable(documents, times.observed_at);
                self.unread.clone_from(documents);
            }
            PageEvent::IndicatorChanged(indicator) => self.indicator = Some(indicator.clone()),
            PageEvent::Disagreement { subject, .. } => {
                self.disagreements.insert(subject.clone());
            }
            PageEvent::Agreement { subject } => {
                self.disagreements.remove(subject);
            }
            PageEvent::Unobserved { .. } | PageEvent::Replaced { .. } => {}
            PageEvent::Moved { url } => {
                self.moved_to = (*url != self.url).then(|| url.clone());
            }
            PageEvent::Removed => self.watched = false,
        }
        self
    }
}

/// Returns the health of a page of which only `documents` cannot be read at `observed_at`.
pub fn partly_readable(documents: &[UnreadDocument], observed_at: Timestamp) -> Health {
    let since = documents.iter().map(|document| document.since).min();
    // A document of a later version may be the current one.
    let is_current = |document: Document| document.role() == Role::Current;
    let current = documents.iter().filter(|unread| unread.document.known().is_none_or(is_current));
    Health::PartlyReadable {
        since: since.unwrap_or(observed_at),
        current_since: current.map(|unread| unread.since).min(),
    }
}

/// Returns the host of an HTTP(S) address, without user and port, in lower case.
pub fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    // An IPv6 address is in brackets and contains colons.
    let end = host.find(']').map_or_else(|| host.find(':'), |end| Some(end + 1));
    let host = &host[..end.unwrap_or(host.len())];
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_in_any_address() {
        assert_eq!(host_of("https://Status.Example.com:8443/x").unwrap(), "status.example.com");
        assert_eq!(host_of("http://user@status.example.com?x").unwrap(), "status.example.com");
        assert_eq!(host_of("http://[::1]:8080/x").unwrap(), "[::1]");
        assert_eq!(host_of("http://[::1]").unwrap(), "[::1]");
        assert_eq!(host_of("ftp://status.example.com"), None);
    }
}
