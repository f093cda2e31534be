//! The hash chain: each event's hash covers the event and the hash before it, so that no event
//! can be changed, removed or moved without every later hash changing.
//!
//! The hashed bytes, one field after the other; integers are big-endian, a text or a name is its
//! length as 4 bytes and then its bytes, and what may be absent is one byte (0 absent, 1 present)
//! and then, if present, its value:
//!
//! | field | bytes |
//! |---|---|
//! | layout | 1: the number 4 |
//! | previous hash | 32; before the first event [`genesis`] of the log's id |
//! | position | 8 |
//! | stream | text, `incident/kustomer/6bd1…` (so it covers the provider) |
//! | page | 16; the page that the stream belongs to |
//! | revision | 8 |
//! | event id | 16 |
//! | kind | text, its name |
//! | schema | 2 |
//! | `occurred_at` | may be absent; 8, microseconds since 1970, two's complement |
//! | `published_at` | likewise |
//! | `observed_at` | 8 |
//! | `recorded_at` | 8 |
//! | backfilled | 1: 0 or 1 |
//! | author | may be absent; text |
//! | observation | may be absent; its id, 16, and the SHA-256 of its manifest, 32 |
//! | payload hash | 32: the SHA-256 of the payload, so that a payload can be erased |
//!
//! An accepted restore opens an [`Epoch`], which is a link of the same chain between two events; its
//! bytes are listed there.
//!
//! The manifests beside the events have a chain of their own, since some of them belong to no
//! event: the hash before, which is [`manifest_genesis`] at first; the number, 8; the observation
//! id, 16; and the SHA-256 of the manifest, 32.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use signalbook_domain::{Author, EventId, PageId, Position, Revision, Timestamp};
use uuid::Uuid;

use crate::manifest::ObservationRef;
use crate::record::Record;

mod epoch;
#[cfg(test)]
mod tests;
mod verifier;

pub use epoch::{Epoch, EpochId};
pub use verifier::{Broken, Verifier};

const LAYOUT: u8 = 4;

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash before the first event: it ties the chain to one log.
pub fn genesis(log_id: Uuid) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"signalbook log\0");
    hasher.update(log_id.as_bytes());
    hasher.finalize().into()
}

/// The hash before the first manifest.
pub fn manifest_genesis(log_id: Uuid) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"signalbook manifests\0");
    hasher.update(log_id.as_bytes());
    hasher.finalize().into()
}

/// The hash of the manifest `number`, that of `observation`, behind `previous`.
pub fn manifest_hash(previous: &Hash, number: u64, observation: &ObservationRef) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(number.to_be_bytes());
    hasher.update(observation.id.0.as_bytes());
    hasher.update(observation.hash);
    hasher.finalize().into()
}

/// The fields of an event that its hash covers.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the table above describes each field")]
pub struct Link<'a> {
    pub position: Position,
    pub stream: &'a str,
    pub page: PageId,
    pub revision: Revision,
    pub id: EventId,
    pub kind: &'a str,
    pub schema: u16,
    pub occurred_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub observed_at: Timestamp,
    pub recorded_at: Timestamp,
    pub backfilled: bool,
    pub author: Option<&'a str>,
    pub observation: Option<ObservationRef>,
    pub payload_hash: &'a Hash,
}

impl Link<'_> {
    /// The hash of this event behind `previous`.
    pub fn hash(&self, previous: &Hash) -> Hash {
        // One buffer and one call: cheaper than feeding the hash field by field.
        let mut bytes = Vec::with_capacity(256);
        bytes.push(LAYOUT);
        bytes.extend_from_slice(previous);
        bytes.extend_from_slice(&self.position.0.to_be_bytes());
        text(&mut bytes, self.stream);
        bytes.extend_from_slice(self.page.0.as_bytes());
        bytes.extend_from_slice(&self.revision.0.to_be_bytes());
        bytes.extend_from_slice(self.id.0.as_bytes());
        text(&mut bytes, self.kind);
        bytes.extend_from_slice(&self.schema.to_be_bytes());
        optional(&mut bytes, self.occurred_at.map(|at| at.micros().to_be_bytes()));
        optional(&mut bytes, self.published_at.map(|at| at.micros().to_be_bytes()));
        bytes.extend_from_slice(&self.observed_at.micros().to_be_bytes());
        bytes.extend_from_slice(&self.recorded_at.micros().to_be_bytes());
        bytes.push(u8::from(self.backfilled));
        bytes.push(u8::from(self.author.is_some()));
        if let Some(author) = self.author {
            text(&mut bytes, author);
        }
        bytes.push(u8::from(self.observation.is_some()));
        if let Some(observation) = &self.observation {
            bytes.extend_from_slice(observation.id.0.as_bytes());
            bytes.extend_from_slice(&observation.hash);
        }
        bytes.extend_from_slice(self.payload_hash);
        Sha256::digest(&bytes).into()
    }
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

fn optional<const N: usize>(bytes: &mut Vec<u8>, value: Option<[u8; N]>) {
    bytes.push(u8::from(value.is_some()));
    bytes.extend(value.into_iter().flatten());
}

impl Record {
    /// The hashed fields; `stream` is the stream's name, which the caller has at hand.
    pub fn link<'a>(&'a self, stream: &'a str) -> Link<'a> {
        Link {
            position: self.position,
            stream,
            page: self.page,
            revision: self.revision,
            id: self.id,
            kind: self.kind.word(),
            schema: self.schema,
            occurred_at: self.times.occurred_at,
            published_at: self.times.published_at,
            observed_at: self.times.observed_at,
            recorded_at: self.recorded_at,
            backfilled: self.backfilled,
            author: self.author.as_ref().map(Author::as_str),
            observation: self.observation,
            payload_hash: &self.payload_hash,
        }
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
