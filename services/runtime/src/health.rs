//! Whether the process can do its work, for health probes.
//!
//! Each role owns a named check and updates it when its state changes. A request probes nothing, so
//! that it is cheap and cannot hang.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether one part of the process can do its work.
#[derive(Debug, Clone, PartialEq, Eq, derive_more::Display)]
pub enum Readiness {
    #[display("ready")]
    Ready,
    /// The part can work, with a remark for the operator.
    #[display("ready: {remark}")]
    Remarked {
        /// The remark, as a lower-case fragment.
        remark: String,
    },
    /// The role has not reported yet.
    #[display("not ready: starting")]
    Starting,
    #[display("not ready: {reason}")]
    NotReady {
        /// The reason, as a lower-case fragment that an operator can act on.
        reason: String,
    },
}

impl Readiness {
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Ready | Self::Remarked { .. } => true,
            Self::Starting | Self::NotReady { .. } => false,
        }
    }
}

/// The checks of one process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Health {
    checks: Arc<Mutex<BTreeMap<String, Readiness>>>,
}

impl Health {
    /// Creates a registry without checks, which counts as ready.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the check with this name. A new one is not ready until its role reports.
    pub fn check(&self, name: impl Into<String>) -> Check {
        let name = name.into();
        self.checks().entry(name.clone()).or_insert(Readiness::Starting);
        Check { health: self.clone(), name }
    }

    /// Returns every check and its state, ordered by name.
    pub fn report(&self) -> Vec<(String, Readiness)> {
        self.checks().iter().map(|(name, state)| (name.clone(), state.clone())).collect()
    }

    /// Returns whether every check is ready.
    pub fn is_ready(&self) -> bool {
        self.checks().values().all(Readiness::is_ready)
    }

    fn checks(&self) -> MutexGuard<'_, BTreeMap<String, Readiness>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle of a role on its own check. The last state remains in the report after the role ends.
#[derive(Debug, Clone)]
pub struct Check {
    health: Health,
    name: String,
}

impl Check {
    /// Reports that the role can work.
    pub fn ready(&self) {
        self.set(Readiness::Ready);
    }

    /// Reports that the role can work, with a remark for the operator.
    pub fn remark(&self, remark: impl Into<String>) {
        self.set(Readiness::Remarked { remark: remark.into() });
    }

    /// Reports that the role cannot work, and why.
    pub fn not_ready(&self, reason: impl Into<String>) {
        self.set(Readiness::NotReady { reason: reason.into() });
    }

    fn set(&self, state: Readiness) {
        self.health.checks().insert(self.name.clone(), state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(health: &Health) -> Vec<String> {
        health.report().iter().map(|(name, state)| format!("{name} {state}")).collect()
    }

    #[test]
    fn a_new_check_is_not_ready_until_its_role_says_so() {
        let health = Health::new();
        assert!(health.is_ready());
        let relay = health.check("relay");
        assert_eq!(report(&health), ["relay not ready: starting"]);
        relay.ready();
        assert!(health.is_ready());
    }

    #[test]
    fn one_check_that_is_not_ready_makes_the_process_not_ready() {
        let health = Health::new();
        health.check("store").ready();
        health.check("bus").not_ready("no connection to `nats://bus:4222`");
        assert!(!health.is_ready());
        assert_eq!(
            report(&health),
            ["bus not ready: no connection to `nats://bus:4222`", "store ready"]
        );
    }

    #[test]
    fn a_remark_leaves_the_process_ready() {
        let health = Health::new();
        health.check("clock").remark("behind the log's last event");
        assert!(health.is_ready());
        assert_eq!(report(&health), ["clock ready: behind the log's last event"]);
    }

    #[test]
    fn asking_for_a_check_again_keeps_its_state() {
        let health = Health::new();
        health.check("store").ready();
        let again = health.check("store");
        assert!(health.is_ready());
        again.not_ready("disk full");
        assert!(!health.is_ready());
    }
}
