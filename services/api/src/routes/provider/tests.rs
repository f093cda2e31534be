use serde_json::{Value, json};
use signalbook_domain::{ComponentStatus, Document, Failure, Impact, Phase};

use crate::support::{World, id_of, incident, maintenance};

fn world() -> World {
    let world = World::new();
    world.provider("acme");
    world
}

async fn shown(world: &World) -> Value {
    world.get("/v1/providers/acme").await.json()
}

#[tokio::test]
async fn a_provider_is_shown_with_its_components_and_what_is_open_or_planned() {
    let world = World::new();
    world.provider("acme");
    world.component("acme", "API", Some("Prod 1"));
    world.component("acme", "API", Some("Prod 2"));
    world.report(incident("acme", 1).started("2026-03-01T10:00:00Z").titled("Slow"));
    world.report(maintenance("acme", 2).started("2026-03-09T10:00:00Z").titled("Upgrade"));
    let json = world.get("/v1/providers/acme").await.json();
    assert_eq!((&json["slug"], &json["status"]), (&"acme".into(), &"minor".into()));
    assert_eq!(json["status_since"], "2026-03-01T10:00:00Z");
    assert_eq!(json["components"][1]["group"], "Prod 2");
    assert_eq!(json["components"][0]["status"], "operational");
    assert_eq!(json["open"][0]["title"], "Slow");
    assert_eq!(json["maintenances"][0]["title"], "Upgrade");
    assert_eq!(json["pages"][0]["platform"], "statuspage");
    assert_eq!(json["position"], world.position());
}

#[tokio::test]
async fn what_is_not_watched_is_not_found() {
    let world = World::new();
    world.provider("gone");
    world.forget("gone");
    for path in ["/v1/providers/gone", "/v1/providers/nobody", "/v1/providers/NoBody"] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let detail = world.get("/v1/providers/gone").await.json()["detail"].to_string();
    assert!(detail.contains("/v1/providers/gone/outages"), "{detail}");
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let world = World::new();
    world.provider("acme");
    let tag = world.get("/v1/providers/acme").await.header("etag");
    assert_eq!(world.get_if("/v1/providers/acme", &tag).await.status, 304);
    world.report(incident("acme", 1));
    assert_eq!(world.get_if("/v1/providers/acme", &tag).await.status, 200);
}

#[tokio::test]
async fn signs_are_the_worst_twenty_and_how_many_more() {
    let world = world();
    world.indicator("acme", Impact::Major, "Partial System Outage", "2026-03-01T22:00:00Z");
    world.unwell("acme", "Mail", ComponentStatus::MajorOutage, "2026-03-01T23:00:00Z");
    for number in 0..20 {
        let name = format!("Node {number}");
        world.unwell("acme", &name, ComponentStatus::Degraded, "2026-03-01T23:10:00Z");
    }
    world.unwell("acme", "Paused", ComponentStatus::Maintenance, "2026-03-01T23:20:00Z");
    let json = shown(&world).await;
    assert_eq!((&json["status"], &json["signs_more"]), (&json!("degraded"), &json!(2)));
    assert_eq!(json["status_since"], "2026-03-01T22:00:00Z");
    let signs = json["signs"].as_array().unwrap();
    assert_eq!(signs.len(), 20);
    assert_eq!(
        signs[0],
        json!({
            "kind": "component", "id": id_of(1_000), "name": "Mail", "group": "Prod 1",
            "word": "major_outage", "since": "2026-03-01T23:00:00Z",
        })
    );
    assert_eq!(
        signs[1],
        json!({
            "kind": "indicator", "id": null, "name": "Partial System Outage", "group": null,
            "word": "major", "since": "2026-03-01T22:00:00Z",
        })
    );
    assert_eq!(signs[2]["name"], "Node 0");
}

#[tokio::test]
async fn signs_of_a_page_that_cannot_be_read_or_that_work_explains_are_not_told() {
    let world = world();
    world.unwell("acme", "Mail", ComponentStatus::Maintenance, "2026-03-01T23:00:00Z");
    world.indicator("acme", Impact::Minor, "Some trouble", "2026-03-01T23:00:00Z");
    assert_eq!(shown(&world).await["signs"], json!([]));
    world.unwell("acme", "API", ComponentStatus::Degraded, "2026-03-01T23:00:00Z");
    assert_eq!(shown(&world).await["signs"].as_array().unwrap().len(), 2);
    world.unreadable("acme", "timed out");
    let json = shown(&world).await;
    assert_eq!((&json["status"], &json["signs"]), (&json!("unknown"), &json!([])));
}

#[tokio::test]
async fn a_page_without_one_of_its_lists_says_which_and_is_trusted_in_the_rest() {
    let world = world();
    world.not_offered("acme", Document::Maintenances, "2026-01-01T00:00:00Z");
    let json = shown(&world).await;
    let page = &json["pages"][0];
    assert_eq!((&json["status"], &page["health"]), (&json!("up"), &json!("readable")));
    assert_eq!(page["detail"], Value::Null);
    let not_offered = json!({
        "document": "maintenances", "state": "not_offered", "since": "2026-01-01T00:00:00Z",
        "detail": "HTTP 404",
    });
    assert_eq!(page["documents"], json!([not_offered]));

    world.unread("acme", Document::Incidents, "2026-03-01T22:00:00Z");
    let json = shown(&world).await;
    let page = &json["pages"][0];
    assert_eq!((&json["status"], &page["health"]), (&json!("up"), &json!("partly_readable")));
    assert_eq!(page["since"], "2026-03-01T22:00:00Z");
    assert_eq!(
        page["detail"],
        "the list of incidents cannot be read: it answers with an error (HTTP 500)"
    );
    assert_eq!(page["documents"][0]["state"], "failing");
    assert_eq!(page["documents"][0]["since"], "2026-03-01T22:00:00Z");
    assert_eq!(page["documents"][1], not_offered);
}

