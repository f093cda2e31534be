//! A store in which a later version has written what this one does not know: it is counted, kept,
//! verified and shown without its meaning, and stops nobody.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use signalbook::adapters;
use signalbook::verify::verify;
use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{EventId, OpenEnum, PageId, Position, Revision, StreamId, StreamKind};
use signalbook_double::{Act, Impact, Opening};
use signalbook_projector::rebuild;
use signalbook_proto::Draft;
use signalbook_store::views::{PassedOver, RecordKind, Rows};
use signalbook_store::{Append, Checkpoint, ConditionalPut, PageRow, Stream};
use signalbook_tests::World;
use uuid::Uuid;

/// Where an event of a later version stands, and what it says.
struct Later<'a> {
    stream: &'a StreamId,
    page: PageId,
    kind: OpenEnum<EventKind>,
    schema: u16,
    author: Option<&'a str>,
    payload: &'a [u8],
}

async fn append(world: &World, later: Later<'_>) {
    let Later { stream, page, kind, schema, author, payload } = later;
    let known = world.log.read_stream(stream, Revision(0), 999).await.unwrap();
    let payload_hash = ContentHash::of(payload).0;
    let cause = Uuid::from_slice(&payload_hash[..16]).unwrap();
    let draft = Draft {
        id: EventId::derive(world.now(), cause, 0),
        kind,
        schema,
        times: Times { occurred_at: None, published_at: None, observed_at: world.now() },
        backfilled: false,
        author: author.map(|author| author.parse().unwrap()),
        observation: None,
        payload: payload.to_vec(),
        payload_hash,
    };
    let expected = Revision(known.len() as u64);
    let streams = vec![Stream { id: stream.clone(), page, expected }];
    let append = Append { streams, events: vec![(0, draft)], ..Append::default() };
    world.log.append(append, world.now()).await.unwrap();
}

/// The page's row as a later version leaves it: of a platform, with a document and after a failure
/// of its own.
async fn leave_page_row(world: &World, page: PageId) -> PageRow {
    let row = world.log.page(page).await.unwrap().unwrap();
    let mut json = serde_json::to_value(&row.poll_state).unwrap();
    json["documents"]["instatus/summary"] = json["documents"]["summary"].clone();
    let since = json["last_poll_at"].clone();
    json["failing"] = json!({ "polls": 1, "since": since, "failure": "asleep" });
    json["last_slot"] = (row.poll_state.last_slot.0 + 1).into();
    let left = PageRow {
        platform: Some("instatus".parse().unwrap()),
        poll_state: serde_json::from_value(json).unwrap(),
        ..row.clone()
    };
    let put = ConditionalPut { row: left.clone(), expected: Some(row.poll_state.last_slot) };
    world.log.append(Append { page: Some(put), ..Append::default() }, world.now()).await.unwrap();
    left
}

/// Each thing that a later version may write: a kind, a schema, a kind of stream with an author and
/// without a page, a platform and a document.
async fn write_later(world: &World, page: PageId, own: &StreamId) {
    let incident = StreamId::of(StreamKind::Incident, &own.provider, page, "later");
    let opinion = StreamId { kind: "override".parse().unwrap(), ..incident.clone() };
    let praised: OpenEnum<EventKind> = "incident.praised".parse().unwrap();
    let set: OpenEnum<EventKind> = "override.set".parse().unwrap();
    let (opened, author) = (EventKind::IncidentOpened.into(), None);
    let platform = [&[0x0a, 8][..], b"instatus"].concat();
    let detected = EventKind::PagePlatformDetected.into();
    let nobody = PageId(Uuid::nil());
    for later in [
        Later { stream: &incident, page, kind: opened, schema: 2, author, payload: b"anew" },
        Later { stream: &incident, page, kind: praised, schema: 1, author, payload: b"well done" },
        Later {
            stream: &opinion,
            page: nobody,
            kind: set,
            schema: 1,
            author: Some("person:alice@example.com"),
            payload: b"it is up",
        },
        Later { stream: own, page, kind: detected, schema: 1, author, payload: &platform },
    ] {
        append(world, later).await;
    }
}

