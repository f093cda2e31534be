//! Opens database files: settings, format and identity.

mod aside;
mod compact;
mod error;
mod format;
mod identity;
mod owner;
mod read_only;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Sqlite, Transaction};

pub use self::error::{OpenError, Stranger};
pub use self::identity::FileGone;

pub(crate) use self::owner::FILE_MODE;
pub use self::owner::was_opened;

pub(crate) use self::aside::forget;
use self::aside::make_way;
use self::format::{Unfit, look, prepare};
use self::identity::Identity;
use self::read_only::Source;
use crate::error::Recoverability;

/// Concurrent readers of one file.
const READERS: u32 = 4;

/// Rows that SQLite's thread may prefetch for a reader.
const ROWS_AHEAD: usize = 1_000;

/// How long to wait for another program that has locked the file.
const BUSY_MAX: Duration = Duration::from_secs(10);

/// Pages of 4 KiB in the write-ahead log before a checkpoint, 40 MB: ten times SQLite's default, so
/// that large appends wait for one less often.
const CHECKPOINT_PAGES: &str = "10000";

/// The page cache of a connection, in KiB as a negative number. Readers walk along an index or
/// fetch few rows; the writer returns to the same pages.
const READER_CACHE: &str = "-2000";
const WRITER_CACHE: &str = "-4000";

/// The location of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Files beside this one: `signalbook.db`, `signalbook-views.db`, `signalbook-evidence.db`.
    File(PathBuf),
    /// In memory, for tests; dropped with the last handle.
    Memory,
}

impl Location {
    /// Parses an address such as `sqlite:signalbook.db` or `sqlite::memory:`.
    pub fn parse(address: &str) -> Option<Self> {
        match address.strip_prefix("sqlite:")? {
            "" => None,
            ":memory:" => Some(Self::Memory),
            path => Some(Self::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))),
        }
    }

    /// The path shown in errors.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Memory => Path::new(":memory:"),
        }
    }

    /// The file of one part of the store, beside that of the log.
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

pub(crate) struct Schema {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// How to open the file of one part of the store.
pub(crate) struct Part {
    /// The name of the part in errors.
    pub(crate) name: &'static str,
    /// The tables that identify the part.
    pub(crate) known_by: &'static [&'static str],
    /// The format number that the migrations write into the file. A format that no migration can
    /// reach gets the next number; files of the previous one are then refused, or rebuilt.
    pub(crate) format: i64,
    pub(crate) synchronous: SqliteSynchronous,
    pub(crate) schemas: &'static [Schema],
    pub(crate) recoverability: Recoverability,
}

/// What to do if the file is new.
pub(crate) enum IfNew<'a> {
    Refuse,
    Make,
    /// Make the tables, and insert a row with this statement and these values.
    MakeWith(&'static str, &'a [&'a [u8]]),
}

/// An open database, with one pool for its writer and one for its readers.
pub(crate) struct Database {
    pub(crate) writer: WriterPool,
    pub(crate) readers: SqlitePool,
    source: Option<Source>,
    _lock: Option<File>,
}

/// The pool of the single writing connection, with the identity of its file.
#[derive(Clone, derive_more::Deref)]
pub(crate) struct WriterPool {
    #[deref]
    pool: SqlitePool,
    file: Option<Arc<Identity>>,
}

impl WriterPool {
    fn check(&self) -> Result<(), FileGone> {
        self.file.as_ref().map_or(Ok(()), |file| file.check())
    }
}

/// Opens the database of `part` and migrates its tables to this version.
pub(crate) async fn open(
    location: &Location,
    part: &Part,
    if_new: IfNew<'_>,
) -> Result<Database, OpenError> {
    let path = location.path();
    let lock = match location {
        Location::File(path) => {
            let unfit = expect_usable(path, part, &if_new).await?;
            let lock = owner::lock(path)?;
            // Before SQLite opens the file for writing, since it may delete a `-wal` file that it
            // takes for its own.
            if let Some(unfit) = unfit {
                make_way(path, &unfit)
                    .map_err(|source| OpenError::File { path: path.clone(), source })?;
            }
            Some(lock)
        }
        Location::Memory => None,
    };
    let mut writer = open_writer(location, part, &if_new).await?;
    if let (Err(unfit), Recoverability::Views, Location::File(path)) =
        (&writer, part.recoverability, location)
        && unfit.is_of_the_file()
    {
        make_way(path, unfit).map_err(|source| OpenError::File { path: path.clone(), source })?;
        writer = open_writer(location, part, &if_new).await?;
    }
    let writer = writer.map_err(|unfit| unfit.at(path, part))?;
    // Records the size after the migrations.
    writer.check()?;
    let readers = match location {
        // Each connection to `:memory:` is a separate database.
        Location::Memory => writer.pool.clone(),
        Location::File(_) => {
            let options = connect_options(location, part.synchronous).create_if_missing(false);
            read(options).await.map_err(|error| Unfit::Database(error).at(path, part))?
        }
    };
    Ok(Database { writer, readers, source: None, _lock: lock })
}

/// Opens the database of `part` read-only, even while another process uses it, and changes nothing.
pub(crate) async fn open_read_only(
    location: &Location,
    part: &Part,
) -> Result<Database, OpenError> {
    let path = location.path();
    if let Some(found) = owner::no_file(path) {
        return Err(Unfit::Stranger(found).at(path, part));
    }
    let (Location::File(file), refuse) = (location, IfNew::Refuse) else {
        return Err(Unfit::Stranger(Stranger::Empty).at(path, part));
    };
    let file = file.clone();
    let source = tokio::task::spawn_blocking(move || Source::of(&file)).await;
    let source = source.expect("copying a file does not panic")?;
    let unfit = |unfit: Unfit| unfit.at(path, part);
    let content = look(source.options(), part).await.map_err(unfit)?;
    content.expect_if(&refuse).map_err(unfit)?;
    let options = source.options().row_buffer_size(ROWS_AHEAD).foreign_keys(false);
    let readers = read(options).await.map_err(|error| unfit(Unfit::Database(error)))?;
    let writer = WriterPool { pool: readers.clone(), file: None };
    Ok(Database { writer, readers, source: Some(source), _lock: None })
}

/// Connects read-only to the database of `part` in place, even while another process uses it. The
/// connection sees the newest commits.
pub(crate) async fn open_reader(
    location: &Location,
    part: &Part,
) -> Result<SqliteConnection, OpenError> {
    let path = location.path();
    let unfit = |unfit: Unfit| unfit.at(path, part);
    if let Some(found) = owner::no_file(path) {
        return Err(unfit(Unfit::Stranger(found)));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_MAX);
    let content = look(options.clone(), part).await.map_err(unfit)?;
    content.expect_if(&IfNew::Refuse).map_err(unfit)?;
    options.connect().await.map_err(|error| unfit(Unfit::Database(error)))
}

/// Refuses what is not `part` of a store before anything is written, even a lock. Returns why
/// existing views must be replaced, if they must.
async fn expect_usable(
    path: &Path,
    part: &Part,
    if_new: &IfNew<'_>,
) -> Result<Option<Unfit>, OpenError> {
    let unfit = |unfit: Unfit| unfit.at(path, part);
    if let Some(found) = owner::no_file(path) {
        return Err(unfit(Unfit::Stranger(found)));
    }
    owner::expect_one_name(path)?;
    if !path.exists() {
        return Ok(None);
    }
    // Only SQLite may open it: closing another handle would drop its locks.
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_MAX);
    let found = match look(options.immutable(!owner::has_wal(path)), part).await {
        // Views that are rebuilt need not be readable.
        Err(unfit) if part.recoverability == Recoverability::Views && unfit.is_of_the_file() => {
            return Ok(Some(unfit));
        }
        found => found.map_err(unfit)?,
    };
    found.expect_if(if_new).map_err(unfit)?;
    Ok(None)
}

