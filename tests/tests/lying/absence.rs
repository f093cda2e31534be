//! What leaves the page: deleted, brought back, or pushed out by what came after it.

use signalbook_double::{Act, Impact, Opening, Posting, Status};

use crate::scene::{DAY, HOUR, INCIDENT, Scene, open, update};

#[tokio::test]
async fn a_deletion_and_a_return_are_each_told_once() {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    scene.act(Act::Delete { incident: INCIDENT.to_owned() });
    assert_eq!(scene.rest(HOUR).await, ["incident.withdrawn"]);
    assert_eq!(scene.status().await, "up");
    scene.act(Act::Restore { incident: INCIDENT.to_owned() });
    assert_eq!(scene.rest(HOUR).await, ["incident.reappeared"]);
    assert_eq!(scene.status().await, "major");
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    assert_eq!(scene.rest(HOUR).await, ["incident.resolved"]);
}

#[tokio::test]
async fn sixty_incidents_slide_through_a_window_of_fifty_and_none_is_told_as_deleted() {
    let mut scene = Scene::begin().await;
    let mut told = Vec::new();
    for number in 0..60 {
        let id = format!("inc0000001{number:02}");
        scene.act(open(&id));
        told.extend(scene.poll().await);
        scene.act(Act::resolve(&id, &update(&id, 2), "Over."));
        told.extend(scene.poll().await);
    }
    told.extend(scene.rest(DAY).await);
    for kind in ["incident.opened", "incident.investigating", "incident.resolved"] {
        assert_eq!(told.iter().filter(|told| **told == kind).count(), 60, "{kind}");
    }
    assert_eq!(told.len(), 180);
    // What is still in the window can be missed, what has left it cannot.
    scene.act(Act::Delete { incident: "inc000000159".to_owned() });
    scene.act(Act::Delete { incident: "inc000000100".to_owned() });
    assert_eq!(scene.rest(HOUR).await, ["incident.withdrawn"]);
    assert_eq!(scene.incident("inc000000159").await["withdrawn"], true);
}

#[tokio::test]
async fn an_old_incident_goes_on_though_the_window_slid_past_it_and_ends_without_a_word() {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.poll().await;
    for number in 0..55 {
        let id = format!("inc0000001{number:02}");
        let opening = Opening::new(&id, "A blip", Impact::Minor).update(Posting::new(
            update(&id, 1),
            Status::Resolved,
            "Over.",
        ));
        scene.act(Act::Open(opening));
        assert_eq!(scene.poll().await, ["incident.opened", "incident.resolved"]);
    }
    assert!(scene.rest(HOUR).await.is_empty());
    assert_eq!(scene.status().await, "major", "the summary still shows it");
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    assert_eq!(scene.rest(HOUR).await, ["incident.resolved"], "neither document shows it");
    assert_eq!(scene.status().await, "up");
    assert!(!scene.incident(INCIDENT).await["inferred"].is_null());
}
