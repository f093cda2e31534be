//! Whose a file is, and its format: both are written into a new one, brought up to date by
//! migrations, and refused where they are others.

use std::fmt;
use std::path::Path;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqlStr, SqlitePool};

use super::error::{OpenError, Stranger};
use super::{IfNew, Part, Schema};
use crate::error::{SqliteFailure, is_damage};

/// Stands in the header of each of our files, where `file` and other programs look: `SgBk`.
const APPLICATION_ID: i64 = 0x5367_426b;

/// The list that the migrator keeps.
const MIGRATIONS: &str = "_sqlx_migrations";

/// Why a file cannot be used as it is.
pub(super) enum Unfit {
    /// It is not this part of a store.
    Stranger(Stranger),
    /// It was written by another version.
    Format,
    /// It was written by a version that came later.
    Newer,
    /// SQLite cannot use it.
    Database(sqlx::Error),
    /// Its tables cannot be brought to this version.
    Migrate(MigrateError),
}

impl Unfit {
    /// The error about the file at `path`, where `part` should be.
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

    /// Whether it is the file's fault, and another file would do.
    pub(super) fn is_of_the_file(&self) -> bool {
        match self {
            Self::Stranger(_) | Self::Format | Self::Newer | Self::Migrate(_) => true,
            Self::Database(error) => is_damage(error),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger(_) => f.write_str("it is not this part of a store of Signalbook"),
            Self::Format => f.write_str("it was written by another version of Signalbook"),
            Self::Newer => f.write_str("it was written by a newer Signalbook"),
            Self::Database(error) => write!(f, "{error}"),
            Self::Migrate(error) => write!(f, "{error}"),
        }
    }
}

impl From<sqlx::Error> for Unfit {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Judges the file that `options` lead to, without writing to it.
pub(super) async fn look(options: SqliteConnectOptions, part: &Part) -> Result<Content, Unfit> {
    let mut reader = options.read_only(true).connect().await?;
    let found = find(&mut reader, part).await;
    reader.close().await?;
    found?.judge(part)
}

/// Makes the tables of `part` in a new file, and brings those of an older one to this version: all
/// of it or nothing, so that no half-made file is left by a process that dies.
pub(super) async fn prepare(
    writer: &SqlitePool,
    part: &Part,
    if_new: &IfNew<'_>,
) -> Result<(), Unfit> {
    let mut tx = writer.begin_with("begin immediate").await?;
    let content = find(&mut tx, part).await?.judge(part)?;
    content.expect_if(if_new)?;
    // `run` would be the same, but its future cannot be sent to another thread.
    let migrated = migrator(part.schemas).run_direct(None, &mut *tx, false).await;
    migrated.map_err(|error| unfit(error, part))?;
    if let (Content::Nothing, IfNew::MakeWith(sql, values)) = (content, if_new) {
        let mut query = sqlx::query(*sql);
        for value in *values {
            query = query.bind(*value);
        }
        query.execute(&mut *tx).await?;
    }
    // Also where it is signed: so a file that may not be written is told now and not later.
    sqlx::raw_sql(include_str!("../../queries/file/sign.sql")).execute(&mut *tx).await?;
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

/// What is in a file that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    /// This part of a store, in this format.
    Ours,
}

impl Content {
    /// Refuses a new file where none is to be made.
    pub(super) fn expect_if(self, if_new: &IfNew<'_>) -> Result<(), Unfit> {
        match (self, if_new) {
            (Self::Nothing, IfNew::Refuse) => Err(Unfit::Stranger(Stranger::Empty)),
            (Self::Nothing, IfNew::Make | IfNew::MakeWith(..)) | (Self::Ours, _) => Ok(()),
        }
    }
}

/// What a file says of itself.
#[derive(Clone, Copy, Debug)]
struct Found {
    application: i64,
    format: i64,
    /// Whatever is in it beside the list of migrations.
    things: i64,
    /// The tables among them that the part is known by, and that list.
    known: i64,
}

async fn find(connection: &mut SqliteConnection, part: &Part) -> Result<Found, sqlx::Error> {
    let known: Vec<&str> = part.known_by.iter().copied().chain([MIGRATIONS]).collect();
    let row = sqlx::query(include_str!("../../queries/file/find_format.sql"))
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
    /// A file without our sign is ours if our tables are in it: earlier versions did not sign.
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
