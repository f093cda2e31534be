//! Opening a database file: settings, format, and the lock that keeps a second process out.

mod aside;
mod format;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use sqlx::{Sqlite, Transaction};

use self::aside::make_way;
use self::format::{Unfit, prepare};
use crate::error::{Holds, SqliteFailure};

/// Readers of one file at the same time.
const READERS: u32 = 4;

/// Rows that SQLite's thread may be ahead of the one who reads them.
const ROWS_AHEAD: usize = 1_000;

/// Pages of 4 KiB in the write-ahead log before it is folded into the file, 40 MB: ten times
/// SQLite's own choice, so that large appends wait for it less often.
const CHECKPOINT_PAGES: &str = "10000";

/// The memory that a connection may keep pages in, in KiB with a minus before it. Whoever reads
/// walks along an index or asks for few rows; whoever writes comes back to the same pages.
const READER_CACHE: &str = "-2000";
const WRITER_CACHE: &str = "-4000";

/// Where a store lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In files beside this one: `signalbook.db`, `signalbook-views.db`, `signalbook-evidence.db`.
    File(PathBuf),
    /// In memory, for tests; gone when the last handle is dropped.
    Memory,
}

impl Location {
    /// The location that an address like `sqlite:signalbook.db` or `sqlite::memory:` names.
    pub fn parse(address: &str) -> Option<Self> {
        match address.strip_prefix("sqlite:")? {
            "" => None,
            ":memory:" => Some(Self::Memory),
            path => Some(Self::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))),
        }
    }

    /// The file of one part of the store, beside the log's.
    pub(crate) fn part(&self, part: &str) -> Self {
        match self {
            Self::Memory => Self::Memory,
            Self::File(path) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                let extension = path.extension().unwrap_or("db".as_ref()).to_string_lossy();
                Self::File(path.with_file_name(format!("{stem}-{part}.{extension}")))
            }
        }
    }
}

/// Why a database file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "`{0}` is in use by another Signalbook process; stop that one first, or give this one a \
         store of its own"
    )]
    InUse(PathBuf),
    /// The file or its folder cannot be opened.
    #[error("cannot open `{path}`; does its folder exist, and may it be written?")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// SQLite cannot use it.
    #[error("cannot use `{path}`")]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: SqliteFailure,
    },
    /// What is in it has another format.
    #[error(
        "`{0}` was written by another version of Signalbook, and this one can keep nothing of it; \
         move it and the files beside it away, and start with a new store"
    )]
    Format(PathBuf),
    /// Its tables cannot be brought to this version.
    #[error("cannot bring the tables of `{path}` to this version of Signalbook")]
    Migrate {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: MigrateError,
    },
}