#[tokio::test]
async fn what_a_later_version_wrote_costs_its_own_meaning_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::settled_in(folder.path()).await.unwrap();
    let first = world.log.read_after(Position(0), 1).await.unwrap().remove(0);
    write_later(&world, first.page, &first.stream).await;
    let left = leave_page_row(&world, first.page).await;

    world = world.restart().await.unwrap();
    assert_eq!(world.log.page(first.page).await.unwrap(), Some(left));
    rebuild(&world.log, &world.views, |_| ()).await.unwrap();
    let shown = world.provider("kustomer").await.unwrap();
    assert_eq!(shown["pages"][0]["platform"], "instatus");
    let passed: Vec<_> = world.views.passed_over().await.unwrap();
    let passed: Vec<_> = passed.iter().map(|row| (row.of.to_string(), row.events)).collect();
    let expected = ["incident.opened 2", "incident.praised 1", "override.set 1"];
    assert_eq!(passed, expected.map(|kind| (kind.to_owned(), 1)));

    world.wait(Duration::from_mins(7));
    world.double.act("kustomer", Act::Open(Opening::new("inc1", "Searches fail", Impact::Major)));
    world.poll().await.unwrap();
    assert_eq!(world.provider("kustomer").await.unwrap()["status"], "major");
    let row = world.log.page(first.page).await.unwrap().unwrap();
    let poll_state = serde_json::to_value(&row.poll_state).unwrap();
    assert!(poll_state["documents"]["instatus/summary"].is_object(), "{poll_state}");
    the_events_are_shown(&world).await;
    let verdict = verify(&world.log, Some(&world.evidence), &[], |_, _| {}).await.unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
    a_backup_has_it_all(&world, folder.path()).await;
}

/// The same events with the same hashes, and a record that is sound.
async fn a_backup_has_it_all(world: &World, folder: &Path) {
    let to = folder.join("backup");
    std::fs::create_dir(&to).unwrap();
    let store = format!("sqlite:{}", folder.join("signalbook.db").display());
    adapters::back_up(&store, &to, world.now()).await.unwrap();
    let copy = format!("sqlite:{}", to.join("signalbook.db").display());
    let look = adapters::look_at_record(&copy, true, false).await.unwrap();
    let all = world.log.read_after(Position(0), 9_999).await.unwrap();
    assert_eq!(look.log.read_after(Position(0), 9_999).await.unwrap(), all);
    let verdict = verify(&look.log, look.evidence.as_ref(), &[], |_, _| {}).await.unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
    assert_eq!(verdict.events, all.last().unwrap().position);
}

/// Whole but for their meaning, which stands there as bytes.
async fn the_events_are_shown(world: &World) {
    let told = world.json("/v1/events?limit=500").await.unwrap();
    let told = told["events"].as_array().unwrap();
    let raw = |payload: &str| {
        let mut found = told.iter().filter(|event| event["payload"] == payload);
        let event = found.next().unwrap_or_else(|| panic!("no event has the payload {payload}"));
        assert!(event["data"].is_null() && found.next().is_none());
        event
    };
    assert_eq!(raw("616e6577")["type"], "incident.opened");
    assert_eq!(raw("77656c6c20646f6e65")["type"], "incident.praised");
    let opinion = raw("6974206973207570");
    assert_eq!(opinion["author"], "person:alice@example.com");
    assert!(opinion["stream"].as_str().unwrap().starts_with("override/kustomer/"));
    let detected = told.iter().filter(|event| event["type"] == "page.platform_detected");
    let platforms: Vec<_> = detected
        .map(|event| (event["data"]["platform_before"].as_str(), &event["data"]["platform"]))
        .collect();
    assert_eq!(
        platforms,
        [
            (None, &"statuspage".into()),
            (None, &"instatus".into()),
            (Some("instatus"), &"statuspage".into())
        ]
    );
}

#[tokio::test]
async fn kinds_of_reports_and_coverage_of_a_later_version_are_left_out_of_a_poll_state() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::settled_in(folder.path()).await.unwrap();
    let page = world.log.read_after(Position(0), 1).await.unwrap().remove(0).page;
    let known = world.log.page(page).await.unwrap().unwrap().poll_state;
    let mut later = serde_json::to_value(&known).unwrap();
    let at = later["last_poll_at"].clone();
    let unlisted =
        json!({ "kind": "outage", "last_listed_at": at, "first_missing_at": at, "polls": 1 });
    later["unlisted"] = json!({ Uuid::nil().to_string(): unlisted });
    let coverage = later["documents"]["summary"]["coverage"].as_array_mut().unwrap();
    coverage.push(json!(["outage", "active_only"]));
    coverage.push(json!(["incident", "as_promised"]));
    assert_eq!(serde_json::from_value::<PollState>(later).unwrap(), known);
}

#[tokio::test]
async fn views_that_passed_over_what_this_version_knows_are_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::settled_in(folder.path()).await.unwrap();
    let at = Checkpoint::of_end(world.log.as_ref()).await.unwrap().unwrap();
    let of = RecordKind { kind: EventKind::IncidentOpened.into(), schema: 1 };
    let rows = Rows {
        passed_over: [(of.clone(), PassedOver { of, events: 1 })].into(),
        ..Rows::default()
    };
    world.views.save(at.position, &at, &rows).await.unwrap();
    let (log, views) = (Arc::clone(&world.log), Arc::clone(&world.views));
    signalbook_projector::catch_up(&log, &views, |_| ()).await.unwrap();
    assert_eq!(views.passed_over().await.unwrap(), []);
    assert_eq!(views.reached().await.unwrap(), at.position);
}
