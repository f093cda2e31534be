//! What a provider's status is, and since when, through the whole of the system.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use serde_json::Value;
use signalbook_double::random::newborn;
use signalbook_double::{Act, ComponentStatus, Fault, Impact, Life, Opening, Posting, Status};
use signalbook_tests::World;

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn open(id: &str, impact: Impact, started_at: &str) -> Act {
    let update = Posting::new(format!("{id}upd1"), Status::Investigating, "We look into it.");
    Act::Open(Opening::new(id, "Searches fail", impact).started_at(at(started_at)).update(update))
}

fn born() -> Life {
    newborn(1, at("2026-01-01T00:00:00Z"))
}

async fn provider(world: &World) -> Value {
    world.json("/v1/providers/acme").await.unwrap()
}

#[tokio::test]
async fn a_status_begins_with_the_incident_that_makes_it_whatever_history_says() {
    // A minor incident is open, and long before it a critical one came and went.
    let life = born()
        .then(
            at("2026-02-01T00:00:00Z"),
            open("aaaaaaaa0001", Impact::Critical, "2026-02-01T00:00:00Z"),
        )
        .then(at("2026-02-01T01:00:00Z"), Act::resolve("aaaaaaaa0001", "aaaaaaaaupd2", "Over."))
        .then(
            at("2026-03-01T00:00:00Z"),
            open("aaaaaaaa0002", Impact::Minor, "2026-03-01T00:00:00Z"),
        );
    let mut world = World::begin(at("2026-03-01T05:00:00Z")).await.unwrap();
    world.watch("acme", life).await.unwrap();
    world.poll_due().await.unwrap();
    let shown = provider(&world).await;
    assert_eq!(shown["status"], "minor");
    assert_eq!(shown["status_since"], "2026-03-01T00:00:00Z");

    // It gets worse, better, and ends; each begins when it happened.
    world.wait(Duration::from_secs(30));
    world.double.act("acme", open("aaaaaaaa0003", Impact::Major, "2026-03-01T05:00:10Z"));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status_since"], "2026-03-01T05:00:10Z");
    world.double.act("acme", Act::resolve("aaaaaaaa0003", "aaaaaaaaupd3", "Over."));
    world.poll().await.unwrap();
    let shown = provider(&world).await;
    assert_eq!(shown["status"], "minor");
    assert_eq!(shown["status_since"], "2026-03-01T00:00:00Z", "since the one that decides began");
}

#[tokio::test]
async fn what_shows_trouble_without_an_incident_is_degraded_once_a_second_poll_shows_it_too() {
    let life = Life::new("Acme", "acmeacmeacme", at("2026-01-01T00:00:00Z"))
        .component("apiapiapi001", "API", None)
        .component("mailmail0001", "Mail", None);
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    world.watch("acme", life).await.unwrap();
    world.poll_due().await.unwrap();
    let component = "apiapiapi001".to_owned();
    let set = |status| Act::SetComponent { component: component.clone(), status };
    world.double.act("acme", set(ComponentStatus::PartialOutage));
    world.poll().await.unwrap();
    let seen_at = world.now().to_string();
    let shown = provider(&world).await;
    assert_eq!((&shown["status"], &shown["signs"][1]["name"]), (&"up".into(), &"API".into()));
    world.poll().await.unwrap();
    world.wait(Duration::from_secs(1));
    let shown = provider(&world).await;
    assert_eq!((&shown["status"], &shown["standing"]), (&"degraded".into(), &false.into()));
    assert_eq!(shown["status_since"], seen_at);
    let signs = shown["signs"].as_array().unwrap().iter();
    let signs: Vec<_> = signs.map(|sign| (&sign["kind"], &sign["word"], &sign["since"])).collect();
    let seen = |kind: &str, word: &str| [kind, word, &seen_at].map(Value::from);
    let expected = [seen("indicator", "major"), seen("component", "partial_outage")];
    assert_eq!(signs, expected.each_ref().map(|[kind, word, since]| (kind, word, since)));
    assert_eq!(shown["signs_more"], 0);
    let listed = world.json("/v1/providers").await.unwrap();
    assert_eq!(listed["providers"][0]["status"], "degraded");
    let history = world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!((&history["outages_total"], &history["downtime_seconds"]), (&0.into(), &0.into()));

    // An incident that counts says it better, and after its end the sign counts anew.
    world.double.act("acme", open("aaaaaaaa0001", Impact::Minor, "2026-03-01T00:04:00Z"));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "minor");
    world.double.act("acme", Act::resolve("aaaaaaaa0001", "aaaaaaaaupd2", "Over."));
    world.double.act("acme", set(ComponentStatus::PartialOutage));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "up");
    let seen_at = world.now().to_string();
    world.poll().await.unwrap();
    world.wait(Duration::from_secs(1));
    let shown = provider(&world).await;
    assert_eq!((&shown["status"], &shown["status_since"]), (&"degraded".into(), &seen_at.into()));
    world.double.act("acme", set(ComponentStatus::Operational));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "degraded", "a better indicator needs two polls");
    world.poll().await.unwrap();
    let shown = provider(&world).await;
    assert_eq!((&shown["status"], &shown["signs"]), (&"up".into(), &serde_json::json!([])));
    assert_eq!(shown["status_since"], world.now().to_string());
}

