//! Identities. Ours are UUIDs; the vendors' own ids stay plain text beside them.
//!
//! Ids of things (pages, incidents, components) are derived from what identifies the thing, so
//! that two aggregators that see the same incident first give it the same id.
//! Ids of events are `UUIDv7`: the time of the observation, then a digest of what caused the
//! event, so that folding one observation twice yields the same event ids twice.

use std::str::FromStr;
use std::sync::Arc;

use derive_more::{Display, FromStr};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::open_enum::OpenEnum;
use crate::time::Timestamp;
use crate::words::words;

/// Derived ids live in this namespace. Never changes: it is part of every id in every log.
const NAMESPACE: Uuid = Uuid::from_u128(0x5369_676e_616c_8b6f_8f6b_0001_7061_6765);

/// A provider's short name: `kustomer`, `github`. Lower-case letters, digits and inner hyphens.
/// Shared, since every event and every stream's name holds one.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    SerializeDisplay,
    DeserializeFromStr,
    Display,
)]
pub struct Slug(Arc<str>);

/// A text that cannot be a slug.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("provider `{0}` is not a slug: 1 to 63 lower-case letters, digits and inner hyphens")]
pub struct InvalidSlug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = (1..=63).contains(&text.len())
            && text.chars().all(allowed)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits { Ok(Self(text.into())) } else { Err(InvalidSlug(text.chars().take(80).collect())) }
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Display, FromStr)]
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
    };
}

uuid_id!(
    /// One status page of a provider, derived from the provider and the configured address.
    PageId
);
uuid_id!(
    /// One event of the log.
    EventId
);
uuid_id!(
    /// What one poll brought.
    ObservationId
);

impl PageId {
    /// The id of `provider`'s page at `url`.
    pub fn derive(provider: &Slug, url: &str) -> Self {
        let name = format!("page\n{provider}\n{}", url.trim_end_matches('/'));
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl ObservationId {
    /// An id for an observation made at `at`, with `random` from the injected source.
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        Self(uuid_v7(at, random))
    }
}

impl EventId {
    /// The id of the `ordinal`th event that `cause` brought, observed at `at`.
    pub fn derive(at: Timestamp, cause: Uuid, ordinal: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"signalbook event\0");
        hasher.update(cause.as_bytes());
        hasher.update(ordinal.to_be_bytes());
        let digest = hasher.finalize();
        let mut random = [0; 10];
        random.copy_from_slice(&digest[..10]);
        Self(uuid_v7(at, random))
    }
}

fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

words! {
    /// What a stream is about.
    #[derive(PartialOrd, Ord)]
    StreamKind {
        /// One status page.
        Page = "page",
        /// One component of a page.
        Component = "component",
        /// One incident.
        Incident = "incident",
        /// One planned work.
        Maintenance = "maintenance",
    }
}

words! {
    /// What a report is.
    #[derive(PartialOrd, Ord)]
    ReportKind {
        /// An incident.
        Incident = "incident",
        /// Planned work.
        Maintenance = "maintenance",
    }
}

impl ReportKind {
    /// Whether it is planned work.
    pub fn is_maintenance(self) -> bool {
        match self {
            Self::Incident => false,
            Self::Maintenance => true,
        }
    }
}

impl From<ReportKind> for StreamKind {
    fn from(kind: ReportKind) -> Self {
        match kind {
            ReportKind::Incident => Self::Incident,
            ReportKind::Maintenance => Self::Maintenance,
        }
    }
}

/// The name of a stream: what it is about, whose it is, and our id of the thing.
/// Written `incident/kustomer/6bd1a3c2-…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display)]
#[display("{kind}/{provider}/{id}")]
pub struct StreamId {
    /// What the stream is about.
    pub kind: OpenEnum<StreamKind>,
    /// Whose it is.
    pub provider: Slug,
    /// Our id of the page, component, incident or maintenance.
    pub id: Uuid,
}

impl StreamId {
    /// The stream of a page itself.
    pub fn page(provider: &Slug, page: PageId) -> Self {
        Self { kind: StreamKind::Page.into(), provider: provider.clone(), id: page.0 }
    }

    /// The stream of the thing that the vendor calls `external_id` on `page`.
    pub fn of(
        kind: impl Into<StreamKind>,
        provider: &Slug,
        page: PageId,
        external_id: &str,
    ) -> Self {
        let kind = kind.into();
        let name = format!("{kind}\n{external_id}");
        Self {
            kind: kind.into(),
            provider: provider.clone(),
            id: Uuid::new_v5(&page.0, name.as_bytes()),
        }
    }
}

impl StreamId {
    /// The stream of the report with our id `id`.
    pub fn report(kind: ReportKind, provider: &Slug, id: Uuid) -> Self {
        Self { kind: StreamKind::from(kind).into(), provider: provider.clone(), id }
    }

    /// What the report of this stream is, if it is that of one.
    pub fn report_kind(&self) -> Option<ReportKind> {
        match self.kind.known()? {
            StreamKind::Incident => Some(ReportKind::Incident),
            StreamKind::Maintenance => Some(ReportKind::Maintenance),
            StreamKind::Page | StreamKind::Component => None,
        }
    }
}

/// A text that names no stream.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("stream `{0}` is not like `incident/kustomer/00000000-0000-0000-0000-000000000000`")]
pub struct InvalidStream(String);

impl FromStr for StreamId {
    type Err = InvalidStream;

    fn from_str(text: &str) -> Result<Self, InvalidStream> {
        let invalid = || InvalidStream(text.chars().take(120).collect());
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or_else(invalid);
        Ok(Self {
            kind: part()?.parse().map_err(|_| invalid())?,
            provider: part()?.parse().map_err(|_| invalid())?,
            id: part()?.parse().map_err(|_| invalid())?,
        })
    }
}

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Display)]
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The next one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
    };
}

counter!(
    /// The place of an event in the whole log: 1, 2, 3 … without gaps. 0 is "before the first".
    Position
);
counter!(
    /// The place of an event in its stream: 1, 2, 3 … without gaps. 0 is "no event yet".
    Revision
);

#[cfg(test)]
mod tests {
    use super::*;

    fn slug() -> Slug {
        "kustomer".parse().unwrap()
    }

    #[test]
    fn slugs_that_would_break_a_subject_or_an_address_are_refused() {
        for bad in ["", "-a", "a-", "A", "a.b", "a b", "a/b", "é", &"a".repeat(64)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_of_things_are_the_same_for_whoever_derives_them() {
        let page = PageId::derive(&slug(), "https://status.kustomer.com/");
        assert_eq!(page, PageId::derive(&slug(), "https://status.kustomer.com"));
        assert_eq!(page.to_string(), "82bb7e31-6804-57e9-9a75-c8a3f0f738be");
        let incident = StreamId::of(StreamKind::Incident, &slug(), page, "x1");
        assert_ne!(incident.id, StreamId::of(StreamKind::Maintenance, &slug(), page, "x1").id);
        assert_eq!(incident.to_string().parse::<StreamId>().unwrap(), incident);
    }

    #[test]
    fn event_ids_are_version_7_and_depend_on_cause_and_ordinal() {
        let at = Timestamp::from_seconds(1_770_000_000);
        let cause = Uuid::from_u128(7);
        let id = EventId::derive(at, cause, 0);
        assert_eq!(id.0.get_version_num(), 7);
        assert_eq!(id, EventId::derive(at, cause, 0));
        assert_ne!(id, EventId::derive(at, cause, 1));
        assert_ne!(id, EventId::derive(at, Uuid::from_u128(8), 0));
    }
}
