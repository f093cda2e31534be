//! What goes wrong in real status data, case by case: those that are tested nowhere else are
//! tested here, and the others are where this table says. `rules` are the tests of the domain,
//! `readers` those of the readers; what other platforms do is left to their readers.
//!
//! | case | where |
//! |---|---|
//! | the first phase is not `investigating` | `rules::phase`, `reference` |
//! | phases are skipped, repeated, or go back | `rules::phase`, `reference` |
//! | the same text again, also within a minute | `rules::timeline`, `reference` |
//! | a postmortem days after the end | `lying::hindsight`, `reference` |
//! | resolved, reopened, resolved | `lying::hindsight` |
//! | never resolved by the vendor | here |
//! | filed when it was over | `lying::hindsight` |
//! | over before it began | `hostile::times`, `rules::times` |
//! | shorter than a minute, several of one title | here |
//! | deleted or pruned by the vendor | `lying::absence` |
//! | planned work has words of its own | `rules::maintenance`, `readers` |
//! | words that nobody listed | `hostile::words` |
//! | filed later than it happened, all at one moment | `rules::timeline`, `lying::hindsight` |
//! | times that the owner changes later | `lying::hindsight` |
//! | shown lengths do not add up to the shown total | `reference` |
//! | components of one name | `reference`, `rules::component` |
//! | all components get new ids | here |
//! | a platform that imitates another | `readers` |
//! | one incident on pages of several providers | here |
//! | titles that are edited, cut or templates | `hostile::bytes`, `readers` |
//! | an incident without components, or with all of them | here |
//! | old incidents list components as they are now | here |
//! | an incident while all is green, and the reverse | here |
//! | 200 with a page for people, or the same for every path | `hostile::answers` |
//! | a redirect that drops the path, a page that moved | `hostile::redirects` |
//! | a list that is a window | `lying::absence` |
//! | empty because nothing is wrong, empty because all is | `hostile::answers`, `hostile::lists` |
//! | many pages fail together | here |
//! | huge and hostile bodies | `hostile::floods`, `hostile::bytes` |
//! | a vendor that asks to be left alone | `polite` |

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use signalbook_double::random::newborn;
use signalbook_double::{
    Act, Component, ComponentStatus, Fault, Impact, Life, NewComponent, Opening, Posting, Status,
};
use signalbook_tests::{World, at};

const HOUR: Duration = Duration::from_hours(1);

fn born() -> Life {
    newborn(1, at("2026-01-01T00:00:00Z"))
}

fn open(id: &str) -> Act {
    let update = Posting::new(format!("{id}-1"), Status::Investigating, "We look into it.");
    Act::Open(Opening::new(id, "Elevated error rates", Impact::Major).update(update))
}

async fn world(slugs: &[&str]) -> World {
    let mut world = World::begin(at("2026-03-01T00:00:00Z")).await.unwrap();
    for slug in slugs {
        world.watch(slug, born()).await.unwrap();
    }
    rest(&mut world, Duration::from_mins(2)).await;
    world
}

/// The events of all polls in a time.
async fn rest(world: &mut World, time: Duration) -> Vec<&'static str> {
    world.rest(time, Duration::from_secs(15)).await.unwrap();
    world.told().await.unwrap()
}

/// The components of a vendor, without its groups.
fn components(world: &World, slug: &str) -> Vec<Component> {
    let mut components = world.double.script(slug).at(world.moment()).components;
    components.retain(|component| !component.is_group);
    components
}

async fn provider(world: &World, slug: &str) -> Value {
    world.provider(slug).await.unwrap()
}

async fn outages(world: &World, slug: &str) -> Vec<Value> {
    world.outages(slug).await.unwrap()
}

/// The components that the newest outage of a vendor affects.
async fn affected(world: &World, slug: &str) -> Value {
    outages(world, slug).await[0]["affected"].clone()
}

