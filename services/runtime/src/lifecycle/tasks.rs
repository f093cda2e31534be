//! The roles of one process, as a group that ends together.

use std::collections::BTreeMap;

use tokio::task::{Id, JoinError, JoinSet};

use super::Stop;

/// The error that a role may return.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a process ended without being asked to.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A role returned an error.
    #[error("run role `{role}`")]
    Failed { role: String, source: BoxError },
    /// A role panicked.
    #[error("run role `{role}`, it panicked with `{message}`")]
    Panicked {
        role: String,
        /// The message of the panic.
        message: String,
    },
    /// A role returned without being asked to.
    #[error("keep role `{role}` running, it ended by itself, expected it to go on until stopped")]
    EndedByItself { role: String },
    /// Roles were still running when the stop was aborted.
    #[error("stop in time, expected no role to be at work still but found `{}`", roles.join("`, `"))]
    Aborted {
        /// The roles that were cancelled.
        roles: Vec<String>,
    },
}

#[derive(Debug)]
pub struct Tasks {
    stop: Stop,
    running: JoinSet<Result<(), BoxError>>,
    roles: BTreeMap<Id, String>,
}

impl Tasks {
    /// Creates an empty group that is controlled by `stop`.
    pub fn new(stop: Stop) -> Self {
        Self { stop, running: JoinSet::new(), roles: BTreeMap::new() }
    }

    /// Starts a role. It must return soon after the group's [`Stop`] is stopped, and not before.
    pub fn spawn<F, E>(&mut self, role: impl Into<String>, work: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let handle = self.running.spawn(async move { work.await.map_err(Into::into) });
        self.roles.insert(handle.id(), role.into());
    }

    /// Waits until every role has ended, and returns the first error.
    ///
    /// The first role that fails or ends by itself stops the others. An abort cancels the rest.
    pub async fn join(mut self) -> Result<(), TaskError> {
        let stop = self.stop.clone();
        let mut first = Ok(());
        loop {
            let ended = tokio::select! {
                biased;
                ended = self.running.join_next_with_id() => ended,
                () = stop.aborted() => return first.and(Err(self.cut_off().await)),
            };
            let Some(ended) = ended else { return first };
            let outcome = self.outcome(ended);
            if outcome.is_err() {
                stop.stop();
            }
            first = first.and(outcome);
        }
    }

    fn outcome(
        &mut self,
        ended: Result<(Id, Result<(), BoxError>), JoinError>,
    ) -> Result<(), TaskError> {
        let (id, result) = match ended {
            Ok((id, result)) => (id, Ok(result)),
            Err(error) => (error.id(), Err(error)),
        };
        let role = self.roles.remove(&id).unwrap_or_default();
        match result {
            Ok(Ok(())) if self.stop.is_stopped() => {
                tracing::debug!(role, "role has ended");
                Ok(())
            }
            Ok(Ok(())) => Err(TaskError::EndedByItself { role }),
            Ok(Err(source)) => Err(TaskError::Failed { role, source }),
            Err(error) => Err(TaskError::Panicked { role, message: panic_message(error) }),
        }
    }

    async fn cut_off(&mut self) -> TaskError {
        let roles = std::mem::take(&mut self.roles).into_values().collect();
        self.running.shutdown().await;
        TaskError::Aborted { roles }
    }
}

fn panic_message(error: JoinError) -> String {
    let payload = match error.try_into_panic() {
        Ok(payload) => payload,
        Err(cancelled) => return cancelled.to_string(),
    };
    let written = payload.downcast_ref::<String>().map(String::as_str);
    let text = written.or_else(|| payload.downcast_ref::<&'static str>().copied());
    text.unwrap_or("something that is not text").to_owned()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io;

    use super::*;

    async fn until_stopped(stop: Stop) -> Result<(), Infallible> {
        stop.stopped().await;
        Ok(())
    }

    fn group() -> (Stop, Tasks) {
        let stop = Stop::new();
        let mut tasks = Tasks::new(stop.clone());
        tasks.spawn("steady", until_stopped(stop.clone()));
        (stop, tasks)
    }

    #[tokio::test]
    async fn roles_that_end_when_asked_to_are_a_good_end() {
        let (stop, mut tasks) = group();
        tasks.spawn("other", until_stopped(stop.clone()));
        stop.stop();
        tasks.join().await.unwrap();
    }

    #[tokio::test]
    async fn a_group_without_roles_has_ended() {
        Tasks::new(Stop::new()).join().await.unwrap();
    }

    #[tokio::test]
    async fn a_role_that_fails_stops_the_others_and_is_named() {
        let (stop, mut tasks) = group();
        tasks.spawn("poller", async { Err(io::Error::other("no bus")) });
        let error = tasks.join().await.unwrap_err();
        assert!(stop.is_stopped());
        assert_eq!(error.to_string(), "run role `poller`");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no bus");
    }

    #[tokio::test]
    async fn a_role_that_ends_by_itself_is_named() {
        let (_, mut tasks) = group();
        tasks.spawn("relay", async { Ok::<_, Infallible>(()) });
        let error = tasks.join().await.unwrap_err();
        assert!(matches!(error, TaskError::EndedByItself { role } if role == "relay"));
    }

    #[tokio::test]
    async fn a_role_that_panics_is_named_with_its_last_words() {
        let (_, mut tasks) = group();
        let words = "a checkpoint behind its view";
        tasks.spawn("projector", async move {
            assert!(words.is_empty(), "{words}");
            Ok::<_, Infallible>(())
        });
        let error = tasks.join().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "run role `projector`, it panicked with `a checkpoint behind its view`"
        );
    }

    #[tokio::test]
    async fn only_the_first_failure_is_reported() {
        let (stop, mut tasks) = group();
        tasks.spawn("second", async move {
            stop.stopped().await;
            Err(io::Error::other("because of the first"))
        });
        tasks.spawn("first", async { Err(io::Error::other("the cause")) });
        let error = tasks.join().await.unwrap_err();
        assert_eq!(error.to_string(), "run role `first`");
    }

    #[tokio::test]
    async fn an_abort_cuts_off_and_names_who_was_still_at_work() {
        let (stop, mut tasks) = group();
        tasks.spawn("stuck", std::future::pending::<Result<(), Infallible>>());
        let joining = tokio::spawn(tasks.join());
        stop.stop();
        tokio::task::yield_now().await;
        stop.abort();
        let error = joining.await.unwrap().unwrap_err();
        assert!(
            matches!(&error, TaskError::Aborted { roles } if roles.contains(&"stuck".to_owned())),
            "{error}"
        );
    }
}
