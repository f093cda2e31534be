//! From an address to a port: the only place that names adapters.

use std::sync::Arc;

use signalbook_bus::MemoryBus;
use signalbook_bus::SharedBus;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, OpenError, SqliteEvidence, SqliteLog, SqliteViews};
use uuid::Uuid;

/// How many pages' observations are folded at the same time.
const PARTITIONS: u32 = 8;

/// Why an address leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// Not a store that we know.
    #[error("store `{0}` is not one of `sqlite:FILE`, `sqlite::memory:`")]
    UnknownStore(String),
    /// Not a bus that we know.
    #[error("bus `{0}` is not `memory:`")]
    UnknownBus(String),
    /// There is no store there.
    #[error(
        "there is no store at `{0}`; give its address with `--store`, like `sqlite:signalbook.db`"
    )]
    NoStore(String),
    /// The store cannot be opened.
    #[error("cannot open the store")]
    Open(#[from] OpenError),
}

/// An open store.
#[derive(Clone)]
pub struct Store {
    /// The log.
    pub log: SharedLog,
    /// The views.
    pub views: SharedViews,
    /// The evidence.
    pub evidence: SharedEvidence,
}

/// Opens the store at `address`. A new log gets the identity `log_id`.
pub async fn open_store(
    address: &str,
    evidence_bytes_max: u64,
    log_id: Uuid,
) -> Result<Store, AdapterError> {
    let location =
        Location::parse(address).ok_or_else(|| AdapterError::UnknownStore(address.to_owned()))?;
    Ok(Store {
        log: Arc::new(SqliteLog::open(&location, log_id).await?),
        views: Arc::new(SqliteViews::open(&location).await?),
        evidence: Arc::new(SqliteEvidence::open(&location, evidence_bytes_max).await?),
    })
}

/// Opens the store at `address`, which has to be there already.
pub async fn open_existing_store(address: &str) -> Result<Store, AdapterError> {
    match Location::parse(address) {
        Some(Location::File(path)) if !path.exists() => {
            Err(AdapterError::NoStore(address.to_owned()))
        }
        Some(_) | None => open_store(address, u64::MAX, Uuid::nil()).await,
    }
}

/// Opens the bus at `address`.
pub fn open_bus(address: &str) -> Result<SharedBus, AdapterError> {
    match address {
        "memory:" => Ok(Arc::new(MemoryBus::new(PARTITIONS))),
        other => Err(AdapterError::UnknownBus(other.to_owned())),
    }
}
