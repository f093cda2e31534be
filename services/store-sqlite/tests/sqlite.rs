//! What is SQLite's own: what the file itself refuses, who may open it, what is in it after a
//! crash, and how its queries are answered.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

#[path = "sqlite/backup.rs"]
mod backup;
#[path = "sqlite/damage.rs"]
mod damage;
#[path = "sqlite/erasures.rs"]
mod erasures;
#[path = "sqlite/files.rs"]
mod files;
#[path = "sqlite/frozen.rs"]
mod frozen;
#[path = "sqlite/gone.rs"]
mod gone;
#[path = "sqlite/groups.rs"]
mod groups;
#[path = "sqlite/looks.rs"]
mod looks;
#[path = "sqlite/owner.rs"]
mod owner;
#[path = "sqlite/queries.rs"]
mod queries;
#[path = "sqlite/refusals.rs"]
mod refusals;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{
    EventId, PageId, Position, Revision, Slug, StreamId, StreamKind, Timestamp,
};
use signalbook_proto::chain::{EpochId, Verifier};
use signalbook_proto::{Draft, Record};
use signalbook_store::{Append, Checkpoint, EventLog as _, Stream};
use signalbook_store_sqlite::{Location, SqliteLog};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

const LOG_ID: Uuid = Uuid::from_u128(0x51);

/// A folder of its own for a test, and the log's file in it.
fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signalbook.db");
    (folder, path)
}

async fn open(path: &Path) -> SqliteLog {
    SqliteLog::open(&Location::File(path.to_owned()), LOG_ID).await.unwrap()
}

/// What views that have come to `position` of the log say.
fn checkpoint(position: u64) -> Checkpoint {
    Checkpoint { epoch: EpochId::first(LOG_ID), position: Position(position), hash: [7; 32] }
}

/// Each file of a folder: its bytes, its mode, and when it was last written.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32, SystemTime)> {
    let of = |path: PathBuf| {
        let about = path.metadata().unwrap();
        let bytes = if about.is_dir() { Vec::new() } else { std::fs::read(&path).unwrap() };
        (path, (bytes, about.permissions().mode(), about.modified().unwrap()))
    };
    std::fs::read_dir(folder).unwrap().map(|entry| of(entry.unwrap().path())).collect()
}

/// What SQLite or Signalbook puts beside `path`.
fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A connection that is not Signalbook's.
async fn stranger(path: &Path, recursive_triggers: &'static str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    options.pragma("recursive_triggers", recursive_triggers).connect().await.unwrap()
}

fn page() -> PageId {
    PageId::derive(&provider(), "https://status.example.com")
}

fn provider() -> Slug {
    "acme".parse().unwrap()
}

/// The append number `number` to an incident of its own or not: two events.
fn append(incident: u128, expected: u64, number: u128) -> Append {
    let id = StreamId {
        kind: StreamKind::Incident.into(),
        provider: provider(),
        id: Uuid::from_u128(incident),
    };
    let observed_at = Timestamp::from_seconds(1_770_000_000);
    let draft = |ordinal| Draft {
        id: EventId::derive(observed_at, Uuid::from_u128(number), ordinal),
        kind: EventKind::IncidentMonitoring.into(),
        schema: 1,
        times: Times { occurred_at: None, published_at: None, observed_at },
        backfilled: false,
        author: None,
        observation: None,
        payload: vec![7; 256],
        payload_hash: ContentHash::of(&[7; 256]).0,
    };
    Append {
        streams: vec![Stream { id, page: page(), expected: Revision(expected) }],
        events: vec![(0, draft(0)), (0, draft(1))],
        page: None,
        manifest: None,
    }
}

async fn record(log: &SqliteLog, append: Append) -> u64 {
    log.append(append, Timestamp::from_seconds(1_770_000_001)).await.unwrap().last.0
}

/// The whole log, with its chain verified to the head.
async fn checked(log: &SqliteLog) -> Vec<Record> {
    let records = log.read_after(Position(0), 100_000).await.unwrap();
    let head = log.head().await.unwrap();
    let mut chain = Verifier::new(LOG_ID, Vec::new());
    for record in &records {
        chain.check(record).unwrap();
    }
    assert_eq!((chain.reached(), head.log_id), ((head.position, head.hash), LOG_ID));
    records
}
