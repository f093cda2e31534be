//! Our own clock jumps by hours: pages are polled on, nothing is lost or told twice, and what is
//! recorded is never recorded before what was recorded before it.

use signalbook_double::Act;
use signalbook_runtime::Clock as _;

use crate::scene::{HOUR, INCIDENT, SLUG, Scene, open, update};

async fn expect_in_order(scene: &Scene) {
    let events = scene.world.events().await.unwrap();
    let recorded: Vec<_> = events.iter().map(|(record, _)| record.recorded_at).collect();
    assert!(recorded.is_sorted(), "{recorded:?}");
}

#[tokio::test]
async fn a_clock_that_goes_back_by_hours_silences_no_page() {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.poll().await;
    let polls = scene.world.double.counts(SLUG).summary;
    // The vendor's clock is right: its page is hours ahead of us.
    let right = scene.now();
    scene.world.clock.set(scene.world.clock.now() - 5 * HOUR);
    scene.set_cache(right);
    assert!(scene.rest(HOUR).await.is_empty());
    let made = scene.world.double.counts(SLUG).summary - polls;
    assert!((60..=140).contains(&made), "{made} polls in an hour");
    let over = Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over.");
    scene.world.double.act_at(SLUG, right + HOUR, over);
    scene.set_cache(right + HOUR);
    assert_eq!(scene.rest(HOUR).await, ["incident.resolved"]);
    scene.world.clock.set((right + 2 * HOUR).into());
    scene.lift();
    assert_eq!(scene.rest(HOUR).await, ["page.unobserved"]);
    assert_eq!(scene.status().await, "up");
    expect_in_order(&scene).await;
}

#[tokio::test]
async fn a_clock_that_goes_forward_by_hours_tells_nothing_by_itself() {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.poll().await;
    scene.world.wait(7 * HOUR);
    assert_eq!(scene.status().await, "unknown", "for all we know, nothing was read for hours");
    assert_eq!(scene.rest(HOUR).await, ["page.unobserved"]);
    assert_eq!(scene.status().await, "major");
    expect_in_order(&scene).await;
}

#[tokio::test]
async fn a_clock_that_jumps_to_and_fro_loses_nothing() {
    let mut scene = Scene::begin().await;
    let mut told = Vec::new();
    for number in 0..10_u32 {
        let id = format!("inc00000010{number}");
        scene.act(open(&id));
        told.extend(scene.rest(HOUR / 6).await);
        let now = scene.world.clock.now();
        let jump = HOUR * (number + 1);
        scene.world.clock.set(if number % 2 == 0 { now + 2 * jump } else { now - jump });
        told.extend(scene.rest(HOUR / 6).await);
    }
    told.extend(scene.rest(HOUR).await);
    let count = |kind: &str| told.iter().filter(|told| **told == kind).count();
    assert_eq!((count("incident.opened"), count("incident.investigating")), (10, 10), "{told:?}");
    assert_eq!(told.len(), 20 + count("page.unobserved"), "{told:?}");
    expect_in_order(&scene).await;
}
