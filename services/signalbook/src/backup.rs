//! Backups: copies of a store's files in a folder, with a manifest to check them against.
//!
//! A folder under the requested name is always a complete backup: it is built under a temporary
//! name and renamed once everything is on disk.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use signalbook_domain::Timestamp;
use signalbook_proto::chain::hex;
use signalbook_store::Head;
use uuid::Uuid;

use crate::adapters;

const FORMAT: u32 = 1;

/// Only the owner can access a backup.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Bytes read of a manifest; a longer one is refused as malformed.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024;

/// Size of the read buffer for hashing.
const READ_BYTES: usize = 1024 * 1024;

/// The manifest of a backup.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    /// The version of the program that made the backup.
    version: String,
    made_at: Timestamp,
    log: LogEnd,
    files: Vec<CopiedFile>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LogEnd {
    id: Uuid,
    epoch: String,
    position: u64,
    hash: String,
    manifests: u64,
    manifest_hash: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct CopiedFile {
    name: String,
    bytes: u64,
    sha256: String,
}

impl From<&Head> for LogEnd {
    fn from(head: &Head) -> Self {
        Self {
            id: head.log_id,
            epoch: head.epoch.to_string(),
            position: head.position.0,
            hash: hex(head.hash),
            manifests: head.manifests,
            manifest_hash: hex(head.manifest_hash),
        }
    }
}

#[derive(Debug)]
pub struct Backup {
    pub head: Head,
    /// The total size of the files.
    pub bytes: u64,
}

/// A temporary folder that becomes a backup.
pub struct Target {
    to: PathBuf,
    making: tempfile::TempDir,
}

impl Target {
    /// Creates a temporary folder beside `to`, which must be missing or empty.
    pub fn create(to: &Path) -> anyhow::Result<Self> {
        match fs::read_dir(to).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Ok(false) => {
                bail!("`{}` is not empty; name a folder that is not there yet", to.display())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot use `{}`", to.display()));
            }
        }
        // If `to` links to an empty folder, the backup replaces that folder.
        let to = to.canonicalize().unwrap_or_else(|_| to.to_owned());
        let beside = match to.parent() {
            Some(folder) if folder != Path::new("") => folder,
            Some(_) | None => Path::new("."),
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(FOLDER_MODE)
            .create(beside)
            .with_context(|| format!("cannot make the folder `{}`", beside.display()))?;
        let making = tempfile::Builder::new()
            .prefix(".signalbook-backup-")
            .permissions(Permissions::from_mode(FOLDER_MODE))
            .tempdir_in(beside)
            .with_context(|| format!("cannot make a folder in `{}`", beside.display()))?;
        Ok(Self { to, making })
    }

    /// The bytes copied so far.
    pub fn bytes(&self) -> u64 {
        let entries = fs::read_dir(self.making.path()).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
    }

    /// Copies the store at `address`, which may be in use, and writes the manifest.
    pub async fn fill(&self, address: &str, made_at: Timestamp) -> anyhow::Result<Backup> {
        let folder = self.making.path();
        let copied = adapters::back_up(address, folder, made_at).await?;
        let (log, files) = (LogEnd::from(&copied.head), copied.files);
        let hash_files =
            move || files.iter().map(|path| CopiedFile::of(path)).collect::<io::Result<Vec<_>>>();
        let files =
            tokio::task::spawn_blocking(hash_files).await?.context("cannot read the copies")?;
        let bytes = files.iter().map(|file| file.bytes).sum();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT, version, made_at, log, files };
        let name = manifest.files.first().map(|file| manifest_name(Path::new(&file.name)));
        let path = folder.join(name.unwrap_or_default());
        write(&path, &manifest).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Backup { head: copied.head, bytes })
    }

    /// Renames the folder to its final name.
    pub fn finish(self) -> anyhow::Result<()> {
        let Self { to, making } = self;
        let sync = |path: &Path| File::open(path)?.sync_all();
        let parent = making.path().parent().unwrap_or(Path::new(".")).to_owned();
        sync(making.path())
            // The rename replaces an empty folder.
            .and_then(|()| fs::rename(making.path(), &to))
            .and_then(|()| sync(&parent))
            .with_context(|| format!("cannot give the backup its name, `{}`", to.display()))?;
        // The temporary name is gone, so nothing is left to remove.
        let _ = making.keep();
        Ok(())
    }
}

fn write(path: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(path)?;
    let mut text = serde_json::to_string_pretty(manifest)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl CopiedFile {
    /// Describes how the file beside the log at `log` differs from its entry.
    fn compare(&self, log: &Path) -> Option<String> {
        let Self { name, bytes, sha256 } = self;
        // A backup never writes a name with a path.
        let is_plain = Path::new(name).file_name().is_some_and(|plain| plain == name.as_str());
        let found = if is_plain {
            digest(&log.with_file_name(name))
        } else {
            Err(io::Error::new(ErrorKind::InvalidInput, "it is no plain name"))
        };
        match found {
            Ok((found, _)) if found != *bytes => {
                Some(format!("`{name}` of the backup had {bytes} bytes and has {found}"))
            }
            Ok((_, found)) if found != *sha256 => {
                Some(format!("`{name}` of the backup was altered"))
            }
            Ok(_) => None,
            Err(error) => Some(format!("`{name}` of the backup cannot be read: {error}")),
        }
    }

    fn of(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (bytes, sha256) = digest(path)?;
        Ok(Self { name, bytes, sha256 })
    }
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = io::BufReader::with_capacity(READ_BYTES, File::open(path)?);
    let mut hasher = Sha256::new();
    let bytes = io::copy(&mut file, &mut hasher)?;
    Ok((bytes, hex(hasher.finalize())))
}

/// The name of the manifest beside a log's file.
fn manifest_name(log: &Path) -> String {
    format!("{}-backup.json", log.file_stem().unwrap_or_default().to_string_lossy())
}

/// Checks the backup that contains the log at `path`, which ends at `head`. Returns the problems,
/// and a sentence on what was compared.
pub fn check(path: &Path, head: &Head) -> (Vec<String>, &'static str) {
    const COMPARED: &str = "the files are those that were backed up.";
    let manifest = path.with_file_name(manifest_name(path));
    let manifest = match read(&manifest) {
        Ok(manifest) => manifest,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let said = "no manifest of a backup is beside it, so it was not checked against one.";
            return (Vec::new(), said);
        }
        Err(error) => {
            let problem = format!("the manifest `{}` cannot be read: {error}", manifest.display());
            return (vec![problem], COMPARED);
        }
    };
    let mut problems = Vec::new();
    if manifest.log != LogEnd::from(head) {
        problems.push("the log does not end where the backup's manifest says".to_owned());
    }
    if adapters::was_opened(path) {
        let said = "the log ends where the backup did; its files were opened since, which changes \
                    them, so they were not compared.";
        return (problems, said);
    }
    problems.extend(manifest.files.iter().filter_map(|file| file.compare(path)));
    (problems, COMPARED)
}

fn read(path: &Path) -> io::Result<Manifest> {
    /// The part that every format has.
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let mut text = String::new();
    File::open(path)?.take(MANIFEST_BYTES_MAX).read_to_string(&mut text)?;
    match serde_json::from_str(&text)? {
        Format { format: FORMAT } => Ok(serde_json::from_str(&text)?),
        Format { format } => Err(io::Error::new(
            ErrorKind::InvalidData,
            format!("its format is {format}, and this version of Signalbook knows {FORMAT}"),
        )),
    }
}
