//! Whose the files are while they are open, by a lock, and whom they are for: one process, and their
//! owner.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::error::{OpenError, Stranger};

/// Files that we make are read and written by their owner: there may be documents of pages in them
/// that are not public. SQLite gives what it puts beside a database the mode of the database.
pub(crate) const FILE_MODE: u32 = 0o600;

/// Takes the lock file beside a database, for as long as the handle lives.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    // Named after the file itself: links that lead to it would each have a lock of their own.
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

/// Whether the database at `path` was ever opened for writing: the lock file stays.
pub fn was_opened(path: &Path) -> bool {
    resolved(path).is_ok_and(|path| path_beside(&path, ".lock").exists())
}

/// Makes an empty file, unless there is one.
///
/// Nobody may have the database open in this process: closing a second handle of its file would
/// drop SQLite's locks on it.
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

/// Refuses a file that has a second name: the lock is beside the name, so it would keep nobody out
/// who comes by the other.
pub(super) fn expect_one_name(path: &Path) -> Result<(), OpenError> {
    match path.metadata() {
        Ok(about) if about.is_file() && about.nlink() > 1 => {
            Err(OpenError::Linked(path.to_owned()))
        }
        // What is not there, or cannot be looked at, is told when it is opened.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What is at `path` in place of a file.
pub(super) fn no_file(path: &Path) -> Option<Stranger> {
    let about = path.metadata().ok()?;
    if about.is_dir() {
        Some(Stranger::Folder)
    } else {
        (!about.is_file()).then_some(Stranger::Special)
    }
}

/// The path that `path` leads to, also if there is no file yet.
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

/// The file that SQLite or we put beside `path`, called like it with `ending`.
pub(super) fn path_beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether there is a write-ahead log with something in it beside `path`.
pub(super) fn has_wal(path: &Path) -> bool {
    // SQLite looks for it where a link leads to.
    let path = resolved(path).unwrap_or_else(|_| path.to_owned());
    path_beside(&path, "-wal").metadata().is_ok_and(|about| about.len() > 0)
}
