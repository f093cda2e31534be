//! Times in other zones, in the future, before 1970, missing, and none at all.

use std::time::Duration;

use jiff::tz::Offset;
use serde_json::{Value, json};
use signalbook_double::random::newborn;
use signalbook_double::{Act, Document, Impact, Opening, Posting, Status};
use signalbook_tests::{World, at};

use crate::scene::{INCIDENT, SLUG, Scene, listed};

/// Gives one field of every object in a document another value, or takes it away.
fn everywhere(value: &mut Value, field: &str, to: Option<&Value>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| everywhere(value, field, to)),
        Value::Object(fields) => {
            match to {
                Some(to) if fields.contains_key(field) => {
                    fields.insert(field.to_owned(), to.clone());
                }
                Some(_) => {}
                None => drop(fields.remove(field)),
            }
            fields.values_mut().for_each(|value| everywhere(value, field, to));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const TIMES: [&str; 6] =
    ["created_at", "updated_at", "started_at", "resolved_at", "monitoring_at", "display_at"];

impl Scene {
    /// Serves both documents that tell of incidents with every time set to `to`.
    fn retime(&self, to: Option<&Value>) {
        for document in [Document::Summary, Document::Incidents] {
            self.damage(document, |value| {
                for field in TIMES {
                    everywhere(value, field, to);
                }
            });
        }
    }
}

#[tokio::test]
async fn times_of_another_zone_are_the_same_moments() {
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    let life = newborn(1, at("2026-01-01T00:00:00Z"));
    let life = life.zone("Asia/Kathmandu", Offset::from_seconds(20_700).unwrap());
    let opening = Opening::new(INCIDENT, "Searches fail", Impact::Major).update(Posting::new(
        "upd000000001",
        Status::Investigating,
        "We look.",
    ));
    let life = life.then(at("2026-02-28T23:30:00Z"), Act::Open(opening));
    world.watch(SLUG, life).await.unwrap();
    world.poll_due().await.unwrap();
    let shown = world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!(shown["outages"][0]["started_at"], "2026-02-28T23:30:00Z");
    assert_eq!(shown["outages"][0]["announced_at"], "2026-02-28T23:30:00Z");
}

#[tokio::test]
async fn a_document_that_loses_its_times_changes_no_incident() {
    let mut scene = Scene::begin().await;
    let before = scene.incidents().await;
    scene.retime(None);
    for _ in 0..3 {
        scene.pass(Duration::from_mins(5)).await;
        assert!(scene.poll().await.is_empty());
    }
    let after = scene.incidents().await;
    for kept in ["started_at", "announced_at", "phase", "updates"] {
        assert_eq!(after[0][kept], before[0][kept], "{kept}");
    }
}

#[tokio::test]
async fn times_that_are_none_are_noted_and_count_as_missing() {
    for (nonsense, note) in [
        (json!("yesterday"), "is no time: `yesterday`"),
        (json!(1_770_000_000), "to be a time, found a number"),
        (json!("2026-02-30T00:00:00Z"), "is no time: `2026-02-30T00:00:00Z`"),
        (json!({}), "to be a time, found an object"),
    ] {
        let mut scene = Scene::begin().await;
        scene.damage(Document::Summary, |value| {
            listed(value)[0]["started_at"] = nonsense.clone();
            value["page"]["updated_at"] = nonsense;
        });
        assert!(scene.poll().await.is_empty());
        let skipped = scene.skipped().await;
        assert!(
            skipped.len() == 2 && skipped.iter().all(|said| said.contains(note)),
            "{skipped:?}"
        );
        assert_eq!(scene.incident(INCIDENT).await["started_at"], "2026-02-28T23:30:00Z");
    }
}

#[tokio::test]
async fn times_of_the_future_do_not_make_a_page_deaf() {
    let mut scene = Scene::begin().await;
    scene.retime(Some(&json!("2099-01-01T00:00:00Z")));
    scene.pass(Duration::from_mins(5)).await;
    scene.poll().await;
    assert_eq!(scene.page().await["health"], "readable");
    for document in [Document::Summary, Document::Incidents] {
        scene.world.double.set_document_fault(SLUG, document, None);
    }
    scene.world.double.act(SLUG, Act::resolve(INCIDENT, "upd000000002", "Over."));
    scene.poll().await;
    scene.poll().await;
    assert_eq!(scene.incident(INCIDENT).await["phase"], "resolved");
    assert_eq!(scene.world.json("/v1/providers/acme").await.unwrap()["status"], "up");
}

#[tokio::test]
async fn an_incident_that_begins_in_the_future_has_no_length_below_zero() {
    let mut scene = Scene::begin().await;
    let opening = Opening::new("inc000000002", "Tomorrow's trouble", Impact::Minor)
        .started_at(at("2027-01-01T00:00:00Z"))
        .update(Posting::new("upd000000011", Status::Resolved, "Over before it began."));
    scene.world.double.act(SLUG, Act::Open(opening));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.resolved"]);
    assert_eq!(scene.incident("inc000000002").await["duration_seconds"], 0);
    for path in ["/", "/providers/acme", "/v1/providers", "/v1/providers/acme/outages"] {
        let (status, _) = scene.world.get(path).await.unwrap();
        assert!(status.is_success(), "{path}: {status}");
    }
}

#[tokio::test]
async fn times_before_every_status_page_are_not_believed() {
    let mut scene = Scene::begin().await;
    let opening = Opening::new("inc000000002", "Old news", Impact::Minor)
        .started_at(at("1969-07-20T20:17:40Z"))
        .created_at(at("1969-07-20T20:17:40Z"))
        .update(
            Posting::new("upd000000011", Status::Resolved, "Long over.")
                .display_at(at("1969-07-21T00:00:00Z")),
        );
    scene.world.double.act(SLUG, Act::Open(opening));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.resolved"]);
    let incident = scene.incident("inc000000002").await;
    let seen = scene.world.now().to_string();
    assert_eq!(
        (&incident["started_at"], &incident["resolved_at"]),
        (&seen.clone().into(), &seen.into())
    );
    assert_eq!(incident["duration"], "0m");
    assert!(scene.poll().await.is_empty());
}

#[tokio::test]
async fn times_beyond_every_calendar_are_no_times() {
    let mut scene = Scene::begin().await;
    for far in ["+999999-01-01T00:00:00Z", "9999-12-31T23:59:59-25:59", "-009999-01-01T00:00:00Z"] {
        scene.damage(Document::Summary, |value| {
            listed(value)[0]["started_at"] = json!(far);
        });
        assert!(scene.poll().await.is_empty(), "{far}");
        let skipped = scene.skipped().await;
        assert!(skipped.len() == 1 && skipped[0].contains("is no time"), "{far}: {skipped:?}");
        assert_eq!(scene.incident(INCIDENT).await["started_at"], "2026-02-28T23:30:00Z", "{far}");
    }
}
