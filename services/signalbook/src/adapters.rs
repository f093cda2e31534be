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
    let location = located(address)?;
    Ok(Store {
        log: Arc::new(SqliteLog::open(&location, log_id).await?),
        views: Arc::new(SqliteViews::open(&location).await?),
        evidence: Arc::new(SqliteEvidence::open(&location, evidence_bytes_max).await?),
    })
}

/// Opens the log at `address`, which has to be there already, and nothing beside it.
pub async fn open_existing_log(address: &str) -> Result<SharedLog, AdapterError> {
    let location = existing(address)?;
    Ok(Arc::new(SqliteLog::open(&location, Uuid::nil()).await?))
}

/// Opens the evidence of the log at `address`, for reading.
pub async fn open_existing_evidence(address: &str) -> Result<SharedEvidence, AdapterError> {
    let location = existing(address)?;
    Ok(Arc::new(SqliteEvidence::open(&location, u64::MAX).await?))
}

/// Opens the log at `address`, which has to be there already, and its views.
pub async fn open_existing_views(address: &str) -> Result<(SharedLog, SharedViews), AdapterError> {
    let location = existing(address)?;
    let log = SqliteLog::open(&location, Uuid::nil()).await?;
    Ok((Arc::new(log), Arc::new(SqliteViews::open(&location).await?)))
}

fn existing(address: &str) -> Result<Location, AdapterError> {
    let location = located(address)?;
    match &location {
        Location::File(path) if !path.exists() => Err(AdapterError::NoStore(address.to_owned())),
        Location::File(_) | Location::Memory => Ok(location),
    }
}

fn located(address: &str) -> Result<Location, AdapterError> {
    Location::parse(address).ok_or_else(|| AdapterError::UnknownStore(address.to_owned()))
}

/// Opens the bus at `address`.
pub fn open_bus(address: &str) -> Result<SharedBus, AdapterError> {
    match address {
        "memory:" => Ok(Arc::new(MemoryBus::new(PARTITIONS))),
        other => Err(AdapterError::UnknownBus(other.to_owned())),
    }
}
