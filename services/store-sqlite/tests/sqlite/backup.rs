//! Copies of a store in use.

use std::fs;
use std::path::Path;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};
use signalbook_store::evidence::{Keeping, StoredDocument};
use signalbook_store::{AppendError, Checkpoint, EventLog as _, Evidence as _};
use signalbook_store_sqlite::{BackupError, Copied, Location, SqliteEvidence, SqliteLog, back_up};
use tempfile::TempDir;

use super::{append, checked, open, page, place, record, state};

fn made_at() -> Timestamp {
    Timestamp::from_seconds(1_770_000_000)
}

async fn back_up_to(folder: &Path, path: &Path) -> Result<Copied, BackupError> {
    back_up(&Location::File(path.to_owned()), folder, made_at()).await
}

/// Records the `number`th append of two events each.
async fn add(log: &SqliteLog, number: u64) {
    record(log, append(1, 2 * number, number.into())).await;
}

async fn evidence_of(path: &Path) -> SqliteEvidence {
    SqliteEvidence::open(&Location::File(path.to_owned()), 1_000_000).await.unwrap()
}

/// A log and its evidence in the files of a folder, in use.
async fn store() -> (TempDir, std::path::PathBuf, SqliteLog, SqliteEvidence) {
    let (folder, path) = place();
    let (log, evidence) = (open(&path).await, evidence_of(&path).await);
    (folder, path, log, evidence)
}

#[tokio::test]
async fn a_store_in_use_is_copied_as_it_was_at_one_moment_and_goes_on() {
    let (_folder, path, log, evidence) = store().await;
    let body = b"a document".as_slice();
    let hash = ContentHash::of(body);
    let keeping = Keeping { page: page(), manifest: None, documents: &[(hash, Some(body))] };
    evidence.keep(&keeping).await.unwrap();
    add(&log, 0).await;
    let appending = async {
        for revision in 1..200 {
            add(&log, revision).await;
            let end = Checkpoint::of_end(&log).await.unwrap().unwrap();
            evidence.save_checkpoint(&end).await.unwrap();
        }
    };
    let backing_up = async {
        let mut ends = Vec::new();
        for _ in 0..8 {
            let copies = TempDir::new().unwrap();
            let copied = back_up_to(copies.path(), &path).await.unwrap();
            ends.push((copied.head, copies));
        }
        ends
    };
    let ((), copies) = tokio::join!(appending, backing_up);
    assert!(copies.is_sorted_by_key(|(head, _)| head.position));
    let (first, last) = (copies[0].0.position, copies[7].0.position);
    assert!(first < last, "it goes on while it is copied: {first} to {last}");
    let whole = log.read_after(Position(0), 1_000).await.unwrap();
    for (head, folder) in copies {
        let path = folder.path().join("signalbook.db");
        let copy = SqliteLog::open_read_only(&Location::File(path.clone())).await.unwrap();
        assert_eq!(copy.head().await.unwrap(), head);
        let records = copy.read_after(Position(0), 1_000).await.unwrap();
        assert_eq!(records, checked(&copy).await);
        assert_eq!(records, whole[..records.len()]);
        let evidence = evidence_of(&path).await;
        let noted = evidence.checkpoint().await.unwrap();
        assert_eq!(noted, Checkpoint::of_end(&copy).await.unwrap(), "not later than the log");
        let kept = evidence.document(hash).await.unwrap();
        assert_eq!(kept, Some(StoredDocument::Present(body.to_vec())));
    }
}

#[tokio::test]
async fn a_copy_is_marked_and_takes_nothing_until_an_epoch_is_opened() {
    let (_folder, path, log, evidence) = store().await;
    add(&log, 0).await;
    let copies = TempDir::new().unwrap();
    back_up_to(copies.path(), &path).await.unwrap();
    assert_eq!(log.restore_mark().await.unwrap(), None, "the original is none");
    add(&log, 1).await;
    evidence.close().await;
    log.close().await;

    let copied = copies.path().join("signalbook.db");
    let copy = open(&copied).await;
    let mark = copy.restore_mark().await.unwrap().unwrap();
    assert_eq!((mark.marked_at, mark.epoch), (made_at(), 1));
    assert_eq!(mark.reason, "it is a backup of 2026-02-02T02:40:00Z");
    let refused = copy.append(append(1, 2, 1), made_at()).await.unwrap_err();
    assert!(matches!(refused, AppendError::Restored), "{refused}");
    copy.open_epoch(2, made_at()).await.unwrap();
    add(&copy, 1).await;
    copy.close().await;
}

#[tokio::test]
async fn copies_are_two_files_for_their_owner_alone() {
    let (_folder, path, _log, _evidence) = store().await;
    let copies = TempDir::new().unwrap();
    let copied = back_up_to(copies.path(), &path).await.unwrap();
    let names = ["signalbook.db", "signalbook-evidence.db"].map(|name| copies.path().join(name));
    assert_eq!(copied.files, names);
    let found = state(copies.path());
    assert_eq!(found.len(), 2, "no write-ahead log is left");
    assert!(found.values().all(|(_, mode, _)| mode & 0o777 == 0o600));
}

#[tokio::test]
async fn what_is_no_store_is_not_copied() {
    let (folder, path) = place();
    let copies = TempDir::new().unwrap();
    back_up_to(copies.path(), &path).await.unwrap_err();
    fs::write(&path, b"no database").unwrap();
    back_up_to(copies.path(), &path).await.unwrap_err();
    let memory = back_up(&Location::Memory, copies.path(), made_at()).await.unwrap_err();
    assert!(matches!(memory, BackupError::Memory), "{memory}");
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0);
    drop(folder);
}

#[tokio::test]
async fn a_copy_is_never_written_over_another_file() {
    let (_folder, path, _log, _evidence) = store().await;
    let copies = TempDir::new().unwrap();
    fs::write(copies.path().join("signalbook.db"), b"mine").unwrap();
    let refused = back_up_to(copies.path(), &path).await.unwrap_err();
    assert!(refused.to_string().starts_with("cannot write `"), "{refused}");
    assert_eq!(fs::read(copies.path().join("signalbook.db")).unwrap(), b"mine");
}
