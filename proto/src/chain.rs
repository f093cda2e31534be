//! The hash chain: each event's hash covers the event and the previous hash, so that changing,
//! removing or moving an event changes every later hash.
//!
//! The hashed bytes are the following fields in order. Integers are big-endian. A text is its
//! length in 4 bytes, then its bytes. An optional field is one byte (0 absent, 1 present), then its
//! value if present:
//!
//! | field | bytes |
//! |---|---|
//! | layout | 1: the number 4 |
//! | previous hash | 32; [`genesis`] of the log's id before the first event |
//! | position | 8 |
//! | stream | text, `incident/kustomer/6bd1…` (so it covers the provider) |
//! | page | 16; the page that the stream belongs to |
//! | revision | 8 |
//! | event id | 16 |
//! | kind | text, its name |
//! | schema | 2 |
//! | `occurred_at` | optional; 8, microseconds since 1970, two's complement |
//! | `published_at` | optional; likewise |
//! | `observed_at` | 8; likewise |
//! | `recorded_at` | 8; likewise |
//! | backfilled | 1: 0 or 1 |
//! | author | optional; text |
//! | observation | optional; its id, 16, and the SHA-256 of its manifest, 32 |
//! | payload hash | 32: the SHA-256 of the payload, so that a payload can be erased |
//!
//! An accepted restore opens an [`Epoch`], a link of the same chain between two events; its bytes
//! are listed there.
//!
//! Manifests have a chain of their own, since some of them belong to no event: the previous hash,
//! initially [`manifest_genesis`], 32; the number, 8; the observation id, 16; and the SHA-256 of
//! the manifest, 32.

/// Formats bytes as hexadecimal digits.
pub use hex::encode as hex;
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

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash before the first event. It ties the chain to one log.
pub fn genesis(log_id: Uuid) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"signalbook log\0");
    hasher.update(log_id.as_bytes());
    hasher.finalize().into()
}

/// The hash before the first manifest. It ties the chain to one log.
pub fn manifest_genesis(log_id: Uuid) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"signalbook manifests\0");
    hasher.update(log_id.as_bytes());
    hasher.finalize().into()
}

/// The hash of manifest `number`, which belongs to `observation`, after `previous`.
pub fn manifest_hash(previous: &Hash, number: u64, observation: &ObservationRef) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(number.to_be_bytes());
    hasher.update(observation.id.0.as_bytes());
    hasher.update(observation.hash);
    hasher.finalize().into()
}

/// The hashed fields of an event.
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
    /// The hash of this event after `previous`.
    pub fn hash(&self, previous: &Hash) -> Hash {
        // One buffer and one call are cheaper than hashing field by field.
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
    /// The hashed fields; `stream` is the name of the stream, which the caller already has.
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
