//! The contract suite of the storage ports, on disk and in memory.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::sync::Arc;

use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog, SqliteViews};
use uuid::Uuid;

async fn log(location: &Location, log_id: Uuid) -> SharedLog {
    Arc::new(SqliteLog::open(location, log_id).await.unwrap())
}

async fn views(location: &Location) -> SharedViews {
    Arc::new(SqliteViews::open(location).await.unwrap())
}

async fn evidence(location: &Location, budget: u64) -> SharedEvidence {
    Arc::new(SqliteEvidence::open(location, budget).await.unwrap())
}

mod on_disk {
    use tempfile::TempDir;

    use super::{Location, SharedEvidence, SharedLog, SharedViews, Uuid};

    fn place() -> (Location, TempDir) {
        let folder = TempDir::new().unwrap();
        (Location::File(folder.path().join("signalbook.db")), folder)
    }

    mod log {
        async fn fresh(log_id: super::Uuid) -> (super::SharedLog, super::TempDir) {
            let (location, folder) = super::place();
            (crate::log(&location, log_id).await, folder)
        }

        signalbook_store::log_contract!(fresh);
    }

    mod views {
        async fn fresh() -> (super::SharedViews, super::TempDir) {
            let (location, folder) = super::place();
            (crate::views(&location).await, folder)
        }

        signalbook_store::views_contract!(fresh);
    }

    mod evidence {
        async fn fresh(budget: u64) -> (super::SharedEvidence, super::TempDir) {
            let (location, folder) = super::place();
            (crate::evidence(&location, budget).await, folder)
        }

        signalbook_store::evidence_contract!(fresh);
    }
}

mod in_memory {
    use super::{Location, SharedEvidence, SharedLog, SharedViews, Uuid};

    mod log {
        async fn fresh(log_id: super::Uuid) -> (super::SharedLog, ()) {
            (crate::log(&super::Location::Memory, log_id).await, ())
        }

        signalbook_store::log_contract!(fresh);
    }

    mod views {
        async fn fresh() -> (super::SharedViews, ()) {
            (crate::views(&super::Location::Memory).await, ())
        }

        signalbook_store::views_contract!(fresh);
    }

    mod evidence {
        async fn fresh(budget: u64) -> (super::SharedEvidence, ()) {
            (crate::evidence(&super::Location::Memory, budget).await, ())
        }

        signalbook_store::evidence_contract!(fresh);
    }
}
