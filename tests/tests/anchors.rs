//! What was noted of a log's end, against the log as it is.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use signalbook::verify::verify;
use signalbook_domain::{Position, Timestamp};
use signalbook_double::{Act, Impact, Opening, reference};
use signalbook_proto::anchor::Anchor;
use signalbook_proto::chain::EpochId;
use signalbook_store::Head;
use signalbook_store::log::SharedLog;
use signalbook_tests::World;
use uuid::Uuid;

/// A world a while after the life of its vendor.
async fn begin() -> World {
    World::begin(reference::settled_at()).await.unwrap()
}

async fn noted(log: &SharedLog) -> Anchor {
    let Head { log_id, epoch, position, hash, manifests, manifest_hash, .. } =
        log.head().await.unwrap();
    let at = Timestamp::from_seconds(1_770_000_000);
    Anchor { log_id, epoch, position, hash, manifests, manifest_hash, at }
}

async fn problems(log: &SharedLog, anchors: &[Anchor]) -> Vec<String> {
    verify(log, None, anchors, |_, _| {}).await.unwrap().problems
}

async fn live(world: &mut World, number: u32) {
    let id = format!("inc00000000{number}");
    world.double.act("kustomer", Act::Open(Opening::new(&id, "Searches fail", Impact::Major)));
    world.wait(Duration::from_mins(1));
    world.poll().await.unwrap();
}

#[tokio::test]
async fn a_log_goes_on_from_each_of_its_ends_also_over_restores() {
    let mut world = begin().await;
    let log = world.log.clone();
    let mut ends = vec![noted(&log).await];
    world.watch("kustomer", reference::life()).await.unwrap();
    for number in 1..=3 {
        ends.push(noted(&log).await);
        live(&mut world, number).await;
        ends.push(noted(&log).await);
        log.open_epoch(2 * u64::from(number), world.now()).await.unwrap();
        ends.push(noted(&log).await);
    }
    assert_eq!(problems(&log, &ends).await, Vec::<String>::new());
    let (first, last) = (&ends[1], ends.last().unwrap());
    assert!(first.position < last.position && first.manifests < last.manifests);
}

#[tokio::test]
async fn what_does_not_fit_is_told_in_words() {
    let mut world = begin().await;
    let log = world.log.clone();
    world.watch("kustomer", reference::life()).await.unwrap();
    live(&mut world, 1).await;
    let end = noted(&log).await;
    live(&mut world, 2).await;
    let said = async |anchor: Anchor| {
        let problems = problems(&log, &[end, anchor]).await;
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.concat().replace("the anchor of 2026-02-02T02:40:00Z ", "")
    };
    let other = Anchor { log_id: Uuid::from_u128(9), ..end };
    assert_eq!(said(other).await, format!("is of another log, {}", Uuid::from_u128(9)));
    let altered = Anchor { hash: [7; 32], ..end };
    let event = end.position;
    let expected = format!(
        "does not fit: event {event}, or one before it, is not the one that it was noted with"
    );
    assert_eq!(said(altered).await, expected);
    let altered = Anchor { manifest_hash: [7; 32], ..end };
    assert!(said(altered).await.contains("manifests are not those that it was noted with"));
    let beyond = Anchor { position: Position(event.0 + 1_000), ..end };
    assert!(said(beyond).await.contains(", and the log ends at event "));
    let more = Anchor { manifests: 1_000, ..end };
    assert!(said(more).await.contains("the log could not be checked as far as event"));
    let unknown = Anchor { epoch: EpochId::new(2, &[7; 32]), ..end };
    assert!(said(unknown).await.contains("of epoch 2, and the log ends at event"));

    let epoch = log.open_epoch(2, world.now()).await.unwrap();
    live(&mut world, 3).await;
    let lost = Anchor { position: Position(epoch.after.0 + 1), ..end };
    let expected = format!(
        "names event {} of epoch 1, of which the log has events up to {} alone, since it was \
         restored then",
        lost.position, epoch.after
    );
    assert_eq!(said(lost).await, expected);
}
