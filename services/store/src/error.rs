//! What can go wrong in a store, as far as a caller can act on it.

use signalbook_domain::{EventId, Position, Revision, StreamId};

/// The source of an error that the caller cannot act on.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The store did not answer, or answered nonsense.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("store is not available while it should {doing}")]
    Unavailable {
        /// What it was asked to do.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Source,
    },
    /// A row contradicts what the store promises.
    #[error("row `{key}` of table `{table}` is not valid: {reason}")]
    Invalid {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// What is built again from the log is damaged; no call mends it but a rebuild.
    #[error("the views are damaged: {0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether what was asked for has to be built again before it can be read.
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
    /// A stream has moved on: fold again and decide anew.
    #[error("stream `{stream}` is at revision {actual}, not at {expected}")]
    Conflict {
        /// Which.
        stream: Box<StreamId>,
        /// Where the caller thought it was.
        expected: Revision,
        /// Where it is.
        actual: Revision,
    },
    /// The page's row has moved on: read it again and decide anew.
    #[error("the page's row was changed by another observation")]
    PageMoved,
    /// Some of the events are recorded already, as another append or twice in this one.
    #[error("event {0} is recorded already, together with other events than these")]
    Duplicate(EventId),
    /// More events at once than one append may hold.
    #[error("{events} events in one append; at most {max} are accepted")]
    TooLarge {
        /// How many there were.
        events: usize,
        /// How many are accepted.
        max: usize,
    },
    /// The log was restored, and nobody has accepted that yet.
    #[error("the log was restored from a copy, and nothing is recorded until that is accepted")]
    Restored,
    /// The moment of the append cannot be right.
    #[error("the time is not believed")]
    Clock(#[source] Source),
    /// The store failed before it was committed, or it is certain that it was not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why views were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another projector was faster: load again from where the views are.
    #[error("views are at position {actual}, not at {expected}")]
    Conflict {
        /// Where the caller thought they were.
        expected: Position,
        /// Where they are.
        actual: Position,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