#[tokio::test]
async fn a_list_that_the_vendor_asks_us_to_leave_alone_is_noted_from_the_first_answer() {
    let world = world();
    let since = "2026-03-01T23:00:00Z";
    world.left_alone("acme", Document::Incidents, since, "2026-03-01T23:10:00Z");
    let page = &shown(&world).await["pages"][0];
    assert_eq!(page["health"], "readable");
    let held =
        json!({"document": "incidents", "state": "held", "since": since, "detail": "HTTP 429"});
    assert_eq!(page["documents"], json!([held]));
}

#[tokio::test]
async fn a_page_that_does_not_tell_what_is_open_is_at_best_unknown_and_says_why() {
    let world = world();
    world.unread("acme", Document::Summary, "2026-03-01T22:00:00Z");
    let json = shown(&world).await;
    assert_eq!(
        (&json["status"], &json["status_since"]),
        (&json!("unknown"), &json!("2026-03-01T22:00:00Z"))
    );
    assert_eq!(json["pages"][0]["health"], "partly_readable");
    assert_eq!(
        json["pages"][0]["detail"],
        "the current status cannot be read in full: it answers with an error (HTTP 500)"
    );
    world.report(incident("acme", 1).impact(Impact::Critical).started("2026-03-01T10:00:00Z"));
    assert_eq!(shown(&world).await["status"], "critical");
}

#[tokio::test]
async fn what_stands_beside_a_page_is_told_with_it() {
    let world = world();
    let json = shown(&world).await;
    let page = &json["pages"][0];
    let nothing = (&page["hold"], &page["indicator"], &page["unobserved"]);
    assert_eq!(nothing, (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!((&page["documents"], &page["disagreements"]), (&json!([]), &json!([])));

    world.held("acme", "2026-03-01T23:50:00Z", "2026-03-02T00:05:00Z");
    world.indicator("acme", Impact::None, "All Systems Operational", "2026-02-01T00:00:00Z");
    world.disagrees("acme", id_of(7), "Slow", "2026-03-01T20:00:00Z");
    world.unobserved("acme", "2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z");
    let json = shown(&world).await;
    let page = &json["pages"][0];
    let (since, until) = ("2026-03-01T23:50:00Z", "2026-03-02T00:05:00Z");
    assert_eq!(page["hold"], json!({"since": since, "until": until, "detail": "HTTP 429"}));
    assert_eq!(
        page["indicator"],
        json!({
            "level": "none", "raw": "none", "description": "All Systems Operational",
            "seen_at": "2026-02-01T00:00:00Z",
        })
    );
    assert_eq!(
        page["disagreements"],
        json!([{
            "kind": "incident", "id": id_of(7), "title": "Slow", "since": "2026-03-01T20:00:00Z",
            "detail": "`summary` says `resolved`, `incidents` says `monitoring`",
        }])
    );
    assert_eq!(page["unobserved"]["from"], "2026-02-20T00:00:00Z");
}

#[tokio::test]
async fn another_page_at_the_address_is_told_in_words() {
    let world = world();
    world.fails("acme", Failure::AnotherPage, "page `p2` at https://other.example");
    let detail = shown(&world).await["pages"][0]["detail"].clone();
    assert_eq!(detail, "another page answers here (page `p2` at https://other.example)");
}

#[tokio::test]
async fn a_status_is_since_the_same_moment_wherever_it_is_told() {
    let world = world();
    let all = async || {
        let list = world.get("/v1/providers").await.json()["providers"][0].clone();
        let history = world.get("/v1/providers/acme/outages").await.json()["provider"].clone();
        let times = [list, shown(&world).await, history].map(|one| one["status_since"].clone());
        assert!(times.iter().all(|time| *time == times[0]), "{times:?}");
        times[0].clone()
    };
    assert_eq!(all().await, "2026-01-01T00:00:00Z");
    world.report(maintenance("acme", 1).phase(Phase::InProgress).started("2026-03-01T09:00:00Z"));
    assert_eq!(all().await, "2026-03-01T09:00:00Z");
    world.unwell("acme", "API", ComponentStatus::Degraded, "2026-03-01T23:00:00Z");
    assert_eq!(all().await, "2026-03-01T23:00:00Z");
    world.report(incident("acme", 2).started("2026-03-01T10:00:00Z"));
    world.report(incident("acme", 3).started("2026-03-01T08:00:00Z"));
    assert_eq!(all().await, "2026-03-01T08:00:00Z");
    world.unreadable("acme", "timed out");
    assert_eq!(all().await, "2026-03-01T23:00:00Z");
}

#[tokio::test]
async fn one_answer_has_one_now() {
    let world = world();
    world.report(incident("acme", 1));
    world.report(maintenance("acme", 2));
    let mut before = world.readings();
    for path in [
        "/v1/providers".to_owned(),
        "/v1/providers/acme".to_owned(),
        "/v1/providers/acme/outages".to_owned(),
        "/v1/maintenances?provider=acme".to_owned(),
        format!("/v1/incidents/{}", id_of(1)),
        "/".to_owned(),
        "/providers/acme".to_owned(),
        format!("/incidents/{}", id_of(1)),
    ] {
        assert_eq!(world.get(&path).await.status, 200, "{path}");
        let after = world.readings();
        assert_eq!(after - before, 1, "{path}");
        before = after;
    }
}
