//! Identities. Ours are UUIDs; the vendors' own ids stay plain text beside them.
//!
//! Ids of things (pages, incidents, components) are derived from what identifies the thing, so that
//! two aggregators give the same incident the same id. Ids of events are `UUIDv7`: the time of the
//! observation, then a digest of the event's cause, so that folding an observation twice yields the
//! same event ids.

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

/// The namespace of derived ids. Never changes: it is part of every id in every log.
const NAMESPACE: Uuid = Uuid::from_u128(0x5369_676e_616c_8b6f_8f6b_0001_7061_6765);

/// A provider's short name, like `kustomer`: 1 to 63 lower-case letters, digits and inner hyphens.
/// Shared, since every event and every stream name holds one.
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

/// A text that is not a slug.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("provider `{0}` is not a slug: 1 to 63 lower-case letters, digits and inner hyphens")]
pub struct InvalidSlug(String);

impl Slug {
    /// Returns the text.
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
    /// One observation: the outcome of one poll.
    ObservationId
);

impl PageId {
    /// Derives the id of `provider`'s page at `url`; trailing slashes do not matter.
    pub fn derive(provider: &Slug, url: &str) -> Self {
        let name = format!("page\n{provider}\n{}", url.trim_end_matches('/'));
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl ObservationId {
    /// Creates the id of an observation made at `at`, with `random` from the injected source.
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        Self(uuid_v7(at, random))
    }
}

impl EventId {
    /// Derives the id of the `ordinal`th event that follows from `cause`, observed at `at`.
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
    /// The subject of a stream.
    #[derive(PartialOrd, Ord)]
    StreamKind {
        /// One status page.
        Page = "page",
        /// One component of a page.
        Component = "component",
        /// One incident.
        Incident = "incident",
        /// One maintenance.
        Maintenance = "maintenance",
    }
}

words! {
    /// The kind of a report.
    #[derive(PartialOrd, Ord)]
    ReportKind {
        /// An incident.
        Incident = "incident",
        /// A maintenance: planned work.
        Maintenance = "maintenance",
    }
}

impl ReportKind {
    /// Whether it is a maintenance.
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

/// The name of a stream: its subject, its provider and our id of the thing. Written
/// `incident/kustomer/6bd1a3c2-…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display)]
#[display("{kind}/{provider}/{id}")]
pub struct StreamId {
    /// The subject of the stream.
    pub kind: OpenEnum<StreamKind>,
    /// The provider.
    pub provider: Slug,
    /// Our id of the page, component, incident or maintenance.
    pub id: Uuid,
}

impl StreamId {
    /// Returns the stream of a page itself.
    pub fn page(provider: &Slug, page: PageId) -> Self {
        Self { kind: StreamKind::Page.into(), provider: provider.clone(), id: page.0 }
    }

    /// Derives the stream of the thing with the vendor's id `external_id` on `page`.
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
    /// Returns the stream of the report with our id `id`.
    pub fn report(kind: ReportKind, provider: &Slug, id: Uuid) -> Self {
        Self { kind: StreamKind::from(kind).into(), provider: provider.clone(), id }
    }

    /// Returns the kind of the report, if this is the stream of one.
    pub fn report_kind(&self) -> Option<ReportKind> {
        match self.kind.known()? {
            StreamKind::Incident => Some(ReportKind::Incident),
            StreamKind::Maintenance => Some(ReportKind::Maintenance),
            StreamKind::Page | StreamKind::Component => None,
        }
    }
}

/// A text that is not a stream name.
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
            /// Returns the next one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
    };
}

counter!(
    /// The position of an event in the whole log: 1, 2, 3 … without gaps. 0 is "before the first".
    Position
);
counter!(
    /// The position of an event in its stream: 1, 2, 3 … without gaps. 0 is "no event yet".
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
