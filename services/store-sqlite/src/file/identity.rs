//! Whether an open file is still the one at its path.
//!
//! SQLite keeps writing to a file that was deleted or replaced, where the data is lost. So the path
//! is checked before each transaction, and each second by the store's health check. Data written
//! between the deletion and the next check is lost with the file. A file that was gone once is
//! refused even if it comes back, since its history in between is unknown.
//!
//! Only paths are inspected: closing a handle of our own would drop SQLite's locks on the file.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::owner::{path_beside, resolved};
use crate::error::Recoverability;

/// The metadata that identifies a file and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Mark {
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        path.metadata().map(|about| Self::from(&about))
    }
}

impl From<&Metadata> for Mark {
    fn from(about: &Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
        }
    }
}

/// The file of a store is no longer the one that was opened, so nothing more is written to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {how}, so nothing more is written to it; {}", remedy(*how, *recoverability))]
pub struct FileGone {
    path: PathBuf,
    how: How,
    recoverability: Recoverability,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, derive_more::Display)]
enum How {
    #[display("was deleted or moved away while it was in use")]
    Missing,
    #[display("was replaced by another file while it was in use")]
    Replaced,
    #[display("was cut short while it was in use")]
    CutShort,
}

fn remedy(how: How, recoverability: Recoverability) -> &'static str {
    match (recoverability, how) {
        (Recoverability::Views, How::Missing | How::Replaced | How::CutShort) => {
            "stop Signalbook, delete what is left of it, and start again: all that was in it is \
             built again from the log"
        }
        (Recoverability::Record, How::Missing) => {
            "stop Signalbook, put the file back or restore it from a copy, and start again"
        }
        (Recoverability::Record, How::Replaced) => {
            "stop Signalbook, see that the right file is there, and start again"
        }
        (Recoverability::Record, How::CutShort) => {
            "stop Signalbook, restore the file from a copy, and start again"
        }
    }
}

/// The file that was opened, and the write-ahead log beside it.
#[derive(Debug)]
pub(crate) struct Identity {
    path: PathBuf,
    wal: PathBuf,
    recoverability: Recoverability,
    seen: Mutex<Seen>,
    gone: OnceLock<FileGone>,
}

/// The last known state of both files.
#[derive(Debug)]
struct Seen {
    file: Mark,
    /// None until SQLite has created it.
    wal: Option<Mark>,
}

impl Identity {
    /// Records the current state of the file at `path`.
    pub(super) fn of(path: &Path, recoverability: Recoverability) -> std::io::Result<Self> {
        let file = Mark::of(path)?;
        Ok(Self {
            wal: path_beside(&resolved(path)?, "-wal"),
            path: path.to_owned(),
            recoverability,
            seen: Mutex::new(Seen { file, wal: None }),
            gone: OnceLock::new(),
        })
    }

    /// Checks that the file is still the one that was opened and is not shorter.
    pub(crate) fn check(&self) -> Result<(), FileGone> {
        if let Some(gone) = self.gone.get() {
            return Err(gone.clone());
        }
        let mut seen = self.seen();
        seen.file = self.compare(&self.path, seen.file)?;
        Ok(())
    }

    /// Also checks the write-ahead log. Only for the writer, since the log may change when a
    /// connection is replaced.
    pub(super) fn check_for_writing(&self) -> Result<(), FileGone> {
        self.check()?;
        let mut seen = self.seen();
        seen.wal = match seen.wal {
            Some(wal) => Some(self.compare(&self.wal, wal)?),
            None => Mark::of(&self.wal).ok(),
        };
        Ok(())
    }

    /// SQLite may have removed the write-ahead log with the last connection.
    pub(super) fn forget_wal(&self) {
        self.seen().wal = None;
    }

    fn compare(&self, path: &Path, before: Mark) -> Result<Mark, FileGone> {
        let how = match Mark::of(path) {
            Ok(now) if (now.device, now.inode) != (before.device, before.inode) => How::Replaced,
            // Only `compact` shortens either file, and its caller writes nothing afterwards.
            Ok(now) if now.bytes < before.bytes => How::CutShort,
            Ok(now) => return Ok(now),
            Err(error) if is_missing(&error) => How::Missing,
            // A failed check proves nothing about the file; if the file is bad, SQLite fails too.
            Err(_) => return Ok(before),
        };
        let gone = FileGone { path: path.to_owned(), how, recoverability: self.recoverability };
        Err(self.gone.get_or_init(|| gone).clone())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
