//! The format of a file: it is made in a new one, brought up to date by migrations, and refused
//! where it is another one.

use std::fmt;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Row as _, SqlStr, SqlitePool};

use super::{Part, Schema};
use crate::error::{Holds, is_damage};

/// Why a file cannot be used as it is.
pub(super) enum Unfit {
    /// It was written by another version, or by another program.
    Format,
    /// Where views should be, there is something else.
    Foreign,
    /// SQLite cannot use it.
    Database(sqlx::Error),
    /// Its tables cannot be brought to this version.
    Migrate(MigrateError),
}

impl Unfit {
    /// Whether it is the file's fault, and another file would do.
    pub(super) fn is_of_the_file(&self) -> bool {
        match self {
            Self::Format | Self::Foreign | Self::Migrate(_) => true,
            Self::Database(error) => is_damage(error),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format => f.write_str("it was written by another version of Signalbook"),
            Self::Foreign => f.write_str("it holds no views"),
            Self::Database(error) => write!(f, "{error}"),
            Self::Migrate(error) => write!(f, "{error}"),
        }
    }
}

/// Makes the tables of `part` in a new file, and brings those of an older one to this version.
pub(super) async fn prepare(writer: &SqlitePool, part: &Part) -> Result<(), Unfit> {
    let (format, is_new) = found(writer).await.map_err(Unfit::Database)?;
    if format != part.format && !is_new {
        let is_foreign = part.holds == Holds::Views && !holds_views(writer).await;
        return Err(if is_foreign { Unfit::Foreign } else { Unfit::Format });
    }
    migrator(part.schemas).run(writer).await.map_err(|error| {
        if let MigrateError::Execute(error) = error {
            Unfit::Database(error)
        } else if let MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) = error {
            Unfit::Format
        } else {
            Unfit::Migrate(error)
        }
    })
}

/// The format that a file says it has, and whether nothing is in it yet.
async fn found(writer: &SqlitePool) -> Result<(i64, bool), sqlx::Error> {
    let query = sqlx::query(include_str!("../../queries/file/find_format.sql"));
    let row = query.fetch_one(writer).await?;
    Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? == 0))
}

async fn holds_views(writer: &SqlitePool) -> bool {
    let query = sqlx::query_scalar(include_str!("../../queries/file/find_views.sql"));
    query.fetch_one(writer).await.unwrap_or(false)
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
