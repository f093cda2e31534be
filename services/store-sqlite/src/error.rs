//! Database errors as the ports know them.

use signalbook_store::StoreError;

/// Wraps a database error with what was being done.
pub(crate) fn unavailable(doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| StoreError::Unavailable { doing, source: Box::new(source) }
}

/// A row that contradicts what the schema promises.
#[expect(clippy::needless_pass_by_value, reason = "an error is wrapped where it is met")]
pub(crate) fn invalid(
    table: &'static str,
    key: impl ToString,
    reason: impl ToString,
) -> StoreError {
    StoreError::Invalid { table, key: key.to_string(), reason: reason.to_string() }
}
