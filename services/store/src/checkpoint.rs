//! How far somebody who follows the log has come, and in which life of which log.
//!
//! Positions alone do not tell one log from another, nor from an earlier copy of itself that was
//! restored and went on differently. So a checkpoint names the epoch and the event's hash too, and
//! whoever opens it beside a log can tell whether the log is still the one that it followed.

use std::fmt;

use signalbook_domain::Position;
use signalbook_proto::chain::{EpochId, Hash};

use crate::error::StoreError;
use crate::log::EventLog;

/// The last event that was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's epoch then.
    pub epoch: EpochId,
    /// The event's position.
    pub position: Position,
    /// Its hash.
    pub hash: Hash,
}

/// How a log and the checkpoint of one who followed it go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The log has the event.
    Same,
    /// The log has not, since it was restored from a copy and that was accepted.
    Superseded,
    /// The log has not, and nobody said why.
    Contradiction(Contradiction),
}

/// What a checkpoint names that the log does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// An event behind the log's end.
    Beyond {
        /// The event.
        position: Position,
        /// The log's end.
        end: Position,
    },
    /// Another event.
    Other(Position),
    /// An epoch.
    Epoch(EpochId),
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond { position, end } => {
                write!(f, "event {position}, and the log ends at event {end}")
            }
            Self::Other(position) => {
                write!(f, "another event {position} than the one that the log has")
            }
            Self::Epoch(epoch) => write!(f, "epoch {epoch}, which the log does not have"),
        }
    }
}

impl Checkpoint {
    /// The end of `log`; none as long as it has no event.
    pub async fn of_end(log: &dyn EventLog) -> Result<Option<Self>, StoreError> {
        let head = log.head().await?;
        let hash = hash_at(log, head.position).await?;
        Ok(hash.map(|hash| Self { epoch: head.epoch, position: head.position, hash }))
    }

    /// Compares it with what `log` has.
    pub async fn compare(&self, log: &dyn EventLog) -> Result<Comparison, StoreError> {
        let head = log.head().await?;
        let Some(found) = self.contradicted(log, head.position).await? else {
            let is_known = self.epoch == head.epoch || self.epoch.number < head.epoch.number;
            let unknown = || Comparison::Contradiction(Contradiction::Epoch(self.epoch));
            return Ok(if is_known { Comparison::Same } else { unknown() });
        };
        // Whoever accepts a restore gives the epoch a higher number than any that is known.
        let was_accepted = self.epoch.number < head.epoch.number;
        Ok(if was_accepted { Comparison::Superseded } else { Comparison::Contradiction(found) })
    }

    async fn contradicted(
        &self,
        log: &dyn EventLog,
        end: Position,
    ) -> Result<Option<Contradiction>, StoreError> {
        let position = self.position;
        if position > end {
            return Ok(Some(Contradiction::Beyond { position, end }));
        }
        let is_same = hash_at(log, position).await? == Some(self.hash);
        Ok((!is_same).then_some(Contradiction::Other(position)))
    }
}

async fn hash_at(log: &dyn EventLog, position: Position) -> Result<Option<Hash>, StoreError> {
    let Some(before) = position.0.checked_sub(1) else { return Ok(None) };
    let event = log.read_after(Position(before), 1).await?.pop();
    Ok(event.map(|event| event.hash))
}
