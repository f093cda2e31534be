//! The application id and format of a file: written into a new one, migrated to the current
//! version, and refused if they do not match.

use std::path::Path;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqlStr, SqlitePool};

use super::error::{OpenError, Stranger};
use super::{IfNew, Part, Schema};
use crate::error::{SqliteFailure, is_damage};

/// The id in the header of our files, which `file` and other programs read: `SgBk`.
const APPLICATION_ID: i64 = 0x5367_426b;

/// The table of the migrator.
const MIGRATIONS: &str = "_sqlx_migrations";

/// Why a file cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    /// It is not this part of a store.
    #[error("it is not this part of a store of Signalbook")]
    Stranger(Stranger),
    /// Another version wrote it, and it cannot be migrated.
    #[error("it was written by another version of Signalbook")]
    Format,
    /// A newer version wrote it.
    #[error("it was written by a newer Signalbook")]
    Newer,
    /// SQLite cannot use it.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Its tables cannot be migrated to this version.
    #[error(transparent)]
    Migrate(MigrateError),
}

impl Unfit {
    /// The error for the file at `path`, where `part` was expected.
    pub(super) fn at(self, path: &Path, part: &Part) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::Stranger(found) => OpenError::NotOurs { path, found, expected: part.name },
            Self::Format => OpenError::Format(path),
            Self::Newer => OpenError::Newer(path),
            Self::Database(error) => {
                OpenError::Database { path, source: SqliteFailure::new(error, part.recoverability) }
            }
            Self::Migrate(source) => OpenError::Migrate { path, source },
        }
    }

    /// Whether the file is the cause, so that another file would work.
    pub(super) fn is_of_the_file(&self) -> bool {
        match self {
            Self::Stranger(_) | Self::Format | Self::Newer | Self::Migrate(_) => true,
            Self::Database(error) => is_damage(error),
        }
    }
}

/// Inspects the file that `options` name, without writing to it.
pub(super) async fn look(options: SqliteConnectOptions, part: &Part) -> Result<Content, Unfit> {
    let mut reader = options.read_only(true).connect().await?;
    let found = find(&mut reader, part).await;
    reader.close().await?;
    found?.judge(part)
}

/// Creates the tables of `part` in a new file, or migrates those of an older one to this version.
/// One transaction, so that a process that dies leaves no incomplete file.
pub(super) async fn prepare(
    writer: &SqlitePool,
    part: &Part,
    if_new: &IfNew<'_>,
) -> Result<(), Unfit> {
    let mut tx = writer.begin_with("begin immediate").await?;
    let content = find(&mut tx, part).await?.judge(part)?;
    content.expect_if(if_new)?;
    // `run` would do the same, but its future is not `Send`.
    let migrated = migrator(part.schemas).run_direct(None, &mut *tx, false).await;
    migrated.map_err(|error| unfit(error, part))?;
    if let (Content::Nothing, IfNew::MakeWith(sql, values)) = (content, if_new) {
        let mut query = sqlx::query(*sql);
        for value in *values {
            query = query.bind(*value);
        }
        query.execute(&mut *tx).await?;
    }
    // Also if the file is already signed, so that a read-only file fails here and not later.
    sqlx::raw_sql(sql!("file/sign")).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

fn unfit(error: MigrateError, part: &Part) -> Unfit {
    let newest = part.schemas.iter().map(|schema| schema.version).max().unwrap_or(0);
    if let MigrateError::Execute(error) = error {
        Unfit::Database(error)
    } else if let MigrateError::VersionMissing(version) = error
        && version > newest
    {
        Unfit::Newer
    } else if let MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) = error {
        Unfit::Format
    } else {
        Unfit::Migrate(error)
    }
}

/// The content of a usable file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    /// This part of a store, in this format.
    Ours,
}

impl Content {
    /// Refuses a new file if none may be created.
    pub(super) fn expect_if(self, if_new: &IfNew<'_>) -> Result<(), Unfit> {
        match (self, if_new) {
            (Self::Nothing, IfNew::Refuse) => Err(Unfit::Stranger(Stranger::Empty)),
            (Self::Nothing, IfNew::Make | IfNew::MakeWith(..)) | (Self::Ours, _) => Ok(()),
        }
    }
}

/// The properties of a file that identify it.
#[derive(Clone, Copy, Debug)]
struct Found {
    application: i64,
    format: i64,
    /// The number of schema objects other than the migrations table.
    things: i64,
    /// The number of tables found among those that identify the part and the migrations table.
    known: i64,
}

async fn find(connection: &mut SqliteConnection, part: &Part) -> Result<Found, sqlx::Error> {
    let known: Vec<&str> = part.known_by.iter().copied().chain([MIGRATIONS]).collect();
    let row = query!("file/find_format")
        .bind(serde_json::json!(known).to_string())
        .fetch_one(connection)
        .await?;
    Ok(Found {
        application: row.try_get(0)?,
        format: row.try_get(1)?,
        things: row.try_get(2)?,
        known: row.try_get(3)?,
    })
}

impl Found {
    /// A file without our id is ours if it has our tables: earlier versions did not write the id.
    fn judge(self, part: &Part) -> Result<Content, Unfit> {
        let is_signed = self.application == APPLICATION_ID;
        if !is_signed && self.application != 0 {
            return Err(Unfit::Stranger(Stranger::Foreign));
        }
        if self.things == 0 {
            return Ok(Content::Nothing);
        }
        if usize::try_from(self.known) != Ok(part.known_by.len() + 1) {
            let found = if is_signed { Stranger::OtherPart } else { Stranger::Foreign };
            return Err(Unfit::Stranger(found));
        }
        match self.format.cmp(&part.format) {
            std::cmp::Ordering::Less => Err(Unfit::Format),
            std::cmp::Ordering::Equal => Ok(Content::Ours),
            std::cmp::Ordering::Greater => Err(Unfit::Newer),
        }
    }
}

fn migrator(schemas: &[Schema]) -> Migrator {
    let migrations = schemas
        .iter()
        .map(|schema| {
            let sql = SqlStr::from_static(schema.sql);
            Migration::new(schema.version, schema.name.into(), MigrationType::Simple, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}
