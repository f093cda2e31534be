//! Makes way for new views where the existing file cannot be used.
//!
//! Views are rebuilt from the log, so removing them loses nothing. But a file that does not open as
//! views may belong to another program, and a damaged one may be worth examining. Such a file is
//! moved aside; only views of another version are removed.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::format::Unfit;
use super::owner::path_beside;
use super::remove;

/// The number of files that are kept aside.
const KEPT: u32 = 3;

/// Makes way for new views at `path`, whose file is `unfit`.
pub(super) fn make_way(path: &Path, unfit: &Unfit) -> io::Result<()> {
    match unfit {
        Unfit::Format | Unfit::Newer => {
            tracing::warn!(path = %path.display(), "views of another version are built anew");
            remove(path, &["", "-wal", "-shm"]);
        }
        Unfit::Stranger(_) | Unfit::Database(_) | Unfit::Migrate(_) => {
            let moved_to = set_aside(path)?;
            tracing::warn!(
                path = %path.display(),
                moved_to = %moved_to.display(),
                reason = %unfit,
                "views that cannot be used are set aside and built anew"
            );
        }
    }
    Ok(())
}

/// Moves a database to the first of the aside names, and shifts the earlier ones by one. Returns
/// the new path.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let oldest = aside(path, KEPT);
    if oldest.exists() {
        tracing::warn!(path = %oldest.display(), "the oldest views that were set aside are removed");
    }
    remove(&oldest, &["", "-wal"]);
    for number in (1..KEPT).rev() {
        rename(&aside(path, number), &aside(path, number + 1))?;
    }
    let moved_to = aside(path, 1);
    rename(path, &moved_to)?;
    remove(path, &["-shm"]);
    Ok(moved_to)
}

/// Removes the views at `path`, those set aside and those of unfinished rebuilds.
pub(crate) fn forget(path: &Path) -> io::Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let unfinished = format!("{stem}-rebuild-");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut found = vec![path.to_owned()];
    found.extend((1..=KEPT).map(|number| aside(path, number)));
    for entry in std::fs::read_dir(folder)? {
        let beside = entry?.path();
        let name = beside.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&unfinished) {
            found.push(beside.clone());
        }
    }
    for file in
        found.iter().flat_map(|path| ["", "-wal", "-shm"].map(|ending| path_beside(path, ending)))
    {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    Ok(())
}

fn aside(path: &Path, number: u32) -> PathBuf {
    path_beside(path, &format!(".damaged-{number}"))
}

/// Renames a database with its write-ahead log, which would otherwise be applied to another
/// database.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    for ending in ["-wal", ""] {
        match std::fs::rename(path_beside(from, ending), path_beside(to, ending)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            renamed => renamed?,
        }
    }
    Ok(())
}