#[tokio::test]
async fn a_provider_is_up_since_its_last_incident_ended_though_its_indicator_lags() {
    let life = born().then(
        at("2026-02-01T00:00:00Z"),
        open("aaaaaaaa0001", Impact::Major, "2026-02-01T00:00:00Z"),
    );
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    world.watch("acme", life).await.unwrap();
    world.poll_due().await.unwrap();
    world.double.act("acme", Act::resolve("aaaaaaaa0001", "aaaaaaaaupd2", "Over."));
    let over = world.now().to_string();
    for _ in 0..3 {
        world.poll().await.unwrap();
        world.wait(Duration::from_secs(1));
        let shown = provider(&world).await;
        assert_eq!(
            (&shown["status"], &shown["status_since"]),
            (&"up".into(), &over.clone().into())
        );
    }
    assert_eq!(provider(&world).await["signs"], serde_json::json!([]));
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_unknown_since_the_first_failed_poll_and_never_up() {
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    world.watch("acme", born()).await.unwrap();
    world.poll_due().await.unwrap();
    assert_eq!(provider(&world).await["status"], "up");
    world.double.set_fault("acme", Some(Fault::unavailable()));
    world.poll().await.unwrap();
    let failed_at = world.now();
    assert_eq!(provider(&world).await["status"], "up", "one failed poll is no news");
    world.wait(Duration::from_mins(2));
    world.poll().await.unwrap();
    let shown = provider(&world).await;
    assert_eq!(shown["status"], "unknown");
    assert_eq!(shown["status_since"], failed_at.to_string());
    assert_eq!(shown["pages"][0]["health"], "unreadable");
    assert!(shown["pages"][0]["detail"].as_str().unwrap().contains("503"), "{shown}");

    world.double.set_fault("acme", None);
    world.wait(Duration::from_mins(15));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "up");
}

#[tokio::test]
async fn a_page_that_nobody_polls_becomes_unknown_by_itself() {
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    world.watch("acme", born()).await.unwrap();
    world.poll_due().await.unwrap();
    world.wait(Duration::from_secs(179));
    assert_eq!(provider(&world).await["status"], "up");
    world.wait(Duration::from_secs(3));
    let shown = provider(&world).await;
    assert_eq!(shown["status"], "unknown");
    assert_eq!(shown["status_since"], "2026-03-01T00:03:00Z");
}

#[tokio::test]
async fn an_incident_that_the_vendor_deletes_is_withdrawn_after_two_polls_and_ends_there() {
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    world.watch("acme", born()).await.unwrap();
    world.poll_due().await.unwrap();
    world.double.act("acme", open("aaaaaaaa0001", Impact::Major, "2026-03-01T00:00:00Z"));
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "major");
    world.double.act("acme", Act::Delete { incident: "aaaaaaaa0001".to_owned() });
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "major", "one poll is not enough");
    world.poll().await.unwrap();
    assert_eq!(provider(&world).await["status"], "up");
    let history = world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!(history["outages"][0]["withdrawn"], true);
    assert_eq!(history["outages_total"], 1, "it counts until it was withdrawn");
}
