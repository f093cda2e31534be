//! Statements by the names of their files.

use sqlx::sqlite::SqliteArguments;

/// A statement with its values.
pub(crate) type Statement = sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>;

/// The text of `queries/NAME.sql`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $name, ".sql"))
    };
}

/// The statement in `queries/NAME.sql`.
macro_rules! query {
    ($name:literal) => {
        sqlx::query(sql!($name))
    };
}
