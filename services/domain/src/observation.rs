//! The messages between scheduler, poller and aggregator.

use std::time::Duration;

use derive_more::{Debug, Display};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{ObservationId, PageId, Slug};
use crate::time::Timestamp;
use crate::words::{Document, Failure, Platform};

/// One poll of a page: the time it was due, in microseconds. Always greater than the previous slot,
/// even if the clock went back.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Slot(pub i64);

/// The SHA-256 of some bytes, which is their address. Written as 64 hexadecimal digits.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug, Display,
)]
#[debug("{self}")]
#[display("{}", hex::encode(_0))]
pub struct ContentHash(#[serde(with = "hex::serde")] pub [u8; 32]);

impl ContentHash {
    /// Returns the hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        Some(Self(hash))
    }
}

/// A poll that is due, with all that a poller needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollJob {
    /// The page.
    pub page: PageId,
    /// The provider of the page.
    pub provider: Slug,
    /// The slot.
    pub slot: Slot,
    /// The page's address.
    pub url: String,
    /// Its platform, if it was detected before.
    pub platform: Option<Platform>,
    /// The documents to fetch, the small one first.
    pub wanted: Vec<Wanted>,
}

/// One document to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The document.
    pub document: Document,
    /// The known state. `None` requests the document even if it is unchanged; a hash without
    /// validators requests it whole, to compare its bytes.
    pub known: Option<Validators>,
    /// Whether to fetch it only if a document before it in the list changed.
    pub only_after_change: bool,
}

/// The last good reading of a document, in the form that the next poll needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The hash of its bytes.
    pub hash: ContentHash,
    /// The `ETag` that came with it.
    pub etag: Option<String>,
    /// The `Last-Modified` date that came with it.
    pub last_modified: Option<String>,
}

/// The outcome of one poll, with its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The id.
    pub id: ObservationId,
    /// The page.
    pub page: PageId,
    /// The provider of the page.
    pub provider: Slug,
    /// The slot.
    pub slot: Slot,
    /// When the answer was complete.
    pub observed_at: Timestamp,
    /// The documents, or why there are none.
    pub outcome: Outcome,
}

impl Observation {
    /// Returns every received document, including those that could not be read.
    pub fn documents(&self) -> impl Iterator<Item = &Fetched> {
        let (good, missing, bad) = match &self.outcome {
            Outcome::Answered { documents, missing, .. } => {
                (documents.as_slice(), missing.as_slice(), None)
            }
            Outcome::Failed(failed) => (&[][..], &[][..], failed.answer.as_deref()),
        };
        let misread = missing.iter().filter_map(|missing| missing.failed.answer.as_deref());
        good.iter().chain(misread).chain(bad)
    }

    /// Returns the total size of the included bodies, in bytes.
    pub fn body_bytes(&self) -> usize {
        self.documents().filter_map(|fetched| fetched.body.as_ref()).map(Vec::len).sum()
    }
}

/// The outcome of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The page answered, for all requested documents or some of them.
    Answered {
        /// The platform that serves the documents.
        platform: Platform,
        /// The address that answered, if redirects led away from the page's own.
        moved_to: Option<String>,
        /// The received documents.
        documents: Vec<Fetched>,
        /// The documents that were not received.
        missing: Vec<Missing>,
    },
    /// The poll failed.
    Failed(Failed),
}

/// The longest time for which a vendor's request not to be polled is respected.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// The same limit while the vendor has something open.
pub const RETRY_AFTER_IN_TROUBLE_MAX: Duration = Duration::from_mins(15);

/// A requested document that was not received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The document.
    pub document: Document,
    /// The failure.
    pub failed: Failed,
}

impl Failed {
    /// Whether the vendor says that there is no such document (404, 410).
    pub fn is_not_there(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| matches!(answer.status, 404 | 410))
    }
}

/// Why a poll, or one document of it, brought nothing readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The kind of failure.
    pub failure: Failure,
    /// The failure in words that a person can act on.
    pub detail: String,
    /// How long the vendor asked not to be polled.
    pub retry_after: Option<Duration>,
    /// The answer that could not be read, if there was one.
    pub answer: Option<Box<Fetched>>,
}

/// One fetched document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The document.
    pub document: Document,
    /// The requested address.
    pub url: String,
    /// When it was requested.
    pub asked_at: Timestamp,
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: Option<String>,
    /// The validators for the next poll.
    pub known: Validators,
    /// The body; `None` if it is the known one.
    pub body: Option<Vec<u8>>,
    /// Whether an earlier poll requested it and it arrived too late for that poll.
    pub is_late: bool,
}
