//! Pages that get a new address, are removed, and are added again: what was recorded of them is
//! neither counted twice nor believed to go on.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use serde_json::Value;
use signalbook_double::random::newborn;
use signalbook_double::{Act, Impact, Life, Opening, Posting, Status};
use signalbook_tests::World;

const HISTORY: &str = "/v1/providers/acme/outages";

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn open(id: &str, started_at: &str) -> Act {
    let update = Posting::new(format!("{id}upd1"), Status::Investigating, "We look into it.");
    let opening = Opening::new(id, "Searches fail", Impact::Major);
    Act::Open(opening.started_at(at(started_at)).update(update))
}

/// An outage of an hour in February, and one that began on 1 March and goes on.
fn life() -> Life {
    let resolved = Act::resolve("aaaaaaaa0001", "aaaaaaaaupd2", "Over.");
    newborn(1, at("2026-01-01T00:00:00Z"))
        .then(at("2026-02-01T00:00:00Z"), open("aaaaaaaa0001", "2026-02-01T00:00:00Z"))
        .then(at("2026-02-01T01:00:00Z"), resolved)
        .then(at("2026-03-01T00:00:00Z"), open("aaaaaaaa0002", "2026-03-01T00:00:00Z"))
}

/// A world at five o'clock on 1 March that has read such a page.
async fn world() -> World {
    let mut world = World::begin(at("2026-03-01T05:00:00Z")).await.unwrap();
    world.watch("acme", life()).await.unwrap();
    world.poll_due().await.unwrap();
    world
}

async fn history(world: &World) -> Value {
    world.json(HISTORY).await.unwrap()
}

/// How many outages are counted, and how many seconds of downtime.
fn totals(history: &Value) -> (u64, u64) {
    let number = |name: &str| history[name].as_u64().unwrap();
    assert_eq!(history["outages"].as_array().unwrap().len() as u64, number("outages_total"));
    (number("outages_total"), number("downtime_seconds"))
}

#[tokio::test]
async fn a_new_address_doubles_no_outage() {
    let mut world = world().await;
    assert_eq!(totals(&history(&world).await), (2, 6 * 3_600));
    world.readdress("acme", "acme-elsewhere", life()).await.unwrap();
    assert_eq!(totals(&history(&world).await), (2, 6 * 3_600), "nothing was read there yet");
    world.poll().await.unwrap();
    let moved = history(&world).await;
    assert_eq!(totals(&moved), (2, 6 * 3_600 + 60));
    assert_eq!(moved["provider"]["status"], "major");
    assert_eq!(moved["outages"][0]["duration"], Value::Null, "it goes on where it is read");

    world.double.act("acme-elsewhere", Act::resolve("aaaaaaaa0002", "aaaaaaaaupd3", "Over."));
    world.poll().await.unwrap();
    let over = history(&world).await;
    assert_eq!(totals(&over), (2, 6 * 3_600 + 60));
    assert_eq!(over["provider"]["status"], "up");
    // Given up too, the page that was read last has the say.
    world.forget("acme").await.unwrap();
    assert_eq!(totals(&history(&world).await), (2, 6 * 3_600 + 60));
}

#[tokio::test]
async fn what_is_open_when_its_page_is_removed_counts_until_then_and_goes_on_if_it_comes_back() {
    let mut world = world().await;
    world.forget("acme").await.unwrap();
    world.wait(Duration::from_hours(72));
    let removed = history(&world).await;
    assert_eq!(totals(&removed), (2, 6 * 3_600));
    assert_eq!(removed["outages"][0]["duration"], "5h");
    assert_eq!(removed["outages"][0]["page_removed_at"], "2026-03-01T05:00:00Z");
    let (_, page) = world.get("/providers/acme").await.unwrap();
    assert!(page.contains("its page is no longer watched"), "{page}");
    assert!(!page.contains("ongoing"), "{page}");

    world.watch("acme", life()).await.unwrap();
    world.poll_due().await.unwrap();
    let again = history(&world).await;
    assert_eq!(totals(&again), (2, 3_600 + 77 * 3_600));
    assert_eq!(again["outages"][0]["duration"], Value::Null);
    assert_eq!(again["outages"][0]["page_removed_at"], Value::Null);
}
