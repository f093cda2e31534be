//! Detects that the log was restored from a copy.
//!
//! Goal: a log that lost its newest events takes no others in their place before the operator
//! knows. The views and the evidence each have a checkpoint of the last event that they followed,
//! and a backup is marked as a copy. The first check that finds a contradiction marks the log
//! itself, since rebuilt views lose their checkpoint; a marked log refuses appends until an epoch
//! is opened.

use signalbook_domain::Timestamp;
use signalbook_proto::chain::Epoch;
use signalbook_runtime::chain;
use signalbook_store::checkpoint::Comparison;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store::{AppendError, Checkpoint, RestoreMark, StoreError};

/// The log and the holders of its checkpoints.
pub(crate) struct Restore<'a> {
    pub(crate) log: &'a SharedLog,
    pub(crate) views: &'a SharedViews,
    /// None if the evidence is not to be opened.
    pub(crate) evidence: Option<&'a SharedEvidence>,
}

impl Restore<'_> {
    /// Detects a restore and marks the log. Returns the log's mark, which may be an earlier one.
    pub(crate) async fn find(&self, now: Timestamp) -> Result<Option<RestoreMark>, StoreError> {
        let known = self.log.restore_mark().await?;
        let Some(found) = self.contradiction(now).await? else { return Ok(known) };
        self.log.mark_restored(&found).await?;
        Ok(Some(known.unwrap_or(found)))
    }

    /// Opens an epoch if the log was restored.
    pub(crate) async fn accept(&self, now: Timestamp) -> Result<Option<Epoch>, AppendError> {
        let Some(mark) = self.find(now).await? else { return Ok(None) };
        let mut last = mark.epoch.max(self.log.head().await?.epoch.number);
        for (_, checkpoint) in self.checkpoints().await? {
            last = last.max(checkpoint.epoch.number);
        }
        self.log.open_epoch(last + 1, now).await.map(Some)
    }

    async fn contradiction(&self, now: Timestamp) -> Result<Option<RestoreMark>, StoreError> {
        for (whose, checkpoint) in self.checkpoints().await? {
            if let Comparison::Contradiction(found) = checkpoint.compare(self.log.as_ref()).await? {
                let reason = format!("{whose} beside it name {found}");
                let epoch = checkpoint.epoch.number;
                return Ok(Some(RestoreMark { marked_at: now, epoch, reason }));
            }
        }
        Ok(None)
    }

    /// The checkpoints of the views and the evidence; a damaged one is left out.
    async fn checkpoints(&self) -> Result<Vec<(&'static str, Checkpoint)>, StoreError> {
        let views = match self.views.checkpoint().await {
            Err(error) if error.is_damage() => None,
            found => found?,
        };
        let evidence = match self.evidence {
            None => Ok(None),
            Some(evidence) => evidence.checkpoint().await,
        };
        let evidence = match evidence {
            Err(error @ StoreError::Invalid { .. }) => {
                let error = chain(&error);
                tracing::warn!(error, "the evidence does not say how far the log had come");
                None
            }
            found => found?,
        };
        let views = views.map(|checkpoint| ("the views", checkpoint));
        let evidence = evidence.map(|checkpoint| ("the documents", checkpoint));
        Ok(views.into_iter().chain(evidence).collect())
    }
}

/// The message to the operator about a marked log.
pub(crate) fn refusal(mark: &RestoreMark) -> String {
    format!(
        "the log was restored from a copy ({}); what was recorded after the copy was made is \
         missing, and nothing new is recorded until that is accepted: stop Signalbook and run \
         `signalbook log accept-restore`, or start it with `--accept-restore`",
        mark.reason
    )
}
