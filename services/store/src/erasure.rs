//! Deliberate erasures from the record.

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};

/// An erasure: what, when, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// What was erased.
    pub what: Erased,
    /// When it was erased.
    pub at: Timestamp,
    /// Who erased it, as free text.
    pub by: String,
    /// Why, as free text.
    pub reason: String,
}

/// What can be erased. The hash stays, so that the chain and the manifests remain verifiable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Erased {
    /// The payload of an event.
    Payload(Position),
    /// The bytes of a document.
    Document(ContentHash),
}
