//! What was erased from the record on purpose.

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};

/// An erasure, with who did it, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// What was erased.
    pub what: Erased,
    /// When.
    pub at: Timestamp,
    /// Who did it, in words.
    pub by: String,
    /// Why, in words.
    pub reason: String,
}

/// What can be erased: its hash stays, so that the chain and the manifests hold without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Erased {
    /// The payload of an event.
    Payload(Position),
    /// The bytes of a document.
    Document(ContentHash),
}
