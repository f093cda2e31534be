//! Caches that answer as of an hour ago, as vendors' caches do during their own outages.

use std::time::Duration;

use signalbook_double::{Act, Document, Fault};

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
