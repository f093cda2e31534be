//! Caches that answer as of an hour ago, as vendors' caches do during their own outages.

use std::time::Duration;

use signalbook_double::{Act, ComponentStatus, Document, Fault, Posting, Status};

use crate::scene::{HOUR, INCIDENT, SLUG, Scene, open, update};

#[tokio::test]
async fn an_answer_that_says_it_is_an_hour_old_changes_nothing() {
    let mut scene = Scene::begin().await;
    let before = scene.now();
    scene.act(open(INCIDENT));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    scene.set_cache(before);
    assert!(scene.rest(HOUR).await.is_empty());
    assert_eq!(scene.status().await, "major");
    // What happened meanwhile is told once when the cache gives way.
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    assert!(scene.poll().await.is_empty());
    scene.lift();
    assert_eq!(scene.poll().await, ["incident.resolved"]);
    assert!(scene.rest(HOUR).await.is_empty());
}

#[tokio::test]
async fn a_cache_that_comes_and_goes_changes_nothing() {
    let mut scene = Scene::begin().await;
    let before = scene.now();
    scene.act(open(INCIDENT));
    scene.poll().await;
    for _ in 0..20 {
        scene.set_cache(before);
        assert!(scene.poll().await.is_empty());
        scene.lift();
        assert!(scene.poll().await.is_empty());
    }
}

#[tokio::test]
async fn a_cache_that_hides_its_age_and_comes_and_goes_changes_nothing() {
    let mut scene = Scene::begin().await;
    let before = scene.now();
    scene.act(open(INCIDENT));
    scene.set_ageless_cache(scene.now());
    scene.poll().await;
    for _ in 0..20 {
        scene.set_ageless_cache(before);
        assert!(scene.poll().await.is_empty());
        scene.set_ageless_cache(scene.now());
        assert!(scene.poll().await.is_empty());
    }
    assert_eq!(scene.status().await, "major");
}

#[tokio::test]
async fn a_component_that_a_cache_shows_well_again_is_believed_by_two_polls_only() {
    let mut scene = Scene::begin().await;
    let (before, life) = (scene.now(), scene.world.double.script(SLUG));
    let page = life.at(before);
    let component = page.components.iter().find(|component| !component.is_group).unwrap();
    let status = ComponentStatus::MajorOutage;
    scene.act(Act::SetComponent { component: component.id.clone(), status });
    assert_eq!(scene.poll().await, ["page.indicator_changed", "component.status_changed"]);
    scene.set_ageless_cache(before);
    assert!(scene.poll().await.is_empty(), "one poll is not enough");
    scene.lift();
    assert!(scene.rest(HOUR).await.is_empty());
}

#[tokio::test]
async fn a_first_sight_of_a_stale_page_is_told_as_what_it_says_and_then_corrected_once() {
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    let then = scene.now();
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    scene.set_cache(then);
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    scene.lift();
    assert_eq!(scene.poll().await, ["incident.resolved"]);
    assert!(scene.rest(HOUR).await.is_empty());
}

#[tokio::test]
async fn documents_of_one_page_that_disagree_tell_everything_once() {
    let mut scene = Scene::begin().await;
    let before = scene.now();
    let lag = |document, as_of| {
        let fault = Some(Fault::Stale { as_of });
        scene.world.double.set_document_fault(SLUG, document, fault);
    };
    lag(Document::Incidents, before);
    scene.act(open(INCIDENT));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    assert!(scene.rest(Duration::from_mins(20)).await.is_empty(), "the list lags behind");
    scene.lift();
    scene.world.double.set_document_fault(
        SLUG,
        Document::Summary,
        Some(Fault::Stale { as_of: scene.now() }),
    );
    scene.act(Act::resolve(INCIDENT, &update(INCIDENT, 2), "Over."));
    let told = scene.rest(Duration::from_mins(20)).await;
    assert_eq!(told, ["incident.resolved"], "now the summary lags behind");
    scene.lift();
    assert!(scene.rest(HOUR).await.is_empty());
    assert_eq!(scene.status().await, "up");
}

/// Both documents say that they are of the same moment, and each insists on its title.
#[tokio::test]
async fn documents_of_one_age_that_disagree_do_not_take_turns() {
    const OTHER: &str = "inc000000002";
    let mut scene = Scene::begin().await;
    scene.act(open(INCIDENT));
    scene.act(open(OTHER));
    scene.poll().await;
    let mut told = Vec::new();
    for number in 2..7 {
        let news = Posting::new(update(OTHER, number), Status::Identified, "We know more.");
        scene.act(Act::post(OTHER, news));
        scene.alter(Document::Incidents, |list| {
            let incidents = list["incidents"].as_array_mut().unwrap();
            let disputed = incidents.iter_mut().find(|one| one["id"] == INCIDENT).unwrap();
            disputed["name"] = "Searches are slow".into();
        });
        told.extend(scene.rest(Duration::from_mins(10)).await);
    }
    let mut expected = vec!["incident.identified"; 5];
    expected.insert(2, "page.disagreement");
    assert_eq!(told, expected);
    scene.lift();
    assert_eq!(scene.rest(Duration::from_mins(10)).await, ["page.agreement"]);
    assert!(scene.rest(HOUR).await.is_empty());
}
