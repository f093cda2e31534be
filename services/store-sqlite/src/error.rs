//! Maps database errors to those of the ports, with a remedy for the operator.

use signalbook_store::StoreError;

use crate::file::FileGone;

/// Adds the operation that failed to a database error.
pub(crate) trait Context<T> {
    /// Of the log or the evidence.
    fn context(self, doing: &'static str) -> Result<T, StoreError>;

    /// Of the views: damage if a rebuild helps.
    fn views_context(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Context<T> for Result<T, sqlx::Error> {
    fn context(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| {
            let source = Box::new(SqliteFailure::new(error, Recoverability::Record));
            StoreError::Unavailable { doing, source }
        })
    }

    fn views_context(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| {
            let must_rebuild = is_damage(&error);
            let failure = SqliteFailure::new(error, Recoverability::Views);
            if must_rebuild {
                StoreError::Damaged(format!("failed to {doing}: {failure}"))
            } else {
                StoreError::Unavailable { doing, source: Box::new(failure) }
            }
        })
    }
}

/// A row of the views that differs from what was saved.
#[expect(clippy::needless_pass_by_value, reason = "an error is wrapped where it is met")]
pub(crate) fn damaged(
    table: &'static str,
    key: impl ToString,
    reason: impl ToString,
) -> StoreError {
    let (key, reason) = (key.to_string(), reason.to_string());
    StoreError::Damaged(format!("row `{key}` of table `{table}` is not valid: {reason}"))
}

/// Whether the views must be rebuilt to clear `error`.
///
/// The statements of the views are fixed and write valid rows. SQL that suddenly does not match the
/// tables, or a violated constraint, is therefore damage too.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    match error.as_database_error() {
        Some(error) => error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(
            // SQLITE_ERROR, _CORRUPT, _TOOBIG, _CONSTRAINT, _FORMAT, _NOTADB
            |code| matches!(code & 0xff, 1 | 11 | 18 | 19 | 24 | 26),
        ),
        None => matches!(
            error,
            sqlx::Error::RowNotFound
                | sqlx::Error::Decode(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnIndexOutOfBounds { .. }
        ),
    }
}

/// A row that violates an invariant of the schema.
#[expect(clippy::needless_pass_by_value, reason = "an error is wrapped where it is met")]
pub(crate) fn invalid(
    table: &'static str,
    key: impl ToString,
    reason: impl ToString,
) -> StoreError {
    StoreError::Invalid { table, key: key.to_string(), reason: reason.to_string() }
}

/// What is lost with a database file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recoverability {
    /// The log or evidence, which exist nowhere else.
    Record,
    /// The views, which can be rebuilt from the log.
    Views,
}

/// A database failure: the remedy if one is known, and SQLite's message.
#[derive(Debug)]
pub struct SqliteFailure {
    error: sqlx::Error,
    recoverability: Recoverability,
}

impl SqliteFailure {
    pub(crate) fn new(error: sqlx::Error, recoverability: Recoverability) -> Self {
        Self { error, recoverability }
    }
}

impl std::fmt::Display for SqliteFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(gone) = gone(&self.error) {
            return write!(f, "{gone}");
        }
        let Some(error) = self.error.as_database_error() else {
            return write!(f, "{}", self.error);
        };
        match error.code().and_then(|code| remedy(&code, self.recoverability)) {
            Some(remedy) => write!(f, "{remedy} (SQLite: {})", error.message()),
            None => write!(f, "SQLite: {}", error.message()),
        }
    }
}

impl std::error::Error for SqliteFailure {}

/// Finds [`FileGone`] in an error, where the driver wraps it as an I/O error.
fn gone(error: &sqlx::Error) -> Option<&FileGone> {
    if let sqlx::Error::Io(error) = error { error.get_ref()?.downcast_ref() } else { None }
}

/// The problem and its remedy for a result code of SQLite; extended codes have additional bits.
fn remedy(code: &str, recoverability: Recoverability) -> Option<&'static str> {
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some("another program has locked the database; end that program"),
        8 => Some("the file or its folder is not writable; grant this user write access"),
        10 => Some("the disk failed; check whether it is full or broken"),
        11 | 26 => Some(match recoverability {
            Recoverability::Record => {
                "this is not an intact SQLite database; restore it from a copy, or name another file"
            }
            Recoverability::Views => {
                "this is not an intact SQLite database; it is rebuilt from the log"
            }
        }),
        13 => Some("the disk is full; make room, and work continues by itself"),
        14 => Some(
            "the file cannot be opened; check that it is not a folder and is readable and writable",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_have_the_remedy_of_their_kind() {
        for (code, words) in [
            ("5", "another program has locked"),
            ("261", "another program has locked"),
            ("8", "grant this user write access"),
            ("778", "whether it is full or broken"),
            ("13", "make room"),
            ("14", "it is not a folder"),
            ("26", "restore it from a copy"),
        ] {
            assert!(remedy(code, Recoverability::Record).unwrap().contains(words), "{code}");
        }
        assert_eq!(remedy("1", Recoverability::Record), None);
        assert_eq!(remedy("nonsense", Recoverability::Record), None);
    }

    #[test]
    fn damaged_views_need_no_copy() {
        for code in ["11", "26", "267"] {
            let told = remedy(code, Recoverability::Views).unwrap();
            assert!(told.contains("rebuilt") && !told.contains("restore"), "{told}");
        }
        assert_eq!(remedy("13", Recoverability::Views), remedy("13", Recoverability::Record));
    }

    #[test]
    fn what_is_no_error_of_the_database_speaks_for_itself() {
        let failure = SqliteFailure::new(sqlx::Error::PoolTimedOut, Recoverability::Record);
        assert_eq!(failure.to_string(), sqlx::Error::PoolTimedOut.to_string());
    }
}
