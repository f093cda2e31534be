//! Reconciles the configured pages with the log as soon as the clock allows.
//!
//! A clock that is not believed at the start does not end the program: existing data can be shown,
//! and the clock may soon be corrected, as on a machine that sets it from a time server after its
//! start.

use std::time::Duration;

use signalbook_aggregator::{Reconciled, reconcile};
use signalbook_domain::Timestamp;
use signalbook_runtime::{Stop, chain};
use signalbook_store::AppendError;

use super::Recording;

/// The time between two attempts.
const EVERY: Duration = Duration::from_secs(1);

impl Recording {
    /// Makes the log watch the configured pages. Returns none if the log refuses because of the
    /// clock.
    pub(super) async fn reconcile(&self) -> Result<Option<Reconciled>, AppendError> {
        let now = Timestamp::from(self.sources.clock.now());
        match reconcile(&self.store.log, &self.pages, self.sources.ids.as_ref(), now).await {
            Ok(reconciled) => Ok(Some(reconciled)),
            Err(AppendError::Clock(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Retries until it succeeds or is stopped; an outage does not end it.
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
                let error = chain(&error);
                tracing::warn!(error, "cannot record which pages are watched");
                false
            }
        }
    }
}
