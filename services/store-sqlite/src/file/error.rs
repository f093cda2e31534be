//! Why a file cannot be opened, in sentences with a remedy.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;

use super::identity::FileGone;
use crate::error::SqliteFailure;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process uses the file.
    #[error(
        "`{0}` is in use by another Signalbook process; stop that one first, or give this one a \
         store of its own"
    )]
    InUse(PathBuf),
    /// The file or its folder cannot be opened.
    #[error("cannot open `{path}`; check that its folder exists and is writable")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file is not part of a Signalbook store.
    #[error(
        "`{path}` is {found}, but the {expected} of a Signalbook store was expected; name another \
         file with `--store`, like `sqlite:signalbook.db`"
    )]
    NotOurs {
        path: PathBuf,
        found: Stranger,
        /// The expected part of a store.
        expected: &'static str,
    },
    /// The log has no identity.
    #[error(
        "`{0}` is a log without an identity, so its record is lost; restore it from a copy, or move \
         it and the files beside it away, and start with a new store"
    )]
    NoIdentity(PathBuf),
    /// The file has a second name, through which another process could open it.
    #[error(
        "`{0}` has a second name (a hard link), under which another process could write to it \
         unnoticed; remove that name, or use a copy of the file"
    )]
    Linked(PathBuf),
    /// The file was removed, replaced or cut short while it was opened.
    #[error(transparent)]
    Gone(#[from] FileGone),
    /// SQLite cannot use the file.
    #[error("cannot use `{path}`")]
    Database {
        path: PathBuf,
        #[source]
        source: SqliteFailure,
    },
    /// The file has the format of another version, which cannot be migrated.
    #[error(
        "`{0}` was written by another version of Signalbook, and this one cannot read it; \
         move it and the files beside it away, and start with a new store"
    )]
    Format(PathBuf),
    /// The file has the format of a newer version.
    #[error(
        "`{0}` was written by a newer Signalbook; use that version or a later one, or give this \
         one a store of its own"
    )]
    Newer(PathBuf),
    /// The tables cannot be migrated to this version.
    #[error("cannot bring the tables of `{path}` to this version of Signalbook")]
    Migrate {
        path: PathBuf,
        #[source]
        source: MigrateError,
    },
    /// The file cannot be copied for reading.
    #[error(
        "cannot copy `{path}` to `{folder}` to read it together with its `-wal` file; may it be \
         read, and is there room? another folder can be named with `TMPDIR`"
    )]
    Copy {
        path: PathBuf,
        folder: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file was written to during every attempt to read it.
    #[error(
        "`{0}` is written to faster than it can be read; try again, or stop the Signalbook that \
         uses it first"
    )]
    Busy(PathBuf),
}

/// What is found instead of a part of a store, displayed as a sentence fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, derive_more::Display)]
pub enum Stranger {
    #[display("a folder")]
    Folder,
    /// A pipe, a device or another special file.
    #[display("no ordinary file")]
    Special,
    /// An empty file, or a database without tables.
    #[display("empty")]
    Empty,
    /// A database of another program.
    #[display("the database of another program")]
    Foreign,
    /// Another part of a Signalbook store.
    #[display("another file of a Signalbook store")]
    OtherPart,
}
