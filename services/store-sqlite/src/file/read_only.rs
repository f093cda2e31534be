//! Reading a database without changing anything: no lock, no write-ahead log and no table is made
//! beside it or in it, whoever else uses it.
//!
//! SQLite itself does not do that. An ordinary connection makes a `-shm` file and plays the
//! write-ahead log into the database when it is closed, also where it only reads; and one that is
//! told that the file is immutable ignores the write-ahead log, where the newest commits may be.
//! So a database with a write-ahead log is copied with it, and the copy is read; one without is
//! read where it is, as immutable.
//!
//! *A copy while somebody writes.* The database is copied first, and its pages may be of different
//! times, if a checkpoint moves them there meanwhile. But all that was moved is still in the
//! write-ahead log, which is copied afterwards and read before the database; until it is begun
//! anew, which changes the salts in its header. So the copy is good if the header was the same
//! before and after. What was being written at the end of the log fails its checksum, and SQLite
//! leaves it out.
//!
//! *Reading in place while somebody begins to write.* The commits go into a new write-ahead log, so
//! the file changes only afterwards. Whoever read it asks at the end whether either happened, and
//! reads again.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use super::error::OpenError;
use super::identity::Mark;
use super::owner::{FILE_MODE, has_wal, path_beside, resolved};

/// How often a database is copied that changes too much meanwhile. The write-ahead log is begun
/// anew after some ten megabytes at the earliest, so a second time is already rare.
const COPIES_MAX: usize = 5;

/// The magic number, the page size, the number of the checkpoint and the salts.
const WAL_HEADER_BYTES: u64 = 32;

/// The mode of the folders that we make.
const FOLDER_MODE: u32 = 0o700;

#[derive(Debug)]
pub(crate) enum Source {
    InPlace {
        path: PathBuf,
        before: Mark,
    },
    /// A copy in a folder that is removed with this.
    Copy(TempDir),
}

impl Source {
    /// What to read of the database at `path`.
    pub(super) fn of(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let path = resolved(path).map_err(failed)?;
        for _ in 0..COPIES_MAX {
            // In this order, so that no checkpoint between the two goes unseen.
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

    /// How to connect to it.
    pub(super) fn options(&self) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new().read_only(true);
        match self {
            Self::InPlace { path, .. } => options.filename(path).immutable(true),
            Self::Copy(folder) => options.filename(folder.path().join(NAME)),
        }
    }

    /// Whether somebody wrote to what was read since [`Source::of`].
    pub(super) fn has_changed(&self) -> bool {
        match self {
            Self::InPlace { path, before } => {
                has_wal(path) || Mark::of(path).ok().as_ref() != Some(before)
            }
            Self::Copy(_) => false,
        }
    }
}

/// What a copy is called in its folder.
const NAME: &str = "signalbook.db";

/// Copies the database at `path` and its write-ahead log; none if it was begun anew meanwhile.
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

/// The header of a write-ahead log, if there is one.
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

/// Copies the bytes of a file, and not who may read it.
fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut from = File::open(from)?;
    let mut to = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(to)?;
    std::io::copy(&mut from, &mut to)?;
    Ok(())
}
