//! The token that stops a process.

use tokio_util::sync::CancellationToken;

/// A token shared by all roles of a process. Clones are the same token.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    stopped: CancellationToken,
    aborted: CancellationToken,
}

impl Stop {
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all roles to finish their current unit of work and return.
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Stops waiting: the roles that still run are cancelled.
    pub fn abort(&self) {
        self.stopped.cancel();
        self.aborted.cancel();
    }

    /// Returns whether a stop was requested.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }

    /// Waits until a stop is requested; returns at once if it already was.
    pub async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    /// Waits for `wake` or a stop, whichever comes first.
    pub async fn wait_for(&self, wake: impl Future) {
        self.stopped.run_until_cancelled(wake).await;
    }

    /// Waits until [`Stop::abort`] is called.
    pub async fn aborted(&self) {
        self.aborted.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stop_reaches_every_clone_and_those_who_come_late() {
        let stop = Stop::new();
        let clone = stop.clone();
        let waiting = tokio::spawn(async move { clone.stopped().await });
        assert!(!stop.is_stopped());
        stop.stop();
        waiting.await.unwrap();
        stop.clone().stopped().await;
        assert!(stop.is_stopped());
    }

    #[tokio::test]
    async fn an_abort_is_also_a_stop_and_cannot_be_taken_back() {
        let stop = Stop::new();
        stop.abort();
        stop.stop();
        stop.stopped().await;
        stop.aborted().await;
    }
}
