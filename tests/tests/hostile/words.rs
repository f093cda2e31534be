//! Words that no document of the platform lists: kept as they are, and never taken for healthy.

use signalbook_double::{Act, ComponentStatus, Impact, Status};

use crate::scene::{INCIDENT, SLUG, Scene};

#[tokio::test]
async fn an_unknown_status_of_a_component_is_unknown_and_not_operational() {
    let mut scene = Scene::begin().await;
    let life = scene.world.double.script(SLUG);
    let page = life.at(life.born_at());
    let component = page.components.iter().find(|component| !component.is_group).unwrap();
    let status = ComponentStatus::Other("on_fire");
    scene.world.double.act(SLUG, Act::SetComponent { component: component.id.clone(), status });
    assert_eq!(scene.poll().await, ["component.status_changed"]);
    let provider = scene.world.json("/v1/providers/acme").await.unwrap();
    let components = provider["components"].as_array().unwrap();
    let shown = components.iter().find(|shown| shown["external_id"] == component.id).unwrap();
    assert_eq!(shown["status"], "unknown");
    let events = scene.world.json("/v1/events?limit=500").await.unwrap();
    assert!(events.to_string().contains("on_fire"), "the vendor's own word is kept");
}

#[tokio::test]
async fn an_unknown_phase_ends_nothing() {
    let mut scene = Scene::begin().await;
    let status = Status::Other("all better now");
    scene.world.double.act(SLUG, Act::SetStatus { incident: INCIDENT.to_owned(), status });
    let told = scene.poll().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let incident = scene.incident(INCIDENT).await;
    assert_eq!((&incident["phase"], incident["resolved_at"].is_null()), (&"unknown".into(), true));
    assert_eq!(scene.world.json("/v1/providers/acme").await.unwrap()["status"], "major");
    let report = format!("/v1/incidents/{}", incident["id"].as_str().unwrap());
    assert_eq!(scene.world.json(&report).await.unwrap()["phase_raw"], "all better now");
}

#[tokio::test]
async fn an_unknown_impact_counts() {
    let mut scene = Scene::begin().await;
    let impact = Impact::Other("apocalyptic");
    scene.world.double.act(SLUG, Act::ChangeImpact { incident: INCIDENT.to_owned(), impact });
    assert_eq!(scene.poll().await, ["incident.impact_changed"]);
    let history = scene.world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!(history["outages"][0]["impact"], "unknown");
    assert_eq!(history["outages_total"], 1);
    assert_ne!(history["provider"]["status"], "up");
}
