//! From an address to a port: the only place that names adapters.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signalbook_bus::MemoryBus;
use signalbook_bus::SharedBus;
use signalbook_domain::Timestamp;
use signalbook_store::StoreError;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{
    BackupError, Copied, FileGone, Location, OpenError, SqliteEvidence, SqliteLog, SqliteViews,
};
use uuid::Uuid;

/// Whether the log at a path was ever opened as a store, and not only read or copied.
pub use signalbook_store_sqlite::was_opened;

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
    /// The store cannot be copied.
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

/// The same as files, which may be deleted or replaced.
#[derive(Clone)]
struct Files {
    log: Arc<SqliteLog>,
    views: Arc<SqliteViews>,
    evidence: Arc<SqliteEvidence>,
}

impl Store {
    /// Looks whether what it keeps for good still gets to where it will be found.
    pub fn check_record(&self) -> Result<(), FileGone> {
        self.files.log.check_file()?;
        self.files.evidence.check_file()
    }

    /// The same for all of it.
    pub async fn check_files(&self) -> Result<(), FileGone> {
        self.check_record()?;
        self.files.views.check_file().await
    }
}

/// A record that was opened to erase from it.
pub struct Record {
    pub log: SharedLog,
    pub evidence: SharedEvidence,
    location: Location,
    opened: (Arc<SqliteLog>, Arc<SqliteEvidence>),
}

impl Record {
    /// Removes the views, which say what is to be erased; they are built again from the log.
    pub fn forget_views(&self) -> std::io::Result<()> {
        SqliteViews::forget(&self.location)
    }

    /// Leaves nothing of what was erased in the files.
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

/// Opens what stands beside the log.
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

/// A record that was opened to be read alone: nothing of it is changed, whoever uses it.
pub struct Look {
    pub log: SharedLog,
    /// None if it is not looked at.
    pub evidence: Option<SharedEvidence>,
    opened: (Arc<SqliteLog>, Option<Arc<SqliteEvidence>>),
}

impl Look {
    /// Whether somebody wrote to it meanwhile, so that what was read proves nothing. A new look at
    /// it reads a copy.
    pub fn has_changed(&self) -> bool {
        let (log, evidence) = &self.opened;
        log.has_changed() || evidence.as_ref().is_some_and(|evidence| evidence.has_changed())
    }
}

/// Looks at the log at `address`, which has to be there already, at its evidence if `with_evidence`,
/// and at nothing else beside it.
pub async fn look_at_record(address: &str, with_evidence: bool) -> Result<Look, AdapterError> {
    let location = existing(address)?;
    // The log first: what its manifests name was kept before.
    let log = Arc::new(SqliteLog::open_read_only(&location).await?);
    let mut look = Look { log: log.clone(), evidence: None, opened: (log, None) };
    if with_evidence {
        let evidence = Arc::new(SqliteEvidence::open_read_only(&location).await?);
        look.evidence = Some(evidence.clone());
        look.opened.1 = Some(evidence);
    }
    Ok(look)
}

/// Opens the store at `address`, which has to be there already.
pub async fn open_existing_store(address: &str) -> Result<Store, AdapterError> {
    let location = existing(address)?;
    let log = Arc::new(SqliteLog::open_existing(&location).await?);
    open_beside(&location, log, u64::MAX).await
}

/// Opens the record at `address`, which has to be there already, without its views.
pub async fn open_existing_record(address: &str) -> Result<Record, AdapterError> {
    let location = existing(address)?;
    let log = Arc::new(SqliteLog::open_existing(&location).await?);
    let evidence = Arc::new(SqliteEvidence::open(&location, u64::MAX).await?);
    Ok(Record { log: log.clone(), evidence: evidence.clone(), location, opened: (log, evidence) })
}

/// Opens the log at `address`, which has to be there already, and its views.
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

/// Copies the log at `address` and its evidence, whoever uses them, into `folder`.
pub async fn back_up(
    address: &str,
    folder: &Path,
    made_at: Timestamp,
) -> Result<Copied, AdapterError> {
    Ok(signalbook_store_sqlite::back_up(&existing(address)?, folder, made_at).await?)
}

/// The file of the log at `address`, if it is in one.
pub fn log_file(address: &str) -> Result<Option<PathBuf>, AdapterError> {
    match existing(address)? {
        Location::File(path) => Ok(Some(path)),
        Location::Memory => Ok(None),
    }
}

/// Opens the bus at `address`.
pub fn open_bus(address: &str) -> Result<SharedBus, AdapterError> {
    match address {
        "memory:" => Ok(Arc::new(MemoryBus::new(PARTITIONS))),
        other => Err(AdapterError::UnknownBus(other.to_owned())),
    }
}
