//! The token by which a process is told to stop.

use tokio_util::sync::CancellationToken;

/// A token that all roles of a process share. Clones are the same token.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    stopped: CancellationToken,
    aborted: CancellationToken,
}

impl Stop {
    /// Creates a token that nobody has used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everybody to end their current piece of work and return.
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Gives up waiting: whatever still runs is cut off.
    pub fn abort(&self) {
        self.stopped.cancel();
        self.aborted.cancel();
    }

    /// Says whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }

    /// Waits until a stop is asked for, and returns at once if it was.
    pub async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    /// Waits until somebody gives up waiting.
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
