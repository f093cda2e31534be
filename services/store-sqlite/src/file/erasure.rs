//! Erasing what a database must not keep any traces of.

use sqlx::{Sqlite, Transaction};

use super::{WriterPool, begin};

/// Begins a transaction that erases: what is removed is overwritten in the file.
pub(crate) async fn begin_erasure(
    writer: &WriterPool,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    sqlx::raw_sql("pragma secure_delete = on").execute(&**writer).await?;
    begin(writer).await
}
