//! Reads a database without changing anything: creates no lock, write-ahead log or table in it or
//! beside it, even while another process uses it.
//!
//! SQLite alone cannot do that. An ordinary connection creates a `-shm` file, and when it closes,
//! it checkpoints the write-ahead log into the database, even if it only read. A connection with
//! `immutable` ignores the write-ahead log, which may hold the newest commits. So a database with a
//! write-ahead log is copied together with it, and the copy is read. A database without one is read
//! in place, as immutable.
//!
//! *Copying during writes.* The database is copied first, and a checkpoint may mix pages of
//! different times into it. But all pages that a checkpoint moves are still in the write-ahead log,
//! which is copied afterwards and takes precedence, until the log is restarted, which changes the
//! salts in its header. So the copy is valid if the header is the same before and after. A
//! partially written frame at the end of the log fails its checksum, and SQLite ignores it.
//!
//! *Reading in place while writes start.* Commits go to a new write-ahead log, and the file changes
//! only later. The reader checks at the end whether either happened, and if so, reads again.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use super::error::OpenError;
use super::identity::Mark;
use super::owner::{FILE_MODE, has_wal, path_beside, resolved};

/// Attempts to copy a database whose write-ahead log is restarted meanwhile. A restart needs about
/// 40 MB of commits, so a second attempt is already rare.
const COPIES_MAX: usize = 5;

/// The magic number, format version, page size, checkpoint number, salts and checksum.
const WAL_HEADER_BYTES: u64 = 32;

/// The mode of the folders that are created.
const FOLDER_MODE: u32 = 0o700;

#[derive(Debug)]
pub(crate) enum Source {
    InPlace {
        path: PathBuf,
        before: Mark,
    },
    /// A copy in a folder that is removed on drop.
    Copy(TempDir),
}

impl Source {
    /// Decides how to read the database at `path`.
    pub(super) fn of(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let path = resolved(path).map_err(failed)?;
        for _ in 0..COPIES_MAX {
            // In this order, so that no checkpoint in between is missed.
            let before = Mark::of(&path).map_err(failed)?;
            if !has_wal(&path) {
                return Ok(Self::InPlace { path, before });
            }
            if let Some(copy) = copy(&path)? {
                return Ok(Self::Copy(copy));
            }
        }
        Err(OpenError::Busy(path))
    }

    /// The connection options for the source.
    pub(super) fn options(&self) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new().read_only(true);
        match self {
            Self::InPlace { path, .. } => options.filename(path).immutable(true),
            Self::Copy(folder) => options.filename(folder.path().join(NAME)),
        }
    }

    /// Whether the source was written to since [`Source::of`].
    pub(super) fn has_changed(&self) -> bool {
        match self {
            Self::InPlace { path, before } => {
                has_wal(path) || Mark::of(path).ok().as_ref() != Some(before)
            }
            Self::Copy(_) => false,
        }
    }
}

/// The name of a copy in its folder.
const NAME: &str = "signalbook.db";

/// Copies the database at `path` and its write-ahead log; none if the log was restarted or removed
/// meanwhile.
fn copy(path: &Path) -> Result<Option<TempDir>, OpenError> {
    let folder = std::env::temp_dir();
    copy_to(&folder, path).map_err(|source| OpenError::Copy {
        path: path.to_owned(),
        folder,
        source,
    })
}

fn copy_to(folder: &Path, path: &Path) -> std::io::Result<Option<TempDir>> {
    let wal = path_beside(path, "-wal");
    let Some(before) = read_header(&wal)? else { return Ok(None) };
    let mut builder = tempfile::Builder::new();
    builder.prefix("signalbook-").permissions(Permissions::from_mode(FOLDER_MODE));
    let folder = builder.tempdir_in(folder)?;
    let copied = folder.path().join(NAME);
    copy_file(path, &copied)?;
    if let Err(error) = copy_file(&wal, &path_beside(&copied, "-wal")) {
        return if error.kind() == ErrorKind::NotFound { Ok(None) } else { Err(error) };
    }
    Ok((read_header(&wal)?.as_ref() == Some(&before)).then_some(folder))
}

/// Reads the header of a write-ahead log, if there is one.
fn read_header(wal: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let file = match File::open(wal) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut header = Vec::new();
    file.take(WAL_HEADER_BYTES).read_to_end(&mut header)?;
    Ok(Some(header))
}

/// Copies the bytes of a file, but not its mode.
fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut from = File::open(from)?;
    let mut to = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(to)?;
    std::io::copy(&mut from, &mut to)?;
    Ok(())
}
