//! An event on its way into the log ([`Draft`]) and in it ([`Record`]).

use sha2::{Digest, Sha256};
use signalbook_domain::event::{EventKind, Fact, Times};
use signalbook_domain::{
    Author, EventId, OpenEnum, PageId, Position, Revision, StreamId, Timestamp,
};
use uuid::Uuid;

use crate::manifest::ObservationRef;
use crate::wire::{self, Reason};

/// The version of the payload schemas that this code writes.
pub const SCHEMA: u16 = 1;

/// Whether this version understands events of `kind` whose payload is laid out as `schema`.
pub fn is_known(kind: &OpenEnum<EventKind>, schema: u16) -> bool {
    kind.known().is_some() && (1..=SCHEMA).contains(&schema)
}

/// An event to be appended, its payload encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its identity.
    pub id: EventId,
    /// What kind of event it is.
    pub kind: OpenEnum<EventKind>,
    /// The version of the payload's schema.
    pub schema: u16,
    /// When.
    pub times: Times,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// Who says it; none for what the vendor says, or what a configuration does.
    pub author: Option<Author>,
    /// The observation that caused it; none for what an operator did.
    pub observation: Option<ObservationRef>,
    /// The encoded payload.
    pub payload: Vec<u8>,
    /// The payload's SHA-256.
    pub payload_hash: [u8; 32],
}

impl Draft {
    /// Encodes a fact. The id is derived from `cause` (an observation, or an operator's act) and
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
    /// Its place in the whole log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// The page that the stream belongs to.
    pub page: PageId,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its identity.
    pub id: EventId,
    /// What kind of event it is.
    pub kind: OpenEnum<EventKind>,
    /// The version of the payload's schema.
    pub schema: u16,
    /// When it happened, was published and was observed.
    pub times: Times,
    /// When it was recorded; never earlier than the record before.
    pub recorded_at: Timestamp,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// Who says it; none for what the vendor says, or what a configuration does.
    pub author: Option<Author>,
    /// The observation that caused it.
    pub observation: Option<ObservationRef>,
    /// The payload; none if it was erased.
    pub payload: Option<Vec<u8>>,
    /// The payload's SHA-256, also after it was erased.
    pub payload_hash: [u8; 32],
    /// The hash of this event and all before it.
    pub hash: [u8; 32],
}

/// A record whose payload cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The payload was erased.
    #[error("payload of event {0} was erased")]
    Erased(Position),
    /// The payload says something that a later version wrote and this one does not know.
    #[error("payload of event {position} is a `{kind}` of a later version: {reason}")]
    Unknown {
        /// Which record.
        position: Position,
        /// The name of its kind.
        kind: String,
        /// What is not known.
        reason: String,
    },
    /// The payload's bytes are not what its kind says.
    #[error("payload of event {position} is not a valid `{kind}`: {reason}")]
    Invalid {
        /// Which record.
        position: Position,
        /// The name of its kind.
        kind: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Record {
    /// Decodes the payload. One that says what this version does not know costs its own meaning
    /// alone: whoever follows the log passes over it, as over one that was erased.
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
