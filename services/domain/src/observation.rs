//! What travels between scheduler, poller and aggregator.

use std::time::Duration;

use derive_more::{Debug, Display};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{ObservationId, PageId, Slug};
use crate::time::Timestamp;
use crate::words::{Document, Failure, Platform};

/// One poll of a page: the moment it was due, in microseconds, and always greater than the slot
/// before, also when the clock went back.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Slot(pub i64);

/// The address of some bytes: their SHA-256. Written as 64 hexadecimal digits.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug, Display,
)]
#[debug("{self}")]
#[display("{}", hex::encode(_0))]
pub struct ContentHash(#[serde(with = "hex::serde")] pub [u8; 32]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        Some(Self(hash))
    }
}

/// A poll that is due: all that a poller needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollJob {
    /// Which page.
    pub page: PageId,
    /// Whose it is.
    pub provider: Slug,
    /// Which slot.
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
    /// Which.
    pub document: Document,
    /// What is known of it. Nothing asks for the document even if it is the same; no validators
    /// ask for it whole, so that it is compared by its bytes.
    pub known: Option<Validators>,
    /// Fetch it only if a document before it in the list has changed.
    pub only_after_change: bool,
}

/// The last good reading of a document, as far as the next poll needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// Its bytes' hash.
    pub hash: ContentHash,
    /// The validator that came with it.
    pub etag: Option<String>,
    /// The date that came with it.
    pub last_modified: Option<String>,
}

/// What one poll brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Its identity.
    pub id: ObservationId,
    /// Which page.
    pub page: PageId,
    /// Whose it is.
    pub provider: Slug,
    /// Which slot.
    pub slot: Slot,
    /// When the answer was complete.
    pub observed_at: Timestamp,
    /// The documents, or why there are none.
    pub outcome: Outcome,
}

impl Observation {
    /// Every document that came, also one that was not what it should be.
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

    /// The size of the documents that travel with it.
    pub fn body_bytes(&self) -> usize {
        self.documents().filter_map(|fetched| fetched.body.as_ref()).map(Vec::len).sum()
    }
}

/// How a poll ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The page has answered, with all that was asked for or with some of it.
    Answered {
        /// The platform whose documents they are.
        platform: Platform,
        /// The address that answered, if redirects led away from the page's own.
        moved_to: Option<String>,
        /// The documents that came.
        documents: Vec<Fetched>,
        /// Those that did not.
        missing: Vec<Missing>,
    },
    /// It failed.
    Failed(Failed),
}

/// A vendor that asks us to stay away for longer than this is asked again all the same.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// And for longer than this while something is going on at it.
pub const RETRY_AFTER_IN_TROUBLE_MAX: Duration = Duration::from_mins(15);

/// A document that was asked for and did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which.
    pub document: Document,
    /// Why.
    pub failed: Failed,
}

impl Failed {
    /// Whether the vendor says that there is no such document.
    pub fn is_not_there(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| matches!(answer.status, 404 | 410))
    }
}

/// Why a poll, or one document of it, brought nothing that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The kind of failure.
    pub failure: Failure,
    /// What exactly, in words that a person can act on.
    pub detail: String,
    /// How long the vendor asked us to stay away.
    pub retry_after: Option<Duration>,
    /// The answer that could not be read, if there was one.
    pub answer: Option<Box<Fetched>>,
}

/// One document as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Which.
    pub document: Document,
    /// The address that was asked.
    pub url: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: Option<String>,
    /// What the next poll needs to know.
    pub known: Validators,
    /// The bytes; absent if they are the ones that were known before.
    pub body: Option<Vec<u8>>,
    /// Whether an earlier poll asked for it, and it came too late for that.
    pub is_late: bool,
}
