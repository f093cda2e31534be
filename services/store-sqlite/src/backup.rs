//! Copies of a store that may be in use.
//!
//! Required: each file as of one moment, while its process keeps writing. Without SQLite's C
//! interface, `vacuum into` does that. It is one read-only transaction, so it blocks no writer and
//! never restarts, unlike page-by-page copies, which restart with each commit of another process.
//! Commits made during the copy stay in the write-ahead log until it is done.
//!
//! The log is copied first. Documents are stored before the events that name them are appended, so
//! the evidence that is copied afterwards has every document that the log's copy names.
//!
//! The copy of the log has a restore mark, and takes no append until an epoch is opened.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use signalbook_domain::Timestamp;
use signalbook_store::{Checkpoint, EventLog as _, Head, RestoreMark, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::error::{Recoverability, SqliteFailure};
use crate::file::{self, FILE_MODE, Location, OpenError, Part};
use crate::{SqliteLog, evidence, log};

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store has no files.
    #[error("a store in memory cannot be copied; name one in files, like `sqlite:signalbook.db`")]
    Memory,
    /// The source cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy cannot be made.
    #[error("cannot copy `{from}` to `{to}`; check that there is enough room")]
    Copy {
        from: PathBuf,
        to: PathBuf,
        #[source]
        source: SqliteFailure,
    },
    /// The copy cannot be written.
    #[error("cannot write `{path}`")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The copy cannot be read.
    #[error("the copy cannot be read")]
    Store(#[from] StoreError),
}

#[derive(Debug)]
pub struct Copied {
    /// The end of the log's copy.
    pub head: Head,
    pub files: Vec<PathBuf>,
}

/// Copies the log at `location` and its evidence to `folder` under the same file names, even while
/// another process uses them. The copies are synced to disk on return.
pub async fn back_up(
    location: &Location,
    folder: &Path,
    made_at: Timestamp,
) -> Result<Copied, BackupError> {
    let log = copy_in(location, folder)?;
    let mut connection = copy(location, &log::PART, &log).await?;
    let mark = RestoreMark {
        marked_at: made_at,
        epoch: log::read_head(&mut connection).await?.epoch.number,
        reason: format!("it is a backup of {made_at}"),
    };
    log::put_mark(&mut connection, &mark).await?;
    finish(connection, location, &log).await?;
    let copied = SqliteLog::open_read_only(&Location::File(log.clone())).await?;
    let (head, end) = (copied.head().await?, Checkpoint::of_end(&copied).await?);
    copied.close().await;

    let beside = location.part("evidence");
    let evidence = copy_in(&beside, folder)?;
    let mut connection = copy(&beside, &evidence::PART, &evidence).await?;
    if let Some(end) = end {
        // The evidence was copied later, and its checkpoint may name a later event.
        evidence::put_checkpoint(&mut connection, &end).await?;
    }
    finish(connection, &beside, &evidence).await?;
    sync(folder)?;
    Ok(Copied { head, files: vec![log, evidence] })
}

/// The path of the copy of the file at `location`.
fn copy_in(location: &Location, folder: &Path) -> Result<PathBuf, BackupError> {
    match location {
        Location::Memory => Err(BackupError::Memory),
        Location::File(path) => Ok(folder.join(path.file_name().unwrap_or_default())),
    }
}

/// Copies the database of `part`. Returns a connection to the copy.
async fn copy(
    location: &Location,
    part: &Part,
    to: &Path,
) -> Result<SqliteConnection, BackupError> {
    // SQLite takes the name as text.
    let name = to.to_str().ok_or_else(|| BackupError::File {
        path: to.to_owned(),
        source: std::io::Error::new(ErrorKind::InvalidInput, "its name is not UTF-8"),
    })?;
    let mut reader = file::open_reader(location, part).await?;
    // SQLite fills an empty file, which keeps the mode set here.
    let made = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(to);
    made.map_err(|source| BackupError::File { path: to.to_owned(), source })?;
    let failed = copy_failed(location, to);
    query!("file/vacuum_into").bind(name).execute(&mut reader).await.map_err(&failed)?;
    reader.close().await.map_err(&failed)?;
    let options = SqliteConnectOptions::new()
        .filename(to)
        // The modes of a store in use, so that opening the copy rewrites nothing.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    options.connect().await.map_err(&failed)
}

/// Closes the copy, so that all of it is in its file and on disk.
async fn finish(
    connection: SqliteConnection,
    from: &Location,
    to: &Path,
) -> Result<(), BackupError> {
    connection.close().await.map_err(copy_failed(from, to))?;
    sync(to)
}

fn sync(path: &Path) -> Result<(), BackupError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|source| BackupError::File { path: path.to_owned(), source })
}

fn copy_failed(from: &Location, to: &Path) -> impl Fn(sqlx::Error) -> BackupError {
    let (from, to) = (from.path().to_owned(), to.to_owned());
    move |error| BackupError::Copy {
        from: from.clone(),
        to: to.clone(),
        source: SqliteFailure::new(error, Recoverability::Record),
    }
}
