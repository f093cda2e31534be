//! Lists that are too long, missing, or hold what does not belong there.

use std::time::Duration;

use serde_json::{Value, json};
use signalbook_double::{Act, Document, Impact, Opening, Posting, Status};

use crate::scene::{INCIDENT, SLUG, Scene, listed};

fn components(document: &mut Value) -> &mut Vec<Value> {
    document["components"].as_array_mut().unwrap()
}

impl Scene {
    async fn component_count(&self) -> usize {
        let provider = self.world.json("/v1/providers/acme").await.unwrap();
        provider["components"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn ten_thousand_components_are_kept_up_to_a_bound_and_none_is_told_as_removed() {
    let mut scene = Scene::begin().await;
    let own = scene.component_count().await;
    scene.damage(Document::Summary, |summary| {
        let many = (0..10_000)
            .map(|n| json!({"id": format!("c{n}"), "name": "API", "status": "operational"}));
        components(summary).splice(0..0, many);
    });
    let told = scene.poll().await;
    assert_eq!(told.len(), 5_000);
    assert!(told.iter().all(|kind| *kind == "component.added"));
    assert!(scene.poll().await.is_empty());
    assert_eq!(scene.component_count().await, 5_000 + own);
    let skipped = scene.skipped().await;
    assert!(skipped[0].starts_with("only the first 5000 of 10"), "{skipped:?}");
}

#[tokio::test]
async fn lists_that_are_absent_or_null_say_nothing_and_not_that_all_is_well() {
    let mut scene = Scene::begin().await;
    let own = scene.component_count().await;
    let mut told = Vec::new();
    for value in [None, Some(Value::Null)] {
        scene.damage(Document::Summary, |summary| {
            for list in ["components", "incidents", "scheduled_maintenances"] {
                match &value {
                    Some(null) => summary[list] = null.clone(),
                    None => drop(summary.as_object_mut().unwrap().remove(list)),
                }
            }
        });
        for _ in 0..3 {
            told.extend(scene.poll().await);
        }
        assert_eq!(scene.component_count().await, own);
        assert_eq!(scene.incident(INCIDENT).await["phase"], "investigating");
    }
    assert_eq!(told, ["page.partly_readable"], "the list of incidents is missing");
}

/// An incident lives in both documents; a list of it that is not there does not say that it has
/// become empty.
#[tokio::test]
async fn lists_that_are_absent_or_null_in_an_incident_take_nothing_away() {
    let mut scene = Scene::begin().await;
    for list in ["incident_updates", "components"] {
        for value in [None, Some(Value::Null)] {
            for document in [Document::Summary, Document::Incidents] {
                scene.damage(document, |document| match value.clone() {
                    Some(null) => listed(document)[0][list] = null,
                    None => drop(listed(document)[0].as_object_mut().unwrap().remove(list)),
                });
            }
            for _ in 0..3 {
                scene.pass(Duration::from_mins(5)).await;
                assert!(scene.poll().await.is_empty());
            }
            assert_eq!(scene.incident(INCIDENT).await["updates"].as_array().unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_list_that_does_not_say_whose_it_is_deletes_nothing() {
    let mut scene = Scene::begin().await;
    for damaged in [json!({"incidents": []}), json!({"page": {}, "incidents": []})] {
        scene.damage(Document::Incidents, |document| *document = damaged);
        for _ in 0..3 {
            scene.pass(Duration::from_mins(5)).await;
            assert!(scene.poll().await.is_empty());
        }
        assert_eq!(scene.incident(INCIDENT).await["withdrawn"], false);
    }
}

#[tokio::test]
async fn a_deep_document_without_its_list_is_not_an_empty_one() {
    let mut scene = Scene::begin().await;
    for damaged in [json!({"page": {}}), json!({"page": {}, "incidents": null})] {
        scene.damage(Document::Incidents, |document| *document = damaged);
        let said = scene.expect_partly_readable_now(Document::Incidents).await;
        assert!(said.contains("expected `incidents.json` to have `incidents`"), "{said}");
    }
}

#[tokio::test]
async fn entries_that_cannot_be_read_cost_themselves_and_prove_no_deletion() {
    let mut scene = Scene::begin().await;
    scene.damage(Document::Incidents, |document| {
        let mut nameless = listed(document)[0].clone();
        nameless["id"] = json!("inc000000002");
        nameless["name"] = Value::Null;
        let mut good = listed(document)[0].clone();
        good["id"] = json!("inc000000003");
        good["incident_updates"] = json!([]);
        *listed(document) = vec![json!("surprise"), json!({"name": "No id"}), nameless, good];
    });
    scene.pass(Duration::from_mins(5)).await;
    let told = scene.poll().await;
    let opened = ["incident.opened", "incident.investigating"];
    assert_eq!(told, opened.repeat(2), "what is right is read, and what goes on is kept");
    for _ in 0..3 {
        scene.pass(Duration::from_mins(5)).await;
        assert!(scene.poll().await.is_empty(), "the other one may be among the broken ones");
    }
    assert_eq!(
        scene.skipped().await,
        [
            "incident number 1 left out: expected an object, found a text",
            "incident number 2 left out: it has no `id`",
            "incident `inc000000002` kept as far as it can be read: it has no `name`",
        ]
    );
}

#[tokio::test]
async fn of_an_id_that_is_listed_twice_the_one_that_may_be_red_counts() {
    let mut scene = Scene::begin().await;
    scene.damage(Document::Summary, |summary| {
        let mut twin = listed(summary)[0].clone();
        twin["name"] = json!("Something else");
        twin["status"] = json!("resolved");
        listed(summary).push(twin);
        let mut component = components(summary).last().unwrap().clone();
        component["status"] = json!("major_outage");
        components(summary).push(component);
    });
    assert_eq!(scene.poll().await, ["component.status_changed"], "the incident stays open");
    for _ in 0..3 {
        assert!(scene.poll().await.is_empty());
    }
    let skipped = scene.skipped().await;
    assert_eq!(skipped.len(), 2);
    assert!(skipped[0].ends_with("is listed twice: the worse one counts"), "{skipped:?}");
    assert!(skipped[1].ends_with("is listed twice: the newer one counts"), "{skipped:?}");
}

#[tokio::test]
async fn an_incident_without_updates_is_one() {
    let mut scene = Scene::begin().await;
    let opening = Opening::new("inc000000002", "Mail is late", Impact::Minor);
    scene.world.double.act(SLUG, Act::Open(opening));
    assert_eq!(scene.poll().await, ["incident.opened", "incident.investigating"]);
    assert_eq!(scene.incident("inc000000002").await["updates"][0]["body"], "");
    assert!(scene.poll().await.is_empty());
    let gone =
        Act::RemoveUpdate { incident: INCIDENT.to_owned(), update: "upd000000001".to_owned() };
    scene.world.double.act(SLUG, gone);
    assert_eq!(scene.poll().await, ["incident.update_removed"]);
    assert!(scene.poll().await.is_empty());
}

#[tokio::test]
async fn an_update_without_an_id_is_one_and_stays_the_same_one() {
    let mut scene = Scene::begin().await;
    for (number, body) in [(2, "Still looking."), (3, "Still looking.")] {
        let update = Posting::new(format!("upd00000000{number}"), Status::Investigating, body);
        scene.world.double.act(SLUG, Act::post(INCIDENT, update));
    }
    let nameless = |document: &mut Value| {
        for update in listed(document)[0]["incident_updates"].as_array_mut().unwrap() {
            if update["body"] == "Still looking." {
                update.as_object_mut().unwrap().remove("id");
            }
        }
    };
    scene.damage(Document::Summary, nameless);
    scene.damage(Document::Incidents, nameless);
    assert_eq!(scene.poll().await, ["incident.investigating"; 2], "two alike are two");
    scene.pass(Duration::from_mins(5)).await;
    for _ in 0..3 {
        assert!(scene.poll().await.is_empty());
    }
}

#[tokio::test]
async fn a_list_of_another_type_inside_of_an_incident_leaves_the_incident_as_it_was() {
    let mut scene = Scene::begin().await;
    let damage = |document: &mut Value| {
        listed(document)[0]["incident_updates"] = json!({"0": "Gone"});
        listed(document)[0]["status"] = json!("resolved");
    };
    scene.damage(Document::Summary, damage);
    scene.damage(Document::Incidents, damage);
    scene.pass(Duration::from_mins(5)).await;
    for _ in 0..3 {
        assert!(scene.poll().await.is_empty());
    }
    let found = "expected `incident_updates` to be a list, found an object";
    let note = format!("incident `{INCIDENT}` left out: {found}");
    assert_eq!(scene.skipped().await, vec![note; 2]);
}

#[tokio::test]
async fn notes_on_what_was_left_out_are_few_and_the_rest_is_counted() {
    let mut scene = Scene::begin().await;
    scene.damage(Document::Summary, |summary| {
        components(summary).extend((0..1_000).map(|_| json!(["no component"])));
    });
    assert!(scene.poll().await.is_empty());
    let skipped = scene.skipped().await;
    assert_eq!(skipped.len(), 11);
    assert_eq!(skipped[10], "and 990 more like these");
}
