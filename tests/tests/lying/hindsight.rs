//! What vendors think of later: edits, imported histories, incidents filed when they are over.

use signalbook_double::{Act, Impact, Opening, Posting, Status};

use crate::scene::{DAY, HOUR, INCIDENT, SLUG, Scene, open, update};

/// A scene with an incident that was resolved in front of our eyes.
async fn resolved() -> Scene {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.poll().await;
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    assert_eq!(scene.poll().await, ["incident.resolved"]);
    scene
}

fn edit(number: usize, body: &str) -> Act {
    Act::EditUpdate {
        incident: INCIDENT.to_owned(),
        update: update(INCIDENT, number),
        body: Some(body.to_owned()),
        display_at: None,
    }
}

#[tokio::test]
async fn a_resolution_that_is_rewritten_45_days_later_is_told_once() {
    let mut scene = resolved().await;
    for day in 1..=45 {
        scene.world.wait(DAY);
        assert_eq!(scene.poll().await, ["page.unobserved"], "day {day}");
    }
    scene.act(edit(2, "It was the cache."));
    assert_eq!(scene.rest(HOUR).await, ["incident.update_edited"]);
    let updates = scene.incident(INCIDENT).await["updates"].clone();
    assert_eq!(
        (&updates[1]["body"], &updates[1]["edited"]),
        (&"It was the cache.".into(), &true.into())
    );
    scene.act(edit(2, "Over."));
    assert_eq!(scene.rest(HOUR).await, ["incident.update_edited"], "also when it is taken back");
}

#[tokio::test]
async fn an_imported_history_is_told_once_and_in_its_order() {
    let mut scene = Scene::begin().await;
    let years_ago = scene.now() - 600 * DAY;
    for number in 0..40_u32 {
        let began = years_ago + DAY * number;
        let id = format!("inc0000001{number:02}");
        let post = |n, status, hours| {
            let text = format!("Update {n}");
            Posting::new(update(&id, n), status, text).display_at(began + HOUR * hours)
        };
        let opening = Opening::new(&id, format!("Old trouble {number}"), Impact::Minor)
            .started_at(began)
            .created_at(began)
            .update(post(1, Status::Investigating, 0))
            .update(post(2, Status::Resolved, 2));
        scene.world.double.act(SLUG, Act::Open(opening));
    }
    let told = scene.rest(DAY).await;
    let one = ["incident.opened", "incident.investigating", "incident.resolved"];
    assert_eq!(told, one.repeat(40));
    let history = scene.world.json("/v1/providers/acme/outages?limit=200").await.unwrap();
    assert_eq!((&history["outages_total"], &history["downtime"]), (&40.into(), &"3d 8h".into()));
    let outages = history["outages"].as_array().unwrap();
    assert!(outages.iter().all(|outage| outage["duration"] == "2h"));
    assert_eq!(scene.status().await, "up");
}

#[tokio::test]
async fn an_incident_that_is_filed_after_it_was_over_is_told_whole_and_never_open() {
    let mut scene = Scene::begin().await;
    let began = scene.now() - HOUR;
    let opening = Opening::new(INCIDENT, "A blip", Impact::Minor)
        .started_at(began)
        .update(Posting::new(update(INCIDENT, 1), Status::Resolved, "It was short."));
    scene.act(Act::Open(opening));
    assert_eq!(scene.rest(HOUR).await, ["incident.opened", "incident.resolved"]);
    assert_eq!(scene.status().await, "up");
}
