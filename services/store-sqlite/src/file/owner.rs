//! Restricts the files of a store to one process, by a lock, and to their owner, by their mode.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::error::{OpenError, Stranger};

/// Only the owner may read and write our files, since they may contain documents of private pages.
/// SQLite gives the files that it creates beside a database the mode of the database.
pub(crate) const FILE_MODE: u32 = 0o600;

/// Takes the lock file beside a database, until the handle is dropped.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    // Named after the resolved file, since links to it would each have their own lock.
    let lock = path_beside(&resolved(path).map_err(failed)?, ".lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(FILE_MODE)
        .open(&lock)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Whether the database at `path` was ever opened for writing; the lock file outlives the handle.
pub fn was_opened(path: &Path) -> bool {
    resolved(path).is_ok_and(|path| path_beside(&path, ".lock").exists())
}

/// Creates an empty file, unless it exists.
///
/// The database must not be open in this process: closing a second handle of its file would drop
/// SQLite's locks on it.
pub(super) fn create(path: &Path) -> Result<(), OpenError> {
    let made = resolved(path).and_then(|path| {
        OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(path)
    });
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(OpenError::File { path: path.to_owned(), source }),
    }
}

/// Refuses a file with a second name (hard link). The lock is beside one name, so it would not lock
/// out a process that uses the other.
pub(super) fn expect_one_name(path: &Path) -> Result<(), OpenError> {
    match path.metadata() {
        Ok(about) if about.is_file() && about.nlink() > 1 => {
            Err(OpenError::Linked(path.to_owned()))
        }
        // A missing or inaccessible file fails when it is opened.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What is at `path` instead of a file.
pub(super) fn no_file(path: &Path) -> Option<Stranger> {
    let about = path.metadata().ok()?;
    if about.is_dir() {
        Some(Stranger::Folder)
    } else {
        (!about.is_file()).then_some(Stranger::Special)
    }
}

/// Resolves links in `path`, even if the file does not exist yet.
pub(super) fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        resolved => return resolved,
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    match path.read_link() {
        Ok(target) => resolved(&folder.join(target)),
        Err(_) => Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default())),
    }
}

/// The path with `ending` appended, for a file beside `path`.
pub(super) fn path_beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether there is a nonempty write-ahead log beside `path`.
pub(super) fn has_wal(path: &Path) -> bool {
    // SQLite looks for it beside the resolved file.
    let path = resolved(path).unwrap_or_else(|_| path.to_owned());
    path_beside(&path, "-wal").metadata().is_ok_and(|about| about.len() > 0)
}
