//! The configured pages against the log, as soon as the clock allows.
//!
//! A clock that is not believed at the start is no reason to end: what is known can be shown, and
//! the clock may be right in a moment, as on a machine that asks a time server after its start.

use std::time::Duration;

use signalbook_aggregator::{Reconciled, reconcile};
use signalbook_domain::Timestamp;
use signalbook_runtime::Stop;
use signalbook_store::AppendError;

use super::Recording;

/// How often it is tried again.
const EVERY: Duration = Duration::from_secs(1);

impl Recording {
    /// Makes the log watch the configured pages; none if it takes nothing yet for its clock's sake.
    pub(super) async fn reconcile(&self) -> Result<Option<Reconciled>, AppendError> {
        let now = Timestamp::from(self.sources.clock.now());
        match reconcile(&self.store.log, &self.pages, self.sources.ids.as_ref(), now).await {
            Ok(reconciled) => Ok(Some(reconciled)),
            Err(AppendError::Clock(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tries until it is done or told to stop. Never returns because of an outage.
    pub(super) async fn until_reconciled(&self, stop: &Stop) {
        while !stop.is_stopped() {
            if self.guard.refusal().is_none() && self.is_reconciled().await {
                return;
            }
            stop.wait_for(self.sources.clock.sleep(EVERY)).await;
        }
    }

    async fn is_reconciled(&self) -> bool {
        match self.reconcile().await {
            Ok(Some(reconciled)) => {
                let (added, removed) = (reconciled.added.len(), reconciled.removed.len());
                tracing::info!(added, removed, "the configured pages are recorded");
                true
            }
            Ok(None) => false,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "cannot record which pages are watched");
                false
            }
        }
    }
}