fn ids(components: &Value) -> BTreeSet<&str> {
    components.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_incident_that_the_vendor_forgets_to_resolve_goes_on_and_counts_until_now() {
    let mut world = world(&["acme"]).await;
    world.double.act("acme", open("inc000000001"));
    rest(&mut world, HOUR).await;
    world.wait(90 * 24 * HOUR);
    rest(&mut world, HOUR).await;
    assert_eq!(provider(&world, "acme").await["status"], "major");
    let history = world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!(history["downtime"], "90d 2h");
    assert_eq!(history["outages"][0]["duration"], Value::Null);
}

#[tokio::test]
async fn four_incidents_of_one_title_that_last_seconds_each_are_four() {
    let mut world = world(&["acme"]).await;
    for number in 1..=4 {
        let id = format!("inc00000000{number}");
        world.double.act("acme", open(&id));
        world.wait(Duration::from_secs(17));
        world.double.act("acme", Act::resolve(&id, &format!("{id}-2"), "Over."));
        rest(&mut world, HOUR).await;
    }
    let outages = outages(&world, "acme").await;
    assert_eq!(outages.len(), 4);
    assert!(outages.iter().all(|one| one["duration_seconds"] == 17 && one["duration"] == "0m"));
}

#[tokio::test]
async fn a_page_whose_components_all_get_new_ids_keeps_its_incidents() {
    let mut world = world(&["acme"]).await;
    world.double.act("acme", open("inc000000001"));
    rest(&mut world, HOUR).await;
    let old = world.double.script("acme").at(world.moment()).components;
    let count = old.iter().filter(|component| !component.is_group).count();
    for component in &old {
        world.double.act("acme", Act::RemoveComponent { component: component.id.clone() });
    }
    for component in old.into_iter().filter(|component| !component.is_group) {
        let id = format!("new{}", component.id);
        world.double.act(
            "acme",
            Act::AddComponent(NewComponent {
                id,
                name: component.name,
                group_id: None,
                is_group: false,
            }),
        );
    }
    let told = rest(&mut world, HOUR).await;
    let times = |kind: &str| told.iter().filter(|told| **told == kind).count();
    assert_eq!((times("component.added"), times("component.removed")), (count, count));
    assert_eq!(told.len(), 2 * count, "{told:?}");
    assert_eq!(provider(&world, "acme").await["components"].as_array().unwrap().len(), count);
}

#[tokio::test]
async fn one_incident_on_the_pages_of_two_providers_is_one_of_each() {
    let mut world = world(&["acme", "zenith"]).await;
    for slug in ["acme", "zenith"] {
        world.double.act(slug, open("inc000000001"));
    }
    rest(&mut world, HOUR).await;
    world.double.act("acme", Act::resolve("inc000000001", "inc000000001-2", "Over."));
    rest(&mut world, HOUR).await;
    assert_eq!(provider(&world, "acme").await["status"], "up");
    assert_eq!(provider(&world, "zenith").await["status"], "major");
    let ids = (outages(&world, "acme").await, outages(&world, "zenith").await);
    assert_ne!(ids.0[0]["id"], ids.1[0]["id"]);
}

#[tokio::test]
async fn a_component_that_fails_today_says_nothing_of_the_incident_it_had_last_week() {
    let mut world = world(&["acme"]).await;
    let component = components(&world, "acme").remove(0).id;
    let opening = Opening::new("inc000000001", "Elevated error rates", Impact::Minor)
        .component(&component)
        .update(Posting::new("upd000000001", Status::Resolved, "Over."));
    world.double.act("acme", Act::Open(opening));
    rest(&mut world, HOUR).await;
    world.wait(7 * 24 * HOUR);
    rest(&mut world, HOUR).await;
    let status = ComponentStatus::MajorOutage;
    world.double.act("acme", Act::SetComponent { component, status });
    assert_eq!(
        rest(&mut world, HOUR).await,
        ["page.indicator_changed", "component.status_changed"]
    );
}

#[tokio::test]
async fn an_incident_without_components_affects_none_also_when_one_fails_later() {
    let mut world = world(&["acme"]).await;
    world.double.act("acme", open("inc000000001"));
    rest(&mut world, HOUR).await;
    assert_eq!(affected(&world, "acme").await, json!([]));
    let component = components(&world, "acme").remove(0).id;
    let status = ComponentStatus::MajorOutage;
    world.double.act("acme", Act::SetComponent { component, status });
    assert_eq!(
        rest(&mut world, HOUR).await,
        ["page.indicator_changed", "component.status_changed"]
    );
    assert_eq!(affected(&world, "acme").await, json!([]));
}

#[tokio::test]
async fn an_incident_with_all_components_affects_all_also_when_one_fails_after_its_end() {
    let mut world = world(&["acme"]).await;
    let all = components(&world, "acme");
    let update = Posting::new("upd000000001", Status::Investigating, "All of it is slow.");
    let opening = Opening::new("inc000000001", "Elevated error rates", Impact::Major);
    let opening = all.iter().fold(opening, |opening, one| opening.component(&one.id));
    world.double.act("acme", Act::Open(opening.update(update)));
    rest(&mut world, HOUR).await;
    world.double.act("acme", Act::resolve("inc000000001", "upd000000002", "Over."));
    rest(&mut world, HOUR).await;
    let before = affected(&world, "acme").await;
    assert_eq!(before.as_array().unwrap().len(), all.len());
    assert_eq!(ids(&before), ids(&provider(&world, "acme").await["components"]));
    let (component, status) = (all[0].id.clone(), ComponentStatus::MajorOutage);
    world.double.act("acme", Act::SetComponent { component, status });
    assert_eq!(
        rest(&mut world, HOUR).await,
        ["page.indicator_changed", "component.status_changed"]
    );
    assert_eq!(affected(&world, "acme").await, before);
}

#[tokio::test]
async fn incidents_decide_the_status_and_components_alone_make_it_degraded() {
    let mut world = world(&["acme"]).await;
    let component = components(&world, "acme").remove(0).id;
    let set = |status| Act::SetComponent { component: component.clone(), status };
    world.double.act("acme", set(ComponentStatus::MajorOutage));
    rest(&mut world, HOUR).await;
    let shown = provider(&world, "acme").await;
    assert_eq!(shown["status"], "degraded", "a component that fails is no incident");
    assert!(shown["components"].to_string().contains("major_outage"));
    let history = world.json("/v1/providers/acme/outages").await.unwrap();
    assert_eq!(history["outages_total"], 0);
    world.double.act("acme", set(ComponentStatus::Operational));
    world.double.act("acme", open("inc000000001"));
    rest(&mut world, HOUR).await;
    assert_eq!(provider(&world, "acme").await["status"], "major", "though all is green");
}

#[tokio::test]
async fn pages_that_fail_together_are_each_unknown_and_none_is_down() {
    let slugs = ["acme", "birch", "cedar", "dogwood", "elm"];
    let mut world = world(&slugs).await;
    world.double.act("elm", open("inc000000001"));
    rest(&mut world, HOUR).await;
    for slug in slugs {
        world.double.set_fault(slug, Some(Fault::unavailable()));
    }
    assert_eq!(rest(&mut world, HOUR).await, ["page.unreadable"; 5]);
    for slug in slugs {
        assert_eq!(provider(&world, slug).await["status"], "unknown", "{slug}");
    }
    for slug in slugs {
        world.double.set_fault(slug, None);
    }
    rest(&mut world, HOUR).await;
    assert_eq!(provider(&world, "acme").await["status"], "up");
    assert_eq!(provider(&world, "elm").await["status"], "major");
}
