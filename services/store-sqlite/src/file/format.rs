//! The format of a file: it is made in a new one, brought up to date by migrations, and refused
//! where it is another one.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Row as _, SqlStr, SqlitePool};

use super::{Part, Schema};

/// Why a file cannot be used as it is.
pub(super) enum Unfit {
    /// It was written by another version, or by another program.
    Format,
    /// SQLite cannot use it.
    Database(sqlx::Error),
    /// Its tables cannot be brought to this version.
    Migrate(MigrateError),
}

/// Makes the tables of `part` in a new file, and brings those of an older one to this version.
pub(super) async fn prepare(writer: &SqlitePool, part: &Part) -> Result<(), Unfit> {
    let (format, is_new) = found(writer).await.map_err(Unfit::Database)?;
    if format != part.format && !is_new {
        return Err(Unfit::Format);
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
