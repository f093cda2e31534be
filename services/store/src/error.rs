//! The store errors that a caller can distinguish and act on.

use signalbook_domain::{EventId, Position, Revision, StreamId};

/// The source of an error that the caller cannot act on.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The store is unavailable or holds invalid data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the store is not available to {doing}")]
    Unavailable {
        /// The operation that failed.
        doing: &'static str,
        /// The cause.
        #[source]
        source: Source,
    },
    /// A row violates an invariant of the store.
    #[error("row `{key}` of table `{table}` is not valid: {reason}")]
    Invalid {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// The reason.
        reason: String,
    },
    /// The views are damaged; only a rebuild repairs them.
    #[error("the views are damaged: {0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether the views must be rebuilt before they can be read.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Unavailable { .. } | Self::Invalid { .. } => false,
        }
    }
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A stream has moved on: fold it again and decide again.
    #[error("stream `{stream}` is at revision {actual}, not at {expected}")]
    Conflict {
        /// The stream.
        stream: Box<StreamId>,
        /// The revision that the caller expected.
        expected: Revision,
        /// The actual revision.
        actual: Revision,
    },
    /// The page row has moved on: read it again and decide again.
    #[error("the page's row was changed by another observation")]
    PageMoved,
    /// Some of the events are already recorded by another append, or appear twice in this one.
    #[error("event {0} is already recorded, together with other events")]
    Duplicate(EventId),
    /// The append has more events than [`APPEND_EVENTS_MAX`](crate::log::APPEND_EVENTS_MAX).
    #[error("{events} events in one append; at most {max} are accepted")]
    TooLarge {
        /// The number of events.
        events: usize,
        /// The limit.
        max: usize,
    },
    /// The log was restored, and the restore is not accepted yet.
    #[error("the log was restored from a copy, and nothing is recorded until that is accepted")]
    Restored,
    /// The time of the append is not plausible.
    #[error("the time is not believed")]
    Clock(#[source] Source),
    /// The store failed. Whether the append was recorded is not always known; repeating it is safe.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the views were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another projector was faster: load again from the current checkpoint.
    #[error("views are at position {actual}, not at {expected}")]
    Conflict {
        /// The position that the caller expected.
        expected: Position,
        /// The actual position.
        actual: Position,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
