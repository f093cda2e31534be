//! A page that goes away and comes back, and a watcher that does.

use std::time::Duration;

use signalbook_double::{Act, Life};
use signalbook_store_sqlite::Location;
use tempfile::TempDir;

use crate::scene::{DAY, HOUR, INCIDENT, SLUG, Scene, open, update};

/// A scene with an incident that goes on and a page that went away a day ago, and the life to
/// bring it back with.
async fn gone() -> (Scene, Life) {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.poll().await;
    let life = scene.world.double.script(SLUG);
    scene.world.double.remove(SLUG);
    assert_eq!(scene.rest(DAY).await, ["page.unreadable"]);
    (scene, life)
}

/// A scene with an incident that goes on, whose store outlives its process, and where that is.
async fn on_disk() -> (TempDir, Scene) {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("signalbook.db"));
    let mut scene = Scene::begin_at(&location).await;
    scene.act(open(INCIDENT));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    (folder, scene)
}

#[tokio::test]
async fn a_page_that_goes_away_and_comes_back_is_told_as_that_and_resolves_nothing() {
    let (mut scene, life) = gone().await;
    assert_eq!(scene.status().await, "unknown");
    assert_eq!(scene.incident(INCIDENT).await["phase"], "investigating");
    scene.world.double.add(SLUG, life);
    assert_eq!(scene.rest(HOUR).await, ["page.readable"]);
    assert_eq!(scene.status().await, "major");
}

#[tokio::test]
async fn what_happened_while_a_page_was_away_is_told_once_when_it_is_back() {
    let (mut scene, life) = gone().await;
    let unseen = "inc000000002";
    let (then, now) = (scene.now() - 5 * HOUR, scene.now());
    let life = life
        .then(then, Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."))
        .then(then, open(unseen))
        .then(then + HOUR, Act::resolve(unseen, &update(unseen, 2), "Over."))
        .then(now, open("inc000000003"));
    scene.world.double.add(SLUG, life);
    let told = scene.rest(HOUR).await;
    let count = |kind: &str| told.iter().filter(|told| **told == kind).count();
    assert_eq!((count("page.readable"), count("incident.opened")), (1, 2));
    assert_eq!((count("incident.investigating"), count("incident.resolved")), (2, 2));
    assert_eq!(told.len(), 7, "{told:?}");
    assert_eq!(scene.incident(unseen).await["backfilled"], true, "it came and went unseen");
    assert_eq!(scene.incident("inc000000003").await["backfilled"], false, "it is still open");
}

#[tokio::test]
async fn a_restart_tells_nothing_again() {
    let (_folder, mut scene) = on_disk().await;
    for _ in 0..3 {
        scene = scene.restart().await;
        assert!(scene.rest(Duration::from_mins(10)).await.is_empty());
    }
}

#[tokio::test]
async fn after_a_restart_between_two_polls_the_second_poll_still_agrees() {
    let (_folder, mut scene) = on_disk().await;
    scene.act(Act::Delete { incident: INCIDENT.to_owned() });
    assert!(scene.poll().await.is_empty());
    let mut scene = scene.restart().await;
    assert_eq!(scene.rest(HOUR).await, ["incident.withdrawn"]);
}

#[tokio::test]
async fn after_three_days_without_us_everything_is_told_once() {
    let (_folder, scene) = on_disk().await;
    let (left, double) = (scene.now(), &scene.world.double);
    let missed = "inc000000002";
    double.act_at(SLUG, left + HOUR, Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    double.act_at(SLUG, left + DAY, open(missed));
    double.act_at(SLUG, left + DAY + HOUR, Act::resolve(missed, &update(missed, 2), "Over."));
    double.act_at(SLUG, left + 2 * DAY, open("inc000000003"));
    scene.world.wait(3 * DAY);
    let mut scene = scene.restart().await;
    assert_eq!(scene.status().await, "unknown", "nothing was read for three days");
    let mut told = scene.rest(HOUR).await;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "incident.investigating",
            "incident.investigating",
            "incident.opened",
            "incident.opened",
            "incident.resolved",
            "incident.resolved",
            "page.unobserved",
        ]
    );
    assert_eq!(scene.incident(INCIDENT).await["duration"], "1h 1m", "as long as the vendor says");
    assert_eq!(scene.incident(missed).await["backfilled"], true);
    assert_eq!(scene.incident("inc000000003").await["backfilled"], false);
    assert_eq!(scene.status().await, "major");
}