/// One migration of the folder `migrations/sqlite`.
pub(crate) struct Schema {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// How the file of one part of the store is opened.
pub(crate) struct Part {
    /// The number that its migrations write into the file. A format that no migration can reach
    /// gets the next one; then files of the one before are refused, or built anew.
    pub(crate) format: i64,
    pub(crate) synchronous: SqliteSynchronous,
    pub(crate) schemas: &'static [Schema],
    pub(crate) holds: Holds,
}

/// An open database: a pool for its one writer and one for its readers.
pub(crate) struct Database {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    _lock: Option<File>,
}

/// Opens the database of `part`, creating it if needed, and brings its tables to this version.
pub(crate) async fn open(location: &Location, part: &Part) -> Result<Database, OpenError> {
    let path = match location {
        Location::File(path) => path.clone(),
        Location::Memory => PathBuf::from(":memory:"),
    };
    let lock = match location {
        Location::File(path) => Some(lock(path)?),
        Location::Memory => None,
    };
    let failed = |error: sqlx::Error| OpenError::Database {
        path: path.clone(),
        source: SqliteFailure::new(error, part.holds),
    };
    let options = options(location, part.synchronous);
    let mut writer = open_writer(&options, part).await;
    if let (Err(unfit), Holds::Views, Location::File(path)) = (&writer, part.holds, location)
        && unfit.is_of_the_file()
    {
        make_way(path, unfit).map_err(|source| OpenError::File { path: path.clone(), source })?;
        writer = open_writer(&options, part).await;
    }
    let writer = writer.map_err(|unfit| match unfit {
        Unfit::Format | Unfit::Foreign => OpenError::Format(path.clone()),
        Unfit::Database(error) => failed(error),
        Unfit::Migrate(source) => OpenError::Migrate { path: path.clone(), source },
    })?;
    let readers = match location {
        // Each connection to `:memory:` is a database of its own.
        Location::Memory => writer.clone(),
        Location::File(_) => SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(options.create_if_missing(false).pragma("cache_size", READER_CACHE))
            .await
            .map_err(failed)?,
    };
    Ok(Database { writer, readers, _lock: lock })
}

/// The one connection that writes, to a file that has the format of `part`.
async fn open_writer(options: &SqliteConnectOptions, part: &Part) -> Result<SqlitePool, Unfit> {
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await
        .map_err(Unfit::Database)?;
    match prepare(&writer, part).await {
        Ok(()) => Ok(writer),
        Err(unfit) => {
            writer.close().await;
            Err(unfit)
        }
    }
}

impl Database {
    /// Closes every connection, folding the write-ahead log into the file.
    pub(crate) async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Begins a transaction that writes, on the one connection of `writer`.
///
/// When the disk fails, SQLite may end a transaction by itself; the driver then believes for ever
/// that it goes on. Such a connection is replaced.
pub(crate) async fn begin(
    writer: &SqlitePool,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    const BEGIN: &str = "begin immediate";
    let begun = writer.begin_with(BEGIN).await;
    if !matches!(begun, Err(sqlx::Error::InvalidSavePointStatement)) {
        return begun;
    }
    tracing::warn!("a connection to the database is replaced, since a transaction of it failed");
    writer.acquire().await?.close().await?;
    writer.begin_with(BEGIN).await
}

fn options(location: &Location, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .create_if_missing(true)
        .synchronous(synchronous)
        .busy_timeout(Duration::from_secs(10))
        .row_buffer_size(ROWS_AHEAD)
        .statement_cache_capacity(64)
        .foreign_keys(false)
        // Without it, `insert or replace` would remove a row and fire no trigger of a deletion.
        .pragma("recursive_triggers", "on")
        .pragma("temp_store", "memory")
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
    match location {
        Location::Memory => options.in_memory(true),
        Location::File(path) => options.filename(path).journal_mode(SqliteJournalMode::Wal),
    }
}

/// Takes the lock file beside a database, for as long as the handle lives.
fn lock(path: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    // Named after the file itself: links that lead to it would each have a lock of their own.
    let mut beside = resolved(path).map_err(failed)?.into_os_string();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The path that `path` leads to, also if there is no file yet.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        resolved => return resolved,
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    match path.read_link() {
        Ok(target) => resolved(&folder.join(target)),
        Err(_) => Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default())),
    }
}

/// Removes the files that are called like `path` with one of `endings`.
pub(crate) fn remove(path: &Path, endings: &[&str]) {
    for ending in endings {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        // What is not there need not be removed.
        let _ = std::fs::remove_file(file);
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;

    #[tokio::test]
    async fn no_connection_replaces_a_row_without_its_triggers() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("signalbook.db"));
        let synchronous = SqliteSynchronous::Full;
        let part = Part { format: 1, synchronous, schemas: &[], holds: Holds::Record };
        let database = open(&location, &part).await.unwrap();
        for pool in [&database.writer, &database.readers] {
            let row = sqlx::query("pragma recursive_triggers").fetch_one(pool).await.unwrap();
            assert_eq!(row.get::<i64, _>(0), 1);
        }
        database.close().await;
    }
}
