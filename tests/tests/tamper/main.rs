//! A thousand single changes of a record, each by somebody who knows the database: every one is
//! found.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod changes;
mod damage;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signalbook::verify::{Verdict, verify};
use signalbook_domain::{ObservationId, Position, Timestamp};
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use signalbook_proto::EncodedManifest;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::{Append, Checkpoint, Erased, Erasure};
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog};
use signalbook_tests::World;
use uuid::Uuid;

const CHANGES: u64 = 1_000;

/// The files of the record, which stand side by side.
const FILES: [&str; 2] = ["signalbook.db", "signalbook-evidence.db"];

/// Some weeks of a page: with history, an incident that is lived, polls that only bring other bytes,
/// and failures; in the middle the log is restored, and that is accepted.
async fn record(folder: &Path) {
    let mut world = World::settled_in(folder).await.unwrap();
    for number in 0..6 {
        world.wait(Duration::from_mins(7));
        if number == 3 {
            world.log.open_epoch(2, world.now()).await.unwrap();
        }
        let id = format!("inc00000000{number}");
        let update =
            Posting::new(format!("upd00000000{number}"), Status::Investigating, "Looking.");
        let opening = Opening::new(&id, "Searches fail", Impact::Major).update(update);
        world.double.act("kustomer", Act::Open(opening));
        world.poll().await.unwrap();
        world.wait(Duration::from_mins(1));
        let over = Posting::new(format!("end00000000{number}"), Status::Resolved, "Over.");
        world.double.act("kustomer", Act::post(&id, over));
        world.poll().await.unwrap();
        world.wait(Duration::from_mins(1));
        world.poll().await.unwrap();
    }
    index_manifests(&world.log).await;
    erase(&world).await;
    let end = Checkpoint::of_end(world.log.as_ref()).await.unwrap().unwrap();
    world.evidence.save_checkpoint(&end).await.unwrap();
    drop(world);
    // What is in the write-ahead logs is folded into the files.
    let location = Location::File(folder.join(FILES[0]));
    SqliteLog::open_existing(&location).await.unwrap().close().await;
    SqliteEvidence::open(&location, u64::MAX).await.unwrap().close().await;
}

/// Erases what one event says, and one document.
async fn erase(world: &World) {
    let document = world.evidence.documents_after(None, 1).await.unwrap().remove(0).hash;
    for what in [Erased::Payload(Position(5)), Erased::Document(document)] {
        let (by, reason) = ("Ada".to_owned(), "a request".to_owned());
        world.log.erase(&Erasure { what, at: world.now(), by, reason }).await.unwrap();
    }
    world.evidence.erase(document).await.unwrap();
}

/// Records manifests until some of them are in their index.
async fn index_manifests(log: &SharedLog) {
    let known = log.manifests_after(0, 1).await.unwrap().remove(0).manifest;
    for number in 0..256 {
        let observation = ObservationId(Uuid::from_u128(number));
        let manifest = Some(EncodedManifest::new(observation, known.bytes().to_vec()));
        let append = Append { manifest, ..Append::default() };
        log.append(append, Timestamp::from_seconds(1)).await.unwrap();
    }
}

async fn checked(folder: &Path) -> Result<Verdict, Box<dyn Error>> {
    let location = Location::File(folder.join(FILES[0]));
    let log: SharedLog = Arc::new(SqliteLog::open_read_only(&location).await?);
    let evidence: SharedEvidence = Arc::new(SqliteEvidence::open_read_only(&location).await?);
    Ok(verify(&log, Some(&evidence), &[], |_, _| {}).await?)
}

#[tokio::test]
async fn every_single_change_of_the_record_is_found_and_named() {
    let base = tempfile::tempdir().unwrap();
    record(base.path()).await;
    let sound = checked(base.path()).await.unwrap();
    assert!(sound.is_sound(), "{:?}", sound.problems);
    let documents = sound.documents.unwrap();
    assert!(documents.sound > 10 && documents.missing == 0, "{documents:?}");
    assert_eq!((documents.erased, sound.erasures.len()), (1, 2));
    let mut chance = fastrand::Rng::with_seed(20_261_126);
    let mut made = std::collections::BTreeMap::<String, u64>::new();
    for _ in 0..CHANGES {
        let copy = tempfile::tempdir().unwrap();
        for file in FILES {
            std::fs::copy(base.path().join(file), copy.path().join(file)).unwrap();
        }
        let change = changes::make(copy.path(), &mut chance).await;
        *made.entry(change.what.clone()).or_default() += 1;
        match checked(copy.path()).await {
            Ok(verdict) => {
                let missing = verdict.documents.as_ref().is_some_and(|all| all.missing > 0);
                assert!(!verdict.is_sound() || missing, "nobody noticed: {change:?}");
            }
            // What cannot be read at all says which part it is of.
            Err(error) => assert!(!error.to_string().is_empty(), "{change:?}"),
        }
    }
    println!("{CHANGES} changes, all found: {made:?}");
    assert!(made.len() > 30, "{made:?}");
}
