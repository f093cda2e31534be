//! Why a file is not opened, in sentences that say what to do.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;

use super::identity::FileGone;
use crate::error::SqliteFailure;

/// Why a database file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "`{0}` is in use by another Signalbook process; stop that one first, or give this one a \
         store of its own"
    )]
    InUse(PathBuf),
    /// The file or its folder cannot be opened.
    #[error("cannot open `{path}`; does its folder exist, and may it be written?")]
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
        /// The part of a store that should be there.
        expected: &'static str,
    },
    /// It is a log that does not say which.
    #[error(
        "`{0}` is a log without an identity, so its record is lost; restore it from a copy, or move \
         it and the files beside it away, and start with a new store"
    )]
    NoIdentity(PathBuf),
    /// The file has another name, by which somebody else could open it.
    #[error(
        "`{0}` has a second name (a hard link), under which another process could write to it \
         unnoticed; remove that name, or use a copy of the file"
    )]
    Linked(PathBuf),
    /// It went away while it was opened.
    #[error(transparent)]
    Gone(#[from] FileGone),
    /// SQLite cannot use it.
    #[error("cannot use `{path}`")]
    Database {
        path: PathBuf,
        #[source]
        source: SqliteFailure,
    },
    /// What is in it has another format.
    #[error(
        "`{0}` was written by another version of Signalbook, and this one can keep nothing of it; \
         move it and the files beside it away, and start with a new store"
    )]
    Format(PathBuf),
    /// What is in it has a format that this version does not know yet.
    #[error(
        "`{0}` was written by a newer Signalbook; use that version or a later one, or give this \
         one a store of its own"
    )]
    Newer(PathBuf),
    /// Its tables cannot be brought to this version.
    #[error("cannot bring the tables of `{path}` to this version of Signalbook")]
    Migrate {
        path: PathBuf,
        #[source]
        source: MigrateError,
    },
    /// It cannot be copied for reading.
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
    /// It was written to each time that it was read.
    #[error(
        "`{0}` is written to faster than it can be read; try again, or stop the Signalbook that \
         uses it first"
    )]
    Busy(PathBuf),
}

/// What is there in place of a part of a store, as the middle of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    Folder,
    /// A pipe, a device or the like.
    Special,
    /// A file with nothing in it, or no table.
    Empty,
    /// A database of something else.
    Foreign,
    /// Signalbook's, but another part.
    OtherPart,
}

impl std::fmt::Display for Stranger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::Special => "no ordinary file",
            Self::Empty => "empty",
            Self::Foreign => "the database of another program",
            Self::OtherPart => "another file of a Signalbook store",
        })
    }
}
