//! Maps addresses to ports; the only place that names adapters.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use signalbook_bus::{MemoryBus, SharedBus};
use signalbook_domain::Timestamp;
use signalbook_store::StoreError;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{
    BackupError, Copied, FileGone, Location, OpenError, SqliteEvidence, SqliteLog, SqliteViews,
};
use uuid::Uuid;

/// Whether the log at a path was ever opened as a store rather than only read or copied.
pub use signalbook_store_sqlite::was_opened;

/// The most pages whose observations are folded concurrently.
const PARTITIONS: u32 = 8;

#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    #[error("store `{0}` is not one of `sqlite:FILE`, `sqlite::memory:`")]
    UnknownStore(String),
    #[error("bus `{0}` is not `memory:`")]
    UnknownBus(String),
    #[error(
        "there is no store at `{0}`; give its address with `--store`, like `sqlite:signalbook.db`"
    )]
    NoStore(String),
    #[error("cannot open the store")]
    Open(#[from] OpenError),
    #[error("cannot back up the store")]
    Backup(#[from] BackupError),
}

#[derive(Clone)]
pub struct Store {
    pub log: SharedLog,
    pub views: SharedViews,
    pub evidence: SharedEvidence,
    files: Files,
}

/// The same adapters as files, which may be deleted or replaced.
#[derive(Clone)]
struct Files {
    log: Arc<SqliteLog>,
    views: Arc<SqliteViews>,
    evidence: Arc<SqliteEvidence>,
}

impl Store {
    /// Checks that the files of the log and the evidence are still at their paths.
    pub fn check_record(&self) -> Result<(), FileGone> {
        self.files.log.check_file()?;
        self.files.evidence.check_file()
    }

    /// Checks the files of the log, the evidence and the views.
    pub async fn check_files(&self) -> Result<(), FileGone> {
        self.check_record()?;
        self.files.views.check_file().await
    }
}

/// A record opened for erasure.
pub struct Record {
    pub log: SharedLog,
    pub evidence: SharedEvidence,
    location: Location,
    opened: (Arc<SqliteLog>, Arc<SqliteEvidence>),
}

impl Record {
    /// Removes the views, which contain what is to be erased; they are rebuilt from the log.
    pub fn forget_views(&self) -> std::io::Result<()> {
        SqliteViews::forget(&self.location)
    }

    /// Removes all remains of erased data from the files.
    pub async fn compact(&self) -> Result<(), StoreError> {
        self.opened.0.compact().await?;
        self.opened.1.compact().await
    }

    pub async fn close(self) {
        let Self { log, evidence, opened, .. } = self;
        drop((log, evidence));
        if let (Some(log), Some(evidence)) = (Arc::into_inner(opened.0), Arc::into_inner(opened.1))
        {
            evidence.close().await;
            log.close().await;
        }
    }
}

/// Opens the store at `address`. A new log gets the identity `log_id`.
pub async fn open_store(
    address: &str,
    evidence_bytes_max: u64,
    log_id: Uuid,
) -> Result<Store, AdapterError> {
    let location = located(address)?;
    let log = Arc::new(SqliteLog::open(&location, log_id).await?);
    open_beside(&location, log, evidence_bytes_max).await
}

/// Opens the views and the evidence beside the log.
async fn open_beside(
    location: &Location,
    log: Arc<SqliteLog>,
    evidence_bytes_max: u64,
) -> Result<Store, AdapterError> {
    let views = Arc::new(SqliteViews::open(location).await?);
    let evidence = Arc::new(SqliteEvidence::open(location, evidence_bytes_max).await?);
    let files = Files { log: log.clone(), views: views.clone(), evidence: evidence.clone() };
    Ok(Store { log, views, evidence, files })
}

/// A record opened read-only; another process may be using it.
pub struct Look {
    pub log: SharedLog,
    /// None if it was not requested.
    pub evidence: Option<SharedEvidence>,
    opened: (Arc<SqliteLog>, Option<Arc<SqliteEvidence>>),
}

impl Look {
    /// Whether another process wrote to the record since it was opened, which invalidates what was
    /// read. A new look reads a copy.
    pub fn has_changed(&self) -> bool {
        let (log, evidence) = &self.opened;
        log.has_changed() || evidence.as_ref().is_some_and(|evidence| evidence.has_changed())
    }
}

/// Opens the existing log at `address` read-only, with its evidence if `with_evidence`, and no
/// other file. Evidence that is lost is an error unless `allow_missing`.
pub async fn look_at_record(
    address: &str,
    with_evidence: bool,
    allow_missing: bool,
) -> Result<Look, AdapterError> {
    let location = existing(address)?;
    // The log first: evidence is stored before a manifest names it.
    let log = Arc::new(SqliteLog::open_read_only(&location).await?);
    let mut look = Look { log: log.clone(), evidence: None, opened: (log, None) };
    if with_evidence {
        let evidence = Arc::new(match SqliteEvidence::open_read_only(&location).await {
            Err(OpenError::File { source, .. })
                if allow_missing && source.kind() == ErrorKind::NotFound =>
            {
                SqliteEvidence::open(&Location::Memory, 0).await?
            }
            opened => opened?,
        });
        look.evidence = Some(evidence.clone());
        look.opened.1 = Some(evidence);
    }
    Ok(look)
}

/// Opens the existing store at `address`.
pub async fn open_existing_store(address: &str) -> Result<Store, AdapterError> {
    let location = existing(address)?;
    let log = Arc::new(SqliteLog::open_existing(&location).await?);
    open_beside(&location, log, u64::MAX).await
}

/// Opens the existing record at `address` without its views.
pub async fn open_existing_record(address: &str) -> Result<Record, AdapterError> {
    let location = existing(address)?;
    let log = Arc::new(SqliteLog::open_existing(&location).await?);
    let evidence = Arc::new(SqliteEvidence::open(&location, u64::MAX).await?);
    Ok(Record { log: log.clone(), evidence: evidence.clone(), location, opened: (log, evidence) })
}

/// Opens the existing log at `address` and its views.
pub async fn open_existing_views(address: &str) -> Result<(SharedLog, SharedViews), AdapterError> {
    let location = existing(address)?;
    let log = SqliteLog::open_existing(&location).await?;
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

/// Copies the log at `address` and its evidence, which may be in use, into `folder`.
pub async fn back_up(
    address: &str,
    folder: &Path,
    made_at: Timestamp,
) -> Result<Copied, AdapterError> {
    Ok(signalbook_store_sqlite::back_up(&existing(address)?, folder, made_at).await?)
}

/// The file of the existing log at `address`; none if it is in memory.
pub fn log_file(address: &str) -> Result<Option<PathBuf>, AdapterError> {
    match existing(address)? {
        Location::File(path) => Ok(Some(path)),
        Location::Memory => Ok(None),
    }
}

pub fn open_bus(address: &str) -> Result<SharedBus, AdapterError> {
    match address {
        "memory:" => Ok(Arc::new(MemoryBus::new(PARTITIONS))),
        other => Err(AdapterError::UnknownBus(other.to_owned())),
    }
}
