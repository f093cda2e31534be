//! What vendors think of later: edits, reopenings, backdated updates, imported histories.

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
async fn a_reopened_incident_goes_on_and_ends_again() {
    let mut scene = resolved().await;
    let before = scene.incident(INCIDENT).await;
    scene.world.wait(DAY);
    scene.act(Act::reopen(INCIDENT, &update(INCIDENT, 3), "It is back."));
    assert_eq!(scene.rest(HOUR).await, ["page.unobserved", "incident.investigating"]);
    assert_eq!(scene.status().await, "major");
    assert!(scene.incident(INCIDENT).await["resolved_at"].is_null());
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 4), "Over, really."));
    assert_eq!(scene.rest(HOUR).await, ["incident.resolved"]);
    let after = scene.incident(INCIDENT).await;
    assert_eq!(after["started_at"], before["started_at"]);
    assert!(after["duration_seconds"].as_u64().unwrap() > 24 * 3_600, "first start to last end");
}

#[tokio::test]
async fn a_postmortem_days_later_neither_reopens_nor_lengthens() {
    let mut scene = resolved().await;
    let before = scene.incident(INCIDENT).await;
    scene.world.wait(10 * DAY);
    scene.act(Act::postmortem(INCIDENT, &update(INCIDENT, 3), "## What happened"));
    assert_eq!(scene.rest(HOUR).await, ["page.unobserved", "incident.postmortem"]);
    let after = scene.incident(INCIDENT).await;
    assert_eq!(after["duration_seconds"], before["duration_seconds"]);
    assert_eq!((scene.status().await.as_str(), &after["phase"]), ("up", &"postmortem".into()));
}

#[tokio::test]
async fn a_backdated_update_enters_the_timeline_at_its_time_and_changes_no_phase() {
    let mut scene = resolved().await;
    let earlier = scene.now() - HOUR;
    let note = Posting::new(update(INCIDENT, 3), Status::Identified, "We had known by then.");
    scene.act(Act::post(INCIDENT, note.display_at(earlier)));
    assert_eq!(scene.rest(HOUR).await, ["incident.identified"]);
    let incident = scene.incident(INCIDENT).await;
    assert_eq!((&incident["phase"], scene.status().await.as_str()), (&"resolved".into(), "up"));
    assert_eq!(incident["updates"][0]["body"], "We had known by then.");
    assert_eq!(incident["updates"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_update_that_is_redated_or_removed_is_told_once() {
    let mut scene = resolved().await;
    let display_at = Some(scene.now() - 2 * HOUR);
    let (incident, first) = (INCIDENT.to_owned(), update(INCIDENT, 1));
    scene.act(Act::EditUpdate {
        incident: incident.clone(),
        update: first.clone(),
        body: None,
        display_at,
    });
    assert_eq!(scene.rest(HOUR).await, ["incident.update_edited"]);
    scene.act(Act::RemoveUpdate { incident, update: first });
    assert_eq!(scene.rest(HOUR).await, ["incident.update_removed"]);
    let updates = scene.incident(INCIDENT).await["updates"].clone();
    assert_eq!(updates[0]["removed"], true, "what was said stays to be read");
}

#[tokio::test]
async fn a_start_and_an_end_that_are_corrected_are_told_once() {
    let mut scene = resolved().await;
    let (began, ended) = (scene.now() - 3 * HOUR, scene.now() - HOUR);
    scene.act(Act::ChangeTimes {
        incident: INCIDENT.to_owned(),
        started_at: Some(began),
        resolved_at: Some(ended),
    });
    assert_eq!(scene.rest(HOUR).await, ["incident.retimed"]);
    assert_eq!(scene.incident(INCIDENT).await["duration"], "2h");
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
