//! A log in which a later version has written what this one does not know: it is counted, verified
//! and shown without its meaning, and stops nobody.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use signalbook::verify::verify;
use signalbook_domain::event::{EventKind, Kind, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{EventId, PageId, Position, Revision, StreamId, StreamKind};
use signalbook_double::{Act, Impact, Opening, reference};
use signalbook_projector::rebuild;
use signalbook_proto::Draft;
use signalbook_runtime::ManualClock;
use signalbook_store::{Append, Stream};
use signalbook_store_sqlite::Location;
use signalbook_tests::World;
use uuid::Uuid;

/// Appends an event whose payload is `payload`, laid out as `schema`.
async fn append(world: &World, stream: &StreamId, page: PageId, kind: Kind, later: (u16, &[u8])) {
    let (schema, payload) = later;
    let known = world.log.read_stream(stream, Revision(0), 999).await.unwrap();
    let draft = Draft {
        id: EventId(Uuid::from_u128(
            payload.iter().fold(7, |id, byte| id << 7 | u128::from(*byte)),
        )),
        kind,
        schema,
        times: Times { occurred_at: None, published_at: None, observed_at: world.now() },
        backfilled: false,
        observation: None,
        payload: payload.to_vec(),
        payload_hash: ContentHash::of(payload).0,
    };
    let expected = Revision(known.len() as u64);
    let streams = vec![Stream { id: stream.clone(), page, expected }];
    let append = Append { streams, events: vec![(0, draft)], ..Append::default() };
    world.log.append(append, world.now()).await.unwrap();
}

#[tokio::test]
async fn what_a_later_version_wrote_costs_its_own_meaning_alone() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("signalbook.db"));
    let clock = ManualClock::new(reference::settled_at().into());
    let mut world = World::begin_at(&location, clock).await.unwrap();
    world.watch("kustomer", reference::life()).await.unwrap();
    world.turn().await.unwrap();
    let first = world.log.read_after(Position(0), 1).await.unwrap().remove(0);
    let page = first.page;
    let incident = StreamId::of(StreamKind::Incident, &first.stream.provider, page, "later");
    append(
        &world,
        &incident,
        page,
        EventKind::IncidentOpened.into(),
        (2, b"opened in another way"),
    )
    .await;
    let praised = Kind::from_name("incident.praised").unwrap();
    append(&world, &incident, page, praised, (1, b"well done")).await;
    // The field of the platform, in which a word of three letters stands.
    let platform = [0x0a, 3, b'n', b'e', b'w'];
    append(&world, &first.stream, page, EventKind::PagePlatformDetected.into(), (1, &platform))
        .await;

    world = world.restart().await.unwrap();
    rebuild(&world.log, &world.views, |_| ()).await.unwrap();
    world.wait(Duration::from_mins(7));
    world.double.act("kustomer", Act::Open(Opening::new("inc1", "Searches fail", Impact::Major)));
    world.poll().await.unwrap();
    let told = world.json("/v1/events?limit=500").await.unwrap();
    let told = told["events"].as_array().unwrap();
    assert!(told.iter().any(|event| event["type"] == "incident.opened" && event["data"].is_null()));
    assert!(told.iter().any(|event| event["type"] == "incident.praised"));
    assert_eq!(world.provider("kustomer").await.unwrap()["status"], "major");
    let verdict = verify(&world.log, Some(&world.evidence), &[], |_, _| {}).await.unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
}
