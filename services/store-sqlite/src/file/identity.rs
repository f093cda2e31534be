//! Whether an open file is still what its path leads to.
//!
//! SQLite goes on writing into a file that was deleted or replaced, and nobody will find what it
//! writes. So the path is looked at before each transaction, and each second by whoever tells that
//! the store can be used. What is written between the deletion and that look is lost with the rest
//! of the file. A file that once went away stays refused also if it comes back, since nobody knows
//! what happened to it meanwhile.
//!
//! Only paths are looked at: closing a handle of our own would drop SQLite's locks on the file.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::owner::{path_beside, resolved};
use crate::error::Recoverability;

/// What a file looks like from outside.
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

/// A file of the store is not the one any more that was opened: nothing more is written to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {how}, so nothing more is written to it; {}", remedy(*how, *recoverability))]
pub struct FileGone {
    path: PathBuf,
    how: How,
    recoverability: Recoverability,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Missing,
    Replaced,
    CutShort,
}

impl std::fmt::Display for How {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "was deleted or moved away while it was in use",
            Self::Replaced => "was replaced by another file while it was in use",
            Self::CutShort => "was cut short while it was in use",
        })
    }
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

/// How both looked last.
#[derive(Debug)]
struct Seen {
    file: Mark,
    /// None until SQLite has made it.
    wal: Option<Mark>,
}

impl Identity {
    /// The file at `path` as it is now.
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

    /// Looks at the file.
    pub(crate) fn check(&self) -> Result<(), FileGone> {
        if let Some(gone) = self.gone.get() {
            return Err(gone.clone());
        }
        let mut seen = self.seen();
        seen.file = self.compare(&self.path, seen.file)?;
        Ok(())
    }

    /// Looks at the file and its write-ahead log; only for the one who writes, since the log may
    /// change where a connection is replaced.
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
            // While it is open, neither is ever made shorter by us.
            Ok(now) if now.bytes < before.bytes => How::CutShort,
            Ok(now) => return Ok(now),
            Err(error) if is_missing(&error) => How::Missing,
            // A look that failed says nothing of the file; if it is bad, SQLite will fail too.
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
