//! An event before ([`Draft`]) and after ([`Record`]) it has a place in the log.

use sha2::{Digest, Sha256};
use signalbook_domain::event::{EventKind, Fact, Times};
use signalbook_domain::{
    Author, EventId, OpenEnum, PageId, Position, Revision, StreamId, Timestamp,
};
use uuid::Uuid;

use crate::manifest::ObservationRef;
use crate::wire::{self, Reason};

/// The payload schema version that this code writes.
pub const SCHEMA: u16 = 1;

/// Whether this version can decode events of `kind` with payload schema `schema`.
pub fn is_known(kind: &OpenEnum<EventKind>, schema: u16) -> bool {
    kind.known().is_some() && (1..=SCHEMA).contains(&schema)
}

/// An event to append, with its payload encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The id of the event.
    pub id: EventId,
    /// The kind of event.
    pub kind: OpenEnum<EventKind>,
    /// The payload schema version.
    pub schema: u16,
    /// When it happened, was published and was observed.
    pub times: Times,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// The author; none if the vendor or a configuration is the source.
    pub author: Option<Author>,
    /// The observation that caused the event; none for an operator's act.
    pub observation: Option<ObservationRef>,
    /// The encoded payload.
    pub payload: Vec<u8>,
    /// The SHA-256 of the payload.
    pub payload_hash: [u8; 32],
}

impl Draft {
    /// Encodes a fact. The id is derived from `cause` (an observation or an operator's act) and
    /// from the fact's `ordinal` among the facts of that cause.
    pub fn encode(
        fact: &Fact,
        cause: Uuid,
        ordinal: u32,
        observation: Option<ObservationRef>,
    ) -> Self {
        let payload = wire::encode(&fact.event);
        Self {
            id: EventId::derive(fact.times.observed_at, cause, ordinal),
            kind: fact.event.kind().into(),
            schema: SCHEMA,
            times: fact.times,
            backfilled: fact.backfilled,
            author: None,
            observation,
            payload_hash: Sha256::digest(&payload).into(),
            payload,
        }
    }
}

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The position in the log.
    pub position: Position,
    /// The stream of the event.
    pub stream: StreamId,
    /// The page that the stream belongs to.
    pub page: PageId,
    /// The revision in the stream.
    pub revision: Revision,
    /// The id of the event.
    pub id: EventId,
    /// The kind of event.
    pub kind: OpenEnum<EventKind>,
    /// The payload schema version.
    pub schema: u16,
    /// When it happened, was published and was observed.
    pub times: Times,
    /// When it was recorded; never earlier than the previous record.
    pub recorded_at: Timestamp,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// The author; none if the vendor or a configuration is the source.
    pub author: Option<Author>,
    /// The observation that caused the event; none for an operator's act.
    pub observation: Option<ObservationRef>,
    /// The payload; none if it was erased.
    pub payload: Option<Vec<u8>>,
    /// The SHA-256 of the payload, kept after an erasure.
    pub payload_hash: [u8; 32],
    /// The chain hash, which covers this event and all before it.
    pub hash: [u8; 32],
}

/// The payload of a record cannot be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The payload was erased.
    #[error("payload of event {0} was erased")]
    Erased(Position),
    /// A later version wrote the payload, and this version does not know its kind, schema or
    /// content.
    #[error("payload of event {position} is a `{kind}` of a later version: {reason}")]
    Unknown {
        /// The position of the record.
        position: Position,
        /// The name of its kind.
        kind: String,
        /// What is unknown.
        reason: String,
    },
    /// The payload is not valid for its kind.
    #[error("payload of event {position} is not a valid `{kind}`: {reason}")]
    Invalid {
        /// The position of the record.
        position: Position,
        /// The name of its kind.
        kind: String,
        /// What is wrong.
        reason: String,
    },
}

impl Record {
    /// Decodes the payload. A follower of the log passes over an unknown payload, as over an erased
    /// one.
    pub fn decode(&self) -> Result<Fact, DecodeError> {
        let payload = self.payload.as_ref().ok_or(DecodeError::Erased(self.position))?;
        let event = match self.kind.known() {
            Some(kind) => wire::decode(kind, self.schema, payload),
            None => Err(Reason::Unknown("its kind is not known".to_owned())),
        };
        let event = event.map_err(|reason| {
            let (position, kind) = (self.position, self.kind.word().to_owned());
            match reason {
                Reason::Invalid(reason) => DecodeError::Invalid { position, kind, reason },
                Reason::Unknown(reason) => DecodeError::Unknown { position, kind, reason },
            }
        })?;
        Ok(Fact {
            stream: self.stream.clone(),
            event,
            times: self.times,
            backfilled: self.backfilled,
        })
    }
}
