//! How far a follower of the log has come, and in which epoch of which log.
//!
//! Positions alone do not distinguish one log from another, nor from an earlier copy of itself that
//! was restored and then diverged. A checkpoint therefore also names the epoch and the event's
//! hash, so that its owner can detect that the log is no longer the one it followed.

use signalbook_domain::Position;
use signalbook_proto::chain::{EpochId, Hash};

use crate::error::StoreError;
use crate::log::EventLog;

/// The last event that a follower processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The epoch of the log at that time.
    pub epoch: EpochId,
    /// The position of the event.
    pub position: Position,
    /// The hash of the event.
    pub hash: Hash,
}

/// The result of comparing a checkpoint with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The log has the event.
    Same,
    /// The log does not have the event, because a restore from a copy was accepted.
    Superseded,
    /// The log does not have the event, and no accepted restore explains it.
    Contradiction(Contradiction),
}

/// The part of a checkpoint that the log does not have.
#[derive(Clone, Debug, PartialEq, Eq, derive_more::Display)]
pub enum Contradiction {
    /// An event beyond the end of the log.
    #[display("event {position}, and the log ends at event {end}")]
    Beyond {
        /// The position of that event.
        position: Position,
        /// The end of the log.
        end: Position,
    },
    /// A different event at this position.
    #[display("another event {_0} than the one that the log has")]
    Other(Position),
    /// An unknown epoch.
    #[display("epoch {_0}, which the log does not have")]
    Epoch(EpochId),
}

impl Checkpoint {
    /// The end of `log`; none while the log is empty.
    pub async fn of_end(log: &dyn EventLog) -> Result<Option<Self>, StoreError> {
        let head = log.head().await?;
        let hash = hash_at(log, head.position).await?;
        Ok(hash.map(|hash| Self { epoch: head.epoch, position: head.position, hash }))
    }

    /// Compares the checkpoint with `log`.
    pub async fn compare(&self, log: &dyn EventLog) -> Result<Comparison, StoreError> {
        let head = log.head().await?;
        let Some(found) = self.contradicted(log, head.position).await? else {
            let is_known = self.epoch == head.epoch || self.epoch.number < head.epoch.number;
            let unknown = || Comparison::Contradiction(Contradiction::Epoch(self.epoch));
            return Ok(if is_known { Comparison::Same } else { unknown() });
        };
        // Accepting a restore opens an epoch whose number is higher than any known one.
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