/// Opens the single writing connection to a file in the format of `part`; creates a missing file.
async fn open_writer(
    location: &Location,
    part: &Part,
    if_new: &IfNew<'_>,
) -> Result<Result<WriterPool, Unfit>, OpenError> {
    let file = match location {
        Location::File(path) => {
            owner::create(path)?;
            let failed = |source| OpenError::File { path: path.clone(), source };
            Some(Arc::new(Identity::of(path, part.recoverability).map_err(failed)?))
        }
        Location::Memory => None,
    };
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(connect_options(location, part.synchronous))
        .await;
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => return Ok(Err(Unfit::Database(error))),
    };
    Ok(match prepare(&pool, part, if_new).await {
        Ok(()) => Ok(WriterPool { pool, file }),
        Err(unfit) => {
            pool.close().await;
            Err(unfit)
        }
    })
}

async fn read(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .connect_with(options.pragma("cache_size", READER_CACHE))
        .await
}

impl Database {
    /// Checks that the file is still the one that was opened.
    pub(crate) fn check(&self) -> Result<(), FileGone> {
        self.writer.check()
    }

    /// Whether the database was written to since it was opened read-only, so that the data read may
    /// be inconsistent.
    pub(crate) fn has_changed(&self) -> bool {
        self.source.as_ref().is_some_and(Source::has_changed)
    }

    /// Closes every connection and checkpoints the write-ahead log into the file.
    pub(crate) async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Begins a write transaction on the single connection of `writer`, if the file is still there.
///
/// After a disk failure, SQLite may end a transaction by itself, while the driver still considers
/// it open. Such a connection is replaced.
pub(crate) async fn begin(
    writer: &WriterPool,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    const BEGIN: &str = "begin immediate";
    if let Some(file) = &writer.file {
        file.check_for_writing().map_err(std::io::Error::other)?;
    }
    let begun = writer.begin_with(BEGIN).await;
    if !matches!(begun, Err(sqlx::Error::InvalidSavePointStatement)) {
        return begun;
    }
    tracing::warn!("a connection to the database is replaced, since a transaction of it failed");
    writer.acquire().await?.close().await?;
    if let Some(file) = &writer.file {
        file.forget_wal();
    }
    writer.begin_with(BEGIN).await
}

fn connect_options(location: &Location, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .create_if_missing(true)
        .synchronous(synchronous)
        .busy_timeout(BUSY_MAX)
        .row_buffer_size(ROWS_AHEAD)
        .statement_cache_capacity(64)
        .foreign_keys(false)
        // Otherwise `insert or replace` would remove a row without firing its delete triggers.
        .pragma("recursive_triggers", "on")
        .pragma("temp_store", "memory")
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
    match location {
        Location::Memory => options.in_memory(true),
        Location::File(path) => options.filename(path).journal_mode(SqliteJournalMode::Wal),
    }
}

/// Removes the files named like `path` with one of `endings` appended.
pub(crate) fn remove(path: &Path, endings: &[&str]) {
    for ending in endings {
        // A missing file is not an error.
        let _ = std::fs::remove_file(owner::path_beside(path, ending));
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
        let (name, known_by, schemas) = ("log", &[] as &[&str], &[] as &[Schema]);
        let recoverability = Recoverability::Record;
        let part = Part { name, known_by, format: 1, synchronous, schemas, recoverability };
        let database = open(&location, &part, IfNew::Make).await.unwrap();
        for pool in [&*database.writer, &database.readers] {
            let row = sqlx::query("pragma recursive_triggers").fetch_one(pool).await.unwrap();
            assert_eq!(row.get::<i64, _>(0), 1);
        }
        database.close().await;
    }
}
