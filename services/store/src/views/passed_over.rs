//! Events that the version that built the views did not know.

use serde::{Deserialize, Serialize};
use signalbook_domain::OpenEnum;
use signalbook_domain::event::EventKind;
use signalbook_proto::Record;
use signalbook_proto::record::is_known;

/// A kind of event and the version of its payload schema.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, derive_more::Display,
)]
#[display("{kind} {schema}")]
pub struct RecordKind {
    /// The kind.
    pub kind: OpenEnum<EventKind>,
    /// The version.
    pub schema: u16,
}

/// The number of events of a kind that the views passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// The kind.
    pub of: RecordKind,
    /// The number of events.
    pub events: u64,
}

impl RecordKind {
    /// The kind of `record`.
    pub fn of(record: &Record) -> Self {
        Self { kind: record.kind.clone(), schema: record.schema }
    }

    /// Whether this version knows the kind.
    pub fn is_known(&self) -> bool {
        is_known(&self.kind, self.schema)
    }
}
