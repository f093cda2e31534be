//! The token by which a process is told to stop.

use std::sync::Arc;

use tokio::sync::watch;

/// How far the stop has come. It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    Stopped,
    Aborted,
}

/// A token that all roles of a process share. Clones are the same token.
#[derive(Debug, Clone)]
pub struct Stop {
    stage: Arc<watch::Sender<Stage>>,
}

impl Stop {
    /// Creates a token that nobody has used.
    pub fn new() -> Self {
        Self { stage: Arc::new(watch::Sender::new(Stage::Running)) }
    }

    /// Asks everybody to end their current piece of work and return.
    pub fn stop(&self) {
        self.reach(Stage::Stopped);
    }

    /// Gives up waiting: whatever still runs is cut off.
    pub fn abort(&self) {
        self.reach(Stage::Aborted);
    }

    /// Says whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        *self.stage.borrow() >= Stage::Stopped
    }

    /// Waits until a stop is asked for, and returns at once if it was.
    pub async fn stopped(&self) {
        self.reached(Stage::Stopped).await;
    }

    /// Waits until somebody gives up waiting.
    pub async fn aborted(&self) {
        self.reached(Stage::Aborted).await;
    }

    fn reach(&self, stage: Stage) {
        self.stage.send_if_modified(|current| {
            let further = stage > *current;
            *current = stage.max(*current);
            further
        });
    }

    async fn reached(&self, stage: Stage) {
        let mut receiver = self.stage.subscribe();
        // The sender lives as long as `self`, so the wait cannot fail.
        let _ = receiver.wait_for(|current| *current >= stage).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
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
